//! What the actor recorded: general authorisations, national law, red flags, pledges, procurement, the day of dispatch.

use std::sync::Arc;

use countersign_model::{Date, parse_date};
use serde_json::Value as Json;

use super::given::{day, fact, list, word};
use super::project::Node;
use super::span::{days_between, months_between};
use crate::eval::{Deps, Fact, Record, Value};

/// The sets of general authorisations relied on, registered, reported under.
pub(super) fn authorisations(case: &Json, context: &mut Record) {
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
pub(super) fn national_law(case: &Json, actor: &str, context: &mut Record) {
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
    // in force or not, and with what effect, has to be told; what is not told settles nothing
    let told = |n: &Json| match word(n, "in_force") {
        Some("no") => true,
        Some("yes") => !matches!(word(n, "effect"), None | Some("unknown")),
        _ => false,
    };
    let open = own().filter(|n| !told(n)).filter_map(|n| word(n, "provision"));
    let mut record = Record::new();
    record.insert(Arc::from("open"), fact(Value::set(open), "national_law"));
    let none = word(case, "national_law") == Some("none");
    let checked = none || own().next().is_some();
    record.insert(Arc::from("checked"), fact(Value::Bool(checked), "national_law"));
    let others = list(case, "national_law").iter().filter(|n| {
        word(n, "state") != Some(state)
            && word(n, "in_force") != Some("no")
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

pub(super) fn flags_and_commitments(case: &Json, actor: &str, as_of: Date, context: &mut Record) {
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
    let told = match Node::of(flags) {
        Node::Open => Value::unknown(path),
        Node::Nothing | Node::Given(_) => Value::Bool(true),
    };
    context.insert(Arc::from("flags_told"), fact(told, path));
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
pub(super) fn procurement(case: &Json, as_of: Date, known_at: Date, context: &mut Record) {
    let days = days_between(as_of, known_at);
    context.insert(Arc::from("days_since_act"), fact(Value::Long(days), "known_at"));
    let answers = case.pointer("/procurement/vendor_answers").and_then(Json::as_object);
    let yes = answers.map(|map| {
        let sound =
            // how many customers were refused is a number: one at least is a yes
            |v: &Json| {
                let counted = v.get("answer").and_then(Json::as_i64).is_some_and(|n| n > 0);
                (counted || word(v, "answer") == Some("yes")) && matches!(word(v, "tier"), Some("E1" | "E2"))
            };
        Value::set(map.iter().filter(|(_, v)| sound(v)).map(|(k, _)| k.as_str()))
    });
    let path = "procurement.vendor_answers";
    extend(context, &["procurement"], "vendor_yes_e2", yes.unwrap_or_else(|| Value::unknown(path)), path);
    let published = case.pointer("/procurement/publication").and_then(|p| day(p, "published_on"));
    let path = "procurement.publication.published_on";
    let days = published.map(|d| Value::Long(days_between(as_of, d)));
    extend(
        context,
        &["procurement", "publication"],
        "days",
        days.unwrap_or_else(|| Value::unknown(path)),
        path,
    );
    let waiver = case.pointer("/eo14093/waiver");
    let span = waiver.and_then(|w| Some((day(w, "from")?, day(w, "to")?)));
    let months = span.and_then(|(from, to)| months_between(from, to)).map(Value::Long);
    let path = "eo14093.waiver.to";
    extend(context, &["eo14093", "waiver"], "months", months.unwrap_or_else(|| Value::unknown(path)), path);
    let noticed = case.pointer("/eo14093/certification").and_then(|c| day(c, "notice_on"));
    let path = "eo14093.certification.notice_on";
    let days = noticed.map(|d| Value::Long(days_between(d, as_of)));
    extend(
        context,
        &["eo14093", "certification"],
        "notice_days",
        days.unwrap_or_else(|| Value::unknown(path)),
        path,
    );
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
pub(super) fn dispatch(case: &Json, as_of: Date, context: &mut Record) {
    let path = "transfer.dispatched_on";
    let value = match case.pointer("/transfer/dispatched_on").and_then(Json::as_str) {
        None => Value::Date(as_of),
        Some(text) => parse_date(text).map_or_else(|_| Value::unknown(path), Value::Date),
    };
    extend(context, &["transfer"], "dispatched_on", value, path);
}
