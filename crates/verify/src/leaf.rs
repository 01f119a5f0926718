//! What the log holds of a record: a small statement in canonical JSON that commits to the document by its
//! SHA-256. The document itself lies beside the log, where it can be erased without breaking the log.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use countersign_model::{Digest, parse_date};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::canonical::canonical_json;
use crate::kind::{RecordKind, UnknownKind};

/// The version of the leaf format.
const VERSION: u64 = 1;
/// The most bytes of an entry in a C2SP tile log: its length is written in two bytes.
pub const MAX_LEAF: usize = 65_535;

/// Why bytes are not a leaf, or a leaf cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LeafError {
    /// Not the shape of a leaf.
    #[error("the log entry is malformed: {0}")]
    Malformed(String),
    /// A leaf of another version of the format.
    #[error("the log entry is of version `{0}`; this version of countersign reads version 1")]
    UnknownVersion(String),
    /// A leaf of a kind that this version does not know. It is never guessed.
    #[error(transparent)]
    UnknownKind(#[from] UnknownKind),
    /// The leaf would be larger than a log entry can be.
    #[error("the log entry would have `{0}` bytes, the most is 65535; shorten the subject or the extra data")]
    TooLarge(usize),
    /// A text that is not a time.
    #[error("`{0}` is not a time in UTC; write it as `2026-11-22T21:00:00Z`")]
    Time(String),
    /// A text that cannot name a document.
    #[error(
        "`{0}` cannot name a document; write 1 to 200 bytes that are safe as a file name: no `/`, `\\`, `:`, \
         no control character, no `.` first"
    )]
    DocumentName(String),
}

/// A moment in UTC as text, `YYYY-MM-DDThh:mm:ss`, an optional fraction, `Z` (RFC 3339). The order of the
/// texts is not relied upon.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct UtcTime(String);

impl UtcTime {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UtcTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for UtcTime {
    type Err = LeafError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let fits = || {
            let (date, rest) = text.strip_suffix('Z')?.split_once('T')?;
            parse_date(date).ok()?;
            let (clock, fraction) = match rest.split_once('.') {
                Some((clock, fraction)) => (clock, Some(fraction)),
                None => (rest, None),
            };
            let mut parts = clock.split(':');
            for below in [24u8, 60, 60] {
                let part = parts.next().filter(|part| part.len() == 2 && digits(part))?;
                part.parse::<u8>().ok().filter(|value| *value < below)?;
            }
            let fraction_fits = fraction.is_none_or(|fraction| digits(fraction) && fraction.len() <= 9);
            (parts.next().is_none() && fraction_fits).then_some(())
        };
        fits().map(|()| Self(text.to_owned())).ok_or_else(|| LeafError::Time(text.to_owned()))
    }
}

/// The name of a document beside a record. Safe as a file name on every system, because people unpack
/// bundles of strangers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DocumentName(String);

impl DocumentName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DocumentName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for DocumentName {
    type Err = LeafError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unsafe_char = |c: char| c.is_control() || matches!(c, '/' | '\\' | ':');
        if text.is_empty() || text.len() > 200 || text.starts_with('.') || text.contains(unsafe_char) {
            return Err(LeafError::DocumentName(text.to_owned()));
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for DocumentName {
    type Error = LeafError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<DocumentName> for String {
    fn from(name: DocumentName) -> Self {
        name.0
    }
}

/// What the log holds of a record, written as canonical JSON:
///
/// ```json
/// {"documents":{"case.yaml":"…"},"extra":{},"kind":"decision","sha256":"…","subject":"…","time":"2026-11-22T21:00:00Z","v":1}
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// What the record is.
    pub kind: RecordKind,
    /// When it was recorded, by the clock of the one who recorded it.
    pub time: UtcTime,
    /// The SHA-256 of the record's document.
    pub sha256: Digest,
    /// What the record is about, in the words of its room: a case id, a source id.
    pub subject: String,
    /// Further documents that belong to the record, by name.
    pub documents: BTreeMap<DocumentName, Digest>,
    /// A few small facts for finding the record again.
    pub extra: BTreeMap<String, String>,
}

/// The leaf as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    documents: BTreeMap<DocumentName, Digest>,
    extra: BTreeMap<String, String>,
    kind: String,
    sha256: Digest,
    subject: String,
    time: String,
    v: u64,
}

/// What is read first, so that a leaf of a newer version is named as such and not called malformed.
#[derive(Deserialize)]
struct Versioned {
    v: Value,
    kind: Value,
}

impl Leaf {
    /// The canonical JSON of the leaf: the bytes of the log entry.
    pub fn to_bytes(&self) -> Result<Vec<u8>, LeafError> {
        let written = Written {
            documents: self.documents.clone(),
            extra: self.extra.clone(),
            kind: self.kind.as_str().to_owned(),
            sha256: self.sha256,
            subject: self.subject.clone(),
            time: self.time.as_str().to_owned(),
            v: VERSION,
        };
        let value =
            serde_json::to_value(&written).map_err(|error| LeafError::Malformed(error.to_string()))?;
        let bytes = canonical_json(&value).map_err(|error| LeafError::Malformed(error.to_string()))?;
        if bytes.len() > MAX_LEAF {
            return Err(LeafError::TooLarge(bytes.len()));
        }
        Ok(bytes)
    }

    /// Reads a leaf. Unknown versions, kinds and members are errors.
    pub fn parse(bytes: &[u8]) -> Result<Self, LeafError> {
        let malformed = |error: serde_json::Error| LeafError::Malformed(error.to_string());
        let first: Versioned = serde_json::from_slice(bytes).map_err(malformed)?;
        if first.v.as_u64() != Some(VERSION) {
            return Err(LeafError::UnknownVersion(first.v.to_string()));
        }
        let kind_text =
            first.kind.as_str().ok_or_else(|| LeafError::Malformed("its kind is not a text".into()))?;
        let kind = kind_text.parse()?;
        let written: Written = serde_json::from_slice(bytes).map_err(malformed)?;
        let leaf = Self {
            kind,
            time: written.time.parse()?,
            sha256: written.sha256,
            subject: written.subject,
            documents: written.documents,
            extra: written.extra,
        };
        if leaf.to_bytes()? != bytes {
            return Err(LeafError::Malformed("it is not written as canonical JSON (RFC 8785)".to_owned()));
        }
        Ok(leaf)
    }
}
