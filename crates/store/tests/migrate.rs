//! A home moves into a real PostgreSQL server, begun by the test, and back: the same entries, the same documents, the same
//! proofs; two machines record in turn; and whatever breaks on the way, the home is in one place.

#![expect(clippy::unwrap_used, reason = "a test may say what it expects")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use countersign_database::testing::{Cluster, Way, address};
use countersign_store::{Access, Kind, NewRecord, Place, Store, StoreFault, fsck, mark, migrate};

/// Longer than any machine needs.
const WAIT: Duration = Duration::from_secs(120);

fn write(home: &Path) -> Result<Store, StoreFault> {
    Store::open(home, Access::Write { wait: WAIT })
}

fn record(store: &mut Store, subject: &str) -> Result<u64, StoreFault> {
    let case = store.put_blob(format!("case {subject}").as_bytes())?;
    let documents = BTreeMap::from([("case.yaml".parse().unwrap(), case)]);
    let document = store
        .sign_statement(Kind::Decision, [("case.yaml", case)], serde_json::json!({"subject": subject}))?
        .to_bytes()
        .unwrap();
    let receipt = store.append(&NewRecord {
        kind: Kind::Decision,
        time: "2026-11-26T01:00:00Z".parse().unwrap(),
        subject,
        document: &document,
        documents,
        extra: BTreeMap::new(),
    })?;
    Ok(receipt.index)
}

/// Subjects, oldest first, of a home that is whole.
#[track_caller]
fn whole(home: &Path) -> Vec<String> {
    let report = fsck(home).unwrap();
    assert!(report.faults.is_empty(), "{:?}", report.faults);
    let store = Store::open(home, Access::Read).unwrap();
    store.entries().map(|entry| entry.unwrap().1.subject).collect()
}

/// What a second machine needs of a home.
fn node(home: &Path, other: &Path) {
    fs::create_dir_all(other.join("keys")).unwrap();
    for name in
        ["format", "storage", "keys/journal.key", "keys/journal.vkey", "keys/record.key", "keys/record.pub"]
    {
        fs::copy(home.join(name), other.join(name)).unwrap();
    }
}

#[test]
fn a_home_moves_into_a_database_and_back_with_all_its_proofs() {
    let Some(cluster) = Cluster::for_test().unwrap() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (home, other) = (folder.path().join("home"), folder.path().join("other"));
    let mut store = Store::init(&home).unwrap();
    for n in 0..260 {
        record(&mut store, &format!("before {n}")).unwrap();
    }
    let (bundle, root) = (store.bundle(5).unwrap(), store.log().checkpoint().root);
    drop(store);
    let place = Place { database: cluster.address("main"), bucket: None };
    assert!(matches!(migrate(&home, None, WAIT), Err(StoreFault::InPlace)));
    let before = mark(&home).unwrap();
    let moved = migrate(&home, Some(&place), WAIT).unwrap();
    assert_eq!((moved.entries, moved.root, moved.documents), (260, root, 520));
    assert_eq!(mark(&home).unwrap(), before);
    assert!(home.join("journal.moved").is_dir() && !home.join("journal").exists());
    assert_eq!(Place::of(&home).unwrap(), Some(place.clone()));
    assert!(matches!(migrate(&home, Some(&place), WAIT), Err(StoreFault::InPlace)));
    let store = Store::open(&home, Access::Read).unwrap();
    assert_eq!(store.bundle(5).unwrap(), bundle, "the same proof, byte for byte");
    drop(store);

    // two machines record in turn, and each sees what the other recorded
    node(&home, &other);
    for n in 0..6 {
        let (one, two) = if n % 2 == 0 { (&home, &other) } else { (&other, &home) };
        let mut store = write(one).unwrap();
        assert_eq!(record(&mut store, &format!("elsewhere {n}")).unwrap(), 260 + n);
        drop(store);
        assert_eq!(Store::open(two, Access::Read).unwrap().log().size(), 261 + n);
    }
    assert_ne!(mark(&home).unwrap(), before);
    // one at a time
    let held = write(&home).unwrap();
    let waiting = Store::open(&other, Access::Write { wait: Duration::from_millis(50) });
    assert!(matches!(waiting, Err(StoreFault::Lock(_))));
    drop(held);
    let all = whole(&home);
    assert_eq!((all.len(), all[265].as_str()), (266, "elsewhere 5"));
    assert_eq!(whole(&other), all);

    // another home does not move over it
    let stranger = folder.path().join("stranger");
    drop(Store::init(&stranger).unwrap());
    assert!(matches!(migrate(&stranger, Some(&place), WAIT), Err(StoreFault::Occupied(_))));
    assert_eq!(Place::of(&stranger).unwrap(), None);
    drop(write(&stranger).unwrap());

    // back, and the other machine cannot go on with what was left
    let moved = migrate(&home, None, WAIT).unwrap();
    assert_eq!((moved.entries, moved.documents), (266, 532));
    assert!(!home.join("storage").exists());
    assert_eq!(whole(&home), all);
    assert!(write(&other).is_err(), "the journal goes on elsewhere");
    assert_eq!(Store::open(&other, Access::Read).unwrap().log().size(), 266);
    record(&mut write(&home).unwrap(), "at home").unwrap();
    // and once more into the same place, over what was left there
    let moved = migrate(&home, Some(&place), WAIT).unwrap();
    assert_eq!(moved.entries, 267);
    record(&mut write(&other).unwrap(), "elsewhere again").unwrap();
    assert_eq!(whole(&home).len(), 268);
    assert!(home.join("journal.moved-1").is_dir());
}

#[test]
fn a_move_that_breaks_leaves_the_home_where_it_was_and_can_be_done_again() {
    let Some(cluster) = Cluster::for_test().unwrap() else { return };
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    let mut store = Store::init(&home).unwrap();
    for n in 0..40 {
        record(&mut store, &format!("n {n}")).unwrap();
    }
    // a writer keeps it from moving
    let place = Place { database: cluster.address("broken"), bucket: None };
    assert!(matches!(migrate(&home, Some(&place), Duration::from_millis(50)), Err(StoreFault::Lock(_))));
    drop(store);
    // the way breaks in the middle, for good
    let way = Way::to(cluster.port()).unwrap();
    let broken =
        Place { database: format!("{}&connect_timeout=1", address(way.port(), "broken")), bucket: None };
    let cut = {
        let way = way.clone();
        std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(60));
            way.cut();
        })
    };
    let outcome = migrate(&home, Some(&broken), WAIT);
    cut.join().unwrap();
    way.mend();
    if outcome.is_err() {
        assert_eq!(Place::of(&home).unwrap(), None);
        record(&mut write(&home).unwrap(), "meanwhile").unwrap();
        migrate(&home, Some(&place), WAIT).unwrap();
        assert_eq!(whole(&home).len(), 41);
    } else {
        // a fast machine had done it by then
        assert_eq!(whole(&home).len(), 40);
    }
    // a document that is damaged is not moved
    let bad = folder.path().join("bad");
    let mut store = Store::init(&bad).unwrap();
    record(&mut store, "one").unwrap();
    drop(store);
    let directory = fs::read_dir(bad.join("blobs")).unwrap().next().unwrap().unwrap().path();
    let file = fs::read_dir(&directory).unwrap().next().unwrap().unwrap().path();
    fs::write(&file, b"other").unwrap();
    let place = Place { database: cluster.address("bad"), bucket: None };
    assert!(matches!(migrate(&bad, Some(&place), WAIT), Err(StoreFault::Blob(_))));
    assert_eq!(Place::of(&bad).unwrap(), None);
    // `storage` that says nothing
    let told = |text: &str| {
        fs::write(bad.join("format"), "countersign-home/2\n").unwrap();
        fs::write(bad.join("storage"), text).unwrap();
        Store::open(&bad, Access::Read).unwrap_err().to_string()
    };
    assert!(told("").contains("first line"));
    assert!(told("countersign-storage/1\n").contains("no database"));
    assert!(told("countersign-storage/1\ncolour red\n").contains("`colour red`"));
    assert!(
        told("countersign-storage/1\ndatabase mysql://x\n").contains("does not begin with `postgres://`")
    );
}
