//! `countersign lists export`.

use countersign_lists::{ftm_jsonl, read_ftm_records};
use countersign_model::SourceId;

use crate::command::typed::source;
use crate::exit::Exit;
use crate::printer::Printer;
use countersign_operations::editions::{Editions, FTM, entities};
use countersign_operations::failure::Failure;
use countersign_operations::home::Home;

const EXAMPLES: &str = "\
Examples:
  countersign lists export ftm:sanctions > entities.ftm.json";

/// The copy in force of a FollowTheMoney source, as the JSON lines that it came in as
///
/// With every delta applied. Nothing of a record is lost; keys and properties may stand in another order, which means
/// nothing in FollowTheMoney.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// The source
    #[arg(value_name = "ID", value_parser = source)]
    source: SourceId,
}

pub(crate) fn run(args: &Args, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    let store = home.must_read()?;
    let editions = Editions::load(Some(&store))?;
    let known = editions.known(&args.source, None);
    let Some(present) = known.present() else {
        return Err(Failure::Input(format!(
            "no copy of `{}` was taken in; `countersign lists status` shows what is",
            args.source
        )));
    };
    let mut records = None;
    for entry in store.entries() {
        let (index, leaf) = entry?;
        if index == present.entry {
            records = leaf.documents.iter().find(|(name, _)| name.as_str() == FTM).map(|(_, digest)| *digest);
        }
    }
    let Some(digest) = records else {
        return Err(Failure::Input(format!(
            "`{}` is no FollowTheMoney source, or its copy was taken in by an earlier version; its raw files are in the \
             journal as they came",
            args.source
        )));
    };
    let damaged = |e: &dyn std::fmt::Display| {
        Failure::Program(format!("the records of `{}` cannot be used: {e}", args.source))
    };
    let bytes = store.blob(&digest).map_err(|e| damaged(&e))?;
    let records = read_ftm_records(&bytes).map_err(|e| damaged(&e))?;
    let entities = entities(&store, &args.source, &present.snapshot)?;
    let text = String::from_utf8(ftm_jsonl(&entities, &records)).map_err(|e| damaged(&e))?;
    printer.data(text.trim_end());
    Ok(Exit::Ok)
}
