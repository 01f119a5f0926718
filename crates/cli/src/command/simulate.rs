//! `countersign screening simulate`.

use std::path::PathBuf;

use countersign_bulk::{Party, read};
use countersign_screening::Profile;
use serde::Serialize;
use serde_json::json;

use crate::exit::Exit;
use crate::printer::Printer;
use countersign_operations::editions::When;
use countersign_operations::failure::Failure;
use countersign_operations::home::Home;
use countersign_operations::lists::Lists;
use countersign_operations::profiles::Named;

const EXAMPLES: &str = "\
Examples:
  countersign screening simulate --profile today.toml --profile stricter.toml customers.csv";

/// What would another profile change? Two profiles on a file of parties
///
/// Screens every party under both profiles and shows the possible matches that only one of them gives. Nothing is recorded.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// A file of parties: CSV, JSON lines or XLSX
    queries: PathBuf,
    /// A profile file; given twice, first the one in use
    #[arg(long, value_name = "FILE", required = true)]
    profile: Vec<PathBuf>,
    /// Print simulation/1 as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    let [first, second] = args.profile.as_slice() else {
        return Err(Failure::Input(
            "give --profile twice: the one in use, and the one to compare it with".to_owned(),
        ));
    };
    let profiles = [Named::read(first)?, Named::read(second)?];
    let lists = Lists::load(home.or_built_in()?.as_ref(), When::default())?;
    let (rows, unknown) = read(&args.queries).map_err(|e| Failure::Input(e.to_string()))?;
    for column in unknown {
        printer.warning(&format!("the column `{column}` is not known and is not compared"));
    }
    let mut compared = Compared::default();
    for row in rows {
        match row.map_err(|e| Failure::Input(e.to_string()))? {
            Ok(party) => compared.screen(&party, &profiles, &lists),
            Err((row, why)) => compared.rejected.push(format!("row {row}: {why}")),
        }
    }
    if args.json {
        printer.json(&json!({
            "schema": "simulation/1", "parties": compared.parties, "rejected": compared.rejected, "lists": lists.pins(),
            "profiles": compared.of(&profiles).map(|(profile, counts)| {
                json!({"profile": profile, "hits": counts.hits, "parties_with_hits": counts.with_hits})
            }).collect::<Vec<_>>(),
            "differences": compared.differences,
        }))?;
    } else {
        printer.data(&compared.words(&profiles, &lists));
    }
    for line in &compared.rejected {
        printer.warning(line);
    }
    Ok(if compared.rejected.is_empty() { Exit::Ok } else { Exit::Input })
}

/// What two profiles give of the same parties.
#[derive(Default)]
struct Compared {
    parties: u64,
    rejected: Vec<String>,
    counts: [Counts; 2],
    differences: Vec<Difference>,
}

/// What one profile gives.
#[derive(Default, Clone, Copy)]
struct Counts {
    hits: u64,
    with_hits: u64,
}

/// A possible match that only one of the profiles gives.
#[derive(Serialize)]
struct Difference {
    row: u64,
    id: Option<String>,
    name: String,
    /// The profile.
    only: String,
    entity: String,
    caption: String,
    score: f64,
}

impl Compared {
    /// Screens a party under both profiles.
    fn screen(&mut self, party: &Party, profiles: &[Named; 2], lists: &Lists) {
        let mut found = Vec::new();
        for profile in profiles {
            let base = Profile { max_near_misses: 0, ..Profile::default() };
            match lists.index().screen(&party.query, &profile.profile(base)) {
                Ok(screening) => {
                    let hits = screening.hits.into_iter().filter(|hit| profile.shows(hit));
                    found.push(hits.collect::<Vec<_>>());
                }
                Err(error) => {
                    self.rejected.push(format!("row {}: {error}", party.row));
                    return;
                }
            }
        }
        let ([a, b], [first, second]) = (found.as_slice(), profiles) else { return };
        self.parties += 1;
        for (counts, hits) in self.counts.iter_mut().zip([a, b]) {
            counts.hits += hits.len() as u64;
            counts.with_hits += u64::from(!hits.is_empty());
        }
        for (only, own, other) in [(first, a, b), (second, b, a)] {
            for hit in own.iter().filter(|hit| !other.iter().any(|o| o.entity == hit.entity)) {
                self.differences.push(Difference {
                    row: party.row,
                    id: party.id.clone(),
                    name: party.query.name.clone(),
                    only: only.name.clone(),
                    entity: hit.entity.clone(),
                    caption: hit.caption.clone(),
                    score: hit.score,
                });
            }
        }
    }

    fn of<'p>(&self, profiles: &'p [Named; 2]) -> impl Iterator<Item = (&'p Named, Counts)> {
        profiles.iter().zip(self.counts)
    }

    fn words(&self, profiles: &[Named; 2], lists: &Lists) -> String {
        let mut text = format!("{} parties against {} entries", self.parties, lists.index().len());
        for (profile, Counts { hits, with_hits }) in self.of(profiles) {
            text.push_str(&format!("\n  {}: {hits} possible matches of {with_hits} parties", profile.name));
        }
        text.push_str(&format!("\n{} differ", self.differences.len()));
        for Difference { row, name, only, entity, caption, score, .. } in &self.differences {
            text.push_str(&format!("\n  only {only}: row {row} `{name}`, {score:.2}, {caption} ({entity})"));
        }
        text
    }
}
