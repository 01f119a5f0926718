//! The commands: one file each, holding what it takes and what it does with the result.

mod api_key;
mod assess;
mod bulk;
mod bundle;
mod check;
mod classify;
mod country;
mod entity;
mod indicators;
mod init;
mod key;
mod law;
mod lists;
mod log;
mod names;
mod ownership;
mod party_file;
mod place;
mod register;
mod replay;
mod screen;
mod screening;
mod screening_alter;
mod screening_eval;
mod screening_list;
mod serve;
mod simulate;
mod store;
mod typed;
mod user;
mod verify;
mod watch;
mod where_from;
mod witness;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::exit::Exit;
use crate::printer::Printer;
use countersign_operations::failure::Failure;
use countersign_operations::home::Home;

const EXIT_CODES: &str = "\
Exit codes of `check`: 0 PROCEED, 10 CONDITIONS, 20 HOLD, 30 STOP. \
Exit codes of every command: 1 it failed, or what it tested does not hold; 2 the input is wrong.

Examples:
  countersign check case.yaml
  countersign screen \"NSO Group\" --country IL
  countersign lists import consolidated.csv --source us_csl
  countersign check case.yaml --record
  countersign bundle 0 -o proof.json
  countersign verify proof.json";

/// May we act, under which article, on which evidence?
///
/// Countersign checks an act (an export, a sale, a purchase, an investment) with surveillance technology against the
/// law, the commitments of states and the gates that you opted into. It works offline and sends nothing anywhere, but where you point
/// it: `lists update` reads the publishers' lists; a mirror, a witness, a bucket, a database or a webhook is reached where you name one.
#[derive(Debug, Parser)]
#[command(name = "countersign", version, after_long_help = EXIT_CODES, max_term_width = 100)]
pub(crate) struct Cli {
    /// The data directory: journal, keys, imported lists. Made by the commands that record something
    #[arg(long, global = true, env = "COUNTERSIGN_HOME", value_name = "DIR")]
    home: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    #[command(subcommand)]
    ApiKey(api_key::Command),
    Assess(assess::Args),
    Init(init::Args),
    Check(check::Args),
    Screen(screen::Args),
    Ownership(ownership::Args),
    Country(country::Args),
    #[command(subcommand)]
    Indicators(indicators::Command),
    #[command(subcommand)]
    Screening(screening::Command),
    Bulk(bulk::Args),
    #[command(subcommand)]
    Lists(lists::Command),
    #[command(subcommand)]
    Names(names::Command),
    #[command(subcommand)]
    Entity(entity::Command),
    #[command(subcommand)]
    User(user::Command),
    #[command(subcommand)]
    Watch(watch::Command),
    Law(law::Args),
    Classify(classify::Args),
    Verify(verify::Args),
    Bundle(bundle::Args),
    Replay(replay::Args),
    #[command(subcommand)]
    Log(log::Command),
    #[command(subcommand)]
    Key(key::Command),
    Register(register::Args),
    #[command(subcommand)]
    Witness(witness::Command),
    Serve(serve::Args),
    #[command(subcommand)]
    Store(store::Command),
}

impl Cli {
    /// Runs the command.
    pub(crate) fn run(self, printer: &mut Printer) -> Result<Exit, Failure> {
        let home = || Home::find(self.home.as_deref());
        match self.command {
            Command::ApiKey(command) => api_key::run(&command, &home()?, printer),
            Command::User(command) => user::run(&command, &home()?, printer),
            Command::Init(args) => init::run(&args, &home()?, printer),
            Command::Check(args) => check::run(&args, &home()?, printer),
            Command::Screen(args) => screen::run(&args, &home()?, printer),
            Command::Country(args) => country::run(&args, &home()?, printer),
            Command::Indicators(command) => indicators::run(&command, &home()?, printer),
            Command::Ownership(args) => ownership::run(&args, &home()?, printer),
            Command::Bulk(args) => bulk::run(&args, &home()?, printer),
            Command::Screening(command) => screening::run(&command, &home()?, printer),
            Command::Lists(command) => lists::run(&command, &home()?, printer),
            Command::Names(command) => names::run(&command, printer),
            Command::Entity(command) => entity::run(&command, &home()?, printer),
            Command::Watch(command) => watch::run(&command, &home()?, printer),
            Command::Classify(args) => classify::run(&args, printer),
            Command::Law(args) => law::run(&args, home, printer),
            Command::Verify(args) => verify::run(&args, printer),
            Command::Bundle(args) => bundle::run(&args, &home()?, printer),
            Command::Replay(args) => replay::run(&args, &home()?, printer),
            Command::Log(command) => log::run(&command, &home()?, printer),
            Command::Key(command) => key::run(&command, printer),
            Command::Assess(args) => assess::run(&args, &home()?, printer),
            Command::Register(args) => register::run(&args, printer),
            Command::Witness(command) => witness::run(&command, printer),
            Command::Serve(args) => serve::run(&args, &home()?, printer),
            Command::Store(command) => store::run(&command, &home()?, printer),
        }
    }
}
