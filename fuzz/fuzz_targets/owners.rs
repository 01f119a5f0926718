//! Any bytes as a file about owners: read and made a graph, or refused, and then nothing is kept.
#![no_main]

use countersign_model::parse_date;
use countersign_owners::{Owners, read};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut owners = Owners::default();
    match read("owners.json", bytes, &mut owners) {
        Ok(()) => {
            let day = parse_date("2026-06-01").expect("a date");
            let _ = owners.graph(day);
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
