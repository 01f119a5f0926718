//! `countersign register subject` and `subjects`.

use std::collections::BTreeSet;

use countersign_register::{Completeness, Register};
use countersign_verify::Leaf;
use countersign_verify::records::SubjectId;
use serde_json::json;

use super::show::line;
use crate::command::place::Place;
use crate::exit::Exit;
use crate::page;
use crate::printer::Printer;
use countersign_operations::failure::Failure;
use countersign_operations::leaf::leaf_json;

/// Everything about a subject, and whether that is everything
///
/// Without --prove, the entries are read and listed. With it, the whole register is replayed: each log entry is
/// compared with the signed root, each record with the entry that files it, each signer with the rosters. Then nothing
/// that this log holds about the subject is left out.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The subject, as in `vendor:example-vendor`
    subject: String,
    #[command(flatten)]
    place: Place,
    /// Replay the register, and say what that proves
    #[arg(long)]
    prove: bool,
    /// Print register-subject/1 as JSON
    #[arg(long)]
    json: bool,
}

/// Every subject of the register, with the number of entries about it
#[derive(Debug, clap::Args)]
pub(super) struct All {
    #[command(flatten)]
    place: Place,
    /// Only those that hold this text
    #[arg(long, value_name = "TEXT")]
    like: Option<String>,
}

pub(super) fn run(args: &Args, printer: &mut Printer) -> Result<Exit, Failure> {
    let subject: SubjectId = args.subject.parse().map_err(|error| Failure::Input(format!("{error}")))?;
    let register = args.place.open()?;
    let filed = Under::of(&subject, &register)?;
    let proof = if args.prove { Some(Proof::of(&subject, &register, &filed)?) } else { None };
    let sound = proof.as_ref().is_none_or(|proof| proof.faults.is_empty());
    let exit = if sound { Exit::Ok } else { Exit::Failed };
    if args.json {
        printer.json(&json!({
            "schema": "register-subject/1",
            "subject": subject.as_str(),
            "register": register.origin(),
            "entries": filed.entries.iter().map(|(index, leaf)| leaf_json(*index, leaf)).collect::<Vec<_>>(),
            "replayed": proof.as_ref().map(|proof| json!({
                "tree_size": proof.completeness.size, "root": proof.completeness.root, "found": proof.completeness.found,
                "faults": proof.faults, "gone": proof.gone,
            })),
        }))?;
        return Ok(exit);
    }
    for (index, leaf) in &filed.entries {
        let is_gone = proof.as_ref().is_some_and(|proof| proof.gone.contains(index));
        let gone = if is_gone { "  (gone from this copy: what it says is not known)" } else { "" };
        printer.data(&format!("{}{gone}", line(*index, leaf)));
    }
    for (origin, lines) in args.place.recognised(&subject)? {
        printer.data(&format!(
            "from {origin}, which is recognised here: {}",
            if lines.is_empty() { "nothing" } else { "" }
        ));
        for line in lines {
            printer.data(&line);
        }
    }
    if filed.entries.is_empty() {
        printer.word(&format!("nothing is filed under `{subject}`"));
    }
    if !filed.like.is_empty() {
        let like: Vec<String> = filed.like.into_iter().collect();
        printer.word(&page::words(&format!("note: filed under similar names: {}", like.join(", "))));
    }
    if let Some(proof) = proof {
        proof.print(&subject, printer);
    }
    Ok(exit)
}

/// What the register has under a subject.
struct Under {
    entries: Vec<(u64, Leaf)>,
    /// Names that hold the subject's, under which something else is filed.
    like: BTreeSet<String>,
}

impl Under {
    fn of(subject: &SubjectId, register: &Register) -> Result<Self, Failure> {
        let mut filed = Self { entries: Vec::new(), like: BTreeSet::new() };
        for entry in register.leaves(0) {
            let (index, leaf) = entry?;
            let about = leaf.extra.get(countersign_verify::ABOUT).map(String::as_str).unwrap_or_default();
            if about.split(' ').any(|name| name == subject.as_str()) {
                filed.entries.push((index, leaf));
            } else {
                let like = about.split(' ').filter(|name| name.contains(subject.name()));
                filed.like.extend(like.map(str::to_owned));
            }
        }
        Ok(filed)
    }
}

/// That everything under a subject is there: every entry of the log was read again.
struct Proof {
    completeness: Completeness,
    faults: Vec<String>,
    /// Entries under the subject whose text this copy does not have.
    gone: Vec<u64>,
}

impl Proof {
    fn of(subject: &SubjectId, register: &Register, filed: &Under) -> Result<Self, Failure> {
        let replay = register.replay()?;
        let (_, completeness) = replay.about(subject);
        let gone = replay.gone().map(|(index, _)| index);
        let gone = gone.filter(|index| filed.entries.iter().any(|(found, _)| found == index)).collect();
        Ok(Self { completeness, faults: replay.doubts(), gone })
    }

    fn print(&self, subject: &SubjectId, printer: &mut Printer) {
        for fault in &self.faults {
            printer.data(&format!("FAULT {fault}"));
        }
        let completeness = &self.completeness;
        printer.data(&page::words(&format!(
            "{}: all {} entries of the log {} were read and compared with its signed root {}; {} of them are filed under \
             `{subject}`.",
            if self.faults.is_empty() { "COMPLETE" } else { "NOT SOUND" },
            completeness.size,
            completeness.origin,
            completeness.root,
            completeness.found,
        )));
        printer.word(&page::words(
            "note: this proves that nothing filed under this very name is left out of this log at this size. It does \
             not show what was never handed in, what is filed under another name, or that others see the same log: for \
             that, ask for checkpoints that witnesses have cosigned",
        ));
    }
}

pub(super) fn all(args: &All, printer: &mut Printer) -> Result<Exit, Failure> {
    let register = args.place.open()?;
    let mut all = std::collections::BTreeMap::new();
    for entry in register.leaves(0) {
        let (_, leaf) = entry?;
        for filed in
            leaf.extra.get(countersign_verify::ABOUT).map(String::as_str).unwrap_or_default().split(' ')
        {
            if args.like.as_ref().is_none_or(|like| filed.contains(like.as_str())) {
                *all.entry(filed.to_owned()).or_insert(0u64) += 1;
            }
        }
    }
    for (subject, count) in all {
        printer.data(&format!("{count:>6}  {subject}"));
    }
    Ok(Exit::Ok)
}
