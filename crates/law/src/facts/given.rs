//! What a key of the case was given: read from the tree, whatever the fact is.

use std::sync::Arc;

use countersign_model::{Date, parse_date};
use serde_json::Value as Json;

use crate::eval::{Fact, Value};

/// The word under a key.
pub(super) fn word<'a>(value: &'a Json, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Json::as_str)
}

/// A date under a key; `none`, absence and `unknown` leave the end open.
pub(super) fn day(value: &Json, key: &str) -> Option<Date> {
    word(value, key).and_then(|text| parse_date(text).ok())
}

/// The list under a key; `none`, absence and `unknown` are an empty one.
pub(super) fn list<'a>(value: &'a Json, key: &str) -> &'a [Json] {
    value.get(key).and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// A value with the path of the case at which it was read.
pub(super) fn fact(value: Value, path: &str) -> Fact {
    Fact { value, path: Arc::from(path) }
}
