//! The changes that are tried: what somebody can do (ask for a licence, take another end user, sell a stake, have another
//! assessment made, follow up a red flag) or find out (that a possible match is somebody else).

use countersign_case::Case;
use countersign_model::{GateVerdict, LawVerdict};
use serde_json::{Map, Value as Json, json};

use super::path::set;
use crate::decide::assumption::Assumption;
use crate::decision::Decision;
use crate::pack::Law;

/// How many changes of one sort are tried.
const MOST_TRIED: usize = 24;

/// How many stakes in one party are looked at: a change of more than a few owners is no single change.
const MOST_STAKES: usize = 8;

/// One change of the case.
pub(super) struct Change {
    /// In words.
    pub(super) words: String,
    /// The paths changed.
    pub(super) paths: Vec<String>,
    /// What is set at which path.
    sets: Vec<(String, Json)>,
    /// The owner (by its place among the owners of a party) that sells its stake.
    sale: Option<(String, usize)>,
}

impl Change {
    fn of(words: String, path: String, value: Json) -> Self {
        Self { words, paths: vec![path.clone()], sets: vec![(path, value)], sale: None }
    }

    /// Makes the change; `false` where the case has no place for it.
    pub(super) fn apply(&self, tree: &mut Json) -> bool {
        let sold = match &self.sale {
            Some((party, place)) => sell(tree, party, *place),
            None => true,
        };
        sold && self.sets.iter().all(|(path, value)| set(tree, path, value.clone()))
    }

    /// Whether both change one fact: then they are alternatives, and no pair.
    pub(super) fn stands_in_for(&self, other: &Self) -> bool {
        self.paths.iter().any(|path| other.paths.contains(path))
    }
}

/// Every change that the case has a place for, and how many more of a sort there are than are tried.
pub(super) fn all(
    law: &Law,
    case: &Case,
    assumptions: &[Assumption],
    decision: &Decision,
) -> (Vec<Change>, usize) {
    let tree = case.tree();
    let (parties, listed) = other_parties(tree, assumptions);
    let (users, private) = other_end_users(tree, assumptions);
    let (sales, stakes) = divestments(tree);
    let more = assumptions.len().saturating_sub(MOST_TRIED) + listed + private + stakes;
    let mut out: Vec<Change> = assumptions
        .iter()
        .take(MOST_TRIED)
        .map(|assumed| {
            let words = format!(
                "the possible match behind `{}` is another party, one that no list names",
                assumed.path
            );
            Change::of(words, assumed.path.clone(), assumed.otherwise.clone())
        })
        .collect();
    out.extend(licences(case, decision));
    out.extend(assessments(case, decision));
    out.extend(red_flags(law, tree, decision));
    out.extend(parties);
    out.extend(users);
    out.extend(sales);
    (out, more)
}

fn parties(tree: &Json) -> impl Iterator<Item = &Json> {
    tree.get("parties").and_then(Json::as_array).into_iter().flatten()
}

fn id(party: &Json) -> &str {
    party.get("id").and_then(Json::as_str).unwrap_or_default()
}

fn name(party: &Json) -> &str {
    party.get("name").and_then(Json::as_str).unwrap_or_else(|| id(party))
}

fn has_role(party: &Json, role: &str) -> bool {
    party.get("roles").and_then(Json::as_array).into_iter().flatten().any(|r| r.as_str() == Some(role))
}

/// A licence under every regime that asks for one.
fn licences(case: &Case, decision: &Decision) -> Option<Change> {
    let required: Vec<&str> = decision
        .regimes
        .iter()
        .filter(|r| r.verdict == LawVerdict::AuthorisationRequired)
        .map(|r| r.regime.as_str())
        .collect();
    if required.is_empty() {
        return None;
    }
    let mut licences = case.tree().get("licences").and_then(Json::as_array).cloned().unwrap_or_default();
    let day = case.as_of().to_string();
    for regime in &required {
        licences.push(json!({
            "id": format!("licence-{regime}"), "regime": regime, "authority": "", "type": "individual",
            "valid_from": day, "valid_to": day,
            "covers": {"item": "yes", "end_user": "yes", "destination": "yes", "quantity": "yes"},
            "conditions": "none"
        }));
    }
    let words = format!(
        "a licence under {} that covers item, end user, destination and quantity is held",
        required.join(" and ")
    );
    Some(Change::of(words, "licences".to_owned(), Json::Array(licences)))
}

/// Assessments of both stages, made for this act, that meet every rule of the gate: where the gate was opted in and does
/// not pass.
fn assessments(case: &Case, decision: &Decision) -> Option<Change> {
    let opted = decision.gate.opted_in.iter().any(|g| g == "assessment");
    if !opted || matches!(decision.gate.verdict, GateVerdict::Pass | GateVerdict::NotApplicable) {
        return None;
    }
    let tree = case.tree();
    let day = case.as_of().min(case.known_at());
    let drafted = day.checked_sub(countersign_model::Months::new().days(35)).unwrap_or(day).to_string();
    let day = day.to_string();
    let version = tree.pointer("/item/version").and_then(Json::as_str).filter(|v| *v != "unknown");
    let with_role =
        |role: &str| -> Vec<&str> { parties(tree).filter(|p| has_role(p, role)).map(id).collect() };
    let between = with_role("intermediate_consignee");
    let mut scope = Map::from_iter([("version".to_owned(), json!(version.unwrap_or("as assessed")))]);
    let entry = |stage: &str, scope: &Map<String, Json>| {
        json!({
            "id": format!("another-{stage}"), "stage": stage, "assessor": "another-assessor",
            "reviewer": "another-reviewer", "scope": scope, "draft_logged_at": drafted, "logged_at": day,
            "inclusion_proven": "yes",
            "publication": {"comment_days": 35, "urgent_reason_published": "no", "failed": "none"},
            "independence": {"selection": "register_assigned", "fee_share": ["0", "0"], "failed": "none",
                "incomplete": "none"},
            "redaction": {"root_ok": "yes", "withheld": "none", "withheld_percent": "0", "failed": "none"},
            "rule_of_law": {"dated": day, "core_indices": 4, "tiers": ["T1"], "sensitivity_printed": "yes",
                "lf_answers_at_e2": "yes", "t4_exception": "no"},
            "answers": {"stop": "none", "unknown_stop": "none", "unmitigated_red_flags": "none"},
            "residual": {"severity": 2, "likelihood": 1},
            "monitoring": {"in_contract": "yes", "kill_switch_in_contract": "yes", "alive": "yes"},
            "conditions": "none",
            "status_events": [{"event": "live", "log_time": day}]
        })
    };
    let product = entry("D", &scope);
    if let Some(destination) = tree.get("destination") {
        scope.insert("destination".to_owned(), destination.clone());
    }
    if let [user] = with_role("end_user").as_slice() {
        scope.insert("end_user".to_owned(), json!(user));
    }
    scope
        .insert("intermediaries".to_owned(), if between.is_empty() { json!("none") } else { json!(between) });
    let transaction = entry("S", &scope);
    let mut change = Change::of(
        "assessments of the product and of the transaction, made for this act and published, meet every rule of the \
         gate without conditions"
            .to_owned(),
        "assessments".to_owned(),
        json!([product, transaction]),
    );
    if version.is_none() {
        change.sets.push(("item.version".to_owned(), json!("as assessed")));
    }
    Some(change)
}

/// Every open red flag is followed up and resolved.
fn red_flags(law: &Law, tree: &Json, decision: &Decision) -> Option<Change> {
    let open: Vec<_> = decision.red_flags.iter().filter(|f| f.state == "open").collect();
    if open.is_empty() {
        return None;
    }
    let recorded = tree.pointer("/due_diligence/red_flags").and_then(Json::as_array);
    let mut flags = recorded.cloned().unwrap_or_default();
    for flag in &mut flags {
        if flag.get("state").and_then(Json::as_str) == Some("open") {
            set(flag, "state", json!("resolved"));
        }
    }
    for flag in open.iter().filter(|f| f.raised_by == "rule") {
        let mut resolved = json!({"rule": flag.rule, "state": "resolved"});
        if let Some(party) = &flag.party {
            set(&mut resolved, "party", json!(party));
        }
        flags.push(resolved);
    }
    let mut ids: Vec<&str> = open.iter().map(|f| f.rule.as_str()).collect();
    ids.dedup();
    ids.retain(|id| law.inventory().get(id).is_some());
    let words = format!("due diligence is complete, and resolves every open red flag ({})", ids.join(", "));
    let mut change = Change::of(words, "due_diligence.red_flags".to_owned(), Json::Array(flags));
    change.sets.push(("due_diligence.status".to_owned(), json!("complete")));
    Some(change)
}

/// Another party in the place of a listed one, and how many more listed ones there are.
fn other_parties(tree: &Json, assumptions: &[Assumption]) -> (Vec<Change>, usize) {
    let listed = || parties(tree).filter(|p| p.get("listings").is_some_and(Json::is_array));
    let changes = listed()
        .take(MOST_TRIED)
        .filter_map(|party| {
            let path = format!("parties[{}].listings", id(party));
            if assumptions.iter().any(|a| a.path == path) {
                return None;
            }
            let words = format!("another party, screened and not listed, in the place of {}", name(party));
            Some(Change::of(words, path, json!("none")))
        })
        .collect();
    (changes, listed().count().saturating_sub(MOST_TRIED))
}

/// A private firm, without state share and with a clean record, in the place of the end user. A listed one is replaced by
/// [`other_parties`].
fn other_end_users(tree: &Json, assumptions: &[Assumption]) -> (Vec<Change>, usize) {
    let listed = |p: &Json| {
        let path = format!("parties[{}].listings", id(p));
        p.get("listings").is_some_and(Json::is_array) || assumptions.iter().any(|a| a.path == path)
    };
    let person = |p: &Json| p.get("kind").and_then(Json::as_str) == Some("individual");
    let body = |p: &&Json| has_role(p, "end_user") && !person(p) && !listed(p);
    let changes = parties(tree)
        .filter(body)
        .take(MOST_STAKES)
        .map(|party| {
            let at = |key: &str| format!("parties[{}].{key}", id(party));
            let facts = [
                ("kind", json!("organisation")),
                ("body", json!(["private"])),
                ("listings", json!("none")),
                ("owners", json!("none")),
                ("control", json!("none")),
                ("conduct", json!("none")),
                ("state_owned_percent", json!("0")),
                ("state_appoints_board_majority", json!("no")),
            ];
            Change {
                words: format!(
                    "a private firm of the same country, that no list names and no state owns, is the end user in the \
                     place of {}",
                    name(party)
                ),
                paths: ["body", "listings", "owners"].map(at).to_vec(),
                sets: facts.map(|(key, value)| (at(key), value)).to_vec(),
                sale: None,
            }
        })
        .collect();
    (changes, parties(tree).filter(body).count().saturating_sub(MOST_STAKES))
}

/// What is bought goes to a buyer who stands for nobody.
const BUYER: &str = "buyer-of-the-stake";

/// An owner sells its whole stake to others, whom no list names: for each stake that the case gives; and how many more there
/// are.
fn divestments(tree: &Json) -> (Vec<Change>, usize) {
    let named = |wanted: &str| parties(tree).find(|p| id(p) == wanted).map_or(wanted, name).to_owned();
    let (mut out, mut more) = (Vec::new(), 0);
    for party in parties(tree) {
        let owners = party.get("owners").and_then(Json::as_array);
        for (n, owner) in owners.into_iter().flatten().enumerate() {
            if out.len() == MOST_TRIED || n >= MOST_STAKES {
                more += 1;
                continue;
            }
            let Some(seller) = owner.get("party").and_then(Json::as_str) else { continue };
            out.push(Change {
                words: format!(
                    "{} sells its stake in {} to persons whom no list names",
                    named(seller),
                    name(party)
                ),
                paths: vec![format!("parties[{}].owners[{seller}]", id(party))],
                sets: Vec::new(),
                sale: Some((id(party).to_owned(), n)),
            });
        }
    }
    (out, more)
}

fn sell(tree: &mut Json, party: &str, place: usize) -> bool {
    let Some(list) = tree.get_mut("parties").and_then(Json::as_array_mut) else { return false };
    let sold = list
        .iter_mut()
        .find(|p| id(p) == party)
        .and_then(|p| p.get_mut("owners")?.get_mut(place)?.as_object_mut());
    let Some(sold) = sold else { return false };
    sold.insert("party".to_owned(), json!(BUYER));
    if !list.iter().any(|p| id(p) == BUYER) {
        list.push(json!({
            "id": BUYER, "name": "the buyer of the stake", "kind": "individual", "roles": ["owner"],
            "listings": "none"
        }));
    }
    true
}
