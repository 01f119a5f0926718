//! Licences held: a licence counts when it is valid on the day and covers item, end user, destination and quantity
//! (case format, section 7). It lifts AUTHORISATION_REQUIRED of its regime, never PROHIBITED.

use countersign_model::{Date, parse_date};
use serde_json::Value as Json;

use crate::eval::Deps;
use std::sync::Arc;

/// Whether a licence covers the act under a regime.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cover {
    /// By these.
    Yes(Vec<String>),
    /// Settled by these paths.
    Possible(Deps),
    /// By none.
    No,
}

/// The licences of the case for a regime.
pub(super) fn cover(case: &Json, regime: &str, as_of: Date) -> Cover {
    let licences = match case.get("licences") {
        None => return Cover::Possible(Deps::from([Arc::from("licences")])),
        Some(Json::String(word)) if word == "unknown" => {
            return Cover::Possible(Deps::from([Arc::from("licences")]));
        }
        Some(Json::Array(list)) => list,
        Some(_) => return Cover::No,
    };
    let (mut covering, mut deps) = (Vec::new(), Deps::new());
    for licence in licences {
        let word = |key: &str| licence.get(key).and_then(Json::as_str);
        let day = |key: &str| word(key).and_then(|t| parse_date(t).ok());
        // a derogation from a prohibition is shown to the person who decides and lifts nothing by itself
        if word("regime") != Some(regime) || word("type") == Some("derogation") {
            continue;
        }
        let valid =
            day("valid_from").is_some_and(|d| d <= as_of) && day("valid_to").is_some_and(|d| as_of <= d);
        if !valid {
            continue;
        }
        let id = word("id").unwrap_or_default();
        let parts = ["item", "end_user", "destination", "quantity"];
        let covers = |part: &str| licence.get("covers").and_then(|c| c.get(part)).and_then(Json::as_str);
        if parts.iter().any(|p| covers(p) == Some("no")) {
            continue;
        }
        let open: Vec<Arc<str>> = parts
            .iter()
            .filter(|p| covers(p) != Some("yes"))
            .map(|p| Arc::from(format!("licences[{id}].covers.{p}")))
            .collect();
        if open.is_empty() {
            covering.push(id.to_owned());
        } else {
            deps.extend(open);
        }
    }
    match (covering.is_empty(), deps.is_empty()) {
        (false, _) => Cover::Yes(covering),
        (true, false) => Cover::Possible(deps),
        (true, true) => Cover::No,
    }
}

/// Whether a licence of the regime covers the act.
pub(crate) fn licensed(case: &Json, regime: &str, as_of: Date) -> bool {
    matches!(cover(case, regime, as_of), Cover::Yes(_))
}
