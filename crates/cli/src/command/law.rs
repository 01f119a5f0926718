//! `countersign law`: `test`, `check`, `rules` and `coverage` here, the others one file each.

mod compare;
mod explain;
mod tree;
mod verify;
mod worked;

use std::path::PathBuf;

use clap::Subcommand;
use countersign_law::{Coverage as Table, Law, Outcome, Status, run as run_scenarios, run_legal};
use countersign_model::Digest;
use serde_json::json;

use crate::exit::Exit;
use crate::page;
use crate::printer::Printer;
use countersign_operations::failure::{Failure, read_text};
use countersign_operations::home::Home;
use countersign_operations::knowledge::{Knowledge, QUESTIONS};
use tree::tree;
use worked::{Worked, worked};

/// The law packs: test them, check them, list their rules
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Test(Test),
    Check(Check),
    Rules(Rules),
    Coverage(Coverage),
    Verify(verify::Verify),
    Diff(compare::Diff),
    Impact(compare::Impact),
    Explain(explain::Explain),
    Docs(explain::Docs),
}

/// Run scenario files: cases with what is expected of them
///
/// A scenario passes when its own expectation and every counterfactual hold; one that cannot be run is unsupported,
/// never passed. Nothing is screened. Exit code 1 when something failed or is unsupported.
#[derive(Debug, clap::Args)]
struct Test {
    /// Scenario files (scenarios/2) or files of legal tests (legal-tests/1)
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Use the packs in this directory instead of those of the program
    #[arg(long, value_name = "DIR")]
    law: Option<PathBuf>,
    /// Print {"passed", "failed", "unsupported", "cases"} as JSON
    #[arg(long)]
    json: bool,
}

/// Check a tree of law packs and name every fault
///
/// Without DIR the packs of the program are checked. Exit code 1 when there is a fault.
#[derive(Debug, clap::Args)]
struct Check {
    /// A directory as `law/` in the sources
    #[arg(value_name = "DIR")]
    dir: Option<PathBuf>,
}

/// List the rules: id, citation, dates, how well the text is confirmed, and which have no policy yet
#[derive(Debug, clap::Args)]
struct Rules {
    /// Only rules of this regime, for example US-EAR
    #[arg(long, value_name = "ID")]
    regime: Option<String>,
    /// Only ids that no policy of the packs bears or names: what is not built yet
    #[arg(long)]
    without_policy: bool,
    /// Print rules/1 as JSON
    #[arg(long)]
    json: bool,
}

/// Which policies have tests: one in which it must hold, and one in which it must fail on a single condition
///
/// Reads the packs in DIR and every file in their `cases/`. Exit code 1 when a policy lacks one of the two.
#[derive(Debug, clap::Args)]
struct Coverage {
    /// A directory as `law/` in the sources
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// Show every policy with its tests, not only those that lack one
    #[arg(long)]
    all: bool,
    /// Print law-coverage/1 as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(
    args: &Args,
    home: impl FnOnce() -> Result<Home, Failure>,
    printer: &mut Printer,
) -> Result<Exit, Failure> {
    match &args.command {
        Command::Test(args) => test(args, printer),
        Command::Check(args) => check(args, printer),
        Command::Rules(args) => rules(args, printer),
        Command::Coverage(args) => coverage(args, printer),
        Command::Verify(args) => verify::run(args, printer),
        Command::Diff(args) => compare::diff(args, printer),
        Command::Impact(args) => compare::impact(args, &home()?, printer),
        Command::Explain(args) => explain::run(args, printer),
        Command::Docs(args) => explain::docs(args, printer),
    }
}

fn test(args: &Test, printer: &mut Printer) -> Result<Exit, Failure> {
    let knowledge = match &args.law {
        None => Knowledge::embedded()?,
        Some(dir) => {
            let law = Law::load(&tree(dir)?).map_err(|e| Failure::Input(e.to_string()))?;
            Knowledge::of(law, QUESTIONS)?
        }
    };
    let mut outcomes: Vec<Outcome> = Vec::new();
    let mut wrong = false;
    for path in &args.files {
        let read = read_text(path).and_then(|text| {
            worked(&text, &path.display().to_string(), &knowledge).map_err(|e| Failure::Input(e.to_string()))
        });
        match read {
            Ok(Worked::Scenarios(file)) => {
                outcomes.extend(run_scenarios(&knowledge.law, &knowledge.known, &file));
            }
            Ok(Worked::Legal(file)) => outcomes.extend(run_legal(&knowledge.law, &file)),
            Err(Failure::Input(message)) => {
                wrong = true;
                printer.fault(&message);
            }
            Err(failure) => return Err(failure),
        }
    }
    let count = |status: Status| outcomes.iter().filter(|o| o.status == status).count();
    let (passed, failed, unsupported) =
        (count(Status::Passed), count(Status::Failed), count(Status::Unsupported));
    if args.json {
        printer.json(&json!({
            "passed": passed, "failed": failed, "unsupported": unsupported, "cases": outcomes,
        }))?;
    } else if !outcomes.is_empty() {
        printer.data(&page::scenarios(&outcomes));
        printer.data(&format!("{passed} passed, {failed} failed, {unsupported} unsupported"));
    }
    Ok(match (wrong, failed + unsupported) {
        (true, _) => Exit::Input,
        (false, 0) => Exit::Ok,
        (false, _) => Exit::Failed,
    })
}

fn check(args: &Check, printer: &mut Printer) -> Result<Exit, Failure> {
    let law = match &args.dir {
        None => Law::load(&countersign_law::embedded_files()),
        Some(dir) => Law::load(&tree(dir)?),
    };
    match law {
        Ok(law) => {
            printer.data(&format!(
                "{} regimes and families, {} policies, {} rule ids, {} of them without a policy: no fault",
                law.regimes().len(),
                law.cedar().map_err(|e| Failure::Program(e.to_string()))?.0.policies().count(),
                law.inventory().rows().count(),
                law.ids_without_policy().len()
            ));
            printer.data(&format!("digest {}", law.digest()));
            Ok(Exit::Ok)
        }
        Err(error) => {
            for fault in &error.faults {
                printer.data(fault);
            }
            printer.word(&format!("{} fault(s); a tree with a fault is never used", error.faults.len()));
            Ok(Exit::Failed)
        }
    }
}

fn coverage(args: &Coverage, printer: &mut Printer) -> Result<Exit, Failure> {
    let files = tree(&args.dir)?;
    let law = Law::load(&files).map_err(|e| Failure::Input(e.to_string()))?;
    let knowledge = Knowledge::of(law, QUESTIONS)?;
    let mut table = Table::of(&knowledge.law);
    for (path, text) in files.iter().filter(|(path, _)| path.split('/').nth(1) == Some("cases")) {
        match worked(text, path, &knowledge).map_err(|e| Failure::Input(e.to_string()))? {
            Worked::Scenarios(file) => table.add_scenarios(&file, &knowledge.known),
            Worked::Legal(file) => table.add_legal(&file),
        }
    }
    let rows = table.rows();
    let lacking = rows.iter().filter(|r| !r.is_covered()).count();
    if args.json {
        printer.json(&json!({"schema": "law-coverage/1", "policies": rows, "lacking": lacking}))?;
    } else {
        for row in rows.iter().filter(|r| args.all || !r.is_covered()) {
            let first = |tests: &[String]| match tests {
                [] => "none".to_owned(),
                [one] => one.clone(),
                [one, rest @ ..] => format!("{one} and {} more", rest.len()),
            };
            printer.data(&format!(
                "{:<38}  holds: {:<44}  fails: {}",
                row.policy,
                first(&row.holds),
                first(&row.fails)
            ));
        }
        printer.data(&format!(
            "{} policies, {} with a test in which they must hold and one in which they must fail, {lacking} without",
            rows.len(),
            rows.len() - lacking
        ));
    }
    Ok(if lacking == 0 { Exit::Ok } else { Exit::Failed })
}

fn rules(args: &Rules, printer: &mut Printer) -> Result<Exit, Failure> {
    let law = Law::embedded().map_err(|e| Failure::Program(e.to_string()))?;
    let bare: std::collections::BTreeSet<&str> = law.ids_without_policy().into_iter().collect();
    let rows: Vec<_> = law
        .inventory()
        .rows()
        .filter(|r| args.regime.as_ref().is_none_or(|wanted| *wanted == r.regime))
        .filter(|r| !args.without_policy || bare.contains(r.id.as_str()))
        .collect();
    if rows.is_empty() && args.regime.is_some() {
        let mut known: Vec<&str> = law.inventory().rows().map(|r| r.regime.as_str()).collect();
        known.sort_unstable();
        known.dedup();
        let asked = args.regime.clone().unwrap_or_default();
        if !known.contains(&asked.as_str()) {
            return Err(Failure::Input(format!(
                "no rule belongs to `{asked}`; there are {}",
                known.join(", ")
            )));
        }
    }
    if args.json {
        let rules: Vec<_> = rows
            .iter()
            .map(|r| {
                json!({
                    "id": r.id, "regime": r.regime, "kind": r.kind, "citation": r.citation,
                    "in_force": r.in_force.map(|d| d.to_string()), "until": r.until.map(|d| d.to_string()),
                    "verification": r.verification, "meaning": r.meaning,
                    "has_policy": !bare.contains(r.id.as_str()),
                })
            })
            .collect();
        let digest: Digest = law.digest();
        printer.json(&json!({"schema": "rules/1", "law": digest, "rules": rules}))?;
        return Ok(Exit::Ok);
    }
    for row in &rows {
        let since = row.in_force.map(|d| d.to_string()).unwrap_or_default();
        let until = row.until.map(|d| d.to_string()).unwrap_or_default();
        let policy = if bare.contains(row.id.as_str()) { "no policy" } else { "" };
        printer.data(
            format!(
                "{:<22} {:<11} {:>10} {:>10} {:<15} {:<9}  {}",
                row.id, row.regime, since, until, row.verification, policy, row.citation
            )
            .trim_end(),
        );
    }
    let without = rows.iter().filter(|r| bare.contains(r.id.as_str())).count();
    printer.word(&format!(
        "{} rules, {without} without a policy yet; columns: id, regime, from, until, verification",
        rows.len()
    ));
    Ok(Exit::Ok)
}
