//! `countersign law verify`.

use std::path::PathBuf;

use countersign_law::{Finding, Law, ProofError, ProofResult, Scope, verify};
use serde_json::json;

use crate::exit::Exit;
use crate::printer::{Mark, Printer};
use countersign_operations::failure::Failure;
use countersign_operations::knowledge::{Knowledge, QUESTIONS};
use countersign_operations::solver::Solver;

const EXAMPLES: &str = "\
Needs the solver cvc5 (`apt-get install cvc5`); the variable CVC5 may name another one.

Examples:
  countersign law verify                              every statement about the packs of the program
  countersign law verify --only us-ear                those of one pack
  countersign law verify --only us-ear/denied-person  one statement
  countersign law verify --dir law                    a tree of packs under work";

/// Prove what must hold of every case, with an SMT solver
///
/// The statements stand in `law/*/invariants.toml`; beside them it is proven that unknown never becomes permission, and
/// that no policy is dead or always covered by another. A statement that is broken prints a case file that breaks it: the
/// engine itself decides that case so. Exit code 1 when something is not proved. What a proof covers is said in
/// docs/reference/law-proofs.md.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Verify {
    /// A directory as `law/` in the sources, in place of the packs of the program
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Only this pack or statement (`us-ear`, `us-ear/denied-person`, `all/unknown-never-permits`); may be repeated
    #[arg(long, value_name = "PACK[/ID]")]
    only: Vec<String>,
    /// Print law-proofs/1 as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Verify, printer: &mut Printer) -> Result<Exit, Failure> {
    let knowledge = match &args.dir {
        None => Knowledge::embedded()?,
        Some(dir) => {
            let law = Law::load(&super::tree::tree(dir)?).map_err(|e| Failure::Input(e.to_string()))?;
            Knowledge::of(law, QUESTIONS)?
        }
    };
    let mut solver = Solver::start()?;
    let scope = Scope { only: args.only.clone() };
    let (mut proved, mut policies) = (0usize, 0usize);
    let quiet = args.json;
    let mut each = |finding: &Finding| {
        if quiet {
            return;
        }
        let about_policy = finding.id == "no-dead-policy" || finding.id == "no-idle-policy";
        match &finding.result {
            ProofResult::Proved if about_policy => policies += 1,
            ProofResult::Proved => {
                proved += 1;
                printer.data(&format!("proved    {}/{}: {}", finding.pack, finding.id, finding.text));
            }
            ProofResult::Broken { case, shows } => {
                printer.data(&format!(
                    "{}    {}/{}: {}\n  {shows}\n\n{case}",
                    Mark::Fault.paint("BROKEN"),
                    finding.pack,
                    finding.id,
                    finding.text
                ));
            }
            ProofResult::Unconfirmed { why } | ProofResult::Undecided { why } => {
                let word = Mark::Warning.paint("not proved");
                printer.data(&format!("{word} {}/{}: {}\n  {why}", finding.pack, finding.id, finding.text));
            }
        }
    };
    let found = verify(&knowledge.law, &knowledge.known, &scope, &mut solver, &mut each);
    let found = found.map_err(|e| match e {
        ProofError::Packs(e) => Failure::Input(e.to_string()),
        ProofError::Solver(e) => Failure::Program(e),
    })?;
    if found.is_empty() {
        return Err(Failure::Input(format!(
            "nothing is called {}; name a folder of `law/`, or a statement as `folder/id`",
            args.only.iter().map(|o| format!("`{o}`")).collect::<Vec<_>>().join(", ")
        )));
    }
    let failed = found.iter().filter(|f| !f.is_proved()).count();
    if args.json {
        printer.json(&json!({
            "schema": "law-proofs/1", "law": knowledge.law.digest(), "proved": found.len() - failed, "not_proved": failed,
            "statements": found,
        }))?;
    } else {
        if policies > 0 {
            printer.data(&format!("proved    {policies} statements about single policies: none is dead, none always covered by another"));
        }
        printer.word(&format!("{} statements proved, {failed} not", proved + policies));
    }
    Ok(if failed == 0 { Exit::Ok } else { Exit::Failed })
}
