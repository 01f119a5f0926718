//! What happened to the directory of people: one line of its file each.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::api_key::ApiKey;
use crate::credentials::Credentials;
use crate::external::External;
use crate::passkey::PasskeyKey;
use crate::role::Role;
use crate::token::TokenHash;
use crate::user_name::{UserId, UserName};

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case", deny_unknown_fields)]
pub enum Event {
    /// A one-time link was made; an older one for the same person is worth nothing from now on.
    Invited {
        /// What is kept of the link.
        token: TokenHash,
        /// For whom; absent for the set-up link.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        user: Option<UserId>,
        /// From when on it is worth nothing.
        expires: Timestamp,
    },
    /// A person was added.
    UserAdded {
        /// Who.
        user: UserId,
        /// The name to sign in with.
        name: UserName,
        /// The name for people.
        full_name: String,
        /// What they do here.
        roles: BTreeSet<Role>,
    },
    /// A person has new credentials. By a link (which is used up then) or by themselves. Their sessions end.
    CredentialsSet {
        /// Who.
        user: UserId,
        /// What is kept of them.
        credentials: Credentials,
        /// The link that was used.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        used: Option<TokenHash>,
        /// The step of the one-time code that was accepted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code_step: Option<u64>,
    },
    /// A person's credentials were taken away: their password, signing key and one-time secret are gone for good, and so is
    /// who they are at an identity provider.
    CredentialsRemoved {
        /// Who.
        user: UserId,
    },
    /// A person is one whom an identity provider vouches for.
    Linked {
        /// Who.
        user: UserId,
        /// Who they are there.
        external: External,
        /// The link that was used.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        used: Option<TokenHash>,
    },
    /// A person has new recovery codes; the old ones are worth nothing.
    RecoveryCodesSet {
        /// Whose.
        user: UserId,
        /// What is kept of them.
        codes: Vec<TokenHash>,
    },
    /// A recovery code was used.
    RecoveryCodeUsed {
        /// Whose.
        user: UserId,
        /// Which.
        code: TokenHash,
    },
    /// A person has one more passkey.
    PasskeyAdded {
        /// Whose.
        user: UserId,
        /// Names it.
        id: String,
        /// What its owner calls it.
        name: String,
        /// The public key.
        key: PasskeyKey,
    },
    /// A passkey was used, and its count went on.
    PasskeyUsed {
        /// Whose.
        user: UserId,
        /// Which.
        id: String,
        /// How often it signed, as it says.
        count: u32,
    },
    /// A passkey is worth nothing any more.
    PasskeyRemoved {
        /// Whose.
        user: UserId,
        /// Which.
        id: String,
    },
    /// All sessions of a person ended.
    SignedOutEverywhere {
        /// Whose.
        user: UserId,
    },
    /// A person has other roles.
    RolesSet {
        /// Who.
        user: UserId,
        /// What they do here from now on.
        roles: BTreeSet<Role>,
    },
    /// A person may not sign in any more, or may again.
    DisabledSet {
        /// Who.
        user: UserId,
        /// Whether they may not.
        disabled: bool,
    },
    /// A session began.
    SignedIn {
        /// What is kept of its token.
        session: TokenHash,
        /// Whose.
        user: UserId,
        /// The step of the one-time code that was accepted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code_step: Option<u64>,
    },
    /// A one-time code was accepted for something else than a session.
    CodeUsed {
        /// Whose.
        user: UserId,
        /// Its step.
        code_step: u64,
    },
    /// A session was used.
    SessionSeen {
        /// Which.
        session: TokenHash,
    },
    /// A session ended.
    SignedOut {
        /// Which.
        session: TokenHash,
    },
    /// A key was made.
    KeyMade {
        /// What is kept of it.
        key: ApiKey,
    },
    /// A key was revoked.
    KeyRevoked {
        /// Which.
        id: String,
    },
}

/// One line of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stamped {
    /// When.
    pub at: Timestamp,
    /// By whom; absent where nobody had signed in: a start of the server, a command, a link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<UserId>,
    /// What.
    pub what: Event,
}

impl Stamped {
    /// At `now`, by someone.
    pub fn new(now: Timestamp, by: Option<&UserId>, what: Event) -> Self {
        Self { at: now, by: by.cloned(), what }
    }
}
