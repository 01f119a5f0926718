//! A home from its first day on: recording, reading, handing out, damage.
#![expect(clippy::unwrap_used, reason = "a test may say what it expects")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use countersign_model::Digest;
use countersign_store::{
    Access, BlobFault, DocumentName, HomeFault, HomeNote, Kind, LeafError, NewRecord, OpenFault, Store,
    StoreFault, fsck,
};
use countersign_verify::{BundleFault, Identity, verify_bundle};
use serde_json::json;

const WRITE: Access = Access::Write { wait: Duration::ZERO };
const CASE: &str = "case: 1\nparty: Exempel Handel AB\n";
const SCAN: &[u8] = &[0xff, 0xd8, 0x00];

fn home() -> (tempfile::TempDir, Store) {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::init(&directory.path().join("home")).unwrap();
    (directory, store)
}

fn record<'a>(kind: Kind, subject: &'a str, document: &'a [u8]) -> NewRecord<'a> {
    NewRecord {
        kind,
        time: "2026-11-22T21:00:00Z".parse().unwrap(),
        subject,
        document,
        documents: BTreeMap::new(),
        extra: BTreeMap::new(),
    }
}

fn named(documents: &[(&str, &[u8])]) -> BTreeMap<DocumentName, Digest> {
    documents.iter().map(|(name, bytes)| (name.parse().unwrap(), Digest::of(bytes))).collect()
}

/// Records a decision about [`CASE`] with two documents; gives its index.
fn decide(store: &mut Store, answer: &str) -> u64 {
    let case = store.put_blob(CASE.as_bytes()).unwrap();
    let scan = store.put_blob(SCAN).unwrap();
    let predicate = json!({"answer": answer, "scan": scan.to_string()});
    let document =
        store.sign_statement(Kind::Decision, [("case.yaml", case)], predicate).unwrap().to_bytes().unwrap();
    let documents = named(&[("case.yaml", CASE.as_bytes()), ("scan.jpg", SCAN)]);
    let receipt =
        store.append(&NewRecord { documents, ..record(Kind::Decision, "case 1", &document) }).unwrap();
    assert_eq!(receipt.tree_size, receipt.index + 1);
    receipt.index
}

#[test]
fn what_was_recorded_is_read_back() {
    let (directory, mut store) = home();
    let path = directory.path().join("home");
    assert_eq!(fs::read_to_string(path.join("format")).unwrap(), "countersign-home/1\n");
    let extra = BTreeMap::from([("rows".to_owned(), "12".to_owned())]);
    let import = NewRecord { extra: extra.clone(), ..record(Kind::ListImport, "us_csl", b"raw list") };
    assert_eq!(store.append(&import).unwrap().index, 0);
    assert_eq!(decide(&mut store, "HOLD"), 1);
    let several =
        [record(Kind::LawPack, "us", b"pack"), record(Kind::Disposition, "case 1 / hit 3", b"not the same")];
    let receipts = store.append_all(&several).unwrap();
    assert_eq!(receipts.iter().map(|receipt| receipt.index).collect::<Vec<_>>(), [2, 3]);
    assert!(receipts[1].proof.starts_with("c2sp.org/tlog-proof@v1\nindex 3\n"));
    assert!(store.append_all(&[]).unwrap().is_empty());

    // readers see it beside the writer
    let reader = Store::open(&path, Access::Read).unwrap();
    let entries: Vec<_> = reader.entries().collect::<Result<_, _>>().unwrap();
    assert_eq!(
        entries.iter().map(|(index, leaf)| (*index, leaf.kind, leaf.subject.as_str())).collect::<Vec<_>>(),
        [
            (0, Kind::ListImport, "us_csl"),
            (1, Kind::Decision, "case 1"),
            (2, Kind::LawPack, "us"),
            (3, Kind::Disposition, "case 1 / hit 3"),
        ]
    );
    assert_eq!(entries[0].1.extra, extra);
    assert_eq!(reader.entries_from(3).count(), 1);
    assert_eq!(reader.entry(2).unwrap(), entries[2].1);
    assert_eq!(reader.blob(&entries[0].1.sha256).unwrap(), b"raw list");
    let report = reader.fsck().unwrap();
    assert!(report.faults.is_empty() && report.notes.is_empty(), "{report:?}");
    assert_eq!((report.entries, report.documents), (Some(4), 6));

    let mut reader = reader;
    assert!(matches!(reader.append(&several[0]), Err(StoreFault::ReadOnly)));
    assert!(matches!(reader.put_blob(b""), Err(StoreFault::ReadOnly)));
    assert!(matches!(reader.sign_statement(Kind::Decision, [], json!({})), Err(StoreFault::ReadOnly)));
    // reading needs no secret
    fs::remove_file(path.join("keys/journal.key")).unwrap();
    fs::remove_file(path.join("keys/record.key")).unwrap();
    assert!(Store::open(&path, Access::Read).is_ok());
    drop(store);
    assert!(matches!(Store::open(&path, WRITE), Err(StoreFault::Key(_))));
}

#[test]
fn a_bundle_convinces_a_stranger() {
    let (directory, mut store) = home();
    for n in 0..300 {
        store.append(&record(Kind::LawPack, "us", format!("pack {n}").as_bytes())).unwrap();
    }
    let index = decide(&mut store, "HOLD");
    decide(&mut store, "STOP");
    let bytes = store.bundle(index).unwrap();
    let verified = verify_bundle(&bytes, None).unwrap();
    assert_eq!((verified.kind, verified.index, verified.tree_size), (Kind::Decision, 300, 302));
    assert_eq!(verified.identity, Identity::FromBundle);
    assert_eq!(verified.statement.predicate["answer"], "HOLD");
    assert_eq!(verified.documents[&"case.yaml".parse().unwrap()], CASE.as_bytes());
    assert_eq!(verified.documents[&"scan.jpg".parse().unwrap()], SCAN);
    assert_eq!(verify_bundle(&bytes, Some(&store.trusted_keys())).unwrap().identity, Identity::Trusted);
    let (_other_directory, other) = home();
    assert!(matches!(verify_bundle(&bytes, Some(&other.trusted_keys())), Err(BundleFault::UntrustedLog(_))));
    // the same from a reader, byte for byte
    let reader = Store::open(&directory.path().join("home"), Access::Read).unwrap();
    assert_eq!(reader.bundle(index).unwrap(), bytes);

    let without = store.bundle_without(index, &["scan.jpg".parse().unwrap()]).unwrap();
    let verified = verify_bundle(&without, None).unwrap();
    assert_eq!((verified.documents.len(), verified.withheld.len()), (1, 1));
    assert!(store.bundle_without(index, &["other".parse().unwrap()]).is_err());
    assert!(matches!(store.bundle(0), Err(StoreFault::Record(_))), "a law pack is no signed record");
    assert!(store.bundle(302).is_err());
}

#[test]
fn what_could_not_be_handed_out_is_not_recorded() {
    let (_directory, mut store) = home();
    let (_other_directory, other) = home();
    let case = store.put_blob(CASE.as_bytes()).unwrap();
    let bytes = |store: &Store, kind| {
        store.sign_statement(kind, [("case.yaml", case)], json!({})).unwrap().to_bytes().unwrap()
    };
    let ours = bytes(&store, Kind::Decision);
    let mut refuse = |record: NewRecord<'_>| {
        let fault = store.append(&record).unwrap_err();
        assert_eq!(store.log().size(), 0);
        fault
    };
    assert!(matches!(refuse(record(Kind::Decision, "", b"not signed")), StoreFault::Record(_)));
    let theirs = bytes(&other, Kind::Decision);
    assert!(matches!(refuse(record(Kind::Decision, "", &theirs)), StoreFault::Record(_)));
    assert!(matches!(refuse(record(Kind::Disposition, "", &ours)), StoreFault::RecordMismatch(_)));
    let absent = named(&[("absent", b"absent")]);
    assert!(matches!(
        refuse(NewRecord { documents: absent, ..record(Kind::Decision, "", &ours) }),
        StoreFault::Blob(BlobFault::Missing(_))
    ));
    let long = "x".repeat(70_000);
    assert!(matches!(
        refuse(record(Kind::LawPack, &long, b"")),
        StoreFault::Leaf { source: LeafError::TooLarge(_), .. }
    ));
    store.put_blob(b"unnamed").unwrap();
    let unnamed = named(&[("unnamed", b"unnamed")]);
    let fault = store.append(&NewRecord { documents: unnamed, ..record(Kind::Decision, "", &ours) });
    assert!(matches!(fault, Err(StoreFault::RecordMismatch(_))));
    assert!(store.append(&record(Kind::Decision, "", &ours)).is_ok());
    assert!(matches!(
        store.sign_statement(Kind::Decision, [], json!({"n": u64::MAX})),
        Err(StoreFault::Statement(_))
    ));
}

#[test]
fn homes_cannot_be_mixed_up() {
    let (directory, store) = home();
    let path = directory.path().join("home");
    assert!(matches!(Store::init(&path), Err(StoreFault::Exists(_))));
    assert!(matches!(Store::open(&path, WRITE), Err(StoreFault::Lock(_))), "one writer");
    drop(store);
    assert!(matches!(Store::open(directory.path(), Access::Read), Err(StoreFault::NoHome(_))));

    let (other_directory, _) = home();
    let other = other_directory.path().join("home");
    let key = fs::read(path.join("keys/journal.key")).unwrap();
    fs::copy(other.join("keys/journal.key"), path.join("keys/journal.key")).unwrap();
    assert!(matches!(Store::open(&path, WRITE), Err(StoreFault::PublicKey { .. })));
    fs::copy(other.join("keys/journal.vkey"), path.join("keys/journal.vkey")).unwrap();
    for access in [WRITE, Access::Read] {
        assert!(matches!(Store::open(&path, access), Err(StoreFault::Open(OpenFault::WrongKey { .. }))));
    }
    fs::write(path.join("keys/journal.key"), key).unwrap();
    fs::write(path.join("format"), "countersign-home/3\n").unwrap();
    assert!(
        matches!(Store::open(&path, Access::Read), Err(StoreFault::UnknownFormat { found, .. }) if found == "countersign-home/3")
    );
}

#[test]
fn an_interrupted_init_is_taken_up_and_a_damaged_home_is_not() {
    let (directory, mut store) = home();
    let path = directory.path().join("home");
    let vkey = store.log().vkey().clone();
    // without its last step
    let format = path.join("format");
    fs::remove_file(&format).unwrap();
    store.append(&record(Kind::LawPack, "us", b"pack")).unwrap();
    drop(store);
    assert!(matches!(Store::init(&path), Err(StoreFault::Damaged(_))), "it has entries");
    fs::remove_file(path.join("keys/journal.key")).unwrap();
    assert!(matches!(Store::init(&path), Err(StoreFault::Key(_))), "no new key over an old journal");
    fs::remove_dir_all(path.join("journal")).unwrap();
    let store = Store::init(&path).unwrap();
    assert_ne!(store.log().vkey(), &vkey);
    drop(store);
    fs::remove_file(&format).unwrap();
    fs::remove_file(path.join("journal/checkpoint")).unwrap();
    assert!(Store::init(&path).is_ok(), "keys without a log are an interrupted init");
}

#[test]
fn an_unknown_kind_is_named_and_never_skipped() {
    use std::sync::Arc;
    let (directory, mut store) = home();
    let path = directory.path().join("home");
    store.append(&record(Kind::LawPack, "us", b"pack")).unwrap();
    let known = store.log().entry(0).unwrap();
    drop(store);
    // a newer version wrote into this home
    let newer = String::from_utf8(known).unwrap().replace("law_pack", "pardon");
    let key = fs::read_to_string(path.join("keys/journal.key")).unwrap();
    let signer = countersign_verify::NoteSigner::from_secret_text(key.trim_end()).unwrap();
    let storage = Arc::new(countersign_log::FsStorage::open(path.join("journal")).unwrap());
    let mut writer = countersign_log::Writer::open(storage, signer, Duration::ZERO).unwrap();
    writer.append(&[newer]).unwrap();
    drop(writer);
    let store = Store::open(&path, Access::Read).unwrap();
    let fault = store.entries().last().unwrap().unwrap_err();
    assert!(fault.to_string().contains("unknown kind `pardon`"), "{fault}");
    let report = store.fsck().unwrap();
    assert!(matches!(report.faults[..], [HomeFault::Entry(_)]), "{:?}", report.faults);
}

fn all_files(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(all_files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// Every byte of every file of journal and blobs: never accepted, and named for what it is.
#[test]
fn no_changed_byte_is_accepted() {
    let (directory, mut store) = home();
    let path = directory.path().join("home");
    store.append(&record(Kind::LawPack, "us", b"pack")).unwrap();
    let index = decide(&mut store, "HOLD");
    let good = store.bundle(index).unwrap();
    drop(store);
    let mut seen = BTreeMap::new();
    for part in ["journal", "blobs"] {
        for file in all_files(&path.join(part)).into_iter().filter(|file| !file.ends_with("lock")) {
            let bytes = fs::read(&file).unwrap();
            // each byte of the small files, a dense sample of the large
            for place in (0..bytes.len()).step_by(1 + bytes.len() / 60) {
                let mut changed = bytes.clone();
                changed[place] ^= 0x20;
                fs::write(&file, &changed).unwrap();
                let report = fsck(&path).unwrap();
                assert_eq!(report.faults.len(), 1, "{} {place}: {:?}", file.display(), report.faults);
                let message = report.faults[0].to_string();
                let relative = file.strip_prefix(path.join(part)).unwrap().display().to_string();
                let word = match (part, relative.as_str()) {
                    ("blobs", _) => relative.replace('/', ""),
                    (_, "checkpoint") => "checkpoint".to_owned(),
                    (_, tile) => format!("`{tile}`"),
                };
                assert!(message.contains(&word), "{word}: {message}");
                *seen.entry(word).or_insert(0) += 1;
                // what is still handed out is what it was
                if let Ok(bundle) = Store::open(&path, Access::Read).and_then(|store| store.bundle(index)) {
                    assert_eq!(bundle, good);
                }
            }
            fs::write(&file, &bytes).unwrap();
        }
    }
    assert_eq!(seen.len(), 3 + 4, "checkpoint, tile, bundle, four documents: {seen:?}");
    assert!(fsck(&path).unwrap().faults.is_empty());
}

#[test]
fn missing_and_orphaned_documents_are_told_apart() {
    let (directory, mut store) = home();
    let path = directory.path().join("home");
    let index = decide(&mut store, "HOLD");
    let orphan = store.put_blob(b"nobody's").unwrap();
    let scan = Digest::of(SCAN);
    let hex = scan.to_string();
    let (two, rest) = hex.split_at(2);
    fs::remove_file(path.join("blobs").join(two).join(rest)).unwrap();
    fs::write(path.join("blobs/readme"), "?").unwrap();
    assert!(matches!(store.bundle(index), Err(StoreFault::Blob(BlobFault::Missing(d))) if d == scan));
    let report = store.fsck().unwrap();
    assert!(
        matches!(&report.faults[..], [HomeFault::Blob { index: 0, source: BlobFault::Missing(d) }] if *d == scan)
    );
    assert_eq!(report.notes, [HomeNote::Orphan(orphan), HomeNote::Stray("readme".to_owned())]);
    // putting it again heals
    store.put_blob(SCAN).unwrap();
    assert!(store.bundle(index).is_ok());
}
