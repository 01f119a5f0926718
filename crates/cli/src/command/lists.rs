//! `countersign lists import` and `countersign lists status`.

use std::path::PathBuf;

use clap::Subcommand;
use countersign_lists::InputFile;
use countersign_model::SourceId;
use serde_json::json;

use crate::clock;
use crate::exit::Exit;
use crate::failure::{Failure, read_file};
use crate::flow::import::{accept, record, to_json};
use crate::flow::lists::{Snapshot, imports};
use crate::home::Home;
use crate::page;
use crate::printer::Printer;

/// The lists that names are compared with
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Import(Import),
    Status(Status),
}

const EXAMPLES: &str = "\
Sources:
  us_csl                      US Consolidated Screening List, CSV or JSON
  us_ofac_sdn, us_ofac_cons   OFAC's CSV lists, up to four files each
  un_sc                       UN Security Council list, XML
  ftm:<dataset>               FollowTheMoney JSON lines, for example ftm:eu_fsf or ftm:gb_fcdo_sanctions

Examples:
  countersign lists import consolidated.csv --source us_csl
  countersign lists import sdn.csv add.csv alt.csv sdn_comments.csv --source us_ofac_sdn
  countersign lists import eu_fsf.ftm.json --source ftm:eu_fsf";

/// Take in a publisher's list from files that you downloaded
///
/// The files are kept as they came, under their SHA-256. A file that is cut off, empty, in another encoding or of
/// another list is refused, and so is a list that shrank more than it should; what was loaded before then stays.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
struct Import {
    /// The files of one source: plain, gzip or xz
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Whose list it is
    #[arg(long, value_name = "ID", value_parser = source)]
    source: SourceId,
    /// Print the whole report as JSON
    #[arg(long)]
    json: bool,
}

fn source(text: &str) -> Result<SourceId, String> {
    SourceId::new(text).map_err(|e| e.to_string())
}

/// Which lists are loaded, since when, with how many entries
#[derive(Debug, clap::Args)]
struct Status {
    /// Print lists/1 as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    match &args.command {
        Command::Import(args) => import(args, home, printer),
        Command::Status(args) => status(args, home, printer),
    }
}

fn import(args: &Import, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    let mut files = Vec::new();
    for path in &args.files {
        let name =
            path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
        files.push(InputFile { name, bytes: read_file(path)? });
    }
    // a first look before anything is written, so that a bad file does not even begin a home
    let before = home.read()?;
    accept(&args.source, &files, before.as_ref())?;
    drop(before);
    let (mut store, begun) = home.write()?;
    if begun {
        printer.word(&format!("note: began a new home in `{}`", home.path().display()));
    }
    // and again under the lock, because another import may have come between
    let accepted = accept(&args.source, &files, Some(&store))?;
    let receipt = record(&mut store, &accepted, &files, clock::now()?)?;
    if args.json {
        printer.json(&to_json(&accepted, &receipt)?)?;
    } else {
        printer.data(&page::import(&accepted, &receipt));
    }
    Ok(Exit::Ok)
}

fn status(args: &Status, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    let store = home.read()?;
    let imported = store.as_ref().map(imports).transpose()?.unwrap_or_default();
    let starter = Snapshot::starter()?.pin;
    if args.json {
        let mut sources = vec![json!({
            "source": starter.source, "entries": starter.entries, "snapshot": starter.snapshot,
            "imported": null, "speaks_for": starter.speaks_for, "entry": null,
        })];
        sources.extend(imported.values().map(|i| {
            json!({
                "source": i.pin.source, "entries": i.pin.entries, "snapshot": i.pin.snapshot,
                "imported": i.pin.imported, "speaks_for": i.pin.speaks_for, "entry": i.entry,
            })
        }));
        printer.json(&json!({"schema": "lists/1", "sources": sources}))?;
        return Ok(Exit::Ok);
    }
    printer.data("source                entries  imported              speaks for  snapshot");
    let row = |pin: &crate::flow::lists::Pin| {
        format!(
            "{:<20}  {:>7}  {:<20}  {:<10}  {}",
            pin.source.as_str(),
            pin.entries,
            pin.imported.as_deref().unwrap_or("built in"),
            pin.speaks_for.as_deref().unwrap_or("not told"),
            pin.snapshot.short()
        )
    };
    printer.data(&row(&starter));
    for import in imported.values() {
        printer.data(&row(&import.pin));
    }
    if imported.is_empty() {
        printer.word(
            "Only the built-in starter list is loaded: thirty entries. Finding nothing in it means nothing.",
        );
        printer.word("`countersign lists import --help` tells how to take in the publishers' lists.");
    }
    Ok(Exit::Ok)
}
