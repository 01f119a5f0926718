//! Any bytes as a file of `jp_eul`.
#![no_main]

countersign_fuzz::list_target!("jp_eul", "jp.json");
