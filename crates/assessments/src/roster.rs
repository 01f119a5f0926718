//! The roster: who may assess, with which key, from when to when (assessment method, IND-12 and IND-16).

use countersign_model::{Date, Percent};
use serde::{Deserialize, Serialize};

use crate::declaration::OpenDay;
use crate::fault::DocumentFault;
use crate::words::{Checked, Day, PercentText};

/// Who knows which keys count: a roster in a file, or a register by its log.
pub trait Accredited {
    /// Why `key` of `organisation` did not count on `day`; `None` where it did.
    fn why_not(&self, organisation: &str, key: &str, day: Date) -> Option<String>;

    /// Why the roster itself is not to be trusted (IND-16); `None` where nothing speaks against it.
    fn distrust(&self) -> Option<String>;
}

/// The `schema` of a roster.
pub const ROSTER_SCHEMA: &str = "roster/1";

/// Vendors may fund so many percent of a roster body at most (a convention of this project).
const MOST_VENDOR_FUNDING: i64 = 25;

/// Who pays for the roster body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Funder {
    /// The name.
    pub name: String,
    /// Sells surveillance technology, or belongs to the group of one who does.
    pub vendor: bool,
    /// The share in the body's funds, in percent.
    pub percent: PercentText,
}

/// A time in which a key does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suspension {
    /// The first day.
    pub from: Day,
    /// The last day; `none` = still.
    pub to: OpenDay,
    /// Why.
    pub reason: String,
}

/// One accredited key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RosterEntry {
    /// The organisation.
    pub organisation: String,
    /// Its public key, as `countersign key` prints it.
    pub key: String,
    /// Accredited from.
    pub from: Day,
    /// Accredited to; `none` = still.
    pub to: OpenDay,
    /// When it did not count.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suspended: Vec<Suspension>,
}

/// A roster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roster {
    schema: String,
    /// The body that keeps it.
    pub body: String,
    /// The day of this version.
    pub dated: Day,
    /// Who pays for the body.
    pub funders: Checked<Funder>,
    /// Who may assess.
    pub entries: Vec<RosterEntry>,
}

impl Roster {
    /// Reads a roster; `origin` names it in errors.
    pub fn parse(text: &str, origin: &str) -> Result<Self, DocumentFault> {
        let roster: Self =
            serde_saphyr::from_str(text).map_err(|error| DocumentFault::yaml(origin, &error))?;
        if roster.schema != ROSTER_SCHEMA {
            return Err(DocumentFault::new(
                origin,
                format!("`schema` is `{}`; this program reads `{ROSTER_SCHEMA}`", roster.schema),
            ));
        }
        Ok(roster)
    }
}

impl Accredited for Roster {
    fn distrust(&self) -> Option<String> {
        let mut vendors = Percent::zero();
        for funder in self.funders.members().iter().filter(|f| f.vendor) {
            vendors = &vendors + &funder.percent.0;
        }
        if vendors > Percent::whole(MOST_VENDOR_FUNDING) {
            return Some(format!(
                "vendors fund {vendors} percent of `{}`; {MOST_VENDOR_FUNDING} is the most",
                self.body
            ));
        }
        matches!(self.funders, Checked::None).then(|| format!("`{}` names no funders", self.body))
    }

    fn why_not(&self, organisation: &str, key: &str, day: Date) -> Option<String> {
        let until = |end: &OpenDay| match end {
            OpenDay::None => Date::MAX,
            OpenDay::Until(day) => *day,
        };
        let mut why = format!("the key of `{organisation}` is not on the roster of `{}`", self.body);
        for entry in self.entries.iter().filter(|e| e.key == key) {
            if entry.organisation != organisation {
                why = format!(
                    "the key is on the roster for `{}`, not for `{organisation}`",
                    entry.organisation
                );
            } else if day < entry.from.0 || day > until(&entry.to) {
                why = format!("`{organisation}` was not accredited on {day}");
            } else if let Some(s) = entry.suspended.iter().find(|s| s.from.0 <= day && day <= until(&s.to)) {
                why = format!("`{organisation}` was suspended on {day}: {}", s.reason);
            } else {
                return None;
            }
        }
        Some(why)
    }
}
