//! `/record/{index}`: one entry with its proof, its bundle, its documents.

use axum::response::Response;
use countersign_model::Digest;
use countersign_operations::failure::Failure;
use countersign_pages::view::{
    DocumentView, Field, FieldValue, ProofView, RecordRow, RecordView, SignerView,
};
use countersign_pages::{Formats, Section, page};
use countersign_register::{Entry, Register, Replay};
use countersign_verify::records::{Content, RecordRef, Role};
use countersign_verify::{Bundle, DocumentName, Note, SIGNED_BY, Signer, TlogProof};
use serde_json::Value;

use super::ready::Rows;
use super::reply;
use super::site::Site;
use crate::problem::Problem;

/// Members whose text is a word of the formats.
const CODES: [&str; 14] = [
    "status",
    "stage",
    "disposition",
    "outcome",
    "conclusion",
    "tier",
    "groups",
    "roles",
    "kinds",
    "void",
    "what",
    "protects_people",
    "role",
    "kind",
];

fn index_of<'a>(site: &'a Site, text: &str) -> Result<(u64, Opened<'a>), Problem> {
    let (register, replay) = site.register()?;
    let index: u64 = text.parse().ok().filter(|n: &u64| n.to_string() == text).ok_or_else(|| {
        Problem::not_found(format!("`{text}` is no index of an entry; entries are counted from 0"))
    })?;
    let known = site.rows().get(index).is_some_and(|found| found.day <= site.day());
    if index >= replay.size() || !known {
        return Err(Problem::not_found(format!(
            "the register has no entry {index} by {}; it has {} entries today",
            site.day(),
            replay.size()
        )));
    }
    Ok((index, Opened { register, replay }))
}

/// A register with its replay.
struct Opened<'a> {
    register: &'a Register,
    replay: &'a Replay,
}

/// `/record/{index}/bundle.json`.
pub(super) fn bundle(site: &Site, index: &str) -> Result<Response, Problem> {
    let (index, of) = index_of(site, index)?;
    let published = of.register.published().map_err(Failure::from)?;
    let bytes = of.register.bundle(index, &[], published.as_ref()).map_err(Failure::from)?;
    Ok(reply::data("application/json", bytes))
}

/// `/record/{index}/document/{name}`.
pub(super) fn document(site: &Site, index: &str, name: &str) -> Result<Response, Problem> {
    let (index, of) = index_of(site, index)?;
    let leaf = of.register.leaf(index).map_err(Failure::from)?;
    let documents = of.register.documents_of(&leaf).map_err(Failure::from)?;
    let found = documents.into_iter().find(|(of, _)| of.as_str() == name);
    let (_, bytes) = found
        .ok_or_else(|| Problem::not_found(format!("entry {index} has no published document `{name}`")))?;
    Ok(reply::download(name, bytes))
}

/// The page.
pub(super) fn page(site: &Site, index: &str) -> Result<Response, Problem> {
    let (index, of) = index_of(site, index)?;
    let rows = site.rows();
    let Some(found) = rows.get(index) else {
        return Err(Problem::not_found(format!("the register has no entry {index}")));
    };
    let leaf = of.register.leaf(index).map_err(Failure::from)?;
    let sound = of.replay.record(&leaf.sha256).filter(|(entry, _)| entry.index == index);
    let documents = of.register.documents_of(&leaf).map_err(Failure::from)?;
    let key = leaf.extra.get(SIGNED_BY).cloned().unwrap_or_default();
    let view = RecordView {
        schema: "page-record/1",
        row: found.row.clone(),
        date: sound.map(|(entry, _)| entry.record.head.date.0),
        signer: match sound {
            Some((entry, signer)) => signer_view(entry, signer, key),
            None => SignerView { key, ..SignerView::default() },
        },
        digest: leaf.sha256.to_string(),
        fields: sound.map(|(entry, _)| fields(&entry.record.head.content, of.replay)).unwrap_or_default(),
        documents: leaf
            .documents
            .iter()
            .map(|(name, digest)| DocumentView {
                name: name.to_string(),
                digest: digest.to_string(),
                bytes: documents.get(name).map(Vec::len),
            })
            .collect(),
        refers: sound.map(|(entry, _)| refers(entry, of.replay, &rows)).unwrap_or_default(),
        follows: follows(&leaf.sha256, of.replay, &rows, site),
        assessment: sound.and_then(|(entry, _)| assessment(entry)),
        proof: match sound {
            Some(_) => Some(proof(&of, index)?),
            None => None,
        },
    };
    let title =
        view.row.summary.clone().unwrap_or_else(|| {
            site.say(site.asked.language.words().record.entry, &[("n", &index.to_string())])
        });
    let formats = Formats { json: true, ..Formats::default() };
    let frame = site.frame(title, Section::Register, formats);
    site.answer_plain(&frame, &view, page::record)
}

fn signer_view(entry: &Entry, signer: &Signer, key: String) -> SignerView {
    let by = &entry.record.head.by;
    let own_words = match &by.organisation {
        Some(organisation) => format!("{}, {organisation}", by.name),
        None => by.name.to_string(),
    };
    let (known_as, role) = match signer {
        Signer::Known { name, organisation, roles, .. } => {
            let name = match organisation {
                Some(organisation) if organisation != name => format!("{name}, {organisation}"),
                _ => name.clone(),
            };
            (Some(name), roles.first().map(|role| role_word(*role)))
        }
        _ => (None, None),
    };
    SignerView { key, known_as, role, own_words: Some(own_words) }
}

fn role_word(role: Role) -> String {
    serde_json::to_value(role).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The assessment that a record belongs to.
fn assessment(entry: &Entry) -> Option<String> {
    let about = entry.record.head.about.iter();
    about.map(|id| id.as_str()).find(|id| id.starts_with("assessment:")).map(str::to_owned)
}

/// The members of a content, as they stand.
fn fields(content: &Value, replay: &Replay) -> Vec<Field> {
    let members = content.as_object().into_iter().flatten();
    members
        .map(|(member, value)| Field { member: member.clone(), value: field(member, value, replay) })
        .collect()
}

fn field(member: &str, value: &Value, replay: &Replay) -> FieldValue {
    match value {
        Value::String(text) => text_field(member, text, replay),
        Value::Array(values) => {
            FieldValue::Several(values.iter().map(|v| field(member, v, replay)).collect())
        }
        Value::Object(members) => match members.get("record").and_then(Value::as_str) {
            // a reference with nothing but its record is a link
            Some(record) if members.len() == 1 => text_field("record", record, replay),
            _ => FieldValue::Group(fields(value, replay)),
        },
        Value::Null => FieldValue::Code("none".to_owned()),
        Value::Bool(_) | Value::Number(_) => FieldValue::Text(value.to_string()),
    }
}

fn text_field(member: &str, text: &str, replay: &Replay) -> FieldValue {
    let is_digest = text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
    if is_digest {
        let index = text.parse::<Digest>().ok().and_then(|d| replay.record(&d)).map(|(entry, _)| entry.index);
        return match index {
            Some(index) => FieldValue::Record(text.to_owned(), Some(index)),
            None => FieldValue::Digest(text.to_owned()),
        };
    }
    if text.starts_with("ed25519:") || member == "vkey" {
        return FieldValue::Digest(text.to_owned());
    }
    if text.parse::<countersign_verify::records::SubjectId>().is_ok() {
        return FieldValue::Subject(text.to_owned());
    }
    if CODES.contains(&member) {
        return FieldValue::Code(text.to_owned());
    }
    FieldValue::Text(text.to_owned())
}

fn row_of(digest: &Digest, replay: &Replay, rows: &Rows) -> Option<RecordRow> {
    let (entry, _) = replay.record(digest)?;
    rows.get(entry.index).map(|found| found.row.clone())
}

/// The records that one refers to, as far as they are in this register.
fn refers(entry: &Entry, replay: &Replay, rows: &Rows) -> Vec<RecordRow> {
    let references = entry.record.content.refers_to();
    references.into_iter().filter_map(|reference| row_of(&reference.record, replay, rows)).collect()
}

/// The records that refer to one, logged by the day, oldest first.
fn follows(digest: &Digest, replay: &Replay, rows: &Rows, site: &Site) -> Vec<RecordRow> {
    let names = |reference: &&RecordRef| reference.record == *digest;
    replay
        .sound()
        .filter(|(entry, _)| entry.record.content.refers_to().iter().any(names) || decided(entry, digest))
        .filter_map(|(entry, _)| rows.get(entry.index))
        .filter(|found| found.day <= site.day())
        .map(|found| found.row.clone())
        .collect()
}

/// Whether an entry decides on a challenge of that digest.
fn decided(entry: &Entry, digest: &Digest) -> bool {
    matches!(&entry.record.content, Content::ChallengeDecision(decision) if decision.of.record == *digest)
}

/// The proof, taken from the bundle that is handed out: the page shows what it holds.
fn proof(of: &Opened<'_>, index: u64) -> Result<ProofView, Problem> {
    let leaf = of.register.leaf(index).map_err(Failure::from)?;
    let without: Vec<DocumentName> = leaf.documents.keys().cloned().collect();
    let published = of.register.published().map_err(Failure::from)?;
    let bytes = of.register.bundle(index, &without, published.as_ref()).map_err(Failure::from)?;
    let bundle: Bundle = serde_json::from_slice(&bytes).map_err(|e| Problem::program(&e))?;
    let receipt = TlogProof::parse(&bundle.receipt).map_err(|e| Problem::program(&e))?;
    let note = Note::parse(receipt.checkpoint.as_bytes()).map_err(|e| Problem::program(&e))?;
    let origin = of.register.origin();
    let encode = |hash: &Digest| {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.encode(hash.as_bytes())
    };
    Ok(ProofView {
        leaf: bundle.leaf,
        hashes: receipt.hashes.iter().map(encode).collect(),
        checkpoint: receipt.checkpoint,
        vkey: of.register.vkey().to_string(),
        witnesses: note.signatures.iter().map(|s| s.name.clone()).filter(|name| name != origin).collect(),
        envelope: serde_json::to_string_pretty(&bundle.record).map_err(|e| Problem::program(&e))?,
    })
}
