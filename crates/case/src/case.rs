//! A case that fulfils the contract.

use std::sync::Arc;

use countersign_model::{Date, parse_date};
use serde_json::{Map, Value};

use crate::contract::{self, Shape};
use crate::cross;
use crate::known::Known;
use crate::lines::{Lines, child, is_under};
use crate::path::{PathError, Place, locate};
use crate::problem::{CaseError, Found, Problem};
use crate::terms::{Action, Intent, PartyKind};
use crate::yaml;

/// The largest case file that is read, in bytes.
pub const MAX_CASE_BYTES: usize = 1 << 20;

/// The keys that a scenario has beyond a case.
const SCENARIO_KEYS: [&str; 4] = ["expected", "why", "confidence", "depends_on"];

/// A validated case (`case/1`): a tree whose keys and words are those of the case format, whose references lead
/// somewhere, and which knows the line of every value.
///
/// A key that is absent from the tree is an unknown fact, never a false one. Clones share the tree and the lines.
#[derive(Debug, Clone)]
pub struct Case {
    tree: Arc<Value>,
    lines: Lines,
    origin: Arc<str>,
    as_of: Date,
    known_at: Date,
    action: Action,
    intent: Intent,
}

/// A change of a case: what a counterfactual sets and removes (case format, section 10).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Edit {
    /// Path → new value, in this order. The parent must exist; a key may be new.
    pub set: Vec<(String, Value)>,
    /// Paths to remove, after everything is set. Each must be there.
    pub unset: Vec<String>,
}

/// One party of a case.
#[derive(Debug, Clone)]
pub struct Party<'a> {
    /// Its id, unique in the case.
    pub id: &'a str,
    /// Its name, or `unknown` for one that is known to exist only.
    pub name: &'a str,
    /// What it is.
    pub kind: PartyKind,
    /// The parts it plays, at least one.
    pub roles: Vec<&'a str>,
    /// Everything said about it.
    pub value: &'a Value,
}

impl Case {
    /// Reads and checks a case file. `origin` names the file in messages.
    ///
    /// # Errors
    /// A text that is no YAML, too large, or does not fulfil the contract; every problem with its line.
    pub fn parse(text: &str, origin: &str, known: &Known) -> Result<Self, CaseError> {
        let document = yaml::read(text, origin, MAX_CASE_BYTES)?;
        let (tree, lines, mut found) = (document.tree, document.lines, document.found);
        let whole = |message: &str| {
            let problem = lines.problem(&tree, Found::new("", message));
            Err(CaseError::new(origin, vec![problem]))
        };
        match (&tree, tree.get("schema").and_then(Value::as_str)) {
            (Value::Object(_), Some("scenarios/2")) => {
                return whole(
                    "this is a scenario file (`scenarios/2`), not a case; `countersign law test` runs it",
                );
            }
            (Value::Object(map), None) if !map.contains_key("schema") => {
                found
                    .push(Found::new("", "the key `schema` is missing; a case starts with `schema: case/1`"));
            }
            (Value::Object(_), _) => {}
            _ => return whole("a map is expected; a case starts with `schema: case/1`"),
        }
        let missing_schema = |f: &Found| f.pointer.is_empty() && f.message.contains("`schema`");
        let mut seen = examine(Shape::Case, &tree, &found, known);
        seen.retain(|f| !(missing_schema(f) && found.iter().any(missing_schema)));
        found.extend(seen);
        if found.is_empty() {
            return Self::build(tree, lines, origin);
        }
        let problems = found.into_iter().map(|f| lines.problem(&tree, f)).collect();
        Err(CaseError::new(origin, problems))
    }

    /// The case inside a scenario that has passed its checks.
    pub(crate) fn of_scenario(scenario: &Value, lines: Lines, origin: &str) -> Result<Self, CaseError> {
        let mut map = Map::new();
        map.insert("schema".into(), Value::from("case/1"));
        for (key, value) in scenario.as_object().into_iter().flatten() {
            if !SCENARIO_KEYS.contains(&key.as_str()) {
                map.insert(key.clone(), value.clone());
            }
        }
        Self::build(Value::Object(map), lines, origin)
    }

    /// Takes a tree that has passed every check.
    fn build(tree: Value, lines: Lines, origin: &str) -> Result<Self, CaseError> {
        let unreadable = |key: &str| {
            let found = Found::new(child("", key), "the value cannot be read");
            CaseError::new(origin, vec![lines.problem(&tree, found)])
        };
        let date = |key: &str| -> Result<Option<Date>, CaseError> {
            let text = tree.get(key).and_then(Value::as_str);
            text.map(|text| parse_date(text).map_err(|_| unreadable(key))).transpose()
        };
        let as_of = date("as_of")?.ok_or_else(|| unreadable("as_of"))?;
        let known_at = date("known_at")?.unwrap_or(as_of);
        let action = tree.get("action").and_then(Value::as_str).and_then(Action::from_word);
        let action = action.ok_or_else(|| unreadable("action"))?;
        let intent = match tree.get("intent") {
            None => Intent::Act,
            Some(word) => word.as_str().and_then(Intent::from_word).ok_or_else(|| unreadable("intent"))?,
        };
        Ok(Self { tree: Arc::new(tree), lines, origin: Arc::from(origin), as_of, known_at, action, intent })
    }

    /// The whole case, keys in the order of the file; `schema` first where the case came from a scenario.
    pub fn tree(&self) -> &Value {
        &self.tree
    }

    /// The name of the file, as the caller gave it.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The line of what a path names: of its key, or of the start of a list member. `None` where nothing is there
    /// or where an edit put it.
    pub fn line(&self, path: &str) -> Option<usize> {
        match locate(&self.tree, path).ok()? {
            Place::Key { parent, pointer, key } => {
                parent.get(&key)?;
                self.lines.of(&child(&pointer, &key))
            }
            Place::Member { pointer, .. } => self.lines.of(&pointer),
            Place::Absent => None,
        }
    }

    /// The id of the case, where it has one.
    pub fn id(&self) -> Option<&str> {
        self.text("id")
    }

    /// Its title, where it has one.
    pub fn title(&self) -> Option<&str> {
        self.text("title")
    }

    /// The day on which the act is to happen; law, lists, ownership and licences are read as of it.
    pub fn as_of(&self) -> Date {
        self.as_of
    }

    /// What was known: log entries are read as of this day. `as_of` unless given.
    pub fn known_at(&self) -> Date {
        self.known_at
    }

    /// The act.
    pub fn action(&self) -> Action {
        self.action
    }

    /// About to act (the default) or only looking.
    pub fn intent(&self) -> Intent {
        self.intent
    }

    /// The id of the party who asks.
    pub fn actor(&self) -> &str {
        self.text("actor").unwrap_or_default()
    }

    /// The regimes asked, groups (`US`) as written; `None` is "every loaded pack".
    pub fn regimes(&self) -> Option<Vec<String>> {
        let list = self.tree.get("regimes")?.as_array()?;
        Some(list.iter().filter_map(Value::as_str).map(str::to_owned).collect())
    }

    /// Everyone who takes part, in the order of the file.
    pub fn parties(&self) -> impl Iterator<Item = Party<'_>> {
        self.tree.get("parties").and_then(Value::as_array).into_iter().flatten().filter_map(|value| {
            let text = |key| value.get(key).and_then(Value::as_str);
            let roles = value.get("roles")?.as_array()?.iter().filter_map(Value::as_str).collect();
            Some(Party {
                id: text("id")?,
                name: text("name")?,
                kind: PartyKind::from_word(text("kind")?)?,
                roles,
                value,
            })
        })
    }

    /// The value at a path; `None` where a key is absent, which means unknown.
    ///
    /// # Errors
    /// A text that is no path, or a list member that does not exist.
    pub fn get(&self, path: &str) -> Result<Option<&Value>, PathError> {
        Ok(match locate(&self.tree, path)? {
            Place::Key { parent, key, .. } => parent.as_object().and_then(|map| map.get(&key)),
            Place::Member { value, .. } => Some(value),
            Place::Absent => None,
        })
    }

    /// The case after an edit, checked anew as a whole.
    ///
    /// # Errors
    /// A path without a parent to set it in, one with nothing to remove, or a result that breaks the contract.
    pub fn edited(&self, edit: &Edit, known: &Known) -> Result<Self, CaseError> {
        let mut tree = Value::clone(&self.tree);
        let mut lines = self.lines.clone();
        for (path, value) in &edit.set {
            let (parent, key) = self.spot(&mut tree, path, &mut lines)?;
            let Some(map) = parent.and_then(Value::as_object_mut) else {
                return Err(self.edit_error(path, "its parent does not exist; set the parent as a whole"));
            };
            map.insert(key, value.clone());
        }
        for path in &edit.unset {
            let (parent, key) = self.spot(&mut tree, path, &mut lines)?;
            // the order of the other keys stays
            let removed = parent.and_then(Value::as_object_mut).and_then(|map| map.shift_remove(&key));
            if removed.is_none() {
                return Err(self.edit_error(path, "nothing there to remove"));
            }
        }
        let found = examine(Shape::Case, &tree, &[], known);
        if !found.is_empty() {
            let problems = found.into_iter().map(|f| lines.problem(&tree, f)).collect();
            return Err(CaseError::new(&self.origin, problems));
        }
        Self::build(tree, lines, &self.origin)
    }

    /// The case read as of other days, as `--as-of` and `--known-at` ask: `as_of` replaces both unless `known_at`
    /// is given too; `known_at` alone replaces itself. Checked anew, since shares are added up as of a day.
    ///
    /// # Errors
    /// Shares that add up to more than 100 on the new day.
    pub fn with_dates(
        &self,
        as_of: Option<Date>,
        known_at: Option<Date>,
        known: &Known,
    ) -> Result<Self, CaseError> {
        let mut edit = Edit::default();
        if let Some(day) = as_of {
            edit.set.push(("as_of".into(), Value::from(day.to_string())));
            if known_at.is_none() && self.tree.get("known_at").is_some() {
                edit.unset.push("known_at".into());
            }
        }
        if let Some(day) = known_at {
            edit.set.push(("known_at".into(), Value::from(day.to_string())));
        }
        self.edited(&edit, known)
    }

    fn text(&self, key: &str) -> Option<&str> {
        self.tree.get(key).and_then(Value::as_str)
    }

    /// The container of an edit path in `tree` and its last key. What lies there has no line any more.
    fn spot<'t>(
        &self,
        tree: &'t mut Value,
        path: &str,
        lines: &mut Lines,
    ) -> Result<(Option<&'t mut Value>, String), CaseError> {
        let (pointer, key) = match locate(tree, path) {
            Ok(Place::Key { pointer, key, .. }) => (pointer, key),
            Ok(Place::Absent) => return Ok((None, String::new())),
            Ok(Place::Member { .. }) => return Err(self.edit_error(path, "the path must end in a key")),
            Err(error) => return Err(self.edit_error(path, &error.to_string())),
        };
        lines.forget(child(&pointer, &key));
        Ok((tree.pointer_mut(&pointer), key))
    }

    fn edit_error(&self, path: &str, message: &str) -> CaseError {
        let problem = Problem { line: None, path: path.to_owned(), message: message.to_owned() };
        CaseError::new(&self.origin, vec![problem])
    }
}

/// Every fault of a tree: those of its shape, then those between its parts. A value whose fault is known is not
/// reported a second time.
pub(crate) fn examine(shape: Shape, tree: &Value, already: &[Found], known: &Known) -> Vec<Found> {
    let mut found = contract::check(shape, tree, already);
    let mut between = cross::check(tree, known);
    let reported = |pointer: &str| {
        // above it: the value is in doubt; below it: a sum over doubtful values
        let touches = |f: &Found| {
            !f.pointer.is_empty() && (is_under(pointer, &f.pointer) || is_under(&f.pointer, pointer))
        };
        found.iter().chain(already).any(touches)
    };
    between.retain(|f| !reported(&f.pointer));
    found.extend(between);
    found
}
