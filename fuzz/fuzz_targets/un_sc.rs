//! Any bytes as a file of `un_sc`.
#![no_main]

countersign_fuzz::list_target!("un_sc", "consolidated.xml");
