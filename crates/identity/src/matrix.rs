//! The permission matrix: which route is for whom. A data file; a route without a row is refused.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::api_key::Scope;
use crate::caller::{Access, Via};
use crate::role::Role;

/// The matrix of this version, as it lies in the tree.
const EMBEDDED: &str = include_str!("../permissions.toml");

/// For whom the routes of a group are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// Everyone, without signing in.
    Public,
    /// Everyone who signed in.
    SignedIn,
    /// Who has one of these roles.
    Roles(BTreeSet<Role>),
}

/// Routes with the same permissions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// What they are for.
    pub title: String,
    /// For whom.
    pub who: Who,
    /// Whether they answer this very machine without signing in until there is an administrator.
    pub open: bool,
    /// Whether they answer other machines before there is an administrator: what anybody may read anyway.
    pub anywhere: bool,
    /// What a key needs to use them; `None`: no key can, only a person in a browser.
    pub scope: Option<Scope>,
    /// The routes, `METHOD /path/{of}/the/router`; `/*` at the end stands for everything below.
    pub routes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    group: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    title: String,
    who: Vec<String>,
    #[serde(default)]
    open: bool,
    #[serde(default)]
    anywhere: bool,
    scope: Option<Scope>,
    routes: Vec<String>,
}

/// Why a matrix cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the permission matrix cannot be used: {0}")]
pub struct MatrixFault(String);

/// What the matrix says to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It may go on.
    Allowed,
    /// It may not.
    Refused(Refusal),
}

/// Why a request may not go on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Nobody signed in.
    #[error("sign in, or give an API key as `Authorization: Bearer csk_…`")]
    SignIn,
    /// There is no administrator yet, and the request is not from this machine.
    #[error(
        "until there is an administrator, only this machine is answered; use the set-up link that the start printed"
    )]
    NotSetUp,
    /// The roles do not allow it.
    #[error("this needs one of the roles {}", .0.iter().map(|role| role.words()).collect::<Vec<_>>().join(", "))]
    Role(BTreeSet<Role>),
    /// The key is not for this.
    #[error("the API key lacks the scope `{0}`")]
    Scope(Scope),
    /// No key is for this.
    #[error("no API key can do this; sign in with a browser")]
    NoKey,
    /// The route has no row.
    #[error("the route has no row in the permission matrix, so that nobody may use it")]
    NoRow,
}

/// The matrix.
#[derive(Debug, Clone)]
pub struct Matrix {
    groups: Vec<Group>,
    /// By route, to the group.
    exact: BTreeMap<String, usize>,
    /// By `METHOD /prefix/`.
    below: Vec<(String, usize)>,
}

impl Matrix {
    /// The matrix of this version.
    pub fn embedded() -> Result<Self, MatrixFault> {
        Self::parse(EMBEDDED)
    }

    /// Reads a matrix. No route may stand in two rows.
    pub fn parse(text: &str) -> Result<Self, MatrixFault> {
        let file: File = toml::from_str(text).map_err(|error| MatrixFault(error.to_string()))?;
        let mut matrix = Self { groups: Vec::new(), exact: BTreeMap::new(), below: Vec::new() };
        for (n, row) in file.group.into_iter().enumerate() {
            for route in &row.routes {
                let methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];
                if !route.split_once(" /").is_some_and(|(method, _)| methods.contains(&method)) {
                    return Err(MatrixFault(format!("`{route}` is not `METHOD /path`")));
                }
                match route.strip_suffix('*') {
                    Some(prefix) => matrix.below.push((prefix.to_owned(), n)),
                    None => {
                        if matrix.exact.insert(route.clone(), n).is_some() {
                            return Err(MatrixFault(format!("`{route}` stands in two rows")));
                        }
                    }
                }
            }
            let who = who(&row.who)?;
            if row.anywhere && who != Who::Public {
                return Err(MatrixFault(format!("`{}` is for anywhere, but not public", row.title)));
            }
            if row.open && matches!(row.scope, None | Some(Scope::Desk | Scope::Audit | Scope::Admin)) {
                return Err(MatrixFault(format!(
                    "`{}` is open to who did not sign in, and needs a scope that reads or screens",
                    row.title
                )));
            }
            matrix.groups.push(Group {
                title: row.title,
                who,
                open: row.open,
                anywhere: row.anywhere,
                scope: row.scope,
                routes: row.routes,
            });
        }
        Ok(matrix)
    }

    /// The groups, in the order of the file.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// The row of a route as the router names it (`/v1/cases/{case}`). `HEAD` is `GET` without a body.
    pub fn row(&self, method: &str, path: &str) -> Option<&Group> {
        let method = if method == "HEAD" { "GET" } else { method };
        let route = format!("{method} {path}");
        let below =
            || self.below.iter().filter(|(prefix, _)| route.starts_with(prefix)).max_by_key(|(p, _)| p.len());
        let n = self.exact.get(&route).copied().or_else(|| below().map(|(_, n)| *n))?;
        self.groups.get(n)
    }

    /// Whether a request may go on. `set_up`: there is an administrator.
    pub fn decide(&self, method: &str, path: &str, access: &Access, set_up: bool) -> Decision {
        match self.refusal(method, path, access, set_up) {
            None => Decision::Allowed,
            Some(refusal) => Decision::Refused(refusal),
        }
    }

    fn refusal(&self, method: &str, path: &str, access: &Access, set_up: bool) -> Option<Refusal> {
        let Some(group) = self.row(method, path) else { return Some(Refusal::NoRow) };
        match access {
            Access::Anonymous { loopback } => match (&group.who, set_up, *loopback) {
                (_, false, false) if !group.anywhere => Some(Refusal::NotSetUp),
                (Who::Public, ..) => None,
                (_, false, true) if group.open => None,
                _ => Some(Refusal::SignIn),
            },
            Access::Known(caller) => {
                if let Who::Roles(roles) = &group.who
                    && roles.is_disjoint(&caller.roles)
                {
                    return Some(Refusal::Role(roles.clone()));
                }
                match (&caller.via, group.scope, &group.who) {
                    (_, _, Who::Public) | (Via::Session, ..) => None,
                    (Via::Key { scopes, .. }, Some(scope), _) if scopes.contains(&scope) => None,
                    (Via::Key { .. }, Some(scope), _) => Some(Refusal::Scope(scope)),
                    (Via::Key { .. }, None, _) => Some(Refusal::NoKey),
                }
            }
        }
    }
}

fn who(words: &[String]) -> Result<Who, MatrixFault> {
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["public"] => Ok(Who::Public),
        ["signed_in"] => Ok(Who::SignedIn),
        [] => Err(MatrixFault("a row is for nobody".to_owned())),
        words => words
            .iter()
            .map(|word| word.parse::<Role>().map_err(|error| MatrixFault(error.to_string())))
            .collect::<Result<_, _>>()
            .map(Who::Roles),
    }
}
