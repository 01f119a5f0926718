//! `/party/{id}`: an entry of a list with its history.

use axum::response::Response;
use countersign_history::{EntityChange, Event, EventKind, Instruments, Reason, not_yet_on, past_of};
use countersign_model::{Date, Entity, Listing, NameQuality};
use countersign_operations::history::timeline_of;
use countersign_operations::lists::{Lists, STARTER};
use countersign_pages::svg::Span;
use countersign_pages::view::{
    ChangeLine, Detail, EventLine, LinkLine, ListingTag, ListingView, Matched, NameLine, PartyRow, PartyView,
    SubjectLine,
};
use countersign_pages::{Formats, Section, page};
use countersign_screening::{Hit, Profile, Query};

use super::code::code;
use super::feeds;
use super::open_lists::is_public;
use super::site::Site;
use crate::problem::Problem;

/// Names of an entry by which the register is searched.
const NAMES_COMPARED: usize = 8;
/// Properties that stand elsewhere on the page, or are notes of the history.
const SHOWN_ELSEWHERE: [&str; 8] =
    ["name", "alias", "previousName", "weakAlias", "lastSeenOn", "missingSince", "notOnCopyOf", "datasets"];
/// Properties whose values are codes of countries, which lists write small.
const COUNTRIES: [&str; 4] = ["country", "nationality", "jurisdiction", "mainCountry"];

/// A listing in a word.
fn tag(listing: &Listing, day: Date) -> ListingTag {
    ListingTag {
        list: listing.list.as_str().to_owned(),
        title: listing.list.title().to_owned(),
        in_effect: listing.in_effect_on(day),
        from: listing.from,
        to: listing.to,
    }
}

/// The countries of an entry, two capital letters.
fn countries(entity: &Entity) -> Vec<String> {
    let mut found: Vec<String> = COUNTRIES
        .into_iter()
        .flat_map(|property| entity.values(property))
        .map(|code| code.to_uppercase())
        .filter(|code| code.len() == 2)
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// An entry in a table.
pub(super) fn row(entity: &Entity, day: Date) -> PartyRow {
    PartyRow {
        id: entity.id.clone(),
        caption: entity.caption().to_owned(),
        schema: entity.schema.as_str().to_owned(),
        countries: countries(entity),
        source: entity.source.to_string(),
        listings: entity.listings.iter().map(|listing| tag(listing, day)).collect(),
        matched: None,
    }
}

/// An entry that was found by a name.
pub(super) fn matched_row(hit: &Hit, lists: &Lists, day: Date) -> PartyRow {
    let mut made = match lists.entity(&hit.entity) {
        Some(entity) => row(entity, day),
        None => PartyRow {
            id: hit.entity.clone(),
            caption: hit.caption.clone(),
            schema: hit.schema.as_str().to_owned(),
            countries: Vec::new(),
            source: hit.source.to_string(),
            listings: hit.listings.iter().map(|listing| tag(listing, day)).collect(),
            matched: None,
        },
    };
    made.matched = Some(Matched {
        listed: hit.name.listed.clone(),
        quality: code(hit.name.quality),
        score: format!("{:.2}", hit.score),
        why: hit.line.clone(),
    });
    made
}

/// The bars of listings; `who` stands before each list where several parties share the picture.
pub(super) fn spans<'a>(
    listings: impl IntoIterator<Item = &'a Listing>,
    day: Date,
    who: Option<&str>,
) -> Vec<Span> {
    listings
        .into_iter()
        .map(|listing| Span {
            label: listing.list.as_str().to_owned(),
            from: listing.from,
            to: listing.to,
            in_effect: listing.in_effect_on(day),
            title: match who {
                Some(who) => format!("{who}: {}", listing.list.title()),
                None => listing.list.title().to_owned(),
            },
        })
        .collect()
}

/// The page.
pub(super) fn page(site: &Site, id: &str) -> Result<Response, Problem> {
    let day = site.day();
    let (plan, lists) = site.lists()?;
    let found = lists.found(id)?.filter(|(_, entity)| is_public(&entity.source));
    let Some((snapshot, entity)) = found else {
        return Err(Problem::not_found(format!(
            "no list that is loaded here has an entry `{id}` on {day}; search for the name"
        )));
    };
    let rows = site.rows();
    let mut query = Query { schema: Some(entity.schema), ..Query::default() };
    let mut names = entity.names().map(|name| name.text.to_owned());
    query.name = names.next().unwrap_or_default();
    query.other_names = names.take(NAMES_COMPARED).collect();
    let profile = Profile { max_near_misses: 0, ..Profile::default() };
    let hits = rows.names.screen(&query, &profile).map(|found| found.hits).unwrap_or_default();
    let subjects = hits
        .into_iter()
        .map(|hit| SubjectLine { count: rows.about(&hit.entity, day).len() as u64, id: hit.entity })
        .filter(|line| line.count > 0 && !line.id.starts_with("assessment:"))
        .collect();
    let when = countersign_operations::editions::When { as_of: site.as_of, known_at: None };
    let view = PartyView {
        schema: "page-party/1",
        id: entity.id.clone(),
        caption: entity.caption().to_owned(),
        kind: entity.schema.as_str().to_owned(),
        source: entity.source.to_string(),
        snapshot: snapshot.pin.snapshot.to_string(),
        countries: countries(entity),
        delisted: past_of(entity),
        not_yet: not_yet_on(entity),
        listings: entity.listings.iter().map(|listing| listing_view(listing, day)).collect(),
        spans: spans(&entity.listings, day, None),
        events: events(site, entity)?,
        names: entity
            .names()
            .map(|name| NameLine { name: name.text.to_owned(), quality: quality(name.quality).to_owned() })
            .collect(),
        details: entity
            .properties
            .iter()
            .filter(|(property, _)| !SHOWN_ELSEWHERE.contains(&property.as_str()))
            .map(|(property, values)| Detail {
                property: property.clone(),
                values: match COUNTRIES.contains(&property.as_str()) {
                    true => values.iter().map(|code| code.to_uppercase()).collect(),
                    false => values.clone(),
                },
            })
            .collect(),
        links: links(site, &lists, entity)?,
        subjects,
        ownership: site.ready.owners(site.state.home()).pictures(
            entity.names().map(|name| name.text),
            day,
            &lists,
        ),
        notes: plan.notes(when),
    };
    let formats = Formats { json: true, csv: true, atom: true };
    let frame = site.frame(view.caption.clone(), Section::Lists, formats);
    site.answer(&frame, &view, page::party, |frame| feeds::party(frame, &view))
}

fn quality(quality: NameQuality) -> &'static str {
    match quality {
        NameQuality::Primary => "primary",
        NameQuality::Alias => "alias",
        NameQuality::Former => "former",
        NameQuality::Weak => "weak",
    }
}

fn listing_view(listing: &Listing, day: Date) -> ListingView {
    ListingView {
        list: listing.list.as_str().to_owned(),
        title: listing.list.title().to_owned(),
        from: listing.from,
        to: listing.to,
        in_effect: listing.in_effect_on(day),
        to_come: listing.from.is_some_and(|from| day < from),
        basis: listing.instrument.iter().chain(&listing.notice).cloned().collect(),
        programmes: listing.programmes.clone(),
        scope: code(listing.scope),
        id: listing.id.clone(),
    }
}

/// What the copies of its list show of an entry; nothing where it has no copies.
fn events(site: &Site, entity: &Entity) -> Result<Vec<EventLine>, Problem> {
    if entity.source.as_str() == STARTER {
        return Ok(Vec::new());
    }
    let Some(store) = site.state.home().read()? else { return Ok(Vec::new()) };
    // an entry around the copy of the day may be on no copy up to it: then nothing is shown
    let found = timeline_of(&store, &site.snapshot.editions, &entity.id, site.as_of, None);
    Ok(found.map(|(events, _)| events.iter().rev().map(event).collect()).unwrap_or_default())
}

fn event(event: &Event) -> EventLine {
    let (what, change) = match &event.kind {
        EventKind::OnFirstCopy => ("on_first_copy", None),
        EventKind::Listed => ("listed", None),
        EventKind::ListedAgain => ("listed_again", None),
        EventKind::Changed { change } => ("changed", Some(change)),
        EventKind::Renumbered { change, .. } => ("renumbered", change.as_ref()),
        EventKind::Delisted => ("delisted", None),
    };
    EventLine {
        day: event.day,
        what: what.to_owned(),
        lists: event.lists.iter().map(|list| list.as_str().to_owned()).collect(),
        ground: ground(&event.ground),
        changes: change.map(changes).unwrap_or_default(),
        recorded: event.recorded,
    }
}

fn ground(ground: &Instruments) -> Vec<String> {
    ground.instruments.iter().chain(&ground.notices).chain(&ground.programmes).cloned().collect()
}

fn changes(change: &EntityChange) -> Vec<ChangeLine> {
    let mut lines: Vec<ChangeLine> = change
        .fields
        .iter()
        .map(|field| ChangeLine {
            field: field.field.clone(),
            removed: field.removed.clone(),
            added: field.added.clone(),
        })
        .collect();
    for listing in &change.listings {
        let words = |listing: &Option<Listing>| -> Vec<String> {
            listing.iter().map(countersign_operations::facts::on_list).collect()
        };
        lines.push(ChangeLine {
            field: listing.list.as_str().to_owned(),
            removed: words(&listing.before),
            added: words(&listing.after),
        });
    }
    lines
}

/// The same party on other lists, with the reason.
fn links(site: &Site, lists: &Lists, entity: &Entity) -> Result<Vec<LinkLine>, Problem> {
    let journal = site.snapshot.journal_size.unwrap_or_default();
    let links = site.ready.links(lists, site.state.home(), journal)?;
    let Some(group) = links.group(&entity.id) else { return Ok(Vec::new()) };
    let others = group.members.iter().filter(|member| **member != entity.id);
    Ok(others
        .filter_map(|member| {
            let other = lists.entity(member).filter(|other| is_public(&other.source))?;
            let edge = group.links.iter().find(|edge| {
                (edge.a == entity.id && edge.b == *member) || (edge.b == entity.id && edge.a == *member)
            });
            let reason = edge.map(|edge| reason_words(&edge.reason)).unwrap_or_default();
            Some(LinkLine { party: row(other, site.day()), reason })
        })
        .collect())
}

/// Why two entries are about one party, in English. The judge of a private installation is not named to the public.
fn reason_words(reason: &Reason) -> String {
    match reason {
        Reason::Judgement { .. } => "a person decided so".to_owned(),
        Reason::PublisherKey { list, key } => format!("the same key on the list {list}: {key}"),
        Reason::UnReference { reference } => format!("the same reference of the UN: {reference}"),
        Reason::Identifier { property, value } => format!("the same {property}: {value}"),
    }
}
