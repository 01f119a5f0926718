//! `countersign lists status`.

use countersign_model::{Date, SourceId};

use crate::exit::Exit;
use crate::printer::Printer;
use countersign_operations::age::Age;
use countersign_operations::clock;
use countersign_operations::count::guard;
use countersign_operations::editions::{Editions, When};
use countersign_operations::failure::Failure;
use countersign_operations::feeds::{self, Feed};
use countersign_operations::home::Home;
use countersign_operations::lists::{Pin, Snapshot};
use countersign_operations::status;

/// The health of the lists: age, count, version, last error
///
/// A copy is old when its publisher would have issued another by now. `guard` says whether its count lies within what
/// is believed of a whole list.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Print lists/1 as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    let store = home.or_built_in()?;
    let editions = Editions::load(store.as_ref())?;
    let plan = editions.plan(When::default());
    let starter = Snapshot::starter()?.pin;
    let today: Date = clock::today();
    let feed = |source: &SourceId| store.as_ref().map(|s| feeds::load(s, source)).unwrap_or_default();
    if args.json {
        printer.json(&status::lists(store.as_ref(), &editions, When::default(), today)?)?;
        return Ok(Exit::Ok);
    }
    printer.data("source                entries  imported              speaks for  age    snapshot");
    let row = |source: &str, entries: usize, imported: &str, speaks_for: &str, age: &str, snapshot: &str| {
        format!("{source:<20}  {entries:>7}  {imported:<20}  {speaks_for:<10}  {age:<5}  {snapshot}")
    };
    let Pin { source, entries, snapshot, .. } = &starter;
    printer.data(&row(source.as_str(), *entries, "built in", "not told", "-", &snapshot.short()));
    for part in &plan.parts {
        let day = if part.on.day_told { part.on.day.to_string() } else { "not told".to_owned() };
        let Feed { confirmed, error, asked, .. } = feed(&part.source);
        let age = Age::of(part, &editions, confirmed.as_deref(), today);
        let snapshot = part.on.snapshot.short();
        // a copy that does not tell its day can only be older than its import
        let days = format!("{}{} d", if part.on.day_told { "" } else { "≥ " }, age.days);
        printer.data(&row(part.source.as_str(), part.on.entities, &part.time, &day, &days, &snapshot));
        if let Some(words) = age.warning(&part.source) {
            printer.data(&format!("    OLD: {words}"));
        }
        if guard(&part.source, part.on.entities) != "ok" {
            printer.data(
                "    GUARD: its count is not that of a whole list; it was taken with the guard set aside",
            );
        }
        if let Some(error) = error {
            printer.data(&format!("    LAST UPDATE FAILED ({}): {error}", asked.unwrap_or_default()));
        }
    }
    if plan.parts.is_empty() {
        printer.word(
            "Only the built-in starter list is loaded: thirty entries. Finding nothing in it means nothing.",
        );
        printer.word(
            "`countersign lists update` reads the publishers' lists; `countersign lists import --help` tells",
        );
        printer.word("how to take them in from files.");
    }
    Ok(Exit::Ok)
}
