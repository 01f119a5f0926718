//! `/countries` and `/country/{code}`: dossiers, with what the register holds about the country.
//!
//! Findings of courts and bodies come from files (`findings/1`, as `countersign country --findings` reads them) that the
//! keeper of the site puts into `public/findings` of the data directory.

use std::collections::BTreeMap;
use std::fs;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use countersign_countries::{
    Band, Dossier, Finding, IntervalKind, Pin, Place, Point, Reading, Vintage, dossier, findings, place,
};
use countersign_operations::indicators;
use countersign_pages::view::{
    BandWord, CountryLine, CountryView, Edition, FindingView, IndexView, PointView, VariationView,
};
use countersign_pages::{Formats, Section, page};

use super::code::code;
use super::feeds;
use super::find::is_state;
use super::ground;
use super::reply;
use super::rows::{Found, claim};
use super::site::Site;
use crate::problem::Problem;

/// Whether an entry of the register is about a country.
fn is_about(found: &Found, place: &Place) -> bool {
    found.countries.contains(&place.alpha2) || found.row.about.iter().any(|id| is_state(id, &place.alpha2))
}

/// `/countries`; with `?country=` it leads to the dossier.
pub(super) fn all(site: &Site) -> Result<Response, Problem> {
    let words = site.asked.language.words();
    let asked = site.asked.get("country");
    if let Some(place) = place(asked).filter(|_| !asked.is_empty()) {
        let day = site.as_of.map(|day| format!("?as_of={day}")).unwrap_or_default();
        let mut response = reply::reply(StatusCode::SEE_OTHER, "text/plain", "");
        if let Ok(to) = HeaderValue::from_str(&format!("/country/{}{day}", place.alpha2)) {
            response.headers_mut().insert(header::LOCATION, to);
        }
        return Ok(response);
    }
    let fault = (!asked.is_empty()).then(|| site.say(words.find.bad_country, &[("text", asked)]));
    let mut lines: BTreeMap<String, CountryLine> = BTreeMap::new();
    let mut line = |place: &Place, add: &dyn Fn(&mut CountryLine)| {
        let made = lines.entry(place.name.clone()).or_insert_with(|| CountryLine {
            code: place.alpha2.clone(),
            name: place.name.clone(),
            indices: 0,
            records: 0,
        });
        add(made);
    };
    for (iso3, n) in indices(&site.snapshot.vintages, site.day()) {
        if let Some(place) = place(iso3) {
            line(place, &|line| line.indices = n);
        }
    }
    let rows = site.rows();
    let known = rows.all.iter().filter(|found| found.day <= site.day());
    for country in known.flat_map(|found| &found.countries) {
        if let Some(place) = place(country) {
            line(place, &|line| line.records += 1);
        }
    }
    let lines: Vec<CountryLine> = lines.into_values().collect();
    let frame = site.frame(words.country.countries.to_owned(), Section::Countries, Formats::default());
    let page = page::countries(&frame, &lines, fault.as_deref()).map_err(|e| Problem::program(&e))?;
    Ok(reply::html(&site.asked, StatusCode::OK, page))
}

/// How many indices there are of each country in what was published by a day.
fn indices(vintages: &[Vintage], day: countersign_model::Date) -> BTreeMap<&str, usize> {
    let mut known: BTreeMap<&str, std::collections::BTreeSet<&str>> = BTreeMap::new();
    for record in vintages.iter().filter(|v| v.published_on <= day).flat_map(|v| &v.records) {
        known.entry(&record.country_iso3).or_default().insert(&record.index);
    }
    known.into_iter().map(|(country, indices)| (country, indices.len())).collect()
}

/// `/country/{code}`.
pub(super) fn page(site: &Site, text: &str) -> Result<Response, Problem> {
    let place = place(text).ok_or_else(|| {
        Problem::not_found(format!(
            "`{text}` is no country with a code; write two or three letters (SA, SAU)"
        ))
    })?;
    let day = site.day();
    let method = indicators::method()?;
    let known = public_findings(site)?;
    let found = dossier(place, day, None, &site.snapshot.vintages, &known, &method);
    let mut view = view(&found);
    if let Some(register) = site.view() {
        let replay = register.consulted.replay();
        let rows = site.rows();
        let fits = |index: u64| rows.get(index).is_some_and(|found| is_about(found, place));
        view.grounds = ground::grounds(replay, day, |entry| fits(entry.index));
        view.pledges = ground::pledges(replay, day, |entry| fits(entry.index));
        let elsewhere = |found: &&Found| {
            let sound = replay.leaf(found.row.index).and_then(|leaf| replay.record(&leaf.sha256));
            let is_claim = sound.is_some_and(|(entry, _)| claim(&entry.record.content).is_some());
            !is_claim && found.row.kind != "pledge"
        };
        let records = rows.all.iter().rev().filter(|found| found.day <= day && is_about(found, place));
        view.records = records.filter(elsewhere).map(|found| found.row.clone()).collect();
    }
    let formats = Formats { json: true, csv: true, atom: true };
    let frame = site.frame(found.name.clone(), Section::Countries, formats);
    site.answer(&frame, &view, page::country, |frame| {
        let rows = site.rows();
        let about = rows.all.iter().rev().filter(|found| found.day <= day && is_about(found, place));
        feeds::records(frame, &about.map(|found| found.row.clone()).collect::<Vec<_>>())
    })
}

/// The findings that the keeper of the site shows.
fn public_findings(site: &Site) -> Result<Vec<Finding>, Problem> {
    let Ok(entries) = fs::read_dir(site.state.home().path().join("public/findings")) else {
        return Ok(Vec::new());
    };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    paths.sort();
    let mut all = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).map_err(|e| Problem::program(&e))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        match findings(&name, &text) {
            Ok(found) => all.extend(found),
            Err(why) => tracing::warn!(file = %path.display(), %why, "a file of findings is left out"),
        }
    }
    Ok(all)
}

fn view(dossier: &Dossier) -> CountryView {
    let tiering = &dossier.tiering;
    let mut variations: Vec<VariationView> = Vec::new();
    if !dossier.readings.is_empty() {
        variations.push(VariationView { how: None, tier: tiering.as_it_stands.clone() });
        variations.extend(
            tiering.varied.iter().map(|v| VariationView { how: Some(v.how.clone()), tier: v.tier.clone() }),
        );
    }
    CountryView {
        schema: "page-country/1",
        code: dossier.country.clone(),
        name: dossier.name.clone(),
        tier: tiering.for_the_gate.clone(),
        meaning: tiering.meaning.clone(),
        reached: tiering.reached.clone(),
        stable: tiering.stable,
        insufficient: tiering.insufficient.clone(),
        variations,
        missing: if dossier.readings.is_empty() { Vec::new() } else { tiering.missing.clone() },
        indices: dossier.readings.iter().map(index).collect(),
        others: dossier.others.iter().map(|reading| reading.index.clone()).collect(),
        disagreements: dossier.disagreements.clone(),
        findings: dossier.findings.iter().map(finding).collect(),
        grounds: Vec::new(),
        pledges: Vec::new(),
        records: Vec::new(),
        criticisms: if dossier.readings.is_empty() { Vec::new() } else { dossier.criticisms.clone() },
        editions: dossier.vintages.iter().map(edition).collect(),
        method: dossier.method.clone(),
        notes: dossier.notes.clone(),
    }
}

fn edition(pin: &Pin) -> Edition {
    Edition {
        source: pin.source.clone(),
        vintage: pin.vintage.clone(),
        published_on: pin.published_on,
        file: pin.file.clone(),
        sha256: pin.sha256.clone(),
    }
}

fn point(point: &Point) -> PointView {
    PointView {
        year: point.year,
        text: point.text.clone(),
        value: point.value,
        low: point.low,
        high: point.high,
        sources: point.n_sources,
    }
}

fn index(reading: &Reading) -> IndexView {
    let band = |band: Band| match band {
        Band::Low => BandWord::Low,
        Band::Middle => BandWord::Middle,
        Band::High => BandWord::High,
    };
    IndexView {
        index: reading.index.clone(),
        title: reading.title.clone(),
        measures: reading.measures.clone(),
        core: reading.core,
        up_is_better: reading.direction > 0,
        scale: reading.scale,
        cuts: reading.cuts,
        latest: point(&reading.latest),
        percent: match reading.interval {
            IntervalKind::P68 => Some(68),
            IntervalKind::P90 => Some(90),
            IntervalKind::None => None,
        },
        age_months: reading.age_months,
        bands: reading.bands.map(|bands| (band(bands.worst), band(bands.best))),
        before: reading.before.as_ref().map(point),
        trend: reading.trend.map(str::to_owned),
        series: reading.series.iter().map(point).collect(),
        edition: edition(&reading.vintage),
        licence: reading.licence.clone(),
    }
}

fn finding(finding: &Finding) -> FindingView {
    FindingView {
        date: finding.date,
        title: finding.title.clone(),
        found_by: finding.found_by.clone(),
        kind: code(finding.kind),
        status: code(finding.status),
        tier: finding.tier.to_string(),
        agency: finding.agency.clone(),
        text: finding.text.clone(),
        source: finding.source.clone(),
        replies: finding
            .replies
            .iter()
            .map(|reply| (reply.by.clone(), reply.on, reply.text.clone()))
            .collect(),
    }
}
