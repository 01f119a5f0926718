//! `countersign lists timeline`.

use countersign_model::Date;
use serde_json::json;

use crate::command::typed::date;
use crate::exit::Exit;
use crate::page;
use crate::printer::Printer;
use countersign_operations::editions::Editions;
use countersign_operations::failure::Failure;
use countersign_operations::history::timeline_of;
use countersign_operations::home::Home;

const EXAMPLES: &str = "\
Examples:
  countersign lists timeline us_csl:EL-12345
  countersign lists timeline us_csl:EL-12345 --known-at 2024-06-30    as it was known then";

/// The life of one entry: when it was listed, changed, delisted, by which instrument
///
/// Read from all copies of its list that were taken in. A day is the day for which the copy speaks that shows the
/// event first: the event itself lies between that day and the day of the copy before.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// The id of the entry, as `screen` and `check` show it
    entity: String,
    /// Only copies that speak for this day or earlier
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    as_of: Option<Date>,
    /// Only imports recorded up to this day are known
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    known_at: Option<Date>,
    /// Print timeline/1 as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    let store = home.must_read()?;
    let editions = Editions::load(Some(&store))?;
    let (events, ids) = timeline_of(&store, &editions, &args.entity, args.as_of, args.known_at)?;
    if args.json {
        let dates = json!({
            "as_of": args.as_of.map(|d| d.to_string()), "known_at": args.known_at.map(|d| d.to_string()),
        });
        printer.json(&json!({
            "schema": "timeline/1", "entity": args.entity, "ids": ids, "read": dates, "events": events,
        }))?;
    } else {
        printer.data(&page::timeline(&args.entity, &ids, &events));
    }
    Ok(Exit::Ok)
}
