//! What the screening of a file of parties rests on: the lists of a day, what people decided, the profile. `countersign bulk` and the
//! cluster take the same.

use std::path::Path;
use std::sync::Mutex;

use countersign_bulk::{Format, Judged, Party};
use countersign_model::{Date, parse_date};
use countersign_screening::{Hit, Profile};
use countersign_store::Store;

use crate::age;
use crate::clock;
use crate::dispositions::{About, Dispositions};
use crate::editions::{Editions, When};
use crate::failure::Failure;
use crate::lists::Lists;
use crate::profiles::Named;
use crate::screen::missing;
use crate::screening::{State, state_of};

/// What is asked beside the file.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'a> {
    /// A profile file.
    pub profile: Option<&'a Path>,
    /// The least score of a possible match, whatever the profile says.
    pub threshold: Option<f64>,
    /// The day for which the lists are read; today if absent.
    pub as_of: Option<Date>,
}

/// The lists and decisions of a home on a day.
#[derive(Debug)]
pub struct Grounds {
    /// The lists.
    pub lists: Lists,
    /// What people decided.
    pub dispositions: Dispositions,
    /// The day.
    pub on: Date,
    /// How strictly is screened.
    pub profile: Profile,
    /// What the outcome rests on beside the input and the profile: copies of the lists, decisions, the day.
    pub content: String,
    /// What was not compared, and which copies are old.
    pub notes: Vec<String>,
}

/// [`Grounds::content`] in its parts.
type Content = (serde_json::Value, serde_json::Value, String);

/// The day of a run that did not come to its end.
fn day_of(content: &str) -> Option<Date> {
    let (_, _, day) = serde_json::from_str::<Content>(content).ok()?;
    parse_date(&day).ok()
}

impl Grounds {
    /// Reads them. `began` is the content of a run that did not come to its end: one that was stopped before midnight goes on for
    /// its own day.
    ///
    /// # Errors
    /// Where lists, decisions or the profile cannot be read, or the profile asks for what no file of matches can hold.
    pub fn read(store: Option<&Store>, asked: &Asked<'_>, began: Option<&str>) -> Result<Self, Failure> {
        let on = asked.as_of.or_else(|| began.and_then(day_of)).unwrap_or_else(clock::today);
        let editions = Editions::load(store)?;
        let when = When { as_of: Some(on), known_at: None };
        let plan = editions.plan(when);
        let lists = Lists::of_plan(store, &plan)?;
        let dispositions = Dispositions::load(store)?;
        let named = asked.profile.map(Named::read).transpose()?.unwrap_or_default();
        if !named.lists.is_empty() || !named.types.is_empty() {
            return Err(Failure::Input(
                "`lists` and `types` of a profile are not used by bulk: filter its output by the columns `lists` and `schema`"
                    .to_owned(),
            ));
        }
        // near misses are not written: whoever wants them lowers the threshold
        let base = Profile { near_miss_margin: 0.0, max_near_misses: 0, ..Profile::default() };
        let mut profile = named.profile(base);
        profile.threshold = asked.threshold.unwrap_or(profile.threshold);
        let content = serde_json::to_string(&(lists.pins(), dispositions.digest()?, on.to_string()))
            .map_err(|e| Failure::Program(e.to_string()))?;
        let mut notes: Vec<String> = named.narrows().into_iter().collect();
        notes.extend(missing(&lists, on));
        notes.extend(age::warnings(&plan, &editions, store, on, None));
        notes.extend(plan.notes(when));
        Ok(Self { lists, dispositions, on, profile, content, notes })
    }

    /// How a possible match of a party stands. A fault is put into `fault`.
    pub fn judge(&self, party: &Party, hit: &Hit, fault: &Mutex<Option<Failure>>) -> Judged {
        let kind = party.query.schema.unwrap_or(hit.schema);
        let about = About { name: &party.query.name, kind, query: &party.query, on: self.on };
        match state_of(hit, &about, &self.lists, &self.dispositions) {
            Ok((State::Match, ..)) => Judged::Match,
            Ok((State::NoMatch, ..)) => Judged::NoMatch,
            Ok(_) => Judged::Open,
            Err(failure) => {
                if let Ok(mut slot) = fault.lock() {
                    slot.get_or_insert(failure);
                }
                Judged::Open
            }
        }
    }
}

/// How an output is written, by its name.
///
/// # Errors
/// Where the name does not tell.
pub fn output_format(name: &Path) -> Result<Format, Failure> {
    match name.extension().and_then(|e| e.to_str()) {
        Some("csv") => Ok(Format::Csv),
        Some("jsonl" | "ndjson") => Ok(Format::JsonLines),
        Some("parquet") => Ok(Format::Parquet),
        _ => Err(Failure::Input(format!("`{}`: let it end in .csv, .jsonl or .parquet", name.display()))),
    }
}
