//! One name against everything that is loaded: `screen/1`, as `countersign screen` prints it and the server answers it.

use countersign_model::{Date, EntitySchema, ListCode};
use countersign_screening::{Hit, Profile, Query, ScreenError};
use serde::Serialize;

use crate::dispositions::{About, Dispositions};
use crate::editions::{Plan, When};
use crate::failure::Failure;
use crate::lists::{Lists, Pin};
use crate::profiles::Named;
use crate::screening::{Found, judged};

/// The outcome, `screen/1`.
#[derive(Debug, Serialize)]
pub struct Screen {
    /// `screen/1`.
    pub schema: &'static str,
    /// What was asked.
    pub query: Query,
    /// The least score of a possible match.
    pub threshold: f64,
    /// How strictly was screened, all of it.
    pub profile: Named,
    /// The day for which listings are read.
    pub as_of: Date,
    /// The day up to which imports are known, where one was asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known_at: Option<Date>,
    /// With how many entries the name was compared.
    pub compared: usize,
    /// The lists.
    pub lists: Vec<Pin>,
    /// Possible matches, best first.
    pub hits: Vec<Found>,
    /// The best of those just below the threshold.
    pub near_misses: Vec<Found>,
    /// How many more of them there are.
    pub more_near_misses: usize,
    /// What the reader has to know.
    pub notes: Vec<String>,
}

/// Lists with the plan by which they were chosen, and what people decided.
#[derive(Debug, Clone, Copy)]
pub struct Against<'a> {
    /// The lists.
    pub lists: &'a Lists,
    /// Which copies they are.
    pub plan: &'a Plan,
    /// What people decided about possible matches.
    pub dispositions: &'a Dispositions,
    /// Warnings about old copies.
    pub warnings: &'a [String],
}

/// What is asked.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The party.
    pub query: Query,
    /// What the profile is called, and what of it is shown.
    pub named: Named,
    /// How strictly.
    pub profile: Profile,
    /// The days, as they were asked for.
    pub when: When,
    /// Today, where no day was asked for.
    pub today: Date,
    /// What the reader has to know of the question.
    pub notes: Vec<String>,
}

/// Hits with what people decided about them.
#[derive(Debug)]
pub struct Compared {
    /// Possible matches, best first.
    pub hits: Vec<Found>,
    /// Those just below the threshold.
    pub near_misses: Vec<Found>,
    /// How many near misses were left out.
    pub more_near_misses: usize,
    /// With how many entries the name was compared.
    pub entries: usize,
    /// What the reader has to know.
    pub notes: Vec<String>,
}

/// Why a query gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum Unscreened {
    /// The query or the profile asks nothing that can be answered.
    #[error(transparent)]
    Query(#[from] ScreenError),
    /// The program failed.
    #[error(transparent)]
    Failed(#[from] Failure),
}

impl From<Unscreened> for Failure {
    fn from(why: Unscreened) -> Self {
        match why {
            Unscreened::Query(error) => Self::Input(error.to_string()),
            Unscreened::Failed(failure) => failure,
        }
    }
}

/// Compares one party with the lists. `shows` says which hits are of interest.
///
/// # Errors
/// Where the query cannot be compared, or what people decided cannot be read.
pub fn compare(
    against: &Against<'_>,
    query: &Query,
    profile: &Profile,
    on: Date,
    shows: impl Fn(&Hit) -> bool,
) -> Result<Compared, Unscreened> {
    let mut found = against.lists.index().screen(query, profile)?;
    if found.hits.is_empty() {
        let others: Vec<Hit> =
            against.lists.index().of_another_kind(query, profile)?.into_iter().filter(&shows).collect();
        if let Some(other) = others.first() {
            found.notes.push(format!(
                "asked about as `{}`; the name is that of `{}` ({}), which the list has as `{}`: ask without a kind if it may be wrong",
                query.schema.map_or("", EntitySchema::as_str),
                other.caption,
                other.entity,
                other.schema.as_str()
            ));
        }
        found.near_misses.retain(|near| others.iter().all(|other| other.entity != near.entity));
        found.near_misses.splice(0..0, others);
    }
    let judge = |hits: Vec<Hit>| -> Result<Vec<Found>, Failure> {
        hits.into_iter()
            .filter(|hit| shows(hit))
            .map(|hit| {
                let kind = query.schema.unwrap_or(hit.schema);
                let about = About { name: &query.name, kind, query, on };
                judged(hit, &about, against.lists, against.dispositions)
            })
            .collect()
    };
    Ok(Compared {
        hits: judge(found.hits)?,
        near_misses: judge(found.near_misses)?,
        more_near_misses: found.more_near_misses,
        entries: found.compared_entities,
        notes: found.notes,
    })
}

/// The official lists that regimes read and of which no whole copy is loaded for a day, in a sentence; `None` where there
/// is none.
pub fn missing(lists: &Lists, on: Date) -> Option<String> {
    let whole = lists.whole_lists(on);
    let missing: Vec<&str> = ListCode::ALL
        .iter()
        .filter(|l| l.is_read_by_regimes() && !whole.contains(l))
        .map(|l| l.as_str())
        .collect();
    (!missing.is_empty()).then(|| format!("no whole copy is loaded of {}", missing.join(", ")))
}

/// Screens one party.
///
/// # Errors
/// As [`compare`].
pub fn screen(
    against: &Against<'_>,
    asked: Asked,
    shows: impl Fn(&Hit) -> bool,
) -> Result<Screen, Unscreened> {
    let Asked { query, named, profile, when, today, mut notes } = asked;
    let as_of = when.as_of.unwrap_or(today);
    let compared = compare(against, &query, &profile, as_of, shows)?;
    notes.extend(compared.notes);
    notes.extend(missing(against.lists, as_of));
    notes.extend(against.warnings.iter().cloned());
    notes.extend(against.plan.notes(when));
    Ok(Screen {
        schema: "screen/1",
        query,
        threshold: profile.threshold,
        profile: named.resolved(&profile),
        as_of,
        known_at: when.known_at,
        compared: compared.entries,
        lists: against.lists.pins(),
        hits: compared.hits,
        near_misses: compared.near_misses,
        more_near_misses: compared.more_near_misses,
        notes,
    })
}
