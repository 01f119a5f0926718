//! Scenario files (`scenarios/2`): cases with the answer that the law should give.

use std::collections::BTreeMap;

use countersign_model::{Answer, CommitmentVerdict, GateVerdict, LawVerdict, Percent, ReviewPolicy};
use serde_json::{Map, Value};

use crate::case::{Case, Edit, examine};
use crate::contract::{self, Shape};
use crate::expectation;
use crate::known::Known;
use crate::lines::{Lines, child, index, is_under};
use crate::problem::{CaseError, Found, Problem};
use crate::terms::Confidence;
use crate::yaml;

/// The largest scenario file that is read, in bytes.
pub const MAX_SCENARIO_FILE_BYTES: usize = 16 << 20;

/// A scenario file. A broken scenario does not hide the others.
#[derive(Debug, Clone)]
pub struct ScenarioFile {
    /// The name of the set.
    pub set: String,
    /// Whether the set was kept from those who wrote the law packs.
    pub held_out: bool,
    /// The scenarios, in the order of the file; at least one.
    pub scenarios: Vec<ScenarioEntry>,
}

/// One member of a scenario file, readable or not.
#[derive(Debug, Clone)]
pub struct ScenarioEntry {
    /// Its id, or `scenarios[n]` (from 0) where it has none that can be read.
    pub id: String,
    /// The line on which it starts.
    pub line: Option<usize>,
    /// The scenario, or everything that is wrong with it.
    pub result: Result<Scenario, CaseError>,
}

/// A case with the answer expected of it.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// Its id, unique in the file.
    pub id: String,
    /// What it is about.
    pub title: String,
    /// The case.
    pub case: Case,
    /// What must come out. `answer`, `by_regime`, `gate`, `must_cite`, `must_not_cite`, `missing_facts` are there.
    pub expected: Expected,
    /// The reason, in words.
    pub why: String,
    /// How sure its author is.
    pub confidence: Option<Confidence>,
    /// Open points that it rests on.
    pub depends_on: Vec<String>,
}

/// A value that may be stated to be nothing (`none`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stated<T> {
    /// `none`.
    Nothing,
    /// This.
    These(T),
}

/// What a decision must contain. A key that is `None` asserts nothing; in a counterfactual most are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expected {
    /// The one answer.
    pub answer: Option<Answer>,
    /// LAW regime → verdict. In a scenario's own expectation every regime asked and not named is NOT_CONTROLLED.
    pub by_regime: Option<BTreeMap<String, LawVerdict>>,
    /// The gate's verdict.
    pub gate: Option<GateVerdict>,
    /// Family (`JSS`, `PMC`, `ECHRI`, `PLEDGE`) → verdict.
    pub commitments: Option<BTreeMap<String, CommitmentVerdict>>,
    /// Regime → policy, or no licence in question.
    pub review_policy: Option<Stated<BTreeMap<String, ReviewPolicy>>>,
    /// Rule ids among the determining citations.
    pub must_cite: Option<Vec<String>>,
    /// Rule ids not among them.
    pub must_not_cite: Option<Vec<String>>,
    /// Rule ids shown as examined and failed.
    pub near_miss: Option<Vec<String>>,
    /// Rule ids that appear anywhere in the decision.
    pub must_mention: Option<Vec<String>>,
    /// Literal text that appears anywhere in the decision.
    pub must_show: Option<Vec<String>>,
    /// Paths that must be named as missing, or none.
    pub missing_facts: Option<Stated<Vec<String>>>,
    /// Regime → share of the party dealt with that its rule attributes to listed persons.
    pub attributed_percent: Option<BTreeMap<String, Percent>>,
    /// The same case with changed facts. Empty in a counterfactual's own expectation.
    pub counterfactual: Vec<Counterfactual>,
}

/// The same case so changed, and what must come out then.
#[derive(Debug, Clone, PartialEq)]
pub struct Counterfactual {
    /// The change; known to give a case that fulfils the contract.
    pub edit: Edit,
    /// Only the keys given are asserted.
    pub expected: Expected,
    /// The reason, in words.
    pub why: Option<String>,
}

// the values set by an edit hold no floating point numbers: the reader refuses them
impl Eq for Counterfactual {}

impl ScenarioFile {
    /// Reads and checks a scenario file: each scenario for itself, with its counterfactuals.
    ///
    /// # Errors
    /// A text that is no YAML or too large, or faults outside the scenarios. Those of a scenario are in its entry.
    pub fn parse(text: &str, origin: &str, known: &Known) -> Result<Self, CaseError> {
        let document = yaml::read(text, origin, MAX_SCENARIO_FILE_BYTES)?;
        let (tree, lines) = (document.tree, document.lines);
        if tree.get("schema").and_then(Value::as_str) == Some("case/1") {
            let found = Found::new(
                "/schema",
                "this is a case (`case/1`), not a scenario file; `countersign check` reads it",
            );
            return Err(CaseError::new(origin, vec![lines.problem(&tree, found)]));
        }
        let (inside, mut outside): (Vec<Found>, Vec<Found>) = document
            .found
            .into_iter()
            .partition(|f| f.pointer != "/scenarios" && is_under(&f.pointer, "/scenarios"));
        let head = contract::check(Shape::ScenarioHead, &tree, &outside);
        outside.extend(head);
        if !outside.is_empty() {
            let problems = outside.into_iter().map(|f| lines.problem(&tree, f)).collect();
            return Err(CaseError::new(origin, problems));
        }
        let mut scenarios: Vec<ScenarioEntry> = Vec::new();
        for (n, value) in tree.get("scenarios").and_then(Value::as_array).into_iter().flatten().enumerate() {
            let place = index("/scenarios", n);
            let here = lines.below(&place);
            let already = inside
                .iter()
                .filter(|f| is_under(&f.pointer, &place))
                .filter_map(|f| {
                    f.pointer.strip_prefix(&place).map(|rest| Found::new(rest, f.message.clone()))
                })
                .collect();
            let own = value.get("id").and_then(Value::as_str);
            let taken = own.is_some_and(|id| scenarios.iter().any(|other| other.id == id));
            let id = own.map_or_else(|| format!("scenarios[{n}]"), str::to_owned);
            let result = read_scenario(value, &here, &format!("{origin}: {id}"), already, taken, known);
            scenarios.push(ScenarioEntry { id, line: here.of(""), result });
        }
        let set = tree.get("set").and_then(Value::as_str).unwrap_or_default().to_owned();
        let held_out = tree.get("held_out").and_then(Value::as_str) == Some("yes");
        Ok(Self { set, held_out, scenarios })
    }
}

fn read_scenario(
    value: &Value,
    lines: &Lines,
    origin: &str,
    already: Vec<Found>,
    id_taken: bool,
    known: &Known,
) -> Result<Scenario, CaseError> {
    let fail = |found: Vec<Found>| {
        CaseError::new(origin, found.into_iter().map(|f| lines.problem(value, f)).collect())
    };
    let mut found = already;
    if id_taken {
        found.push(Found::new("/id", "the id is used twice in this file"));
    }
    let more = examine(Shape::Scenario, value, &found, known);
    found.extend(more);
    if !found.is_empty() {
        return Err(fail(found));
    }
    let case = Case::of_scenario(value, lines.clone(), origin)?;
    let expected_tree = value.get("expected").unwrap_or(&Value::Null);
    let mut expected = read_expected(expected_tree, "/expected").map_err(|f| fail(vec![f]))?;
    let mut problems: Vec<Problem> =
        expectation::check(case.tree(), expected_tree, expected_tree, known, "/expected")
            .into_iter()
            .chain(expectation::base_citations(expected_tree, known))
            .map(|f| lines.problem(value, f))
            .collect();
    let list = expected_tree.get("counterfactual").and_then(Value::as_array);
    for (n, entry) in list.into_iter().flatten().enumerate() {
        let base = index("/expected/counterfactual", n);
        let edit = read_edit(entry);
        let place = |text: &str| lines.problem(value, Found::new(base.clone(), text));
        let changed = match case.edited(&edit, known) {
            Ok(changed) => changed,
            Err(error) => {
                problems.extend(error.problems.iter().map(|p| place(&format!("{}: {}", p.path, p.message))));
                continue;
            }
        };
        let empty = Value::Object(Map::new());
        let given = entry.get("expected").unwrap_or(&empty);
        let merged = expectation::merged(expected_tree, given);
        let faults = expectation::check(changed.tree(), &merged, given, known, &child(&base, "expected"));
        problems.extend(faults.into_iter().map(|f| lines.problem(value, f)));
        match read_expected(given, &child(&base, "expected")) {
            Ok(partial) => expected.counterfactual.push(Counterfactual {
                edit,
                expected: partial,
                why: entry.get("why").and_then(Value::as_str).map(str::to_owned),
            }),
            Err(fault) => problems.push(lines.problem(value, fault)),
        }
    }
    if !problems.is_empty() {
        return Err(CaseError::new(origin, problems));
    }
    let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let confidence = value.get("confidence").and_then(Value::as_str).and_then(Confidence::from_word);
    let depends_on = words(value, "depends_on").unwrap_or_default();
    Ok(Scenario {
        id: text("id"),
        title: text("title"),
        case,
        expected,
        why: text("why"),
        confidence,
        depends_on,
    })
}

pub(crate) fn read_edit(entry: &Value) -> Edit {
    let set = entry.get("set").and_then(Value::as_object).into_iter().flatten();
    Edit {
        set: set.map(|(path, value)| (path.clone(), value.clone())).collect(),
        unset: words(entry, "unset").unwrap_or_default(),
    }
}

pub(crate) fn words(map: &Value, key: &str) -> Option<Vec<String>> {
    let list = map.get(key)?.as_array()?;
    Some(list.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}

/// Reads an expectation that has passed the schema, without its counterfactuals.
pub(crate) fn read_expected(tree: &Value, base: &str) -> Result<Expected, Found> {
    let read = Reader { tree, base };
    Ok(Expected {
        answer: read.word("answer", answer)?,
        by_regime: read.map("by_regime", LawVerdict::from_word)?,
        gate: read.word("gate", GateVerdict::from_word)?,
        commitments: read.map("commitments", CommitmentVerdict::from_word)?,
        review_policy: match tree.get("review_policy") {
            Some(Value::String(_)) => Some(Stated::Nothing),
            _ => read.map("review_policy", ReviewPolicy::from_word)?.map(Stated::These),
        },
        must_cite: words(tree, "must_cite"),
        must_not_cite: words(tree, "must_not_cite"),
        near_miss: words(tree, "near_miss"),
        must_mention: words(tree, "must_mention"),
        must_show: words(tree, "must_show"),
        missing_facts: match tree.get("missing_facts") {
            Some(Value::String(_)) => Some(Stated::Nothing),
            _ => words(tree, "missing_facts").map(Stated::These),
        },
        attributed_percent: read.map("attributed_percent", |text| text.parse().ok())?,
        counterfactual: Vec::new(),
    })
}

fn answer(text: &str) -> Option<Answer> {
    [Answer::Proceed, Answer::Conditions, Answer::Hold, Answer::Stop].into_iter().find(|a| a.as_str() == text)
}

struct Reader<'a> {
    tree: &'a Value,
    base: &'a str,
}

impl Reader<'_> {
    fn value<T>(&self, at: String, value: &Value, read: impl Fn(&str) -> Option<T>) -> Result<T, Found> {
        value.as_str().and_then(read).ok_or_else(|| Found::new(at, "the value cannot be read"))
    }

    fn word<T>(&self, key: &str, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Found> {
        self.tree.get(key).map(|value| self.value(child(self.base, key), value, read)).transpose()
    }

    fn map<T>(
        &self,
        key: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<BTreeMap<String, T>>, Found> {
        let Some(map) = self.tree.get(key).and_then(Value::as_object) else { return Ok(None) };
        let here = child(self.base, key);
        let entries =
            map.iter().map(|(name, value)| Ok((name.clone(), self.value(child(&here, name), value, &read)?)));
        entries.collect::<Result<_, _>>().map(Some)
    }
}
