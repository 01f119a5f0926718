//! `countersign bundle`.

use std::io::Write as _;
use std::path::PathBuf;

use countersign_store::DocumentName;

use crate::exit::Exit;
use crate::printer::Printer;
use countersign_operations::failure::Failure;
use countersign_operations::home::Home;

const EXAMPLES: &str = "\
Examples:
  countersign bundle 4 -o proof.json
  countersign bundle 4 -o proof.json --withhold case.yaml      keep the case itself to yourself";

/// Hand out a record: one file that a stranger can verify offline
///
/// The bundle holds the signed record, the documents that it rests on and the proof of its place in the journal. It
/// is verified before it is written.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// The index of the entry in the journal
    #[arg(value_name = "INDEX")]
    index: u64,
    /// The file to write; it must not be there yet
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Leave out the document of this name (case.yaml, list-us_csl.jsonl…); may be given several times
    #[arg(long, value_name = "NAME", value_parser = document)]
    withhold: Vec<DocumentName>,
}

fn document(text: &str) -> Result<DocumentName, String> {
    text.parse::<DocumentName>().map_err(|e| e.to_string())
}

pub(crate) fn run(args: &Args, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    let store = home.must_read()?;
    let size = store.log().size();
    if args.index >= size {
        return Err(Failure::Input(match size {
            0 => "the journal has no entry yet; `countersign check --record` makes one".to_owned(),
            n => format!("there is no entry {}; the journal has {n}, the last is {}", args.index, n - 1),
        }));
    }
    let bytes = store.bundle_without(args.index, &args.withhold)?;
    let path = args.output.display();
    // a bundle that was given out is evidence: it is never overwritten
    let mut file =
        std::fs::OpenOptions::new().write(true).create_new(true).open(&args.output).map_err(|e| {
            Failure::Input(format!("`{path}` cannot be written: {e}; name a file that is not there yet"))
        })?;
    file.write_all(&bytes)
        .and_then(|()| file.sync_all())
        .map_err(|e| Failure::Program(format!("`{path}` could not be written whole: {e}")))?;
    printer.word(&format!(
        "entry {} is in `{path}`, {} bytes; verify it with `countersign verify {path}`",
        args.index,
        bytes.len()
    ));
    Ok(Exit::Ok)
}
