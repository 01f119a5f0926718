//! Who among the owners of a party is listed, or may be.

use serde::Serialize;

/// A party with its name.
#[derive(Debug, Clone, Serialize)]
pub struct Named {
    /// Its id in the file.
    pub id: String,
    /// Its name, or the id again.
    pub name: String,
}

/// Somebody who is listed, or may be.
#[derive(Debug, Clone, Serialize)]
pub struct Listed {
    /// Who.
    pub party: Named,
    /// By the rules for which it counts for certain.
    pub rules: Vec<String>,
    /// By the rules for which it is not known.
    pub unknown_for: Vec<String>,
    /// How that is known.
    pub because: String,
    /// It is a possible match that counts as listed until a person decides it.
    pub assumed: bool,
}
