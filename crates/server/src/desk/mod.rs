//! The desk: pages and endpoints for those who work on cases and possible matches.
//!
//! Flow: someone whom `access` let in looks at a queue or a case ([`pages`], [`read`]) and does something ([`act`]): the
//! fields of a form, or the same as JSON, become one step, which the room `desk` allows or refuses and the journal keeps.
//! Out goes a page, JSON, a paper, a letter, or an export for an examiner ([`audit`]). Every page works without JavaScript
//! and with the keyboard alone. Next: a browser, or another program.

mod act;
mod audit;
mod check;
mod entry;
mod keep;
mod look;
mod pages;
mod print;
mod read;
mod refusal;
mod screen;
mod shelf;
pub(crate) mod speech;
pub(crate) mod view;

use axum::Router;
use axum::routing::{get, post};

use crate::state::State;

pub(crate) use shelf::Shelf;

/// The routes, below `/desk` and `/v1/desk`.
pub fn router(state: State) -> Router {
    let mut router = Router::new()
        .route("/desk", get(pages::queue))
        .route("/desk/mine", get(pages::mine))
        .route("/desk/closed", get(pages::closed))
        .route("/desk/new", get(pages::new))
        .route("/desk/cases", post(act::open))
        .route("/desk/cases/{case}", get(pages::case))
        .route("/desk/cases/{case}/paper", get(read::paper))
        .route("/desk/cases/{case}/letter", get(read::letter))
        .route("/desk/cases/{case}/documents/{sha256}", get(read::document))
        .route("/desk/cases/{case}/matches/{match}", get(pages::possible_match))
        .route("/desk/audit", get(audit::page))
        .route("/desk/audit.csv", get(audit::csv))
        .route("/desk/audit.json", get(audit::json))
        .route("/desk/audit.pdf", get(audit::pdf))
        .route("/desk/audit.zip", get(audit::zip))
        .route("/v1/desk/queue", get(read::queue))
        .route("/v1/desk/cases", get(read::cases).post(act::open_json))
        .route("/v1/desk/cases/{case}", get(read::case))
        .route("/v1/desk/cases/{case}/documents/{sha256}", get(read::document))
        .route("/v1/desk/audit", get(audit::json))
        .route("/v1/desk/audit/bundles/{index}", get(audit::bundle));
    for action in act::ACTIONS {
        let word = *action;
        router = router
            .route(
                &format!("/desk/cases/{{case}}/{word}"),
                post(move |state, who, case, fields| act::by_form(state, who, case, fields, word)),
            )
            .route(
                &format!("/v1/desk/cases/{{case}}/{word}"),
                post(move |state, who, case, fields| act::by_json(state, who, case, fields, word)),
            );
    }
    router.with_state(state)
}
