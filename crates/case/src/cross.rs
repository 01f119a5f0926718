//! What a schema cannot say: references between the parts of a case, spans of time, sums of shares, inventories.

use std::collections::BTreeSet;

use countersign_model::{Date, Percent, parse_date};
use serde_json::Value;

use crate::answers::contradictions;
use crate::known::Known;
use crate::lines::{child, index};
use crate::problem::Found;
use crate::words::suggestion;

/// Every fault of a case beyond its shape. Reads what is there and never assumes that the shape is right.
pub(crate) fn check(case: &Value, known: &Known) -> Vec<Found> {
    let as_of = text(case, "as_of").and_then(|day| parse_date(day).ok());
    let mut check = Check { known, parties: BTreeSet::new(), whole_list: true, as_of, found: Vec::new() };
    check.calendar(case, "");
    check.collect_parties(case);
    check.case(case);
    check.found
}

struct Check<'a> {
    known: &'a Known,
    parties: BTreeSet<&'a str>,
    /// False where a party has no readable id: then a reference cannot be called dangling.
    whole_list: bool,
    /// The day of the act, where it can be read.
    as_of: Option<Date>,
    found: Vec<Found>,
}

/// The members of a list with their pointers; nothing for `none`, an absent key or anything else.
fn members<'a>(map: &'a Value, base: &str, key: &str) -> Vec<(String, &'a Value)> {
    let here = child(base, key);
    let list = map.get(key).and_then(Value::as_array);
    list.into_iter().flatten().enumerate().map(|(n, item)| (index(&here, n), item)).collect()
}

fn text<'a>(map: &'a Value, key: &str) -> Option<&'a str> {
    map.get(key).and_then(Value::as_str)
}

impl<'a> Check<'a> {
    fn say(&mut self, pointer: impl Into<String>, message: impl Into<String>) {
        self.found.push(Found::new(pointer, message));
    }

    /// A text shaped like a date must be a day of the calendar; the schema lets 30 February pass.
    fn calendar(&mut self, value: &Value, pointer: &str) {
        match value {
            Value::String(text) => {
                let shaped = text.len() == 10
                    && text.bytes().enumerate().all(|(n, b)| match n {
                        4 | 7 => b == b'-',
                        _ => b.is_ascii_digit(),
                    });
                if shaped && parse_date(text).is_err() {
                    self.say(pointer, format!("`{text}` is not a day of the calendar"));
                }
            }
            Value::Array(items) => {
                for (n, item) in items.iter().enumerate() {
                    self.calendar(item, &index(pointer, n));
                }
            }
            Value::Object(map) => {
                for (key, item) in map {
                    self.calendar(item, &child(pointer, key));
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn collect_parties(&mut self, case: &'a Value) {
        self.whole_list = case.get("parties").is_some_and(Value::is_array);
        for (pointer, party) in members(case, "", "parties") {
            match text(party, "id") {
                Some(id) if self.parties.insert(id) => {}
                Some(id) => {
                    self.say(child(&pointer, "id"), format!("id `{id}` is used twice; one party, one id"))
                }
                None => self.whole_list = false,
            }
        }
    }

    fn party(&mut self, map: &Value, base: &str, key: &str) {
        if let Some(id) = text(map, key) {
            self.party_id(id, child(base, key));
        }
    }

    fn party_id(&mut self, id: &str, pointer: String) {
        if !self.whole_list || self.parties.contains(id) {
            return;
        }
        let hint = match suggestion(id, self.parties.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "add it to `parties`".to_owned(),
        };
        self.say(pointer, format!("no party `{id}`; {hint}"));
    }

    fn rule(&mut self, map: &Value, base: &str, key: &str) {
        if let Some(id) = text(map, key) {
            self.rule_id(id, child(base, key));
        }
    }

    fn rule_id(&mut self, id: &str, pointer: String) {
        if let Some(message) = unknown_rule(self.known, id) {
            self.say(pointer, message);
        }
    }

    fn rules(&mut self, map: &Value, base: &str, key: &str) {
        for (pointer, id) in members(map, base, key) {
            if let Some(id) = id.as_str() {
                self.rule_id(id, pointer);
            }
        }
    }

    fn question(&mut self, id: &str, pointer: String) {
        if self.known.questions.contains(id) {
            return;
        }
        let hint = match suggestion(id, self.known.questions.iter().map(String::as_str)) {
            Some(near) => format!("; did you mean `{near}`?"),
            None => String::new(),
        };
        self.say(pointer, format!("no question `{id}` in the question set{hint}"));
    }

    fn span(&mut self, entry: &Value, base: &str) {
        if let (Some(from), Some(to)) = (text(entry, "from"), text(entry, "to"))
            && to != "none"
            && from > to
        {
            self.say(child(base, "from"), format!("`from` {from} is after `to` {to}"));
        }
    }

    fn case(&mut self, case: &Value) {
        self.party(case, "", "actor");
        for (pointer, party) in members(case, "", "parties") {
            self.one_party(case, party, &pointer);
        }
        if let Some(diligence) = case.get("due_diligence") {
            for (pointer, flag) in members(diligence, "/due_diligence", "red_flags") {
                self.rule(flag, &pointer, "rule");
                self.party(flag, &pointer, "party");
            }
        }
        if let Some(content) = case.pointer("/item/us_content") {
            self.rules(content, "/item/us_content", "fdp_rules");
        }
        for (pointer, entry) in members(case, "", "general_authorisations") {
            self.rule(entry, &pointer, "rule");
        }
        for (pointer, entry) in members(case, "", "national_law") {
            if text(entry, "provision") != Some("other") {
                self.rule(entry, &pointer, "provision");
            }
        }
        for (pointer, licence) in members(case, "", "licences") {
            if let (Some(from), Some(to)) = (text(licence, "valid_from"), text(licence, "valid_to"))
                && from > to
            {
                self.say(
                    child(&pointer, "valid_from"),
                    format!("`valid_from` {from} is after `valid_to` {to}"),
                );
            }
        }
        for (pointer, entry) in members(case, "", "pledges") {
            self.rules(entry, &pointer, "rules");
        }
        for id in
            case.get("commitment_facts").and_then(Value::as_object).into_iter().flat_map(|map| map.keys())
        {
            self.rule_id(id, child("/commitment_facts", id));
        }
        for (pointer, entry) in members(case, "", "assessments") {
            self.assessment(entry, &pointer);
        }
    }

    fn one_party(&mut self, case: &Value, party: &Value, base: &str) {
        self.party(party, base, "employer");
        if text(party, "kind") == Some("individual") && party.get("owners").is_some() {
            self.say(child(base, "owners"), "an individual has no owners; remove the key");
        }
        for (pointer, listing) in members(party, base, "listings") {
            self.span(listing, &pointer);
        }
        let edges = members(party, base, "owners");
        for (pointer, edge) in &edges {
            self.party(edge, pointer, "party");
            self.span(edge, pointer);
            match ends(edge) {
                (Some(low), Some(high)) if low > high => {
                    self.say(
                        child(pointer, "percent"),
                        format!("the share has `min` {low} above `max` {high}"),
                    );
                }
                (Some(_), Some(_)) => {}
                // a sum that leaves an unreadable share out would be a silent zero
                _ => self.say(
                    child(pointer, "percent"),
                    "the share cannot be read; write a percent of at most 60 characters",
                ),
            }
        }
        if let Some(as_of) = text(case, "as_of") {
            for kind in ["shares", "votes"] {
                let mut total = Percent::zero();
                for (_, edge) in edges.iter().filter(|(_, edge)| holds(edge, as_of)) {
                    let interest = text(edge, "interest").unwrap_or("both");
                    if let (true, (Some(low), _)) = (interest == kind || interest == "both", ends(edge)) {
                        total = &total + &low;
                    }
                }
                if total > Percent::whole(100) {
                    let message =
                        format!("{kind} add up to {total} percent on {as_of}; more than 100 cannot be held");
                    self.say(child(base, "owners"), message);
                }
            }
        }
        for (pointer, fact) in members(party, base, "control") {
            self.party(fact, &pointer, "by");
            self.span(fact, &pointer);
        }
    }

    fn assessment(&mut self, entry: &Value, base: &str) {
        self.party(entry, base, "assessor");
        self.party(entry, base, "reviewer");
        if let Some(scope) = entry.get("scope") {
            let here = child(base, "scope");
            self.party(scope, &here, "end_user");
            for (pointer, id) in members(scope, &here, "intermediaries") {
                if let Some(id) = id.as_str() {
                    self.party_id(id, pointer);
                }
            }
        }
        if let (Some(draft), Some(logged)) = (text(entry, "draft_logged_at"), text(entry, "logged_at"))
            && draft > logged
        {
            let message = format!("`draft_logged_at` {draft} is after `logged_at` {logged}");
            self.say(child(base, "draft_logged_at"), message);
        }
        for block in ["publication", "independence", "redaction"] {
            if let Some(map) = entry.get(block) {
                self.rules(map, &child(base, block), "failed");
                self.rules(map, &child(base, block), "incomplete");
            }
        }
        if let Some(answers) = entry.get("answers") {
            let here = child(base, "answers");
            let given = child(&here, "given");
            for id in answers.get("given").and_then(Value::as_object).into_iter().flat_map(|map| map.keys()) {
                self.question(id, child(&given, id));
            }
            for key in ["stop", "unknown_stop", "unmitigated_red_flags"] {
                for (pointer, id) in members(answers, &here, key) {
                    if let Some(id) = id.as_str() {
                        self.question(id, pointer);
                    }
                }
            }
        }
        if let (Some(answers), Some(day)) = (entry.get("answers"), self.as_of) {
            let given = child(&child(base, "answers"), "given");
            for (id, message) in contradictions(answers, day) {
                self.say(child(&given, &id), message);
            }
        }
        for (pointer, event) in members(entry, base, "status_events") {
            if text(event, "reason").is_some_and(|reason| reason.starts_with("REV-")) {
                self.rule(event, &pointer, "reason");
            }
        }
    }
}

/// Why `id` cannot be cited, where it is in no inventory.
pub(crate) fn unknown_rule(known: &Known, id: &str) -> Option<String> {
    if known.rules.contains_key(id) {
        return None;
    }
    let hint = match suggestion(id, known.rules.keys().map(String::as_str)) {
        Some(near) => format!("; did you mean `{near}`?"),
        None => String::new(),
    };
    Some(format!("`{id}` is not in the rule list{hint}"))
}

/// Whether an ownership entry holds on a day; ISO dates compare as text.
fn holds(edge: &Value, as_of: &str) -> bool {
    text(edge, "from").is_none_or(|from| from <= as_of)
        && text(edge, "to").is_none_or(|to| to == "none" || to >= as_of)
}

/// The least and the most that a share can be.
fn ends(edge: &Value) -> (Option<Percent>, Option<Percent>) {
    let number = |value: Option<&Value>| value.and_then(Value::as_str).and_then(|text| text.parse().ok());
    match edge.get("percent") {
        Some(share @ Value::Object(_)) => (number(share.get("min")), number(share.get("max"))),
        share => (number(share), number(share)),
    }
}
