//! `countersign indicators import` and `countersign indicators status`.

use std::path::PathBuf;

use clap::Subcommand;
use countersign_model::Date;
use serde_json::json;

use crate::exit::Exit;
use crate::printer::Printer;
use countersign_operations::clock;
use countersign_operations::failure::{Failure, read_file};
use countersign_operations::home::Home;
use countersign_operations::indicators::{self, Earlier, Read, Wanted};

use super::typed::date;

/// The tables of country indicators that `country` reads
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Import(Import),
    Status(Status),
}

const EXAMPLES: &str = "\
Sources:
  wgi             Worldwide Governance Indicators, XLSX or CSV, a row each value
  vdem            V-Dem country-year table, CSV
  freedom_house   Freedom in the World, all data, XLSX
  pts             Political Terror Scale, CSV
  rsf             World Press Freedom Index of Reporters Without Borders, CSV of one or more years
  hrps            Human Rights Protection Scores (Fariss), CSV
  wjp             WJP Rule of Law Index, historical data file, XLSX or CSV

A file may be plain or gzip. The vintage keeps editions apart: publishers revise the past, and values of two editions \
are never put into one series. Another file under the name of an edition that is imported needs --replace; the same \
file again changes nothing. Without --published the file counts as published on the day of the import.

Examples:
  countersign indicators import wgidataset.xlsx --source wgi --vintage \"2024 update\" \\
      --published 2024-11-05
  countersign indicators import V-Dem-CY-Core-v16.csv --source vdem --vintage v16 \\
      --published 2026-03-17";

/// Take in a publisher's table of indicators from a file that you downloaded
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Import {
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Whose table it is
    #[arg(long, value_name = "ID")]
    source: String,
    /// The publisher's name for the edition; the name of the file if absent
    #[arg(long, value_name = "NAME")]
    vintage: Option<String>,
    /// The day on which the publisher published it
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    published: Option<Date>,
    /// Put this file in the place of the one that this edition was imported from
    #[arg(long)]
    replace: bool,
    /// Print indicator-import/1 as JSON
    #[arg(long)]
    json: bool,
}

/// Which tables are imported
#[derive(Debug, clap::Args)]
pub(crate) struct Status {
    /// Print indicators/1 as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(command: &Command, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    match command {
        Command::Import(args) => import(args, home, printer),
        Command::Status(args) => status(args, home, printer),
    }
}

fn import(args: &Import, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    let path = &args.file;
    let file =
        path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
    let bytes = read_file(path)?;
    let stem = file.split('.').next().unwrap_or(&file).to_owned();
    let published = args.published.unwrap_or_else(clock::today);
    if published > clock::today() {
        return Err(Failure::Input(format!("--published {published} is in the future")));
    }
    let vintage = args.vintage.clone().unwrap_or(stem);
    let wanted = Wanted { source: &args.source, vintage: &vintage, published_on: published };
    // read before anything is written, so that a bad file does not even begin a home
    let mut read = indicators::read(&wanted, &file, &bytes)?;
    let (mut store, begun) = home.write()?;
    if begun {
        printer.word(&format!("note: began a new home in `{}`", home.path().display()));
    }
    let earlier = indicators::earlier(&store, &args.source, &vintage)?;
    let mut published_is_told = args.published.is_some();
    if let Some(before) = &earlier {
        let same_file = before.sha256 == read.vintage.sha256;
        if same_file && !published_is_told {
            read.vintage.published_on = before.published_on;
            published_is_told = true;
        }
        let same = same_file && before.published_on == read.vintage.published_on;
        if same && before.current {
            return nothing_new(args, &read, before, printer);
        }
        if !same && !args.replace {
            return Err(other_file(&args.source, &vintage, before, same_file));
        }
    }
    let published = read.vintage.published_on;
    let receipt = indicators::record(&mut store, &read, &bytes, clock::now()?)?;
    let countries = read.countries();
    let (values, index_count) = (read.vintage.records.len(), read.indices().len());
    if args.json {
        printer.json(&json!({
            "schema": "indicator-import/1", "source": args.source, "vintage": vintage,
            "published_on": published.to_string(), "file": file, "sha256": read.vintage.sha256,
            "values": values, "countries": countries, "indices": read.indices(), "skipped": read.skipped,
            "unchanged": false, "replaced": earlier.as_ref().map(|before| before.index),
            "record": {"index": receipt.index, "tree_size": receipt.tree_size, "root": receipt.root},
        }))?;
        return Ok(Exit::Ok);
    }
    printer.data(&format!(
        "imported `{file}` as {} {vintage}: {values} values of {index_count} indices in {countries} countries",
        args.source
    ));
    for skipped in &read.skipped {
        printer.data(&format!("  left out, {} times: {}", skipped.count, skipped.why));
    }
    if let Some(before) = earlier.filter(|before| before.sha256 != read.vintage.sha256) {
        printer.data(&format!("  in the place of `{}` (entry {})", before.file, before.index));
    }
    printer.data(&format!("  recorded as entry {} of the journal", receipt.index));
    if !published_is_told {
        printer.word("note: it counts as published today; give --published to use it for earlier days");
    }
    Ok(Exit::Ok)
}

/// The very same file, read by the same readers: nothing is recorded.
fn nothing_new(args: &Import, read: &Read, before: &Earlier, printer: &mut Printer) -> Result<Exit, Failure> {
    let vintage = &read.vintage;
    if args.json {
        printer.json(&json!({
            "schema": "indicator-import/1", "source": vintage.source, "vintage": vintage.vintage,
            "published_on": vintage.published_on.to_string(), "file": vintage.file, "sha256": vintage.sha256,
            "values": vintage.records.len(), "countries": read.countries(), "indices": read.indices(),
            "skipped": read.skipped, "unchanged": true, "replaced": null, "record": {"index": before.index},
        }))?;
        return Ok(Exit::Ok);
    }
    printer.data(&format!(
        "`{}` is imported already as {} {}, published {} (entry {} of the journal); nothing was recorded",
        vintage.file, vintage.source, vintage.vintage, vintage.published_on, before.index
    ));
    Ok(Exit::Ok)
}

/// Another file, or another day of publication, under the name of an edition that is imported.
fn other_file(source: &str, edition: &str, before: &Earlier, same_file: bool) -> Failure {
    let (what, or) = if same_file {
        ("this is the same file with another day of publication", "")
    } else {
        ("this is another file", "name the edition of this one with --vintage, or ")
    };
    Failure::Input(format!(
        "{source} {edition} is imported from `{}`, published {}, SHA-256 {} (entry {} of the journal), and {what}: {or}put it in the \
         place of the other with --replace; nothing was recorded",
        before.file, before.published_on, before.sha256, before.index
    ))
}

fn status(args: &Status, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    let store = home.read()?;
    let vintages = store.as_ref().map(indicators::load).transpose()?.unwrap_or_default();
    for old in store.as_ref().map(indicators::read_before).transpose()?.unwrap_or_default() {
        printer.word(&format!(
            "note: {old} was imported by an earlier version of the program and is read anew at each use; import the file again to \
             record what is read now"
        ));
    }
    if args.json {
        let rows: Vec<serde_json::Value> = vintages
            .iter()
            .map(|v| {
                json!({
                    "source": v.source, "vintage": v.vintage, "published_on": v.published_on.to_string(),
                    "file": v.file, "sha256": v.sha256, "values": v.records.len(),
                })
            })
            .collect();
        printer.json(&json!({"schema": "indicators/1", "vintages": rows}))?;
        return Ok(Exit::Ok);
    }
    if vintages.is_empty() {
        printer.word("no indicators are imported; see `countersign indicators import --help`");
        return Ok(Exit::Ok);
    }
    printer.data("source         vintage               published    values  file");
    for v in &vintages {
        printer.data(&format!(
            "{:<13}  {:<20}  {}  {:>8}  {}",
            v.source,
            v.vintage,
            v.published_on,
            v.records.len(),
            v.file
        ));
    }
    Ok(Exit::Ok)
}
