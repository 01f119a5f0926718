//! What queries and extensions share: the size of a batch, and numbers as programs write them.

use axum::http::{HeaderName, HeaderValue};
use serde_json::Value;

/// How many queries or rows were answered, as yente says it.
pub(super) fn batch(size: usize) -> [(HeaderName, HeaderValue); 1] {
    let size = HeaderValue::from_str(&size.to_string()).unwrap_or(HeaderValue::from_static("0"));
    [(HeaderName::from_static("x-batch-size"), size)]
}

/// A whole number, also as programs write it that know no whole numbers: `3`, `3.0`, `"3"`.
pub(super) fn whole(value: &Value) -> Option<usize> {
    let number = match value {
        Value::String(text) => text.trim().parse::<f64>().ok()?,
        other => other.as_f64()?,
    };
    // what lies beyond any limit is the same as the limit
    (number.fract() == 0.0 && number >= 0.0).then_some(number.min(1e9) as usize)
}
