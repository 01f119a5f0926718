//! `countersign screening list`.

use std::collections::BTreeSet;

use countersign_model::Date;
use countersign_operations::clock;
use countersign_operations::dispositions::{Disposition, Dispositions, normalised};
use countersign_operations::failure::Failure;
use countersign_operations::home::Home;
use countersign_screening::Gender;
use serde_json::json;

use crate::exit::Exit;
use crate::page::words;
use crate::printer::Printer;

/// What people decided about possible matches, the latest first
///
/// Every decision of the journal, also those that a later one overruled and those whose last day is over. A decision is
/// overruled by deciding again (`countersign screening decide`).
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only those about this name
    name: Option<String>,
    /// Only those about this entry of a list
    #[arg(long, value_name = "ENTRY")]
    entity: Option<String>,
    /// Only those that hold today
    #[arg(long)]
    in_force: bool,
    /// Print dispositions/1 as JSON
    #[arg(long)]
    json: bool,
}

/// What became of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    InForce,
    Over,
    Overruled,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            Self::InForce => "in_force",
            Self::Over => "over",
            Self::Overruled => "overruled",
        }
    }
}

/// The decisions, the latest first, each with what became of it: a later one about the same party and entry overrules it.
fn states(all: &[Disposition], today: Date) -> Vec<(&Disposition, State)> {
    let mut later = BTreeSet::new();
    let mut out = Vec::new();
    for decision in all.iter().rev() {
        let countries: Vec<&str> = decision.countries.iter().map(|code| code.as_str()).collect();
        let birth = decision.birth_date.map(|date| date.to_string());
        let told = serde_json::to_string(&decision.told).unwrap_or_default();
        let scope = (&decision.normalised, &decision.kind, &decision.entity, countries, birth, told);
        let state = if !later.insert(scope) {
            State::Overruled
        } else if decision.until.is_some_and(|until| until < today) {
            State::Over
        } else {
            State::InForce
        };
        out.push((decision, state));
    }
    out
}

pub(super) fn run(args: &Args, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    let store = home.or_built_in()?;
    let dispositions = Dispositions::load(store.as_ref())?;
    let name = args.name.as_deref().map(normalised);
    let shown: Vec<(&Disposition, State)> = states(dispositions.all(), clock::today())
        .into_iter()
        .filter(|(d, _)| name.as_ref().is_none_or(|name| d.normalised == *name))
        .filter(|(d, _)| args.entity.as_ref().is_none_or(|entity| d.entity == *entity))
        .filter(|(_, state)| !args.in_force || *state == State::InForce)
        .collect();
    if args.json {
        let rows: Vec<serde_json::Value> = shown
            .iter()
            .map(|(disposition, state)| json!({"state": state.word(), "disposition": disposition}))
            .collect();
        printer.json(&json!({"schema": "dispositions/1", "dispositions": rows}))?;
        return Ok(Exit::Ok);
    }
    if shown.is_empty() {
        printer.word("nothing is decided; see `countersign screening decide --help`");
    }
    for (disposition, state) in shown {
        printer.data(&words(&line(disposition, state)));
    }
    Ok(Exit::Ok)
}

fn line(d: &Disposition, state: State) -> String {
    let mut scope = vec![d.kind.clone()];
    scope.extend(d.countries.iter().map(|code| code.as_str().to_owned()));
    scope.extend(d.birth_date.map(|date| format!("born {date}")));
    scope.extend(d.told.gender.map(|g| if g == Gender::Female { "female" } else { "male" }.to_owned()));
    scope.extend(d.told.other_names.iter().map(|name| format!("also `{name}`")));
    scope.extend(d.told.identifiers.iter().map(|number| format!("number `{}`", number.value)));
    scope.extend(d.told.addresses.iter().map(|address| format!("at `{address}`")));
    let mut text = format!(
        "{}  `{}` ({}) is {} `{}` ({}), decided by {}: {}",
        d.time.get(..10).unwrap_or(&d.time),
        d.name,
        scope.join(", "),
        d.verdict.words(),
        d.caption,
        d.entity,
        d.by,
        d.reason
    );
    if let Some(condition) = &d.condition {
        text.push_str(&format!("; if {condition}"));
    }
    match (state, d.until) {
        (State::Overruled, _) => text.push_str("; overruled by a later decision"),
        (State::Over, Some(until)) => text.push_str(&format!("; it held until {until}")),
        (_, Some(until)) => text.push_str(&format!("; it holds until {until}")),
        _ => {}
    }
    text
}
