//! How many people look at what, and by when: a data file.

use countersign_identity::Role;
use countersign_model::Answer;
use serde::{Deserialize, Serialize};

/// The policy that comes with the program.
pub const EMBEDDED_POLICY: &str = include_str!("../policy.toml");

/// A policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// `desk-policy/1`.
    pub schema: String,
    /// Its name, for people.
    pub name: String,
    /// How many people decide a possible match.
    pub matches: MatchEyes,
    /// Days.
    pub deadlines: Deadlines,
    /// Who signs in addition once a case was escalated.
    pub escalation: Escalation,
    /// What a case can end with.
    pub outcome: Vec<Outcome>,
}

/// How many people decide a possible match: 1 or 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MatchEyes {
    /// That it is the same party.
    pub same: u8,
    /// That it is another.
    pub not_same: u8,
}

/// Days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deadlines {
    /// To answer a question.
    pub question_days: u16,
    /// For a case.
    pub case_days: u16,
}

/// Who signs in addition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Escalation {
    /// Their role.
    pub role: Role,
}

/// What a case can end with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// By what steps name it.
    pub id: String,
    /// In words.
    pub words: String,
    /// The same for readers of German, where the author of the policy wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words_de: Option<String>,
    /// The roles that countersign, in their order.
    pub signatures: Vec<Role>,
    /// Answers of the check with which it is refused.
    pub never_with: Vec<Answer>,
    /// The case must have been checked after the last change.
    pub needs_check: bool,
    /// No possible match may be undecided.
    pub needs_matches: bool,
    /// No question may be open.
    pub needs_answers: bool,
}

/// Why a policy cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the desk policy cannot be used: {0}")]
pub struct PolicyFault(String);

impl Policy {
    /// Reads a policy.
    pub fn parse(text: &str) -> Result<Self, PolicyFault> {
        let policy: Self = toml::from_str(text).map_err(|error| PolicyFault(error.to_string()))?;
        policy.check().map_err(PolicyFault)?;
        Ok(policy)
    }

    /// The policy that comes with the program.
    pub fn embedded() -> Result<Self, PolicyFault> {
        Self::parse(EMBEDDED_POLICY)
    }

    /// What no policy may leave out.
    pub(crate) fn check(&self) -> Result<(), String> {
        if self.schema != "desk-policy/1" {
            return Err(format!("its schema is `{}`, not `desk-policy/1`", self.schema));
        }
        for (word, eyes) in [("same", self.matches.same), ("not_same", self.matches.not_same)] {
            if !(1..=2).contains(&eyes) {
                return Err(format!("`matches.{word}` is `{eyes}`; write 1 or 2"));
            }
        }
        if self.outcome.is_empty() {
            return Err("it has no `[[outcome]]`, so that no case could end".to_owned());
        }
        for (n, outcome) in self.outcome.iter().enumerate() {
            let fits = !outcome.id.is_empty()
                && outcome.id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
            if !fits || outcome.words.trim().is_empty() {
                return Err(format!(
                    "the outcome `{}` needs an id of a–z, 0–9 and `_`, and words",
                    outcome.id
                ));
            }
            if outcome.signatures.is_empty() {
                return Err(format!(
                    "the outcome `{}` asks for no countersignature; four eyes are the least there is",
                    outcome.id
                ));
            }
            if self.outcome.iter().take(n).any(|other| other.id == outcome.id) {
                return Err(format!("the outcome `{}` is there twice", outcome.id));
            }
        }
        Ok(())
    }

    /// The outcome of that id.
    pub fn outcome(&self, id: &str) -> Option<&Outcome> {
        self.outcome.iter().find(|outcome| outcome.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_of_the_program_holds() {
        let policy = Policy::embedded().unwrap();
        assert_eq!(policy.outcome("grant").unwrap().signatures, [Role::Approver]);
        // an act that the law prohibits is granted under no outcome
        for outcome in policy.outcome.iter().filter(|o| o.id.contains("grant") || o.id == "licence") {
            assert!(outcome.never_with.contains(&Answer::Stop), "{}", outcome.id);
            assert!(outcome.needs_check && outcome.needs_matches, "{}", outcome.id);
        }
    }

    #[test]
    fn a_policy_of_two_eyes_is_refused() {
        let lax = EMBEDDED_POLICY.replacen("signatures = [\"approver\"]", "signatures = []", 1);
        assert!(Policy::parse(&lax).unwrap_err().to_string().contains("four eyes"));
        assert!(Policy::parse(&EMBEDDED_POLICY.replace("not_same = 2", "not_same = 0")).is_err());
        assert!(Policy::parse(&EMBEDDED_POLICY.replace("needs_check", "need_check")).is_err());
        assert!(Policy::parse(&EMBEDDED_POLICY.replace("id = \"refuse\"", "id = \"grant\"")).is_err());
    }
}
