//! FollowTheMoney JSON lines: `Ownership` is a stake, `Directorship` and its like are links.

use std::collections::BTreeMap;

use countersign_ownership::Interest;
use serde::Deserialize;

use crate::shares::{first_day, last_day, of_text, unknown};
use crate::{Kind, Link, Note, Owners, OwnersError, Party, Stake};

#[derive(Deserialize)]
struct Record {
    id: String,
    schema: String,
    #[serde(default)]
    caption: Option<String>,
    #[serde(default)]
    properties: BTreeMap<String, Vec<String>>,
}

impl Record {
    fn values(&self, property: &str) -> &[String] {
        self.properties.get(property).map_or(&[], Vec::as_slice)
    }
}

/// The schemata that link two parties without being a stake: who, over whom, in which words.
const LINKS: [(&str, &str, &str, &str); 6] = [
    ("Directorship", "director", "organization", "director"),
    ("Control", "controller", "asset", "controls"),
    ("Representation", "agent", "client", "represents"),
    ("Membership", "member", "organization", "member"),
    ("Employment", "employee", "employer", "employed by"),
    ("UnknownLink", "subject", "object", "linked in a way that is not told"),
];

pub(crate) fn read(file: &str, text: &str, owners: &mut Owners) -> Result<(), OwnersError> {
    for (n, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let place = format!("line {}", n + 1);
        let record: Record = serde_json::from_str(line).map_err(|e| OwnersError::Broken {
            file: file.to_owned(),
            place: place.clone(),
            why: format!("it is no FollowTheMoney entity ({e})"),
        })?;
        let source = format!("{file}:{}", n + 1);
        let dates = |end: bool| {
            let day = if end { last_day } else { first_day };
            let values = record.values(if end { "endDate" } else { "startDate" });
            let days = values.iter().filter_map(|text| day(text));
            // of several dates the widest: a stake is not ended early on a doubt
            if end { days.max() } else { days.min() }
        };
        let ends = |from: &str, to: &str| -> Result<Vec<(String, String)>, OwnersError> {
            let (from_ids, to_ids) = (record.values(from), record.values(to));
            if from_ids.is_empty() || to_ids.is_empty() {
                return Err(OwnersError::Broken {
                    file: file.to_owned(),
                    place: place.clone(),
                    why: format!("{} `{}` lacks `{from}` or `{to}`", record.schema, record.id),
                });
            }
            Ok(from_ids.iter().flat_map(|f| to_ids.iter().map(move |t| (f.clone(), t.clone()))).collect())
        };
        if record.schema == "Ownership" {
            let written = record.values("percentage");
            let share = match written {
                [one] => of_text(one),
                _ => None,
            };
            if share.is_none() && !written.is_empty() {
                owners.notes.push(Note {
                    party: record.values("asset").first().cloned(),
                    text: format!(
                        "the percentage `{}` cannot be read as one share; it is taken as unknown",
                        written.join("`, `")
                    ),
                    source: source.clone(),
                });
            }
            for (owner, owned) in ends("owner", "asset")? {
                owners.stakes.push(Stake {
                    owner,
                    owned,
                    share: share.clone().unwrap_or_else(unknown),
                    interest: Interest::Both,
                    from: dates(false),
                    to: dates(true),
                    source: source.clone(),
                });
            }
        } else if let Some((_, from, to, what)) = LINKS.into_iter().find(|l| l.0 == record.schema) {
            let role = record.values("role").first().map_or(what, String::as_str);
            for (by, of) in ends(from, to)? {
                owners.links.push(Link {
                    by,
                    of,
                    what: role.to_owned(),
                    criterion: None,
                    from: dates(false),
                    to: dates(true),
                    source: source.clone(),
                });
            }
        } else if let Some(kind) = kind(&record.schema) {
            let mut names: Vec<String> = record.values("name").to_vec();
            names.extend(record.caption.clone().filter(|c| !names.contains(c) && *c != record.id));
            names.extend(record.values("alias").iter().cloned());
            let countries = ["jurisdiction", "country", "nationality"];
            let countries = countries.into_iter().flat_map(|p| record.values(p)).map(|c| c.to_uppercase());
            let countries = countries.collect();
            owners.add(Party { id: record.id.clone(), kind, names, countries, source });
        }
    }
    Ok(())
}

fn kind(schema: &str) -> Option<Kind> {
    Some(match schema {
        "Person" => Kind::Person,
        "PublicBody" => Kind::State,
        "Company" | "Organization" | "LegalEntity" | "Asset" | "Vessel" | "Airplane" | "Security" => {
            Kind::Body
        }
        _ => return None,
    })
}
