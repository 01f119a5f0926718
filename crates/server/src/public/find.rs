//! Home, search, and what the register holds.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use axum::response::Response;
use countersign_countries::place;
use countersign_model::{CountryCode, Date, EntitySchema, parse_date};
use countersign_operations::age::Age;
use countersign_operations::feeds as remembered;
use countersign_pages::view::{
    HomeView, PartyRow, RecordRow, RegisterListView, SearchForm, SearchView, SubjectLine, SubjectsView,
};
use countersign_pages::{Formats, Section, page};
use countersign_screening::{Hit, Profile, Query};
use countersign_verify::RecordKind;

use super::feeds;
use super::open_lists::{compared, is_public, public_pins};
use super::party;
use super::reply;
use super::rows::Found;
use super::site::Site;
use crate::problem::Problem;

/// Records on the first page.
const LATEST: usize = 10;
/// Records on one page of the register, and at most of a search.
const PAGE: usize = 100;
/// Near misses that are shown.
const NEAR: usize = 10;
/// The longest name that is compared.
const LONGEST: usize = 200;

/// `/`.
pub(super) fn home(site: &Site) -> Result<Response, Problem> {
    let rows = site.rows();
    let known: Vec<&Found> = rows.all.iter().filter(|found| found.day <= site.day()).collect();
    let pins = public_pins(&site.snapshot.lists);
    let view = HomeView {
        schema: "page-home/1",
        entries: pins.iter().map(|pin| pin.entries).sum(),
        sources: pins.len(),
        latest: known.iter().rev().take(LATEST).map(|found| found.row.clone()).collect(),
        records: known.len() as u64,
    };
    let words = site.asked.language.words();
    let formats = Formats { json: true, ..Formats::default() };
    let frame = site.frame(words.find.title.to_owned(), Section::Search, formats);
    site.answer_plain(&frame, &view, page::home)
}

/// `/verify`.
pub(super) fn verify(site: &Site) -> Result<Response, Problem> {
    let words = site.asked.language.words();
    let mut frame = site.frame(words.verify.title.to_owned(), Section::Verify, Formats::default());
    frame.dated = false;
    let page = page::verify(&frame).map_err(|e| Problem::program(&e))?;
    Ok(reply::html(&site.asked, StatusCode::OK, page))
}

/// `/register`.
pub(super) fn register(site: &Site) -> Result<Response, Problem> {
    site.register()?;
    let rows = site.rows();
    let kind = site.asked.get("kind");
    if !kind.is_empty() && kind.parse::<RecordKind>().is_err() {
        return Err(Problem::input(format!(
            "`{kind}` is no kind of record; the register page links all of them"
        )));
    }
    let below = match site.asked.get("below") {
        "" => None,
        text => Some(text.parse::<u64>().map_err(|_| {
            Problem::input(format!("`below={text}` is no index of an entry; write a whole number"))
        })?),
    };
    let known: Vec<&Found> = rows.all.iter().filter(|found| found.day <= site.day()).collect();
    let mut kinds: BTreeMap<&str, u64> = BTreeMap::new();
    for found in &known {
        *kinds.entry(&found.row.kind).or_default() += 1;
    }
    let fits = |found: &&&Found| {
        (kind.is_empty() || found.row.kind == kind) && below.is_none_or(|below| found.row.index < below)
    };
    let whole = matches!(site.asked.get("format"), "csv" | "json");
    let most = if whole { usize::MAX } else { PAGE };
    let mut fitting = known.iter().rev().filter(fits);
    let records: Vec<RecordRow> = fitting.by_ref().take(most).map(|found| found.row.clone()).collect();
    let older = fitting.next().and(records.last()).map(|row| row.index);
    let view = RegisterListView {
        schema: "page-register/1",
        kind: kind.to_owned(),
        kinds: kinds.into_iter().map(|(kind, n)| (kind.to_owned(), n)).collect(),
        records,
        older,
        paged: below.is_some(),
        all: known.len() as u64,
    };
    let words = site.asked.language.words();
    let formats = Formats { json: true, csv: true, atom: true };
    let frame = site.frame(words.find.register_title.to_owned(), Section::Register, formats);
    site.answer(&frame, &view, page::register, |frame| feeds::records(frame, &view.records))
}

/// `/subjects`.
pub(super) fn subjects(site: &Site) -> Result<Response, Problem> {
    site.register()?;
    let rows = site.rows();
    let subjects = rows.by_subject.keys().map(|id| line(&rows.about(id, site.day()), id));
    let view = SubjectsView {
        schema: "page-subjects/1",
        subjects: subjects.filter(|line| line.count > 0).collect(),
    };
    let words = site.asked.language.words();
    let formats = Formats { json: true, csv: true, atom: false };
    let frame = site.frame(words.find.subjects_title.to_owned(), Section::Register, formats);
    site.answer(&frame, &view, page::subjects, |frame| feeds::records(frame, &[]))
}

fn line(found: &[&Found], id: &str) -> SubjectLine {
    SubjectLine { id: id.to_owned(), count: found.len() as u64 }
}

/// What of a search could be read.
struct Wanted {
    country: Option<CountryCode>,
    from: Option<Date>,
    until: Option<Date>,
    faults: Vec<String>,
}

impl Wanted {
    fn read(site: &Site, form: &SearchForm) -> Self {
        let words = &site.asked.language.words().find;
        let mut faults = Vec::new();
        let mut day = |text: &str| match text.trim() {
            "" => None,
            text => {
                parse_date(text).map_err(|_| faults.push(site.say(words.bad_day, &[("text", text)]))).ok()
            }
        };
        let (from, until) = (day(&form.from), day(&form.until));
        let country = match form.country.trim() {
            "" => None,
            text => match place(text).and_then(|place| CountryCode::new(&place.alpha2).ok()) {
                Some(code) => Some(code),
                None => {
                    faults.push(site.say(words.bad_country, &[("text", text)]));
                    None
                }
            },
        };
        Self { country, from, until, faults }
    }
}

/// `/search`.
pub(super) fn search(site: &Site) -> Result<Response, Problem> {
    let get = |key: &str| site.asked.get(key).chars().take(LONGEST).collect::<String>();
    let form = SearchForm {
        q: get("q"),
        kind: get("kind"),
        country: get("country"),
        from: get("from"),
        until: get("until"),
    };
    let wanted = Wanted::read(site, &form);
    let mut view = SearchView {
        schema: "page-search/1",
        faults: wanted.faults.clone(),
        parties: Vec::new(),
        near: Vec::new(),
        more_near: 0,
        compared: None,
        lists: Vec::new(),
        subjects: Vec::new(),
        records: Vec::new(),
        truncated: false,
        aged: Vec::new(),
        notes: Vec::new(),
        form,
    };
    let kind_of_record = view.form.kind.parse::<RecordKind>().is_ok();
    if !view.form.is_empty() && view.faults.is_empty() {
        if !view.form.q.is_empty() && !kind_of_record && view.form.kind != "assessment" {
            on_lists(site, &wanted, &mut view)?;
        }
        if view.form.kind != "party" {
            in_register(site, &wanted, &mut view)?;
        }
    }
    let words = &site.asked.language.words().find;
    let title = match view.form.q.as_str() {
        "" => words.results.to_owned(),
        q => site.say(words.results_for, &[("q", q)]),
    };
    let formats = Formats { json: true, csv: true, atom: true };
    let frame = site.frame(title, Section::Search, formats);
    site.answer(&frame, &view, page::search, |frame| feeds::records(frame, &view.records))
}

/// Names on lists that are like the one asked for.
fn on_lists(site: &Site, wanted: &Wanted, view: &mut SearchView) -> Result<(), Problem> {
    let (plan, lists) = site.lists()?;
    let query = Query {
        name: view.form.q.clone(),
        schema: (view.form.kind == "person").then_some(EntitySchema::Person),
        countries: wanted.country.into_iter().collect(),
        ..Query::default()
    };
    let profile = Profile { max_near_misses: NEAR, ..Profile::default() };
    let found = match lists.index().screen(&query, &profile) {
        Ok(found) => found,
        Err(wrong) => {
            view.faults.push(wrong.to_string());
            return Ok(());
        }
    };
    let pins = public_pins(&lists);
    let shown = |hits: &[Hit]| -> Vec<PartyRow> {
        let hits = hits.iter().filter(|hit| is_public(&hit.source));
        hits.map(|hit| party::matched_row(hit, &lists, site.day())).collect()
    };
    view.parties = shown(&found.hits);
    view.near = shown(&found.near_misses);
    // how many there are on lists that are not shown is not told either
    view.more_near = if pins.len() == lists.pins().len() { found.more_near_misses } else { 0 };
    view.compared = Some(compared(found.compared_entities, &lists));
    view.lists = pins.iter().map(|pin| pin.source.to_string()).collect();
    view.notes.extend(found.notes);
    let when = countersign_operations::editions::When { as_of: site.as_of, known_at: None };
    view.notes.extend(plan.notes(when));
    let store = site.state.home().read()?;
    for part in &plan.parts {
        let confirmed = store.as_ref().and_then(|s| remembered::load(s, &part.source).confirmed);
        let age = Age::of(part, &site.snapshot.editions, confirmed.as_deref(), site.day());
        if age.is_old() {
            let (source, days) = (part.source.to_string(), age.days.to_string());
            let words = site.asked.language.words().find.old_copy;
            view.aged.push(site.say(words, &[("source", &source), ("n", &days)]));
        }
    }
    Ok(())
}

/// Subjects and records that fit.
fn in_register(site: &Site, wanted: &Wanted, view: &mut SearchView) -> Result<(), Problem> {
    if site.view().is_none() {
        return Ok(());
    }
    let rows = site.rows();
    let form = &view.form;
    let subject_kind = (!form.kind.is_empty() && form.kind.parse::<RecordKind>().is_err())
        .then(|| format!("{}:", form.kind));
    let mut named: BTreeSet<String> = BTreeSet::new();
    if !form.q.is_empty() {
        let profile = Profile { max_near_misses: 0, ..Profile::default() };
        if let Ok(found) = rows.names.screen(&Query::named(form.q.clone()), &profile) {
            named.extend(found.hits.into_iter().map(|hit| hit.entity));
        }
        let needle = form.q.to_lowercase();
        let slug: String = needle.split_whitespace().collect::<Vec<_>>().join("-");
        named.extend(rows.by_subject.keys().filter(|id| id.contains(&slug)).cloned());
        if let Some(country) = place(&form.q) {
            named.extend(rows.by_subject.keys().filter(|id| is_state(id, &country.alpha2)).cloned());
        }
    }
    let of_kind = |id: &str| subject_kind.as_ref().is_none_or(|kind| id.starts_with(kind.as_str()));
    named.retain(|id| of_kind(id));
    let record_kind = form.kind.parse::<RecordKind>().ok().map(RecordKind::as_str);
    let needle = form.q.to_lowercase();
    let country = wanted.country.map(|code| code.as_str().to_ascii_uppercase());
    let fits = |found: &&Found| {
        found.day <= site.day()
            && record_kind.is_none_or(|kind| found.row.kind == kind)
            && wanted.from.is_none_or(|from| found.day >= from)
            && wanted.until.is_none_or(|until| found.day <= until)
            && country.as_ref().is_none_or(|country| found.countries.contains(country))
            && (needle.is_empty()
                || found.text.contains(&needle)
                || found.row.about.iter().any(|id| named.contains(id)))
            && (subject_kind.is_none() || found.row.about.iter().any(|id| of_kind(id)))
    };
    let mut fitting = rows.all.iter().rev().filter(fits);
    let whole = matches!(site.asked.get("format"), "csv" | "json" | "atom");
    let most = if whole { usize::MAX } else { PAGE };
    view.records = fitting.by_ref().take(most).map(|found| found.row.clone()).collect();
    view.truncated = fitting.next().is_some();
    let listed: Vec<SubjectLine> = if form.q.is_empty() {
        let ids: BTreeSet<&String> =
            view.records.iter().flat_map(|row| &row.about).filter(|id| of_kind(id)).collect();
        ids.into_iter().map(|id| line(&rows.about(id, site.day()), id)).collect()
    } else {
        named.iter().map(|id| line(&rows.about(id, site.day()), id)).collect()
    };
    view.subjects = listed.into_iter().filter(|line| line.count > 0).collect();
    Ok(())
}

/// Whether a subject is the state with that code.
pub(super) fn is_state(id: &str, alpha2: &str) -> bool {
    id.strip_prefix("state:").is_some_and(|name| {
        place(&name.replace('-', " ")).is_some_and(|place| place.alpha2.eq_ignore_ascii_case(alpha2))
    })
}
