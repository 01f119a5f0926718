//! `countersign entity show`.

use clap::Subcommand;
use countersign_history::{not_yet_on, past_of};
use countersign_model::Date;
use serde_json::json;

use super::typed::date;
use super::where_from::say_where_from;
use crate::exit::Exit;
use crate::page;
use crate::printer::Printer;
use countersign_operations::clock;
use countersign_operations::editions::{Editions, When};
use countersign_operations::failure::Failure;
use countersign_operations::home::Home;
use countersign_operations::links::links;
use countersign_operations::lists::Lists;

/// Entries of lists
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Show(Show),
}

const EXAMPLES: &str = "\
Examples:
  countersign entity show starter:EL-NSO
  countersign entity show us_csl:EL-12345 --as-of 2022-01-15 --known-at 2022-02-01
  countersign entity show us_csl:EL-12345 --json";

/// Everything that a list says of one entry, on a day, as it was known on another
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Show {
    /// The id of the entry, as `screen` and `check` show it
    entity: String,
    /// The day for which the list is read; today if absent
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    as_of: Option<Date>,
    /// Only imports recorded up to this day are known
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    known_at: Option<Date>,
    /// Print entity/1 as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(command: &Command, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    let Command::Show(args) = command;
    let store = home.or_built_in()?;
    say_where_from(home, store.is_some(), printer);
    let as_of = args.as_of.unwrap_or_else(clock::today);
    let plan = Editions::load(store.as_ref())?.plan(When { as_of: Some(as_of), known_at: args.known_at });
    let lists = Lists::of_plan(store.as_ref(), &plan)?;
    let Some((snapshot, entity)) = lists.found(&args.entity)? else {
        let when = args.known_at.map(|k| format!(" as they were known on {k}")).unwrap_or_default();
        return Err(Failure::Input(format!(
            "no list{when} has an entry `{}`; `countersign screen NAME` shows the ids",
            args.entity
        )));
    };
    let notes = plan.notes(When { as_of: args.as_of, known_at: args.known_at });
    let links = links(&lists, store.as_ref())?;
    let group = links.group(&entity.id);
    let in_effect = entity.listings.iter().any(|l| l.in_effect_on(as_of));
    if args.json {
        let past = past_of(entity).map(|(last_seen, since)| json!({"last_seen": last_seen, "since": since}));
        printer.json(&json!({
            "schema": "entity/1", "as_of": as_of, "known_at": args.known_at, "copy": snapshot.pin,
            "listed": in_effect, "delisted": past, "not_on_copy_of": not_yet_on(entity), "entity": entity,
            "link": group, "notes": notes,
        }))?;
    } else {
        printer.data(&page::entity(snapshot, entity, as_of, group, &notes));
    }
    Ok(Exit::Ok)
}
