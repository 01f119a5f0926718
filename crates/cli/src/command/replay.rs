//! `countersign replay`.

use std::path::Path;

use countersign_verify::{Identity, verify_bundle};

use crate::exit::Exit;
use crate::printer::Printer;
use countersign_operations::check::VERSION;
use countersign_operations::failure::{Failure, read_file};
use countersign_operations::home::Home;
use countersign_operations::replay::replay;

/// Make a recorded decision again and compare it byte for byte
///
/// Takes the case, the law packs, the question set, the lists and the decisions of people as the record pins them.
/// Exit code 0: the same bytes; 1: something differs, named field by field.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A bundle file, or the index of an entry in your journal
    #[arg(value_name = "BUNDLE-OR-INDEX")]
    record: String,
}

pub(crate) fn run(args: &Args, home: &Home, printer: &mut Printer) -> Result<Exit, Failure> {
    let path = Path::new(&args.record);
    let index = if path.exists() { None } else { args.record.parse::<u64>().ok() };
    let (store, bytes) = match index {
        Some(index) => {
            let store = home.must_read()?;
            let size = store.log().size();
            if index >= size {
                return Err(Failure::Input(format!("there is no entry {index}; the journal has {size}")));
            }
            let bytes = store.bundle(index)?;
            (Some(store), bytes)
        }
        None => (home.read()?, read_file(path)?),
    };
    let keys = store.as_ref().map(|s| s.trusted_keys());
    // a bundle of somebody else is replayed too; whose it is, is said
    let ours = keys.as_ref().and_then(|k| verify_bundle(&bytes, Some(k)).ok());
    let verified = match ours {
        Some(verified) => verified,
        None => verify_bundle(&bytes, None)
            .map_err(|e| Failure::Program(format!("the bundle does not hold, so it is not replayed: {e}")))?,
    };
    if verified.identity == Identity::FromBundle {
        printer.word("note: the record is not of your journal; its keys were taken from the bundle itself");
    }
    let found = replay(&verified, store.as_ref())?;
    if let Some(version) = &found.other_version {
        printer.word(&format!("note: recorded by version {version}, made again by version {VERSION}"));
    }
    if found.law_from_record {
        printer.word("note: the law packs are those of the record; this program holds others");
    }
    if !found.from_home.is_empty() {
        printer.word(&format!(
            "note: the bundle withholds {}; taken from your home, where the digest is that of the record",
            found.from_home.join(", ")
        ));
    }
    if found.differences.is_empty() {
        printer.data(&format!(
            "the same: {} for `{}`, {} bytes, SHA-256 {}",
            found.answer, verified.leaf.subject, found.bytes, found.sha256
        ));
        return Ok(Exit::Ok);
    }
    printer.data(&format!(
        "DIFFERENT: {} field(s) of the decision differ from the record",
        found.differences.len()
    ));
    for difference in &found.differences {
        let show = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
        printer.data(&format!(
            "  {}\n    recorded: {}\n    now:      {}",
            difference.at,
            show(&difference.recorded),
            show(&difference.now)
        ));
    }
    Ok(Exit::Failed)
}
