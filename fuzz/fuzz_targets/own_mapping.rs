//! Any bytes as the mapping file of a deny list of one's own.
#![no_main]

const LIST: &[u8] = b"No,Name,Since\n1,Example Broker,2024-01-01\n";

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| countersign_fuzz::list(
    "own:x",
    "list.csv",
    LIST,
    &[("map.toml", bytes)]
));
