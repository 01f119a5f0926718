//! Words for what documents and journal hold.

use countersign_model::Digest;
use countersign_store::Store;
use serde_json::Value;

use crate::problem::Problem;

/// A document as text.
pub(super) fn text_of(store: &Store, digest: &Digest) -> Result<String, Problem> {
    let bytes = store.blob(digest).map_err(|e| Problem::program(&e))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A moment inside a sentence.
pub(super) fn to_the_minute(time: &str) -> String {
    match (time.get(..10), time.get(11..16)) {
        (Some(day), Some(clock)) => format!("{day} {clock} UTC"),
        _ => time.to_owned(),
    }
}

/// A value as people read it: a text without its quotes.
pub(super) fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The member of a value; empty where it has none.
pub(super) fn text(value: &Value, key: &str) -> String {
    value.get(key).filter(|v| !v.is_null()).map(plain).unwrap_or_default()
}

/// The members of a list in a value.
pub(super) fn texts(value: &Value, key: &str) -> String {
    let items = value.get(key).and_then(Value::as_array).into_iter().flatten();
    items.map(plain).collect::<Vec<_>>().join(", ")
}
