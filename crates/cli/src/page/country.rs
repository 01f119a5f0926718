//! The dossier of a country as people read it.

use countersign_countries::{Band, Bands, Dossier, IntervalKind, Reading};

use super::text::Page;

/// The page of `country`.
pub(crate) fn country(dossier: &Dossier) -> String {
    let mut page = Page::default();
    page.heading(&format!("{} ({}) on {}", dossier.name, dossier.country, dossier.as_of));
    tiers(&mut page, dossier);
    if !dossier.readings.is_empty() {
        page.heading("Indices (never added up)");
    }
    for reading in &dossier.readings {
        one(&mut page, reading);
    }
    if !dossier.others.is_empty() {
        let names: Vec<&str> = dossier.others.iter().map(|r| r.index.as_str()).collect();
        page.hanging(2, 4, &format!("also in the files, see --json: {}", names.join(", ")));
    }
    if !dossier.disagreements.is_empty() {
        page.heading("Where they disagree");
        for text in &dossier.disagreements {
            page.hanging(2, 4, text);
        }
    }
    page.heading("Findings");
    if dossier.findings.is_empty() {
        page.hanging(2, 4, "none given (--findings FILE); that says nothing about what happened");
    }
    for finding in &dossier.findings {
        let agency = finding.agency.as_ref().map(|a| format!("; agency: {a}")).unwrap_or_default();
        page.hanging(
            2,
            4,
            &format!(
                "{} {} ({}, evidence {}, {}{agency}): {} [{}]",
                finding.date,
                finding.title,
                finding.found_by,
                finding.tier,
                word(&finding.status),
                finding.text,
                finding.source
            ),
        );
        for reply in &finding.replies {
            let text = match &reply.text {
                Some(text) => format!("reply of {}, {}: {text}", reply.by, reply.on),
                None => format!("{} was asked on {} and has not replied", reply.by, reply.on),
            };
            page.hanging(6, 8, &text);
        }
    }
    page.heading("What is criticised about the numbers");
    for text in &dossier.criticisms {
        page.hanging(2, 4, text);
    }
    page.heading("Files");
    for pin in &dossier.vintages {
        let sha256: String = pin.sha256.chars().take(19).collect();
        page.hanging(
            2,
            4,
            &format!(
                "{} {}, published {}: {} ({sha256})",
                pin.source, pin.vintage, pin.published_on, pin.file
            ),
        );
    }
    for note in &dossier.notes {
        page.hanging(0, 2, &format!("Note: {note}"));
    }
    page.finish()
}

fn tiers(page: &mut Page, dossier: &Dossier) {
    let tiering = &dossier.tiering;
    if let Some(why) = &tiering.insufficient {
        page.hanging(2, 4, &format!("No tier. {why}"));
    }
    if let (Some(tier), Some(meaning)) = (&tiering.for_the_gate, &tiering.meaning) {
        page.hanging(
            2,
            4,
            &format!(
                "Tier for the gate: {tier}, {meaning}. Tiers reached: {}; stable: {}",
                tiering.reached.join(", "),
                tiering.stable
            ),
        );
    } else if !tiering.reached.is_empty() {
        page.hanging(
            2,
            4,
            &format!("What the present indices alone would reach: {}", tiering.reached.join(", ")),
        );
    }
    if let Some(tier) = &tiering.as_it_stands {
        page.hanging(4, 6, &format!("{tier}: the method as it stands"));
    }
    for varied in tiering.varied.iter().filter(|v| v.tier != tiering.as_it_stands) {
        let tier = varied.tier.as_deref().unwrap_or("none");
        page.hanging(4, 6, &format!("{tier}: {}", varied.how));
    }
    if !tiering.missing.is_empty() {
        page.hanging(4, 6, &format!("core indices without a value: {}", tiering.missing.join(", ")));
    }
}

fn one(page: &mut Page, reading: &Reading) {
    let latest = &reading.latest;
    let interval = match (reading.interval, latest.low.zip(latest.high)) {
        (IntervalKind::P68, Some((low, high))) => format!("68 % interval {low:.3} to {high:.3}"),
        (IntervalKind::P90, Some((low, high))) => format!("90 % interval {low:.3} to {high:.3}"),
        _ => "uncertainty not published".to_owned(),
    };
    let better = if reading.direction > 0 { "up is better" } else { "up is worse" };
    let scale = reading.scale.map(|[a, b]| format!(" on {a} to {b}")).unwrap_or_default();
    let bands = reading.bands.map(|bands| format!("; band: {}", band(bands))).unwrap_or_default();
    let core = if reading.core { " [core]" } else { "" };
    page.hanging(
        2,
        4,
        &format!("{}{core}: {}{scale}, {better}; {interval}{bands}", reading.title, latest.shown()),
    );
    let trend = match (&reading.before, reading.trend) {
        (Some(before), Some(trend)) => format!("; {} in {}: {trend}", before.shown(), before.year),
        _ => "; no value of this edition to compare with".to_owned(),
    };
    let sources = latest.n_sources.map(|n| format!("; {n} sources")).unwrap_or_default();
    page.hanging(
        6,
        8,
        &format!(
            "{}, {} months old{trend}{sources}; {} {} ({})",
            latest.year, reading.age_months, reading.vintage.source, reading.vintage.vintage, reading.licence
        ),
    );
}

fn band(bands: Bands) -> String {
    let word = |band: Band| match band {
        Band::Low => "low",
        Band::Middle => "middle",
        Band::High => "high",
    };
    if bands.straddles() {
        format!("straddles {} and {}", word(bands.worst), word(bands.best))
    } else {
        word(bands.worst).to_owned()
    }
}

fn word(status: &countersign_countries::FindingStatus) -> &'static str {
    use countersign_countries::FindingStatus::{Disputed, Overturned, Stands, Withdrawn};
    match status {
        Stands => "stands",
        Disputed => "disputed",
        Withdrawn => "withdrawn",
        Overturned => "overturned",
    }
}
