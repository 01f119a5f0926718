//! Any bytes as a file of `eu_journal`.
#![no_main]

countersign_fuzz::list_target!("eu_journal", "32019R0796.csv");
