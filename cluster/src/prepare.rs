//! What a run rests on: the lists, decisions and day of a home, as `countersign bulk` takes them.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use countersign_bulk::{Format, InputFormat, Judged, Party};
use countersign_model::{Date, EntitySchema, parse_date};
use countersign_operations::age;
use countersign_operations::clock;
use countersign_operations::dispositions::{About, Dispositions};
use countersign_operations::editions::{Editions, When};
use countersign_operations::failure::Failure;
use countersign_operations::home::Home;
use countersign_operations::lists::Lists;
use countersign_operations::profiles::Named;
use countersign_operations::screen::missing;
use countersign_operations::screening::{State, state_of};
use countersign_screening::{Hit, Profile};

/// What a run is of.
pub(crate) struct Asked {
    pub(crate) home: Option<PathBuf>,
    pub(crate) schema: Option<EntitySchema>,
    pub(crate) profile: Option<PathBuf>,
    pub(crate) as_of: Option<Date>,
}

/// The lists and decisions of a home on a day.
pub(crate) struct Grounds {
    pub(crate) lists: Lists,
    pub(crate) dispositions: Dispositions,
    pub(crate) on: Date,
    pub(crate) profile: Profile,
    /// What the outcome rests on beside the input and the profile.
    pub(crate) content: String,
    /// What was not compared, and which copies are old.
    pub(crate) notes: Vec<String>,
}

impl Grounds {
    /// Reads them. `began` is the content of a run that did not come to its end, which goes on for its own day.
    pub(crate) fn read(asked: &Asked, began: Option<&str>) -> Result<Self, Failure> {
        let home = Home::find(asked.home.as_deref())?;
        let store = home.or_built_in()?;
        let began = began.and_then(|content| {
            let (_, _, day) =
                serde_json::from_str::<(serde_json::Value, serde_json::Value, String)>(content).ok()?;
            parse_date(&day).ok()
        });
        let on = asked.as_of.or(began).unwrap_or_else(clock::today);
        let editions = Editions::load(store.as_ref())?;
        let when = When { as_of: Some(on), known_at: None };
        let plan = editions.plan(when);
        let lists = Lists::of_plan(store.as_ref(), &plan)?;
        let dispositions = Dispositions::load(store.as_ref())?;
        let named = asked.profile.as_deref().map(Named::read).transpose()?.unwrap_or_default();
        if !named.lists.is_empty() || !named.types.is_empty() {
            return Err(Failure::Input(
                "`lists` and `types` of a profile are not used by bulk: filter its output by the columns `lists` and `schema`"
                    .to_owned(),
            ));
        }
        let base = Profile { near_miss_margin: 0.0, max_near_misses: 0, ..Profile::default() };
        let profile = named.profile(base);
        let content = serde_json::to_string(&(lists.pins(), dispositions.digest()?, on.to_string()))
            .map_err(|e| Failure::Program(e.to_string()))?;
        let mut notes: Vec<String> = named.narrows().into_iter().collect();
        notes.extend(missing(&lists, on));
        notes.extend(age::warnings(&plan, &editions, store.as_ref(), on, None));
        notes.extend(plan.notes(when));
        Ok(Self { lists, dispositions, on, profile, content, notes })
    }

    /// How a possible match of a party stands. A fault is put into `fault`.
    pub(crate) fn judge(&self, party: &Party, hit: &Hit, fault: &Mutex<Option<Failure>>) -> Judged {
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

/// The format of an input, by its name.
pub(crate) fn input_format(name: &str) -> Result<InputFormat, Failure> {
    InputFormat::of(Path::new(name)).ok_or_else(|| {
        Failure::Input(format!(
            "`{name}`: its name does not tell what it is; let it end in .csv, .jsonl, .parquet or .xlsx"
        ))
    })
}

/// The format of an output, by its name.
pub(crate) fn output_format(name: &str) -> Result<Format, Failure> {
    match Path::new(name).extension().and_then(|e| e.to_str()) {
        Some("csv") => Ok(Format::Csv),
        Some("jsonl" | "ndjson") => Ok(Format::JsonLines),
        Some("parquet") => Ok(Format::Parquet),
        _ => Err(Failure::Input(format!("`{name}`: let it end in .csv, .jsonl or .parquet"))),
    }
}
