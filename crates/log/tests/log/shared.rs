//! Writers who share a storage without a lock. One succeeds at a time; whoever stops or dies at whatever moment, nothing
//! that was acknowledged is lost, and there is one history.

use std::io;
use std::sync::Mutex;

use countersign_log::testing::Failure;
use countersign_log::{AppendFault, LockFault, OpenFault, SequencerLock, StorageFault};

use super::*;

fn log_of_shared(size: u64) -> MemStorage {
    let storage = MemStorage::shared();
    create(&storage).append(&entries(0..size)).unwrap();
    storage
}

fn words(word: &str, count: u64) -> Vec<Vec<u8>> {
    (0..count).map(|n| format!("{word} {n}").into_bytes()).collect()
}

/// Everything in the log is sound, and nothing lies about that is not explained.
fn sound(storage: &MemStorage) -> Vec<Vec<u8>> {
    let report = fsck(storage, &vkey()).unwrap();
    assert!(report.faults.is_empty(), "{:?}", report.faults);
    let log = read(storage);
    log.entries(0).map(|entry| entry.unwrap().1).collect()
}

#[test]
fn of_two_writers_one_is_overtaken_and_begins_again() {
    for (size, heap) in [(0, 1), (5, 1), (255, 1), (250, 300)] {
        let storage = log_of_shared(size);
        let (mut one, mut two) = (reopen(&storage), reopen(&storage));
        one.append(&words("one", heap)).unwrap();
        // as long as the other's, so that every tile would have the same name
        assert!(matches!(two.append(&words("two", heap)), Err(AppendFault::Overtaken)));
        assert!(matches!(two.append(&words("two", heap)), Err(AppendFault::Failed)));
        assert_eq!(sound(&storage)[size as usize..], words("one", heap));
        two.recover().unwrap();
        two.append(&words("two", heap)).unwrap();
        assert!(matches!(one.append(&words("one", heap)), Err(AppendFault::Overtaken)));
        let found = sound(&storage);
        assert_eq!(found.len() as u64, size + 2 * heap);
        assert_eq!(found[(size + heap) as usize..], words("two", heap));
        let left: Vec<String> =
            storage.files().into_keys().filter(|path| path.starts_with("staging/")).collect();
        assert!(left.is_empty(), "{left:?}");
    }
    // a log begins once
    let storage = MemStorage::shared();
    let first = create(&storage);
    let second = Writer::create(shared(&storage), signer(), Duration::ZERO);
    assert!(matches!(second, Err(AppendFault::Open(OpenFault::Exists))));
    drop(first);
    // what was copied there is not appended to
    let copy = MemStorage::shared();
    copy.put("checkpoint", &storage.files()["checkpoint"]).unwrap();
    let opened = Writer::open(shared(&copy), signer(), Duration::ZERO);
    assert!(matches!(opened, Err(AppendFault::Open(OpenFault::HeadMissing))));
}

#[test]
fn a_writer_that_dies_at_any_step_is_continued_by_the_next() {
    for (size, heap) in [(0, 1), (5, 1), (255, 1), (256, 1), (250, 300)] {
        for failure in [Failure::Before, Failure::After] {
            let mut finished = false;
            for step in 0..60 {
                let storage = log_of_shared(size);
                let mut writer = reopen(&storage);
                storage.fail_from(step, failure);
                let outcome = writer.append(&entries(size..size + heap));
                storage.heal();
                // a reader needs no writer: it sees the old state or the new one, whole
                let seen = read(&storage).size();
                assert!(seen == size || seen == size + heap, "{seen} after step {step}");
                let mut next = reopen(&storage);
                let found = next.log().size();
                let least = if outcome.is_ok() { size + heap } else { size };
                assert!(found == size + heap || found == least, "{found} after step {step}");
                next.append(&words("next", 3)).unwrap();
                let all = sound(&storage);
                assert_eq!(all[..found as usize], entries(0..found));
                assert_eq!(all[found as usize..], words("next", 3));
                if outcome.is_err() {
                    // the one that was thought dead comes back
                    writer.recover().unwrap();
                    writer.append(&words("back", 2)).unwrap();
                    assert_eq!(sound(&storage).len() as u64, found + 5);
                }
                finished = outcome.is_ok_and(|appended| appended.leftovers.is_empty());
                if finished {
                    break;
                }
            }
            assert!(finished, "no append succeeded");
        }
    }
}

/// Runs something just before a write.
struct Interrupted {
    inside: MemStorage,
    before: Mutex<Before>,
}

struct Before {
    writes: u32,
    at: u32,
    run: Option<Box<dyn FnOnce() + Send>>,
}

impl std::fmt::Debug for Interrupted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Interrupted")
    }
}

impl Interrupted {
    fn write(&self) {
        let run = {
            let mut before = self.before.lock().unwrap();
            before.writes += 1;
            if before.writes == before.at { before.run.take() } else { None }
        };
        if let Some(run) = run {
            run();
        }
    }
}

impl Storage for Interrupted {
    fn get(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        self.inside.get(path)
    }
    fn put(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        self.write();
        self.inside.put(path, bytes)
    }
    fn put_all(&self, files: &[(String, &[u8])]) -> Result<(), StorageFault> {
        for (path, bytes) in files {
            self.write();
            self.inside.put(path, bytes).unwrap();
        }
        Ok(())
    }
    fn replace(&self, path: &str, old: Option<&[u8]>, new: &[u8]) -> io::Result<bool> {
        self.write();
        self.inside.replace(path, old, new)
    }
    fn is_shared(&self) -> bool {
        true
    }
    fn delete(&self, path: &str) -> io::Result<()> {
        self.write();
        self.inside.delete(path)
    }
    fn list(&self, prefix: &str) -> io::Result<Vec<String>> {
        self.inside.list(prefix)
    }
    fn lock(&self, wait: Duration) -> Result<Box<dyn SequencerLock>, LockFault> {
        self.inside.lock(wait)
    }
}

/// A writer sleeps just before one of its writes; meanwhile another appends, once and again.
#[test]
fn a_writer_that_sleeps_at_any_step_changes_nothing_of_what_others_did() {
    for (size, heap) in [(5, 1), (255, 1), (250, 300)] {
        let mut undisturbed = false;
        for at in 1..60 {
            let storage = log_of_shared(size);
            let others = storage.clone();
            let run: Box<dyn FnOnce() + Send> = Box::new(move || {
                let mut other = reopen(&others);
                other.append(&words("other", heap)).unwrap();
                other.append(&words("again", 7)).unwrap();
            });
            let before = Mutex::new(Before { writes: 0, at, run: Some(run) });
            let slow = Arc::new(Interrupted { inside: storage.clone(), before });
            let mut writer =
                Writer::open(slow.clone() as Arc<dyn Storage>, signer(), Duration::ZERO).unwrap();
            let outcome = writer.append(&words("slow", heap));
            let ran = slow.before.lock().unwrap().run.is_none();
            let all = sound(&storage);
            let others = if ran { heap + 7 } else { 0 };
            match outcome {
                Ok(_) => {
                    assert_eq!(all.len() as u64, size + heap + others, "at {at}");
                    assert_eq!(all[size as usize..][..heap as usize], words("slow", heap), "at {at}");
                }
                Err(AppendFault::Overtaken) => {
                    assert!(ran && !all.contains(&words("slow", 1)[0]), "at {at}");
                    assert_eq!(all.len() as u64, size + others);
                }
                Err(other) => panic!("at {at}: {other}"),
            }
            writer.recover().unwrap();
            if let Err(fault) = writer.append(&words("later", 1)) {
                assert!(matches!(fault, AppendFault::Overtaken));
                writer.recover().unwrap();
                writer.append(&words("later", 1)).unwrap();
            }
            assert_eq!(sound(&storage).last().unwrap(), b"later 0");
            if !ran {
                undisturbed = true;
                break;
            }
        }
        assert!(undisturbed, "an append has fewer writes than were tried");
    }
}

#[test]
fn what_is_staged_is_believed_only_where_it_leads_to_the_signed_root() {
    let storage = log_of_shared(5);
    let committed = storage.files();
    let mut writer = reopen(&storage);
    // the writes: staging, head, then the first tile
    storage.fail_from(2, Failure::Before);
    writer.append(&entries(5..8)).unwrap_err();
    storage.heal();
    let files = storage.files();
    let (path, staged) = files.iter().find(|(path, _)| path.starts_with("staging/")).unwrap();
    assert_eq!(files["checkpoint"], committed["checkpoint"]);
    assert_ne!(files["head"], committed["head"]);
    for place in 0..staged.len() {
        let mut damaged = files.clone();
        damaged.get_mut(path).unwrap()[place] ^= 1;
        let damaged = {
            let shared = MemStorage::shared();
            for (path, bytes) in &damaged {
                shared.put(path, bytes).unwrap();
            }
            shared
        };
        let opened = Writer::open(shared(&damaged), signer(), Duration::ZERO);
        let Err(AppendFault::Open(OpenFault::Staged(named))) = opened else { panic!("byte {place}") };
        assert_eq!(named, *path);
        // and nothing of it was written
        assert_eq!(sound(&damaged), entries(0..5), "byte {place}");
    }
    // without it the decided append cannot be finished, and that is said
    let lost = MemStorage::shared();
    for (name, bytes) in files.iter().filter(|(name, _)| *name != path) {
        lost.put(name, bytes).unwrap();
    }
    let said = Writer::open(shared(&lost), signer(), Duration::ZERO).unwrap_err().to_string();
    assert!(said.contains(path.as_str()), "{said}");
    assert_eq!(read(&lost).size(), 5);
}
