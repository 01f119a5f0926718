//! `countersign bulk`.

use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Instant;

use countersign_bulk::{
    Again, BulkError, Format, InputFormat, Job, Judgement, Looked, Progress, Summary, again,
    run as screen_all, unfinished,
};
use countersign_model::{Date, EntitySchema};

use crate::exit::Exit;
use crate::printer::Printer;
use countersign_operations::bulk::{Asked, Grounds, output_format};
use countersign_operations::failure::Failure;
use countersign_operations::home::Home;
use countersign_operations::lists::Pin;

use super::party_file::{Reading, tell};
use super::typed::{date, threshold};
use super::where_from::say_where_from;

const EXAMPLES: &str = "\
Exit code: 0 no possible match, 10 possible matches that no person has decided to be another party; 2 rows could not be \
read (they are in OUT.rejects.jsonl) or the input is wrong; 1 the program failed. A run that was stopped goes on when the \
same command is given again.

Examples:
  countersign bulk customers.csv --out matches.csv
  countersign bulk customers.jsonl --out matches.jsonl --schema Organization
  countersign bulk customers.parquet --out matches.parquet
  countersign bulk suppliers.xlsx --out matches.csv --threshold 0.8
  countersign bulk suppliers.xlsx --sheet \"2026\" --out matches.csv --profile strict.toml
  countersign bulk kunden.csv --encoding windows-1252 --out matches.csv
  countersign bulk customers.csv --out monday.csv --keep monday.base
  countersign bulk --since monday.base --out tuesday.csv --keep tuesday.base
      after an update of the lists: only whom it concerns is screened again";

/// Screen a file of parties against every loaded list
///
/// Reads CSV (parted by commas, semicolons, tabs or bars), JSON lines, Parquet or a sheet of XLSX.
/// Columns: name, or first_name and last_name (needed), id, alias, schema, country, birth_date, gender, address (or city, street,
/// postcode), and official numbers (passport, tax_id, IMO, LEI, INN, SWIFT, or their FollowTheMoney names), also in other languages.
/// A cell beside the name that cannot be read is left out and told (OUT.warnings.jsonl names each). Writes one line a possible
/// match (CSV, Parquet) or a party with possible matches (JSON lines); the same bytes every time.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// The file of parties
    #[arg(required_unless_present = "since")]
    input: Option<PathBuf>,
    /// Where the possible matches go: .csv, .jsonl or .parquet; the file must not be there yet
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Keep here what a later run needs to screen again only those whom a change of the lists concerns
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// The parties of an earlier run with --keep against the present lists: the same output as a whole run, with only
    /// those screened whom the change concerns
    #[arg(long, value_name = "DIR", conflicts_with_all = ["input", "schema", "profile", "threshold", "sheet", "encoding", "all", "chunk"])]
    since: Option<PathBuf>,
    /// What a party is where its row does not say so (Person, Organization…); absent compares with all kinds
    #[arg(long, value_name = "KIND")]
    schema: Option<EntitySchema>,
    /// A profile file: threshold, near_miss_margin, weak_aliases, weights
    #[arg(long, value_name = "FILE")]
    profile: Option<PathBuf>,
    /// The least score of a possible match, above 0 and at most 1; counts before the profile's
    #[arg(long, value_name = "SCORE", value_parser = threshold)]
    threshold: Option<f64>,
    #[command(flatten)]
    reading: Reading,
    /// Write parties without a possible match too
    #[arg(long)]
    all: bool,
    /// The day for which the lists are read; today if absent
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    as_of: Option<Date>,
    /// How many processors to use; all if absent
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    threads: Option<u16>,
    /// Rows that are done and kept at a time
    #[arg(long, value_name = "N", default_value_t = 5000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    chunk: u32,
    /// Print bulk/1 as JSON
    #[arg(long)]
    json: bool,
}

/// What bulk prints: `bulk/1`.
#[derive(Debug, serde::Serialize)]
struct Page<'a> {
    #[serde(flatten)]
    summary: &'a Summary,
    /// The day for which the lists were read.
    as_of: Date,
    /// The copies that the parties were compared with.
    lists: Vec<Pin>,
    /// What was not compared, and which copies are old.
    notes: Vec<String>,
    /// With `--since`, who was screened again.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<Looked>,
}

pub(crate) fn run(args: &Args, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    let format = output_format(&args.out)?;
    let store = home.or_built_in()?;
    say_where_from(home, store.is_some(), printer);
    let asked = Asked { profile: args.profile.as_deref(), threshold: args.threshold, as_of: args.as_of };
    let grounds = Grounds::read(store.as_ref(), &asked, unfinished(&args.out).as_deref())?;
    let (summary, since) = screened(args, format, &grounds)?;
    tell(&summary.told, &summary.unknown_columns, printer);
    let page = Page {
        summary: &summary,
        as_of: grounds.on,
        lists: grounds.lists.pins(),
        notes: grounds.notes,
        since,
    };
    if args.json {
        printer.json(&page)?;
    } else {
        printer.data(&text(&page, args));
    }
    if let Some(rejects) = &summary.rejects {
        let (rows, are) = if summary.rejected == 1 { ("row", "it is") } else { ("rows", "each is") };
        printer.warning(&format!(
            "{} {rows} could not be screened; {are} named in `{}`: mend what is wrong and screen again",
            summary.rejected,
            rejects.display()
        ));
        return Ok(Exit::Input);
    }
    Ok(if summary.open > 0 { Exit::PossibleMatches } else { Exit::Ok })
}

/// Screens the file, or with `--since` whom the change of the lists concerns.
fn screened(args: &Args, format: Format, grounds: &Grounds) -> Result<(Summary, Option<Looked>), Failure> {
    let fault: Mutex<Option<Failure>> = Mutex::default();
    let judgement: Judgement<'_> = &|party, hit| grounds.judge(party, hit, &fault);
    let bar = Bar::begin();
    let done = match (&args.since, &args.input) {
        (Some(base), _) => screened_again(args, format, base, grounds, judgement),
        (None, Some(input)) => screened_whole(args, format, input, grounds, judgement, &bar),
        (None, None) => return Err(Failure::Input("name the file of parties".to_owned())),
    };
    bar.end();
    let done = done.map_err(|error| match error {
        BulkError::Io { .. } | BulkError::Chunk(_) => Failure::Program(error.to_string()),
        BulkError::Input(error) => Failure::Input(error.to_string()),
        other => Failure::Input(other.to_string()),
    });
    match fault.into_inner() {
        Ok(Some(failure)) => Err(failure),
        _ => done,
    }
}

fn threads(args: &Args) -> usize {
    args.threads.map_or_else(|| std::thread::available_parallelism().map_or(1, usize::from), usize::from)
}

fn screened_whole(
    args: &Args,
    format: Format,
    input: &Path,
    grounds: &Grounds,
    judgement: Judgement<'_>,
    bar: &Bar,
) -> Result<(Summary, Option<Looked>), BulkError> {
    let job = Job {
        input,
        input_format: InputFormat::named(input).map_err(BulkError::Input)?,
        how: args.reading.how(args.schema),
        output: &args.out,
        format,
        every_party: args.all,
        profile: grounds.profile,
        content: &grounds.content,
        chunk: usize::try_from(args.chunk).unwrap_or(usize::MAX),
        threads: threads(args),
        keep: args.keep.as_deref(),
        on: Some(grounds.on),
    };
    screen_all(&job, grounds.lists.index(), judgement, &|progress| bar.show(progress))
        .map(|summary| (summary, None))
}

fn screened_again(
    args: &Args,
    format: Format,
    base: &Path,
    grounds: &Grounds,
    judgement: Judgement<'_>,
) -> Result<(Summary, Option<Looked>), BulkError> {
    let job = Again {
        base,
        output: &args.out,
        format,
        keep: args.keep.as_deref(),
        content: &grounds.content,
        threads: threads(args),
    };
    let is_decided = |name: &str| grounds.dispositions.is_decided(name);
    again(&job, grounds.lists.index(), judgement, &is_decided)
        .map(|(summary, looked)| (summary, Some(looked)))
}

/// The page for people.
fn text(page: &Page<'_>, args: &Args) -> String {
    let summary = page.summary;
    let count = |n: u64, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
    let mut out = format!(
        "{} compared with {} entries of {}, as of {}: {} of {}",
        count(summary.rows - summary.rejected, "row", "rows"),
        summary.entities,
        count(page.lists.len() as u64, "source", "sources"),
        page.as_of,
        count(summary.hits, "possible match", "possible matches"),
        count(summary.with_hits, "party", "parties"),
    );
    if summary.with_hits > 0 {
        let undecided = summary.open - summary.matched;
        out.push_str(&format!(", {undecided} not yet decided"));
        if summary.matched > 0 {
            out.push_str(&format!(", {} decided to be listed", summary.matched));
        }
    }
    let others = &summary.told.other_parties;
    if !others.is_empty() {
        out.push_str(&format!(
            "\nNot compared: {} with the names of other parties ({}); put each party into a row of its own",
            count(others.len() as u64, "column", "columns"),
            others.join(", ")
        ));
    }
    let damaged = summary.told.damaged_names();
    if damaged > 0 {
        let shown = summary.told.warnings.as_deref().unwrap_or(&args.out).display();
        out.push_str(&format!(
            "\nNames that look damaged: {}; `grep damaged_name {shown}` lists them",
            count(damaged, "row", "rows"),
        ));
    }
    let sources: Vec<&str> = page.lists.iter().map(|pin| pin.source.as_str()).collect();
    out.push_str(&format!("\nsources  {}", sources.join(", ")));
    if let Some(since) = &page.since {
        out.push_str(&format!(
            "\nchange  {} gone, {} new or changed, {} with another weight; {} screened again, {} more whose name people decided about",
            count(since.reach.gone as u64, "entry", "entries"),
            since.reach.new,
            count(since.reach.words as u64, "word", "words"),
            count(since.concerned, "party", "parties"),
            since.decided,
        ));
    }
    for note in &page.notes {
        out.push_str(&format!("\nNote: {note}"));
    }
    out.push_str(&format!("\noutput  {}  sha256 {}", args.out.display(), summary.output_sha256));
    out
}

/// One line on a terminal that tells how far the run is; nothing elsewhere.
struct Bar {
    shown: bool,
    start: Instant,
}

impl Bar {
    fn begin() -> Self {
        Self { shown: std::io::stderr().is_terminal(), start: Instant::now() }
    }

    fn show(&self, progress: Progress) {
        if !self.shown {
            return;
        }
        let seconds = self.start.elapsed().as_secs_f64().max(0.001);
        // counts of rows are far below 2^52
        let rate = progress.rows.saturating_sub(progress.kept) as f64 / seconds;
        let left = progress.of.map_or_else(String::new, |of| {
            let left = of.saturating_sub(progress.rows) as f64 / rate.max(0.001);
            let done = 100.0 * progress.rows as f64 / of.max(1) as f64;
            format!(", {:.0} %, {} left", done.min(100.0), minutes(left))
        });
        let line = format!("\r\x1b[K{} parties, {rate:.0} a second{left}", progress.rows);
        // a terminal that is gone is no reason to stop
        let _ = std::io::stderr().write_all(line.as_bytes());
    }

    fn end(&self) {
        if self.shown {
            let _ = std::io::stderr().write_all(b"\r\x1b[K");
        }
    }
}

fn minutes(seconds: f64) -> String {
    // days at most
    let seconds = seconds.min(1e9) as u64;
    format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}
