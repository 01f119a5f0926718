//! A paper as it is printed: what can be read from it, and that it is the same each time.

use std::path::Path;
use std::process::Command;

use countersign_print::{Attachment, Block, Fonts, Sheet, pdf};

fn sheet() -> Sheet {
    let field = |label: &str, text: &str| Block::Field(label.to_owned(), text.to_owned());
    let long = "A sentence that is long enough to need several lines on a page of paper. ".repeat(60);
    Sheet {
        title: "Decision paper C-2026-0001".to_owned(),
        language: "en",
        time: "2026-06-01T12:00:00Z".to_owned(),
        foot: "C-2026-0001 · Decision paper".to_owned(),
        blocks: vec![
            Block::Heading("Proposed".to_owned()),
            field("outcome", "A licence is issued"),
            field("about", "ООО «Северный Перехват»"),
            field("about", "مركز الأفق للمراقبة الرقمية"),
            field("about", "Ελληνική Εταιρεία"),
            field("paper", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            Block::Heading("Reasons".to_owned()),
            Block::Paragraph(long),
            Block::Table {
                head: vec![("No.".to_owned(), 1.0), ("Who".to_owned(), 4.0)],
                rows: (1..80).map(|n| vec![n.to_string(), format!("Signer {n}")]).collect(),
            },
        ],
        attachments: vec![Attachment {
            name: "paper.txt".to_owned(),
            media_type: "text/plain",
            description: "the bytes that are signed".to_owned(),
            bytes: b"DECISION PAPER\n".to_vec(),
        }],
    }
}

#[test]
fn the_same_paper_has_the_same_bytes_and_another_one_has_others() {
    let fonts = Fonts::embedded().unwrap();
    let once = pdf(&sheet(), &fonts).unwrap();
    assert!(once.starts_with(b"%PDF-"));
    assert_eq!(once, pdf(&sheet(), &fonts).unwrap());
    let mut other = sheet();
    other.blocks.push(Block::Paragraph("one word more".to_owned()));
    assert_ne!(once, pdf(&other, &fonts).unwrap());
}

#[test]
fn it_says_that_it_is_tagged_and_made_to_last() {
    let bytes = pdf(&sheet(), &Fonts::embedded().unwrap()).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    for mark in [
        "/MarkInfo",
        "/StructTreeRoot",
        "pdfuaid:part",
        "pdfaid:part",
        "/Lang",
        "/EmbeddedFiles",
        "paper.txt",
    ] {
        assert!(text.contains(mark), "{mark}");
    }
}

/// What a reader copies or searches, by Poppler's `pdftotext`.
#[test]
fn its_text_can_be_read_back() {
    let bytes = pdf(&sheet(), &Fonts::embedded().unwrap()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("paper.pdf");
    std::fs::write(&file, &bytes).unwrap();
    let read = Command::new("pdftotext").arg("-layout").arg(&file).arg("-").output();
    let Ok(read) = read else {
        assert!(std::env::var_os("CI").is_none(), "there is no pdftotext (Debian: poppler-utils)");
        eprintln!("skipped: there is no pdftotext (Debian: poppler-utils)");
        return;
    };
    let text = String::from_utf8(read.stdout).unwrap();
    for words in [
        "Decision paper C-2026-0001",
        "A licence is issued",
        "ООО «Северный Перехват»",
        "Ελληνική Εταιρεία",
        "Signer 79",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let joined: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    assert!(joined.contains("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    // one glyph may stand for two letters (`لأ`), which this reader gives in the order of the page
    for word in ["مركز", "الرقمية"] {
        assert!(text.contains(word), "{word}: {text}");
    }
    assert!(text.matches("C-2026-0001 · Decision paper · ").count() >= 2, "every page has its foot: {text}");
    assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join("fonts/OFL.txt").is_file());
}
