//! Any bytes as a file of `starter`.
#![no_main]

countersign_fuzz::list_target!("starter", "parties.csv");
