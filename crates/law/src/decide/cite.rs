//! Citations: a rule that was examined, written down for people and records.

use indexmap::IndexMap;

use crate::decision::{Cited, Mention, NearMiss};
use crate::facts::{Examined, World};
use crate::pack::{Law, NormKind, Rule};

/// The name of a resource for people.
pub(super) fn label(world: &World<'_>, resource: usize) -> String {
    world.facts.entities.get(resource).map(|e| e.label.clone()).unwrap_or_default()
}

fn facts(examined: &Examined) -> IndexMap<String, String> {
    examined.trace.reads.iter().map(|(path, value)| (path.to_string(), value.to_string())).collect()
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
