//! The two names of a person: one for good, and one to sign in with.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Names a person for good, also after their name changed: `u-` and sixteen hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UserId(String);

impl UserId {
    /// Of random bytes.
    pub fn of(random: &[u8; 8]) -> Self {
        Self(format!("u-{}", hex::encode(random)))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The name with which a person signs in: 2 to 40 of `a`–`z`, `0`–`9`, `.`, `-`, `_`, beginning with a letter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UserName(String);

/// A text that cannot be the name of a user.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` cannot be a user name; write 2 to 40 of the characters a–z, 0–9, `.`, `-` and `_`, beginning with a letter"
)]
pub struct UserNameFault(pub String);

impl UserName {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for UserName {
    type Err = UserNameFault;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = (2..=40).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-_".contains(c));
        if fits { Ok(Self(text.to_owned())) } else { Err(UserNameFault(text.chars().take(80).collect())) }
    }
}

impl TryFrom<String> for UserName {
    type Error = UserNameFault;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<UserName> for String {
    fn from(name: UserName) -> Self {
        name.0
    }
}
