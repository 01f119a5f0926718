//! `countersign register template` and `sign`; reading what people wrote.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use countersign_register::SignedRecord;
use countersign_store::DocumentName;
use countersign_verify::records::Record;
use countersign_verify::{Keeper, RecordKind, Seed};
use include_dir::{Dir, include_dir};
use serde_json::Value;

use crate::command::key;
use crate::exit::Exit;
use crate::printer::Printer;
use countersign_operations::failure::{Failure, read_file, read_text};

/// A record of each kind, filled in.
static TEMPLATES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../examples/register");
/// The most bytes of a record that someone wrote.
const MAX_DRAFT: usize = 1 << 20;

/// Print a filled-in record of a kind, to edit
#[derive(Debug, clap::Args)]
pub(super) struct Template {
    /// The kind; without it, all kinds are listed
    kind: Option<String>,
}

/// Sign a record with your key, for the keeper of a register to append
#[derive(Debug, clap::Args)]
pub(super) struct Sign {
    /// The record: YAML or JSON, as `register template` prints it
    record: PathBuf,
    /// Your secret key
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// A document that the record names, and where it lies: its SHA-256 is signed. May be given several times
    #[arg(long = "document", value_name = "NAME=PATH", value_parser = document)]
    documents: Vec<(DocumentName, PathBuf)>,
    /// The file to write
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

/// `NAME=PATH`.
pub(super) fn document(text: &str) -> Result<(DocumentName, PathBuf), String> {
    let (name, path) = text.split_once('=').ok_or("write NAME=PATH")?;
    Ok((name.parse::<DocumentName>().map_err(|error| error.to_string())?, path.into()))
}

pub(super) fn kind(text: &str) -> Result<RecordKind, String> {
    let of_register = RecordKind::ALL.iter().filter(|kind| kind.keeper() == Keeper::Register);
    of_register.clone().copied().find(|kind| kind.as_str() == text).ok_or_else(|| {
        let known: Vec<&str> = of_register.map(|kind| kind.as_str()).collect();
        format!("`{text}` is no kind of record; there are {}", known.join(", "))
    })
}

pub(super) fn template(args: &Template, printer: &mut Printer) -> Result<Exit, Failure> {
    let Some(word) = &args.kind else {
        for kind in RecordKind::ALL.iter().filter(|kind| kind.keeper() == Keeper::Register) {
            printer.data(kind.as_str());
        }
        return Ok(Exit::Ok);
    };
    let kind = kind(word).map_err(Failure::Input)?;
    let text = TEMPLATES
        .get_file(format!("{kind}.yaml"))
        .and_then(|file| file.contents_utf8())
        .ok_or_else(|| Failure::Program(format!("there is no template for a `{kind}` in this program")))?;
    printer.data(text.trim_end());
    Ok(Exit::Ok)
}

/// The bytes of the documents, by name.
pub(super) fn read_documents(
    documents: &[(DocumentName, PathBuf)],
) -> Result<BTreeMap<DocumentName, Vec<u8>>, Failure> {
    let mut read = BTreeMap::new();
    for (name, path) in documents {
        if read.insert(name.clone(), read_file(path)?).is_some() {
            return Err(Failure::Input(format!("--document: `{name}` is given twice")));
        }
    }
    Ok(read)
}

/// Reads a record that someone wrote, and signs it.
pub(super) fn sign_draft(
    path: &Path,
    text: &str,
    documents: &BTreeMap<DocumentName, Vec<u8>>,
    seed: &Seed,
) -> Result<SignedRecord, Failure> {
    let shown = path.display().to_string();
    let wrong = |why: String| Failure::Input(format!("{shown}: {why}"));
    let tree =
        countersign_case::read_tree(text, &shown, MAX_DRAFT).map_err(|e| Failure::Input(e.to_string()))?;
    let Value::Object(mut members) = tree else {
        return Err(wrong("a record is a map of members".to_owned()));
    };
    let word = members.shift_remove("kind").ok_or_else(|| wrong("`kind` is missing".to_owned()))?;
    let word = word.as_str().ok_or_else(|| wrong("`kind` is not a text".to_owned()))?;
    let kind = kind(word).map_err(wrong)?;
    let predicate = Value::Object(members);
    Record::draft(kind, &predicate).map_err(|error| wrong(error.to_string()))?;
    let digests =
        documents.iter().map(|(name, bytes)| (name.clone(), countersign_model::Digest::of(bytes))).collect();
    SignedRecord::sign(kind, predicate, &digests, seed).map_err(|error| wrong(error.to_string()))
}

pub(super) fn sign(args: &Sign, printer: &mut Printer) -> Result<Exit, Failure> {
    let seed = key::load(&args.key)?;
    let documents = read_documents(&args.documents)?;
    let signed = sign_draft(&args.record, &read_text(&args.record)?, &documents, &seed)?;
    key::write_new(&args.output, &signed.to_bytes()?)?;
    printer.data(&signed.digest()?.to_string());
    printer.word(&format!(
        "`{}` is signed by {}; hand it over with its documents. Others refer to it by the digest above",
        args.output.display(),
        seed.public()
    ));
    Ok(Exit::Ok)
}
