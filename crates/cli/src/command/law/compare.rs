//! `countersign law diff` and `law impact`: what a change of the law changes.

use std::path::{Path, PathBuf};

use countersign_law::{Law, PackFiles, PolicyChange, decision_changes, embedded_files, policy_changes};
use countersign_verify::{RecordKind, verify_bundle};
use serde_json::json;

use crate::exit::Exit;
use crate::printer::{Mark, Printer};
use countersign_operations::editions::When;
use countersign_operations::failure::Failure;
use countersign_operations::home::Home;
use countersign_operations::knowledge::{Knowledge, QUESTIONS};
use countersign_operations::lists::Lists;
use countersign_operations::replay::replay_under;
use countersign_operations::solver::Solver;

/// The difference of two versions of the packs, as cases that come out otherwise
///
/// For every policy that is not the same, a case is looked for that the two versions decide otherwise (this needs the
/// solver cvc5, and is left out without it); and every worked case of both trees is decided under both. Exit code 1 where
/// something comes out otherwise, as `diff` has it.
#[derive(Debug, clap::Args)]
pub(super) struct Diff {
    /// The older packs: a directory as `law/`, or `embedded` for those of the program
    #[arg(value_name = "A")]
    before: PathBuf,
    /// The newer packs
    #[arg(value_name = "B")]
    after: PathBuf,
    /// Print law-diff/1 as JSON
    #[arg(long)]
    json: bool,
}

/// Decide every recorded decision of the journal again under other packs or the present lists: which answers change?
///
/// Nothing is recorded. Exit code 1 where an answer changes.
#[derive(Debug, clap::Args)]
pub(super) struct Impact {
    /// The packs: a directory as `law/`; without it those of the program
    #[arg(value_name = "DIR")]
    dir: Option<PathBuf>,
    /// With the lists that the home holds now, in place of those of the records
    #[arg(long)]
    lists: bool,
    /// Print law-impact/1 as JSON
    #[arg(long)]
    json: bool,
}

fn files(dir: &Path) -> Result<PackFiles, Failure> {
    if dir == Path::new("embedded") && !dir.exists() { Ok(embedded_files()) } else { super::tree::tree(dir) }
}

/// What differs between two versions of the packs.
struct Differences {
    policies: Vec<PolicyChange>,
    /// Files that are no policies: tables, regimes, the schema.
    other: Vec<String>,
    /// Worked cases that come out otherwise: id, file, what changes.
    cases: Vec<(String, String, Vec<String>)>,
    /// How many worked cases were tried.
    tried: usize,
    /// Whether a solver looked for other cases.
    looked: bool,
}

pub(super) fn diff(args: &Diff, printer: &mut Printer) -> Result<Exit, Failure> {
    let load = |files: &PackFiles, dir: &Path| {
        Law::load(files).map_err(|e| Failure::Input(format!("{}: {e}", dir.display())))
    };
    let (old_files, new_files) = (files(&args.before)?, files(&args.after)?);
    let (before, after) = (load(&old_files, &args.before)?, load(&new_files, &args.after)?);
    let knowledge = Knowledge::of(load(&new_files, &args.after)?, QUESTIONS)?;
    let other: Vec<String> = old_files
        .keys()
        .chain(new_files.keys().filter(|k| !old_files.contains_key(*k)))
        .filter(|k| !k.ends_with(".cedar") && !k.contains("/cases/") && !k.ends_with("/invariants.toml"))
        .filter(|k| old_files.get(*k) != new_files.get(*k))
        .cloned()
        .collect();
    let mut solver = match Solver::start() {
        Ok(solver) => Some(solver),
        Err(_) => {
            printer.word("note: there is no cvc5 (`apt-get install cvc5`), so no cases are looked for beyond the worked ones");
            None
        }
    };
    let looked = solver.is_some();
    let session = solver.as_mut().map(|s| s as &mut dyn countersign_law::Session);
    let policies = policy_changes(&before, &after, &knowledge.known, session).map_err(Failure::Program)?;
    let mut found = Differences { policies, other, cases: Vec::new(), tried: 0, looked };
    let mut seen = std::collections::BTreeSet::new();
    let worked = old_files.iter().chain(&new_files).filter(|(path, _)| path.contains("/cases/"));
    for (path, text) in worked {
        // a file that only one version's contract knows is no case of both
        let Ok(super::worked::Worked::Scenarios(file)) = super::worked::worked(text, path, &knowledge) else {
            continue;
        };
        for entry in &file.scenarios {
            let Ok(scenario) = &entry.result else { continue };
            if !seen.insert(scenario.id.clone()) {
                continue;
            }
            found.tried += 1;
            let changes = decision_changes(&before, &after, &scenario.case);
            if !changes.is_empty() {
                found.cases.push((scenario.id.clone(), path.clone(), changes));
            }
        }
    }
    if args.json {
        let cases: Vec<_> = found
            .cases
            .iter()
            .map(|(id, file, changes)| json!({"case": id, "file": file, "changes": changes}))
            .collect();
        printer.json(&json!({
            "schema": "law-diff/1", "before": before.digest(), "after": after.digest(), "policies": found.policies,
            "other_files": found.other, "worked_cases": {"tried": found.tried, "changed": cases},
        }))?;
    } else {
        found.print(printer);
    }
    Ok(if found.only_words() { Exit::Ok } else { Exit::Failed })
}

impl Differences {
    /// Whether no case can come out otherwise.
    fn only_words(&self) -> bool {
        self.policies.iter().all(|p| p.what == "words") && self.other.is_empty() && self.cases.is_empty()
    }

    fn print(&self, printer: &mut Printer) {
        for policy in &self.policies {
            let word = if policy.what == "words" { "only its words" } else { policy.what };
            printer.data(&format!("{}: {word}", Mark::Heading.paint(&policy.policy)));
            for change in &policy.changes {
                printer.data(&format!("  {change}"));
            }
            match &policy.case {
                Some(case) => {
                    let case: Vec<String> = case.lines().map(|l| format!("    {l}")).collect();
                    printer.data(&format!("  shown by:\n{}", case.join("\n")));
                }
                None if policy.what != "words" && self.looked => {
                    printer.data("  no case was found that comes out otherwise");
                }
                None => {}
            }
        }
        for file in &self.other {
            printer.data(&format!(
                "{file}: changed (tables, regimes, schema); the worked cases below show what follows"
            ));
        }
        for (id, path, changes) in &self.cases {
            printer.data(&format!("{} ({path})", Mark::Heading.paint(id)));
            for change in changes {
                printer.data(&format!("  {change}"));
            }
        }
        printer.word(&format!(
            "{} policies differ; {} of {} worked cases come out otherwise",
            self.policies.len(),
            self.cases.len(),
            self.tried
        ));
    }
}

pub(super) fn impact(args: &Impact, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    let store = home.must_read()?;
    let packs = match &args.dir {
        Some(dir) => super::tree::tree(dir)?,
        None => embedded_files(),
    };
    let lists = if args.lists { Some(Lists::load(Some(&store), When::default())?) } else { None };
    let (mut tried, mut rows, mut failed) = (0, Vec::new(), 0);
    for entry in store.entries() {
        let (index, leaf) = entry?;
        if leaf.kind != RecordKind::Decision {
            continue;
        }
        tried += 1;
        let bytes = store.bundle(index)?;
        let verified = verify_bundle(&bytes, Some(&store.trusted_keys()))
            .map_err(|e| Failure::Program(format!("entry {index} does not hold: {e}")))?;
        let law = Law::load(&packs).map_err(|e| Failure::Input(e.to_string()))?;
        match replay_under(&verified, Some(&store), Some(law), lists.as_ref()) {
            Err(error) => {
                failed += 1;
                printer.warning(&format!("entry {index} (`{}`): {error}", leaf.subject));
            }
            Ok(found) => {
                let verdicts: Vec<_> = found
                    .differences
                    .iter()
                    .filter(|d| d.at == "/decision/answer" || d.at.ends_with("/verdict"))
                    .cloned()
                    .collect();
                if !verdicts.is_empty() {
                    rows.push((index, leaf.subject.clone(), verdicts));
                }
            }
        }
    }
    let answers = rows.iter().filter(|(.., v)| v.iter().any(|d| d.at == "/decision/answer")).count();
    if args.json {
        let rows: Vec<_> = rows
            .iter()
            .map(|(index, subject, verdicts)| {
                let changes: Vec<_> = verdicts
                    .iter()
                    .map(|d| json!({"at": d.at, "recorded": d.recorded, "now": d.now}))
                    .collect();
                json!({"entry": index, "case": subject, "changes": changes})
            })
            .collect();
        printer.json(&json!({
            "schema": "law-impact/1", "decisions": tried, "failed": failed, "answers_changed": answers, "changed": rows,
        }))?;
    } else {
        for (index, subject, verdicts) in &rows {
            printer.data(&format!("entry {index}: {}", Mark::Heading.paint(subject)));
            for d in verdicts {
                let show = |v: &Option<String>| v.clone().unwrap_or_else(|| "nothing".to_owned());
                printer.data(&format!("  {}: {} becomes {}", d.at, show(&d.recorded), show(&d.now)));
            }
        }
        printer.word(&format!(
            "{tried} recorded decisions, {answers} answers change, {failed} could not be made again"
        ));
    }
    Ok(if failed > 0 || answers > 0 { Exit::Failed } else { Exit::Ok })
}
