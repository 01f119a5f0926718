//! One party against the loaded lists: from a name to what is known of its listings.

use std::collections::{BTreeMap, BTreeSet};

use countersign_case::{Case, Party, PartyKind};
use countersign_history::{listed_by, not_yet_on, past_of};
use countersign_law::{Law, NormKind};
use countersign_model::{CountryCode, Date, EntitySchema, Issuer, ListCode, Listing};
use countersign_screening::{Hit, Profile, Query};
use serde::Serialize;
use serde_json::Value;

use crate::dispositions::{About, Disposition, Dispositions, Verdict, entity_digest, facts_digest};
use crate::failure::Failure;
use crate::lists::Lists;

/// The most near misses that are listed; the rest are counted.
pub const MAX_NEAR_MISSES: usize = 5;

/// What became of a party's `listings`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The case gives them; nothing was screened.
    GivenInCase,
    /// The party has no name to screen; they stay unknown.
    NameUnknown,
    /// Compared with every list that the regimes asked read, and no possible match: `none`.
    NoPossibleMatch,
    /// A possible match that nobody has decided counts as listed, and the decision says so.
    PossibleMatch,
    /// People decided that the party is a listed one.
    Match,
    /// Some list that the regimes asked read is not loaded, so they stay unknown.
    NotSettled,
}

/// How a hit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nobody has decided it.
    Undecided,
    /// A person decided that it is the same party.
    Match,
    /// A person decided that it is another party.
    NoMatch,
    /// A person decided, but about another party of the name, for a time that is over, or on an entry that has changed since:
    /// undecided again.
    Lapsed,
}

/// A hit with what people decided about it.
#[derive(Debug, Clone, Serialize)]
pub struct Found {
    /// How it stands.
    pub state: State,
    /// The decision, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disposition: Option<Disposition>,
    /// Why it does not hold here, where that is so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reopened: Option<String>,
    /// That the entry is no longer on its list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delisted: Option<Delisted>,
    /// The day of the copy that answers, where the entry is only on a later one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_on_copy_of: Option<Date>,
    /// The hit itself.
    #[serde(flatten)]
    pub hit: Hit,
}

/// When an entry left its list: between two copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Delisted {
    /// The day of the last copy on which it stood.
    pub last_seen: Date,
    /// The day of the first copy on which it no longer stood. It counts as listed up to the day before.
    pub since: Date,
}

impl Found {
    /// In words, that the entry is not on the copy that answers.
    pub fn off_list(&self) -> Option<String> {
        if let Some(delisted) = self.delisted {
            return Some(format!(
                "delisted: not on the list since its copy of {}, last seen on that of {}",
                delisted.since, delisted.last_seen
            ));
        }
        self.not_on_copy_of.map(|day| format!("not on the list's copy of {day}; on a later one"))
    }
}

/// With what a name was compared.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Compared {
    /// How many entries of a kind that the party may be stand on these lists.
    pub entries: usize,
    /// The official lists, with the number of such entries on each.
    pub lists: BTreeMap<String, usize>,
    /// Lists that the regimes asked read and of which no whole copy is loaded.
    pub not_loaded: Vec<ListCode>,
    /// Lists that they read and that no publisher offers as a file: a person has to compare them.
    pub by_hand: Vec<ListCode>,
}

/// The screening of one party.
#[derive(Debug, Clone, Serialize)]
pub struct PartyScreening {
    /// Its id in the case.
    pub party: String,
    /// Its name in the case.
    pub name: String,
    /// The countries with which it was compared.
    #[serde(skip)]
    pub countries: Vec<CountryCode>,
    /// The other names with which it was compared.
    #[serde(skip)]
    pub other_names: Vec<String>,
    /// As what kind of party it is compared.
    pub kind: EntitySchema,
    /// What became of its listings.
    pub outcome: Outcome,
    /// All of it in a sentence.
    pub summary: String,
    /// With what it was compared; absent where it was not screened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compared: Option<Compared>,
    /// Possible matches on the lists that the regimes asked read, best first.
    pub hits: Vec<Found>,
    /// Possible matches on other lists, which nobody asked about.
    pub elsewhere: Vec<Found>,
    /// The best of those just below the threshold.
    pub near_misses: Vec<Found>,
    /// How many more of them there are.
    pub more_near_misses: usize,
    /// What the reader has to know.
    pub notes: Vec<String>,
}

impl PartyScreening {
    fn unscreened(party: &Party<'_>, outcome: Outcome, summary: &str) -> Self {
        Self {
            party: party.id.to_owned(),
            name: party.name.to_owned(),
            kind: schema_of(party.kind),
            countries: Vec::new(),
            other_names: Vec::new(),
            outcome,
            summary: summary.to_owned(),
            compared: None,
            hits: Vec::new(),
            elsewhere: Vec::new(),
            near_misses: Vec::new(),
            more_near_misses: 0,
            notes: Vec::new(),
        }
    }

    /// The hits that count: all but those that a person decided to be another party.
    pub fn counted(&self) -> impl Iterator<Item = &Found> {
        self.hits.iter().filter(|f| f.state != State::NoMatch)
    }
}

/// Whether any party of a case has to be screened.
pub fn is_needed(case: &Case) -> bool {
    case.parties().any(|p| needs_screening(&p))
}

fn needs_screening(party: &Party<'_>) -> bool {
    party.value.get("listings").is_none() && !is_placeholder(party.name)
}

/// A word that stands where a name is not known: nobody is found by it, and that says nothing.
fn is_placeholder(name: &str) -> bool {
    let folded: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let words = [
        "unknown",
        "notknown",
        "unidentified",
        "na",
        "tbd",
        "tba",
        "tobedetermined",
        "various",
        "none",
        "anonymous",
    ];
    words.contains(&folded.as_str())
}

/// The official lists that the regimes asked read: the lists of the US for US regimes, of the EU for EU regimes, of
/// the UK for UK regimes, and that of the UN for the EU's and the UK's.
pub fn lists_read(law: &Law, case: &Case) -> BTreeSet<ListCode> {
    let named = case.regimes();
    let asked =
        |id: &str, group: &str| named.as_ref().is_none_or(|n| n.iter().any(|n| n == id || n == group));
    let all = || ListCode::ALL.into_iter().filter(|l| l.is_read_by_regimes());
    let mut lists = BTreeSet::new();
    for regime in law.regimes().iter().filter(|r| r.kind == NormKind::Law && asked(&r.id, &r.group)) {
        match regime.group.as_str() {
            "EU" => lists.extend([ListCode::EuFsf, ListCode::UnSc]),
            "UK" => lists.extend([ListCode::UkSl, ListCode::UnSc]),
            // a group that is not known here reads every list: one comparison too many does no harm
            "US" => lists.extend(all().filter(|l| l.issuer() == Issuer::Us)),
            _ => lists.extend(all()),
        }
    }
    lists
}

/// Screens every party of a case whose listings it does not give.
pub fn screen_case(
    case: &Case,
    read: &BTreeSet<ListCode>,
    lists: &Lists,
    dispositions: &Dispositions,
) -> Result<Vec<PartyScreening>, Failure> {
    case.parties()
        .map(|party| {
            if party.value.get("listings").is_some() {
                return Ok(PartyScreening::unscreened(
                    &party,
                    Outcome::GivenInCase,
                    "not screened: the case gives its listings",
                ));
            }
            if is_placeholder(party.name) {
                return Ok(PartyScreening::unscreened(
                    &party,
                    Outcome::NameUnknown,
                    "not screened: it has no name; whether it is listed stays unknown",
                ));
            }
            screen_party(&party, case.as_of(), read, lists, dispositions)
        })
        .collect()
}

/// Every decision of a person about a party that is screened, whether or not it is about a hit of today.
pub fn dispositions_read(case: &Case, dispositions: &Dispositions) -> Vec<Disposition> {
    let mut read: Vec<Disposition> = Vec::new();
    for party in case.parties().filter(needs_screening) {
        for disposition in dispositions.about(party.name, schema_of(party.kind)) {
            if !read.contains(disposition) {
                read.push(disposition.clone());
            }
        }
    }
    read
}

/// As what a party of a case is compared with the lists.
pub fn query(party: &Party<'_>) -> Query {
    let text = |key: &str| party.value.get(key).and_then(Value::as_str);
    let list = |key: &str| {
        party.value.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
    };
    let mut countries: Vec<CountryCode> = Vec::new();
    for code in text("country").into_iter().chain(text("headquarters")).chain(list("nationalities")) {
        if let Ok(code) = CountryCode::new(code)
            && !countries.contains(&code)
        {
            countries.push(code);
        }
    }
    Query {
        name: party.name.to_owned(),
        other_names: list("aliases").map(str::to_owned).collect(),
        schema: Some(schema_of(party.kind)),
        countries,
        ..Query::default()
    }
}

/// As what a party is compared. Bodies of every legal form are compared with one another.
fn schema_of(kind: PartyKind) -> EntitySchema {
    match kind {
        PartyKind::Individual => EntitySchema::Person,
        PartyKind::Organisation | PartyKind::StateBody => EntitySchema::Organization,
    }
}

fn screen_party(
    party: &Party<'_>,
    as_of: Date,
    read: &BTreeSet<ListCode>,
    lists: &Lists,
    dispositions: &Dispositions,
) -> Result<PartyScreening, Failure> {
    let query = query(party);
    let schema = schema_of(party.kind);
    let at = |e: &dyn std::fmt::Display| Failure::Input(format!("parties[{}]: {e}", party.id));
    let profile = Profile { max_near_misses: usize::MAX, ..Profile::default() };
    let screening = lists.index().screen(&query, &profile).map_err(|e| at(&e))?;
    let mut notes = screening.notes;
    let about = About { name: party.name, kind: schema, query: &query, on: as_of };
    let judge = |hit: Hit| judged(hit, &about, lists, dispositions);
    let (mut hits, mut elsewhere, mut near_misses) = (Vec::new(), Vec::new(), Vec::new());
    for hit in screening.hits {
        let found = judge(hit)?;
        if stands_on(&found.hit.listings, read) { hits.push(found) } else { elsewhere.push(found) }
    }
    for hit in screening.near_misses {
        let found = judge(hit)?;
        match (stands_on(&found.hit.listings, read), found.state) {
            (true, State::Match) => hits.push(found),
            (true, _) => near_misses.push(found),
            (false, _) => {}
        }
    }
    let lost = add_decided(&about, lists, dispositions, &mut hits, &elsewhere, &mut notes, &at)?;
    // a wrong kind in the case must not hide a listed party
    let others = lists.index().of_another_kind(&query, &profile).map_err(|e| at(&e))?;
    let other_kind = others.into_iter().find(|hit| stands_on(&hit.listings, read));
    if hits.is_empty()
        && let Some(hit) = &other_kind
    {
        notes.push(format!(
            "the name is that of `{}` ({}), which the list has as {}, and the case as {}: if the kind in the case is right, write the listings into it",
            hit.caption,
            hit.entity,
            hit.schema.as_str(),
            schema.as_str()
        ));
    }
    let more_near_misses = near_misses.len().saturating_sub(MAX_NEAR_MISSES);
    near_misses.truncate(MAX_NEAR_MISSES);

    let compared = compared(lists, read, schema, as_of);
    let counted: Vec<&Found> = hits.iter().filter(|f| f.state != State::NoMatch).collect();
    let between = came_between(&counted, lists, as_of, &mut notes);
    let whole = compared.not_loaded.is_empty() && !lost && other_kind.is_none() && !between;
    let outcome = outcome(&counted, whole, between, as_of);
    let summary = summary(outcome, &compared, counted.len(), hits.len() - counted.len(), as_of);
    Ok(PartyScreening {
        party: party.id.to_owned(),
        name: party.name.to_owned(),
        kind: schema,
        countries: query.countries.clone(),
        other_names: query.other_names.clone(),
        outcome,
        summary,
        compared: Some(compared),
        hits,
        elsewhere,
        near_misses,
        more_near_misses,
        notes,
    })
}

/// Adds what people decided is the party and the index no longer finds, because the names of the entry have changed: the
/// decision still holds. Whether one is no longer on the lists under such a name, which is said in the notes.
fn add_decided(
    about: &About<'_>,
    lists: &Lists,
    dispositions: &Dispositions,
    hits: &mut Vec<Found>,
    elsewhere: &[Found],
    notes: &mut Vec<String>,
    at: &dyn Fn(&dyn std::fmt::Display) -> Failure,
) -> Result<bool, Failure> {
    let mut lost = false;
    for decided in dispositions
        .about(about.name, about.kind)
        .filter(|d| d.verdict == Verdict::Match && d.holds(about).is_ok())
    {
        if hits.iter().chain(elsewhere).any(|f| f.hit.entity == decided.entity) {
            continue;
        }
        let whole = Profile {
            threshold: f64::MIN_POSITIVE,
            near_miss_margin: 0.0,
            max_near_misses: usize::MAX,
            ..Profile::default()
        };
        let again = lists.index().screen_exhaustively(about.query, &whole).map_err(|e| at(&e))?;
        match again.hits.into_iter().find(|h| h.entity == decided.entity && h.name_score > 0.0) {
            Some(hit) => hits.push(judged(hit, about, lists, dispositions)?),
            None => {
                lost = true;
                notes.push(format!(
                    "{} decided on {} that this is `{}` ({}), which is no longer on the loaded lists under such a name; look again",
                    decided.by, decided.time, decided.caption, decided.entity
                ));
            }
        }
    }
    Ok(lost)
}

/// Whether one was listed on some day between two copies, and nobody says whether before the day asked about.
fn came_between(counted: &[&Found], lists: &Lists, as_of: Date, notes: &mut Vec<String>) -> bool {
    let mut between = false;
    for found in counted {
        if let Some(by) = lists.entity(&found.hit.entity).and_then(listed_by).filter(|by| as_of < *by) {
            between = true;
            notes.push(format!(
                "`{}` ({}) came onto its list on some day up to {by}, and the list does not tell on which: whether it was listed \
                 on {as_of} is not known",
                found.hit.caption, found.hit.entity
            ));
        }
    }
    between
}

/// What the possible matches that count come to. `whole`: no list that is read could hold the party and does not; `between`:
/// it is not known whether one of them was listed on the day.
fn outcome(counted: &[&Found], whole: bool, between: bool, as_of: Date) -> Outcome {
    let listings: Vec<&Listing> = counted.iter().flat_map(|f| &f.hit.listings).collect();
    let in_effect = listings.iter().any(|l| l.in_effect_on(as_of));
    // a day before every listing of the party is a question about the past: the entry itself answers it
    let before = !listings.is_empty() && listings.iter().all(|l| l.from.is_some_and(|from| as_of < from));
    if counted.is_empty() && whole {
        Outcome::NoPossibleMatch
    } else if !in_effect && (!before || between) && !whole {
        Outcome::NotSettled
    } else if counted.iter().all(|f| f.state == State::Match) {
        Outcome::Match
    } else {
        Outcome::PossibleMatch
    }
}

fn stands_on(listings: &[Listing], read: &BTreeSet<ListCode>) -> bool {
    listings.iter().any(|l| read.contains(&l.list))
}

/// With what a party of a kind is compared on the lists that are read, for a day.
pub fn compared(lists: &Lists, read: &BTreeSet<ListCode>, schema: EntitySchema, on: Date) -> Compared {
    let (entries, counts) = lists.counts(read, Some(schema));
    let whole = lists.whole_lists(on);
    // BIS offers the units named in 15 CFR 744.22 in no file; the page says that they were not compared
    let (by_hand, not_loaded) =
        read.iter().filter(|l| !whole.contains(l)).partition(|l| **l == ListCode::Mieu);
    let lists = counts.into_iter().filter(|(_, n)| *n > 0).map(|(l, n)| (l.to_string(), n)).collect();
    Compared { entries, lists, not_loaded, by_hand }
}

/// A hit with the decision about it that is in force.
pub fn judged(
    hit: Hit,
    about: &About<'_>,
    lists: &Lists,
    dispositions: &Dispositions,
) -> Result<Found, Failure> {
    let (state, disposition, reopened) = state_of(&hit, about, lists, dispositions)?;
    let disposition = disposition.cloned();
    let entry = lists.entity(&hit.entity);
    let not_on_copy_of = entry.and_then(not_yet_on);
    let past = entry.and_then(past_of).filter(|_| not_on_copy_of.is_none());
    let delisted = past.map(|(last_seen, since)| Delisted { last_seen, since });
    Ok(Found { state, disposition, reopened, delisted, not_on_copy_of, hit })
}

/// How a hit stands, the decision about it, and why that does not hold where it does not.
pub fn state_of<'a>(
    hit: &Hit,
    about: &About<'_>,
    lists: &Lists,
    dispositions: &'a Dispositions,
) -> Result<(State, Option<&'a Disposition>, Option<String>), Failure> {
    let facts = || lists.entity(&hit.entity).and_then(|entity| facts_digest(entity).ok());
    let entry = lists.entity(&hit.entity);
    let opened = |d: &Disposition| d.told.opened_by(&d.name, about.query, hit, entry, lists.index());
    let Some((decided, holds)) = dispositions.get(about, &hit.entity, facts, opened) else {
        return Ok((State::Undecided, None, None));
    };
    if let Err(why) = holds {
        return Ok((State::Lapsed, Some(decided), Some(why)));
    }
    if decided.verdict == Verdict::Match {
        return Ok((State::Match, Some(decided), None));
    }
    // under another id, its facts alone have told that it is the entry
    let changed =
        decided.entity == hit.entity && entry.map(entity_digest).transpose()? != Some(decided.entity_sha256);
    if changed {
        return Ok((State::Lapsed, Some(decided), Some("the entry changed".to_owned())));
    }
    Ok((State::NoMatch, Some(decided), None))
}

fn summary(outcome: Outcome, compared: &Compared, counted: usize, other: usize, as_of: Date) -> String {
    let codes = |c: &[ListCode]| c.iter().map(|l| l.as_str()).collect::<Vec<_>>().join(", ");
    let with = match compared.entries {
        0 => "compared with no entry".to_owned(),
        n => {
            let lists: Vec<String> = compared.lists.iter().map(|(l, n)| format!("{l} {n}")).collect();
            format!(
                "screened against {n} {} ({})",
                if n == 1 { "entry" } else { "entries" },
                lists.join(", ")
            )
        }
    };
    let decided = match other {
        0 => String::new(),
        n => format!(" ({n} decided to be another party)"),
    };
    let missing = match compared.not_loaded.as_slice() {
        [] => String::new(),
        lists => format!("; no whole copy is loaded of {}", codes(lists)),
    };
    let matches =
        |n: usize| if n == 1 { "1 possible match".to_owned() } else { format!("{n} possible matches") };
    match outcome {
        Outcome::NoPossibleMatch => format!("{with}: no possible match{decided}"),
        Outcome::PossibleMatch => {
            format!("{with}: {}, undecided, so it counts as listed{decided}{missing}", matches(counted))
        }
        Outcome::Match => format!("{with}: decided to be a listed party{decided}{missing}"),
        Outcome::NotSettled if counted > 0 => format!(
            "{with}: {}, none in effect on {as_of}{decided}{missing}; whether it is listed stays unknown",
            matches(counted)
        ),
        Outcome::NotSettled => {
            format!("{with}: no possible match{decided}{missing}; whether it is listed stays unknown")
        }
        Outcome::GivenInCase | Outcome::NameUnknown => with,
    }
}
