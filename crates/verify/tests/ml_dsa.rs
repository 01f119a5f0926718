//! Cosignatures with ML-DSA-44: their bytes against the text of C2SP `tlog-cosignature`, their signatures against
//! OpenSSL, and what is refused.
#![expect(clippy::unwrap_used, reason = "a test may say what it expects")]

use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_model::Digest;
use countersign_verify::{
    Checkpoint, MlDsaSeed, Note, NoteError, NoteKeyAlgorithm, NoteSigner, Policy, QuorumFault, Seed,
    SignedCheckpoint, VKey, WitnessSecret, cosign, verify_cosignature,
};

const NAME: &str = "witness.example.com/pq";
const TIME: u64 = 1_800_000_000;

fn secret(n: u8) -> WitnessSecret {
    MlDsaSeed::from_bytes(&[n; 32]).into()
}

fn log() -> NoteSigner {
    NoteSigner::new("log.example.org", Seed::from_bytes(&[1; 32])).unwrap()
}

fn checkpoint(size: u64, extensions: &[&str]) -> SignedCheckpoint {
    let checkpoint = Checkpoint {
        origin: "log.example.org".to_owned(),
        size,
        root: Digest::of(b"a root"),
        extensions: extensions.iter().map(|line| (*line).to_owned()).collect(),
    };
    checkpoint.sign(&log()).unwrap()
}

/// The structure as C2SP writes it, put together here by hand.
fn message(time: u64, size: u64) -> Vec<u8> {
    let mut out = b"subtree/v1\n\0".to_vec();
    out.push(22);
    out.extend_from_slice(NAME.as_bytes());
    out.extend_from_slice(&time.to_be_bytes());
    out.push(15);
    out.extend_from_slice(b"log.example.org");
    out.extend_from_slice(&[0; 8]);
    out.extend_from_slice(&size.to_be_bytes());
    out.extend_from_slice(Digest::of(b"a root").as_bytes());
    out
}

fn cosigned(note: &Note, n: u8) -> Note {
    let secret = secret(n);
    let line = cosign(note, &secret.vkey(NAME).unwrap(), &secret, TIME).unwrap();
    let mut note = note.clone();
    note.signatures.push(line);
    note
}

/// C2SP `signed-note`: signature type 0x06, the 1312 bytes of the key, and the id over both with the name.
#[test]
fn a_key_has_the_form_of_signed_note() {
    let seed = MlDsaSeed::from_bytes(&[3; 32]);
    let vkey = VKey::ml_dsa_44(NAME, seed.public()).unwrap();
    let mut key = vec![6];
    key.extend_from_slice(seed.public().as_bytes());
    assert_eq!(key.len(), 1 + 1312);
    let mut hashed = format!("{NAME}\n").into_bytes();
    hashed.extend_from_slice(&key);
    let id: String = Digest::of(&hashed).to_string().chars().take(8).collect();
    let text = format!("{NAME}+{id}+{}", STANDARD.encode(&key));
    assert_eq!(vkey.to_string(), text);
    assert_eq!(text.parse::<VKey>().unwrap(), vkey);
    for short in [0, 32, 1311, 1313] {
        let mut key = key.clone();
        key.resize(1 + short, 0);
        let why = format!("{NAME}+{id}+{}", STANDARD.encode(&key)).parse::<VKey>().unwrap_err().why;
        assert_eq!(why, "an ML-DSA-44 key has 1312 bytes");
    }
    let other = text.replace(&id, "00000000");
    assert_eq!(other.parse::<VKey>().unwrap_err().why, "its hash does not fit its name and key");
    let text = WitnessSecret::from(seed).secret_text();
    assert_eq!(WitnessSecret::from_secret_text(&text).unwrap().vkey(NAME).unwrap(), vkey);
    for none in ["", "ml-dsa-44-secret:", text.get(..text.len() - 1).unwrap(), &text.replace("44", "65")] {
        assert!(WitnessSecret::from_secret_text(none).is_none(), "{none}");
    }
    assert!(VKey::new(NAME, NoteKeyAlgorithm::MlDsa44, Seed::from_bytes(&[3; 32]).public()).is_err());
}

#[test]
fn a_cosignature_covers_cosigner_time_origin_size_and_root() {
    let seed = MlDsaSeed::from_bytes(&[3; 32]);
    let vkey = secret(3).vkey(NAME).unwrap();
    let signed = checkpoint(70_000, &[]);
    let note = cosigned(signed.note(), 3);
    let line = note.signatures[1].clone();
    // the note carries the time in the clear, then the signature over the structure
    assert_eq!(line.bytes.len(), 8 + 2420);
    assert_eq!(line.bytes[..8], TIME.to_be_bytes());
    assert!(seed.public().verifies(&message(TIME, 70_000), &line.bytes[8..]));
    let again = Note::parse(note.format().as_bytes()).unwrap();
    assert_eq!(verify_cosignature(&again, &vkey).unwrap().time, TIME);
    assert!(SignedCheckpoint::verify(note.format().as_bytes(), log().vkey()).is_ok());

    let bad = Err(NoteError::BadSignature(NAME.to_owned()));
    // time and the beginning of the signature byte by byte, the rest in steps; all of it when scaled up
    let step = if std::env::var_os("COUNTERSIGN_TEST_SCALE").is_some() { 1 } else { 7 };
    for place in (0..64).chain((64..line.bytes.len()).step_by(step)) {
        let mut changed = note.clone();
        changed.signatures[1].bytes[place] ^= 1;
        assert_eq!(verify_cosignature(&changed, &vkey), bad, "byte {place}");
    }
    for length in [0, 7, 8, 72, 8 + 2419] {
        let mut changed = note.clone();
        changed.signatures[1].bytes.truncate(length);
        assert_eq!(verify_cosignature(&changed, &vkey), bad, "{length} bytes");
    }
    let mut longer = note.clone();
    longer.signatures[1].bytes.push(0);
    assert_eq!(verify_cosignature(&longer, &vkey), bad);
    for (from, to) in [("70000", "70001"), ("log.example.org", "log.example.net")] {
        let mut changed = note.clone();
        changed.text = changed.text.replace(from, to);
        assert_eq!(verify_cosignature(&changed, &vkey), bad, "{to}");
    }
    let mut changed = note.clone();
    changed.text = checkpoint(70_000, &[]).note().text.replace(
        &STANDARD.encode(Digest::of(b"a root").as_bytes()),
        &STANDARD.encode(Digest::of(b"another").as_bytes()),
    );
    assert_eq!(verify_cosignature(&changed, &vkey), bad);
    // the same key under another name is another cosigner, and its signature another
    let renamed = secret(3).vkey("witness.example.com/other").unwrap();
    let mut moved = note.clone();
    moved.signatures[1].name = "witness.example.com/other".to_owned();
    moved.signatures[1].id = renamed.id();
    assert!(matches!(verify_cosignature(&moved, &renamed), Err(NoteError::BadSignature(_))));
    // a stranger's key with this witness's name and id
    let mut forged = note.clone();
    forged.signatures[1] = cosigned(signed.note(), 4).signatures[1].clone();
    forged.signatures[1].id = vkey.id();
    assert_eq!(verify_cosignature(&forged, &vkey), bad);
    let mut twice = note.clone();
    twice.signatures.push(line);
    assert_eq!(verify_cosignature(&twice, &vkey), Err(NoteError::Malformed("one key signed it twice")));
    // deterministic: the same bytes everywhere
    assert_eq!(cosigned(signed.note(), 3), note);
}

/// The structure has no room for them, so that a signature would seem to cover what it does not.
#[test]
fn what_it_cannot_cover_is_neither_signed_nor_taken() {
    let vkey = secret(3).vkey(NAME).unwrap();
    let extended = checkpoint(70_000, &["more"]);
    assert!(matches!(cosign(extended.note(), &vkey, &secret(3), TIME), Err(NoteError::Malformed(_))));
    let mut note = extended.note().clone();
    note.signatures.push(cosigned(checkpoint(70_000, &[]).note(), 3).signatures[1].clone());
    let Err(NoteError::Malformed(why)) = verify_cosignature(&note, &vkey) else { panic!("taken") };
    assert!(why.contains("extension lines"), "{why}");
    let plain = checkpoint(70_000, &[]);
    assert!(matches!(cosign(plain.note(), &vkey, &secret(3), 0), Err(NoteError::Malformed(_))));
    let mut undated = plain.note().clone();
    let mut line = cosigned(plain.note(), 3).signatures[1].clone();
    let signature = MlDsaSeed::from_bytes(&[3; 32]).sign(&message(0, 70_000)).unwrap();
    line.bytes = [[0; 8].as_slice(), &signature].concat();
    undated.signatures.push(line);
    let Err(NoteError::Malformed(why)) = verify_cosignature(&undated, &vkey) else { panic!("taken") };
    assert!(why.contains("when it was made"), "{why}");
    // keys of one way do not sign in the other
    let ed = VKey::new(NAME, NoteKeyAlgorithm::CosignatureV1, Seed::from_bytes(&[3; 32]).public()).unwrap();
    assert!(cosign(plain.note(), &ed, &secret(3), TIME).is_err());
    assert!(cosign(plain.note(), &vkey, &Seed::from_bytes(&[3; 32]).into(), TIME).is_err());
    let long = "w".repeat(256);
    let vkey = secret(3).vkey(&long).unwrap();
    assert!(matches!(cosign(plain.note(), &vkey, &secret(3), TIME), Err(NoteError::Malformed(_))));
}

#[test]
fn a_policy_counts_both_kinds_of_witnesses() {
    let ed: WitnessSecret = Seed::from_bytes(&[5; 32]).into();
    let ed_key = ed.vkey("witness.example.net").unwrap();
    let pq_key = secret(3).vkey(NAME).unwrap();
    let text = format!(
        "log {}\nwitness classic {ed_key}\nwitness quantum {pq_key}\ngroup both all classic quantum\nquorum both\n",
        log().vkey()
    );
    let policy = Policy::parse(&text).unwrap();
    let mut note = checkpoint(5, &[]).note().clone();
    note.signatures.push(cosign(&note, &ed_key, &ed, TIME).unwrap());
    let check = |note: &Note| {
        let signed = SignedCheckpoint::verify(note.format().as_bytes(), log().vkey()).unwrap();
        policy.check(&signed)
    };
    assert!(matches!(check(&note), Err(QuorumFault::TooFew { have: 1, of: 2, .. })));
    let both = cosigned(&note, 3);
    assert_eq!(check(&both).unwrap().len(), 2);
    let mut damaged = both;
    damaged.signatures[2].bytes[100] ^= 1;
    assert!(
        matches!(check(&damaged), Err(QuorumFault::Witness(NoteError::BadSignature(name))) if name == NAME)
    );
    let twice = format!("witness a {pq_key}\nwitness b {pq_key}\nquorum none\n");
    assert!(Policy::parse(&twice).unwrap_err().why.contains("there twice"));
    assert!(Policy::parse(&format!("log {pq_key}\nquorum none\n")).is_err(), "a log does not sign so");
}

/// OpenSSL's ML-DSA, by Python's `cryptography`: it verifies our cosignature over the structure that Python packs, we
/// verify one of its, and both derive one public key from one seed.
#[test]
fn openssl_verifies_ours_and_we_verify_its() {
    const PROGRAM: &str = r#"
import base64, struct, sys
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey
note, name = sys.argv[1], sys.argv[2].encode()
text, lines = note.split("\n\n")
origin, size, root = text.split("\n")[:3]
key = MLDSA44PrivateKey.from_seed_bytes(bytes([3]) * 32)
public = key.public_key().public_bytes_raw()
def message(time):
    return struct.pack(f">12sB{len(name)}sQB{len(origin)}sQQ32s", b"subtree/v1\n\0", len(name), name, time,
                       len(origin), origin.encode(), 0, int(size), base64.b64decode(root))
line = base64.b64decode(lines.splitlines()[1].split(" ")[2])
time, = struct.unpack(">Q", line[4:12])
MLDSA44PublicKey.from_public_bytes(public).verify(line[12:], message(time))
own = key.sign(message(time + 1))
print(public.hex())
print(base64.b64encode(line[:4] + struct.pack(">Q", time + 1) + own).decode())
"#;
    let has = "from cryptography.hazmat.primitives.asymmetric import mldsa; mldsa.MLDSA44PrivateKey.from_seed_bytes(bytes(32))";
    let python = |arguments: &[&str]| Command::new("python3").arg("-c").args(arguments).output();
    if !python(&[has]).is_ok_and(|output| output.status.success()) {
        assert!(
            std::env::var_os("CI").is_none(),
            "Python's `cryptography` with ML-DSA is not installed, and CI must have it"
        );
        println!("skipped: Python's `cryptography` with ML-DSA is not installed");
        return;
    }
    let signed = checkpoint(70_000, &[]);
    let note = cosigned(signed.note(), 3);
    let output = python(&[PROGRAM, &note.format(), NAME]).unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let (public, line) = said.trim_end().split_once('\n').unwrap();
    let key = MlDsaSeed::from_bytes(&[3; 32]).public();
    assert_eq!(hex::decode(public).unwrap(), key.as_bytes());
    let theirs = format!("{}— {NAME} {line}\n", signed.note().format());
    let theirs = Note::parse(theirs.as_bytes()).unwrap();
    assert_eq!(verify_cosignature(&theirs, &secret(3).vkey(NAME).unwrap()).unwrap().time, TIME + 1);
    // OpenSSL refuses what we refuse
    let mut changed = note;
    changed.text = changed.text.replace("70000", "70001");
    assert!(!python(&[PROGRAM, &changed.format(), NAME]).unwrap().status.success());
}
