//! The gates that the user opted in (case format, section 9): the assessment gate and the red-flag gate.

use std::cmp::Reverse;

use countersign_model::GateVerdict;
use serde_json::Value as Json;

use super::cite;
use super::examination::{Examination, determines};
use crate::decision::{Cited, GateFinding, RedFlag};
use crate::eval::{Deps, Tri, Value};
use crate::facts::World;
use crate::pack::{Resource, Role};

/// The fixed order of citation (assessment method, section 8).
const ORDER: [&str; 12] = [
    "GATE-PUB",
    "GATE-STAGE",
    "GATE-SCOPE",
    "GATE-EXP",
    "GATE-REV",
    "GATE-IND",
    "GATE-RED",
    "GATE-ROL",
    "GATE-STOP",
    "GATE-RES",
    "GATE-MON",
    "GATE-FLAG",
];

/// The findings on one thing.
#[derive(Default)]
struct Found {
    verdict: Option<GateVerdict>,
    determining: Vec<Cited>,
    shown: Vec<Cited>,
    missing: Deps,
}

impl Found {
    fn of(verdict: GateVerdict) -> Self {
        Self { verdict: Some(verdict), ..Self::default() }
    }

    fn verdict(&self) -> GateVerdict {
        self.verdict.unwrap_or(GateVerdict::Pass)
    }

    fn is_of_another_act(&self) -> bool {
        self.determining.iter().any(|cited| cited.rule == "GATE-SCOPE")
    }

    fn absorb(&mut self, other: Self) {
        self.verdict = Some(self.verdict().max(other.verdict()));
        for cited in other.determining {
            cite::push(&mut self.determining, cited);
        }
        for cited in other.shown {
            cite::push(&mut self.shown, cited);
        }
        self.missing.join(&other.missing);
    }
}

/// Makes the verdict of the assessment gate a fact, whether or not it was opted in: what a pledge asks.
pub(super) fn settle(world: &World<'_>, examination: &Examination, case: &Json) {
    let verdict = assessment(world, examination, case).verdict();
    world.decided("gate_verdict", Value::str(verdict.as_str()));
}

/// The most severe of the gates opted in.
pub(super) fn verdict(
    world: &World<'_>,
    examination: &Examination,
    case: &Json,
    flags: &[RedFlag],
) -> GateFinding {
    let opted: Vec<String> = case
        .pointer("/gate/opted_in")
        .and_then(Json::as_array)
        .map(|l| l.iter().filter_map(Json::as_str).map(str::to_owned).collect())
        .unwrap_or_default();
    let mut all = Found { verdict: Some(GateVerdict::NotApplicable), ..Found::default() };
    if opted.iter().any(|g| g == "assessment") {
        all.absorb(assessment(world, examination, case));
    }
    if opted.iter().any(|g| g == "red_flags") {
        all.absorb(red_flags(world, case, flags));
    }
    let rank = |c: &Cited| ORDER.iter().position(|id| *id == c.rule).unwrap_or(ORDER.len());
    all.determining.sort_by_key(rank);
    let conditions = case.get("assessments").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    GateFinding {
        verdict: all.verdict(),
        determining: all.determining,
        shown: all.shown,
        missing: all.missing.iter().map(|p| p.to_string()).collect(),
        conditions: conditions
            .iter()
            .filter_map(|a| a.get("conditions").and_then(Json::as_array))
            .flatten()
            .filter_map(|c| c.as_str().map(str::to_owned))
            .collect(),
        opted_in: opted,
    }
}

fn red_flags(world: &World<'_>, case: &Json, flags: &[RedFlag]) -> Found {
    let path = "due_diligence.red_flags";
    let recorded = case.pointer("/due_diligence/red_flags").and_then(Json::as_str) != Some("unknown")
        && case.pointer("/due_diligence/red_flags").is_some();
    if !recorded && flags.iter().all(|f| f.state == "resolved") {
        // nobody wrote down whether there are others: that is a missing fact, and no clean result
        let mut found = Found::of(GateVerdict::Incomplete);
        found.determining.extend(cite::by_id(world.law, "GATE-FLAG", "the due diligence"));
        found.missing.insert(std::sync::Arc::from(path));
        return found;
    }
    if flags.is_empty() {
        return Found::of(GateVerdict::NotApplicable);
    }
    // followed up is not resolved: suspicion and confirmation count as open here
    let open: Vec<&RedFlag> = flags.iter().filter(|f| f.state != "resolved").collect();
    if open.is_empty() {
        return Found::of(GateVerdict::Pass);
    }
    let mut found = Found::of(GateVerdict::Incomplete);
    for flag in open {
        found.missing.extend(flag.missing.iter().map(|p| std::sync::Arc::from(p.as_str())));
        let on = flag.party.clone().unwrap_or_else(|| "the act".to_owned());
        for id in ["GATE-FLAG", &flag.rule] {
            found.determining.extend(cite::by_id(world.law, id, &on));
        }
    }
    found
}

fn assessment(world: &World<'_>, examination: &Examination, case: &Json) -> Found {
    if world.case_is("released_technology").is_true() && world.case_is("gate_listed").is_false() {
        return Found::of(GateVerdict::NotApplicable);
    }
    match world.case_is("surveillance_tool") {
        Tri::False => return Found::of(GateVerdict::NotApplicable),
        Tri::Unknown(missing) => {
            let mut found = Found::of(GateVerdict::Incomplete);
            found.determining.extend(cite::by_id(
                world.law,
                "GATE-PUB",
                "whether the item is a surveillance tool",
            ));
            found.missing = missing;
            return found;
        }
        Tri::True => {}
    }
    let evaluating = case.get("intent").and_then(Json::as_str) == Some("evaluate");
    let on_act = "the act";
    match case.get("assessments") {
        Some(Json::Array(_)) => {}
        Some(Json::String(word)) if word == "none" => {
            let verdict = if evaluating { GateVerdict::Incomplete } else { GateVerdict::Stop };
            let mut found = Found::of(verdict);
            found.determining.extend(cite::by_id(world.law, "GATE-PUB", on_act));
            return found;
        }
        _ => {
            let mut found = Found::of(GateVerdict::Incomplete);
            found.determining.extend(cite::by_id(world.law, "GATE-PUB", on_act));
            found.missing.insert(std::sync::Arc::from("assessments"));
            return found;
        }
    }
    let mut found = Found::default();
    for stage in if matches!(world.action, "develop" | "invest") { &["D"][..] } else { &["D", "S"][..] } {
        let entries: Vec<usize> = world
            .of_kind(Resource::Assessment)
            .iter()
            .copied()
            .filter(|n| {
                let stage_of =
                    world.facts.entities.get(*n).and_then(|e| e.attrs.get("stage")).map(|f| &f.value);
                matches!(stage_of, Some(Value::Str(s)) if **s == **stage)
            })
            .collect();
        // of several entries for a stage the best counts; where none is better than another, the one of this very act is cited
        // and not its neighbour, and of several of those the last
        let best = entries
            .iter()
            .enumerate()
            .map(|(place, n)| (place, entry(world, examination, *n)))
            .min_by_key(|(place, found)| {
                let stops = found.verdict() == GateVerdict::Stop;
                (found.verdict(), found.is_of_another_act(), Reverse(if stops { *place } else { 0 }))
            })
            .map(|(_, found)| found);
        match best {
            Some(best) => found.absorb(best),
            None => {
                let mut none = Found::of(GateVerdict::Stop);
                none.determining.extend(cite::by_id(world.law, "GATE-STAGE", &format!("stage {stage}")));
                found.absorb(none);
            }
        }
    }
    found
}

/// One assessment against every gate rule.
fn entry(world: &World<'_>, examination: &Examination, resource: usize) -> Found {
    let mut found = Found::of(GateVerdict::Pass);
    let mut open: Vec<(GateVerdict, Deps)> = Vec::new();
    for (rule, examined) in examination.rules(world, "GATE").filter(|(_, e)| e.resource == resource) {
        let Role::Gate { verdict, under } = &rule.role else { continue };
        // a rule whose outcome is GATE_PASS is shown only
        if determines(world, rule, examined) && *verdict == GateVerdict::Pass {
            cite::push(&mut found.shown, cite::cited(world, rule, examined));
        } else if determines(world, rule, examined) {
            found.verdict = Some(found.verdict().max(*verdict));
            let cited = cite::cited(world, rule, examined);
            let on = cited.on.clone();
            if let Some(under) = under
                && let Some(main) = cite::by_id(world.law, under, &on)
            {
                cite::push(&mut found.determining, main);
            }
            if rule.citable() {
                cite::push(&mut found.determining, cited);
            }
            for id in named(world, resource, rule.cites_from.as_deref()) {
                if let Some(cited) = cite::by_id(world.law, &id, &on) {
                    cite::push(&mut found.determining, cited);
                }
            }
        } else if let Tri::Unknown(deps) = &examined.truth {
            open.push((*verdict, deps.clone()));
            if *verdict > found.verdict() && rule.citable() {
                let id = under.as_ref().unwrap_or(&rule.id);
                if let Some(cited) = cite::by_id(world.law, id, &cite::label(world, resource)) {
                    cite::push(&mut found.determining, cited);
                }
            }
        }
    }
    let settled = found.verdict();
    for (would, deps) in open {
        if would > settled {
            found.verdict = Some(found.verdict().max(GateVerdict::Incomplete));
            found.missing.join(&deps);
        }
    }
    found
}

/// The rule ids that an attribute of the assessment holds (`independence.failed`).
fn named(world: &World<'_>, resource: usize, path: Option<&str>) -> Vec<String> {
    let Some(path) = path else { return Vec::new() };
    let Some(entity) = world.facts.entities.get(resource) else { return Vec::new() };
    let mut record = &entity.attrs;
    let mut value = None;
    for key in path.split('.') {
        value = record.get(key).map(|f| &f.value);
        if let Some(Value::Record(inner)) = value {
            record = inner;
        }
    }
    match value {
        Some(Value::Set(words)) => words.iter().map(|w| w.to_string()).collect(),
        Some(Value::Str(word)) => vec![word.to_string()],
        _ => Vec::new(),
    }
}
