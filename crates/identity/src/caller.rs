//! Who asks.

use std::collections::BTreeSet;

use crate::api_key::Scope;
use crate::role::Role;
use crate::user_name::{UserId, UserName};

/// By what someone proved who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Via {
    /// A browser's session.
    Session,
    /// A key, for these uses only.
    Key {
        /// The digits that find it.
        id: String,
        /// What it may be used for.
        scopes: BTreeSet<Scope>,
    },
}

/// Someone who proved who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Who.
    pub user: UserId,
    /// The name to sign in with.
    pub name: UserName,
    /// The name for people.
    pub full_name: String,
    /// What they do here.
    pub roles: BTreeSet<Role>,
    /// By what they proved it.
    pub via: Via,
}

/// How a request came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// Nobody who proved anything.
    Anonymous {
        /// From this very machine, not through a proxy.
        loopback: bool,
    },
    /// Someone.
    Known(Caller),
}

impl Access {
    /// Who, if it is known.
    pub fn caller(&self) -> Option<&Caller> {
        match self {
            Self::Anonymous { .. } => None,
            Self::Known(caller) => Some(caller),
        }
    }
}
