//! Sources as data (`lists/*.toml`) and the guards that a new import must pass before it replaces the last one.

use std::borrow::Cow;
use std::sync::OnceLock;

use countersign_model::{ListCode, SourceId};
use serde::{Deserialize, Serialize};

use crate::name_labels::NameLabels;
use crate::{ImportError, Report};

/// One source: who publishes it, where, how often, under which terms, and what a believable file looks like.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceDef {
    /// The source id. In a family of sources the part in braces stands for the name of the member
    /// (`ftm:{dataset}`, `fr:{document}`, `own:{name}`), also in the addresses.
    pub id: String,
    /// Its name for people.
    pub title: String,
    /// What true copies of the source may lack whole (`birth dates`, `identifiers`): that they do is told, and refuses nothing.
    #[serde(default)]
    pub copies_without: Vec<String>,
    /// Who publishes it.
    pub publisher: String,
    /// The publisher's page about it.
    pub page: String,
    /// The format that the importer reads.
    pub format: String,
    /// How often the publisher changes it.
    pub cadence: String,
    /// After how many days a copy is older than the publisher's cadence explains: using it draws a warning.
    #[serde(default)]
    pub max_age_days: Option<u32>,
    /// Terms of use.
    pub licence: String,
    /// What kind of source it is.
    pub kind: SourceKind,
    /// The official lists that its entries may be on. Empty for a FollowTheMoney data set, which may hold any.
    pub lists: Vec<ListCode>,
    /// Of these, the lists that it holds whole: to find nobody in it is to find nobody on them.
    pub whole: Vec<ListCode>,
    /// Another source that carries the same parties, for a comparison of counts.
    #[serde(default)]
    pub cross_check: Option<String>,
    /// What a user has to know of it.
    #[serde(default)]
    pub note: Option<String>,
    /// The files of one day, as the publisher offers them. Empty where nobody offers the format for download.
    #[serde(default)]
    pub files: Vec<FileDef>,
    /// Other forms of the same list, any of which may be imported in place of `files`.
    #[serde(default)]
    pub alternatives: Vec<Alternative>,
    /// Address of the index of changes (OpenSanctions `delta.json`), where the publisher has one.
    #[serde(default)]
    pub delta_index: Option<String>,
    /// What the publisher prints in the cells of names besides names.
    #[serde(default)]
    pub names: NameLabels,
    /// The guards.
    pub guard: CountGuard,
}

impl SourceDef {
    /// Whether its publisher changes it no more.
    pub fn is_closed(&self) -> bool {
        self.cadence.starts_with("closed")
    }
}

/// What kind of source a list comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// The publisher's own file.
    Official,
    /// Somebody's compilation or transcription of official lists: compare a match with the official text.
    Compilation,
    /// The user's own list.
    Own,
    /// Part of the program.
    BuiltIn,
}

/// Another form of the same list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alternative {
    /// What the form is called.
    pub format: String,
    /// Its files.
    pub files: Vec<FileDef>,
}

/// How well the address of a file is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddressKnown {
    /// It was seen in use.
    Seen,
    /// It follows from what the publisher says, and nobody here has tried it.
    Unconfirmed,
}

/// A file to download.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileDef {
    /// The name to give it.
    pub name: String,
    /// The publisher's official address.
    pub url: String,
    /// How well the address is known.
    pub address: AddressKnown,
    /// Whether the source cannot be imported without it.
    pub required: bool,
    /// The media types under which it may come. Others are an error page or another file.
    pub media: Vec<String>,
    /// Most that it may have as it is downloaded, in MiB.
    pub max_mib: u64,
}

impl FileDef {
    /// Most that it may have as it is downloaded, in bytes.
    pub fn max_bytes(&self) -> u64 {
        self.max_mib.saturating_mul(1 << 20)
    }
}

/// What a believable count is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountGuard {
    /// Fewest entities that a whole list has.
    pub min_count: u64,
    /// Most entities that it can have: more is another list, or a list doubled.
    pub max_count: u64,
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
    /// More entities than the list can have.
    #[error(
        "`{origin}` has {new} entities where a whole list has at most {max}; the last good list stays in force: \
         check that it is the right file, or raise `max_count` if the publisher confirms it"
    )]
    TooMany {
        /// The source.
        origin: String,
        /// Entities of the new import.
        new: u64,
        /// The most believed.
        max: u64,
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
/// [`GuardError`] when the list is emptied, too small, too large, or shrank more than its guard allows.
pub fn check_guards(previous: Option<u64>, new: u64, source: &SourceDef) -> Result<(), GuardError> {
    let guard = source.guard;
    // an emptied list is never believed, whatever the table says
    let min = guard.min_count.max(1);
    if new < min {
        return Err(GuardError::TooFew { origin: source.id.clone(), new, min });
    }
    if new > guard.max_count {
        return Err(GuardError::TooMany { origin: source.id.clone(), new, max: guard.max_count });
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

/// The source definitions that are part of the program: the official lists by publisher, then compilations, then
/// one's own.
///
/// # Errors
/// [`ImportError::BuiltIn`] if one of them is damaged.
pub fn source_defs() -> Result<Vec<SourceDef>, ImportError> {
    built_in().map(<[SourceDef]>::to_vec)
}

fn built_in() -> Result<&'static [SourceDef], ImportError> {
    static READ: OnceLock<Result<Vec<SourceDef>, ImportError>> = OnceLock::new();
    READ.get_or_init(read_defs).as_deref().map_err(Clone::clone)
}

fn read_defs() -> Result<Vec<SourceDef>, ImportError> {
    macro_rules! table {
        ($name:literal) => {
            (concat!("lists/", $name, ".toml"), include_str!(concat!("../../../lists/", $name, ".toml")))
        };
    }
    [
        table!("us_csl"),
        table!("us_ofac_sdn"),
        table!("us_ofac_cons"),
        table!("us_bis_dpl"),
        table!("us_bis_mieu"),
        table!("fr"),
        table!("eu_fsf"),
        table!("eu_journal"),
        table!("uk_sl"),
        table!("uk_ofsi"),
        table!("un_sc"),
        table!("jp_eul"),
        table!("cn_mofcom"),
        table!("ftm"),
        table!("own"),
        table!("starter"),
    ]
    .into_iter()
    .map(|(table, text)| {
        toml::from_str(text).map_err(|e| ImportError::BuiltIn { table, reason: e.message().to_owned() })
    })
    .collect()
}

/// The definition of one source, or of the family that it is a member of, where the member's name stands nowhere: for what
/// is the same for all of them (age, lists, cadence).
///
/// # Errors
/// [`ImportError::UnknownSource`] when there is none.
pub fn source_or_family(source: &SourceId) -> Result<&'static SourceDef, ImportError> {
    let of = |def: &&SourceDef| {
        def.id == source.as_str()
            || def.id.split_once('{').is_some_and(|(family, _)| source.as_str().starts_with(family))
    };
    built_in()?.iter().find(of).ok_or_else(|| ImportError::UnknownSource(source.clone()))
}

/// The definition of one source. In a family the member's name stands in the id and the addresses.
///
/// # Errors
/// [`ImportError::UnknownSource`] when there is none.
pub fn source_def(source: &SourceId) -> Result<Cow<'static, SourceDef>, ImportError> {
    // asked several times for each case: only a member of a family is a copy
    for def in built_in()? {
        if def.id == source.as_str() {
            return Ok(Cow::Borrowed(def));
        }
        let Some((family, hole)) = def.id.split_once('{') else {
            continue;
        };
        if let Some(member) = source.as_str().strip_prefix(family) {
            let hole = format!("{{{hole}");
            let mut def = def.clone();
            let alternatives = def.alternatives.iter_mut().flat_map(|a| &mut a.files);
            for file in def.files.iter_mut().chain(alternatives) {
                file.url = file.url.replace(&hole, member);
                file.name = file.name.replace(&hole, member);
            }
            def.delta_index = def.delta_index.map(|url| url.replace(&hole, member));
            def.whole =
                if source.as_str().starts_with("ftm:") { whole_lists_of_ftm(member) } else { def.whole };
            def.id = source.to_string();
            return Ok(Cow::Owned(def));
        }
    }
    Err(ImportError::UnknownSource(source.clone()))
}

/// The FollowTheMoney data sets of which it is known that they carry a whole list; another may hold any part of one.
fn whole_lists_of_ftm(dataset: &str) -> Vec<ListCode> {
    use ListCode::{Cap, Dpl, Dtc, El, EuFsf, Fse, Isn, Meu, NsCmic, NsMbs, Plc, Sdn, Ssi, UkSl, UnSc, Uvl};
    match dataset {
        "us_trade_csl" => vec![El, Dpl, Uvl, Meu, Sdn, Ssi, NsCmic, NsMbs, Cap, Plc, Fse, Isn, Dtc],
        "us_ofac_sdn" => vec![Sdn],
        "eu_fsf" => vec![EuFsf],
        "gb_fcdo_sanctions" | "gb_hmt_sanctions" => vec![UkSl],
        "un_sc_sanctions" => vec![UnSc],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn csl() -> SourceDef {
        source_def(&SourceId::new("us_csl").unwrap()).unwrap().into_owned()
    }

    #[test]
    fn every_definition_is_read_and_found() {
        for def in source_defs().unwrap() {
            let family =
                def.id.split_once('{').map_or(def.id.clone(), |(family, _)| format!("{family}member"));
            let id = SourceId::new(&family).unwrap();
            let found = source_def(&id).unwrap();
            let files = || found.files.iter().chain(found.alternatives.iter().flat_map(|a| &a.files));
            assert!(files().all(|f| f.url.starts_with("https://") && !f.url.contains('{')), "{id}");
            assert!(files().all(|f| f.max_mib > 0 && !f.media.is_empty() && !f.name.contains('{')), "{id}");
            assert!(found.files.is_empty() || found.files.iter().any(|f| f.required), "{id}");
            let guard = found.guard;
            assert!(1 <= guard.min_count && guard.min_count < guard.max_count, "{id}");
            assert!(guard.max_shrink_percent < 100, "{id}");
            assert!(def.id.contains('{') || found.whole.iter().all(|l| found.lists.contains(l)), "{id}");
            if let Some(partner) = &found.cross_check {
                source_def(&SourceId::new(partner).unwrap()).unwrap();
            }
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
        assert!(check_guards(Some(min), def.guard.max_count, &def).is_ok(), "growth is no trouble");
        let more = def.guard.max_count + 1;
        assert!(matches!(check_guards(None, more, &def), Err(GuardError::TooMany { .. })));
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
