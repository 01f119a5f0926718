//! `countersign register trust`: other registers, mirrored and recognised for some kinds of records.

use std::fs;
use std::path::PathBuf;

use clap::Subcommand;
use countersign_log::{FsStorage, Storage as _};
use countersign_register::{PRIVATE, Register, mirror, open_source, private_dir};
use countersign_verify::records::SubjectId;
use countersign_verify::{Policy, RecordKind, VKey};
use serde::{Deserialize, Serialize};

use super::draft::kind;
use super::publish::{failure, key_for};
use super::show::line;
use crate::command::place::Place;
use crate::exit::Exit;
use crate::printer::Printer;
use countersign_operations::failure::{Failure, read_text};

/// The file in the keeper's own folder.
const FILE: &str = "private/trust.json";

/// Recognise other registers: mirror them, cite them, raise an alarm when one shows two histories
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Add(Add),
    Update(Update),
    List(List),
}

/// Mirror another register, and recognise records of some kinds from it
#[derive(Debug, clap::Args)]
struct Add {
    /// The other register: `https://…`, `http://…` or a directory
    source: String,
    /// The key of its log, had from elsewhere
    #[arg(long, value_name = "KEY")]
    key: String,
    /// A kind of record that is recognised; may be given several times. Without it, none: the register is only watched
    #[arg(long = "kind", value_name = "KIND", value_parser = kind)]
    kinds: Vec<RecordKind>,
    /// Witnesses and quorum that its checkpoints must have, now and at each update (`register publish --help`)
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
}

/// Bring all mirrors up to date. Exit code 1 when one of them raises an alarm
#[derive(Debug, clap::Args)]
struct Update {
    #[command(flatten)]
    place: Place,
}

/// Which registers are recognised, for what
#[derive(Debug, clap::Args)]
struct List {
    #[command(flatten)]
    place: Place,
}

/// One register that is recognised.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Trusted {
    source: String,
    log: String,
    kinds: Vec<String>,
    /// The text of the policy that its checkpoints must satisfy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    policy: Option<String>,
}

impl Trusted {
    fn policy(&self) -> Result<Option<Policy>, Failure> {
        let read = self.policy.as_deref().map(Policy::parse).transpose();
        read.map_err(|error| Failure::Input(format!("{FILE}: the policy of `{}`: {error}", self.log)))
    }
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TrustFile {
    registers: Vec<Trusted>,
}

impl Place {
    fn trusted(&self) -> Result<TrustFile, Failure> {
        private_dir(&self.dir)?;
        let path = self.dir.join(FILE);
        match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map_err(|error| Failure::Input(format!("{}: {error}", path.display()))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(TrustFile::default()),
            Err(error) => Err(Failure::unreadable(&path, &error)),
        }
    }

    fn mirror_of(&self, key: &VKey) -> PathBuf {
        self.dir.join(PRIVATE).join("trusted").join(key.public().fingerprint().short())
    }

    /// The entries of recognised registers about a subject, of the kinds that are recognised; each register with
    /// the lines for people.
    pub(super) fn recognised(&self, subject: &SubjectId) -> Result<Vec<(String, Vec<String>)>, Failure> {
        let mut found = Vec::new();
        for trusted in self.trusted()?.registers {
            let key: VKey =
                trusted.log.parse().map_err(|error| Failure::Input(format!("{FILE}: {error}")))?;
            let replay = Register::open(&self.mirror_of(&key))?.replay()?;
            let lines = replay
                .sound()
                .filter(|(entry, _)| entry.record.head.about.contains(subject))
                .filter(|(entry, _)| trusted.kinds.iter().any(|kind| kind == entry.record.kind.as_str()))
                .map(|(entry, _)| line(entry.index, &entry.leaf))
                .collect();
            found.push((key.name().to_owned(), lines));
        }
        Ok(found)
    }
}

pub(super) fn run(args: &Args, printer: &mut Printer) -> Result<Exit, Failure> {
    match &args.command {
        Command::Add(args) => add(args, printer),
        Command::Update(args) => update(args, printer),
        Command::List(args) => {
            let registers = args.place.trusted()?.registers;
            if registers.is_empty() {
                printer
                    .word("no other register is recognised; `countersign register trust add` recognises one");
            }
            for trusted in registers {
                let kinds = if trusted.kinds.is_empty() {
                    "watched only".to_owned()
                } else {
                    trusted.kinds.join(", ")
                };
                let witnesses = trusted.policy()?.map_or_else(
                    || "no witnesses asked for".to_owned(),
                    |policy| format!("{} witnesses in its policy", policy.witnesses.len()),
                );
                printer
                    .data(&format!("{}\n  from {}\n  {kinds}\n  {witnesses}", trusted.log, trusted.source));
            }
            Ok(Exit::Ok)
        }
    }
}

fn add(args: &Add, printer: &mut Printer) -> Result<Exit, Failure> {
    let own = args.place.open()?;
    let source = open_source(&args.source)?;
    let key = key_for(Some(&args.key), &source, &args.source, &args.place.dir, printer)?;
    if key == *own.vkey() {
        return Err(Failure::Input("this is the register itself".to_owned()));
    }
    let mut file = args.place.trusted()?;
    if let Some(other) = file
        .registers
        .iter()
        .find(|known| known.log != key.to_string() && known.log.starts_with(&format!("{}+", key.name())))
    {
        return Err(Failure::Input(format!(
            "a register of the name `{}` is recognised already, with another key: {}",
            key.name(),
            other.log
        )));
    }
    let policy = args.policy.as_ref().map(|path| read_text(path)).transpose()?;
    let trusted = Trusted {
        source: args.source.clone(),
        log: key.to_string(),
        kinds: args.kinds.iter().map(|kind| kind.as_str().to_owned()).collect(),
        policy,
    };
    let policy = trusted.policy()?;
    let copied = mirror(&source, &key, &args.place.mirror_of(&key), policy.as_ref()).map_err(failure)?;
    let replay = Register::open(&args.place.mirror_of(&key))?.replay()?;
    if let Some(fault) = replay.faults.first() {
        return Err(Failure::Program(format!(
            "the other register does not hold, and is not recognised: {fault}"
        )));
    }
    file.registers.retain(|known| known.log != key.to_string());
    file.registers.push(trusted);
    let bytes = serde_json::to_vec_pretty(&file).map_err(|error| Failure::Program(error.to_string()))?;
    FsStorage::open(&args.place.dir)
        .and_then(|storage| storage.put(FILE, &bytes))
        .map_err(|error| Failure::Program(format!("`{FILE}` could not be written: {error}")))?;
    printer.data(&format!(
        "recognised {}: {} entries mirrored, {} cosignature(s)",
        key.name(),
        copied.size,
        copied.cosigned
    ));
    Ok(Exit::Ok)
}

fn update(args: &Update, printer: &mut Printer) -> Result<Exit, Failure> {
    let mut exit = Exit::Ok;
    for trusted in args.place.trusted()?.registers {
        let key: VKey = trusted.log.parse().map_err(|error| Failure::Input(format!("{FILE}: {error}")))?;
        let policy = trusted.policy()?;
        let copied = open_source(&trusted.source).map_err(Failure::from).and_then(|source| {
            mirror(&source, &key, &args.place.mirror_of(&key), policy.as_ref()).map_err(failure)
        });
        match copied {
            Ok(copied) => printer.data(&format!(
                "{}: {} entries ({} new)",
                key.name(),
                copied.size,
                copied.size - copied.from
            )),
            Err(failure) => {
                // the others are looked at all the same
                printer.fault(&format!("{}: {failure}", key.name()));
                exit = Exit::Failed;
            }
        }
    }
    Ok(exit)
}
