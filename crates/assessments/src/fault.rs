//! Why a document of this room cannot be read.

/// Why a question set or an assessment cannot be read, with its place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{origin}{at}: {message}", at = line.map(|l| format!(", line {l}")).unwrap_or_default())]
pub struct DocumentFault {
    /// The file.
    pub origin: String,
    /// The line, counted from 1, where it is known.
    pub line: Option<u64>,
    /// What is wrong and what to do.
    pub message: String,
}

impl DocumentFault {
    pub(crate) fn new(origin: &str, message: impl Into<String>) -> Self {
        Self { origin: origin.to_owned(), line: None, message: message.into() }
    }

    pub(crate) fn yaml(origin: &str, error: &serde_saphyr::Error) -> Self {
        let line = error.location().map(|location| location.line());
        Self { origin: origin.to_owned(), line, message: error.without_snippet().to_string() }
    }
}
