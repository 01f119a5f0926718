//! Lists of Japan and China in the JSON of a registry that transcribes them: one array of entries with `id`,
//! `entity_name`, `aliases`, `addresses`, `list_id`, `reason`, `date_added`, `source_url`.
//!
//! METI and MOFCOM publish no machine-readable list. In the transcription of METI's PDF some names slipped into the
//! column of the country ("People's Republic of China BVI Electronics"); they are taken back out and reported.

use std::collections::{BTreeSet, HashMap, HashSet};

use countersign_model::{Entity, EntitySchema, ListCode, Listing, SourceId};
use serde::Deserialize;
use serde_json::Value;

use crate::countries::Countries;
use crate::dates;
use crate::draft::{Draft, Import};
use crate::input::{Encoding, html_page, looks_like_html, text, unpack};
use crate::listing_scope::scope_of;
use crate::white_space::squeeze;
use crate::{ImportError, InputFile};

/// The lists by the registry's names.
const LISTS: [(&str, &str, ListCode); 4] = [
    ("jp_eul", "jp-end-user-list", ListCode::JpEul),
    ("cn_mofcom", "cn-export-control-watchlist", ListCode::CnEcl),
    ("cn_mofcom", "cn-unreliable-entity-list", ListCode::CnUel),
    ("cn_mofcom", "cn-attention-list", ListCode::CnAl),
];

const EXPECTED: &str =
    "a registry's transcription of the list (a JSON array of entries with `entity_name` and `list_id`)";

#[derive(Debug, Deserialize)]
struct Entry {
    id: String,
    list_id: String,
    entity_name: String,
    #[serde(default)]
    entity_type: String,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    addresses: Vec<String>,
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    date_added: Option<String>,
    #[serde(default)]
    last_verified: Option<String>,
    #[serde(default)]
    source_list_name: Option<String>,
    #[serde(default)]
    source_url: Option<String>,
    /// The jurisdiction whose list it is, not the party's.
    #[serde(default)]
    country: Option<String>,
    #[serde(flatten)]
    unknown: serde_json::Map<String, Value>,
}

pub(crate) fn import(source: &SourceId, file: &InputFile) -> Result<Import, ImportError> {
    let bytes = unpack(file)?;
    let text = text(&file.name, &bytes, Encoding::Utf8)?;
    if looks_like_html(&text) {
        return Err(html_page(&file.name, EXPECTED));
    }
    let wrong = |found: String| ImportError::WrongFormat {
        file: file.name.clone(),
        expected: EXPECTED.into(),
        found,
        hint: "give the JSON file of the registry for this source".into(),
    };
    // JSON lines are one object a line, and a table is no JSON
    if !text.trim_start().starts_with('[') {
        return Err(wrong("it is not a JSON array".into()));
    }
    let values: Vec<Value> = serde_json::from_str(&text).map_err(|e| {
        if e.is_eof() {
            ImportError::Truncated {
                file: file.name.clone(),
                line: e.line() as u64,
                reason: "the JSON ends before it is complete".into(),
            }
        } else {
            wrong(format!("it is not JSON ({e})"))
        }
    })?;
    if let Some(first) = values.first()
        && first.get("list_id").is_none()
    {
        return Err(wrong("its entries have no `list_id`".into()));
    }
    let countries = Countries::get()?;
    let mut draft = Draft::new(source).with_names_inside();
    // two acts of one day may give one id to two parties; then the name belongs to the key of both
    let mut names: HashMap<String, BTreeSet<String>> = HashMap::new();
    for value in &values {
        if let (Some(id), Some(name)) =
            (value.get("id").and_then(Value::as_str), value.get("entity_name").and_then(Value::as_str))
        {
            names.entry(id.to_owned()).or_default().insert(name.to_owned());
        }
    }
    let shared: HashSet<String> = names.into_iter().filter(|(_, n)| n.len() > 1).map(|(id, _)| id).collect();
    for (n, value) in values.into_iter().enumerate() {
        draft.report.row(&file.name);
        let line = n as u64 + 1;
        let outcome = match serde_json::from_value::<Entry>(value) {
            Ok(entry) => read(entry, &shared, line, &file.name, countries, &mut draft),
            Err(e) => Err(format!("the entry is not one of the registry: {e}")),
        };
        if let Err(reason) = outcome {
            draft.report.refuse(&file.name, line, reason);
        }
    }
    draft.finish("JSON of a registry", std::slice::from_ref(file), Vec::new(), Vec::new(), None)
}

fn read(
    entry: Entry,
    shared: &HashSet<String>,
    line: u64,
    file: &str,
    countries: &Countries,
    draft: &mut Draft,
) -> Result<(), String> {
    draft.report.unknown_columns.extend(entry.unknown.keys().cloned());
    let source = draft.source.as_str().to_owned();
    let list = LISTS
        .iter()
        .find(|(s, id, _)| *s == source && *id == entry.list_id)
        .map(|(_, _, list)| *list)
        .ok_or_else(|| format!("the list `{}` is not one of `{source}`", entry.list_id))?;
    let schema = match entry.entity_type.as_str() {
        "organization" => EntitySchema::Organization,
        "person" | "individual" => EntitySchema::Person,
        _ => EntitySchema::LegalEntity,
    };
    let mut key = entry.id.clone();
    let name = squeeze(&entry.entity_name).into_owned();
    if shared.contains(&entry.id) {
        key = format!("{key}-h{}", countersign_model::Digest::of(name.as_bytes()).short());
        let text = format!("the id `{}` stands for several parties; this one is `{key}`", entry.id);
        draft.report.warn(file, line, text);
    }
    let mut entity = draft.entity(&key, schema);
    entity.add("name", &name);
    for address in &entry.addresses {
        place(address, &mut entity, line, file, countries, draft);
    }
    for alias in &entry.aliases {
        entity.add("alias", squeeze(alias));
    }
    if entity.values("name").is_empty() {
        return Err(format!("the entry `{}` has no name", entry.id));
    }
    let reason = entry.reason.unwrap_or_default();
    entity.add("reason", &reason);
    entity.add("sourceUrl", entry.source_url.unwrap_or_default());
    entity.add("verifiedAt", entry.last_verified.unwrap_or_default());
    entity.add("program", entry.source_list_name.unwrap_or_default());
    entity.add("listOf", entry.country.unwrap_or_default());
    let from = dates::listing_day(&entry.date_added.unwrap_or_default())?;
    entity.listings.push(Listing {
        from,
        listed: from,
        id: Some(entry.id),
        name: entity.values("name").first().cloned(),
        programmes: concerns(&reason),
        ..Listing::bare(list, scope_of(list))
    });
    draft.report.count(format!("list {list}"));
    draft.add(entity, file, line);
    Ok(())
}

/// METI's marks of concern: B biological, C chemical, M missiles, N nuclear, CW conventional arms.
fn concerns(reason: &str) -> Vec<String> {
    let folded = reason.replace('Ｎ', "N");
    let mut marks = Vec::new();
    for word in folded.split(|c: char| !c.is_ascii_alphanumeric()) {
        if ["B", "C", "M", "N", "CW"].contains(&word) && !marks.iter().any(|m| m == word) {
            marks.push(word.to_owned());
        }
    }
    marks
}

/// An address, or a country, or a country with the name of the party behind it.
fn place(
    address: &str,
    entity: &mut Entity,
    line: u64,
    file: &str,
    countries: &Countries,
    draft: &mut Draft,
) {
    let address = squeeze(address).into_owned();
    if let Some(code) = countries.any(&address) {
        return entity.add("country", code);
    }
    if entity.values("name").is_empty()
        && let Some((code, name)) = countries.at_the_start(&address)
    {
        let text = format!("the name `{name}` stands in the column of the country; taken out of it");
        draft.report.warn(file, line, text);
        entity.add("country", code);
        entity.add("name", name);
        entity.add("nameAsListed", &address);
        return;
    }
    entity.add("address", &address);
    // Chinese addresses begin with their country: 日本东京都
    if address.starts_with("日本") {
        entity.add("country", "jp");
    }
    for code in countries.named_in(address.rsplit(',').next().unwrap_or(&address)) {
        entity.add("country", code);
    }
}
