//! Each format on a small invented file of its own: what an entry says is what comes out.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what it expects; functions outside of #[test] too"
)]

use countersign_lists::{Import, ImportError, InputFile, ftm_jsonl, import};
use countersign_model::{Entity, ListCode, NameQuality, Scope, SourceId};
use proptest::prelude::*;
use serde_json::{Value, json};

fn files(names: &[&str]) -> Vec<InputFile> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let read = |name: &&str| InputFile {
        name: (*name).to_owned(),
        bytes: std::fs::read(folder.join(name)).unwrap(),
    };
    names.iter().map(read).collect()
}

fn try_import(id: &str, files: &[InputFile]) -> Result<Import, ImportError> {
    import(&SourceId::new(id).unwrap(), files)
}

fn read(id: &str, names: &[&str]) -> Import {
    let done = try_import(id, &files(names)).unwrap();
    assert_eq!(done.report.refused, vec![], "{id}");
    assert!(done.report.unknown_columns.is_empty(), "{id}: {:?}", done.report.unknown_columns);
    done
}

fn find(done: &Import, key: &str) -> Entity {
    let id = format!("{}:{key}", done.source);
    done.entities
        .iter()
        .find(|e| e.id == id)
        .unwrap_or_else(|| panic!("{id} in {:#?}", done.entities))
        .clone()
}

fn names(entity: &Entity, quality: NameQuality) -> Vec<String> {
    entity.names().filter(|n| n.quality == quality).map(|n| n.text.to_owned()).collect()
}

#[test]
fn the_uk_sanctions_list() {
    let done = read("uk_sl", &["uk_sl.csv"]);
    assert_eq!(done.as_of.unwrap().to_string(), "2026-02-13");
    let person = find(&done, "XEX0001");
    assert_eq!(person.caption(), "John Q EXAMPLEMAN");
    assert_eq!(names(&person, NameQuality::Alias), ["جون", "Jon EXAMPLMAN"]);
    assert_eq!(names(&person, NameQuality::Weak), ["THE EXAMPLE"]);
    assert_eq!(person.values("birthDate"), ["1971-05", "1972"]);
    assert_eq!(person.values("nationality"), ["ru", "sy"]);
    assert_eq!(person.values("passportNumber"), ["AB123456", "CD987654"]);
    assert_eq!(person.values("position"), ["Director", "Owner"]);
    assert_eq!(person.values("address"), ["1 Example Street, Exampletown, 12345, Syria"]);
    let [listing] = person.listings.as_slice() else { panic!("{:?}", person.listings) };
    assert_eq!((listing.list, listing.scope), (ListCode::UkSl, Scope::Blocking));
    assert_eq!(listing.from.unwrap().to_string(), "2024-02-03");
    // measures without an asset freeze freeze nothing
    for key in ["XEX0002", "XEX0003"] {
        let listing = find(&done, key).listings[0].clone();
        assert_eq!((listing.list, listing.scope), (ListCode::UkRm, Scope::SeeEntry), "{key}");
    }
    let ship = find(&done, "XEX0003");
    assert_eq!(
        (ship.values("imoNumber"), ship.values("flag")),
        (["9999993".to_owned()].as_slice(), ["pa".to_owned()].as_slice())
    );
}

#[test]
fn the_older_list_of_ofsi() {
    let done = read("uk_ofsi", &["uk_ofsi.csv"]);
    let person = find(&done, "91349");
    assert_eq!(person.caption(), "Ali EXAMPLEMAN");
    assert_eq!(names(&person, NameQuality::Weak), ["ABU EXAMPLE"]);
    assert_eq!(names(&person, NameQuality::Former), ["Old EXAMPLE"]);
    assert_eq!(person.values("birthDate"), ["1980", "1981"]);
    assert_eq!(person.values("passportNumber"), ["592667"]);
    let listing = &person.listings[0];
    assert_eq!(listing.from.unwrap().to_string(), "2016-04-01");
    assert_eq!(listing.listed.unwrap().to_string(), "2020-12-31", "designation under UK law is another day");
    assert_eq!(find(&done, "91350").values("country"), ["kp"]);
}

#[test]
fn the_denied_persons_list() {
    let done = read("us_bis_dpl", &["dpl.txt"]);
    let person = done.entities.iter().find(|e| e.caption() == "JOHN EXAMPLEMAN").unwrap();
    assert_eq!(person.values("address").len(), 2);
    let [order] = person.listings.as_slice() else { panic!("{:?}", person.listings) };
    assert_eq!(order.scope, Scope::AllItems);
    assert_eq!(
        (order.from.unwrap().to_string(), order.to.unwrap().to_string()),
        ("2003-06-19".into(), "2056-06-29".into())
    );
    let other = done.entities.iter().find(|e| e.caption() == "PEARL INVENTED").unwrap();
    assert_eq!(other.values("alias"), ["JANE"]);
    assert_eq!(
        (other.listings[0].scope, other.listings[0].to),
        (Scope::SeeEntry, None),
        "a non-standard order without end"
    );
}

#[test]
fn a_rule_on_the_entity_list() {
    let done = read("fr:2023-00000", &["rule.xml"]);
    let first = done.entities.iter().find(|e| e.caption() == "Example Intercept Inc").unwrap();
    assert_eq!(first.values("alias"), ["Example Intercept", "ExInt & Co."]);
    assert_eq!(
        first.values("address"),
        [
            "1 Example Street, Montreal, Canada",
            "2 Example Street, Toronto, Canada",
            "3 Further Road, Ottawa, Canada"
        ]
    );
    assert_eq!(first.listings[0].footnotes, ["3"]);
    let notice = first.listings[0].notice.clone().unwrap();
    assert_eq!(notice, "88 FR, 2023-02-27 (FR Doc. 2023-00000)");
    let second = done.entities.iter().find(|e| e.caption() == "Invented Sensors Co.").unwrap();
    assert_eq!(second.values("address"), ["No. 5 Made-up Road, Shenzhen, China"]);
    assert_eq!(second.values("country"), ["cn"]);
}

#[test]
fn both_xml_layouts_of_ofac() {
    let done = read("us_ofac_sdn", &["sdn.xml"]);
    let person = find(&done, "7");
    assert_eq!(person.caption(), "EXAMPLEMAN, John");
    assert_eq!(names(&person, NameQuality::Weak), ["TATA EX"]);
    assert_eq!(names(&person, NameQuality::Former), ["OLDMAN, John"]);
    assert_eq!(person.values("birthDate"), ["1976", "1977", "1978"]);
    assert_eq!(person.values("identification"), ["Passport A5250088 (Iran) issued 14 Nov 2007"]);
    assert_eq!(
        (person.values("gender"), person.values("linkedTo")),
        (["male".to_owned()].as_slice(), ["EXAMPLE GROUP".to_owned()].as_slice())
    );
    let ship = find(&done, "8");
    assert_eq!(
        (ship.values("imoNumber"), ship.values("flag")),
        (["9999993".to_owned()].as_slice(), ["pa".to_owned()].as_slice())
    );

    let done = read("us_ofac_sdn", &["sdn_enhanced.xml"]);
    let body = find(&done, "7");
    assert_eq!(names(&body, NameQuality::Primary), ["EXAMPLE INTERCEPTION LLC"]);
    assert_eq!(names(&body, NameQuality::Alias), ["ООО ПРИМЕР"]);
    assert_eq!(names(&body, NameQuality::Weak), ["EXINT"]);
    assert_eq!(names(&body, NameQuality::Former), ["OLD EXAMPLE LLC"]);
    assert_eq!(body.values("taxNumber"), ["7700000001"]);
    assert_eq!(body.values("incorporationDate"), ["2010-11-17"]);
    let listing = &body.listings[0];
    assert_eq!(listing.from.unwrap().to_string(), "2024-03-05");
    assert_eq!(listing.instrument.as_deref(), Some("Executive Order 13694 (Cyber)"));
    assert_eq!(
        (done.links[0].from_entity.as_str(), done.links[0].to_entity.as_str()),
        ("us_ofac_sdn:7", "us_ofac_sdn:8")
    );
}

#[test]
fn the_financial_sanctions_of_the_eu() {
    let done = read("eu_fsf", &["eu_fsf.xml"]);
    let person = find(&done, "EU.1.11");
    assert_eq!(names(&person, NameQuality::Alias), ["Джон Примеров"]);
    assert_eq!(names(&person, NameQuality::Weak), ["The Example"], "a name that is not strong");
    assert_eq!(
        person.values("identification"),
        ["National passport AB123456 (ru) issued by Exampletown (knownFalse)"]
    );
    let listing = &person.listings[0];
    // the act is a later amendment: its days are not those of the listing
    assert_eq!(
        (listing.from, listing.listed),
        (Some("2020-12-07".parse().unwrap()), Some("2020-12-07".parse().unwrap()))
    );
    assert_eq!(
        listing.notice.as_deref(),
        Some("2022/2400 (OJ L319), published 2022-12-12, in force 2022-12-13")
    );
    let body = find(&done, "EU.2.22");
    assert_eq!(
        body.listings[0].from,
        Some("2003-07-07".parse().unwrap()),
        "the act that lists tells the first day"
    );
    assert_eq!(body.listings[0].listed, Some("2003-07-08".parse().unwrap()));
}

#[test]
fn the_acts_of_the_official_journal() {
    let done = read("eu_journal", &["eu_journal.csv"]);
    let person = find(&done, "32019R0796-I.A-Person-1");
    assert_eq!(person.values("alias"), ["Jon", "Exampleman; the younger"]);
    assert_eq!(person.values("nationality"), ["ru", "fi"]);
    assert_eq!(person.listings[0].list, ListCode::EuFsf);
    let body = find(&done, "32019R0796-I.B-Company-2");
    assert_eq!((body.listings[0].list, body.listings[0].scope), (ListCode::EuRm, Scope::SeeEntry));
    assert_eq!(body.listings[0].from.unwrap().to_string(), "2020-01-01", "the earliest day of a bare year");
    assert_eq!(body.values("innCode"), ["7700000001"]);
}

#[test]
fn a_registry_of_japan() {
    let done = read("jp_eul", &["jp.json"]);
    assert_eq!(find(&done, "jp-eul-1").listings[0].programmes, ["M", "N", "CW"]);
    let slipped = find(&done, "jp-eul-2");
    assert_eq!(
        (slipped.caption(), slipped.values("country")),
        ("Example Electronics Co., Ltd.", ["cn".to_owned()].as_slice())
    );
    // the file of another source is refused, entry by entry
    assert!(matches!(try_import("cn_mofcom", &files(&["jp.json"])), Err(ImportError::Unusable { .. })));
}

#[test]
fn a_deny_list_of_ones_own() {
    let done = read("own:suppliers", &["own.csv", "own.toml"]);
    let company = find(&done, "4711");
    assert_eq!(company.values("alias"), ["EXB", "EX Broker"]);
    assert_eq!(company.values("country"), ["de"]);
    let listing = &company.listings[0];
    assert_eq!((listing.list, listing.scope), (ListCode::Own, Scope::SeeEntry));
    assert_eq!(listing.from.unwrap().to_string(), "2024-05-31");
    let person = find(&done, "4712");
    assert_eq!(person.schema.as_str(), "Person");
    assert_eq!(person.values("country"), ["at", "de"]);
    assert_eq!(person.listings[0].to.unwrap().to_string(), "2029-12-31");
    assert_eq!(done.raw.len(), 2, "the mapping is pinned with the list");
}

/// An XLSX workbook with one sheet, written by hand: strings inline, dates as serial numbers with a date style.
fn workbook(rows: &[Vec<Value>]) -> Vec<u8> {
    use std::io::Write as _;
    let cell = |at: usize, row: usize, value: &Value| {
        let name = format!("{}{}", char::from(b'A' + u8::try_from(at).unwrap()), row + 1);
        match value {
            Value::Number(n) => format!("<c r=\"{name}\"><v>{n}</v></c>"),
            Value::Object(date) => format!("<c r=\"{name}\" s=\"1\"><v>{}</v></c>", date["date"]),
            Value::String(text) => format!("<c r=\"{name}\" t=\"inlineStr\"><is><t>{text}</t></is></c>"),
            _ => String::new(),
        }
    };
    let body: String = rows
        .iter()
        .enumerate()
        .map(|(n, row)| {
            let cells: String = row.iter().enumerate().map(|(at, value)| cell(at, n, value)).collect();
            format!("<row r=\"{}\">{cells}</row>", n + 1)
        })
        .collect();
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let parts = [
        ("[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/></Types>".to_owned()),
        ("_rels/.rels", format!("<Relationships xmlns=\"{package}\"><Relationship Id=\"r1\" Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>")),
        ("xl/workbook.xml", format!("<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets><sheet name=\"Deny\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>")),
        ("xl/_rels/workbook.xml.rels", format!("<Relationships xmlns=\"{package}\"><Relationship Id=\"r1\" Type=\"{office}/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"r2\" Type=\"{office}/styles\" Target=\"styles.xml\"/></Relationships>")),
        ("xl/styles.xml", format!("<styleSheet xmlns=\"{main}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>")),
        ("xl/worksheets/sheet1.xml", format!("<worksheet xmlns=\"{main}\"><sheetData>{body}</sheetData></worksheet>")),
    ];
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

const MAPPING: &str = "schema = \"own-list/1\"\n[file]\nsheet = \"Deny\"\n[columns]\nid = \"No\"\nname = \"Name\"\nfrom = \"Since\"\n";

#[test]
fn a_deny_list_in_a_workbook() {
    let rows = vec![
        vec![json!("No"), json!("Name"), json!("Since"), json!("Remark")],
        vec![json!(4711), json!("Example Broker GmbH"), json!({"date": 45443}), json!("x")],
        vec![],
        vec![json!(4712), json!("Jane Example"), json!("2023-02-01")],
        vec![json!(4713), json!(""), json!("2023-02-01")],
    ];
    let list = |bytes: Vec<u8>| InputFile { name: "deny.xlsx".into(), bytes };
    let mapping = |text: &str| InputFile { name: "map.toml".into(), bytes: text.as_bytes().to_vec() };
    let done = try_import("own:x", &[list(workbook(&rows)), mapping(MAPPING)]).unwrap();
    assert_eq!(find(&done, "4711").listings[0].from.unwrap().to_string(), "2024-05-31");
    assert_eq!(find(&done, "4712").caption(), "Jane Example");
    let refused: Vec<(u64, &str)> = done.report.refused.iter().map(|r| (r.line, r.reason.as_str())).collect();
    assert_eq!(refused, [(5, "the row has no name")]);
    assert!(done.report.unknown_columns.contains("Remark"), "what is not mapped is said");

    for (text, part) in [
        (MAPPING.replace("Deny", "Other"), "its sheets are `Deny`"),
        (MAPPING.replace("\"Since\"", "\"From\""), "no column `From`"),
        (MAPPING.replace("name = ", "nom = "), "is nothing that can be mapped"),
        (MAPPING.replace("[file]", "[flie]"), "unknown field `flie`"),
        (MAPPING.replace("own-list/1", "own-list/2"), "not `own-list/1`"),
    ] {
        let error = try_import("own:x", &[list(workbook(&rows)), mapping(&text)]).unwrap_err().to_string();
        assert!(error.contains(part), "{part}: {error}");
    }
    let alone = try_import("own:x", &[list(workbook(&rows))]).unwrap_err().to_string();
    assert!(alone.contains("mapping file"), "{alone}");
    let mut cut = workbook(&rows);
    cut.truncate(cut.len() - 40);
    try_import("own:x", &[list(cut), mapping(MAPPING)]).expect_err("a cut workbook");
    // a number that a workbook cannot keep exactly is no key
    let long = vec![rows[0].clone(), vec![json!(1234567890123456789u64), json!("A"), json!("")]];
    let error = try_import("own:x", &[list(workbook(&long)), mapping(MAPPING)]).unwrap_err().to_string();
    assert!(error.contains("no value in the column of the id"), "{error}");
}

/// Records of a party with any properties, and of what is none.
fn record(n: usize) -> impl Strategy<Value = Value> {
    let values = || proptest::collection::vec("[ -~äжع]{0,12}", 0..4);
    let property = prop::sample::select(vec![
        "name",
        "alias",
        "weakAlias",
        "address",
        "idNumber",
        "unheardOf",
        "notes",
        "topics",
    ]);
    let schema = prop::sample::select(vec![
        "Company",
        "CryptoWallet",
        "Person",
        "Sanction",
        "Address",
        "Passport",
        "Mention",
    ]);
    (schema, proptest::collection::btree_map(property, values(), 0..5), any::<bool>(), any::<i32>()).prop_map(
        move |(schema, mut properties, target, number)| {
            if schema == "Passport" {
                properties.insert("holder", vec!["id0".into()]);
                properties.insert("number", vec!["AB1".into()]);
            }
            let mut line = json!({"id": format!("id{n}"), "schema": schema, "properties": properties, "target": target, "first_seen": number, "caption": "C"});
            if target {
                line["datasets"] = json!(["x"]);
                line["referents"] = json!(["r1", "r1"]);
            }
            line
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// FollowTheMoney → entities and the rest → FollowTheMoney loses nothing.
    #[test]
    fn nothing_of_an_export_is_lost(others in (record(1), record(2), record(3), record(4))) {
        let first = json!({"id": "id0", "schema": "Person", "properties": {"name": ["A"], "addressEntity": ["id1", "id2"], "passportNumber": ["AB1", " AB1 "]}});
        let came = [first, others.0, others.1, others.2, others.3];
        let text: String = came.iter().map(|line| format!("{line}\n")).collect();
        let done = try_import("ftm:x", &[InputFile { name: "e.json".into(), bytes: text.into_bytes() }]).unwrap();
        let out: Vec<Value> = String::from_utf8(ftm_jsonl(&done.entities, &done.ftm)).unwrap()
            .lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        prop_assert_eq!(out, came.to_vec());
    }
}
