//! `countersign assess lint` and `redact`: the assessor at work on a file.

use std::path::PathBuf;

use countersign_assessments::{
    Accredited, Assessment, Evaluation, Field, Known, Level, Logged, Note, Report, Roster,
    check_independence, check_publication, evaluate_document, fields, lint as find, may_never_be_withheld,
};
use countersign_model::Date;
use countersign_register::{Filed, Register, Replay, Touched, TriggerReport, as_public};
use countersign_verify::records::StateCode;
use serde_json::json;

use super::read::{OwnersFiles, filed, questions, read_assessment};
use crate::command::typed::date;
use crate::exit::Exit;
use crate::printer::{Mark, Printer};
use countersign_operations::assessment::report_note;
use countersign_operations::clock;
use countersign_operations::failure::{Failure, read_text};
use countersign_operations::findings::ties;

/// What is missing, and what keeps the assessment from opening the gate
///
/// Exit code 0 where nothing does; 10 where only conditions remain; 20 where something is open; 30 where something stops.
/// What only the log can tell (time for comments, answers to them) is left to `assess show`.
#[derive(Debug, clap::Args)]
pub(super) struct Lint {
    /// The assessment
    file: PathBuf,
    /// The roster, as a file (`roster/1`); without it the rosters of --register are taken, and without both the keys cannot be
    /// looked up
    #[arg(long, value_name = "FILE")]
    roster: Option<PathBuf>,
    /// The register, or a copy of it: its rosters tell whose the keys are, and what it holds against vendor, product or end user
    /// must be answered. Without it no finding is known
    #[arg(short, long, env = "COUNTERSIGN_REGISTER", value_name = "DIR")]
    register: Option<PathBuf>,
    #[command(flatten)]
    owners: OwnersFiles,
    /// The day of the question; without it, today
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    as_of: Option<Date>,
    /// List the paths of all fields, as `redact` takes them, instead
    #[arg(long)]
    paths: bool,
    /// Print assess-lint/1 as JSON
    #[arg(long)]
    json: bool,
}

/// What the register holds about the parties of an assessment.
fn reports(replay: &Replay, document: &Assessment, as_of: Date) -> Result<Vec<TriggerReport>, Failure> {
    let Filed { vendor, product, end_user, intermediaries, .. } = filed(document)?;
    let country = document.destination.and_then(|code| StateCode::try_from(code.as_str().to_owned()).ok());
    let touched = Touched {
        vendor: Some(&vendor),
        product: Some(&product),
        end_user: end_user.as_ref(),
        country: country.as_ref(),
        version: Some(&document.product.version),
        intermediaries: &intermediaries,
    };
    Ok(replay.trigger_reports(touched, as_of))
}

/// The words for a level, and what it leads to.
fn level_words(level: Level) -> (&'static str, &'static str) {
    match level {
        Level::Stops => ("stops", "GATE_STOP"),
        Level::Open => ("open", "GATE_INCOMPLETE"),
        Level::Conditions => ("conditions", "GATE_CONDITIONAL at best"),
        Level::Shown => ("to know", "shown, nothing follows"),
    }
}

pub(super) fn level_exit(notes: &[Note]) -> Exit {
    use countersign_model::Answer;
    match notes.iter().map(|n| n.level).min() {
        Some(Level::Stops) => Exit::Answer(Answer::Stop),
        Some(Level::Open) => Exit::Answer(Answer::Hold),
        Some(Level::Conditions) => Exit::Answer(Answer::Conditions),
        Some(Level::Shown) | None => Exit::Ok,
    }
}

pub(super) fn print_notes(notes: &[Note], printer: &mut Printer) {
    for level in [Level::Stops, Level::Open, Level::Conditions, Level::Shown] {
        let of_level: Vec<&Note> = notes.iter().filter(|n| n.level == level).collect();
        if of_level.is_empty() {
            continue;
        }
        let (word, leads_to) = level_words(level);
        printer.data(&Mark::Heading.paint(&format!("{word} ({leads_to}): {}", of_level.len())));
        for note in of_level {
            printer.data(&format!("  {:<11} {}", note.rule, note.text));
        }
    }
}

pub(super) fn lint(args: &Lint, printer: &mut Printer) -> Result<Exit, Failure> {
    let document = read_assessment(&args.file)?;
    if args.paths {
        let value = serde_json::to_value(&document).map_err(|e| Failure::Program(e.to_string()))?;
        for field in fields(&value).map_err(|fault| Failure::Input(fault.to_string()))? {
            let never = if may_never_be_withheld(&field.path) { "  (never withheld)" } else { "" };
            printer.data(&format!("{}{never}", field.path));
        }
        return Ok(Exit::Ok);
    }
    // what counts is what the public can read
    let document = as_public(&document).map_err(|why| {
        Failure::Input(format!(
            "with the redactions of `{}` the public version cannot be read: {why}; withhold less of that part",
            args.file.display()
        ))
    })?;
    let as_of = args.as_of.unwrap_or_else(clock::today);
    let Linted { evaluation, notes } = linted(args, &document, as_of, printer)?;
    let flags = evaluation.red_flags_by_group();
    if args.json {
        printer.json(&json!({
            "schema": "assess-lint/1",
            "assessment": document.id,
            "as_of": as_of.to_string(),
            "notes": notes,
            "red_flags_by_group": flags,
            "unanswered": evaluation.missing().len(),
        }))?;
        return Ok(level_exit(&notes));
    }
    print_notes(&notes, printer);
    if !flags.is_empty() {
        let groups: Vec<String> =
            flags.iter().map(|(group, n)| format!("{} {n}", group.replace('_', " "))).collect();
        printer.data(&format!("red flags by group: {}", groups.join(", ")));
    }
    if notes.is_empty() {
        printer.data(
            "nothing stands in the way, as far as a file can tell; comments and signatures are the log's",
        );
    }
    Ok(level_exit(&notes))
}

/// What stands in the way of a text.
struct Linted {
    evaluation: Evaluation,
    notes: Vec<Note>,
}

/// Looks at a text with what a roster, a register and files about owners say of its people.
fn linted(args: &Lint, document: &Assessment, as_of: Date, printer: &mut Printer) -> Result<Linted, Failure> {
    let roster = match &args.roster {
        None => None,
        Some(path) => Some(
            Roster::parse(&read_text(path)?, &path.display().to_string())
                .map_err(|fault| Failure::Input(fault.to_string()))?,
        ),
    };
    let replay = args.register.as_ref().map(|dir| Register::open(dir)?.replay()).transpose()?;
    for fault in replay.iter().flat_map(|replay| &replay.faults) {
        printer.warning(&fault.to_string());
    }
    let reports = match &replay {
        None => Vec::new(),
        Some(replay) => reports(replay, document, as_of)?,
    };
    let in_register = replay.as_ref().map(Replay::rosters);
    let ties = ties(&args.owners.read()?, document);
    // what is signed later is taken to be signed on the day, so that only the accreditation is asked for
    let known = Known {
        roster: roster
            .as_ref()
            .map(|r| r as &dyn Accredited)
            .or_else(|| in_register.as_ref().map(|r| r as &dyn Accredited)),
        assessor_signed: Some(as_of),
        reviewer_signed: Some(as_of),
        ties: &ties,
        ..Known::default()
    };
    let to_answer: Vec<Report> = reports
        .iter()
        .filter(|r| r.is_misuse() && r.is_credible() && !r.is_withdrawn(as_of))
        .map(TriggerReport::to_answer)
        .collect();
    let evaluation = evaluate_document(document, &questions()?, &to_answer, as_of);
    let independence = check_independence(document, &known);
    let mut publication = check_publication(document, &Logged::default());
    // the log tells, not the file
    publication.retain(|gap| gap.rule != "PUB-01" && gap.rule != "PUB-04");
    let mut notes = find(document, &evaluation, &independence, &publication, None, as_of);
    notes.extend(reports.iter().map(|report| report_note(report, as_of)));
    Ok(Linted { evaluation, notes })
}

/// Withhold a field: adds it to the `redactions` of the file, with class and reason
///
/// The path stays public, and the value is committed to, so that nobody can change it later. What may never be withheld
/// (answers that can stop, parties, fees, dates …) is refused.
#[derive(Debug, clap::Args)]
pub(super) struct Redact {
    /// The assessment
    file: PathBuf,
    /// The path of the field, or of all that lies below it: `answers/PC-12/evidence` (see `assess lint --paths`)
    #[arg(long)]
    path: String,
    /// A source protection, B exploit detail, C trade secret, D ongoing lawful operation
    #[arg(long, value_parser = ["A", "B", "C", "D"])]
    class: String,
    /// Why
    #[arg(long)]
    reason: String,
    /// Who decided
    #[arg(long)]
    decided_by: String,
    /// When it is looked at again; trade secrets within 36 months
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    review_date: Date,
}

pub(super) fn redact(args: &Redact, printer: &mut Printer) -> Result<Exit, Failure> {
    let text = read_text(&args.file)?;
    let document = read_assessment(&args.file)?;
    let value = serde_json::to_value(&document).map_err(|e| Failure::Program(e.to_string()))?;
    let all = fields(&value).map_err(|fault| Failure::Input(fault.to_string()))?;
    let below = args.below(&all)?;
    let changed = args.added_to(&text, &document)?;
    replace(&args.file, changed.as_bytes())?;
    printer.word(&format!("`{}` withholds {below} of {} fields more", args.file.display(), all.len()));
    Ok(Exit::Ok)
}

impl Redact {
    /// How many fields lie at the path; refused where one of them may never be withheld, or where it is not said why.
    fn below(&self, all: &[Field]) -> Result<usize, Failure> {
        if may_never_be_withheld(&self.path) {
            return Err(Failure::Input(format!("RED-03: `{}` may never be withheld", self.path)));
        }
        let is_below = |path: &str| {
            path.strip_prefix(self.path.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let below: Vec<&str> = all.iter().map(|f| f.path.as_str()).filter(|p| is_below(p)).collect();
        if below.is_empty() {
            return Err(Failure::Input(format!(
                "nothing lies at `{}`; `countersign assess lint {} --paths` lists the paths",
                self.path,
                self.file.display()
            )));
        }
        if let Some(never) = below.iter().find(|path| may_never_be_withheld(path)) {
            return Err(Failure::Input(format!(
                "RED-03: `{never}` lies below `{}` and may never be withheld; name the other fields one by one",
                self.path
            )));
        }
        if self.reason.trim().is_empty() || self.decided_by.trim().is_empty() {
            return Err(Failure::Input(
                "RED-02: say why the field is withheld (--reason), and who decided it (--decided-by)"
                    .to_owned(),
            ));
        }
        Ok(below.len())
    }

    /// The text with the redaction, if that is what a reader of it finds, and the public can read what is left.
    fn added_to(&self, text: &str, document: &Assessment) -> Result<String, Failure> {
        let item = self.item();
        let changed = self.with_item(&item, text, document)?;
        let origin = self.file.display().to_string();
        let read = Assessment::parse(&changed, &origin).ok().filter(|new| {
            new.redactions.len() == document.redactions.len() + 1
                && new.redactions.iter().any(|r| r.path == self.path)
        });
        let Some(new) = read else {
            return Err(Failure::Input(format!(
                "`{origin}` is laid out so that the line cannot be added; write it yourself under `redactions:`: {item}"
            )));
        };
        as_public(&new).map_err(|why| {
            Failure::Input(format!(
                "`{}` cannot be withheld: nobody could read what is left of the text ({why})",
                self.path
            ))
        })?;
        Ok(changed)
    }

    /// The line of the file.
    fn item(&self) -> String {
        let quoted = |t: &str| format!("'{}'", t.replace('\'', "''").replace('\n', " "));
        format!(
            "- {{path: {}, class: {}, reason: {}, decided_by: {}, review_date: '{}'}}",
            quoted(&self.path),
            self.class,
            quoted(&self.reason),
            quoted(&self.decided_by),
            self.review_date
        )
    }

    /// The text with one more line: the assessor's own text and comments stay as they are.
    fn with_item(&self, item: &str, text: &str, document: &Assessment) -> Result<String, Failure> {
        match text.lines().position(|line| line.trim_end() == "redactions:") {
            Some(at) => {
                let mut lines: Vec<&str> = text.lines().collect();
                // as far in as the items that are there: many editors write lists without indent
                let first = lines.iter().skip(at + 1).find(|line| line.trim_start().starts_with("- "));
                let indent = first.map_or(2, |line| line.len() - line.trim_start().len());
                let line = format!("{:indent$}{item}", "");
                lines.insert(at + 1, &line);
                Ok(lines.join("\n") + "\n")
            }
            None if document.redactions.is_empty() => {
                Ok(format!("{}\nredactions:\n  {item}\n", text.trim_end()))
            }
            None => Err(Failure::Input(format!(
                "{}: write `redactions:` on a line of its own with one item a line below it, so that one can be added",
                self.file.display()
            ))),
        }
    }
}

/// Replaces a file at once: a reader sees the old one or the new one.
fn replace(path: &std::path::Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    let beside = PathBuf::from(name);
    let write = || -> std::io::Result<()> {
        let mut file = std::fs::File::create(&beside)?;
        std::io::Write::write_all(&mut file, bytes)?;
        file.sync_all()?;
        std::fs::rename(&beside, path)
    };
    write().map_err(|error| Failure::Program(format!("`{}` cannot be written: {error}", path.display())))
}
