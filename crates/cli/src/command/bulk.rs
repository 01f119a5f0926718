//! `countersign bulk`.

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Instant;

use countersign_bulk::{BulkError, Format, InputFormat, Job, Judged, Party, Progress, run as screen_all};
use countersign_model::{Date, EntitySchema};
use countersign_screening::{Hit, Profile};

use crate::exit::Exit;
use crate::printer::Printer;
use countersign_operations::clock;
use countersign_operations::dispositions::{About, Dispositions};
use countersign_operations::editions::{Editions, When};
use countersign_operations::failure::Failure;
use countersign_operations::home::Home;
use countersign_operations::lists::Lists;
use countersign_operations::profiles::Named;
use countersign_operations::screening::{State, state_of};

use super::{date, say_where_from};

const EXAMPLES: &str = "\
Exit code: 0 no possible match, 10 possible matches that no person has decided to be another party; 2 rows could not be
read (they are in OUT.rejects.jsonl) or the input is wrong; 1 the program failed. A run that was stopped goes on when the
same command is given again.

Examples:
  countersign bulk customers.csv --out matches.csv
  countersign bulk customers.jsonl --out matches.jsonl --schema Organization
  countersign bulk customers.parquet --out matches.parquet
  countersign bulk suppliers.xlsx --out matches.csv --profile strict.toml";

/// Screen a file of parties against every loaded list
///
/// Reads CSV, JSON lines, Parquet or the first sheet of XLSX. Columns: name (needed), id, alias, schema, country,
/// birth_date, gender, address (or city, street, postcode), and official numbers by their FollowTheMoney names (imoNumber, leiCode…). Writes one line a possible
/// match (CSV, Parquet) or a party with possible matches (JSON lines); the same bytes every time.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// The file of parties
    input: PathBuf,
    /// Where the possible matches go: .csv, .jsonl or .parquet; the file must not be there yet
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// What a party is where its row does not say so (Person, Organization…); absent compares with all kinds
    #[arg(long, value_name = "KIND")]
    schema: Option<EntitySchema>,
    /// A profile file: threshold, near_miss_margin, weak_aliases, weights
    #[arg(long, value_name = "FILE")]
    profile: Option<PathBuf>,
    /// Write parties without a possible match too
    #[arg(long)]
    all: bool,
    /// The day for which the lists are read; today if absent
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    as_of: Option<Date>,
    /// How many processors to use; all if absent
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Rows that are done and kept at a time
    #[arg(long, value_name = "N", default_value_t = 5000)]
    chunk: usize,
    /// Print bulk/1 as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    let input_format = InputFormat::of(&args.input).ok_or_else(|| {
        Failure::Input(format!(
            "`{}`: its name does not tell what it is; let it end in .csv, .jsonl, .parquet or .xlsx",
            args.input.display()
        ))
    })?;
    let format = match args.out.extension().and_then(|e| e.to_str()) {
        Some("csv") => Format::Csv,
        Some("jsonl" | "ndjson") => Format::JsonLines,
        Some("parquet") => Format::Parquet,
        _ => {
            return Err(Failure::Input(format!(
                "`{}`: let it end in .csv, .jsonl or .parquet",
                args.out.display()
            )));
        }
    };
    let store = home.or_built_in()?;
    say_where_from(home, store.is_some(), printer);
    let on = args.as_of.unwrap_or_else(clock::today);
    let plan = Editions::load(store.as_ref())?.plan(When { as_of: Some(on), known_at: None });
    let lists = Lists::of_plan(store.as_ref(), &plan)?;
    let dispositions = Dispositions::load(store.as_ref())?;
    let named = args.profile.as_deref().map(Named::read).transpose()?.unwrap_or_default();
    if !named.lists.is_empty() || !named.types.is_empty() {
        return Err(Failure::Input(
            "`lists` and `types` of a profile are not used by bulk: filter its output by the columns `lists` and `schema`"
                .to_owned(),
        ));
    }
    // near misses are not written: whoever wants them lowers the threshold
    let base = Profile { near_miss_margin: 0.0, max_near_misses: 0, ..Profile::default() };
    let profile = named.profile(base);
    let content = serde_json::to_string(&(lists.pins(), dispositions.digest()?, on.to_string()))
        .map_err(|e| Failure::Program(e.to_string()))?;
    let threads = args.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
    let job = Job {
        input: &args.input,
        input_format,
        schema: args.schema,
        output: &args.out,
        format,
        every_party: args.all,
        profile,
        content: &content,
        chunk: args.chunk,
        threads,
    };
    let fault: Mutex<Option<Failure>> = Mutex::default();
    let judgement = |party: &Party, hit: &Hit| {
        let kind = party.query.schema.unwrap_or(hit.schema);
        let about = About { name: &party.query.name, kind, query: &party.query, on };
        match state_of(hit, &about, &lists, &dispositions) {
            Ok((State::Match, ..)) => Judged::Match,
            Ok((State::NoMatch, ..)) => Judged::NoMatch,
            Ok(_) => Judged::Open,
            Err(failure) => {
                if let Ok(mut slot) = fault.lock() {
                    slot.get_or_insert(failure);
                }
                Judged::Open
            }
        }
    };
    let bar = Bar::begin();
    let summary =
        screen_all(&job, lists.index(), &judgement, &|progress| bar.show(progress)).map_err(|error| {
            match error {
                BulkError::Io { .. } | BulkError::Chunk(_) => Failure::Program(error.to_string()),
                other => Failure::Input(other.to_string()),
            }
        });
    bar.end();
    if let Ok(Some(failure)) = fault.into_inner() {
        return Err(failure);
    }
    let summary = summary?;
    for column in &summary.unknown_columns {
        printer.warning(&format!("the column `{column}` is not known and was not compared"));
    }
    if args.json {
        printer.json(&summary)?;
    } else {
        printer.data(&format!(
            "{} rows compared with {} entries: {} possible matches of {} parties, {} not yet decided\noutput  {}  sha256 {}",
            summary.rows - summary.rejected,
            summary.entities,
            summary.hits,
            summary.with_hits,
            summary.open,
            args.out.display(),
            summary.output_sha256
        ));
    }
    if let Some(rejects) = &summary.rejects {
        printer.warning(&format!(
            "{} rows could not be screened; each is named in `{}`: mend them and screen them again",
            summary.rejected,
            rejects.display()
        ));
        return Ok(Exit::Input);
    }
    Ok(if summary.open > 0 { Exit::PossibleMatches } else { Exit::Ok })
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
