//! Sources as data (`lists/*.toml`) and the guards that a new import must pass before it replaces the last one.

use countersign_model::SourceId;
use serde::Deserialize;

use crate::{ImportError, Report};

/// One source: who publishes it, where, how often, under which terms, and what a believable file looks like.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceDef {
    /// The source id; `ftm:{dataset}` stands for every FollowTheMoney data set.
    pub id: String,
    /// Its name for people.
    pub title: String,
    /// Who publishes it.
    pub publisher: String,
    /// The publisher's page about it.
    pub page: String,
    /// The format that the importer reads.
    pub format: String,
    /// How often the publisher changes it.
    pub cadence: String,
    /// Terms of use.
    pub licence: String,
    /// Another source that carries the same parties, for a comparison of counts.
    #[serde(default)]
    pub cross_check: Option<String>,
    /// What a user has to know of it.
    #[serde(default)]
    pub note: Option<String>,
    /// The files, as the publisher offers them. Empty for a source that is part of the program.
    #[serde(default)]
    pub files: Vec<FileDef>,
    /// The guards.
    pub guard: CountGuard,
}

/// A file to download.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileDef {
    /// The name to give it.
    pub name: String,
    /// The publisher's official address.
    pub url: String,
    /// Whether the source cannot be imported without it.
    pub required: bool,
}

/// What a believable count is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountGuard {
    /// Fewest entities that a whole list has.
    pub min_count: u64,
    /// Most that it may shrink from one import to the next, in percent of the earlier count.
    pub max_shrink_percent: u64,
    /// Most rows that may be refused before the import is not believed, in percent of all rows.
    pub max_refused_percent: u64,
}

/// Why a new import may not replace the last one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GuardError {
    /// Fewer entities than the list can have.
    #[error(
        "`{origin}` has {new} entities where a whole list has at least {min}; the last good list stays in force: \
         download it again, or lower `min_count` if the publisher confirms it"
    )]
    TooFew {
        /// The source.
        origin: String,
        /// Entities of the new import.
        new: u64,
        /// The least believed.
        min: u64,
    },
    /// Too many rows could not be read.
    #[error(
        "{refused} of {rows} rows of `{origin}` could not be read, more than {max_percent} percent; the last good \
         list stays in force: see the refusals in the report, the publisher may have changed the format"
    )]
    Refused {
        /// The source.
        origin: String,
        /// Rows refused.
        refused: u64,
        /// Rows in all.
        rows: u64,
        /// The most that may be refused, in percent.
        max_percent: u64,
    },
    /// The list lost more than it may at once.
    #[error(
        "`{origin}` shrank from {previous} to {new} entities, more than {max_percent} percent; the last good list \
         stays in force: compare both with the publisher, then import with the guard set aside"
    )]
    Shrank {
        /// The source.
        origin: String,
        /// Entities of the last import.
        previous: u64,
        /// Entities of the new one.
        new: u64,
        /// The most it may lose, in percent.
        max_percent: u64,
    },
}

/// Whether an import of `new` entities may replace one of `previous` (`None` at the first import).
///
/// # Errors
/// [`GuardError`] when the list is emptied, too small, or shrank more than its guard allows.
pub fn check_guards(previous: Option<u64>, new: u64, source: &SourceDef) -> Result<(), GuardError> {
    let guard = source.guard;
    // an emptied list is never believed, whatever the table says
    let min = guard.min_count.max(1);
    if new < min {
        return Err(GuardError::TooFew { origin: source.id.clone(), new, min });
    }
    if let Some(previous) = previous {
        let kept_at_least = 100u64.saturating_sub(guard.max_shrink_percent);
        if u128::from(new) * 100 < u128::from(previous) * u128::from(kept_at_least) {
            return Err(GuardError::Shrank {
                origin: source.id.clone(),
                previous,
                new,
                max_percent: guard.max_shrink_percent,
            });
        }
    }
    Ok(())
}

/// Whether so many rows of an import were refused that it may not replace the last one.
///
/// # Errors
/// [`GuardError::Refused`] when more rows were refused than the source's guard allows.
pub fn check_refusals(report: &Report, source: &SourceDef) -> Result<(), GuardError> {
    let refused = report.refused.len() as u64;
    let max_percent = source.guard.max_refused_percent;
    if u128::from(refused) * 100 > u128::from(report.rows) * u128::from(max_percent) {
        return Err(GuardError::Refused {
            origin: source.id.clone(),
            refused,
            rows: report.rows,
            max_percent,
        });
    }
    Ok(())
}

/// Stands for the data set in the id and the addresses of the FollowTheMoney source.
const DATASET: &str = "{dataset}";

/// The source definitions that are part of the program, in the order of the folder `lists`.
///
/// # Errors
/// [`ImportError::BuiltIn`] if one of them is damaged.
pub fn source_defs() -> Result<Vec<SourceDef>, ImportError> {
    [
        ("lists/us_csl.toml", include_str!("../../../lists/us_csl.toml")),
        ("lists/us_ofac_sdn.toml", include_str!("../../../lists/us_ofac_sdn.toml")),
        ("lists/us_ofac_cons.toml", include_str!("../../../lists/us_ofac_cons.toml")),
        ("lists/un_sc.toml", include_str!("../../../lists/un_sc.toml")),
        ("lists/ftm.toml", include_str!("../../../lists/ftm.toml")),
        ("lists/starter.toml", include_str!("../../../lists/starter.toml")),
    ]
    .into_iter()
    .map(|(table, text)| {
        toml::from_str(text).map_err(|e| ImportError::BuiltIn { table, reason: e.message().to_owned() })
    })
    .collect()
}

/// The definition of one source. For `ftm:<dataset>` the data set stands in the id and the addresses.
///
/// # Errors
/// [`ImportError::UnknownSource`] when there is none.
pub fn source_def(source: &SourceId) -> Result<SourceDef, ImportError> {
    for mut def in source_defs()? {
        if def.id == source.as_str() {
            return Ok(def);
        }
        let prefix = def.id.strip_suffix(DATASET).map(str::to_owned);
        if let Some(dataset) = prefix.as_deref().and_then(|p| source.as_str().strip_prefix(p)) {
            for file in &mut def.files {
                file.url = file.url.replace(DATASET, dataset);
            }
            def.id = source.to_string();
            return Ok(def);
        }
    }
    Err(ImportError::UnknownSource(source.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn csl() -> SourceDef {
        source_def(&SourceId::new("us_csl").unwrap()).unwrap()
    }

    #[test]
    fn every_definition_is_read_and_found() {
        for def in source_defs().unwrap() {
            let id = SourceId::new(&def.id.replace(DATASET, "sanctions")).unwrap();
            let found = source_def(&id).unwrap();
            assert!(
                found.files.iter().all(|f| f.url.starts_with("https://") && !f.url.contains('{')),
                "{id}"
            );
            assert!(found.guard.min_count >= 1 && found.guard.max_shrink_percent < 100, "{id}");
        }
        assert!(source_def(&SourceId::new("nobody").unwrap()).is_err());
    }

    #[test]
    fn an_emptied_or_shrunken_list_is_refused() {
        let def = csl();
        let (min, max) = (def.guard.min_count, def.guard.max_shrink_percent);
        assert!(matches!(check_guards(None, 0, &def), Err(GuardError::TooFew { .. })));
        assert!(check_guards(None, min, &def).is_ok());
        let previous = min * 4;
        let least = previous * (100 - max) / 100;
        assert!(check_guards(Some(previous), least, &def).is_ok(), "exactly the limit is allowed");
        assert!(matches!(check_guards(Some(previous), least - 1, &def), Err(GuardError::Shrank { .. })));
        assert!(check_guards(Some(previous), previous * 10, &def).is_ok(), "growth is no trouble");
    }

    #[test]
    fn an_import_with_too_many_refusals_is_refused() {
        let def = csl();
        let mut report = Report { rows: 1_000, ..Report::default() };
        for line in 0..10 * def.guard.max_refused_percent {
            report.refuse("f", line, "bad");
        }
        assert!(check_refusals(&report, &def).is_ok(), "exactly the limit is allowed");
        report.refuse("f", 99, "one more");
        assert!(matches!(check_refusals(&report, &def), Err(GuardError::Refused { refused: 11, .. })));
    }
}
