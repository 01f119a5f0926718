//! `countersign ownership`.

use std::path::PathBuf;

use countersign_model::{Date, Digest};
use countersign_owners::{Owners, read};
use countersign_ownership::Reached;

use crate::exit::Exit;
use crate::page;
use crate::printer::Printer;
use countersign_operations::clock;
use countersign_operations::dispositions::Dispositions;
use countersign_operations::editions::When;
use countersign_operations::failure::{Failure, MOST_OWNERS, read_at_most, read_text};
use countersign_operations::home::Home;
use countersign_operations::knowledge::Knowledge;
use countersign_operations::lists::Lists;
use countersign_operations::ownership::{File, Standings, ownership, party_of, rules};
use countersign_operations::picture::svg;

use super::typed::date;
use super::where_from::say_where_from;

const EXAMPLES: &str = "\
Files: FollowTheMoney JSON lines, Beneficial Ownership Data Standard 0.2 to 0.4 (JSON or JSON lines), GLEIF \
relationship, reporting-exception and LEI records (XML); plain or gzip; several at once make one graph.

Exit code: 0 no rule reaches the party, 10 one does or that cannot be known, 1 the program failed, 2 the input is \
wrong. Being listed itself is another question: see `countersign screen`.

Examples:
  countersign ownership owners.json --party \"Acme Holdings Ltd\" --listed listed.txt
  countersign ownership rr.xml lei.xml --party 529900W18LQJJN6SJ336
  countersign ownership owners.ftm.json --party acme --rule eu --as-of 2024-07-02 --json
  countersign ownership owners.json --party acme --listed listed.txt --svg acme.svg";

/// Is this party owned by listed persons? Verdict, share, paths, and what would settle it
///
/// Reads files about owners and applies the ownership rules of the law: nothing is multiplied down a chain, a stake
/// counts in full or not at all, and what no file tells is unknown. Without --listed the names of everyone above the
/// party are compared with the loaded lists, and a possible match counts as listed until a person decides it.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// Files about owners
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The party: its id in the files, or its name
    #[arg(long, value_name = "ID")]
    party: String,
    /// The rule: ofac, bis, eu, uk, or another that the law packs have; every one that holds on the day if absent
    #[arg(long, value_name = "RULE")]
    rule: Vec<String>,
    /// The day as of which stakes, law and lists are read; today if absent
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    as_of: Option<Date>,
    /// Who is listed: ids or names, one a line, `#` begins a comment. All others are then taken as not listed
    #[arg(long, value_name = "FILE")]
    listed: Option<PathBuf>,
    /// Draw the owners into this file, as SVG
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Print ownership/1 as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    let as_of = args.as_of.unwrap_or_else(clock::today);
    let knowledge = Knowledge::embedded()?;
    let rules = rules(&knowledge, &args.rule, as_of)?;
    let (mut owners, mut files) = (Owners::default(), Vec::new());
    for path in &args.files {
        let name =
            path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
        let bytes = read_at_most(path, MOST_OWNERS)?;
        read(&name, &bytes, &mut owners).map_err(|e| Failure::Input(e.to_string()))?;
        files.push(File { name, sha256: Digest::of(&bytes) });
    }
    let party = party_of(&owners, &args.party)?;
    let standings = match &args.listed {
        Some(path) => {
            let name = path.display().to_string();
            Standings::of_file(&read_text(path)?, &name, &owners, &knowledge.law)?
        }
        None => {
            let store = home.or_built_in()?;
            say_where_from(home, store.is_some(), printer);
            let lists = Lists::load(store.as_ref(), When { as_of: args.as_of, known_at: None })?;
            let dispositions = Dispositions::load(store.as_ref())?;
            let above = owners.above([party.clone()], as_of);
            Standings::of_lists(&owners, &above, as_of, &knowledge, &lists, &dispositions)?
        }
    };
    // a misspelt name would make the answer "no": it must not stand at the end of a page that nobody reads to there
    for note in standings.unplaced() {
        printer.warning(&format!("{} ({}): it makes nobody listed", note.text, note.source));
    }
    let result = ownership(&owners, files, &party, as_of, &rules, &standings)?;
    if let Some(path) = &args.svg {
        std::fs::write(path, svg(&owners, &result)).map_err(|e| {
            Failure::Input(format!("`{}` cannot be written: {e}; give another file", path.display()))
        })?;
    }
    if args.json {
        printer.json(&result)?;
    } else {
        printer.data(&page::ownership(&result));
    }
    let open = result.rules.iter().any(|r| r.reached != Reached::No || !r.control.is_empty());
    Ok(if open { Exit::PossibleMatches } else { Exit::Ok })
}
