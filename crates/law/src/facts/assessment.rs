//! Assessments of a case: dates turned into months, scope compared with the case, the newest state as logged.

use std::collections::BTreeSet;
use std::sync::Arc;

use countersign_assessments::{Judged, Side, Stop};
use countersign_case::{judge_given, question_set};
use countersign_model::{Date, Percent, Share};
use serde_json::Value as Json;

use super::given::{day, fact, list, word};
use super::project::{Node, Projector, interval};
use super::span::{days_between, months_between};
use super::{EntityFacts, FactSet, independence};
use crate::eval::{Deps, Fact, Record, Value};
use crate::pack::{FactType, Law, Resource};

/// Adds every assessment of the case.
pub(super) fn gather(law: &Law, projector: &Projector<'_>, case: &Json, known_at: Date, set: &mut FactSet) {
    let attributes = law.schema.entities.get("Assessment").map(Vec::as_slice).unwrap_or_default();
    for entry in list(case, "assessments") {
        let id = word(entry, "id").unwrap_or_default().to_owned();
        let prefix = format!("assessments[{id}]");
        let one = One { entry, prefix: &prefix, as_of: projector.as_of };
        let mut attrs = projector.record(attributes, Node::Given(entry), &prefix);
        one.logged(known_at, &mut attrs);
        let differs = scope_differs(case, entry, &prefix);
        attrs.insert(Arc::from("scope_differs"), fact(differs, &one.at("scope")));
        // computed fields inside projected records
        one.independence(case, &mut attrs);
        one.redaction(law, &mut attrs);
        one.rule_of_law(&mut attrs);
        if entry.pointer("/publication/urgent_reason_published").is_none() {
            let no = [("urgent_reason_published", Value::Bool(false))];
            extend(&mut attrs, "publication", no, &one.at("publication.urgent_reason_published"));
        }
        answers(case, entry, one.as_of, &mut attrs, &one.at("answers"));
        let label = format!("assessment {id}");
        set.entities.push(EntityFacts {
            kind: Resource::Assessment,
            id,
            label,
            attrs,
            party: None,
            notice: None,
        });
    }
    debug_assert!(
        attributes.iter().any(|a| matches!(a.of, FactType::Record(_))),
        "the schema has assessments"
    );
}

/// One assessment, as the case gives it.
struct One<'a> {
    entry: &'a Json,
    /// Where it stands: `assessments[id]`.
    prefix: &'a str,
    as_of: Date,
}

impl One<'_> {
    fn at(&self, key: &str) -> String {
        format!("{}.{key}", self.prefix)
    }

    fn unknown(&self, key: &str) -> Value {
        Value::unknown(&self.at(key))
    }

    /// When it was logged, and what was logged about it since.
    fn logged(&self, known_at: Date, attrs: &mut Record) {
        let (entry, as_of) = (self.entry, self.as_of);
        let mut put = |name: &str, value: Value, key: &str| {
            attrs.insert(Arc::from(name), fact(value, &self.at(key)));
        };
        let logged = day(entry, "logged_at");
        let unknown = || self.unknown("logged_at");
        let in_time = logged.map_or_else(unknown, |d| Value::Bool(d <= as_of && d <= known_at));
        put("logged_in_time", in_time, "logged_at");
        let months = logged.and_then(|d| months_between(d, as_of));
        put("months_since_logged", months.map_or_else(unknown, Value::Long), "logged_at");
        let draft = match (day(entry, "draft_logged_at"), logged) {
            (Some(draft), Some(last)) => Value::Long(days_between(draft, last)),
            (None, _) => self.unknown("draft_logged_at"),
            (_, None) => unknown(),
        };
        put("draft_days", draft, "draft_logged_at");
        let (state, reason, live) = state(entry, known_at, &self.at("status_events"));
        put("state", state, "status_events");
        put("state_reason", reason, "status_events");
        put("went_live", live, "status_events");
    }

    /// The two shares of the fees, and what the owners in the case contradict.
    fn independence(&self, case: &Json, attrs: &mut Record) {
        let independence = self.entry.get("independence");
        let fees = independence.map(|i| list(i, "fee_share")).unwrap_or_default();
        let path = self.at("independence.fee_share");
        let fee = |n: usize| -> Value {
            let percent = fees.get(n).and_then(Json::as_str).and_then(|t| t.parse::<Percent>().ok());
            percent.map_or_else(|| Value::unknown(&path), |p| interval(Share::exactly(p), &path))
        };
        let shares = [("fee_share_older", fee(0)), ("fee_share_newer", fee(1))];
        extend(attrs, "independence", shares, &path);
        let contradicted = independence::contradicted(case, self.entry, self.as_of);
        for (key, rules) in [("failed", contradicted.failed), ("incomplete", contradicted.incomplete)] {
            if rules.is_empty() {
                continue;
            }
            let said = independence.map(|i| list(i, key)).unwrap_or_default();
            let all = said.iter().filter_map(Json::as_str).chain(rules);
            extend(attrs, "independence", [(key, Value::set(all))], "parties[].owners");
        }
    }

    /// What is withheld that never may be, and what should have been looked at again.
    fn redaction(&self, law: &Law, attrs: &mut Record) {
        let withheld = self.entry.pointer("/redaction/withheld");
        let open = matches!(Node::of(withheld), Node::Open);
        let paths = |keep: &dyn Fn(&Json) -> bool| -> Value {
            if open {
                return self.unknown("redaction.withheld");
            }
            let all = withheld.and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
            Value::set(all.iter().filter(|w| keep(w)).filter_map(|w| word(w, "path")))
        };
        let never = |w: &Json| {
            let path = word(w, "path").unwrap_or_default();
            // the pattern names whole segments, wherever in the path they stand (`scope/end_user`)
            let framed = format!("/{path}/");
            law.tables.never_redact.iter().any(|n| framed.contains(&format!("/{n}/")))
        };
        let overdue = |w: &Json| day(w, "review_date").is_some_and(|d| d < self.as_of);
        let found = [("withheld_never", paths(&never)), ("review_overdue", paths(&overdue))];
        extend(attrs, "redaction", found, &self.at("redaction.withheld"));
    }

    /// Whether the rule of law was investigated, and how old that is.
    fn rule_of_law(&self, attrs: &mut Record) {
        let section = self.entry.get("rule_of_law");
        let given = match Node::of(section) {
            Node::Given(_) => Value::Bool(true),
            Node::Nothing => Value::Bool(false),
            Node::Open => self.unknown("rule_of_law"),
        };
        // an investigation that is dated after the act was not there for it: which one was is not known
        let dated = section.and_then(|s| day(s, "dated")).filter(|dated| *dated <= self.as_of);
        let age = dated.and_then(|d| months_between(d, self.as_of));
        let age = age.map_or_else(|| self.unknown("rule_of_law.dated"), Value::Long);
        extend(attrs, "rule_of_law", [("given", given), ("months_old", age)], &self.at("rule_of_law"));
        // an exception for tier T4 is a record; where none is there, none was made
        if section.is_some_and(|s| s.get("t4_exception").is_none()) {
            let none = [("t4_exception", Value::Bool(false))];
            extend(attrs, "rule_of_law", none, &self.at("rule_of_law.t4_exception"));
        }
    }
}

/// The three lists of `answers`: as recorded, and what the answers given say under the question set. Where the lists are
/// left out, the questionnaire is in the file: a stop question that nobody answered is unknown.
fn answers(case: &Json, entry: &Json, as_of: Date, attrs: &mut Record, path: &str) {
    let given = entry.pointer("/answers/given").and_then(Json::as_object);
    let (Some(given), Some(set)) = (given, question_set()) else { return };
    let judged = judge_given(given, as_of);
    let side = match (word(entry, "stage"), word(case, "action")) {
        (Some("D"), _) => Side::Develop,
        (_, Some("procure")) => Side::Procure,
        _ => Side::Sell,
    };
    let unanswered = set
        .questions()
        .filter(|q| q.is_asked_of(side) && q.stop.is_some() && !given.contains_key(&q.id))
        .map(|q| q.id.as_str());
    let recorded = |key: &str| entry.pointer(&format!("/answers/{key}")).is_some();
    let found = |keep: &dyn Fn(&Judged) -> bool| -> Vec<&str> {
        judged.iter().filter(|(_, j)| keep(j)).map(|(q, _)| q.id.as_str()).collect()
    };
    let unknown = found(&|j| matches!(j.stop, Stop::Unknown | Stop::HangsOn(_)));
    for (key, ids) in [
        ("stop", found(&|j| j.stop == Stop::Yes)),
        ("unknown_stop", unknown.into_iter().chain(unanswered).collect()),
        ("unmitigated_red_flags", found(&|j| j.red_flag && !j.mitigated)),
    ] {
        if !recorded(key) {
            extend(attrs, "answers", [(key, Value::set(ids))], &format!("{path}.given"));
        }
    }
}

/// Adds computed fields to a projected record.
fn extend<const N: usize>(attrs: &mut Record, name: &str, fields: [(&str, Value); N], path: &str) {
    let mut record = match attrs.get(name).map(|f| &f.value) {
        Some(Value::Record(record)) => (**record).clone(),
        _ => Record::new(),
    };
    for (field, value) in fields {
        record.insert(Arc::from(field), Fact { value, path: Arc::from(path) });
    }
    attrs.insert(Arc::from(name), Fact { value: Value::Record(Arc::new(record)), path: Arc::from(path) });
}

/// The last state logged by `known_at`, its reason where that is a rule, and whether the entry went live.
fn state(entry: &Json, known_at: Date, path: &str) -> (Value, Value, Value) {
    if matches!(Node::of(entry.get("status_events")), Node::Open) {
        return (Value::unknown(path), Value::Absent, Value::unknown(path));
    }
    let mut events: Vec<(Date, &str, &str)> = list(entry, "status_events")
        .iter()
        .filter_map(|e| Some((day(e, "log_time")?, word(e, "event")?, word(e, "reason").unwrap_or_default())))
        .filter(|(logged, ..)| *logged <= known_at)
        .collect();
    // by log time; of several on one day the last in the file counts
    events.sort_by_key(|(logged, ..)| *logged);
    let live = events.iter().any(|(_, event, _)| *event == "live");
    let (event, reason) = events.last().map_or(("none", ""), |(_, event, reason)| (*event, *reason));
    let reason = if reason.starts_with("REV-") { Value::str(reason) } else { Value::Absent };
    (Value::str(event), reason, Value::Bool(live))
}

/// Which parts of the assessment's scope differ from the case.
fn scope_differs(case: &Json, entry: &Json, prefix: &str) -> Value {
    let scope = entry.get("scope");
    let mut differs = Vec::new();
    let mut deps = Deps::new();
    let mut check =
        |name: &'static str, mine: Option<String>, theirs: Option<String>, their_path: &str| match (
            mine, theirs,
        ) {
            (Some(a), Some(b)) if a == b => {}
            (Some(_), Some(_)) => differs.push(name),
            (None, _) => {
                deps.insert(Arc::from(format!("{prefix}.scope.{name}")));
            }
            (_, None) => {
                deps.insert(Arc::from(their_path));
            }
        };
    let text = |v: Option<&Json>| v.and_then(Json::as_str).filter(|s| *s != "unknown").map(str::to_owned);
    check(
        "version",
        text(scope.and_then(|s| s.get("version"))),
        text(case.pointer("/item/version")),
        "item.version",
    );
    if word(entry, "stage") == Some("S") {
        let with_role = |role: &str| -> Vec<String> {
            let mut ids: Vec<String> = list(case, "parties")
                .iter()
                .filter(|p| list(p, "roles").iter().any(|r| r.as_str() == Some(role)))
                .filter_map(|p| word(p, "id").map(str::to_owned))
                .collect();
            ids.sort();
            ids
        };
        let users = with_role("end_user");
        let mine = text(scope.and_then(|s| s.get("end_user")));
        // several end users: the assessment speaks of one, so it cannot equal the transaction
        let theirs = if users.is_empty() { None } else { Some(users.join(" ")) };
        check("end_user", mine, theirs, "parties");
        check(
            "destination",
            text(scope.and_then(|s| s.get("destination"))),
            text(case.get("destination")),
            "destination",
        );
        let joined = |value: Option<&Json>| match value {
            Some(Json::String(word)) if word == "none" => Some(String::new()),
            Some(Json::Array(ids)) => {
                let mut ids: Vec<&str> = ids.iter().filter_map(Json::as_str).collect();
                ids.sort_unstable();
                Some(ids.join(" "))
            }
            _ => None,
        };
        check(
            "intermediaries",
            joined(scope.and_then(|s| s.get("intermediaries"))),
            Some(between(case)),
            "parties",
        );
    }
    if differs.is_empty() && !deps.is_empty() { Value::Unknown(deps) } else { Value::set(differs) }
}

/// Whoever stands between the seller and the end user: a reseller buys for somebody else.
fn between(case: &Json) -> String {
    let between: BTreeSet<String> = list(case, "parties")
        .iter()
        .filter(|party| {
            let has = |role: &str| list(party, "roles").iter().any(|r| r.as_str() == Some(role));
            let sells = ["exporter", "supplier", "developer", "vendor"].into_iter().any(has)
                || word(party, "id") == word(case, "actor");
            !sells
                && (has("intermediate_consignee") || has("broker") || (has("purchaser") && !has("end_user")))
        })
        .filter_map(|party| word(party, "id").map(str::to_owned))
        .collect();
    between.into_iter().collect::<Vec<_>>().join(" ")
}
