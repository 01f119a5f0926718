//! `countersign witness`: confirm for others that a log shows everyone the same.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Subcommand;
use countersign_verify::{NoteKeyAlgorithm, VKey};
use countersign_witness::{Witness, WitnessFault, serve};

use crate::exit::Exit;
use crate::printer::Printer;
use countersign_operations::failure::Failure;

const EXAMPLES: &str = "\
Examples:
  countersign witness init witness --name witness.example.net
  countersign witness watch register.example.org+0a1b2c3d+… --dir witness
  countersign witness serve --dir witness --listen 127.0.0.1:8391";

/// Cosign the checkpoints of registers: never two of which one does not continue the other
///
/// Serves C2SP `tlog-witness` on loopback, or behind a proxy that speaks TLS. What was seen is on the disk before a
/// signature leaves. Keep the directory: a witness that forgot could cosign a second history.
#[derive(Debug, Subcommand)]
#[command(after_long_help = EXAMPLES)]
pub(crate) enum Command {
    Init(Init),
    Watch(Watch),
    Serve(Serve),
}

/// Begin a witness with a key of its own
#[derive(Debug, clap::Args)]
pub(crate) struct Init {
    /// The directory; empty, or not there yet
    dir: PathBuf,
    /// Its name: a name in a domain of yours
    #[arg(long)]
    name: String,
    /// What it signs with. ML-DSA-44 outlasts quantum computers; few other programs read it yet
    #[arg(long, value_enum, default_value = "ed25519")]
    algorithm: Algorithm,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Algorithm {
    Ed25519,
    #[value(name = "ml-dsa-44")]
    MlDsa44,
}

/// Watch a log; a witness that runs must be started again
#[derive(Debug, clap::Args)]
pub(crate) struct Watch {
    /// The verifier key of the log (`register.vkey`), compared with its keeper by another way
    log: String,
    /// The directory of the witness
    #[arg(long, default_value = "witness", value_name = "DIR")]
    dir: PathBuf,
}

/// Serve: answers `POST /add-checkpoint`
#[derive(Debug, clap::Args)]
pub(crate) struct Serve {
    /// The directory of the witness
    #[arg(long, default_value = "witness", value_name = "DIR")]
    dir: PathBuf,
    /// Where to listen; port 0 takes a free one, which is printed
    #[arg(long, default_value = "127.0.0.1:8391", value_name = "ADDRESS")]
    listen: SocketAddr,
}

fn failure(fault: WitnessFault) -> Failure {
    match fault {
        WitnessFault::NoWitness(_) | WitnessFault::Exists(_) | WitnessFault::Log(_) => {
            Failure::Input(fault.to_string())
        }
        other => Failure::Program(other.to_string()),
    }
}

pub(crate) fn run(command: &Command, printer: &mut Printer) -> Result<Exit, Failure> {
    match command {
        Command::Init(args) => {
            let algorithm = match args.algorithm {
                Algorithm::Ed25519 => NoteKeyAlgorithm::CosignatureV1,
                Algorithm::MlDsa44 => NoteKeyAlgorithm::MlDsa44,
            };
            let vkey = Witness::init(&args.dir, &args.name, algorithm).map_err(failure)?;
            printer.data(&vkey.to_string());
            printer.word("the line above is its key: registers and readers name it in their policies");
        }
        Command::Watch(args) => {
            let log: VKey = args.log.parse().map_err(|error| Failure::Input(format!("{error}")))?;
            Witness::watch(&args.dir, &log).map_err(failure)?;
            printer.word(&format!("`{}` is watched", log.name()));
        }
        Command::Serve(args) => {
            let witness = Witness::open(&args.dir).map_err(failure)?;
            if witness.logs().is_empty() {
                printer.warning("no log is watched yet; add one with `countersign witness watch`");
            }
            let name = witness.vkey().name().to_owned();
            serve(witness, args.listen, |bound| {
                printer.data(&format!("{name} listens on http://{bound}"));
                // whoever waits for the line must get it now
                let _ = printer.finish();
            })
            .map_err(|fault| Failure::Program(fault.to_string()))?;
        }
    }
    Ok(Exit::Ok)
}
