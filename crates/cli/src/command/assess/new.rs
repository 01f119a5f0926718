//! `countersign assess new`.

use std::path::{Path, PathBuf};

use countersign_assessments::{Day, Fact, IndexValue, NewAssessment, RuleOfLaw, Side, Stage, new_assessment};
use countersign_model::{CountryCode, Date, parse_date};
use serde_json::Value;

use super::read::questions;
use crate::command::key;
use crate::command::typed::date;
use crate::exit::Exit;
use crate::printer::Printer;
use countersign_operations::clock;
use countersign_operations::failure::{Failure, read_text};

/// Begin an assessment: a file with every question that is asked, to fill in
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Its id in the register: lower-case letters, digits, `-` and `.`
    #[arg(long)]
    id: String,
    /// D: development and placing on the market; S: a transaction
    #[arg(long, value_parser = stage)]
    stage: Stage,
    /// For stage S: whose questions are asked
    #[arg(long, value_parser = side, default_value = "sell", value_name = "sell|procure")]
    side: Side,
    /// The product
    #[arg(long)]
    product: String,
    /// Its version
    #[arg(long)]
    version: String,
    /// The vendor
    #[arg(long, value_name = "NAME,COUNTRY", value_parser = body)]
    vendor: (String, CountryCode),
    /// The end user; stage S
    #[arg(long, value_name = "NAME,COUNTRY", value_parser = body)]
    end_user: Option<(String, CountryCode)>,
    /// The destination; stage S
    #[arg(long, value_name = "COUNTRY", value_parser = country)]
    destination: Option<CountryCode>,
    /// The assessor's organisation, as the register's roster names it
    #[arg(long, value_name = "NAME,COUNTRY", value_parser = body)]
    assessor: (String, CountryCode),
    /// The assessor's public key: the text, or the `.pub` file
    #[arg(long, value_name = "KEY|FILE")]
    assessor_key: String,
    /// The reviewer's organisation
    #[arg(long, value_name = "NAME,COUNTRY", value_parser = body)]
    reviewer: (String, CountryCode),
    /// The reviewer's public key
    #[arg(long, value_name = "KEY|FILE")]
    reviewer_key: String,
    /// The rule-of-law section: the dossier of the destination, as `countersign country CC --json` prints it; stage S
    #[arg(long, value_name = "FILE")]
    dossier: Option<PathBuf>,
    /// When the work began; without it, today
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    started: Option<Date>,
    /// The file to write; it must not be there yet
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

fn stage(text: &str) -> Result<Stage, String> {
    match text {
        "D" => Ok(Stage::D),
        "S" => Ok(Stage::S),
        _ => Err("write `D` or `S`".to_owned()),
    }
}

fn side(text: &str) -> Result<Side, String> {
    match text {
        "sell" => Ok(Side::Sell),
        "procure" => Ok(Side::Procure),
        _ => Err("write `sell` or `procure`".to_owned()),
    }
}

fn country(text: &str) -> Result<CountryCode, String> {
    CountryCode::written(text).map_err(|error| error.to_string())
}

fn body(text: &str) -> Result<(String, CountryCode), String> {
    let (name, code) = text.rsplit_once(',').ok_or("write NAME,COUNTRY: `Example Lab,NL`")?;
    Ok((name.trim().to_owned(), country(code.trim())?))
}

/// A public key as text, or the first word of a `.pub` file.
fn public_key(given: &str) -> Result<String, Failure> {
    let text = if given.starts_with("ed25519:") { given.to_owned() } else { read_text(given.as_ref())? };
    let word = text.split_whitespace().next().unwrap_or_default();
    let parsed = word.parse::<countersign_verify::PublicKey>();
    parsed.map(|key| key.to_string()).map_err(|error| Failure::Input(format!("`{given}`: {error}")))
}

/// The rule-of-law section out of a dossier in a file.
fn section(path: &Path, destination: Option<CountryCode>) -> Result<RuleOfLaw, Failure> {
    let shown = path.display().to_string();
    let wrong = |why: String| Failure::Input(format!("--dossier: `{shown}`: {why}"));
    let value: Value = serde_json::from_str(&read_text(path)?).map_err(|error| wrong(error.to_string()))?;
    let text =
        |value: &Value, pointer: &str| value.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    if text(&value, "/schema").as_deref() != Some("country/1") {
        return Err(wrong("it is no dossier; write one with `countersign country CC --json`".to_owned()));
    }
    let country = text(&value, "/country").unwrap_or_default();
    if let Some(destination) = destination.filter(|code| code.as_str() != country) {
        return Err(wrong(format!(
            "it is the dossier of `{country}`, and the destination is `{destination}`"
        )));
    }
    let broken = |what: &str| wrong(format!("`{what}` is missing or has not its form"));
    let dated =
        text(&value, "/as_of").and_then(|day| parse_date(&day).ok()).ok_or_else(|| broken("as_of"))?;
    let list =
        |pointer: &str| value.pointer(pointer).and_then(Value::as_array).ok_or_else(|| broken(pointer));
    let tiers = list("/tiering/reached")?
        .iter()
        .map(|tier| serde_json::from_value(tier.clone()).map_err(|_| broken("tiering/reached")))
        .collect::<Result<_, _>>()?;
    let sensitivity = list("/tiering/varied")?
        .iter()
        .map(|varied| {
            let how = text(varied, "/how").unwrap_or_default();
            format!("{how}: {}", text(varied, "/tier").unwrap_or_else(|| "no tier".to_owned()))
        })
        .collect();
    let mut core = 0u8;
    let mut indices = Vec::new();
    for reading in list("/readings")? {
        core = core.saturating_add(u8::from(reading.get("core") == Some(&Value::Bool(true))));
        let end =
            |pointer: &str| reading.pointer(pointer).filter(|end| end.is_number()).map(ToString::to_string);
        let year = reading.pointer("/latest/year").and_then(Value::as_i64);
        indices.push(IndexValue {
            index: text(reading, "/index").ok_or_else(|| broken("readings/index"))?,
            year: year
                .and_then(|year| i16::try_from(year).ok())
                .ok_or_else(|| broken("readings/latest/year"))?,
            vintage: text(reading, "/vintage/vintage").ok_or_else(|| broken("readings/vintage"))?,
            // with a decimal point, whatever the publisher writes
            value: text(reading, "/latest/text")
                .ok_or_else(|| broken("readings/latest/text"))?
                .replace(',', "."),
            low: end("/latest/low"),
            high: end("/latest/high"),
        });
    }
    Ok(RuleOfLaw {
        dated: Day(dated),
        indices,
        core_indices: core,
        tiers,
        sensitivity_printed: Fact::Yes,
        sensitivity,
        t4_exception: None,
    })
}

pub(super) fn run(args: &Args, printer: &mut Printer) -> Result<Exit, Failure> {
    let subject: Result<countersign_verify::records::SubjectId, _> =
        format!("assessment:{}", args.id).parse();
    subject.map_err(|error| Failure::Input(format!("--id: {error}")))?;
    if args.stage == Stage::S && (args.end_user.is_none() || args.destination.is_none()) {
        return Err(Failure::Input(
            "a transaction has an end user and a destination; give --end-user and --destination".to_owned(),
        ));
    }
    let (assessor_key, reviewer_key) = (public_key(&args.assessor_key)?, public_key(&args.reviewer_key)?);
    let section = args.dossier.as_ref().map(|path| section(path, args.destination)).transpose()?;
    if section.is_some() && args.stage == Stage::D {
        return Err(Failure::Input(
            "--dossier: an assessment of stage D has no destination and no rule-of-law section".to_owned(),
        ));
    }
    let new = NewAssessment {
        id: &args.id,
        stage: args.stage,
        side: args.side,
        product: (&args.product, &args.version),
        vendor: (&args.vendor.0, args.vendor.1),
        end_user: args.end_user.as_ref().map(|(name, country)| (name.as_str(), *country)),
        destination: args.destination,
        assessor: (&args.assessor.0, args.assessor.1, &assessor_key),
        reviewer: (&args.reviewer.0, args.reviewer.1, &reviewer_key),
        started: args.started.unwrap_or_else(clock::today),
        rule_of_law: section.as_ref(),
    };
    let text = new_assessment(&new, &questions()?);
    key::write_new(&args.output, text.as_bytes())?;
    printer.word(&format!(
        "`{}` asks everything that is asked; `countersign assess lint` says what is missing",
        args.output.display()
    ));
    Ok(Exit::Ok)
}
