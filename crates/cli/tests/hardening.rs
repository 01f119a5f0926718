//! `countersign serve` as a process against clients that mean it harm, and over TLS.
#![expect(clippy::unwrap_used, reason = "tests")]

mod common;
mod serving;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;
use std::time::{Duration, Instant};

use common::Desk;
use serving::Server;

const QUERY: &str = r#"{"query": {"name": "NSO Group"}}"#;

/// 150 clients that each send almost all of the largest body and then wait, and 500 that send half a head: together more
/// than half a gigabyte, of which the server holds no more than it says it does.
#[test]
fn memory_has_a_limit_under_large_bodies_and_slow_clients() {
    let desk = Desk::new();
    let server = Server::start(&desk, &[]);
    assert_eq!(server.status("POST", "/v1/screen", QUERY), "200");
    let Some(before) = server.memory("VmRSS") else { return };
    let mut slow: Vec<TcpStream> = (0..500).map(|_| server.connect()).collect();
    for stream in &mut slow {
        stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: a\r\nx-slow: ").unwrap();
    }
    let piece = vec![b' '; 1 << 16];
    let mut greedy: Vec<TcpStream> = (0..150).map(|_| server.connect()).collect();
    for stream in &mut greedy {
        let head = format!(
            "POST /v1/screen HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            server.address,
            4 << 20
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.set_write_timeout(Some(Duration::from_secs(5))).unwrap();
        for _ in 0..63 {
            // what is refused in the middle is not read any more
            if stream.write_all(&piece).is_err() {
                break;
            }
        }
    }
    let most = server.memory("VmHWM").unwrap();
    // 128 MiB of bodies, in buffers that double as they grow, and what belongs to 650 connections
    assert!(most < before + 400, "{before} MiB before, {most} MiB at most");
    // who asks for little is answered meanwhile, or told to ask again
    assert_eq!(server.status("GET", "/healthz", ""), "200");
    drop((slow, greedy));
    let began = Instant::now();
    while server.status("POST", "/v1/screen", QUERY) != "200" {
        assert!(began.elapsed() < Duration::from_secs(120), "there is no room again");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(server.stop(), 0);
}

#[test]
fn over_tls_only_those_who_trust_its_certificate_are_answered() {
    let desk = Desk::new();
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let other = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let cert = desk.write("cert.pem", made.cert.pem());
    let key = desk.write("key.pem", made.signing_key.serialize_pem());
    let server = Server::start(&desk, &["--tls-cert", &cert, "--tls-key", &key]);
    let port = server.address.rsplit(':').next().unwrap();
    let ask = |trusted: &str, version: Option<&str>| {
        let certificate = ureq::tls::Certificate::from_pem(trusted.as_bytes()).unwrap();
        let roots = ureq::tls::RootCerts::from(vec![certificate]);
        let tls = ureq::tls::TlsConfig::builder().root_certs(roots).build();
        let agent: ureq::Agent = ureq::Agent::config_builder().tls_config(tls).build().into();
        let path = version.unwrap_or("/healthz");
        agent.get(format!("https://localhost:{port}{path}")).call()
    };
    let mut answer = ask(&made.cert.pem(), None).unwrap();
    assert_eq!(answer.body_mut().read_to_string().unwrap(), r#"{"status":"ok"}"#);
    assert!(ask(&made.cert.pem(), Some("/v1/lists")).unwrap().status().is_success());
    assert!(ask(&other.cert.pem(), None).is_err(), "a certificate that nobody vouched for");
    // who speaks plain HTTP gets no HTTP back
    let mut plain = server.connect();
    plain.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
    let mut bytes = Vec::new();
    let _ = plain.read_to_end(&mut bytes);
    assert!(!bytes.starts_with(b"HTTP"), "{bytes:?}");
    // a renewed certificate is read on SIGHUP; files that do not fit change nothing
    let hangup = || {
        assert!(
            std::process::Command::new("kill")
                .arg("-HUP")
                .arg(server.child.id().to_string())
                .status()
                .unwrap()
                .success()
        )
    };
    desk.write("key.pem", other.signing_key.serialize_pem());
    hangup();
    assert!(ask(&made.cert.pem(), None).is_ok(), "the certificate of before stays");
    desk.write("cert.pem", other.cert.pem());
    hangup();
    let began = Instant::now();
    while ask(&other.cert.pem(), None).is_err() {
        assert!(began.elapsed().as_secs() < 120, "the new certificate is not used");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(ask(&made.cert.pem(), None).is_err(), "the old certificate is not used any more");
    desk.write("key.pem", made.signing_key.serialize_pem());
    desk.write("cert.pem", made.cert.pem());
    assert_eq!(server.stop(), 0);
    // the key of another certificate
    let wrong = desk.write("wrong.pem", other.signing_key.serialize_pem());
    let ran = desk.run(&["serve", "--listen", "127.0.0.1:0", "--tls-cert", &cert, "--tls-key", &wrong]);
    let ran = ran.expect(2);
    assert!(ran.err.contains("cert.pem"), "{}", ran.err);
    // a file without an end, for either
    for (cert, key) in [("/dev/zero", key.as_str()), (cert.as_str(), "/dev/zero")] {
        let ran = desk.run(&["serve", "--listen", "127.0.0.1:0", "--tls-cert", cert, "--tls-key", key]);
        let ran = ran.expect(2);
        assert!(ran.err.contains("`/dev/zero` has more than"), "{}", ran.err);
    }
}

/// Takes one request and answers 200; gives its head and body, or `None` where the connection ends before them.
fn take(listener: &TcpListener) -> Option<(String, Vec<u8>)> {
    let (mut stream, _) = listener.accept().unwrap();
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let read = stream.read(&mut piece).unwrap();
        if read == 0 {
            return None;
        }
        bytes.extend_from_slice(piece.get(..read).unwrap());
        let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(bytes.get(..end).unwrap()).to_ascii_lowercase();
        let length: usize =
            head.lines().find_map(|l| l.strip_prefix("content-length: ")).unwrap().trim().parse().unwrap();
        if bytes.len() >= end + 4 + length {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
            return Some((head, bytes.get(end + 4..).unwrap().to_vec()));
        }
    }
}

#[test]
fn traces_go_to_the_collector_and_name_nobody() {
    let desk = Desk::new();
    let collector = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = collector.local_addr().unwrap();
    let url = format!("http://{address}/v1/traces");
    // however many messages the server makes of it; a connection without a request is the end
    let taking = std::thread::spawn(move || -> Vec<_> { std::iter::from_fn(|| take(&collector)).collect() });
    let server = Server::start(&desk, &["--traces", &url]);
    let mut stream = server.connect();
    let body = r#"{"query": {"name": "Zebedee Quillfeather"}}"#;
    let head = format!(
        "POST /v1/screen HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
         traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\nconnection: close\r\n\r\n{body}",
        server.address,
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    assert!(text.starts_with("HTTP/1.1 200"), "{text}");
    assert_eq!(server.stop(), 0);
    drop(TcpStream::connect(address).unwrap());
    let taken = taking.join().unwrap();
    for (head, _) in &taken {
        assert!(
            head.starts_with("post /v1/traces ") && head.contains("content-type: application/x-protobuf"),
            "{head}"
        );
    }
    let sent: Vec<u8> = taken.into_iter().flat_map(|(_, body)| body).collect();
    let holds = |part: &[u8]| sent.windows(part.len()).any(|w| w == part);
    for word in [
        "countersign",
        "POST /v1/screen",
        "http.route",
        "http.response.status_code",
        "work",
        "wait for a turn",
    ] {
        assert!(holds(word.as_bytes()), "{word}");
    }
    // the caller's trace goes on
    assert!(holds(&[
        0x4b, 0xf9, 0x2f, 0x35, 0x77, 0xb3, 0x4d, 0xa6, 0xa3, 0xce, 0x92, 0x9d, 0x0e, 0x0e, 0x47, 0x36
    ]));
    assert!(!holds(b"Zebedee") && !holds(b"Quillfeather"));
    desk.run(&["serve", "--traces", "127.0.0.1:4318"]).expect(2);
}

/// Whoever reads the log may end first: the server goes on answering, and stops when it is told to.
#[test]
fn a_log_that_nobody_reads_any_more_stops_nothing() {
    let desk = Desk::new();
    let mut child = desk
        .command(&["serve", "--listen", "127.0.0.1:0"])
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let address =
        lines.find_map(|l| l.unwrap().strip_prefix("listening on http://").map(str::to_owned)).unwrap();
    drop(lines);
    let server = Server { child, address, log: std::sync::Arc::default() };
    for _ in 0..3 {
        assert_eq!(server.status("POST", "/v1/screen", QUERY), "200");
    }
    assert_eq!(server.stop(), 0);
}
