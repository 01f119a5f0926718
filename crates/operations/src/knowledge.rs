//! The law and the question set that a check is made with.

use std::collections::BTreeSet;

use countersign_case::Known;
use countersign_law::{Law, PackFiles, embedded_files};
use countersign_model::Digest;
use countersign_verify::canonical_json;
use saphyr::{LoadableYamlNode as _, Yaml};
use serde_json::Value;

use crate::failure::Failure;

/// The question set of the human-rights assessment as it ships in the binary.
pub const QUESTIONS: &str = include_str!("../../../assessments/question-set.yaml");

/// Everything that does not change between two cases.
#[derive(Debug)]
pub struct Knowledge {
    /// The packs.
    pub law: Law,
    /// The ids that a case may refer to.
    pub known: Known,
    /// The digest of the question set.
    pub questions: Digest,
}

impl Knowledge {
    /// What ships in the binary.
    pub fn embedded() -> Result<Self, Failure> {
        let law = Law::embedded().map_err(|e| Failure::Program(e.to_string()))?;
        Self::of(law, QUESTIONS)
    }

    /// Packs and question set given as text.
    pub fn of(law: Law, questions: &str) -> Result<Self, Failure> {
        let known = law.known(question_ids(questions)?);
        Ok(Self { law, known, questions: Digest::of(questions.as_bytes()) })
    }
}

/// The ids of the questions.
fn question_ids(text: &str) -> Result<BTreeSet<String>, Failure> {
    let bad = |why: String| Failure::Program(format!("the question set cannot be read: {why}"));
    let documents = Yaml::load_from_str(text).map_err(|e| bad(e.to_string()))?;
    let questions = documents.first().and_then(|d| d.as_mapping_get("questions")).and_then(Yaml::as_sequence);
    let ids: Option<BTreeSet<String>> = questions
        .ok_or_else(|| bad("it has no list `questions`".to_owned()))?
        .iter()
        .map(|q| q.as_mapping_get("id").and_then(Yaml::as_str).map(str::to_owned))
        .collect();
    ids.ok_or_else(|| bad("a question has no `id`".to_owned()))
}

/// The embedded packs as one document: a canonical JSON map from path to text.
pub fn embedded_law_document() -> Result<Vec<u8>, Failure> {
    let files: serde_json::Map<String, Value> =
        embedded_files().into_iter().map(|(path, text)| (path, Value::String(text))).collect();
    canonical_json(&Value::Object(files)).map_err(|e| Failure::Program(e.to_string()))
}

/// The packs of such a document.
pub fn law_of_document(bytes: &[u8]) -> Result<Law, Failure> {
    let files: PackFiles = serde_json::from_slice(bytes).map_err(|e| {
        Failure::Input(format!(
            "the document `law.json` is no map from path to text ({e}); the packs cannot be read"
        ))
    })?;
    Law::load(&files).map_err(|e| Failure::Input(e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_question_of_the_set_has_its_id() {
        let ids = question_ids(QUESTIONS).unwrap();
        let lines = QUESTIONS.lines().filter(|l| l.starts_with("- id: ")).count();
        assert_eq!(ids.len(), lines, "each question is one id, none twice");
        assert!(ids.contains("EN-01") && ids.contains("LF-04"), "the ids that the case format names");
        assert!(question_ids("questions: none").is_err());
    }

    #[test]
    fn the_packs_as_a_document_are_the_embedded_packs() {
        let document = embedded_law_document().unwrap();
        assert_eq!(law_of_document(&document).unwrap().digest(), Law::embedded().unwrap().digest());
    }
}
