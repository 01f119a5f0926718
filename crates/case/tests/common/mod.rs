//! What the tests of this crate share: the inventories and texts beside the repository.
#![expect(dead_code, reason = "each test file uses its part")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    reason = "helpers of tests may say what they expect, and say when they skip"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use countersign_case::{Known, KnownRule};

/// The directory with the contract's texts; `None` where it is missing, which is an error in CI.
pub(crate) fn shared() -> Option<PathBuf> {
    let dir = std::env::var_os("COUNTERSIGN_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    if dir.join("design/case-format.md").is_file() {
        return Some(dir);
    }
    assert!(std::env::var_os("CI").is_none(), "{} is missing and CI is set", dir.display());
    println!("skipped: {} is missing", dir.display());
    None
}

pub(crate) fn text(path: &str) -> Option<String> {
    let path = shared()?.join(path);
    Some(std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

/// The rule list and the question set.
pub(crate) fn inventories() -> Option<Known> {
    let dir = shared()?;
    let mut rules = BTreeMap::new();
    let mut reader = csv::Reader::from_path(dir.join("regimes/rule-ids.csv")).unwrap();
    for row in reader.deserialize::<BTreeMap<String, String>>() {
        let row = row.unwrap();
        let date = |key: &str| Some(row[key].as_str()).filter(|t| !t.is_empty()).map(|t| t.parse().unwrap());
        let rule = KnownRule {
            regime: row["regime"].clone(),
            kind: row["kind"].clone(),
            in_force: date("in_force"),
            until: date("until"),
        };
        rules.insert(row["id"].clone(), rule);
    }
    let set = text("regimes/question-set.yaml")?;
    let questions: BTreeSet<String> = set
        .lines()
        .filter_map(|line| {
            let at = line.find("id: ")? + 4;
            let id: String = line[at..].chars().take(5).collect();
            let known =
                id.len() == 5 && id.as_bytes()[2] == b'-' && id[3..].bytes().all(|b| b.is_ascii_digit());
            known.then_some(id)
        })
        .collect();
    assert!(
        rules.len() > 300 && questions.len() > 30,
        "{} rules, {} questions",
        rules.len(),
        questions.len()
    );
    Some(Known { rules, questions })
}

/// The `yaml` blocks of a Markdown text that hold cases.
pub(crate) fn examples(markdown: &str) -> Vec<&str> {
    markdown
        .split("```yaml\n")
        .skip(1)
        .filter_map(|rest| rest.split("\n```").next())
        .filter(|block| block.starts_with("schema: case/1"))
        .collect()
}

/// A small case without anything that an inventory must know.
pub(crate) const SMALL: &str = include_str!("../data/small.yaml");

/// The inventories that [`SMALL`] and its mutations need, for tests that need nothing beside the repository.
pub(crate) fn few() -> Known {
    let law = |regime: &str, kind: &str| KnownRule {
        regime: regime.into(),
        kind: kind.into(),
        in_force: None,
        until: None,
    };
    let mut rules = BTreeMap::new();
    for (id, regime, kind) in [
        ("EAR-744.11", "US-EAR", "LAW"),
        ("EAR-732-S3", "US-EAR", "GUIDANCE"),
        ("STATE-SG-1", "STATE-SG", "GUIDANCE"),
        ("GATE-PUB", "GATE", "GATE"),
        ("IND-02", "GATE", "GATE"),
        ("PUB-01", "GATE", "GATE"),
        ("REV-1", "GATE", "GATE"),
        ("PMC-OVS-1", "PMC", "COMMITMENT"),
        ("PLEDGE-1", "PLEDGE", "COMMITMENT"),
    ] {
        rules.insert(id.to_owned(), law(regime, kind));
    }
    Known { rules, questions: ["EN-01", "LF-04"].map(String::from).into() }
}
