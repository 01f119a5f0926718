//! `countersign register verify`.

use serde_json::json;

use crate::command::place::Place;
use crate::exit::Exit;
use crate::printer::Printer;
use countersign_operations::failure::Failure;

/// Check a whole register, or a copy of it: every tile, entry, record, signer and document
///
/// Nothing is believed because it lies in the directory. Give --key with the key of the log, had from elsewhere: else
/// the copy's own is used, and anyone can have made it. Exit code 1 when something does not hold.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    place: Place,
    /// The key of the log that you expect (`name+hash+base64`)
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    /// Print register-verify/1 as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args, printer: &mut Printer) -> Result<Exit, Failure> {
    let register = args.place.open()?;
    if let Some(key) = &args.key
        && *key != register.vkey().to_string()
    {
        return Err(Failure::Input(format!(
            "this is the register with the key `{}`, and not the one that you expect",
            register.vkey()
        )));
    }
    let report = register.fsck()?;
    let mut faults: Vec<String> = report.faults.iter().map(|fault| format!("log: {fault}")).collect();
    let mut absent = 0;
    let mut gone = Vec::new();
    if faults.is_empty() {
        let replay = register.replay()?;
        faults.extend(replay.doubts());
        absent = replay.absent;
        gone.extend(replay.gone());
    }
    let checkpoint = register.log().checkpoint();
    if args.json {
        printer.json(&json!({
            "schema": "register-verify/1",
            "register": register.origin(),
            "key": register.vkey().to_string(),
            "key_expected": args.key.is_some(),
            "tree_size": checkpoint.size,
            "root": checkpoint.root,
            "documents_absent": absent,
            "records_gone": gone.iter().map(|(index, kind)| json!({"entry": index, "kind": kind.as_str()})).collect::<Vec<_>>(),
            "faults": faults,
        }))?;
    } else {
        for fault in &faults {
            printer.data(&format!("FAULT {fault}"));
        }
        for (index, kind) in &gone {
            printer.data(&format!(
                "GONE  the record of entry {index}, a {}: withheld, erased or damaged; what it says is not known",
                kind.words()
            ));
        }
        let verdict = if faults.is_empty() { "whole" } else { "NOT WHOLE" };
        printer.data(&format!(
            "{verdict}: {} entries of {}, {} fault(s), {absent} document(s) withheld or erased",
            checkpoint.size,
            register.origin(),
            faults.len()
        ));
        if args.key.is_none() {
            printer.word(&format!(
                "note: the key was taken from the copy itself; compare it with one had from elsewhere:\n  {}",
                register.vkey()
            ));
        }
    }
    Ok(if faults.is_empty() { Exit::Ok } else { Exit::Failed })
}
