//! `countersign names eval`.

use std::path::PathBuf;

use clap::Subcommand;
use countersign_screening::Profile;

use crate::exit::Exit;
use crate::page;
use crate::printer::Printer;
use countersign_operations::evaluation::names_evaluation;
use countersign_operations::failure::Failure;

/// How names are compared: measure it on labelled pairs
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Eval(Eval),
}

const EXAMPLES: &str = "\
Columns: case_group, schema, name1, name2, is_match (true or false), quality; category and notes may be there. \
The file may be packed with gzip.

Examples:
  countersign names eval pairs.csv
  countersign names eval pairs.csv --wrong --json";

/// Precision, recall, F1 and AUC of the comparison on labelled name pairs
///
/// Compares name1 with name2 by the habits of the schema, with the built-in rarity of words and no other fact, and
/// counts at the default threshold. No list is read.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Eval {
    /// A CSV file of labelled pairs
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The least score that counts as a match; that of the default profile if absent
    #[arg(long, value_name = "SCORE", value_parser = super::typed::threshold)]
    threshold: Option<f64>,
    /// Also print each pair on the wrong side of the threshold, with the reasons
    #[arg(long)]
    wrong: bool,
    /// Print names-eval/1 as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(command: &Command, printer: &mut Printer) -> Result<Exit, Failure> {
    let Command::Eval(args) = command;
    let threshold = args.threshold.unwrap_or(Profile::default().threshold);
    let evaluation = names_evaluation(&args.file, threshold, args.wrong)?;
    if args.json {
        printer.json(&evaluation)?;
    } else {
        printer.data(&page::names_evaluation(&evaluation));
    }
    Ok(Exit::Ok)
}
