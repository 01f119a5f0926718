//! Lists from a server on this machine that serves the real files, and fails in the ways that servers fail.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

mod common;

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::{Desk, shared};

/// How the server answers one request.
#[derive(Clone)]
enum Reply {
    /// This file, of this media type, with this entity tag; not modified where the client has it.
    File(Vec<u8>, &'static str, &'static str),
    /// The file packed for the way.
    Packed(Vec<u8>),
    /// A status and nothing else.
    Status(u16),
    /// A redirect.
    To(String),
    /// It announces the whole and sends half.
    Cut(Vec<u8>),
    /// It sends one byte and is silent.
    Silent,
    /// It sends zeros without end and announces nothing.
    Endless,
}

/// A server with a queue of replies by path; the last one is given again and again.
struct Server {
    address: String,
    replies: Arc<Mutex<BTreeMap<String, VecDeque<Reply>>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let replies: Arc<Mutex<BTreeMap<String, VecDeque<Reply>>>> = Arc::default();
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let (given, noted) = (replies.clone(), asked.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (given, noted) = (given.clone(), noted.clone());
                // each by itself: one that is silent must not keep the others waiting
                std::thread::spawn(move || serve(stream.unwrap(), &given, &noted));
            }
        });
        Self { address, replies, asked }
    }

    fn set(&self, path: &str, replies: impl IntoIterator<Item = Reply>) {
        self.replies.lock().unwrap().insert(path.to_owned(), replies.into_iter().collect());
        self.asked.lock().unwrap().clear();
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn serve(stream: TcpStream, replies: &Mutex<BTreeMap<String, VecDeque<Reply>>>, asked: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 || line == "\r\n" {
            break;
        }
        head.push(line.trim_end().to_owned());
    }
    let Some(path) = head.first().and_then(|l| l.split(' ').nth(1)).map(str::to_owned) else { return };
    asked.lock().unwrap().push(head.join("\n"));
    let reply = {
        let mut replies = replies.lock().unwrap();
        let queue = replies.entry(path).or_insert_with(|| [Reply::Status(404)].into());
        if queue.len() > 1 { queue.pop_front().unwrap() } else { queue.front().unwrap().clone() }
    };
    let tag = |name: &str| format!("if-none-match: {name}");
    let has = |line: &str| head.iter().any(|h| h.eq_ignore_ascii_case(line));
    let mut out = stream;
    let mut say = |status: &str, headers: &str, body: &[u8]| {
        let head = format!("HTTP/1.1 {status}\r\nConnection: close\r\n{headers}\r\n");
        // a client that has had enough closes the connection: no fault of the server
        let _ = out.write_all(head.as_bytes()).and_then(|()| out.write_all(body)).and_then(|()| out.flush());
    };
    match reply {
        Reply::File(_, _, etag) if has(&tag(etag)) => say("304 Not Modified", "", b""),
        Reply::File(bytes, media, etag) => say(
            "200 OK",
            &format!("Content-Type: {media}\r\nETag: {etag}\r\nContent-Length: {}\r\n", bytes.len()),
            &bytes,
        ),
        Reply::Packed(bytes) => {
            let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            packer.write_all(&bytes).unwrap();
            let packed = packer.finish().unwrap();
            let headers = format!(
                "Content-Type: application/xml; charset=utf-8\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n",
                packed.len()
            );
            say("200 OK", &headers, &packed);
        }
        Reply::Status(status) => say(&format!("{status} Status"), "Content-Length: 0\r\n", b""),
        Reply::To(place) => say("302 Found", &format!("Location: {place}\r\nContent-Length: 0\r\n"), b""),
        Reply::Cut(bytes) => {
            let half = bytes.get(..bytes.len() / 2).unwrap();
            say("200 OK", &format!("Content-Length: {}\r\n", bytes.len()), half);
        }
        Reply::Silent => {
            say("200 OK", "Content-Length: 1000\r\n", b"<");
            std::thread::sleep(Duration::from_secs(20));
        }
        Reply::Endless => {
            say("200 OK", "", b"");
            let zeros = vec![b' '; 1 << 20];
            while out.write_all(&zeros).is_ok() {}
        }
    }
}

fn unpacked(path: &std::path::Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap()).read_to_end(&mut bytes).unwrap();
    bytes
}

/// The two real lists of the UN.
fn un() -> Option<(Vec<u8>, Vec<u8>)> {
    Some((
        unpacked(&shared("data/un/consolidated_2024-10-16.xml.gz")?),
        unpacked(&shared("data/un/consolidated_2026-02-27.xml.gz")?),
    ))
}

const UN: &str = "/un_sc/consolidated.xml";
const XML: &str = "application/xml";

struct Updating {
    desk: Desk,
    server: Server,
}

impl Updating {
    fn new() -> Self {
        Self { desk: Desk::new(), server: Server::new() }
    }

    fn update(&self, source: &str, more: &[&str]) -> common::Ran {
        let mut args =
            vec!["lists", "update", source, "--mirror", &self.server.address, "--pause", "0", "--json"];
        args.extend(more);
        // a proxy that does not exist: loopback must not be asked through it
        let mut command = self.desk.command(&args);
        command.env("HTTP_PROXY", "http://127.0.0.1:9").env("ALL_PROXY", "http://127.0.0.1:9");
        command.output().unwrap().into()
    }

    fn outcome(ran: &common::Ran) -> String {
        ran.json()["sources"][0]["outcome"].as_str().unwrap().to_owned()
    }
}

#[test]
fn a_feed_is_read_and_then_only_its_changes() {
    let Some((old, new)) = un() else { return };
    let here = Updating::new();
    here.server.set(UN, [Reply::File(old, XML, "\"v1\"")]);
    let first = here.update("un_sc", &[]).expect(0).json();
    assert_eq!(first["sources"][0]["outcome"], "new");
    assert_eq!(first["sources"][0]["import"]["report"]["entities"], 877, "docs/reference/lists.md");
    // unchanged: the server is asked conditionally, and the journal does not grow
    here.server.asked.lock().unwrap().clear();
    let again = here.update("un_sc", &[]).expect(0).json();
    assert_eq!(again["sources"][0]["outcome"], "not_modified");
    assert!(
        here.server.asked()[0].to_lowercase().contains("if-none-match: \"v1\""),
        "{:?}",
        here.server.asked()
    );
    assert!(here.desk.run(&["log", "fsck"]).expect(0).out.contains("1 entries"));
    // what is remembered of a feed may be lost
    std::fs::remove_dir_all(here.desk.home().join("cache/feeds")).unwrap();
    assert_eq!(Updating::outcome(&here.update("un_sc", &[]).expect(0)), "same");
    // a new list, packed for the way
    here.server.set(UN, [Reply::Packed(new)]);
    let second = here.update("un_sc", &[]).expect(0).json();
    assert_eq!(second["sources"][0]["outcome"], "new");
    assert_eq!(second["sources"][0]["import"]["report"]["entities"], 1_003);
    assert!(second["sources"][0]["import"]["changes"]["removed"].as_u64().unwrap() > 0);
}

#[test]
fn whatever_fails_the_last_good_list_goes_on_serving() {
    let Some((old, new)) = un() else { return };
    let here = Updating::new();
    here.server.set(UN, [Reply::File(new.clone(), XML, "\"v2\"")]);
    here.update("un_sc", &[]).expect(0);
    // not conditional any more, so that every reply below is a whole one
    std::fs::remove_dir_all(here.desk.home().join("cache/feeds")).unwrap();
    let text = String::from_utf8_lossy(&new).into_owned();
    let shrunk = {
        let (head, rest) = text.split_once("<INDIVIDUAL>").unwrap();
        let (_, tail) = rest.rsplit_once("</INDIVIDUALS>").unwrap();
        let few: String =
            rest.split("<INDIVIDUAL>").take(20).fold(String::new(), |all, one| all + "<INDIVIDUAL>" + one);
        format!("{head}{few}</INDIVIDUALS>{tail}").into_bytes()
    };
    let page = b"<html><body>maintenance</body></html>".to_vec();
    let faults: [(&str, Vec<Reply>, &str); 11] = [
        ("cut", vec![Reply::Cut(new.clone())], "could not be read"),
        ("silent", vec![Reply::Silent], "could not be read"),
        ("trouble", vec![Reply::Status(503)], "answers 503"),
        ("refused", vec![Reply::Status(403)], "answers 403"),
        ("moved", vec![Reply::Status(404)], "answers 404"),
        ("wrong type", vec![Reply::File(page.clone(), "text/html", "\"h\"")], "text/html"),
        ("page as XML", vec![Reply::File(page, XML, "\"h\"")], "nothing was imported"),
        ("emptied", vec![Reply::File(Vec::new(), XML, "\"e\"")], "empty file"),
        ("shrunk", vec![Reply::File(shrunk, XML, "\"s\"")], "goes on serving"),
        ("older", vec![Reply::File(old, XML, "\"v1\"")], "older copy"),
        ("out of TLS", vec![Reply::To("http://list.example.org/a.xml".to_owned())], "not over TLS"),
    ];
    for (what, replies, word) in faults {
        here.server.set(UN, replies);
        // only the silent server is given up soon: another may be slow on a machine that has much to do
        let silence = if what == "silent" { "3" } else { "100" };
        let ran = here.update("un_sc", &["--tries", "2", "--silence", silence]).expect(1);
        assert!(ran.err.contains(word), "{what}: {}", ran.err);
        assert!(ran.err.contains("goes on serving"), "{what}: {}", ran.err);
        let result = ran.json();
        assert_eq!(result["sources"][0]["outcome"], "failed", "{what}");
        assert_eq!(result["sources"][0]["serving"]["entries"], 1_003, "{what}");
        let status = here.desk.run(&["lists", "status", "--json"]).expect(0).json();
        assert_eq!(status["sources"][1]["entries"], 1_003, "{what}");
    }
    assert!(here.desk.run(&["log", "fsck"]).expect(0).out.contains("1 entries"));
    // trouble that passes is tried again
    here.server.set(UN, [Reply::Status(500), Reply::Cut(new.clone()), Reply::File(new, XML, "\"v2\"")]);
    let ran = here.update("un_sc", &["--tries", "3"]).expect(0);
    assert_eq!(Updating::outcome(&ran), "same");
    assert!(ran.err.contains("tried again"), "{}", ran.err);
    assert_eq!(here.server.asked().len(), 3);
    // a refusal is not
    here.server.set(UN, [Reply::Status(403)]);
    here.update("un_sc", &["--tries", "3"]).expect(1);
    assert_eq!(here.server.asked().len(), 1);
}

#[test]
fn a_file_larger_than_it_can_be_is_not_kept() {
    let here = Updating::new();
    // the list of the units named in 15 CFR 744.22 and the like are small; the UN list may have what its table says
    here.server.set(UN, [Reply::Endless]);
    let ran = here.update("un_sc", &["--tries", "1"]).expect(1);
    assert!(ran.err.contains("more than this file can have"), "{}", ran.err);
    assert!(ran.err.contains("no copy of it is loaded"), "{}", ran.err);
    assert!(!here.desk.home().exists(), "a failed feed does not even begin a home");
}

#[test]
fn a_set_of_files_comes_whole_or_not_at_all() {
    let files = ["sdn.csv", "add.csv", "alt.csv", "sdn_comments.csv"];
    let here = Updating::new();
    for file in files {
        let Some(path) = shared(&format!("data/us-ofac/2021-07/{file}.gz")) else { return };
        here.server.set(&format!("/us_ofac_sdn/{file}"), [Reply::File(unpacked(&path), "text/csv", "\"1\"")]);
    }
    here.server.set("/us_ofac_sdn/alt.csv", [Reply::Status(500)]);
    here.update("us_ofac_sdn", &["--tries", "1"]).expect(1);
    let alt = unpacked(&shared("data/us-ofac/2021-07/alt.csv.gz").unwrap());
    here.server.set("/us_ofac_sdn/alt.csv", [Reply::File(alt, "text/csv", "\"1\"")]);
    let done = here.update("us_ofac_sdn", &[]).expect(0).json();
    assert_eq!(done["sources"][0]["import"]["report"]["entities"], 8_976);
    assert_eq!(Updating::outcome(&here.update("us_ofac_sdn", &[]).expect(0)), "not_modified");
}

#[test]
fn without_tls_nothing_is_read_but_from_this_machine() {
    let desk = Desk::new();
    let ran = desk.run(&["lists", "update", "un_sc", "--mirror", "http://mirror.example.org/"]).expect(2);
    assert!(ran.err.contains("not over TLS"), "{}", ran.err);
    // a server on this machine that does not speak TLS is no TLS server
    let server = Server::new();
    let mirror = server.address.replace("http://", "https://");
    desk.run(&["lists", "update", "un_sc", "--mirror", &mirror, "--tries", "1", "--silence", "2"]).expect(1);
    let ran = desk.run(&["lists", "update", "eu_journal"]).expect(1);
    assert!(ran.err.contains("not offered for download"), "{}", ran.err);
}
