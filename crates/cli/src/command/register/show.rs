//! `countersign register list`, `show` and `bundle`.

use std::path::PathBuf;

use countersign_register::Entry;
use countersign_store::{DocumentName, Leaf};
use countersign_verify::{ABOUT, RecordKind};
use serde_json::json;

use super::draft::kind;
use crate::command::key::write_new;
use crate::command::place::Place;
use crate::exit::Exit;
use crate::page;
use crate::printer::Printer;
use countersign_operations::failure::Failure;
use countersign_operations::leaf::leaf_json;

/// List the entries: index, time, kind, whom they are about
#[derive(Debug, clap::Args)]
pub(super) struct List {
    #[command(flatten)]
    place: Place,
    /// Only of this kind
    #[arg(long, value_parser = kind)]
    kind: Option<RecordKind>,
    /// From this entry on
    #[arg(long, default_value_t = 0, value_name = "INDEX")]
    from: u64,
    /// Print register-list/1 as JSON
    #[arg(long)]
    json: bool,
}

/// Show one record: what it says, who signed it, its documents
#[derive(Debug, clap::Args)]
pub(super) struct Show {
    /// The index of the entry
    index: u64,
    #[command(flatten)]
    place: Place,
    /// Print register-record/1 as JSON
    #[arg(long)]
    json: bool,
}

/// Hand out a record as one file that a stranger verifies offline
#[derive(Debug, clap::Args)]
pub(super) struct Bundle {
    /// The index of the entry
    index: u64,
    #[command(flatten)]
    place: Place,
    /// The file to write; it must not be there yet
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Leave out the document of this name; may be given several times
    #[arg(long, value_name = "NAME")]
    withhold: Vec<String>,
}

/// What a listing says of an entry, in a line.
pub(super) fn line(index: u64, leaf: &Leaf) -> String {
    let about = leaf.extra.get(ABOUT).map(String::as_str).unwrap_or_default();
    format!("{index:>6}  {}  {:<18}  {about}", leaf.time, leaf.kind)
}

pub(super) fn list(args: &List, printer: &mut Printer) -> Result<Exit, Failure> {
    let register = args.place.open()?;
    let mut entries = Vec::new();
    for entry in register.leaves(args.from) {
        let (index, leaf) = entry?;
        if args.kind.is_some_and(|kind| kind != leaf.kind) {
            continue;
        }
        if args.json {
            entries.push(leaf_json(index, &leaf));
        } else {
            printer.data(&line(index, &leaf));
        }
    }
    if args.json {
        printer.json(&json!({
            "schema": "register-list/1",
            "register": register.origin(),
            "tree_size": register.size(),
            "root": register.log().checkpoint().root,
            "entries": entries,
        }))?;
    }
    Ok(Exit::Ok)
}

pub(super) fn show(args: &Show, printer: &mut Printer) -> Result<Exit, Failure> {
    let register = args.place.open()?;
    let entry = register.entry(args.index)?;
    if args.json {
        let mut value = leaf_json(entry.index, &entry.leaf);
        if let Some(members) = value.as_object_mut() {
            members.insert("schema".to_owned(), "register-record/1".into());
            members.insert("register".to_owned(), register.origin().into());
            members.insert("predicate".to_owned(), entry.statement.predicate.clone());
        }
        printer.json(&value)?;
        return Ok(Exit::Ok);
    }
    let published = register.documents_of(&entry.leaf)?;
    let missing: Vec<&DocumentName> =
        entry.leaf.documents.keys().filter(|name| !published.contains_key(*name)).collect();
    printer.data(&page::record(register.origin(), &entry, &missing));
    Ok(Exit::Ok)
}

pub(super) fn bundle(args: &Bundle, printer: &mut Printer) -> Result<Exit, Failure> {
    let register = args.place.open()?;
    let mut without = Vec::new();
    let entry: Entry = register.entry(args.index)?;
    for name in &args.withhold {
        let name: DocumentName =
            name.parse().map_err(|error| Failure::Input(format!("--withhold: {error}")))?;
        if !entry.leaf.documents.contains_key(&name) {
            return Err(Failure::Input(format!("--withhold: the record has no document `{name}`")));
        }
        without.push(name);
    }
    let bytes = register.bundle(args.index, &without, register.published()?.as_ref())?;
    write_new(&args.output, &bytes)?;
    let path = args.output.display();
    printer.word(&format!(
        "entry {} is in `{path}`, {} bytes; verify it with `countersign verify {path} --key {}`",
        args.index,
        bytes.len(),
        register.vkey()
    ));
    Ok(Exit::Ok)
}
