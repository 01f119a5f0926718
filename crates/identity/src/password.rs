//! Passwords: what is accepted, and the slow hash (Argon2id, RFC 9106) with the parameters of the OWASP Password Storage
//! Cheat Sheet: 19 MiB, two passes, one lane.

use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;

/// The fewest characters of a password. There is no rule of composition: NIST SP 800-63B section 3.1.1.2 advises against
/// them, and asks for length.
pub const MIN_PASSWORD: usize = 12;
/// The most bytes, so that hashing a megabyte is nobody's way to occupy the server.
pub const MAX_PASSWORD: usize = 1024;

/// Why a new password is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PasswordFault {
    /// Too short to withstand guessing.
    #[error(
        "the password has {0} characters; choose one of at least {MIN_PASSWORD}, for example four or more words"
    )]
    TooShort(usize),
    /// Longer than is read.
    #[error("the password has {0} bytes; at most {MAX_PASSWORD} are read")]
    TooLong(usize),
    /// What an attacker tries first.
    #[error("the password is made of the user name; choose one that nobody would try first")]
    UserName,
    /// One character again and again.
    #[error("the password is one character or two, repeated; choose one that nobody would try first")]
    Repeated,
}

/// Whether a password may become that of `user`.
pub fn check_new_password(password: &str, user: &str) -> Result<(), PasswordFault> {
    if password.len() > MAX_PASSWORD {
        return Err(PasswordFault::TooLong(password.len()));
    }
    let characters = normal(password).chars().count();
    if characters < MIN_PASSWORD {
        return Err(PasswordFault::TooShort(characters));
    }
    let lower = password.to_lowercase();
    let rest = lower.replace(&user.to_lowercase(), "");
    if !user.is_empty() && rest.chars().count() < MIN_PASSWORD / 2 && rest.len() < lower.len() {
        return Err(PasswordFault::UserName);
    }
    let mut distinct: Vec<char> = lower.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    if distinct.len() < 3 {
        return Err(PasswordFault::Repeated);
    }
    Ok(())
}

/// One spelling for what looks the same on two keyboards.
fn normal(password: &str) -> String {
    password.nfkc().collect()
}

/// What Argon2id costs. Kept with each password, so that it can be raised without asking everybody for a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl Cost {
    /// OWASP Password Storage Cheat Sheet, Argon2id.
    pub(crate) const OWASP: Self = Self { memory_kib: 19_456, passes: 2, lanes: 1 };
}

/// The 64 bytes that follow from a password and a salt: `(what it is known by, the key under which secrets are sealed)`.
/// BLAKE2b of 64 bytes gives no half away by the other. `None` when the parameters or the password cannot be used.
pub(crate) fn stretch(password: &str, salt: &[u8; 16], cost: Cost) -> Option<([u8; 32], [u8; 32])> {
    if password.len() > MAX_PASSWORD {
        return None;
    }
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(64)).ok()?;
    let mut out = [0u8; 64];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(normal(password).as_bytes(), salt, &mut out)
        .ok()?;
    let (known_by, key) = out.split_at(32);
    Some((known_by.try_into().ok()?, key.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_asked_for_and_composition_is_not() {
        assert!(check_new_password("correct horse battery staple", "alice").is_ok());
        assert!(check_new_password("only lower case words", "alice").is_ok());
        assert_eq!(check_new_password("Sh0rt!pass", "alice"), Err(PasswordFault::TooShort(10)));
        assert_eq!(check_new_password("alicealice12", "alice"), Err(PasswordFault::UserName));
        assert_eq!(check_new_password("abababababababab", "alice"), Err(PasswordFault::Repeated));
        assert_eq!(check_new_password(&"x1y".repeat(500), "alice"), Err(PasswordFault::TooLong(1500)));
        // twelve characters, whatever their bytes
        assert!(check_new_password("парольдлиння", "alice").is_ok());
    }

    #[test]
    fn another_password_salt_or_cost_gives_another_key() {
        let salt = *b"somesaltsomesalt";
        let (known, key) = stretch("password", &salt, Cost::OWASP).unwrap();
        assert_ne!(known, key);
        assert_eq!(stretch("password", &salt, Cost::OWASP).unwrap(), (known, key));
        assert_ne!(stretch("Password", &salt, Cost::OWASP).unwrap().0, known);
        assert_ne!(stretch("password", b"somesaltsomesalu", Cost::OWASP).unwrap().0, known);
        let dearer = Cost { passes: 3, ..Cost::OWASP };
        assert_ne!(stretch("password", &salt, dearer).unwrap().0, known);
    }

    #[test]
    fn two_spellings_of_one_password_are_one() {
        let salt = [7; 16];
        assert_eq!(stretch("caf\u{e9}", &salt, Cost::OWASP), stretch("cafe\u{301}", &salt, Cost::OWASP));
    }
}
