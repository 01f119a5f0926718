//! What would change the answer: single changes among the facts that somebody can change or find out.

use countersign_case::Case;
use countersign_model::{Answer, LawVerdict};
use serde_json::{Value as Json, json};

use super::{Assumption, decide_tree};
use crate::decision::{Counterfactual, Decision};
use crate::pack::Law;

/// The changes tried, each alone: an assumed match is another party; a licence is held; a listed party is another,
/// unlisted one. Those that change the answer are given, the mildest result first.
pub(super) fn find(
    law: &Law,
    case: &Case,
    assumptions: &[Assumption],
    open: &[String],
    decision: &Decision,
) -> Vec<Counterfactual> {
    let answer = held(decision.answer, open, &[]);
    if answer == Answer::Proceed {
        return Vec::new();
    }
    let mut tried: Vec<(String, Vec<String>, Json)> = Vec::new();
    for assumption in assumptions {
        let mut tree = case.tree().clone();
        if set(&mut tree, &assumption.path, assumption.otherwise.clone()) {
            let change = format!(
                "the possible match behind `{}` is another party, one that no list names",
                assumption.path
            );
            tried.push((change, vec![assumption.path.clone()], tree));
        }
    }
    let required: Vec<&str> = decision
        .regimes
        .iter()
        .filter(|r| r.verdict == LawVerdict::AuthorisationRequired)
        .map(|r| r.regime.as_str())
        .collect();
    if !required.is_empty() {
        let mut tree = case.tree().clone();
        let mut licences = tree.get("licences").and_then(Json::as_array).cloned().unwrap_or_default();
        for regime in &required {
            licences.push(json!({
                "id": format!("licence-{regime}"), "regime": regime, "authority": "", "type": "individual",
                "valid_from": case.as_of().to_string(), "valid_to": case.as_of().to_string(),
                "covers": {"item": "yes", "end_user": "yes", "destination": "yes", "quantity": "yes"},
                "conditions": "none"
            }));
        }
        if set(&mut tree, "licences", Json::Array(licences)) {
            let change = format!(
                "a licence under {} that covers item, end user, destination and quantity is held",
                required.join(" and ")
            );
            tried.push((change, vec!["licences".to_owned()], tree));
        }
    }
    let listed = |p: &&Json| p.get("listings").is_some_and(Json::is_array);
    let parties = case.tree().get("parties").and_then(Json::as_array).into_iter().flatten();
    for party in parties.filter(listed).take(MOST_TRIED) {
        let id = party.get("id").and_then(Json::as_str).unwrap_or_default();
        let path = format!("parties[{id}].listings");
        if assumptions.iter().any(|a| a.path == path) {
            continue;
        }
        let mut tree = case.tree().clone();
        if set(&mut tree, &path, Json::String("none".to_owned())) {
            let name = party.get("name").and_then(Json::as_str).unwrap_or(id);
            tried.push((
                format!("another party, screened and not listed, in the place of {name}"),
                vec![path],
                tree,
            ));
        }
    }
    tried.extend(divestments(case.tree()));
    let mut found: Vec<Counterfactual> = tried
        .into_iter()
        .map(|(change, paths, tree)| {
            let then = decide_tree(law, &tree, case.as_of(), case.known_at(), assumptions);
            Counterfactual { change, answer: held(then.answer, open, &paths), paths }
        })
        .filter(|c| c.answer != answer)
        .collect();
    found.sort_by(|a, b| a.answer.cmp(&b.answer).then_with(|| a.change.cmp(&b.change)));
    found
}

/// An owner sells its whole stake to others, whom no list names: for each stake that the case gives.
fn divestments(tree: &Json) -> Vec<(String, Vec<String>, Json)> {
    let parties = || tree.get("parties").and_then(Json::as_array).into_iter().flatten();
    let name = |id: &str| {
        let found = parties().find(|p| p.get("id").and_then(Json::as_str) == Some(id));
        found.and_then(|p| p.get("name")).and_then(Json::as_str).unwrap_or(id).to_owned()
    };
    // what was bought and sold goes to a buyer who stands for nobody
    let buyer = "buyer-of-the-stake";
    let mut out = Vec::new();
    for party in parties() {
        let id = party.get("id").and_then(Json::as_str).unwrap_or_default();
        let owners = party.get("owners").and_then(Json::as_array);
        for (n, owner) in owners.into_iter().flatten().enumerate().take(MOST_STAKES) {
            if out.len() == MOST_TRIED {
                return out;
            }
            let Some(seller) = owner.get("party").and_then(Json::as_str) else { continue };
            let mut changed = tree.clone();
            let Some(list) = changed.get_mut("parties").and_then(Json::as_array_mut) else { continue };
            let sold = list
                .iter_mut()
                .find(|p| p.get("id").and_then(Json::as_str) == Some(id))
                .and_then(|p| p.get_mut("owners")?.get_mut(n)?.as_object_mut());
            let Some(sold) = sold else { continue };
            sold.insert("party".to_owned(), json!(buyer));
            list.push(json!({
                "id": buyer, "name": "the buyer of the stake", "kind": "individual", "roles": ["owner"],
                "listings": "none"
            }));
            let change =
                format!("{} sells its stake in {} to persons whom no list names", name(seller), name(id));
            out.push((change, vec![format!("parties[{id}].owners[{seller}]")], changed));
        }
    }
    out
}

/// How many changes of one sort are tried in all: each is a decision of its own.
const MOST_TRIED: usize = 24;

/// How many stakes in one party are looked at: a change of more than a few owners is no single change.
const MOST_STAKES: usize = 8;

/// The answer where facts are open that no verdict shows: HOLD at least, unless a change settles every one of them.
pub(super) fn held(answer: Answer, open: &[String], settled: &[String]) -> Answer {
    if open.iter().all(|path| settled.contains(path)) { answer } else { answer.max(Answer::Hold) }
}

/// For each missing fact of few values, the answer that each value leads to. Where every value gives the verdicts that
/// stand already, and leaves the same other facts open, the fact can change nothing and is not missing.
pub(super) fn values_of_missing(law: &Law, case: &Case, assumptions: &[Assumption], decision: &mut Decision) {
    let mut idle = Vec::new();
    let stands = Standing::of(decision);
    for fact in &mut decision.missing_facts {
        let mut all: Vec<Standing> = Vec::new();
        for value in candidates(law, &fact.path) {
            let mut tree = case.tree().clone();
            if !set(&mut tree, &fact.path, value.clone()) {
                break;
            }
            let then = decide_tree(law, &tree, case.as_of(), case.known_at(), assumptions);
            let word = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            fact.values.insert(word, then.answer);
            all.push(Standing::of(&then));
        }
        let without = stands.without(&fact.path);
        if !all.is_empty() && all.iter().all(|s| *s == without) {
            idle.push(fact.path.clone());
        }
    }
    // one at a time: of two facts that stand in for each other, one still matters
    if let Some(path) = idle.first() {
        decision.missing_facts.retain(|f| f.path != *path);
        for missing in decision.regimes.iter_mut().map(|r| &mut r.missing).chain([&mut decision.gate.missing])
        {
            missing.retain(|p| p != path);
        }
        if idle.len() > 1 {
            values_of_missing(law, case, assumptions, decision);
        }
    }
}

/// What a decision comes to: every verdict, and which facts are open.
#[derive(PartialEq, Eq)]
struct Standing {
    verdicts: Vec<(String, String)>,
    missing: Vec<String>,
}

impl Standing {
    fn of(decision: &Decision) -> Self {
        let mut verdicts: Vec<(String, String)> =
            decision.regimes.iter().map(|r| (r.regime.clone(), r.verdict.to_string())).collect();
        verdicts.push(("GATE".to_owned(), decision.gate.verdict.to_string()));
        verdicts.push(("answer".to_owned(), decision.answer.to_string()));
        verdicts.sort();
        Self { verdicts, missing: decision.missing_facts.iter().map(|m| m.path.clone()).collect() }
    }

    fn without(&self, path: &str) -> Self {
        Self {
            verdicts: self.verdicts.clone(),
            missing: self.missing.iter().filter(|p| *p != path).cloned().collect(),
        }
    }
}

/// The values of a yes/no fact.
fn candidates(law: &Law, path: &str) -> Vec<Json> {
    let key = path.rsplit('.').next().unwrap_or_default();
    if law.schema.is_yes_no(key) { vec![json!("no"), json!("yes")] } else { Vec::new() }
}

/// Sets a value at a path of the case, making the maps that are not there yet; `false` when a list member on the way
/// cannot be found or a value on the way is no map.
fn set(tree: &mut Json, path: &str, value: Json) -> bool {
    let mut here = tree;
    let mut rest = path;
    loop {
        // a dot inside brackets belongs to the member's id (`assessments[D-4.1]`)
        let mut depth = 0usize;
        let dot = rest.char_indices().find(|(_, c)| {
            match c {
                '[' => depth += 1,
                ']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            *c == '.' && depth == 0
        });
        let (token, tail) = match dot {
            Some((at, _)) => {
                rest.split_at_checked(at).map_or((rest, ""), |(a, b)| (a, b.trim_start_matches('.')))
            }
            None => (rest, ""),
        };
        let (key, member) = match token.split_once('[') {
            Some((key, id)) => (key, Some(id.trim_end_matches(']'))),
            None => (token, None),
        };
        let Some(map) = here.as_object_mut() else { return false };
        match (member, tail.is_empty()) {
            (None, true) => {
                map.insert(key.to_owned(), value);
                return true;
            }
            (None, false) => {
                let next = map.entry(key).or_insert_with(|| json!({}));
                if !next.is_object() {
                    return false;
                }
                here = next;
            }
            (Some(_), true) => return false,
            (Some(id), false) => {
                let names = ["id", "party", "rule"];
                let is = |m: &Json| names.iter().any(|n| m.get(n).and_then(Json::as_str) == Some(id));
                let list = map.get_mut(key).and_then(Json::as_array_mut);
                match list.and_then(|l| l.iter_mut().find(|m| is(m))) {
                    Some(found) => here = found,
                    None => return false,
                }
            }
        }
        rest = tail;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_set_where_it_points_and_nowhere_else() {
        let mut tree = json!({"parties": [{"id": "a", "x": "1"}], "assessments": [{"id": "D-4.1"}]});
        assert!(set(&mut tree, "parties[a].listings", json!("none")));
        assert!(set(&mut tree, "assessments[D-4.1].independence.selection", json!("random_roster")));
        assert!(set(&mut tree, "due_diligence.status", json!("complete")));
        assert!(!set(&mut tree, "parties[b].listings", json!("none")));
        assert_eq!(
            tree,
            json!({
                "parties": [{"id": "a", "x": "1", "listings": "none"}],
                "assessments": [{"id": "D-4.1", "independence": {"selection": "random_roster"}}],
                "due_diligence": {"status": "complete"}
            })
        );
    }
}
