//! The people of the installation, for its administrators.

use std::collections::BTreeSet;

use axum::extract::State as Held;
use axum::http::StatusCode;
use axum::response::Response;
use countersign_identity::{Role, UserName};

use super::fields::Fields;
use super::fresh::{fresh_id, fresh_token};
use super::who::Who;
use crate::desk::speech;
use crate::desk::view::{self, PeoplePage, PersonRow, Shell};
use crate::extract::Path;
use crate::problem::Problem;
use crate::state::State;

fn shown(
    state: &State,
    who: &Who,
    link: Option<(String, String)>,
    fault: Option<String>,
) -> Result<Response, Problem> {
    let people = state.gate().read(|directory| {
        directory
            .users()
            .map(|user| PersonRow {
                name: user.name.to_string(),
                full_name: user.full_name.clone(),
                roles: user.roles.iter().map(|r| r.as_str()).collect(),
                role_words: user
                    .roles
                    .iter()
                    .map(|r| speech::role(*r, who.language))
                    .collect::<Vec<_>>()
                    .join(", "),
                provider: user.external.as_ref().map(|external| external.issuer.clone()),
                disabled: user.disabled,
                waits: user.credentials.is_none() && user.external.is_none(),
                codes: user.credentials.as_ref().is_some_and(|c| c.one_time_codes),
                passkeys: !user.passkeys.is_empty(),
                keys: directory.keys().filter(|key| key.user == user.id && key.revoked.is_none()).count(),
            })
            .collect::<Vec<_>>()
    })?;
    let refused = fault.is_some();
    let page = PeoplePage {
        shell: Shell::of(who, who.language.words().access.people, "people")?,
        people,
        roles: Role::ALL.iter().map(|r| (r.as_str(), speech::role(*r, who.language))).collect(),
        link,
        fault,
    };
    let mut response = view::page(&page)?;
    if refused {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// What the administrator is told where the directory refuses.
fn or_say<T>(
    state: &State,
    who: &Who,
    made: Result<T, Problem>,
    then: impl FnOnce(T) -> Result<Response, Problem>,
) -> Result<Response, Problem> {
    match made {
        Ok(value) => then(value),
        Err(problem) if problem.status() == StatusCode::UNPROCESSABLE_ENTITY => {
            shown(state, who, None, Some(problem.detail_in(who.language).0.to_owned()))
        }
        Err(problem) => Err(problem),
    }
}

pub(super) async fn page(Held(state): Held<State>, who: Who) -> Result<Response, Problem> {
    shown(&state, &who, None, None)
}

fn roles_of(fields: &Fields) -> Result<BTreeSet<Role>, Problem> {
    fields.all("role").map(|role| role.parse::<Role>().map_err(|e| Problem::input(e.to_string()))).collect()
}

pub(super) async fn add(Held(state): Held<State>, who: Who, fields: Fields) -> Result<Response, Problem> {
    fields.only(&["name", "full_name", "role"])?;
    let by = who.caller()?.user.clone();
    let now = state.clock().moment()?;
    let roles = roles_of(&fields)?;
    let full_name = fields.get("full_name").unwrap_or_default().to_owned();
    let (id, token) = (fresh_id()?, fresh_token()?);
    let made =
        fields.must("name")?.parse::<UserName>().map_err(|e| Problem::unprocessable(e.to_string())).and_then(
            |name| {
                let shown = name.to_string();
                state.gate().change(|directory| {
                    Ok((directory.add_user(id, name, &full_name, roles, &token, (now, Some(&by)))?, shown))
                })
            },
        );
    or_say(&state, &who, made, |name| {
        shown(&state, &who, Some((name, format!("/welcome/{}", token.text()))), None)
    })
}

pub(super) async fn reset(
    Held(state): Held<State>,
    who: Who,
    Path(name): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    fields.only(&[])?;
    let by = who.caller()?.user.clone();
    let (now, token) = (state.clock().moment()?, fresh_token()?);
    let made = state.gate().change(|directory| Ok((directory.reset(&name, &token, (now, Some(&by)))?, ())));
    or_say(&state, &who, made, |()| {
        shown(&state, &who, Some((name, format!("/welcome/{}", token.text()))), None)
    })
}

pub(super) async fn roles(
    Held(state): Held<State>,
    who: Who,
    Path(name): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    fields.only(&["role"])?;
    let by = who.caller()?.user.clone();
    let (now, roles) = (state.clock().moment()?, roles_of(&fields)?);
    let made =
        state.gate().change(|directory| Ok((vec![directory.set_roles(&name, roles, (now, Some(&by)))?], ())));
    or_say(&state, &who, made, |()| Ok(view::see_other("/people")))
}

async fn set_disabled(
    state: State,
    who: Who,
    name: String,
    fields: Fields,
    disabled: bool,
) -> Result<Response, Problem> {
    fields.only(&[])?;
    let by = who.caller()?.user.clone();
    let now = state.clock().moment()?;
    let made = state
        .gate()
        .change(|directory| Ok((vec![directory.set_disabled(&name, disabled, (now, Some(&by)))?], ())));
    or_say(&state, &who, made, |()| Ok(view::see_other("/people")))
}

pub(super) async fn disable(
    Held(state): Held<State>,
    who: Who,
    Path(name): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    set_disabled(state, who, name, fields, true).await
}

pub(super) async fn enable(
    Held(state): Held<State>,
    who: Who,
    Path(name): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    set_disabled(state, who, name, fields, false).await
}
