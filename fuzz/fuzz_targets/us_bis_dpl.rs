//! Any bytes as a file of `us_bis_dpl`.
#![no_main]

countersign_fuzz::list_target!("us_bis_dpl", "dpl.txt");
