//! The storage fails at every step of an append. What was acknowledged stays, and nothing is doubled.

use countersign_log::testing::Failure;
use countersign_log::{AppendFault, MAX_ENTRY};

use super::*;

/// For these sizes and heaps the append writes one tile, fills a tile, fills it exactly, and goes beyond.
const STEPS: [(u64, u64); 7] = [(0, 1), (5, 1), (254, 1), (255, 1), (255, 2), (256, 1), (250, 300)];

#[test]
fn a_fault_at_any_write_loses_nothing_that_was_acknowledged() {
    for (size, heap) in STEPS {
        for failure in [Failure::Before, Failure::After] {
            let mut steps = 0;
            for step in 0.. {
                let storage = log_of(size);
                let mut writer = reopen(&storage);
                storage.fail_from(step, failure);
                let outcome = writer.append(&entries(size..size + heap));
                storage.heal();
                let acknowledged = match &outcome {
                    Ok(_) => size + heap,
                    Err(AppendFault::Storage(_)) => {
                        assert!(matches!(writer.append(&[entry(0)]), Err(AppendFault::Failed)));
                        // the same writer can go on as well as the next one
                        writer.recover().unwrap();
                        let found = writer.log().size();
                        assert!(found == size || found == size + heap, "{found} after step {step}");
                        assert!(!writer.has_failed());
                        size
                    }
                    Err(other) => panic!("{other}"),
                };
                drop(writer);

                // the next start needs no hand; all of the heap is there or nothing of it
                let writer = reopen(&storage);
                let found = writer.log().size();
                assert!(found == acknowledged || found == size + heap, "{found} after step {step}");
                drop(writer);
                holds(&storage, found);

                // what lies beyond the checkpoint is overwritten, here by other entries first
                let mut writer = reopen(&storage);
                for n in found..found + 3 {
                    writer.append(&[entry(n)]).unwrap();
                }
                writer.append(&entries(found + 3..found + 300)).unwrap();
                drop(writer);
                holds(&storage, found + 300);
                if let Ok(appended) = outcome {
                    // only the removal of superseded tiles failed, or nothing at all
                    if appended.leftovers.is_empty() {
                        steps = step;
                        break;
                    }
                }
            }
            assert!(steps >= 3, "an append writes a bundle, a tile and the checkpoint");
        }
    }
}

#[test]
fn leftovers_with_other_content_are_harmless() {
    let storage = log_of(250);
    let committed = storage.files()["checkpoint"].clone();
    // an append that was interrupted just before its checkpoint
    let mut writer = reopen(&storage);
    let strangers: Vec<Vec<u8>> = (0..20).map(|n| format!("never acknowledged {n}").into_bytes()).collect();
    let before = storage.files();
    writer.append(&strangers).unwrap();
    drop(writer);
    let mut files = storage.files();
    files.extend(before);
    files.insert("checkpoint".to_owned(), committed);
    let storage = MemStorage::with_files(files);
    let report = check(&storage);
    assert!(report.faults.is_empty());
    let beyond =
        report.notes.iter().filter(|note| note.to_string().contains("beyond the checkpoint")).count();
    assert!(beyond >= 4, "{:?}", report.notes);
    holds(&storage, 250);
    // the right edge now passes each of the leftovers, one entry at a time
    let mut writer = reopen(&storage);
    let reader = read(&storage);
    for n in 250..280 {
        writer.append(&[entry(n)]).unwrap();
        holds(&storage, n + 1);
        // a reader that opened long ago still reads what it opened
        assert_eq!(reader.entry(249).unwrap(), entry(249));
        assert_eq!(reader.entries(0).filter(|entry| entry.is_ok()).count(), 250);
    }
}

#[test]
fn superseded_tiles_are_removed() {
    let storage = MemStorage::new();
    let mut writer = create(&storage);
    for n in 0..600 {
        assert!(writer.append(&[entry(n)]).unwrap().leftovers.is_empty());
    }
    let paths: Vec<String> = storage.files().into_keys().collect();
    assert_eq!(
        paths,
        [
            "checkpoint",
            "tile/0/000",
            "tile/0/001",
            "tile/0/002.p/88",
            "tile/1/000.p/2",
            "tile/entries/000",
            "tile/entries/001",
            "tile/entries/002.p/88"
        ]
    );
}

#[test]
fn limits_are_kept() {
    let storage = log_of(1);
    let mut writer = reopen(&storage);
    let none: [Vec<u8>; 0] = [];
    assert_eq!(writer.append(&none).unwrap().first, 1);
    assert!(matches!(
        writer.append(&[vec![0; MAX_ENTRY + 1]]),
        Err(AppendFault::EntryTooLong(n)) if n == MAX_ENTRY + 1
    ));
    assert_eq!(writer.append(&[vec![7; MAX_ENTRY], vec![]]).unwrap().signed.checkpoint().size, 3);
    drop(writer);
    let log = read(&storage);
    assert_eq!((log.entry(1).unwrap().len(), log.entry(2).unwrap().len()), (MAX_ENTRY, 0));
}

#[test]
fn an_append_reads_only_the_right_edge() {
    let storage = log_of(70_000);
    let mut files = storage.files();
    // all full tiles and bundles are gone: the append does not miss them
    files.retain(|path, _| path == "checkpoint" || path.contains(".p/"));
    let storage = MemStorage::with_files(files);
    let mut writer = reopen(&storage);
    assert_eq!(writer.append(&[entry(70_000)]).unwrap().first, 70_000);
}
