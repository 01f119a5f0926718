//! The formats against examples of their standards and of other implementations.
#![expect(clippy::unwrap_used, reason = "a test may say what it expects")]

use countersign_model::Digest;
use countersign_verify::{
    Checkpoint, CheckpointError, Envelope, Note, NoteError, NoteKeyAlgorithm, NoteSigner, PAYLOAD_TYPE,
    PublicKey, Seed, SignedCheckpoint, TlogProof, VKey, cosign, empty_root, leaf_hash, node_hash, pae,
    verify_consistency, verify_cosignature, verify_inclusion,
};

fn digest(hex: &str) -> Digest {
    hex.parse().unwrap()
}

fn digests(hex: &[&str]) -> Vec<Digest> {
    hex.iter().map(|text| digest(text)).collect()
}

/// The leaves of the well-known vectors of certificate-transparency (`merkle_tree_test`).
fn ct_leaves() -> Vec<Vec<u8>> {
    ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
        .iter()
        .map(|text| hex::decode(text).unwrap())
        .collect()
}

/// The roots of the trees of the first 1 to 8 of those leaves.
const CT_ROOTS: [&str; 8] = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

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

#[test]
fn roots_of_certificate_transparency() {
    let leaves = ct_leaves();
    assert_eq!(mth(&[]), digest("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    for (n, root) in CT_ROOTS.iter().enumerate() {
        assert_eq!(mth(&leaves[..=n]), digest(root), "{} leaves", n + 1);
    }
}

#[test]
fn inclusion_proofs_of_certificate_transparency() {
    let leaves = ct_leaves();
    let cases: [(u64, u64, &[&str]); 4] = [
        (0, 1, &[]),
        (
            0,
            8,
            &[
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            5,
            8,
            &[
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (2, 3, &["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    ];
    for (index, size, proof) in cases {
        let leaf = leaf_hash(&leaves[index as usize]);
        let root = digest(CT_ROOTS[size as usize - 1]);
        let proof = digests(proof);
        verify_inclusion(&leaf, index, size, &proof, &root).unwrap();
        // and nothing else is
        for other in 0..size + 2 {
            let held = verify_inclusion(&leaf, other, size, &proof, &root).is_ok();
            assert_eq!(held, other == index, "index {other} for {index} of {size}");
        }
        for wrong in [&proof[..proof.len().saturating_sub(1)], &[proof.clone(), vec![root]].concat()] {
            if wrong.len() != proof.len() {
                assert!(verify_inclusion(&leaf, index, size, wrong, &root).is_err());
            }
        }
        assert!(verify_inclusion(&leaf, index, size, &proof, &digest(CT_ROOTS[3])).is_err() || size == 4);
    }
}

#[test]
fn consistency_proofs_of_certificate_transparency() {
    let cases: [(u64, u64, &[&str]); 4] = [
        (1, 1, &[]),
        (
            1,
            8,
            &[
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            6,
            8,
            &[
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (
            2,
            5,
            &[
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ],
        ),
    ];
    for (older, newer, proof) in cases {
        let (old_root, new_root) =
            (digest(CT_ROOTS[older as usize - 1]), digest(CT_ROOTS[newer as usize - 1]));
        let proof = digests(proof);
        verify_consistency(older, &old_root, newer, &new_root, &proof).unwrap();
        if older != newer {
            let other = digest(CT_ROOTS[6]);
            assert!(verify_consistency(older, &other, newer, &new_root, &proof).is_err());
            assert!(verify_consistency(older, &old_root, newer, &other, &proof).is_err());
            assert!(verify_consistency(newer, &new_root, older, &old_root, &proof).is_err());
            assert!(verify_consistency(older, &old_root, newer, &new_root, &proof[1..]).is_err());
        }
    }
    let eight = digest(CT_ROOTS[7]);
    verify_consistency(0, &empty_root(), 8, &eight, &[]).unwrap();
    assert!(verify_consistency(0, &eight, 8, &eight, &[]).is_err());
    assert!(verify_consistency(0, &empty_root(), 8, &eight, &[eight]).is_err());
}

/// The examples of Go's `golang.org/x/mod/sumdb/note`.
const GO_TEXT: &str = "If you think cryptography is the answer to your problem,\n\
                       then you don't know what your problem is.\n";
const GO_NEUMANN: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const GO_NEUMANN_SECRET: &str =
    "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const GO_NEUMANN_LINE: &str = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
const GO_ROOT: &str = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";
const GO_ROOT_LINE: &str = "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";

#[test]
fn signed_notes_of_go() {
    let bytes = format!("{GO_TEXT}\n{GO_NEUMANN_LINE}{GO_ROOT_LINE}");
    let note = Note::parse(bytes.as_bytes()).unwrap();
    assert_eq!(note.text, GO_TEXT);
    assert_eq!(note.format(), bytes);
    for key in [GO_NEUMANN, GO_ROOT] {
        let vkey: VKey = key.parse().unwrap();
        assert_eq!(vkey.to_string(), key);
        note.verify(&vkey).unwrap();
    }
    // Ed25519 is deterministic, so that we write what Go writes
    let signer = NoteSigner::from_secret_text(GO_NEUMANN_SECRET).unwrap();
    assert_eq!(signer.secret_text(), GO_NEUMANN_SECRET);
    assert_eq!(signer.vkey().to_string(), GO_NEUMANN);
    assert_eq!(signer.sign(GO_TEXT).unwrap().format(), format!("{GO_TEXT}\n{GO_NEUMANN_LINE}"));
}

#[test]
fn a_changed_or_misshapen_note_is_refused() {
    let vkey: VKey = GO_NEUMANN.parse().unwrap();
    let good = format!("{GO_TEXT}\n{GO_NEUMANN_LINE}");
    for place in 0..good.len() {
        let mut bytes = good.clone().into_bytes();
        bytes[place] ^= 1;
        let verdict = Note::parse(&bytes).and_then(|note| note.verify(&vkey));
        assert!(verdict.is_err(), "byte {place}");
    }
    let changed = good.replace("then", "than");
    assert_eq!(
        Note::parse(changed.as_bytes()).unwrap().verify(&vkey),
        Err(NoteError::BadSignature("PeterNeumann".to_owned()))
    );
    let other = format!("{GO_TEXT}\n{GO_ROOT_LINE}");
    assert_eq!(
        Note::parse(other.as_bytes()).unwrap().verify(&vkey),
        Err(NoteError::NotSigned("PeterNeumann".to_owned()))
    );
    for bad in [
        "",
        "text\n",
        "text\n\n",
        "text\n\n— name\n",
        "text\n\n— PeterNeumann AAAA\n",
        "text\n\n- PeterNeumann AAAAAAAA\n",
        "text\r\n\n— PeterNeumann AAAAAAAA\n",
        "text\n\n— PeterNeumann AAAAAAAA",
        "text\n\n— Peter+Neumann AAAAAAAA\n",
    ] {
        assert!(matches!(Note::parse(bad.as_bytes()), Err(NoteError::Malformed(_))), "{bad:?}");
    }
    let twice = format!("{GO_TEXT}\n{GO_NEUMANN_LINE}{GO_NEUMANN_LINE}");
    assert!(Note::parse(twice.as_bytes()).unwrap().verify(&vkey).is_err());
}

#[test]
fn a_wrong_verifier_key_says_what_is_wrong() {
    for (key, why) in [
        ("PeterNeumann", "no plus"),
        ("PeterNeumann+c74f20a3", "only one plus"),
        ("PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "hash"),
        ("PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "hash"),
        ("PeterNeuman+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "hash"),
        ("PeterNeumann+c74f20a3+AXpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "its hash|point"),
        ("Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "name"),
        ("PeterNeumann+c74f20a3+Bxpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "signature type"),
        ("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy", "32 bytes"),
        ("PeterNeumann+c74f20a3+****", "base64"),
    ] {
        let error = key.parse::<VKey>().unwrap_err().to_string();
        assert!(why.split('|').any(|word| error.contains(word)), "{key}: {error}");
    }
}

/// A checkpoint of the Go checksum database, signed with its published key. C2SP `tlog-checkpoint` shows
/// the same size, root and signature under an invented origin.
const SUMDB: &str = "go.sum database tree\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
    — sum.golang.org Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";
const SUMDB_KEY: &str = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";

#[test]
fn a_checkpoint_of_the_go_checksum_database() {
    let note = Note::parse(SUMDB.as_bytes()).unwrap();
    note.verify(&SUMDB_KEY.parse().unwrap()).unwrap();
    let checkpoint = Checkpoint::parse_text(&note.text).unwrap();
    assert_eq!(checkpoint.size, 20_852_163);
    assert_eq!(checkpoint.root, digest("0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62"));
    assert_eq!(checkpoint.text(), note.text);
    // its key has another name than its origin, which our logs may not have
    assert!(matches!(
        SignedCheckpoint::verify(SUMDB.as_bytes(), &SUMDB_KEY.parse().unwrap()),
        Err(CheckpointError::Origin { .. })
    ));
}

#[test]
fn the_checkpoint_example_of_c2sp_parses() {
    let text = SUMDB
        .replace("go.sum database tree", "example.com/behind-the-sofa")
        .replace("— sum.golang.org", "— example.com/behind-the-sofa");
    let note = Note::parse(text.as_bytes()).unwrap();
    let checkpoint = Checkpoint::parse_text(&note.text).unwrap();
    assert_eq!(checkpoint.origin, "example.com/behind-the-sofa");
    assert_eq!(note.format(), text);
}

#[test]
fn a_misshapen_checkpoint_is_refused() {
    let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
    assert!(Checkpoint::parse_text(&format!("origin\n7\n{root}\n")).is_ok());
    assert_eq!(
        Checkpoint::parse_text(&format!("origin\n7\n{root}\nmore\nlines\n")).unwrap().extensions,
        ["more", "lines"]
    );
    for bad in [
        String::new(),
        format!("\n7\n{root}\n"),
        "origin\n".to_owned(),
        "origin\n7\n".to_owned(),
        format!("origin\n07\n{root}\n"),
        format!("origin\n+7\n{root}\n"),
        format!("origin\n-7\n{root}\n"),
        format!("origin\n9223372036854775808\n{root}\n"),
        format!("origin\n7\n{root}"),
        format!("origin\n7\n{}\n", root.trim_end_matches('=')),
        format!("origin\n7\n{root}\n\n"),
    ] {
        assert!(Checkpoint::parse_text(&bad).is_err(), "{bad:?}");
    }
}

/// The witness line of the example in C2SP `tlog-cosignature`: its key id and time. The example prints no
/// public key, so that the signature itself cannot be checked.
#[test]
fn the_cosignature_example_of_c2sp_has_our_layout() {
    let text = format!(
        "{}— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n",
        SUMDB
    );
    let note = Note::parse(text.as_bytes()).unwrap();
    let line = &note.signatures[1];
    assert_eq!(line.name, "witness.example.com/w1");
    assert_eq!(line.bytes.len(), 8 + 64);
    assert_eq!(u64::from_be_bytes(line.bytes[..8].try_into().unwrap()), 1_679_315_147);
}

#[test]
fn a_cosignature_covers_time_and_text() {
    let seed = Seed::from_bytes(&[7; 32]);
    let witness =
        VKey::new("witness.example.com/w1", NoteKeyAlgorithm::CosignatureV1, seed.public()).unwrap();
    let mut note = Note::parse(SUMDB.as_bytes()).unwrap();
    assert_eq!(
        verify_cosignature(&note, &witness),
        Err(NoteError::NotSigned("witness.example.com/w1".to_owned()))
    );
    let line = cosign(&note, &witness, &Seed::from_bytes(&[7; 32]).into(), 1_679_315_147).unwrap();
    // C2SP tlog-cosignature: header line, time line, then the whole signed text
    let message = format!("cosignature/v1\ntime 1679315147\n{}", note.text);
    assert!(seed.public().verifies(message.as_bytes(), &line.bytes[8..]));
    note.signatures.push(line);
    let again = Note::parse(note.format().as_bytes()).unwrap();
    assert_eq!(verify_cosignature(&again, &witness).unwrap().time, 1_679_315_147);
    assert!(again.verify(&SUMDB_KEY.parse().unwrap()).is_ok(), "the log's own line still holds");
    for place in 0..72 {
        let mut changed = again.clone();
        changed.signatures[1].bytes[place] ^= 1;
        assert!(verify_cosignature(&changed, &witness).is_err(), "byte {place}");
    }
    let mut changed = again;
    changed.text = changed.text.replace("20852163", "20852164");
    assert!(verify_cosignature(&changed, &witness).is_err());
    let plain = VKey::new("witness.example.com/w1", NoteKeyAlgorithm::Ed25519, seed.public()).unwrap();
    assert!(
        cosign(&changed, &plain, &Seed::from_bytes(&[7; 32]).into(), 1).is_err(),
        "a log key does not cosign"
    );
}

#[test]
fn receipts_have_one_form() {
    let hash = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
    let text = format!("c2sp.org/tlog-proof@v1\nindex 31048\n{hash}\n{hash}\n\n{SUMDB}");
    let proof = TlogProof::parse(&text).unwrap();
    assert_eq!((proof.index, proof.hashes.len(), proof.extra.is_none()), (31_048, 2, true));
    assert_eq!(proof.checkpoint, SUMDB);
    assert_eq!(proof.format(), text);
    let with_extra = text.replace("index", "extra dGhpcyBpcyBleHRyYQ==\nindex");
    let proof = TlogProof::parse(&with_extra).unwrap();
    assert_eq!(proof.extra.as_deref(), Some(&b"this is extra"[..]));
    assert_eq!(proof.format(), with_extra);
    let alone = format!("c2sp.org/tlog-proof@v1\nindex 0\n\n{SUMDB}");
    assert_eq!(TlogProof::parse(&alone).unwrap().hashes, []);
    for bad in [
        text.replace("@v1", "@v2"),
        text.replace("index 31048", "index 031048"),
        text.replace("index 31048\n", ""),
        text.replacen(hash, "AAAA", 1),
        text.replacen("\n\n", "\n", 1),
        format!("c2sp.org/tlog-proof@v1\nindex 1\n{}\n{SUMDB}", format!("{hash}\n").repeat(64)),
    ] {
        assert!(TlogProof::parse(&bad).is_err(), "{bad}");
    }
}

/// The worked example of the DSSE protocol for its encoding, and RFC 8032 section 7.1 for its signature.
#[test]
fn envelopes_follow_dsse_and_rfc_8032() {
    assert_eq!(
        pae("http://example.com/HelloWorld", b"hello world"),
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    );
    // test 2 of RFC 8032 section 7.1
    let mut seed = [0; 32];
    hex::decode_to_slice("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", &mut seed)
        .unwrap();
    let seed = Seed::from_bytes(&seed);
    let public = "ed25519:3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
    assert_eq!(seed.public().to_string(), public);
    assert_eq!(
        hex::encode(seed.sign(&[0x72])),
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
         085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    );
    assert_eq!(public.parse::<PublicKey>().unwrap(), seed.public());
    assert!(public.to_uppercase().parse::<PublicKey>().is_err());
    assert!(
        "ed25519:0000000000000000000000000000000000000000000000000000000000000000"
            .parse::<PublicKey>()
            .is_err(),
        "a weak key"
    );

    let envelope = Envelope::sign(b"{}", &seed);
    assert_eq!(envelope.payload_type, PAYLOAD_TYPE);
    assert_eq!(envelope.verify(&seed.public()).unwrap(), b"{}");
    let bytes = envelope.to_bytes().unwrap();
    assert_eq!(Envelope::parse(&bytes).unwrap(), envelope);
    assert!(Envelope::parse(&[&bytes[..], b"\n"].concat()).is_err(), "one record has one digest");
    assert!(envelope.verify(&Seed::from_bytes(&[1; 32]).public()).is_err());
}
