//! `countersign assess comment`, `respond`, `challenge`, `decide`, `suspend`, `reinstate`, `revoke`: what others say of an
//! assessment, each a signed record of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use clap::ArgGroup;
use countersign_assessments::{challenge_deadlines, suspend_by};
use countersign_model::{Date, Digest};
use countersign_register::{Entry, NewEntry, Register, Replay, SignedRecord};
use countersign_verify::RecordKind;
use serde_json::{Value, json};

use super::seal::digest;
use crate::command::key;
use crate::command::place::Place;
use crate::command::typed::date;
use crate::exit::Exit;
use crate::printer::Printer;
use countersign_operations::clock;
use countersign_operations::failure::Failure;

/// Who signs, and where the record goes.
#[derive(Debug, clap::Args)]
struct Hand {
    #[command(flatten)]
    place: Place,
    /// Your secret key
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Your name, as the record gives it
    #[arg(long, default_value = "anonymous")]
    name: String,
    /// Write the signed record to this file, for the keeper to append, instead of appending it
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Comment on an assessment. Anyone may, with any key and without a name
#[derive(Debug, clap::Args)]
pub(super) struct Comment {
    /// The assessment (`assessment:…`, its newest text), or the digest of a record
    of: String,
    /// The comment
    #[arg(long)]
    text: String,
    #[command(flatten)]
    hand: Hand,
}

/// Answer a comment; every comment on a draft needs an answer before the final text
#[derive(Debug, clap::Args)]
#[command(group = ArgGroup::new("outcome").required(true))]
pub(super) struct Respond {
    /// The digest of the comment's record
    comment: String,
    /// The text was changed as asked
    #[arg(long, group = "outcome")]
    accepted: bool,
    /// In part
    #[arg(long, group = "outcome")]
    partly: bool,
    /// It was not
    #[arg(long, group = "outcome")]
    rejected: bool,
    /// Why
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    hand: Hand,
}

/// Challenge an assessment. Anyone may; an answer is due, and a missed deadline suspends
///
/// The digest of a decision on a challenge makes it the appeal: one by each side, signed with the key of the challenge or with
/// a key of the assessor's organisation (CHG-05).
#[derive(Debug, clap::Args)]
pub(super) struct Challenge {
    /// The assessment (`assessment:…`, its newest final text), or the digest of a record
    of: String,
    /// On what ground: a rule (`REV-01`, `IND-03`) or a short phrase; may be given several times
    #[arg(long = "ground", required = true)]
    grounds: Vec<String>,
    /// The challenge
    #[arg(long)]
    text: String,
    #[command(flatten)]
    hand: Hand,
}

/// Admit a challenge or decide it (adjudicators), or decide the appeal (also accreditors and registrars)
///
/// Within ten working days somebody says whether it is admissible (`--outcome admitted` or `inadmissible`), within sixty days
/// it is decided; a missed deadline suspends the assessment. A challenge that is upheld suspends until a reinstatement; a
/// revocation is a record of its own. Nobody of the assessor or of the vendor's group decides (CHG-02), and nobody decides on
/// the appeal against their own decision (CHG-05).
#[derive(Debug, clap::Args)]
pub(super) struct Decide {
    /// The digest of the challenge's record
    challenge: String,
    /// How it was decided, or that it will be
    #[arg(long, value_parser = ["admitted", "upheld", "partly_upheld", "rejected", "inadmissible"])]
    outcome: String,
    /// The reasons; they are public
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    hand: Hand,
}

/// Suspend an assessment: it is not to be relied upon for now (adjudicators, accreditors)
#[derive(Debug, clap::Args)]
pub(super) struct Suspend {
    /// The assessment (`assessment:…`, its newest final text), or the digest of its record
    of: String,
    /// What happened
    #[arg(long, value_parser = [
        "new_major_version", "change_of_control_vendor", "change_of_control_end_user", "coup_or_emergency",
        "misuse_report", "sanctions_listing", "repeal_of_law", "loss_of_oversight", "vendor_blocks_monitoring",
        "unassessed_reseller", "challenge",
    ])]
    trigger: String,
    /// The day on which it became true
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    since: Date,
    /// The reasons
    #[arg(long)]
    reason: String,
    /// The digest of a record that shows it (a finding, an incident, a challenge); may be given several times
    #[arg(long, value_name = "DIGEST")]
    because_of: Vec<String>,
    #[command(flatten)]
    hand: Hand,
}

/// End a suspension (adjudicators, accreditors)
#[derive(Debug, clap::Args)]
pub(super) struct Reinstate {
    /// The digest of the suspension's record
    suspension: String,
    /// From which day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    since: Date,
    /// The reasons
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    hand: Hand,
}

/// Revoke an assessment for good (adjudicators, accreditors)
#[derive(Debug, clap::Args)]
pub(super) struct Revoke {
    /// The assessment (`assessment:…`, its newest final text), or the digest of its record
    of: String,
    /// REV-01 a stop fact · REV-02 a false declaration: void from the start · REV-03 accreditation lost · REV-04 redaction
    /// abused · REV-05 retaliation · REV-06 monitoring refused · REV-07 superseded
    #[arg(long, value_parser = ["REV-01", "REV-02", "REV-03", "REV-04", "REV-05", "REV-06", "REV-07"])]
    ground: String,
    /// The day on which it became true
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    since: Date,
    /// The reasons
    #[arg(long)]
    reason: String,
    /// The digest of a record that shows it; may be given several times
    #[arg(long, value_name = "DIGEST")]
    because_of: Vec<String>,
    #[command(flatten)]
    hand: Hand,
}

/// The record that a text on the command line means.
pub(super) fn target<'a>(replay: &'a Replay, text: &str, finals_only: bool) -> Result<&'a Entry, Failure> {
    if text.starts_with("assessment:") {
        return replay.text_of(text, finals_only).map_err(|fault| Failure::Input(fault.to_string()));
    }
    let wanted = digest(text)?;
    replay
        .record(&wanted)
        .map(|(entry, _)| entry)
        .ok_or_else(|| Failure::Input(format!("the register has no sound record `{text}`")))
}

/// What is said of a record.
struct Said<'a> {
    kind: RecordKind,
    target: &'a Entry,
    summary: &'a str,
    content: Value,
}

/// Signs what is said, about the subjects of the record that it is said of, and appends it or writes it to a file.
fn say(hand: &Hand, register: &Register, said: Said<'_>, printer: &mut Printer) -> Result<Exit, Failure> {
    let predicate = json!({
        "about": said.target.record.head.about,
        "by": { "name": hand.name },
        "date": clock::today().to_string(),
        "summary": said.summary,
        "content": said.content,
    });
    let signed = SignedRecord::sign(said.kind, predicate, &BTreeMap::new(), &key::load(&hand.key)?)?;
    let entry = NewEntry { signed: &signed, documents: BTreeMap::new(), withheld: BTreeSet::new() };
    if let Some(path) = &hand.output {
        // the keeper would refuse it: better to hear it now
        register.check(&entry, &clock::now()?)?;
        key::write_new(path, &signed.to_bytes()?)?;
        printer.data(&signed.digest()?.to_string());
        printer.word(&format!(
            "`{}` is signed; the keeper appends it with `countersign register append`",
            path.display()
        ));
        return Ok(Exit::Ok);
    }
    let receipt = hand.place.open_to_append()?.append(&entry, &clock::now()?)?;
    printer.data(&format!("entry {}  {}  {}", receipt.index, receipt.kind, receipt.record));
    Ok(Exit::Ok)
}

fn reference(digest: &Digest) -> Value {
    json!({ "record": digest })
}

fn references(digests: &[String]) -> Result<Vec<Value>, Failure> {
    digests.iter().map(|d| digest(d).map(|d| reference(&d))).collect()
}

pub(super) fn comment(args: &Comment, printer: &mut Printer) -> Result<Exit, Failure> {
    let (register, replay) = args.hand.place.replay()?;
    let of = target(&replay, &args.of, false)?;
    let content = json!({ "of": reference(&of.leaf.sha256), "text": args.text });
    let said = Said { kind: RecordKind::Comment, target: of, summary: "a comment", content };
    say(&args.hand, &register, said, printer)
}

pub(super) fn respond(args: &Respond, printer: &mut Printer) -> Result<Exit, Failure> {
    let (register, replay) = args.hand.place.replay()?;
    let to = target(&replay, &args.comment, false)?;
    let disposition = match (args.accepted, args.partly) {
        (true, _) => "accepted",
        (_, true) => "partly",
        _ => "rejected",
    };
    let content =
        json!({ "to": reference(&to.leaf.sha256), "disposition": disposition, "reason": args.reason });
    let said = Said { kind: RecordKind::Response, target: to, summary: "answer to a comment", content };
    say(&args.hand, &register, said, printer)
}

pub(super) fn challenge(args: &Challenge, printer: &mut Printer) -> Result<Exit, Failure> {
    let (register, replay) = args.hand.place.replay()?;
    let of = target(&replay, &args.of, true)?;
    let content = json!({ "of": reference(&of.leaf.sha256), "grounds": args.grounds, "text": args.text });
    let said = Said { kind: RecordKind::Challenge, target: of, summary: "a challenge", content };
    let exit = say(&args.hand, &register, said, printer)?;
    let due = challenge_deadlines(clock::today());
    printer.word(&format!(
        "logged today, it is to be admitted or not by {} and decided by {}; silence suspends the assessment (CHG-06)",
        due.admissibility, due.decision
    ));
    Ok(exit)
}

pub(super) fn decide(args: &Decide, printer: &mut Printer) -> Result<Exit, Failure> {
    let (register, replay) = args.hand.place.replay()?;
    let of = target(&replay, &args.challenge, false)?;
    let seed = key::load(&args.hand.key)?;
    let content = json!({
        "of": reference(&of.leaf.sha256),
        "outcome": args.outcome,
        "reasons": args.reason,
        "panel": [{ "name": args.hand.name, "organisation": args.hand.name, "key": seed.public() }],
    });
    let said =
        Said { kind: RecordKind::ChallengeDecision, target: of, summary: "decision on a challenge", content };
    say(&args.hand, &register, said, printer)
}

pub(super) fn suspend(args: &Suspend, printer: &mut Printer) -> Result<Exit, Failure> {
    let (register, replay) = args.hand.place.replay()?;
    let of = target(&replay, &args.of, true)?;
    let content = json!({
        "of": reference(&of.leaf.sha256),
        "since": args.since.to_string(),
        "trigger": args.trigger,
        "reason": args.reason,
        "because_of": references(&args.because_of)?,
    });
    let late = suspend_by(args.since) < clock::today();
    let said =
        Said { kind: RecordKind::Suspension, target: of, summary: "the assessment is suspended", content };
    let exit = say(&args.hand, &register, said, printer)?;
    if late {
        printer
            .warning(&format!("this was due by {}, ten days after it became true", suspend_by(args.since)));
    }
    Ok(exit)
}

pub(super) fn reinstate(args: &Reinstate, printer: &mut Printer) -> Result<Exit, Failure> {
    let (register, replay) = args.hand.place.replay()?;
    let of = target(&replay, &args.suspension, false)?;
    let content =
        json!({ "of": reference(&of.leaf.sha256), "since": args.since.to_string(), "reason": args.reason });
    let said = Said { kind: RecordKind::Reinstatement, target: of, summary: "the suspension ends", content };
    say(&args.hand, &register, said, printer)
}

pub(super) fn revoke(args: &Revoke, printer: &mut Printer) -> Result<Exit, Failure> {
    let (register, replay) = args.hand.place.replay()?;
    let of = target(&replay, &args.of, true)?;
    let content = json!({
        "of": reference(&of.leaf.sha256),
        "ground": args.ground,
        "since": args.since.to_string(),
        "void": if args.ground == "REV-02" { "yes" } else { "no" },
        "reason": args.reason,
        "because_of": references(&args.because_of)?,
    });
    let said =
        Said { kind: RecordKind::Revocation, target: of, summary: "the assessment is revoked", content };
    say(&args.hand, &register, said, printer)
}
