//! The Go implementation of the same formats reads our directory and checks our proofs, and makes a log that ours
//! reads, checks and goes on with. Runs where Go and Debian's `golang-golang-x-mod-dev` are installed.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use countersign_log::{AppendFault, FsStorage, OpenFault};
use countersign_model::Digest;
use countersign_verify::{
    Checkpoint, Note, NoteError, SignedCheckpoint, TlogProof, leaf_hash, verify_consistency,
    verify_cosignature, verify_inclusion,
};

use super::*;

/// Where Debian puts the sources of Go libraries.
const GOPATH: &str = "/usr/share/gocode";

/// Whether Go and its `sumdb` are here. Where the tests must not be skipped (`CI` is set) their absence is a failure.
fn go_is_here() -> bool {
    let go = Command::new("go").arg("version").output().is_ok_and(|output| output.status.success());
    let here = go && Path::new(GOPATH).join("src/golang.org/x/mod/sumdb").is_dir();
    assert!(here || std::env::var_os("CI").is_none(), "Go and golang-golang-x-mod-dev are not installed");
    if !here {
        println!("skipped: Go and golang-golang-x-mod-dev are not installed");
    }
    here
}

/// Runs a program of `tests/go`.
fn go(program: &str, arguments: &[&str]) -> Output {
    Command::new("go")
        .env("GO111MODULE", "off")
        .env("GOPATH", GOPATH)
        .env("GOFLAGS", "")
        .arg("run")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/go").join(program))
        .args(arguments)
        .output()
        .unwrap()
}

/// Our directory and our proofs, checked by Go.
fn verified_by_go(root: &Path, key: &str, proofs: &Path) -> Output {
    go("verify.go", &[root.to_str().unwrap(), key, proofs.to_str().unwrap()])
}

/// The text of a hash as Go writes it.
fn in_base64(hash: Digest) -> String {
    // the base64 of a checkpoint's root line is that of Go's hashes
    let checkpoint = Checkpoint { origin: "x".to_owned(), size: 0, root: hash, extensions: vec![] };
    checkpoint.text().lines().nth(2).unwrap().to_owned()
}

#[test]
fn go_agrees() {
    if !go_is_here() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path().join("log");
    let storage: Arc<dyn Storage> = Arc::new(FsStorage::create(&root).unwrap());
    let mut writer = Writer::create(storage, signer(), Duration::ZERO).unwrap();
    let size = 66_100;
    writer.append(&entries(0..300)).unwrap();
    writer.append(&entries(300..301)).unwrap();
    writer.append(&entries(301..size)).unwrap();
    let log = writer.log();
    let mut proofs = String::new();
    for newer in [1, 2, 255, 256, 257, 300, 65_536, 65_537, size] {
        for n in [0, 1, 100, 255, 256, 65_535, 65_536, size - 1] {
            for (word, fits, proof) in [
                ("inclusion", n < newer, log.inclusion_proof(n, newer)),
                // Go has no proof from an empty tree
                ("consistency", 0 < n && n <= newer, log.consistency_proof(n, newer)),
            ] {
                if fits {
                    write!(proofs, "{word} {n} {newer}").unwrap();
                    for hash in proof.unwrap() {
                        write!(proofs, " {}", in_base64(hash)).unwrap();
                    }
                    proofs.push('\n');
                }
            }
        }
    }
    let file = directory.path().join("proofs");
    fs::write(&file, &proofs).unwrap();
    let output = verified_by_go(&root, &vkey().to_string(), &file);
    let (said, failed) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{failed}");
    assert!(said.starts_with("66100 entries"), "{said}");
    print!("{said}");
    // and it is not agreeable to everything
    fs::write(&file, proofs.replacen("inclusion 0 2 ", "inclusion 1 2 ", 1)).unwrap();
    assert!(!verified_by_go(&root, &vkey().to_string(), &file).status.success());
}

#[test]
fn ours_agrees_with_a_log_that_go_made() {
    if !go_is_here() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let dir = directory.path();
    for size in [1u64, 256, 700] {
        let made = dir.join(size.to_string());
        fs::create_dir(&made).unwrap();
        let output = go("make.go", &[made.to_str().unwrap(), &size.to_string()]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        read_what_go_made(&made, size);
    }
    // nor is ours agreeable to everything: another log's key, a changed tile
    let made = dir.join("700");
    let storage: Arc<dyn Storage> = Arc::new(FsStorage::open(made.join("log")).unwrap());
    let theirs: VKey = fs::read_to_string(dir.join("256/vkey")).unwrap().parse().unwrap();
    // another key of the same name
    let fault = Log::open(storage.clone(), &theirs).unwrap_err();
    assert!(matches!(fault, OpenFault::WrongKey { .. }), "{fault}");
    let stranger = Writer::open(storage.clone(), signer(), Duration::ZERO).unwrap_err();
    assert!(matches!(stranger, AppendFault::Open(OpenFault::WrongKey { .. })), "{stranger}");
    let key: VKey = fs::read_to_string(made.join("vkey")).unwrap().parse().unwrap();
    let mut tile = storage.get("tile/0/001").unwrap().unwrap();
    tile[40] ^= 1;
    storage.put("tile/0/001", &tile).unwrap();
    let log = Log::open(storage, &key).unwrap();
    assert!(
        log.inclusion_proof(300, log.size()).unwrap_err().to_string().contains("`tile/0/001` is damaged")
    );
}

fn read_what_go_made(made: &Path, size: u64) {
    let text = |name: &str| fs::read_to_string(made.join(name)).unwrap();
    let vkey: VKey = text("vkey").parse().unwrap();
    let witness: VKey = text("witness").parse().unwrap();
    let storage = FsStorage::open(made.join("log")).unwrap();
    let report = fsck(&storage, &vkey).unwrap();
    assert!(report.faults.is_empty() && report.notes.is_empty(), "{report:?}");
    let shared: Arc<dyn Storage> = Arc::new(storage);
    let log = Log::open(shared.clone(), &vkey).unwrap();
    let found: Vec<(u64, Vec<u8>)> = log.entries(0).collect::<Result<_, _>>().unwrap();
    assert!(found == (0..size).map(|n| (n, entry(n))).collect::<Vec<_>>());

    // the cosignature holds, and not with a bit of it or of the text changed
    let note = Note::parse(text("cosigned").as_bytes()).unwrap();
    let cosignature = verify_cosignature(&note, &witness).unwrap();
    assert_eq!((cosignature.witness.as_str(), cosignature.time), ("witness.example.net", 1_800_000_000));
    for place in 0..note.signatures.last().unwrap().bytes.len() {
        let mut changed = note.clone();
        changed.signatures.last_mut().unwrap().bytes[place] ^= 1;
        assert!(matches!(verify_cosignature(&changed, &witness), Err(NoteError::BadSignature(_))), "{place}");
    }
    let mut changed = note.clone();
    changed.text = changed.text.replacen("go.", "Go.", 1);
    assert!(matches!(verify_cosignature(&changed, &witness), Err(NoteError::BadSignature(_))));

    // each receipt
    let root = log.checkpoint().root;
    let mut receipts = 0;
    for file in fs::read_dir(made).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()) {
        if !file.starts_with("proof-") {
            continue;
        }
        let receipt = TlogProof::parse(&text(&file)).unwrap();
        assert_eq!(receipt.format(), text(&file), "one spelling");
        let signed = SignedCheckpoint::verify(receipt.checkpoint.as_bytes(), &vkey).unwrap();
        assert_eq!((signed.checkpoint().size, signed.checkpoint().root), (size, root));
        let leaf = leaf_hash(&entry(receipt.index));
        verify_inclusion(&leaf, receipt.index, size, &receipt.hashes, &root).unwrap();
        assert_eq!(receipt.hashes, log.inclusion_proof(receipt.index, size).unwrap());
        assert!(verify_inclusion(&leaf, receipt.index + 1, size, &receipt.hashes, &root).is_err());
        receipts += 1;
    }
    assert!(receipts >= 1);
    for line in text("consistency").lines() {
        let mut words = line.split(' ');
        let older: u64 = words.next().unwrap().parse().unwrap();
        let then = log.root_at(older).unwrap();
        assert_eq!(words.next().unwrap(), in_base64(then));
        let proof = log.consistency_proof(older, size).unwrap();
        assert_eq!(words.collect::<Vec<_>>(), proof.iter().map(|hash| in_base64(*hash)).collect::<Vec<_>>());
        verify_consistency(older, &then, size, &root, &proof).unwrap();
    }

    // ours goes on with their log under their key, and Go reads what came of it
    let theirs = NoteSigner::from_secret_text(&text("key")).unwrap();
    let mut writer = Writer::open(shared.clone(), theirs, Duration::ZERO).unwrap();
    writer.append(&entries(size..size + 3)).unwrap();
    let proof = writer.log().inclusion_proof(size, size + 3).unwrap();
    drop(writer);
    let mut line = format!("inclusion {size} {}", size + 3);
    for hash in proof {
        write!(line, " {}", in_base64(hash)).unwrap();
    }
    let file = made.join("ours");
    fs::write(&file, line + "\n").unwrap();
    let output = verified_by_go(&made.join("log"), &vkey.to_string(), &file);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
