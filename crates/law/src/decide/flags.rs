//! Red flags: recorded in the case, and raised by GUIDANCE from the facts. A raised flag stays open until it is
//! recorded as resolved for the same rule and party. One of which it cannot be told whether it is raised is unsettled:
//! that is shown, and is no clean result.

use std::collections::HashSet;

use serde_json::Value as Json;

use super::cite::{self, Citations};
use super::examination::{Examination, determines};
use crate::decision::{Cited, RedFlag};
use crate::eval::Tri;
use crate::facts::World;
use crate::pack::{Resource, Role};

/// All red flags of a case.
pub(super) fn gather(world: &World<'_>, examination: &Examination, case: &Json) -> Vec<RedFlag> {
    let recorded = case
        .pointer("/due_diligence/red_flags")
        .and_then(Json::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    let mut out = Vec::new();
    let mut known: HashSet<(String, Option<String>)> = HashSet::new();
    for flag in recorded {
        let word = |key: &str| flag.get(key).and_then(Json::as_str).map(str::to_owned);
        let rule = word("rule").unwrap_or_default();
        let row = world.law.inventory.get(&rule);
        known.insert((rule.clone(), word("party")));
        out.push(RedFlag {
            citation: row.map(|r| r.citation.clone()).unwrap_or_default(),
            verification: row.map(|r| r.verification.clone()).unwrap_or_default(),
            text: word("text").or_else(|| row.map(|r| r.meaning.clone())).unwrap_or_default(),
            party: word("party"),
            state: word("state").unwrap_or_else(|| "open".to_owned()),
            raised_by: "record",
            mentions: Vec::new(),
            missing: Vec::new(),
            rule,
        });
    }
    for (rule, examined) in examination.all(world) {
        let missing: Vec<String> = match &examined.truth {
            Tri::Unknown(deps) => deps.iter().map(|d| d.to_string()).collect(),
            _ => Vec::new(),
        };
        let unsettled = matches!(examined.truth, Tri::Unknown(_));
        if rule.role != Role::RedFlag || !(determines(world, rule, examined) || unsettled) {
            continue;
        }
        let entity = world.facts.entities.get(examined.resource);
        let party = entity.filter(|e| e.kind == Resource::Party).map(|e| e.id.clone());
        if !known.insert((rule.id.clone(), party.clone())) {
            continue;
        }
        let cited = cite::cited(world, rule, examined);
        out.push(RedFlag {
            rule: cited.rule,
            citation: cited.citation,
            party,
            state: if unsettled { "unsettled" } else { "open" }.to_owned(),
            raised_by: "rule",
            mentions: rule.mentions.iter().filter_map(|id| cite::mention(world.law, id)).collect(),
            missing,
            text: cited.why,
            verification: cited.verification,
        });
    }
    out
}

/// What guidance, calls and proposals say of the act: shown, and no verdict.
pub(super) fn advisories(world: &World<'_>, examination: &Examination) -> Vec<Cited> {
    let mut out = Citations::default();
    for (rule, examined) in examination.all(world) {
        if rule.role == Role::Advisory && determines(world, rule, examined) {
            out.add(world, rule, examined);
        }
    }
    out.into_list()
}
