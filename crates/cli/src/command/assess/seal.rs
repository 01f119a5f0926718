//! `countersign assess seal`, `review`, `sign`, `publish` and `disclose`: from a file to the register.
//!
//! A sealed directory holds `openings.json` (secret: every field with its salt), `assessment.json` (the public version),
//! then `review.json` (the reviewer's signature) and `record.json` (the signed record for the register).

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use countersign_assessments::{
    Assessment, Commitment, Opening, PublicVersion, Redaction, SALT_BYTES, Stage, commit,
    disclose as open_field, publish as make_public, valid_to,
};
use countersign_log::create_secret;
use countersign_model::{Date, Digest};
use countersign_register::{
    Filed, NewEntry, REVIEW_DOCUMENT, Register, Review as SignedReview, SignedRecord, read_public,
};
use countersign_store::DocumentName;
use countersign_verify::RecordKind;
use countersign_verify::records::Day;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Place, WAIT, filed, questions, read_assessment};
use crate::command::{date, key};
use crate::exit::Exit;
use crate::printer::Printer;
use countersign_operations::clock;
use countersign_operations::failure::{Failure, read_file, read_text};
use countersign_operations::knowledge::QUESTIONS;

const OPENINGS: &str = "openings.json";
const PUBLIC: &str = "assessment.json";
const RECORD: &str = "record.json";

/// Seal a version: fresh salts for every field, and the public version without what is withheld
///
/// Writes a new directory. `openings.json` in it is secret; whoever has it can open what is withheld. A change of the file
/// needs a new seal, a new review and a new signature.
#[derive(Debug, clap::Args)]
pub(super) struct Seal {
    /// The assessment
    file: PathBuf,
    /// The directory to make
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// What the assessor keeps secret.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Openings {
    schema: String,
    root: Digest,
    fields: Vec<Opening>,
}

fn json_bytes(value: &impl Serialize) -> Result<Vec<u8>, Failure> {
    let mut bytes = serde_json::to_vec_pretty(value).map_err(|e| Failure::Program(e.to_string()))?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn value_of(document: &Assessment) -> Result<Value, Failure> {
    serde_json::to_value(document).map_err(|e| Failure::Program(e.to_string()))
}

pub(super) fn seal(args: &Seal, printer: &mut Printer) -> Result<Exit, Failure> {
    let document = read_assessment(&args.file)?;
    let value = value_of(&document)?;
    let mut failed = None;
    let commitment = commit(&value, || {
        let mut salt = [0; SALT_BYTES];
        if let Err(error) = getrandom::fill(&mut salt) {
            failed = Some(error.to_string());
        }
        salt
    })
    .map_err(|fault| Failure::Input(fault.to_string()))?;
    if let Some(why) = failed {
        return Err(Failure::Program(format!("the system gives no random bytes: {why}")));
    }
    let public = public_version(&commitment, &document.redactions)?;
    std::fs::create_dir(&args.out).map_err(|error| {
        Failure::Input(format!(
            "`{}` cannot be made: {error}; name a directory that is not there yet",
            args.out.display()
        ))
    })?;
    let openings = Openings {
        schema: "assessment-openings/1".to_owned(),
        root: commitment.root,
        fields: commitment.openings,
    };
    let secret = serde_json::to_string(&openings).map_err(|e| Failure::Program(e.to_string()))?;
    create_secret(&args.out.join(OPENINGS), &secret).map_err(|fault| Failure::Program(fault.to_string()))?;
    key::write_new(&args.out.join(PUBLIC), &json_bytes(&public)?)?;
    printer.data(&commitment.root.to_string());
    let withheld = public.fields.len() - openings.fields.iter().filter(|o| is_open(&public, &o.path)).count();
    printer.word(&format!(
        "the line above is the root of the text. `{}` is public, with {withheld} of {} fields withheld; keep `{}` secret",
        args.out.join(PUBLIC).display(),
        public.fields.len(),
        args.out.join(OPENINGS).display()
    ));
    Ok(Exit::Ok)
}

fn is_open(public: &PublicVersion, path: &str) -> bool {
    let open = |f: &&countersign_assessments::PublicField| {
        matches!(f, countersign_assessments::PublicField::Open(_)) && f.path() == path
    };
    public.fields.iter().any(|f| open(&f))
}

/// The public version, if a reader can make something of it.
fn public_version(commitment: &Commitment, redactions: &[Redaction]) -> Result<PublicVersion, Failure> {
    let public = make_public(commitment, redactions).map_err(|fault| Failure::Input(fault.to_string()))?;
    read_public(&public).map_err(|why| {
        Failure::Input(format!(
            "with these redactions the public version cannot be read: {why}; withhold less of that part"
        ))
    })?;
    Ok(public)
}

fn read_openings(dir: &Path) -> Result<Openings, Failure> {
    let path = dir.join(OPENINGS);
    let openings: Openings = serde_json::from_str(&read_text(&path)?).map_err(|error| {
        Failure::Input(format!("`{}` is not what `countersign assess seal` wrote: {error}", path.display()))
    })?;
    Ok(openings)
}

fn read_public_file(dir: &Path) -> Result<(PublicVersion, Vec<u8>), Failure> {
    let path = dir.join(PUBLIC);
    let bytes = read_file(&path)?;
    let public = serde_json::from_slice(&bytes).map_err(|error| {
        Failure::Input(format!("`{}` is not what `countersign assess seal` wrote: {error}", path.display()))
    })?;
    Ok((public, bytes))
}

/// Sign as the reviewer: that this very text was read, the withheld parts too
#[derive(Debug, clap::Args)]
pub(super) struct Review {
    /// The sealed directory
    dir: PathBuf,
    /// The assessment that was read, whole
    #[arg(long, value_name = "FILE")]
    document: PathBuf,
    /// The reviewer's secret key
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
}

pub(super) fn review(args: &Review, printer: &mut Printer) -> Result<Exit, Failure> {
    let document = read_assessment(&args.document)?;
    let seed = key::load(&args.key)?;
    if seed.public().to_string() != document.reviewer.key {
        return Err(Failure::Input(format!(
            "the key of `{}` is not the reviewer's key that the assessment names",
            args.key.display()
        )));
    }
    let openings = read_openings(&args.dir)?;
    let fields = countersign_assessments::fields(&value_of(&document)?)
        .map_err(|fault| Failure::Input(fault.to_string()))?;
    let same = fields.len() == openings.fields.len()
        && fields.iter().zip(&openings.fields).all(|(f, o)| f.path == o.path && f.value == o.value);
    if !same {
        return Err(Failure::Input(format!(
            "`{}` is not the text that was sealed; seal it again after the last change",
            args.document.display()
        )));
    }
    let leaves: Result<Vec<Digest>, _> = openings.fields.iter().map(Opening::leaf).collect();
    let root = leaves.ok().and_then(|leaves| countersign_assessments::root(&leaves));
    if root != Some(openings.root) {
        return Err(Failure::Input("the seal does not fit its own root; seal the text again".to_owned()));
    }
    let review = SignedReview::sign(&document.id, openings.root, Day(clock::today()), &seed)
        .map_err(|fault| Failure::Program(fault.to_string()))?;
    key::write_new(&args.dir.join(REVIEW_DOCUMENT), &json_bytes(&review)?)?;
    printer.word(&format!("signed the root {} as the reviewer", openings.root.short()));
    Ok(Exit::Ok)
}

/// Sign as the assessor: makes the record for the register
#[derive(Debug, clap::Args)]
pub(super) struct Sign {
    /// The sealed directory
    dir: PathBuf,
    /// The assessor's secret key
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// A draft: the last day for comments; 30 days from its log entry at least
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date, conflicts_with = "last")]
    comment_until: Option<Date>,
    /// The final text
    #[arg(long = "final")]
    last: bool,
    /// The digest of the draft's record, which a final text follows
    #[arg(long, value_name = "DIGEST", requires = "last")]
    draft: Option<String>,
    /// The number of the version, from 1
    #[arg(long, default_value_t = 1)]
    version: u32,
}

pub(super) fn sign(args: &Sign, printer: &mut Printer) -> Result<Exit, Failure> {
    if !args.last && args.comment_until.is_none() {
        return Err(Failure::Input("say --comment-until for a draft, or --final".to_owned()));
    }
    // thirty days from its log entry, which is not before today (PUB-01)
    if let Some(until) = args.comment_until {
        let days = clock::today().until(until).map_or(0, |span| span.get_days());
        if days < 30 {
            printer.warning(&format!(
                "comments end on {until}, in {days} days: PUB-01 asks for thirty from the log entry on (ten where an urgent reason is \
                 given), and the day that is announced counts"
            ));
        }
    }
    let (public, bytes) = read_public_file(&args.dir)?;
    let document = read_public(&public).map_err(Failure::Input)?;
    let seed = key::load(&args.key)?;
    if seed.public().to_string() != document.assessor.key {
        return Err(Failure::Input(format!(
            "the key of `{}` is not the assessor's key that the assessment names",
            args.key.display()
        )));
    }
    let Filed { id, vendor, product, end_user, intermediaries: between } = filed(&document)?;
    let mut about = vec![id.clone(), vendor.clone(), product.clone()];
    for more in end_user.iter().chain(&between) {
        if !about.contains(more) {
            about.push(more.clone());
        }
    }
    let today = clock::today();
    let lead =
        document.declarations.iter().find(|d| d.lead).map_or(document.id.as_str(), |d| d.person.as_str());
    let assessor = &document
        .party(&document.assessor.party)
        .ok_or_else(|| Failure::Input("the assessor is none of the parties of the assessment".to_owned()))?
        .name;
    let mut documents: BTreeMap<DocumentName, Digest> = BTreeMap::new();
    let name = |text: &str| text.parse::<DocumentName>().map_err(|e| Failure::Program(e.to_string()));
    documents.insert(name(PUBLIC)?, Digest::of(&bytes));
    let mut declarations: Vec<&str> = Vec::new();
    if args.dir.join(REVIEW_DOCUMENT).exists() {
        documents.insert(name(REVIEW_DOCUMENT)?, Digest::of(&read_file(&args.dir.join(REVIEW_DOCUMENT))?));
        declarations.push(REVIEW_DOCUMENT);
    } else if args.last {
        return Err(Failure::Input(format!(
            "the reviewer has not signed; `countersign assess review {}` comes first",
            args.dir.display()
        )));
    }
    let mut content = json!({
        "id": id,
        "version": args.version,
        "status": if args.last { "final" } else { "draft" },
        "stage": if document.stage == Stage::D { "develop" } else { "sale" },
        "scope": {
            "vendor": vendor,
            "product": product,
            "version": document.product.version,
            "intermediaries": between,
        },
        "question_set": { "id": format!("hria-question-set/1 {}", questions()?.version()), "sha256": Digest::of(QUESTIONS.as_bytes()) },
        "assessors": [{ "name": lead, "organisation": assessor, "key": seed.public() }],
        "document": PUBLIC,
        "declarations": declarations,
    });
    let mut put = |pointer: &str, key: &str, value: Option<Value>| {
        if let (Some(value), Some(map)) = (value, content.pointer_mut(pointer).and_then(Value::as_object_mut))
        {
            map.insert(key.to_owned(), value);
        }
    };
    put("/scope", "end_user", end_user.map(|id| json!(id)));
    put("/scope", "country", document.destination.map(|c| json!(c.as_str())));
    put("", "comment_until", args.comment_until.map(|d| json!(d.to_string())));
    if args.last {
        put("", "draft", args.draft.as_ref().map(|d| json!({ "record": d })));
        put("", "valid_until", Some(json!(valid_to(document.stage, today).to_string())));
    }
    let predicate = json!({
        "about": about,
        "by": { "name": lead, "organisation": assessor },
        "date": today.to_string(),
        "summary": format!("{} assessment of {}", if args.last { "final" } else { "draft" }, document.title),
        "content": content,
    });
    let signed = SignedRecord::sign(RecordKind::Assessment, predicate, &documents, &seed)?;
    key::write_new(&args.dir.join(RECORD), &signed.to_bytes()?)?;
    printer.data(&signed.digest()?.to_string());
    printer.word(&format!(
        "`{}` is signed; hand it over with `{PUBLIC}`{} and nothing else of the directory. Others refer to it by the digest above",
        args.dir.join(RECORD).display(),
        if declarations.is_empty() { "" } else { " and `review.json`" }
    ));
    Ok(Exit::Ok)
}

/// Append a signed assessment to a register, with its public version (for the keeper of the register)
#[derive(Debug, clap::Args)]
pub(super) struct Publish {
    /// The sealed and signed directory
    dir: PathBuf,
    #[command(flatten)]
    place: Place,
    /// Write the receipt (`c2sp.org/tlog-proof@v1`) to this file
    #[arg(long, value_name = "FILE")]
    receipt: Option<PathBuf>,
}

pub(super) fn publish(args: &Publish, printer: &mut Printer) -> Result<Exit, Failure> {
    let path = args.dir.join(RECORD);
    let signed = SignedRecord::parse(&read_file(&path)?).map_err(|fault| {
        Failure::Input(format!("{}: {fault}; sign it with `countersign assess sign`", path.display()))
    })?;
    let (statement, _) = signed.open()?;
    let mut documents = BTreeMap::new();
    for subject in &statement.subject {
        let name: DocumentName = subject.name.parse().map_err(|e| Failure::Input(format!("{e}")))?;
        documents.insert(name, read_file(&args.dir.join(&subject.name))?);
    }
    let mut register = Register::open_to_append(&args.place.register, WAIT)?;
    let receipt = register
        .append(&NewEntry { signed: &signed, documents, withheld: BTreeSet::new() }, &clock::now()?)?;
    if let Some(path) = &args.receipt {
        key::write_new(path, receipt.proof.as_bytes())?;
    }
    printer.data(&format!("entry {}  {}  {}", receipt.index, receipt.kind, receipt.record));
    Ok(Exit::Ok)
}

/// Open a withheld field later: writes its salt and value, which only fit if nothing was changed
#[derive(Debug, clap::Args)]
pub(super) struct Disclose {
    /// The sealed directory
    dir: PathBuf,
    /// The path, or all that lies below it
    #[arg(long)]
    path: String,
    /// The file to write: the public version with the field open
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

pub(super) fn disclose(args: &Disclose, printer: &mut Printer) -> Result<Exit, Failure> {
    let (mut public, _) = read_public_file(&args.dir)?;
    let openings = read_openings(&args.dir)?;
    let below = |path: &str| {
        path.strip_prefix(args.path.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let mut opened = 0;
    for opening in openings.fields.iter().filter(|o| below(&o.path)) {
        if !is_open(&public, &opening.path) {
            public = open_field(&public, opening).map_err(|fault| Failure::Input(fault.to_string()))?;
            opened += 1;
        }
    }
    if opened == 0 {
        return Err(Failure::Input(format!("nothing is withheld at `{}`", args.path)));
    }
    key::write_new(&args.output, &json_bytes(&public)?)?;
    printer.word(&format!(
        "`{}` has {opened} fields more than what was published, under the same root",
        args.output.display()
    ));
    Ok(Exit::Ok)
}

/// The digest that a text on the command line is.
pub(super) fn digest(text: &str) -> Result<Digest, Failure> {
    text.parse().map_err(Failure::Input)
}
