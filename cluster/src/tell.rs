//! What is printed: how far a run is, and what came of it.

use std::io::{IsTerminal as _, Write as _};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use countersign_model::Date;
use countersign_operations::failure::Failure;
use countersign_operations::lists::Pin;
use serde::Serialize;

use crate::run::Report;

/// How often a line is told where nobody watches.
const SELDOM: Duration = Duration::from_secs(30);

/// How far a run is: one line on a terminal that is written over, or a line in the log now and then.
pub(crate) struct Bar {
    of: u64,
    start: Instant,
    state: Mutex<State>,
}

struct State {
    rows: u64,
    kept: u64,
    told: Instant,
}

impl Bar {
    pub(crate) fn begin(of: u64) -> Self {
        Self {
            of,
            start: Instant::now(),
            state: Mutex::new(State { rows: 0, kept: 0, told: Instant::now() }),
        }
    }

    /// More rows are done; `kept`: by an earlier run.
    pub(crate) fn more(&self, rows: u64, kept: bool) {
        if let Ok(mut state) = self.state.lock() {
            state.rows += rows;
            state.kept += if kept { rows } else { 0 };
            self.show(&mut state);
        }
    }

    /// So many rows are done.
    pub(crate) fn at(&self, rows: u64) {
        if let Ok(mut state) = self.state.lock()
            && state.rows != rows
        {
            state.rows = rows;
            self.show(&mut state);
        }
    }

    fn show(&self, state: &mut State) {
        let terminal = std::io::stderr().is_terminal();
        if !terminal && state.told.elapsed() < SELDOM {
            return;
        }
        state.told = Instant::now();
        // counts of rows are far below 2^52
        let rate =
            state.rows.saturating_sub(state.kept) as f64 / self.start.elapsed().as_secs_f64().max(0.001);
        let line = format!("{} of {} parties, {rate:.0} a second", state.rows, self.of);
        if terminal {
            // a terminal that is gone is no reason to stop
            let _ = std::io::stderr().write_all(format!("\r\x1b[K{line}").as_bytes());
        } else {
            tracing::info!("{line}");
        }
    }

    pub(crate) fn end(&self) {
        if std::io::stderr().is_terminal() {
            let _ = std::io::stderr().write_all(b"\r\x1b[K");
        }
    }
}

/// `bulk/1`, as `countersign bulk --json` prints it.
#[derive(Serialize)]
struct Page<'a> {
    #[serde(flatten)]
    summary: &'a countersign_bulk::Summary,
    as_of: Date,
    lists: Vec<Pin>,
    notes: &'a [String],
}

/// The page of a run.
pub(crate) fn page(report: &Report, out: &str, json: bool) -> Result<String, Failure> {
    let Report { summary, grounds, chunks, kept, seconds } = report;
    if json {
        let page = Page { summary, as_of: grounds.on, lists: grounds.lists.pins(), notes: &grounds.notes };
        return serde_json::to_string_pretty(&page).map_err(|e| Failure::Program(e.to_string()));
    }
    let count = |n: u64, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
    let pins = grounds.lists.pins();
    let mut text = format!(
        "{} compared with {} entries of {}, as of {}: {} of {}",
        count(summary.rows - summary.rejected, "row", "rows"),
        summary.entities,
        count(pins.len() as u64, "source", "sources"),
        grounds.on,
        count(summary.hits, "possible match", "possible matches"),
        count(summary.with_hits, "party", "parties"),
    );
    if summary.with_hits > 0 {
        text.push_str(&format!(", {} not yet decided", summary.open - summary.matched));
        if summary.matched > 0 {
            text.push_str(&format!(", {} decided to be listed", summary.matched));
        }
    }
    let sources: Vec<&str> = pins.iter().map(|pin| pin.source.as_str()).collect();
    text.push_str(&format!("\nsources  {}", sources.join(", ")));
    let before = if *kept > 0 { format!(", {kept} of them done before") } else { String::new() };
    text.push_str(&format!(
        "\nchunks  {chunks}{before}; {seconds:.1} s, {:.0} rows a second",
        summary.rows as f64 / seconds.max(0.001)
    ));
    for note in &grounds.notes {
        text.push_str(&format!("\nNote: {note}"));
    }
    text.push_str(&format!("\noutput  {out}  sha256 {}", summary.output_sha256));
    Ok(text)
}
