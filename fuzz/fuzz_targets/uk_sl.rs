//! Any bytes as a file of `uk_sl`.
#![no_main]

countersign_fuzz::list_target!("uk_sl", "UK-Sanctions-List.csv");
