//! `countersign register append`.

use std::path::PathBuf;

use countersign_register::{NewEntry, SignedRecord};
use countersign_store::DocumentName;
use serde_json::json;

use super::draft::{document, read_documents, sign_draft};
use crate::command::key;
use crate::command::place::Place;
use crate::exit::Exit;
use crate::printer::Printer;
use countersign_operations::clock;
use countersign_operations::failure::{Failure, read_text};

/// Append a record: one that its author signed, or one of your own, which --key signs
///
/// Refused when the kind is unknown, a member is missing, the signer is on no roster that lets them sign it, a document is
/// not the one that was signed, or no reader would count it: an assessment with another's id or draft, a judge in their own
/// cause.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The signed record (`register sign`); with --key, a record as `register template` prints it
    record: PathBuf,
    #[command(flatten)]
    place: Place,
    /// Sign it first, with this secret key
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// A document that the record names, and where it lies. May be given several times
    #[arg(long = "document", value_name = "NAME=PATH", value_parser = document)]
    documents: Vec<(DocumentName, PathBuf)>,
    /// A document that the record names and that stays unpublished: only its SHA-256 is known
    #[arg(long, value_name = "NAME")]
    withhold: Vec<String>,
    /// Write the receipt (`c2sp.org/tlog-proof@v1`) to this file
    #[arg(long, value_name = "FILE")]
    receipt: Option<PathBuf>,
    /// Print register-entry/1 as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args, printer: &mut Printer) -> Result<Exit, Failure> {
    let mut documents = read_documents(&args.documents)?;
    let text = read_text(&args.record)?;
    let signed = match &args.key {
        Some(path) => sign_draft(&args.record, &text, &documents, &key::load(path)?)?,
        None => SignedRecord::parse(text.as_bytes()).map_err(|fault| {
            Failure::Input(format!(
                "{}: {fault}; sign it with `countersign register sign`, or give your --key",
                args.record.display()
            ))
        })?,
    };
    let mut withheld = std::collections::BTreeSet::new();
    for name in &args.withhold {
        let name: DocumentName =
            name.parse().map_err(|error| Failure::Input(format!("--withhold: {error}")))?;
        documents.remove(&name);
        withheld.insert(name);
    }
    let mut register = args.place.open_to_append()?;
    let receipt = register.append(&NewEntry { signed: &signed, documents, withheld }, &clock::now()?)?;
    if let Some(path) = &args.receipt {
        key::write_new(path, receipt.proof.as_bytes())?;
    }
    if args.json {
        printer.json(&json!({
            "schema": "register-entry/1",
            "index": receipt.index,
            "record": receipt.record,
            "kind": receipt.kind.as_str(),
            "time": receipt.time.as_str(),
            "register": register.origin(),
            "tree_size": receipt.tree_size,
            "root": receipt.root,
            "receipt": receipt.proof,
        }))?;
    } else {
        printer.data(&format!("entry {}  {}  {}", receipt.index, receipt.kind, receipt.record));
    }
    Ok(Exit::Ok)
}
