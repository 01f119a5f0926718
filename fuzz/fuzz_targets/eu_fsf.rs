//! Any bytes as a file of `eu_fsf`.
#![no_main]

countersign_fuzz::list_target!("eu_fsf", "eu_fsf.xml");
