//! Citations: a rule that was examined, written down for people and records.

use std::collections::HashSet;

use indexmap::IndexMap;

use crate::decision::{Cited, Mention, NearMiss};
use crate::facts::{Examined, SHOWN_FACTS, World};
use crate::pack::{Law, NormKind, Rule};

/// The name of a resource for people.
pub(super) fn label(world: &World<'_>, resource: usize) -> String {
    world.facts.entities.get(resource).map(|e| e.label.clone()).unwrap_or_default()
}

fn facts(examined: &Examined) -> IndexMap<String, String> {
    let (read, more) = examined.trace.facts();
    let mut shown: IndexMap<String, String> =
        read.iter().map(|(path, value)| (path.to_string(), value.to_string())).collect();
    if more {
        shown.insert(
            "(more)".to_owned(),
            format!("the rule read more facts; the first {SHOWN_FACTS} are shown"),
        );
    }
    shown
}

/// Citations in the order in which they were found, each rule once for each thing.
#[derive(Default)]
pub(super) struct Citations {
    list: Vec<Cited>,
    known: HashSet<(String, String)>,
    ids: HashSet<String>,
}

impl Citations {
    /// Whether the rule stands there for the thing.
    pub(super) fn has(&self, rule: &str, on: &str) -> bool {
        // two words to look up a pair of strings: few enough, and only where the rule is cited at all
        self.ids.contains(rule) && self.known.contains(&(rule.to_owned(), on.to_owned()))
    }

    /// Whether the rule stands there for anything.
    pub(super) fn names(&self, rule: &str) -> bool {
        self.ids.contains(rule)
    }

    /// Adds a rule as it was examined; its facts are written out only if it is new.
    pub(super) fn add(&mut self, world: &World<'_>, rule: &Rule, examined: &Examined) {
        if !self.has(&rule.id, &label(world, examined.resource)) {
            self.push(cited(world, rule, examined));
        }
    }

    /// Adds a citation unless it stands there.
    pub(super) fn push(&mut self, cited: Cited) {
        if self.known.insert((cited.rule.clone(), cited.on.clone())) {
            self.ids.insert(cited.rule.clone());
            self.list.push(cited);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Cited> {
        self.list.iter()
    }

    pub(super) fn into_list(self) -> Vec<Cited> {
        self.list
    }
}

/// A rule that determines.
pub(super) fn cited(world: &World<'_>, rule: &Rule, examined: &Examined) -> Cited {
    let row = world.law.inventory.get(&rule.id);
    let why = if rule.why.is_empty() {
        row.map(|r| r.meaning.clone()).unwrap_or_default()
    } else {
        rule.why.clone()
    };
    Cited {
        rule: rule.id.clone(),
        citation: row.map(|r| r.citation.clone()).unwrap_or_default(),
        kind: row.map_or(NormKind::Law, |r| r.kind),
        verification: row.map(|r| r.verification.clone()).unwrap_or_default(),
        why,
        on: label(world, examined.resource),
        notice: world.facts.entities.get(examined.resource).and_then(|e| e.notice.clone()),
        lifted_by: Vec::new(),
        facts: facts(examined),
    }
}

/// An id of the inventory cited beside a rule (`@cites`, a failed PUB- or IND- rule).
pub(super) fn by_id(law: &Law, id: &str, on: &str) -> Option<Cited> {
    let row = law.inventory.get(id)?;
    Some(Cited {
        rule: row.id.clone(),
        citation: row.citation.clone(),
        kind: row.kind,
        verification: row.verification.clone(),
        why: row.meaning.clone(),
        on: on.to_owned(),
        notice: None,
        lifted_by: Vec::new(),
        facts: IndexMap::new(),
    })
}

/// A rule that failed on a single condition.
pub(super) fn near_miss(world: &World<'_>, rule: &Rule, examined: &Examined, failing: String) -> NearMiss {
    let row = world.law.inventory.get(&rule.id);
    NearMiss {
        rule: rule.id.clone(),
        citation: row.map(|r| r.citation.clone()).unwrap_or_default(),
        verification: row.map(|r| r.verification.clone()).unwrap_or_default(),
        on: label(world, examined.resource),
        failing,
        facts: facts(examined),
    }
}

/// A rule to read beside others.
pub(super) fn mention(law: &Law, id: &str) -> Option<Mention> {
    let row = law.inventory.get(id)?;
    Some(Mention {
        rule: row.id.clone(),
        citation: row.citation.clone(),
        meaning: row.meaning.clone(),
        verification: row.verification.clone(),
    })
}

/// Adds a citation unless the same rule already stands there for the same thing.
pub(super) fn push(list: &mut Vec<Cited>, cited: Cited) {
    if !list.iter().any(|c| c.rule == cited.rule && c.on == cited.on) {
        list.push(cited);
    }
}
