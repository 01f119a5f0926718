//! Every file is changed, byte by byte: never accepted, and named for what it is.

use countersign_log::{FsckFault, OpenFault, ReadFault};
use countersign_verify::{leaf_hash, verify_inclusion};

use super::*;

/// What a reader accepts of a log is true, whatever happened to the files.
fn reader_is_not_deceived(storage: &MemStorage, size: u64, root: countersign_model::Digest) -> u64 {
    let Ok(log) = Log::open(shared(storage), &vkey()) else { return 0 };
    assert_eq!((log.size(), log.checkpoint().root), (size, root));
    let mut good = 0;
    for index in 0..size {
        if let Ok(found) = log.entry(index) {
            assert_eq!(found, entry(index));
            good += 1;
        }
        if let Ok(proof) = log.inclusion_proof(index, size) {
            verify_inclusion(&leaf_hash(&entry(index)), index, size, &proof, &root).unwrap();
        }
    }
    good
}

fn flip(storage: &MemStorage, path: &str, place: usize) -> MemStorage {
    let mut files = storage.files();
    *files.get_mut(path).and_then(|bytes| bytes.get_mut(place)).unwrap() ^= 0x10;
    MemStorage::with_files(files)
}

#[test]
fn every_byte_of_a_small_log() {
    let storage = log_of(11);
    let root = read(&storage).checkpoint().root;
    for (path, bytes) in storage.files() {
        for place in 0..bytes.len() {
            let changed = flip(&storage, &path, place);
            let report = check(&changed);
            assert_eq!(report.faults.len(), 1, "{path} {place}: {:?}", report.faults);
            assert_eq!(report.faults[0].path(), Some(path.as_str()), "{place}");
            reader_is_not_deceived(&changed, 11, root);
        }
        for cut in [0, 1, bytes.len() / 2, bytes.len() - 1] {
            let mut files = storage.files();
            files.get_mut(&path).unwrap().truncate(cut);
            let report = check(&MemStorage::with_files(files));
            assert_eq!(report.faults[0].path(), Some(path.as_str()), "{path} cut at {cut}");
        }
    }
}

#[test]
fn every_file_of_a_log_of_three_levels() {
    let size = 66_000;
    let storage = log_of(size);
    let files = storage.files();
    assert!(files.contains_key("tile/2/000.p/1"));
    // fsck reads all of it each time: a dense sample of the many tiles of level 0, all others
    let step = |path: &str| match path {
        path if path.starts_with("tile/0/") => {
            path.contains(".p/") || path.ends_with("00") || path.ends_with("55")
        }
        path if path.starts_with("tile/entries/") => path.contains(".p/") || path.ends_with("77"),
        _ => true,
    };
    for (path, bytes) in files.iter().filter(|(path, _)| step(path)) {
        for place in [0, bytes.len() / 2, bytes.len() - 1] {
            let changed = flip(&storage, path, place);
            let report = check(&changed);
            let found: Vec<_> = report.faults.iter().map(|fault| fault.path().unwrap_or("edge")).collect();
            assert_eq!(found, [path.as_str()], "{place}: {:?}", report.faults);
        }
    }
}

#[test]
fn missing_files_are_named() {
    let storage = log_of(600);
    for path in storage.files().into_keys() {
        let mut files = storage.files();
        files.remove(&path);
        let report = check(&MemStorage::with_files(files));
        assert_eq!(report.faults.len(), 1, "{path}");
        let right = match path.as_str() {
            "checkpoint" => {
                matches!(&report.faults[0], FsckFault::Checkpoint(OpenFault::CheckpointMissing(tile)) if tile.starts_with("tile/"))
            }
            path if path.starts_with("tile/entries") => {
                matches!(&report.faults[0], FsckFault::BundleMissing(found) if found == path)
            }
            path => matches!(&report.faults[0], FsckFault::TileMissing(found) if found == path),
        };
        assert!(right, "{path}: {:?}", report.faults);
    }
}

#[test]
fn several_faults_are_all_named() {
    let storage = log_of(70_000);
    let changed = flip(&storage, "tile/0/100", 7);
    let changed = flip(&changed, "tile/1/000", 8000);
    let changed = flip(&changed, "tile/entries/200", 100);
    let mut found: Vec<_> =
        check(&changed).faults.iter().map(|fault| fault.path().unwrap_or_default().to_owned()).collect();
    found.sort();
    // with the tile above and the bundle below both damaged, tile/0/200 cannot be told from a forged one, and
    // is not trusted; tile/0/100 and tile/1/000 are told apart
    for path in ["tile/0/100", "tile/1/000", "tile/entries/200"] {
        assert!(found.contains(&path.to_owned()), "{path}: {found:?}");
    }
}

/// CVE-2026-56865: a changed tile whose hashes only serve as siblings in a proof must be refused.
#[test]
fn a_changed_sibling_tile_gives_no_proof() {
    let storage = log_of(70_000);
    let clean = read(&storage);
    let root = clean.checkpoint().root;
    for path in ["tile/0/100", "tile/0/000", "tile/1/000"] {
        for place in [0, 31, 32 * 37, 8191] {
            let log = read(&flip(&storage, path, place));
            for index in [100 * 256, 100 * 256 + 37, 100 * 256 + 255, 0, 69_999, 255] {
                match log.inclusion_proof(index, 70_000) {
                    Ok(proof) => {
                        assert_eq!(proof, clean.inclusion_proof(index, 70_000).unwrap());
                        verify_inclusion(&leaf_hash(&entry(index)), index, 70_000, &proof, &root).unwrap();
                    }
                    Err(ReadFault::Tile(found)) => assert_eq!(found, path),
                    Err(other) => panic!("{other}"),
                }
            }
            let own = match path {
                "tile/0/100" => 100 * 256 + 5,
                _ => 5,
            };
            assert!(matches!(log.inclusion_proof(own, 70_000), Err(ReadFault::Tile(found)) if found == path));
        }
    }
}

#[test]
fn a_changed_bundle_is_named_on_reading() {
    let storage = log_of(600);
    let changed = flip(&storage, "tile/entries/001", 40);
    let log = read(&changed);
    assert!(matches!(log.entry(300), Err(ReadFault::Bundle { path, .. }) if path == "tile/entries/001"));
    assert_eq!(log.entry(599).unwrap(), entry(599));
    let all: Vec<_> = log.entries(0).collect();
    assert_eq!(all.len(), 257, "the first bundle, then the fault, then nothing");
    assert!(all[256].is_err());
}

#[test]
fn an_exchanged_checkpoint_is_refused() {
    let storage = log_of(600);
    let older = log_of(500).files()["checkpoint"].clone();
    let mut files = storage.files();
    files.insert("checkpoint".to_owned(), older);
    // signed by the right key, but an older state whose edge is not here any more
    let storage = MemStorage::with_files(files);
    assert!(Log::open(shared(&storage), &vkey()).is_err());
    assert!(!check(&storage).faults.is_empty());
}

#[test]
fn strangers_are_notes() {
    let storage = log_of(300);
    let mut files = storage.files();
    for path in ["tile/0/001.p/10", "tile/0/009", "tile/0/001.tmp", "readme.txt"] {
        files.insert(path.to_owned(), b"?".to_vec());
    }
    let report = check(&MemStorage::with_files(files));
    assert!(report.faults.is_empty());
    let notes: Vec<String> = report.notes.iter().map(ToString::to_string).collect();
    for (path, word) in [
        ("tile/0/001.p/10", "superseded"),
        ("tile/0/009", "beyond"),
        ("tile/0/001.tmp", "belong"),
        ("readme.txt", "belong"),
    ] {
        assert!(notes.iter().any(|note| note.contains(path) && note.contains(word)), "{path}: {notes:?}");
    }
}
