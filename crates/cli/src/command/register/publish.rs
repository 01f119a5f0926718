//! `countersign register publish` and `mirror`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use countersign_log::Storage;
use countersign_register::{
    Copied, MirrorFault, Register, kept_key, key_of, mirror as copy, open_source, open_target,
};
use countersign_verify::{Policy, VKey};
use serde_json::json;

use crate::command::place::Place;
use crate::exit::Exit;
use crate::page;
use crate::printer::Printer;
use countersign_operations::failure::{Failure, read_text};

/// Publish the register: witnesses cosign first, then a directory for a web server, or a bucket, is brought up to date
///
/// With --policy, the checkpoint is published only when the policy's quorum of witnesses has cosigned it; else nothing
/// of it becomes visible. Secret keys are never copied.
#[derive(Debug, clap::Args)]
pub(super) struct Publish {
    #[command(flatten)]
    place: Place,
    /// Where to publish: a directory, or a bucket `s3://BUCKET/PREFIX`
    #[arg(long, value_name = "PLACE")]
    to: String,
    /// Witnesses and quorum: lines `witness NAME KEY URL`, `group NAME K MEMBER…`, `quorum NAME`
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Publish without witnesses what was published with them: readers who ask for a quorum will refuse it
    #[arg(long, conflicts_with = "policy")]
    without_witnesses: bool,
    /// Print register-copy/1 as JSON
    #[arg(long)]
    json: bool,
}

/// Copy a register, or bring a copy up to date, checking everything on the way
///
/// Raises an alarm (exit code 1) where the source contradicts the copy: the copy stays, and the proof is written to
/// `alarms/` in it. Then the copy is replayed: every record, signer and document.
#[derive(Debug, clap::Args)]
pub(super) struct Mirror {
    /// The register: `https://…`, `http://…`, `s3://BUCKET/PREFIX` or a directory
    source: String,
    /// The directory of the copy, or a bucket
    dir: PathBuf,
    /// The key of its log, had from elsewhere. Without it, a first copy believes the source's own
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    /// Witnesses and quorum that the source's checkpoint must have
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Do not replay the records afterwards
    #[arg(long)]
    quick: bool,
    /// Print register-copy/1 as JSON
    #[arg(long)]
    json: bool,
}

/// Reads a policy.
pub(crate) fn read_policy(path: &Path) -> Result<Policy, Failure> {
    Policy::parse(&read_text(path)?).map_err(|error| Failure::Input(format!("{}: {error}", path.display())))
}

pub(super) fn failure(fault: MirrorFault) -> Failure {
    match fault {
        MirrorFault::Register(fault) => fault.into(),
        MirrorFault::OtherRegister { .. } | MirrorFault::NoRegister(..) => Failure::Input(fault.to_string()),
        other => Failure::Program(other.to_string()),
    }
}

fn to_json(copied: &Copied) -> serde_json::Value {
    json!({
        "schema": "register-copy/1",
        "log": copied.vkey.to_string(),
        "from": copied.from,
        "tree_size": copied.size,
        "documents": copied.documents,
        "documents_absent": copied.absent,
        "cosigned": copied.cosigned,
        "unanswered": copied.unanswered.iter().map(|(name, why)| json!({"witness": name, "why": why})).collect::<Vec<_>>(),
    })
}

fn say(copied: &Copied, what: &str, printer: &mut Printer) {
    for (name, why) in &copied.unanswered {
        printer.warning(&format!("witness `{name}` did not cosign: {why}"));
    }
    printer.data(&format!(
        "{what} {}: {} entries ({} new), {} documents, {} withheld or erased, {} cosignature(s)",
        copied.vkey.name(),
        copied.size,
        copied.size - copied.from,
        copied.documents,
        copied.absent,
        copied.cosigned
    ));
}

pub(super) fn publish(args: &Publish, printer: &mut Printer) -> Result<Exit, Failure> {
    let register = args.place.open()?;
    let policy = match &args.policy {
        Some(path) => read_policy(path)?,
        None => {
            let before = register.published().map_err(|fault| Failure::Input(fault.to_string()))?;
            let cosigned = before.map_or(0, |kept| kept.note().signatures.len());
            if cosigned > 1 && !args.without_witnesses {
                return Err(Failure::Input(
                    "this register was published with cosignatures of witnesses, and readers who ask for them would refuse \
                     it without; give --policy FILE, or --without-witnesses to publish it all the same"
                        .to_owned(),
                ));
            }
            printer.word(&page::words(
                "note: without --policy no witness confirms that everyone is shown the same register",
            ));
            Policy::without_witnesses([register.vkey().clone()])
        }
    };
    let target = open_target(&args.to)?;
    let copied = register.publish(&target, &policy).map_err(failure)?;
    if args.json {
        printer.json(&to_json(&copied))?;
    } else {
        say(&copied, "published", printer);
    }
    Ok(Exit::Ok)
}

/// The key of a source: the one given, else that of the copy, else the source's own, with a word about it.
pub(super) fn key_for(
    given: Option<&str>,
    source: &Arc<dyn Storage>,
    place: &str,
    dir: &Path,
    printer: &mut Printer,
) -> Result<VKey, Failure> {
    if let Some(key) = given {
        return key.parse().map_err(|error| Failure::Input(format!("--key: {error}")));
    }
    // a first copy that was cut short has the key, and no log yet
    if let Some(key) = kept_key(dir)? {
        return Ok(key);
    }
    let key = key_of(source, place).map_err(failure)?;
    printer.warning(&format!(
        "the key was taken from the source itself; compare it with one had from elsewhere, and give it with --key:\n  {key}"
    ));
    Ok(key)
}

pub(super) fn mirror(args: &Mirror, printer: &mut Printer) -> Result<Exit, Failure> {
    let source = open_source(&args.source)?;
    let policy = args.policy.as_deref().map(read_policy).transpose()?;
    let key = key_for(args.key.as_deref(), &source, &args.source, &args.dir, printer)?;
    let copied = copy(&source, &key, &args.dir, policy.as_ref()).map_err(failure)?;
    let mut faults = Vec::new();
    if !args.quick {
        let replay = Register::open(&args.dir)?.replay()?;
        faults.extend(replay.doubts());
    }
    if args.json {
        let mut value = to_json(&copied);
        if let Some(members) = value.as_object_mut() {
            members.insert("faults".to_owned(), json!(faults));
        }
        printer.json(&value)?;
    } else {
        for fault in &faults {
            printer.data(&format!("FAULT {fault}"));
        }
        say(&copied, "copied", printer);
    }
    Ok(if faults.is_empty() { Exit::Ok } else { Exit::Failed })
}
