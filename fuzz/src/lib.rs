//! What every fuzz target of a list does: any bytes are read, or refused with an error; what is read keeps its promises.

use countersign_lists::{InputFile, entities_jsonl, ftm_jsonl, import, read_entities_jsonl};
use countersign_model::SourceId;

/// Imports `bytes` as the first file of a source, with `others` beside it.
///
/// # Panics
/// When the importer breaks a promise that it makes. That is what the fuzzer looks for.
pub fn list(id: &str, name: &str, bytes: &[u8], others: &[(&str, &[u8])]) {
    let source = SourceId::new(id).expect("a source id");
    let file = |name: &str, bytes: &[u8]| InputFile { name: name.to_owned(), bytes: bytes.to_vec() };
    let mut files = vec![file(name, bytes)];
    files.extend(others.iter().map(|(name, bytes)| file(name, bytes)));
    let done = match import(&source, &files) {
        Ok(done) => done,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    assert!(!done.entities.is_empty(), "an import without a party is an error");
    assert!(done.entities.windows(2).all(|pair| pair[0].id < pair[1].id), "ids are sorted and unique");
    assert_eq!(done.report.rows, done.report.rows_by_file.values().sum::<u64>());
    assert_eq!(done.report.entities, done.entities.len() as u64);
    assert!(done.report.refused.iter().all(|r| !r.reason.is_empty()));
    let snapshot = entities_jsonl(&done);
    assert_eq!(read_entities_jsonl(&snapshot).expect("its own snapshot"), done.entities);
    if id.starts_with("ftm:") {
        // what comes out of an export is an export again, with the same parties
        let again = [file("again.json", &ftm_jsonl(&done.entities, &done.ftm))];
        let twice = import(&source, &again).expect("its own export");
        assert_eq!(twice.entities, done.entities);
    }
}

/// A fuzz target for one source.
#[macro_export]
macro_rules! list_target {
    ($id:literal, $name:literal $(, $other:literal => $bytes:expr)*) => {
        libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
            $crate::list($id, $name, bytes, &[$(($other, $bytes)),*]);
        });
    };
}
