//! A server on a port of its own, and people with browsers before it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]
#![allow(dead_code, clippy::allow_attributes, reason = "each test file uses its part")]

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, mpsc};

use countersign_operations::home::Home;
use countersign_server::{Clock, Config, Limits, LogFormat, Outgoing, serve};
use tempfile::TempDir;

/// The moment at which every server of a test begins.
const BEGIN: i64 = 1_780_315_200; // 2026-06-01T12:00:00Z

pub(crate) const PASSWORD: &str = "correct horse battery staple";

pub(crate) struct Server {
    pub(crate) base: String,
    pub(crate) home: TempDir,
    pub(crate) set_up: String,
    clock: Arc<AtomicI64>,
}

impl Server {
    /// Over an empty home: the starter list alone. It lives as long as the process.
    pub(crate) fn start() -> Self {
        Self::start_with(|_| {})
    }

    pub(crate) fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let home = tempfile::tempdir().unwrap();
        let clock = Arc::new(AtomicI64::new(BEGIN));
        let told = clock.clone();
        let now = move || {
            let moment = jiff::Timestamp::from_second(told.load(Ordering::SeqCst)).unwrap();
            moment.to_string().parse().unwrap()
        };
        let mut config = Config {
            home: Home::find(Some(home.path())).unwrap(),
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            register: None,
            compat_root: None,
            compat_origins: Vec::new(),
            tls: None,
            log: LogFormat::Text,
            clock: Clock::told_by(now),
            outgoing: Outgoing::default(),
            limits: Limits::default(),
        };
        change(&mut config);
        let (tell, told) = mpsc::channel();
        std::thread::spawn(move || {
            serve(config, |address, set_up| {
                tell.send((address.to_owned(), set_up.unwrap_or_default().to_owned())).unwrap();
            })
            .unwrap();
        });
        let (base, set_up) = told.recv().unwrap();
        Self { base, home, set_up, clock }
    }

    pub(crate) fn wait(&self, seconds: i64) {
        self.clock.fetch_add(seconds, Ordering::SeqCst);
    }

    /// The moment of the server, in seconds.
    pub(crate) fn now(&self) -> i64 {
        self.clock.load(Ordering::SeqCst)
    }

    pub(crate) fn browser(&self) -> Browser {
        // the server closes a connection on which it refused a form unread: each request has one of its own
        let config = ureq::Agent::config_builder()
            .max_redirects(0)
            .http_status_as_error(false)
            .max_idle_connections(0)
            .build();
        Browser {
            agent: config.into(),
            base: self.base.clone(),
            cookies: BTreeMap::new(),
            csrf: String::new(),
            headers: vec![("accept".to_owned(), "text/html".to_owned())],
        }
    }

    /// The first administrator, signed in.
    pub(crate) fn set_up(&self) -> Browser {
        let mut root = self.browser();
        root.get(&self.set_up.clone()).expect(200);
        let who = [("name", "root"), ("full_name", "Rosa Root"), ("password", PASSWORD), ("again", PASSWORD)];
        root.post(&self.set_up.clone(), &who).expect(303);
        root.sign_in("root", PASSWORD).expect(303);
        root
    }

    /// Someone whom the administrator added, signed in.
    pub(crate) fn person(&self, root: &mut Browser, name: &str, full_name: &str, roles: &[&str]) -> Browser {
        root.get("/people").expect(200);
        let mut form = vec![("name", name), ("full_name", full_name)];
        form.extend(roles.iter().map(|role| ("role", *role)));
        let link = root.post("/people", &form).expect(200).link();
        let mut browser = self.browser();
        browser.get(&link).expect(200);
        browser.post(&link, &[("password", PASSWORD), ("again", PASSWORD)]).expect(303);
        browser.sign_in(name, PASSWORD).expect(303);
        browser
    }
}

#[derive(Clone)]
pub(crate) struct Browser {
    agent: ureq::Agent,
    base: String,
    pub(crate) cookies: BTreeMap<String, String>,
    /// The token of the forms of the last page that had one.
    pub(crate) csrf: String,
    pub(crate) headers: Vec<(String, String)>,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) set_cookies: Vec<String>,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    #[track_caller]
    pub(crate) fn says(self, words: &str) -> Self {
        assert!(self.text().contains(words), "`{words}` is not in {}", self.text());
        self
    }

    pub(crate) fn to(&self) -> String {
        self.headers.get("location").cloned().unwrap_or_default()
    }

    /// The one-time link on a page.
    pub(crate) fn link(&self) -> String {
        let text = self.text();
        let begin = text.find("/welcome/").unwrap_or_else(|| panic!("no link in {text}"));
        text.get(begin..)
            .unwrap_or_default()
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || "/-_".contains(*c))
            .collect()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }
}

fn between<'a>(text: &'a str, begin: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(begin)?;
    Some(rest.split_once(end)?.0)
}

impl Browser {
    fn take(&mut self, response: ureq::http::Response<ureq::Body>) -> Answer {
        let (parts, mut body) = response.into_parts();
        let mut set_cookies = Vec::new();
        for value in parts.headers.get_all("set-cookie") {
            let text = value.to_str().unwrap().to_owned();
            let (name, rest) = text.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
            set_cookies.push(text);
        }
        let bytes = body.with_config().limit(1 << 30).read_to_vec().unwrap();
        let headers = parts
            .headers
            .iter()
            .map(|(k, v)| (k.as_str().to_owned(), v.to_str().unwrap_or_default().to_owned()))
            .collect();
        if let Some(csrf) = between(&String::from_utf8_lossy(&bytes), "name=\"csrf\" value=\"", "\"") {
            self.csrf = csrf.to_owned();
        }
        Answer { status: parts.status.as_u16(), headers, set_cookies, bytes }
    }

    pub(crate) fn send(&mut self, method: &str, path: &str, kind: Option<&str>, body: Vec<u8>) -> Answer {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.base));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if !self.cookies.is_empty() {
            let cookies: Vec<String> = self.cookies.iter().map(|(k, v)| format!("{k}={v}")).collect();
            request = request.header("cookie", cookies.join("; "));
        }
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        let response = self.agent.run(request.body(body).unwrap()).unwrap();
        self.take(response)
    }

    pub(crate) fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, None, Vec::new())
    }

    /// A form as a browser sends it, with the token of the last page.
    pub(crate) fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = self.csrf.clone();
        let mut all = vec![("csrf", csrf.as_str())];
        all.extend_from_slice(fields);
        self.post_bare(path, &all)
    }

    /// A form without a token.
    pub(crate) fn post_bare(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send("POST", path, Some("application/x-www-form-urlencoded"), body.into_bytes())
    }

    pub(crate) fn post_json(&mut self, path: &str, value: &serde_json::Value) -> Answer {
        self.send("POST", path, Some("application/json"), value.to_string().into_bytes())
    }

    /// Asks as a program with a key.
    pub(crate) fn with_key(&self, key: &str) -> Self {
        let headers = vec![("authorization".to_owned(), format!("Bearer {key}"))];
        Self { headers, cookies: BTreeMap::new(), ..self.clone() }
    }

    pub(crate) fn with_header(&self, name: &str, value: &str) -> Self {
        let mut other = self.clone();
        other.headers.push((name.to_owned(), value.to_owned()));
        other
    }

    pub(crate) fn sign_in(&mut self, name: &str, password: &str) -> Answer {
        self.get("/sign-in").expect(200);
        self.post("/sign-in", &[("name", name), ("password", password), ("code", ""), ("next", "/desk")])
    }

    /// Makes an API key.
    pub(crate) fn make_key(&mut self, scopes: &[&str], days: &str) -> String {
        self.get("/account").expect(200);
        let mut form = vec![("purpose", "a test"), ("days", days)];
        form.extend(scopes.iter().map(|scope| ("scope", *scope)));
        let page = self.post("/account/keys", &form).expect(200).text();
        between(&page, "<pre>csk_", "</pre>").map(|rest| format!("csk_{rest}")).unwrap()
    }
}
