//! The search of the US Consolidated Screening List (International Trade Administration).
//!
//! Only entries on lists of the United States are in it, one record for each listing. A `name` is always compared with every
//! spelling; `fuzzy_name=true` adds the score to each record.

mod record;
mod search;

use axum::Router;
use axum::extract::State as Held;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use countersign_model::ListCode;
use serde_json::{Value, json};

use crate::problem::Problem;
use crate::state::State;

/// The base path of the publisher's API, so that only the host has to be changed.
const BASE: &str = "/consolidated_screening_list/v1";

/// An error: `{"errors": […]}`.
#[derive(Debug)]
struct Fault(StatusCode, String);

impl From<Problem> for Fault {
    fn from(problem: Problem) -> Self {
        Self(problem.status(), problem.detail().to_owned())
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        (self.0, axum::Json(json!({"errors": [self.1]}))).into_response()
    }
}

/// The routes.
pub(super) fn router(state: State) -> Router {
    let routes = Router::new()
        .route("/search", get(search::answer))
        .route("/sources", get(sources))
        .route(&format!("{BASE}/search"), get(search::answer))
        .route(&format!("{BASE}/sources"), get(sources))
        .fallback(|| async { Fault(StatusCode::NOT_FOUND, "not found".to_owned()) })
        .method_not_allowed_fallback(|| async {
            Fault(StatusCode::METHOD_NOT_ALLOWED, "method not allowed".to_owned())
        })
        .with_state(state.clone());
    super::readable(&state, routes)
}

/// The publisher's code and name of a list.
fn source(list: ListCode) -> Option<(&'static str, &'static str)> {
    use ListCode as L;
    Some(match list {
        L::Dpl => ("DPL", "Denied Persons List (DPL) - Bureau of Industry and Security"),
        L::El => ("EL", "Entity List (EL) - Bureau of Industry and Security"),
        L::Meu => ("MEU", "Military End User (MEU) List - Bureau of Industry and Security"),
        L::Uvl => ("UVL", "Unverified List (UVL) - Bureau of Industry and Security"),
        L::Isn => ("ISN", "Nonproliferation Sanctions (ISN) - State Department"),
        L::Dtc => ("DTC", "ITAR Debarred (DTC) - State Department"),
        L::Cap => ("CAP", "Capta List (CAP) - Treasury Department"),
        L::NsCmic => (
            "CMIC",
            "Non-SDN Chinese Military-Industrial Complex Companies List (CMIC) - Treasury Department",
        ),
        L::Fse => ("FSE", "Foreign Sanctions Evaders (FSE) - Treasury Department"),
        L::NsMbs => ("MBS", "Non-SDN Menu-Based Sanctions List (NS-MBS List) - Treasury Department"),
        L::Plc => ("PLC", "Palestinian Legislative Council List (PLC) - Treasury Department"),
        L::Ssi => ("SSI", "Sectoral Sanctions Identifications List (SSI) - Treasury Department"),
        L::Sdn => ("SDN", "Specially Designated Nationals (SDN) - Treasury Department"),
        _ => return None,
    })
}

/// Which lists there are, and how many entries of each are loaded.
async fn sources(Held(state): Held<State>) -> Result<Response, Problem> {
    let snapshot = state.snapshot();
    let loaded = snapshot.clone();
    let counts = state.long_work(move || Ok(search::counts(&loaded.lists))).await?;
    let whole = snapshot.lists.whole_lists(state.today()?);
    let all: Vec<Value> = counts
        .iter()
        .filter_map(|(list, count)| {
            let (code, name) = source(*list)?;
            Some(json!({
                "source": name, "source_code": code, "count": count,
                "countersign": {"whole_copy_loaded": whole.contains(list)},
            }))
        })
        .collect();
    Ok(axum::Json(json!({"sources_used": all, "countersign": {"warnings": snapshot.warnings}}))
        .into_response())
}
