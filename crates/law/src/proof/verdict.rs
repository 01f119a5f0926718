//! How verdicts combine, over all cases at once: what `decide` does with the rules of one case, written as
//! propositions. A test compares both on cases that a solver made up.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use countersign_model::{Answer, CommitmentVerdict, GateVerdict, LawVerdict};

use super::symbol::{Sym, Word, WordSet};
use super::term::{Term, Tri};
use super::things::{ACTOR, ASSESSMENTS};
use super::world::World;
use crate::pack::{NormKind, Regime, Resource, Role, Rule};

/// When each verdict is reached or exceeded.
#[derive(Debug, Clone)]
pub(crate) struct AtLeast<V: Ord>(BTreeMap<V, Term>);

impl<V: Ord + Copy> AtLeast<V> {
    /// When the verdict is this one or a more severe one.
    pub(crate) fn at_least(&self, verdict: V) -> Term {
        self.0.get(&verdict).copied().unwrap_or(Term::FALSE)
    }
}

impl World<'_, '_> {
    fn rules_of(&self, regime: &str) -> Vec<(usize, &Rule, usize)> {
        let mut out = Vec::new();
        for (n, rule) in self.domain.law.rules.iter().enumerate().filter(|(_, r)| r.regime == regime) {
            out.extend(self.of_kind(rule.resource).map(|thing| (n, rule, thing)));
        }
        out
    }

    /// A licence of the regime covers the act: yes, perhaps, no.
    pub(super) fn licence(&self, regime: &str) -> (Term, Term) {
        let held = self.pool().var(&format!("licence {regime} held"));
        let told = self.known(&format!("licence {regime}"), Term::TRUE);
        (self.pool().and([told, held]), self.pool().not(told))
    }

    /// The verdict of one LAW regime.
    pub(crate) fn regime(&self, regime: &str) -> AtLeast<LawVerdict> {
        let pool = self.pool();
        let rules = self.rules_of(regime);
        let (licensed, _) = self.licence(regime);
        let mut held: BTreeMap<LawVerdict, Vec<Term>> = BTreeMap::new();
        // for every requirement of an authorisation that holds: whether an exception lifts it, and a bar is open
        let mut kept = Vec::new();
        let mut pending = Vec::new();
        let mut required = Vec::new();
        for (n, rule, thing) in &rules {
            let Role::Requirement(verdict) = rule.role else { continue };
            let determines = self.determines(*n, rule, *thing);
            if verdict == LawVerdict::AuthorisationRequired {
                let (lifted, open) = self.lifted(&rules, rule, *thing);
                required.push(determines);
                kept.push(pool.and([determines, pool.not(lifted)]));
                pending.push(pool.and([determines, lifted, open]));
            } else {
                held.entry(verdict).or_default().push(determines);
            }
        }
        let any = pool.or(required);
        let kept = pool.or(kept);
        let mut add = |verdict: LawVerdict, term: Term| held.entry(verdict).or_default().push(term);
        add(LawVerdict::AuthorisationRequired, pool.and([kept, pool.not(licensed)]));
        add(LawVerdict::Authorised, pool.and([kept, licensed]));
        add(LawVerdict::GeneralAuthorisation, pool.and([any, pool.not(kept)]));
        let mut settled: BTreeMap<LawVerdict, Term> = BTreeMap::new();
        let mut above = Term::FALSE;
        for verdict in LawVerdict::ALL.iter().rev() {
            above = pool.or(held.get(verdict).into_iter().flatten().copied().chain([above]));
            settled.insert(*verdict, above);
        }
        settled.insert(LawVerdict::NotControlled, Term::TRUE);
        let reached = |verdict: LawVerdict| settled.get(&verdict).copied().unwrap_or(Term::FALSE);
        let mut open = Vec::new();
        for (n, rule, thing) in &rules {
            let Role::Requirement(verdict) = rule.role else { continue };
            let unsettled = pool.and([self.open(*n, rule, *thing), pool.not(self.domain.stayed(rule))]);
            let more = if verdict == LawVerdict::AuthorisationRequired {
                pool.or([
                    pool.and([licensed, pool.not(reached(LawVerdict::Authorised))]),
                    pool.and([pool.not(licensed), pool.not(reached(verdict))]),
                ])
            } else {
                pool.not(reached(verdict))
            };
            open.push(pool.and([unsettled, more]));
        }
        let below = pool.not(reached(LawVerdict::AuthorisationRequired));
        open.push(pool.and([pool.or(pending), below, pool.not(licensed)]));
        let open = pool.or(open);
        let last = settled
            .into_iter()
            .map(|(v, t)| (v, if v <= LawVerdict::Indeterminate { pool.or([t, open]) } else { t }))
            .collect();
        AtLeast(last)
    }

    /// When an exception lifts a requirement, and when it does while a general bar is open.
    fn lifted(&self, rules: &[(usize, &Rule, usize)], required: &Rule, on: usize) -> (Term, Term) {
        let pool = self.pool();
        let (mut lifted, mut pending) = (Term::FALSE, Term::FALSE);
        for (n, rule, thing) in rules {
            let Role::Exception { lifts } = &rule.role else { continue };
            let same = *thing == on || rule.resource == Resource::Case || rule.resource != required.resource;
            if !same || !lifts.contains(&required.id) {
                continue;
            }
            let (mut fits, mut open) = (vec![self.holds(*n, rule, *thing)], Vec::new());
            for (m, bar, other) in rules {
                let Role::Bar { bars } = &bar.role else { continue };
                let spared = bars.iter().any(|b| b.strip_prefix('-') == Some(rule.id.as_str()));
                let every = bars.iter().any(|b| b == "*");
                let names = !spared && (every || bars.contains(&rule.id));
                if !names || (bar.resource == rule.resource && other != thing) {
                    continue;
                }
                fits.push(pool.not(self.holds(*m, bar, *other)));
                let unsettled = self.open(*m, bar, *other);
                if every {
                    open.push(unsettled);
                } else {
                    fits.push(pool.not(unsettled));
                }
            }
            let fits = pool.and(fits);
            // the first that fits is taken
            pending = pool.or([pending, pool.and([fits, pool.not(lifted), pool.or(open)])]);
            lifted = pool.or([lifted, fits]);
        }
        (lifted, pending)
    }

    /// Red flags: when one is open or unsettled.
    pub(super) fn flagged(&self) -> Term {
        let pool = self.pool();
        let mut out = Vec::new();
        for (n, rule) in self.domain.law.rules.iter().enumerate().filter(|(_, r)| r.role == Role::RedFlag) {
            for thing in self.of_kind(rule.resource) {
                let raised = pool.or([self.determines(n, rule, thing), self.open(n, rule, thing)]);
                out.push(raised);
            }
        }
        if let Some(Sym::Words { set, .. }) = self.context.get("open_flags") {
            out.push(set.some(pool, &self.domain.words, &self.domain.literals));
        }
        pool.or(out)
    }

    /// The verdict of the assessment gate, whether or not it was opted in.
    pub(crate) fn assessment_gate(&self) -> AtLeast<GateVerdict> {
        let pool = self.pool();
        let case = |name: &str| self.defined(0, &Arc::from(name)).unwrap_or(Tri::UNKNOWN);
        let (released, listed, tool) =
            (case("released_technology"), case("gate_listed"), case("surveillance_tool"));
        let spared = pool.and([released.yes, listed.no]);
        let applies = pool.not(spared);
        let unsettled = pool.and([applies, tool.unknown(pool)]);
        let applies = pool.and([applies, tool.yes]);
        let told = self.known("assessments", Term::TRUE);
        let list = pool.and([told, pool.var("assessments is a list")]);
        let none = pool.and([told, pool.not(list)]);
        let evaluating = pool.var("case.intent is evaluate");
        let mut at: BTreeMap<GateVerdict, Vec<Term>> = BTreeMap::new();
        let mut add = |verdict: GateVerdict, term: Term| at.entry(verdict).or_default().push(term);
        add(GateVerdict::Incomplete, unsettled);
        add(GateVerdict::Stop, pool.and([applies, none, pool.not(evaluating)]));
        add(GateVerdict::Incomplete, pool.and([applies, none, evaluating]));
        add(GateVerdict::Incomplete, pool.and([applies, pool.not(told)]));
        let product_only = pool.or([self.domain.action_is("develop"), self.domain.action_is("invest")]);
        for (thing, stage) in ASSESSMENTS.into_iter().zip(["D", "S"]) {
            let needed = if stage == "D" { Term::TRUE } else { pool.not(product_only) };
            let needed = pool.and([applies, list, needed]);
            let exists = self.things.get(thing).map_or(Term::FALSE, |t| t.exists);
            add(GateVerdict::Stop, pool.and([needed, pool.not(exists)]));
            let mut entry: BTreeMap<GateVerdict, Vec<Term>> = BTreeMap::new();
            let mut open: Vec<(GateVerdict, Term)> = Vec::new();
            for (n, rule, _) in self.rules_of("GATE").into_iter().filter(|(.., t)| *t == thing) {
                let Role::Gate { verdict, .. } = rule.role else { continue };
                entry.entry(verdict).or_default().push(self.determines(n, rule, thing));
                open.push((verdict, self.open(n, rule, thing)));
            }
            let reached = |verdict: GateVerdict| {
                pool.or(entry.iter().filter(|(v, _)| **v >= verdict).flat_map(|(_, t)| t.iter().copied()))
            };
            for (would, term) in open {
                add(GateVerdict::Incomplete, pool.and([needed, term, pool.not(reached(would))]));
            }
            for verdict in [GateVerdict::Conditional, GateVerdict::Incomplete, GateVerdict::Stop] {
                add(verdict, pool.and([needed, reached(verdict)]));
            }
        }
        add(GateVerdict::Pass, applies);
        let mut out = BTreeMap::new();
        let mut above = Term::FALSE;
        for verdict in GateVerdict::ALL.iter().rev() {
            above = pool.or(at.get(verdict).into_iter().flatten().copied().chain([above]));
            out.insert(*verdict, above);
        }
        out.insert(GateVerdict::NotApplicable, Term::TRUE);
        AtLeast(out)
    }

    /// Makes the gate's verdict a fact: what a pledge asks.
    pub(crate) fn settle_gate(&self, gate: &AtLeast<GateVerdict>) {
        let pool = self.pool();
        let mut above = Term::FALSE;
        let mut cases = BTreeMap::new();
        for verdict in GateVerdict::ALL.iter().rev() {
            let reached = gate.at_least(*verdict);
            cases.insert(Arc::from(verdict.as_str()), pool.and([reached, pool.not(above)]));
            above = reached;
        }
        let word = Sym::Word { known: Term::TRUE, word: Word::Cases(Rc::new(cases)) };
        self.late.borrow_mut().insert(Arc::from("gate_verdict"), word);
    }

    fn opted(&self, gate: &str) -> Term {
        let Some(Sym::Record(record)) = self.context.get("gate") else { return Term::FALSE };
        match record.get("opted_in") {
            Some(Sym::Words { set, .. }) => set.has(self.pool(), &self.domain.words, &Arc::from(gate)),
            _ => Term::FALSE,
        }
    }

    /// What a family of commitments comes to for a body of the state: breached, at risk.
    fn commitment(&self, family: &Regime) -> (Term, Term) {
        let pool = self.pool();
        let Some((bound, unsettled)) = self.bound(family) else { return (Term::FALSE, Term::FALSE) };
        let recorded = |name: &str| match self.context.get(name) {
            // what a pledge comes to is shown by the facts, never recorded
            Some(Sym::Words { set, .. }) if !family.membership.is_empty() => Some(set.clone()),
            _ => None,
        };
        let says = |set: &Option<WordSet>, id: &str| {
            set.as_ref().map_or(Term::FALSE, |s| s.has(pool, &self.domain.words, &Arc::from(id)))
        };
        let (met, breached) = (recorded("commitments_met"), recorded("commitments_breached"));
        let rows: Vec<_> = self.domain.law.inventory.rows().filter(|r| r.regime == family.id).collect();
        let mut broken: Vec<Term> = rows.iter().map(|r| says(&breached, &r.id)).collect();
        let mut shown: BTreeMap<&str, Vec<Term>> = BTreeMap::new();
        let mut perhaps = Vec::new();
        for (n, rule, thing) in self.rules_of(&family.id) {
            match rule.role {
                Role::Commitment(CommitmentVerdict::Breached) => {
                    let breached = self.determines(n, rule, thing);
                    broken.push(breached);
                    let open = self.open(n, rule, thing);
                    perhaps.push(pool.and([open, pool.not(says(&met, &rule.id))]));
                    if self.complete {
                        // what is recorded as met is not breached by the facts that were open
                        self.axiom(pool.not(pool.and([breached, says(&met, &rule.id)])));
                    }
                }
                Role::Commitment(CommitmentVerdict::Met) => {
                    shown.entry(&rule.id).or_default().push(self.determines(n, rule, thing));
                }
                _ => {}
            }
        }
        let mut all_met = Vec::new();
        for row in rows.iter().filter(|r| !family.unobservable.contains(&r.id)) {
            let asked = pool.and([self.asked(family, &row.id), self.domain.between(row.in_force, None)]);
            let by_rule = pool.or(shown.get(row.id.as_str()).into_iter().flatten().copied());
            all_met.push(pool.implies(asked, pool.or([by_rule, says(&met, &row.id)])));
        }
        let broken = pool.and([bound, pool.or(broken)]);
        let short = pool.or([pool.not(pool.and(all_met)), pool.or(perhaps)]);
        let risk = pool.or([unsettled, pool.and([bound, short])]);
        (broken, risk)
    }

    /// When a family binds the actor in this act, by membership or by pledge, and when that cannot be told; `None` where
    /// there is no country whose membership could be looked up.
    fn bound(&self, family: &Regime) -> Option<(Term, Term)> {
        let pool = self.pool();
        let acts = self.acts(&family.actions);
        if family.membership.is_empty() {
            return Some(match self.pledged() {
                Some((known, set)) => {
                    let some = self.rules_pledged(family, &set);
                    (pool.and([acts, known, some]), pool.and([acts, pool.not(known)]))
                }
                None => (Term::FALSE, acts),
            });
        }
        let groups = match self.things.get(ACTOR).and_then(|t| t.attrs.get("country")) {
            Some(Sym::Record(country)) => country.get("groups").cloned(),
            _ => None,
        };
        let Some(Sym::Words { known, set, .. }) = groups else { return None };
        let has = |word: &str| set.has(pool, &self.domain.words, &Arc::from(word));
        let member = pool.and([known, has(&family.membership)]);
        let doubt = has(&format!("{}-UNSETTLED", family.membership));
        let doubt = pool.or([pool.not(known), pool.and([pool.not(member), doubt])]);
        Some((pool.and([acts, member]), pool.and([acts, doubt])))
    }

    /// What the actor pledged, and when that is known.
    fn pledged(&self) -> Option<(Term, WordSet)> {
        match self.context.get("pledged") {
            Some(Sym::Words { known, set, .. }) => Some((*known, set.clone())),
            _ => None,
        }
    }

    /// When a rule of the family is asked of the actor: every one of a member's, of pledges those that were made.
    fn asked(&self, family: &Regime, id: &str) -> Term {
        if !family.membership.is_empty() {
            return Term::TRUE;
        }
        match self.pledged() {
            Some((known, set)) => {
                self.pool().and([known, set.has(self.pool(), &self.domain.words, &Arc::from(id))])
            }
            None => Term::FALSE,
        }
    }

    /// When the act is one of these; of none named, any.
    pub(super) fn acts(&self, actions: &[String]) -> Term {
        if actions.is_empty() {
            return Term::TRUE;
        }
        self.pool().or(actions.iter().map(|a| self.domain.action_is(a)))
    }

    fn rules_pledged(&self, family: &Regime, set: &WordSet) -> Term {
        let ids = self.domain.law.inventory.rows().filter(|r| r.regime == family.id);
        self.pool().or(ids.map(|r| set.has(self.pool(), &self.domain.words, &Arc::from(r.id.as_str()))))
    }

    /// The answer over every LAW regime, the gates opted in, the commitments of a state that acts, and red flags.
    pub(crate) fn answer(&self) -> AtLeast<Answer> {
        let pool = self.pool();
        let gate = self.assessment_gate();
        let opted = self.opted("assessment");
        let flagged = self.flagged();
        let mut stop = vec![pool.and([opted, gate.at_least(GateVerdict::Stop)])];
        let mut hold = vec![
            pool.and([opted, gate.at_least(GateVerdict::Incomplete)]),
            pool.and([self.opted("red_flags"), flagged]),
        ];
        let mut conditions = vec![pool.and([opted, gate.at_least(GateVerdict::Conditional)]), flagged];
        for regime in self.domain.law.regimes.iter().filter(|r| r.kind == NormKind::Law) {
            let verdict = self.regime(&regime.id);
            stop.push(verdict.at_least(LawVerdict::Prohibited));
            hold.push(verdict.at_least(LawVerdict::NationalLawCheck));
            conditions.push(verdict.at_least(LawVerdict::GeneralAuthorisation));
        }
        let state_body = match self.things.get(ACTOR).and_then(|t| t.attrs.get("kind")) {
            Some(Sym::Word { word, .. }) => word.is(pool, &self.domain.words, &Arc::from("state_body")),
            _ => Term::FALSE,
        };
        for family in self.domain.law.regimes.iter().filter(|r| r.kind == NormKind::Commitment) {
            let (breached, risk) = self.commitment(family);
            stop.push(pool.and([state_body, breached]));
            hold.push(pool.and([state_body, risk]));
        }
        let stop = pool.or(stop);
        let hold = pool.or(hold.into_iter().chain([stop]));
        let conditions = pool.or(conditions.into_iter().chain([hold]));
        AtLeast(BTreeMap::from([
            (Answer::Proceed, Term::TRUE),
            (Answer::Conditions, conditions),
            (Answer::Hold, hold),
            (Answer::Stop, stop),
        ]))
    }
}
