//! `countersign screening simulate`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use countersign_bulk::{Doubts, Party, Told, read};
use countersign_model::EntitySchema;
use countersign_screening::{Hit, Index, Profile, ScreenError};
use serde::Serialize;

use crate::exit::Exit;
use crate::printer::Printer;
use countersign_operations::clock;
use countersign_operations::editions::When;
use countersign_operations::failure::Failure;
use countersign_operations::home::Home;
use countersign_operations::lists::{Lists, Pin};
use countersign_operations::profiles::Named;

use super::party_file::{Reading, tell};
use super::typed::threshold;

const EXAMPLES: &str = "\
Examples:
  countersign screening simulate --threshold 0.8 customers.csv
      what another threshold would change
  countersign screening simulate --profile today.toml --profile stricter.toml customers.csv
  countersign screening simulate --profile today.toml --threshold 0.75 customers.csv";

/// What would another profile change? Two ways of screening on a file of parties
///
/// Screens every party both ways, as `bulk` would, and shows the possible matches that only one of them gives: first how many
/// parties change, by list, then each. Nothing is recorded.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// A file of parties: CSV, JSON lines, Parquet or XLSX
    queries: PathBuf,
    /// A profile file; given twice, first the one in use. Where one profile or one threshold is given, it is compared with
    /// screening without a profile
    #[arg(long, value_name = "FILE")]
    profile: Vec<PathBuf>,
    /// A threshold instead of a profile file, above 0 and at most 1
    #[arg(long, value_name = "SCORE", value_parser = threshold)]
    threshold: Vec<f64>,
    /// What a party is where its row does not say so (Person, Organization…); absent compares with all kinds
    #[arg(long, value_name = "KIND")]
    schema: Option<EntitySchema>,
    #[command(flatten)]
    reading: Reading,
    /// Print simulation/1 as JSON
    #[arg(long)]
    json: bool,
}

/// `simulation/1`.
#[derive(Debug, Serialize)]
struct Simulation<'a> {
    schema: &'static str,
    /// Parties that were compared both ways.
    parties: u64,
    /// Rows that could not be compared, and why.
    rejected: Vec<String>,
    lists: Vec<Pin>,
    /// The two ways, with what each gives.
    profiles: Vec<Side<'a>>,
    /// Parties of which the possible matches differ.
    parties_that_differ: u64,
    /// Of how many parties an entry of a list is a possible match one way only.
    by_list: BTreeMap<String, [Change<'a>; 2]>,
    /// Each possible match that only one way gives.
    differences: Vec<Difference<'a>>,
    /// What of the file was not read, or not compared as it stands.
    told: Told,
    unknown_columns: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Side<'a> {
    profile: &'a Named,
    hits: u64,
    parties_with_hits: u64,
}

#[derive(Debug, Clone, Copy, Serialize)]
struct Change<'a> {
    only: &'a str,
    parties: u64,
}

#[derive(Debug, Serialize)]
struct Difference<'a> {
    row: u64,
    id: Option<String>,
    name: String,
    only: &'a str,
    entity: String,
    caption: String,
    lists: Vec<String>,
    score: f64,
}

/// A possible match.
struct Found {
    entity: String,
    caption: String,
    /// The official lists that name it; where there is none, its source.
    lists: BTreeSet<String>,
    score: f64,
}

impl Found {
    fn of(hit: Hit) -> Self {
        let mut lists: BTreeSet<String> = hit.listings.iter().map(|l| l.list.as_str().to_owned()).collect();
        if lists.is_empty() {
            lists.insert(hit.source.as_str().to_owned());
        }
        Self { entity: hit.entity, caption: hit.caption, lists, score: hit.score }
    }
}

pub(crate) fn run(args: &Args, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    let sides = sides(args)?;
    let lists = Lists::load(home.or_built_in()?.as_ref(), When::default())?;
    let mut simulation = Simulation {
        schema: "simulation/1",
        parties: 0,
        rejected: Vec::new(),
        lists: lists.pins(),
        profiles: sides.iter().map(|profile| Side { profile, hits: 0, parties_with_hits: 0 }).collect(),
        parties_that_differ: 0,
        by_list: BTreeMap::new(),
        differences: Vec::new(),
        told: Told::default(),
        unknown_columns: Vec::new(),
    };
    let opened =
        read(&args.queries, &args.reading.how(args.schema)).map_err(|e| Failure::Input(e.to_string()))?;
    let today = clock::today();
    let mut doubts = Doubts::default();
    for row in opened.rows {
        let party = match row.map_err(|e| Failure::Input(e.to_string()))? {
            Ok(party) => party.on(Some(today)),
            Err((row, why)) => {
                simulation.rejected.push(format!("row {row}: {why}"));
                continue;
            }
        };
        doubts.see(&party);
        let both = sides.each_ref().map(|side| found(&party, side, lists.index()));
        match both {
            [Ok(first), Ok(second)] => simulation.add(&party, &sides, [first, second]),
            [Err(error), _] | [_, Err(error)] => {
                simulation.rejected.push(format!("row {}: {error}", party.row));
            }
        }
    }
    if simulation.parties == 0 && simulation.rejected.is_empty() {
        return Err(Failure::Input(format!("`{}`: there is no party in it", args.queries.display())));
    }
    simulation.told = Told::of(&opened.unknown_columns, doubts, opened.sheet);
    simulation.unknown_columns = opened.unknown_columns;
    tell(&simulation.told, &simulation.unknown_columns, printer);
    if args.json {
        printer.json(&simulation)?;
    } else {
        printer.data(&simulation.text(lists.index().len()));
    }
    for line in &simulation.rejected {
        printer.warning(line);
    }
    Ok(if simulation.rejected.is_empty() { Exit::Ok } else { Exit::Input })
}

/// The two ways of screening; where one is given, it is compared with screening without a profile.
fn sides(args: &Args) -> Result<[Named; 2], Failure> {
    let mut sides = Vec::new();
    for path in &args.profile {
        sides.push(Named::read(path)?);
    }
    sides.extend(args.threshold.iter().map(|threshold| Named {
        name: format!("threshold {threshold}"),
        threshold: Some(*threshold),
        ..Named::default()
    }));
    if sides.len() == 1 {
        sides.insert(0, Named { name: "default".to_owned(), ..Named::default() });
    }
    let [first, second] = <[Named; 2]>::try_from(sides).map_err(|sides| {
        Failure::Input(format!(
            "{} ways of screening are given; give two, the one in use and the one to compare it with, by --profile or --threshold",
            sides.len()
        ))
    })?;
    if first.name == second.name {
        return Err(Failure::Input(format!(
            "both profiles are called `{}`; give them two names (`name = \"…\"` in the file)",
            first.name
        )));
    }
    Ok([first, second])
}

/// What `bulk` would report of a party.
fn found(party: &Party, named: &Named, index: &Index) -> Result<Vec<Found>, ScreenError> {
    let profile = named.profile(Profile { near_miss_margin: 0.0, max_near_misses: 0, ..Profile::default() });
    let mut hits = index.screen(&party.query, &profile)?.hits;
    if hits.is_empty() {
        // a wrong kind in the customer file must hide nobody
        hits = index.of_another_kind(&party.query, &profile)?;
    }
    Ok(hits.into_iter().filter(|hit| named.shows(hit)).map(Found::of).collect())
}

impl<'a> Simulation<'a> {
    fn add(&mut self, party: &Party, sides: &'a [Named; 2], found: [Vec<Found>; 2]) {
        self.parties += 1;
        for (side, hits) in self.profiles.iter_mut().zip(&found) {
            side.hits += hits.len() as u64;
            side.parties_with_hits += u64::from(!hits.is_empty());
        }
        let [first, second] = found;
        let names = sides.each_ref().map(|side| side.name.as_str());
        let has = |hits: &[Found], entity: &str| hits.iter().any(|hit| hit.entity == entity);
        let only_first = first.iter().filter(|hit| !has(&second, &hit.entity));
        let only_second = second.iter().filter(|hit| !has(&first, &hit.entity));
        let only: [Vec<&Found>; 2] = [only_first.collect(), only_second.collect()];
        self.parties_that_differ += u64::from(only.iter().any(|hits| !hits.is_empty()));
        for (n, (name, hits)) in names.into_iter().zip(&only).enumerate() {
            let lists: BTreeSet<&String> = hits.iter().flat_map(|hit| &hit.lists).collect();
            for list in lists {
                let changes = self
                    .by_list
                    .entry(list.clone())
                    .or_insert_with(|| names.map(|only| Change { only, parties: 0 }));
                if let Some(change) = changes.get_mut(n) {
                    change.parties += 1;
                }
            }
            self.differences.extend(hits.iter().map(|hit| Difference {
                row: party.row,
                id: party.id.clone(),
                name: party.query.name.clone(),
                only: name,
                entity: hit.entity.clone(),
                caption: hit.caption.clone(),
                lists: hit.lists.iter().cloned().collect(),
                score: hit.score,
            }));
        }
    }

    /// The page for people: the sums first, then each difference.
    fn text(&self, entries: usize) -> String {
        let parties = |count: u64| format!("{count} {}", if count == 1 { "party" } else { "parties" });
        let matches = |count: u64| {
            format!("{count} {}", if count == 1 { "possible match" } else { "possible matches" })
        };
        let mut text = format!("{} against {entries} entries", parties(self.parties));
        for side in &self.profiles {
            text.push_str(&format!(
                "\n  {}: {} of {}",
                side.profile.name,
                matches(side.hits),
                parties(side.parties_with_hits)
            ));
        }
        text.push_str(&format!(
            "\n{} would change, {} in all",
            parties(self.parties_that_differ),
            matches(self.differences.len() as u64)
        ));
        for (list, changes) in &self.by_list {
            let changes: Vec<String> = changes
                .iter()
                .filter(|change| change.parties > 0)
                .map(|change| format!("{} only with {}", parties(change.parties), change.only))
                .collect();
            text.push_str(&format!("\n  {list}: {}", changes.join(", ")));
        }
        for d in &self.differences {
            text.push_str(&format!(
                "\nonly {}: row {} `{}`, {:.2}, {} ({}; {})",
                d.only,
                d.row,
                d.name,
                d.score,
                d.caption,
                d.entity,
                d.lists.join(", ")
            ));
        }
        text
    }
}
