//! The verdicts and the answer on one tree of facts, without what would change them. One call is one decision; the
//! counterfactuals and the proofs make many.

use std::collections::{BTreeMap, BTreeSet};

use countersign_model::Date;
use serde_json::Value as Json;

use super::assumption::Assumption;
use super::examination::Examination;
use super::{answer, commitment, flags, gate, regime, shown, warnings};
use crate::decision::{Assumed, CaseHead, Decision, GateFinding, MissingFact, RegimeVerdict};
use crate::facts::{Holdings, World, gather};
use crate::pack::{Action, Law, NormKind};

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

    let missing_facts = missing(&regimes, &gate);
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

/// The facts that verdicts are open for, each with those that need it.
fn missing(regimes: &[RegimeVerdict], gate: &GateFinding) -> Vec<MissingFact> {
    let of_regimes = regimes.iter().flat_map(|r| r.missing.iter().map(|path| (path, r.regime.as_str())));
    let of_gate = gate.missing.iter().map(|path| (path, "GATE"));
    let mut needed: BTreeMap<&String, BTreeSet<&str>> = BTreeMap::new();
    for (path, by) in of_regimes.chain(of_gate) {
        needed.entry(path).or_default().insert(by);
    }
    let missing = |(path, by): (&String, BTreeSet<&str>)| MissingFact {
        path: path.clone(),
        needed_by: by.into_iter().map(str::to_owned).collect(),
        values: BTreeMap::new(),
    };
    needed.into_iter().map(missing).collect()
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
