//! Any bytes as a file of `cn_mofcom`.
#![no_main]

countersign_fuzz::list_target!("cn_mofcom", "cn.json");
