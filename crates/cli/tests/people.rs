//! People and keys on the command line, and what the log of a running server says about them: nothing.
#![expect(clippy::unwrap_used, reason = "a test may say what it expects")]

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn countersign(home: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_countersign")).arg("--home").arg(home).args(args).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn done(output: &Output) -> String {
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout)
}

#[test]
fn people_and_keys_without_a_browser() {
    let home = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| countersign(home.path(), args);
    let link = done(&run(&["user", "add", "ada", "--full-name", "Ada Admin", "--role", "administrator"]));
    assert!(link.starts_with("/welcome/"), "{link}");
    let again = run(&["user", "add", "ada", "--full-name", "Ada", "--role", "analyst"]);
    assert_eq!(again.status.code(), Some(2));
    assert!(text(&again.stderr).contains("there is a user `ada` already"));
    assert_eq!(run(&["user", "add", "Eve!", "--full-name", "E", "--role", "analyst"]).status.code(), Some(2));
    let role = run(&["user", "add", "bob", "--full-name", "Bob", "--role", "boss"]);
    assert!(text(&role.stderr).contains("`boss` is not a role"), "{}", text(&role.stderr));
    done(&run(&[
        "user",
        "add",
        "boris",
        "--full-name",
        "Boris B.",
        "--role",
        "approver",
        "--role",
        "licensing-officer",
    ]));
    let list = done(&run(&["user", "list"]));
    assert!(list.contains("approver,licensing_officer") && list.contains("has not used the link"), "{list}");
    done(&run(&["user", "disable", "boris"]));
    assert!(done(&run(&["user", "list"])).contains("disabled"));
    assert_ne!(done(&run(&["user", "reset", "ada"])), link);

    let key = done(&run(&[
        "api-key", "new", "--user", "ada", "--for", "a test", "--scope", "screen", "--days", "3",
    ]));
    assert!(key.starts_with("csk_"), "{key}");
    let id = key.get(4..12).unwrap().to_owned();
    assert!(done(&run(&["api-key", "list"])).contains(&id));
    done(&run(&["api-key", "revoke", &id]));
    assert!(done(&run(&["api-key", "list"])).contains("holds no more"));
    assert_eq!(run(&["api-key", "revoke", "00000000"]).status.code(), Some(2));
    let secret = key.trim().rsplit('_').next().unwrap().to_owned();
    let kept = std::fs::read_to_string(home.path().join("identity/events.jsonl")).unwrap();
    assert!(!kept.contains(&secret) && !kept.contains(link.trim().trim_start_matches("/welcome/")));
}

/// A real server, with everything that is secret sent to it, rightly and wrongly.
#[test]
fn no_secret_stands_in_the_log() {
    let home = tempfile::tempdir().unwrap();
    let link = done(&countersign(
        home.path(),
        &["user", "add", "ada", "--full-name", "Ada Admin", "--role", "administrator"],
    ));
    let link = link.trim().to_owned();
    let mut child = Command::new(env!("CARGO_BIN_EXE_countersign"))
        .arg("--home")
        .arg(home.path())
        .args(["serve", "--listen", "127.0.0.1:0", "--log", "json"])
        .env("COUNTERSIGN_LOG", "trace")
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap());
    let mut log = String::new();
    let mut base = String::new();
    while base.is_empty() {
        let mut line = String::new();
        assert!(lines.read_line(&mut line).unwrap() > 0, "the server ended: {log}");
        if let Some((_, address)) = line.split_once("listening on ") {
            base = address.split_whitespace().next().unwrap().to_owned();
        }
        log.push_str(&line);
    }
    // the set-up link is for the terminal; it comes with the address and is not part of the log
    let rest = std::thread::spawn(move || {
        let mut rest = String::new();
        let _ = lines.read_to_string(&mut rest);
        rest
    });
    let password = "a password of the log test";
    let config = ureq::Agent::config_builder().max_redirects(0).http_status_as_error(false).build();
    let agent: ureq::Agent = config.into();
    let mut cookies = String::new();
    let mut post = |path: &str, form: &[(&str, &str)]| {
        let page = agent.get(format!("{base}{path}")).header("cookie", &cookies).call();
        let mut page = page.unwrap();
        if let Some(cookie) = page.headers().get("set-cookie") {
            cookies = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
        }
        let text = page.body_mut().read_to_string().unwrap();
        let csrf = text.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        let mut all = vec![("csrf", csrf.unwrap_or_else(|| panic!("no form in {text}")))];
        all.extend_from_slice(form);
        agent.post(format!("{base}{path}")).header("cookie", &cookies).send_form(all).unwrap()
    };
    let accepted = post(&link, &[("password", password), ("again", password)]);
    assert_eq!(accepted.status(), 303);
    let wrong = "another password of the log test";
    assert_eq!(
        post("/sign-in", &[("name", "ada"), ("password", wrong), ("code", "123456"), ("next", "/")]).status(),
        401
    );
    let signed_in =
        post("/sign-in", &[("name", "ada"), ("password", password), ("code", ""), ("next", "/desk")]);
    assert_eq!(signed_in.status(), 303);
    let session = signed_in.headers().get("set-cookie").unwrap().to_str().unwrap().to_owned();
    let session = session.split(';').next().unwrap().split('=').nth(1).unwrap().to_owned();
    let key = format!("csk_abababab_{}", "B".repeat(43));
    let with_key =
        agent.get(format!("{base}/v1/desk/cases")).header("authorization", format!("Bearer {key}")).call();
    assert_eq!(with_key.unwrap().status(), 401);
    let term = Command::new("kill").arg(child.id().to_string()).status().unwrap();
    assert!(term.success() && child.wait().unwrap().success());
    log.push_str(&rest.join().unwrap());
    let token = link.trim_start_matches("/welcome/");
    for (what, secret) in [
        ("password", password),
        ("wrong password", wrong),
        ("link", token),
        ("session", &session),
        ("key", &key),
    ] {
        assert!(!log.contains(secret), "the {what} stands in the log");
    }
}
