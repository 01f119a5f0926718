//! The question set: what an assessment must answer, on which evidence, and what an answer means.
//!
//! It is a data file (`assessments/question-set.yaml`), versioned and dated; this file only reads it. A condition
//! word or a field that this version does not know is an error, so that no stop clause is passed over.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::fault::DocumentFault;

/// The question set that the program brings.
const EMBEDDED: &str = include_str!("../../../assessments/question-set.yaml");

/// Which act a question belongs to. `Develop` is stage D; `Sell` and `Procure` are the two sides of stage S.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// A product version, before it is placed on the market (stage D).
    Develop,
    /// A transaction, by the seller, broker or exporter (stage S).
    Sell,
    /// A transaction, by the buyer (stage S).
    Procure,
}

/// How good the evidence for an answer is; `E1` is the strongest, and stands first in the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Tier {
    /// The assessor tested or inspected it.
    E1,
    /// A primary document: statute, warrant form, signed contract, log export.
    E2,
    /// Two independent credible third-party sources.
    E3,
    /// A statement by the vendor or the end user alone.
    E4,
}

impl Tier {
    /// Whether evidence of this tier is enough where `least` is asked.
    pub fn satisfies(self, least: Self) -> bool {
        self <= least
    }
}

/// What kind of answer a question takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerType {
    /// `yes`, `partial`, `no`, `unknown` or `not_applicable`.
    YesNoPartial,
    /// One of the options, or `unknown`.
    Enum,
    /// A whole number.
    Number,
    /// A whole number of days, or `unlimited`.
    NumberOrUnlimited,
    /// Rows.
    Table,
    /// Words; of the options where there are any.
    List,
    /// Text with coded findings.
    Text,
    /// Two dates.
    DateRange,
}

/// The form of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerForm {
    /// Its kind.
    #[serde(rename = "type")]
    pub kind: AnswerType,
    /// The words that may be answered; empty where any may.
    #[serde(default)]
    pub options: Vec<String>,
}

/// What evidence a question asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceForm {
    /// The weakest tier that counts; a weaker one makes the answer `unknown`.
    pub min_tier: Tier,
    /// What is usually asked for.
    pub items: Vec<String>,
}

/// When an answer is a red flag or a stop. All keys that are given must hold (`condition_semantics`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Condition {
    /// The answer is one of these.
    #[serde(rename = "in")]
    pub is_one_of: Vec<String>,
    /// The list answered has one of these.
    pub contains_any: Vec<String>,
    /// The text is tagged with one of these findings.
    pub contains: Vec<String>,
    /// The answer is this number or word.
    pub eq: Option<Scalar>,
    /// Longer than so many days.
    pub gt_days: Option<i64>,
    /// Shorter than so many days.
    pub lt_days: Option<i64>,
    /// At least so many rows.
    pub count_gte: Option<usize>,
    /// Exactly so many items.
    pub count_eq: Option<usize>,
    /// At least so many rows that are not remedied (within `window_years`, where given).
    pub count_unremedied_gte: Option<usize>,
    /// Look-back from the day of the act, in years.
    pub window_years: Option<i64>,
    /// At least so many rows without a reason.
    pub rows_without_reason_gte: Option<usize>,
    /// At least so many rows without a class.
    pub unclassified_gte: Option<usize>,
    /// More than so many percent of the ownership are not resolved to natural persons.
    pub unresolved_percent_gt: Option<i64>,
    /// At least so many percent of the ownership are not resolved to natural persons.
    pub unresolved_percent_gte: Option<i64>,
    /// At least so many tests failed.
    pub tests_failed_gte: Option<usize>,
    /// A row has at least this severity; with `likelihood_gte`, the same row.
    pub severity_gte: Option<u8>,
    /// The row has at least this likelihood.
    pub likelihood_gte: Option<u8>,
    /// At least so many rows without remedy.
    pub unremedied_gte: Option<usize>,
    /// One of these words is missing from the list.
    pub missing_any: Vec<String>,
    /// The text is not tagged `minimisation`.
    pub missing_minimisation: bool,
    /// The text is not tagged `independent_reader`.
    pub missing_independent_reader: bool,
    /// The stop is lifted where this is a recorded fact.
    pub unless: Option<String>,
    /// The stop applies only where this is a recorded fact.
    pub when: Option<String>,
}

/// A number or a word in a condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Scalar {
    /// A whole number.
    Number(i64),
    /// A word.
    Word(String),
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// `PC-01` and the like.
    pub id: String,
    /// The group, in words.
    pub group: String,
    /// For whom it is asked.
    pub stages: Vec<Side>,
    /// The question.
    pub text: String,
    /// What may be answered.
    pub answer: AnswerForm,
    /// On which evidence.
    pub evidence: EvidenceForm,
    /// When the answer is a red flag.
    pub red_flag: Option<Condition>,
    /// When it stops the act.
    pub stop: Option<Condition>,
    /// The answer may never be withheld (class N).
    pub never_redact: bool,
    /// The norms that it stands on.
    pub basis: Vec<String>,
    /// A word to the assessor.
    #[serde(default)]
    pub note: Option<String>,
}

impl Question {
    /// Whether `side` is asked this question.
    pub fn is_asked_of(&self, side: Side) -> bool {
        self.stages.contains(&side)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "the words for readers of the file must be there, and are read by people only")]
struct File {
    schema: String,
    version: String,
    language: String,
    status: String,
    stages: IndexMap<String, String>,
    evidence_tiers: IndexMap<String, String>,
    answer_types: serde_json::Value,
    condition_semantics: IndexMap<String, String>,
    global_rules: Vec<String>,
    questions: Vec<Question>,
}

/// All questions, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionSet {
    version: String,
    questions: IndexMap<String, Question>,
}

impl QuestionSet {
    /// The one that the program brings.
    pub fn embedded() -> Result<Self, DocumentFault> {
        Self::parse(EMBEDDED, "assessments/question-set.yaml")
    }

    /// Reads a question set; `origin` names it in errors.
    pub fn parse(text: &str, origin: &str) -> Result<Self, DocumentFault> {
        let file: File = serde_saphyr::from_str(text).map_err(|error| DocumentFault::yaml(origin, &error))?;
        if file.schema != "hria-question-set/1" {
            return Err(DocumentFault::new(
                origin,
                format!("`schema` is `{}`; this program reads `hria-question-set/1`", file.schema),
            ));
        }
        let mut questions = IndexMap::new();
        for question in file.questions {
            let id = question.id.clone();
            if question.stop.is_some() && !question.never_redact {
                return Err(DocumentFault::new(
                    origin,
                    format!(
                        "`{id}` has a stop clause and no `never_redact: true`; an answer that can stop is public"
                    ),
                ));
            }
            if questions.insert(id.clone(), question).is_some() {
                return Err(DocumentFault::new(origin, format!("`{id}` stands twice")));
            }
        }
        Ok(Self { version: file.version, questions })
    }

    /// The day of this version.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The questions, in order.
    pub fn questions(&self) -> impl Iterator<Item = &Question> {
        self.questions.values()
    }

    /// The question with this id.
    pub fn get(&self, id: &str) -> Option<&Question> {
        self.questions.get(id)
    }
}
