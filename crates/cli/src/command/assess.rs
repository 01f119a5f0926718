//! `countersign assess`: from a new file to a public, challengeable assessment, one file a group of commands.

mod country;
mod gate;
mod new;
mod read;
mod seal;
mod show;
mod talk;
mod work;

use clap::Subcommand;

use crate::exit::Exit;
use crate::printer::Printer;
use countersign_operations::failure::Failure;
use countersign_operations::home::Home;

const EXAMPLES: &str = "\
The life of an assessment, with files and keys:
  countersign assess new --stage S --product 'Kit' --version 4.1 --vendor 'Amstel Lab,NL' \\
      --end-user 'Police Lab,CL' --destination CL \\
      --assessor 'Waal Rights,BE' --assessor-key waal.key.pub \\
      --reviewer 'Minho Institute,PT' --reviewer-key minho.key.pub --id kit-cl -o kit-cl.yaml
  countersign assess lint kit-cl.yaml                          what is missing, what blocks
  countersign assess seal kit-cl.yaml --out draft/             salts, and the public version
  countersign assess sign draft/ --key waal.key --comment-until 2026-03-31
  countersign assess publish draft/ --register DIR             by the keeper of the register
  countersign assess comment assessment:kit-cl --text '…' --key mine.key --register DIR
  countersign assess respond DIGEST --accepted --reason '…' --key waal.key --register DIR
  countersign assess seal kit-cl.yaml --out final/
  countersign assess review final/ --document kit-cl.yaml --key minho.key
  countersign assess sign final/ --key waal.key --final --draft DIGEST
  countersign assess publish final/ --register DIR
  countersign assess gate --for case.yaml --register DIR       may that act be done?
  countersign assess challenge assessment:kit-cl --ground REV-01 --text '…' --key mine.key \\
      --register DIR
  countersign assess show assessment:kit-cl --register DIR";

/// Write, sign, publish, comment, challenge and use human-rights assessments
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    New(Box<new::Args>),
    Lint(work::Lint),
    Redact(work::Redact),
    Seal(seal::Seal),
    Review(seal::Review),
    Sign(seal::Sign),
    Publish(seal::Publish),
    Disclose(seal::Disclose),
    Comment(talk::Comment),
    Respond(talk::Respond),
    Challenge(talk::Challenge),
    Decide(talk::Decide),
    Suspend(talk::Suspend),
    Reinstate(talk::Reinstate),
    Revoke(talk::Revoke),
    Show(show::Args),
    Gate(gate::Args),
}

pub(crate) fn run(args: &Args, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    match &args.command {
        Command::New(args) => new::run(args, printer),
        Command::Lint(args) => work::lint(args, printer),
        Command::Redact(args) => work::redact(args, printer),
        Command::Seal(args) => seal::seal(args, printer),
        Command::Review(args) => seal::review(args, printer),
        Command::Sign(args) => seal::sign(args, printer),
        Command::Publish(args) => seal::publish(args, printer),
        Command::Disclose(args) => seal::disclose(args, printer),
        Command::Comment(args) => talk::comment(args, printer),
        Command::Respond(args) => talk::respond(args, printer),
        Command::Challenge(args) => talk::challenge(args, printer),
        Command::Decide(args) => talk::decide(args, printer),
        Command::Suspend(args) => talk::suspend(args, printer),
        Command::Reinstate(args) => talk::reinstate(args, printer),
        Command::Revoke(args) => talk::revoke(args, printer),
        Command::Show(args) => show::run(args, printer),
        Command::Gate(args) => gate::run(args, home, printer),
    }
}
