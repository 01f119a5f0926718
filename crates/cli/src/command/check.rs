//! `countersign check`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use countersign_case::Case;
use countersign_model::{Answer, Date, Digest};
use countersign_owners::Owners;
use countersign_store::{Receipt, Store};
use serde_json::json;

use crate::exit::Exit;
use crate::page;
use crate::printer::Printer;
use countersign_operations::age;
use countersign_operations::check::{Check, Options, answer, check, intent, read_case};
use countersign_operations::clock;
use countersign_operations::dispositions::Dispositions;
use countersign_operations::editions::{Editions, Plan, When};
use countersign_operations::failure::{Failure, MOST_OWNERS, read_at_most, read_text};
use countersign_operations::home::Home;
use countersign_operations::knowledge::Knowledge;
use countersign_operations::lists::Lists;
use countersign_operations::owned::{FromOwners, OwnersFile};
use countersign_operations::register::Consulted;
use countersign_operations::{record, screening};

use super::typed::date;
use super::where_from::say_where_from;

const EXAMPLES: &str = "\
Exit code: 0 PROCEED, 10 CONDITIONS, 20 HOLD, 30 STOP; of several files the most severe. 2 if a file is wrong (the \
others are checked all the same), 1 if the program failed.

Examples:
  countersign check case.yaml
  countersign check case.yaml --as-of 2021-11-03     what would have been the answer on that day
  countersign check cases/                           every case file of a directory, one line each
  countersign check *.yaml --json | jq .decision.answer
  countersign check case.yaml --record               keep the decision in the journal";

/// May this act be done? Answer, reasons, what is missing, what would change it
///
/// Reads case files (format case/1, YAML or JSON). Every party whose `listings` the case does not give is screened
/// against the loaded lists; a possible match that nobody has decided counts as listed, and the answer says so.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// Case files, or directories of them: of a directory each file gives one line
    #[arg(required = true, value_name = "CASE")]
    cases: Vec<PathBuf>,
    /// The day of the act, in place of the case's `as_of`: law, lists and licences are read as of it
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    as_of: Option<Date>,
    /// The day up to which log entries (assessments) and imports of lists are known, in place of the case's `known_at`
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    known_at: Option<Date>,
    /// `act`: about to do it; `evaluate`: only looking. In place of the case's `intent`
    #[arg(long, value_name = "act|evaluate", value_parser = intent)]
    intent: Option<String>,
    /// Print check/1 as JSON: one object for one case, a list for several
    #[arg(long)]
    json: bool,
    /// Take pledges of states from this public register (a directory), each from its log time. The register is
    /// replayed first: one that does not hold is not used
    #[arg(long, value_name = "DIR")]
    register: Option<PathBuf>,
    /// Take the owners of parties from this file about owners (FollowTheMoney, BODS or GLEIF, as `ownership` reads them);
    /// may be given several times. A party of the case is one of the file if the id or a name is the same
    #[arg(long, value_name = "FILE")]
    ownership: Vec<PathBuf>,
    /// Keep the decision and everything that it rests on in the journal
    #[arg(long)]
    record: bool,
}

pub(crate) fn run(args: &Args, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    let knowledge = Knowledge::embedded()?;
    let options = Options {
        as_of: args.as_of,
        known_at: args.known_at,
        intent: args.intent.clone(),
        ..Options::default()
    };
    let mut desk = Desk {
        home,
        args,
        knowledge,
        options,
        store: None,
        asked_store: false,
        editions: None,
        dispositions: None,
        warned: BTreeSet::new(),
        lists: None,
        register: args.register.as_deref().map(Consulted::open).transpose()?,
        owners: owners_of(&args.ownership)?,
    };
    let mut worst = Answer::Proceed;
    let (mut wrong, mut printed) = (false, false);
    let mut results = Vec::new();
    let (cases, directory) = files(&args.cases)?;
    let several = directory || cases.len() != 1;
    let mut counts = std::collections::BTreeMap::new();
    for path in &cases {
        match desk.one(path, directory, printer) {
            Ok(done) => {
                let answer = done.answer();
                worst = worst.max(answer);
                *counts.entry(std::cmp::Reverse(answer)).or_insert(0usize) += 1;
                match done {
                    Done::Whole(whole) if args.json => {
                        let (check, receipt) = *whole;
                        let mut value = check.to_json(receipt.as_ref().map(record::to_json))?;
                        if let (true, Some(members)) = (several, value.as_object_mut()) {
                            members.insert("file".to_owned(), json!(path.display().to_string()));
                        }
                        results.push(value);
                    }
                    Done::Whole(whole) if !directory => {
                        let (check, receipt) = *whole;
                        if printed {
                            printer.data("");
                        }
                        printed = true;
                        printer.data(&page::check(&check, &path.display().to_string(), receipt.as_ref()));
                    }
                    _ => printer.data(&format!("{answer:<10} {}", path.display())),
                }
            }
            Err(Failure::Input(message)) => {
                wrong = true;
                printer.fault(&message);
                if several {
                    results.push(json!({"file": path.display().to_string(), "fault": message}));
                }
            }
            Err(failure) => return Err(failure),
        }
    }
    if args.json {
        match results.as_slice() {
            all if several => printer.json(&all)?,
            [one] => printer.json(one)?,
            // one case, and it is wrong: nothing but the message
            _ => {}
        }
    }
    if directory {
        let counted: Vec<String> = counts.iter().map(|(answer, n)| format!("{n} {}", answer.0)).collect();
        printer.word(&format!("{} case files: {}", cases.len(), counted.join(", ")));
    }
    Ok(if wrong { Exit::Input } else { Exit::Answer(worst) })
}

/// The files about owners, read once for all cases.
fn owners_of(paths: &[PathBuf]) -> Result<Option<(Owners, Vec<OwnersFile>)>, Failure> {
    if paths.is_empty() {
        return Ok(None);
    }
    let (mut owners, mut files) = (Owners::default(), Vec::new());
    for path in paths {
        let name =
            path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
        let bytes = read_at_most(path, MOST_OWNERS)?;
        countersign_owners::read(&name, &bytes, &mut owners).map_err(|e| Failure::Input(e.to_string()))?;
        files.push(OwnersFile { name, sha256: Digest::of(&bytes) });
    }
    Ok(Some((owners, files)))
}

/// The files named, and those below the directories named, in order of their names; and whether there was a directory.
fn files(named: &[PathBuf]) -> Result<(Vec<PathBuf>, bool), Failure> {
    fn collect(dir: &Path, out: &mut Vec<PathBuf>) -> Result<(), Failure> {
        let entries = std::fs::read_dir(dir).map_err(|e| Failure::unreadable(dir, &e))?;
        let mut paths = Vec::new();
        for entry in entries {
            paths.push(entry.map_err(|e| Failure::unreadable(dir, &e))?.path());
        }
        paths.sort();
        for path in paths {
            if path.is_dir() {
                collect(&path, out)?;
            } else if is_case_file(&path) {
                out.push(path);
            }
        }
        Ok(())
    }
    let (mut out, mut directory) = (Vec::new(), false);
    for path in named {
        if path.is_dir() {
            directory = true;
            let before = out.len();
            collect(path, &mut out)?;
            if out.len() == before {
                return Err(Failure::Input(format!(
                    "`{}` holds no case files (*.yaml, *.yml, *.json)",
                    path.display()
                )));
            }
        } else {
            out.push(path.clone());
        }
    }
    Ok((out, directory))
}

fn is_case_file(path: &Path) -> bool {
    let of = |e: &std::ffi::OsStr| ["yaml", "yml", "json"].iter().any(|known| e.eq_ignore_ascii_case(known));
    path.extension().is_some_and(of)
}

/// What came of one case.
enum Done {
    /// Everything, and the receipt where it was recorded.
    Whole(Box<(Check, Option<Receipt>)>),
    /// The answer, where a line is all that is printed.
    Answer(Answer),
}

impl Done {
    fn answer(&self) -> Answer {
        match self {
            Self::Whole(whole) => whole.0.decision.answer,
            Self::Answer(answer) => *answer,
        }
    }
}

/// What is opened once for all cases of a call.
struct Desk<'a> {
    home: &'a Home,
    args: &'a Args,
    knowledge: Knowledge,
    options: Options,
    store: Option<Store>,
    asked_store: bool,
    editions: Option<Editions>,
    dispositions: Option<Dispositions>,
    warned: BTreeSet<String>,
    /// The lists that were read last: cases of one call mostly ask for the same.
    lists: Option<(Plan, Lists)>,
    register: Option<Consulted>,
    /// The files about owners.
    owners: Option<(Owners, Vec<OwnersFile>)>,
}

impl Desk<'_> {
    /// `line`: only the answer is printed.
    fn one(&mut self, path: &Path, line: bool, printer: &mut Printer) -> Result<Done, Failure> {
        let text = read_text(path)?;
        let origin = path.display().to_string();
        let mut options = self.options.clone();
        let mut case = read_case(&text, &origin, &options, &self.knowledge)
            .map_err(|e| Failure::Input(e.to_string()))?;
        if let Some((owners, files)) = &self.owners {
            options.owners = Some(
                FromOwners::of_case(&case, owners, files.clone())
                    .map_err(|e| Failure::Input(format!("{origin}: {e}")))?,
            );
            case = read_case(&text, &origin, &options, &self.knowledge)
                .map_err(|e| Failure::Input(e.to_string()))?;
        }
        if let Some(register) = &self.register {
            options.register = Some(register.of_case(&case)?);
            case = read_case(&text, &origin, &options, &self.knowledge)
                .map_err(|e| Failure::Input(e.to_string()))?;
        }
        let screens = screening::is_needed(&case);
        self.open(screens, printer)?;
        if screens {
            self.load_lists(&case, line, printer)?;
        }
        let nobody = Dispositions::default();
        let lists = if screens { self.lists.as_ref().map(|(_, lists)| lists) } else { None };
        let dispositions = self.dispositions.as_ref().unwrap_or(&nobody);
        let of_case = |e: Failure| match e {
            Failure::Input(message) => Failure::Input(format!("{origin}: {message}")),
            other => other,
        };
        if line && !self.args.json && !self.args.record {
            return answer(&case, &self.knowledge, lists, dispositions).map(Done::Answer).map_err(of_case);
        }
        let digest = Digest::of(text.as_bytes());
        let check = check(&case, digest, &options, &self.knowledge, lists, dispositions).map_err(of_case)?;
        let receipt = match (self.args.record, &mut self.store) {
            (true, Some(store)) => Some(record::record(store, &check, &text, lists, clock::now()?)?),
            _ => None,
        };
        Ok(Done::Whole(Box::new((check, receipt))))
    }

    /// Opens the home where the case needs it, and says so where there is none.
    fn open(&mut self, screens: bool, printer: &mut Printer) -> Result<(), Failure> {
        if !self.asked_store && (screens || self.args.record) {
            self.asked_store = true;
            if self.args.record {
                let (store, begun) = self.home.write()?;
                if begun {
                    printer.word(&format!("note: began a new home in `{}`", self.home.path().display()));
                }
                self.store = Some(store);
            } else {
                self.store = self.home.or_built_in()?;
            }
        }
        if screens && self.editions.is_none() {
            say_where_from(self.home, self.store.is_some(), printer);
            self.editions = Some(Editions::load(self.store.as_ref())?);
            self.dispositions = Some(Dispositions::load(self.store.as_ref())?);
        }
        Ok(())
    }

    /// Loads the lists as the case reads them: as of its day, and as known on its `known_at` where it names one.
    fn load_lists(&mut self, case: &Case, line: bool, printer: &mut Printer) -> Result<(), Failure> {
        let known_at = case.tree().get("known_at").map(|_| case.known_at());
        let when = When { as_of: Some(case.as_of()), known_at };
        let plan = self.editions.as_ref().map(|e| e.plan(when)).unwrap_or_default();
        if self.lists.as_ref().is_none_or(|(loaded, _)| *loaded != plan) {
            if let Some(editions) = &self.editions {
                let read = screening::lists_read(&self.knowledge.law, case);
                // the page of a whole answer says itself how far its copies lie off
                let warnings = if line {
                    age::warnings(&plan, editions, self.store.as_ref(), case.as_of(), Some(&read))
                } else {
                    age::uncounted(&plan, Some(&read))
                };
                for warning in warnings {
                    // once, however many cases read the copy
                    if self.warned.insert(warning.clone()) {
                        printer.warning(&warning);
                    }
                }
            }
            let lists = Lists::of_plan(self.store.as_ref(), &plan)?;
            self.lists = Some((plan, lists));
        }
        Ok(())
    }
}
