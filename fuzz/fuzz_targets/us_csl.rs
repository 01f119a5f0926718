//! Any bytes as a file of `us_csl`.
#![no_main]

countersign_fuzz::list_target!("us_csl", "consolidated.csv");
