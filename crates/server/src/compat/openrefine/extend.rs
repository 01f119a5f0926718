//! More columns for entries that were found, and a small page about one.

use axum::extract::{RawQuery, State as Held};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use countersign_model::Entity;
use countersign_pages::text::escape;
use serde_json::{Map, Value, json};

use super::batch::{batch, whole};
use super::offered::{PROPERTIES, property};
use crate::compat::yente::{Fault, Segments, Wanted};
use crate::compat::{has, is_known_to_ftm, topics};
use crate::example::schema;
use crate::params::Params;
use crate::state::State;

const MAX_ROWS: usize = 500;
const MAX_COLUMNS: usize = 50;

/// The properties that can be added.
pub(super) async fn propose(
    Held(state): Held<State>,
    Segments(dataset): Segments<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Fault> {
    let params = Params::read(&query.unwrap_or_default());
    Wanted::read(&dataset, &params)?.check(&state.snapshot().lists)?;
    let kind = params.one("type").unwrap_or("Thing");
    let of_kind = schema(kind).map_err(|_| Fault::bad(format!("Invalid type: {kind}")))?;
    let what = "a whole number";
    let limit = params.read_one::<usize>("limit", what).map_err(|e| Fault::query("limit", e))?.unwrap_or(0);
    let most = if limit == 0 { usize::MAX } else { limit };
    // those that an entry of the type can have
    let fits = |property: &&(&str, &str, &str)| of_kind.is_none_or(|kind| has(kind, property.0));
    let mut properties: Vec<(&str, &str)> = PROPERTIES.iter().filter(fits).map(|p| (p.0, p.2)).collect();
    properties.sort_by_key(|(_, name)| *name);
    properties.truncate(most);
    let properties: Vec<Value> =
        properties.iter().map(|(id, name)| json!({"id": id, "name": name})).collect();
    Ok(axum::Json(json!({"limit": limit, "type": kind, "properties": properties})).into_response())
}

/// The values of properties for entities, by row.
pub(super) async fn extend(state: State, extend: &Value) -> Result<Response, Fault> {
    let texts = |key: &str| -> Result<Vec<Value>, Fault> {
        let items = extend.get(key).and_then(Value::as_array).cloned();
        items.ok_or_else(|| Fault::bad(format!("`extend` needs the list `{key}`")))
    };
    let (ids, wanted) = (texts("ids")?, texts("properties")?);
    if let Some(wrong) = ids.iter().find(|id| !id.is_string()) {
        return Err(Fault::bad(format!("`ids` holds `{wrong}`, which is no text")));
    }
    if ids.len() > MAX_ROWS || wanted.len() > MAX_COLUMNS {
        return Err(Fault::bad(format!("at most {MAX_ROWS} ids and {MAX_COLUMNS} properties at once")));
    }
    let mut columns = Vec::new();
    for column in &wanted {
        let id = column.get("id").and_then(Value::as_str);
        let id = id.ok_or_else(|| Fault::bad("a property of `extend` has no `id`"))?;
        let limit = match column.pointer("/settings/limit") {
            None | Some(Value::Null) => 0,
            Some(limit) => whole(limit).ok_or_else(|| {
                Fault::bad(format!("the `limit` of `{id}` is `{limit}`, which is no whole number"))
            })?,
        };
        let readable = match column.pointer("/settings/render").and_then(Value::as_str).unwrap_or("caption") {
            "caption" => true,
            "raw" => false,
            other => return Err(Fault::bad(format!("`render` is `{other}`; use `caption` or `raw`"))),
        };
        columns.push(Column { id: id.to_owned(), limit, readable });
    }
    // a column that no entry can have is not in the answer, and that is said
    let nothing: Vec<String> = columns
        .iter()
        .filter(|column| known(&column.id).is_none())
        .map(|column| format!("no entry can have the property `{}`: it is left out", column.id))
        .collect();
    columns.retain(|column| known(&column.id).is_some());
    let meta: Vec<Value> = columns
        .iter()
        .filter_map(|column| Some(json!({"id": column.id, "name": known(&column.id)?})))
        .collect();
    let snapshot = state.snapshot();
    let rows = state
        .work(move || {
            let mut rows = Map::new();
            for id in ids.iter().filter_map(Value::as_str) {
                let mut cells = Map::new();
                if let Some(entity) = snapshot.lists.entity(id) {
                    for column in &columns {
                        let values = values(entity, property(&column.id));
                        let shown = if column.limit == 0 { values.len() } else { column.limit };
                        let shown = values.into_iter().take(shown).map(|v| json!({"str": column.show(v)}));
                        cells.insert(column.id.clone(), shown.collect());
                    }
                }
                rows.insert(id.to_owned(), Value::Object(cells));
            }
            Ok(rows)
        })
        .await?;
    let size = rows.len();
    let mut answer = json!({"meta": meta, "rows": rows});
    if let (Some(members), false) = (answer.as_object_mut(), nothing.is_empty()) {
        members.insert("countersign".to_owned(), json!({ "warnings": nothing }));
    }
    Ok((batch(size), axum::Json(answer)).into_response())
}

/// A column to add.
struct Column {
    id: String,
    /// The most values of a row; 0 for all.
    limit: usize,
    /// Whether `ru` is shown as the name of the country.
    readable: bool,
}

impl Column {
    fn show(&self, value: String) -> String {
        let is_country = ["country", "nationality", "jurisdiction"].contains(&property(&self.id));
        if !self.readable || !is_country {
            return value;
        }
        countersign_countries::place(&value).map_or(value, |place| place.name.clone())
    }
}

/// The name of a property for people.
fn known(id: &str) -> Option<&str> {
    let property = property(id);
    let named = PROPERTIES.iter().find(|(p, ..)| *p == property).map(|(.., name)| *name);
    named.or_else(|| is_known_to_ftm(property).then_some(property))
}

fn values(entity: &Entity, property: &str) -> Vec<String> {
    match property {
        "topics" => {
            let told = entity.values("topics").iter().map(String::as_str);
            let all: std::collections::BTreeSet<&str> =
                topics(&entity.listings).into_iter().chain(told).collect();
            all.into_iter().map(str::to_owned).collect()
        }
        other => entity.values(other).to_vec(),
    }
}

/// A small page about an entry, shown inside OpenRefine.
pub(super) async fn preview(Held(state): Held<State>, RawQuery(query): RawQuery) -> Result<Response, Fault> {
    let params = Params::read(&query.unwrap_or_default());
    let id = params.one("id").unwrap_or_default();
    let snapshot = state.snapshot();
    let entity =
        snapshot.lists.entity(id).ok_or_else(|| Fault::new(StatusCode::NOT_FOUND, "No such entity!"))?;
    let mut rows = String::new();
    for listing in &entity.listings {
        let from = listing.from.or(listing.listed).map(|d| format!(", since {d}")).unwrap_or_default();
        rows.push_str(&format!("<li>{}{}</li>", escape(listing.list.title()), escape(&from)));
    }
    let names: Vec<String> = entity.names().skip(1).take(10).map(|n| escape(n.text)).collect();
    let countries: Vec<String> =
        entity.values("country").iter().chain(entity.values("nationality")).map(|c| escape(c)).collect();
    let page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{caption}</title></head><body>\
         <h1>{caption}</h1><p>{kind}; {id}</p><ul>{rows}</ul><p>{names}</p><p>{countries}</p>\
         <p>On a list that is loaded here. Whether your party is this one, a person decides.</p></body></html>",
        caption = escape(entity.caption()),
        kind = entity.schema.as_str(),
        id = escape(&entity.id),
        names = names.join("; "),
        countries = countries.join(", "),
    );
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox; frame-ancestors *"),
    ];
    Ok((headers, page).into_response())
}
