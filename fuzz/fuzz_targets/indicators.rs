//! Any bytes as the file of each publisher of country indicators; the first byte chooses the publisher.
#![no_main]

use countersign_countries::{Method, import, sources};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((choice, rest)) = bytes.split_first() else { return };
    let all = sources();
    let source = &all[usize::from(*choice) % all.len()];
    let method = Method::shipped().expect("a test reads the method that is shipped");
    match import(source.id, "file.csv", rest, method) {
        Ok(read) => assert!(!read.records.is_empty()),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
