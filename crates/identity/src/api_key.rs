//! Keys of programs: `csk_<eight hexadecimal digits>_<43 characters>`. The digits find the key, the rest proves it.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::token::{Token, TokenHash};
use crate::user_name::UserId;

/// What a key may be used for, within what the roles of its owner allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Read lists, entries, countries, the register.
    Read,
    /// Compare names with the lists.
    Screen,
    /// Check cases against the law.
    Check,
    /// Write: imports, watched parties, records.
    Write,
    /// Work on cases and possible matches.
    Desk,
    /// Read the audit log and export it.
    Audit,
    /// Manage people and keys.
    Admin,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 7] =
        [Self::Read, Self::Screen, Self::Check, Self::Write, Self::Desk, Self::Audit, Self::Admin];

    /// The word in files and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Screen => "screen",
            Self::Check => "check",
            Self::Write => "write",
            Self::Desk => "desk",
            Self::Audit => "audit",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Scope {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text).ok_or_else(|| {
            format!("`{text}` is not a scope; there are {}", Self::ALL.map(Self::as_str).join(", "))
        })
    }
}

/// A key as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiKey {
    /// The digits that find it.
    pub id: String,
    /// What is kept of the secret.
    pub secret: TokenHash,
    /// Whose it is: it can do nothing that its owner cannot.
    pub user: UserId,
    /// What it is for, in the owner's words.
    pub purpose: String,
    /// What it may be used for.
    pub scopes: BTreeSet<Scope>,
    /// Since when.
    pub made: Timestamp,
    /// From when on it is worth nothing.
    pub expires: Timestamp,
    /// When it was revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<Timestamp>,
}

impl ApiKey {
    /// Whether it holds at `now`.
    pub fn holds(&self, now: Timestamp) -> bool {
        self.revoked.is_none() && now < self.expires
    }
}

/// A key that is wanted.
#[derive(Debug, Clone)]
pub struct NewApiKey {
    /// Whose.
    pub user: UserId,
    /// What it is for.
    pub purpose: String,
    /// What it may be used for.
    pub scopes: BTreeSet<Scope>,
    /// From when on it is worth nothing.
    pub expires: Timestamp,
}

/// Why a key is not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ApiKeyFault {
    /// No scope.
    #[error("a key needs at least one scope; there are {all}", all = Scope::ALL.map(Scope::as_str).join(", "))]
    NoScope,
    /// No purpose.
    #[error(
        "say in 1 to 200 characters what the key is for, so that someone can know later whether it is still needed"
    )]
    Purpose,
    /// In the past, or so far off that nobody will look again.
    #[error("a key must expire within one to 400 days")]
    Expiry,
}

/// The text of a new key: shown once.
pub(crate) fn key_text(id: &str, secret: &Token) -> String {
    format!("csk_{id}_{}", secret.text())
}

/// Takes a key apart: `(what finds it, its secret)`. `None` when it has not the form of one.
pub fn read_api_key(text: &str) -> Option<(&str, Token)> {
    let (id, secret) = text.strip_prefix("csk_")?.split_once('_')?;
    let fits = id.len() == 8 && id.bytes().all(|b| b.is_ascii_hexdigit());
    if fits { Some((id, secret.parse().ok()?)) } else { None }
}
