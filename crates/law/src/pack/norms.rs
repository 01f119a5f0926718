//! `norms.csv`: what each rule of the inventory is that has no policy of its own, and why.
//!
//! A rule that decides a case is a policy, a scope rule or a red-flag rule. What is left is written down: a table that
//! policies read, a text shown beside another rule, a flag that people record, a duty after the act. An id that is
//! neither is a fault: nobody can tell whether it was left out on purpose.

use std::collections::{BTreeMap, BTreeSet};

use super::files::PackFiles;
use super::inventory::Inventory;
use super::rule::Rule;

/// The words of the column `carried_by`.
const KINDS: [(&str, &str); 10] = [
    ("table", "a table of the packs that policies read"),
    ("beside", "shown beside the rule that it belongs to; says nothing by itself"),
    ("stay", "stays another rule"),
    (
        "record",
        "found and recorded by people: a red flag, a failed rule of an assessment, a ground of revocation",
    ),
    ("program", "derived by the program itself from the verdicts and the assessments"),
    ("questions", "answered through the question set of the assessment"),
    ("commitment", "only its state can show it: read from `commitment_facts`"),
    ("procedure", "binds authorities, or binds after the act; no fact before the act tests it"),
    ("context", "binds nobody here; read by people"),
    (
        "not_held",
        "decides cases, but its facts are in no case or its text is not held; the reason says what follows",
    ),
];

/// One row.
#[derive(Debug, Clone)]
pub struct Norm {
    /// One of `table`, `beside`, `stay`, `record`, `program`, `questions`, `commitment`, `procedure`, `context`,
    /// `not_held`.
    pub carried_by: String,
    /// The file, the rules or the questions by which it is carried; what follows for a case.
    pub why: String,
}

/// The rows by rule id.
#[derive(Debug, Clone, Default)]
pub struct Norms {
    rows: BTreeMap<String, Norm>,
}

impl Norms {
    /// Reads `norms.csv`. Errors are sentences with the line.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header = reader.headers().map_err(|e| e.to_string())?.clone();
        if header.iter().ne(["id", "carried_by", "why"]) {
            return Err("the columns must be `id,carried_by,why`".to_owned());
        }
        let mut rows = BTreeMap::new();
        for (n, record) in reader.records().enumerate() {
            let line = n + 2;
            let record = record.map_err(|e| format!("line {line}: {e}"))?;
            let cell = |n: usize| record.get(n).unwrap_or_default().to_owned();
            let norm = Norm { carried_by: cell(1), why: cell(2) };
            if !KINDS.iter().any(|(kind, _)| *kind == norm.carried_by) {
                let kinds: Vec<&str> = KINDS.iter().map(|(kind, _)| *kind).collect();
                return Err(format!("line {line}: `{}` is none of {}", norm.carried_by, kinds.join(", ")));
            }
            if norm.why.is_empty() {
                return Err(format!("line {line}: `{}` has no reason", cell(0)));
            }
            if rows.insert(cell(0), norm).is_some() {
                return Err(format!("line {line}: id `{}` is used twice", cell(0)));
            }
        }
        Ok(Self { rows })
    }

    /// The row of a rule that has no policy of its own.
    pub fn get(&self, id: &str) -> Option<&Norm> {
        self.rows.get(id)
    }

    /// Every rule without a policy has a row, every row a rule without a policy, and a row leads somewhere.
    pub(crate) fn check(
        &self,
        rules: &[Rule],
        inventory: &Inventory,
        files: &PackFiles,
        faults: &mut Vec<String>,
    ) {
        let borne: BTreeSet<&str> = rules.iter().map(|r| r.id.as_str()).collect();
        for row in inventory.rows() {
            let id = row.id.as_str();
            match (borne.contains(id), self.rows.get(id)) {
                (false, None) => faults.push(format!(
                    "norms.csv: `{id}` has no policy and no row; write the policy, or say what carries it and why"
                )),
                (true, Some(_)) => faults.push(format!("norms.csv: `{id}` has a policy; take its row out")),
                _ => {}
            }
        }
        for (id, norm) in &self.rows {
            if inventory.get(id).is_none() {
                faults.push(format!("norms.csv: `{id}` is not in rule-ids.csv"));
            }
            let table =
                norm.why.split_whitespace().next().unwrap_or_default().trim_end_matches([':', ';', ',']);
            if norm.carried_by == "table" && !files.contains_key(table) {
                faults.push(format!("norms.csv: `{id}`: there is no table `{table}`; name it first"));
            }
            let shown = |r: &Rule| r.cites.iter().chain(&r.mentions).any(|c| c == id);
            if norm.carried_by == "beside" && !rules.iter().any(shown) {
                faults.push(format!(
                    "norms.csv: `{id}` stands beside no rule; name it in a policy's @mentions or @cites"
                ));
            }
            if norm.carried_by == "stay"
                && !rules.iter().any(|r| r.stayed.as_ref().is_some_and(|s| s.by == *id))
            {
                faults.push(format!("norms.csv: `{id}` stays no rule"));
            }
        }
    }
}
