//! Spreadsheets as people send them: several sheets, a title above the header, empty rows.

#![expect(clippy::unwrap_used, reason = "test helpers may panic")]

use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use countersign_bulk::{Doubts, How, Opened, ReadError, Told, read};
use zip::write::SimpleFileOptions;

/// A workbook, written by hand: a cell is a text, or a number where it can be one.
fn workbook(folder: &Path, sheets: &[(&str, &[&[&str]])]) -> PathBuf {
    let path = folder.join("parties.xlsx");
    let mut archive = zip::ZipWriter::new(File::create(&path).unwrap());
    let mut add = |name: &str, text: &str| {
        archive.start_file(name, SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    };
    let (mut types, mut names, mut relations) = (String::new(), String::new(), String::new());
    for (n, (name, rows)) in (1..).zip(sheets) {
        let part = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml";
        write!(types, r#"<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{part}"/>"#).unwrap();
        write!(names, r#"<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>"#).unwrap();
        let kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet";
        write!(relations, r#"<Relationship Id="r{n}" Type="{kind}" Target="worksheets/sheet{n}.xml"/>"#)
            .unwrap();
        let mut data = String::new();
        for (row, cells) in (1..).zip(*rows) {
            write!(data, r#"<row r="{row}">"#).unwrap();
            for (column, cell) in ('A'..).zip(*cells).filter(|(_, cell)| !cell.is_empty()) {
                if cell.parse::<f64>().is_ok() {
                    write!(data, r#"<c r="{column}{row}"><v>{cell}</v></c>"#).unwrap();
                } else {
                    write!(data, r#"<c r="{column}{row}" t="inlineStr"><is><t>{cell}</t></is></c>"#).unwrap();
                }
            }
            data.push_str("</row>");
        }
        add(
            &format!("xl/worksheets/sheet{n}.xml"),
            &format!(
                r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{data}</sheetData></worksheet>"#
            ),
        );
    }
    add(
        "[Content_Types].xml",
        &format!(
            r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>{types}</Types>"#
        ),
    );
    add(
        "_rels/.rels",
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
    );
    add(
        "xl/workbook.xml",
        &format!(
            r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>{names}</sheets></workbook>"#
        ),
    );
    add(
        "xl/_rels/workbook.xml.rels",
        &format!(
            r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{relations}</Relationships>"#
        ),
    );
    archive.finish().unwrap();
    path
}

const CUSTOMERS: &[&[&str]] = &[
    &["Kundennummer", "Name", "Land", "Umsatz"],
    &["7", "Zorblax Optics", "DE", "12"],
    &[],
    &["8", "Quill", "FR", "1"],
];

/// Rows with id and name, and what is told.
type Found = (Vec<(u64, String)>, Vec<String>);

fn parties(opened: Opened) -> Found {
    let rows = opened.rows.map(|row| row.unwrap().unwrap());
    let parties =
        rows.map(|party| (party.row, format!("{} {}", party.id.unwrap_or_default(), party.query.name)));
    let parties = parties.collect();
    (
        parties,
        Told::of(&opened.unknown_columns, Doubts::default(), opened.sheet).words(&opened.unknown_columns),
    )
}

fn open(sheets: &[(&str, &[&[&str]])], sheet: Option<&str>) -> Result<Found, ReadError> {
    let folder = tempfile::tempdir().unwrap();
    let path = workbook(folder.path(), sheets);
    read(&path, &How { sheet, ..How::default() }).map(parties)
}

fn both() -> Vec<(u64, String)> {
    vec![(1, "7 Zorblax Optics".to_owned()), (3, "8 Quill".to_owned())]
}

#[test]
fn the_sheets_that_are_not_read_are_named() {
    let more: &[&[&str]] = &[&["name"], &["Candiru"]];
    let sheets: &[(&str, &[&[&str]])] =
        &[("Kunden", CUSTOMERS), ("More", more), ("Blank", &[]), ("Old", more)];
    let (found, words) = open(sheets, None).unwrap();
    assert_eq!(found, both());
    let told = words.iter().find(|words| words.contains("sheet")).unwrap();
    for said in ["only the sheet `Kunden` was read", "not compared: `More`, `Old`", "--sheet"] {
        assert!(told.contains(said), "{said}: {told}");
    }
    assert!(!told.contains("Blank"), "{told}");
    let (found, words) = open(sheets, Some("more")).unwrap();
    assert_eq!(found, [(1, " Candiru".to_owned())]);
    assert!(
        words.iter().any(|w| w.contains("only the sheet `More` was read") && w.contains("`Kunden`, `Old`")),
        "{words:?}"
    );
    let why = open(sheets, Some("2026")).err().unwrap().to_string();
    assert!(why.contains("no sheet `2026`") && why.contains("`Kunden`, `More`, `Blank`, `Old`"), "{why}");
    // where there is one sheet, nothing is said of sheets
    assert!(open(&sheets[..1], None).unwrap().1.iter().all(|words| !words.contains("sheet")));
}

#[test]
fn a_title_above_the_header_is_no_header() {
    let title: &[&[&str]] = &[&["Customer", "", "", ""], &["as of", "2026-11-26"], &[]];
    let rows: Vec<&[&str]> = title.iter().chain(CUSTOMERS).copied().collect();
    let (found, words) = open(&[("Kunden", &rows)], None).unwrap();
    assert_eq!(found, both());
    assert!(
        words.iter().any(|w| w.contains("row 4 of the sheet `Kunden` was taken for the header")),
        "{words:?}"
    );
    // one column is a table too
    let (found, words) = open(&[("A", &[&["Firma"], &["Zorblax Optics"]])], None).unwrap();
    assert_eq!((found, words.len()), (vec![(1, " Zorblax Optics".to_owned())], 0));
}

#[test]
fn a_cover_is_refused_with_the_sheets_that_there_are() {
    let cover: &[&[&str]] = &[&["Export of 2026-11-26"], &["Confidential"]];
    let sheets: &[(&str, &[&[&str]])] = &[("Deckblatt", cover), ("Kunden", CUSTOMERS)];
    let why = open(sheets, None).err().unwrap().to_string();
    for said in ["no column holds the name", "only the sheet `Deckblatt` is read", "`Kunden`", "--sheet"] {
        assert!(why.contains(said), "{said}: {why}");
    }
    assert_eq!(open(sheets, Some("Kunden")).unwrap().0, both());
    let empty: &[(&str, &[&[&str]])] = &[("Tabelle1", &[]), ("Kunden", CUSTOMERS)];
    let why = open(empty, None).err().unwrap().to_string();
    assert!(why.contains("its sheet `Tabelle1` is empty") && why.contains("--sheet"), "{why}");
}
