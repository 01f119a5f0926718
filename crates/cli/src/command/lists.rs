//! `countersign lists …`: the lists that names are compared with, and their history.

mod cross_check;
mod diff;
mod export;
mod import;
mod link;
mod status;
mod timeline;
mod update;

use clap::Subcommand;

use crate::exit::Exit;
use crate::printer::Printer;
use countersign_operations::failure::Failure;
use countersign_operations::home::Home;

/// The lists that names are compared with, and their history
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Import(import::Args),
    Update(update::Args),
    Status(status::Args),
    Diff(diff::Args),
    Timeline(timeline::Args),
    Export(export::Args),
    CrossCheck(cross_check::Args),
    Links(link::Links),
    Link(link::Judge),
    Unlink(link::Judge),
}

pub(crate) fn run(command: &Command, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    match command {
        Command::Import(args) => import::run(args, home, printer),
        Command::Update(args) => update::run(args, home, printer),
        Command::Status(args) => status::run(args, home, printer),
        Command::Diff(args) => diff::run(args, home, printer),
        Command::Timeline(args) => timeline::run(args, home, printer),
        Command::Export(args) => export::run(args, home, printer),
        Command::CrossCheck(args) => cross_check::run(args, home, printer),
        Command::Links(args) => link::show(args, home, printer),
        Command::Link(args) => link::judge(args, true, home, printer),
        Command::Unlink(args) => link::judge(args, false, home, printer),
    }
}
