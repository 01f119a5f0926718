//! `/subject/{id}`: everything about a vendor, a product, an operator, a state.

use axum::response::Response;
use countersign_assessments::QuestionSet;
use countersign_countries::place;
use countersign_model::{EntitySchema, Listing};
use countersign_pages::svg::Span;
use countersign_pages::view::{Completeness, DecisionLine, RecordRow, SubjectView};
use countersign_pages::{Formats, Section, page};
use countersign_register::Replay;
use countersign_screening::{Profile, Query};
use countersign_verify::records::{Content, SubjectId};

use super::assessment;
use super::feeds;
use super::ground;
use super::open_lists::{compared, is_public};
use super::party;
use super::rows::{day_of, signed_by};
use super::site::Site;
use crate::problem::Problem;

/// Kinds of records that have a section of their own.
const ELSEWHERE: [&str; 5] = ["assessment", "finding", "incident", "published_decision", "pledge"];
/// Kinds that challenge, dispute, or decide on it.
const CHALLENGES: [&str; 7] = [
    "challenge",
    "challenge_decision",
    "suspension",
    "reinstatement",
    "revocation",
    "dispute",
    "dispute_outcome",
];
/// Kinds of subjects that lists may name.
const ON_LISTS: [&str; 5] = ["vendor", "operator", "person", "assessor", "product"];

/// The page.
pub(super) fn page(site: &Site, id: &str) -> Result<Response, Problem> {
    let subject: SubjectId = id.parse().map_err(|error| Problem::input(format!("{error}")))?;
    let (_, replay) = site.register()?;
    let day = site.day();
    let rows = site.rows();
    let found = rows.about(id, day);
    if found.is_empty() {
        return Err(Problem::not_found(format!(
            "nothing that the register had by {day} is filed under `{id}`; search for the name, it may be filed under another"
        )));
    }
    let (_, completeness) = replay.about(&subject);
    let records: Vec<RecordRow> = found.iter().map(|found| found.row.clone()).collect();
    let of = |kinds: &[&str]| -> Vec<RecordRow> {
        records.iter().filter(|row| kinds.contains(&row.kind.as_str())).cloned().collect()
    };
    let shown: Vec<&str> = ELSEWHERE.iter().chain(&CHALLENGES).copied().collect();
    let others = records.iter().filter(|row| !shown.contains(&row.kind.as_str()));
    let assessed = site.view().map(|view| site.ready.assessed(view, day)).transpose()?;
    let names: Vec<String> = names(&subject, assessed.as_deref());
    let (parties, spans, compared) = on_lists(site, &subject, &names)?;
    let (_, lists) = site.lists()?;
    let set = QuestionSet::embedded().map_err(|e| Problem::program(&e))?;
    let view = SubjectView {
        schema: "page-subject/1",
        id: id.to_owned(),
        kind: subject.kind().to_owned(),
        name: subject.name().to_owned(),
        caption: names.first().cloned().unwrap_or_else(|| subject.name().to_owned()),
        country: (subject.kind() == "state")
            .then(|| place(&subject.name().replace('-', " ")).map(|place| place.alpha2.clone()))
            .flatten(),
        parties,
        compared,
        spans,
        ownership: site.ready.owners(site.state.home()).pictures(
            names.iter().map(String::as_str).chain([subject.name().replace('-', " ").as_str()]),
            day,
            &lists,
        ),
        declared_owners: assessed.as_deref().map(|all| declared_owners(all, &subject)).unwrap_or_default(),
        assessments: assessed
            .as_deref()
            .map(|all| {
                let about = |index: u64| found.iter().any(|found| found.row.index == index);
                assessment::lines(all, replay, &set, day, |logged| about(logged.index))
            })
            .unwrap_or_default(),
        grounds: ground::of_subject(replay, &subject, day),
        decisions: decisions(replay, site, &subject),
        pledges: ground::pledges(replay, day, |entry| entry.record.head.about.contains(&subject)),
        challenges: of(&CHALLENGES),
        others: others.cloned().collect(),
        completeness: Completeness {
            size: completeness.size,
            found: completeness.found,
            root: completeness.root.to_string(),
        },
        records,
    };
    let formats = Formats { json: true, csv: true, atom: true };
    let frame = site.frame(view.caption.clone(), Section::Register, formats);
    site.answer(&frame, &view, page::subject, |frame| feeds::records(frame, &view.records))
}

/// The names that assessments give a subject; the id's own words where none does.
fn names(subject: &SubjectId, all: Option<&countersign_register::Assessed>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for assessment in all.into_iter().flat_map(|all| &all.all) {
        let document = &assessment.document;
        let parties = document.parties.iter().map(|party| (party.subject.as_deref(), &party.name));
        let product = (document.product.subject.as_deref(), &document.product.name);
        for (of, name) in parties.chain([product]) {
            if of == Some(subject.as_str()) && !names.contains(name) {
                names.push(name.clone());
            }
        }
    }
    // the name of the latest text goes first
    names.reverse();
    names
}

type OnLists = (Vec<countersign_pages::view::PartyRow>, Vec<Span>, usize);

/// Entries of lists with a name like one of the subject's, and the bars of their listings.
fn on_lists(site: &Site, subject: &SubjectId, names: &[String]) -> Result<OnLists, Problem> {
    if !ON_LISTS.contains(&subject.kind()) {
        return Ok((Vec::new(), Vec::new(), 0));
    }
    let (_, lists) = site.lists()?;
    let query = Query {
        name: subject.name().replace(['-', '.'], " "),
        other_names: names.to_vec(),
        schema: (subject.kind() == "person").then_some(EntitySchema::Person),
        ..Query::default()
    };
    let profile = Profile { max_near_misses: 0, ..Profile::default() };
    let found = match lists.index().screen(&query, &profile) {
        Ok(found) => found,
        Err(wrong) => return Err(Problem::program(&wrong)),
    };
    let hits = || found.hits.iter().filter(|hit| is_public(&hit.source));
    let mut spans = Vec::new();
    for hit in hits() {
        let listings: Vec<&Listing> = hit.listings.iter().collect();
        spans.extend(party::spans(listings, site.day(), Some(&hit.caption)));
    }
    let rows = hits().map(|hit| party::matched_row(hit, &lists, site.day())).collect();
    Ok((rows, spans, compared(found.compared_entities, &lists)))
}

/// What assessments say of the subject's owners, with their entries.
fn declared_owners(all: &countersign_register::Assessed, subject: &SubjectId) -> Vec<(String, u64)> {
    let mut owners: Vec<(String, u64)> = Vec::new();
    for assessment in &all.all {
        let parties = assessment.document.parties.iter();
        for party in parties.filter(|party| party.subject.as_deref() == Some(subject.as_str())) {
            for owner in party.beneficial_owners.iter().flat_map(|owners| owners.members()) {
                owners.retain(|(known, _)| known != owner);
                owners.push((owner.clone(), assessment.index));
            }
        }
    }
    owners
}

/// Decisions about the subject that were made public, newest first.
fn decisions(replay: &Replay, site: &Site, subject: &SubjectId) -> Vec<DecisionLine> {
    let mut lines: Vec<DecisionLine> = replay
        .sound()
        .filter(|(entry, _)| day_of(&entry.leaf.time) <= site.day())
        .filter(|(entry, _)| entry.record.head.about.contains(subject))
        .filter_map(|(entry, signer)| match &entry.record.content {
            Content::PublishedDecision(decision) => Some(DecisionLine {
                index: entry.index,
                time: entry.leaf.time.to_string(),
                action: decision.action.to_string(),
                answer: decision.answer.clone(),
                as_of: decision.as_of.0,
                summary: entry.record.head.summary.to_string(),
                by: signed_by(entry, signer),
            }),
            _ => None,
        })
        .collect();
    lines.reverse();
    lines
}
