//! What a record can be. A kind that is not here is refused, never guessed.

use std::fmt;
use std::str::FromStr;

/// A word that names no kind of record which this version knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the log entry is of the unknown kind `{0}`; a newer version of countersign may know it")]
pub struct UnknownKind(pub String);

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $path:literal, $keeper:ident;)*) => {
        /// What a record is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum RecordKind { $($(#[$doc])* $name,)* }

        impl RecordKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The word in a leaf.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// The `predicateType` of a statement of this kind: an identifier with a version, not a page.
            pub fn predicate_type(self) -> &'static str {
                match self { $(Self::$name => concat!("https://countersign.dev/", $path),)* }
            }

            /// The log in which records of this kind are kept.
            pub fn keeper(self) -> Keeper {
                match self { $(Self::$name => Keeper::$keeper,)* }
            }
        }
    };
}

/// Which of the two logs keeps a kind of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeper {
    /// The private journal of an installation: cases, decisions, list imports.
    Journal,
    /// The public register. What its records must hold: [`crate::records`].
    Register,
}

kinds! {
    /// A publisher's list was taken in.
    ListImport = "list_import", "list-import/v1", Journal;
    /// A publisher's table of country indicators was taken in.
    IndicatorImport = "indicator_import", "indicator-import/v1", Journal;
    /// A case was decided.
    Decision = "decision", "decision/v1", Journal;
    /// A person decided on a possible match.
    Disposition = "disposition", "disposition/v1", Journal;
    /// Names were compared with the lists, with or without a possible match.
    Screening = "screening", "screening/v1", Journal;
    /// A law pack came into use.
    LawPack = "law_pack", "law-pack/v1", Journal;
    /// A person decided that entries of lists are about one party, or are not.
    SameEntity = "same_entity", "same-entity/v1", Journal;
    /// The parties that are watched, after a change of them.
    WatchBase = "watch_base", "watch-base/v1", Journal;
    /// The watched parties were screened again.
    WatchRun = "watch_run", "watch-run/v1", Journal;
    /// Something changed for a watched party.
    WatchAlert = "watch_alert", "watch-alert/v1", Journal;
    /// A person did something on a case.
    DeskStep = "desk_step", "desk-step/v1", Journal;
    /// A person countersigned a paper; their own signature is inside.
    Countersignature = "countersignature", "countersignature/v1", Journal;
    /// An administrator changed who is told what.
    Administration = "administration", "administration/v1", Journal;
    /// The signature of a person inside a countersignature; never an entry by itself.
    PersonalSignature = "personal_signature", "personal-signature/v1", Journal;

    /// Who may sign what, as a body of the register says.
    Roster = "roster", "roster/v1", Register;
    /// One person or organisation is accredited.
    Accreditation = "accreditation", "accreditation/v1", Register;
    /// A key is replaced, withdrawn, or was stolen.
    KeyChange = "key_change", "key-change/v1", Register;
    /// Another register is recognised, for some kinds of records.
    Recognition = "recognition", "recognition/v1", Register;

    /// An assessment, as a draft for comment or final.
    Assessment = "assessment", "assessment/v1", Register;
    /// A comment on a record.
    Comment = "comment", "comment/v1", Register;
    /// The assessor's answer to a comment.
    Response = "response", "response/v1", Register;
    /// A record is challenged.
    Challenge = "challenge", "challenge/v1", Register;
    /// A panel decided on a challenge.
    ChallengeDecision = "challenge_decision", "challenge-decision/v1", Register;
    /// An assessment is not to be relied upon for now.
    Suspension = "suspension", "suspension/v1", Register;
    /// A suspension ends.
    Reinstatement = "reinstatement", "reinstatement/v1", Register;
    /// An assessment is not to be relied upon any more, or never was.
    Revocation = "revocation", "revocation/v1", Register;

    /// A government's signed promise.
    Pledge = "pledge", "pledge/v1", Register;
    /// A pledge ends.
    PledgeWithdrawal = "pledge_withdrawal", "pledge-withdrawal/v1", Register;

    /// The hash of a publisher's list on a day.
    ListSnapshot = "list_snapshot", "list-snapshot/v1", Register;
    /// The hash of the law packs of a release.
    LawSnapshot = "law_snapshot", "law-snapshot/v1", Register;
    /// A decision that its maker made public.
    PublishedDecision = "published_decision", "published-decision/v1", Register;
    /// A commitment to something that stays private: a receipt of a journal.
    ReceiptCommitment = "receipt_commitment", "receipt-commitment/v1", Register;

    /// "This tool was used against …": what is claimed to have happened.
    Incident = "incident", "incident/v1", Register;
    /// What an investigation found.
    Finding = "finding", "finding/v1", Register;
    /// The answer of someone a record accuses.
    Reply = "reply", "reply/v1", Register;
    /// An incident or a finding is disputed.
    Dispute = "dispute", "dispute/v1", Register;
    /// How a dispute ended.
    DisputeOutcome = "dispute_outcome", "dispute-outcome/v1", Register;
}

impl RecordKind {
    /// The kind with that `predicateType`.
    pub fn from_predicate_type(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.predicate_type() == text)
    }

    /// The word for people: `challenge decision`.
    pub fn words(self) -> String {
        self.as_str().replace('_', " ")
    }
}

impl fmt::Display for RecordKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for RecordKind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .iter()
            .copied()
            .find(|kind| kind.as_str() == text)
            .ok_or_else(|| UnknownKind(text.to_owned()))
    }
}
