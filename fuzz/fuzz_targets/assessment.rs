//! Any text as an assessment and as a question set: read and looked through, or refused with a reason.
#![no_main]

use countersign_assessments::{Assessment, QuestionSet};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    if let Err(fault) = Assessment::parse(&text, "assessment.yaml") {
        assert!(!fault.to_string().is_empty());
    }
    if let Err(fault) = QuestionSet::parse(&text, "questions.yaml") {
        assert!(!fault.to_string().is_empty());
    }
});
