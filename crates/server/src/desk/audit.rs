//! The audit log: every entry of the journal, for a page, for a table, and as bundles that an examiner verifies offline.

use std::io::{Cursor, Write as _};

use axum::extract::State as Held;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use countersign_store::{Envelope, Kind, Store};
use countersign_verify::Statement;
use serde::Deserialize;
use serde_json::{Value, json};
use zip::write::SimpleFileOptions;

use super::entry::Row;
use super::print;
use super::view::{self, AuditPage, Shell};
use crate::access::Who;
use crate::extract::{Json, Path, Query};
use crate::problem::Problem;
use crate::state::State;

/// How many entries a page shows.
const PAGE: usize = 200;

/// What is asked for.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Asked {
    /// One case alone.
    #[serde(default)]
    case: Option<String>,
    /// The entries before this one.
    #[serde(default)]
    before: Option<u64>,
}

/// Who took a step; nobody for the records of other kinds, which the installation made.
fn by_of(store: &Store, sha256: &countersign_model::Digest) -> Option<(String, String)> {
    let envelope = Envelope::parse(&store.blob(sha256).ok()?).ok()?;
    let signers = store.trusted_keys().signers;
    let (statement, _) = Statement::parse(&envelope.verify(signers.first()?).ok()?).ok()?;
    let by = statement.predicate.get("by")?;
    match by {
        Value::String(name) => Some((name.clone(), String::new())),
        by => Some((by.get("name")?.as_str()?.to_owned(), by.get("user")?.as_str()?.to_owned())),
    }
}

fn rows(store: Option<&Store>, asked: &Asked, most: usize) -> Result<Vec<Row>, Problem> {
    let Some(store) = store else { return Ok(Vec::new()) };
    let end = asked.before.unwrap_or(u64::MAX).min(store.log().size());
    let mut rows = Vec::new();
    let mut first = 0;
    if asked.case.is_none() && most < usize::MAX {
        first = end.saturating_sub(most as u64);
    }
    for entry in store.entries_from(first) {
        let (index, leaf) = entry.map_err(|e| Problem::program(&e))?;
        if index >= end {
            break;
        }
        if asked.case.as_ref().is_some_and(|case| *case != leaf.subject) {
            continue;
        }
        let personal = matches!(
            leaf.kind,
            Kind::DeskStep | Kind::Countersignature | Kind::Disposition | Kind::Administration
        );
        let (by, user) =
            if personal { by_of(store, &leaf.sha256).unwrap_or_default() } else { Default::default() };
        rows.push(Row {
            entry: index,
            time: leaf.time.to_string(),
            kind: leaf.kind.as_str(),
            done: leaf.extra.get("do").cloned().unwrap_or_default(),
            about: leaf.subject.clone(),
            by,
            user,
            sha256: leaf.sha256.to_string(),
        });
    }
    Ok(rows)
}

pub(super) async fn page(
    Held(state): Held<State>,
    who: Who,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let (rows, older) = {
        let asked = asked.clone();
        state
            .look(move |_, store| {
                let mut rows = rows(store, &asked, PAGE)?;
                rows.reverse();
                rows.truncate(PAGE);
                let older = rows.last().map(|row| row.entry).filter(|entry| *entry > 0);
                Ok((rows, older))
            })
            .await?
    };
    let shell = Shell::of(&who, who.language.words().desk.audit, "audit")?;
    let case = asked.case.unwrap_or_default();
    let encoded: String = url::form_urlencoded::byte_serialize(case.as_bytes()).collect();
    let (query, also) = if case.is_empty() {
        (String::new(), String::new())
    } else {
        (format!("?case={encoded}"), format!("&case={encoded}"))
    };
    view::page(&AuditPage { shell, rows, older, case, query, also })
}

pub(super) async fn json(
    Held(state): Held<State>,
    Query(asked): Query<Asked>,
) -> Result<Json<Value>, Problem> {
    state
        .look(move |_, store| {
            let rows = rows(store, &asked, usize::MAX)?;
            Ok(Json(json!({ "schema": "audit/1", "entries": rows })))
        })
        .await
}

/// The rows as a table. A cell that a spreadsheet would take for a formula gets a `'` before it.
fn table(rows: &[Row]) -> Result<Vec<u8>, Problem> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let failed = |e: csv::Error| Problem::program(&e);
    writer.write_record(["entry", "time", "kind", "do", "about", "by", "user", "sha256"]).map_err(failed)?;
    for row in rows {
        let cells = [
            row.entry.to_string(),
            row.time.clone(),
            row.kind.to_owned(),
            row.done.clone(),
            row.about.clone(),
            row.by.clone(),
            row.user.clone(),
            row.sha256.clone(),
        ];
        let safe = cells.map(|cell| {
            if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell }
        });
        writer.write_record(&safe).map_err(failed)?;
    }
    writer.into_inner().map_err(|e| Problem::program(&e))
}

fn file(kind: &'static str, name: &'static str, bytes: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static(name)),
    ];
    (headers, bytes).into_response()
}

/// The most entries that a PDF shows: more are a file for a program, and would take long to set.
const MOST_PRINTED: usize = 5_000;

/// The log on paper, with the same as JSON inside.
pub(super) async fn pdf(
    Held(state): Held<State>,
    who: Who,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let case = asked.case.clone();
    let (rows, keys) = state
        .look(move |_, store| Ok((rows(store, &asked, usize::MAX)?, store.map(keys_of).unwrap_or_default())))
        .await?;
    if rows.len() > MOST_PRINTED {
        return Err(Problem::unprocessable(format!(
            "there are {} entries, and a PDF shows at most {MOST_PRINTED}; ask for one case, or take the CSV, JSON or ZIP",
            rows.len()
        )));
    }
    let (language, shelf) = (who.language, state.clone());
    let bytes = state
        .long_work(move || {
            let json = serde_json::to_vec_pretty(&json!({ "schema": "audit/1", "entries": rows }))
                .map_err(|e| Problem::program(&e))?;
            print::audit(shelf.shelf().fonts(), &rows, (case.as_deref(), &keys, json), language)
        })
        .await?;
    Ok(print::send("audit", bytes))
}

/// The keys of the installation, one a line, as `countersign verify --policy` reads them.
fn keys_of(store: &Store) -> String {
    let keys = store.trusted_keys();
    // the journal of an installation has no witnesses; who asks for some adds them
    let logs = keys.logs.iter().map(|log| format!("log {log}\n"));
    let logs = std::iter::once("quorum none\n".to_owned()).chain(logs);
    logs.chain(keys.signers.iter().map(|signer| format!("signer {signer}\n"))).collect()
}

pub(super) async fn csv(Held(state): Held<State>, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let bytes = state.look(move |_, store| table(&rows(store, &asked, usize::MAX)?)).await?;
    Ok(file("text/csv; charset=utf-8", "attachment; filename=\"audit.csv\"", bytes))
}

/// One entry with its proof.
pub(super) async fn bundle(Held(state): Held<State>, Path(index): Path<u64>) -> Result<Response, Problem> {
    let bytes = state
        .look(move |_, store| {
            let store = store.ok_or_else(|| Problem::not_found("there is no journal yet"))?;
            if index >= store.log().size() {
                return Err(Problem::not_found(format!("the journal has no entry {index}")));
            }
            store.bundle(index).map_err(|e| Problem::unprocessable(e.to_string()))
        })
        .await?;
    Ok(file("application/json", "attachment; filename=\"bundle.json\"", bytes))
}

const READ_ME: &str = "\
Audit export of a Countersign journal.

audit.csv, audit.json   every entry that was asked for: when, what, about what, by whom
keys.txt                the keys of this installation. Compare them with those that you have from elsewhere
bundles/                each signed entry with its documents and its proof

Verify all of it offline, without an account:

    countersign verify --policy keys.txt bundles/*.json

It checks the signature of the installation, the place of each entry in the log, every document, and in a
countersignature the signature of the person by their own key.
";

/// Everything that an examiner needs, in one file.
pub(super) async fn zip(Held(state): Held<State>, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let bytes = state.look(move |desk, store| archive(desk, store, &asked)).await?;
    Ok(file("application/zip", "attachment; filename=\"audit.zip\"", bytes))
}

fn archive(desk: &countersign_desk::Desk, store: Option<&Store>, asked: &Asked) -> Result<Vec<u8>, Problem> {
    let store = store.ok_or_else(|| Problem::not_found("there is no journal yet"))?;
    let rows = rows(Some(store), asked, usize::MAX)?;
    let mut wanted: Vec<u64> = rows.iter().map(|row| row.entry).collect();
    // the decisions on which a case rests are filed under the name in the case file
    if let Some(case) = asked.case.as_deref().and_then(|id| desk.case(id)) {
        wanted.extend(case.steps.iter().filter_map(|(_, step)| match step {
            countersign_desk::Step::Check { index, .. } => Some(*index),
            _ => None,
        }));
    }
    let text = keys_of(store);
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    let mut put = |name: &str, bytes: &[u8]| -> Result<(), Problem> {
        archive.start_file(name, options).map_err(|e| Problem::program(&e))?;
        archive.write_all(bytes).map_err(|e| Problem::program(&e))
    };
    put("README.txt", READ_ME.as_bytes())?;
    put("keys.txt", text.as_bytes())?;
    put("audit.csv", &table(&rows)?)?;
    let entries = serde_json::to_vec_pretty(&json!({ "schema": "audit/1", "entries": rows }));
    put("audit.json", &entries.map_err(|e| Problem::program(&e))?)?;
    wanted.sort_unstable();
    wanted.dedup();
    for index in wanted {
        match store.bundle(index) {
            Ok(bytes) => put(&format!("bundles/{index:06}.json"), &bytes)?,
            // said, not left out: an entry that is no signed record, or a document that is damaged
            Err(why) => put(&format!("bundles/{index:06}.without-bundle.txt"), why.to_string().as_bytes())?,
        }
    }
    let done = archive.finish().map_err(|e| Problem::program(&e))?;
    Ok(done.into_inner())
}
