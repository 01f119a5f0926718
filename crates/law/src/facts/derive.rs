//! What the program computes from a case before any policy is read. Arithmetic and tables only; no judgement of law.
//!
//! Here: the order in which it is done. What the actor recorded is in [`super::recorded`], what hangs on persons and places
//! in [`super::persons`], listings in [`super::listing`], control-list entries in [`super::entry`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use countersign_model::Date;
use serde_json::Value as Json;

use super::given::{list, word};
use super::project::{Node, Projector};
use super::{EntityFacts, FactSet, assessment, below, entry, listing, persons, recorded};
use crate::eval::{Fact, Record, Value};
use crate::pack::{Law, Resource};

/// Every fact of a case on a day, as far as it could be known on `known_at`.
pub(crate) fn gather(law: &Law, case: &Json, as_of: Date, known_at: Date) -> FactSet {
    let projector = Projector::new(&law.tables, as_of);
    let mut context = projector.context(law, case);
    let actor = word(case, "actor").unwrap_or_default();
    let mut set = FactSet {
        entities: vec![EntityFacts {
            kind: Resource::Case,
            id: "case".to_owned(),
            label: "the act".to_owned(),
            attrs: Record::new(),
            party: None,
            notice: None,
        }],
        context: Record::new(),
        principal: 0,
        parties: BTreeMap::new(),
        unknown_codes: Vec::new(),
        unknown_countries: countries(case).into_iter().filter(|c| !law.tables.knows_country(c)).collect(),
    };
    context.insert(Arc::from("as_of"), Fact { value: Value::Date(as_of), path: Arc::from("as_of") });
    context.insert(Arc::from("known_at"), Fact { value: Value::Date(known_at), path: Arc::from("known_at") });
    let intent = word(case, "intent").unwrap_or("act");
    context.insert(Arc::from("intent"), Fact { value: Value::str(intent), path: Arc::from("intent") });
    if case.get("gate").is_none() {
        // a choice with a default, not a fact about the world: not opted in
        let gate = Record::from([(
            Arc::from("opted_in"),
            Fact { value: Value::set::<_, &str>([]), path: Arc::from("gate.opted_in") },
        )]);
        context.insert(
            Arc::from("gate"),
            Fact { value: Value::Record(Arc::new(gate)), path: Arc::from("gate") },
        );
    }
    recorded::dispatch(case, as_of, &mut context);
    persons::deemed_destination(law, &projector, case, &mut context);
    recorded::authorisations(case, &mut context);
    recorded::national_law(case, actor, &mut context);
    recorded::flags_and_commitments(case, actor, as_of, &mut context);
    recorded::procurement(case, as_of, known_at, &mut context);
    set.context = context;

    let items = case.get("item");
    for party in list(case, "parties") {
        let id = word(party, "id").unwrap_or_default().to_owned();
        let prefix = format!("parties[{id}]");
        let attributes = law.schema.entities.get("Party").map(Vec::as_slice).unwrap_or_default();
        let mut attrs = projector.record(attributes, Node::Given(party), &prefix);
        persons::released_to_person(case, party, &prefix, &mut attrs);
        let seat = match word(party, "headquarters") {
            Some(code) if code != "unknown" => projector.country(code, &below(&prefix, "headquarters")),
            _ => attrs.get("country").map_or(Value::Absent, |f| f.value.clone()),
        };
        attrs.insert(Arc::from("seat"), Fact { value: seat, path: below(&prefix, "country") });
        let owned =
            super::project::interval(persons::owned_by(party, actor, as_of), &below(&prefix, "owners"));
        let owned = if matches!(Node::of(party.get("owners")), Node::Open) {
            Value::unknown(&below(&prefix, "owners"))
        } else {
            owned
        };
        attrs.insert(Arc::from("owned_by_actor"), Fact { value: owned, path: below(&prefix, "owners") });
        attrs.insert(Arc::from("national_groups"), persons::national_groups(&projector, party, &prefix));
        attrs.insert(Arc::from("partner_places"), persons::partner_places(&projector, case, party, &prefix));
        let index = set.entities.len();
        let label = word(party, "name").unwrap_or(&id).to_owned();
        if id == actor {
            set.principal = index;
        }
        set.parties.insert(id.clone(), index);
        set.entities.push(EntityFacts {
            kind: Resource::Party,
            id: id.clone(),
            label: label.clone(),
            attrs,
            party: None,
            notice: None,
        });
        listing::gather(law, &projector, party, &prefix, index, &id, &label, items, &mut set);
    }
    entry::gather(law, case, as_of, &mut set);
    assessment::gather(law, &projector, case, known_at, &mut set);
    set
}

/// The countries that a case names, wherever they decide.
fn countries(case: &Json) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut take = |value: Option<&Json>| {
        if let Some(code) = value.and_then(Json::as_str).filter(|c| *c != "unknown") {
            found.insert(code.to_owned());
        }
    };
    take(case.get("destination"));
    take(case.pointer("/item/origin"));
    take(case.pointer("/item/located_in"));
    take(case.pointer("/transfer/from"));
    for party in list(case, "parties") {
        take(party.get("country"));
        take(party.get("headquarters"));
    }
    found
}
