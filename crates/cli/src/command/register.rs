//! `countersign register`: the public register, one file a command.

mod append;
mod draft;
mod init;
mod listing;
mod publish;
mod show;
mod subject;
mod trust;
mod verify;

pub(crate) use publish::read_policy;

use clap::Subcommand;

use crate::exit::Exit;
use crate::printer::Printer;
use countersign_operations::failure::Failure;

const EXAMPLES: &str = "\
Examples:
  countersign key new --name \"Registry office\" --out registrar.key
  countersign register init register --origin register.example.org --keeper \"Registry office\" \\
      --key registrar.key --funder \"Example foundation\"
  countersign register template finding > finding.yaml
  countersign register append finding.yaml --register register --key investigator.key \\
      --document report.pdf=scan.pdf
  countersign register subject vendor:example-vendor --register register --prove
  countersign register verify --register register";

/// Keep, read and check a public register: assessments, findings, pledges, revocations
///
/// A register is a directory of plain files, of which everything but `keys/` is public. Each record is signed by its
/// author with their own key; the register's log makes its place in time provable.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Args),
    Template(draft::Template),
    Sign(draft::Sign),
    Append(append::Args),
    List(show::List),
    Show(show::Show),
    Subject(subject::Args),
    Subjects(subject::All),
    Bundle(show::Bundle),
    Verify(verify::Args),
    Publish(publish::Publish),
    Mirror(publish::Mirror),
    Trust(trust::Args),
    ProposeListing(listing::Args),
}

pub(crate) fn run(args: &Args, printer: &mut Printer) -> Result<Exit, Failure> {
    match &args.command {
        Command::Init(args) => init::run(args, printer),
        Command::Template(args) => draft::template(args, printer),
        Command::Sign(args) => draft::sign(args, printer),
        Command::Append(args) => append::run(args, printer),
        Command::List(args) => show::list(args, printer),
        Command::Show(args) => show::show(args, printer),
        Command::Subject(args) => subject::run(args, printer),
        Command::Subjects(args) => subject::all(args, printer),
        Command::Bundle(args) => show::bundle(args, printer),
        Command::Verify(args) => verify::run(args, printer),
        Command::Publish(args) => publish::publish(args, printer),
        Command::Mirror(args) => publish::mirror(args, printer),
        Command::Trust(args) => trust::run(args, printer),
        Command::ProposeListing(args) => listing::run(args, printer),
    }
}
