//! GLEIF: relationship records (`rr`), reporting exceptions (`repex`) and LEI records, in XML.
//!
//! A consolidation is no stake: that a parent consolidates a company in its accounts says control (criterion g of
//! the EU Best Practices, unified management with consolidated accounts), not how much it holds. So each direct
//! consolidation is a link with that criterion and a stake of unknown size (the percentage that a few records give
//! measures the consolidation, not the shares); an ultimate consolidation is a link. A branch is its head office: the same legal person. A fund is managed, not owned.

use std::collections::BTreeMap;

use countersign_model::{Date, Share};
use countersign_ownership::Interest;
use quick_xml::Reader;
use quick_xml::events::Event;

use crate::shares::{first_day, last_day, unknown};
use crate::{Kind, Link, Note, Owners, OwnersError, Party, Stake};

/// Texts of one record by the path of their elements below it, in the order of the file.
type Fields = Vec<(String, String)>;

pub(crate) fn read(file: &str, text: &str, owners: &mut Owners) -> Result<(), OwnersError> {
    let mut reader = Reader::from_str(text);
    let mut path: Vec<String> = Vec::new();
    // depth at which the record began, and what it says
    let mut record: Option<(usize, Fields)> = None;
    let mut known = false;
    loop {
        let at = reader.buffer_position();
        let broken =
            |why: String| OwnersError::Broken { file: file.to_owned(), place: format!("byte {at}"), why };
        match reader.read_event().map_err(|e| broken(format!("the XML is damaged ({e})")))? {
            Event::Start(start) => {
                let name = start.local_name().as_ref().to_owned();
                if path.is_empty() {
                    known =
                        ["RelationshipData", "ReportingExceptionData", "LEIData"].contains(&name.as_str());
                    if !known {
                        return Err(OwnersError::Unknown {
                            file: file.to_owned(),
                            found: format!("its root element is `{name}`"),
                        });
                    }
                }
                path.push(name);
                if record.is_none()
                    && path.last().is_some_and(|name| {
                        ["RelationshipRecord", "Exception", "LEIRecord"].contains(&name.as_str())
                    })
                {
                    record = Some((path.len(), Vec::new()));
                }
            }
            Event::End(_) => {
                let name = path.pop().unwrap_or_default();
                if record.as_ref().is_some_and(|(depth, _)| *depth == path.len() + 1)
                    && let Some((_, fields)) = record.take()
                {
                    let place = format!("the record that ends at byte {at}");
                    take(file, &place, &name, &fields, owners)?;
                }
            }
            Event::Text(content) => {
                if let Some((depth, fields)) = &mut record {
                    add(fields, path.get(*depth..).unwrap_or_default(), &content.xml10_content());
                }
            }
            Event::GeneralRef(entity) => {
                if let Some((depth, fields)) = &mut record {
                    let word = entity.xml10_content();
                    let plain = match word.as_ref() {
                        "amp" => "&".to_owned(),
                        "lt" => "<".to_owned(),
                        "gt" => ">".to_owned(),
                        "quot" => "\"".to_owned(),
                        "apos" => "'".to_owned(),
                        _ => match entity.resolve_char_ref() {
                            Ok(Some(c)) => c.to_string(),
                            _ => return Err(broken(format!("`&{word};` is no character of XML"))),
                        },
                    };
                    add(fields, path.get(*depth..).unwrap_or_default(), &plain);
                }
            }
            Event::Eof => {
                return if path.is_empty() && known {
                    Ok(())
                } else {
                    Err(broken("the file ends before its elements do: it is cut off".to_owned()))
                };
            }
            _ => {}
        }
    }
}

/// Adds a text to the field of a path; pieces of one text follow each other.
fn add(fields: &mut Fields, path: &[String], text: &str) {
    let path = path.join("/");
    match fields.last_mut() {
        Some((last, so_far)) if *last == path && !so_far.ends_with('\n') => so_far.push_str(text),
        _ if text.trim().is_empty() => {}
        _ => fields.push((path, text.to_owned())),
    }
}

fn take(
    file: &str,
    place: &str,
    element: &str,
    fields: &Fields,
    owners: &mut Owners,
) -> Result<(), OwnersError> {
    let get = |path: &str| fields.iter().find(|(at, _)| at == path).map(|(_, text)| text.trim());
    let need = |path: &str| {
        get(path).filter(|text| !text.is_empty()).ok_or_else(|| OwnersError::Broken {
            file: file.to_owned(),
            place: place.to_owned(),
            why: format!("it has no `{path}`"),
        })
    };
    match element {
        "LEIRecord" => {
            let id = need("LEI")?.to_owned();
            let mut names = vec![need("Entity/LegalName")?.to_owned()];
            let other = ["Entity/OtherEntityNames/OtherEntityName", "Entity/TransliteratedOtherEntityNames"];
            let others = fields.iter().filter(|(at, _)| other.iter().any(|path| at.starts_with(path)));
            names.extend(others.map(|(_, text)| text.trim().to_owned()));
            let country = get("Entity/LegalJurisdiction").or_else(|| get("Entity/LegalAddress/Country"));
            let country = country.and_then(|code| code.split('-').next()).map(str::to_uppercase);
            let source = format!("{file}: LEI {id}");
            owners.add(Party {
                id,
                kind: Kind::Body,
                names,
                countries: country.into_iter().collect(),
                source,
            });
        }
        "Exception" => {
            let id = need("LEI")?.to_owned();
            let category = get("ExceptionCategory").unwrap_or("PARENT").replace('_', " ").to_lowercase();
            let reason = get("ExceptionReason").unwrap_or("no reason given").replace('_', " ").to_lowercase();
            let source = format!("{file}: LEI {id}");
            let text = format!("it reports no {category}: {reason}");
            owners.notes.push(Note { party: Some(id), text, source });
        }
        _ => relationship(
            file,
            fields,
            need("Relationship/StartNode/NodeID")?,
            need("Relationship/EndNode/NodeID")?,
            owners,
        ),
    }
    Ok(())
}

fn relationship(file: &str, fields: &Fields, child: &str, parent: &str, owners: &mut Owners) {
    let get = |path: &str| fields.iter().find(|(at, _)| at == path).map(|(_, text)| text.trim());
    let kind = get("Relationship/RelationshipType").unwrap_or("a type that is not told");
    let source = format!("{file}: {child} {kind} {parent}");
    let note = |text: String| Note { party: Some(child.to_owned()), text, source: source.clone() };
    for id in [child, parent] {
        if !owners.parties.contains_key(id) {
            owners.add(Party {
                id: id.to_owned(),
                kind: Kind::Body,
                names: Vec::new(),
                countries: Vec::new(),
                source: source.clone(),
            });
        }
    }
    let status = get("Registration/RegistrationStatus").unwrap_or_default();
    if ["ANNULLED", "DUPLICATE", "RETIRED", "PENDING_ARCHIVAL"].contains(&status) {
        owners.notes.push(note(format!("a relationship record is left out: its registration is {status}")));
        return;
    }
    if status == "LAPSED" {
        owners
            .notes
            .push(note("the registration of a relationship has lapsed: nobody confirmed it since".into()));
    }
    let Period { from, mut to } = own_period(fields);
    if get("Relationship/RelationshipStatus") == Some("INACTIVE") && to.is_none() {
        let updated = get("Registration/LastUpdateDate").and_then(first_day);
        owners.notes.push(note(
            "a relationship is inactive without an end; it is taken to have ended when it was last updated"
                .into(),
        ));
        to = updated;
    }
    if let (Some(from), Some(to)) = (from, to)
        && from > to
    {
        owners.notes.push(note("a relationship is left out: it ends before it begins".into()));
        return;
    }
    let Some(Meaning { what, criterion, share }) = meaning(kind) else {
        owners.notes.push(note(format!("a relationship of type `{kind}` is not read")));
        return;
    };
    if let Some(share) = share {
        owners.stakes.push(Stake {
            owner: parent.to_owned(),
            owned: child.to_owned(),
            share,
            interest: Interest::Both,
            from,
            to,
            source: source.clone(),
        });
    }
    owners.links.push(Link {
        by: parent.to_owned(),
        of: child.to_owned(),
        what: what.to_owned(),
        criterion,
        from,
        to,
        source,
    });
}

/// When a relationship holds, as far as it is told.
struct Period {
    from: Option<Date>,
    to: Option<Date>,
}

/// The period of the relationship itself; others (accounting, filing) stand beside it.
fn own_period(fields: &Fields) -> Period {
    let mut periods: Vec<BTreeMap<&str, &str>> = Vec::new();
    for (at, text) in fields {
        if let Some(key) = at.strip_prefix("Relationship/RelationshipPeriods/RelationshipPeriod/") {
            if key == "StartDate" || periods.is_empty() {
                periods.push(BTreeMap::new());
            }
            if let Some(last) = periods.last_mut() {
                last.insert(key, text.trim());
            }
        }
    }
    let own = periods.iter().find(|period| period.get("PeriodType") == Some(&"RELATIONSHIP_PERIOD"));
    Period {
        from: own.and_then(|period| period.get("StartDate")).and_then(|text| first_day(text)),
        to: own.and_then(|period| period.get("EndDate")).and_then(|text| last_day(text)),
    }
}

/// What the parent is to the child by a type of relationship.
struct Meaning {
    what: &'static str,
    /// The criterion of control that it is.
    criterion: Option<&'static str>,
    /// The share that it says, where it is a stake.
    share: Option<Share>,
}

/// `None` for a type that is not read.
fn meaning(kind: &str) -> Option<Meaning> {
    let (what, criterion, share) = match kind {
        "IS_DIRECTLY_CONSOLIDATED_BY" => {
            ("consolidates it directly", Some("unified_management"), Some(unknown()))
        }
        "IS_ULTIMATELY_CONSOLIDATED_BY" => ("consolidates it ultimately", Some("unified_management"), None),
        "IS_INTERNATIONAL_BRANCH_OF" => {
            let all = Share::exactly(countersign_model::Percent::whole(100));
            ("is the head office of this branch", None, Some(all))
        }
        "IS_FUND-MANAGED_BY" => ("manages this fund", None, None),
        "IS_SUBFUND_OF" => ("is the umbrella of this fund", None, None),
        "IS_FEEDER_TO" => ("is the master of this feeder fund", None, None),
        _ => return None,
    };
    Some(Meaning { what, criterion, share })
}
