//! The page of a possible match: what was asked beside what is listed, and what was said of it.

use countersign_desk::{Case, CaseState, Match, MatchState, MatchVerdictGiven};
use countersign_identity::Role;
use countersign_model::Digest;
use countersign_pages::text::fill;
use countersign_pages::words::{Desk, codes};
use serde_json::Value;

use super::reader::{Reader, WORKERS, has};
use super::text::{plain, text, texts, to_the_minute};
use crate::desk::speech;
use crate::desk::view::{MatchView, SaidView};

pub(super) fn match_view(case: &Case, m: &Match, document: &Value, reader: &Reader) -> MatchView {
    let (w, caller) = (reader.words(), &reader.caller);
    let at = |path: &str| document.pointer(path).cloned().unwrap_or(Value::Null);
    let (query, found, entry) = (at("/query"), at("/found"), at("/entry"));
    let comparison = at("/found/comparison");
    let array =
        |value: &Value, key: &str| value.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let live = matches!(case.state, CaseState::Open | CaseState::Signing);
    let said_by = m.said.as_ref().map(|s| s.by.by.user.clone());
    let own = said_by.is_some_and(|user| user == caller.user.to_string());
    let (tone, state) = speech::match_state(m.state, m.said.as_ref().map(|said| said.verdict), w);
    MatchView {
        case: case.id.clone(),
        case_title: case.title.clone(),
        id: m.id.clone(),
        state,
        tone,
        two: case.policy.matches.same == 2 && case.policy.matches.not_same == 2,
        score: m.of.score.clone(),
        line: text(&found, "line"),
        asked: asked(&query, reader),
        listed: listed(&entry, reader),
        listings: array(&entry, "listings").iter().map(listing_words).collect(),
        parts: array(&comparison, "parts")
            .iter()
            .map(|p| {
                let words = |key: &str| array(p, key).iter().map(plain).collect::<Vec<_>>().join(" ");
                (words("query"), words("listed"), words_of(&text(p, "how")), text(p, "similarity"))
            })
            .collect(),
        only_asked: texts(&comparison, "unmatched_query"),
        only_listed: texts(&comparison, "unmatched_listed"),
        adjustments: array(&found, "adjustments")
            .iter()
            .map(|a| {
                let agrees =
                    if a.get("agrees") == Some(&Value::Bool(true)) { w.yes_agrees } else { w.differs };
                (words_of(&text(a, "fact")), text(a, "asked"), text(a, "listed"), agrees, text(a, "effect"))
            })
            .collect(),
        said: m.said.as_ref().map(|said| said_view(case, m, said, w)),
        later: m
            .later
            .as_ref()
            .map(|(until, why)| fill(w.put_off, &[("day", &until.to_string()), ("why", why)])),
        returned: m
            .returned
            .as_ref()
            .map(|(why, by)| fill(w.did_not_agree, &[("name", &by.by.name), ("why", why)])),
        evidence: case.documents.iter().map(|d| (d.sha256.to_string(), d.name.clone())).collect(),
        may_say: live && has(caller, WORKERS),
        may_confirm: live
            && m.state == MatchState::Proposed
            && !own
            && has(caller, &[Role::Analyst, Role::Approver, Role::LicensingOfficer]),
        document: m.of.document.to_string(),
    }
}

/// What was asked, part by part.
fn asked(query: &Value, reader: &Reader) -> Vec<(String, String)> {
    let w = reader.words();
    let member = |code: &str| codes::member(code, reader.language);
    let asked = [
        (w.name.to_owned(), text(query, "name")),
        (w.other_names.to_owned(), texts(query, "other_names")),
        (w.kind.to_owned(), codes::schema(&text(query, "schema"), reader.language)),
        (member("country"), texts(query, "countries")),
        (w.born_short.to_owned(), text(query, "birth_date")),
    ];
    asked.into_iter().filter(|(_, v)| !v.is_empty()).collect()
}

/// What the list says of the entry.
fn listed(entry: &Value, reader: &Reader) -> Vec<(String, Vec<String>)> {
    let w = reader.words();
    let member = |code: &str| codes::member(code, reader.language);
    let mut listed = vec![
        (w.entry.to_owned(), vec![text(entry, "id")]),
        (w.kind.to_owned(), vec![codes::schema(&text(entry, "schema"), reader.language)]),
        (w.list.to_owned(), vec![text(entry, "source")]),
    ];
    let properties = entry.get("properties").and_then(Value::as_object).into_iter().flatten();
    listed
        .extend(properties.map(|(key, values)| {
            (member(key), values.as_array().into_iter().flatten().map(plain).collect())
        }));
    listed
}

/// What someone said the possible match is, and who agreed.
fn said_view(case: &Case, m: &Match, said: &MatchVerdictGiven, w: &Desk) -> SaidView {
    SaidView {
        verdict: speech::verdict(said.verdict, w),
        reason: said.reason.clone(),
        by: format!("{}, {}", said.by.by.name, to_the_minute(&said.by.time)),
        name: said.by.by.name.clone(),
        evidence: said.evidence.iter().map(|digest| document_name(case, digest)).collect(),
        confirmed: m
            .confirmed
            .as_ref()
            .map_or_else(String::new, |c| format!("{}, {}", c.by.name, to_the_minute(&c.time))),
        until: said.until.map_or_else(String::new, |d| d.to_string()),
        condition: said.condition.clone().unwrap_or_default(),
    }
}

fn document_name(case: &Case, digest: &Digest) -> String {
    let known = case.documents.iter().find(|d| d.sha256 == *digest);
    known.map_or_else(|| digest.to_string(), |d| d.name.clone())
}

fn listing_words(listing: &Value) -> String {
    let mut words = text(listing, "list");
    for (key, word) in [("program", ""), ("from", "from "), ("to", "until "), ("citation", "")] {
        let value = text(listing, key);
        if !value.is_empty() {
            words = format!("{words}, {word}{value}");
        }
    }
    words
}

fn words_of(code: &str) -> String {
    code.replace('_', " ").to_lowercase()
}
