//! Papers, letters and the audit log as PDF. What they say is made elsewhere; here is how it stands on paper.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use countersign_desk::{Case, Decided, Proposal, Signature, paper as papers};
use countersign_model::Digest;
use countersign_pages::{Language, text::fill};
use countersign_print::{Attachment, Block, Fonts, Sheet, pdf};
use countersign_store::{DocumentName, Store};

use super::entry::Row;
use super::speech;
use crate::problem::Problem;

/// The paper as it is signed; it lies in its PDF too.
pub(super) const PAPER: &str = "paper.txt";
/// The paper with its signatures, for the file.
pub(super) const PAPER_PDF: &str = "paper.pdf";
/// The letter.
pub(super) const LETTER: &str = "letter.txt";
/// The letter, for the post.
pub(super) const LETTER_PDF: &str = "letter.pdf";

/// A document of a decision as the journal keeps it. Decisions of older versions have fewer.
pub(super) fn kept(store: &Store, decided: &Decided, name: &str) -> Result<Option<Vec<u8>>, Problem> {
    let name: DocumentName = name.parse().map_err(|e| Problem::program(&e))?;
    let leaf = store.entry(decided.by.index).map_err(|e| Problem::program(&e))?;
    leaf.documents.get(&name).map(|digest| store.blob(digest).map_err(|e| Problem::program(&e))).transpose()
}

/// The lines of a paper (`label         text`, headings underlined with hyphens) as blocks.
fn blocks(text: &str) -> Vec<Block> {
    let lines: Vec<&str> = text.lines().collect();
    let mut blocks: Vec<Block> = Vec::new();
    // the first line is the title
    let mut n = 1;
    while let Some(line) = lines.get(n) {
        let next = lines.get(n + 1).copied().unwrap_or_default();
        n += 1;
        if line.trim().is_empty() {
            continue;
        }
        if !next.is_empty() && next.bytes().all(|b| b == b'-') && next.len() == line.chars().count() {
            blocks.push(Block::Heading((*line).to_owned()));
            n += 1;
            continue;
        }
        // a label has at most thirteen characters, and its text begins at the fifteenth
        let at = line.char_indices().nth(14).map(|(at, _)| at);
        match at.and_then(|at| line.split_at_checked(at)) {
            Some((label, rest)) if label.ends_with(' ') && label.trim().is_empty() => {
                match blocks.last_mut() {
                    Some(Block::Field(_, text)) => {
                        text.push('\n');
                        text.push_str(rest);
                    }
                    _ => blocks.push(Block::Paragraph(rest.to_owned())),
                }
            }
            Some((label, rest)) if label.ends_with(' ') => {
                blocks.push(Block::Field(label.trim().to_owned(), rest.to_owned()));
            }
            _ => blocks.push(Block::Paragraph((*line).to_owned())),
        }
    }
    blocks
}

fn table(head: &[(&str, f32)], rows: Vec<Vec<String>>) -> Block {
    Block::Table { head: head.iter().map(|(word, part)| ((*word).to_owned(), *part)).collect(), rows }
}

/// The paper with the signatures that are under it, in the language in which it is written, and its bytes as an
/// attachment. The same case gives the same file.
pub(super) fn paper(
    fonts: &Fonts,
    case: &Case,
    (proposal, signatures): (&Proposal, &[Signature]),
    bytes: &[u8],
) -> Result<Vec<u8>, Problem> {
    let text = String::from_utf8_lossy(bytes);
    let language = papers::language_of(&text);
    let w = &language.words().desk;
    let mut blocks = blocks(&text);
    blocks.push(Block::Heading(w.countersignatures.to_owned()));
    if signatures.is_empty() {
        blocks.push(Block::Paragraph(w.none_yet.to_owned()));
    } else {
        let row = |s: &Signature| {
            let role = speech::role(s.role, language);
            vec![s.place.to_string(), s.by.by.name.clone(), role, s.by.time.clone(), s.key.clone()]
        };
        let head = [(w.no, 0.5), (w.who, 2.4), (w.role_as, 1.8), (w.when, 2.2), (w.key, 5.0)];
        blocks.push(table(&head, signatures.iter().map(row).collect()));
    }
    blocks.push(Block::Paragraph(format!("{} ({PAPER}) SHA-256 {}", w.bytes_signed, proposal.paper)));
    let sheet = Sheet {
        title: format!("{} {}", w.paper_title, case.id),
        language: language.code(),
        time: signatures.last().map_or(&proposal.by.time, |s| &s.by.time).clone(),
        foot: format!("{} · {} · SHA-256 {}", case.id, w.paper_title, proposal.paper),
        blocks,
        attachments: vec![Attachment {
            name: PAPER.to_owned(),
            media_type: "text/plain",
            description: w.bytes_signed.to_owned(),
            bytes: bytes.to_vec(),
        }],
    };
    pdf(&sheet, fonts).map_err(|e| Problem::program(&e))
}

/// A letter: its text, line for line.
pub(super) fn letter(
    fonts: &Fonts,
    case: &Case,
    decided: &Decided,
    (text, language): (&str, Language),
) -> Result<Vec<u8>, Problem> {
    let w = &language.words().desk;
    let sheet = Sheet {
        title: case.title.clone(),
        language: language.code(),
        time: decided.by.time.clone(),
        foot: format!("{} · {}", case.id, w.letter),
        blocks: text.split("\n\n").map(|part| Block::Paragraph(part.trim().to_owned())).collect(),
        attachments: Vec::new(),
    };
    pdf(&sheet, fonts).map_err(|e| Problem::program(&e))
}

/// The audit log as a table, the newest first, with the same as JSON inside.
pub(super) fn audit(
    fonts: &Fonts,
    rows: &[Row],
    (case, keys, json): (Option<&str>, &str, Vec<u8>),
    language: Language,
) -> Result<Vec<u8>, Problem> {
    let w = &language.words().desk;
    let lede = match case {
        Some(case) => fill(w.audit_case, &[("case", case)]),
        None => w.audit_lede.to_owned(),
    };
    let mut blocks = vec![Block::Paragraph(lede)];
    blocks.extend(keys.lines().filter_map(|line| {
        let (label, key) = line.split_once(' ')?;
        Some(Block::Field(label.to_owned(), key.to_owned()))
    }));
    let row = |row: &Row| {
        let (entry, words) = (row.entry.to_string(), row.words(&language));
        vec![entry, row.time.clone(), words, row.about.clone(), row.by.clone(), row.sha256.clone()]
    };
    let head =
        [(w.entry, 0.8), (w.when, 2.0), (w.what, 2.0), (w.about, 1.8), (w.who, 1.8), (w.record_sha, 4.2)];
    blocks.push(table(&head, rows.iter().rev().map(row).collect()));
    blocks.push(Block::Paragraph(format!("{} countersign verify", w.verify_offline)));
    let sheet = Sheet {
        title: w.audit.to_owned(),
        language: language.code(),
        time: rows.last().map(|row| row.time.clone()).unwrap_or_default(),
        foot: format!("{} · audit.json SHA-256 {}", w.audit, Digest::of(&json)),
        blocks,
        attachments: vec![Attachment {
            name: "audit.json".to_owned(),
            media_type: "application/json",
            description: w.audit.to_owned(),
            bytes: json,
        }],
    };
    pdf(&sheet, fonts).map_err(|e| Problem::program(&e))
}

/// Sends a PDF: shown, or saved under a name that says what it is.
pub(super) fn send(name: &str, bytes: Vec<u8>) -> Response {
    let disposition = HeaderValue::from_str(&format!("inline; filename=\"{name}.pdf\""))
        .unwrap_or(HeaderValue::from_static("inline"));
    let kind = HeaderValue::from_static("application/pdf");
    ([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, disposition)], bytes).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paper_is_read_as_it_is_written() {
        let text = "DECISION PAPER (countersign paper/1)\n\ncase          C-2026-0001\nreason        one\n              two\n\n\
                    Law\n---\ncheck         none\n\nDocuments\n---------\nabc  name\n";
        let shown: Vec<String> = blocks(text).iter().map(|b| format!("{b:?}")).collect();
        assert_eq!(
            shown,
            [
                r#"Field("case", "C-2026-0001")"#,
                r#"Field("reason", "one\ntwo")"#,
                r#"Heading("Law")"#,
                r#"Field("check", "none")"#,
                r#"Heading("Documents")"#,
                r#"Paragraph("abc  name")"#,
            ]
        );
    }
}
