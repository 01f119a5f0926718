//! Findings and incidents with the answers of those accused.

use countersign_model::Date;
use serde::Serialize;

/// A finding or an incident of the register, and what followed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ground {
    /// The entry.
    pub index: u64,
    /// When it was logged.
    pub time: String,
    /// What was found, as a code; absent for an incident.
    pub conclusion: Option<String>,
    /// `withdrawn`, `disputed`, `corrected` or `stands`.
    pub standing: String,
    /// The claim.
    pub claim: String,
    /// Who signed.
    pub by: String,
    /// Subjects.
    pub about: Vec<String>,
    /// The product.
    pub product: Option<String>,
    /// Who used it.
    pub operator: Option<String>,
    /// Where, two letters.
    pub state: Option<String>,
    /// From when.
    pub from: Option<Date>,
    /// Until when.
    pub until: Option<Date>,
    /// Against which groups, as codes.
    pub groups: Vec<String>,
    /// At least so many people.
    pub at_least: Option<u64>,
    /// How good the evidence is.
    pub tier: String,
    /// How it was examined.
    pub method: Option<String>,
    /// Published sources.
    pub sources: Vec<SourceView>,
    /// Files.
    pub files: Vec<EvidenceFileView>,
    /// When the accused were asked.
    pub asked_on: Option<Date>,
    /// Their answers.
    pub replies: Vec<Answer>,
    /// Disputes.
    pub disputes: Vec<DisputeView>,
}

/// Where something was published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceView {
    /// By whom.
    pub publisher: String,
    /// The title.
    pub title: String,
    /// When.
    pub day: Option<Date>,
    /// Where, only if it is a web address.
    pub url: Option<String>,
}

/// A file that carries a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EvidenceFileView {
    /// Its name.
    pub name: String,
    /// What it shows.
    pub description: String,
    /// Its SHA-256.
    pub digest: String,
    /// Through how many hands it went.
    pub hands: usize,
}

/// What somebody answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// The entry.
    pub index: u64,
    /// Who.
    pub who: String,
    /// When it was logged.
    pub time: String,
    /// What.
    pub text: String,
}

/// A dispute with its outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DisputeView {
    /// The dispute.
    pub dispute: Answer,
    /// How it ended, as a code, with the entry and the reasons.
    pub outcome: Option<(String, u64, String)>,
}

/// A finding of a file, about a country.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FindingView {
    /// The day of the finding.
    pub date: Date,
    /// Its title.
    pub title: String,
    /// Who found it.
    pub found_by: String,
    /// In what kind of procedure, as a code.
    pub kind: String,
    /// Whether it stands, as a code.
    pub status: String,
    /// How good the evidence is.
    pub tier: String,
    /// The agency.
    pub agency: Option<String>,
    /// What was found.
    pub text: String,
    /// Where it can be read.
    pub source: String,
    /// Replies: who, when, what (nothing where there was none).
    pub replies: Vec<(String, Date, Option<String>)>,
}
