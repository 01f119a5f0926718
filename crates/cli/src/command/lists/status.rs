//! `countersign lists status`.

use serde_json::json;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::flow::editions::{Editions, When};
use crate::flow::lists::{Pin, Snapshot};
use crate::home::Home;
use crate::printer::Printer;

/// Which lists are loaded, since when, with how many entries
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Print lists/1 as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    let store = home.read()?;
    let editions = Editions::load(store.as_ref())?;
    let plan = editions.plan(When::default());
    let starter = Snapshot::starter()?.pin;
    if args.json {
        let mut sources = vec![json!({
            "source": starter.source, "entries": starter.entries, "snapshot": starter.snapshot,
            "imported": null, "speaks_for": starter.speaks_for, "entry": null,
        })];
        sources.extend(plan.parts.iter().map(|part| {
            json!({
                "source": part.source, "entries": part.on.entities, "snapshot": part.on.snapshot,
                "imported": part.time, "speaks_for": part.on.day_told.then(|| part.on.day.to_string()),
                "entry": part.on.entry,
            })
        }));
        printer.json(&json!({"schema": "lists/1", "sources": sources}))?;
        return Ok(Exit::Ok);
    }
    printer.data("source                entries  imported              speaks for  snapshot");
    let row = |source: &str, entries: usize, imported: &str, speaks_for: &str, snapshot: &str| {
        format!("{source:<20}  {entries:>7}  {imported:<20}  {speaks_for:<10}  {snapshot}")
    };
    let Pin { source, entries, snapshot, .. } = &starter;
    printer.data(&row(source.as_str(), *entries, "built in", "not told", &snapshot.short()));
    for part in &plan.parts {
        let day = if part.on.day_told { part.on.day.to_string() } else { "not told".to_owned() };
        printer.data(&row(
            part.source.as_str(),
            part.on.entities,
            &part.time,
            &day,
            &part.on.snapshot.short(),
        ));
    }
    if plan.parts.is_empty() {
        printer.word(
            "Only the built-in starter list is loaded: thirty entries. Finding nothing in it means nothing.",
        );
        printer.word("`countersign lists import --help` tells how to take in the publishers' lists.");
    }
    Ok(Exit::Ok)
}
