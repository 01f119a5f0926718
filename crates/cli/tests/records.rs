//! What is recorded can be handed out, verified by a stranger, and made again.

mod common;

use std::process::Stdio;
use std::time::Instant;

use common::{Desk, NSO};
use serde_json::Value;

#[expect(clippy::indexing_slicing, reason = "a helper of tests")]
fn recorded() -> Desk {
    let desk = Desk::new();
    let check = desk.run(&["check", NSO, "--json", "--record"]).expect(20).json();
    assert_eq!(check["record"]["index"], 0);
    desk
}

#[expect(clippy::unwrap_used, reason = "a helper of tests")]
fn bundle(desk: &Desk) -> String {
    let path = desk.path("bundle.json").to_str().unwrap().to_owned();
    desk.run(&["bundle", "0", "-o", &path]).expect(0);
    path
}

#[test]
fn a_stranger_verifies_and_replays_a_record() {
    let desk = recorded();
    let path = bundle(&desk);
    let stranger = Desk::new();
    let ran = stranger.run(&["verify", &path]).expect(0);
    assert!(ran.out.starts_with("HOLDS") && ran.out.contains("NOT CHECKED"), "{}", ran.out);
    let shown = stranger.run(&["verify", &path, "--json"]).expect(0).json();
    let one = &shown["bundles"][0];
    assert_eq!(one["identity"], "from_bundle");
    assert_eq!(one["subject"], "new-customer");
    let (log, signer) = (one["log"].as_str().unwrap(), one["signer"].as_str().unwrap());
    let ran = stranger.run(&["verify", &path, "--key", log, "--key", signer]).expect(0);
    assert!(ran.out.contains("both keys are among those that you trust"), "{}", ran.out);
    // keys of another
    let other = Desk::new();
    let keys = other.run(&["init"]).expect(0).out;
    let key = |name: &str| keys.lines().find_map(|l| l.strip_prefix(name)).unwrap().trim().to_owned();
    let ran = stranger.run(&["verify", &path, "--key", &key("journal"), "--key", &key("signer")]).expect(1);
    assert!(ran.out.contains("not among the keys that you trust"), "{}", ran.out);

    let again = stranger.run(&["replay", &path]).expect(0);
    let own = desk.run(&["replay", "0"]).expect(0);
    assert_eq!(again.out, own.out, "the same bytes at home and elsewhere");
    assert!(again.out.starts_with("the same: HOLD"), "{}", again.out);
    assert!(!stranger.home().exists());
    // a bundle that was given out is never overwritten
    desk.run(&["bundle", "0", "-o", &path]).expect(2);
}

#[test]
fn what_was_tampered_with_is_named() {
    let desk = recorded();
    let path = bundle(&desk);
    let whole: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let tampered = |edit: &dyn Fn(&mut Value)| {
        let mut bundle = whole.clone();
        edit(&mut bundle);
        let file = desk.write("tampered.json", serde_json::to_vec_pretty(&bundle).unwrap());
        let ran = desk.run(&["verify", &file]).expect(1);
        assert!(ran.out.starts_with("DOES NOT HOLD"), "{}", ran.out);
        desk.run(&["replay", &file]).expect(1);
        ran.out
    };
    let case = tampered(&|b| {
        let text = b["documents"]["case.yaml"]["text"].as_str().unwrap().replace("NSO Group", "NS0 Group");
        b["documents"]["case.yaml"]["text"] = Value::from(text);
    });
    assert!(case.contains("case.yaml"), "{case}");
    let leaf = tampered(&|b| b["leaf"] = Value::from(b["leaf"].as_str().unwrap().replace("HOLD", "STOP")));
    assert!(leaf.contains("inclusion"), "{leaf}");
    let record = tampered(&|b| {
        let payload = b["record"]["payload"].as_str().unwrap();
        let swapped =
            if payload.starts_with('e') { payload.replacen("eyJ", "eyK", 1) } else { String::new() };
        b["record"]["payload"] = Value::from(swapped);
    });
    assert!(record.contains("record"), "{record}");
    let added = tampered(&|b| b["documents"]["note.txt"] = serde_json::json!({"text": "trust me"}));
    assert!(added.contains("note.txt"), "{added}");
    let file = desk.write("none.json", "{}");
    desk.run(&["verify", &file]).expect(1);
}

#[test]
fn a_withheld_document_is_named_and_the_rest_still_holds() {
    let desk = recorded();
    let path = desk.path("short.json").to_str().unwrap().to_owned();
    desk.run(&["bundle", "0", "-o", &path, "--withhold", "case.yaml", "--withhold", "law.json"]).expect(0);
    assert!(
        !std::fs::read_to_string(&path).unwrap().contains("Cedar Basin Storage"),
        "the case is not in it"
    );
    let stranger = Desk::new();
    let shown = stranger.run(&["verify", &path, "--json"]).expect(0).json();
    assert_eq!(shown["bundles"][0]["withheld"].as_array().unwrap().len(), 2);
    let ran = stranger.run(&["replay", &path]).expect(2);
    assert!(ran.err.contains("case.yaml"), "{}", ran.err);
    // at home the documents are there, and that they came from there is said
    let ran = desk.run(&["replay", &path]).expect(0);
    assert!(ran.err.contains("the bundle withholds case.yaml; taken from your home"), "{}", ran.err);
    let wrong = desk.path("wrong.json").to_str().unwrap().to_owned();
    assert_ne!(desk.run(&["bundle", "0", "-o", &wrong, "--withhold", "nothing.txt"]).code, 0);
}

#[test]
fn dispositions_and_options_are_part_of_the_record() {
    let desk = Desk::new();
    desk.run(&[
        "screening",
        "decide",
        "NSO Group",
        "starter:EL-NSO",
        "--match",
        "--reason",
        "r",
        "--by",
        "b",
    ])
    .expect(0);
    desk.run(&["check", NSO, "--record", "--as-of", "2021-11-03", "--intent", "evaluate"]);
    desk.run(&["check", NSO, "--record"]).expect(20);
    // what is decided later changes no record
    desk.run(&[
        "screening",
        "decide",
        "NSO Group",
        "starter:EL-NSO",
        "--no-match",
        "--reason",
        "r",
        "--by",
        "b",
    ])
    .expect(0);
    desk.run(&["replay", "1"]).expect(0);
    desk.run(&["replay", "2"]).expect(0);
    // only decisions are replayed
    let ran = desk.run(&["replay", "0"]).expect(2);
    assert!(ran.err.contains("disposition"), "{}", ran.err);
    desk.run(&["log", "fsck"]).expect(0);
}

#[test]
fn fsck_names_a_damaged_document() {
    let desk = recorded();
    assert!(desk.run(&["log", "fsck"]).expect(0).out.starts_with("whole: 1 entries"));
    let case = std::fs::read(common::root().join(NSO)).unwrap();
    let mut found = false;
    for directory in std::fs::read_dir(desk.home().join("blobs")).unwrap() {
        for file in std::fs::read_dir(directory.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            if std::fs::read(&path).unwrap() == case {
                std::fs::write(&path, b"schema: case/1").unwrap();
                found = true;
            }
        }
    }
    assert!(found, "the case lies among the documents");
    let ran = desk.run(&["log", "fsck"]).expect(1);
    assert!(ran.out.contains("FAULT") && ran.out.contains("damaged"), "{}", ran.out);
    desk.run(&["replay", "0"]).expect(1);
}

#[test]
fn kill_9_during_a_recording_loses_nothing_that_was_acknowledged() {
    let desk = Desk::new();
    desk.run(&["init"]).expect(0);
    let start = Instant::now();
    desk.run(&["check", NSO, "--record"]).expect(20);
    let mut whole = start.elapsed();
    let (mut acknowledged, mut killed) = (1u64, 0);
    for n in 0..40u32 {
        let mut child = desk
            .command(&["check", NSO, "--record"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // spread over the whole life of the process
        let pause = whole.mul_f64(f64::from(n % 10) / 9.0);
        std::thread::sleep(pause);
        if child.try_wait().unwrap().is_some() {
            // the first call, from a cold disk, took longer than this one
            whole = whole.min(pause);
        }
        child.kill().unwrap();
        let output = child.wait_with_output().unwrap();
        killed += u32::from(output.status.code().is_none());
        acknowledged += u64::from(String::from_utf8_lossy(&output.stdout).contains("Recorded as entry"));
        let fsck = desk.run(&["log", "fsck"]).expect(0).out;
        let entries: u64 = fsck
            .lines()
            .last()
            .unwrap()
            .strip_prefix("whole: ")
            .unwrap()
            .split(' ')
            .next()
            .unwrap()
            .parse()
            .unwrap();
        assert!(entries >= acknowledged, "{acknowledged} acknowledged, {entries} there");
        // durable, but killed before it could say so
        acknowledged = entries;
    }
    // those at once at least
    assert!(killed >= 4, "only {killed} of 40 were killed in time");
    for index in 0..acknowledged {
        desk.run(&["replay", &index.to_string()]).expect(0);
    }
    desk.run(&["check", NSO, "--record"]).expect(20);
}
