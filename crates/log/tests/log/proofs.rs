//! Roots and proofs, checked by the room that verifies, which shares no code with the one that makes them.

use countersign_model::Digest;
use countersign_verify::{empty_root, leaf_hash, node_hash, verify_consistency, verify_inclusion};
use proptest::prelude::*;

use super::*;

/// MTH of RFC 6962 section 2.1, word for word.
fn mth(leaves: &[Vec<u8>]) -> Digest {
    match leaves {
        [] => empty_root(),
        [one] => leaf_hash(one),
        many => {
            let mut k = 1;
            while k * 2 < many.len() {
                k *= 2;
            }
            let (left, right) = many.split_at(k);
            node_hash(&mth(left), &mth(right))
        }
    }
}

/// The vectors of certificate-transparency.
#[test]
fn roots_of_certificate_transparency() {
    let leaves =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
    let unhex = |text: &str| -> Vec<u8> {
        text.as_bytes()
            .chunks(2)
            .map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap())
            .collect()
    };
    let storage = MemStorage::new();
    let mut writer = create(&storage);
    assert_eq!(writer.log().checkpoint().root, empty_root());
    for leaf in leaves {
        writer.append(&[unhex(leaf)]).unwrap();
    }
    let log = read(&storage);
    for (size, root) in [
        (1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        (2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
        (3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
        (4, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
        (5, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
        (6, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"),
        (7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
        (8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
    ] {
        assert_eq!(log.root_at(size).unwrap(), root.parse().unwrap(), "{size}");
    }
    let hex = |hashes: Vec<Digest>| hashes.iter().map(Digest::to_string).collect::<Vec<_>>();
    assert_eq!(
        hex(log.inclusion_proof(5, 8).unwrap()),
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ]
    );
    assert_eq!(
        hex(log.consistency_proof(6, 8).unwrap()),
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ]
    );
}

fn proofs_hold(log: &Log, index: u64, older: u64, newer: u64) {
    let (old_root, new_root) = (log.root_at(older).unwrap(), log.root_at(newer).unwrap());
    let proof = log.inclusion_proof(index, newer).unwrap();
    verify_inclusion(&leaf_hash(&entry(index)), index, newer, &proof, &new_root).unwrap();
    let proof = log.consistency_proof(older, newer).unwrap();
    verify_consistency(older, &old_root, newer, &new_root, &proof).unwrap();
    assert_eq!(log.entry(index).unwrap(), entry(index));
}

#[test]
fn every_proof_of_every_small_tree_holds() {
    let storage = log_of(40);
    let log = read(&storage);
    for newer in 1..=40 {
        assert_eq!(log.root_at(newer).unwrap(), mth(&entries(0..newer)));
        for n in 0..newer {
            proofs_hold(&log, n, n, newer);
        }
        proofs_hold(&log, 0, newer, newer);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// However the entries come, one by one or in heaps, the tree is the same and its proofs hold.
    #[test]
    fn proofs_hold_beyond_a_tile(
        heaps in prop::collection::vec(prop_oneof![Just(1u64), 2..5u64, 200..600u64], 1..6),
        picks in prop::collection::vec((any::<u64>(), any::<u64>(), any::<u64>()), 8),
    ) {
        let storage = MemStorage::new();
        let mut writer = create(&storage);
        let mut size = 0;
        for heap in heaps {
            let appended = writer.append(&entries(size..size + heap)).unwrap();
            prop_assert_eq!(appended.first, size);
            size += heap;
            prop_assert_eq!(appended.signed.checkpoint().size, size);
        }
        drop(writer);
        holds(&storage, size);
        prop_assert!(check(&storage).notes.is_empty());
        let log = read(&storage);
        prop_assert_eq!(log.checkpoint().root, mth(&entries(0..size)));
        for (a, b, c) in picks {
            let newer = a % size + 1;
            proofs_hold(&log, b % newer, c % (newer + 1), newer);
        }
    }
}

#[test]
fn proofs_hold_beyond_two_levels_of_tiles() {
    let size = 70_321;
    let storage = log_of(size);
    let mut writer = reopen(&storage);
    for n in size..size + 3 {
        writer.append(&[entry(n)]).unwrap();
    }
    drop(writer);
    let size = size + 3;
    let paths: Vec<String> = storage.files().into_keys().collect();
    for path in [
        "checkpoint",
        "tile/0/273",
        "tile/0/274.p/180",
        "tile/1/000",
        "tile/1/001.p/18",
        "tile/2/000.p/1",
        "tile/entries/274.p/180",
    ] {
        assert!(paths.contains(&path.to_owned()), "{path}");
    }
    let log = read(&storage);
    assert_eq!(log.checkpoint().root, mth(&entries(0..size)));
    for index in [0, 1, 255, 256, 65_535, 65_536, 70_143, 70_144, size - 1] {
        for older in [0, 1, 256, 300, 65_535, 65_536, 65_537, size - 1, size] {
            proofs_hold(&log, index, older, size);
        }
    }
    proofs_hold(&log, 65_535, 40_000, 65_536);
    proofs_hold(&log, 65_535, 65_536, 65_537);
    holds(&storage, size);
}

#[test]
fn what_is_not_there_is_an_error() {
    let storage = log_of(3);
    let log = read(&storage);
    assert!(log.entry(3).is_err());
    assert!(log.inclusion_proof(3, 3).is_err());
    assert!(log.inclusion_proof(0, 4).is_err());
    assert!(log.consistency_proof(2, 4).is_err());
    assert!(log.consistency_proof(3, 2).is_err());
    assert!(log.root_at(4).is_err());
    assert_eq!(log.entries(2).count(), 1);
    assert_eq!(log.entries(3).count() + log.entries(u64::MAX).count(), 0);
}
