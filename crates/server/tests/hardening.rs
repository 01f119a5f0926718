//! Clients that are slow, greedy or many: they get little, and the others are answered.

mod listening;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use listening::{Listening, read, until};

/// A limit of the server's patience; long enough for a client of these tests that the machine lets wait.
const SHORT: Duration = Duration::from_millis(1000);
const QUERY: &str = r#"{"query": {"name": "NSO Group"}}"#;

/// Whether the server ended the connection, with or without a word.
fn is_ended(stream: &mut TcpStream) -> bool {
    let mut bytes = Vec::new();
    match stream.read_to_end(&mut bytes) {
        Ok(_) => true,
        Err(why) => why.kind() == std::io::ErrorKind::ConnectionReset,
    }
}

#[test]
fn who_sends_nothing_or_half_a_head_is_not_waited_for() {
    let server = Listening::new(|c| c.limits.head = SHORT);
    let mut silent: Vec<TcpStream> = (0..40).map(|_| server.connect()).collect();
    let mut halves: Vec<TcpStream> = (0..40).map(|_| server.connect()).collect();
    for half in &mut halves {
        half.write_all(b"GET /healthz HTTP/1.1\r\nhost: a\r\nx-slow: ").unwrap();
    }
    server.ask("POST", "/v1/screen", QUERY).expect(200);
    assert!(silent.iter_mut().chain(&mut halves).all(is_ended));
    // drop by drop is no better
    let mut drops = server.connect();
    until("the end of a head that comes drop by drop", || {
        std::thread::sleep(SHORT / 4);
        drops.write_all(b"x").is_err()
    });
}

#[test]
fn a_body_that_stands_still_or_never_ends_is_not_waited_for() {
    let server = Listening::new(|c| (c.limits.body, c.limits.whole) = (SHORT, SHORT * 4));
    let mut stands = server.connect();
    stands.write_all(server.head("POST", "/v1/screen", 1000).as_bytes()).unwrap();
    stands.write_all(b"{\"query\":").unwrap();
    let said = read(&mut stands);
    assert!((400..=503).contains(&said.status), "{said:?}");

    let mut drops = server.connect();
    drops.write_all(server.head("POST", "/v1/screen", 100_000).as_bytes()).unwrap();
    until("the end of a body that comes drop by drop", || {
        std::thread::sleep(SHORT / 4);
        drops.write_all(b" ").is_err()
    });
    let said = server.ask("POST", "/v1/screen", QUERY);
    assert_eq!(said.status, 200, "{said:?}");
}

/// What is announced is refused before it is sent: a client that waits for leave to send gets none.
#[test]
fn a_body_that_is_announced_too_large_is_refused_unread() {
    let server = Listening::new(|_| {});
    let mut large = server.connect();
    let head = format!(
        "POST /v1/screen HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\nconnection: close\r\nexpect: 100-continue\r\n\
         content-length: 99999999999\r\n\r\n",
        server.address
    );
    large.write_all(head.as_bytes()).unwrap();
    assert_eq!(read(&mut large).status, 413);
}

#[test]
fn who_reads_nothing_is_not_waited_for() {
    let server = Listening::new(|c| c.limits.unread = SHORT);
    let mut deaf = server.connect();
    let ask = server.head("GET", "/v1/openapi.json", 0);
    // the server stops reading while its answers are not read, and then ends the connection
    deaf.set_write_timeout(Some(SHORT)).unwrap();
    until("the end of a connection whose answers nobody reads", || match deaf.write_all(ask.as_bytes()) {
        Ok(()) => false,
        Err(why) => !matches!(why.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut),
    });
    server.ask("GET", "/readyz", "").expect(200);
}

#[test]
fn more_than_is_under_way_is_refused_with_a_word_when_to_ask_again() {
    let server = Listening::new(|c| c.limits.under_way = 2);
    // three begin and send no body: two are under way, and whichever comes last is refused
    let mut busy: Vec<TcpStream> = (0..3).map(|_| server.connect()).collect();
    for stream in &mut busy {
        let head = server.head("POST", "/v1/screen", QUERY.len());
        stream
            .write_all(head.replace("content-type", "connection: close\r\ncontent-type").as_bytes())
            .unwrap();
        stream.set_nonblocking(true).unwrap();
    }
    let mut answered = None;
    until("a refusal", || {
        answered = busy.iter().position(|stream| stream.peek(&mut [0]).is_ok_and(|bytes| bytes > 0));
        answered.is_some()
    });
    for stream in &busy {
        stream.set_nonblocking(false).unwrap();
    }
    let refused = read(&mut busy.remove(answered.unwrap()));
    assert_eq!(refused.status, 503, "{refused:?}");
    assert!(refused.head.contains("retry-after: 1"), "{refused:?}");
    assert!(refused.head.contains("content-type: application/problem+json"), "{refused:?}");
    assert_eq!(refused.json()["type"], "/problems/overloaded");
    // the requests that were under way are answered, and then there is room again
    for mut stream in busy {
        stream.write_all(QUERY.as_bytes()).unwrap();
        read(&mut stream).expect(200);
    }
    until("room again", || server.ask("POST", "/v1/screen", QUERY).status == 200);
}

#[test]
fn bodies_together_have_a_limit_and_it_is_given_back() {
    let most = 1 << 20;
    let server = Listening::new(|c| c.limits.bodies = most);
    let half = vec![b' '; most / 2];
    let mut greedy: Vec<TcpStream> = (0..3)
        .map(|_| {
            let mut stream = server.connect();
            stream.write_all(server.head("POST", "/v1/screen", most).as_bytes()).unwrap();
            stream
        })
        .collect();
    for stream in &mut greedy {
        // what is refused in the middle may be reset
        let _ = stream.write_all(&half);
    }
    let last = greedy.pop().unwrap();
    // three halves do not fit: one of them is refused, and says so
    let all: Vec<TcpStream> = greedy.into_iter().chain([last]).collect();
    for stream in &all {
        stream.set_nonblocking(true).unwrap();
    }
    until("a refusal", || {
        all.iter().any(|stream| {
            let mut start = [0; 12];
            match stream.peek(&mut start) {
                Ok(bytes) if bytes == start.len() => {
                    assert_eq!(&start, b"HTTP/1.1 503");
                    true
                }
                Ok(_) => false,
                // its word was lost with what it did not read any more
                Err(why) => why.kind() == std::io::ErrorKind::ConnectionReset,
            }
        })
    });
    drop(all);
    until("room", || server.ask("POST", "/v1/screen", QUERY).status == 200);
    let large = format!("{QUERY}{}", " ".repeat(most * 3 / 4));
    until("all of the room", || server.ask("POST", "/v1/screen", &large).status == 200);
}
