//! Who gets in, and what holds strangers off.
#![expect(clippy::unwrap_used, reason = "a test may say what it expects")]

mod people;

use std::collections::BTreeSet;

use countersign_identity::{Matrix, Role, Who};
use people::{PASSWORD, Server};
use serde_json::json;

#[test]
fn before_set_up_this_machine_alone_is_answered() {
    let server = Server::start();
    let mut here = server.browser();
    assert!(server.set_up.starts_with("/welcome/"));
    here.get("/desk").expect(303);
    // handed on by a proxy, or asked for by a name that someone pointed here
    for (name, value) in [
        ("x-forwarded-for", "198.51.100.7"),
        ("forwarded", "for=198.51.100.7"),
        ("host", "attacker.example"),
        ("host", "127.0.0.1.attacker.example"),
    ] {
        let mut other = here.with_header(name, value);
        let refused = if name == "host" { 421 } else { 403 };
        other.get("/sign-in").expect(refused);
        other.get(&server.set_up).expect(refused);
    }
    let mut program = here.clone();
    program.headers.clear();
    let status = program.get("/compat/yente/algorithms").status;
    assert_eq!(status, 200, "screening needs no key yet");
    let mut root = server.set_up();
    let status = program.get("/compat/yente/algorithms").status;
    assert_eq!(status, 401, "now it does");
    root.get("/desk").expect(200);
    // the link was used
    here.get(&server.set_up).expect(404);
    // and others may come now, and are asked who they are
    here.with_header("x-forwarded-for", "198.51.100.7").get("/sign-in").expect(200);
}

#[test]
fn a_form_of_another_page_changes_nothing() {
    let server = Server::start();
    let mut root = server.set_up();
    let form = [("name", "eve"), ("full_name", "Eve"), ("role", "administrator")];
    root.post_bare("/people", &form).expect(403).says("not from this session");
    root.post_bare("/people", &[("csrf", "AAAA"), form[0], form[1], form[2]]).expect(403);
    // the token of another session
    let mut other = server.browser();
    other.get("/sign-in").expect(200);
    let foreign = other.csrf.clone();
    root.post_bare("/people", &[("csrf", &foreign), form[0], form[1], form[2]]).expect(403);
    // the right token, but from a page of another site
    root.get("/people").expect(200);
    root.with_header("origin", "https://attacker.example")
        .post("/people", &form)
        .expect(403)
        .says("another site");
    root.with_header("sec-fetch-site", "cross-site").post("/people", &form).expect(403);
    root.with_header("origin", "null").post("/people", &form).expect(403);
    // JSON by a browser's session needs it too
    root.post_json("/v1/desk/cases/C-1/decide", &json!({})).expect(403).says("not from this session");
    // signing in is a form as well: nobody is signed in by another site
    let mut victim = server.browser();
    victim.post_bare("/sign-in", &[("name", "root"), ("password", PASSWORD)]).expect(403);
    assert!(!root.get("/people").expect(200).text().contains("eve"));
    let origin = server.base.clone();
    root.with_header("origin", &origin).post("/people", &form).expect(200);
    // a browser that gives no referrer calls its origin `null`, and says itself that the page was ours
    let other = [("name", "ben"), ("full_name", "Ben"), ("role", "auditor")];
    root.with_header("origin", "null")
        .with_header("sec-fetch-site", "same-origin")
        .post("/people", &other)
        .expect(200);
}

#[test]
fn a_session_is_new_and_ends() {
    let server = Server::start();
    let mut root = server.set_up();
    // a cookie that an attacker planted before is not the session afterwards
    let mut victim = server.browser();
    victim.get("/sign-in").expect(200);
    let planted = "A".repeat(43);
    victim.cookies.insert("countersign_session".to_owned(), planted.clone());
    let done = victim
        .post("/sign-in", &[("name", "root"), ("password", PASSWORD), ("code", ""), ("next", "//evil")]);
    let done = done.expect(303);
    assert_eq!(done.to(), "/desk", "no other site after signing in");
    let session = victim.cookies.get("countersign_session").unwrap().clone();
    assert_ne!(session, planted);
    let cookie = done.set_cookies.iter().find(|c| c.starts_with("countersign_session=")).unwrap();
    for flag in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(flag), "{cookie}");
    }
    let mut secure = server.browser().with_header("x-forwarded-proto", "https");
    assert!(secure.sign_in("root", PASSWORD).set_cookies.iter().all(|cookie| cookie.contains("Secure")));
    // one's own forms carry another token
    let of_root = root.get("/account").expect(200).text();
    let of_victim = victim.get("/account").expect(200).text();
    assert!(of_root.contains(&root.csrf) && of_victim.contains(&victim.csrf) && root.csrf != victim.csrf);
    // signing out ends it on the server, not only in the browser
    let kept = victim.clone();
    victim.post("/sign-out", &[]).expect(303);
    kept.clone().get("/account").expect(303);
    server.wait(31 * 60);
    root.get("/account").expect(303);
}

#[test]
fn wrong_names_and_passwords_are_one_answer_and_soon_wait() {
    let server = Server::start();
    server.set_up();
    let mut stranger = server.browser();
    // the token differs from page to page; the rest must not
    let page = |browser: &mut people::Browser, name: &str| {
        let answer = browser.sign_in(name, "not the right password");
        (answer.status, answer.text().replace(&browser.csrf, ""))
    };
    let unknown = page(&mut stranger, "nobody");
    let known = page(&mut stranger, "root");
    assert_eq!(unknown, known);
    assert_eq!(unknown.0, 401);
    for _ in 0..4 {
        page(&mut stranger, "root");
        page(&mut stranger, "nobody");
    }
    for name in ["root", "nobody"] {
        let waits = stranger.sign_in(name, PASSWORD).expect(429).says("Too many attempts");
        assert!(waits.headers.contains_key("retry-after"));
    }
    server.wait(16 * 60);
    stranger.sign_in("root", PASSWORD).expect(303);
}

#[test]
fn keys_work_within_scope_and_time() {
    let server = Server::start();
    let mut root = server.set_up();
    let mut anna = server.person(&mut root, "anna", "Anna Analyst", &["analyst"]);
    let key = anna.make_key(&["desk"], "10");
    let page = anna.get("/account").expect(200).text();
    assert!(!page.contains(&key), "shown once");
    let mut program = anna.with_key(&key);
    program.get("/v1/desk/cases").expect(200);
    let opened = json!({ "title": "By a program", "applicant": "Zorblax", "kind": "party" });
    program.post_json("/v1/desk/cases", &opened).expect(201);
    program.get("/compat/yente/algorithms").expect(403).says("scope");
    program.get("/v1/desk/audit").expect(403).says("auditor");
    program.get("/account").expect(403).says("no API key");
    program.post_json("/v1/desk/cases/C-2026-0001/sign", &json!({})).expect(403);
    let mut wrong = anna.with_key(&format!("{}x", key.get(..key.len() - 1).unwrap()));
    wrong.get("/v1/desk/cases").expect(401);
    // a wrong key beside a good session is a wrong key
    wrong.cookies = anna.cookies.clone();
    wrong.get("/v1/desk/cases").expect(401);
    let mut basic = anna.with_key(&key);
    basic.headers = vec![("authorization".to_owned(), "Basic abc".to_owned())];
    basic.get("/v1/desk/cases").expect(401);
    // whom the administrator disables, whose keys are worth nothing
    root.get("/people").expect(200);
    root.post("/people/anna/disable", &[]).expect(303);
    program.get("/v1/desk/cases").expect(401);
    root.post("/people/anna/enable", &[]).expect(303);
    program.get("/v1/desk/cases").expect(200);
    server.wait(10 * 24 * 3600);
    program.get("/v1/desk/cases").expect(401).says("expired");
}

#[test]
fn every_answer_carries_its_headers() {
    let server = Server::start();
    let mut root = server.set_up();
    for path in ["/sign-in", "/desk", "/account", "/people", "/desk/audit", "/nowhere"] {
        let answer = root.get(path);
        let policy = answer.headers.get("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(answer.headers.get("x-content-type-options").map(String::as_str), Some("nosniff"));
        if path != "/nowhere" {
            assert_eq!(answer.headers.get("cache-control").map(String::as_str), Some("no-store"), "{path}");
        }
        let text = answer.text();
        assert!(!text.contains(" style=") && !text.contains("onclick"), "{path}");
        // passkeys need a script: a file of ours, on the page of the account alone of those that are shown here
        let scripts: Vec<&str> = text.split("<script").skip(1).collect();
        let own = |script: &&str| script.starts_with(" src=\"/static/passkeys.js?v=");
        assert!(
            scripts.iter().all(own) && scripts.len() == usize::from(path == "/account"),
            "{path}: {scripts:?}"
        );
        // what is nowhere is a public page, which may verify
        let may = ["/account", "/nowhere"].contains(&path);
        assert_eq!(policy.contains("script-src 'self'"), may, "{path}: {policy}");
    }
}

/// A path of a route that is really there; `None` for a family of which none is at hand.
fn filled(method: &str, path: &str) -> Option<String> {
    match (method, path) {
        ("POST", "/mcp*") => return Some("/mcp".to_owned()),
        ("GET", "/v1/*") => return Some("/v1/lists".to_owned()),
        ("GET", "/compat/*") => return Some("/compat/yente/algorithms".to_owned()),
        ("POST", "/compat/*") => return Some("/compat/yente/match/default".to_owned()),
        (_, path) if path.ends_with('*') => return None,
        ("GET" | "POST", _) => {}
        _ => return None,
    }
    let mut out = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let (name, after) = after.split_once('}').unwrap();
        out.push_str(match name {
            "case" => "C-2026-9999",
            "index" => "7",
            "sha256" => "00",
            _ => "x",
        });
        rest = after;
    }
    Some(out + rest)
}

/// Whether the matrix lets a role use a route, judged from the file and not by the code that judges requests.
fn allows(who: &Who, role: Role) -> bool {
    match who {
        Who::Public | Who::SignedIn => true,
        Who::Roles(roles) => roles.contains(&role),
    }
}

#[test]
fn every_row_of_the_matrix_holds_over_http() {
    let server = Server::start();
    let mut root = server.set_up();
    let matrix = Matrix::embedded().unwrap();
    let mut tried = 0;
    for role in Role::ALL {
        let name = format!("p.{}", role.as_str().replace('_', "-"));
        let mut browser = server.person(&mut root, &name, role.as_str(), &[role.as_str()]);
        let key = browser.make_key(&["read", "screen", "check", "write", "desk", "audit", "admin"], "5");
        browser.get("/account").expect(200);
        let (session, csrf) = (browser.cookies.clone(), browser.csrf.clone());
        for group in matrix.groups() {
            for route in &group.routes {
                let (method, path) = route.split_once(' ').unwrap();
                // these would end the session, or change the people under the test
                let ends = ["/sign-out", "/account/password", "/account/sessions/end", "/sign-in"];
                if ends.contains(&path) || path.contains("/people/") {
                    continue;
                }
                let Some(path) = filled(method, path) else { continue };
                let mut by_session = browser.clone();
                by_session.cookies = session.clone();
                let mut by_key = browser.with_key(&key);
                let (one, two) = if method == "GET" {
                    (by_session.get(&path), by_key.get(&path))
                } else {
                    (by_session.post_bare(&path, &[("csrf", &csrf)]), by_key.post_json(&path, &json!({})))
                };
                tried += 2;
                let refused = one.status == 403 && one.text().contains("needs one of the roles");
                assert_eq!(
                    refused,
                    !allows(&group.who, role),
                    "{role} {route}: {} {}",
                    one.status,
                    one.text()
                );
                assert_ne!(one.status, 401, "{role} {route}");
                assert!(
                    one.status < 500 && two.status < 500,
                    "{role} {route}: {} {}",
                    one.text(),
                    two.text()
                );
                let for_keys = group.scope.is_some() || group.who == Who::Public;
                let refused = two.status == 403
                    && (two.text().contains("needs one of the roles") || two.text().contains("no API key"));
                let expected = !(allows(&group.who, role) && for_keys);
                assert_eq!(refused, expected, "{role} {route} by key: {} {}", two.status, two.text());
            }
        }
        // nobody at all
        if role == Role::Analyst {
            for group in matrix.groups().iter().filter(|group| group.who != Who::Public) {
                for route in &group.routes {
                    let (method, path) = route.split_once(' ').unwrap();
                    let Some(path) = filled(method, path) else { continue };
                    let mut nobody = server.browser();
                    nobody.headers.clear();
                    let answer = match method {
                        "GET" => nobody.get(&path),
                        _ => nobody.post_json(&path, &json!({})),
                    };
                    assert_eq!(answer.status, 401, "{route}: {}", answer.text());
                }
            }
        }
    }
    assert!(tried > 500, "{tried}");
}

/// Each route in the sources has a row: what is forgotten would be refused to everyone.
#[test]
fn every_route_of_the_sources_has_a_row() {
    let matrix = Matrix::embedded().unwrap();
    let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
    let mut found = BTreeSet::new();
    let mut folders = vec![(std::path::PathBuf::from(sources), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                // the compatible APIs are nested below their own paths
                let below = path.components().any(|part| part.as_os_str() == "compat");
                let name = path.file_name().unwrap().to_str().unwrap().to_owned();
                let prefix = if below && name != "compat" && prefix.is_empty() {
                    format!("/compat/{name}")
                } else {
                    prefix.clone()
                };
                folders.push((path, prefix));
                continue;
            }
            // whether the server lives, and its counters, are asked for before anyone signs in
            if path.ends_with("health.rs") || path.ends_with("scrape.rs") {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            // those that describe themselves: `get, path = "/v1/lists"`
            let lines = text.lines().filter_map(|line| line.trim().split_once(", path = \""));
            for (word, rest) in lines {
                let method = ["GET", "POST", "PUT", "PATCH", "DELETE"]
                    .into_iter()
                    .find(|m| m.eq_ignore_ascii_case(word));
                if let Some(method) = method {
                    found.insert((method, rest.split('"').next().unwrap().to_owned()));
                }
            }
            for route in text.split(".route(").skip(1) {
                let route = route.trim_start().trim_start_matches("&format!(").trim_start();
                let Some(place) =
                    route.strip_prefix('"').and_then(|rest| rest.split_once('"')).map(|(p, _)| p)
                else {
                    continue;
                };
                let methods = route.split(".route(").next().unwrap();
                let methods = methods.split(".with_state").next().unwrap();
                for (word, method) in [
                    ("get(", "GET"),
                    ("post(", "POST"),
                    ("put(", "PUT"),
                    ("patch(", "PATCH"),
                    ("delete(", "DELETE"),
                ] {
                    if methods.contains(&format!(" {word}")) || methods.contains(&format!(").{word}")) {
                        found.insert((method, format!("{prefix}{place}")));
                    }
                }
            }
        }
    }
    // written by a loop over the actions
    let actions = std::fs::read_to_string(format!("{sources}/desk/act.rs")).unwrap();
    let actions = actions.split("ACTIONS: &[&str] = &[").nth(1).unwrap().split(']').next().unwrap();
    for action in actions.split('"').skip(1).step_by(2) {
        found.insert(("POST", format!("/desk/cases/{{case}}/{action}")));
        found.insert(("POST", format!("/v1/desk/cases/{{case}}/{action}")));
    }
    found.retain(|(_, path)| !path.contains("{{") && !path.contains("{BASE}"));
    assert!(found.len() > 60, "{found:?}");
    for (method, path) in &found {
        let row = matrix.row(method, path);
        assert!(row.is_some(), "{method} {path} has no row in crates/identity/permissions.toml");
        // a route of the desk must not be let in by the rows of the API in general
        if path.contains("/desk") {
            let exact = row.is_some_and(|group| group.routes.contains(&format!("{method} {path}")));
            assert!(exact, "{method} {path} has no row of its own");
        }
    }
}

/// Everything that proves something, typed and shown once; and then every byte that the home keeps.
#[test]
fn a_stolen_home_holds_no_secret() {
    let server = Server::start();
    let mut root = server.set_up();
    let mut anna = server.person(&mut root, "anna", "Anna Analyst", &["analyst"]);
    let key = anna.make_key(&["screen"], "5");
    let mut secrets = vec![
        ("the password", PASSWORD.to_owned()),
        ("the set-up link", server.set_up.rsplit('/').next().unwrap().to_owned()),
        ("a session", anna.cookies["countersign_session"].clone()),
        // the secret itself may hold a `_`
        ("an API key", key.splitn(3, '_').nth(2).unwrap().to_owned()),
    ];
    let page = anna.get("/account").expect(200).text();
    let totp = page.split("name=\"secret\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let secret = countersign_identity::TotpSecret::from_base32(&totp).unwrap();
    let now = u64::try_from(server.now()).unwrap();
    let form = [("secret", totp.as_str()), ("code", &secret.code(now)), ("password", PASSWORD)];
    anna.post("/account/codes", &form).expect(303);
    secrets.push(("the secret of the one-time codes", totp));
    // with the next code, once
    server.wait(30);
    let code = secret.code(now + 30);
    anna.get("/sign-in").expect(200);
    anna.post("/sign-in", &[("name", "anna"), ("password", PASSWORD), ("code", &code)]).expect(303);
    anna.get("/account").expect(200);
    let page = anna.post("/account/recovery", &[("password", PASSWORD)]).expect(200).text();
    let codes: Vec<&str> = page.split("<li><code>").skip(1).map(|c| c.split('<').next().unwrap()).collect();
    assert_eq!(codes.len(), 10);
    secrets.extend(codes.iter().map(|code| ("a recovery code", (*code).to_owned())));
    let mut files = 0;
    let mut folders = vec![server.home.path().to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            files += 1;
            let bytes = std::fs::read(&path).unwrap();
            for (what, secret) in &secrets {
                for form in [secret.clone(), secret.replace('-', ""), hex::encode(secret)] {
                    let held = bytes.windows(form.len()).any(|part| part == form.as_bytes());
                    assert!(!held, "{} holds {what}", path.display());
                }
            }
        }
    }
    assert!(files > 0);
    // what a recovery code is worth: once, beside the password
    let mut thief = server.browser();
    let typed = |browser: &mut people::Browser, password: &str, code: &str| {
        browser.get("/sign-in").expect(200);
        browser.post("/sign-in", &[("name", "anna"), ("password", password), ("code", code)]).status
    };
    assert_eq!(typed(&mut thief, "not the password at all", codes[0]), 401);
    assert_eq!(typed(&mut thief, PASSWORD, ""), 401);
    let mut again = server.browser();
    assert_eq!(typed(&mut again, PASSWORD, &codes[0].to_lowercase()), 303);
    assert_eq!(typed(&mut thief, PASSWORD, codes[0]), 401, "it was used");
    // and from another place all sessions are ended
    again.get("/account").expect(200).says("9 of 10");
    again.post("/account/sessions/end", &[]).expect(303);
    for browser in [&mut anna, &mut again] {
        browser.get("/account").expect(303);
    }
}

#[test]
fn pages_are_read_in_german_and_the_choice_is_kept() {
    let server = Server::start();
    let mut root = server.set_up();
    let page = root.get("/people").expect(200).text();
    assert!(page.contains("<html lang=\"en\">") && page.contains("href=\"/people?lang=de\""), "{page}");
    let chosen = root.get("/people?lang=de").expect(200);
    assert!(chosen.set_cookies.iter().any(|c| c.starts_with("countersign_language=de")));
    chosen.says("Person hinzufügen");
    root.cookies.insert("countersign_language".to_owned(), "de".to_owned());
    root.get("/desk").expect(200).says("Kein Vorgang ist offen");
    // what is refused is said in German too
    root.get("/people").expect(200);
    root.post("/people", &[("name", "root"), ("full_name", "R"), ("role", "analyst")])
        .expect(422)
        .says("es gibt schon jemanden");
    root.get("/desk").expect(200);
    root.post("/people/root/disable", &[]).expect(422).says("letzte Person mit der Rolle Verwaltung");
}

#[test]
fn who_may_not_write_leaves_no_entry_by_asking_for_a_receipt() {
    let server = Server::start();
    let mut root = server.set_up();
    let query = serde_json::json!({ "query": { "name": "Candiru" } });
    for (name, role, scopes, may) in [
        ("dora", "auditor", &["screen", "write"][..], false),
        ("anna", "analyst", &["screen"], false),
        ("carl", "analyst", &["screen", "write"], true),
    ] {
        let mut person = server.person(&mut root, name, "Some One", &[role]);
        let key = person.make_key(scopes, "5");
        let mut program = person.with_key(&key);
        program.post_json("/v1/screen", &query).expect(200);
        program.post_json("/v1/screen?receipt=false", &query).expect(200);
        let yente = serde_json::json!({ "queries": { "q": { "schema": "Company", "properties": { "name": "Candiru" } } } });
        for (path, body) in
            [("/v1/screen?receipt=true", &query), ("/compat/yente/match/default?receipt=1", &yente)]
        {
            program.post_json(path, body).expect(if may { 200 } else { 403 });
        }
    }
}

/// Whoever opens a fresh installation is told on each page what it lacks, and is led nowhere where nothing is.
#[test]
fn a_fresh_installation_says_what_comes_next() {
    let server = Server::start();
    let mut here = server.browser();
    let home = here.get("/").expect(200).says("Only the starter list is loaded").says("no register");
    assert!(!home.text().contains("href=\"/register\""), "nothing is there");
    assert!(home.text().contains("href=\"/desk\""));
    here.get("/search?q=Zorblax").expect(200).says("Finding nothing in it means nothing");
    let missing = here.get("/register").expect(404).says("This site shows no register");
    assert!(!missing.text().contains("href=\"/register\""));
    here.get("/sign-in").expect(200).says("Nobody can sign in yet");
    let mut root = server.set_up();
    assert!(!here.get("/sign-in").expect(200).text().contains("Nobody can sign in yet"));
    root.get("/desk").expect(200).says("Analysts and licensing officers open cases");
    // who is refused keeps the ways to everything else
    root.get("/desk/new").expect(403).says("This needs one of the roles").says("href=\"/people\"");
}
