//! `countersign lists import`.

use std::path::PathBuf;

use countersign_lists::{InputFile, MAX_UNPACKED_BYTES};
use countersign_model::{Date, SourceId};

use crate::command::typed::date;
use crate::command::typed::source;
use crate::command::watch::say;
use crate::exit::Exit;
use crate::page;
use crate::printer::Printer;
use countersign_operations::clock;
use countersign_operations::failure::{Failure, read_file};
use countersign_operations::home::Home;
use countersign_operations::import::{OlderCopy, Options, accept, record, to_json};
use countersign_operations::watch::run_if_watched;

const EXAMPLES: &str = "\
Sources:
  us_csl                      US Consolidated Screening List, CSV or JSON
  us_ofac_sdn, us_ofac_cons   OFAC: the CSV set of up to four files, or one XML file
  us_bis_dpl                  BIS Denied Persons List, tab-separated text
  us_bis_mieu                 units named in 15 CFR 744.22, CSV
  fr:<document>               Federal Register rule on the Entity List, XML: fr:2023-03929
  eu_fsf                      EU financial sanctions, XML 1.1
  eu_journal                  EU designations by act, one CSV an act, all of a day together
  uk_sl, uk_ofsi              UK Sanctions List; the older ConList of OFSI, CSV
  un_sc                       UN Security Council list, XML
  jp_eul, cn_mofcom           lists of Japan and China, JSON of a registry
  ftm:<dataset>               FollowTheMoney JSON lines and any deltas after it: ftm:eu_fsf
  own:<name>                  a deny list of your own, CSV or XLSX, with a mapping file

Examples:
  countersign lists import consolidated.csv --source us_csl
  countersign lists import consolidated-2022.csv --source us_csl --day 2022-04-21 --backfill
  countersign lists import sdn.csv add.csv alt.csv sdn_comments.csv --source us_ofac_sdn
  countersign lists import CONS_ENHANCED.ZIP --source us_ofac_cons
  countersign lists import entities.ftm.json delta-1.json delta-2.json --source ftm:eu_fsf
  countersign lists import barred.xlsx barred.toml --source own:barred";

/// Take in a publisher's list from files that you downloaded
///
/// The files are kept as they came, under their SHA-256. A file that is cut off, empty, in another encoding or of
/// another list is refused, and so is a list that shrank more than it should; what was loaded before then stays. The
/// same files a second time change nothing. Earlier copies stay in the journal: they answer for their days, and who
/// was on one of them and is gone is still found, as delisted.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// The files of one source: plain, gzip, xz, or a zip archive of one file
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Whose list it is
    #[arg(long, value_name = "ID", value_parser = source)]
    source: SourceId,
    /// The day for which the files speak, where they do not tell it themselves; today if absent
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    day: Option<Date>,
    /// Keep a copy that is older than the one in force as history; the newer one stays in force
    #[arg(long, conflicts_with = "replace_newer")]
    backfill: bool,
    /// Put an older copy in force because the newer one is wrong; kept in the record
    #[arg(long)]
    replace_newer: bool,
    /// Take a list that shrank or has too few or too many entries, because you compared it with the publisher; kept in
    /// the record
    #[arg(long)]
    set_guard_aside: bool,
    /// Print the whole report as JSON
    #[arg(long)]
    json: bool,
}

impl Args {
    fn options(&self) -> Options {
        let older = match (self.backfill, self.replace_newer) {
            (true, _) => OlderCopy::Backfill,
            (_, true) => OlderCopy::ReplaceNewer,
            _ => OlderCopy::Refuse,
        };
        Options { day: self.day, older, set_guard_aside: self.set_guard_aside, fetched: None }
    }
}

pub(crate) fn run(args: &Args, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    let mut files = Vec::new();
    for path in &args.files {
        let name =
            path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
        let size = std::fs::metadata(path).map_or(0, |m| m.len());
        if size > MAX_UNPACKED_BYTES {
            return Err(Failure::Input(format!(
                "`{}` has {size} bytes, more than the {MAX_UNPACKED_BYTES} that any list has; check that it is the right file",
                path.display()
            )));
        }
        files.push(InputFile { name, bytes: read_file(path)? });
    }
    let options = args.options();
    // a first look before anything is written, so that a bad file does not even begin a home
    let before = home.read()?;
    let first = accept(&args.source, &files, before.as_ref(), options.clone(), &clock::now()?)?;
    drop(before);
    let mut accepted = first;
    let (mut done, mut watched) = (None, None);
    if accepted.same_as.is_none() {
        let (mut store, begun) = home.write()?;
        if begun {
            printer.word(&format!("note: began a new home in `{}`", home.path().display()));
        }
        // and again under the lock, because another import may have come between
        let now = clock::now()?;
        accepted = accept(&args.source, &files, Some(&store), options, &now)?;
        if accepted.same_as.is_none() {
            done = Some(record(&mut store, &accepted, &files, now)?);
            watched = run_if_watched(&mut store, clock::now()?)?;
        }
    }
    let unread: Vec<&str> = accepted.import.report.unknown_columns.iter().map(String::as_str).collect();
    if !unread.is_empty() && accepted.same_as.is_none() {
        printer.warning(&format!(
            "columns that are not read: {}; if the publisher renamed one, what it holds is not compared",
            unread.join(", ")
        ));
    }
    // what concerns the whole copy, and not one of its lines
    let whole =
        accepted.import.report.warnings.iter().filter(|w| w.line == 0 && w.file == args.source.as_str());
    for warning in whole {
        printer.warning(&warning.text);
    }
    if args.json {
        printer.json(&to_json(&accepted, done.as_ref())?)?;
    } else {
        printer.data(&page::import(&accepted, done.as_ref()));
    }
    if let Some(run) = &watched {
        say(run, printer);
    }
    Ok(Exit::Ok)
}
