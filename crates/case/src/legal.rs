//! Files of legal tests (`legal-tests/1`): many short tests of single rules that share a few base cases.
//!
//! A test is a base case, or an earlier test, with some facts changed, and what must come out. Beside the keys of an
//! expectation it names policies: `holds` for those that must hold, `fails` for those that must fail on a single
//! condition. Scenario files (`scenarios/2`) are the contract for whole cases; these are the packs' own.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::case::{Case, Edit, examine};
use crate::contract::{self, Shape};
use crate::expectation;
use crate::known::Known;
use crate::lines::{child, index, is_under};
use crate::problem::{CaseError, Found, Problem};
use crate::scenario::{Expected, MAX_SCENARIO_FILE_BYTES, read_edit, read_expected, words};
use crate::yaml;

/// A file of legal tests. A broken test does not hide the others.
#[derive(Debug, Clone)]
pub struct LegalFile {
    /// The name of the set.
    pub set: String,
    /// The tests, in the order of the file; at least one.
    pub tests: Vec<LegalEntry>,
}

/// One member of the file, readable or not.
#[derive(Debug, Clone)]
pub struct LegalEntry {
    /// Its id.
    pub id: String,
    /// The test, or everything that is wrong with it.
    pub result: Result<LegalTest, CaseError>,
}

/// A base case with changed facts, and what must come out.
#[derive(Debug, Clone)]
pub struct LegalTest {
    /// The case after the changes.
    pub case: Case,
    /// Only the keys given are asserted.
    pub expected: Expected,
    /// Policies (`EAR-744.11`, `EAR-744.11#see-entry`) that must hold on something in the case.
    pub holds: Vec<String>,
    /// Policies that must fail on a single condition, all others being met.
    pub fails: Vec<String>,
    /// The reason, in words.
    pub why: String,
}

impl LegalFile {
    /// Reads and checks a file of legal tests.
    ///
    /// # Errors
    /// A text that is no YAML or too large, faults of its shape, or a base that is no case. Those of a test are in its
    /// entry.
    pub fn parse(text: &str, origin: &str, known: &Known) -> Result<Self, CaseError> {
        let document = yaml::read(text, origin, MAX_SCENARIO_FILE_BYTES)?;
        let (tree, lines, mut found) = (document.tree, document.lines, document.found);
        let shape = contract::check(Shape::LegalTests, &tree, &found);
        found.extend(shape);
        let mut cases: BTreeMap<String, Case> = BTreeMap::new();
        let mut problems: Vec<Problem> = found.into_iter().map(|f| lines.problem(&tree, f)).collect();
        for (name, base) in tree.get("bases").and_then(Value::as_object).into_iter().flatten() {
            let place = child("/bases", name);
            let mut case = Map::from_iter([("schema".to_owned(), Value::from("case/1"))]);
            case.extend(base.as_object().into_iter().flatten().map(|(k, v)| (k.clone(), v.clone())));
            let case = Value::Object(case);
            let faults = examine(Shape::Case, &case, &[], known);
            if faults.is_empty() {
                match Case::of_scenario(&case, lines.below(&place), origin) {
                    Ok(case) => {
                        cases.insert(name.clone(), case);
                    }
                    Err(error) => problems.extend(error.problems),
                }
            }
            let at = |f: Found| {
                let pointer = if is_under(&f.pointer, "/schema") { String::new() } else { f.pointer };
                lines.problem(&tree, Found::new(format!("{place}{pointer}"), f.message))
            };
            problems.extend(faults.into_iter().map(at));
        }
        if !problems.is_empty() {
            return Err(CaseError::new(origin, problems));
        }
        let mut tests: Vec<LegalEntry> = Vec::new();
        for (n, entry) in tree.get("tests").and_then(Value::as_array).into_iter().flatten().enumerate() {
            let place = index("/tests", n);
            let id = entry.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
            let fail = |message: String| {
                CaseError::new(origin, vec![lines.problem(&tree, Found::new(place.clone(), message))])
            };
            let result = if cases.contains_key(&id) {
                Err(fail(format!(
                    "the id `{id}` is used twice in this file; bases and tests share their ids"
                )))
            } else {
                read(entry, &cases, known).map_err(fail)
            };
            if let Ok(test) = &result {
                cases.insert(id.clone(), test.case.clone());
            }
            tests.push(LegalEntry { id, result });
        }
        let set = tree.get("set").and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(Self { set, tests })
    }
}

/// One test; a fault as a sentence.
fn read(entry: &Value, cases: &BTreeMap<String, Case>, known: &Known) -> Result<LegalTest, String> {
    let name = entry.get("base").and_then(Value::as_str).unwrap_or_default();
    let base = cases.get(name).ok_or_else(|| format!("no base and no earlier test is called `{name}`"))?;
    let edit = read_edit(entry);
    let case = if edit == Edit::default() {
        base.clone()
    } else {
        base.edited(&edit, known).map_err(|e| sentence(&e.problems))?
    };
    let empty = Value::Object(Map::new());
    let expected = entry.get("expected").unwrap_or(&empty);
    let mut faults = Vec::new();
    expectation::citations(case.tree(), expected, known, "", &mut faults);
    expectation::missing_facts(case.tree(), expected, "", &mut faults);
    if !faults.is_empty() {
        return Err(faults.iter().map(|f| f.message.clone()).collect::<Vec<_>>().join("; "));
    }
    Ok(LegalTest {
        case,
        expected: read_expected(expected, "").map_err(|f| f.message)?,
        holds: words(entry, "holds").unwrap_or_default(),
        fails: words(entry, "fails").unwrap_or_default(),
        why: entry.get("why").and_then(Value::as_str).unwrap_or_default().to_owned(),
    })
}

fn sentence(problems: &[Problem]) -> String {
    problems.iter().map(|p| format!("{}: {}", p.path, p.message)).collect::<Vec<_>>().join("; ")
}
