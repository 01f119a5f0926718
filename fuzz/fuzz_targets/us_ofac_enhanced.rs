//! Any bytes as a file of `us_ofac_sdn`.
#![no_main]

countersign_fuzz::list_target!("us_ofac_sdn", "SDN_ENHANCED.ZIP");
