//! Which publisher's list a fact came from.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The id of a list source, as the command line writes it: `us_csl`, `us_ofac_sdn`, `un_sc`, `starter`, or a family
/// with a name: `ftm:<dataset>` for a FollowTheMoney export, `fr:<document>` for a Federal Register rule,
/// `own:<name>` for a deny list of one's own.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SourceId(String);

/// A text that cannot name a source.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a source id; write lower-case letters, digits and `_`, for example `us_csl`, or \
     `ftm:<dataset>`, `fr:<document>`, `own:<name>`"
)]
pub struct SourceIdError(pub String);

/// Families of sources, of which each member has a name of its own.
const FAMILIES: [&str; 3] = ["ftm:", "fr:", "own:"];

impl SourceId {
    /// Reads a source id: `[a-z0-9_-]+`, optionally preceded by `ftm:`, `fr:` or `own:`. Which ids have an importer
    /// is known to the `lists` room.
    pub fn new(text: &str) -> Result<Self, SourceIdError> {
        let tail = FAMILIES.iter().find_map(|family| text.strip_prefix(family)).unwrap_or(text);
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-';
        if tail.is_empty() || !tail.bytes().all(fits) {
            return Err(SourceIdError(text.to_owned()));
        }
        Ok(Self(text.to_owned()))
    }

    /// The id as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A form that is safe as a file name (`:` becomes `.`).
    pub fn file_stem(&self) -> String {
        self.0.replace(':', ".")
    }
}

impl fmt::Display for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for SourceId {
    type Error = SourceIdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(&text)
    }
}

impl From<SourceId> for String {
    fn from(id: SourceId) -> Self {
        id.0
    }
}
