//! `countersign log fsck`.

use clap::Subcommand;
use countersign_store::{StoreFault, fsck};

use crate::exit::Exit;
use crate::printer::Printer;
use countersign_operations::failure::Failure;
use countersign_operations::home::Home;

/// The journal itself
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Fsck(Fsck),
}

/// Check everything in the home again: the log, each entry, each document, each signature
///
/// Changes nothing. Names each fault by its file or entry. Exit code 1 when there is one.
#[derive(Debug, clap::Args)]
pub(crate) struct Fsck {}

pub(crate) fn run(command: &Command, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    let Command::Fsck(_) = command;
    let report = match fsck(home.path()) {
        Err(StoreFault::NoHome(_)) => {
            return Err(home.must_read().err().unwrap_or_else(|| {
                Failure::Program("the home appeared while it was looked for; run it again".to_owned())
            }));
        }
        other => other?,
    };
    for fault in &report.faults {
        printer.data(&format!("FAULT {fault}"));
    }
    for note in &report.notes {
        printer.data(&format!("note  {note}"));
    }
    let entries = report.entries.map_or_else(|| "an unknown number of".to_owned(), |n| n.to_string());
    if report.faults.is_empty() {
        printer.data(&format!("whole: {entries} entries, {} documents, no fault", report.documents));
        Ok(Exit::Ok)
    } else {
        printer.data(&format!(
            "NOT WHOLE: {} fault(s); {entries} entries, {} documents",
            report.faults.len(),
            report.documents
        ));
        Ok(Exit::Failed)
    }
}
