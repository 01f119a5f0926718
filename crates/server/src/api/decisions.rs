//! `GET /v1/decisions/{id}`: a decision of the journal, and its bundle.

use axum::extract::State as Held;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use countersign_operations::leaf::documents;
use countersign_store::{Envelope, Kind, Leaf, Store, StoreFault};
use countersign_verify::Statement;
use serde_json::{Value, json};

use crate::extract::{Json, Path};
use crate::problem::Problem;
use crate::state::State;

/// The entry of the journal, which must be a decision.
fn entry(store: &Store, id: u64) -> Result<Leaf, Problem> {
    let none = || Problem::not_found(format!("entry {id} of the journal is no decision"));
    if id >= store.log().size() {
        return Err(none());
    }
    let leaf = store.entry(id).map_err(|e| Problem::program(&e))?;
    if leaf.kind == Kind::Decision { Ok(leaf) } else { Err(none()) }
}

fn open(state: &State, id: u64) -> Result<Store, Problem> {
    state
        .home()
        .read()?
        .ok_or_else(|| Problem::not_found(format!("entry {id} of the journal is no decision")))
}

/// A decision that was recorded, with what it rests on.
///
/// The answer is `decision-record/1`: the `check/1` that was signed, the entry of the journal, and its documents by digest.
#[utoipa::path(
    get, path = "/v1/decisions/{id}", tag = "decisions", operation_id = "decision",
    params(("id" = u64, Path, description = "The index of its entry: `record.index` of the check")),
    responses(
        (status = 200, description = "`decision-record/1`", body = ref("#/components/schemas/DecisionRecord")),
        (status = 400, description = "The id is no index", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such decision", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn decision(Held(state): Held<State>, Path(id): Path<u64>) -> Result<Json<Value>, Problem> {
    let worker = state.clone();
    let answer = state
        .work(move || {
            let store = open(&worker, id)?;
            let leaf = entry(&store, id)?;
            let bytes = store.blob(&leaf.sha256).map_err(|e| Problem::program(&e))?;
            let program =
                |e: &dyn std::fmt::Display| Problem::program(&format!("the decision in entry {id}: {e}"));
            let envelope = Envelope::parse(&bytes).map_err(|e| program(&e))?;
            let keys = store.trusted_keys().signers;
            let signer = keys.first().ok_or_else(|| program(&"the home has no key"))?;
            let payload = envelope.verify(signer).map_err(|e| program(&e))?;
            let (statement, _) = Statement::parse(&payload).map_err(|e| program(&e))?;
            Ok(json!({
                "schema": "decision-record/1",
                "index": id,
                "time": leaf.time.as_str(),
                "subject": leaf.subject,
                "extra": leaf.extra,
                "record": leaf.sha256,
                "documents": documents(&leaf.documents),
                "tree_size": store.log().size(),
                "check": statement.predicate,
            }))
        })
        .await?;
    Ok(Json(answer))
}

/// The decision as one file that a stranger verifies offline.
///
/// It holds the case and all else that the decision rests on: whoever gets it can read them.
#[utoipa::path(
    get, path = "/v1/decisions/{id}/bundle", tag = "decisions", operation_id = "decision_bundle",
    params(("id" = u64, Path, description = "The index of its entry")),
    responses(
        (status = 200, description = "The bundle, for `countersign verify`", body = ref("#/components/schemas/Bundle")),
        (status = 400, description = "The id is no index", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such decision", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn bundle(Held(state): Held<State>, Path(id): Path<u64>) -> Result<Response, Problem> {
    let worker = state.clone();
    let bytes = state
        .work(move || {
            let store = open(&worker, id)?;
            entry(&store, id)?;
            store.bundle(id).map_err(|fault: StoreFault| Problem::program(&fault))
        })
        .await?;
    Ok(([(header::CONTENT_TYPE, "application/json")], bytes).into_response())
}
