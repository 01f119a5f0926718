//! What a case takes from files about owners: *parties of the case → parties of the files → everyone above them → owners*.

use std::collections::{BTreeMap, BTreeSet};

use countersign_case::{Case, Edit};
use countersign_model::{CountryCode, Date, Digest};
use countersign_owners::{Kind, Owners, Party, Stake};
use countersign_ownership::{Interest, Span};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::case_party;
use crate::failure::Failure;

/// More parties than these are not put into one case.
const MOST_ABOVE: usize = 2_000;

/// What was taken from the files: kept in the record of a decision, so that it can be made again without them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FromOwners {
    /// The files.
    pub files: Vec<OwnersFile>,
    /// Parties of the case that were found in the files.
    pub matched: Vec<Matched>,
    /// Parties that the files added, as the case's ids for them.
    pub added: Vec<String>,
    /// The case's `parties` as they are read: what the case gives, and what the files add.
    pub parties: Value,
    /// The case's `sources` as they are read.
    pub sources: Value,
    /// What the files say and a case cannot take.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// A file about owners.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnersFile {
    /// Its name.
    pub name: String,
    /// SHA-256 of its bytes.
    pub sha256: Digest,
}

/// A party of the case that the files know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matched {
    /// Its id in the case.
    pub party: String,
    /// Its id in the files.
    pub id: String,
    /// Its name in the files.
    pub name: String,
    /// `id` or `name`: what is the same in both.
    pub by: String,
    /// How many stakes in it were taken; none where the case gives its owners, or no file does.
    pub stakes: usize,
}

impl FromOwners {
    /// What the case takes from `owners`.
    ///
    /// # Errors
    /// A name that several parties of the files bear, owners of a case that the files contradict, or too many above.
    pub fn of_case(case: &Case, owners: &Owners, files: Vec<OwnersFile>) -> Result<Self, Failure> {
        let parties = case.tree().get("parties").and_then(Value::as_array).cloned().unwrap_or_default();
        let found = found(&parties, owners)?;
        let as_of = case.as_of();
        let above = owners.above(found.values().map(|(id, _)| id.clone()), as_of);
        if above.len() > MOST_ABOVE {
            return Err(Failure::Input(format!(
                "{} parties stand above those of the case in the files, more than the {MOST_ABOVE} that a case takes; ask \
                 `countersign ownership` about the party instead",
                above.len()
            )));
        }
        let (stakes, contradictions) = owners.settled(as_of, |id| above.contains(id));
        let added = new_ids(&parties, &found, &above);
        let mut ids: BTreeMap<&str, &str> =
            found.iter().map(|(party, (id, _))| (id.as_str(), party.as_str())).collect();
        ids.extend(added.iter().map(|(new, id)| (id.as_str(), new.as_str())));
        let mut entries: BTreeMap<&str, Vec<Held<'_>>> = BTreeMap::new();
        for (stake, span) in &stakes {
            let owner = ids.get(stake.owner.as_str()).map(|id| (*id).to_owned()).unwrap_or_default();
            entries.entry(&stake.owned).or_default().push(Held { stake, span, owner });
        }
        let held = |id: &str| entries.get(id).map(Vec::as_slice).unwrap_or_default();
        let mut sources = case.tree().get("sources").and_then(Value::as_object).cloned().unwrap_or_default();
        let (mut matched, mut all) = (Vec::new(), Vec::new());
        for mut party in parties {
            let id = party.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
            if let Some((known, by)) = found.get(&id) {
                let held = held(known);
                let taken = takes(&mut party, &id, held, owners)?;
                if taken > 0 {
                    sources.insert(format!("parties[{id}].owners"), json!(source(held, owners, known, by)));
                }
                let name = owners.label(known).to_owned();
                let (party, id, by) = (id, known.clone(), (*by).to_owned());
                matched.push(Matched { party, id, name, by, stakes: taken });
            }
            all.push(party);
        }
        for (new, id) in &added {
            let held = held(id);
            let known = owners.parties.get(id);
            all.push(party(new, known, held));
            let path = if held.is_empty() { "name" } else { "owners" };
            let told = match known {
                _ if !held.is_empty() => source(held, owners, id, "id"),
                Some(known) => format!("{}: `{}`", known.source, known.id),
                None => format!("`{id}`, of whom the files say no more"),
            };
            sources.insert(format!("parties[{new}].{path}"), json!(told));
        }
        let about = owners.notes.iter().filter(|n| n.party.as_ref().is_some_and(|p| above.contains(p)));
        let notes = contradictions.iter().chain(about);
        let mut notes: Vec<String> = notes.map(|note| format!("{} ({})", note.text, note.source)).collect();
        notes.extend(links(owners, &above, as_of));
        Ok(Self {
            files,
            matched,
            added: added.into_iter().map(|(new, _)| new).collect(),
            parties: Value::Array(all),
            sources: Value::Object(sources),
            notes,
        })
    }

    /// The change of the case.
    pub fn edit(&self) -> Edit {
        let mut set = vec![("parties".to_owned(), self.parties.clone())];
        if self.sources.as_object().is_some_and(|map| !map.is_empty()) {
            set.push(("sources".to_owned(), self.sources.clone()));
        }
        Edit { set, unset: Vec::new() }
    }
}

/// A stake with the case's id of who holds it.
struct Held<'a> {
    stake: &'a Stake,
    span: &'a Span,
    owner: String,
}

/// A name as it is compared: case and white space aside.
fn normal(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// For each party of the case that the files know: its id there, and whether it was the id or the name that is the same.
fn found(parties: &[Value], owners: &Owners) -> Result<BTreeMap<String, (String, &'static str)>, Failure> {
    let mut wanted: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut out = BTreeMap::new();
    for party in parties {
        let Some(id) = party.get("id").and_then(Value::as_str) else { continue };
        if owners.parties.contains_key(id) {
            out.insert(id.to_owned(), (id.to_owned(), "id"));
            continue;
        }
        let aliases = party.get("aliases").and_then(Value::as_array).into_iter().flatten();
        for name in party.get("name").into_iter().chain(aliases).filter_map(Value::as_str) {
            if name != "unknown" {
                wanted.entry(normal(name)).or_default().push(id.to_owned());
            }
        }
    }
    // once over the file, however many parties are looked for
    let mut bearers: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for party in owners.parties.values() {
        for name in &party.names {
            for id in wanted.get(&normal(name)).into_iter().flatten() {
                bearers.entry(id.as_str()).or_default().insert(&party.id);
            }
        }
    }
    for (id, several) in bearers {
        let mut known = several.iter();
        match (known.next(), known.next()) {
            (Some(one), None) => {
                out.insert(id.to_owned(), ((*one).to_owned(), "name"));
            }
            _ => {
                let list: Vec<String> = several.iter().map(|one| owners.name_and_id(one)).collect();
                return Err(Failure::Input(format!(
                    "`parties[{id}]` bears the name of several parties of the files: {}; use the id of the right one as the \
                     party's id, or give its `owners` in the case",
                    list.join(", ")
                )));
            }
        }
    }
    let mut whose: BTreeMap<&str, &str> = BTreeMap::new();
    for (party, (id, _)) in &out {
        if let Some(other) = whose.insert(id, party) {
            return Err(Failure::Input(format!(
                "`parties[{other}]` and `parties[{party}]` are both `{}` of the files; one party stands once in a case",
                owners.name_and_id(id)
            )));
        }
    }
    Ok(out)
}

/// Ids in the case for the parties above that it does not have: the new id, and that of the files.
fn new_ids(
    parties: &[Value],
    found: &BTreeMap<String, (String, &'static str)>,
    above: &BTreeSet<String>,
) -> Vec<(String, String)> {
    let taken: BTreeSet<&str> = parties.iter().filter_map(|p| p.get("id")?.as_str()).collect();
    let mut added: Vec<(String, String)> = Vec::new();
    for id in above.iter().filter(|id| !found.values().any(|(known, _)| known == *id)) {
        let new = (added.len() + 1..).map(|n| format!("file-{n}")).find(|new| !taken.contains(new.as_str()));
        added.push((new.unwrap_or_default(), id.clone()));
    }
    added
}

/// Gives a party of the case the owners that the files have, where it has none: how many were taken. Owners that it has must
/// be the same.
fn takes(party: &mut Value, id: &str, held: &[Held<'_>], owners: &Owners) -> Result<usize, Failure> {
    if held.is_empty() {
        return Ok(0);
    }
    let open = party.get("owners").is_none_or(|o| o.as_str() == Some("unknown"));
    if !open {
        agrees(id, party.get("owners"), held, owners)?;
        return Ok(0);
    }
    if let Some(map) = party.as_object_mut() {
        map.insert("owners".to_owned(), written(held));
    }
    Ok(held.len())
}

/// Stakes as `owners` of a case.
fn written(held: &[Held<'_>]) -> Value {
    let entries = held.iter().map(|held| {
        let share = held.span.share();
        let percent = if share.min == share.max {
            json!(share.min.to_string())
        } else {
            json!({"min": share.min.to_string(), "max": share.max.to_string()})
        };
        let mut map = Map::new();
        map.insert("party".to_owned(), json!(held.owner));
        map.insert("percent".to_owned(), percent);
        map.insert("interest".to_owned(), json!(interest(held.stake.interest)));
        for (key, day) in [("from", held.stake.from), ("to", held.stake.to)] {
            if let Some(day) = day {
                map.insert(key.to_owned(), json!(day.to_string()));
            }
        }
        Value::Object(map)
    });
    let mut list: Vec<Value> = Vec::new();
    for entry in entries {
        if !list.contains(&entry) {
            list.push(entry);
        }
    }
    Value::Array(list)
}

fn interest(interest: Interest) -> &'static str {
    match interest {
        Interest::Shares => "shares",
        Interest::Votes => "votes",
        Interest::Both => "both",
    }
}

/// Where the owners of a party come from.
fn source(held: &[Held<'_>], owners: &Owners, id: &str, by: &str) -> String {
    let mut places: Vec<&str> = held.iter().map(|h| h.stake.source.as_str()).collect();
    places.dedup();
    let more = places.len().saturating_sub(10);
    places.truncate(10);
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    let matched = if by == "name" { "found by its name as" } else { "there" };
    format!("{}{more} ({matched} {})", places.join("; "), owners.name_and_id(id))
}

/// Owners that the case gives must be those of the files, or nobody knows which are right.
fn agrees(id: &str, given: Option<&Value>, held: &[Held<'_>], owners: &Owners) -> Result<(), Failure> {
    let entry = |owner: &str, percent: &Value| {
        let percent = match percent {
            Value::String(text) => text.clone(),
            Value::Object(map) => {
                let end = |key: &str| map.get(key).and_then(Value::as_str).unwrap_or("?").to_owned();
                format!("{} to {}", end("min"), end("max"))
            }
            other => other.to_string(),
        };
        format!("{owner} {percent} %")
    };
    let of = |list: &Value| -> Vec<String> {
        let entries = list.as_array().map(Vec::as_slice).unwrap_or_default();
        let mut out: Vec<String> = entries
            .iter()
            .map(|e| {
                entry(
                    e.get("party").and_then(Value::as_str).unwrap_or("?"),
                    e.get("percent").unwrap_or(&Value::Null),
                )
            })
            .collect();
        out.sort();
        out
    };
    let mine = given.map(of).unwrap_or_default();
    let theirs = of(&written(held));
    if mine == theirs {
        return Ok(());
    }
    let named: Vec<String> = held
        .iter()
        .map(|h| format!("{} {} % ({})", owners.name_and_id(&h.stake.owner), h.span.share(), h.stake.source))
        .collect();
    let mine = if mine.is_empty() { "none".to_owned() } else { mine.join(", ") };
    Err(Failure::Input(format!(
        "`parties[{id}].owners` says {mine}, and the files say {}; take `owners` out of the case to have those of the files, or \
         check it without --ownership",
        named.join(", ")
    )))
}

/// A party that stands above one of the case.
fn party(id: &str, known: Option<&Party>, held: &[Held<'_>]) -> Value {
    let anonymous = known.is_some_and(|p| p.kind == Kind::Anonymous);
    let names = known.filter(|_| !anonymous).map(|p| p.names.as_slice()).unwrap_or_default();
    let kind = case_party::kind(known);
    let mut map = case_party::of_file(id, kind, "owner", names);
    let countries = known.map(|p| p.countries.as_slice()).unwrap_or_default();
    if let Some(country) = countries.iter().find(|code| CountryCode::written(code).is_ok()) {
        map.insert("country".to_owned(), json!(country));
    }
    if !held.is_empty() && kind != "individual" {
        map.insert("owners".to_owned(), written(held));
    }
    Value::Object(map)
}

/// Links that state a criterion of control: a file rarely tells all of them, so that they do not become the case's list.
fn links(owners: &Owners, above: &BTreeSet<String>, as_of: Date) -> Vec<String> {
    let stated = owners.links.iter().filter(|l| l.holds_on(as_of) && above.contains(&l.of));
    let stated = stated.filter_map(|l| Some((l, l.criterion?)));
    let line = |(link, criterion): (&countersign_owners::Link, &str)| {
        format!(
            "{} has control over {} by the criterion `{criterion}` ({}, {}): it is not taken into the case; write it under \
             `control` with all others that are known",
            owners.name_and_id(&link.by),
            owners.name_and_id(&link.of),
            link.what,
            link.source
        )
    };
    stated.map(line).collect()
}
