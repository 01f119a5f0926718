//! Any bytes as a file of `us_ofac_sdn`.
#![no_main]

countersign_fuzz::list_target!("us_ofac_sdn", "sdn.csv", "add.csv" => b"7,1,\"1 Street\",\"Town\",\"Iran\",-0- \r\n\x1a\r\n", "alt.csv" => b"7,2,\"aka\",\"ROE, John\",-0- \r\n\x1a\r\n");
