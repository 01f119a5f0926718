//! Recovery codes: each replaces a one-time code once, for someone who lost the authenticator. The password is needed still.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

use crate::token::TokenHash;

/// How many a person gets.
pub const RECOVERY_CODES: usize = 10;
/// The letters of a code: no 0, 1, I, O, which are mistaken for each other on paper.
const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// The letters of a code.
const LENGTH: usize = 16;

/// 80 random bits in sixteen letters. A digest of them cannot be turned back.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode([u8; LENGTH]);

impl RecoveryCode {
    /// Of random bytes, which must come fresh from [`crate::fresh`]. Each gives one letter without a bias: 32 divides 256.
    pub fn of(random: &[u8; LENGTH]) -> Self {
        Self(random.map(|byte| LETTERS.get(usize::from(byte % 32)).copied().unwrap_or(b'A')))
    }

    /// What is kept of it.
    pub fn hash(&self) -> TokenHash {
        let mut hash = Sha256::new();
        hash.update(b"countersign-recovery/1\0");
        hash.update(self.0);
        TokenHash::of_digest(hash.finalize().into())
    }
}

/// In groups of four, to be printed once.
impl fmt::Display for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let groups: Vec<String> =
            self.0.chunks(4).map(|group| group.iter().copied().map(char::from).collect()).collect();
        f.write_str(&groups.join("-"))
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(not shown)")
    }
}

/// As people type it: with or without hyphens and blanks, small or capital.
impl FromStr for RecoveryCode {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let letters: Vec<u8> = text
            .bytes()
            .filter(|b| !b.is_ascii_whitespace() && *b != b'-')
            .map(|b| b.to_ascii_uppercase())
            .collect();
        match <[u8; LENGTH]>::try_from(letters) {
            Ok(letters) if letters.iter().all(|b| LETTERS.contains(b)) => Ok(Self(letters)),
            _ => Err(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let code = RecoveryCode::of(&[0, 1, 2, 3, 4, 5, 6, 7, 31, 63, 95, 255, 32, 64, 8, 9]);
        let shown = code.to_string();
        assert_eq!(shown, "ABCD-EFGH-9999-AAJK");
        assert!(shown.len() == 19);
        for typed in [shown.clone(), shown.to_lowercase(), shown.replace('-', " "), shown.replace('-', "")] {
            assert_eq!(typed.parse::<RecoveryCode>(), Ok(code.clone()), "{typed}");
        }
        for wrong in ["", "ABCD-EFGH-9999-AAJ", "ABCD-EFGH-9999-AAJ1", "123456"] {
            assert!(wrong.parse::<RecoveryCode>().is_err(), "{wrong}");
        }
        assert!(!format!("{code:?}").contains("ABCD"));
    }
}
