//! Publishers' files → values. One function a format; what the variables mean is in the method's data.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use crate::fault::ImportError;
use crate::method::Method;
use crate::places::place;
use crate::record::{IntervalKind, Record};
use crate::table::{Row, Table};

/// The version of the readers. It is raised when a file would give other values than before: what was read by an earlier
/// one is read anew from the file as it came.
///
/// 2: the mark `NA` in a column of codes is no country (it was read as Namibia); a value that stands twice, lies off its scale or
/// outside its interval refuses the file.
pub const READERS: u32 = 2;

/// What was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    /// The values, in the order of the file.
    pub records: Vec<Record>,
    /// What was left out, and why.
    pub skipped: Vec<Skipped>,
}

/// Rows that were left out for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// The reason.
    pub why: String,
    /// How many.
    pub count: usize,
}

/// A source of indicators.
#[derive(Debug, Clone, Copy)]
pub struct SourceInfo {
    /// Its id on the command line.
    pub id: &'static str,
    /// What it is, and the format that is read.
    pub what: &'static str,
    read: fn(&str, &[u8], &mut Reading<'_>) -> Result<(), ImportError>,
}

/// Every source, in the order of the help text.
pub fn sources() -> &'static [SourceInfo] {
    &[
        SourceInfo {
            id: "wgi",
            what: "Worldwide Governance Indicators, XLSX or CSV, one row a country, year and indicator",
            read: wgi,
        },
        SourceInfo { id: "vdem", what: "V-Dem country-year table, CSV", read: vdem },
        SourceInfo { id: "freedom_house", what: "Freedom in the World, all data, XLSX", read: freedom_house },
        SourceInfo { id: "pts", what: "Political Terror Scale, CSV", read: pts },
        SourceInfo { id: "rsf", what: "RSF World Press Freedom Index, CSV of one or more years", read: rsf },
        SourceInfo { id: "hrps", what: "Human Rights Protection Scores (Fariss), CSV", read: hrps },
        SourceInfo { id: "wjp", what: "WJP Rule of Law Index, historical data file, XLSX or CSV", read: wjp },
    ]
}

fn ids() -> String {
    sources().iter().map(|s| format!("`{}`", s.id)).collect::<Vec<_>>().join(", ")
}

/// Reads a file of a source. `method` has the ends of the scales.
///
/// # Errors
/// [`ImportError`]: a file that is not the source's, a value that is no number, is off its scale, lies outside its interval
/// or stands twice, or no value at all.
pub fn import(source: &str, file: &str, bytes: &[u8], method: &Method) -> Result<Import, ImportError> {
    let info = sources().iter().find(|s| s.id == source);
    let info = info.ok_or_else(|| ImportError::Source { asked: source.to_owned(), known: ids() })?;
    let mut reading = Reading::new(method);
    (info.read)(file, bytes, &mut reading)?;
    if reading.records.is_empty() {
        return Err(ImportError::Empty(file.to_owned()));
    }
    let skipped = reading.skipped.into_iter().map(|(why, count)| Skipped { why, count }).collect();
    Ok(Import { records: reading.records, skipped })
}

struct Reading<'m> {
    method: &'m Method,
    records: Vec<Record>,
    /// The row of each index, country and year that has a value.
    rows: HashMap<(String, String, i16), usize>,
    skipped: BTreeMap<String, usize>,
}

impl<'m> Reading<'m> {
    fn new(method: &'m Method) -> Self {
        Self { method, records: Vec::new(), rows: HashMap::new(), skipped: BTreeMap::new() }
    }

    fn skip(&mut self, why: String) {
        *self.skipped.entry(why).or_default() += 1;
    }

    /// The country of a row, or a note that its values are left out.
    fn country(&mut self, written: &str, name: &str) -> Option<String> {
        // no publisher writes codes of two letters, and `NA` stands for "not available", not for Namibia
        let can_mean_one = written.trim().chars().count() > 2;
        let found = place(written).filter(|_| can_mean_one).map(|place| place.alpha3.clone());
        if found.is_none() {
            self.skip(format!("`{name}` ({written}) is no country with a code"));
        }
        found
    }
}

/// A value to be added.
struct Value<'a> {
    index: &'a str,
    variable: &'a str,
    country: &'a str,
    year: i16,
    text: &'a str,
    direction: i8,
}

impl Reading<'_> {
    /// Adds a value; `false` where the publisher writes that there is none.
    fn add(&mut self, table: &Table, row: &Row<'_>, value: &Value<'_>) -> Result<bool, ImportError> {
        let Some(number) = number(value.text) else {
            if ["", "..", "NA", "N/A", "-", "NaN", "NR", "."].contains(&value.text) {
                return Ok(false);
            }
            return Err(table.bad(row, format!("`{}` under `{}` is no number", value.text, value.variable)));
        };
        if let Some([low, high]) =
            self.method.limits(value.index).filter(|[l, h]| !(*l..=*h).contains(&number))
        {
            let why = format!("`{}` under `{}` is off the scale {low} to {high}", value.text, value.variable);
            return Err(table.bad(row, why));
        }
        let key = (value.index.to_owned(), value.country.to_owned(), value.year);
        if let Some(before) = self.rows.insert(key, row.line) {
            return Err(ImportError::Twice {
                file: table.file().to_owned(),
                first: before,
                second: row.line,
                index: value.index.to_owned(),
                country: value.country.to_owned(),
                year: value.year,
            });
        }
        self.records.push(Record {
            index: value.index.to_owned(),
            variable: value.variable.to_owned(),
            country_iso3: value.country.to_owned(),
            year_measured: value.year,
            text: value.text.to_owned(),
            value: number,
            low: None,
            high: None,
            interval_kind: IntervalKind::None,
            n_sources: None,
            direction: value.direction,
        });
        Ok(true)
    }

    /// Gives the value that was added last its interval.
    fn interval(
        &mut self,
        table: &Table,
        row: &Row<'_>,
        ends: Option<(f64, f64)>,
        kind: IntervalKind,
    ) -> Result<(), ImportError> {
        if let (Some(last), Some((low, high))) = (self.records.last_mut(), ends) {
            if !(low..=high).contains(&last.value) {
                let why = format!(
                    "`{}` under `{}` is not within its interval, {low} to {high}",
                    last.text, last.variable
                );
                return Err(table.bad(row, why));
            }
            last.low = Some(low);
            last.high = Some(high);
            last.interval_kind = kind;
        }
        Ok(())
    }
}

/// A number with a point or a comma.
fn number(text: &str) -> Option<f64> {
    text.replace(',', ".").parse::<f64>().ok().filter(|n| n.is_finite())
}

fn year(table: &Table, row: &Row<'_>, column: &str) -> Result<i16, ImportError> {
    let text = row.get(column);
    let year = text.parse::<i16>().ok().filter(|year| (1900..2200).contains(year));
    year.ok_or_else(|| table.bad(row, format!("`{text}` under `{column}` is no year")))
}

fn wgi(file: &str, bytes: &[u8], out: &mut Reading<'_>) -> Result<(), ImportError> {
    let table =
        Table::read(file, bytes, None, &["code", "countryname", "year", "indicator", "estimate", "stddev"])?;
    for row in table.rows() {
        let Some(country) = out.country(row.get("code"), row.get("countryname")) else { continue };
        let (year, variable) = (year(&table, &row, "year")?, row.get("indicator"));
        let index = format!("wgi_{variable}");
        let text = row.get("estimate");
        let value = Value { index: &index, variable, country: &country, year, text, direction: 1 };
        if !out.add(&table, &row, &value)? {
            out.skip("an estimate that the publisher marks as missing".to_owned());
            continue;
        }
        // the file calls the standard error of the estimate `stddev`
        let error = number(row.get("stddev"));
        let value = number(text);
        let ends = value.zip(error).map(|(v, e)| (v - 1.645 * e, v + 1.645 * e));
        out.interval(&table, &row, ends, IntervalKind::P90)?;
        if let Some(last) = out.records.last_mut() {
            last.n_sources = row.get("nsource").parse().ok();
        }
    }
    Ok(())
}

/// V-Dem variables in which more is worse.
const VDEM_REVERSED: [&str; 6] =
    ["v2x_corr", "v2x_execorr", "v2x_pubcorr", "v2x_neopat", "v2x_regime_amb", "v2smgovsmmon"];

fn vdem(file: &str, bytes: &[u8], out: &mut Reading<'_>) -> Result<(), ImportError> {
    let table = Table::read(file, bytes, None, &["country_text_id", "country_name", "year"])?;
    let is_end = |name: &str| ["_codelow", "_codehigh", "_sd"].iter().any(|end| name.ends_with(end));
    let variables: Vec<&str> = table
        .header()
        .iter()
        .map(String::as_str)
        .filter(|name| name.starts_with("v2") && !is_end(name))
        .collect();
    for row in table.rows() {
        let Some(country) = out.country(row.get("country_text_id"), row.get("country_name")) else {
            continue;
        };
        let year = year(&table, &row, "year")?;
        for variable in &variables {
            let index = if *variable == "v2x_rule" { "vdem_rule" } else { variable };
            let direction = if VDEM_REVERSED.contains(variable) { -1 } else { 1 };
            let text = row.get(variable);
            let value = Value { index, variable, country: &country, year, text, direction };
            if out.add(&table, &row, &value)? {
                let end = |end: &str| number(row.get(&format!("{variable}_{end}")));
                let ends = end("codelow").zip(end("codehigh"));
                out.interval(&table, &row, ends, IntervalKind::P68)?;
            }
        }
    }
    Ok(())
}

fn freedom_house(file: &str, bytes: &[u8], out: &mut Reading<'_>) -> Result<(), ImportError> {
    let table = Table::read(file, bytes, None, &["Country/Territory", "C/T", "Edition", "Total", "F"])?;
    for row in table.rows() {
        let name = row.get("Country/Territory").trim_end_matches('*').trim();
        let Some(country) = out.country(name, name) else { continue };
        // an edition speaks of the year before it
        let year = year(&table, &row, "Edition")? - 1;
        for (index, variable) in [
            ("fh_fiw", "Total"),
            ("fh_f", "F"),
            ("fh_f1", "F1"),
            ("fh_f2", "F2"),
            ("fh_f3", "F3"),
            ("fh_f4", "F4"),
            ("fh_d4", "D4"),
        ] {
            let text = row.get(variable);
            out.add(&table, &row, &Value { index, variable, country: &country, year, text, direction: 1 })?;
        }
    }
    Ok(())
}

fn pts(file: &str, bytes: &[u8], out: &mut Reading<'_>) -> Result<(), ImportError> {
    let table =
        Table::read(file, bytes, None, &["Country", "Year", "WordBank_Code_A", "PTS_A", "PTS_H", "PTS_S"])?;
    for row in table.rows() {
        let Some(country) = out.country(row.get("WordBank_Code_A"), row.get("Country")) else { continue };
        let year = year(&table, &row, "Year")?;
        for (index, variable) in [("pts_a", "PTS_A"), ("pts_h", "PTS_H"), ("pts_s", "PTS_S")] {
            let text = row.get(variable);
            out.add(&table, &row, &Value { index, variable, country: &country, year, text, direction: -1 })?;
        }
    }
    Ok(())
}

/// From 2022 on the score was turned round (100 = free) and measured anew: another index, never chained.
fn rsf(file: &str, bytes: &[u8], out: &mut Reading<'_>) -> Result<(), ImportError> {
    let table = match Table::read(file, bytes, None, &["ISO", "Score"]) {
        // in some years the column is called `Score 2025`
        Err(error) => Table::read(file, bytes, None, &["ISO", "Rank"]).map_err(|_| error)?,
        table => table?,
    };
    let year_column = table.header().iter().find(|name| name.starts_with("Year")).cloned();
    let Some(year_column) = year_column else {
        return Err(ImportError::Format {
            file: file.to_owned(),
            expected: "`ISO`, `Score`, `Year`".to_owned(),
            found: "no column `Year`".to_owned(),
        });
    };
    let score = table.header().iter().find(|name| name.starts_with("Score")).cloned().unwrap_or_default();
    for row in table.rows() {
        let name = ["Country", "Country_EN"].into_iter().map(|c| row.get(c)).find(|n| !n.is_empty());
        let Some(country) = out.country(row.get("ISO"), name.unwrap_or_default()) else { continue };
        let year = year(&table, &row, &year_column)?;
        let (index, direction) = if year < 2022 { ("rsf_before_2022", -1) } else { ("rsf", 1) };
        let text = row.get(&score);
        out.add(&table, &row, &Value { index, variable: "Score", country: &country, year, text, direction })?;
    }
    Ok(())
}

fn hrps(file: &str, bytes: &[u8], out: &mut Reading<'_>) -> Result<(), ImportError> {
    let own = Table::read(file, bytes, None, &["YEAR", "COW", "theta_mean"]);
    let (table, year_column, variable) = match own {
        Ok(table) => (table, "YEAR", "theta_mean"),
        Err(_) => {
            let has = ["country_name", "year", "human_rights_protection"];
            (Table::read(file, bytes, None, &has)?, "year", "human_rights_protection")
        }
    };
    for row in table.rows() {
        let name = row.get("country_name");
        let Some(country) = out.country(name, name) else { continue };
        let year = year(&table, &row, year_column)?;
        let text = row.get(variable);
        let value = Value { index: "hrps", variable, country: &country, year, text, direction: 1 };
        if out.add(&table, &row, &value)? {
            // theta_sd: one standard deviation on each side is about 68 percent
            let ends = number(text).zip(number(row.get("theta_sd"))).map(|(v, sd)| (v - sd, v + sd));
            out.interval(&table, &row, ends, IntervalKind::P68)?;
        }
    }
    Ok(())
}

fn wjp(file: &str, bytes: &[u8], out: &mut Reading<'_>) -> Result<(), ImportError> {
    const OVERALL: &str = "WJP Rule of Law Index: Overall Score";
    let table = Table::read(file, bytes, None, &["Country", "Country Code", "Year", OVERALL])?;
    let column = |begin: &str| table.header().iter().find(|name| name.starts_with(begin)).cloned();
    let columns: Vec<(&str, String)> = [
        ("wjp", OVERALL),
        ("wjp_f1", "Factor 1:"),
        ("wjp_f4", "Factor 4:"),
        ("wjp_f8", "Factor 8:"),
        ("wjp_4_6", "4.6"),
    ]
    .into_iter()
    .filter_map(|(index, begin)| Some((index, column(begin)?)))
    .collect();
    for row in table.rows() {
        let Some(country) = out.country(row.get("Country Code"), row.get("Country")) else { continue };
        // `2017-2018` is one edition; it is dated by its later year
        let text = row.get("Year");
        let last = text.rsplit('-').next().unwrap_or(text);
        let year = last.parse::<i16>().ok().filter(|y| (2000..2200).contains(y));
        let year = year.ok_or_else(|| table.bad(&row, format!("`{text}` under `Year` is no year")))?;
        for (index, variable) in &columns {
            let text = row.get(variable);
            out.add(&table, &row, &Value { index, variable, country: &country, year, text, direction: 1 })?;
        }
    }
    Ok(())
}
