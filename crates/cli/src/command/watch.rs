//! `countersign watch …`: parties that are screened again after each import.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use countersign_model::EntitySchema;
use countersign_watch::Alert;
use serde_json::json;

use crate::exit::Exit;
use crate::printer::Printer;
use countersign_operations::clock;
use countersign_operations::failure::Failure;
use countersign_operations::home::Home;
use countersign_operations::watch::{self, Run};
use countersign_operations::watch_file;

use super::party_file::{Reading, tell};

/// Parties that are screened again after each import, with an alert only where something changed
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Import(Import),
    List(List),
    Remove(Remove),
    Run(Again),
    Alerts(Alerts),
}

const EXAMPLES: &str = "\
The file is what `countersign bulk` reads: CSV, JSON lines, Parquet or XLSX, with columns of many spellings:
  id,name,alias,schema,country,birth_date,passport
  C-1001,NSO Group,Q Cyber Technologies; OSY,Company,IL;LU,,
`id` is your own and stays the same; `id` and `name` (or first_name and last_name) must be in every row. A cell beside them that cannot \
be read is told, and is not compared.

Examples:
  countersign watch import customers.csv
  countersign watch import customers.xlsx --sheet 2026
  countersign watch import customers.jsonl --replace     who is not in the file is no longer watched";

/// Watch the parties of a file
///
/// A party whose id is watched already is replaced by the row of the file. The parties are screened at once; what is
/// found then are the first alerts.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Import {
    /// CSV, JSON lines, Parquet or XLSX
    file: PathBuf,
    /// No longer watch parties that are not in the file
    #[arg(long)]
    replace: bool,
    /// What a party is where its row does not say so (Person, Organization…); absent compares with all kinds
    #[arg(long, value_name = "KIND")]
    schema: Option<EntitySchema>,
    #[command(flatten)]
    reading: Reading,
    /// Name each cell that is not compared as it stands in this file, a line of JSON each; it must not be there yet
    #[arg(long, value_name = "FILE")]
    warnings: Option<PathBuf>,
}

/// Who is watched
#[derive(Debug, clap::Args)]
pub(crate) struct List {
    /// Print watch-base/1 as JSON
    #[arg(long)]
    json: bool,
}

/// No longer watch parties
#[derive(Debug, clap::Args)]
pub(crate) struct Remove {
    /// Their ids
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,
}

/// Screen the watched parties now
///
/// Every import and update does this by itself.
#[derive(Debug, clap::Args)]
pub(crate) struct Again {
    /// Print watch-run/1 as JSON
    #[arg(long)]
    json: bool,
}

/// What changed for the watched parties
///
/// Prints the alerts from a cursor on, and the cursor for the next call: whoever asks again with it gets each alert
/// once, also after a crash.
#[derive(Debug, clap::Args)]
pub(crate) struct Alerts {
    /// The cursor that the last call printed; 0 for all alerts
    #[arg(long, value_name = "CURSOR", default_value_t = 0)]
    since: u64,
    /// Print watch-alerts/1 as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(command: &Command, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    match command {
        Command::Import(args) => import(args, home, printer),
        Command::List(args) => list(args, home, printer),
        Command::Remove(args) => remove(args, home, printer),
        Command::Run(args) => again(args, home, printer),
        Command::Alerts(args) => alerts(args, home, printer),
    }
}

fn import(args: &Import, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    let mut read = watch_file::read(&args.file, &args.reading.how(args.schema), clock::today())?;
    if let Some(path) = &args.warnings {
        write_new(path, &read.warnings)?;
        read.told.warnings = Some(path.clone());
    }
    tell(&read.told, &read.unknown_columns, printer);
    if args.warnings.is_none() && !read.told.doubts.is_empty() {
        printer.word("note: `--warnings FILE` names each of these cells");
    }
    let (mut store, begun) = home.write()?;
    if begun {
        printer.word(&format!("note: began a new home in `{}`", home.path().display()));
    }
    let before = watch::base(&store)?;
    let mut base = if args.replace { watch::Base::new() } else { before.clone() };
    base.extend(read.parties);
    if base == before {
        printer.data(&format!("{} parties are watched; nothing was changed", base.len()));
        return Ok(Exit::Ok);
    }
    let added = base.keys().filter(|id| !before.contains_key(*id)).count();
    let removed = before.keys().filter(|id| !base.contains_key(*id)).count();
    let changed = base.iter().filter(|(id, p)| before.get(*id).is_some_and(|b| b != *p)).count();
    let entry = watch::record_base(&mut store, &base, clock::now()?)?;
    printer.data(&format!(
        "{} parties are watched: {added} added, {removed} removed, {changed} changed (entry {entry} of the journal)",
        base.len()
    ));
    let run = watch::run(&mut store, clock::now()?)?;
    say(&run, printer);
    Ok(Exit::Ok)
}

/// Writes a file that is not there yet: by a slip it could be the customers' own.
fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let written = File::create_new(path).and_then(|mut file| file.write_all(bytes));
    written.map_err(|e| {
        Failure::Input(format!("`{}` cannot be written: {e}; nothing was changed", path.display()))
    })
}

fn list(args: &List, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    let base = home.read()?.map(|store| watch::base(&store)).transpose()?.unwrap_or_default();
    if args.json {
        let parties: Vec<_> = base.values().collect();
        printer.json(&json!({"schema": "watch-base/1", "parties": parties}))?;
    } else if base.is_empty() {
        printer.word("Nobody is watched; `countersign watch import --help` tells how to begin.");
    } else {
        for party in base.values() {
            printer.data(&format!("{}  {}", party.id, party.name));
        }
    }
    Ok(Exit::Ok)
}

fn remove(args: &Remove, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    home.must_read()?;
    let (mut store, _) = home.write()?;
    let mut base = watch::base(&store)?;
    for id in &args.ids {
        if base.remove(id).is_none() {
            return Err(Failure::Input(format!(
                "`{id}` is not watched; `countersign watch list` shows the ids; nothing was changed"
            )));
        }
    }
    let entry = watch::record_base(&mut store, &base, clock::now()?)?;
    printer.data(&format!("{} parties are watched (entry {entry} of the journal)", base.len()));
    Ok(Exit::Ok)
}

fn again(args: &Again, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    home.must_read()?;
    let (mut store, _) = home.write()?;
    let run = watch::run(&mut store, clock::now()?)?;
    if args.json {
        printer.json(&json!({
            "schema": "watch-run/1", "parties": run.parties, "screened": run.screened, "alerts": run.alerts, "entry": run.entry,
        }))?;
    } else {
        printer.data(&summary(&run));
        for alert in &run.alerts {
            printer.data(&format!("  {}", line(alert)));
        }
    }
    Ok(Exit::Ok)
}

fn alerts(args: &Alerts, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    let store = home.must_read()?;
    let (found, next) = watch::since(&store, args.since)?;
    if args.json {
        let alerts: Vec<_> = found
            .iter()
            .map(|r| json!({"cursor": r.entry + 1, "entry": r.entry, "time": r.time, "alert": r.alert}))
            .collect();
        printer.json(&json!({"schema": "watch-alerts/1", "alerts": alerts, "next": next}))?;
    } else {
        for recorded in &found {
            printer.data(&format!("{}  {}", recorded.time, line(&recorded.alert)));
        }
        printer.word(&format!("{} alerts; go on with --since {next}", found.len()));
    }
    Ok(Exit::Ok)
}

/// A word about a run that an import began.
pub(crate) fn say(run: &Run, printer: &mut Printer) {
    printer.word(&summary(run));
    for alert in run.alerts.iter().take(10) {
        printer.word(&format!("  {}", line(alert)));
    }
    if run.alerts.len() > 10 {
        printer.word("  … `countersign watch alerts` shows all");
    }
}

fn summary(run: &Run) -> String {
    let recorded = run.entry.map(|e| format!(" (entry {e} of the journal)")).unwrap_or_default();
    // of the others a change of the lists since the last run cannot make anything else
    let screened = if run.screened == run.parties {
        format!("{} parties", run.parties)
    } else {
        format!("{} of {} parties", run.screened, run.parties)
    };
    format!("watch: {screened} screened, {} alerts{recorded}", run.alerts.len())
}

fn line(alert: &Alert) -> String {
    let Some(found) = alert.after.as_ref().or(alert.before.as_ref()) else { return alert.party.clone() };
    let lists: Vec<&str> = found.lists.iter().map(|l| l.as_str()).collect();
    let delisted = match found.delisted_since {
        Some(day) => format!(", not on the list since its copy of {day}"),
        None => String::new(),
    };
    format!(
        "{}: {}: {} ({}, {}), score {:.2}{delisted}",
        alert.party,
        alert.change.words(),
        found.caption,
        found.entity,
        lists.join(", "),
        found.score
    )
}
