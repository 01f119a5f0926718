//! People, and the one-time links by which they get in for the first time.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::credentials::Credentials;
use crate::external::External;
use crate::passkey::Passkey;
use crate::role::Role;
use crate::token::TokenHash;

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

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Who.
    pub id: UserId,
    /// The name to sign in with.
    pub name: UserName,
    /// The name for people; it stands beside signatures.
    pub full_name: String,
    /// What they do here.
    pub roles: BTreeSet<Role>,
    /// Whether they may not sign in any more.
    pub disabled: bool,
    /// What they prove themselves with; `None` until they used their link.
    pub credentials: Option<Credentials>,
    /// The step of the last one-time code that was accepted.
    pub last_code_step: Option<u64>,
    /// Who they are at the identity provider that vouches for them; `None` for who signs in with a password.
    pub external: Option<External>,
    /// What is kept of their recovery codes.
    pub recovery: Vec<TokenHash>,
    /// Their passkeys, the oldest first.
    pub passkeys: Vec<Passkey>,
    /// Since when.
    pub added: Timestamp,
}

impl User {
    /// Whether they can sign in.
    pub fn is_active(&self) -> bool {
        !self.disabled && (self.credentials.is_some() || self.external.is_some())
    }

    /// Whether they have the role.
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}

/// A one-time link: its bearer chooses a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// What is kept of the link.
    pub token: TokenHash,
    /// For whom; `None` for the set-up link, whose bearer becomes the first administrator.
    pub user: Option<UserId>,
    /// From when on it is worth nothing.
    pub expires: Timestamp,
}
