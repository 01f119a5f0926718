//! Files that are not what they should be: each fails with the right error, and nothing is imported.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::string_slice,
    reason = "a test says what it expects; functions outside of #[test] too"
)]

use countersign_lists::{Import, ImportError, InputFile, import, starter};
use countersign_model::{ListCode, PolicyItems, ReviewPolicy, Scope, SourceId};
use proptest::prelude::*;

fn try_import(id: &str, files: &[InputFile]) -> Result<Import, ImportError> {
    import(&SourceId::new(id).unwrap(), files)
}

const CSL: &str = "_id,source,entity_number,type,programs,name,title,addresses,federal_register_notice,start_date,\
end_date,standard_order,license_requirement,license_policy,remarks,alt_names,ids,citizenships,dates_of_birth,nationalities\n\
a1,Entity List (EL) - Bureau of Industry and Security,,,,Example Ltd.,,\"1 Street, Town, IL\",86 FR 1,2021-11-04,,,\
All items subject to the EAR. (See §744.11 of the EAR),Presumption of denial.,,Beispiel GmbH; and Exemple SA,,,,\n\
7,Specially Designated Nationals (SDN) - Treasury Department,7,Individual,CYBER2,\"DOE, John\",,,,,,,,,,,,,,\n";
const SDN: &str = "7,\"DOE, John\",\"individual\",\"CYBER2\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,\"DOB 1960.\"\r\n\u{1a}\r\n";
const UN: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<CONSOLIDATED_LIST dateGenerated=\"2026-02-27T00:00:09Z\">\
<INDIVIDUALS><INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>JOHN</FIRST_NAME><UN_LIST_TYPE>DRC</UN_LIST_TYPE>\
<REFERENCE_NUMBER>CDi.001</REFERENCE_NUMBER><LISTED_ON>2012-12-31</LISTED_ON></INDIVIDUAL></INDIVIDUALS>\
<ENTITIES></ENTITIES></CONSOLIDATED_LIST>";
const FTM: &str = "{\"id\":\"a\",\"schema\":\"Company\",\"properties\":{\"name\":[\"A\"]}}\n\
{\"id\":\"b\",\"schema\":\"Person\",\"properties\":{\"name\":[\"B\"]}}\n";

/// Source, file name and a good text of each format.
const GOOD: [(&str, &str, &str); 14] = [
    ("us_csl", "c.csv", CSL),
    ("us_ofac_sdn", "sdn.csv", SDN),
    ("un_sc", "u.xml", UN),
    ("ftm:x", "e.json", FTM),
    ("us_ofac_cons", "cons_prim.csv", include_str!("fixtures/sdn.xml")),
    ("us_ofac_cons", "cons_prim.csv", include_str!("fixtures/sdn_enhanced.xml")),
    ("us_bis_dpl", "dpl.txt", include_str!("fixtures/dpl.txt")),
    ("us_bis_mieu", "m.csv", include_str!("fixtures/mieu.csv")),
    ("fr:2023-00000", "r.xml", include_str!("fixtures/rule.xml")),
    ("eu_fsf", "f.xml", include_str!("fixtures/eu_fsf.xml")),
    ("eu_journal", "32019R0796.csv", include_str!("fixtures/eu_journal.csv")),
    ("uk_sl", "u.csv", include_str!("fixtures/uk_sl.csv")),
    ("uk_ofsi", "ConList.csv", include_str!("fixtures/uk_ofsi.csv")),
    ("jp_eul", "jp.json", include_str!("fixtures/jp.json")),
];

/// The two lists of OFAC share their layouts: one given as the other is not told by its form.
fn same_form(a: &str, b: &str) -> bool {
    a == b || (a.starts_with("us_ofac") && b.starts_with("us_ofac"))
}

fn one(name: &str, bytes: impl Into<Vec<u8>>) -> [InputFile; 1] {
    [InputFile { name: name.into(), bytes: bytes.into() }]
}

fn error(id: &str, name: &str, bytes: impl Into<Vec<u8>>) -> ImportError {
    try_import(id, &one(name, bytes)).expect_err("a wrong file")
}

#[test]
fn the_good_texts_are_good() {
    for (id, name, text) in GOOD {
        let done = try_import(id, &one(name, text)).unwrap();
        assert!(!done.entities.is_empty() && done.report.refused.is_empty(), "{id}");
    }
}

#[test]
fn an_empty_file_is_refused() {
    for (id, name, _) in GOOD {
        for bytes in ["", "\n \r\n", "\u{1a}"] {
            assert!(matches!(error(id, name, bytes), ImportError::Empty { .. }), "{id} {bytes:?}");
        }
    }
    let (header, _) = CSL.split_once('\n').unwrap();
    assert!(matches!(error("us_csl", "c.csv", format!("{header}\n")), ImportError::Unusable { .. }));
}

#[test]
fn a_cut_file_is_refused_wherever_it_is_cut_inside_a_row() {
    let rows = CSL.rfind("7,Specially").unwrap();
    for cut in rows + 1..CSL.len() - 1 {
        assert!(
            matches!(error("us_csl", "c.csv", &CSL.as_bytes()[..cut]), ImportError::Truncated { .. }),
            "{cut}"
        );
    }
    for cut in 70..SDN.len() - 3 {
        let e = error("us_ofac_sdn", "sdn.csv", &SDN.as_bytes()[..cut]);
        assert!(matches!(e, ImportError::Truncated { .. } | ImportError::WrongFormat { .. }), "{cut}: {e}");
    }
    for cut in 70..UN.len() - 1 {
        let e = error("un_sc", "u.xml", &UN.as_bytes()[..cut]);
        assert!(matches!(e, ImportError::Truncated { .. }), "{cut}: {e}");
    }
    let second = FTM.find('\n').unwrap() + 2;
    for cut in second..FTM.len() - 2 {
        let e = error("ftm:x", "e.json", &FTM.as_bytes()[..cut]);
        assert!(matches!(e, ImportError::Truncated { .. }), "{cut}: {e}");
    }
    // an element that is open, a row, a JSON text: wherever the others are cut, it shows
    for (id, name, text) in GOOD.into_iter().skip(4) {
        let xml = text.starts_with('<');
        let inside = if xml {
            text.find("</").unwrap()..text.trim_end().len() - 1
        } else if text.starts_with('[') {
            2..text.trim_end().len() - 1
        } else {
            text.trim_end().rfind('\n').unwrap() + 2..text.len() - 1
        };
        for cut in inside.filter(|cut| text.is_char_boundary(*cut)) {
            let e = error(id, name, &text.as_bytes()[..cut]);
            assert!(matches!(e, ImportError::Truncated { .. }), "{id} cut at {cut}: {e}");
        }
    }
    let json = "{\"results\": [{\"source\": \"Entity List (EL)\", \"name\": \"A\"}";
    assert!(matches!(error("us_csl", "c.json", json), ImportError::Truncated { .. }));
}

#[test]
fn a_cut_archive_is_refused() {
    use std::io::Write as _;
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(CSL.as_bytes()).unwrap();
    let whole = packer.finish().unwrap();
    assert_eq!(try_import("us_csl", &one("c.csv.gz", whole.clone())).unwrap().entities.len(), 2);
    let e = error("us_csl", "c.csv.gz", &whole[..whole.len() - 20]);
    assert!(matches!(e, ImportError::Truncated { .. }), "{e}");
    let e = error("us_csl", "c.csv.xz", b"\xfd7zXZ\x00rubbish".to_vec());
    assert!(matches!(e, ImportError::Compression { .. } | ImportError::Truncated { .. }), "{e}");
    assert!(matches!(error("us_csl", "c.zip", b"PK\x03\x04....".to_vec()), ImportError::Compression { .. }));
}

#[test]
fn a_wrong_encoding_is_refused_with_its_line() {
    let latin: Vec<u8> =
        CSL.replace("John", "Jos@").bytes().map(|b| if b == b'@' { 0xe9 } else { b }).collect();
    let e = error("us_csl", "c.csv", latin);
    assert!(matches!(&e, ImportError::Encoding { line: 3, .. }), "{e}");
    let un: Vec<u8> = UN.replace("JOHN", "JOS@").bytes().map(|b| if b == b'@' { 0xe9 } else { b }).collect();
    assert!(matches!(error("un_sc", "u.xml", un), ImportError::Encoding { .. }));
    // OFAC's dialect may be Windows-1252
    let ofac: Vec<u8> =
        SDN.replace("John", "Jos@").bytes().map(|b| if b == b'@' { 0xe9 } else { b }).collect();
    let done = try_import("us_ofac_sdn", &one("sdn.csv", ofac)).unwrap();
    assert_eq!(done.entities[0].caption(), "DOE, José");
    let utf16: Vec<u8> = CSL.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(try_import("us_csl", &one("c.csv", utf16)).is_err());
}

#[test]
fn another_format_or_list_is_refused() {
    let html =
        "<!DOCTYPE html><html><head><title>503</title></head><body>Service unavailable</body></html>\n";
    for (id, name, _) in GOOD {
        for (other, _, text) in GOOD.into_iter().filter(|(other, _, _)| !same_form(other, id)) {
            let e = error(id, name, text);
            assert!(matches!(e, ImportError::WrongFormat { .. }), "{other} given as {id}: {e}");
        }
        let e = error(id, name, html);
        assert!(e.to_string().contains("HTML page"), "{id}: {e}");
    }
    assert!(matches!(error("nobody", "x", "x"), ImportError::UnknownSource(_)));
    let two = [one("a.csv", CSL), one("b.csv", CSL)].concat();
    assert!(matches!(try_import("us_csl", &two).unwrap_err(), ImportError::FileSet { .. }));
    assert!(matches!(error("us_ofac_sdn", "list.csv", SDN), ImportError::FileSet { .. }));
}

#[test]
fn a_malformed_row_is_named_and_the_rest_goes_on() {
    let text = format!(
        "{CSL}short,row\n,No Such List,,,,Somebody,,,,,,,,,,,,,,\n,Entity List (EL),,,,,,,,,,,,,,,,,,\n{}",
        &CSL[CSL.find("7,Spec").unwrap()..]
    );
    let done = try_import("us_csl", &one("c.csv", text)).unwrap();
    let refused: Vec<(u64, bool)> = done
        .report
        .refused
        .iter()
        .map(|r| (r.line, ["2 fields", "No Such List", "no name"].iter().any(|t| r.reason.contains(t))))
        .collect();
    assert_eq!(refused, [(4, true), (5, true), (6, true)]);
    assert_eq!((done.report.rows, done.entities.len()), (6, 2), "the last row repeats a key");

    let text = FTM.replace("\n{\"id\":\"b\"", "\nnot json\n{\"id\":\"b\"");
    let done = try_import("ftm:x", &one("e.json", text)).unwrap();
    assert_eq!(done.report.refused[0].line, 2);

    let text = UN.replace("</INDIVIDUALS>", "<INDIVIDUAL><DATAID>2</DATAID></INDIVIDUAL></INDIVIDUALS>");
    let done = try_import("un_sc", &one("u.xml", text)).unwrap();
    assert!(done.report.refused[0].reason.contains("no name"));
}

#[test]
fn unknown_texts_are_reported_and_never_guessed() {
    let text = CSL
        .replace("All items subject to the EAR. (See §744.11 of the EAR)", "For certain items only")
        .replace("Presumption of denial.", "At the discretion of the committee");
    let done = try_import("us_csl", &one("c.csv", text)).unwrap();
    let entity = done.entities.iter().find(|e| e.caption() == "Example Ltd.").unwrap();
    assert_eq!(entity.listings[0].scope, Scope::SeeEntry);
    assert!(entity.listings[0].review_policy.is_empty());
    assert_eq!(entity.values("licensePolicy"), ["At the discretion of the committee"]);
    assert_eq!(done.report.warnings.len(), 2);
    let text = CSL.replacen("_id,source", "shoe_size,source", 1);
    let done = try_import("us_csl", &one("c.csv", text)).unwrap();
    assert!(done.report.unknown_columns.contains("shoe_size"));
}

/// What is made to grow, to nest or to run on without end is refused, with its bound said.
#[test]
fn documents_without_end_are_refused() {
    use countersign_lists::{
        MAX_CSV_LINE_BYTES, MAX_XML_DEPTH, MAX_XML_LOOSE_ELEMENTS, MAX_XML_RECORD_BYTES,
    };
    let entities = "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>";
    for (id, name, text) in GOOD.into_iter().filter(|(_, _, text)| text.starts_with('<')) {
        let body = text.strip_prefix("<?xml version=\"1.0\" standalone=\"yes\"?>").unwrap_or(text);
        let body = body.find("?>").map_or(body, |end| &body[end + 2..]);
        let e = error(id, name, format!("{entities}{body}"));
        assert!(e.to_string().contains("declares entities"), "{id}: {e}");
    }
    let (head, tail) = UN.split_once("<DATAID>").unwrap();
    let deep = format!("{head}{}{}<DATAID>{tail}", "<X>".repeat(MAX_XML_DEPTH), "</X>".repeat(MAX_XML_DEPTH));
    let e = error("un_sc", "u.xml", deep).to_string();
    assert!(e.contains("nested more than 32 deep"), "{e}");
    let bound = usize::try_from(MAX_XML_RECORD_BYTES).unwrap();
    let long = format!("{head}<COMMENTS1>{}</COMMENTS1><DATAID>{tail}", "x".repeat(bound));
    let e = error("un_sc", "u.xml", long).to_string();
    assert!(e.contains("more than 4194304 bytes"), "{e}");
    let loose = usize::try_from(MAX_XML_LOOSE_ELEMENTS).unwrap();
    let many = UN.replace("<ENTITIES>", &format!("<ENTITIES>{}", "<X/>".repeat(loose)));
    let e = error("un_sc", "u.xml", many).to_string();
    assert!(e.contains("belong to no record"), "{e}");
    let line = format!("{CSL}{}\n", "x".repeat(MAX_CSV_LINE_BYTES + 1));
    assert!(matches!(error("us_csl", "c.csv", line), ImportError::LongLine { line: 4, .. }));
    let line = format!("{}{}\n", include_str!("fixtures/dpl.txt"), "x".repeat(MAX_CSV_LINE_BYTES + 1));
    assert!(matches!(error("us_bis_dpl", "dpl.txt", line), ImportError::LongLine { .. }));
    // a reference that stands for no character is kept as written, and said
    let done = try_import("un_sc", &one("u.xml", UN.replace("JOHN", "JO&lol;HN"))).unwrap();
    assert_eq!(done.entities[0].caption(), "JO&lol;HN");
    assert!(done.report.warnings[0].text.contains("no character"));
}

/// A publisher that renames an element by which people are told apart must not empty it without a word.
#[test]
fn a_whole_list_without_any_birth_date_or_document_is_refused() {
    let (head, rest) = UN.split_once("<INDIVIDUAL>").unwrap();
    let (one_record, tail) = rest.split_once("</INDIVIDUAL>").unwrap();
    let marks = "<NATIONALITY><VALUE>Iraq</VALUE></NATIONALITY>\
        <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1960-01-01</DATE></INDIVIDUAL_DATE_OF_BIRTH>\
        <INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT><NUMBER>A1</NUMBER></INDIVIDUAL_DOCUMENT>";
    let list = |marks: &str| {
        let records: String = (0..600)
            .map(|n| {
                let record = one_record.replace("<DATAID>1<", &format!("<DATAID>{n}<"));
                format!(
                    "<INDIVIDUAL>{}{marks}</INDIVIDUAL>",
                    record.replace("CDi.001", &format!("CDi.{n:03}"))
                )
            })
            .collect();
        format!("{head}{records}{tail}")
    };
    assert_eq!(try_import("un_sc", &one("u.xml", list(marks))).unwrap().entities.len(), 600);
    for (element, renamed) in [
        ("INDIVIDUAL_DATE_OF_BIRTH", "BIRTH"),
        ("INDIVIDUAL_DOCUMENT", "DOCUMENT"),
        ("NATIONALITY", "NATION"),
    ] {
        let said = error("un_sc", "u.xml", list(&marks.replace(element, renamed))).to_string();
        assert!(said.contains(&format!("has an element `{element}`")), "{said}");
    }
}

#[test]
fn the_starter_list_says_what_the_rules_say() {
    let done = starter().unwrap();
    assert_eq!((done.report.rows, done.entities.len(), done.report.refused.len()), (30, 30, 0));
    let find = |id: &str| done.entities.iter().find(|e| e.id == format!("starter:{id}")).unwrap();
    for id in ["EL-NSO", "EL-CANDIRU", "EL-POSTECH", "EL-COSEINC"] {
        let listing = &find(id).listings[0];
        assert_eq!((listing.list, listing.scope), (ListCode::El, Scope::AllItems));
        assert_eq!(listing.from.unwrap().to_string(), "2021-11-04");
        assert_eq!(listing.notice.as_deref(), Some("86 FR 60759"));
        assert_eq!(listing.review_policy[0].items, PolicyItems::All);
        assert_eq!(listing.review_policy[0].policy, ReviewPolicy::PresumptionOfDenial);
    }
    assert_eq!(find("EL-CANDIRU").values("alias").len(), 7);
    let sandvine = &find("EL-SANDVINE").listings[0];
    let day = |text: &str| text.parse().unwrap();
    assert!(sandvine.in_effect_on(day("2024-10-20")) && !sandvine.in_effect_on(day("2024-10-21")));
    assert!(find("SDN-HAMOU").listings[0].in_effect_on(day("2025-12-29")));
    assert!(!find("SDN-HAMOU").listings[0].in_effect_on(day("2025-12-30")));
    assert_eq!(find("SDN-INTELLEXA-SA").listings[0].programmes, ["CYBER2"]);
    assert_eq!(find("EL-INTELLEXA-SA").values("sameAs"), ["starter:SDN-INTELLEXA-SA"]);
    assert_eq!(find("EL-HIKVISION").listings[0].review_policy.len(), 4);
    // the day of listing; purchases are barred from the sixtieth day after it
    assert_eq!(find("CMIC-HIKVISION").listings[0].from, Some(day("2021-06-03")));
    assert_eq!(find("EL-DAHUA").listings[0].footnotes, ["4"]);
    let ids: std::collections::HashSet<&str> = done.entities.iter().map(|e| e.id.as_str()).collect();
    assert!(done.entities.iter().all(|e| !e.values("verification").is_empty()), "every row has its source");
    for entity in &done.entities {
        assert!(entity.values("sameAs").iter().all(|id| ids.contains(id.as_str())), "{}", entity.id);
        assert_eq!(entity.listings.len(), 1, "{}", entity.id);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), which in 0usize..5) {
        let (id, name) = [("us_csl", "c.csv"), ("us_ofac_sdn", "sdn.csv"), ("un_sc", "u.xml"), ("ftm:x", "e"), ("starter", "p.csv")][which];
        let _ = try_import(id, &one(name, bytes.clone()));
        for magic in [&[0x1f, 0x8b][..], &[0xfd, b'7', b'z', b'X', b'Z', 0][..]] {
            let _ = try_import(id, &one(name, [magic, &bytes].concat()));
        }
    }

    /// A good file with bytes changed, taken out or put in: read or refused, never a panic.
    #[test]
    fn damaged_files_never_panic(
        which in 0usize..GOOD.len(),
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0u8..3), 1..6),
    ) {
        let (id, name, text) = GOOD[which];
        let mut bytes = text.as_bytes().to_vec();
        for (at, byte, kind) in edits {
            let at = at.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => { bytes.remove(at); }
                _ => bytes.insert(at, byte),
            }
        }
        let _ = try_import(id, &one(name, bytes));
    }

    /// Any text in any cell of the screening list is read or reported.
    #[test]
    fn any_cell_text_is_read(cells in proptest::collection::vec("\\PC{0,40}", 19)) {
        let mut row = cells;
        row.insert(1, "Entity List (EL) - Bureau of Industry and Security".into());
        let quoted: Vec<String> = row.iter().map(|c| format!("\"{}\"", c.replace('"', "\"\""))).collect();
        let (header, _) = CSL.split_once('\n').unwrap();
        let text = format!("{header}\n{}\n", quoted.join(","));
        match try_import("us_csl", &one("c.csv", text)) {
            Ok(done) => prop_assert_eq!(done.entities.len(), 1),
            Err(e) => prop_assert!(matches!(e, ImportError::Unusable { .. }), "{}", e),
        }
    }
}
