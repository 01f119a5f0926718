//! Any bytes as a file of `uk_ofsi`.
#![no_main]

countersign_fuzz::list_target!("uk_ofsi", "ConList.csv");
