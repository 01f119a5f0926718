//! `countersign register propose-listing`.

use std::path::PathBuf;

use countersign_verify::records::SubjectId;

use crate::command::key::write_new;
use crate::command::place::Place;
use crate::exit::Exit;
use crate::printer::Printer;
use countersign_operations::clock;
use countersign_operations::failure::Failure;

/// Draw up a proposal to list a vendor: each finding that stands, the evidence behind it, the answers and disputes
///
/// Prints Markdown, or with --html a page to print. It repeats what is on the register and judges nothing; what does not carry a listing is in it too.
/// Exit code 1 when the register does not hold.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The vendor, as in `vendor:example-vendor`
    subject: String,
    #[command(flatten)]
    place: Place,
    /// As one HTML page that prints and needs nothing beside it
    #[arg(long)]
    html: bool,
    /// Write it to this file, which must not be there yet
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn run(args: &Args, printer: &mut Printer) -> Result<Exit, Failure> {
    let subject: SubjectId = args.subject.parse().map_err(|error| Failure::Input(format!("{error}")))?;
    let replay = args.place.open()?.replay()?;
    if let Some(fault) = replay.faults.first() {
        return Err(Failure::Program(format!(
            "the register does not hold, and no paper is drawn from it: {fault}; run `countersign register verify`"
        )));
    }
    let today = clock::today().to_string();
    let paper = if args.html {
        replay.listing_proposal_page(&subject, &today)
    } else {
        replay.listing_proposal(&subject, &today)
    };
    match &args.output {
        Some(path) => {
            write_new(path, paper.as_bytes())?;
            printer.word(&format!("the proposal is in `{}`", path.display()));
        }
        None => printer.data(paper.trim_end()),
    }
    Ok(Exit::Ok)
}
