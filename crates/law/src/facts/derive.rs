//! What the program computes from a case before any policy is read: roles to entities, listings as of the date,
//! control-list entries with their reasons, licences' dates. Arithmetic and tables only; no judgement of law.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use countersign_model::{Date, ReviewPolicy, parse_date};
use serde_json::Value as Json;

use super::assessment;
use super::holdings::{day, word};
use super::project::{Node, Projector};
use super::{EntityFacts, FactSet, below};
use crate::eval::{Deps, Fact, Record, Value};
use crate::pack::{Law, Resource};

/// Every fact of a case on a day, as far as it could be known on `known_at`.
pub(crate) fn gather(law: &Law, case: &Json, as_of: Date, known_at: Date) -> FactSet {
    let projector = Projector { tables: &law.tables, as_of };
    let mut context = projector.record(&law.schema.context, Node::Given(case), "");
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
    dispatch(case, as_of, &mut context);
    deemed_destination(law, &projector, case, &mut context);
    authorisations(case, &mut context);
    national_law(case, actor, &mut context);
    flags_and_commitments(case, actor, as_of, &mut context);
    procurement(case, as_of, known_at, &mut context);
    set.context = context;

    let items = case.get("item");
    for party in list(case, "parties") {
        let id = word(party, "id").unwrap_or_default().to_owned();
        let prefix = format!("parties[{id}]");
        let attributes = law.schema.entities.get("Party").map(Vec::as_slice).unwrap_or_default();
        let mut attrs = projector.record(attributes, Node::Given(party), &prefix);
        released_to_person(case, party, &prefix, &mut attrs);
        let seat = match word(party, "headquarters") {
            Some(code) if code != "unknown" => projector.country(code, &below(&prefix, "headquarters")),
            _ => attrs.get("country").map_or(Value::Absent, |f| f.value.clone()),
        };
        attrs.insert(Arc::from("seat"), Fact { value: seat, path: below(&prefix, "country") });
        let owned = super::project::interval(owned_by(party, actor, as_of), &below(&prefix, "owners"));
        let owned = if matches!(Node::of(party.get("owners")), Node::Open) {
            Value::unknown(&below(&prefix, "owners"))
        } else {
            owned
        };
        attrs.insert(Arc::from("owned_by_actor"), Fact { value: owned, path: below(&prefix, "owners") });
        attrs.insert(Arc::from("national_groups"), national_groups(&projector, party, &prefix));
        attrs.insert(Arc::from("partner_places"), partner_places(&projector, case, party, &prefix));
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
        listings(law, &projector, party, &prefix, index, &id, &label, items, &mut set);
    }
    entries(law, case, as_of, &mut set);
    assessment::gather(law, &projector, case, known_at, &mut set);
    set
}

pub(super) fn list<'a>(value: &'a Json, key: &str) -> &'a [Json] {
    value.get(key).and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn fact(value: Value, path: &str) -> Fact {
    Fact { value, path: Arc::from(path) }
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

/// The sets of general authorisations relied on, registered, reported under.
fn authorisations(case: &Json, context: &mut Record) {
    let key = "general_authorisations";
    let entries = list(case, key);
    let ids = |field: Option<&str>| -> Value {
        let mut deps = Deps::new();
        let mut ids = Vec::new();
        for entry in entries {
            let rule = word(entry, "rule").unwrap_or_default();
            match field.map(|f| word(entry, f)) {
                None | Some(Some("yes")) => ids.push(rule),
                Some(Some("no")) => {}
                Some(_) => {
                    deps.insert(Arc::from(format!("{key}[{rule}].{}", field.unwrap_or_default())));
                }
            }
        }
        if deps.is_empty() { Value::set(ids) } else { Value::Unknown(deps) }
    };
    let open = matches!(Node::of(case.get(key)), Node::Open);
    for (name, field) in
        [("relied_on", None), ("registered", Some("registered")), ("reporting", Some("reporting"))]
    {
        let value = if open { Value::unknown(key) } else { ids(field) };
        context.insert(Arc::from(name), fact(value, key));
    }
}

/// What is recorded of the law of the actor's own state. Never a missing fact (case format, section 8).
fn national_law(case: &Json, actor: &str, context: &mut Record) {
    let state = list(case, "parties")
        .iter()
        .find(|p| word(p, "id") == Some(actor))
        .and_then(|p| word(p, "country"))
        .unwrap_or_default();
    let recorded = list(case, "national_law");
    if state.is_empty() && !recorded.is_empty() {
        // of which state the actor is decides which of these is its own law
        let path = format!("parties[{actor}].country");
        context.insert(Arc::from("national_law"), fact(Value::unknown(&path), &path));
        return;
    }
    let own = || recorded.iter().filter(|n| word(n, "state") == Some(state));
    let provisions = |effect: Option<&str>| {
        let chosen = own().filter(|n| match effect {
            None => true,
            Some(e) => word(n, "in_force") == Some("yes") && word(n, "effect") == Some(e),
        });
        Value::set(chosen.filter_map(|n| word(n, "provision")))
    };
    let mut record = Record::new();
    let none = word(case, "national_law") == Some("none");
    let checked = none || own().next().is_some();
    record.insert(Arc::from("checked"), fact(Value::Bool(checked), "national_law"));
    let others = list(case, "national_law").iter().filter(|n| {
        word(n, "state") != Some(state)
            && word(n, "in_force") == Some("yes")
            && word(n, "effect") != Some("none")
    });
    let elsewhere = Value::set(others.filter_map(|n| word(n, "provision")));
    record.insert(Arc::from("elsewhere"), fact(elsewhere, "national_law"));
    record.insert(Arc::from("recorded"), fact(provisions(None), "national_law"));
    for effect in ["notify_and_wait", "authorisation", "prohibition"] {
        record.insert(Arc::from(effect), fact(provisions(Some(effect)), "national_law"));
    }
    context.insert(Arc::from("national_law"), fact(Value::Record(Arc::new(record)), "national_law"));
}

fn flags_and_commitments(case: &Json, actor: &str, as_of: Date, context: &mut Record) {
    let path = "due_diligence.red_flags";
    let flags = case.pointer("/due_diligence/red_flags");
    let open = match Node::of(flags) {
        // red flags that nobody recorded: what a rule raises itself is raised all the same
        Node::Open | Node::Nothing => Value::set::<_, &str>([]),
        Node::Given(flags) => Value::set(
            flags
                .as_array()
                .map(Vec::as_slice)
                .unwrap_or_default()
                .iter()
                .filter(|f| word(f, "state") == Some("open"))
                .filter_map(|f| word(f, "rule")),
        ),
    };
    context.insert(Arc::from("open_flags"), fact(open, path));
    let transit = case.pointer("/transfer/transit_states").and_then(Json::as_array).map(Vec::as_slice);
    let transit = Value::set(transit.unwrap_or_default().iter().filter_map(Json::as_str));
    context.insert(Arc::from("transit_recorded"), fact(transit, "transfer.transit_states"));
    for (name, key) in [("deal_says", "deal"), ("item_says", "item")] {
        let map = case.get(key).and_then(Json::as_object);
        let says = map.into_iter().flatten().filter(|(_, v)| v.as_str() == Some("yes"));
        context.insert(Arc::from(name), fact(Value::set(says.map(|(k, _)| k.as_str())), key));
    }
    let relied = list(case, "general_authorisations").iter().filter(|a| word(a, "registered") == Some("yes"));
    let relied = Value::set(relied.filter_map(|a| word(a, "rule")));
    context.insert(Arc::from("recorded_reliance"), fact(relied, "general_authorisations"));

    let state = list(case, "parties")
        .iter()
        .find(|p| word(p, "id") == Some(actor))
        .and_then(|p| word(p, "country"))
        .unwrap_or_default();
    let pledged = match Node::of(case.get("pledges")) {
        Node::Open => Value::unknown("pledges"),
        _ => Value::set(
            list(case, "pledges")
                .iter()
                .filter(|p| word(p, "state") == Some(state))
                .filter(|p| {
                    day(p, "signed_on").is_none_or(|d| d <= as_of)
                        && day(p, "until").is_none_or(|d| as_of <= d)
                })
                .flat_map(|p| list(p, "rules"))
                .filter_map(Json::as_str),
        ),
    };
    context.insert(Arc::from("pledged"), fact(pledged, "pledges"));
    for (name, verdict) in [("commitments_met", "met"), ("commitments_breached", "breached")] {
        let recorded = case.get("commitment_facts").and_then(Json::as_object);
        let ids: Vec<&str> = recorded
            .map(|map| {
                map.iter().filter(|(_, v)| v.as_str() == Some(verdict)).map(|(k, _)| k.as_str()).collect()
            })
            .unwrap_or_default();
        context.insert(Arc::from(name), fact(Value::set(ids), "commitment_facts"));
    }
}

/// What a pledge of the buying state asks, and the length of a waiver.
fn procurement(case: &Json, as_of: Date, known_at: Date, context: &mut Record) {
    let days = assessment::days_between(as_of, known_at);
    context.insert(Arc::from("days_since_act"), fact(Value::Long(days), "known_at"));
    let answers = case.pointer("/procurement/vendor_answers").and_then(Json::as_object);
    let yes = answers.map(|map| {
        let sound =
            |v: &Json| word(v, "answer") == Some("yes") && matches!(word(v, "tier"), Some("E1" | "E2"));
        Value::set(map.iter().filter(|(_, v)| sound(v)).map(|(k, _)| k.as_str()))
    });
    let path = "procurement.vendor_answers";
    extend(context, &["procurement"], "vendor_yes_e2", yes.unwrap_or_else(|| Value::unknown(path)), path);
    let published = case.pointer("/procurement/publication").and_then(|p| day(p, "published_on"));
    let path = "procurement.publication.published_on";
    let days = published.map(|d| Value::Long(assessment::days_between(as_of, d)));
    extend(
        context,
        &["procurement", "publication"],
        "days",
        days.unwrap_or_else(|| Value::unknown(path)),
        path,
    );
    let waiver = case.pointer("/eo14093/waiver");
    let span = waiver.and_then(|w| Some((day(w, "from")?, day(w, "to")?)));
    let months = span.and_then(|(from, to)| assessment::months_between(from, to)).map(Value::Long);
    let path = "eo14093.waiver.to";
    extend(context, &["eo14093", "waiver"], "months", months.unwrap_or_else(|| Value::unknown(path)), path);
}

/// Adds a computed field to a projected record inside records.
fn extend(into: &mut Record, names: &[&str], field: &str, value: Value, path: &str) {
    let Some((first, rest)) = names.split_first() else {
        into.insert(Arc::from(field), fact(value, path));
        return;
    };
    let mut inner = match into.get(*first).map(|f| &f.value) {
        Some(Value::Record(record)) => (**record).clone(),
        _ => Record::new(),
    };
    extend(&mut inner, rest, field, value, path);
    let at = into.get(*first).map_or_else(|| Arc::from(*first), |f| f.path.clone());
    into.insert(Arc::from(*first), Fact { value: Value::Record(Arc::new(inner)), path: at });
}

/// The day on which the item went on its way: the day of the act where the case gives none (case format, section 1).
fn dispatch(case: &Json, as_of: Date, context: &mut Record) {
    let path = "transfer.dispatched_on";
    let value = match case.pointer("/transfer/dispatched_on").and_then(Json::as_str) {
        None => Value::Date(as_of),
        Some(text) => parse_date(text).map_or_else(|_| Value::unknown(path), Value::Date),
    };
    extend(context, &["transfer"], "dispatched_on", value, path);
}

/// A release to a foreign national inside the United States is an export to the person's country (15 CFR 734.13(b)):
/// where the case gives the United States as destination, the nationality of the end user stands in its place.
fn deemed_destination(law: &Law, projector: &Projector<'_>, case: &Json, context: &mut Record) {
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
fn released_to_person(case: &Json, party: &Json, prefix: &str, attrs: &mut Record) {
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
fn national_groups(projector: &Projector<'_>, party: &Json, prefix: &str) -> Fact {
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
fn partner_places(projector: &Projector<'_>, case: &Json, party: &Json, prefix: &str) -> Fact {
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
fn owned_by(party: &Json, actor: &str, as_of: Date) -> countersign_model::Share {
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

#[expect(clippy::too_many_arguments, reason = "one call site; the arguments are the parts of one party")]
fn listings(
    law: &Law,
    projector: &Projector<'_>,
    party: &Json,
    prefix: &str,
    index: usize,
    id: &str,
    label: &str,
    item: Option<&Json>,
    set: &mut FactSet,
) {
    let path = below(prefix, "listings");
    let attributes = law.schema.entities.get("Listing").map(Vec::as_slice).unwrap_or_default();
    let mut push = |mut attrs: Record, notice: Option<String>, label: String| {
        attrs.insert(Arc::from("party"), fact(Value::Entity(index), ""));
        set.entities.push(EntityFacts {
            kind: Resource::Listing,
            id: id.to_owned(),
            label,
            attrs,
            party: Some(index),
            notice,
        });
    };
    match Node::of(party.get("listings")) {
        Node::Nothing => {}
        Node::Open => {
            // nobody looked: every list is possible
            let mut attrs = Record::new();
            for attribute in attributes.iter().filter(|a| !a.defined && a.name.as_ref() != "party") {
                attrs.insert(attribute.name.clone(), fact(Value::unknown(&path), &path));
            }
            push(attrs, None, label.to_owned());
        }
        Node::Given(listings) => {
            for listing in listings.as_array().map(Vec::as_slice).unwrap_or_default() {
                let code = word(listing, "list").unwrap_or_default();
                let at = format!("{path}[{code}]");
                let mut attrs = projector.record(attributes, Node::Given(listing), &at);
                // absent details of a listing are no missing facts of the case: the entry has to be read
                // but a blocked person's programme decides which requirement follows, and the footnotes of an entity which
                // foreign products are subject to the EAR; nobody can tell either from the rest
                let detail = |name: &str, decides_on: &str| {
                    if code != decides_on {
                        return Value::set::<_, &str>([]);
                    }
                    match word(listing, "id") {
                        Some(id) => Value::unknown(&format!("{path}[{id}].{name}")),
                        None => Value::unknown(&path),
                    }
                };
                for (name, empty) in [
                    ("scope", Value::str("see_entry")),
                    ("programmes", detail("programmes", "SDN")),
                    ("footnotes", detail("footnotes", "EL")),
                ] {
                    if listing.get(name).is_none() {
                        attrs.insert(Arc::from(name), fact(empty, &at));
                    }
                }
                let as_of = projector.as_of;
                let in_force = day(listing, "from").is_none_or(|d| d <= as_of)
                    && day(listing, "to").is_none_or(|d| as_of <= d);
                let span = format!(
                    "{at} from {} to {}",
                    word(listing, "from").unwrap_or("unknown"),
                    word(listing, "to").unwrap_or("unknown")
                );
                attrs.insert(Arc::from("in_force"), fact(Value::Bool(in_force), &span));
                let days = match day(listing, "from") {
                    Some(from) => Value::Long(from.until(as_of).map_or(0, |span| i64::from(span.get_days()))),
                    // listed since a day that nobody recorded: longer than any waiting period
                    None => Value::Long(i64::from(i32::MAX)),
                };
                attrs.insert(Arc::from("days_listed"), fact(days, &span));
                let policy = review_policy(listing.get("review_policy"), item);
                let policy = policy.map_or(Value::Unknown(Deps::new()), |p| Value::str(p.as_str()));
                attrs.insert(Arc::from("review_policy"), fact(policy, &at));
                let notice = word(listing, "notice").map(str::to_owned);
                push(attrs, notice, label.to_owned());
            }
        }
    }
}

/// The policy of an entry for this item: one word, or the strictest of the selectors that name a code of it.
fn review_policy(policy: Option<&Json>, item: Option<&Json>) -> Option<ReviewPolicy> {
    let codes: BTreeSet<&str> =
        item.map(|i| list(i, "eccn")).unwrap_or_default().iter().filter_map(Json::as_str).collect();
    match policy? {
        Json::String(word) => ReviewPolicy::from_word(word),
        Json::Array(selectors) => {
            let named = |selector: &Json| {
                list(selector, "items").iter().filter_map(Json::as_str).any(|c| codes.contains(c))
            };
            let read = |s: &Json| word(s, "policy").and_then(ReviewPolicy::from_word);
            let by_word = |wanted: &str| {
                selectors.iter().filter(|s| word(s, "items") == Some(wanted)).filter_map(read).max()
            };
            let by_code = selectors.iter().filter(|s| named(s)).filter_map(read).max();
            by_code.or_else(|| by_word("other")).max(by_word("all"))
        }
        _ => None,
    }
}

/// The control-list entries that the case gives or examines.
fn entries(law: &Law, case: &Json, as_of: Date, set: &mut FactSet) {
    let Some(item) = case.get("item") else { return };
    let limbs = item.get("limbs").and_then(Json::as_object);
    // the code key of the regimes asked settles the gate list; the other may then be absent (section 10)
    let asked = |prefix: &str| match case.get("regimes").and_then(Json::as_array) {
        None => true,
        Some(names) => names.iter().filter_map(Json::as_str).any(|n| n.starts_with(prefix)),
    };
    for (key, name) in [("eccn", "CCL"), ("annex_codes", "AX1")] {
        let read = if name == "CCL" { asked("US") } else { asked("EU") || asked("UK") };
        let path = format!("item.{key}");
        let given: BTreeSet<String> =
            list(item, key).iter().filter_map(Json::as_str).map(str::to_owned).collect();
        let open = matches!(Node::of(item.get(key)), Node::Open);
        let mut codes = given.clone();
        codes.extend(limbs.into_iter().flatten().map(|(code, _)| code.clone()));
        if open && read {
            // an entry of which nothing is known: any code is possible
            let mut attrs = Record::new();
            attrs.insert(Arc::from("list"), fact(Value::str(name), ""));
            for unknown in ["code", "within", "meets", "limbs_not_met", "reasons", "columns"] {
                attrs.insert(Arc::from(unknown), fact(Value::unknown(&path), &path));
            }
            push_entry(set, name, "not classified", attrs);
        }
        for code in codes {
            let mut attrs = Record::new();
            let mut put = |name: &str, value: Value, path: &str| {
                attrs.insert(Arc::from(name), fact(value, path));
            };
            put("list", Value::str(name), "");
            put("code", Value::str(&code), &path);
            put("within", Value::set(within(&code)), &path);
            put("meets", Value::Bool(given.contains(&code)), &path);
            let limb_path = format!("item.limbs.{code}");
            let examined = limbs.and_then(|l| l.get(&code)).and_then(Json::as_object);
            let not_met: Vec<&str> = examined
                .into_iter()
                .flatten()
                .filter(|(_, v)| v.as_str() == Some("no"))
                .map(|(limb, _)| limb.as_str())
                // one of several alternatives is enough: all of them have to be missing
                .filter(|limb| {
                    let said = |other: &str| examined.and_then(|e| e.get(other)).and_then(Json::as_str);
                    law.tables.alternatives(&code, limb).iter().all(|other| said(other) == Some("no"))
                })
                .collect();
            let unsettled: Deps = examined
                .into_iter()
                .flatten()
                .filter(|(_, v)| v.as_str() == Some("unknown"))
                .filter(|(limb, _)| {
                    let met = |other: &&str| {
                        examined.and_then(|e| e.get(*other)).and_then(Json::as_str) == Some("yes")
                    };
                    !law.tables.alternatives(&code, limb).iter().any(met)
                })
                .map(|(limb, _)| Arc::from(format!("{limb_path}.{limb}")))
                .collect();
            let limbs_value = if not_met.is_empty() && !unsettled.is_empty() {
                Value::Unknown(unsettled)
            } else {
                Value::set(not_met)
            };
            put("limbs_not_met", limbs_value, &limb_path);
            let controls = law.tables.controls(&code, &given, as_of);
            if name == "CCL" && controls.is_none() && given.contains(&code) {
                set.unknown_codes.push(code.clone());
            }
            let (reasons, columns) = match (name, controls) {
                ("CCL", Some(c)) => (Value::set(c.reasons), Value::set(c.columns)),
                // the table has no such ECCN: its reasons cannot be told, and that is no "none"
                ("CCL", None) => (Value::Unknown(Deps::new()), Value::Unknown(Deps::new())),
                _ => (Value::set::<_, &str>([]), Value::set::<_, &str>([])),
            };
            put("reasons", reasons, "reasons for control (us-ear/tables/eccn.csv)");
            put("columns", columns, "columns of the Country Chart (us-ear/tables/eccn.csv)");
            push_entry(set, name, &code, attrs);
        }
    }
}

fn push_entry(set: &mut FactSet, list: &str, code: &str, attrs: Record) {
    let label = if list == "CCL" { format!("ECCN {code}") } else { format!("Annex I {code}") };
    set.entities.push(EntityFacts {
        kind: Resource::Entry,
        id: code.to_owned(),
        label,
        attrs,
        party: None,
        notice: None,
    });
}

/// `5A001.f.1` lies within `5A001`, `5A001.f` and itself.
pub(crate) fn within(code: &str) -> Vec<String> {
    let mut out = vec![code.to_owned()];
    let mut rest = code;
    while let Some((above, _)) = rest.rsplit_once('.') {
        out.push(above.to_owned());
        rest = above;
    }
    out
}
