//! From facts to the answer (case format, section 8).
//!
//! Comes in: a [`World`]. Goes out: a [`Decision`]. Each LAW regime, each family of commitments and each gate
//! gives its own verdict; nothing is merged before the answer. The rules are the packs'; what is written here is
//! only how verdicts combine.

mod answer;
mod cite;
mod commitment;
mod counterfactual;
mod examination;
mod flags;
mod gate;
mod licence;
mod regime;
mod shown;
mod warnings;

use std::collections::{BTreeMap, BTreeSet};

use countersign_case::Case;
use countersign_model::Date;
use serde_json::Value as Json;

use crate::decision::{Assumed, CaseHead, Decision, MissingFact};
use crate::facts::{Holdings, World, gather};
use crate::legal::Findings;
use crate::pack::{Action, Law, NormKind};
use examination::Examination;

/// A fact that nobody decided, taken in the protective way: where it stands and why.
#[derive(Debug, Clone)]
pub struct Assumption {
    /// Path of the fact in the case (`parties[nso].listings`).
    pub path: String,
    /// The possible match with its score and explanation, for people.
    pub text: String,
    /// The value if it is another party; the counterfactual that is shown.
    pub otherwise: Json,
}

/// Decides a case under the packs. `assumptions` are facts that the caller put into the case without a person
/// having decided them.
pub fn decide(law: &Law, case: &Case, assumptions: &[Assumption]) -> Decision {
    decide_screened(law, case, assumptions, &[])
}

/// The same, where some parties' listings were found by screening lists of which no whole copy was loaded: `open` names
/// their paths. What was found counts; that no other list names the party is not known, so nobody proceeds on it.
pub fn decide_screened(law: &Law, case: &Case, assumptions: &[Assumption], open: &[String]) -> Decision {
    let mut decision = verdicts(law, case, assumptions);
    let search = counterfactual::find(law, case, assumptions, open, &decision);
    decision.counterfactuals = search.found;
    decision.warnings.extend(search.bounded);
    let bounded = counterfactual::values_of_missing(law, case, assumptions, &mut decision);
    decision.warnings.extend(bounded);
    counterfactual::name_blocks(case.tree(), &mut decision);
    for path in open {
        if !decision.missing_facts.iter().any(|m| m.path == *path) {
            let needed_by = decision.regimes.iter().map(|r| r.regime.clone()).collect();
            let values = BTreeMap::new();
            decision.missing_facts.push(MissingFact { path: path.clone(), needed_by, values });
        }
    }
    decision.answer = counterfactual::held(decision.answer, open, &[]);
    decision.exit_code = decision.answer.exit_code();
    decision
}

/// As [`decide_screened`], without counterfactuals and without what the values of missing facts lead to: the answer is the
/// same, at a fraction of the time.
pub fn verdicts_screened(law: &Law, case: &Case, assumptions: &[Assumption], open: &[String]) -> Decision {
    let mut decision = verdicts(law, case, assumptions);
    counterfactual::name_blocks(case.tree(), &mut decision);
    decision.answer = counterfactual::held(decision.answer, open, &[]);
    decision.exit_code = decision.answer.exit_code();
    decision
}

/// The verdicts and the answer alone, without counterfactuals: what a program asks that decides many cases.
pub fn verdicts(law: &Law, case: &Case, assumptions: &[Assumption]) -> Decision {
    decide_tree(law, case.tree(), case.as_of(), case.known_at(), assumptions)
}

/// One decision without counterfactuals.
pub(crate) fn decide_tree(
    law: &Law,
    tree: &Json,
    as_of: Date,
    known_at: Date,
    assumptions: &[Assumption],
) -> Decision {
    let text = |key: &str| tree.get(key).and_then(Json::as_str).map(str::to_owned);
    let action = text("action").unwrap_or_default();
    let name = Action::ALL.into_iter().find(|a| *a == action).unwrap_or("export");
    let facts = gather(law, tree, as_of, known_at);
    let holdings = Holdings::gather(tree, as_of);
    let world = World::new(law, facts, as_of, name, holdings);
    let asked = asked(law, tree);
    let examination = Examination::of(&world, &asked);

    let mut regimes: Vec<_> = law
        .regimes
        .iter()
        .filter(|r| r.kind == NormKind::Law && asked.contains(r.id.as_str()))
        .map(|r| regime::verdict(&world, &examination, r, tree))
        .collect();
    regimes.sort_by(|a, b| b.verdict.cmp(&a.verdict).then_with(|| a.regime.cmp(&b.regime)));
    let flags = flags::gather(&world, &examination, tree);
    let gate = gate::verdict(&world, &examination, tree, &flags);
    gate::settle(&world, &examination, tree);
    let commitments = commitment::verdicts(&world, tree);

    let mut needed: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for regime in &regimes {
        for path in &regime.missing {
            needed.entry(path.clone()).or_default().insert(regime.regime.clone());
        }
    }
    for path in &gate.missing {
        needed.entry(path.clone()).or_default().insert("GATE".to_owned());
    }
    let missing_facts = needed
        .into_iter()
        .map(|(path, by)| MissingFact { path, needed_by: by.into_iter().collect(), values: BTreeMap::new() })
        .collect();
    let answer = answer::derive(&regimes, &gate, &commitments, &flags);
    let mut told = examination.warnings(&world, &regimes, &commitments, &gate);
    told.extend(warnings::of_case(&world, tree, &asked));
    told.extend(warnings::differing(&regimes));
    Decision {
        schema: "decision/1",
        case: CaseHead {
            id: text("id"),
            title: text("title"),
            action,
            intent: text("intent").unwrap_or_else(|| "act".to_owned()),
            actor: text("actor").unwrap_or_default(),
            as_of: as_of.to_string(),
            known_at: known_at.to_string(),
        },
        answer,
        exit_code: answer.exit_code(),
        not_asked: law
            .regimes
            .iter()
            .filter(|r| r.kind == NormKind::Law && !asked.contains(r.id.as_str()))
            .map(|r| r.id.clone())
            .collect(),
        regimes,
        commitments,
        gate,
        red_flags: flags,
        advisories: flags::advisories(&world, &examination),
        missing_facts,
        recorded: shown::of(tree),
        counterfactuals: Vec::new(),
        assumed: assumptions.iter().map(|a| Assumed { path: a.path.clone(), text: a.text.clone() }).collect(),
        warnings: told,
    }
}

/// What every policy of the packs finds on a case, whatever regimes it asks.
pub(crate) fn findings(law: &Law, case: &Case) -> Findings {
    let tree = case.tree();
    let name = Action::ALL.into_iter().find(|a| *a == case.action().as_str()).unwrap_or("export");
    let facts = gather(law, tree, case.as_of(), case.known_at());
    let world = World::new(law, facts, case.as_of(), name, Holdings::gather(tree, case.as_of()));
    settle_gate(&world, tree);
    let mut found = Findings::default();
    for (n, rule) in law.rules.iter().enumerate() {
        for examined in world.examine(n) {
            if examination::determines(&world, rule, &examined) {
                found.holds.insert(rule.key.clone());
            } else if examination::fails_on_one(&world, rule, &examined) {
                found.fails.insert(rule.key.clone());
            }
        }
    }
    found
}

/// Whether a licence of the regime covers the act.
pub(crate) fn licensed(case: &Json, regime: &str, as_of: Date) -> bool {
    matches!(licence::cover(case, regime, as_of), licence::Cover::Yes(_))
}

/// Makes the verdict of the assessment gate a fact of the case, where nothing else is decided.
pub(crate) fn settle_gate(world: &World<'_>, tree: &Json) {
    let asked = asked(world.law, tree);
    gate::settle(world, &Examination::of(world, &asked), tree);
}

/// The ids of the LAW regimes asked: every loaded one unless the case names some, by id or by group.
fn asked<'a>(law: &'a Law, tree: &Json) -> BTreeSet<&'a str> {
    let named = tree.get("regimes").and_then(Json::as_array);
    let wanted = |id: &str, group: &str| match named {
        None => true,
        Some(names) => names.iter().filter_map(Json::as_str).any(|n| n == id || n == group),
    };
    law.regimes
        .iter()
        .filter(|r| r.kind == NormKind::Law && wanted(&r.id, &r.group))
        .map(|r| r.id.as_str())
        .collect()
}
