//! The compiled form of the packs: policies as expressions, beside the digest of the files that they came from.
//!
//! Parsing and strictly validating some 270 Cedar policies takes longer than deciding a case. The result for the
//! embedded packs is therefore kept as a file of this crate (`packs.json`); a test fails when it is not what the
//! packs give, and at start it is used only if its digest is that of the embedded packs.

use countersign_model::Digest;
use serde::{Deserialize, Serialize};

use super::rule::Rule;
use super::schema::Schema;

static EMBEDDED: &str = include_str!("../../packs.json");

/// Policies that were parsed and validated.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Compiled {
    /// The version of the program that compiled: the form may change with it.
    version: String,
    /// Digest of the packs.
    packs: Digest,
    schema: Schema,
    rules: Vec<Rule>,
}

impl Compiled {
    pub(super) fn new(packs: Digest, schema: Schema, rules: Vec<Rule>) -> Self {
        Self { version: env!("CARGO_PKG_VERSION").to_owned(), packs, schema, rules }
    }

    /// The compiled packs that ship in the binary; `None` if they cannot be read by this version.
    pub(super) fn embedded() -> Option<Self> {
        serde_json::from_str(EMBEDDED).ok()
    }

    /// Whether it was made from these packs, by this version.
    pub(super) fn is_of(&self, packs: Digest) -> bool {
        self.packs == packs && self.version == env!("CARGO_PKG_VERSION")
    }

    pub(super) fn into_parts(self) -> (Schema, Vec<Rule>) {
        (self.schema, self.rules)
    }

    /// One rule a line, so that a change shows as the change that it is.
    pub(super) fn to_text(&self) -> String {
        let rules: Vec<String> = self.rules.iter().map(line).collect();
        format!(
            "{{\"version\":{},\n\"packs\":{},\n\"schema\":{},\n\"rules\":[\n{}\n]}}\n",
            line(&self.version),
            line(&self.packs),
            line(&self.schema),
            rules.join(",\n")
        )
    }
}

/// JSON on one line; these types always serialise.
fn line(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use crate::pack::{Law, embedded_files};

    #[test]
    fn the_compiled_packs_are_what_the_packs_give() {
        let law = Law::load(&embedded_files()).unwrap();
        assert_eq!(
            law.compiled(),
            super::EMBEDDED,
            "run `cargo run -p countersign-law --example compile` after a change of law/"
        );
        assert!(super::Compiled::embedded().unwrap().is_of(law.digest()));
    }
}
