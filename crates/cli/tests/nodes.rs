//! Two servers of one journal in PostgreSQL, as processes: what a client sees of one it sees of the other.
#![expect(clippy::unwrap_used, reason = "tests")]

mod common;
mod serving;

use common::Desk;
use countersign_database::testing::Cluster;
use countersign_model::Digest;
use countersign_store::Common;
use serde_json::{Value, json};
use serving::Server;

/// Two homes of one journal.
fn homes(cluster: &Cluster) -> [Desk; 2] {
    let (first, second) = (Desk::new(), Desk::new());
    first.run(&["init"]).expect(0);
    first.run(&["store", "migrate", "--database", &cluster.address("nodes")]).expect(0);
    std::fs::create_dir_all(second.home().join("keys")).unwrap();
    for name in
        ["format", "storage", "keys/journal.key", "keys/journal.vkey", "keys/record.key", "keys/record.pub"]
    {
        std::fs::copy(first.home().join(name), second.home().join(name)).unwrap();
    }
    [first, second]
}

/// Sends a screening with a receipt under a key.
fn send(address: &str, key: &str, name: &str) -> (u16, Value) {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut answer = agent
        .post(format!("http://{address}/v1/screen?receipt=true"))
        .header("content-type", "application/json")
        .header("idempotency-key", key)
        .send(format!(r#"{{"query": {{"name": "{name}"}}}}"#))
        .unwrap();
    let text = answer.body_mut().read_to_string().unwrap();
    (answer.status().as_u16(), serde_json::from_str(&text).unwrap())
}

#[test]
fn a_request_sent_again_to_another_server_records_once() {
    let Some(cluster) = Cluster::for_test().unwrap() else { return };
    let [first, second] = homes(&cluster);
    let servers = [Server::start(&first, &[]), Server::start(&second, &[])];
    let [one, two] = servers.each_ref().map(|server| server.address.to_string());
    let (status, answer) = send(&one, "a", "NSO Group");
    assert_eq!((status, &answer["receipt"]["index"]), (200, &0.into()));
    // the answer to it was lost on the way, and the client is led to the other server
    assert_eq!(send(&two, "a", "NSO Group"), (200, answer.clone()));
    assert_eq!(send(&one, "a", "NSO Group"), (200, answer));
    assert_eq!(send(&two, "a", "Candiru").0, 409, "another request under the same key");
    assert_eq!(send(&two, "b", "NSO Group").1["receipt"]["index"], 1);

    // a client in a hurry: the same request to both, several times at once
    let sent: Vec<(u16, Value)> = std::thread::scope(|scope| {
        let all: Vec<_> =
            [&one, &two, &one, &two].map(|server| scope.spawn(move || send(server, "c", "Candiru"))).into();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let (done, busy): (Vec<_>, Vec<_>) = sent.into_iter().partition(|(status, _)| *status == 200);
    assert!(done.iter().all(|(_, answer)| answer["receipt"]["index"] == 2) && !done.is_empty(), "{done:?}");
    assert!(busy.iter().all(|(status, _)| *status == 409), "{busy:?}");
    assert_eq!(send(&one, "c", "Candiru").1["receipt"]["index"], 2);
    for server in servers {
        assert_eq!(server.stop(), 0);
    }
    assert!(first.run(&["log", "fsck"]).expect(0).out.contains("whole: 3 entries"));
}

#[test]
fn what_a_server_left_undone_is_waited_for_and_then_taken_over() {
    let Some(cluster) = Cluster::for_test().unwrap() else { return };
    let [first, _] = homes(&cluster);
    let server = Server::start(&first, &[]);
    let address = server.address.to_string();
    let answers = Common::of(&first.home(), "answers").unwrap().unwrap();
    let now = jiff::Timestamp::now();
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    // as another server leaves it that is at work, and one that was killed an hour ago
    for (key, since) in [("at work", now), ("killed", now - jiff::SignedDuration::from_hours(1))] {
        let path = format!("{today}/{}.json", Digest::of(key.as_bytes()));
        let claim = json!({"request": Digest::of(b"some request"), "since": since}).to_string();
        assert!(answers.replace(&path, None, claim.as_bytes()).unwrap());
    }
    assert_eq!(send(&address, "at work", "NSO Group").0, 409);
    let (status, answer) = send(&address, "killed", "NSO Group");
    assert_eq!((status, &answer["receipt"]["index"]), (200, &0.into()));
    assert_eq!(send(&address, "killed", "NSO Group"), (200, answer));
    // what fails leaves the key to the next request
    assert_eq!(send(&address, "d", "").0, 400);
    assert_eq!(send(&address, "d", "NSO Group").1["receipt"]["index"], 1);
    assert_eq!(server.stop(), 0);
}
