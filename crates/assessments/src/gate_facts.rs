//! A logged assessment → the entry of a case's `assessments` (case format, section 9), on which the gate decides.

use countersign_model::{CountryCode, Date, Digest};
use serde_json::{Map, Value, json};

use crate::answer::Fact;
use crate::document::{Assessment, Stage};
use crate::evaluate::Evaluation;
use crate::impact::highest_residual;
use crate::life_cycle::Event;
use crate::lint::impact_gaps;
use crate::publication::{Gap, Logged, comment_days, open_conditions};
use crate::question_set::Tier;
use crate::redaction::RedactionReport;
use crate::rule::{Finding, Verdict};
use crate::rule_of_law::Section;

/// Everything about one logged assessment that the gate reads.
pub struct GateInput<'a> {
    /// The final text.
    pub document: &'a Assessment,
    /// Its answers, judged.
    pub evaluation: &'a Evaluation,
    /// Its independence.
    pub independence: &'a [Finding],
    /// Its publication.
    pub publication: &'a [Gap],
    /// What was logged.
    pub logged: &'a Logged<'a>,
    /// The checks of the public version; `None` = there is none.
    pub redaction: Option<&'a RedactionReport>,
    /// The root of the final text.
    pub root: Digest,
    /// The entry in the log was proven to be in it.
    pub inclusion_proven: bool,
    /// The events of its life.
    pub events: &'a [Event],
}

/// A party of the case, to which those of the assessment are matched by name and country.
pub struct CaseParty<'a> {
    /// Its id in the case.
    pub id: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Its country.
    pub country: Option<CountryCode>,
}

fn yn(fact: Fact) -> Value {
    json!(match fact {
        Fact::Yes => "yes",
        Fact::No => "no",
        Fact::Unknown => "unknown",
    })
}

/// A list, or `none`.
fn checked(ids: Vec<String>) -> Value {
    if ids.is_empty() { json!("none") } else { json!(ids) }
}

fn day(date: Option<Date>) -> Option<Value> {
    date.map(|d| json!(d.to_string()))
}

/// The entry for `case`, as of nothing: the gate reads dates itself. Parties that the case does not have keep an id
/// that no case has, so that the scope differs instead of being unknown.
pub fn gate_facts(input: &GateInput<'_>, parties: &[CaseParty<'_>]) -> Value {
    let document = input.document;
    let id_of = |party: &str| -> String {
        let Some(own) = document.party(party) else { return format!("not-in-this-case-{party}") };
        parties
            .iter()
            .find(|p| same_name(p.name, &own.name) && p.country.is_none_or(|c| c == own.country))
            .map_or_else(|| format!("not-in-this-case-{}", party.to_ascii_lowercase()), |p| p.id.to_owned())
    };
    let mut entry = Map::new();
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            entry.insert(key.to_owned(), value);
        }
    };
    put("id", Some(json!(document.id)));
    put("stage", Some(json!(if document.stage == Stage::D { "D" } else { "S" })));
    put("assessor", Some(json!(id_of(&document.assessor.party))));
    put("reviewer", Some(json!(id_of(&document.reviewer.party))));
    put("scope", Some(scope(document, id_of)));
    put("draft_logged_at", day(input.logged.draft));
    put("logged_at", day(input.logged.last));
    put("inclusion_proven", Some(json!(if input.inclusion_proven { "yes" } else { "no" })));
    put("publication", Some(publication(input)));
    put("independence", Some(independence(input)));
    put("redaction", redaction(input));
    put("rule_of_law", rule_of_law(input));
    put("answers", Some(answers(input.evaluation)));
    // a register with gaps does not show that the rest is within the limits; what it shows beyond them counts
    let whole = impact_gaps(document).is_empty();
    let residual =
        highest_residual(&document.impacts).filter(|(s, l)| whole || (s.get() == 5 && l.get() >= 3));
    put("residual", residual.map(|(s, l)| json!({ "severity": s.get(), "likelihood": l.get() })));
    if document.stage == Stage::S {
        let monitoring = document.monitoring.unwrap_or_default();
        put(
            "monitoring",
            Some(json!({
                "in_contract": yn(monitoring.in_contract),
                "kill_switch_in_contract": yn(monitoring.kill_switch_in_contract),
                "alive": yn(monitoring.alive),
            })),
        );
    }
    let conditions = document.conditions.as_ref().map(|_| checked(open_conditions(document).to_vec()));
    put("conditions", conditions);
    put("status_events", Some(status_events(input)));
    Value::Object(entry)
}

/// What the assessment is of: a version, and at a sale where it goes and to whom.
fn scope(document: &Assessment, id_of: impl Fn(&str) -> String) -> Value {
    let mut scope = Map::from_iter([("version".to_owned(), json!(document.product.version))]);
    if document.stage == Stage::S {
        let user = document.end_user.as_ref().map(|id| json!(id_of(id)));
        let destination = document.destination.map(|c| json!(c.as_str()));
        let between = document.intermediaries.as_ref();
        let between = between.map(|b| checked(b.members().iter().map(|id| id_of(id)).collect()));
        for (key, value) in [("end_user", user), ("destination", destination), ("intermediaries", between)] {
            scope.extend(value.map(|v| (key.to_owned(), v)));
        }
    }
    Value::Object(scope)
}

fn answers(evaluation: &Evaluation) -> Value {
    let ids = |ids: Vec<&str>| checked(ids.into_iter().map(str::to_owned).collect());
    let mut answers = Map::from_iter([
        ("stop".to_owned(), ids(evaluation.stop())),
        ("unknown_stop".to_owned(), ids(evaluation.unknown_stop())),
    ]);
    // a question that nobody answered in public may hide a red flag: which there are is not known then
    if evaluation.missing().is_empty() {
        answers.insert("unmitigated_red_flags".to_owned(), ids(evaluation.unmitigated_red_flags()));
    }
    Value::Object(answers)
}

fn status_events(input: &GateInput<'_>) -> Value {
    let events: Vec<Value> = input
        .events
        .iter()
        .map(|e| {
            let mut event = Map::from_iter([
                ("event".to_owned(), json!(e.event.word())),
                ("log_time".to_owned(), json!(e.log_time.0.to_string())),
            ]);
            event.extend(e.valid_time.map(|d| ("valid_time".to_owned(), json!(d.0.to_string()))));
            event.extend(e.reason.as_ref().map(|r| ("reason".to_owned(), json!(r))));
            Value::Object(event)
        })
        .collect();
    if events.is_empty() { json!("none") } else { json!(events) }
}

fn same_name(a: &str, b: &str) -> bool {
    let words = |text: &str| text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>();
    words(a) == words(b)
}

fn publication(input: &GateInput<'_>) -> Value {
    // PUB-01 follows from the days, which the gate reads itself
    let failed: Vec<String> =
        input.publication.iter().filter(|g| g.rule != "PUB-01" && g.failed).map(|g| g.rule.clone()).collect();
    // what is open is not known to hold: without a failure the list is left out, so that the gate is incomplete
    let open = input.publication.iter().any(|g| g.rule != "PUB-01" && !g.failed);
    let mut publication = Map::new();
    if !failed.is_empty() || !open {
        publication.insert("failed".to_owned(), checked(distinct(failed)));
    }
    publication
        .extend(comment_days(input.document, input.logged).map(|d| ("comment_days".to_owned(), json!(d))));
    let urgent = if input.document.urgent_reason.is_some() { "yes" } else { "no" };
    publication.insert("urgent_reason_published".into(), json!(urgent));
    Value::Object(publication)
}

fn distinct(mut rules: Vec<String>) -> Vec<String> {
    rules.sort();
    rules.dedup();
    rules
}

fn independence(input: &GateInput<'_>) -> Value {
    // IND-02 and IND-03 follow from the keys beside the lists where these say all there is to say
    let told = |f: &&Finding| {
        !((f.rule == "IND-03" && f.verdict == Verdict::Invalid)
            || (f.rule == "IND-02"
                && f.verdict == Verdict::NotIndependent
                && f.why.starts_with("the assessor was chosen")))
    };
    let rules = |of: &[Verdict]| {
        let found = input.independence.iter().filter(told).filter(|f| of.contains(&f.verdict));
        checked(distinct(found.map(|f| f.rule.clone()).collect()))
    };
    let failed = rules(&[Verdict::Invalid, Verdict::NotIndependent, Verdict::RosterUntrusted]);
    let incomplete = rules(&[Verdict::Incomplete, Verdict::PersonRemoved]);
    let mut years: Vec<_> = input.document.fees.group_share.iter().collect();
    years.sort_by_key(|y| y.year);
    let shares: Vec<String> = years.iter().rev().take(2).rev().map(|y| y.percent.0.to_string()).collect();
    let mut independence = Map::from_iter([
        ("selection".to_owned(), json!(input.document.selection.word())),
        ("failed".to_owned(), failed),
        ("incomplete".to_owned(), incomplete),
    ]);
    if shares.len() == 2 {
        independence.insert("fee_share".into(), json!(shares));
    }
    Value::Object(independence)
}

fn redaction(input: &GateInput<'_>) -> Option<Value> {
    let report = input.redaction?;
    let withheld: Vec<Value> = input
        .document
        .redactions
        .iter()
        .map(|r| {
            json!({
                "path": r.path,
                "class": format!("{:?}", r.class),
                "reason": r.reason,
                "review_date": r.review_date.0.to_string(),
            })
        })
        .collect();
    // RED-03 and RED-06 follow from the list of what is withheld
    let failed = report.failed.iter().map(|(rule, _)| rule.clone());
    let failed = failed.filter(|rule| rule != "RED-03" && rule != "RED-06").collect();
    let percent = report.withheld_ten_thousandths;
    Some(json!({
        "root_ok": if report.root_ok { "yes" } else { "no" },
        "withheld": if withheld.is_empty() { json!("none") } else { json!(withheld) },
        "withheld_percent": format!("{}.{:02}", percent / 100, percent % 100),
        "failed": checked(distinct(failed)),
    }))
}

fn rule_of_law(input: &GateInput<'_>) -> Option<Value> {
    if input.document.stage == Stage::D {
        return None;
    }
    let Some(section) = &input.document.rule_of_law else { return Some(json!("none")) };
    let reckoned = Section::of(section);
    let tiers: Vec<String> = reckoned.tiers.iter().map(|t| format!("{t:?}")).collect();
    let legal = input.document.answers.iter().filter(|(id, _)| id.starts_with("LF-"));
    let at_e2 = legal.clone().count() > 0 && legal.clone().all(|(_, a)| a.tier.satisfies(Tier::E2));
    let mut facts = Map::from_iter([
        ("sensitivity_printed".to_owned(), yn(section.sensitivity_printed)),
        ("lf_answers_at_e2".to_owned(), json!(if at_e2 { "yes" } else { "no" })),
    ]);
    // a value that contradicts the method leaves open what the others are worth
    if reckoned.faults.is_empty() {
        facts.insert("core_indices".into(), json!(reckoned.core_indices));
    }
    // a section dated after the text on which the public commented was not before it
    if input.logged.draft.or(input.logged.last).is_none_or(|seen| section.dated.0 <= seen) {
        facts.insert("dated".into(), json!(section.dated.0.to_string()));
    }
    if !tiers.is_empty() {
        facts.insert("tiers".into(), json!(tiers));
    }
    if section.t4_exception.as_deref().is_some_and(|reasons| !reasons.trim().is_empty()) {
        facts.insert("t4_exception".into(), json!("yes"));
    }
    Some(Value::Object(facts))
}
