//! A register whose log and documents lie in a bucket of a real S3-compatible store (moto's server, on loopback).
#![expect(clippy::unwrap_used, reason = "a test may say what it expects")]

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use countersign_register::{NewEntry, Register, RegisterFault, SignedRecord, mirror, open_source};
use countersign_verify::{RecordKind, Seed};
use serde_json::{Value, json};

const ADDRESS: &str = "s3://register/public";

fn signed(kind: RecordKind, content: Value, n: u8) -> SignedRecord {
    let predicate = json!({
        "about": ["register:example"], "by": {"name": "x"}, "date": "2026-11-01", "summary": "a record", "content": content,
    });
    SignedRecord::sign(kind, predicate, &BTreeMap::new(), &Seed::from_bytes(&[n; 32])).unwrap()
}

fn append(register: &mut Register, signed: &SignedRecord) -> u64 {
    let entry = NewEntry { signed, documents: BTreeMap::new(), withheld: BTreeSet::new() };
    register.append(&entry, &"2026-11-02T12:00:00Z".parse().unwrap()).unwrap().index
}

#[test]
fn a_register_in_a_bucket_is_kept_read_and_mirrored() {
    let has = Command::new("python3").args(["-c", "import moto.server, boto3"]).output();
    if !has.is_ok_and(|output| output.status.success()) {
        assert!(
            std::env::var_os("CI").is_none(),
            "Python's `moto[s3,server]` is not installed, and CI must have it"
        );
        println!("skipped: Python's `moto[s3,server]` is not installed");
        return;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../bucket/tests/store.py");
    let mut store =
        Command::new("python3").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut port = String::new();
    BufReader::new(store.stdout.take().unwrap()).read_line(&mut port).unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "inside", "--ignored", "--nocapture", "--test-threads=2"])
        .env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{}", port.trim_end()))
        .envs([
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", "k"),
            ("AWS_SECRET_ACCESS_KEY", "s"),
            ("INSIDE", "1"),
        ])
        .output()
        .unwrap();
    store.kill().unwrap();
    store.wait().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{}{said}", String::from_utf8_lossy(&output.stdout));
}

#[test]
#[ignore = "run by the test above, with a store"]
fn inside() {
    if std::env::var_os("INSIDE").is_none() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let dir = directory.path().join("keeper");
    let mut one = Register::init_in(&dir, "register.example.org", Some(ADDRESS)).unwrap();
    let member = json!({
        "name": "R", "key": Seed::from_bytes(&[1; 32]).public(), "roles": ["registrar"], "from": "2026-01-01",
    });
    let roster = json!({"body": "Example", "members": [member], "funders": []});
    append(&mut one, &signed(RecordKind::Roster, roster, 1));
    assert!(
        dir.join("keys/register.key").exists()
            && !dir.join("log").exists()
            && !dir.join("documents").exists()
    );
    let again = Register::init_in(&directory.path().join("other"), "register.example.org", Some(ADDRESS));
    assert!(matches!(again, Err(RegisterFault::Exists(place)) if place == ADDRESS));
    // two keepers with the same directory: the one that is overtaken appends after the other
    let on = one.leaf(0).unwrap().sha256;
    let comment =
        |n: u8| signed(RecordKind::Comment, json!({"of": {"record": on}, "text": format!("{n}")}), 2);
    let mut two = Register::open_to_append(&dir, Duration::ZERO).unwrap();
    assert_eq!(append(&mut one, &comment(1)), 1);
    assert_eq!(append(&mut two, &comment(2)), 2);
    assert_eq!(append(&mut one, &comment(3)), 3);
    // anyone reads it by its address, and nobody appends so
    let reader = Register::open(Path::new(ADDRESS)).unwrap();
    let replay = reader.replay().unwrap();
    assert!(replay.faults.is_empty() && reader.size() == 4, "{:?}", replay.faults);
    assert!(reader.fsck().unwrap().faults.is_empty());
    reader.bundle(2, &[], None).unwrap();
    assert!(matches!(
        Register::open_to_append(Path::new(ADDRESS), Duration::ZERO),
        Err(RegisterFault::ReadOnly)
    ));
    let public = reader.public().list("").unwrap();
    assert!(public.iter().all(|path| !path.contains("key") || path == "register.vkey"), "{public:?}");
    // to a directory, and from there to another bucket
    let copy = directory.path().join("copy");
    let copied = mirror(&open_source(ADDRESS).unwrap(), reader.vkey(), &copy, None).unwrap();
    assert_eq!(copied.size, 4);
    let source = open_source(copy.to_str().unwrap()).unwrap();
    let elsewhere = Path::new("s3://register/elsewhere");
    for _ in 0..2 {
        assert_eq!(mirror(&source, reader.vkey(), elsewhere, None).unwrap().size, 4);
    }
    assert!(Register::open(elsewhere).unwrap().replay().unwrap().faults.is_empty());
}
