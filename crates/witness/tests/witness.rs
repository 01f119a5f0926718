//! A witness over HTTP, as registers ask it and as enemies do; and killed at any moment.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may say what it expects")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use countersign_log::testing::MemStorage;
use countersign_log::{Storage, Writer};
use countersign_verify::{Note, NoteKeyAlgorithm, NoteSigner, Policy, Seed, VKey, verify_cosignature};
use countersign_witness::{AddCheckpoint, AskFault, Asking, Refusal, Witness, serve};

const DIR: &str = "COUNTERSIGN_TEST_WITNESS";

fn signer() -> NoteSigner {
    NoteSigner::new("register.example.org", Seed::from_bytes(&[1; 32])).unwrap()
}

fn writer() -> Writer {
    Writer::create(Arc::new(MemStorage::new()) as Arc<dyn Storage>, signer(), Duration::ZERO).unwrap()
}

fn entries(word: &str, range: std::ops::Range<u32>) -> Vec<Vec<u8>> {
    range.map(|n| format!("{word} {n}").into_bytes()).collect()
}

fn request(writer: &Writer, old: u64) -> AddCheckpoint {
    let log = writer.log();
    AddCheckpoint {
        old,
        proof: log.consistency_proof(old, log.size()).unwrap(),
        checkpoint: log.signed().note().format(),
    }
}

fn witness(dir: &Path) -> VKey {
    witness_with(dir, NoteKeyAlgorithm::CosignatureV1)
}

fn witness_with(dir: &Path, algorithm: NoteKeyAlgorithm) -> VKey {
    let vkey = Witness::init(dir, "witness.example.net", algorithm).unwrap();
    Witness::watch(dir, signer().vkey()).unwrap();
    vkey
}

/// C2SP `tlog-witness`: each case and its status.
#[test]
fn only_what_continues_is_cosigned() {
    only_what_continues(NoteKeyAlgorithm::CosignatureV1);
}

#[test]
fn only_what_continues_is_cosigned_with_ml_dsa() {
    only_what_continues(NoteKeyAlgorithm::MlDsa44);
}

fn only_what_continues(algorithm: NoteKeyAlgorithm) {
    let directory = tempfile::tempdir().unwrap();
    let dir = directory.path().join("w");
    assert!(Witness::init(&dir, "witness.example.net", NoteKeyAlgorithm::Ed25519).is_err(), "a log's way");
    let vkey = witness_with(&dir, algorithm);
    assert_eq!(vkey.algorithm(), algorithm);
    let open = Witness::open(&dir).unwrap();
    assert!(Witness::open(&dir).is_err(), "one process has the directory");
    let mut log = writer();
    log.append(&entries("a", 0..5)).unwrap();
    let ask = |request: &AddCheckpoint| open.add_checkpoint(request.format().as_bytes(), 1_800_000_000);
    let lines = ask(&request(&log, 0)).unwrap();
    let note = Note::parse(format!("{}\n{lines}", log.log().signed().note().text).as_bytes()).unwrap();
    assert_eq!(verify_cosignature(&note, &vkey).unwrap().time, 1_800_000_000);
    assert_eq!(note.signatures.len(), 1);
    // again: the size is named, and from there it is cosigned once more
    assert!(matches!(ask(&request(&log, 0)), Err(Refusal::OtherSize { size: 5 })));
    ask(&request(&log, 5)).unwrap();
    log.append(&entries("a", 5..300)).unwrap();
    let mut wrong = request(&log, 5);
    wrong.proof.pop();
    assert!(matches!(ask(&wrong), Err(Refusal::Proof(_))));
    let mut wrong = request(&log, 5);
    for n in 0..wrong.proof.len() {
        wrong.proof[n] = countersign_model::Digest::of(b"x");
        assert!(matches!(ask(&wrong), Err(Refusal::Proof(_))), "node {n}");
        wrong = request(&log, 5);
    }
    wrong.old = 301;
    assert!(matches!(ask(&wrong), Err(Refusal::Backwards { old: 301, size: 300 })));
    ask(&request(&log, 5)).unwrap();

    // another history, of equal size and of a larger one
    let mut fork = writer();
    fork.append(&entries("b", 0..300)).unwrap();
    assert!(matches!(ask(&request(&fork, 0)), Err(Refusal::Fork { size: 300 })));
    let alarms: Vec<_> = std::fs::read_dir(dir.join("alarms")).unwrap().collect();
    let evidence = std::fs::read(alarms[0].as_ref().unwrap().path()).unwrap();
    countersign_verify::verify_fork(&evidence, Some(&[signer().vkey().clone()])).unwrap();
    fork.append(&entries("b", 300..400)).unwrap();
    assert!(matches!(ask(&request(&fork, 300)), Err(Refusal::Proof(_))));
    assert!(matches!(ask(&request(&fork, 0)), Err(Refusal::OtherSize { size: 300 })));

    // a stranger's log, a forged signature, nonsense
    let other = NoteSigner::new("other.example", Seed::from_bytes(&[2; 32])).unwrap();
    let stranger =
        Writer::create(Arc::new(MemStorage::new()) as Arc<dyn Storage>, other, Duration::ZERO).unwrap();
    assert!(matches!(ask(&request(&stranger, 0)), Err(Refusal::UnknownLog(_))));
    let forger = NoteSigner::new("register.example.org", Seed::from_bytes(&[3; 32])).unwrap();
    let forged =
        Writer::create(Arc::new(MemStorage::new()) as Arc<dyn Storage>, forger, Duration::ZERO).unwrap();
    assert!(matches!(ask(&request(&forged, 0)), Err(Refusal::NotSigned(_))));
    for body in ["", "old 1", "old 01\n\nx", "old x\n\nx", "new 1\n\nx", "old 0\nAAAA\n\nx"] {
        assert_eq!(open.add_checkpoint(body.as_bytes(), 0).unwrap_err().status(), 400, "{body:?}");
    }
    let text = request(&log, 5).format();
    assert_eq!(AddCheckpoint::parse(text.as_bytes()).unwrap().format(), text);
}

/// What a witness saw outlasts it; a damaged memory stops it.
#[test]
fn a_witness_that_forgot_does_not_start() {
    let directory = tempfile::tempdir().unwrap();
    let dir = directory.path().join("w");
    witness(&dir);
    let mut log = writer();
    log.append(&entries("a", 0..5)).unwrap();
    Witness::open(&dir).unwrap().add_checkpoint(request(&log, 0).format().as_bytes(), 1).unwrap();
    assert!(matches!(
        Witness::open(&dir).unwrap().add_checkpoint(request(&log, 0).format().as_bytes(), 1),
        Err(Refusal::OtherSize { size: 5 })
    ));
    let seen = std::fs::read_dir(dir.join("seen")).unwrap().next().unwrap().unwrap().path();
    let mut bytes = std::fs::read(&seen).unwrap();
    bytes[25] ^= 1;
    std::fs::write(&seen, &bytes).unwrap();
    assert!(Witness::open(&dir).unwrap_err().to_string().contains("could sign a second history"));
}

/// The process that serves, and is killed.
#[test]
#[ignore = "run by the tests below"]
fn serve_until_killed() {
    let Some(dir) = std::env::var_os(DIR) else { return };
    let witness = Witness::open(Path::new(&dir)).unwrap();
    serve(witness, "127.0.0.1:0".parse().unwrap(), |bound| {
        let mut out = std::io::stdout();
        writeln!(out, "listens {bound}").unwrap();
        out.flush().unwrap();
    })
    .unwrap();
}

fn start(dir: &Path) -> (Child, SocketAddr) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        // with one thread, as on a machine with one processor, the name of the test stands before the first line
        .args(["--exact", "serve_until_killed", "--ignored", "--nocapture", "--test-threads=2"])
        .env(DIR, dir)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let address = lines.find_map(|line| line.unwrap().strip_prefix("listens ")?.parse().ok()).unwrap();
    (child, address)
}

#[test]
fn a_quorum_is_collected_over_http() {
    let directory = tempfile::tempdir().unwrap();
    let mut policy = String::new();
    let mut children = Vec::new();
    for n in 1..=3 {
        let dir = directory.path().join(format!("w{n}"));
        let vkey = witness(&dir);
        let (child, address) = start(&dir);
        children.push(child);
        policy.push_str(&format!("witness w{n} {vkey} http://{address}\n"));
    }
    policy.push_str("group some 2 w1 w2 w3\nquorum some\n");
    let policy = Policy::parse(&policy).unwrap();
    let mut log = writer();
    let asking = Asking::default();
    assert_eq!(asking.collect(log.log(), &policy).unwrap().cosignatures.len(), 3);
    log.append(&entries("a", 0..700)).unwrap();
    let asked = asking.collect(log.log(), &policy).unwrap();
    assert_eq!((asked.cosignatures.len(), asked.unanswered.len()), (3, 0));
    assert_eq!(policy.check(&asked.signed).unwrap().len(), 3);
    children[0].kill().unwrap();
    children[0].wait().unwrap();
    log.append(&entries("a", 700..701)).unwrap();
    let asked = asking.collect(log.log(), &policy).unwrap();
    assert_eq!((asked.cosignatures.len(), asked.unanswered[0].0.as_str()), (2, "w1"));
    // a second history finds nobody
    let mut fork = writer();
    fork.append(&entries("b", 0..701)).unwrap();
    let fault = asking.collect(fork.log(), &policy).unwrap_err();
    let AskFault::Quorum { unanswered, .. } = &fault else { panic!("{fault}") };
    assert!(unanswered.iter().filter(|(_, why)| why.contains("two histories")).count() == 2, "{fault}");
    // nor does an old state
    let mut old = writer();
    old.append(&entries("a", 0..300)).unwrap();
    assert!(asking.collect(old.log(), &policy).unwrap_err().to_string().contains("an old copy"));
    for mut child in children.into_iter().skip(1) {
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

/// Two histories are offered in turn to a witness that is killed while it answers. One of them gets all signatures.
#[test]
fn no_kill_makes_it_sign_two_histories() {
    let kills =
        std::env::var("COUNTERSIGN_TEST_SCALE").ok().and_then(|n| n.parse().ok()).unwrap_or(1u32) * 25;
    let directory = tempfile::tempdir().unwrap();
    let dir = directory.path().join("w");
    let vkey = witness(&dir);
    let policy = |address: SocketAddr| {
        Policy::parse(&format!("witness w {vkey} http://{address}\nquorum w\n")).unwrap()
    };
    let (mut one, mut two) = (writer(), writer());
    let mut signed = [0u32; 2];
    let mut pause = 1u64;
    // how late the kill may come, in microseconds: later while it comes too early on this machine
    let mut latest = 60_000;
    for kill in 0..kills {
        let before = signed;
        one.append(&entries("one", kill..kill + 1)).unwrap();
        two.append(&entries("two", kill..kill + 1)).unwrap();
        let (mut child, address) = start(&dir);
        let killer = std::thread::spawn(move || {
            pause = pause.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(u64::from(kill) + 1);
            std::thread::sleep(Duration::from_micros(pause % latest));
            child.kill().unwrap();
            child.wait().unwrap();
        });
        for (n, log) in [&one, &two].into_iter().enumerate() {
            if Asking::default().collect(log.log(), &policy(address)).is_ok() {
                signed[n] += 1;
            }
        }
        killer.join().unwrap();
        pause = pause.wrapping_add(0x9e37_79b9 + u64::from(kill));
        latest = if signed == before { (latest * 2).min(10_000_000) } else { (latest / 2).max(60_000) };
    }
    println!("{kills} kills; signed {signed:?}");
    assert!(signed[0] == 0 || signed[1] == 0, "{signed:?}");
    assert!(signed[0] + signed[1] > 0, "the kills came too early to mean anything");
    // and it goes on for the history that it saw
    let (mut child, address) = start(&dir);
    let taken =
        [&one, &two].into_iter().filter(|log| Asking::default().collect(log.log(), &policy(address)).is_ok());
    assert_eq!(taken.count(), 1);
    child.kill().unwrap();
    child.wait().unwrap();
}
