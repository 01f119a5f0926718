//! `countersign screening simulate`.

use std::path::PathBuf;

use countersign_bulk::read;
use countersign_screening::Profile;
use serde_json::{Value, json};

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
    let [first_name, second_name] = profiles.each_ref().map(|p| p.name.clone());
    let lists = Lists::load(home.or_built_in()?.as_ref(), When::default())?;
    let (rows, unknown) = read(&args.queries).map_err(|e| Failure::Input(e.to_string()))?;
    for column in unknown {
        printer.warning(&format!("the column `{column}` is not known and is not compared"));
    }
    let (mut parties, mut rejected) = (0u64, Vec::new());
    let (mut counts, mut with) = ([0u64; 2], [0u64; 2]);
    let mut differences: Vec<Value> = Vec::new();
    for row in rows {
        let party = match row.map_err(|e| Failure::Input(e.to_string()))? {
            Ok(party) => party,
            Err((row, why)) => {
                rejected.push(format!("row {row}: {why}"));
                continue;
            }
        };
        let mut found = Vec::new();
        for profile in &profiles {
            let base = Profile { max_near_misses: 0, ..Profile::default() };
            match lists.index().screen(&party.query, &profile.profile(base)) {
                Ok(screening) => found.push(
                    screening
                        .hits
                        .into_iter()
                        .filter(|hit| profile.shows(hit))
                        .map(|hit| (hit.entity, hit.caption, hit.score))
                        .collect::<Vec<_>>(),
                ),
                Err(error) => {
                    rejected.push(format!("row {}: {error}", party.row));
                    break;
                }
            }
        }
        let [a, b] = found.as_slice() else { continue };
        parties += 1;
        for ((count, with), hits) in counts.iter_mut().zip(&mut with).zip([a, b]) {
            *count += hits.len() as u64;
            *with += u64::from(!hits.is_empty());
        }
        for (only, own, other) in [(&first_name, a, b), (&second_name, b, a)] {
            for (entity, caption, score) in own.iter().filter(|hit| !other.iter().any(|o| o.0 == hit.0)) {
                differences.push(json!({
                    "row": party.row, "id": party.id, "name": party.query.name, "only": only,
                    "entity": entity, "caption": caption, "score": score,
                }));
            }
        }
    }
    let outcome = json!({
        "schema": "simulation/1", "parties": parties, "rejected": rejected, "lists": lists.pins(),
        "profiles": profiles.iter().zip(counts).zip(with).map(|((profile, hits), with)| {
            json!({"profile": profile, "hits": hits, "parties_with_hits": with})
        }).collect::<Vec<_>>(),
        "differences": differences,
    });
    if args.json {
        printer.json(&outcome)?;
    } else {
        let mut text = format!("{parties} parties against {} entries", lists.index().len());
        for ((profile, hits), with) in profiles.iter().zip(counts).zip(with) {
            text.push_str(&format!("\n  {}: {hits} possible matches of {with} parties", profile.name));
        }
        text.push_str(&format!("\n{} differ", differences.len()));
        for d in &differences {
            let word = |key: &str| d.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
            let score = d.get("score").and_then(Value::as_f64).unwrap_or_default();
            text.push_str(&format!(
                "\n  only {}: row {} `{}`, {score:.2}, {} ({})",
                word("only"),
                d.get("row").unwrap_or(&Value::Null),
                word("name"),
                word("caption"),
                word("entity")
            ));
        }
        printer.data(&text);
    }
    for line in &rejected {
        printer.warning(line);
    }
    Ok(if rejected.is_empty() { Exit::Ok } else { Exit::Input })
}
