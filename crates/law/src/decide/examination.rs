//! Every rule that may speak, evaluated once on every resource of its type.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use countersign_model::GateVerdict;

use crate::decision::{Cited, CommitmentFinding, GateFinding, NearMiss, RegimeVerdict};
use crate::facts::{Examined, World};
use crate::pack::{NormKind, Role, Rule};

use super::cite::{self, Citations};

/// The examined rules, by rule.
pub(super) struct Examination {
    by_rule: BTreeMap<usize, Vec<Examined>>,
}

impl Examination {
    /// Examines the rules of the LAW regimes asked, the guidance that belongs to them or to their group, and every
    /// gate rule.
    pub(super) fn of(world: &World<'_>, asked: &BTreeSet<&str>) -> Self {
        let regimes = &world.law.regimes;
        let groups: BTreeSet<&str> =
            regimes.iter().filter(|r| asked.contains(r.id.as_str())).map(|r| r.group.as_str()).collect();
        let of_group = |id: &str| {
            regimes.iter().any(|r| {
                r.id == id
                    && r.kind == NormKind::Guidance
                    && (r.group.is_empty() || groups.contains(r.group.as_str()))
            })
        };
        let speaks = |rule: &Rule| match rule.kind {
            NormKind::Law => asked.contains(rule.regime.as_str()),
            NormKind::Guidance => asked.contains(rule.regime.as_str()) || of_group(&rule.regime),
            NormKind::Gate => true,
            // examined family by family, once the gate is decided
            NormKind::Commitment => false,
        };
        let by_rule = world
            .law
            .rules
            .iter()
            .enumerate()
            .filter(|(_, rule)| speaks(rule))
            .map(|(n, _)| (n, world.examine(n)))
            .filter(|(_, examined)| !examined.is_empty())
            .collect();
        Self { by_rule }
    }

    /// The rules of a regime with what was found.
    pub(super) fn rules<'a>(
        &'a self,
        world: &'a World<'_>,
        regime: &'a str,
    ) -> impl Iterator<Item = (&'a Rule, &'a Examined)> {
        self.all(world).filter(move |(rule, _)| rule.regime == regime)
    }

    /// All rules with what was found.
    pub(super) fn all<'a>(&'a self, world: &'a World<'_>) -> impl Iterator<Item = (&'a Rule, &'a Examined)> {
        self.by_rule
            .iter()
            .filter_map(|(n, list)| Some((world.law.rules.get(*n)?, list)))
            .flat_map(|(rule, list)| list.iter().map(move |examined| (rule, examined)))
    }

    /// Each rule of a regime with all that was found, in the order of the things.
    pub(super) fn by_rule<'a>(
        &'a self,
        world: &'a World<'_>,
        regime: &'a str,
    ) -> impl Iterator<Item = (&'a Rule, &'a [Examined])> {
        let rules =
            self.by_rule.iter().filter_map(|(n, list)| Some((world.law.rules.get(*n)?, list.as_slice())));
        rules.filter(move |(rule, _)| rule.regime == regime)
    }

    /// The rules of a regime that failed on a single condition, those that determine left out.
    pub(super) fn near_misses(
        &self,
        world: &World<'_>,
        regime: &str,
        determining: &Citations,
    ) -> Vec<NearMiss> {
        // restrictions of an exception, and what the law defines for it, stand next to nothing unless it is in play
        let in_play: BTreeSet<&str> = self
            .by_rule(world, regime)
            .filter(|(r, found)| matches!(r.role, Role::Exception { .. }) && found.iter().any(looked_at))
            .map(|(r, _)| r.id.as_str())
            .collect();
        let idle = |rule: &Rule| match &rule.role {
            Role::Bar { bars } => {
                !bars.iter().any(|b| in_play.contains(b.as_str()) || (b == "*" && !in_play.is_empty()))
            }
            // a note or carve-out that takes nothing out is no near miss of the rule that it would have lifted
            Role::Definition { .. } if rule.permit => true,
            Role::Definition { .. } => world.law.rules.iter().any(|x| {
                matches!(x.role, Role::Exception { .. })
                    && rule.id.starts_with(&x.id)
                    && !in_play.contains(x.id.as_str())
            }),
            // what changes no verdict missed none
            Role::Advisory => true,
            _ => false,
        };
        let mut found: Vec<NearMiss> = Vec::new();
        let mut known: HashSet<(&str, String)> = HashSet::new();
        for (rule, list) in self.by_rule(world, regime).filter(|(r, _)| r.citable()) {
            if list.iter().all(|examined| failed_on(world, rule, examined).is_none()) || idle(rule) {
                continue;
            }
            for examined in list {
                let Some(failed) = failed_on(world, rule, examined) else { continue };
                let on = cite::label(world, examined.resource);
                if !determining.has(&rule.id, &on) && known.insert((&rule.id, on)) {
                    found.push(cite::near_miss(world, rule, examined, sentence(world, rule, failed)));
                }
            }
        }
        // those next to what determines come first
        let ids: BTreeSet<&str> = determining.iter().map(|c| c.rule.as_str()).collect();
        let mut shared: HashMap<String, usize> = HashMap::new();
        for miss in &found {
            if !shared.contains_key(&miss.rule) {
                let nearest = ids.iter().map(|id| common(id, &miss.rule)).max().unwrap_or_default();
                shared.insert(miss.rule.clone(), nearest);
            }
        }
        found.sort_by_key(|m| std::cmp::Reverse(shared.get(&m.rule).copied().unwrap_or_default()));
        found
    }

    /// Warnings of determining rules and stays, and of rules whose text is not verified.
    pub(super) fn warnings(
        &self,
        world: &World<'_>,
        regimes: &[RegimeVerdict],
        commitments: &[CommitmentFinding],
        gate: &GateFinding,
    ) -> Vec<String> {
        let mut out = Vec::new();
        let cited: Vec<&Cited> = regimes
            .iter()
            .flat_map(|r| &r.determining)
            .chain(commitments.iter().filter(|c| c.binds_actor).flat_map(|c| &c.determining))
            .chain(gate.determining.iter().filter(|_| gate.verdict != GateVerdict::NotApplicable))
            .collect();
        let ids: BTreeSet<&str> = cited.iter().map(|c| c.rule.as_str()).collect();
        // by policy, not by id: another policy of a rule that is cited may speak of a list on which the party is not
        for (rule, examined) in self.all(world) {
            if ids.contains(rule.id.as_str())
                && examined.truth.is_true()
                && rule.examined_on(world.as_of)
                && let Some(warn) = &rule.warn
                && !out.contains(warn)
            {
                out.push(warn.clone());
            }
        }
        let asked = regimes.iter().map(|r| r.regime.as_str());
        for regime in world.law.regimes.iter().filter(|r| asked.clone().any(|id| id == r.id)) {
            if let Some(from) = regime.held_from.filter(|from| world.as_of < *from) {
                out.push(format!(
                    "{}: the law before {from} is not in the packs; that nothing was found on {} means nothing",
                    regime.id, world.as_of
                ));
            }
            if let Some(until) = regime.read_until.filter(|until| world.as_of > *until) {
                out.push(format!(
                    "{}: the law was read up to {until}; later rules are unknown, not absent",
                    regime.id
                ));
            }
        }
        let unverified: BTreeSet<&str> = cited
            .iter()
            .filter(|c| c.verification.starts_with("unverified"))
            .map(|c| c.rule.as_str())
            .collect();
        if !unverified.is_empty() {
            let list: Vec<&str> = unverified.into_iter().collect();
            out.push(format!("not confirmed against the primary text: {}", list.join(", ")));
        }
        out
    }
}

/// How far two rule ids run together.
fn common(a: &str, b: &str) -> usize {
    a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count()
}

/// What a rule failed on.
#[derive(Clone, Copy)]
enum Failed {
    /// It would hold, and is stayed.
    Stayed,
    /// On this one of its conditions.
    On(usize),
}

/// The one condition on which a rule failed; `None` when it holds, is not looked at, cannot be settled, or fails
/// on several.
fn failed_on(world: &World<'_>, rule: &Rule, examined: &Examined) -> Option<Failed> {
    if examined.truth.is_true() {
        return rule.stay_on(world.as_of).map(|_| Failed::Stayed);
    }
    let (first, rest) = examined.clauses.split_first()?;
    if !first.is_true() || !examined.truth.is_false() {
        return None;
    }
    if !rest.iter().all(|t| t.is_true() || t.is_false()) {
        return None;
    }
    let mut failed = rest.iter().enumerate().filter(|(_, t)| t.is_false()).map(|(n, _)| n + 1);
    match (failed.next(), failed.next()) {
        (Some(one), None) => Some(Failed::On(one)),
        _ => None,
    }
}

/// The failing condition as people read it.
fn sentence(world: &World<'_>, rule: &Rule, failed: Failed) -> String {
    match failed {
        Failed::On(one) => rule.clauses.get(one).map(|c| c.sentence.clone()).unwrap_or_default(),
        Failed::Stayed => {
            let Some(stay) = rule.stay_on(world.as_of) else { return String::new() };
            let citation = world.law.inventory.get(&stay.by).map_or("", |row| row.citation.as_str());
            format!("stayed from {} to {} by {} ({citation})", stay.from, stay.until, stay.by)
        }
    }
}

/// Whether a rule fails on a single condition while all others are met, or would hold and is stayed. Where a rule has one
/// condition only, that it is looked at (or `true`), its failing is enough.
pub(super) fn fails_on_one(world: &World<'_>, rule: &Rule, examined: &Examined) -> bool {
    if examined.truth.is_true() {
        return rule.stay_on(world.as_of).is_some();
    }
    let failed = examined.clauses.iter().filter(|t| t.is_false()).count();
    let settled = examined.clauses.iter().all(|t| t.is_true() || t.is_false());
    let first = examined.clauses.first().is_some_and(crate::eval::Tri::is_true);
    settled && failed == 1 && (first || rule.clauses.len() == 1)
}

/// Whether a rule that holds also determines: not while it is stayed.
pub(super) fn determines(world: &World<'_>, rule: &Rule, examined: &Examined) -> bool {
    examined.truth.is_true() && rule.stay_on(world.as_of).is_none()
}

/// Whether the rule is looked at on its resource at all: its first condition holds.
pub(super) fn looked_at(examined: &Examined) -> bool {
    examined.clauses.first().is_some_and(crate::eval::Tri::is_true)
}

/// Whether a rule lifts another.
pub(super) fn lifts(rule: &Rule, id: &str) -> bool {
    matches!(&rule.role, Role::Exception { lifts } if lifts.iter().any(|l| l == id))
}
