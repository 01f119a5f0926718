//! Query strings and forms whose keys may come several times.

use std::fmt::Display;
use std::str::FromStr;

use countersign_model::{Date, parse_date};
use countersign_operations::editions::When;

/// The pairs of a query string, in their order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Params(Vec<(String, String)>);

impl Params {
    /// Reads a query string or the body of a form.
    pub(crate) fn read(text: &str) -> Self {
        Self(url::form_urlencoded::parse(text.as_bytes()).into_owned().collect())
    }

    /// The pairs.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(k, v)| (k.as_str(), v.as_str()))
    }

    /// The last value of a key; `None` where it is absent or empty.
    pub(crate) fn one(&self, key: &str) -> Option<&str> {
        self.pairs().filter(|(k, v)| *k == key && !v.is_empty()).last().map(|(_, v)| v)
    }

    /// All values of a key that are not empty.
    pub(crate) fn all(&self, key: &str) -> Vec<&str> {
        self.pairs().filter(|(k, v)| *k == key && !v.is_empty()).map(|(_, v)| v).collect()
    }

    /// The last value of a key, read.
    ///
    /// # Errors
    /// A sentence with the key and the value.
    pub(crate) fn read_one<T: FromStr>(&self, key: &str, what: &str) -> Result<Option<T>, String> {
        self.one(key)
            .map(|text| text.parse().map_err(|_| format!("`{key}` is `{text}`; give {what}")))
            .transpose()
    }

    /// A switch: `true`, `1`, `yes`, `on`, or their contrary.
    ///
    /// # Errors
    /// A sentence with the key and the value.
    pub(crate) fn switch(&self, key: &str, absent: bool) -> Result<bool, String> {
        match self.one(key).map(str::to_ascii_lowercase).as_deref() {
            None => Ok(absent),
            Some("true" | "1" | "yes" | "on") => Ok(true),
            Some("false" | "0" | "no" | "off") => Ok(false),
            Some(other) => Err(format!("`{key}` is `{other}`; give `true` or `false`")),
        }
    }

    /// The days for which lists are read (`as_of`) and up to which imports are known (`known_at`).
    ///
    /// # Errors
    /// A sentence with the key and the value.
    pub(crate) fn when(&self) -> Result<When, String> {
        Ok(When { as_of: self.date("as_of")?, known_at: self.date("known_at")? })
    }

    /// A day.
    ///
    /// # Errors
    /// A sentence with the key and the value.
    pub(crate) fn date(&self, key: &str) -> Result<Option<Date>, String> {
        let wrong = |why: &dyn Display| format!("`{key}`: {why}");
        self.one(key).map(|text| parse_date(text).map_err(|e| wrong(&e))).transpose()
    }
}
