//! Any bytes as a file of `fr:2023-00000`.
#![no_main]

countersign_fuzz::list_target!("fr:2023-00000", "rule.xml");
