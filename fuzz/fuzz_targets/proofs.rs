//! Any bytes as each thing that a verifier reads: refused, or read and written back the same.
#![no_main]

use countersign_verify::{
    Checkpoint, Envelope, Leaf, Note, Policy, Statement, TlogProof, VKey, verify_bundle, verify_fork,
};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    // nobody can make a bundle or a proof of a fork by chance
    assert!(verify_bundle(bytes, None).is_err());
    assert!(verify_fork(bytes, None).is_err());
    if let Ok(note) = Note::parse(bytes) {
        assert_eq!(note.format().as_bytes(), bytes);
    }
    if let Ok(leaf) = Leaf::parse(bytes) {
        assert_eq!(leaf.to_bytes().expect("its own bytes"), bytes);
    }
    if let Ok(envelope) = Envelope::parse(bytes) {
        let again = Envelope::parse(&envelope.to_bytes().expect("its own bytes")).expect("its own envelope");
        assert_eq!(again, envelope);
    }
    if let Ok((statement, _)) = Statement::parse(bytes) {
        assert_eq!(statement.to_payload().expect("its own bytes"), bytes);
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(checkpoint) = Checkpoint::parse_text(text) {
        let again = Checkpoint::parse_text(&checkpoint.text()).expect("its own text");
        assert_eq!(again, checkpoint);
    }
    if let Ok(proof) = TlogProof::parse(text) {
        let again = TlogProof::parse(&proof.format()).expect("its own text");
        assert_eq!(again.format(), proof.format());
    }
    if let Ok(key) = text.parse::<VKey>() {
        assert_eq!(key.to_string(), text);
    }
    let _ = Policy::parse(text);
});
