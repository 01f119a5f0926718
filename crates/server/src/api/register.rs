//! `/v1/register`: the public register by record and by subject, with proofs.

use std::sync::Arc;

use axum::extract::State as Held;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use countersign_operations::failure::Failure;
use countersign_operations::leaf::leaf_json;
use countersign_register::RegisterFault;
use countersign_store::DocumentName;
use countersign_verify::TlogProof;
use countersign_verify::records::SubjectId;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;

use crate::extract::{Json, Path, Query};
use crate::problem::Problem;
use crate::snapshot::RegisterView;
use crate::state::State;

/// The most records of one answer.
const MAX_RECORDS: usize = 1_000;

/// The register of this server.
pub(super) fn view(state: &State) -> Result<Arc<RegisterView>, Problem> {
    state.snapshot().register.clone().ok_or_else(|| {
        Problem::not_found("this server holds no register; whoever runs it starts it with `--register DIR`")
    })
}

/// What was asked for and is not there is 404, a record that cannot be handed out 422; everything else is a fault of the
/// machine.
fn fault(fault: RegisterFault) -> Problem {
    match fault {
        RegisterFault::NoEntry { .. } => Problem::not_found(fault.to_string()),
        other => match Failure::from(other) {
            Failure::Input(why) => Problem::unprocessable(why),
            Failure::Program(why) => Problem::program(&why),
        },
    }
}

/// Which register this is: its log, its size, its signed root.
#[utoipa::path(
    get, path = "/v1/register", tag = "register", operation_id = "register",
    responses(
        (status = 200, description = "`register/1`", body = ref("#/components/schemas/Register")),
        (status = 404, description = "This server holds no register", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn register(Held(state): Held<State>) -> Result<Json<Value>, Problem> {
    let view = view(&state)?;
    let replay = view.consulted.replay();
    Ok(Json(json!({
        "schema": "register/1",
        "register": replay.origin(),
        "key": view.register.vkey().to_string(),
        "tree_size": replay.size(),
        "root": replay.root(),
        "checkpoint": view.register.log().signed().note().format(),
        "absent_documents": replay.absent,
        "files": "/register/",
    })))
}

/// Which records.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Page {
    /// From this entry on; 0 if absent.
    from: Option<u64>,
    /// At most so many; 100 if absent.
    #[param(maximum = 1000)]
    limit: Option<usize>,
    /// Only of this kind (`assessment`, `pledge`, …).
    kind: Option<String>,
}

/// The records in the order of the log.
#[utoipa::path(
    get, path = "/v1/register/records", tag = "register", operation_id = "records", params(Page),
    responses(
        (status = 200, description = "`register-list/1`, with `next` where there are more", body = ref("#/components/schemas/Records")),
        (status = 400, description = "A parameter is wrong", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "This server holds no register", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn records(
    Held(state): Held<State>,
    Query(page): Query<Page>,
) -> Result<Json<Value>, Problem> {
    let limit = page.limit.unwrap_or(100);
    if limit == 0 || limit > MAX_RECORDS {
        return Err(Problem::input(format!("`limit` is `{limit}`; give a number from 1 to {MAX_RECORDS}")));
    }
    let view = view(&state)?;
    let replay = view.consulted.replay();
    let (mut entries, mut next) = (Vec::new(), None);
    for index in page.from.unwrap_or(0)..replay.size() {
        let Some(leaf) = replay.leaf(index) else { break };
        if page.kind.as_ref().is_some_and(|kind| kind != leaf.kind.as_str()) {
            continue;
        }
        if entries.len() == limit {
            next = Some(index);
            break;
        }
        entries.push(leaf_json(index, leaf));
    }
    Ok(Json(json!({
        "schema": "register-list/1",
        "register": replay.origin(),
        "tree_size": replay.size(),
        "root": replay.root(),
        "entries": entries,
        "next": next,
    })))
}

/// One record: what it says, who signed it, its documents.
#[utoipa::path(
    get, path = "/v1/register/records/{index}", tag = "register", operation_id = "record",
    params(("index" = u64, Path, description = "The index of the entry")),
    responses(
        (status = 200, description = "`register-record/1`", body = ref("#/components/schemas/RegisterRecord")),
        (status = 400, description = "The index is no number", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such entry, or no register", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn record(Held(state): Held<State>, Path(index): Path<u64>) -> Result<Json<Value>, Problem> {
    let view = view(&state)?;
    let answer = state
        .work(move || {
            let leaf = view.register.leaf(index).map_err(fault)?;
            let mut value = leaf_json(index, &leaf);
            // a record that was erased leaves its entry
            let entry = view.register.entry(index).ok();
            if let Some(members) = value.as_object_mut() {
                members.insert("schema".to_owned(), "register-record/1".into());
                members.insert("register".to_owned(), view.register.origin().into());
                members.insert("predicate".to_owned(), json!(entry.map(|e| e.statement.predicate)));
            }
            Ok(value)
        })
        .await?;
    Ok(Json(answer))
}

/// Which documents to leave out.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Without {
    /// Names of documents to leave out, separated by commas.
    without: Option<String>,
}

/// A record as one file that a stranger verifies offline.
#[utoipa::path(
    get, path = "/v1/register/records/{index}/bundle", tag = "register", operation_id = "record_bundle",
    params(("index" = u64, Path, description = "The index of the entry"), Without),
    responses(
        (status = 200, description = "The bundle, for `countersign verify`", body = ref("#/components/schemas/Bundle")),
        (status = 400, description = "A parameter is wrong", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such entry, or no register", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The record does not hold, so that it is not handed out", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn bundle(
    Held(state): Held<State>,
    Path(index): Path<u64>,
    Query(asked): Query<Without>,
) -> Result<Response, Problem> {
    let view = view(&state)?;
    let names = asked.without.unwrap_or_default();
    let without = names
        .split(',')
        .filter(|name| !name.is_empty())
        .map(|name| name.parse::<DocumentName>().map_err(|e| Problem::input(format!("`without`: {e}"))))
        .collect::<Result<Vec<_>, _>>()?;
    let bytes = state
        .work(move || {
            view.register.leaf(index).map_err(fault)?;
            let published = view.register.published().map_err(fault)?;
            view.register.bundle(index, &without, published.as_ref()).map_err(fault)
        })
        .await?;
    Ok(([(header::CONTENT_TYPE, "application/json")], bytes).into_response())
}

/// The receipt of a record: its place in the log, as `c2sp.org/tlog-proof@v1`.
#[utoipa::path(
    get, path = "/v1/register/records/{index}/proof", tag = "register", operation_id = "record_proof",
    params(("index" = u64, Path, description = "The index of the entry")),
    responses(
        (status = 200, description = "The receipt", body = String, content_type = "text/plain"),
        (status = 400, description = "The index is no number", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such entry, or no register", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn proof(Held(state): Held<State>, Path(index): Path<u64>) -> Result<String, Problem> {
    let view = view(&state)?;
    state
        .work(move || {
            view.register.leaf(index).map_err(fault)?;
            let log = view.register.log();
            let hashes = log.inclusion_proof(index, log.size()).map_err(|e| Problem::program(&e))?;
            Ok(TlogProof { extra: None, index, hashes, checkpoint: log.signed().note().format() }.format())
        })
        .await
}

/// Which subjects.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Like {
    /// Only those that hold this text.
    like: Option<String>,
}

/// Every subject of the register, with the number of entries about it.
#[utoipa::path(
    get, path = "/v1/register/subjects", tag = "register", operation_id = "subjects", params(Like),
    responses(
        (status = 200, description = "`register-subjects/1`", body = ref("#/components/schemas/Subjects")),
        (status = 400, description = "A parameter is wrong", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "This server holds no register", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn subjects(
    Held(state): Held<State>,
    Query(asked): Query<Like>,
) -> Result<Json<Value>, Problem> {
    let view = view(&state)?;
    let replay = view.consulted.replay();
    let wanted = |subject: &str| asked.like.as_ref().is_none_or(|like| subject.contains(like.as_str()));
    let subjects: Vec<Value> = replay
        .subjects()
        .into_iter()
        .filter(|(subject, _)| wanted(subject))
        .map(|(subject, entries)| json!({"subject": subject, "entries": entries}))
        .collect();
    Ok(Json(json!({
        "schema": "register-subjects/1", "register": replay.origin(), "tree_size": replay.size(), "root": replay.root(),
        "subjects": subjects,
    })))
}

/// Everything that the log holds about a subject: all its entries were read and compared with the signed root.
#[utoipa::path(
    get, path = "/v1/register/subjects/{subject}", tag = "register", operation_id = "subject",
    params(("subject" = String, Path, description = "`vendor:example-vendor`")),
    responses(
        (status = 200, description = "`register-subject/1`", body = ref("#/components/schemas/Subject")),
        (status = 400, description = "It is no subject", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "This server holds no register", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn subject(
    Held(state): Held<State>,
    Path(subject): Path<String>,
) -> Result<Json<Value>, Problem> {
    let view = view(&state)?;
    let subject: SubjectId = subject.parse().map_err(|e| Problem::input(format!("{e}")))?;
    let replay = view.consulted.replay();
    let (found, completeness) = replay.about(&subject);
    let entries: Vec<Value> =
        found.iter().filter_map(|index| Some(leaf_json(*index, replay.leaf(*index)?))).collect();
    Ok(Json(json!({
        "schema": "register-subject/1",
        "subject": subject.as_str(),
        "register": replay.origin(),
        "entries": entries,
        "replayed": {
            "tree_size": completeness.size, "root": completeness.root, "found": completeness.found,
            "faults": replay.faults.iter().map(ToString::to_string).collect::<Vec<_>>(),
        },
    })))
}

/// The signed checkpoint, with the cosignatures of witnesses where it was published with them.
#[utoipa::path(
    get, path = "/v1/register/checkpoint", tag = "register", operation_id = "checkpoint",
    responses(
        (status = 200, description = "A signed note", body = String, content_type = "text/plain"),
        (status = 404, description = "This server holds no register", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn checkpoint(Held(state): Held<State>) -> Result<String, Problem> {
    let view = view(&state)?;
    state
        .work(move || {
            let published = view.register.published().map_err(fault)?;
            Ok(published.as_ref().unwrap_or(view.register.log().signed()).note().format())
        })
        .await
}

/// Between which sizes.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Sizes {
    /// The size of the checkpoint that you hold.
    old: u64,
    /// The size of the later one; the present size if absent.
    new: Option<u64>,
}

/// That the log only grew between two sizes: the hashes of a consistency proof (RFC 6962).
#[utoipa::path(
    get, path = "/v1/register/consistency", tag = "register", operation_id = "consistency", params(Sizes),
    responses(
        (status = 200, description = "`consistency/1`", body = ref("#/components/schemas/Consistency")),
        (status = 400, description = "The sizes are wrong", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "This server holds no register", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn consistency(
    Held(state): Held<State>,
    Query(sizes): Query<Sizes>,
) -> Result<Json<Value>, Problem> {
    let view = view(&state)?;
    let answer = state
        .work(move || {
            let log = view.register.log();
            let new = sizes.new.unwrap_or(log.size());
            if sizes.old > new || new > log.size() {
                return Err(Problem::input(format!(
                    "there is no proof from {} to {new}: the log has {} entries",
                    sizes.old,
                    log.size()
                )));
            }
            let hashes = log.consistency_proof(sizes.old, new).map_err(|e| Problem::program(&e))?;
            let root = |size: u64| log.root_at(size).map_err(|e| Problem::program(&e));
            Ok(json!({
                "schema": "consistency/1", "register": view.register.origin(), "old": sizes.old, "new": new,
                "old_root": root(sizes.old)?, "new_root": root(new)?, "hashes": hashes,
            }))
        })
        .await?;
    Ok(Json(answer))
}
