//! Any bytes as a file of `ftm:x`.
#![no_main]

countersign_fuzz::list_target!("ftm:x", "entities.ftm.json");
