//! The difference of two versions of the packs, as cases: for every policy that is not the same in both, a case that one
//! version decides otherwise than the other.

use countersign_case::{Case, Known};
use serde::Serialize;
use serde_json::Value as Json;

use super::domain::Domain;
use super::replay;
use super::solver::{Asking, Reply, Session};
use super::term::Term;
use super::world::World;
use super::yaml;
use crate::decide::decide_tree;
use crate::eval::Expr;
use crate::pack::{Law, Rule};

/// How many cases are tried for one policy.
const TRIES: usize = 6;

/// A policy that is not the same in both versions.
#[derive(Debug, Clone, Serialize)]
pub struct PolicyChange {
    /// Id and part.
    pub policy: String,
    /// `added`, `removed`, `changed`, or `words` where only sentences did.
    pub what: &'static str,
    /// A case that comes out otherwise, where one was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
    /// What changes in it, a line each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<String>,
}

/// What two decisions on one case come to, as far as they differ.
pub fn decision_changes(before: &Law, after: &Law, case: &Case) -> Vec<String> {
    let decide = |law: &Law| decide_tree(law, case.tree(), case.as_of(), case.known_at(), &[]);
    let (old, new) = (decide(before), decide(after));
    let mut out = Vec::new();
    if old.answer != new.answer {
        out.push(format!("answer: {} becomes {}", old.answer, new.answer));
    }
    let ids = |d: &crate::decision::Decision, regime: &str| -> (String, Vec<String>, Option<String>) {
        d.regimes.iter().find(|r| r.regime == regime).map_or_else(
            || ("not asked".to_owned(), Vec::new(), None),
            |r| {
                let mut rules: Vec<String> = r.determining.iter().map(|c| c.rule.clone()).collect();
                rules.sort();
                rules.dedup();
                (r.verdict.to_string(), rules, r.review_policy.map(|p| p.to_string()))
            },
        )
    };
    let mut regimes: Vec<&str> = old.regimes.iter().chain(&new.regimes).map(|r| r.regime.as_str()).collect();
    regimes.sort_unstable();
    regimes.dedup();
    for regime in regimes {
        let (a, b) = (ids(&old, regime), ids(&new, regime));
        if a.0 != b.0 {
            out.push(format!("{regime}: {} becomes {}", a.0, b.0));
        }
        if a.1 != b.1 {
            out.push(format!("{regime} rests on {} and then on {}", list(&a.1), list(&b.1)));
        }
        if a.2 != b.2 {
            let word = |p: Option<String>| p.unwrap_or_else(|| "none".to_owned());
            out.push(format!("{regime} review policy: {} becomes {}", word(a.2), word(b.2)));
        }
    }
    if old.gate.verdict != new.gate.verdict {
        out.push(format!("gate: {} becomes {}", old.gate.verdict, new.gate.verdict));
    }
    for family in &old.commitments {
        if let Some(other) = new.commitments.iter().find(|c| c.family == family.family)
            && other.verdict != family.verdict
        {
            out.push(format!("{}: {} becomes {}", family.family, family.verdict, other.verdict));
        }
    }
    let flags = |d: &crate::decision::Decision| {
        let mut flags: Vec<String> = d.red_flags.iter().map(|f| format!("{} {}", f.rule, f.state)).collect();
        flags.sort();
        flags
    };
    if flags(&old) != flags(&new) {
        out.push(format!("red flags: {} become {}", list(&flags(&old)), list(&flags(&new))));
    }
    out
}

fn list(words: &[String]) -> String {
    if words.is_empty() { "nothing".to_owned() } else { words.join(", ") }
}

/// The policies that are not the same, each with a case where a solver is given and one is found.
///
/// # Errors
/// A solver that does not answer.
pub fn policy_changes(
    before: &Law,
    after: &Law,
    known: &Known,
    session: Option<&mut dyn Session>,
) -> Result<Vec<PolicyChange>, String> {
    let find = |law: &'_ Law, key: &str| law.rules.iter().position(|r| r.key == key);
    let mut keys: Vec<&str> = before.rules.iter().chain(&after.rules).map(|r| r.key.as_str()).collect();
    keys.sort_unstable();
    keys.dedup();
    let mut changed: Vec<(&str, &'static str, Option<&Rule>, Option<&Rule>)> = Vec::new();
    for key in keys {
        let old = find(before, key).and_then(|n| before.rules.get(n));
        let new = find(after, key).and_then(|n| after.rules.get(n));
        let what = match (old, new) {
            (Some(a), Some(b)) if a == b => continue,
            (Some(a), Some(b)) if a.decides_as(b) => "words",
            (Some(_), Some(_)) => "changed",
            (None, _) => "added",
            (_, None) => "removed",
        };
        changed.push((key, what, old, new));
    }
    let mut out: Vec<PolicyChange> = changed
        .iter()
        .map(|(key, what, ..)| PolicyChange {
            policy: (*key).to_owned(),
            what,
            case: None,
            changes: Vec::new(),
        })
        .collect();
    let Some(session) = session else { return Ok(out) };
    let more: Vec<&Expr> =
        changed.iter().flat_map(|(.., new)| new.iter()).flat_map(|r| &r.clauses).map(|c| &c.expr).collect();
    let domain = Domain::new(before, &more);
    let world = World::new(&domain, false);
    world.settle_gate(&world.assessment_gate());
    let asks: Vec<Term> = changed.iter().map(|(_, _, old, new)| world.differs(*old, *new)).collect();
    world.close();
    let script = domain.pool.script(&world.axioms.borrow(), &asks, &domain.word_domains());
    let mut asking = Asking::begin(session, &domain.pool, &script)?;
    for ((change, ask), (_, what, ..)) in out.iter_mut().zip(&asks).zip(&changed) {
        if *what == "words" {
            continue;
        }
        asking.start()?;
        for _ in 0..TRIES {
            let Reply::Some(model) = asking.ask(&[*ask])? else { break };
            let title = format!("Shows the change of {}", change.policy);
            if let Some(tree) = world.realise(&model, "difference", &title)
                && let Some((case, changes)) = shown(before, after, known, tree)
            {
                (change.case, change.changes) = (Some(case), changes);
                break;
            }
            asking.without(&world.signature(&model))?;
        }
        asking.end()?;
    }
    Ok(out)
}

fn shown(before: &Law, after: &Law, known: &Known, tree: Json) -> Option<(String, Vec<String>)> {
    let differ = |case: &Case| !decision_changes(before, after, case).is_empty();
    if !replay::read(&tree, known).is_ok_and(|case| differ(&case)) {
        return None;
    }
    let tree = replay::smaller(tree, known, true, None, &differ);
    let case = replay::read(&tree, known).ok()?;
    Some((yaml::write(&tree), decision_changes(before, after, &case)))
}

impl World<'_, '_> {
    /// When one version of a policy determines on some thing and the other does not; where only what follows differs,
    /// when both do.
    fn differs(&self, old: Option<&Rule>, new: Option<&Rule>) -> Term {
        let pool = self.pool();
        let Some(rule) = old.or(new) else { return Term::FALSE };
        let holds = |rule: Option<&Rule>, thing: usize| match rule {
            None => Term::FALSE,
            Some(rule) => {
                let exists = self.things.get(thing).map_or(Term::FALSE, |t| t.exists);
                let stayed = self.domain.stayed(rule);
                pool.and([
                    exists,
                    self.domain.applies(rule),
                    pool.not(stayed),
                    self.truth_of(rule, thing).yes,
                ])
            }
        };
        let mut differ = Vec::new();
        let mut both = Vec::new();
        for thing in self.of_kind(rule.resource).collect::<Vec<_>>() {
            let (a, b) = (holds(old, thing), holds(new, thing));
            differ.push(pool.not(pool.same(a, b)));
            both.push(pool.and([a, b]));
        }
        let differ = pool.or(differ);
        if differ == Term::FALSE { pool.or(both) } else { differ }
    }
}
