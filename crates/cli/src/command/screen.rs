//! `countersign screen`.

use std::path::{Path, PathBuf};

use countersign_model::{CountryCode, Date, EntitySchema};
use countersign_screening::{BirthDate, Profile, Query};

use crate::exit::Exit;
use crate::page;
use crate::printer::Printer;
use countersign_operations::age;
use countersign_operations::clock;
use countersign_operations::dispositions::Dispositions;
use countersign_operations::editions::{Editions, When};
use countersign_operations::failure::{Failure, read_file};
use countersign_operations::home::Home;
use countersign_operations::lists::Lists;
use countersign_operations::profiles::Named;
use countersign_operations::receipt;
use countersign_operations::screen::{self, Against, Asked};
use countersign_operations::screening::{MAX_NEAR_MISSES, State};

use super::typed::{country, date, threshold};
use super::where_from::say_where_from;

const EXAMPLES: &str = "\
Exit code: 0 no possible match, 10 possible matches that no person has decided to be another party; 1 the program \
failed, 2 the input is wrong. No possible match says only that: nothing alike is on the lists that were loaded.

Examples:
  countersign screen \"NSO Group\"
  countersign screen \"Tal Dilian\" --schema Person --country IL --birth-date 1961
  countersign screen \"Candiru\" --json
  countersign screen \"Candiru\" --as-of 2022-01-15 --known-at 2022-02-01     as it was known then";

/// Is this name on a list? Possible matches with score and reasons
///
/// Compares a name with every entry of every loaded list. A possible match is no match until a person decides it
/// (`countersign screening decide`).
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// The name, in any script
    #[arg(required_unless_present = "query", conflicts_with = "query")]
    name: Option<String>,
    /// The party as a FollowTheMoney entity, or a flat JSON object, in a file; with it leave out the name
    #[arg(long, value_name = "FILE", conflicts_with_all = ["schema", "country", "birth_date", "address"])]
    query: Option<PathBuf>,
    /// What it is: Person, Organization, Company, PublicBody, LegalEntity, Vessel, Airplane, Vehicle (ships and aircraft), Asset;
    /// absent compares with all
    #[arg(long, value_name = "KIND")]
    schema: Option<EntitySchema>,
    /// A country that it is connected with: two or three letters, or its name; may be given several times
    #[arg(long, value_name = "COUNTRY", value_parser = country)]
    country: Vec<CountryCode>,
    /// When the person was born: YYYY, YYYY-MM or YYYY-MM-DD
    #[arg(long, value_name = "DATE")]
    birth_date: Option<BirthDate>,
    /// An address as one line; may be given several times
    #[arg(long, value_name = "TEXT")]
    address: Vec<String>,
    /// The least score of a possible match, above 0 and at most 1
    #[arg(long, value_name = "SCORE", value_parser = threshold)]
    threshold: Option<f64>,
    /// The day for which the lists are read and listings marked as in effect or not; today if absent
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    as_of: Option<Date>,
    /// Only imports recorded up to this day are known: what did we know then?
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    known_at: Option<Date>,
    /// A profile file: threshold, near_miss_margin, weak_aliases, weights, lists, types
    #[arg(long, value_name = "FILE")]
    profile: Option<PathBuf>,
    /// Record the outcome and write a signed receipt to FILE, also where nothing was found; `verify` reads it
    #[arg(long, value_name = "FILE")]
    receipt: Option<PathBuf>,
    /// Print screen/1 as JSON
    #[arg(long)]
    json: bool,
}

/// The one party in a file.
pub(super) fn by_example(path: &Path, notes: &mut Vec<String>) -> Result<Query, Failure> {
    let shown = path.display();
    let bytes = read_file(path)?;
    let (party, unknown) = countersign_bulk::by_example(&bytes)
        .map_err(|why| Failure::Input(format!("the query `{shown}`: {why}")))?;
    notes.extend(
        unknown
            .into_iter()
            .map(|property| format!("the property `{property}` of the query is not compared with anything")),
    );
    // of a name that is damaged or too long screening itself says more
    let remarks = party.remarks.into_iter().filter(|remark| !remark.is_of_the_name());
    notes.extend(remarks.map(|remark| format!("`{}`: {}", remark.cell, remark.kind.words())));
    Ok(party.query)
}

pub(crate) fn run(args: &Args, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    if let Some(path) = args.receipt.as_deref().filter(|path| path.symlink_metadata().is_ok()) {
        // before anything is recorded: what was given out is evidence and is never overwritten
        return Err(Failure::Input(format!(
            "`{}` exists already; a receipt is written to a file that is not there yet",
            path.display()
        )));
    }
    let store = home.or_built_in()?;
    say_where_from(home, store.is_some(), printer);
    let as_of = args.as_of.unwrap_or_else(clock::today);
    let editions = Editions::load(store.as_ref())?;
    let plan = editions.plan(When { as_of: Some(as_of), known_at: args.known_at });
    let lists = Lists::of_plan(store.as_ref(), &plan)?;
    let dispositions = Dispositions::load(store.as_ref())?;
    let mut notes = Vec::new();
    let query = match &args.query {
        Some(path) => by_example(path, &mut notes)?,
        None => Query {
            name: args.name.clone().unwrap_or_default(),
            schema: args.schema,
            countries: args.country.clone(),
            birth_date: args.birth_date,
            addresses: args.address.clone(),
            ..Query::default()
        },
    };
    let named = args.profile.as_deref().map(Named::read).transpose()?.unwrap_or_default();
    let mut profile = named.profile(Profile { max_near_misses: MAX_NEAR_MISSES, ..Profile::default() });
    notes.extend(named.narrows());
    profile.threshold = args.threshold.unwrap_or(profile.threshold);
    let when = When { as_of: args.as_of, known_at: args.known_at };
    let warnings = age::warnings(&plan, &editions, store.as_ref(), as_of, None);
    let against = Against { lists: &lists, plan: &plan, dispositions: &dispositions, warnings: &warnings };
    let asked = Asked { query, named: named.clone(), profile, when, today: as_of, notes };
    let screen = screen::screen(&against, asked, |hit| named.shows(hit)).map_err(Failure::from)?;
    if let Some(path) = &args.receipt {
        let (mut store, _) = home.write()?;
        let subject = &screen.query.name;
        let algorithm = lists.index().algorithm();
        let made = receipt::record(&mut store, subject, algorithm, &screen.lists, &screen, clock::now()?)?;
        receipt::hand_out(&store, &made, path)?;
        printer.word(&format!(
            "entry {} of the journal; the receipt is in `{}`: verify it with `countersign verify {}`",
            made.index,
            path.display(),
            path.display()
        ));
    }
    if args.json {
        printer.json(&screen)?;
    } else {
        printer.data(&page::screen(&screen));
    }
    let open = screen.hits.iter().any(|f| f.state != State::NoMatch);
    Ok(if open { Exit::PossibleMatches } else { Exit::Ok })
}
