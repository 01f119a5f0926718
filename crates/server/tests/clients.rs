//! What clients of the compatible APIs rely on beyond the shapes: the query language, when entries came and changed, what
//! is refused and what is said of it.
#![expect(clippy::unwrap_used, reason = "tests")]

mod common;
mod people;

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, Request};
use common::{Answer, Served};
use countersign_lists::InputFile;
use countersign_model::{SourceId, parse_date};
use countersign_operations::home::Home;
use countersign_operations::import::{Options, accept, record};
use countersign_server::CompatRoot;
use people::Server;
use serde_json::{Value, json};

/// Imports a copy of a list, known from `time` on.
fn import(home: &Home, source: &str, files: &[(&str, &str)], day: &str, time: &str) {
    let source = SourceId::new(source).unwrap();
    let read =
        |(name, text): &(&str, &str)| InputFile { name: (*name).to_owned(), bytes: text.as_bytes().to_vec() };
    let files: Vec<InputFile> = files.iter().map(read).collect();
    let options =
        Options { day: Some(parse_date(day).unwrap()), set_guard_aside: true, ..Options::default() };
    let time = time.parse().unwrap();
    let (mut store, _) = home.write().unwrap();
    let accepted = accept(&source, &files, Some(&store), options, &time).unwrap();
    record(&mut store, &accepted, &files, time).unwrap();
}

const MARCH: &str = include_str!("../../../examples/lists/march.ftm.json");
const MAY: &str = include_str!("../../../examples/lists/may.ftm.json");

/// March's copy was taken in in March, May's in May.
fn with_two_copies() -> Served {
    Served::with(|config| {
        import(
            &config.home,
            "ftm:example",
            &[("march.ftm.json", MARCH)],
            "2026-03-01",
            "2026-03-05T09:00:00Z",
        );
        import(&config.home, "ftm:example", &[("may.ftm.json", MAY)], "2026-05-01", "2026-05-20T09:00:00Z");
        // a copy of an old day that was taken in only now is new to whoever asks
        let old = r#"{"id": "NK-1", "schema": "Company", "caption": "Wexhaven Imaging", "datasets": ["eu_fsf"], "first_seen": "2022-02-03T04:05:06", "last_change": "2023-01-02T00:00:00", "properties": {"name": ["ТОВ Вексгейвен", "Wexhaven Imaging"], "country": ["by"], "topics": ["sanction"]}}"#;
        import(&config.home, "ftm:late", &[("late.ftm.json", old)], "2024-01-01", "2026-05-30T09:00:00Z");
    })
}

#[test]
fn entries_say_when_they_came_and_when_they_changed() {
    let server = with_two_copies();
    let entity = |id: &str| server.get(&format!("/compat/yente/entities/{id}")).expect(200).json();
    let days = |id: &str| {
        let entity = entity(id);
        ["first_seen", "last_change", "last_seen"].map(|key| entity[key].as_str().unwrap_or("-").to_owned())
    };
    // on both copies, and changed in May's
    assert_eq!(
        days("ftm:example:ex-2"),
        ["2026-03-01T00:00:00", "2026-05-20T00:00:00", "2026-05-01T00:00:00"]
    );
    assert_eq!(
        days("ftm:example:ex-3"),
        ["2026-05-01T00:00:00", "2026-05-20T00:00:00", "2026-05-01T00:00:00"]
    );
    // gone with May's copy, which is a change
    assert_eq!(
        days("ftm:example:ex-1"),
        ["2026-03-01T00:00:00", "2026-05-20T00:00:00", "2026-03-01T00:00:00"]
    );
    // the file tells both, and the name to show
    assert_eq!(days("ftm:late:NK-1")[..2], ["2022-02-03T04:05:06", "2023-01-02T00:00:00"]);
    assert_eq!(entity("ftm:late:NK-1")["caption"], "Wexhaven Imaging");
    assert!(entity("ftm:late:NK-1").get("countersign").is_none(), "nothing is said twice");
    // as it was in April
    let april = server.get("/compat/yente/entities/ftm:example:ex-2?as_of=2026-04-01").expect(200).json();
    assert_eq!(april["last_change"], "2026-03-05T00:00:00");
    // nobody knows when the starter list took an entry in
    let starter = server.get("/compat/yente/entities/starter:EL-NSO").expect(200).json();
    assert_eq!((&starter["first_seen"], &starter["last_change"]), (&Value::Null, &Value::Null));
}

#[test]
fn changed_since_leaves_out_what_was_known_and_did_not_change() {
    let server = with_two_copies();
    let found = |name: &str, more: &str| {
        let body = json!({"queries": {"q": {"schema": "Company", "properties": {"name": [name]}}}});
        let answer = server.post(&format!("/compat/yente/match/default?{more}"), &body).expect(200).json();
        assert_eq!(
            answer["countersign"]["warnings"].to_string().contains("`changed_since`"),
            more.contains("changed_since"),
            "{answer}"
        );
        answer["responses"]["q"]["results"].as_array().unwrap().len()
    };
    for (name, since, expected) in [
        ("Quillfeather Signals", "2026-05-20", 1),
        ("Quillfeather Signals", "2026-05-21", 0),
        ("Umbrawick Foundry", "2026-05-19T23:59:59", 1),
        // its file says 2023, and the copy of 2024 was taken in on 30 May 2026
        ("Wexhaven Imaging", "2026-05-30", 1),
        ("Wexhaven Imaging", "2026-05-31", 0),
        // nobody knows when it came: it is never left out
        ("NSO Group", "2026-05-31", 1),
    ] {
        assert_eq!(found(name, &format!("changed_since={since}")), expected, "{name} {since}");
        assert_eq!(found(name, "limit=1"), 1, "{name}");
    }
    server.get("/compat/yente/search/default?changed_since=2026").expect(422);
}

fn captions(answer: &Value) -> Vec<&str> {
    answer["results"].as_array().unwrap().iter().map(|entity| entity["caption"].as_str().unwrap()).collect()
}

#[test]
fn a_search_reads_the_query_language() {
    let server = with_two_copies();
    let ask = |query: &str| {
        let query: String = url::form_urlencoded::byte_serialize(query.as_bytes()).collect();
        server.get(&format!("/compat/yente/search/default?limit=50&q={query}"))
    };
    let (nso, quill) = ("NSO Group", "Quillfeather Signals");
    let cases: &[(&str, &[&str], &[&str])] = &[
        ("NSO OR Quillfeather", &[nso, quill], &["Candiru"]),
        ("(NSO OR Quillfeather) AND countries:il", &[nso], &[quill]),
        ("(NSO OR Quillfeather) AND countries:Belarus", &[quill], &[nso]),
        ("names:quillfeather", &[quill], &[nso]),
        ("properties.name:quillfeather", &[quill], &[nso]),
        ("quilfeather~1 sygnals~1", &[quill], &[nso]),
        ("quillf*", &[quill], &[nso]),
        ("qu?llfeather", &[quill], &[nso]),
        ("\"Quillfeather Signals\"", &[quill], &[nso]),
        ("Quillfeather -Minsk", &[], &[quill]),
        ("Quillfeather NOT Moscow", &[quill], &[]),
        ("address:minsk", &[quill], &[nso]),
        ("topics:export.control NSO", &[nso], &[quill]),
        ("datasets:ftm\\:example", &[quill], &[nso]),
        // a spelling of the name beside an operator
        ("Quilfether Signals OR Candiru", &[quill], &[nso]),
    ];
    for (query, found, not) in cases {
        let answer = ask(query).expect(200).json();
        let captions = captions(&answer);
        for wanted in *found {
            assert!(
                captions.iter().any(|caption| caption.contains(wanted)),
                "{query}: {wanted} in {captions:?}"
            );
        }
        for unwanted in *not {
            assert!(!captions.contains(unwanted), "{query}: {unwanted} in {captions:?}");
        }
        assert_eq!(answer["total"]["value"].as_u64().unwrap() as usize, captions.len());
    }
    let said = |query: &str| ask(query).expect(200).json()["countersign"]["warnings"].to_string();
    assert!(said("colour:red").contains("`colour` is no field here"));
    assert!(said("\"Signals Quillfeather\"").contains("without operators"), "an empty answer says why");
    assert!(!said("Quillfeather").contains("operators"));
    for wrong in ["\"open", "(NSO", "NSO)", "name:"] {
        assert!(
            ask(wrong).expect(400).json()["detail"].as_str().unwrap().contains("Invalid query"),
            "{wrong}"
        );
    }
    // as in yente's own tests
    let path = "/compat/yente/search/default?fuzzy=true&q=quillfaether~1%20sinagls~1";
    assert!(captions(&server.get(path).expect(200).json()).contains(&quill));
    // the other language, in which the signs are few and nothing is wrong
    let simple =
        server.get("/compat/yente/search/default?simple=true&q=NSO%20%7C%20Quillfeather%20(").expect(200);
    let simple = simple.json();
    assert!(captions(&simple).contains(&quill));
    let facets = ask("names:quillfeather").expect(200).json()["facets"].clone();
    assert_eq!(facets["topics"]["values"][0]["label"], "Sanctioned entity");
}

fn reconcile(server: &Served, form: &[(&str, &Value)], more: &str) -> Answer {
    let pairs = form.iter().map(|(key, value)| (*key, value.to_string()));
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let path = format!("/compat/openrefine/reconcile/default{more}");
    server.send_as(Method::POST, &path, "application/x-www-form-urlencoded", body)
}

#[test]
fn nothing_that_openrefine_sends_is_passed_over() {
    let server = Served::new();
    let queries = |query: &Value| reconcile(&server, &[("queries", &json!({ "q0": query }))], "");
    for wrong in [
        json!(null),
        json!("NSO"),
        json!({"query": "NSO Group", "properties": {}}),
        json!({"query": "NSO Group", "limit": "many"}),
        json!({"query": "NSO Group", "limit": 1.5}),
    ] {
        let why = queries(&wrong).expect(400).json();
        assert!(why["detail"].as_str().unwrap().contains("`q0`"), "{wrong}: {why}");
    }
    for limit in [json!("3"), json!(3.0), json!(1000), json!(null)] {
        let query = json!({"query": "NSO Group", "limit": limit, "properties": null});
        assert!(queries(&query).expect(200).json()["q0"]["result"][0]["id"].is_string(), "{limit}");
    }
    let without_value = json!({"query": "NSO Group", "properties": [{"pid": "country"}]});
    let answer = queries(&without_value).expect(200).json();
    assert!(answer["q0"]["countersign"]["warnings"].to_string().contains("no value `v`"), "{answer}");
    let good = json!({"q0": {"query": "NSO Group"}});
    reconcile(&server, &[("queries", &good)], "?algorithm=nope").expect(400);
    let theirs = reconcile(&server, &[("queries", &good)], "?algorithm=logic-v2").expect(200).json();
    assert!(theirs["q0"]["countersign"]["warnings"].to_string().contains("logic-v2"));

    let extend = |extend: &Value| reconcile(&server, &[("extend", extend)], "");
    extend(&json!({"ids": [3], "properties": [{"id": "name"}]})).expect(400);
    let limit = json!({"ids": ["a"], "properties": [{"id": "name", "settings": {"limit": "x"}}]});
    extend(&limit).expect(400);
    let answer =
        extend(&json!({"ids": ["starter:EL-NSO"], "properties": [{"id": "shoe"}, {"id": "topics"}]}));
    let answer = answer.expect(200).json();
    assert!(answer["countersign"]["warnings"].to_string().contains("`shoe`"));
    assert_eq!(answer["rows"]["starter:EL-NSO"]["topics"], json!([{"str": "export.control"}]));
}

#[test]
fn openrefine_is_offered_what_there_is() {
    let server = Served::new();
    let base = "/compat/openrefine/reconcile/default";
    let proposed = |kind: &str| {
        let answer = server.get(&format!("{base}/extend/property?type={kind}")).expect(200).json();
        let all = answer["properties"].as_array().unwrap().clone();
        all.iter().map(|p| p["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let company = proposed("Company");
    assert!(
        company.contains(&"innCode".to_owned()) && !company.contains(&"birthDate".to_owned()),
        "{company:?}"
    );
    assert!(proposed("Person").contains(&"birthDate".to_owned()));
    assert!(proposed("Vessel").contains(&"imoNumber".to_owned()));
    for what in
        ["suggest/type?prefix=a", "suggest/property?prefix=a", "extend/property", "suggest/entity?prefix=a"]
    {
        server.get(&format!("/compat/openrefine/reconcile/nowhere/{what}")).expect(404);
    }
    // whoever types the beginning of a word means those who bear such a word
    let suggested = |query: &str| {
        let answer = server.get(&format!("{base}/suggest/entity?{query}")).expect(200).json();
        let all = answer["result"].as_array().unwrap().clone();
        all.iter().map(|r| r["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let all = suggested("prefix=cand");
    assert!(all[0].to_lowercase().contains("cand"), "{all:?}");
    let first = suggested("prefix=ns");
    assert!(first[0].to_lowercase().contains("nso"), "{first:?}");
    assert_eq!(suggested("prefix=n&cursor=1")[..], suggested("prefix=n&limit=11")[1..]);
    // the same service by whatever name it is asked
    let space = |host: &str| {
        let request = Request::get(base).header("host", host).body(Body::empty()).unwrap();
        server.send(request).expect(200).json()["identifierSpace"].clone()
    };
    assert_eq!(space("localhost:8080"), space("127.0.0.1:8080"));
}

#[test]
fn a_client_that_can_send_no_header_puts_its_key_into_the_address() {
    let server = Server::start();
    let mut root = server.set_up();
    let mut anna = server.person(&mut root, "anna", "Anna Analyst", &["analyst"]);
    let key = anna.make_key(&["screen"], "10");
    let mut program = server.browser();
    program.headers.clear();
    let base = "/compat/openrefine/reconcile/default";
    program.get(base).expect(401);
    let manifest = program.get(&format!("{base}?api_key={key}")).expect(200).text();
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    // what is asked for next carries it as well
    assert!(manifest["preview"]["url"].as_str().unwrap().contains(&key));
    program.get(&format!("{base}/suggest/entity?prefix=NSO&api_key={key}")).expect(200);
    program.get(&format!("{base}?api_key=csk_wrong")).expect(401);
    // it opens nothing else
    program.get(&format!("/compat/yente/algorithms?api_key={key}")).expect(401);
    program.get(&format!("/v1/lists?api_key={key}")).expect(401);
    // whoever looks whether it lives needs none
    for path in ["/compat/yente/healthz", "/compat/yente/readyz", "/compat/watchman/ping"] {
        program.get(path).expect(200);
    }
}

#[test]
fn refusals_have_the_form_that_the_clients_read() {
    let server = Server::start();
    server.set_up();
    let mut program = server.browser();
    program.headers.clear();
    for (path, place) in [
        ("/compat/yente/algorithms", "/detail"),
        ("/compat/openrefine/reconcile/default", "/detail"),
        ("/compat/watchman/v2/search?name=a", "/error"),
        ("/compat/csl/search?name=a", "/errors/0"),
    ] {
        let answer = program.get(path).expect(401);
        assert_eq!(answer.headers["content-type"], "application/json", "{path}");
        assert!(answer.headers.contains_key("www-authenticate"), "{path}");
        let said: Value = serde_json::from_str(&answer.text()).unwrap();
        assert!(said.pointer(place).is_some_and(Value::is_string), "{path}: {said}");
    }
    let ours = program.get("/v1/lists").expect(401);
    assert_eq!(ours.headers["content-type"], "application/problem+json");
}

#[test]
fn an_api_at_the_root_takes_nothing_else_away() {
    for which in [CompatRoot::Yente, CompatRoot::OpenRefine, CompatRoot::Watchman, CompatRoot::Csl] {
        let server = Server::start_with(|config| config.compat_root = Some(which));
        server.set_up();
        let mut anyone = server.browser();
        anyone.get("/").expect(200);
        for path in ["/robots.txt", "/favicon.ico", "/nothing"] {
            anyone.get(path).expect(404);
        }
        let mut program = server.browser();
        program.headers.clear();
        program.get("/robots.txt").expect(404);
        let at_root = match which {
            CompatRoot::Yente => "/catalog",
            CompatRoot::OpenRefine => "/reconcile/default",
            CompatRoot::Watchman => "/v2/listinfo",
            CompatRoot::Csl => "/sources",
        };
        program.get(at_root).expect(401);
    }
}

#[test]
fn strangers_learn_nothing_of_own_lists() {
    let server = Served::with(|config| {
        let files = [
            ("own.csv", include_str!("../../lists/tests/fixtures/own.csv")),
            ("own.toml", include_str!("../../lists/tests/fixtures/own.toml")),
        ];
        import(&config.home, "own:secret", &files, "2020-01-01", "2020-01-02T09:00:00Z");
    });
    let from = |path: &str, address: [u8; 4]| {
        let mut request = Request::get(path).header("host", "localhost").body(Body::empty()).unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from((address, 5000))));
        server.send(request).expect(200).text()
    };
    for path in ["/metrics", "/readyz"] {
        assert!(!from(path, [198, 51, 100, 7]).contains("own:"), "{path}");
    }
    let here = from("/metrics", [127, 0, 0, 1]);
    assert!(here.contains("source=\"own:secret\""), "{here}");
    assert!(from("/metrics", [198, 51, 100, 7]).contains("countersign_list_entries"));
}

#[test]
fn a_text_that_is_no_json_has_the_answer_of_json_rpc() {
    let server = Served::new();
    for body in ["{", "", "hello"] {
        let answer = server.send_as(Method::POST, "/mcp", "application/json", body).expect(400).json();
        assert_eq!((&answer["jsonrpc"], &answer["error"]["code"]), (&json!("2.0"), &json!(-32700)), "{body}");
    }
}
