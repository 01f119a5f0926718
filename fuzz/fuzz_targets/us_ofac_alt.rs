//! Any bytes as the alias file beside a good primary file of OFAC.
#![no_main]

const SDN: &[u8] =
    b"7,\"DOE, John\",\"individual\",\"CYBER2\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,\"DOB 1960.\"\r\n\x1a\r\n";

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| countersign_fuzz::list(
    "us_ofac_sdn",
    "sdn.csv",
    SDN,
    &[("alt.csv", bytes)]
));
