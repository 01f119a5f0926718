//! `countersign screening alter`.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;

use crate::exit::Exit;
use crate::printer::Printer;
use countersign_operations::alteration::altered;
use countersign_operations::failure::Failure;

const EXAMPLES: &str = "\
Mistakes, each a row of its own for each person whose name or date can have it: letter_inserted, letter_deleted, \
letter_substituted, letters_transposed (anywhere, also the first letter), last_part_first, parts_swapped (two \
neighbours), part_dropped (one of three or more), date_shifted (up to ten days, or a year).

Examples:
  countersign screening alter --positives listed.csv --out altered.csv
  countersign screening alter --positives listed.csv --seed 7 --out altered.csv
  countersign screening eval --positives altered.csv --negatives unlisted.csv";

/// Listed persons with one mistake each: a set on which `screening eval` shows what a mistake costs
///
/// Reads a CSV file of persons as `screening eval` does and writes another, with the columns `alteration` (which mistake)
/// and `altered_from` (the name or date before it). `screening eval` gives the recall of each kind. The same file and
/// seed give the same bytes.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// A CSV file of persons who stand on the lists
    #[arg(long, value_name = "FILE")]
    positives: PathBuf,
    /// Where the draws of mistakes begin
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// The file to write; it must not be there yet
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

pub(crate) fn run(args: &Args, printer: &mut Printer) -> Result<Exit, Failure> {
    let shown = args.out.display();
    let made = altered(&args.positives, args.seed)?;
    let mut file = OpenOptions::new().write(true).create_new(true).open(&args.out).map_err(|e| {
        Failure::Input(format!("`{shown}` cannot be written: {e}; name a file that is not there yet"))
    })?;
    file.write_all(&made.bytes)
        .and_then(|()| file.sync_all())
        .map_err(|e| Failure::Program(format!("`{shown}` could not be written whole: {e}")))?;
    let lines: Vec<String> =
        made.counts.iter().map(|(kind, count)| format!("{count:>6} {}", kind.as_str())).collect();
    printer.data(&lines.join("\n"));
    Ok(Exit::Ok)
}
