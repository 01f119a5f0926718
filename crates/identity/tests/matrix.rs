//! The permission matrix against its golden file: each route with each role, by session and by key.
#![expect(clippy::unwrap_used, reason = "a test may say what it expects")]

use std::collections::BTreeSet;
use std::fmt::Write as _;

use countersign_identity::*;

fn person(role: Role, via: Via) -> Access {
    Access::Known(Caller {
        user: UserId::of(&[1; 8]),
        name: "someone".parse().unwrap(),
        full_name: "Some One".to_owned(),
        roles: BTreeSet::from([role]),
        via,
    })
}

fn row(matrix: &Matrix, route: &str) -> String {
    let (method, path) = route.split_once(' ').unwrap();
    let mut out = String::new();
    let mut mark = |access: &Access, set_up: bool| {
        out.push(if matrix.decide(method, path, access, set_up) == Decision::Allowed { 'y' } else { '.' });
    };
    mark(&Access::Anonymous { loopback: true }, false);
    mark(&Access::Anonymous { loopback: false }, false);
    mark(&Access::Anonymous { loopback: true }, true);
    for role in Role::ALL {
        mark(&person(role, Via::Session), true);
    }
    let scope = Role::ALL.into_iter().find_map(|role| {
        Scope::ALL.into_iter().find(|scope| {
            let via = Via::Key { id: "00000000".to_owned(), scopes: BTreeSet::from([*scope]) };
            matrix.decide(method, path, &person(role, via), true) == Decision::Allowed
        })
    });
    format!("{out}  {:<7} {route}", scope.map_or("-", Scope::as_str))
}

/// `UPDATE_GOLDEN=1 cargo test -p countersign-identity --test matrix` writes it anew; read the difference.
#[test]
fn the_matrix_is_the_golden_one() {
    let matrix = Matrix::embedded().unwrap();
    let mut text = String::from(
        "columns: this machine before set-up, another machine before set-up, not signed in; analyst, approver,\n\
         licensing officer, assessor, register operator, auditor, administrator; scope of a key; route\n\n",
    );
    for group in matrix.groups() {
        writeln!(text, "# {}", group.title).unwrap();
        for route in &group.routes {
            writeln!(text, "{}", row(&matrix, route)).unwrap();
        }
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/permissions.golden");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    let golden = std::fs::read_to_string(path).unwrap();
    assert_eq!(text, golden, "the permissions changed: is that meant?");
}

#[test]
fn what_has_no_row_is_refused_to_everyone() {
    let matrix = Matrix::embedded().unwrap();
    for role in Role::ALL {
        let decision = matrix.decide("GET", "/nowhere", &person(role, Via::Session), true);
        assert_eq!(decision, Decision::Refused(Refusal::NoRow));
    }
}

/// The table in the reference page is that of the file. `UPDATE_GOLDEN=1` writes it anew.
#[test]
fn the_reference_page_has_the_matrix() {
    let matrix = Matrix::embedded().unwrap();
    let mut table = String::from("| what | who | open | scope of a key | routes |\n|---|---|---|---|---|\n");
    for group in matrix.groups() {
        let who = match &group.who {
            Who::Public => "everyone".to_owned(),
            Who::SignedIn => "everyone who signed in".to_owned(),
            Who::Roles(roles) => roles.iter().map(|role| role.words()).collect::<Vec<_>>().join(", "),
        };
        let open = if group.open { "yes" } else { "" };
        let scope = group.scope.map_or("", Scope::as_str);
        let routes: Vec<String> = group.routes.iter().map(|route| format!("`{route}`")).collect();
        writeln!(table, "| {} | {who} | {open} | {scope} | {} |", group.title, routes.join("<br>")).unwrap();
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/identity.md");
    let page = std::fs::read_to_string(path).unwrap();
    let (before, rest) = page.split_once("<!-- matrix -->\n").unwrap();
    let (_, after) = rest.split_once("<!-- /matrix -->").unwrap();
    let expected = format!("{before}<!-- matrix -->\n{table}<!-- /matrix -->{after}");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path, &expected).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), expected, "the page has another matrix than the file");
}

#[test]
fn a_matrix_that_says_two_things_is_none() {
    let row =
        |who: &str, routes: &str| format!("[[group]]\ntitle = \"t\"\nwho = [{who}]\nroutes = [{routes}]\n");
    assert!(Matrix::parse(&row("\"analyst\"", "\"GET /a\"")).is_ok());
    for wrong in [
        row("\"analyst\"", "\"GET /a\", \"GET /a\""),
        row("\"analist\"", "\"GET /a\""),
        row("", "\"GET /a\""),
        row("\"analyst\"", "\"/a\""),
        row("\"analyst\"", "\"GET /a\"") + "open = true\n",
        row("\"analyst\"", "\"GET /a\"") + "anywhere = true\n",
        row("\"analyst\"", "\"GET /a\"") + "opn = true\n",
    ] {
        assert!(Matrix::parse(&wrong).is_err(), "{wrong}");
    }
}
