//! `countersign lists update`.

use std::io::IsTerminal as _;
use std::time::Duration;

use countersign_feeds::{Address, Client, FetchFault, Patience, Progress};
use countersign_model::SourceId;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};

use crate::command::typed::source;
use crate::command::watch::say;
use crate::exit::Exit;
use crate::printer::Printer;
use countersign_operations::check::VERSION;
use countersign_operations::clock;
use countersign_operations::editions::Editions;
use countersign_operations::failure::Failure;
use countersign_operations::feeds;
use countersign_operations::home::Home;
use countersign_operations::import::{Accepted, Done, to_json};
use countersign_operations::update::{Outcome, Publisher, update, usual_sources};
use countersign_operations::watch::run_if_watched;

const EXAMPLES: &str = "\
Exit code: 0 every feed was read; 1 a feed failed or was refused (what was loaded of it before goes on serving), and \
the others were read all the same; 2 the command line is wrong.

Proxies are taken from HTTPS_PROXY, ALL_PROXY and NO_PROXY. A mirror holds `<source>/<file>`, for example \
`us_csl/consolidated.csv`; in its paths `:` is written `.`, as in `ftm.eu_fsf/entities.ftm.json`.

Examples:
  countersign lists update                        every source that was taken in before
  countersign lists update us_csl un_sc
  countersign lists update --mirror https://mirror.example.org/lists";

/// Read the publishers' lists from their official addresses
///
/// Asks for changes only, over TLS. A feed that fails, is cut off, has another type, is too large, shrank or is older
/// than the copy in force is refused, and the last good copy goes on serving. Without a source: those that were taken
/// in before; in an empty home every official list that is offered for download.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// The sources
    #[arg(value_name = "SOURCE", value_parser = source)]
    sources: Vec<SourceId>,
    /// Read from this address in place of the publishers' own
    #[arg(long, value_name = "URL", value_parser = address)]
    mirror: Option<Address>,
    /// How often a file is tried
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=20))]
    tries: u32,
    /// Seconds before the second try; twice as long before each further one
    #[arg(long, value_name = "SECONDS", default_value_t = 2)]
    pause: u64,
    /// The longest that a server may be silent, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..))]
    silence: u64,
    /// The longest that one file may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 900, value_parser = clap::value_parser!(u64).range(1..))]
    timeout: u64,
    /// Print lists-update/1 as JSON
    #[arg(long)]
    json: bool,
}

fn address(text: &str) -> Result<Address, String> {
    text.parse().map_err(|e: countersign_feeds::AddressFault| e.to_string())
}

pub(crate) fn run(args: &Args, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    let patience = Patience {
        tries: args.tries,
        pause: Duration::from_secs(args.pause),
        silence: Duration::from_secs(args.silence),
        whole: Duration::from_secs(args.timeout),
    };
    let client = Client::new(&format!("countersign/{VERSION}"), patience);
    let sources = if args.sources.is_empty() {
        usual_sources(&Editions::load(home.read()?.as_ref())?)?
    } else {
        args.sources.clone()
    };
    let (mut results, mut failed, mut taken) = (Vec::new(), false, false);
    for source in &sources {
        let mut feed = home.read()?.map(|store| feeds::load(&store, source)).unwrap_or_default();
        let mut watcher = Watcher::new(source);
        let mut publisher =
            Publisher { client: &client, mirror: args.mirror.as_ref(), progress: &mut watcher };
        let result = update(source, home, &mut publisher, &mut feed);
        let retries = watcher.end();
        for retry in retries {
            printer.word(&format!("note: {source}: {retry}"));
        }
        let now = clock::now()?.to_string();
        feed.asked = Some(now.clone());
        let (told, warnings) = match &result {
            Ok((outcome, warnings)) => {
                feed.error = None;
                taken |= matches!(outcome, Outcome::New(..));
                feed.confirmed = Some(now);
                (Ok(outcome), warnings.as_slice())
            }
            Err(failure) => {
                failed = true;
                let first = failure.to_string().lines().next().unwrap_or_default().to_owned();
                feed.error = Some(first);
                (Err(failure), &[][..])
            }
        };
        for warning in warnings {
            printer.warning(&format!("{source}: {warning}"));
        }
        let store = home.read()?;
        if let Some(store) = &store {
            feeds::save(store, source, &feed)?;
        }
        let serving = Editions::load(store.as_ref())?.known(source, None).present().cloned();
        match told {
            Ok(outcome) if !args.json => printer.data(&line(source, outcome)),
            Err(failure) => {
                printer.fault(&format!("{source}: {failure}"));
                printer.word(&match &serving {
                    Some(edition) => format!(
                        "{source}: the copy of {} (entry {}, {} entries) goes on serving",
                        edition.day, edition.entry, edition.entities
                    ),
                    None => format!("{source}: no copy of it is loaded, so it is not compared"),
                });
            }
            Ok(_) => {}
        }
        if args.json {
            let serving = serving.map(|e| json!({"entry": e.entry, "day": e.day, "entries": e.entities}));
            results.push(result_json(source, told, warnings, serving)?);
        }
    }
    if taken {
        let (mut store, _) = home.write()?;
        if let Some(run) = run_if_watched(&mut store, clock::now()?)? {
            say(&run, printer);
        }
    }
    if args.json {
        printer.json(&json!({"schema": "lists-update/1", "sources": results}))?;
    }
    Ok(if failed { Exit::Failed } else { Exit::Ok })
}

fn line(source: &SourceId, outcome: &Outcome) -> String {
    match outcome {
        Outcome::NotModified => format!("{source}: not modified"),
        Outcome::Same(accepted) => match &accepted.same_as {
            Some(same) => format!("{source}: the same files as entry {}, nothing was changed", same.entry),
            None => format!("{source}: nothing was changed"),
        },
        Outcome::New(accepted, done) => new_line(source, accepted, done),
    }
}

fn new_line(source: &SourceId, accepted: &Accepted, done: &Done) -> String {
    let changes = match &done.changes {
        Some(c) => {
            format!(": {} added, {} removed, {} changed", c.added.len(), c.removed.len(), c.changed.len())
        }
        None => String::new(),
    };
    format!(
        "{source}: {} entries for {}, entry {} of the journal{changes}",
        accepted.import.entities.len(),
        accepted.day,
        done.receipt.index
    )
}

fn result_json(
    source: &SourceId,
    told: Result<&Outcome, &Failure>,
    warnings: &[String],
    serving: Option<Value>,
) -> Result<Value, Failure> {
    let (outcome, import, error) = match told {
        Ok(Outcome::NotModified) => ("not_modified", None, None),
        Ok(Outcome::Same(_)) => ("same", None, None),
        Ok(Outcome::New(accepted, done)) => ("new", Some(to_json(accepted, Some(done))?), None),
        Err(failure) => ("failed", None, Some(failure.to_string())),
    };
    Ok(json!({
        "source": source, "outcome": outcome, "error": error, "warnings": warnings, "serving": serving,
        "import": import,
    }))
}

/// Shows how a download goes, where a person watches.
struct Watcher {
    bar: ProgressBar,
    retries: Vec<String>,
}

impl Watcher {
    fn new(source: &SourceId) -> Self {
        let bar = ProgressBar::no_length();
        if !std::io::stderr().is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        let style =
            ProgressStyle::with_template("{prefix} {bar:30} {bytes} of {total_bytes}, {bytes_per_sec}");
        if let Ok(style) = style {
            bar.set_style(style);
        }
        bar.set_prefix(source.to_string());
        Self { bar, retries: Vec::new() }
    }

    fn end(self) -> Vec<String> {
        self.bar.finish_and_clear();
        self.retries
    }
}

impl Progress for Watcher {
    fn bytes(&mut self, here: u64, of: Option<u64>) {
        self.bar.set_length(of.unwrap_or(here));
        self.bar.set_position(here);
    }

    fn again(&mut self, fault: &FetchFault, pause: Duration) {
        self.retries.push(format!("{fault}; tried again after {} s", pause.as_secs()));
    }
}
