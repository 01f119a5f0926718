//! What people do here, by the words of the field.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A role. A person may have several; what each may do is said by the permission matrix, nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Works on cases and possible matches.
    Analyst,
    /// Looks at the work of others and countersigns it.
    Approver,
    /// Decides applications for an authority.
    LicensingOfficer,
    /// Writes human-rights assessments.
    Assessor,
    /// Runs the public register.
    RegisterOperator,
    /// Reads everything, changes nothing.
    Auditor,
    /// Runs the installation: people, roles, keys, lists. Works on no case; signs one that was escalated, where the policy
    /// says so.
    Administrator,
}

/// A word that is no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a role; there are {all}", all = Role::ALL.map(Role::as_str).join(", "))]
pub struct UnknownRole(pub String);

impl Role {
    /// Every role.
    pub const ALL: [Self; 7] = [
        Self::Analyst,
        Self::Approver,
        Self::LicensingOfficer,
        Self::Assessor,
        Self::RegisterOperator,
        Self::Auditor,
        Self::Administrator,
    ];

    /// The word in files and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Analyst => "analyst",
            Self::Approver => "approver",
            Self::LicensingOfficer => "licensing_officer",
            Self::Assessor => "assessor",
            Self::RegisterOperator => "register_operator",
            Self::Auditor => "auditor",
            Self::Administrator => "administrator",
        }
    }

    /// The words for people.
    pub fn words(self) -> String {
        self.as_str().replace('_', " ")
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // `licensing-officer` is what people write on a command line
        let word = text.replace('-', "_");
        Self::ALL.into_iter().find(|role| role.as_str() == word).ok_or_else(|| UnknownRole(text.to_owned()))
    }
}
