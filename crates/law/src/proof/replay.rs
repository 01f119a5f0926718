//! The engine's own word on a counterexample: the case is read as every case is, decided, and the statement looked at
//! again. What the engine does not confirm is not shown as a counterexample.

use countersign_case::{Case, Known};
use countersign_model::{Answer, LawVerdict, ReviewPolicy};
use serde_json::Value as Json;

use super::invariant::{Always, Floor, Only, Outcome, Statement};
use super::yaml;
use crate::decide::{decide_tree, licensed, settle_gate};
use crate::eval::{Expr, Tri};
use crate::facts::{Holdings, World, gather};
use crate::pack::{Action, Law, Resource, Rule};

/// Reads a tree as a case file.
pub(super) fn read(tree: &Json, known: &Known) -> Result<Case, String> {
    Case::parse(&yaml::write(tree), "counterexample", known).map_err(|e| e.to_string())
}

pub(super) fn world<'a>(law: &'a Law, case: &Case) -> World<'a> {
    let action = Action::ALL.into_iter().find(|a| *a == case.action().as_str()).unwrap_or("export");
    let facts = gather(law, case.tree(), case.as_of(), case.known_at());
    let world = World::new(law, facts, case.as_of(), action, Holdings::gather(case.tree(), case.as_of()));
    settle_gate(&world, case.tree());
    world
}

/// What the engine says where the statement is broken; `None` where it holds of the case.
pub(super) fn broken(law: &Law, case: &Case, statement: &Statement) -> Option<String> {
    let seen = Seen { law, case, world: world(law, case) };
    match statement {
        Statement::Outcome(outcome) => seen.falls_short(outcome),
        Statement::Apart { pairs } => seen.speak_at_once(pairs),
        Statement::Only(only) => seen.determines_outside(only),
        Statement::Always(always) => seen.does_not_determine(always),
    }
}

/// A case as the engine sees it.
struct Seen<'a> {
    law: &'a Law,
    case: &'a Case,
    world: World<'a>,
}

impl Seen<'_> {
    fn label(&self, thing: usize) -> String {
        self.world.facts.entities.get(thing).map(|e| e.label.clone()).unwrap_or_default()
    }

    /// The rules of this id or key, each with its number.
    fn named(&self, name: &str) -> impl Iterator<Item = (usize, &Rule)> {
        self.law.rules.iter().enumerate().filter(move |(_, r)| r.id == name || r.key == name)
    }

    fn determines(&self, rule: &Rule, n: usize, on: usize) -> bool {
        self.world.applies(rule)
            && rule.stay_on(self.world.as_of).is_none()
            && self.world.examine_on(n, on).truth.is_true()
    }

    /// How a condition stands on each thing of a kind.
    fn standing(&self, on: Resource, when: &Expr) -> Vec<(usize, Tri)> {
        self.world.of_kind(on).iter().map(|n| (*n, self.world.condition(when, *n))).collect()
    }

    /// The conditions hold, or cannot be settled, and less comes out than has to.
    fn falls_short(&self, stated: &Outcome) -> Option<String> {
        if !stated.actions.is_empty() && !stated.actions.iter().any(|a| a == self.world.action) {
            return None;
        }
        let (mut things, mut open) = (Vec::new(), false);
        for (on, when) in &stated.conditions {
            let stands = self.standing(*on, when);
            let holds = stands.iter().find(|(_, t)| t.is_true());
            let perhaps = stands.iter().find(|(_, t)| matches!(t, Tri::Unknown(_)));
            open |= holds.is_none();
            things.push(self.label(holds.or(perhaps)?.0));
        }
        let case = self.case;
        let licensed = stated.regime.as_deref().is_some_and(|r| licensed(case.tree(), r, case.as_of()));
        let (floor, how) = match (open, stated.where_open) {
            (false, _) => (stated.with_licence.filter(|_| licensed).unwrap_or(stated.at_least), "holds"),
            (true, Some(floor)) => (floor, "cannot be settled"),
            (true, None) => return None,
        };
        let decision = decide_tree(self.law, case.tree(), case.as_of(), case.known_at(), &[]);
        let (came, least, enough) = match floor {
            Floor::Answer(least) => (decision.answer.as_str(), least.as_str(), decision.answer >= least),
            Floor::Verdict(least) => {
                let of_regime =
                    decision.regimes.iter().find(|v| Some(v.regime.as_str()) == stated.regime.as_deref());
                let verdict = of_regime.map_or(LawVerdict::NotControlled, |v| v.verdict);
                (verdict.as_str(), least.as_str(), verdict >= least)
            }
        };
        let thing = things.join(", ");
        (!enough).then(|| {
            format!("the condition {how} ({thing}), and the engine answers {came}, less than {least}")
        })
    }

    /// Both policies of a pair speak.
    fn speak_at_once(&self, pairs: &[[String; 2]]) -> Option<String> {
        let speaks = |key: &String| {
            let mut rules = self.law.rules.iter().enumerate().filter(|(_, r)| r.key == *key);
            rules.any(|(n, r)| self.world.of_kind(r.resource).iter().any(|on| self.determines(r, n, *on)))
        };
        let policy = |key: &String| {
            let rule = self.law.rules.iter().find(|r| r.key == *key);
            rule.and_then(|r| r.review).map_or("none", ReviewPolicy::as_str)
        };
        let [one, other] = pairs.iter().find(|pair| pair.iter().all(speaks))?;
        Some(format!(
            "{one} gives {} and {other} gives {} of the same application, and nothing says which goes first",
            policy(one),
            policy(other)
        ))
    }

    /// A rule determines where its condition fails, or on a day on which it may not.
    fn determines_outside(&self, stated: &Only) -> Option<String> {
        let day = self.world.as_of;
        for (n, rule) in self.named(&stated.rule) {
            for &on in self.world.of_kind(rule.resource) {
                if !self.determines(rule, n, on) {
                    continue;
                }
                let (key, at, thing) = (&rule.key, self.case.as_of(), || self.label(on));
                if stated.not_before.is_some_and(|d| day < d) {
                    return Some(format!("{key} determines on {at} already ({})", thing()));
                }
                if stated.not_after.is_some_and(|d| day > d) {
                    return Some(format!("{key} determines on {at} still ({})", thing()));
                }
                if stated.when.as_ref().is_some_and(|w| self.world.condition(w, on).is_false()) {
                    return Some(format!("{key} determines on {}, and its condition fails", thing()));
                }
            }
        }
        None
    }

    /// A condition holds on a thing, and no part of the rule does.
    fn does_not_determine(&self, stated: &Always) -> Option<String> {
        let day = self.world.as_of;
        let on_day = stated.not_before.is_none_or(|d| d <= day) && stated.not_after.is_none_or(|d| day <= d);
        if !on_day || !stated.actions.iter().any(|a| a == self.world.action) {
            return None;
        }
        let rule = &stated.rule;
        let parts: Vec<_> = self.named(rule).collect();
        let on = parts.first()?.1.resource;
        self.standing(on, &stated.when)
            .into_iter()
            .filter(|(_, t)| t.is_true())
            .find(|(thing, _)| !parts.iter().any(|(n, r)| self.determines(r, *n, *thing)))
            .map(|(thing, _)| {
                format!("{rule} does not determine on {}, and its condition holds", self.label(thing))
            })
    }
}

/// What keeps the answer where it is: verdicts of regimes that ask for more than conditions, and their rules.
pub(super) fn reasons(law: &Law, case: &Case) -> String {
    let decision = decide_tree(law, case.tree(), case.as_of(), case.known_at(), &[]);
    let of_law = decision.regimes.iter().filter(|r| r.verdict > LawVerdict::NotControlled).map(|r| {
        let rules: Vec<&str> = r.determining.iter().map(|c| c.rule.as_str()).collect();
        let missing =
            if r.missing.is_empty() { String::new() } else { format!(", missing {}", r.missing.join(" ")) };
        format!("{} {} ({}{missing})", r.regime, r.verdict, rules.join(" "))
    });
    let commitments =
        decision.commitments.iter().filter(|c| c.binds_actor).map(|c| format!("{} {}", c.family, c.verdict));
    let gate = format!("gate {}", decision.gate.verdict);
    of_law.chain(commitments).chain([gate]).collect::<Vec<_>>().join("; ")
}

/// Whether the answer is at least this one and no fact is missing for it.
pub(super) fn settled_at_least(law: &Law, case: &Case, floor: Answer) -> bool {
    let decision = decide_tree(law, case.tree(), case.as_of(), case.known_at(), &[]);
    decision.answer >= floor && decision.missing_facts.is_empty()
}

/// The answer of the engine.
pub(super) fn answer(law: &Law, case: &Case) -> Answer {
    decide_tree(law, case.tree(), case.as_of(), case.known_at(), &[]).answer
}

/// Leaves out of a case what the finding does not need, as long as `stays` says that it stays: whole keys first, then
/// single facts; and makes facts ordinary where `ordinary` says so. What `keep` has is not left out.
pub(super) fn smaller(
    tree: Json,
    known: &Known,
    ordinary: bool,
    keep: Option<&Json>,
    stays: &dyn Fn(&Case) -> bool,
) -> Json {
    let mut best = tree;
    let holds = |tree: &Json| read(tree, known).is_ok_and(|case| stays(&case));
    let changes: &[Change] =
        if ordinary { &[Change::Remove, Change::To("none"), Change::To("no")] } else { &[Change::Remove] };
    for _ in 0..3 {
        let before = best.clone();
        for place in places(&best) {
            if keep.is_some_and(|k| at(k, &place).is_some()) {
                continue;
            }
            // a part of a case has fewer facts: a list that is given is the whole list, and what has a meaning where it
            // is absent is no fact that is left open
            let last = place.last().map(String::as_str).unwrap_or_default();
            let of_licence = place.first().is_some_and(|k| k == "licences");
            if !ordinary && (of_licence || last.parse::<usize>().is_ok() || MEANT.contains(&last)) {
                continue;
            }
            for change in changes {
                let mut less = best.clone();
                if apply(&mut less, &place, *change) && less != best && holds(&less) {
                    best = less;
                    break;
                }
            }
        }
        if best == before {
            break;
        }
    }
    best
}

/// Keys whose absence says something (case format, sections 1, 3, 6 to 8).
const MEANT: [&str; 16] = [
    "as_of",
    "known_at",
    "intent",
    "regimes",
    "gate",
    "headquarters",
    "national_law",
    "red_flags",
    "commitment_facts",
    "transit_states",
    "scope",
    "programmes",
    "footnotes",
    "review_policy",
    "limbs",
    "control",
];

fn at<'a>(tree: &'a Json, place: &[String]) -> Option<&'a Json> {
    place.iter().try_fold(tree, |here, key| match here {
        Json::Object(map) => map.get(key),
        Json::Array(list) => key.parse::<usize>().ok().and_then(|n| list.get(n)),
        _ => None,
    })
}

#[derive(Clone, Copy)]
enum Change {
    Remove,
    To(&'static str),
}

/// Every place below which something stands, the larger parts first.
fn places(tree: &Json) -> Vec<Vec<String>> {
    fn walk(value: &Json, at: &[String], out: &mut Vec<Vec<String>>) {
        let inner: Vec<(String, &Json)> = match value {
            Json::Object(map) => map.iter().map(|(k, v)| (k.clone(), v)).collect(),
            Json::Array(list) => list.iter().enumerate().map(|(n, v)| (n.to_string(), v)).rev().collect(),
            _ => Vec::new(),
        };
        for (key, value) in inner {
            let here: Vec<String> = at.iter().cloned().chain([key]).collect();
            out.push(here.clone());
            walk(value, &here, out);
        }
    }
    let mut out = Vec::new();
    walk(tree, &[], &mut out);
    let keep = ["schema", "id", "title", "actor"];
    out.retain(|p| !(p.len() == 1 && p.first().is_some_and(|k| keep.contains(&k.as_str()))));
    out.sort_by_key(Vec::len);
    out
}

fn apply(tree: &mut Json, place: &[String], change: Change) -> bool {
    let Some((last, above)) = place.split_last() else { return false };
    let mut here = Some(tree);
    for key in above {
        here = match here {
            Some(Json::Object(map)) => map.get_mut(key),
            Some(Json::Array(list)) => key.parse::<usize>().ok().and_then(|n| list.get_mut(n)),
            _ => None,
        };
    }
    match (here, change) {
        (Some(Json::Object(map)), Change::Remove) => map.shift_remove(last).is_some(),
        (Some(Json::Object(map)), Change::To(word)) => {
            let Some(value) = map.get_mut(last) else { return false };
            // a fact that is made ordinary keeps its kind
            let fits = match value {
                Json::String(old) => word == "no" && old == "yes",
                Json::Array(_) | Json::Object(_) => word == "none",
                _ => false,
            };
            if fits {
                *value = Json::String(word.to_owned());
            }
            fits
        }
        (Some(Json::Array(list)), Change::Remove) => match last.parse::<usize>() {
            Ok(n) if n < list.len() => {
                list.remove(n);
                true
            }
            _ => false,
        },
        _ => false,
    }
}
