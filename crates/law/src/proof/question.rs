//! What is asked of the solver: a statement is proven where no case makes all terms of its question true.

use countersign_model::{Answer, LawVerdict};

use super::invariant::{Always, Floor, Invariant, Only, Outcome, Statement};
use super::term::{Term, Tri};
use super::world::World;
use crate::pack::{Role, Rule};

/// What the solver is asked: whether some case makes all of `ask` true at once.
pub(super) struct Question {
    pub(super) pack: String,
    pub(super) id: String,
    pub(super) text: String,
    pub(super) source: String,
    pub(super) kind: Kind,
    pub(super) ask: Vec<Term>,
}

/// What a case that is found would show.
pub(super) enum Kind {
    /// A case that breaks it is looked for.
    Never(Statement),
    /// Unknown facts that become permission: the case with them and the case without.
    Monotone(Answer),
    /// A case that shows it is looked for; none is the fault.
    Reachable,
}

/// Unknown never becomes permission: an answer on part of the facts is as severe as on all of them, or HOLD.
pub(super) fn monotone(part: &World<'_, '_>, whole: &World<'_, '_>) -> Vec<Question> {
    let pool = part.pool();
    let (some, all) = (part.answer(), whole.answer());
    [(Answer::Conditions, "PROCEED"), (Answer::Hold, "CONDITIONS")]
        .into_iter()
        .map(|(floor, below)| Question {
            pack: "all".to_owned(),
            id: "unknown-never-permits".to_owned(),
            text: format!(
                "where the facts told give {below} or less, no value of the facts that are open gives more"
            ),
            source: "case format, sections 1 and 8".to_owned(),
            kind: Kind::Monotone(floor),
            ask: vec![pool.not(some.at_least(floor)), all.at_least(floor)],
        })
        .collect()
}

impl World<'_, '_> {
    /// What to ask so that an answer breaks the statement; each list of terms is one question.
    pub(super) fn questions(&self, pack: &str, invariant: &Invariant) -> Vec<Question> {
        let asked = match &invariant.what {
            Statement::Outcome(outcome) => self.falling_short(outcome),
            Statement::Apart { .. } => Vec::new(),
            Statement::Only(only) => vec![self.determining_outside(only)],
            Statement::Always(always) => vec![self.not_determining(always)],
        };
        asked
            .into_iter()
            .map(|ask| Question {
                pack: pack.to_owned(),
                id: invariant.id.clone(),
                text: invariant.text.clone(),
                source: invariant.source.clone(),
                kind: Kind::Never(invariant.what.clone()),
                ask,
            })
            .collect()
    }

    /// The rules of this id or key, each with its number.
    fn named(&self, name: &str) -> Vec<(usize, &Rule)> {
        let rules = self.domain.law.rules.iter().enumerate();
        rules.filter(|(_, r)| r.id == name || r.key == name).collect()
    }

    /// The conditions hold, or cannot be settled, and less comes out than has to.
    fn falling_short(&self, stated: &Outcome) -> Vec<Vec<Term>> {
        let pool = self.pool();
        let mut whole = Tri::YES;
        for (on, when) in &stated.conditions {
            let mut some = Tri::NO;
            for thing in self.of_kind(*on) {
                let exists = self.things.get(thing).map_or(Term::FALSE, |t| t.exists);
                some = some.or(pool, self.condition(when, thing).provided(pool, exists));
            }
            whole = whole.and(pool, some);
        }
        let regime = stated.regime.as_deref();
        let reached = |floor: Floor| match (floor, regime) {
            (Floor::Answer(least), _) => self.answer().at_least(least),
            (Floor::Verdict(least), Some(regime)) => self.regime(regime).at_least(least),
            (Floor::Verdict(_), None) => Term::FALSE,
        };
        let enough = match (stated.with_licence, regime) {
            (Some(less), Some(regime)) => {
                let (licensed, _) = self.licence(regime);
                pool.or([reached(stated.at_least), pool.and([licensed, reached(less)])])
            }
            _ => reached(stated.at_least),
        };
        let acts = self.acts(&stated.actions);
        let held = vec![acts, whole.yes, pool.not(enough)];
        let open = stated.where_open.map(|floor| vec![acts, whole.unknown(pool), pool.not(reached(floor))]);
        [held].into_iter().chain(open).collect()
    }

    /// A rule determines where its condition fails, or on a day on which it may not.
    fn determining_outside(&self, stated: &Only) -> Vec<Term> {
        let pool = self.pool();
        let mut bad = Vec::new();
        let on_day = self.domain.between(stated.not_before, stated.not_after);
        for (n, rule) in self.named(&stated.rule) {
            for thing in self.of_kind(rule.resource) {
                let fails = stated.when.as_ref().map_or(Term::FALSE, |w| self.condition(w, thing).no);
                let out = pool.or([fails, pool.not(on_day)]);
                bad.push(pool.and([self.determines(n, rule, thing), out]));
            }
        }
        vec![pool.or(bad)]
    }

    /// A condition holds on a thing, and no part of the rule does.
    fn not_determining(&self, stated: &Always) -> Vec<Term> {
        let pool = self.pool();
        let mut bad = Vec::new();
        let parts = self.named(&stated.rule);
        let on = parts.first().map(|(_, r)| r.resource);
        for thing in on.into_iter().flat_map(|on| self.of_kind(on)) {
            let exists = self.things.get(thing).map_or(Term::FALSE, |t| t.exists);
            let some = pool.or(parts.iter().map(|(n, r)| self.determines(*n, r, thing)));
            bad.push(pool.and([exists, self.condition(&stated.when, thing).yes, pool.not(some)]));
        }
        let on_day = self.domain.between(stated.not_before, stated.not_after);
        vec![self.acts(&stated.actions), on_day, pool.or(bad)]
    }

    /// Where two policies would each give the review policy of one application, and differ: of rules that replace a
    /// requirement's own policy (`permit`), and of the parts of one requirement. What only makes it stricter (`forbid`)
    /// has its order, and so have different requirements: the strictest.
    pub(super) fn reviews(&self, pack: &str, regime: &str) -> Option<Question> {
        let pool = self.pool();
        let of_regime = || self.domain.law.rules.iter().enumerate().filter(|(_, r)| r.regime == regime);
        let speaks = |(n, rule): (usize, &Rule)| {
            pool.or(self.of_kind(rule.resource).map(|thing| self.determines(n, rule, thing)))
        };
        let mut subject = false;
        let (mut pairs, mut bad) = (Vec::new(), Vec::new());
        for (n, one) in of_regime().filter(|(_, r)| r.review.is_some()) {
            subject = true;
            for (m, other) in of_regime().skip_while(|(m, _)| *m <= n).filter(|(_, r)| r.review.is_some()) {
                let shared: Vec<&String> = match (&one.role, &other.role) {
                    (Role::Review { reviews }, Role::Review { reviews: theirs })
                        if one.permit && other.permit =>
                    {
                        reviews.iter().filter(|id| theirs.contains(id)).collect()
                    }
                    (Role::Requirement(_), Role::Requirement(_)) if one.id == other.id => vec![&one.id],
                    _ => continue,
                };
                if shared.is_empty() || one.review == other.review {
                    continue;
                }
                let standing = of_regime()
                    .filter(|(_, r)| matches!(r.role, Role::Requirement(_)) && shared.contains(&&r.id))
                    .map(speaks);
                let standing = pool.or(standing);
                bad.push(pool.and([speaks((n, one)), speaks((m, other)), standing]));
                pairs.push([one.key.clone(), other.key.clone()]);
            }
        }
        subject.then(|| Question {
            pack: pack.to_owned(),
            id: "no-unordered-review".to_owned(),
            text: "no two policies give one application different review policies without an order"
                .to_owned(),
            source: "case format, section 8: several combine to the strictest; what replaces a policy is one"
                .to_owned(),
            kind: Kind::Never(Statement::Apart { pairs }),
            ask: vec![pool.or(bad)],
        })
    }

    /// Whether a policy can hold at all.
    pub(super) fn alive(&self, pack: &str, n: usize, rule: &Rule) -> Question {
        let things: Vec<usize> = self.of_kind(rule.resource).collect();
        let some = self.pool().or(things.into_iter().map(|t| self.holds(n, rule, t)));
        Question {
            pack: pack.to_owned(),
            id: "no-dead-policy".to_owned(),
            text: format!("{} can hold", rule.key),
            source: "a policy that never holds says nothing".to_owned(),
            kind: Kind::Reachable,
            ask: vec![some],
        }
    }

    /// Whether a policy that holds can make a difference: a requirement that nothing more severe of its regime always
    /// covers, an exception that lifts something, a bar that closes something, a review that has something to review.
    pub(super) fn useful(&self, pack: &str, n: usize, rule: &Rule) -> Option<Question> {
        let pool = self.pool();
        let law = self.domain.law;
        let things: Vec<usize> = self.of_kind(rule.resource).collect();
        let of_regime = || law.rules.iter().enumerate().filter(|(_, r)| r.regime == rule.regime);
        let any = |wanted: &dyn Fn(&Rule) -> bool| {
            let mut out = Vec::new();
            for (m, other) in of_regime().filter(|(_, r)| wanted(r)) {
                out.extend(self.of_kind(other.resource).map(|t| self.determines(m, other, t)));
            }
            pool.or(out)
        };
        let here = pool.or(things.iter().map(|t| self.determines(n, rule, *t)));
        let (text, rest) = match &rule.role {
            Role::Requirement(verdict) => {
                let more = any(&|r| matches!(r.role, Role::Requirement(v) if v > *verdict));
                ("determines where nothing more severe does", pool.not(more))
            }
            Role::Exception { lifts } => {
                let required = any(&|r| {
                    r.role == Role::Requirement(LawVerdict::AuthorisationRequired) && lifts.contains(&r.id)
                });
                ("lifts a requirement that holds", required)
            }
            Role::Bar { bars } => {
                let some = any(&|r| {
                    matches!(r.role, Role::Exception { .. })
                        && (bars.contains(&r.id)
                            || (bars.iter().any(|b| b == "*") && !bars.contains(&format!("-{}", r.id))))
                });
                ("closes an exception that would fit", some)
            }
            Role::Review { reviews } => {
                let some = any(&|r| matches!(r.role, Role::Requirement(_)) && reviews.contains(&r.id));
                ("reviews a requirement that holds", some)
            }
            _ => return None,
        };
        Some(Question {
            pack: pack.to_owned(),
            id: "no-idle-policy".to_owned(),
            text: format!("{} {text}", rule.key),
            source: "a policy that is always covered by another one says nothing".to_owned(),
            kind: Kind::Reachable,
            ask: vec![here, rest],
        })
    }
}
