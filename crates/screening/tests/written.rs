//! What is written beside a name does not hide it: numbers, addresses, offices.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use countersign_model::{Entity, EntitySchema, SourceId};
use countersign_screening::{Hit, Index, Profile, Query};

fn entity(id: &str, schema: EntitySchema, properties: &[(&str, &str)]) -> Entity {
    let mut entity = Entity {
        id: id.to_owned(),
        schema,
        source: SourceId::new("deny_test").unwrap(),
        properties: BTreeMap::new(),
        listings: Vec::new(),
    };
    for (property, value) in properties {
        entity.add(property, value);
    }
    entity
}

fn index() -> Index {
    use EntitySchema::{Airplane, Company, Organization, Person, Vessel};
    Index::build(&[
        entity("ship", Vessel, &[("name", "Zomorrudak"), ("imoNumber", "9137246")]),
        entity("plane", Airplane, &[("name", "EP-QXF"), ("registrationNumber", "EP-QXF")]),
        entity("named", Airplane, &[("name", "EP-ZQW")]),
        entity("digits", Airplane, &[("name", "RA-02799")]),
        entity("bare", Airplane, &[("name", "Airbus of Quill"), ("registrationNumber", "YK-QXF")]),
        entity("firm", Company, &[("name", "Quillfeather Trading Limited"), ("innCode", "7707083893")]),
        entity("bank", Company, &[("name", "Bank Penholder"), ("swiftBic", "PENHIRTH")]),
        entity("person", Person, &[("name", "Ignatz Federkiel Tintenfass")]),
        entity("accents", Person, &[("name", "Iván FERNÁNDEZ PLUMÓN")]),
        entity("apostrophe", Person, &[("name", "QUILL'INI, Husayn Penna")]),
        entity("cyrillic", Person, &[("name", "Игнат Перович Чернильников")]),
        entity("body", Organization, &[("name", "Inkwell Institute of Plumage"), ("country", "ir")]),
    ])
}

fn best(index: &Index, text: &str) -> Option<Hit> {
    let query = Query::named(text);
    let found = index.screen(&query, &Profile::default()).unwrap();
    assert_eq!(found, index.screen_exhaustively(&query, &Profile::default()).unwrap(), "{text}");
    found.hits.into_iter().next()
}

#[test]
fn a_number_in_the_text_of_a_name_decides() {
    let index = index();
    for (text, id) in [
        ("Nardis IMO 9137246", "ship"),
        ("Crude oil tanker (IMO 9137246)", "ship"),
        ("IMO No. 9137246", "ship"),
        ("Aircraft EP-QXF", "plane"),
        ("EP-QXF (Airbus A340)", "plane"),
        ("EP-QXF/W5", "plane"),
        ("tail number YKQXF", "bare"),
        ("YKQXF", "bare"),
        ("Aircraft EP-ZQW", "named"),
        ("EP-ZQW (Airbus A340)", "named"),
        ("EP-ZQW/W5", "named"),
        ("flight EP-ZQW", "named"),
        ("reg. EPZQW", "named"),
        ("EPZQW", "named"),
        ("RA02799", "digits"),
        ("Another Name Ltd, INN 7707083893", "firm"),
        ("Another Name, SWIFT PENHIRTHXXX", "bank"),
    ] {
        let hit = best(&index, text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!((hit.entity.as_str(), hit.score), (id, 1.0), "{text}");
    }
}

#[test]
fn a_name_is_compared_without_what_stands_beside_it() {
    let index = index();
    for (text, id) in [
        ("Zomorrudak IMO 9187629", "ship"),
        ("Zomorrudak, flag Panama", "ship"),
        ("QUILLFEATHER TRADING LIMITED, INN 7736050003", "firm"),
        ("QUILLFEATHER TRADING LIMITED (Reg. No. 04512345)", "firm"),
        ("QUILLFEATHER TRADING LIMITED LEI 5493001KJTIIGC8Y1R12", "firm"),
        ("QUILLFEATHER TRADING LIMITED P.O. Box 1234 Dubai UAE", "firm"),
        ("QUILLFEATHER TRADING LIMITED, Tehran, Iran", "firm"),
        ("QUILLFEATHER TRADING LIMITED - USD account", "firm"),
        ("QUILLFEATHER TRADING LIMITED attn accounts payable", "firm"),
        ("QUILLFEATHER TRADING LIMITED and its subsidiaries", "firm"),
        ("QUILLFEATHER TRADING LIMITED Moscow Representative Office", "firm"),
        ("QUILLFEATHER TRADING LIMITED - Dubai Branch", "firm"),
        ("Bank Penholder, Dubai Branch", "bank"),
        ("Ignatz Federkiel Tintenfass, Passport A1234567", "person"),
        ("Ignatz Federkiel Tintenfass ignatz@quill.example", "person"),
    ] {
        let hit = best(&index, text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(hit.entity, id, "{text}: {}", hit.line);
        // what the habits of ships leave out is no part of its own
        assert!(hit.name.asked == text || hit.line.contains("by a part of what was asked"), "{}", hit.line);
    }
}

#[test]
fn a_damaged_name_is_read_and_told() {
    let index = index();
    let latin = |text: &str| {
        text.chars()
            .map(|c| match u32::from(c) {
                // Windows-1251 as Latin-1
                n @ 0x410..=0x44f => char::from_u32(n - 0x410 + 0xc0).unwrap(),
                _ => c,
            })
            .collect::<String>()
    };
    let cyrillic = latin("Игнат Перович Чернильников");
    for (text, id) in [
        ("Iv&#225;n FERN&#193;NDEZ PLUM&Oacute;N", "accents"),
        ("Iv&amp;#225;n FERN&#193;NDEZ PLUM&Oacute;N", "accents"),
        ("QUILL&#x27;INI, Husayn Penna", "apostrophe"),
        ("IvÃ¡n FERNÃ\u{81}NDEZ PLUMÃ“N", "accents"),
        ("IvÃ¡n FERNÃNDEZ PLUMÃ“N", "accents"),
        ("Iv?n FERN?NDEZ PLUM?N", "accents"),
        ("Iv??n FERN??NDEZ PLUM??N", "accents"),
        ("Iv\u{fffd}n FERN\u{fffd}NDEZ PLUM\u{fffd}N", "accents"),
        ("Iv?n Zusatz FERN?NDEZ PLUM?N", "accents"),
        (cyrillic.as_str(), "cyrillic"),
    ] {
        let hit = best(&index, text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(hit.entity, id, "{text}: {}", hit.line);
        assert!(hit.line.contains("by a reading of what was asked"), "{}", hit.line);
        let notes = index.screen(&Query::named(text), &Profile::default()).unwrap().notes;
        assert!(notes.iter().any(|note| note.contains(text)), "{notes:?}");
    }
    for whole in ["Iván FERNÁNDEZ PLUMÓN", "Who is Iván Fernández Plumón?", "Quill &amp; Feather"] {
        let notes = index.screen(&Query::named(whole), &Profile::default()).unwrap().notes;
        assert_eq!(notes, Vec::<String>::new(), "{whole}");
    }
}

#[test]
fn a_subsidiary_is_no_more_the_bank_than_before() {
    let index = index();
    for text in ["Bank Penholder Chile", "Bank Penholder (Chile)", "Bank Penholder - Chile"] {
        if let Some(hit) = best(&index, text) {
            assert!(!hit.line.contains("by a part"), "{}", hit.line);
        }
    }
}
