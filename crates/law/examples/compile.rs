//! Compiles `law/` into `crates/law/packs.json`, after parsing and strict validation.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command for whoever edits law/")]

use std::path::Path;
use std::process::ExitCode;

use countersign_law::{Law, embedded_files};

fn main() -> ExitCode {
    let law = match Law::load(&embedded_files()) {
        Ok(law) => law,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("packs.json");
    match std::fs::write(&path, law.compiled()) {
        Ok(()) => {
            println!("{} written for packs {}", path.display(), law.digest());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{}: {error}", path.display());
            ExitCode::FAILURE
        }
    }
}
