//! How the description of the API says that something is refused.

use serde_json::{Value, json};

/// An answer that is a problem.
pub(super) fn problem(description: &str) -> Value {
    json!({
        "description": description,
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    })
}
