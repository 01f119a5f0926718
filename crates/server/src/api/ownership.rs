//! `POST /v1/ownership`: is this party owned by listed persons?

use axum::extract::State as Held;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use countersign_model::{Date, Digest};
use countersign_operations::editions::When;
use countersign_operations::ownership::{File, Standings, ownership as run, party_of, rules};
use countersign_owners::{Owners, read};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::extract::Json;
use crate::problem::Problem;
use crate::state::State;

/// A file about owners.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Sent {
    /// What it is called; shown with each stake.
    name: String,
    /// Its text. Give this or `base64`.
    text: Option<String>,
    /// Its bytes in base64, where it is packed.
    base64: Option<String>,
}

/// Files and the question.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Body {
    /// Files about owners: FollowTheMoney JSON lines, BODS 0.2 to 0.4, GLEIF XML. Several make one graph.
    #[schema(min_items = 1)]
    files: Vec<Sent>,
    /// The party: its id in the files, or its name.
    party: String,
    /// Rules (`ofac`, `bis`, `eu`, `uk`); every one that holds on the day if absent.
    #[serde(default)]
    rules: Vec<String>,
    /// The day; today if absent.
    #[schema(value_type = Option<String>, format = Date)]
    as_of: Option<Date>,
    /// Only imports of lists recorded up to this day are known.
    #[schema(value_type = Option<String>, format = Date)]
    known_at: Option<Date>,
    /// Who is listed: ids or names, one a line; all others are then taken as not listed. Without it names are compared
    /// with the loaded lists.
    listed: Option<String>,
}

/// Is this party owned by listed persons? Verdict, share, paths, and what would settle it.
///
/// The answer is `ownership/1`, as `countersign ownership --json` prints it.
#[utoipa::path(
    post, path = "/v1/ownership", tag = "ownership", operation_id = "ownership",
    request_body(content = Body, content_type = "application/json"),
    responses(
        (status = 200, description = "`ownership/1`", body = ref("#/components/schemas/Ownership")),
        (status = 400, description = "A file or a parameter is wrong", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is of another type", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Too much at once", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn ownership(
    Held(state): Held<State>,
    Json(body): Json<Body>,
) -> Result<Json<Value>, Problem> {
    let today = state.today()?;
    let worker = state.clone();
    let answer = state
        .long_work(move || {
            let as_of = body.as_of.unwrap_or(today);
            let snapshot = worker.snapshot();
            let rules = rules(&snapshot.knowledge, &body.rules, as_of)?;
            let (mut owners, mut files) = (Owners::default(), Vec::new());
            if body.files.is_empty() {
                return Err(Problem::input("`files` is empty; send at least one file about owners"));
            }
            for sent in &body.files {
                let bytes = bytes(sent)?;
                read(&sent.name, &bytes, &mut owners).map_err(|e| Problem::input(e.to_string()))?;
                files.push(File { name: sent.name.clone(), sha256: Digest::of(&bytes) });
            }
            let party = party_of(&owners, &body.party)?;
            let standings = match &body.listed {
                Some(text) => Standings::of_file(text, "listed", &owners, &snapshot.knowledge.law)?,
                None => {
                    let when = When { as_of: body.as_of, known_at: body.known_at };
                    let (_, lists) = worker.lists(&snapshot, when)?;
                    let above = owners.above([party.clone()], as_of);
                    Standings::of_lists(
                        &owners,
                        &above,
                        as_of,
                        &snapshot.knowledge,
                        &lists,
                        &snapshot.dispositions,
                    )?
                }
            };
            let result = run(&owners, files, &party, as_of, &rules, &standings)?;
            serde_json::to_value(result).map_err(|e| Problem::program(&e))
        })
        .await?;
    Ok(Json(answer))
}

fn bytes(sent: &Sent) -> Result<Vec<u8>, Problem> {
    match (&sent.text, &sent.base64) {
        (Some(text), None) => Ok(text.clone().into_bytes()),
        (None, Some(packed)) => BASE64_STANDARD
            .decode(packed)
            .map_err(|e| Problem::input(format!("the file `{}` is no base64: {e}", sent.name))),
        _ => Err(Problem::input(format!("the file `{}` needs either `text` or `base64`", sent.name))),
    }
}
