//! Everything about one country on one day.

use std::collections::{BTreeMap, BTreeSet};

use countersign_model::Date;
use serde::Serialize;

use crate::agency::{Alike, alike};
use crate::finding::Finding;
use crate::method::{Band, Method};
use crate::places::Place;
use crate::record::{IntervalKind, Record, Vintage};
use crate::tier::{Bands, Input, Tiering, tiers};

/// The dossier, `country/1`. There is no total: nothing in it is a score of the country.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Dossier {
    /// `country/1`.
    pub schema: &'static str,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// ISO 3166-1 alpha-3.
    pub country_iso3: String,
    /// Its English name.
    pub name: String,
    /// The day; nothing that was published later is used.
    pub as_of: Date,
    /// Every index that the method describes and of which there is a value, in the method's order.
    pub readings: Vec<Reading>,
    /// Other variables in the files, which the method does not describe.
    pub others: Vec<Reading>,
    /// Where the indices contradict each other.
    pub disagreements: Vec<String>,
    /// The tiers.
    pub tiering: Tiering,
    /// Findings, the latest first.
    pub findings: Vec<Finding>,
    /// What is criticised about the numbers.
    pub criticisms: Vec<String>,
    /// The files that it rests on.
    pub vintages: Vec<Pin>,
    /// Which method.
    pub method: String,
    /// What the reader has to know.
    pub notes: Vec<String>,
}

/// A file that values come from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Pin {
    /// The source.
    pub source: String,
    /// The edition.
    pub vintage: String,
    /// When it was published.
    pub published_on: Date,
    /// The file.
    pub file: String,
    /// Its SHA-256.
    pub sha256: String,
}

/// One value of a series.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Point {
    /// The year measured.
    pub year: i16,
    /// As the publisher writes it.
    pub text: String,
    /// The number.
    pub value: f64,
    /// Lower end of the interval, if one is published.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// How many sources it rests on.
    pub n_sources: Option<u32>,
}

impl Point {
    /// As the publisher writes it, with a decimal point also where it writes a comma: numbers on one page read alike.
    pub fn shown(&self) -> String {
        self.text.replace(',', ".")
    }
}

/// One index of the country.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reading {
    /// The index.
    pub index: String,
    /// The publisher's name for the variable.
    pub variable: String,
    /// Its title.
    pub title: String,
    /// What it measures.
    pub measures: String,
    /// `+1`: more is better.
    pub direction: i8,
    /// The ends of the scale.
    pub scale: Option<[f64; 2]>,
    /// The cut points between the bands, where the method has some.
    pub cuts: Option<[f64; 2]>,
    /// It counts among those that make the tier.
    pub core: bool,
    /// The latest value.
    pub latest: Point,
    /// Months from the end of the year measured to the day of the dossier.
    pub age_months: i32,
    /// What the interval means; `none` = uncertainty not published.
    pub interval: IntervalKind,
    /// The bands that the latest value reaches.
    pub bands: Option<Bands>,
    /// The value so many years before, of the same vintage.
    pub before: Option<Point>,
    /// `better`, `worse`, `unchanged`, or `inside the noise` (the intervals overlap); absent without an earlier value.
    pub trend: Option<&'static str>,
    /// All values of this vintage, the oldest first.
    pub series: Vec<Point>,
    /// The edition that all of them are of.
    pub vintage: Pin,
    /// Under what terms the publisher gives the values out.
    pub licence: String,
}

/// Puts the dossier of a country together. `agency`: the end user that is asked about, for confirmed misuse.
pub fn dossier(
    country: &Place,
    as_of: Date,
    agency: Option<&str>,
    vintages: &[Vintage],
    all_findings: &[Finding],
    method: &Method,
) -> Dossier {
    let mut notes = Vec::new();
    let mut latest = latest_editions(country, as_of, vintages, &mut notes);
    let mut readings = Vec::new();
    for card in &method.cards {
        if let Some((vintage, records)) = latest.remove(card.id.as_str())
            && let Some(mut reading) = reading(records, vintage, as_of, method)
        {
            reading.title.clone_from(&card.title);
            reading.measures.clone_from(&card.measures);
            reading.licence.clone_from(&card.licence);
            reading.direction = card.direction;
            reading.scale = Some(card.scale);
            reading.cuts = card.low.zip(card.high).map(|(low, high)| [low.number(), high.number()]);
            reading.core = card.core;
            readings.push(reading);
        }
    }
    let others = latest
        .into_values()
        .filter_map(|(vintage, records)| reading(records, vintage, as_of, method))
        .collect();
    let inputs: Vec<Input<'_>> = readings
        .iter()
        .filter_map(|reading| {
            let card = method.card(&reading.index)?;
            Some(Input {
                card,
                value: reading.latest.value,
                ends: reading.latest.low.zip(reading.latest.high),
                before: reading.before.as_ref().map(|point| point.value),
            })
        })
        .collect();
    let bands: Vec<Option<Bands>> = inputs.iter().map(Input::bands).collect();

    let known = all_findings.iter().filter(|f| {
        crate::places::place(&f.country).is_some_and(|p| p == country) && f.known_from() <= as_of
    });
    let mut findings: Vec<Finding> = known.cloned().collect();
    findings.sort_by(|a, b| b.date.cmp(&a.date).then_with(|| a.id.cmp(&b.id)));
    let misuse = is_of_misuse(&findings, agency, as_of, method, &mut notes);
    let tiering = tiers(method, &inputs, misuse);
    let disagreements = disagreements(&inputs, &bands, method);
    drop(inputs);
    for (reading, bands) in readings.iter_mut().zip(bands) {
        reading.bands = bands;
    }
    let mut pins: BTreeSet<Pin> = readings.iter().map(|r| r.vintage.clone()).collect();
    let more: &Vec<Reading> = &others;
    pins.extend(more.iter().map(|r| r.vintage.clone()));
    Dossier {
        schema: "country/1",
        country: country.alpha2.clone(),
        country_iso3: country.alpha3.clone(),
        name: country.name.clone(),
        as_of,
        readings,
        others,
        disagreements,
        tiering,
        findings,
        criticisms: method.criticisms.iter().map(|c| c.text.clone()).collect(),
        vintages: pins.into_iter().collect(),
        method: format!("version {}, {}", method.version, method.described_in),
        notes,
    }
}

/// The latest edition known on the day of each index that tells something of the country. A note names editions that were
/// published later.
fn latest_editions<'a>(
    country: &Place,
    as_of: Date,
    vintages: &'a [Vintage],
    notes: &mut Vec<String>,
) -> BTreeMap<&'a str, (&'a Vintage, Vec<&'a Record>)> {
    let mut latest: BTreeMap<&str, (&Vintage, Vec<&Record>)> = BTreeMap::new();
    let mut later = BTreeSet::new();
    for vintage in vintages {
        if vintage.published_on > as_of {
            later.insert(format!("{} {}", vintage.source, vintage.vintage));
            continue;
        }
        let mut of_vintage: BTreeMap<&str, Vec<&Record>> = BTreeMap::new();
        for record in vintage.records.iter().filter(|r| r.country_iso3 == country.alpha3) {
            of_vintage.entry(&record.index).or_default().push(record);
        }
        for (index, records) in of_vintage {
            // never two editions in one series
            if latest.get(index).is_none_or(|(other, _)| other.published_on <= vintage.published_on) {
                latest.insert(index, (vintage, records));
            }
        }
    }
    if !later.is_empty() {
        let later: Vec<String> = later.into_iter().collect();
        notes.push(format!("published after {as_of} and not used: {}", later.join(", ")));
    }
    latest
}

/// Whether confirmed misuse by the end user that is asked about is on record within the years of the method. What is on
/// record for others, or for nobody by name, is noted.
fn is_of_misuse(
    findings: &[Finding],
    agency: Option<&str>,
    as_of: Date,
    method: &Method,
    notes: &mut Vec<String>,
) -> bool {
    let since = as_of.checked_sub(jiff::Span::new().years(method.misuse_years)).ok();
    let recent: Vec<&Finding> = findings
        .iter()
        .filter(|f| f.is_confirmed_misuse() && since.is_none_or(|since| f.date >= since))
        .collect();
    let same = |f: &Finding| match (agency, &f.agency) {
        (Some(asked), Some(named)) => alike(asked, named),
        _ => Alike::No,
    };
    let misuse = recent.iter().any(|f| same(f) != Alike::No);
    let perhaps: BTreeSet<&str> =
        recent.iter().filter(|f| same(f) == Alike::Perhaps).filter_map(|f| f.agency.as_deref()).collect();
    for named in perhaps {
        notes.push(format!(
            "confirmed misuse is on record for `{named}`, which may be `{}`: it counts as the same agency until somebody has found \
             out that it is another",
            agency.unwrap_or_default()
        ));
    }
    if !misuse {
        let agencies: BTreeSet<&str> = recent.iter().filter_map(|f| f.agency.as_deref()).collect();
        if !agencies.is_empty() {
            let agencies: Vec<&str> = agencies.into_iter().collect();
            notes.push(format!(
                "confirmed misuse within {} years is on record for {}: for that end user the tier is the strictest",
                method.misuse_years,
                agencies.join(", ")
            ));
        }
        if recent.iter().any(|f| f.agency.is_none()) {
            notes.push(
                "a confirmed misuse names no agency; whether it was the end user in question has to be found out"
                    .to_owned(),
            );
        }
    }
    misuse
}

fn point(record: &Record) -> Point {
    Point {
        year: record.year_measured,
        text: record.text.clone(),
        value: record.value,
        low: record.low,
        high: record.high,
        n_sources: record.n_sources,
    }
}

fn reading(mut records: Vec<&Record>, vintage: &Vintage, as_of: Date, method: &Method) -> Option<Reading> {
    records.sort_by_key(|record| record.year_measured);
    let last = *records.last()?;
    let before = records.iter().find(|r| r.year_measured == last.year_measured - method.trend_years);
    let trend = before.map(|before| {
        let by = f64::from(last.direction) * (last.value - before.value);
        let overlap = match (last.low.zip(last.high), before.low.zip(before.high)) {
            (Some((low, high)), Some((was_low, was_high))) => low <= was_high && was_low <= high,
            _ => false,
        };
        match by {
            0.0 => "unchanged",
            _ if overlap => "inside the noise",
            by if by > 0.0 => "better",
            _ => "worse",
        }
    });
    let months =
        (i32::from(as_of.year()) - i32::from(last.year_measured)) * 12 + i32::from(as_of.month()) - 12;
    Some(Reading {
        index: last.index.clone(),
        variable: last.variable.clone(),
        title: last.variable.clone(),
        measures: String::new(),
        direction: last.direction,
        scale: None,
        cuts: None,
        core: false,
        latest: point(last),
        age_months: months.max(0),
        interval: last.interval_kind,
        bands: None,
        before: before.map(|record| point(record)),
        trend,
        series: records.iter().map(|record| point(record)).collect(),
        vintage: Pin {
            source: vintage.source.clone(),
            vintage: vintage.vintage.clone(),
            published_on: vintage.published_on,
            file: vintage.file.clone(),
            sha256: vintage.sha256.clone(),
        },
        licence: String::new(),
    })
}

/// Core indices, and the series of one index, that stand in different bands.
fn disagreements(inputs: &[Input<'_>], bands: &[Option<Bands>], method: &Method) -> Vec<String> {
    let word = |band: Band| match band {
        Band::Low => "low",
        Band::Middle => "middle",
        Band::High => "high",
    };
    let mut out = Vec::new();
    let compared: Vec<(&Input<'_>, Bands)> =
        inputs.iter().zip(bands).filter_map(|(input, bands)| Some((input, (*bands)?))).collect();
    for (n, (a, of_a)) in compared.iter().enumerate() {
        for (b, of_b) in compared.iter().skip(n + 1) {
            let kin = a.card.core && b.card.core || a.card.group.is_some() && a.card.group == b.card.group;
            let apart = of_a.best < of_b.worst || of_b.best < of_a.worst;
            if kin && apart {
                out.push(format!(
                    "{} is {} where {} is {}",
                    a.card.title,
                    word(of_a.worst),
                    b.card.title,
                    word(of_b.worst)
                ));
            }
        }
    }
    // series that differ inside one band are worth a word, too
    let groups: BTreeSet<&String> = method.cards.iter().filter_map(|card| card.group.as_ref()).collect();
    for group in groups {
        let values: BTreeSet<String> = inputs
            .iter()
            .filter(|input| input.card.group.as_ref() == Some(group))
            .map(|input| input.value.to_string())
            .collect();
        if values.len() > 1 {
            let values: Vec<String> = values.into_iter().collect();
            out.push(format!("the series of {group} differ: {}", values.join(", ")));
        }
    }
    out
}
