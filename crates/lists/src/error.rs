//! Why a file or a set of files was not imported at all.

use countersign_model::SourceId;

/// The ids of all sources, in a sentence.
fn known_sources() -> String {
    let ids: Vec<String> = crate::source_defs()
        .unwrap_or_default()
        .iter()
        .map(|def| def.id.replace('{', "<").replace('}', ">"))
        .collect();
    match ids.split_last() {
        Some((last, first)) if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        _ => ids.join(""),
    }
}

/// The reasons for which an import returns nothing. The last good snapshot stays in force.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// No importer reads this source.
    #[error("`{0}` has no importer; use {known}", known = known_sources())]
    UnknownSource(SourceId),
    /// The number or the roles of the files do not fit the source.
    #[error("the files given for `{origin}` do not fit: {reason}; {hint}")]
    FileSet {
        /// The source asked for.
        origin: SourceId,
        /// What is wrong with the set.
        reason: String,
        /// What to do.
        hint: String,
    },
    /// A file without content.
    #[error("`{file}` is empty; download it again and keep the last good list until it has content")]
    Empty {
        /// Name of the file.
        file: String,
    },
    /// A file that ends in the middle of something.
    #[error("`{file}` is cut off at line {line}: {reason}; download it again, it is not complete")]
    Truncated {
        /// Name of the file.
        file: String,
        /// Line, counted from 1, at or near which it breaks off (0 inside a compressed stream).
        line: u64,
        /// What is missing.
        reason: String,
    },
    /// Bytes that are not in the encoding of the format.
    #[error(
        "`{file}`, line {line}: the bytes are not {expected}; download the file again and do not open and save \
         it with a program that changes its encoding"
    )]
    Encoding {
        /// Name of the file.
        file: String,
        /// Line of the first wrong byte, counted from 1.
        line: u64,
        /// The encoding that the format declares.
        expected: String,
    },
    /// A file in another format, or of another list.
    #[error("`{file}` is not {expected}: {found}; {hint}")]
    WrongFormat {
        /// Name of the file.
        file: String,
        /// What the source publishes.
        expected: String,
        /// What the file looks like.
        found: String,
        /// What to do.
        hint: String,
    },
    /// A file that is, or unpacks to, more than [`crate::MAX_UNPACKED_BYTES`].
    #[error("`{file}` has more than {limit} bytes unpacked; no list is that large: check where it came from")]
    TooLarge {
        /// Name of the file.
        file: String,
        /// The limit in bytes.
        limit: u64,
    },
    /// A line longer than any list has, which would have to be held in memory whole.
    #[error(
        "`{file}`, line {line}, has more than {limit} bytes; no list has such a line: check where it came from"
    )]
    LongLine {
        /// Name of the file.
        file: String,
        /// The line, counted from 1.
        line: u64,
        /// The limit in bytes.
        limit: usize,
    },
    /// A compressed file that cannot be unpacked.
    #[error("`{file}` cannot be unpacked: {reason}; download it again")]
    Compression {
        /// Name of the file.
        file: String,
        /// What the decoder said.
        reason: String,
    },
    /// A file with rows, none of which could be read, or with too many rows that belong to nothing.
    #[error("`{file}` gives no usable list: {reason}; {hint}")]
    Unusable {
        /// Name of the file.
        file: String,
        /// What is wrong.
        reason: String,
        /// What to do.
        hint: String,
    },
    /// A data file that is part of this program cannot be read: a fault of the program, not of the list.
    #[error(
        "the built-in table `{table}` cannot be read: {reason}; this is a fault of the program, report it"
    )]
    BuiltIn {
        /// Name of the table.
        table: &'static str,
        /// What is wrong.
        reason: String,
    },
}
