//! The case file contract: *text → tree with lines → shape → references → [`Case`]*.
//!
//! In comes the text of a case file (`case/1`) or a scenario file (`scenarios/2`): YAML, or JSON, which is YAML.
//! Out goes a [`Case`]: the tree as written, keys in order, every value with its line, every word one of the case
//! format, every reference leading somewhere. Or a [`CaseError`] that lists everything that is wrong, by line.
//! Next are the rooms that read facts from the tree: ownership, assessments and law. They ask by key or by path and
//! find nothing where a fact is unknown; nothing here fills a gap with a default that is not in the case format.
//!
//! - `yaml` reads text so that YAML 1.1 and YAML 1.2 readers would see the same: bare booleans, dates, decimals,
//!   odd integers and empty values are refused (`plain`), as are duplicate keys, anchors, aliases, tags and a second
//!   document.
//! - `contract` holds the JSON Schema, `explain` turns what the validator says into sentences.
//! - `cross` checks what a schema cannot say; `expectation` checks what a scenario expects.
//! - `scenario` reads cases with what is expected of them, `legal` short tests of single rules that share base cases.
//! - `answers` judges the answers that a case quotes from an assessment; lists that contradict them refuse the case.
//! - `path` and `lines` find values, and say where they stand.
//!
//! The crate is pure: no clock, no file, no network. The inventories of rules and questions come in as [`Known`].

mod answers;
mod case;
mod contract;
mod cross;
mod expectation;
mod explain;
mod known;
mod legal;
mod lines;
mod path;
mod plain;
mod problem;
mod scenario;
mod terms;
mod words;
mod yaml;

pub use answers::{judge_given, question_set};
pub use case::{Case, Edit, MAX_CASE_BYTES, Party};
pub use contract::CASE_SCHEMA;
pub use known::{Known, KnownRule};
pub use legal::{LegalEntry, LegalFile, LegalTest};
pub use path::PathError;
pub use problem::{CaseError, MAX_PROBLEMS, Problem};
pub use scenario::{
    Counterfactual, Expected, MAX_SCENARIO_FILE_BYTES, Scenario, ScenarioEntry, ScenarioFile, Stated,
};
pub use terms::{Action, Confidence, Intent, PartyKind};
pub use yaml::{MAX_DEPTH, read_tree};
