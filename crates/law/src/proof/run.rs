//! Asking every statement of the solver, and what comes of it.

use countersign_case::{Case, Known};
use countersign_model::{Answer, LawVerdict};
use serde::Serialize;
use serde_json::Value as Json;

use super::domain::Domain;
use super::invariant::{Floor, Invariant, Statement};
use super::replay;
use super::solver::{Asking, Reply, Session};
use super::term::{Model, Num, Term, Tri};
use super::world::World;
use super::yaml;
use crate::eval::Expr;
use crate::pack::{Law, PackError, Role, Rule};

/// How many cases are tried before a proposition of the solver counts as one that no case shows.
const TRIES: usize = 12;

/// What to prove.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// Folders of `law/`, or statements as `folder/id`; all where none is named.
    pub only: Vec<String>,
}

impl Scope {
    fn has(&self, pack: &str, id: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|o| o == pack || *o == format!("{pack}/{id}"))
    }
}

/// How a statement came out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum Result {
    /// No case of the shape breaks it.
    Proved,
    /// This case breaks it: the engine decides it so.
    Broken {
        /// The case file.
        case: String,
        /// What the engine says of it.
        shows: String,
    },
    /// The solver found facts that break it, and the engine confirmed no case made of them.
    Unconfirmed {
        /// What was found, and why it is no case.
        why: String,
    },
    /// The solver gave no answer.
    Undecided {
        /// What it said.
        why: String,
    },
}

/// One statement and how it came out.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// The folder of `law/` that it belongs to, or `all`.
    pub pack: String,
    /// Its id.
    pub id: String,
    /// The statement in words.
    pub text: String,
    /// Why it has to hold.
    pub source: String,
    /// How it came out.
    #[serde(flatten)]
    pub result: Result,
}

impl Finding {
    /// Whether it was proved.
    pub fn is_proved(&self) -> bool {
        self.result == Result::Proved
    }
}

/// Why nothing could be proven.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The packs, or their statements, cannot be read.
    #[error("{0}")]
    Packs(#[from] PackError),
    /// The solver does not work.
    #[error("{0}")]
    Solver(String),
}

struct Question {
    pack: String,
    id: String,
    text: String,
    source: String,
    kind: Kind,
    ask: Vec<Term>,
}

enum Kind {
    /// A case that breaks it is looked for.
    Never(Statement),
    /// Unknown facts that become permission: the case with them and the case without.
    Monotone(Answer),
    /// A case that shows it is looked for; none is the fault.
    Reachable,
}

/// Proves every statement in scope. `each` sees a finding as soon as it stands.
///
/// # Errors
/// Packs that cannot be read, a solver that does not answer.
pub fn verify(
    law: &Law,
    known: &Known,
    scope: &Scope,
    session: &mut dyn Session,
    each: &mut dyn FnMut(&Finding),
) -> std::result::Result<Vec<Finding>, ProofError> {
    let invariants = law.invariants()?;
    let more: Vec<&Expr> = invariants.iter().flat_map(|(_, i)| i.what.conditions()).collect();
    let domain = Domain::new(law, &more);
    let part = World::new(&domain, false);
    let whole = World::new(&domain, true);
    for world in [&part, &whole] {
        world.settle_gate(&world.assessment_gate());
    }
    let mut questions = Vec::new();
    for (pack, invariant) in invariants.iter().filter(|(p, i)| scope.has(p, &i.id)) {
        questions.extend(part.questions(pack, invariant));
    }
    if scope.has("all", "unknown-never-permits") {
        questions.extend(monotone(&part, &whole));
    }
    for regime in &law.regimes {
        let pack = law.folder(&regime.id);
        if scope.has(&pack, "no-unordered-review") {
            questions.extend(part.reviews(&pack, &regime.id));
        }
    }
    let idle = law.idle();
    for (pack, rule, n) in law.rules.iter().enumerate().map(|(n, r)| (law.folder(&r.regime), r, n)) {
        if idle.iter().any(|i| i.policy == rule.key) {
            continue;
        }
        if scope.has(&pack, "no-dead-policy") {
            questions.push(part.alive(&pack, n, rule));
        }
        if scope.has(&pack, "no-idle-policy") {
            questions.extend(part.useful(&pack, n, rule));
        }
    }
    part.close();
    whole.close();
    let asked: Vec<Term> = questions.iter().flat_map(|q| q.ask.iter().copied()).collect();
    let mut axioms: Vec<Term> = part.axioms.borrow().clone();
    axioms.extend(whole.axioms.borrow().iter().copied());
    let words = domain.word_domains();
    let script = domain.pool.script(&axioms, &asked, &words);
    let mut asking = Asking::begin(session, &domain.pool, &script).map_err(ProofError::Solver)?;
    let mut findings: Vec<Finding> = Vec::new();
    for question in &questions {
        asking.start().map_err(ProofError::Solver)?;
        let found = one(law, known, &part, question, &mut asking).map_err(ProofError::Solver)?;
        asking.end().map_err(ProofError::Solver)?;
        if let Some(found) = found {
            each(&found);
            findings.push(found);
        }
    }
    Ok(findings)
}

fn one(
    law: &Law,
    known: &Known,
    part: &World<'_, '_>,
    question: &Question,
    asking: &mut Asking<'_, '_>,
) -> std::result::Result<Option<Finding>, String> {
    let finding = |result: Result| Finding {
        pack: question.pack.clone(),
        id: question.id.clone(),
        text: question.text.clone(),
        source: question.source.clone(),
        result,
    };
    let mut why = String::new();
    for _ in 0..TRIES {
        let model = match asking.ask(&question.ask)? {
            Reply::None => {
                return Ok(match &question.kind {
                    Kind::Reachable => {
                        Some(finding(Result::Unconfirmed { why: "no case of the shape shows it".to_owned() }))
                    }
                    _ if why.is_empty() => Some(finding(Result::Proved)),
                    _ => Some(finding(Result::Unconfirmed { why })),
                });
            }
            Reply::Unknown(said) => return Ok(Some(finding(Result::Undecided { why: said }))),
            Reply::Some(model) => model,
        };
        if matches!(question.kind, Kind::Reachable) {
            return Ok(Some(finding(Result::Proved)));
        }
        match confirm(law, known, part, question, &model) {
            Ok((case, shows)) => return Ok(Some(finding(Result::Broken { case, shows }))),
            Err(reason) => why = reason,
        }
        asking.without(&part.signature(&model))?;
    }
    Ok(Some(finding(Result::Unconfirmed { why })))
}

/// Makes a case of what the solver found, and asks the engine.
fn confirm(
    law: &Law,
    known: &Known,
    part: &World<'_, '_>,
    question: &Question,
    model: &Model,
) -> std::result::Result<(String, String), String> {
    let title = format!("Breaks: {}", question.text);
    let tree = part
        .realise(model, "counterexample", &title)
        .ok_or_else(|| "the facts found make up no case".to_owned())?;
    let case = replay::read(&tree, known).map_err(|e| format!("{e}\n{}", yaml::write(&tree)))?;
    let (tree, shows) = match &question.kind {
        Kind::Never(statement) => {
            let shows = replay::broken(law, &case, statement).ok_or_else(|| {
                format!("the engine does not confirm it of this case\n{}", yaml::write(&tree))
            })?;
            let stays = |case: &Case| replay::broken(law, case, statement).is_some();
            let tree = replay::smaller(tree, known, true, None, &stays);
            let shows = replay::read(&tree, known)
                .ok()
                .and_then(|case| replay::broken(law, &case, statement))
                .unwrap_or(shows);
            (tree, shows)
        }
        Kind::Monotone(floor) => {
            let whole = part
                .completed(model, &title)
                .ok_or_else(|| "the facts found make up no whole case".to_owned())?;
            let full = replay::read(&whole, known).map_err(|e| format!("{e}\n{}", yaml::write(&whole)))?;
            let (less, more) = (replay::answer(law, &case), replay::answer(law, &full));
            if less >= *floor || more < *floor {
                return Err(format!(
                    "the engine answers {less} with the facts told and {more} with all of them\n{}---\n{}",
                    yaml::write(&tree),
                    yaml::write(&whole)
                ));
            }
            // what is left out of the case stays in the whole one, which goes on completing it
            let permits = |case: &Case| replay::answer(law, case) < *floor;
            let tree = replay::smaller(tree, known, false, None, &permits);
            let refuses = |case: &Case| replay::settled_at_least(law, case, *floor);
            let whole = replay::smaller(whole, known, false, Some(&tree), &refuses);
            let why = replay::read(&whole, known).map(|c| replay::reasons(law, &c)).unwrap_or_default();
            let facts = differences(&tree, &whole);
            let shows = format!(
                "the engine answers {less}; with the facts that are open given as below, {more}: {why}\n{facts}"
            );
            (tree, shows)
        }
        Kind::Reachable => return Err(String::new()),
    };
    Ok((yaml::write(&tree), shows))
}

/// The facts of the second case that the first leaves open.
fn differences(less: &Json, whole: &Json) -> String {
    fn walk(less: Option<&Json>, whole: &Json, at: &str, out: &mut Vec<String>) {
        match (less, whole) {
            (Some(a), b) if a == b => {}
            (Some(Json::Object(a)), Json::Object(b)) => {
                for (key, value) in b {
                    let place = if at.is_empty() { key.clone() } else { format!("{at}.{key}") };
                    walk(a.get(key), value, &place, out);
                }
            }
            (Some(Json::Array(a)), Json::Array(b)) => {
                for (n, value) in b.iter().enumerate() {
                    let id =
                        value.get("id").and_then(Json::as_str).map_or_else(|| n.to_string(), str::to_owned);
                    walk(a.get(n), value, &format!("{at}[{id}]"), out);
                }
            }
            (_, value) => out.push(format!("  {at}: {value}")),
        }
    }
    let mut out = Vec::new();
    walk(Some(less), whole, "", &mut out);
    out.join("\n")
}

impl Statement {
    fn conditions(&self) -> Vec<&Expr> {
        match self {
            Self::Outcome { conditions, .. } => conditions.iter().map(|(_, when)| when).collect(),
            Self::Always { when, .. } => vec![when],
            Self::Apart { .. } => Vec::new(),
            Self::Only { when, .. } => when.iter().collect(),
        }
    }
}

impl Law {
    /// The folder in which a regime's rules lie.
    pub(crate) fn folder(&self, regime: &str) -> String {
        self.files()
            .iter()
            .filter_map(|(path, text)| Some((path.strip_suffix("/regime.toml")?, text)))
            .find(|(_, text)| text.contains(&format!("id = \"{regime}\"")))
            .map_or_else(|| regime.to_lowercase(), |(folder, _)| folder.to_owned())
    }
}

/// Unknown never becomes permission: an answer on part of the facts is as severe as on all of them, or HOLD.
fn monotone(part: &World<'_, '_>, whole: &World<'_, '_>) -> Vec<Question> {
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
    fn questions(&self, pack: &str, invariant: &Invariant) -> Vec<Question> {
        let pool = self.pool();
        let law = self.domain.law;
        let mut ask: Vec<Vec<Term>> = Vec::new();
        let acts = |actions: &[String]| {
            if actions.is_empty() {
                Term::TRUE
            } else {
                pool.or(actions.iter().map(|a| self.domain.action_is(a)))
            }
        };
        let named = |id: &str| -> Vec<(usize, &Rule)> {
            law.rules.iter().enumerate().filter(|(_, r)| r.id == id || r.key == id).collect()
        };
        match &invariant.what {
            Statement::Outcome { conditions, actions, regime, at_least, with_licence, where_open } => {
                let mut whole = Tri::YES;
                for (on, when) in conditions {
                    let mut some = Tri::NO;
                    for thing in self.of_kind(*on) {
                        let exists = self.things.get(thing).map_or(Term::FALSE, |t| t.exists);
                        some = some.or(pool, self.condition(when, thing).provided(pool, exists));
                    }
                    whole = whole.and(pool, some);
                }
                let reached = |floor: Floor| match (floor, regime) {
                    (Floor::Answer(least), _) => self.answer().at_least(least),
                    (Floor::Verdict(least), Some(regime)) => self.regime(regime).at_least(least),
                    (Floor::Verdict(_), None) => Term::FALSE,
                };
                let enough = match (with_licence, regime) {
                    (Some(less), Some(regime)) => {
                        let (licensed, _) = self.licence(regime);
                        pool.or([reached(*at_least), pool.and([licensed, reached(*less)])])
                    }
                    _ => reached(*at_least),
                };
                ask.push(vec![acts(actions), whole.yes, pool.not(enough)]);
                if let Some(floor) = where_open {
                    ask.push(vec![acts(actions), whole.unknown(pool), pool.not(reached(*floor))]);
                }
            }
            Statement::Apart { .. } => {}
            Statement::Only { rule, when, not_before, not_after } => {
                let mut bad = Vec::new();
                let on_day = self.domain.between(*not_before, *not_after);
                for (n, rule) in named(rule) {
                    for thing in self.of_kind(rule.resource) {
                        let fails = when.as_ref().map_or(Term::FALSE, |w| self.condition(w, thing).no);
                        let out = pool.or([fails, pool.not(on_day)]);
                        bad.push(pool.and([self.determines(n, rule, thing), out]));
                    }
                }
                ask.push(vec![pool.or(bad)]);
            }
            Statement::Always { rule, when, actions, not_before, not_after } => {
                let mut bad = Vec::new();
                let parts = named(rule);
                let on = parts.first().map(|(_, r)| r.resource);
                for thing in on.into_iter().flat_map(|on| self.of_kind(on)) {
                    let exists = self.things.get(thing).map_or(Term::FALSE, |t| t.exists);
                    let some = pool.or(parts.iter().map(|(n, r)| self.determines(*n, r, thing)));
                    bad.push(pool.and([exists, self.condition(when, thing).yes, pool.not(some)]));
                }
                let on_day = self.domain.between(*not_before, *not_after);
                ask.push(vec![acts(actions), on_day, pool.or(bad)]);
            }
        }
        ask.into_iter()
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

    /// Where two policies would each give the review policy of one application, and differ: of rules that replace a
    /// requirement's own policy (`permit`), and of the parts of one requirement. What only makes it stricter (`forbid`)
    /// has its order, and so have different requirements: the strictest.
    fn reviews(&self, pack: &str, regime: &str) -> Option<Question> {
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
    fn alive(&self, pack: &str, n: usize, rule: &Rule) -> Question {
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
    fn useful(&self, pack: &str, n: usize, rule: &Rule) -> Option<Question> {
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

    /// Which rules hold and which things are there: a case of another signature is another case.
    pub(super) fn signature(&self, model: &Model) -> Vec<(Term, bool)> {
        let pool = self.pool();
        let action = pool.number(self.domain.action, model);
        let mut out = vec![(pool.equal(self.domain.action, action), true)];
        out.retain(|(t, _)| pool.is_written(*t));
        for leaf in &self.leaves {
            if let super::world::LeafKind::Fact(super::symbol::Sym::Truth(tri)) = &leaf.kind {
                for term in [tri.yes, tri.no] {
                    if pool.is_written(term) {
                        out.push((term, pool.holds(term, model)));
                    }
                }
            }
        }
        out
    }

    /// The whole case that a model describes: every fact that is open, with the value that it has there.
    fn completed(&self, model: &Model, title: &str) -> Option<Json> {
        let whole = World::new(self.domain, true);
        whole.realise(model, "whole", title)
    }
}

impl Domain<'_> {
    /// For every number that stands for a word: the values that it can take.
    pub(super) fn word_domains(&self) -> std::collections::BTreeMap<Num, Vec<i64>> {
        let compared = self.pool.compared();
        let nums = self.word_nums.borrow();
        nums.iter()
            .map(|(num, allowed)| {
                let mut values: Vec<i64> = Vec::new();
                let mut named = 0;
                for value in compared.get(num).into_iter().flatten() {
                    let Some(word) = self.words.word(*value) else { continue };
                    if allowed.as_ref().is_none_or(|list| list.iter().any(|w| **w == *word)) {
                        values.push(*value);
                        named += 1;
                    }
                }
                let another = match allowed {
                    None => named == 0,
                    Some(list) => list.iter().any(|w| !self.literals.contains(w.as_str())),
                };
                if another || values.is_empty() {
                    values.push(0);
                }
                (*num, values)
            })
            .collect()
    }
}
