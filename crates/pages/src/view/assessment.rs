//! An assessment with everything that was said and done about it.

use countersign_model::Date;
use serde::Serialize;

use super::RecordRow;
use crate::text::Tone;

/// An assessment on a day.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AssessmentView {
    /// `page-assessment/1`.
    pub schema: &'static str,
    /// `assessment:…`.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Whether the text that is shown is a draft.
    pub draft: bool,
    /// The entry of that text.
    pub index: u64,
    /// SHA-256 of its record.
    pub record: String,
    /// When it was logged.
    pub logged: Date,
    /// The state on the day, as a code.
    pub state: String,
    /// How it is marked.
    pub tone: Tone,
    /// The gravest that stands between a text in force and the gate, as a code: `stops`, `open`, `conditions`.
    pub level: Option<String>,
    /// The rules and questions of that level.
    pub rules: Vec<String>,
    /// The last day of validity; a draft has none.
    pub valid_to: Option<Date>,
    /// A draft: the last day for comments.
    pub comment_until: Option<Date>,
    /// `D` or `S`.
    pub stage: String,
    /// Product.
    pub product: String,
    /// Its subject in the register.
    pub product_subject: Option<String>,
    /// Version.
    pub version: String,
    /// Vendor.
    pub vendor: PersonView,
    /// End user.
    pub end_user: Option<PersonView>,
    /// Country of use, two letters.
    pub destination: Option<String>,
    /// Resellers and brokers; absent where not said.
    pub chain: Option<Vec<PersonView>>,
    /// Who assessed.
    pub assessor: PersonView,
    /// Who reviewed.
    pub reviewer: PersonView,
    /// When the reviewer signed.
    pub reviewed_on: Option<Date>,
    /// How the assessor was chosen, as a code.
    pub selection: String,
    /// Amount and currency.
    pub fee: String,
    /// Who pays.
    pub fee_by: String,
    /// The conclusion.
    pub conclusion: String,
    /// Summaries: language, text.
    pub summaries: Vec<Summary>,
    /// Where people can comment.
    pub channel: String,
    /// What stands between it and the gate.
    pub notes: Vec<NoteView>,
    /// What became of it.
    pub life: Vec<LifeView>,
    /// All its texts.
    pub texts: Vec<TextView>,
    /// Impacts, the gravest first.
    pub impacts: Vec<ImpactView>,
    /// Questions and answers.
    pub questions: Vec<QuestionView>,
    /// How many questions are not asked.
    pub not_asked: usize,
    /// What was refused: what, by whom, questions.
    pub refusals: Vec<(String, String, Vec<String>)>,
    /// Comments with their answers.
    pub comments: Vec<CommentView>,
    /// Challenges with their decisions.
    pub challenges: Vec<ChallengeView>,
    /// Suspensions, reinstatements, revocations.
    pub measures: Vec<RecordRow>,
    /// What is withheld.
    pub withheld: Vec<WithheldView>,
    /// How many fields there are.
    pub fields: usize,
    /// The root of the text, which the reviewer signed.
    pub text_root: String,
    /// What the rules of independence show.
    pub independence: Vec<IndependenceView>,
    /// Declarations of interest.
    pub declarations: Vec<DeclarationView>,
    /// Conditions still to be met; absent where not said.
    pub conditions: Option<Vec<String>>,
    /// Findings on the law: source, text.
    pub law: Vec<(String, String)>,
    /// Texts that cannot be read: entry, why.
    pub unreadable: Vec<(u64, String)>,
    /// Which question set judged it.
    pub question_set: String,
}

impl AssessmentView {
    /// Whether it was made final and does not count on the day any more.
    pub fn counts_no_more(&self) -> bool {
        matches!(self.state.as_str(), "suspended" | "expired" | "superseded" | "revoked" | "void")
    }
}

/// A party of an assessment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PersonView {
    /// Its name.
    pub name: String,
    /// Its country, two letters.
    pub country: Option<String>,
    /// Its subject in the register.
    pub subject: Option<String>,
}

/// A summary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// The language (BCP 47).
    pub language: String,
    /// The text.
    pub text: String,
}

/// Something that stands between an assessment and the gate.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NoteView {
    /// What it leads to, as a code.
    pub level: String,
    /// How it is marked.
    pub tone: Tone,
    /// The rule.
    pub rule: String,
    /// Why, in English.
    pub text: String,
}

/// A change of state.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LifeView {
    /// When it was logged.
    pub logged: Date,
    /// The state, as a code.
    pub state: String,
    /// How it is marked.
    pub tone: Tone,
    /// Since when it was true.
    pub since: Option<Date>,
    /// Why.
    pub reason: Option<String>,
}

/// A text of an assessment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TextView {
    /// The entry.
    pub index: u64,
    /// When it was logged.
    pub logged: Date,
    /// `draft` or `final`.
    pub status: String,
    /// Whether it is the one shown.
    pub shown: bool,
}

/// An impact on a right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImpactView {
    /// The right, as a code.
    pub right: String,
    /// What happens.
    pub text: String,
    /// Severity and likelihood before mitigation.
    pub before: (u8, u8),
    /// And after.
    pub after: (u8, u8),
    /// Mitigations.
    pub mitigations: Vec<String>,
}

/// A question with its answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QuestionView {
    /// Its id.
    pub id: String,
    /// The group that it is in.
    pub group: String,
    /// The question, in English.
    pub text: String,
    /// The answer; absent where there is none.
    pub answer: Option<String>,
    /// Whether the answer is withheld.
    pub withheld: bool,
    /// How good the evidence is.
    pub tier: Option<String>,
    /// The evidence.
    pub evidence: Vec<String>,
    /// What was found.
    pub findings: Vec<String>,
    /// Why it is not applicable, and the like.
    pub reason: Option<String>,
    /// Why the answer counts as unknown, in English.
    pub unknown: Option<String>,
    /// `stops`, `stop_unknown`, `red_flag`, `mitigated` or `in_order`.
    pub effect: String,
    /// How it is marked.
    pub tone: Tone,
}

/// A comment.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CommentView {
    /// The entry.
    pub index: u64,
    /// Who.
    pub who: String,
    /// For whom.
    pub organisation: Option<String>,
    /// Whether its subject is the vendor: the company's own reply.
    pub company: bool,
    /// When it was logged.
    pub time: String,
    /// The text.
    pub text: String,
    /// Its language, where told.
    pub language: String,
    /// The assessor's answer.
    pub response: Option<ResponseView>,
    /// Replies by others: who, when, text, entry.
    pub replies: Vec<super::Answer>,
}

/// The assessor's answer to a comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResponseView {
    /// What was done, as a code.
    pub outcome: String,
    /// Why.
    pub reason: String,
}

/// A challenge.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChallengeView {
    /// The challenge.
    pub challenge: super::Answer,
    /// On what grounds.
    pub grounds: Vec<String>,
    /// By when it has to be decided.
    pub decide_by: Date,
    /// The decision: outcome as a code, entry, reasons.
    pub decision: Option<(String, u64, String)>,
}

/// A withheld field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WithheldView {
    /// Its path.
    pub path: String,
    /// On what ground, as a code.
    pub class: String,
    /// Why.
    pub reason: String,
    /// Who decided.
    pub decided_by: String,
    /// When it is looked at again.
    pub review: Date,
}

/// What a rule of independence shows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct IndependenceView {
    /// The rule.
    pub rule: String,
    /// The verdict, as a code.
    pub verdict: String,
    /// How it is marked.
    pub tone: Tone,
    /// Why, in English.
    pub why: String,
}

/// A declaration of interest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeclarationView {
    /// Who.
    pub person: String,
    /// For whom.
    pub organisation: String,
    /// Whether they lead.
    pub lead: bool,
}
