//! JSON in which an object has a key twice. Readers take the last one in silence, and the name that was meant is not compared.

use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// Looks through a JSON text for keys that come twice. What is no JSON at all is for its reader to say.
///
/// # Errors
/// A sentence with the first such key.
pub(crate) fn no_key_twice(text: &[u8]) -> Result<(), String> {
    let mut found = None;
    let mut reader = serde_json::Deserializer::from_slice(text);
    let looked = Look { found: &mut found }.deserialize(&mut reader);
    match (looked, found) {
        (Err(_), Some(key)) => Err(format!("`{key}` is given twice in one object; give it once")),
        _ => Ok(()),
    }
}

struct Look<'a> {
    found: &'a mut Option<String>,
}

impl<'de> DeserializeSeed<'de> for Look<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Look<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(Look { found: self.found })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut seen: HashSet<String> = HashSet::new();
        while let Some(Key(key)) = members.next_key()? {
            if !seen.insert(key.clone()) {
                *self.found = Some(key);
                return Err(Error::custom("a key is given twice"));
            }
            members.next_value_seed(Look { found: self.found })?;
        }
        Ok(())
    }
}

struct Key(String);

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_may_come_once_in_an_object() {
        for text in
            [r#"{"a": 1, "b": {"a": 2}}"#, r#"[{"a": 1}, {"a": 1.5}]"#, "7", "null", "", "{", r#"{"a": 1"#]
        {
            assert!(no_key_twice(text.as_bytes()).is_ok(), "{text}");
        }
        for text in [
            r#"{"a": 1, "a": 1}"#,
            r#"{"query": {"name": "x", "name": "y"}}"#,
            r#"[true, {"x": [{"a": null, "\u0061": 2}]}]"#,
        ] {
            assert!(no_key_twice(text.as_bytes()).unwrap_err().contains("twice"), "{text}");
        }
    }
}
