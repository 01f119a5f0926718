//! Why a step is not allowed.

use countersign_identity::Role;
use countersign_model::Answer;

use crate::case::CaseState;

/// What must be done before a case can end so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotYet {
    /// No check.
    #[error("the case was not checked against the law")]
    NoCheck,
    /// The check is older than the last change.
    #[error("something changed since the last check; check again")]
    StaleCheck,
    /// The check is one of other facts.
    #[error("the check is of another case file than the one here")]
    OtherFacts,
    /// The answer forbids it.
    #[error("the answer of the check is {0}")]
    Answer(Answer),
    /// So many possible matches are undecided.
    #[error("{0} possible matches are undecided")]
    Matches(usize),
    /// So many questions are open.
    #[error("{0} questions to the applicant are open")]
    Questions(usize),
}

/// Why a step is not allowed. Whoever shows it has words for each: a new one does not compile without.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// No such case.
    #[error("there is no case `{0}`")]
    NoCase(String),
    /// It is there already.
    #[error("there is a case `{0}` already")]
    CaseThere(String),
    /// Not in this state.
    #[error("the case is {}: {why}", .state.words())]
    State {
        /// Its state.
        state: CaseState,
        /// What can be done.
        why: &'static str,
    },
    /// No such match, question, document or outcome.
    #[error("the case has no {what} `{id}`")]
    Unknown {
        /// What it is.
        what: &'static str,
        /// What was given.
        id: String,
    },
    /// A text is missing or too long.
    #[error("say {what} in 1 to {most} characters")]
    Text {
        /// What is missing.
        what: &'static str,
        /// The most characters.
        most: usize,
    },
    /// It is decided already.
    #[error("`{0}` is not undecided; say what it is, or leave it")]
    MatchDecided(String),
    /// Nobody has proposed anything.
    #[error("nobody has said yet what `{0}` is")]
    NotProposed(String),
    /// A person would look at their own work.
    #[error("{0} worked on this; another person must look at it")]
    OwnWork(String),
    /// A person would sign twice.
    #[error("{0} signed this already; every signature is another person's")]
    Twice(String),
    /// A person who decided the first time.
    #[error("{0} countersigned the decision that is appealed against; other eyes must look at it")]
    EarlierSigner(String),
    /// The role is missing.
    #[error("the signature number {place} is that of a person with the role `{role}`")]
    Role {
        /// Which signature.
        place: usize,
        /// The role.
        role: Role,
    },
    /// Not the next one.
    #[error("the next signature is number {next}, not {given}")]
    Place {
        /// The next.
        next: usize,
        /// What was given.
        given: usize,
    },
    /// The paper changed.
    #[error("the paper was changed since it was shown: look at the new one, then sign")]
    Paper,
    /// The signature does not hold.
    #[error("the signature does not hold: {0}")]
    Signature(String),
    /// The key is not the person's.
    #[error("the key `{0}` is not known as that of this person")]
    Key(String),
    /// Something must be done first.
    #[error("this outcome is not possible yet: {0}")]
    Outcome(NotYet),
    /// Signatures are missing.
    #[error("{missing} of {needed} signatures are missing")]
    Missing {
        /// How many are missing.
        missing: usize,
        /// How many there must be.
        needed: usize,
    },
    /// The policy cannot be used.
    #[error("the policy cannot be used: {0}")]
    Policy(String),
    /// The form of the entry.
    #[error("the entry has not its form: {0}")]
    Form(String),
}
