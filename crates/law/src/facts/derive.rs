//! What the program computes from a case before any policy is read. Arithmetic and tables only; no judgement of law.
//!
//! Here: the order in which it is done. What the actor recorded is in [`super::recorded`], what hangs on persons and places
//! in [`super::persons`], listings in [`super::listing`], control-list entries in [`super::entry`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use countersign_model::Date;
use serde_json::Value as Json;

use super::given::{fact, list, word};
use super::project::{Node, Projector, interval};
use super::{EntityFacts, FactSet, assessment, below, entry, listing, persons, recorded};
use crate::eval::{Fact, Record, Value};
use crate::pack::{Law, Resource};

/// Every fact of a case on a day, as far as it could be known on `known_at`.
pub(crate) fn gather(law: &Law, case: &Json, as_of: Date, known_at: Date) -> FactSet {
    let projector = Projector::new(&law.tables, as_of);
    let mut set = FactSet {
        entities: vec![EntityFacts {
            kind: Resource::Case,
            id: "case".to_owned(),
            label: "the act".to_owned(),
            attrs: Record::new(),
            party: None,
            notice: None,
        }],
        context: act(law, &projector, case, known_at),
        principal: 0,
        parties: BTreeMap::new(),
        unknown_codes: Vec::new(),
        unknown_countries: countries(case).into_iter().filter(|c| !law.tables.knows_country(c)).collect(),
    };
    let actor = word(case, "actor").unwrap_or_default();
    for given in list(case, "parties") {
        let id = word(given, "id").unwrap_or_default();
        let prefix = format!("parties[{id}]");
        let attrs = party(law, &projector, case, given, &prefix);
        let index = set.entities.len();
        let label = word(given, "name").unwrap_or(id);
        if id == actor {
            set.principal = index;
        }
        set.parties.insert(id.to_owned(), index);
        set.entities.push(EntityFacts {
            kind: Resource::Party,
            id: id.to_owned(),
            label: label.to_owned(),
            attrs,
            party: None,
            notice: None,
        });
        let party = listing::Party { given, prefix: &prefix, index, id, label };
        listing::gather(law, &projector, party, case.get("item"), &mut set);
    }
    entry::gather(law, case, as_of, &mut set);
    assessment::gather(law, &projector, case, known_at, &mut set);
    set
}

/// The act itself: its days, what the actor recorded of it, and where it goes.
fn act(law: &Law, projector: &Projector<'_>, case: &Json, known_at: Date) -> Record {
    let as_of = projector.as_of;
    let actor = word(case, "actor").unwrap_or_default();
    let mut context = projector.context(law, case);
    let mut put = |name: &str, value: Value| {
        context.insert(Arc::from(name), fact(value, name));
    };
    put("as_of", Value::Date(as_of));
    put("known_at", Value::Date(known_at));
    put("intent", Value::str(word(case, "intent").unwrap_or("act")));
    if case.get("gate").is_none() {
        // a choice with a default, not a fact about the world: not opted in
        let none = fact(Value::set::<_, &str>([]), "gate.opted_in");
        put("gate", Value::Record(Arc::new(Record::from([(Arc::from("opted_in"), none)]))));
    }
    recorded::dispatch(case, as_of, &mut context);
    persons::deemed_destination(law, projector, case, &mut context);
    recorded::authorisations(case, &mut context);
    recorded::national_law(case, actor, &mut context);
    recorded::flags_and_commitments(case, actor, as_of, &mut context);
    recorded::procurement(case, as_of, known_at, &mut context);
    context
}

/// One party, without its listings.
fn party(law: &Law, projector: &Projector<'_>, case: &Json, party: &Json, prefix: &str) -> Record {
    let actor = word(case, "actor").unwrap_or_default();
    let attributes = law.schema.entities.get("Party").map(Vec::as_slice).unwrap_or_default();
    let mut attrs = projector.record(attributes, Node::Given(party), prefix);
    persons::released_to_person(case, party, prefix, &mut attrs);
    let seat = match word(party, "headquarters") {
        Some(code) if code != "unknown" => projector.country(code, &below(prefix, "headquarters")),
        _ => attrs.get("country").map_or(Value::Absent, |f| f.value.clone()),
    };
    attrs.insert(Arc::from("seat"), Fact { value: seat, path: below(prefix, "country") });
    let owners = below(prefix, "owners");
    let owned = match Node::of(party.get("owners")) {
        Node::Open => Value::unknown(&owners),
        _ => interval(persons::owned_by(party, actor, projector.as_of), &owners),
    };
    attrs.insert(Arc::from("owned_by_actor"), Fact { value: owned, path: owners });
    attrs.insert(Arc::from("national_groups"), persons::national_groups(projector, party, prefix));
    attrs.insert(Arc::from("partner_places"), persons::partner_places(projector, case, party, prefix));
    attrs
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
