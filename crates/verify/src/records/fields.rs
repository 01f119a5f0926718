//! The small parts of which records are made.

use std::fmt;
use std::str::FromStr;

use countersign_model::{Date, Digest, parse_date};
use serde::{Deserialize, Serialize};

/// The most bytes of one text in a record. Longer ones are documents.
const MAX_TEXT: usize = 20_000;
/// The kinds of subjects, each with what it names.
const SUBJECT_KINDS: [&str; 10] =
    ["vendor", "product", "operator", "person", "state", "assessment", "assessor", "register", "list", "law"];

/// Whom or what a record is about: a kind, a colon, a name in lower-case letters, digits, `-` and `.`, as in
/// `vendor:nso-group`. The register is searched by it, so that one subject has one spelling.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SubjectId(String);

/// A text that names no subject.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a subject; write a kind (vendor, product, operator, person, state, assessment, assessor, register, \
     list, law), a colon, and lower-case letters, digits, `-` or `.`: `vendor:nso-group`"
)]
pub struct SubjectIdError(pub String);

impl SubjectId {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The kind: `vendor`.
    pub fn kind(&self) -> &str {
        self.0.split_once(':').map_or("", |(kind, _)| kind)
    }

    /// The name: `nso-group`.
    pub fn name(&self) -> &str {
        self.0.split_once(':').map_or("", |(_, name)| name)
    }
}

impl fmt::Display for SubjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for SubjectId {
    type Err = SubjectIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = text.split_once(':').is_some_and(|(kind, name)| {
            let sound = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
            SUBJECT_KINDS.contains(&kind)
                && (1..=100).contains(&name.len())
                && name.starts_with(sound)
                && name.ends_with(sound)
                && name.chars().all(|c| sound(c) || matches!(c, '-' | '.'))
        });
        if fits { Ok(Self(text.to_owned())) } else { Err(SubjectIdError(text.to_owned())) }
    }
}

impl TryFrom<String> for SubjectId {
    type Error = SubjectIdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<SubjectId> for String {
    fn from(id: SubjectId) -> Self {
        id.0
    }
}

/// A text for people: not empty, no control characters but line ends and tabs, at most 20,000 bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Text(String);

impl Text {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl TryFrom<String> for Text {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.trim().is_empty() {
            return Err("a text is empty; say it or leave the member out".to_owned());
        }
        if text.len() > MAX_TEXT {
            return Err(format!(
                "a text has {} bytes, the most is {MAX_TEXT}; attach it as a document",
                text.len()
            ));
        }
        // what could make a terminal or a page show something else than is written
        let hidden = |c: char| {
            (c.is_control() && !matches!(c, '\n' | '\t'))
                || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        match text.chars().find(|c| hidden(*c)) {
            Some(c) => {
                Err(format!("a text has the character U+{:04X}, which hides or turns others", u32::from(c)))
            }
            None => Ok(Self(text)),
        }
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.0
    }
}

/// A day, `YYYY-MM-DD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day(pub Date);

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl TryFrom<String> for Day {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        parse_date(&text).map(Self).map_err(|error| error.to_string())
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.0.to_string()
    }
}

/// Yes or no, in words: a bare `true` is read differently by readers of YAML.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum YesNo {
    /// Yes.
    Yes,
    /// No.
    No,
}

/// Who signs, in their own words. Nothing is believed because of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Author {
    /// A name, or a word such as `anonymous`.
    pub name: Text,
    /// For whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<Text>,
}

/// Another record, by the SHA-256 of its envelope: one name in every register that has a copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordRef {
    /// The digest of its envelope.
    pub record: Digest,
    /// The origin of the register that keeps it, where that is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub register: Option<Text>,
}

/// From a day to a day, both included; an end that is missing is not known, or not yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// The first day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Day>,
    /// The last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
}

impl Period {
    pub(super) fn check(&self) -> Result<(), String> {
        match (self.from, self.until) {
            (None, None) => Err("the period has neither `from` nor `until`".to_owned()),
            (Some(from), Some(until)) if until < from => {
                Err(format!("the period ends on {until}, before it begins on {from}"))
            }
            _ => Ok(()),
        }
    }
}

/// A two-letter code of a state, in capitals.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct StateCode(String);

impl StateCode {
    /// The two letters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StateCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl TryFrom<String> for StateCode {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase()) {
            return Ok(Self(text));
        }
        Err(format!("`{text}` is not a state; write the two capital letters of ISO 3166-1, such as `SE`"))
    }
}

impl From<StateCode> for String {
    fn from(code: StateCode) -> Self {
        code.0
    }
}
