//! What in a case does not fit together, or stands beside the law that was asked: shown, and no verdict.

use std::collections::BTreeSet;

use countersign_model::{LawVerdict, parse_date};
use serde_json::Value as Json;

use crate::decision::RegimeVerdict;
use crate::facts::{World, within};
use crate::pack::Resource;

/// Everything that a reader of this case has to be told.
pub(super) fn of_case(world: &World<'_>, tree: &Json, asked: &BTreeSet<&str>) -> Vec<String> {
    let mut out: Vec<String> = world
        .facts
        .unknown_codes
        .iter()
        .map(|code| {
            format!(
                "ECCN `{code}` is not in the table of reasons for control; what it is controlled for has to be read in \
                 15 CFR part 774 by a person, and until then US-EAR cannot be settled"
            )
        })
        .collect();
    out.extend(not_yet_listed(world));
    out.extend(world.facts.unknown_countries.iter().map(|code| {
        format!("country `{code}` is in no table of the packs: no country group and no chart mark can be read for it")
    }));
    out.extend(owners_of_nothing(tree).map(|id| {
        format!(
            "`{id}` has the role `owner`, and no `owners` or `control` entry names it: what it owns is not known and counts \
             for nothing here; write it into the `owners` of the party that it owns"
        )
    }));
    out.extend(supplied_abroad(world, tree, asked));
    out.extend(licences_aside(world, tree, asked));
    out.extend(wrong_side(world, tree));
    out.extend(unclassified_capabilities(world, tree, asked));
    out
}

/// Regimes that bind one party at once: sanctions.
const SIBLINGS: [&str; 3] = ["US-OFAC", "EU-SANC", "UK-SANC"];

/// Where of the sanctions regimes asked one stops the act because of a party, and another looked at the same party and did
/// not: who differs, and on what.
pub(super) fn differing(regimes: &[RegimeVerdict]) -> Vec<String> {
    let siblings = || regimes.iter().filter(|r| SIBLINGS.contains(&r.regime.as_str()));
    let mut out = Vec::new();
    for strict in siblings().filter(|r| r.verdict >= LawVerdict::NotifyAndHold) {
        for free in siblings().filter(|r| r.verdict == LawVerdict::NotControlled) {
            let missed = free.near_misses.iter().find_map(|miss| {
                let by = strict.determining.iter().find(|cited| cited.on == miss.on)?;
                Some((by, miss))
            });
            if let Some((by, miss)) = missed {
                out.push(format!(
                    "the regimes differ on {}: {} under {} ({}), {} under {}, where {} fails on `{}`; each binds whom it \
                     binds, and the stricter one decides the answer",
                    by.on, strict.verdict, strict.regime, by.rule, free.verdict, free.regime, miss.rule, miss.failing
                ));
            }
        }
    }
    out
}

fn parties(tree: &Json) -> impl Iterator<Item = &Json> {
    tree.get("parties").and_then(Json::as_array).into_iter().flatten()
}

fn words<'a>(value: &'a Json, key: &str) -> Vec<&'a str> {
    value.get(key).and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str).collect()
}

fn actor(tree: &Json) -> Option<&Json> {
    let id = tree.get("actor")?.as_str()?;
    parties(tree).find(|party| party.get("id").and_then(Json::as_str) == Some(id))
}

/// ECCNs of the item that were put on the list after the day of the act.
fn not_yet_listed<'a>(world: &'a World<'_>) -> impl Iterator<Item = String> + 'a {
    let entries = world.of_kind(Resource::Entry).iter();
    let given = entries.filter_map(|n| world.facts.entities.get(*n)).filter(|e| e.label.starts_with("ECCN "));
    given.filter_map(|entry| {
        let codes = within(&entry.id);
        let rule = codes.iter().find_map(|code| {
            let id = format!("CCL-{code}");
            world.law.rules.iter().find(|r| r.id == id && r.in_force.is_some_and(|from| world.as_of < from))
        })?;
        Some(format!(
            "ECCN `{}` was not on the Commerce Control List on {}, but from {} on: classify the item by the list of that day",
            entry.id,
            world.as_of,
            rule.in_force?
        ))
    })
}

/// Parties with the role `owner` that no party names among its owners or controllers.
fn owners_of_nothing(tree: &Json) -> impl Iterator<Item = &str> {
    let list = |party: &'_ Json, key: &str, name: &str| -> Vec<String> {
        let entries = party.get(key).and_then(Json::as_array).into_iter().flatten();
        entries.filter_map(|e| e.get(name).and_then(Json::as_str)).map(str::to_owned).collect()
    };
    let named: BTreeSet<String> =
        parties(tree).flat_map(|p| [list(p, "owners", "party"), list(p, "control", "by")].concat()).collect();
    parties(tree)
        .filter(|p| words(p, "roles").contains(&"owner"))
        .filter_map(|p| p.get("id").and_then(Json::as_str))
        .filter(move |id| !named.contains(*id))
}

/// What leaves, or is made available abroad, is an `export` for the Union and the United Kingdom (case format, section 2),
/// and is decided as one; the word in the file says something else.
fn supplied_abroad(world: &World<'_>, tree: &Json, asked: &BTreeSet<&str>) -> Option<String> {
    if world.action != "supply" {
        return None;
    }
    let regimes: Vec<&str> = [("EU-DUR", "eu_export"), ("UK-DUR", "gb_export")]
        .into_iter()
        .filter(|(regime, export)| asked.contains(regime) && world.case_is(export).is_true())
        .map(|(regime, _)| regime)
        .collect();
    let destination = tree.get("destination")?.as_str()?;
    (!regimes.is_empty()).then(|| {
        format!(
            "the act is called a `supply`, and goods, software or technology leave for {destination} or are made available \
             there (download, cloud access, telephone): under {} that is an export, and it was decided as one",
            regimes.join(" and ")
        )
    })
}

/// Licences under a regime asked that do not count on the day, and derogations, which lift nothing by themselves.
fn licences_aside(world: &World<'_>, tree: &Json, asked: &BTreeSet<&str>) -> Vec<String> {
    let licences = tree.get("licences").and_then(Json::as_array).into_iter().flatten();
    let mut out = Vec::new();
    for licence in licences {
        let word = |key: &str| licence.get(key).and_then(Json::as_str);
        let (Some(id), Some(regime)) = (word("id"), word("regime")) else { continue };
        if !asked.contains(regime) {
            continue;
        }
        let span = format!(
            "{} to {}",
            word("valid_from").unwrap_or("a day not told"),
            word("valid_to").unwrap_or("a day not told")
        );
        let day = |key: &str| word(key).and_then(|text| parse_date(text).ok());
        let parts = ["item", "end_user", "destination", "quantity"];
        let covers = |part: &str| licence.get("covers").and_then(|c| c.get(part)).and_then(Json::as_str);
        let outside: Vec<&str> = parts.into_iter().filter(|part| covers(part) == Some("no")).collect();
        let of = word("authority").map(|a| format!(" of {a}")).unwrap_or_default();
        if word("type") == Some("derogation") {
            out.push(format!(
                "`{id}` is recorded as a derogation{of} under {regime} ({span}): it lifts no prohibition by itself here; \
                 whoever decides reads what it allows, and to whom"
            ));
        } else if day("valid_from").is_none_or(|d| world.as_of < d)
            || day("valid_to").is_none_or(|d| d < world.as_of)
        {
            out.push(format!(
                "the licence `{id}`{of} under {regime} is valid from {span}, and does not count on {}",
                world.as_of
            ));
        } else if !outside.is_empty() {
            out.push(format!(
                "the licence `{id}`{of} under {regime} does not cover the {}, and does not count",
                outside.join(" or the ").replace('_', " ")
            ));
        } else if let Some(conditions) = licence.get("conditions").and_then(Json::as_array) {
            let conditions: Vec<&str> = conditions.iter().filter_map(Json::as_str).collect();
            out.push(format!(
                "the licence `{id}`{of} under {regime} is held on conditions: {}",
                conditions.join("; ")
            ));
        }
    }
    out
}

/// The actor of an act with roles of the other side only.
fn wrong_side(world: &World<'_>, tree: &Json) -> Option<String> {
    const RECEIVES: [&str; 5] =
        ["purchaser", "intermediate_consignee", "ultimate_consignee", "end_user", "investee"];
    const GIVES: [&str; 7] =
        ["exporter", "supplier", "developer", "provider", "broker", "vendor", "forwarder"];
    let actor = actor(tree)?;
    let id = actor.get("id")?.as_str()?;
    let roles = words(actor, "roles");
    let (side, other, who) = match world.action {
        "export" | "reexport" | "transfer" | "supply" | "broker" | "technical_assistance" => {
            (&GIVES[..], &RECEIVES[..], "somebody who sends or gives")
        }
        "procure" => (&RECEIVES[..], &GIVES[..], "somebody who buys or receives"),
        _ => return None,
    };
    let has = |side: &[&str]| roles.iter().any(|role| side.contains(role));
    (!has(side) && has(other)).then(|| {
        format!(
            "`{id}` asks about this `{}` and has no role of {who} ({}), only {}: the rules look at what the actor itself may \
             do; name the one who acts as `actor`, or mend its roles",
            world.action,
            side.join(", "),
            roles.join(", ")
        )
    })
}

/// Capabilities that are the text of an entry of which the classification says nothing.
fn unclassified_capabilities(world: &World<'_>, tree: &Json, asked: &BTreeSet<&str>) -> Vec<String> {
    let Some(item) = tree.get("item") else { return Vec::new() };
    let limbs = item.get("limbs").and_then(Json::as_object);
    let keys = [("annex_codes", ["EU-DUR", "UK-DUR"]), ("eccn", ["US-EAR", "US-EAR"])];
    let mut out = Vec::new();
    for (key, regimes) in keys {
        let given = item.get(key).filter(|value| value.as_str() != Some("unknown"));
        if given.is_none() || !regimes.iter().any(|regime| asked.contains(regime)) {
            continue;
        }
        let codes = words(item, key);
        for capability in words(item, "capabilities") {
            let entries = world.law.tables.entries_of_capability(capability);
            let met = |entry: &str| {
                codes.iter().any(|code| within(code).iter().any(|part| part == entry))
                    || limbs
                        .into_iter()
                        .flatten()
                        .any(|(code, _)| within(code).iter().any(|part| part == entry))
            };
            if entries.is_empty() || entries.iter().any(|entry| met(entry)) {
                continue;
            }
            out.push(format!(
                "the capability `{capability}` is what {} describes, and `item.{key}` has no such entry: check the \
                 classification (`countersign classify`), or say under `item.limbs` which limb of the entry is not met",
                entries.join(" or ")
            ));
        }
    }
    out
}
