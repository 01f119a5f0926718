//! `countersign register init`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use countersign_register::{NewEntry, Register, SignedRecord};
use countersign_verify::RecordKind;
use serde_json::json;

use crate::command::key;
use crate::exit::Exit;
use crate::printer::Printer;
use countersign_operations::clock;
use countersign_operations::failure::Failure;

/// Begin a register: its log, and the first roster, which names its registrar
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The directory; empty, or not there yet
    dir: PathBuf,
    /// The name of the log, for ever: a name in a domain of yours, such as `register.example.org`
    #[arg(long, value_name = "NAME")]
    origin: String,
    /// Who keeps the register
    #[arg(long, value_name = "NAME")]
    keeper: String,
    /// The registrar's personal key, which signs the first roster (`countersign key new`)
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// A bucket for the log and the documents, `s3://BUCKET/PREFIX`; the directory then has the secret key and what is the
    /// keeper's own. Endpoint and keys come from AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY
    #[arg(long, value_name = "BUCKET")]
    storage: Option<String>,
    /// Who pays for the register; may be given several times
    #[arg(long = "funder", value_name = "NAME")]
    funders: Vec<String>,
}

/// The origin as the name of a subject.
fn slug(origin: &str) -> String {
    let mut slug: String = origin
        .to_lowercase()
        .chars()
        .map(|c| if c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' { c } else { '-' })
        .take(100)
        .collect();
    while slug.ends_with(['-', '.']) {
        slug.pop();
    }
    slug.trim_start_matches(['-', '.']).to_owned()
}

pub(super) fn run(args: &Args, printer: &mut Printer) -> Result<Exit, Failure> {
    let registrar = key::load(&args.key)?;
    let now = clock::now()?;
    let today = clock::today().to_string();
    let predicate = json!({
        "about": [format!("register:{}", slug(&args.origin))],
        "by": {"name": args.keeper},
        "date": today,
        "summary": format!("the register {} begins", args.origin),
        "content": {
            "body": args.keeper,
            "members": [{"name": args.keeper, "key": registrar.public(), "roles": ["registrar"], "from": today}],
            "funders": args.funders,
        },
    });
    // before the directory, so that a name that does not do leaves nothing behind
    let signed = SignedRecord::sign(RecordKind::Roster, predicate, &BTreeMap::new(), &registrar)?;
    let mut register = Register::init_in(&args.dir, &args.origin, args.storage.as_deref())?;
    let entry = NewEntry { signed: &signed, documents: BTreeMap::new(), withheld: BTreeSet::new() };
    register.append(&entry, &now)?;
    printer.data(&register.vkey().to_string());
    printer.word(&format!(
        "`{}` is a register with its first entry. The line above is the key of its log: publish it in several places, \
         for everyone checks with it. Keep `{}` secret, and a copy offline; {}",
        args.dir.display(),
        args.dir.join("keys").display(),
        match &args.storage {
            Some(bucket) => format!("everything in `{bucket}` is public"),
            None => "everything else in the directory is public".to_owned(),
        }
    ));
    if args.funders.is_empty() {
        printer.warning(
            "no --funder was named: by IND-16 every assessment in this register stops at the gate until a roster names who \
             pays for the register",
        );
    }
    Ok(Exit::Ok)
}
