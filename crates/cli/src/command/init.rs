//! `countersign init`.

use countersign_store::Store;

use crate::exit::Exit;
use crate::printer::Printer;
use countersign_operations::failure::Failure;
use countersign_operations::home::Home;

/// Begin a data directory: an empty journal and its keys
///
/// The directory is the one that --home or COUNTERSIGN_HOME names, else the platform's usual place. Two secret keys
/// are made in it, readable by you alone: one signs the journal, one signs records.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_: &Args, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    let store = Store::init(home.path())?;
    let keys = store.trusted_keys();
    printer.data(&format!("home    {}", home.path().display()));
    for log in &keys.logs {
        printer.data(&format!("journal {log}"));
    }
    for signer in &keys.signers {
        printer.data(&format!("signer  {signer}"));
    }
    printer.word("Give the two keys to whoever will verify your records (`countersign verify --key`).");
    printer.word("Next: `countersign lists import FILE --source us_csl`, then `countersign check CASE`.");
    Ok(Exit::Ok)
}
