//! What is done with the whole program from outside. `cargo xtask hammer --help`.
#![expect(clippy::print_stdout, reason = "a program for those who build the other one")]

mod bucket;
mod disk;
mod faults;
mod hammer;
mod install;
mod nodes;
mod observer;
mod report;
mod witness;

use std::process::ExitCode;

use clap::Parser;

#[derive(Debug, Parser)]
#[command(name = "xtask")]
enum Command {
    Hammer(hammer::Args),
}

fn main() -> ExitCode {
    let Command::Hammer(args) = Command::parse();
    match hammer::run(&args) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            println!("the hammer itself failed: {why}");
            ExitCode::from(2)
        }
    }
}
