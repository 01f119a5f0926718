//! One JSON value, one byte string (RFC 8785): what is signed can be compared byte by byte.

use serde_json::Value;

/// A value that has no exact canonical form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CanonicalError {
    /// RFC 8785 writes numbers as IEEE 754 doubles; larger integers would be changed.
    #[error(
        "the number `{0}` is not exact in canonical JSON; write integers beyond 9007199254740991 as a text"
    )]
    Number(String),
    /// The value could not be written.
    #[error("the value cannot be written as canonical JSON: {0}")]
    Unwritable(String),
}

/// The largest integer that every JSON reader keeps exactly (RFC 8785 section 3.2.2.3, RFC 7493).
const MAX_EXACT: u64 = (1 << 53) - 1;

/// The RFC 8785 bytes of `value`. An integer that a double cannot hold exactly is an error, never rounded.
pub fn canonical_json(value: &Value) -> Result<Vec<u8>, CanonicalError> {
    exact_numbers(value)?;
    serde_json_canonicalizer::to_vec(value).map_err(|error| CanonicalError::Unwritable(error.to_string()))
}

/// Whether `bytes` are JSON, written exactly as RFC 8785 writes it. A duplicate member, a space or another
/// order of members is not.
pub fn is_canonical(bytes: &[u8]) -> bool {
    let Ok(value) = serde_json::from_slice::<Value>(bytes) else { return false };
    canonical_json(&value).is_ok_and(|canonical| canonical == bytes)
}

fn exact_numbers(value: &Value) -> Result<(), CanonicalError> {
    match value {
        Value::Number(number) => {
            let magnitude = number.as_u64().or_else(|| number.as_i64().map(i64::unsigned_abs));
            match magnitude {
                Some(magnitude) if magnitude > MAX_EXACT => Err(CanonicalError::Number(number.to_string())),
                _ => Ok(()),
            }
        }
        Value::Array(items) => items.iter().try_for_each(exact_numbers),
        Value::Object(members) => members.values().try_for_each(exact_numbers),
        Value::Null | Value::Bool(_) | Value::String(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8785 section 3.2.2 and 3.2.3: the worked example.
    #[test]
    fn the_worked_example_of_rfc_8785() {
        let input = r#"{
            "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
            "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
            "literals": [null, true, false]
        }"#;
        let expected = concat!(
            r#"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"#,
            r#""string":"€$\u000f\nA'B\"\\\\\"/"}"#
        );
        let value: Value = serde_json::from_str(input).unwrap();
        assert_eq!(String::from_utf8(canonical_json(&value).unwrap()).unwrap(), expected);
        assert!(is_canonical(expected.as_bytes()));
        assert!(!is_canonical(input.as_bytes()));
    }

    #[test]
    fn what_would_change_on_the_way_is_refused() {
        let exact = serde_json::json!({"n": 9007199254740991u64});
        assert!(canonical_json(&exact).is_ok());
        for n in ["9007199254740992", "-9007199254740992", "18446744073709551615"] {
            let value: Value = serde_json::from_str(&format!(r#"{{"deep":[{n}]}}"#)).unwrap();
            assert_eq!(canonical_json(&value), Err(CanonicalError::Number(n.to_owned())));
        }
        assert!(!is_canonical(br#"{"a":1,"a":1}"#), "a duplicate member");
        assert!(!is_canonical(br#"{"b":1,"a":1}"#), "another order");
        assert!(!is_canonical(b"{\"a\":1}\n"), "a line end");
    }
}
