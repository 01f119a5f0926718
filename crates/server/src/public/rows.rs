//! Entries of the register as rows, and by what they are found.

use std::collections::BTreeMap;

use countersign_model::{Date, parse_date};
use countersign_pages::view::RecordRow;
use countersign_register::{Entry, Replay};
use countersign_verify::records::{Claim, Content};
use countersign_verify::{ABOUT, Leaf, SIGNED_BY, Signer, UtcTime};

/// A row with what it is found by.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// The row.
    pub(super) row: RecordRow,
    /// The day on which it was logged.
    pub(super) day: Date,
    /// Countries that it speaks of, two letters.
    pub(super) countries: Vec<String>,
    /// Its words in lower case.
    pub(super) text: String,
}

/// The day of a log time.
pub(super) fn day_of(time: &UtcTime) -> Date {
    let day = time.as_str().split_once('T').and_then(|(day, _)| parse_date(day).ok());
    // a `UtcTime` begins with a date
    day.unwrap_or(Date::MAX)
}

/// The subjects under which an entry is filed.
pub(super) fn about(leaf: &Leaf) -> Vec<String> {
    let about = leaf.extra.get(ABOUT).map(String::as_str).unwrap_or_default();
    about.split(' ').filter(|s| !s.is_empty()).map(str::to_owned).collect()
}

/// Who signed, in a line: the name on the roster, else the own words.
pub(super) fn signed_by(entry: &Entry, signer: &Signer) -> String {
    let line = |name: &str, organisation: Option<&str>| match organisation {
        Some(organisation) if organisation != name => format!("{name}, {organisation}"),
        _ => name.to_owned(),
    };
    match signer {
        Signer::Known { name, organisation, .. } => line(name, organisation.as_deref()),
        _ => {
            let by = &entry.record.head.by;
            line(by.name.as_str(), by.organisation.as_ref().map(|o| o.as_str()))
        }
    }
}

/// The claim of a finding or an incident.
pub(super) fn claim(content: &Content) -> Option<&Claim> {
    match content {
        Content::Finding(finding) => Some(&finding.claim),
        Content::Incident(incident) => Some(&incident.claim),
        _ => None,
    }
}

/// The countries that a record speaks of.
fn countries(content: &Content, about: &[String]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let told = match content {
        Content::Assessment(assessment) => assessment.scope.country.as_ref(),
        Content::Pledge(pledge) => Some(&pledge.state),
        Content::PledgeWithdrawal(withdrawal) => Some(&withdrawal.state),
        other => claim(other).and_then(|claim| claim.state.as_ref()),
    };
    found.extend(told.map(|state| state.as_str().to_owned()));
    for name in about.iter().filter_map(|subject| subject.strip_prefix("state:")) {
        if let Some(place) = countersign_countries::place(&name.replace('-', " ")) {
            found.push(place.alpha2.clone());
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Every entry of a register, in its order.
pub(super) fn rows(replay: &Replay) -> Vec<Found> {
    let mut faults: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    for fault in &replay.faults {
        faults.entry(fault.index).or_default().push(fault.source.to_string());
    }
    (0..replay.size())
        .filter_map(|index| {
            let leaf = replay.leaf(index)?;
            let about = about(leaf);
            let sound = replay.record(&leaf.sha256).filter(|(entry, _)| entry.index == index);
            let row = RecordRow {
                index,
                time: leaf.time.to_string(),
                kind: leaf.kind.as_str().to_owned(),
                summary: sound.map(|(entry, _)| entry.record.head.summary.to_string()),
                by: sound.map(|(entry, signer)| signed_by(entry, signer)),
                fault: faults.get(&index).map(|all| all.join("; ")),
                about,
            };
            let countries =
                sound.map(|(entry, _)| countries(&entry.record.content, &row.about)).unwrap_or_default();
            let claim = sound.and_then(|(entry, _)| claim(&entry.record.content));
            let text = [
                row.summary.clone().unwrap_or_default(),
                row.by.clone().unwrap_or_default(),
                row.about.join(" "),
                claim.map(|claim| claim.claim.to_string()).unwrap_or_default(),
                leaf.sha256.to_string(),
                leaf.extra.get(SIGNED_BY).cloned().unwrap_or_default(),
            ];
            let text = text.join("\n").to_lowercase();
            Some(Found { day: day_of(&leaf.time), countries, text, row })
        })
        .collect()
}
