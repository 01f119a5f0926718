//! What comes of the rows of a chunk: lines, and the proof that every row was screened once.

use std::fmt;
use std::str::FromStr;

use countersign_model::Digest;
use datafusion::arrow::array::{AsArray as _, RecordBatch};
use datafusion::arrow::datatypes::UInt64Type;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// A party with its possible matches, as they are written.
    Found,
    /// A row that could not be screened.
    Rejected,
    /// A party about whose name people decided something; whoever has the decisions screens it.
    Decided,
    /// So many rows were screened, and they add up to this.
    Seen,
}

impl Kind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::Rejected => "rejected",
            Self::Decided => "decided",
            Self::Seen => "seen",
        }
    }

    fn of(word: &str) -> Option<Self> {
        [Self::Found, Self::Rejected, Self::Decided, Self::Seen].into_iter().find(|k| k.as_str() == word)
    }
}

/// One line of a chunk's result, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Line {
    pub(crate) row: u64,
    pub(crate) kind: Kind,
    pub(crate) text: String,
    pub(crate) hits: u64,
    pub(crate) near: u64,
}

/// What rows add up to: the sum of the first half of a digest of each, so that neither their order nor how they are parted into
/// batches matters, and a row that is missing, doubled or changed shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Sum(u128);

impl Sum {
    /// Adds a row.
    pub(crate) fn add(&mut self, row: u64, party: Option<&str>, fault: Option<&str>) {
        let mut hasher = Sha256::new();
        hasher.update(row.to_le_bytes());
        for text in [party, fault] {
            hasher.update([u8::from(text.is_some())]);
            hasher.update(text.unwrap_or_default().len().to_le_bytes());
            hasher.update(text.unwrap_or_default());
        }
        let digest: [u8; 32] = hasher.finalize().into();
        let half = digest.first_chunk::<16>().copied().unwrap_or_default();
        self.0 = self.0.wrapping_add(u128::from_le_bytes(half));
    }

    /// Adds other rows.
    pub(crate) fn join(&mut self, other: Self) {
        self.0 = self.0.wrapping_add(other.0);
    }
}

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl FromStr for Sum {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        u128::from_str_radix(text, 16).map(Self).map_err(|e| format!("`{text}` is no sum of rows: {e}"))
    }
}

impl Serialize for Sum {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Sum {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A chunk of the input, as it was cut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Chunk {
    /// Its place in the input.
    pub(crate) number: usize,
    /// Its rows.
    pub(crate) rows: u64,
    /// What they add up to.
    pub(crate) sum: Sum,
}

impl Chunk {
    /// Its file in the place of the run.
    pub(crate) fn name(&self) -> String {
        format!("in/chunk-{}.parquet", self.number)
    }
}

/// A row of the manifest: a chunk that is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    /// The chunk.
    pub(crate) number: usize,
    /// Rows of the input that were screened.
    pub(crate) rows_in: u64,
    /// Lines that came of them.
    pub(crate) rows_out: u64,
    /// SHA-256 of the file of lines.
    pub(crate) sha256: Digest,
    /// That file, in the place of the run.
    pub(crate) file: String,
}

/// The lines of a chunk, once the batches that an engine gave are seen to be of all of its rows, each once.
///
/// # Errors
/// Why they are not.
pub(crate) fn lines(chunk: &Chunk, batches: &[RecordBatch]) -> Result<Vec<Line>, String> {
    let (mut all, mut rows, mut sum) = (Vec::new(), 0u64, Sum::default());
    for batch in batches {
        let column = batch
            .columns()
            .first()
            .and_then(|column| column.as_struct_opt())
            .ok_or_else(|| "the engine gave something other than lines".to_owned())?;
        let named = |name: &str| {
            column.column_by_name(name).ok_or_else(|| format!("the engine gave lines without `{name}`"))
        };
        let text = |name: &str| {
            let column = named(name)?;
            column.as_string_opt::<i32>().ok_or_else(|| format!("the engine gave a `{name}` that is no text"))
        };
        let number = |name: &str| {
            let column = named(name)?;
            column
                .as_primitive_opt::<UInt64Type>()
                .ok_or_else(|| format!("the engine gave a `{name}` that is no number"))
        };
        let (row, kind, texts) = (number("row")?, text("kind")?, text("text")?);
        let (hits, near) = (number("hits")?, number("near")?);
        for n in 0..batch.num_rows() {
            let kind = Kind::of(kind.value(n))
                .ok_or_else(|| format!("the engine gave a line of the kind `{}`", kind.value(n)))?;
            let line = Line {
                row: row.value(n),
                kind,
                text: texts.value(n).to_owned(),
                hits: hits.value(n),
                near: near.value(n),
            };
            if kind == Kind::Seen {
                rows += line.row;
                sum.join(line.text.parse()?);
            } else {
                all.push(line);
            }
        }
    }
    if rows != chunk.rows || sum != chunk.sum {
        return Err(format!(
            "chunk {} has {} rows and the engine screened {rows}{}; it is not counted",
            chunk.number,
            chunk.rows,
            if rows == chunk.rows { ", of which some are others" } else { "" },
        ));
    }
    // batches of one file come in its order; nothing shall rest on it
    all.sort_by_key(|line| line.row);
    if all.windows(2).any(|pair| matches!(pair, [a, b] if a.row == b.row)) {
        return Err(format!("chunk {} has two lines of one row; it is not counted", chunk.number));
    }
    Ok(all)
}

/// Lines as they are kept, a JSON object a line.
pub(crate) fn write(lines: &[Line]) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    for line in lines {
        serde_json::to_writer(&mut bytes, line).map_err(|e| e.to_string())?;
        bytes.push(b'\n');
    }
    Ok(bytes)
}

/// Reads what [`write`] wrote.
pub(crate) fn read(bytes: &[u8]) -> Result<Vec<Line>, String> {
    let lines = bytes.split(|b| *b == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_slice(line).map_err(|e| e.to_string())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_shows_rows_that_are_missing_doubled_or_changed() {
        let sum = |rows: &[(u64, Option<&str>, Option<&str>)]| {
            let mut sum = Sum::default();
            rows.iter().for_each(|(row, party, fault)| sum.add(*row, *party, *fault));
            sum
        };
        let (a, b) = ((1, Some("a"), None), (2, None, Some("b")));
        assert_eq!(sum(&[a, b]), sum(&[b, a]));
        let mut parts = sum(&[a]);
        parts.join(sum(&[b]));
        assert_eq!(parts, sum(&[a, b]));
        for other in
            [vec![a], vec![a, a], vec![a, b, b], vec![a, (2, Some("b"), None)], vec![a, (3, None, Some("b"))]]
        {
            assert_ne!(sum(&other), sum(&[a, b]), "{other:?}");
        }
        assert_eq!(sum(&[a, b]).to_string().parse::<Sum>(), Ok(sum(&[a, b])));
    }
}
