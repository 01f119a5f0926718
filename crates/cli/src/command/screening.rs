//! `countersign screening decide`; the others have files of their own.

use clap::Subcommand;
use countersign_model::{CountryCode, Date, EntitySchema};
use std::path::PathBuf;

use countersign_screening::{BirthDate, Gender, IDENTIFIERS, Identifier, Profile, Query};

use crate::exit::Exit;
use crate::printer::Printer;
use countersign_operations::clock;
use countersign_operations::dispositions::{
    Disposition, FORMAT, Told, Verdict, entity_digest, facts_digest, kind_of, normalised, record_all,
};
use countersign_operations::editions::When;
use countersign_operations::failure::Failure;
use countersign_operations::home::Home;
use countersign_operations::lists::Lists;

use super::screen::by_example;
use super::typed::{country, date};
use super::{screening_alter, screening_eval, screening_list, simulate};

/// Decide possible matches; measure screening
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Decide(Decide),
    List(screening_list::Args),
    Eval(screening_eval::Args),
    Alter(screening_alter::Args),
    Simulate(simulate::Args),
}

const EXAMPLES: &str = "\
Examples:
  countersign screening decide \"NSO Group\" starter:EL-NSO --match \\
      --by \"J. Doe\" --reason \"same address, same directors\"
  countersign screening decide \"Candiru Bakery\" starter:EL-CANDIRU --no-match --country FR \\
      --by \"J. Doe\" --reason \"a bakery in Lyon\"
  countersign screening decide \"Ali Hassan\" un_sc:QDi.001 --no-match --country SE \\
      --birth-date 1988-02-03 --number passportNumber=AA1234567 --until 2027-06-30 \\
      --by \"J. Doe\" --reason \"passport seen\"";

/// Record that a possible match is the listed party, or is not
///
/// The decision is kept in the journal and holds for this spelling of the name, this kind of party, the countries and birth
/// date given here, and this entry, until another one overrules it. One that says --no-match holds only for a party of which
/// the same is told (countries: no other than these), and lapses when the entry changes or its last day is over. It is open
/// again for a party with a number, another name, an address or a gender that agrees with the entry and was not told here: say
/// with --number, --alias, --address and --gender, or all at once with --query, what is known of the party that was looked at.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Decide {
    /// The name of the party, spelled as in the case
    name: String,
    /// The ids of the entries, as `check` and `screen` show them; each is decided by itself, and all are recorded or none
    #[arg(required = true, value_name = "ENTRY")]
    entities: Vec<String>,
    /// It is the listed party
    #[arg(long = "match", conflicts_with = "no_match")]
    is_match: bool,
    /// It is another party
    #[arg(long)]
    no_match: bool,
    /// Why, in words; kept for good
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Who decides
    #[arg(long, value_name = "WHO")]
    by: String,
    /// What kind of party it is (Person, Organization…); absent takes the entry's kind
    #[arg(long, value_name = "KIND")]
    schema: Option<EntitySchema>,
    /// A country that the party is connected with, as in the case: two or three letters, or its name; may be given several times
    #[arg(long, value_name = "COUNTRY", value_parser = country)]
    country: Vec<CountryCode>,
    /// When the person was born, as in the query
    #[arg(long, value_name = "DATE")]
    birth_date: Option<BirthDate>,
    /// Another name of the party, as in the query; may be given several times
    #[arg(long, value_name = "NAME")]
    alias: Vec<String>,
    /// An official number of the party, as in the query: the number, or PROPERTY=NUMBER (`passportNumber=AA1234567`); may be given
    /// several times
    #[arg(long, value_name = "NUMBER", value_parser = number)]
    number: Vec<Identifier>,
    /// An address of the party as one line, as in the query; may be given several times
    #[arg(long, value_name = "TEXT")]
    address: Vec<String>,
    /// A person's gender, as in the query: female or male
    #[arg(long, value_name = "WORD", value_parser = gender)]
    gender: Option<Gender>,
    /// All that is known of the party, as in `screen --query`; its name is to be NAME
    #[arg(long, value_name = "FILE",
        conflicts_with_all = ["schema", "country", "birth_date", "alias", "number", "address", "gender"])]
    query: Option<PathBuf>,
    /// The last day on which the decision holds
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    until: Option<Date>,
    /// On what it depends, in words; shown wherever the decision is used
    #[arg(long = "if", value_name = "TEXT")]
    condition: Option<String>,
}

/// `passportNumber=AA1234567`, or the number alone.
fn number(text: &str) -> Result<Identifier, String> {
    let (property, value) = match text.split_once('=') {
        Some((property, value)) if IDENTIFIERS.contains(&property.trim()) => (Some(property.trim()), value),
        Some((property, _)) => {
            return Err(format!(
                "`{property}` is no property for a number; write one of {}",
                IDENTIFIERS.join(", ")
            ));
        }
        None => (None, text),
    };
    if !value.chars().any(char::is_alphanumeric) {
        return Err(format!("`{text}` holds no number"));
    }
    Ok(Identifier { property: property.map(str::to_owned), value: value.trim().to_owned() })
}

fn gender(word: &str) -> Result<Gender, String> {
    Gender::from_word(word)
        .ok_or_else(|| format!("`{word}` is no gender as lists record it; write `female` or `male`"))
}

/// What is told of the party.
fn told(args: &Decide, printer: &mut Printer) -> Result<Query, Failure> {
    let Some(path) = &args.query else {
        return Ok(Query {
            schema: args.schema,
            countries: args.country.clone(),
            birth_date: args.birth_date,
            other_names: args.alias.clone(),
            identifiers: args.number.clone(),
            addresses: args.address.clone(),
            gender: args.gender,
            ..Query::named(args.name.clone())
        });
    };
    let mut notes = Vec::new();
    let query = by_example(path, &mut notes)?;
    for note in notes {
        printer.warning(&note);
    }
    if normalised(&query.name) != normalised(&args.name) {
        return Err(Failure::Input(format!(
            "`{}` is about `{}`, and the decision about `{}`; a decision holds for one spelling of a name",
            path.display(),
            query.name,
            args.name
        )));
    }
    Ok(query)
}

pub(crate) fn run(command: &Command, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    match command {
        Command::Decide(args) => decide(args, home, printer),
        Command::List(args) => screening_list::run(args, home, printer),
        Command::Eval(args) => screening_eval::run(args, home, printer),
        Command::Alter(args) => screening_alter::run(args, printer),
        Command::Simulate(args) => simulate::run(args, home, printer),
    }
}

fn decide(args: &Decide, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    for (what, text) in [("--reason", &args.reason), ("--by", &args.by)] {
        if text.trim().is_empty() {
            return Err(Failure::Input(format!(
                "{what} is empty; a decision about a person or company needs both"
            )));
        }
    }
    if !args.is_match && !args.no_match {
        return Err(Failure::Input(
            "say what was decided: --match (it is the listed party) or --no-match (it is another)".to_owned(),
        ));
    }
    let today = clock::today();
    if let Some(until) = args.until.filter(|until| *until < today) {
        return Err(Failure::Input(format!("--until {until} is over; name a day that is not")));
    }
    let told = told(args, printer)?;
    let lists = Lists::load(home.read()?.as_ref(), When::default())?;
    let time = clock::now()?;
    // every one is looked at before any is recorded
    let decided: Vec<(Disposition, bool)> = args
        .entities
        .iter()
        .map(|entity| disposition(args, &told, entity, &lists, &time.to_string()))
        .collect::<Result<_, _>>()?;
    let (mut store, begun) = home.write()?;
    if begun {
        printer.word(&format!("note: began a new home in `{}`", home.path().display()));
    }
    let all: Vec<&Disposition> = decided.iter().map(|(disposition, _)| disposition).collect();
    let receipts = record_all(&mut store, &all, &time)?;
    for ((disposition, alike), receipt) in decided.iter().zip(&receipts) {
        printer.data(&format!(
            "entry {} of the journal: `{}` is {} `{}` ({}), decided by {}",
            receipt.index,
            disposition.name,
            disposition.verdict.words(),
            disposition.caption,
            disposition.entity,
            disposition.by
        ));
        if !alike {
            printer.warning(&format!(
                "the names have little in common with `{}`; the decision holds all the same",
                disposition.caption
            ));
        }
    }
    Ok(Exit::Ok)
}

/// The decision about one entry, and whether the names are alike.
fn disposition(
    args: &Decide,
    told: &Query,
    id: &str,
    lists: &Lists,
    time: &str,
) -> Result<(Disposition, bool), Failure> {
    let entity = lists.entity(id).ok_or_else(|| {
        Failure::Input(format!(
            "no loaded list has an entry `{id}`; `countersign screen \"{}\"` shows the ids of the possible matches",
            args.name
        ))
    })?;
    let kind = match (told.schema, entity.schema) {
        (Some(kind), _) => kind,
        (None, EntitySchema::LegalEntity) => {
            return Err(Failure::Input(format!(
                "the list does not say whether `{id}` is a person or a body; add --schema Person or --schema Organization"
            )));
        }
        (None, kind) => kind,
    };
    if !kind.may_be(entity.schema) {
        return Err(Failure::Input(format!(
            "`{id}` is a {} and cannot be a {}; leave out --schema",
            entity.schema.as_str(),
            kind.as_str()
        )));
    }
    let verdict = if args.is_match { Verdict::Match } else { Verdict::NoMatch };
    let query = Query { schema: Some(kind), ..told.clone() };
    let found =
        lists.index().screen(&query, &Profile::default()).map_err(|e| Failure::Input(e.to_string()))?;
    let alike = found.hits.iter().chain(&found.near_misses).any(|h| h.entity == id);
    if verdict == Verdict::NoMatch && !alike {
        return Err(Failure::Input(format!(
            "`{}` is no possible match of `{}` ({id}); there is nothing to decide",
            args.name,
            entity.caption()
        )));
    }
    let mut countries = told.countries.clone();
    countries.sort();
    countries.dedup();
    let disposition = Disposition {
        schema: FORMAT.to_owned(),
        name: args.name.clone(),
        normalised: normalised(&args.name),
        kind: kind_of(kind).as_str().to_owned(),
        entity: id.to_owned(),
        caption: entity.caption().to_owned(),
        entity_sha256: entity_digest(entity)?,
        verdict,
        reason: args.reason.clone(),
        by: args.by.clone(),
        time: time.to_owned(),
        countries,
        birth_date: told.birth_date,
        told: Told::of(told),
        until: args.until,
        condition: args.condition.clone().filter(|c| !c.trim().is_empty()),
        facts_sha256: Some(facts_digest(entity)?),
    };
    Ok((disposition, alike))
}
