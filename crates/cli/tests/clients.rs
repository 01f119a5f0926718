//! Clients of other programs against a running server: what they read is there.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

mod common;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use common::{Desk, root};
use serde_json::Value;

/// A Python with these packages, made once beside the compiled tests; `None` with a word where pip cannot install them.
fn python(packages: &[&str]) -> Option<PathBuf> {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("python-clients");
    let python = place.join("bin/python");
    let ready = place.join("ready");
    if ready.exists() {
        return Some(python);
    }
    let run = |command: &mut Command| command.stdout(Stdio::null()).status().is_ok_and(|s| s.success());
    let pip = ["-m", "pip", "install", "-q", "--disable-pip-version-check"];
    let made = run(Command::new("python3").args(["-m", "venv"]).arg(&place))
        && run(Command::new(&python).args(pip).args(packages));
    if made {
        std::fs::write(ready, "").unwrap();
        return Some(python);
    }
    assert!(std::env::var_os("CI").is_none(), "pip could not install {packages:?}");
    println!("skipped: pip could not install {packages:?}");
    None
}

/// Clients of OpenSanctions keep its ids, and read `target`.
#[test]
fn entries_of_a_followthemoney_file_are_known_by_its_ids() {
    let desk = Desk::new();
    let file = [
        r#"{"id":"NK-one","caption":"Example Drones JSC","schema":"Company","referents":["old-7"],"datasets":["x"],"properties":{"name":["Example Drones JSC"],"country":["ru"],"topics":["sanction"]}}"#,
        r#"{"id":"NK-two","caption":"Example Hangar LLC","schema":"Company","referents":[],"datasets":["x"],"properties":{"name":["Example Hangar LLC"],"country":["ru"]}}"#,
    ];
    let path = desk.write("x.ftm.json", file.join("\n"));
    desk.run(&["lists", "import", &path, "--source", "ftm:x", "--day", "2026-08-01"]).expect(0);
    let mut server =
        desk.command(&["serve", "--listen", "127.0.0.1:0"]).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(server.stderr.take().unwrap()).lines();
    let address = lines.find_map(|l| l.unwrap().strip_prefix("listening on ").map(str::to_owned)).unwrap();
    std::thread::spawn(move || lines.count());
    let read = |path: &str| -> Value {
        let answer = ureq::get(format!("{address}/compat/yente/{path}")).call().unwrap();
        serde_json::from_reader(answer.into_body().into_reader()).unwrap()
    };
    // followed: 308
    let one = read("entities/NK-one");
    assert_eq!((&one["id"], &one["target"]), (&"ftm:x:NK-one".into(), &true.into()));
    assert_eq!(read("entities/old-7")["id"], "ftm:x:NK-one");
    assert_eq!(read("entities/NK-two")["target"], false);
    assert_eq!(read("entities/NK-one/adjacent")["entity"]["id"], "ftm:x:NK-one");
    let found = |left_out: &str| {
        let body = r#"{"queries":{"q":{"schema":"Company","properties":{"name":["Example Drones JSC"]}}}}"#;
        let path = format!("{address}/compat/yente/match/default?exclude_entity_ids={left_out}");
        let answer = ureq::post(path).header("content-type", "application/json").send(body).unwrap();
        let answer: Value = serde_json::from_reader(answer.into_body().into_reader()).unwrap();
        answer["responses"]["q"]["results"].to_string().contains("ftm:x:NK-one")
    };
    assert!(found("NK-two") && !found("NK-one") && !found("old-7"));
    let _ = server.kill();
    let _ = server.wait();
}

#[test]
fn the_yente_enricher_of_nomenklatura_matches_and_expands() {
    let Some(python) = python(&["nomenklatura"]) else { return };
    let desk = Desk::new();
    let mut server =
        desk.command(&["serve", "--listen", "127.0.0.1:0"]).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(server.stderr.take().unwrap()).lines();
    let address = lines.find_map(|l| l.unwrap().strip_prefix("listening on ").map(str::to_owned)).unwrap();
    std::thread::spawn(move || lines.count());
    let script = root().join("crates/cli/tests/clients/yente_enricher.py");
    let ran = Command::new(python).arg(script).arg(format!("{address}/compat/yente/")).output().unwrap();
    let _ = server.kill();
    let _ = server.wait();
    let out = String::from_utf8(ran.stdout).unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let matches: Vec<Value> = out.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let nso = matches.iter().find(|m| m["caption"] == "NSO Group").unwrap();
    assert!(nso["topics"].to_string().contains("export.control"));
    let expanded = nso["expanded"].to_string();
    assert!(expanded.contains("Sanction") && expanded.contains("Organization"), "{expanded}");
}
