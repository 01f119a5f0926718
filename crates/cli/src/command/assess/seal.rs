//! `countersign assess seal`, `review`, `sign`, `publish` and `disclose`: from a file to the register.
//!
//! A sealed directory holds `openings.json` (secret: every field with its salt), `assessment.json` (the public version),
//! then `review.json` (the reviewer's signature) and `record.json` (the signed record for the register).

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use countersign_assessments::{
    Assessment, COMMENT_DAYS, Commitment, Logged, Opening, PublicVersion, Redaction, SALT_BYTES, Stage,
    URGENT_DAYS, comment_days, commit, disclose as open_field, publish as make_public, valid_to,
};
use countersign_log::{KeyFault, create_secret};
use countersign_model::{Date, Digest};
use countersign_register::{
    Filed, NewEntry, REVIEW_DOCUMENT, Register, RegisterFault, Replay, Review as SignedReview, SignedRecord,
    check_root, read_public,
};
use countersign_store::DocumentName;
use countersign_verify::RecordKind;
use countersign_verify::records::{Assessment as Recorded, AssessmentStatus, Content, Day};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::read::{filed, questions, read_assessment};
use crate::command::key;
use crate::command::place::Place;
use crate::command::typed::date;
use crate::exit::Exit;
use crate::printer::Printer;
use countersign_operations::clock;
use countersign_operations::failure::{Failure, read_file};
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
    // a directory that somebody made for it, or that an earlier run left empty, will do
    let empty = std::fs::read_dir(&args.out).is_ok_and(|mut inside| inside.next().is_none());
    if args.out.exists() && !empty {
        return Err(Failure::Input(format!(
            "`{}` is there and not empty; name a directory that is not there yet",
            args.out.display()
        )));
    }
    let parent = args.out.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // made beside it and renamed: the directory is there whole or not at all
    let unfinished = tempfile::Builder::new().prefix(".seal-").tempdir_in(parent).map_err(|error| {
        Failure::Input(format!("no directory can be made in `{}`: {error}", parent.display()))
    })?;
    let openings = Openings {
        schema: "assessment-openings/1".to_owned(),
        root: commitment.root,
        fields: commitment.openings,
    };
    let secret = serde_json::to_string(&openings).map_err(|e| Failure::Program(e.to_string()))?;
    create_secret(&unfinished.path().join(OPENINGS), &secret).map_err(|fault| {
        let why = match fault {
            KeyFault::Io { source, .. } => source.to_string(),
            other => other.to_string(),
        };
        Failure::Program(format!("`{}` could not be written: {why}", args.out.join(OPENINGS).display()))
    })?;
    key::write_new(&unfinished.path().join(PUBLIC), &json_bytes(&public)?)?;
    std::fs::rename(unfinished.path(), &args.out)
        .map_err(|error| Failure::Program(format!("`{}` could not be made: {error}", args.out.display())))?;
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
    let bytes = made_by("seal", dir, OPENINGS)?;
    serde_json::from_slice(&bytes).map_err(|error| {
        Failure::Input(format!("`{}` is not what `countersign assess seal` wrote: {error}", path.display()))
    })
}

/// A file that an earlier step writes into the directory.
fn made_by(step: &str, dir: &Path, name: &str) -> Result<Vec<u8>, Failure> {
    let path = dir.join(name);
    if dir.is_dir() && !path.exists() {
        return Err(Failure::Input(format!(
            "there is no `{}`; `countersign assess {step}` makes it",
            path.display()
        )));
    }
    read_file(&path)
}

fn read_public_file(dir: &Path) -> Result<(PublicVersion, Vec<u8>), Failure> {
    let path = dir.join(PUBLIC);
    let bytes = made_by("seal", dir, PUBLIC)?;
    let public = serde_json::from_slice(&bytes).map_err(|error| {
        Failure::Input(format!("`{}` is not what `countersign assess seal` wrote: {error}", path.display()))
    })?;
    Ok((public, bytes))
}

/// The public version leads to its root (RED-01), and that is the root of what was sealed, where the openings are there.
fn whole(dir: &Path, public: &PublicVersion) -> Result<(), Failure> {
    let shown = dir.join(PUBLIC);
    let changed = |why: String| {
        Failure::Input(format!("`{}` is not what was sealed: {why}; seal the text again", shown.display()))
    };
    check_root(public).map_err(changed)?;
    if dir.join(OPENINGS).exists() && read_openings(dir)?.root != public.root {
        return Err(changed("its root is another than that of the openings".to_owned()));
    }
    Ok(())
}

/// The reviewer's signature holds, and is under this text (RED-05).
fn reviewed(bytes: &[u8], public: &PublicVersion) -> Result<(), Failure> {
    let review = SignedReview::parse(bytes).map_err(|fault| Failure::Input(fault.to_string()))?;
    if review.root == public.root {
        return Ok(());
    }
    Err(Failure::Input(
        "RED-05: the reviewer signed another text than this one; have it reviewed again after the last seal"
            .to_owned(),
    ))
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
    /// The final text, which follows a draft (--draft)
    #[arg(long = "final", requires = "draft")]
    last: bool,
    /// The digest of the draft's record, which a final text follows
    #[arg(long, value_name = "DIGEST", requires = "last")]
    draft: Option<String>,
    /// The number of the version, from 1
    #[arg(long, default_value_t = 1)]
    version: u32,
    /// The register, or a copy of it: what its keeper would refuse (an id or a draft of somebody else, a text that was revoked
    /// since) is refused before anything is signed
    #[arg(short, long, env = "COUNTERSIGN_REGISTER", value_name = "DIR")]
    register: Option<PathBuf>,
}

pub(super) fn sign(args: &Sign, printer: &mut Printer) -> Result<Exit, Failure> {
    let record = args.dir.join(RECORD);
    args.is_due(&record, printer)?;
    let (public, bytes) = read_public_file(&args.dir)?;
    whole(&args.dir, &public)?;
    let document = read_public(&public).map_err(Failure::Input)?;
    let seed = key::load(&args.key)?;
    if seed.public().to_string() != document.assessor.key {
        return Err(Failure::Input(format!(
            "the key of `{}` is not the assessor's key that the assessment names",
            args.key.display()
        )));
    }
    let mut attached = BTreeMap::from([(document_name(PUBLIC)?, bytes)]);
    let review = args.review(&public)?;
    let is_reviewed = review.is_some();
    if let Some(review) = review {
        attached.insert(document_name(REVIEW_DOCUMENT)?, review);
    }
    let predicate = predicate(args, &document, &seed.public().to_string(), is_reviewed)?;
    let digests = attached.iter().map(|(name, bytes)| (name.clone(), Digest::of(bytes))).collect();
    let signed = SignedRecord::sign(RecordKind::Assessment, predicate, &digests, &seed)?;
    if let Some(dir) = &args.register {
        let entry = NewEntry { signed: &signed, documents: attached, withheld: BTreeSet::new() };
        match Register::open(dir)?.check(&entry, &clock::now()?) {
            Ok(()) => {}
            // a key that is not accredited yet, say
            Err(fault @ RegisterFault::Signer(_)) => {
                printer.warning(&format!("as the register stands, it would not be taken in: {fault}"));
            }
            Err(fault) => return Err(fault.into()),
        }
    }
    key::write_new(&record, &signed.to_bytes()?)?;
    printer.data(&signed.digest()?.to_string());
    printer.word(&format!(
        "`{}` is signed; hand it over with `{PUBLIC}`{} and nothing else of the directory. Others refer to it by the digest above",
        record.display(),
        if is_reviewed { " and `review.json`" } else { "" }
    ));
    Ok(Exit::Ok)
}

impl Sign {
    /// Whether it is said what is signed, and nothing is signed already; a draft whose comments end too early draws a warning.
    fn is_due(&self, record: &Path, printer: &mut Printer) -> Result<(), Failure> {
        if !self.last && self.comment_until.is_none() {
            return Err(Failure::Input("say --comment-until for a draft, or --final".to_owned()));
        }
        if record.exists() {
            return Err(Failure::Input(format!(
                "`{}` is there: this text is signed already; remove that file to sign it again, or seal a changed text into a new \
                 directory",
                record.display()
            )));
        }
        // thirty days from its log entry, which is not before today (PUB-01)
        if let Some(until) = self.comment_until {
            let days = clock::today().until(until).map_or(0, |span| span.get_days());
            if days < 30 {
                printer.warning(&format!(
                    "comments end on {until}, in {days} days: PUB-01 asks for thirty from the log entry on (ten where an urgent reason is \
                     given), and the day that is announced counts"
                ));
            }
        }
        Ok(())
    }

    /// The reviewer's signature, which a final text needs.
    fn review(&self, public: &PublicVersion) -> Result<Option<Vec<u8>>, Failure> {
        let path = self.dir.join(REVIEW_DOCUMENT);
        if path.exists() {
            let review = read_file(&path)?;
            reviewed(&review, public)?;
            return Ok(Some(review));
        }
        if self.last {
            return Err(Failure::Input(format!(
                "the reviewer has not signed; `countersign assess review {}` comes first",
                self.dir.display()
            )));
        }
        Ok(None)
    }
}

fn document_name(text: &str) -> Result<DocumentName, Failure> {
    text.parse().map_err(|e| Failure::Program(format!("{e}")))
}

/// What the record says: under which subjects it is filed, by whom and when, and what the text is.
fn predicate(args: &Sign, document: &Assessment, key: &str, is_reviewed: bool) -> Result<Value, Failure> {
    let Filed { id, vendor, product, end_user, intermediaries: between } = filed(document)?;
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
    let status = if args.last { "final" } else { "draft" };
    let declarations: &[&str] = if is_reviewed { &[REVIEW_DOCUMENT] } else { &[] };
    let mut content = json!({
        "id": id,
        "version": args.version,
        "status": status,
        "stage": if document.stage == Stage::D { "develop" } else { "sale" },
        "scope": {
            "vendor": vendor,
            "product": product,
            "version": document.product.version,
            "intermediaries": between,
        },
        "question_set": { "id": format!("hria-question-set/1 {}", questions()?.version()), "sha256": Digest::of(QUESTIONS.as_bytes()) },
        "assessors": [{ "name": lead, "organisation": assessor, "key": key }],
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
    Ok(json!({
        "about": about,
        "by": { "name": lead, "organisation": assessor },
        "date": today.to_string(),
        "summary": format!("{status} assessment of {}", document.title),
        "content": content,
    }))
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
    let signed = SignedRecord::parse(&made_by("sign", &args.dir, RECORD)?).map_err(|fault| {
        Failure::Input(format!("{}: {fault}; sign it with `countersign assess sign`", path.display()))
    })?;
    let (statement, record) = signed.open()?;
    let mut documents = BTreeMap::new();
    for subject in &statement.subject {
        let name: DocumentName = subject.name.parse().map_err(|e| Failure::Input(format!("{e}")))?;
        documents.insert(name, read_file(&args.dir.join(&subject.name))?);
    }
    let (public, _) = read_public_file(&args.dir)?;
    whole(&args.dir, &public)?;
    if let Content::Assessment(content) = &record.content
        && content.status == AssessmentStatus::Final
    {
        let document = read_public(&public).map_err(Failure::Input)?;
        in_time(content, &document, &args.place.replay()?.1)?;
    }
    let mut register = args.place.open_to_append()?;
    let receipt = register
        .append(&NewEntry { signed: &signed, documents, withheld: BTreeSet::new() }, &clock::now()?)?;
    if let Some(path) = &args.receipt {
        key::write_new(path, receipt.proof.as_bytes())?;
    }
    printer.data(&format!("entry {}  {}  {}", receipt.index, receipt.kind, receipt.record));
    Ok(Exit::Ok)
}

/// How far ahead a first day is looked for on which a final text would count.
const MOST_DAYS: i64 = 400;

/// A final text that comes before the time for comments is over would use up its draft, and never count (PUB-01).
fn in_time(content: &Recorded, document: &Assessment, replay: &Replay) -> Result<(), Failure> {
    let draft = content.draft.as_ref().and_then(|draft| replay.record(&draft.record));
    let Some((entry, _)) = draft else { return Ok(()) };
    let Content::Assessment(announced) = &entry.record.content else { return Ok(()) };
    let days_on = |day: Date| {
        let logged = Logged {
            draft: Some(entry.day()),
            last: Some(day),
            announced: announced.comment_until.map(|day| day.0),
            ..Logged::default()
        };
        comment_days(document, &logged).unwrap_or_default()
    };
    let needed = if document.urgent_reason.is_some() { URGENT_DAYS } else { COMMENT_DAYS };
    let today = clock::today();
    let days = days_on(today);
    if days >= needed {
        return Ok(());
    }
    // the first day on which it would count; none, where the days that were announced are too few
    let later = (1..=MOST_DAYS).filter_map(|n| today.checked_add(jiff::Span::new().days(n)).ok());
    let first = later.into_iter().find(|day| days_on(*day) >= needed);
    let then = match first {
        Some(day) => format!("publish it on {day} or later"),
        None => "the days that were announced are too few: sign a new draft with a later --comment-until"
            .to_owned(),
    };
    if let Some(until) = announced.comment_until.map(|day| day.0).filter(|until| today <= *until) {
        return Err(Failure::Input(format!(
            "PUB-01: comments on the draft (entry {}) were announced until {until}, and a window is not shortened; {then}",
            entry.index
        )));
    }
    Err(Failure::Input(format!(
        "PUB-01: comments on the draft (entry {}) were open for {days} whole days, and {needed} are needed; {then}",
        entry.index
    )))
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
