//! One-time codes by time (RFC 6238): six digits, thirty seconds, SHA-1, as every authenticator reads them.

use subtle::ConstantTimeEq as _;
use totp_rs::{Algorithm, TOTP};

/// The seconds of a step.
const STEP: u64 = 30;
/// How many steps a clock may be off, to either side.
const SKEW: u64 = 1;

/// Why a code is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeFault {
    /// Not the code of this time.
    #[error("the one-time code is wrong; is the clock of your device right?")]
    Wrong,
    /// It was used before (RFC 6238 section 5.2: a code is accepted once).
    #[error("the one-time code was used already; wait for the next one")]
    Used,
}

/// The shared secret of a person's authenticator.
#[derive(Clone, PartialEq, Eq)]
pub struct TotpSecret([u8; 20]);

impl TotpSecret {
    /// A secret of these bytes, which must come fresh from [`crate::fresh`]. RFC 4226 section 4 recommends 160 bits.
    pub fn new(random: [u8; 20]) -> Self {
        Self(random)
    }

    /// Reads the base32 form. `None` when it is none.
    pub fn from_base32(text: &str) -> Option<Self> {
        let bytes = totp_rs::Secret::Encoded(text.to_owned()).to_bytes().ok()?;
        Some(Self(bytes.try_into().ok()?))
    }

    /// For typing into an authenticator.
    pub fn base32(&self) -> String {
        totp_rs::Secret::Raw(self.0.to_vec()).to_encoded().to_string()
    }

    /// The `otpauth:` address that authenticators read.
    pub fn address(&self, user: &str) -> String {
        format!(
            "otpauth://totp/Countersign:{user}?secret={}&issuer=Countersign&algorithm=SHA1&digits=6&period={STEP}",
            self.base32()
        )
    }

    pub(crate) fn bytes(&self) -> &[u8; 20] {
        &self.0
    }

    /// The code of a moment (seconds since 1970). For tests and for showing what an authenticator should show.
    pub fn code(&self, seconds: u64) -> String {
        TOTP::new_unchecked(Algorithm::SHA1, 6, 0, STEP, self.0.to_vec(), None, String::new())
            .generate(seconds)
    }

    /// Whether `code` is one of this moment, and not of a step up to `last_used`. Gives the step, to be remembered as used.
    pub fn check(&self, code: &str, seconds: u64, last_used: Option<u64>) -> Result<u64, CodeFault> {
        let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        let now = seconds / STEP;
        for step in now.saturating_sub(SKEW)..=now.saturating_add(SKEW) {
            let expected = self.code(step.saturating_mul(STEP));
            if bool::from(expected.as_bytes().ct_eq(code.as_bytes())) {
                return if last_used.is_some_and(|last| step <= last) {
                    Err(CodeFault::Used)
                } else {
                    Ok(step)
                };
            }
        }
        Err(CodeFault::Wrong)
    }
}

impl std::fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpSecret(not shown)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238 appendix B, the rows of SHA-1, of which the last six digits are the code of six digits.
    #[test]
    fn the_codes_are_those_of_the_rfc() {
        let secret = TotpSecret(*b"12345678901234567890");
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(secret.code(seconds), code);
            assert_eq!(secret.check(code, seconds, None), Ok(seconds / 30));
        }
    }

    #[test]
    fn a_code_is_accepted_once_and_not_long_after() {
        let secret = TotpSecret(*b"12345678901234567890");
        let step = secret.check("287082", 59, None).unwrap();
        assert_eq!(secret.check("287082", 59, Some(step)), Err(CodeFault::Used));
        assert_eq!(secret.check("287 082", 59 + 30, None), Ok(step), "a clock that is half a minute late");
        assert_eq!(secret.check("287082", 59 + 61, None), Err(CodeFault::Wrong));
        // an older code is not accepted after a newer one
        let later = secret.code(90);
        let newer = secret.check(&later, 90, Some(step)).unwrap();
        assert_eq!(secret.check(&secret.code(60), 90, Some(newer)), Err(CodeFault::Used));
    }

    #[test]
    fn the_secret_can_be_typed() {
        let secret = TotpSecret(*b"12345678901234567890");
        assert_eq!(secret.base32(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(TotpSecret::from_base32(&secret.base32()), Some(secret));
    }
}
