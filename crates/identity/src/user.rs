//! People, and the one-time links by which they get in for the first time.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::credentials::Credentials;
use crate::external::External;
use crate::passkey::Passkey;
use crate::role::Role;
use crate::token::TokenHash;
use crate::user_name::{UserId, UserName};

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
    /// Takes away everything that they prove themselves with.
    pub(crate) fn forget_credentials(&mut self) {
        self.credentials = None;
        self.external = None;
        self.last_code_step = None;
        self.recovery.clear();
        self.passkeys.clear();
    }

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
