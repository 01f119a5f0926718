//! A Ballista scheduler and two executors as processes; an executor, the scheduler and the client are killed in the middle.

use std::fs;

use crate::common::{Node, alone, customers, free_port, how_many, noted, program, rejects, run, said, until};
use countersign_bulk::Format;

#[test]
fn an_executor_the_scheduler_and_the_client_are_killed_and_the_output_is_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("customers.csv");
    customers(&input, how_many());
    let (expected, out) = (folder.path().join("alone.csv"), folder.path().join("out.csv"));
    alone(&input, &expected, Format::Csv, false);
    let port = free_port();
    let bind = format!("127.0.0.1:{port}");
    let scheduler = || {
        Node::begin(
            program(&["scheduler", "--bind", &bind, "--silence", "4"]),
            folder.path().join("scheduler.log"),
        )
    };
    let executor = |name: &str| {
        let (port, grpc_port) = (free_port().to_string(), free_port().to_string());
        let mut command = program(&["executor", "--scheduler", &bind, "--threads", "1", "--silence", "4"]);
        command
            .args(["--port", &port, "--grpc-port", &grpc_port])
            .arg("--work")
            .arg(folder.path().join(name));
        Node::begin(command, folder.path().join(format!("{name}.log")))
    };
    let address = format!("df://{bind}");
    let client = || {
        run(&input, &out, &["--chunk", "100", "--cluster", &address, "--in-flight", "4", "--timeout", "60"])
    };

    let mut first_scheduler = scheduler();
    let (mut one, mut two) = (executor("one"), executor("two"));
    let mut first_client = Node::begin(client(), folder.path().join("client.log"));
    let all = |what: &str, nodes: &[&Node]| {
        nodes
            .iter()
            .fold(what.to_owned(), |text, node| format!("{text}\n{}:\n{}", node.log.display(), node.said()))
    };
    until("the first chunks", || noted(&out) >= 6 || !first_client.is_running());
    assert!(first_client.is_running(), "{}", all("it ended", &[&first_client, &first_scheduler, &one]));
    one.kill();
    let so_far = noted(&out);
    until("the other goes on", || noted(&out) >= so_far + 4 || !first_client.is_running());
    assert!(first_client.is_running(), "{}", all("it ended", &[&first_client, &first_scheduler, &two]));

    // the scheduler knows of jobs in memory alone: the client gives its chunks again
    first_scheduler.kill();
    let _second_scheduler = scheduler();
    if !two.is_running() {
        two = executor("two");
    }
    let three = executor("three");
    let so_far = noted(&out);
    until("the client goes on", || {
        if !two.is_running() {
            two = executor("two");
        }
        noted(&out) >= so_far + 4 || !first_client.is_running()
    });
    assert!(first_client.is_running(), "{}", all("it ended", &[&first_client, &two, &three]));

    first_client.kill();
    assert!(!out.exists());
    let output = client().output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("of them done before"), "{}", said(&output));
    assert!(fs::read(&out).unwrap() == fs::read(&expected).unwrap(), "other bytes");
    assert_eq!(rejects(&out), rejects(&expected));
}

#[test]
fn a_wrong_index_fails_the_chunk_on_the_executor() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("customers.csv");
    customers(&input, 300);
    let out = folder.path().join("out.csv");
    let bind = format!("127.0.0.1:{}", free_port());
    // no cluster yet: the chunks are cut, and nobody screens them
    let address = format!("df://{bind}");
    let arguments = ["--chunk", "100", "--cluster", &address, "--patience", "1"];
    let output = run(&input, &out, &arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    let place = folder.path().join("out.csv.run");
    let index = fs::read_dir(&place)
        .unwrap()
        .map(|e| e.unwrap().path())
        .find(|p| p.file_name().unwrap().to_str().unwrap().starts_with("index-"))
        .unwrap();
    let mut bytes = fs::read(&index).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&index, bytes).unwrap();
    let _scheduler =
        Node::begin(program(&["scheduler", "--bind", &bind]), folder.path().join("scheduler.log"));
    let (port, grpc_port) = (free_port().to_string(), free_port().to_string());
    let mut command = program(&[
        "executor",
        "--scheduler",
        &bind,
        "--threads",
        "1",
        "--port",
        &port,
        "--grpc-port",
        &grpc_port,
    ]);
    command.arg("--work").arg(folder.path().join("work"));
    let executor = Node::begin(command, folder.path().join("executor.log"));
    let output =
        run(&input, &out, &["--chunk", "100", "--cluster", &address, "--patience", "10"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("has the digest"), "{}\n{}", said(&output), executor.said());
    assert!(!out.exists());
}
