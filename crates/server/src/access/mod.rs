//! Who is calling, and what they may do.
//!
//! Flow: a request comes; the [guard](guard()) finds out who it is from (a session's cookie, an API key, or nobody), asks the
//! permission matrix whether that caller may use the route, and holds forged requests off (origin, token of the form). Only
//! then the handler runs, with [`Who`] at hand. [`router`] has the pages of signing in and out, of one's own account, and of
//! the people of the installation. What people and keys are is the room `identity`; here is only HTTP.

mod account;
mod cookie;
mod fields;
mod fresh;
mod gate;
mod guard;
mod id_token;
mod own;
mod passkeys;
mod pending;
mod people;
mod provider;
mod provider_sign_in;
mod qr;
mod sign_in;
mod webauthn;
mod who;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use countersign_model::Digest;
use countersign_operations::failure::Failure;

use crate::state::State;

pub(crate) use fields::{Fields, Upload};
pub use gate::Gate;
pub(crate) use guard::is_from_here;
pub use who::Who;

/// The routes of signing in and out, of accounts, and of people.
pub fn router(state: State) -> Router {
    Router::new()
        .route("/sign-in", get(sign_in::page).post(sign_in::sign_in))
        .route("/sign-in/passkey/begin", post(passkeys::challenge))
        .route("/sign-in/passkey", post(passkeys::sign_in))
        .route("/sign-in/provider", get(provider_sign_in::begin))
        .route("/sign-in/provider/callback", get(provider_sign_in::back))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/welcome/{token}", get(sign_in::welcome).post(sign_in::accept))
        .route("/account", get(account::page))
        .route("/account/password", post(account::password))
        .route("/account/signing-password", post(account::signing_password))
        .route("/account/recovery", post(account::recovery))
        .route("/account/sessions/end", post(account::sign_out_everywhere))
        .route("/account/passkeys/begin", post(passkeys::begin))
        .route("/account/passkeys", post(passkeys::add))
        .route("/account/passkeys/{id}/remove", post(passkeys::remove))
        .route("/account/codes", post(account::codes))
        .route("/account/codes/off", post(account::codes_off))
        .route("/account/keys", post(account::new_key))
        .route("/account/keys/{key}/revoke", post(account::revoke_key))
        .route("/people", get(people::page).post(people::add))
        .route("/people/{name}/reset", post(people::reset))
        .route("/people/{name}/roles", post(people::roles))
        .route("/people/{name}/disable", post(people::disable))
        .route("/people/{name}/enable", post(people::enable))
        .with_state(state)
}

/// The address of the script of the pages that know passkeys; it changes with its content.
pub(crate) fn script() -> String {
    let digest = Digest::of(countersign_pages::assets::PASSKEYS.as_bytes()).to_string();
    format!("/static/passkeys.js?v={}", digest.chars().take(12).collect::<String>())
}

/// Puts the guard before all routes.
pub fn guard(state: &State, routes: Router) -> Router {
    routes.layer(from_fn_with_state(state.clone(), guard::check))
}

/// Whether an administrator exists. Without one the server listens on loopback alone.
///
/// # Errors
/// Where the file of people cannot be read.
pub fn has_administrator(state: &State) -> Result<bool, Failure> {
    state.gate().has_administrator()
}

/// The path of a fresh set-up link, where there is no administrator yet. It is shown once, to whoever started the server,
/// and is in no log.
///
/// # Errors
/// Where the link cannot be kept.
pub fn set_up_path(state: &State) -> Result<Option<String>, Failure> {
    state.gate().set_up_path(state.clock())
}
