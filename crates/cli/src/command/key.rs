//! `countersign key`: personal keys, with which records of a register are signed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use countersign_log::{KeyFault, create_secret, load_secret, new_seed};
use countersign_register::SignedRecord;
use countersign_verify::{PublicKey, RecordKind, Seed};
use serde_json::json;

use crate::exit::Exit;
use crate::printer::Printer;
use countersign_operations::clock;
use countersign_operations::failure::{Failure, read_text};

const EXAMPLES: &str = "\
Examples:
  countersign key new --name \"A. Assessor\" --out assessor.key
  countersign key show assessor.key
  countersign key rotate assessor.key --to assessor-2027.key \\
      --about assessor:example-assessors -o rotation.json";

/// Make and show personal keys, with which records of a register are signed
#[derive(Debug, Subcommand)]
#[command(after_long_help = EXAMPLES)]
pub(crate) enum Command {
    New(New),
    Show(Show),
    Rotate(Rotate),
}

/// Make a key: a secret file that only you can read, and beside it the public half to give away
#[derive(Debug, clap::Args)]
pub(crate) struct New {
    /// Whose key it is; written into the public file, and believed by nobody until a roster says so
    #[arg(long)]
    name: String,
    /// The file of the secret half; the public half goes to the same name with `.pub`
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Show the public half of a key, and its fingerprint
#[derive(Debug, clap::Args)]
pub(crate) struct Show {
    /// The secret file, or the public one that somebody gave away
    key: PathBuf,
}

/// Let another key take the place of this one: writes a signed `key_change` for the register's keeper to append
#[derive(Debug, clap::Args)]
pub(crate) struct Rotate {
    /// The secret file of the old key
    key: PathBuf,
    /// The secret file of the new key
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// Whom it is about, as in `assessor:example-assessors`
    #[arg(long, value_name = "SUBJECT")]
    about: String,
    /// Why
    #[arg(long, default_value = "regular replacement")]
    reason: String,
    /// Your name, as the record gives it
    #[arg(long, default_value = "holder of the key")]
    name: String,
    /// The file to write
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

/// The secret half in a file.
pub(super) fn load(path: &Path) -> Result<Seed, Failure> {
    let text = load_secret(path).map_err(|fault| match fault {
        KeyFault::Missing(path) => {
            Failure::Input(format!("the key `{path}` is not there; make one with `countersign key new`"))
        }
        other => Failure::Input(other.to_string()),
    })?;
    Seed::from_secret_text(&text).ok_or_else(|| {
        Failure::Input(format!(
            "`{}` does not hold a secret key as `countersign key new` writes it",
            path.display()
        ))
    })
}

/// The public half in a file of either kind. A public one has the key first on its line, then whose it is said to be.
fn shown(path: &Path) -> Result<PublicKey, Failure> {
    // what is no text is no public key, and `load` says what it is
    let text = read_text(path).unwrap_or_default();
    let word = text.split_whitespace().next().unwrap_or_default();
    if word.starts_with("ed25519:") {
        return word.parse().map_err(|error| Failure::Input(format!("`{}`: {error}", path.display())));
    }
    Ok(load(path)?.public())
}

/// Writes a file that must not be there yet.
pub(super) fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    use std::io::Write as _;
    let shown = path.display();
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(path).map_err(|error| {
        Failure::Input(format!("`{shown}` cannot be written: {error}; name a file that is not there yet"))
    })?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(|error| {
        drop(file);
        // half a file is no file, and would stand in the way of the next try
        let left = std::fs::remove_file(path).err().map(|e| format!("; remove what is left of it ({e})"));
        Failure::Program(format!("`{shown}` could not be written: {error}{}", left.unwrap_or_default()))
    })
}

fn public_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".pub");
    name.into()
}

pub(crate) fn run(command: &Command, printer: &mut Printer) -> Result<Exit, Failure> {
    match command {
        Command::New(args) => new(args, printer),
        Command::Show(args) => {
            let public = shown(&args.key)?;
            printer.data(&format!("key          {public}\nfingerprint  {}", public.fingerprint()));
            Ok(Exit::Ok)
        }
        Command::Rotate(args) => rotate(args, printer),
    }
}

fn new(args: &New, printer: &mut Printer) -> Result<Exit, Failure> {
    if args.name.trim().is_empty() || args.name.chars().any(char::is_control) {
        return Err(Failure::Input("--name is empty or has a control character".to_owned()));
    }
    let public_file = public_path(&args.out);
    if public_file.exists() {
        return Err(Failure::Input(format!("`{}` is there already", public_file.display())));
    }
    let seed = new_seed().map_err(|fault| Failure::Program(fault.to_string()))?;
    create_secret(&args.out, &seed.secret_text()).map_err(|fault| match fault {
        KeyFault::Exists(_) => Failure::Input(fault.to_string()),
        other => Failure::Program(other.to_string()),
    })?;
    let public: PublicKey = seed.public();
    write_new(&public_file, format!("{public} {}\n", args.name).as_bytes())?;
    printer.data(&public.to_string());
    printer.word(&format!(
        "the secret half is in `{}`: keep it, and a copy offline. The public half is in `{}`: give it to the keeper of \
         the register, and read its fingerprint to them by another way:\n  {}",
        args.out.display(),
        public_file.display(),
        public.fingerprint()
    ));
    Ok(Exit::Ok)
}

fn rotate(args: &Rotate, printer: &mut Printer) -> Result<Exit, Failure> {
    let (old, new) = (load(&args.key)?, load(&args.to)?);
    let proof = hex::encode(new.sign(old.public().to_string().as_bytes()));
    let predicate = json!({
        "about": [args.about],
        "by": {"name": args.name},
        "date": clock::today().to_string(),
        "summary": "another key takes the place of this one",
        "content": {
            "key": old.public(),
            "change": {"what": "rotated", "to": new.public(), "proof": proof},
            "reason": args.reason,
        },
    });
    let signed = SignedRecord::sign(RecordKind::KeyChange, predicate, &BTreeMap::new(), &old)?;
    write_new(&args.output, &signed.to_bytes()?)?;
    printer.word(&format!(
        "`{}` says that {} takes the place of {}; it counts from its place in the register: have it appended",
        args.output.display(),
        new.public(),
        old.public()
    ));
    Ok(Exit::Ok)
}
