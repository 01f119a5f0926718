//! Ships.

use countersign_names::NameKind::Vessel;

use crate::{different, found};

#[test]
fn a_ship_is_found_with_its_prefix_and_voyage() {
    found(
        Vessel,
        &[
            ("LPG/C Quillan", "QUILLAN"),
            ("T/B Quillan", "QUILLAN"),
            ("Buque Quillan", "QUILLAN"),
            ("MVQuillan", "QUILLAN"),
            ("Crude oil tanker Quillan", "QUILLAN"),
            ("M/V Quillan VOY 12W", "QUILLAN"),
            ("Yu Quill 7 V.123", "YU QUILL 7"),
            ("Quillan v. 004E", "QUILLAN"),
            ("Quillan, flag Panama", "QUILLAN"),
        ],
    );
    different(Vessel, &[("Quillan V", "Quillan VI"), ("Quillan 12", "Quillan 13")]);
}
