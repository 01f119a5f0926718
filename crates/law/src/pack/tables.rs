//! Tables of the packs, read as of a date: memberships, country groups, the Country Chart, reasons for control.

use std::collections::{BTreeMap, BTreeSet};

use countersign_model::{Date, parse_date};

use super::files::PackFiles;

/// A membership of a country in a group, between two days, both included.
#[derive(Debug, Clone)]
struct Membership {
    group: String,
    from: Option<Date>,
    to: Option<Date>,
}

/// What an entry of the control list is controlled for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Controls {
    /// Reasons for control: `NS`, `CC`, `SL`, `EI`, `AT`.
    pub(crate) reasons: BTreeSet<String>,
    /// Columns of the Country Chart: `NS1`, `CC1`…
    pub(crate) columns: BTreeSet<String>,
}

/// One reason for control of an entry.
#[derive(Debug, Clone)]
struct Reason {
    /// The code that must be given beside it; empty where none must.
    with: String,
    reason: String,
    column: String,
    /// First day; `None` = as long as the list is held.
    from: Option<Date>,
}

/// The tables.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    memberships: BTreeMap<String, Vec<Membership>>,
    chart: BTreeMap<String, BTreeSet<String>>,
    /// ECCN → its rows of reasons for control.
    eccn: BTreeMap<String, Vec<Reason>>,
    /// Capability → the entries whose text it is.
    capabilities: BTreeMap<String, Vec<String>>,
    /// Code → limb → the group of alternatives that it belongs to: one of them is enough.
    limbs: BTreeMap<String, BTreeMap<String, String>>,
    /// Territory → the state that it follows under the EAR, and whether it is a part of that state.
    territories: BTreeMap<String, (String, bool)>,
    /// Paths of an assessment that may never be withheld.
    pub(crate) never_redact: Vec<String>,
}

type Row = BTreeMap<String, String>;

impl Tables {
    pub(crate) fn load(files: &PackFiles) -> Result<Self, String> {
        let mut tables = Self::default();
        tables.country_groups(&rows(files, "us-ear/tables/country-groups.csv")?)?;
        tables.country_group_changes(&rows(files, "us-ear/tables/country-groups-changes.csv")?)?;
        for row in rows(files, "us-ear/tables/country-chart.csv")? {
            let marks = row.iter().filter(|(k, v)| v.as_str() == "1" && k.len() == 3).map(|(k, _)| k.clone());
            tables.chart.insert(cell(&row, "iso2")?.to_owned(), marks.collect());
        }
        for row in rows(files, "us-ear/tables/eccn.csv")? {
            let key = cell(&row, "eccn")?.to_owned();
            let from = match cell(&row, "in_force")? {
                "" => None,
                text => Some(parse_date(text).map_err(|e| format!("us-ear/tables/eccn.csv: {key}: {e}"))?),
            };
            let word = |name: &str| cell(&row, name).map(str::to_owned);
            let reason =
                Reason { with: word("with")?, reason: word("reason")?, column: word("column")?, from };
            tables.eccn.entry(key).or_default().push(reason);
        }
        for row in rows(files, "tables/capability-entries.csv")? {
            let entries = tables.capabilities.entry(cell(&row, "capability")?.to_owned()).or_default();
            entries.push(cell(&row, "entry")?.to_owned());
        }
        for row in rows(files, "tables/memberships.csv")? {
            let day = |name: &str| -> Result<Option<Date>, String> {
                let text = cell(&row, name)?;
                if text.is_empty() { Ok(None) } else { parse_date(text).map(Some).map_err(|e| e.to_string()) }
            };
            let membership = Membership {
                group: cell(&row, "group")?.to_owned(),
                from: day("from").map_err(|e| format!("tables/memberships.csv: {e}"))?,
                to: day("to").map_err(|e| format!("tables/memberships.csv: {e}"))?,
            };
            tables.memberships.entry(cell(&row, "country")?.to_owned()).or_default().push(membership);
        }
        for row in rows(files, "tables/limbs.csv")? {
            let group = cell(&row, "any_of")?.to_owned();
            let limbs = tables.limbs.entry(cell(&row, "code")?.to_owned()).or_default();
            if !group.is_empty() {
                limbs.insert(cell(&row, "limb")?.to_owned(), group);
            }
        }
        for row in rows(files, "tables/territories.csv")? {
            let state = (cell(&row, "state")?.to_owned(), cell(&row, "part_of")? == "1");
            tables.territories.insert(cell(&row, "territory")?.to_owned(), state);
        }
        for row in rows(files, "gate/tables/never-redact.csv")? {
            tables.never_redact.push(cell(&row, "path")?.to_owned());
        }
        Ok(tables)
    }

    fn country_groups(&mut self, rows: &[Row]) -> Result<(), String> {
        for row in rows {
            let country = cell(row, "iso2")?.to_owned();
            let groups =
                row.iter().filter(|(k, v)| v.as_str() == "1" && is_group(k)).map(|(k, _)| written(k));
            let list = self.memberships.entry(country).or_default();
            list.extend(groups.map(|group| Membership { group, from: None, to: None }));
        }
        Ok(())
    }

    /// Changes on top of the table as it stood at its own date: what the table shows holds from the beginning
    /// unless a change says otherwise (case format, section 10).
    fn country_group_changes(&mut self, rows: &[Row]) -> Result<(), String> {
        for row in rows.iter().filter(|row| row.get("group").is_some_and(|g| is_group(g))) {
            let country = cell(row, "iso2")?.to_owned();
            let group = written(cell(row, "group")?);
            let place =
                |e: String| format!("us-ear/tables/country-groups-changes.csv: {country} {group}: {e}");
            let day = |name: &str| -> Result<Option<Date>, String> {
                let text = cell(row, name)?;
                if text.is_empty() {
                    Ok(None)
                } else {
                    parse_date(text).map(Some).map_err(|e| place(e.to_string()))
                }
            };
            let (from, to) = (day("effective_from")?, day("effective_to")?);
            let list = self.memberships.entry(country.clone()).or_default();
            match cell(row, "change")? {
                "added" | "added_by_note" => {
                    list.retain(|m| m.group != group || m.from.is_some() || m.to.is_some());
                    list.push(Membership { group, from, to });
                }
                "removed" => {
                    // an `added` row with its own end already says when the membership held
                    if !list.iter().any(|m| m.group == group) {
                        let last = from.and_then(|d| d.yesterday().ok());
                        list.push(Membership { group, from: None, to: last });
                    }
                }
                "suspended" => {
                    let next = to.and_then(|d| d.tomorrow().ok());
                    list.push(Membership { group, from: next, to: None });
                }
                other => return Err(place(format!("change `{other}` is not known"))),
            }
        }
        Ok(())
    }

    /// The groups to which a country belongs on a day.
    pub(crate) fn groups(&self, country: &str, date: Date) -> BTreeSet<String> {
        self.history(country)
            .filter(|(_, from, to)| from.is_none_or(|d| d <= date) && to.is_none_or(|d| date <= d))
            .map(|(group, ..)| group.to_owned())
            .collect()
    }

    /// The code by which law knows a country: that of the state of which it is a part (Puerto Rico: `US`).
    pub(crate) fn code<'a>(&'a self, country: &'a str) -> &'a str {
        match self.territories.get(country) {
            Some((state, true)) => state,
            _ => country,
        }
    }

    /// The countries of the tables, by code.
    pub(crate) fn countries(&self) -> BTreeSet<String> {
        let invented = ["US", "XA", "XB"].map(str::to_owned);
        self.memberships.keys().chain(self.chart.keys()).cloned().chain(invented).collect()
    }

    /// Every membership of a country: group, first and last day. A part of a state has those of the state; a territory
    /// without a row of its own in the Country Chart has those country groups of its state that are the EAR's.
    pub(crate) fn history<'a>(
        &'a self,
        country: &'a str,
    ) -> impl Iterator<Item = (&'a str, Option<Date>, Option<Date>)> {
        let state = match self.territories.get(country) {
            Some((state, true)) => Some((state.as_str(), true)),
            Some((state, false)) if !self.chart.contains_key(country) => Some((state.as_str(), false)),
            _ => None,
        };
        let of = |country: &str| self.memberships.get(country).map(Vec::as_slice).unwrap_or_default();
        let followed = state.map_or(&[][..], |(state, _)| of(state)).iter();
        let whole = state.is_some_and(|(_, part)| part);
        of(country)
            .iter()
            .chain(followed.filter(move |m| whole || is_written_group(&m.group)))
            .map(|m| (m.group.as_str(), m.from, m.to))
    }

    /// The ECCNs of the table of reasons for control.
    pub(crate) fn eccns(&self) -> impl Iterator<Item = &str> {
        self.eccn.keys().map(String::as_str)
    }

    /// Whether the tables know the country at all.
    pub(crate) fn knows_country(&self, country: &str) -> bool {
        self.memberships.contains_key(country)
            || self.chart.contains_key(country)
            || self.territories.contains_key(country)
            || matches!(country, "US" | "XA" | "XB")
    }

    /// The limbs of an entry that stand beside this one as alternatives, itself among them; none where it is needed.
    pub(crate) fn alternatives(&self, code: &str, limb: &str) -> Vec<&str> {
        let Some(limbs) = self.limbs.get(code) else { return Vec::new() };
        let Some(group) = limbs.get(limb) else { return Vec::new() };
        limbs.iter().filter(|(_, g)| *g == group).map(|(l, _)| l.as_str()).collect()
    }

    /// The marks of the Country Chart for a destination; for a territory without a row those of its state.
    pub(crate) fn chart(&self, country: &str) -> Option<&BTreeSet<String>> {
        let state = || self.territories.get(country).and_then(|(state, _)| self.chart.get(state));
        self.chart.get(country).or_else(state)
    }

    /// The entries whose text a capability is; none where it is the text of no one entry.
    pub(crate) fn entries_of_capability(&self, capability: &str) -> &[String] {
        self.capabilities.get(capability).map(Vec::as_slice).unwrap_or_default()
    }

    /// What an ECCN is controlled for on a day, given the other codes of the item; `None` if the table does not have it.
    pub(crate) fn controls(&self, code: &str, beside: &BTreeSet<String>, date: Date) -> Option<Controls> {
        let mut key = code;
        loop {
            if let Some(list) = self.eccn.get(key) {
                let mut out = Controls::default();
                let fits = |with: &str| {
                    beside
                        .iter()
                        .any(|b| b == with || b.strip_prefix(with).is_some_and(|r| r.starts_with('.')))
                };
                let current = || list.iter().filter(|row| row.from.is_none_or(|from| from <= date));
                // a row "for 5A001.f.1" speaks only where the item also meets that entry; the plain row else
                let special = current().any(|row| !row.with.is_empty() && fits(&row.with));
                let speaks = |row: &&Reason| match special {
                    true => !row.with.is_empty() && fits(&row.with),
                    false => row.with.is_empty(),
                };
                for row in current().filter(speaks) {
                    for (word, into) in [(&row.reason, &mut out.reasons), (&row.column, &mut out.columns)] {
                        if !word.is_empty() {
                            into.insert(word.clone());
                        }
                    }
                }
                return Some(out);
            }
            key = key.rsplit_once('.')?.0;
        }
    }
}

fn is_group(name: &str) -> bool {
    matches!(name.as_bytes(), [b'A'..=b'E', b'0'..=b'9']) || name == "B"
}

/// A group as the regulation writes it: `D:1`, `B`.
fn is_written_group(name: &str) -> bool {
    matches!(name.as_bytes(), [b'A'..=b'E', b':', b'0'..=b'9']) || name == "B"
}

/// `D1` of the table is `D:1` of the regulation.
fn written(name: &str) -> String {
    match name.as_bytes() {
        [letter, digit] => format!("{}:{}", char::from(*letter), char::from(*digit)),
        _ => name.to_owned(),
    }
}

fn cell<'a>(row: &'a Row, name: &str) -> Result<&'a str, String> {
    row.get(name).map(String::as_str).ok_or_else(|| format!("column `{name}` is missing"))
}

fn rows(files: &PackFiles, path: &str) -> Result<Vec<Row>, String> {
    let text = files.get(path).ok_or_else(|| format!("{path}: missing"))?;
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize::<Row>().map(|row| row.map_err(|e| format!("{path}: {e}"))).collect()
}
