//! Workers over a real PostgreSQL, killed in the middle.

use std::fs;

use crate::common::{Node, alone, customers, how_many, program, rejects, run, said, until};
use countersign_bulk::Format;
use countersign_database::testing::Cluster;

/// A server, or the word that the test was skipped; under CI it has to be there.
fn server() -> Option<Cluster> {
    let server = Cluster::start().unwrap();
    if server.is_none() {
        assert!(std::env::var_os("CI").is_none(), "PostgreSQL is not installed");
        println!("skipped: PostgreSQL is not installed");
    }
    server
}

#[test]
fn workers_and_the_client_are_killed_and_the_output_is_the_same() {
    let Some(mut server) = server() else { return };
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("customers.csv");
    customers(&input, how_many());
    let (expected, out) = (folder.path().join("alone.csv"), folder.path().join("out.csv"));
    alone(&input, &expected, Format::Csv, false);
    let database = format!("postgres://countersign@127.0.0.1:{}/countersign", server.port());
    let worker = |name: &str| {
        let cache = folder.path().join(name);
        let mut command =
            program(&["worker", "--database", &database, "--threads", "1", "--lease", "3", "--name", name]);
        command.arg("--cache").arg(cache);
        Node::begin(command, folder.path().join(format!("{name}.log")))
    };
    let client = || run(&input, &out, &["--chunk", "100", "--database", &database]);
    let done = |node: &Node| node.said().matches("rows").count();

    let mut first_client = Node::begin(client(), folder.path().join("client.log"));
    let (mut one, two) = (worker("one"), worker("two"));
    until("both at work", || done(&one) >= 3 && done(&two) >= 3);
    // with a lease in hand
    one.kill();
    let so_far = done(&two);
    until("the other goes on", || done(&two) >= so_far + 2);
    first_client.kill();
    server.kill();
    server.resume().unwrap();
    let mut three = worker("three");
    let output = client().output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}\n{}\n{}", said(&output), two.said(), three.said());
    assert!(said(&output).contains("of them done before"), "{}", said(&output));
    assert!(fs::read(&out).unwrap() == fs::read(&expected).unwrap(), "other bytes");
    assert_eq!(rejects(&out), rejects(&expected));
    assert!(three.is_running());
    // a worker that is told to stop ends by itself
    let told = std::process::Command::new("kill").arg(three.id().to_string()).status().unwrap();
    assert!(told.success());
    assert_eq!(three.end(), Some(0), "{}", three.said());
}

#[test]
fn a_wrong_index_fails_the_chunk_and_says_so() {
    let Some(server) = server() else { return };
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("customers.csv");
    customers(&input, 500);
    let out = folder.path().join("out.csv");
    let database = format!("postgres://countersign@127.0.0.1:{}/countersign", server.port());
    let mut client = Node::begin(
        run(&input, &out, &["--chunk", "100", "--database", &database]),
        folder.path().join("client.log"),
    );
    let place = folder.path().join("out.csv.run");
    until("the chunks", || place.join("chunks.json").exists());
    let index = fs::read_dir(&place)
        .unwrap()
        .map(|e| e.unwrap().path())
        .find(|p| p.file_name().unwrap().to_str().unwrap().starts_with("index-"))
        .unwrap();
    let mut bytes = fs::read(&index).unwrap();
    bytes.truncate(bytes.len() - 64);
    fs::write(&index, bytes).unwrap();
    let mut command = program(&["worker", "--database", &database, "--threads", "1"]);
    command.arg("--cache").arg(folder.path().join("cache"));
    let worker = Node::begin(command, folder.path().join("worker.log"));
    assert_eq!(client.end(), Some(1), "{}\n{}", client.said(), worker.said());
    let told = client.said();
    assert!(told.contains("was given up") && told.contains("has the digest"), "{told}");
    assert!(!out.exists());
}
