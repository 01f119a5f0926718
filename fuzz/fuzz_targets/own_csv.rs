//! Any bytes as a file of `own:x`.
#![no_main]

countersign_fuzz::list_target!("own:x", "list.csv", "map.toml" => b"schema = \"own-list/1\"\n\n[file]\ndelimiter = \"|\"\ndates = \"dmy\"\n\n[columns]\nid = \"Supplier no.\"\nname = \"Name\"\nalias = \"Also known as\"\nkind = \"Type\"\ncountry = \"Country\"\nfrom = \"Barred since\"\nto = \"Barred until\"\nreason = \"Why\"\n\n[kind]\nperson = [\"P\"]\ncompany = [\"C\"]\n");
