//! Any bytes as a file of `us_ofac_cons`.
#![no_main]

countersign_fuzz::list_target!("us_ofac_cons", "CONSOLIDATED.XML");
