//! `countersign lists diff`.

use countersign_model::{Date, SourceId};
use serde_json::json;

use crate::command::typed::date;
use crate::command::typed::source;
use crate::exit::Exit;
use crate::page;
use crate::printer::Printer;
use countersign_operations::editions::Editions;
use countersign_operations::failure::Failure;
use countersign_operations::history::{Copied, before, compare, resolve};
use countersign_operations::home::Home;

const EXAMPLES: &str = "\
A copy is named by
  us_csl@2026-01-01    the copy of a source that answers for a day
  us_csl               the present copy
  2026-01-01           a day, with --source
  3f9a00c1             the first digits (8 or more) of its snapshot's SHA-256
  12                   the index of its entry in the journal

Examples:
  countersign lists diff us_csl@2026-01-01 us_csl
  countersign lists diff us_csl@2026-01-01           the same: up to the present copy
  countersign lists diff us_csl                      from the copy before the present one
  countersign lists diff 4 9 --json | jq '.diff.changed[] | select(.id == \"us_csl:EL-…\")'";

/// What changed between two copies of a list, field by field
///
/// Shows who came, who went, and for each entry on both which fields and listings changed, with the legal instrument
/// that the list names. Entries whose publisher gave them another key are shown as renumbered, not as new.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// The earlier copy; of a list named alone, without TO, the one before the present
    from: String,
    /// The later copy; the present one of the same source if absent
    to: Option<String>,
    /// The source of copies named by a date alone
    #[arg(long, value_name = "ID", value_parser = source)]
    source: Option<SourceId>,
    /// Only imports recorded up to this day are known
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    known_at: Option<Date>,
    /// Write out every entry, not only the first twenty of each kind
    #[arg(long)]
    all: bool,
    /// Print list-diff/1 as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    let store = home.must_read()?;
    let editions = Editions::load(Some(&store))?;
    let from = resolve(&args.from, args.source.as_ref(), &editions, args.known_at)?;
    let to = match &args.to {
        Some(text) => resolve(text, args.source.as_ref().or(Some(&from.source)), &editions, args.known_at)?,
        None => resolve(from.source.as_str(), None, &editions, args.known_at)?,
    };
    // a list named alone is its present copy, which nobody wants to compare with itself
    let alone = args.to.is_none() && args.from == from.source.as_str();
    let from = if alone { before(&from, &editions, args.known_at)? } else { from };
    if from.source != to.source {
        return Err(Failure::Input(format!(
            "`{}` and `{}` are different lists; `countersign lists cross-check` compares lists with one another",
            from.source, to.source
        )));
    }
    let diff = compare(&store, &from, &to)?;
    if args.json {
        let copy = |c: &Copied| {
            json!({
                "source": c.source, "entry": c.edition.entry, "day": c.edition.day.to_string(),
                "day_told": c.edition.day_told, "recorded": c.edition.recorded.to_string(),
                "snapshot": c.edition.snapshot, "entries": c.edition.entities,
            })
        };
        printer
            .json(&json!({"schema": "list-diff/1", "from": copy(&from), "to": copy(&to), "diff": diff}))?;
    } else {
        printer.data(&page::diff(&from, &to, &diff, args.all));
    }
    Ok(Exit::Ok)
}
