//! Why a record may not stand where it stands in a register.

use crate::kind::RecordKind;

/// Why a record may not stand where it stands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyRingFault {
    /// The first entry is something else.
    #[error(
        "the first entry of a register is a roster, signed by a key on it that has the role `registrar`; this one is \
         not"
    )]
    NoRoot,
    /// The key is on no roster.
    #[error("a {kind} must be signed by a key that the register knows; nobody there answers for `{key}`", kind = .kind.words())]
    Unknown {
        /// The kind of the record.
        kind: RecordKind,
        /// The key, as text.
        key: String,
    },
    /// The key is on no roster.
    #[error("the key `{key}` is on no roster of this register")]
    NoRole {
        /// The key, as text.
        key: String,
    },
    /// The key has another role.
    #[error(
        "the key of {name} may not sign a {kind}: it has {roles}, and this takes {wanted}", kind = .kind.words()
    )]
    WrongRole {
        /// Whose key it is.
        name: String,
        /// The kind of the record.
        kind: RecordKind,
        /// The roles that the key has.
        roles: String,
        /// The roles of which it needs one.
        wanted: String,
    },
    /// The key was not valid then.
    #[error("the key of {name} was not valid when the record was logged on {on}: it was {why}")]
    NotThen {
        /// Whose key it is.
        name: String,
        /// The day in the log.
        on: String,
        /// Why not: "withdrawn at entry 7".
        why: String,
    },
    /// The key was in other hands.
    #[error(
        "the key of {name} may have been in other hands from {since} on (entry {entry}), and the record was logged on \
         {on}: whether {name} signed it is not known"
    )]
    Compromised {
        /// Whose key it is.
        name: String,
        /// From which day.
        since: String,
        /// The entry that says so.
        entry: u64,
        /// The day in the log.
        on: String,
    },
    /// A key of a state signs for another one.
    #[error("the key of {name} signs for the state {of}, and the record is a pledge of {found}")]
    OtherState {
        /// Whose key it is.
        name: String,
        /// Its state.
        of: String,
        /// The state of the pledge.
        found: String,
    },
    /// An assessment is signed by someone who did not make it.
    #[error("{name} signed the assessment and is not among its `assessors`")]
    NotAssessor {
        /// Whose key it is.
        name: String,
    },
    /// A roster or accreditation gives more than its signer may give.
    #[error("the key of {name} is no registrar and cannot give the role `{role}`")]
    CannotGive {
        /// Whose key it is.
        name: String,
        /// The role.
        role: &'static str,
    },
    /// A role rests on a record that is not relied upon.
    #[error(
        "the role of {name} was given by entry {given}, which rests on a key that may have been in other hands from \
         {since} on (entry {entry}): it gives nothing"
    )]
    DoubtfulRole {
        /// Whose key it is.
        name: String,
        /// The entry that gave the role.
        given: u64,
        /// From which day.
        since: String,
        /// The entry that says so.
        entry: u64,
    },
    /// A record takes more than its signer may take.
    #[error(
        "the key of {name} is no registrar: it can neither report, withdraw nor leave off the key of {whose}, which \
         has the role `{role}`"
    )]
    CannotTake {
        /// Whose key signed it.
        name: String,
        /// Whose key would lose its roles.
        whose: String,
        /// The role.
        role: &'static str,
    },
    /// The log's time runs backwards.
    #[error("it was logged at {later}, before the entry before it ({earlier})")]
    TimeReversed {
        /// The time of the entry before.
        earlier: String,
        /// The time of this one.
        later: String,
    },
}

impl KeyRingFault {
    /// Whether a record about keys with this fault changes nothing, and the rest of the register stands as it is: it was
    /// signed with a stolen key, or took what its signer could not take. A reader passes it over.
    pub fn is_passed_over(&self) -> bool {
        matches!(self, Self::Compromised { .. } | Self::DoubtfulRole { .. } | Self::CannotTake { .. })
    }
}
