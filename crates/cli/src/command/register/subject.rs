//! `countersign register subject` and `subjects`.

use countersign_verify::records::SubjectId;
use serde_json::json;

use super::show::{leaf_json, line};
use crate::command::place::Place;
use crate::exit::Exit;
use crate::page;
use crate::printer::Printer;
use countersign_operations::failure::Failure;

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
    let mut found = Vec::new();
    let mut like = std::collections::BTreeSet::new();
    for entry in register.leaves(0) {
        let (index, leaf) = entry?;
        let about = leaf.extra.get(countersign_verify::ABOUT).map(String::as_str).unwrap_or_default();
        if about.split(' ').any(|filed| filed == subject.as_str()) {
            found.push((index, leaf));
        } else {
            like.extend(about.split(' ').filter(|filed| filed.contains(subject.name())).map(str::to_owned));
        }
    }
    let mut exit = Exit::Ok;
    let mut proof = None;
    let mut gone = Vec::new();
    if args.prove {
        let replay = register.replay()?;
        let (_, completeness) = replay.about(&subject);
        gone.extend(
            replay
                .gone()
                .map(|(index, _)| index)
                .filter(|index| found.iter().any(|(found, _)| found == index)),
        );
        let doubts = replay.doubts();
        if !doubts.is_empty() {
            exit = Exit::Failed;
        }
        proof = Some((completeness, doubts));
    }
    if args.json {
        printer.json(&json!({
            "schema": "register-subject/1",
            "subject": subject.as_str(),
            "register": register.origin(),
            "entries": found.iter().map(|(index, leaf)| leaf_json(*index, leaf)).collect::<Vec<_>>(),
            "replayed": proof.as_ref().map(|(c, faults)| json!({
                "tree_size": c.size, "root": c.root, "found": c.found, "faults": faults, "gone": gone,
            })),
        }))?;
        return Ok(exit);
    }
    for (index, leaf) in &found {
        let gone =
            if gone.contains(index) { "  (gone from this copy: what it says is not known)" } else { "" };
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
    if found.is_empty() {
        printer.word(&format!("nothing is filed under `{subject}`"));
    }
    if !like.is_empty() {
        let like: Vec<String> = like.into_iter().collect();
        printer.word(&page::words(&format!("note: filed under similar names: {}", like.join(", "))));
    }
    if let Some((completeness, faults)) = proof {
        for fault in &faults {
            printer.data(&format!("FAULT {fault}"));
        }
        printer.data(&page::words(&format!(
            "{}: all {} entries of the log {} were read and compared with its signed root {}; {} of them are filed under \
             `{subject}`.",
            if faults.is_empty() { "COMPLETE" } else { "NOT SOUND" },
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
    Ok(exit)
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
