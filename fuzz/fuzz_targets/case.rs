//! Any text as a case and as a scenario file: read, or refused with the line of every fault.
#![no_main]

use countersign_case::{Case, Known, ScenarioFile};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let known = Known::default();
    if let Err(error) = Case::parse(&text, "case.yaml", &known) {
        assert!(!error.to_string().is_empty());
    }
    if let Err(error) = ScenarioFile::parse(&text, "scenarios.yaml", &known) {
        assert!(!error.to_string().is_empty());
    }
});
