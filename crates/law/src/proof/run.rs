//! Asking every statement of the solver, and what comes of it.

use countersign_case::{Case, Known};
use serde::Serialize;
use serde_json::Value as Json;

use super::domain::Domain;
use super::invariant::Statement;
use super::question::{Kind, Question, monotone};
use super::replay;
use super::solver::{Asking, Reply, Session};
use super::term::{Model, Num, Term};
use super::world::World;
use super::yaml;
use crate::eval::Expr;
use crate::pack::{Law, PackError};

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
            Self::Outcome(outcome) => outcome.conditions.iter().map(|(_, when)| when).collect(),
            Self::Always(always) => vec![&always.when],
            Self::Apart { .. } => Vec::new(),
            Self::Only(only) => only.when.iter().collect(),
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

impl World<'_, '_> {
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
