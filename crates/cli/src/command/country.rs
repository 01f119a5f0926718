//! `countersign country`.

use std::path::PathBuf;

use countersign_countries::{alike_begun, chart, dossier, findings, place};
use countersign_model::Date;
use countersign_register::Register;
use countersign_verify::RecordKind;

use crate::exit::Exit;
use crate::page;
use crate::printer::Printer;
use countersign_operations::clock;
use countersign_operations::failure::{Failure, read_text};
use countersign_operations::findings::of_register;
use countersign_operations::home::Home;
use countersign_operations::indicators;

use super::typed::date;

const EXAMPLES: &str = "\
The indices come from files that you imported (`countersign indicators import`). A bad score can stop, a good score \
never passes: the indices describe a country with a lag, not the surveillance law nor the agency.

Examples:
  countersign country SA
  countersign country Mexico --as-of 2024-06-30 --svg charts
  countersign country MX --register register --agency \"National Centre\"
  countersign country GR --findings findings.toml --agency \"National Intelligence Service\" --json";

/// What is known of the rule of law in a country: every index with its uncertainty, the tiers, the findings
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// The country: two or three letters, or its English name
    country: String,
    /// The day; nothing published later is used. Today if absent
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    as_of: Option<Date>,
    /// The end user: a confirmed misuse by it makes the tier the strictest
    #[arg(long, value_name = "NAME")]
    agency: Option<String>,
    /// Files of dated findings (findings/1, TOML)
    #[arg(long, value_name = "FILE")]
    findings: Vec<PathBuf>,
    /// A public register, or a copy of one: its findings about the country are in the dossier, with their log times
    #[arg(long, value_name = "DIR")]
    register: Option<PathBuf>,
    /// Print country/1 as JSON, with every value of every series
    #[arg(long)]
    json: bool,
    /// Write one chart for each index into this directory, which is made if it is missing
    #[arg(long, value_name = "DIR")]
    svg: Option<PathBuf>,
}

pub(crate) fn run(args: &Args, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    let country = place(&args.country).ok_or_else(|| {
        Failure::Input(format!(
            "`{}` is no country with a code; write two or three letters (SA, SAU) or its English name",
            args.country
        ))
    })?;
    let today = clock::today();
    let as_of = args.as_of.unwrap_or(today);
    if as_of > today {
        return Err(Failure::Input(format!(
            "--as-of {as_of} lies ahead of today, {today}; what will be known then is not known"
        )));
    }
    let others = alike_begun(&args.country, country);
    if !others.is_empty() {
        let others: Vec<String> =
            others.iter().map(|place| format!("for {} write {}", place.name, place.alpha2)).collect();
        printer.word(&page::words(&format!(
            "note: `{}` is read as {} ({}); {}",
            args.country,
            country.name,
            country.alpha2,
            others.join(", ")
        )));
    }
    let method = indicators::method()?;
    let store = home.or_built_in()?;
    let vintages = store.as_ref().map(indicators::load).transpose()?.unwrap_or_default();
    if vintages.is_empty() {
        printer.word(&page::words(&format!(
            "note: no indicators are imported into the home `{}`; see `countersign indicators import --help`",
            home.path().display()
        )));
    }
    let mut known = Vec::new();
    for path in &args.findings {
        let text = read_text(path)?;
        let file = path.display().to_string();
        known.extend(findings(&file, &text).map_err(|e| Failure::Input(e.to_string()))?);
    }
    if let Some(path) = &args.register {
        let replay = Register::open(path)?.replay()?;
        for fault in &replay.faults {
            printer.warning(&fault.to_string());
        }
        for (index, _) in replay.gone().filter(|(_, kind)| *kind == RecordKind::Finding) {
            printer.warning(&format!(
                "the record of entry {index}, a finding, is not here: whether it is about this country is not known"
            ));
        }
        known.extend(of_register(&replay, country, args.agency.as_deref(), as_of));
    }
    let result = dossier(country, as_of, args.agency.as_deref(), &vintages, &known, &method);
    if let Some(directory) = &args.svg {
        let cannot = |e: std::io::Error| {
            Failure::Input(format!("the charts cannot be written to `{}`: {e}", directory.display()))
        };
        std::fs::create_dir_all(directory).map_err(cannot)?;
        for reading in &result.readings {
            let file = directory.join(format!("{}-{}.svg", result.country, reading.index));
            std::fs::write(&file, chart(reading, &result.name)).map_err(cannot)?;
        }
        printer.word(&format!("note: {} charts in `{}`", result.readings.len(), directory.display()));
    }
    if args.json {
        printer.json(&result)?;
    } else {
        printer.data(&page::country(&result));
    }
    Ok(Exit::Ok)
}
