//! A tree of pack files: what is part of the law, what only tests it, and the digest of the first.

use std::collections::BTreeMap;
use std::fmt;

use countersign_model::Digest;

/// A tree of pack files: path below `law/`, and text.
pub type PackFiles = BTreeMap<String, String>;

/// Everything wrong with a tree of packs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackError {
    /// One sentence a fault, each with its file.
    pub faults: Vec<String>,
}

impl fmt::Display for PackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "the law packs cannot be used:")?;
        for fault in &self.faults {
            writeln!(f, "  {fault}")?;
        }
        f.write_str("hint: `countersign law check DIR` lists the faults of a tree of packs")
    }
}

impl std::error::Error for PackError {}

/// A worked case of a pack tests the law and is no part of it.
pub(super) fn is_case(path: &str) -> bool {
    path.split('/').nth(1) == Some("cases")
}

/// What must hold of a pack tests it, as its cases do.
fn is_statement(path: &str) -> bool {
    path.ends_with("/invariants.toml")
}

/// SHA-256 over one line `sha256  path` per file that is part of the law, in the order of the paths.
pub(super) fn digest(files: &PackFiles) -> Digest {
    let mut manifest = String::new();
    for (path, text) in files.iter().filter(|(path, _)| !is_case(path) && !is_statement(path)) {
        manifest.push_str(&format!("{}  {path}\n", Digest::of(text.as_bytes())));
    }
    Digest::of(manifest.as_bytes())
}
