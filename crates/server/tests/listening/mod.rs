//! A server in the process of the test that really listens. It lives until the process ends.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]
#![allow(dead_code, clippy::allow_attributes, reason = "each test file uses its part")]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use countersign_operations::home::Home;
use countersign_server::{Clock, Config, Limits, LogFormat, Outgoing, serve};
use serde_json::Value;

/// A server.
pub(crate) struct Listening {
    pub(crate) address: String,
    pub(crate) home: PathBuf,
    _directory: tempfile::TempDir,
}

/// An answer: status, head, body.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Said {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }

    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        self
    }
}

impl Listening {
    pub(crate) fn new(change: impl FnOnce(&mut Config)) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let home = directory.path().join("home");
        let mut config = Config {
            home: Home::find(Some(&home)).unwrap(),
            listen: "127.0.0.1:0".parse().unwrap(),
            register: None,
            compat_root: None,
            compat_origins: Vec::new(),
            tls: None,
            log: LogFormat::Text,
            clock: Clock::system(),
            outgoing: Outgoing::default(),
            limits: Limits::default(),
        };
        change(&mut config);
        let (tell, told) = channel();
        std::thread::spawn(move || serve(config, move |address, _| tell.send(address.to_owned()).unwrap()));
        let address = told.recv().unwrap().trim_start_matches("http://").to_owned();
        Self { address, home, _directory: directory }
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        // no machine needs so long; a test that would hang fails instead
        stream.set_read_timeout(Some(Duration::from_secs(120))).unwrap();
        stream.set_write_timeout(Some(Duration::from_secs(120))).unwrap();
        stream
    }

    /// The head of a request with a body of so many bytes.
    pub(crate) fn head(&self, method: &str, path: &str, length: usize) -> String {
        format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n",
            self.address
        )
    }

    pub(crate) fn ask(&self, method: &str, path: &str, body: &str) -> Said {
        let mut stream = self.connect();
        stream
            .write_all(
                self.head(method, path, body.len())
                    .replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n")
                    .as_bytes(),
            )
            .unwrap();
        stream.write_all(body.as_bytes()).unwrap();
        read(&mut stream)
    }
}

/// Reads one answer, to the end of the connection.
pub(crate) fn read(stream: &mut TcpStream) -> Said {
    let mut bytes = Vec::new();
    // a connection that is reset after the answer has given it
    let _ = stream.read_to_end(&mut bytes);
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: `{text}`"));
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Said { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
}

/// Waits until something holds; fails after a time that no machine needs.
pub(crate) fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(120), "{what} did not come");
        std::thread::sleep(Duration::from_millis(20));
    }
}
