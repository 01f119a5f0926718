//! The assessments of a register: each final text with its draft, its comments and all that became of it, and the
//! facts about it on which the gate decides.
//!
//! Everything is read from a [`Replay`], so that only records count whose signer was allowed to sign them when they
//! were logged. Nothing here decides: what an assessment lets pass is the law packs' question (`law/gate`).

use std::collections::{BTreeMap, BTreeSet};

use countersign_assessments::{Assessment, Day, Event, PublicVersion, RedactionReport, State};
use countersign_model::{Date, Digest};
use countersign_verify::records::{
    Assessment as Recorded, AssessmentStatus, Content, Disposition as Answered, RecordRef, SubjectId,
};
use countersign_verify::{ABOUT, KeyRing, Leaf, RecordKind, Signer};

use crate::dir::Register;
use crate::drafts::{Drafts, Last, Taken};
use crate::entry::{Entry, day_of, is_about};
use crate::fault::RegisterFault;
use crate::filed::{Filed, differs};
use crate::interested::{Interested, house};
use crate::life::{Life, Said};
use crate::replay::Replay;
use crate::review::Review;
use crate::text::Text;
use crate::triggers::{Touched, TriggerReport, reports};

/// An assessment that went into the log, as far as it is public.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct LoggedAssessment {
    /// Its id: `assessment:…`.
    pub id: SubjectId,
    /// Whose it is: the organisation for which the register knows its signer, else the signer's name or key.
    pub house: String,
    /// Draft or final.
    pub status: AssessmentStatus,
    /// The index of its entry.
    pub index: u64,
    /// The digest of its record.
    pub record: Digest,
    /// When it was logged.
    pub logged: Date,
    /// The digest of the record of its draft, where it has one that counts.
    pub draft: Option<Digest>,
    /// When its draft was logged; for a draft, the same day.
    pub draft_logged: Option<Date>,
    /// The last day for comments that the draft's record announced.
    pub announced: Option<Date>,
    /// Why a final text has no draft that counts.
    pub no_draft: Option<String>,
    /// The text, without what is withheld.
    pub document: Assessment,
    /// The public version, with the proof of what is withheld.
    pub public: PublicVersion,
    /// Whether the public version is what it says, and the rules that it breaks.
    pub redaction: RedactionReport,
    /// The reviewer's signature, where there is one that holds.
    pub review: Option<Review>,
    /// When its assessor signed.
    pub signed: Date,
    /// The comments on this text and on those of the same assessment before it, by the digest of their records, with their
    /// entries. Also those whose records are gone: the log has their digests.
    pub comments: BTreeMap<Digest, u64>,
    /// The answers to comments that are records of their own.
    pub answers: BTreeMap<Digest, (Answered, String)>,
    /// Those of them that were logged before this text: what PUB-04 asks for.
    pub(crate) answers_before: BTreeMap<Digest, (Answered, String)>,
    /// What became of it, oldest first.
    pub events: Vec<Event>,
    /// Findings and incidents that touch it, oldest first.
    pub reports: Vec<TriggerReport>,
}

/// An assessment whose text cannot be read. It never counts.
#[derive(Debug, Clone)]
pub struct Unreadable {
    /// Its id.
    pub id: SubjectId,
    /// The index of its entry.
    pub index: u64,
    /// Why.
    pub why: String,
}

/// All assessments of a register as of a day.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Assessed {
    /// Drafts and finals, oldest first.
    pub all: Vec<LoggedAssessment>,
    /// Those whose text cannot be read.
    pub unreadable: Vec<Unreadable>,
    /// Texts of which nobody knows who led them, and for whom they worked: the record or the text is gone.
    pub(crate) gone: Vec<Gone>,
}

/// A text that is gone from this copy.
#[derive(Debug, Clone)]
pub(crate) struct Gone {
    /// The index of its entry.
    pub(crate) index: u64,
    /// When it was logged.
    pub(crate) logged: Date,
    /// What it is filed under.
    pub(crate) about: Vec<String>,
    /// Whether it is known to be a draft.
    pub(crate) is_draft: bool,
}

impl Gone {
    fn of(index: u64, leaf: &Leaf, is_draft: bool) -> Self {
        let about = leaf.extra.get(ABOUT).map(String::as_str).unwrap_or_default();
        let about = about.split(' ').map(str::to_owned).collect();
        Self { index, logged: day_of(&leaf.time), about, is_draft }
    }
}

/// What the register held by a day, for reading its assessments.
struct Logged<'a> {
    /// The entries that count, with their signers.
    signed: Vec<(&'a Entry, &'a Signer)>,
    /// Those whose records are gone.
    lost: Vec<(u64, &'a Leaf)>,
}

/// Reads all assessments that were logged by `known_at`, with what was logged about them by then.
///
/// # Errors
/// When a document cannot be read from the disk. What is wrong with one text is in [`Assessed::unreadable`].
pub fn assessed(register: &Register, replay: &Replay, known_at: Date) -> Result<Assessed, RegisterFault> {
    let by_then = |leaf: &Leaf| day_of(&leaf.time) <= known_at;
    let logged = Logged {
        signed: replay.sound().filter(|(entry, _)| by_then(&entry.leaf)).collect(),
        lost: replay.lost().filter(|(_, leaf)| by_then(leaf)).collect(),
    };
    let mut found = Assessed::default();
    let texts_gone = logged.lost.iter().filter(|(_, leaf)| leaf.kind == RecordKind::Assessment);
    found.gone = texts_gone.map(|(index, leaf)| Gone::of(*index, leaf, false)).collect();
    let mut finals: Vec<(SubjectId, String, u64)> = Vec::new();
    let mut drafts = Drafts::default();
    let mut texts = Texts::default();
    for (entry, signer) in &logged.signed {
        let Content::Assessment(content) = &entry.record.content else { continue };
        let house = house(&entry.signer, signer);
        if content.status == AssessmentStatus::Final {
            // also one whose text is gone: else the text before it would be in force again
            finals.push((content.id.clone(), house.clone(), entry.index));
        }
        // also on one whose text is gone the public has had its word
        texts.add(entry, content, &house);
        let text = match text_of(register, entry, content, known_at)? {
            Ok(text) => text,
            Err(why) => {
                found.unreadable.push(Unreadable { id: content.id.clone(), index: entry.index, why });
                let is_draft = content.status == AssessmentStatus::Draft;
                found.gone.push(Gone::of(entry.index, &entry.leaf, is_draft));
                continue;
            }
        };
        let draft = match content.status {
            AssessmentStatus::Draft => {
                drafts.add(entry, content, signer);
                let announced = content.comment_until.map(|day| day.0);
                Ok(Taken { record: entry.leaf.sha256, logged: entry.day(), announced })
            }
            AssessmentStatus::Final => {
                drafts.take(Last { index: entry.index, house: &house, content }, &logged.signed)
            }
        };
        let before = texts.up_to(content, &house);
        found.all.push(logged.assessment(entry, content, house, text, draft, before));
    }
    // of the same house only: nobody supersedes another's assessment by taking its id
    for assessment in &mut found.all {
        let next = finals.iter().find(|(id, house, index)| {
            *id == assessment.id && *house == assessment.house && *index > assessment.index
        });
        let next = next.map(|(.., index)| *index);
        assessment.events = life(&logged.signed, &logged.lost, assessment, replay.ring(), next, known_at);
    }
    Ok(found)
}

/// The text of an entry, or why it cannot be read.
fn text_of(
    register: &Register,
    entry: &Entry,
    content: &Recorded,
    known_at: Date,
) -> Result<Result<Text, String>, RegisterFault> {
    let documents = register.documents_of(&entry.leaf)?;
    let bytes_of =
        |name: &str| documents.iter().find(|(n, _)| n.as_str() == name).map(|(_, bytes)| bytes.as_slice());
    let head = &entry.record.head;
    let text = Text::read(bytes_of, content.document.as_str(), head.date.0, known_at);
    Ok(text.and_then(|text| match differs(content, &head.about, &entry.signer, &text.document) {
        Some(why) => Err(why),
        None => Ok(text),
    }))
}

impl Logged<'_> {
    /// One text with what was said about it. `before` are the texts of the same assessment up to it.
    fn assessment(
        &self,
        entry: &Entry,
        content: &Recorded,
        house: String,
        text: Text,
        draft: Result<Taken, String>,
        mut before: BTreeSet<Digest>,
    ) -> LoggedAssessment {
        // a record that is gone may have been a text of this assessment
        before.extend(self.gone(RecordKind::Assessment, &content.id).map(|(_, leaf)| leaf.sha256));
        before.extend(content.draft.as_ref().map(|draft| draft.record));
        let mut comments = comments(&self.signed, |reference| before.contains(&reference.record));
        // what is gone was said all the same: the log has its digest, so that an answer can be asked for
        comments
            .extend(self.gone(RecordKind::Comment, &content.id).map(|(index, leaf)| (leaf.sha256, index)));
        let answers_before = answers(&self.signed, &comments, &house, entry.index);
        let answers = answers(&self.signed, &comments, &house, u64::MAX);
        let interested = Interested::of(&text.document, &house);
        let reports = reports(&self.signed, Touched::by(&content.scope), Some(&interested));
        let taken = draft.as_ref().ok();
        LoggedAssessment {
            id: content.id.clone(),
            house,
            status: content.status,
            index: entry.index,
            record: entry.leaf.sha256,
            logged: entry.day(),
            draft: taken.map(|taken| taken.record).filter(|record| *record != entry.leaf.sha256),
            draft_logged: taken.map(|taken| taken.logged),
            announced: taken.and_then(|taken| taken.announced),
            no_draft: draft.err(),
            document: text.document,
            public: text.public,
            redaction: text.redaction,
            review: text.review,
            signed: entry.record.head.date.0,
            answers,
            answers_before,
            comments,
            events: Vec::new(),
            reports,
        }
    }

    /// The entries of a kind about an assessment whose records are gone.
    fn gone<'s>(&'s self, kind: RecordKind, id: &'s SubjectId) -> impl Iterator<Item = (u64, &'s Leaf)> {
        let of = move |leaf: &Leaf| leaf.kind == kind && is_about(leaf, id);
        self.lost.iter().filter(move |(_, leaf)| of(leaf)).map(|(index, leaf)| (*index, *leaf))
    }
}

/// The events of one assessment: its own entry, then what was logged about it. `next` is the entry of the text that took
/// its place.
fn life(
    entries: &[(&Entry, &Signer)],
    lost: &[(u64, &Leaf)],
    of: &LoggedAssessment,
    ring: &KeyRing,
    next: Option<u64>,
    known_at: Date,
) -> Vec<Event> {
    let event = |state: State, logged: Date| Event {
        event: state,
        log_time: Day(logged),
        valid_time: None,
        reason: None,
    };
    let mut events = Vec::new();
    if let Some(draft) = of.draft_logged {
        events.extend([event(State::Draft, draft), event(State::Consultation, draft)]);
    }
    if of.status == AssessmentStatus::Draft {
        return events;
    }
    events.extend([event(State::Final, of.logged), event(State::Live, of.logged)]);
    let interested = Interested::of(&of.document, &of.house);
    let mut life = Life::new(of.record, &of.house, &interested, ring, events);
    let mut reports = of.reports.iter().filter(|r| r.index > of.index && r.forces()).peekable();
    let mut lost = lost.iter().filter(|(index, leaf)| *index > of.index && concerns(leaf, of)).peekable();
    for (entry, signer) in entries.iter().filter(|(entry, _)| entry.index > of.index) {
        while let Some((index, leaf)) = lost.next_if(|(index, _)| *index < entry.index) {
            life.lost(*index, leaf);
        }
        if let Some(report) = reports.next_if(|report| report.index == entry.index) {
            life.reported(report);
        }
        if next == Some(entry.index) {
            life.superseded(entry.day());
        }
        // what does not count was refused when it was to be appended, or is passed over
        let _: Result<(), String> = life.take(Said::by(entry, signer));
    }
    for (index, leaf) in lost {
        life.lost(*index, leaf);
    }
    life.until(known_at)
}

/// Whether an entry whose record is gone may have changed what an assessment is: a newer text of it, something that was decided
/// about it, a finding about whom it is about.
fn concerns(leaf: &Leaf, of: &LoggedAssessment) -> bool {
    use RecordKind as K;
    let about = |subject: &SubjectId| is_about(leaf, subject);
    match leaf.kind {
        K::Assessment | K::Challenge | K::ChallengeDecision | K::Suspension | K::Revocation => about(&of.id),
        K::Finding => match Filed::of(&of.document) {
            // of the vendor's tools, without saying which
            Ok(filed) if about(&filed.vendor) && !names_a_product(leaf) => true,
            Ok(filed) => about(&filed.product) || filed.end_user.as_ref().is_some_and(about),
            Err(_) => true,
        },
        _ => false,
    }
}

fn names_a_product(leaf: &Leaf) -> bool {
    leaf.extra.get(ABOUT).is_some_and(|about| about.split(' ').any(|subject| subject.starts_with("product:")))
}

/// The texts of each house, as they come.
#[derive(Default)]
struct Texts<'a> {
    all: Vec<(Digest, &'a Recorded, String)>,
}

impl<'a> Texts<'a> {
    fn add(&mut self, entry: &Entry, content: &'a Recorded, house: &str) {
        self.all.push((entry.leaf.sha256, content, house.to_owned()));
    }

    /// Those so far of the same house that are of the same assessment, or of the same scope under another id: what the public
    /// said of the one it said of the other (PUB-04).
    fn up_to(&self, content: &Recorded, house: &str) -> BTreeSet<Digest> {
        let same = |other: &Recorded| {
            other.id == content.id || (other.stage == content.stage && other.scope == content.scope)
        };
        let mine = self.all.iter().filter(|(_, other, of)| of == house && same(other));
        mine.map(|(record, ..)| *record).collect()
    }
}

fn comments(entries: &[(&Entry, &Signer)], of: impl Fn(&RecordRef) -> bool) -> BTreeMap<Digest, u64> {
    let mut found = BTreeMap::new();
    for (entry, _) in entries {
        if let Content::Comment(comment) = &entry.record.content
            && of(&comment.of)
        {
            found.insert(entry.leaf.sha256, entry.index);
        }
    }
    found
}

/// The answers of its own house that stand before an entry: nobody else answers for the assessor (PUB-04).
fn answers(
    entries: &[(&Entry, &Signer)],
    comments: &BTreeMap<Digest, u64>,
    own: &str,
    before: u64,
) -> BTreeMap<Digest, (Answered, String)> {
    let mut found = BTreeMap::new();
    for (entry, signer) in entries.iter().filter(|(entry, _)| entry.index < before) {
        if let Content::Response(response) = &entry.record.content
            && comments.contains_key(&response.to.record)
            && house(&entry.signer, signer) == own
        {
            found.insert(response.to.record, (response.disposition, response.reason.to_string()));
        }
    }
    found
}
