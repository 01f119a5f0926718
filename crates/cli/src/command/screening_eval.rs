//! `countersign screening eval`.

use std::path::PathBuf;

use countersign_lists::{InputFile, import};
use countersign_model::SourceId;
use countersign_screening::{Index, Profile};

use crate::exit::Exit;
use crate::page;
use crate::printer::Printer;
use countersign_operations::editions::When;
use countersign_operations::evaluation::screening_evaluation;
use countersign_operations::failure::{Failure, read_file};
use countersign_operations::home::Home;
use countersign_operations::lists::Lists;

use super::where_from::say_where_from;

const EXAMPLES: &str = "\
Columns of both files: full_name, date_of_birth, nationality; first_name, middle_name, last_name, gender and \
place_of_birth may be there, and `alteration` and `altered_from` of a file of `screening alter`. The files may be \
packed with gzip.

Examples:
  countersign screening eval --positives listed.csv --negatives unlisted.csv.gz
  countersign screening eval --positives listed.csv --negatives unlisted.csv \\
      --list un_sc=consolidated.xml --json";

/// Recall and false alarms of screening on persons of whom it is known whether they are listed
///
/// Every person is screened twice: by name alone, and with country and birth date. A listed person counts as found,
/// and an unlisted one as a false alarm, if there is any possible match at the threshold.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// A CSV file of persons who stand on the lists
    #[arg(long, value_name = "FILE")]
    positives: PathBuf,
    /// A CSV file of persons who do not
    #[arg(long, value_name = "FILE")]
    negatives: PathBuf,
    /// Compare with this list instead of those that are loaded; may be given several times. Several files of one
    /// source are separated by commas
    #[arg(long, value_name = "SOURCE=FILE")]
    list: Vec<String>,
    /// The least score that counts as a match; that of the default profile if absent
    #[arg(long, value_name = "SCORE", value_parser = super::typed::threshold)]
    threshold: Option<f64>,
    /// Also print each person on the wrong side of the threshold, with what came nearest
    #[arg(long)]
    cases: bool,
    /// Print screening-eval/1 as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    let threshold = args.threshold.unwrap_or(Profile::default().threshold);
    let evaluate =
        |index: &Index| screening_evaluation(index, &args.positives, &args.negatives, threshold, args.cases);
    let evaluation = if args.list.is_empty() {
        let store = home.or_built_in()?;
        say_where_from(home, store.is_some(), printer);
        evaluate(Lists::load(store.as_ref(), When::default())?.index())?
    } else {
        evaluate(&index_of(&args.list)?)?
    };
    if args.json {
        printer.json(&evaluation)?;
    } else {
        printer.data(&page::screening_evaluation(&evaluation));
    }
    Ok(Exit::Ok)
}

/// An index over lists that are named on the command line and imported nowhere.
fn index_of(lists: &[String]) -> Result<Index, Failure> {
    let mut entities = Vec::new();
    for list in lists {
        let (source, paths) = list.split_once('=').ok_or_else(|| {
            Failure::Input(format!("--list `{list}` names no source; write it like `un_sc=consolidated.xml`"))
        })?;
        let source = SourceId::new(source).map_err(|e| Failure::Input(e.to_string()))?;
        let mut files = Vec::new();
        for path in paths.split(',').map(PathBuf::from) {
            let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            files.push(InputFile { name, bytes: read_file(&path)? });
        }
        entities.extend(import(&source, &files).map_err(|e| Failure::Input(e.to_string()))?.entities);
    }
    Ok(Index::build(&entities))
}
