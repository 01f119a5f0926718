//! `countersign classify`.

use std::collections::BTreeMap;
use std::io::{BufRead, IsTerminal, Write};
use std::path::PathBuf;

use countersign_law::{Candidate, Classification, Question, Questionnaire, Reply, Standing, yaml};
use saphyr::{LoadableYamlNode as _, Yaml};
use serde_json::json;

use crate::exit::Exit;
use crate::printer::{Mark, Printer};
use countersign_operations::failure::{Failure, read_text};
use countersign_operations::knowledge::Knowledge;

const EXAMPLES: &str = "\
Answers are `yes`, `no` or `unknown`, by the id of the question; what is left out is unknown.

Examples:
  countersign classify                          asks, one question after another
  countersign classify --questions              the questions with their ids
  countersign classify --answers answers.yaml   answers: `intrusion: 'yes'`, one a line";

/// Which entries of the control lists a tool may fall under, from what it does
///
/// Asks about the limbs, notes and exclusions of the surveillance entries of Annex I (EU, UK) and the Commerce Control
/// List, and gives the candidate entries with reasons and an `item:` block for a case. It proposes; it rules nothing.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// Answers as YAML, in place of questions on the terminal
    #[arg(long, value_name = "FILE")]
    answers: Option<PathBuf>,
    /// The version of the item, for the block
    #[arg(long, value_name = "TEXT")]
    version_of_item: Option<String>,
    /// List the questions
    #[arg(long)]
    questions: bool,
    /// Print classification/1 as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args, printer: &mut Printer) -> Result<Exit, Failure> {
    let knowledge = Knowledge::embedded()?;
    let form = Questionnaire::of(&knowledge.law).map_err(|e| Failure::Program(e.to_string()))?;
    if args.questions {
        if args.json {
            printer.json(&json!({"schema": "questionnaire/1", "questions": form.questions()}))?;
        } else {
            for question in form.questions() {
                printer.data(&format!("{:<28} {}", question.id, question.text));
            }
        }
        return Ok(Exit::Ok);
    }
    let answers = match &args.answers {
        Some(path) => read(&read_text(path)?, &path.display().to_string())?,
        None if std::io::stdin().is_terminal() => ask(&form)?,
        None => {
            return Err(Failure::Input(
                "there is no terminal to ask on; give the answers with --answers FILE (`countersign classify \
                 --questions` lists the questions)"
                    .to_owned(),
            ));
        }
    };
    let found = form
        .classify(&knowledge.law, &answers, args.version_of_item.as_deref())
        .map_err(|e| Failure::Input(e.to_string()))?;
    if args.json {
        printer.json(&found)?;
    } else {
        show(&form, &found, printer);
    }
    Ok(Exit::Ok)
}

/// The answers of a file.
fn read(text: &str, origin: &str) -> Result<BTreeMap<String, Reply>, Failure> {
    let bad = |why: String| Failure::Input(format!("{origin}: {why}"));
    let documents = Yaml::load_from_str(text).map_err(|e| bad(format!("no YAML: {e}")))?;
    let map = documents.first().and_then(Yaml::as_mapping);
    let map =
        map.ok_or_else(|| bad("a map from question to `'yes'`, `'no'` or `unknown` is expected".to_owned()))?;
    let mut answers = BTreeMap::new();
    for (key, value) in map {
        let key = key.as_str().ok_or_else(|| bad("a question is named by its id".to_owned()))?;
        let reply = match (value.as_bool(), value.as_str()) {
            (Some(true), _) | (_, Some("yes")) => Reply::Yes,
            (Some(false), _) | (_, Some("no")) => Reply::No,
            (_, Some("unknown")) => Reply::Unknown,
            _ => return Err(bad(format!("the answer to `{key}` is none of 'yes', 'no', unknown"))),
        };
        answers.insert(key.to_owned(), reply);
    }
    Ok(answers)
}

/// Asks on the terminal; an empty line is unknown.
fn ask(form: &Questionnaire) -> Result<BTreeMap<String, Reply>, Failure> {
    let lost = |e: std::io::Error| Failure::Program(format!("the terminal cannot be read: {e}"));
    let mut answers = BTreeMap::new();
    let mut input = std::io::stdin().lock();
    let mut screen = std::io::stderr();
    for question in form.questions() {
        if !wanted(form, question, &answers) {
            continue;
        }
        loop {
            write!(screen, "{}\n  [y]es, [n]o, or Enter for unknown: ", question.text).map_err(lost)?;
            screen.flush().map_err(lost)?;
            let mut line = String::new();
            if input.read_line(&mut line).map_err(lost)? == 0 {
                return Ok(answers);
            }
            let reply = match line.trim().to_lowercase().as_str() {
                "y" | "yes" => Reply::Yes,
                "n" | "no" => Reply::No,
                "" | "unknown" => Reply::Unknown,
                _ => continue,
            };
            answers.insert(question.id.clone(), reply);
            break;
        }
    }
    Ok(answers)
}

fn wanted(form: &Questionnaire, question: &Question, answers: &BTreeMap<String, Reply>) -> bool {
    form.is_asked(question, answers)
}

fn show(form: &Questionnaire, found: &Classification, printer: &mut Printer) {
    if found.candidates.is_empty() {
        printer
            .data("No surveillance entry fits these answers. Entries for other goods were not asked about.");
    }
    let line = |candidate: &Candidate| {
        let word = match candidate.standing {
            Standing::Met => "meets",
            Standing::Open => "open",
            Standing::Excluded => "taken out by a note",
            Standing::NotMet => "near miss",
        };
        let lists: Vec<&str> =
            candidate.lists.iter().map(|l| if l == "eccn" { "ECCN" } else { "Annex I" }).collect();
        format!(
            "{} {} ({}): {}",
            Mark::Heading.paint(&candidate.code),
            word,
            lists.join(", "),
            candidate.text
        )
    };
    for candidate in &found.candidates {
        printer.data(&line(candidate));
        for reason in &candidate.reasons {
            printer.data(&format!("    {reason}"));
        }
        for citation in &candidate.citations {
            printer.data(&format!("    {citation}"));
        }
        if let Some(beside) = &candidate.beside {
            printer.data(&format!("    read beside it: {beside}"));
        }
    }
    if !found.open.is_empty() {
        printer.data("\nOpen:");
        for question in form.questions().iter().filter(|q| found.open.contains(&q.id)) {
            printer.data(&format!("  {:<28} {}", question.id, question.text));
        }
    }
    printer.data(&format!("\nFor the case:\n\n{}", yaml(&json!({"item": found.item})).trim_end()));
}
