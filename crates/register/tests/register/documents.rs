//! The tables of the documents that say which test holds what.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The functions that `#[test]` makes tests of, in a directory and below.
fn tests_in(dir: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            tests_in(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let mut marked = false;
            for line in text.lines().map(str::trim_start) {
                if line.starts_with("#[test]") {
                    marked = true;
                } else if let Some(name) = line.strip_prefix("fn ").filter(|_| marked) {
                    found.insert(name.split('(').next().unwrap().to_owned());
                    marked = false;
                }
            }
        }
    }
}

#[test]
fn the_tables_of_the_documents_name_tests_that_exist() {
    let mut tests = BTreeSet::new();
    for crate_dir in std::fs::read_dir(root().join("crates")).unwrap() {
        let dir = crate_dir.unwrap().path();
        for part in ["src", "tests"] {
            if dir.join(part).is_dir() {
                tests_in(&dir.join(part), &mut tests);
            }
        }
    }
    for page in ["docs/reference/register.md", "docs/reference/assessments.md"] {
        let text = std::fs::read_to_string(root().join(page)).unwrap();
        let table =
            text.split("<!-- tests -->").nth(1).unwrap().split("<!-- end of tests -->").next().unwrap();
        let rows: Vec<&str> = table.lines().filter(|line| line.starts_with("| ")).skip(1).collect();
        assert!(rows.len() > 20, "{page}");
        for row in rows {
            let last = row.trim_end_matches([' ', '|']).rsplit(" | ").next().unwrap();
            let named: Vec<&str> = last.split('`').skip(1).step_by(2).collect();
            assert!(!named.is_empty(), "{page}: no test in {row}");
            for name in named {
                assert!(tests.contains(name), "{page}: there is no test `{name}`");
            }
        }
    }
}
