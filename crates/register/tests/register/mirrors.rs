//! Copies: checked on the way, never backwards, and a fork becomes a proof.

use std::sync::Arc;

use super::*;
use countersign_log::{FsStorage, Storage};
use countersign_register::{MirrorFault, mirror};
use countersign_verify::{ForkFault, Policy, verify_fork};

fn storage(path: &std::path::Path) -> Arc<dyn Storage> {
    Arc::new(FsStorage::create(path).unwrap())
}

fn copy_all(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_all(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn comments(office: &mut Office, names: std::ops::Range<u32>) {
    let on = office.register.leaf(0).unwrap().sha256;
    let signed: Vec<SignedRecord> = names
        .map(|n| json!({"of": {"record": on}, "text": format!("comment {n}")}))
        .map(|content| sign(RecordKind::Comment, predicate(&["register:example"], content), 7))
        .collect();
    let entry = |signed| NewEntry { signed, documents: BTreeMap::new(), withheld: BTreeSet::new() };
    let entries: Vec<NewEntry<'_>> = signed.iter().map(entry).collect();
    office.register.append_all(&entries, &time(3)).unwrap();
}

#[test]
fn a_published_register_is_mirrored_step_by_step() {
    let mut office = Office::new();
    let (site, copy) = (office.path("site"), office.path("copy"));
    let vkey = office.register.vkey().clone();
    let nobody = Policy::without_witnesses([vkey.clone()]);
    // over the edges of tiles
    for (step, size) in [(0..3, 4), (3..255, 256), (255..300, 301), (300..300, 301)] {
        comments(&mut office, step);
        office.register.publish(&storage(&site), &nobody).unwrap();
        let copied = mirror(&storage(&site), &vkey, &copy, None).unwrap();
        assert_eq!(copied.size, size);
        let replay = Register::open(&copy).unwrap().replay().unwrap();
        assert!(replay.faults.is_empty(), "{:?}", replay.faults);
        assert_eq!((replay.size(), replay.absent), (size, 0));
        let report = Register::open(&copy).unwrap().fsck().unwrap();
        assert!(report.faults.is_empty() && report.notes.is_empty(), "{report:?}");
    }
    assert!(!site.join("keys").exists() && !copy.join("keys").exists());
    assert!(matches!(
        Register::open_to_append(&copy, std::time::Duration::ZERO),
        Err(RegisterFault::ReadOnly)
    ));
}

#[test]
fn a_fork_is_an_alarm_with_proof_and_the_copy_stays() {
    let mut office = Office::new();
    comments(&mut office, 0..2);
    let vkey = office.register.vkey().clone();
    let (own, other, copy) = (office.register.dir().to_owned(), office.path("other"), office.path("copy"));
    copy_all(&own, &other);
    let mut forked = Register::open_to_append(&other, std::time::Duration::ZERO).unwrap();
    comments(&mut office, 2..4);
    let on = forked.leaf(0).unwrap().sha256;
    for n in 0..5 {
        let text = format!("what is shown to somebody else {n}");
        let comment = predicate(&["register:example"], json!({"of": {"record": on}, "text": text}));
        append(&mut forked, RecordKind::Comment, comment, 7, 3).unwrap();
        mirror(&storage(&own), &vkey, &copy, None).unwrap();
        let before = Register::open(&copy).unwrap().log().checkpoint().clone();
        // smaller, of equal size, larger
        let fault = mirror(&storage(&other), &vkey, &copy, None).unwrap_err();
        assert!(fault.is_alarm(), "{fault}");
        let MirrorFault::Fork { evidence } = fault else { panic!("{fault}") };
        let bytes = std::fs::read(evidence).unwrap();
        let fork = verify_fork(&bytes, Some(std::slice::from_ref(&vkey))).unwrap();
        assert_ne!(fork.one, fork.other);
        assert_eq!(*Register::open(&copy).unwrap().log().checkpoint(), before);
        // and the copy says so to whoever reads it later
        let doubts = Register::open(&copy).unwrap().replay().unwrap().doubts();
        assert!(doubts[0].contains("signed two histories (`alarms/fork-"), "{doubts:?}");
        // nobody can accuse a log that did not fork
        let innocent = Office::new();
        assert!(matches!(
            verify_fork(&bytes, Some(&[innocent.register.vkey().clone()])),
            Err(ForkFault::OtherLog(_))
        ));
        let mut value: Value = serde_json::from_slice(&bytes).unwrap();
        value["other"] = value["one"].clone();
        assert!(verify_fork(value.to_string().as_bytes(), None).is_err());
        let mut value: Value = serde_json::from_slice(&bytes).unwrap();
        let one =
            value["one"].as_str().unwrap().replacen("register.example.org\n", "register.example.org\n9", 1);
        value["one"] = one.into();
        assert!(matches!(verify_fork(value.to_string().as_bytes(), None), Err(ForkFault::Checkpoint(_))));
        std::fs::remove_dir_all(copy.join("alarms")).unwrap();
    }
}

#[test]
fn an_old_state_is_an_alarm() {
    let mut office = Office::new();
    let (own, old, copy) = (office.register.dir().to_owned(), office.path("old"), office.path("copy"));
    copy_all(&own, &old);
    comments(&mut office, 0..2);
    let vkey = office.register.vkey().clone();
    mirror(&storage(&own), &vkey, &copy, None).unwrap();
    let fault = mirror(&storage(&old), &vkey, &copy, None).unwrap_err();
    assert!(matches!(fault, MirrorFault::RolledBack { kept: 3, now: 1 }), "{fault}");
}

/// Every file of a source: cut short, one byte changed, or gone. The copy is refused or, where a document is gone,
/// says so; it is never wrong.
#[test]
fn no_changed_file_gets_into_a_copy() {
    let mut office = Office::new();
    comments(&mut office, 0..3);
    office.add(RecordKind::Finding, finding(), 2, 4).unwrap();
    let (own, vkey) = (office.register.dir().to_owned(), office.register.vkey().clone());
    let files = FsStorage::open(&own).unwrap().list("").unwrap();
    let mut tried = 0;
    for (n, file) in files.iter().enumerate() {
        let document = file.starts_with("documents/");
        if file.starts_with("keys/") || file == "format" || file == "register.vkey" || file.ends_with("lock")
        {
            continue;
        }
        let original = std::fs::read(own.join(file)).unwrap();
        let changes = ["cut", "flip", "gone"];
        // a document is one of many alike: one change each
        let changes = if document { &changes[n % 3..=n % 3] } else { &changes[..] };
        for change in changes.iter().copied() {
            let mut bytes = original.clone();
            match change {
                "cut" => bytes.truncate(original.len() / 2),
                "flip" => bytes[original.len() / 2] ^= 1,
                _ => {}
            }
            if change == "gone" {
                std::fs::remove_file(own.join(file)).unwrap();
            } else {
                std::fs::write(own.join(file), &bytes).unwrap();
            }
            let copy = office.path(&format!("copy-{n}-{change}"));
            let copied = mirror(&storage(&own), &vkey, &copy, None);
            match copied {
                Ok(copied) => assert!(document && change == "gone" && copied.absent == 1, "{file} {change}"),
                Err(fault) => assert!(!fault.is_alarm(), "{file} {change}: {fault}"),
            }
            tried += 1;
        }
        std::fs::write(own.join(file), &original).unwrap();
    }
    assert!(tried > 12, "{tried}");
    mirror(&storage(&own), &vkey, &office.path("copy"), None).unwrap();
}
