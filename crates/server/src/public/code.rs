//! The word for a value, as documents write it.

/// The word of a value that is written as one; empty for any other.
pub(super) fn code(value: impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}
