//! The verifier is small enough to be read: what it is built from stands in the documents, and grows only there.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

#[test]
fn the_dependencies_are_those_of_the_documents() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let tree = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--locked",
            "--offline",
            "-p",
            "countersign-verify",
            "-e",
            "normal",
            "--prefix",
            "none",
        ])
        .args(["--target", "x86_64-unknown-linux-gnu", "--format", "{p}"])
        .current_dir(&root)
        .output()
        .unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let tree = String::from_utf8(tree.stdout).unwrap();
    let found: BTreeSet<&str> = tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
    let page = std::fs::read_to_string(root.join("docs/reference/register.md")).unwrap();
    let (_, after) = page.split_once("`cargo tree -p countersign-verify").unwrap();
    let (_, block) = after.split_once("```text\n").unwrap();
    let (block, _) = block.split_once("\n```").unwrap();
    let told: BTreeSet<&str> = block.split_whitespace().collect();
    let joined: Vec<&&str> = found.difference(&told).collect();
    let left: Vec<&&str> = told.difference(&found).collect();
    assert!(
        joined.is_empty() && left.is_empty(),
        "joined: {joined:?}; left: {left:?}. If it must be, say so in docs/reference/register.md"
    );
}
