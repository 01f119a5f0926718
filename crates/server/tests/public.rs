//! The public pages over HTTP, without a browser: what is refused, what is never handed out, and which headers go along.
//! What needs a browser is in `tests/browser`, run by `.ci/browser`.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::Path;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use countersign_operations::home::Home;
use countersign_pages::words::codes;
use countersign_register::Register;
use countersign_server::{Clock, Config, Limits, LogFormat, Outgoing, State, router};
use countersign_verify::{Keeper, RecordKind};
use tower::ServiceExt as _;

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

/// A site over an empty home and an empty register, on a fixed day.
struct Site {
    state: State,
    _dir: tempfile::TempDir,
}

impl Site {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let register = dir.path().join("register");
        drop(Register::init(&register, "register.example.org").unwrap());
        let config = Config {
            home: Home::find(Some(&dir.path().join("home"))).unwrap(),
            listen: "127.0.0.1:0".parse().unwrap(),
            register: Some(register),
            compat_root: None,
            compat_origins: Vec::new(),
            tls: None,
            log: LogFormat::Text,
            clock: Clock::fixed("2026-06-01T12:00:00Z".parse().unwrap()),
            outgoing: Outgoing::default(),
            limits: Limits::default(),
        };
        Self { state: State::load(config).unwrap(), _dir: dir }
    }

    async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::get(path).header("host", "register.example.org");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = router(&self.state).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status: parts.status, headers: parts.headers, body }
    }
}

const BROWSER: (&str, &str) = ("accept", "text/html,application/xhtml+xml");

#[tokio::test]
async fn pages_of_an_empty_site_say_what_is_missing() {
    let site = Site::new();
    for path in [
        "/",
        "/search",
        "/search?q=Example",
        "/register",
        "/subjects",
        "/countries",
        "/country/NL",
        "/lists",
        "/verify",
    ] {
        let answer = site.get(path, &[BROWSER]).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(answer.headers["referrer-policy"], "no-referrer", "{path}");
        assert!(!answer.body.contains("<style") && !answer.body.contains(" style="), "{path}");
    }
    // the starter list alone is no clearance
    let nobody = site.get("/search?q=Nobody+at+all", &[BROWSER]).await.body;
    assert!(nobody.contains("That is no clearance"), "{nobody}");
}

#[tokio::test]
async fn a_wrong_request_is_answered_as_a_page_and_to_programs_as_a_problem() {
    let site = Site::new();
    for (path, status) in [
        ("/lists?as_of=tomorrow", 400),
        ("/lists?as_of=2027-01-01", 400),
        ("/register?kind=rumour", 400),
        ("/register?below=-1", 400),
        ("/subject/nobody", 400),
        ("/subject/vendor:nobody", 404),
        ("/party/nobody", 404),
        ("/record/0", 404),
        ("/record/00", 404),
        ("/record/0/bundle.json", 404),
        ("/assessment/assessment:none", 404),
        ("/country/Atlantis", 404),
        ("/lists?format=xlsx", 400),
        ("/nothing/here", 404),
    ] {
        let answer = site.get(path, &[BROWSER]).await;
        assert_eq!(answer.status.as_u16(), status, "{path}: {}", answer.body);
        assert!(answer.headers["content-type"].to_str().unwrap().starts_with("text/html"), "{path}");
        assert_eq!(answer.body.matches("<h1").count(), 1, "{path}");
    }
    let answer = site.get("/subject/vendor:nobody?format=json", &[]).await;
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    let answer = site.get("/nothing/here", &[]).await;
    assert_eq!(answer.headers["content-type"], "application/problem+json");
}

#[tokio::test]
async fn what_a_visitor_wrote_stays_text() {
    let site = Site::new();
    let answer =
        site.get("/search?q=%3Cscript%3Ealert(1)%3C/script%3E%22onfocus=x&country=%3Cb%3E", &[BROWSER]).await;
    assert!(!answer.body.contains("<script>alert") && !answer.body.contains("\"onfocus"), "{}", answer.body);
    assert!(!answer.body.contains("<b>"), "{}", answer.body);
    // a host that is none makes no address
    let answer = site.get("/", &[("host", "\"><script>")]).await;
    assert!(!answer.body.contains("><script>"), "{}", answer.body);
}

#[tokio::test]
async fn the_secret_key_of_a_register_is_never_handed_out() {
    let site = Site::new();
    assert_eq!(site.get("/register/files/register.vkey", &[]).await.status, StatusCode::OK);
    assert_eq!(site.get("/register/files/log/checkpoint", &[]).await.status, StatusCode::OK);
    for path in [
        "keys/register.key",
        "./keys/register.key",
        "log/../keys/register.key",
        "log/..%2Fkeys%2Fregister.key",
        "%2e%2e/home/keys/journal.key",
        "%2Fetc%2Fpasswd",
        "log%5C..%5Ckeys%5Cregister.key",
        "KEYS/register.key",
        "keys",
        "",
    ] {
        let answer = site.get(&format!("/register/files/{path}"), &[]).await;
        assert_ne!(answer.status, StatusCode::OK, "{path}");
        assert!(!answer.body.contains("PRIVATE"), "{path}");
    }
}

#[tokio::test]
async fn the_language_is_the_one_asked_for() {
    let site = Site::new();
    let german = ("accept-language", "de-CH, en;q=0.5");
    assert!(site.get("/lists", &[german]).await.body.contains("<html lang=\"de\">"));
    assert!(site.get("/lists", &[]).await.body.contains("<html lang=\"en\">"));
    // a choice goes before the browser, and is kept; an earlier one too
    let chosen = site.get("/lists?lang=en", &[german]).await;
    assert!(chosen.body.contains("<html lang=\"en\">"));
    assert!(chosen.headers["set-cookie"].to_str().unwrap().starts_with("countersign_language=en;"));
    let kept = site.get("/lists", &[german, ("cookie", "a=b; countersign_language=en")]).await;
    assert!(kept.body.contains("<html lang=\"en\">") && !kept.headers.contains_key("set-cookie"));
}

#[test]
fn every_kind_of_record_has_a_word_in_every_language() {
    for kind in RecordKind::ALL.iter().filter(|kind| kind.keeper() == Keeper::Register) {
        assert!(codes::has_kind(kind.as_str()), "{kind}");
    }
}

#[test]
fn files_for_the_browser_are_ours_alone() {
    for name in ["countersign.css", "verify.js"] {
        let (content, _) = countersign_pages::assets::asset(name).unwrap();
        assert!(!content.contains("http://") && !content.contains("https://"), "{name} refers elsewhere");
    }
    assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/pages.mjs").is_file());
}
