//! `GET /v1/countries/{code}`: what is known of the rule of law in a country.

use axum::extract::State as Held;
use countersign_countries::{dossier, place};
use countersign_model::Date;
use countersign_operations::indicators;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;

use crate::extract::{Json, Path, Query};
use crate::problem::Problem;
use crate::state::State;

/// The day, and the agency.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// The day; nothing published later is used. Today if absent.
    #[param(value_type = Option<String>, format = Date)]
    as_of: Option<Date>,
    /// The end user: a confirmed misuse by it makes the tier the strictest.
    agency: Option<String>,
}

/// What is known of the rule of law in a country: every index with its uncertainty, the tiers, the findings.
///
/// The answer is `country/1`, as `countersign country --json` prints it. Never one score, and what is missing stays missing.
#[utoipa::path(
    get, path = "/v1/countries/{code}", tag = "countries", operation_id = "country",
    params(("code" = String, Path, description = "Two or three letters, or the English name"), Asked),
    responses(
        (status = 200, description = "`country/1`", body = ref("#/components/schemas/Country")),
        (status = 400, description = "A parameter is wrong", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such country", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn country(
    Held(state): Held<State>,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Json<Value>, Problem> {
    let country = place(&code).ok_or_else(|| {
        Problem::not_found(format!(
            "`{code}` is no country with a code; write two or three letters (SA, SAU) or its English name"
        ))
    })?;
    let today = state.today()?;
    let as_of = asked.as_of.unwrap_or(today);
    if as_of > today {
        return Err(Problem::input(format!(
            "`as_of={as_of}` lies ahead of today, {today}; what will be known then is not known"
        )));
    }
    let snapshot = state.snapshot();
    let answer = state
        .work(move || {
            let method = indicators::method()?;
            let result = dossier(country, as_of, asked.agency.as_deref(), &snapshot.vintages, &[], &method);
            let mut value = serde_json::to_value(result).map_err(|e| Problem::program(&e))?;
            if snapshot.vintages.is_empty()
                && let Some(map) = value.as_object_mut()
            {
                map.insert("warnings".to_owned(), json!(["no indicators are imported here"]));
            }
            Ok(value)
        })
        .await?;
    Ok(Json(answer))
}
