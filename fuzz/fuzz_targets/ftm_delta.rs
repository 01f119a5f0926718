//! Any bytes as a delta after a small export.
#![no_main]

const EXPORT: &[u8] = b"{\"id\":\"a\",\"schema\":\"Company\",\"properties\":{\"name\":[\"A\"]}}\n{\"id\":\"b\",\"schema\":\"Person\",\"properties\":{\"name\":[\"B\"]}}\n";

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    countersign_fuzz::list("ftm:x", "entities.ftm.json", EXPORT, &[("entities.delta.json", bytes)]);
    let _ = countersign_lists::DeltaIndex::read("delta.json", bytes);
});
