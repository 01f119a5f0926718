//! The log in a directory: lock, keys, and settings that cannot be mixed up.

use countersign_log::testing::keeps_contract;
use countersign_log::{
    AppendFault, FsStorage, KeyFault, LockFault, OpenFault, create_secret, load_secret, new_seed,
};

use super::*;

fn directory() -> (tempfile::TempDir, Arc<dyn Storage>) {
    let directory = tempfile::tempdir().unwrap();
    let storage = FsStorage::create(directory.path().join("deep/log")).unwrap();
    (directory, Arc::new(storage))
}

#[test]
fn a_log_in_a_directory_is_the_log_in_memory() {
    let (directory, storage) = directory();
    let memory = MemStorage::new();
    let mut writers = [Writer::create(storage.clone(), signer(), Duration::ZERO).unwrap(), create(&memory)];
    for (from, to) in [(0, 1), (1, 2), (2, 700), (700, 701)] {
        for writer in &mut writers {
            writer.append(&entries(from..to)).unwrap();
        }
    }
    let paths = storage.list("").unwrap();
    assert_eq!(paths, memory.files().into_keys().collect::<Vec<_>>());
    for (path, bytes) in memory.files() {
        assert_eq!(std::fs::read(directory.path().join("deep/log").join(path)).unwrap(), bytes);
    }
    let report = fsck(storage.as_ref(), &vkey()).unwrap();
    assert!(report.faults.is_empty() && report.notes.is_empty(), "{report:?}");
    assert!(!directory.path().join("deep/log/tile/0/000.p").exists(), "empty directories go too");
}

#[test]
fn a_half_written_file_is_never_the_file() {
    let (directory, storage) = directory();
    let mut writer = Writer::create(storage.clone(), signer(), Duration::ZERO).unwrap();
    writer.append(&entries(0..3)).unwrap();
    std::fs::write(directory.path().join("deep/log/checkpoint.tmp"), b"half").unwrap();
    writer.append(&entries(3..4)).unwrap();
    assert_eq!(Log::open(storage.clone(), &vkey()).unwrap().size(), 4);
    assert!(!directory.path().join("deep/log/checkpoint.tmp").exists());
    for path in ["", "/etc", "a/../b", "./a", "a//b"] {
        assert!(storage.put(path, b"").is_err(), "{path}");
    }
}

#[test]
fn there_is_one_writer_and_its_number_is_told() {
    let (_directory, storage) = directory();
    let first = Writer::create(storage.clone(), signer(), Duration::ZERO).unwrap();
    let second = Writer::open(storage.clone(), signer(), Duration::from_millis(20));
    match second {
        Err(AppendFault::Lock(fault @ LockFault::Held { .. })) => {
            assert!(fault.to_string().contains(&format!("process {}", std::process::id())), "{fault}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(Log::open(storage.clone(), &vkey()).unwrap().size(), 0, "readers need no lock");
    drop(first);
    assert!(Writer::open(storage, signer(), Duration::ZERO).is_ok());
}

#[test]
fn a_waiting_writer_gets_its_turn() {
    let (_directory, storage) = directory();
    let first = Writer::create(storage.clone(), signer(), Duration::ZERO).unwrap();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            let mut writer = Writer::open(storage.clone(), signer(), Duration::from_secs(20)).unwrap();
            writer.append(&entries(1..2)).unwrap().first
        });
        let mut first = first;
        std::thread::sleep(Duration::from_millis(50));
        first.append(&entries(0..1)).unwrap();
        drop(first);
        assert_eq!(waiting.join().unwrap(), 1);
    });
}

#[test]
fn what_does_not_belong_together_is_refused() {
    let (directory, storage) = directory();
    assert!(matches!(
        Writer::open(storage.clone(), signer(), Duration::ZERO),
        Err(AppendFault::Open(OpenFault::NoLog))
    ));
    let mut writer = Writer::create(storage.clone(), signer(), Duration::ZERO).unwrap();
    writer.append(&entries(0..3)).unwrap();
    drop(writer);
    assert!(matches!(
        Writer::create(storage.clone(), signer(), Duration::ZERO),
        Err(AppendFault::Open(OpenFault::Exists))
    ));
    let other_key = || NoteSigner::new("example.org/log", Seed::from_bytes(&[6; 32])).unwrap();
    let other_name = || NoteSigner::new("example.org/other", Seed::from_bytes(&[5; 32])).unwrap();
    for make in [&other_key as &dyn Fn() -> NoteSigner, &other_name] {
        for outcome in [
            Writer::open(storage.clone(), make(), Duration::ZERO),
            Writer::create(storage.clone(), make(), Duration::ZERO),
        ] {
            assert!(matches!(outcome, Err(AppendFault::Open(OpenFault::WrongKey { .. }))), "{outcome:?}");
        }
    }
    // a log without its checkpoint is not a place for a new log
    std::fs::remove_file(directory.path().join("deep/log/checkpoint")).unwrap();
    for outcome in [
        Writer::open(storage.clone(), signer(), Duration::ZERO),
        Writer::create(storage.clone(), signer(), Duration::ZERO),
    ] {
        assert!(matches!(outcome, Err(AppendFault::Open(OpenFault::CheckpointMissing(_)))), "{outcome:?}");
    }
}

#[test]
fn secrets_are_made_once_and_kept_from_others() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("keys/journal.key");
    assert!(matches!(load_secret(&path), Err(KeyFault::Missing(_))));
    let signer = NoteSigner::new("example.org/log", new_seed().unwrap()).unwrap();
    create_secret(&path, &signer.secret_text()).unwrap();
    let again = NoteSigner::from_secret_text(&load_secret(&path).unwrap()).unwrap();
    assert_eq!(again.vkey(), signer.vkey());
    assert!(matches!(create_secret(&path, "other"), Err(KeyFault::Exists(_))));
    assert_ne!(new_seed().unwrap().public(), new_seed().unwrap().public());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(load_secret(&path), Err(KeyFault::Exposed { mode: 0o640, .. })));
    }
}

#[test]
fn a_lock_is_free_as_soon_as_it_is_given_back_whatever_is_started_meanwhile() {
    use std::sync::atomic::{AtomicBool, Ordering};
    let (_directory, storage) = directory();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    // whether it can be started does not matter
                    let _ = std::process::Command::new("true").status();
                }
            });
        }
        let refused = (0..400).filter(|_| storage.lock(Duration::ZERO).is_err()).count();
        done.store(true, Ordering::Relaxed);
        assert_eq!(refused, 0, "of 400 times");
    });
}

#[test]
fn directory_and_memory_keep_the_contract_of_a_storage() {
    let (_directory, storage) = directory();
    keeps_contract(storage.as_ref(), 40).unwrap();
    keeps_contract(&MemStorage::new(), 40).unwrap();
    keeps_contract(&MemStorage::shared(), 40).unwrap();
}
