//! Any bytes as a file of `own:x`.
#![no_main]

countersign_fuzz::list_target!("own:x", "list.xlsx", "map.toml" => b"schema = \"own-list/1\"\n[columns]\nid = \"No\"\nname = \"Name\"\nfrom = \"Since\"\n");
