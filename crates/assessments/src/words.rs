//! How an assessment writes what is nothing, a day, a share: words that every part of it uses.

use countersign_model::{Date, Percent, parse_date};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// `none`, or a list that is not empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checked<T> {
    /// Looked for, and there is none.
    None,
    /// These.
    Some(Vec<T>),
}

impl<T> Checked<T> {
    /// The members.
    pub fn members(&self) -> &[T] {
        match self {
            Self::None => &[],
            Self::Some(all) => all,
        }
    }
}

impl<T: Serialize> Serialize for Checked<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::None => serializer.serialize_str("none"),
            Self::Some(all) => all.serialize(serializer),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Checked<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> de::Visitor<'de> for Visitor<T> {
            type Value = Checked<T>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("`none` or a list")
            }

            fn visit_str<E: de::Error>(self, word: &str) -> Result<Self::Value, E> {
                if word == "none" {
                    Ok(Checked::None)
                } else {
                    Err(E::custom(format!("`{word}` is neither `none` nor a list")))
                }
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut all = Vec::new();
                while let Some(member) = seq.next_element()? {
                    all.push(member);
                }
                if all.is_empty() {
                    return Err(de::Error::custom("an empty list says nothing; write `none`"));
                }
                Ok(Checked::Some(all))
            }
        }
        deserializer.deserialize_any(Visitor(std::marker::PhantomData))
    }
}

/// A day, written `'2026-06-01'`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub Date);

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse_date(&text).map(Day).map_err(de::Error::custom)
    }
}

/// A percent that is written as text and read exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PercentText(pub Percent);

impl Serialize for PercentText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for PercentText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(PercentText).map_err(de::Error::custom)
    }
}
