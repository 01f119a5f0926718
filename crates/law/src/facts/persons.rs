//! What hangs on persons and places: whose nationality a release goes to, where partners sit, what the actor owns.

use std::collections::BTreeSet;
use std::sync::Arc;

use countersign_model::Date;
use serde_json::Value as Json;

use super::below;
use super::given::{day, fact, list, word};
use super::project::{Node, Projector};
use crate::eval::{Deps, Fact, Record, Value};
use crate::pack::Law;

/// A release to a foreign national inside the United States is an export to the person's country (15 CFR 734.13(b)):
/// where the case gives the United States as destination, the nationality of the end user stands in its place.
pub(super) fn deemed_destination(law: &Law, projector: &Projector<'_>, case: &Json, context: &mut Record) {
    let deemed = case.pointer("/transfer/deemed_export").and_then(Json::as_str) == Some("yes");
    if !deemed || word(case, "destination") != Some("US") {
        return;
    }
    let users = list(case, "parties").iter().filter(|p| {
        word(p, "kind") == Some("individual")
            && list(p, "roles").iter().any(|r| r.as_str() == Some("end_user"))
    });
    let (mut codes, mut open) = (Vec::new(), Deps::new());
    for user in users {
        let nationalities = list(user, "nationalities");
        if nationalities.is_empty() {
            let id = word(user, "id").unwrap_or_default();
            open.insert(Arc::from(format!("parties[{id}].nationalities")));
        }
        codes.extend(nationalities.iter().filter_map(Json::as_str).filter(|c| *c != "US"));
    }
    let path: Arc<str> = Arc::from("destination");
    let (Some(first), true) = (codes.first(), open.is_empty()) else {
        if !open.is_empty() {
            let names: Vec<&str> = open.iter().map(AsRef::as_ref).collect();
            context.insert(path.clone(), Fact { value: Value::unknown(&names.join(", ")), path });
        }
        return;
    };
    // of several nationalities each counts: the groups and the marks of all of them
    let mut record = match projector.country(first, &path) {
        Value::Record(record) => (*record).clone(),
        _ => return,
    };
    let groups = codes.iter().flat_map(|c| law.tables.groups(c, projector.as_of));
    let place = format!("nationality of the end user ({})", codes.join(", "));
    record.insert(Arc::from("groups"), fact(Value::set(groups), &place));
    let marks: Option<Vec<_>> = codes.iter().map(|c| law.tables.chart(c)).collect();
    let marks = marks.map_or(Value::Unknown(Deps::new()), |m| Value::set(m.into_iter().flatten()));
    record.insert(Arc::from("chart"), fact(marks, &place));
    context.insert(path.clone(), Fact { value: Value::Record(Arc::new(record)), path });
}

/// What a body is, and who owns it, is nothing to be found out of the person to whom technology or source code is released
/// (a deemed export goes to a foreign national, 15 CFR 734.13(a)(2)); what a case says of that person all the same counts.
pub(super) fn released_to_person(case: &Json, party: &Json, prefix: &str, attrs: &mut Record) {
    let deemed = case.pointer("/transfer/deemed_export").and_then(Json::as_str) == Some("yes");
    if !deemed || word(party, "kind") != Some("individual") {
        return;
    }
    let nothing = [
        ("body", Value::set::<_, &str>([])),
        ("state_owned_percent", Value::Decimal(countersign_model::Share::zero(), Deps::new())),
        ("state_appoints_board_majority", Value::Bool(false)),
    ];
    for (name, value) in nothing {
        if party.get(name).is_none() {
            attrs.insert(Arc::from(name), fact(value, &below(prefix, name)));
        }
    }
}

/// The country groups of a person's nationalities; a body has none.
pub(super) fn national_groups(projector: &Projector<'_>, party: &Json, prefix: &str) -> Fact {
    let path = below(prefix, "nationalities");
    let value = match Node::of(party.get("nationalities")) {
        _ if word(party, "kind") != Some("individual") => Value::set::<_, &str>([]),
        Node::Open => Value::unknown(&path),
        _ => {
            let codes = list(party, "nationalities").iter().filter_map(Json::as_str);
            Value::set(codes.flat_map(|c| projector.tables.groups(c, projector.as_of)))
        }
    };
    Fact { value, path }
}

/// Where the owners that no list names are at home: their seats, and the groups of these (a joint venture's partners).
pub(super) fn partner_places(projector: &Projector<'_>, case: &Json, party: &Json, prefix: &str) -> Fact {
    let path = below(prefix, "owners");
    if matches!(Node::of(party.get("owners")), Node::Open) && word(party, "kind") != Some("individual") {
        return Fact { value: Value::unknown(&path), path };
    }
    let (mut places, mut deps) = (BTreeSet::new(), Deps::new());
    for owner in list(party, "owners") {
        let holds = day(owner, "from").is_none_or(|d| d <= projector.as_of)
            && day(owner, "to").is_none_or(|d| projector.as_of <= d);
        let id = word(owner, "party").unwrap_or_default();
        let Some(found) = list(case, "parties").iter().find(|p| word(p, "id") == Some(id)) else { continue };
        match Node::of(found.get("listings")) {
            // a person has no headquarters
            _ if !holds || word(found, "kind") == Some("individual") => continue,
            Node::Given(_) => continue,
            Node::Open => {
                deps.insert(Arc::from(format!("parties[{id}].listings")));
                continue;
            }
            Node::Nothing => {}
        }
        match word(found, "headquarters").or_else(|| word(found, "country")).filter(|c| *c != "unknown") {
            Some(code) => {
                places.insert(Arc::<str>::from(code));
                places.extend(projector.tables.groups(code, projector.as_of).into_iter().map(Arc::from));
            }
            None => {
                deps.insert(Arc::from(format!("parties[{id}].country")));
            }
        }
    }
    let places = Arc::new(places);
    let value = if deps.is_empty() { Value::Set(places) } else { Value::SetAtLeast(places, deps) };
    Fact { value, path }
}

/// The percent that the actor holds directly, as of the date.
pub(super) fn owned_by(party: &Json, actor: &str, as_of: Date) -> countersign_model::Share {
    let zero = countersign_model::Share::zero();
    list(party, "owners")
        .iter()
        .filter(|o| word(o, "party") == Some(actor))
        .filter(|o| day(o, "from").is_none_or(|d| d <= as_of) && day(o, "to").is_none_or(|d| as_of <= d))
        .filter_map(|o| o.get("percent").and_then(super::project::share))
        .fold(zero, |sum, held| countersign_model::Share {
            min: &sum.min + &held.min,
            max: &sum.max + &held.max,
        })
}
