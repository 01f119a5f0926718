//! `countersign assess gate`.

use std::path::PathBuf;

use countersign_assessments::CaseParty;
use countersign_case::{Case, Edit};
use countersign_law::decide;
use countersign_model::{CountryCode, Date};
use countersign_register::{Assessed, Replay, assessed};
use countersign_verify::records::{AssessmentStatus, Content, SubjectId};
use serde_json::{Value, json};

use super::country::{Beyond, Countries};
use super::read::{OwnersFiles, questions};
use crate::command::place::Place;
use crate::command::typed::date;
use crate::exit::Exit;
use crate::printer::{Mark, Printer};
use countersign_operations::check::{Options, read_case};
use countersign_operations::failure::{Failure, read_text};
use countersign_operations::findings::ties;
use countersign_operations::home::Home;
use countersign_operations::indicators;
use countersign_operations::knowledge::Knowledge;

/// May this act be done, as far as the assessment gate goes? Reads the assessments from the register
///
/// Every final text in the register for the vendor and product is looked at; the case's own `assessments` are not used.
/// Law, lists and commitments are `countersign check`'s: --write gives a case that it reads. Exit code: 0 passes or does
/// not apply, 10 conditions, 20 incomplete, 30 stops.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The case
    #[arg(long = "for", value_name = "CASE")]
    case: PathBuf,
    #[command(flatten)]
    place: Place,
    /// The product, as the register files it; needed where the register has several of the vendor's
    #[arg(long, value_name = "product:NAME")]
    product: Option<String>,
    /// The day of the act, in place of the case's
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    as_of: Option<Date>,
    /// Read the log up to this day; without it, up to the day of the act
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    known_at: Option<Date>,
    #[command(flatten)]
    owners: OwnersFiles,
    /// Write the case with the assessments in it to this file (JSON), for `countersign check`
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
    /// Print assess-gate/1 as JSON
    #[arg(long)]
    json: bool,
}

/// The parties of the case, to which those of an assessment are matched.
fn parties(tree: &Value) -> Vec<CaseParty<'_>> {
    let list = tree.get("parties").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let text = |party: &'_ Value, key: &str| party.get(key).and_then(Value::as_str).map(str::to_owned);
    list.iter()
        .filter_map(|party| {
            Some(CaseParty {
                id: party.get("id")?.as_str()?,
                name: party.get("name")?.as_str()?,
                country: text(party, "country").and_then(|c| CountryCode::new(&c).ok()),
            })
        })
        .collect()
}

pub(super) fn run(args: &Args, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    let knowledge = Knowledge::embedded()?;
    let origin = args.case.display().to_string();
    let options = Options { as_of: args.as_of, known_at: args.known_at, ..Options::default() };
    let case = read_case(&read_text(&args.case)?, &origin, &options, &knowledge)
        .map_err(|e| Failure::Input(e.to_string()))?;
    let (register, replay) = args.place.replay()?;
    for doubt in replay.doubts() {
        printer.warning(&doubt);
    }
    let all = assessed(&register, &replay, case.known_at())?;
    let looked = look(args, home, &case, &all, &replay)?;
    let found = if looked.facts.is_empty() { json!("none") } else { Value::Array(looked.facts.clone()) };
    let gated = with_assessments(&case, found, &knowledge)?;
    let decision = decide(&knowledge.law, &gated, &[]);
    let value = serde_json::to_value(&decision).map_err(|e| Failure::Program(e.to_string()))?;
    let gate = value.get("gate").cloned().unwrap_or_default();
    if let Some(path) = &args.write {
        let text = serde_json::to_vec_pretty(gated.tree()).map_err(|e| Failure::Program(e.to_string()))?;
        crate::command::key::write_new(path, &text)?;
    }
    let verdict = gate.get("verdict").and_then(Value::as_str).unwrap_or("GATE_INCOMPLETE").to_owned();
    if args.json {
        printer.json(&json!({
            "schema": "assess-gate/1",
            "gate": gate,
            "as_of": case.as_of().to_string(),
            "known_at": case.known_at().to_string(),
            "register": replay.origin(),
            "tree_size": replay.size(),
            "root": replay.root(),
            "warnings": replay.shortcomings(),
            "dossiers": looked.dossiers,
            "uncompared": looked.uncompared,
            "near": looked.near.iter().map(|(name, index)| json!({"vendor": name, "entry": index})).collect::<Vec<_>>(),
            "looked_at": looked.at.iter().map(|(id, index)| json!({"id": id, "entry": index})).collect::<Vec<_>>(),
        }))?;
    } else {
        print_gate(&verdict, &gate, &case, &looked.at, &replay, printer);
        looked.print(printer);
    }
    Ok(match verdict.as_str() {
        "GATE_STOP" => Exit::Answer(countersign_model::Answer::Stop),
        "GATE_CONDITIONAL" => Exit::Answer(countersign_model::Answer::Conditions),
        "GATE_PASS" | "NOT_APPLICABLE" => Exit::Ok,
        _ => Exit::Answer(countersign_model::Answer::Hold),
    })
}

/// What the register has for the act.
#[derive(Default)]
struct Looked {
    /// The texts that were looked at: id and entry.
    at: Vec<(String, u64)>,
    /// The facts of each for the gate.
    facts: Vec<Value>,
    /// Dossiers that reach more than a text says.
    dossiers: Vec<Beyond>,
    /// Why a dossier could not be compared.
    uncompared: Vec<String>,
    /// Texts on a vendor whose name is near that of a party, with their entry.
    near: Vec<(String, u64)>,
}

/// Looks at every final text for the vendor and the product.
fn look(args: &Args, home: &Home, case: &Case, all: &Assessed, replay: &Replay) -> Result<Looked, Failure> {
    let bodies = parties(case.tree());
    let product: Option<SubjectId> = match &args.product {
        None => None,
        Some(text) => Some(text.parse().map_err(|e| Failure::Input(format!("--product: {e}")))?),
    };
    let set = questions()?;
    let owners = args.owners.read()?;
    let store = home.read()?;
    let countries = Countries {
        vintages: store.as_ref().map(indicators::load).transpose()?.unwrap_or_default(),
        method: indicators::method()?,
        replay,
        as_of: case.as_of(),
    };
    let mut looked = Looked::default();
    let mut products: Vec<SubjectId> = Vec::new();
    for of in all.all.iter().filter(|a| a.status == AssessmentStatus::Final) {
        let Some((entry, _)) = replay.record(&of.record) else { continue };
        let Content::Assessment(content) = &entry.record.content else { continue };
        let vendor = of.document.party(&of.document.product.vendor);
        let is_vendor = vendor.is_some_and(|v| {
            bodies.iter().any(|b| {
                b.name.to_lowercase().split_whitespace().eq(v.name.to_lowercase().split_whitespace())
                    && b.country.is_none_or(|c| c == v.country)
            })
        });
        if let Some(vendor) = vendor.filter(|v| !is_vendor && bodies.iter().any(|b| is_near(b.name, &v.name)))
        {
            looked.near.push((vendor.name.clone(), of.index));
        }
        let is_product = product.as_ref().is_none_or(|p| *p == content.scope.product);
        if !is_product || (product.is_none() && !is_vendor) {
            continue;
        }
        if !products.contains(&content.scope.product) {
            products.push(content.scope.product.clone());
        }
        let judgement = all.judge_with_ties(of, replay, &set, &ties(&owners, &of.document), case.as_of());
        let mut facts = all.gate_facts(of, &judgement, &bodies);
        looked.dossiers.extend(countries.widen(&of.document, &mut facts, &mut looked.uncompared));
        // one entry for each text: the id tells them apart
        if let Some(map) = facts.as_object_mut() {
            map.insert("id".into(), json!(format!("{}-entry-{}", of.document.id, of.index)));
        }
        looked.at.push((of.id.to_string(), of.index));
        looked.facts.push(facts);
    }
    if products.len() > 1 {
        let names: Vec<&str> = products.iter().map(SubjectId::as_str).collect();
        return Err(Failure::Input(format!(
            "the register has assessments of several products of this vendor ({}); say which with --product",
            names.join(", ")
        )));
    }
    Ok(looked)
}

impl Looked {
    /// What a reader has to know beside the gate's verdict.
    fn print(&self, printer: &mut Printer) {
        for (name, index) in self.near.iter().filter(|_| self.at.is_empty()) {
            printer.data(&format!(
                "  entry {index} assesses a product of `{name}`, which is no party of the case by that name: names of parties are \
                 compared letter by letter, but for capitals and spaces; if it is the vendor, write it so"
            ));
        }
        for dossier in &self.dossiers {
            printer.data(&format!("  {}", dossier.words()));
        }
        for words in &self.uncompared {
            printer.data(&format!("  {words}"));
        }
    }
}

/// Whether two names could be meant as one: the same letters and digits, or all words of the one in the other.
fn is_near(one: &str, other: &str) -> bool {
    let words = |name: &str| -> Vec<String> {
        let parts = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        parts.map(str::to_lowercase).collect()
    };
    let (a, b) = (words(one), words(other));
    let within = |a: &[String], b: &[String]| a.len() >= 2 && a.iter().all(|word| b.contains(word));
    a.concat() == b.concat() || within(&a, &b) || within(&b, &a)
}

/// The case with what the register has, and the gate opted in.
fn with_assessments(case: &Case, found: Value, knowledge: &Knowledge) -> Result<Case, Failure> {
    // assessor and reviewer take part, so they are parties; their ids are those that the facts use
    let mut set =
        vec![("gate".to_owned(), json!({ "opted_in": ["assessment"] })), ("assessments".to_owned(), found)];
    let strangers = strangers(&set, case);
    if !strangers.is_empty() {
        let mut list = case.tree().get("parties").and_then(Value::as_array).cloned().unwrap_or_default();
        list.extend(strangers);
        set.push(("parties".to_owned(), Value::Array(list)));
    }
    case.edited(&Edit { set, unset: Vec::new() }, &knowledge.known).map_err(|error| {
        Failure::Program(format!("the assessments could not be written into the case: {error}"))
    })
}

/// Bodies that assessments name and the case does not.
fn strangers(set: &[(String, Value)], case: &Case) -> Vec<Value> {
    let known: Vec<&str> = case
        .tree()
        .get("parties")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|p| p.get("id").and_then(Value::as_str))
        .collect();
    let mut found: Vec<(String, &str)> = Vec::new();
    let entries =
        set.iter().filter(|(key, _)| key == "assessments").filter_map(|(_, v)| v.as_array()).flatten();
    for entry in entries {
        let mut name = |pointer: &str, role: &'static str| {
            let ids = entry.pointer(pointer);
            let one = ids.and_then(Value::as_str).into_iter();
            let several = ids.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
            for id in one.chain(several).filter(|id| *id != "none") {
                if !known.contains(&id) && !found.iter().any(|(f, _)| f == id) {
                    found.push((id.to_owned(), role));
                }
            }
        };
        name("/assessor", "assessor");
        name("/reviewer", "reviewer");
        name("/scope/end_user", "other");
        name("/scope/intermediaries", "other");
    }
    found
        .into_iter()
        .map(|(id, role)| {
            json!({ "id": id, "name": "unknown", "kind": "organisation", "roles": [role], "listings": "none", "owners": "none" })
        })
        .collect()
}

fn print_gate(
    verdict: &str,
    gate: &Value,
    case: &Case,
    looked_at: &[(String, u64)],
    replay: &countersign_register::Replay,
    printer: &mut Printer,
) {
    printer.data(&format!("{}  {}", Mark::Heading.paint(verdict), case.title().unwrap_or("the act")));
    printer.data(&format!("  as of {}, by what was logged by {}", case.as_of(), case.known_at()));
    if looked_at.is_empty() {
        printer.data("  the register has no final assessment of this vendor's product");
    }
    for (id, index) in looked_at {
        printer.data(&format!("  looked at {id}, entry {index}"));
    }
    for rule in gate.get("determining").and_then(Value::as_array).into_iter().flatten() {
        let text = |key: &str| rule.get(key).and_then(Value::as_str).unwrap_or_default();
        // the title of a rule says what holds where it is met
        let why = text("why");
        let why = why
            .strip_prefix("Assessment gate: ")
            .map_or_else(|| why.to_owned(), |title| format!("does not hold: {title}"));
        // of several texts each says of which it is
        let on = text("on");
        let on = on.strip_prefix("assessment ").map_or_else(String::new, |on| format!(" ({on})"));
        printer.data(&format!("  {:<11} {why}{on}", text("rule")));
    }
    for shortcoming in replay.shortcomings() {
        printer.data(&format!("  not whole: {shortcoming}"));
    }
    printer.data(&format!(
        "  register {} at {} entries, root {}",
        replay.origin(),
        replay.size(),
        replay.root()
    ));
    printer.data(
        "  The gate is a convention: it never replaces a licence. `countersign check` asks law and lists.",
    );
}
