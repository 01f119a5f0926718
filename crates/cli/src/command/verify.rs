//! `countersign verify`: a bundle against its proof, offline.

use std::path::PathBuf;

use countersign_verify::{FORK_SCHEMA, PublicKey, TrustedKeys, VKey, verify_bundle, verify_fork};
use serde_json::{Value, json};

use crate::command::register::read_policy;
use crate::exit::Exit;
use crate::page;
use crate::printer::Printer;
use countersign_operations::failure::{Failure, read_file};
use countersign_operations::verified::{does_not_hold, holds, report};

const EXAMPLES: &str = "\
Examples:
  countersign verify proof.json
  countersign verify proof.json --key countersign.dev/journal/0a1b2c+… --key ed25519:…";

/// Is this record whole, and whose is it? Works offline, without an account or a home
///
/// Checks the signature of the record, the signature of the log, the place of the record in the log, and every
/// document. Without --key the keys are taken from the bundle itself: it is then whole, but anyone can have made it.
/// Exit code 1 when a bundle does not hold.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Args {
    /// Bundle files
    #[arg(required = true, value_name = "BUNDLE")]
    bundles: Vec<PathBuf>,
    /// A key that you trust, had from elsewhere: of the log (`name+hash+base64`) or the signer (`ed25519:…`). Give both
    #[arg(long = "key", value_name = "KEY")]
    keys: Vec<String>,
    /// A file of keys that you trust: lines `log KEY`, `witness NAME KEY`, `group NAME K MEMBER…`, `quorum NAME`,
    /// `signer KEY`. The quorum of witnesses must have cosigned
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Print verify/1 as JSON
    #[arg(long)]
    json: bool,
}

/// The keys of the command line.
fn trusted(args: &Args) -> Result<Option<TrustedKeys>, Failure> {
    let keys = &args.keys;
    let mut trusted = match &args.policy {
        Some(path) => TrustedKeys::from(read_policy(path)?),
        None => TrustedKeys::default(),
    };
    for key in keys {
        if key.starts_with("ed25519:") {
            // `key new` writes the name of the holder behind the key
            let key = key.split_whitespace().next().unwrap_or_default();
            let signer: PublicKey = key.parse().map_err(|e| Failure::Input(format!("--key: {e}")))?;
            trusted.signers.push(signer);
        } else {
            let log: VKey = key.parse().map_err(|e| Failure::Input(format!("--key: {e}")))?;
            trusted.logs.push(log);
        }
    }
    if keys.is_empty() && args.policy.is_none() {
        return Ok(None);
    }
    // the signer of a register's record is known by the register's own rosters, that of a journal's is not
    if trusted.logs.is_empty() {
        return Err(Failure::Input("add --key with the key of the log (`name+hash+base64`) too".to_owned()));
    }
    Ok(Some(trusted))
}

/// Whether a file says that it is evidence of a fork, which a mirror or a witness wrote.
fn is_fork_evidence(bytes: &[u8]) -> bool {
    let value: Result<serde_json::Value, _> = serde_json::from_slice(bytes);
    value.is_ok_and(|value| value.get("schema").and_then(|schema| schema.as_str()) == Some(FORK_SCHEMA))
}

/// What is said of a file, as JSON and in words.
type Said = (Value, String);

/// Evidence of a fork: that it is proven, or why not.
fn fork(name: &str, bytes: &[u8], trusted: Option<&TrustedKeys>) -> Result<Said, Said> {
    let fork = verify_fork(bytes, trusted.map(|keys| keys.logs.as_slice()))
        .map_err(|fault| (does_not_hold(&fault), fault.to_string()))?;
    let value = json!({
        "holds": true,
        "fork": {"log": fork.log.to_string(), "size": fork.size, "one": fork.one, "other": fork.other},
    });
    let words = page::words(&format!(
        "PROVEN  {name}: the holder of the key {} signed two histories of the log. At {} entries one has the \
         root {}, the other {}. Both bear the signature of that key, and a log has one history only: \
         nothing that this log says can be relied upon until its keeper has explained it.",
        fork.log, fork.size, fork.one, fork.other
    ));
    Ok((value, words))
}

pub(crate) fn run(args: &Args, printer: &mut Printer) -> Result<Exit, Failure> {
    let trusted = trusted(args)?;
    let mut exit = Exit::Ok;
    let mut results = Vec::new();
    for path in &args.bundles {
        let name = path.display().to_string();
        let bytes = match read_file(path) {
            Ok(bytes) => bytes,
            Err(failure) => {
                printer.fault(&failure.to_string());
                exit = Exit::Input;
                continue;
            }
        };
        let held = if is_fork_evidence(&bytes) {
            fork(&name, &bytes, trusted.as_ref())
        } else {
            verify_bundle(&bytes, trusted.as_ref())
                .map(|verified| (holds(&verified), page::verified(&name, &verified)))
                .map_err(|fault| (does_not_hold(&fault), fault.to_string()))
        };
        let (value, words) = held.unwrap_or_else(|(value, fault)| {
            if exit == Exit::Ok {
                exit = Exit::Failed;
            }
            (value, format!("DOES NOT HOLD  {name}\n  {fault}"))
        });
        if args.json {
            results.push((Some(name), value));
        } else {
            printer.data(&words);
        }
    }
    if args.json {
        printer.json(&report(results))?;
    }
    Ok(exit)
}
