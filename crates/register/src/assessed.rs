//! The assessments of a register: each final text with its draft, its comments and all that became of it, and the
//! facts about it on which the gate decides.
//!
//! Everything is read from a [`Replay`], so that only records count whose signer was allowed to sign them when they
//! were logged. Nothing here decides: what an assessment lets pass is the law packs' question (`law/gate`).

use std::collections::{BTreeMap, BTreeSet};

use countersign_assessments::{
    Accredited, Assessment, CaseParty, Day, Disposition, Earlier, Evaluation, Event, Finding, Gap, GateInput,
    Known, LaterWork, Logged, Outcome, PublicVersion, QuestionSet, RedactionFault, RedactionReport, Report,
    State, Tie, challenge_deadlines, check_independence, check_publication, check_redaction,
    evaluate_document, gate_facts, public_document,
};
use countersign_model::{Date, Digest, parse_date};
use countersign_verify::records::{
    Assessment as RecordedAssessment, AssessmentScope, AssessmentStatus, Content, Disposition as Answered,
    PanelOutcome, PersonName, RecordRef, Role, SubjectId,
};
use countersign_verify::{KeyRing, Leaf, PublicKey, Signer, UtcTime};

use crate::dir::Register;
use crate::fault::RegisterFault;
use crate::filed::differs;
use crate::read::Entry;
use crate::replay::Replay;
use crate::review::{REVIEW_DOCUMENT, Review};
use crate::triggers::{Touched, TriggerReport, reports, unheeded};

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
    /// When its draft was logged; for a draft, the same day.
    pub draft_logged: Option<Date>,
    /// The last day for comments that the draft's record announced.
    pub announced: Option<Date>,
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
    /// The comments on the draft and on this text, by the digest of their records, with their entries.
    pub comments: BTreeMap<Digest, u64>,
    /// The answers to comments that are records of their own.
    pub answers: BTreeMap<Digest, (Answered, String)>,
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
}

/// The day of a log time.
pub(crate) fn day_of(time: &UtcTime) -> Date {
    let date = time.as_str().split_once('T').and_then(|(date, _)| parse_date(date).ok());
    // a `UtcTime` begins with a date
    date.unwrap_or(Date::MAX)
}

/// Reads all assessments that were logged by `known_at`, with what was logged about them by then.
///
/// # Errors
/// When a document cannot be read from the disk. What is wrong with one text is in [`Assessed::unreadable`].
pub fn assessed(register: &Register, replay: &Replay, known_at: Date) -> Result<Assessed, RegisterFault> {
    let mut found = Assessed::default();
    let signed: Vec<(&Entry, &Signer)> =
        replay.sound().filter(|(e, _)| day_of(&e.leaf.time) <= known_at).collect();
    let entries: Vec<&Entry> = signed.iter().map(|(entry, _)| *entry).collect();
    let mut drafts = Drafts::default();
    for (entry, signer) in &signed {
        let Content::Assessment(content) = &entry.record.content else { continue };
        let logged = day_of(&entry.leaf.time);
        let draft = match content.status {
            AssessmentStatus::Draft => {
                let announced = content.comment_until.map(|day| day.0);
                drafts.add(entry, content, signer);
                Some((logged, announced))
            }
            AssessmentStatus::Final => drafts.take(entry, content, signer, &entries),
        };
        let (draft_logged, announced) = (draft.map(|d| d.0), draft.and_then(|d| d.1));
        match read_text(register, &entry.leaf, content.document.as_str(), entry.record.head.date.0, known_at)?
        {
            Err(why) => found.unreadable.push(Unreadable { id: content.id.clone(), index: entry.index, why }),
            Ok((document, public, redaction, review)) => {
                if let Some(why) = differs(content, &entry.record.head.about, &document) {
                    found.unreadable.push(Unreadable { id: content.id.clone(), index: entry.index, why });
                    continue;
                }
                let of = |reference: &RecordRef| {
                    reference.record == entry.leaf.sha256
                        || content.draft.as_ref().is_some_and(|draft| draft.record == reference.record)
                };
                let comments = comments(&entries, of);
                let answers = answers(&entries, &comments);
                found.all.push(LoggedAssessment {
                    id: content.id.clone(),
                    house: house(entry, signer),
                    status: content.status,
                    index: entry.index,
                    record: entry.leaf.sha256,
                    logged,
                    draft_logged,
                    announced,
                    document,
                    public,
                    redaction,
                    review,
                    signed: entry.record.head.date.0,
                    comments,
                    answers,
                    events: Vec::new(),
                    reports: reports(&entries, Touched::by(&content.scope)),
                });
            }
        }
    }
    // of the same house only: nobody supersedes another's assessment by taking its id
    let finals: Vec<(SubjectId, String, u64, Date)> = found
        .all
        .iter()
        .filter(|a| a.status == AssessmentStatus::Final)
        .map(|a| (a.id.clone(), a.house.clone(), a.index, a.logged))
        .collect();
    for assessment in &mut found.all {
        let next = finals.iter().find(|(id, house, index, _)| {
            *id == assessment.id && *house == assessment.house && *index > assessment.index
        });
        assessment.events = life(&signed, assessment, next.map(|(.., day)| *day), known_at);
    }
    Ok(found)
}

/// A name without case and doubled spaces.
fn folded(name: &str) -> String {
    name.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whose a record is: the organisation for which the register knows the signer, else the name, else the key.
fn house(entry: &Entry, signer: &Signer) -> String {
    match signer {
        Signer::Known { name, organisation, .. } => organisation.clone().unwrap_or_else(|| name.clone()),
        Signer::Public => entry.signer.to_string(),
    }
}

/// The drafts of a register that wait for their final texts. A draft serves one final text: of the same assessment, of the
/// same scope, of the same house. Else one draft, of whatever, would spare every later text the time for comments (PUB-01).
#[derive(Default)]
struct Drafts<'a> {
    waiting: BTreeMap<Digest, (&'a Entry, &'a RecordedAssessment, String)>,
}

impl<'a> Drafts<'a> {
    fn add(&mut self, entry: &'a Entry, content: &'a RecordedAssessment, signer: &Signer) {
        self.waiting.insert(entry.leaf.sha256, (entry, content, house(entry, signer)));
    }

    /// When the draft of a final text was logged, and until when it was to be commented.
    fn take(
        &mut self,
        last: &Entry,
        content: &RecordedAssessment,
        signer: &Signer,
        entries: &[&Entry],
    ) -> Option<(Date, Option<Date>)> {
        let record = content.draft.as_ref()?.record;
        let (entry, draft, of) = self.waiting.get(&record)?;
        let fits = draft.id == content.id
            && draft.stage == content.stage
            && draft.scope == content.scope
            && *of == house(last, signer)
            && !ended_between(entries, &content.scope, entry.index, last.index);
        let days = (day_of(&entry.leaf.time), draft.comment_until.map(|day| day.0));
        fits.then(|| {
            self.waiting.remove(&record);
            days
        })
    }
}

/// Whether a text of the same scope was revoked, or suspended and not reinstated, after a draft and before a final text: the
/// public must see a text that knows of it.
fn ended_between(entries: &[&Entry], scope: &AssessmentScope, after: u64, before: u64) -> bool {
    let of_scope = |record: &Digest| {
        entries.iter().any(|e| {
            e.leaf.sha256 == *record
                && matches!(&e.record.content, Content::Assessment(a) if a.scope == *scope)
        })
    };
    let lifted = |suspension: &Digest| {
        entries.iter().any(|e| {
            e.index < before
                && matches!(&e.record.content, Content::Reinstatement(r) if r.of.record == *suspension)
        })
    };
    entries.iter().filter(|e| after < e.index && e.index < before).any(|e| match &e.record.content {
        Content::Revocation(r) => of_scope(&r.of.record),
        Content::Suspension(s) => of_scope(&s.of.record) && !lifted(&e.leaf.sha256),
        _ => false,
    })
}

type Text = (Assessment, PublicVersion, RedactionReport, Option<Review>);

fn read_text(
    register: &Register,
    leaf: &Leaf,
    name: &str,
    dated: Date,
    as_of: Date,
) -> Result<Result<Text, String>, RegisterFault> {
    let documents = register.documents_of(leaf)?;
    let bytes_of = |name: &str| documents.iter().find(|(n, _)| n.as_str() == name).map(|(_, bytes)| bytes);
    let Some(bytes) = bytes_of(name) else {
        return Ok(Err(format!("its document `{name}` is not published")));
    };
    let review = bytes_of(REVIEW_DOCUMENT).and_then(|bytes| Review::parse(bytes).ok());
    let read = || -> Result<Text, String> {
        let public: PublicVersion = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        let reviewed = review.as_ref().map(|r| r.root);
        // the record names the document by its digest, so the root in it is the one that was signed
        let report = match check_redaction(&public, &public.root, reviewed.as_ref(), dated, as_of) {
            Ok(report) => report,
            Err(fault @ RedactionFault::Root { .. }) => RedactionReport {
                root_ok: false,
                failed: vec![("RED-01".to_owned(), fault.to_string())],
                withheld_ten_thousandths: 0,
            },
            Err(fault) => return Err(fault.to_string()),
        };
        let document = read_public(&public).map_err(|fault| fault.to_string())?;
        Ok((document, public, report, review.clone()))
    };
    Ok(read())
}

/// The text of a public version: what is withheld is left out, or stands as the word `withheld` where a text has to be.
pub fn read_public(public: &PublicVersion) -> Result<Assessment, String> {
    let open = |stand_in| {
        let value = public_document(public, stand_in).map_err(|fault| fault.to_string())?;
        Assessment::from_json(&value, "the public version").map_err(|fault| fault.message)
    };
    open(None).or_else(|_| open(Some("withheld")))
}

fn comments(entries: &[&Entry], of: impl Fn(&RecordRef) -> bool) -> BTreeMap<Digest, u64> {
    let mut found = BTreeMap::new();
    for entry in entries {
        if let Content::Comment(comment) = &entry.record.content
            && of(&comment.of)
        {
            found.insert(entry.leaf.sha256, entry.index);
        }
    }
    found
}

fn answers(entries: &[&Entry], comments: &BTreeMap<Digest, u64>) -> BTreeMap<Digest, (Answered, String)> {
    let mut found = BTreeMap::new();
    for entry in entries {
        if let Content::Response(response) = &entry.record.content
            && comments.contains_key(&response.to.record)
        {
            found.insert(response.to.record, (response.disposition, response.reason.to_string()));
        }
    }
    found
}

/// The events of one assessment: its own entry, then what was logged about it.
fn life(
    entries: &[(&Entry, &Signer)],
    of: &LoggedAssessment,
    superseded: Option<Date>,
    known_at: Date,
) -> Vec<Event> {
    let event = |state: State, logged: Date, since: Option<Date>, reason: Option<String>| Event {
        event: state,
        log_time: Day(logged),
        valid_time: since.map(Day),
        reason,
    };
    let mut events = Vec::new();
    if let Some(draft) = of.draft_logged {
        events.push(event(State::Draft, draft, None, None));
        events.push(event(State::Consultation, draft, None, None));
    }
    if of.status == AssessmentStatus::Draft {
        return events;
    }
    events.push(event(State::Final, of.logged, None, None));
    events.push(event(State::Live, of.logged, None, None));
    // what keeps it suspended and was not lifted: it lives again when none is left
    let mut standing: BTreeSet<Digest> = BTreeSet::new();
    let mut challenges: Vec<(Digest, Date, bool)> = Vec::new();
    for (entry, signer) in entries {
        let logged = day_of(&entry.leaf.time);
        // who made the assessment, or sells the tool, does not sit in judgement on it (CHG-02), whatever name the record gives
        let own = of.is_partial(signer);
        match &entry.record.content {
            Content::Suspension(s) if s.of.record == of.record => {
                standing.insert(entry.leaf.sha256);
                events.push(event(State::Suspended, logged, Some(s.since.0), Some(s.trigger.to_string())));
            }
            Content::Reinstatement(r) if !own => {
                let lifted = standing.remove(&r.of.record);
                if lifted && standing.is_empty() {
                    events.push(event(State::Live, logged, Some(r.since.0), Some(r.reason.to_string())));
                }
            }
            Content::Revocation(r) if r.of.record == of.record => {
                let state = match r.void {
                    countersign_verify::records::YesNo::Yes => State::Void,
                    countersign_verify::records::YesNo::No => State::Revoked,
                };
                events.push(event(state, logged, Some(r.since.0), Some(r.ground.clone())));
            }
            Content::Challenge(c) if c.of.record == of.record => {
                challenges.push((entry.leaf.sha256, logged, true));
            }
            // a panel with a member from assessor or vendor decides nothing (CHG-02)
            Content::ChallengeDecision(decision) if !own && of.partial(&decision.panel).is_none() => {
                let Some(challenge) = challenges.iter_mut().find(|(c, ..)| *c == decision.of.record) else {
                    continue;
                };
                let late = logged > challenge_deadlines(challenge.1).decision;
                if late {
                    events.push(overdue(challenge.1));
                }
                challenge.2 = false;
                if matches!(decision.outcome, PanelOutcome::Upheld | PanelOutcome::PartlyUpheld) {
                    // what follows is another record; until it is there, or a reinstatement is, nobody relies on the text
                    standing.insert(entry.leaf.sha256);
                    let reason = format!("the challenge of {} was upheld", challenge.1);
                    events.push(event(State::Suspended, logged, None, Some(reason)));
                }
                if late
                    && standing.is_empty()
                    && matches!(decision.outcome, PanelOutcome::Rejected | PanelOutcome::Inadmissible)
                {
                    events.push(event(
                        State::Live,
                        logged,
                        None,
                        Some("the challenge was decided".to_owned()),
                    ));
                }
            }
            _ => {}
        }
    }
    // a missed deadline suspends; silence does not uphold (CHG-06)
    for (_, filed, _) in
        challenges.iter().filter(|(_, filed, open)| *open && challenge_deadlines(*filed).decision < known_at)
    {
        events.push(overdue(*filed));
    }
    if let Some(day) = superseded {
        events.push(event(State::Superseded, day, None, Some("REV-07".to_owned())));
    }
    // a revocation stays, whatever is logged after it; the sort keeps the order of the log within a day
    events.sort_by_key(|e| e.log_time);
    unheeded(&mut events, &of.reports, of.index, known_at);
    keep_ended(events)
}

fn overdue(filed: Date) -> Event {
    let deadline = challenge_deadlines(filed).decision;
    Event {
        event: State::Suspended,
        log_time: Day(deadline.tomorrow().unwrap_or(deadline)),
        valid_time: None,
        reason: Some(format!("CHG-06: the challenge of {filed} was not decided by {deadline}")),
    }
}

/// Drops events that cannot follow what was before: nothing brings a revoked assessment back.
fn keep_ended(events: Vec<Event>) -> Vec<Event> {
    let mut kept: Vec<Event> = Vec::new();
    for event in events {
        if kept.last().is_none_or(|last| last.event == event.event || last.event.may_become(event.event)) {
            kept.push(event);
        }
    }
    kept
}

/// The keys of a register as the independence rules ask for them.
struct ByLog<'a> {
    ring: &'a KeyRing,
    before: u64,
    funders: Vec<String>,
}

impl Accredited for ByLog<'_> {
    fn why_not(&self, organisation: &str, key: &str, day: Date) -> Option<String> {
        let Ok(public) = key.parse::<PublicKey>() else { return Some(format!("`{key}` is no key")) };
        match self.ring.holds(&public, Role::Assessor, self.before, day) {
            Err(fault) => Some(fault.to_string()),
            Ok(holder) if holder.as_deref() == Some(organisation) => None,
            Ok(holder) => Some(format!(
                "the key is on the roster for `{}`, not for `{organisation}`",
                holder.unwrap_or_default()
            )),
        }
    }

    fn distrust(&self) -> Option<String> {
        self.funders.is_empty().then(|| "the register's rosters name no funders".to_owned())
    }
}

/// One assessment, judged as of a day.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Judgement {
    /// What its answers mean.
    pub evaluation: Evaluation,
    /// Its independence.
    pub independence: Vec<Finding>,
    /// Its publication.
    pub publication: Vec<Gap>,
}

impl Assessed {
    /// Judges one assessment by the question set, the rosters of its register, and what else is in it.
    pub fn judge(&self, of: &LoggedAssessment, replay: &Replay, set: &QuestionSet, as_of: Date) -> Judgement {
        self.judge_with_ties(of, replay, set, &[], as_of)
    }

    /// The same, knowing more than the declarations. `ties`: who works for, owns or pays whom, as others than the declarations tell.
    pub fn judge_with_ties(
        &self,
        of: &LoggedAssessment,
        replay: &Replay,
        set: &QuestionSet,
        ties: &[Tie],
        as_of: Date,
    ) -> Judgement {
        let funders = replay.sound().filter_map(|(entry, _)| match &entry.record.content {
            Content::Roster(roster) if entry.index < of.index => Some(&roster.funders),
            _ => None,
        });
        let funders = funders.last().into_iter().flatten().map(ToString::to_string).collect();
        let roster = ByLog { ring: replay.ring(), before: of.index, funders };
        let earlier: Vec<Earlier> = self
            .all
            .iter()
            .filter(|a| a.status == AssessmentStatus::Final && a.index < of.index && a.id != of.id)
            .flat_map(|a| {
                let group: Vec<String> = a.document.vendor_group().into_iter().map(str::to_owned).collect();
                let leads = a.document.declarations.iter().filter(|d| d.lead);
                leads.map(move |d| Earlier {
                    lead: d.person.clone(),
                    group: group.clone(),
                    logged_on: a.logged,
                })
            })
            .collect();
        let known = Known {
            roster: Some(&roster),
            assessor_signed: Some(of.signed),
            reviewer_signed: of
                .review
                .as_ref()
                .filter(|r| r.key.to_string() == of.document.reviewer.key)
                .map(|r| r.date.0),
            earlier: &earlier,
            logged: (of.status == AssessmentStatus::Final).then_some(of.logged),
            later: &self.later_work(of),
            ties,
        };
        let digests: Vec<Digest> =
            of.comments.iter().filter(|(_, at)| **at < of.index).map(|(d, _)| *d).collect();
        let document = of.with_answers();
        // what was in the log before the text is its assessor's to answer
        let reports: Vec<Report> = of
            .reports
            .iter()
            .filter(|r| r.is_misuse() && r.index < of.index && r.is_credible() && !r.is_withdrawn(as_of))
            .map(TriggerReport::to_answer)
            .collect();
        Judgement {
            evaluation: evaluate_document(&document, set, &reports, as_of),
            independence: check_independence(&document, &known),
            publication: check_publication(&document, &of.logged_times(&digests)),
        }
    }

    /// Services that declarations in later entries tell (IND-05).
    fn later_work(&self, of: &LoggedAssessment) -> Vec<LaterWork> {
        let mut found = Vec::new();
        for other in self.all.iter().filter(|a| a.index > of.index) {
            let name = |id: &str| other.document.party(id).map_or(id, |party| party.name.as_str()).to_owned();
            for declaration in &other.document.declarations {
                found.extend(declaration.services.members().iter().map(|work| LaterWork {
                    person: declaration.person.clone(),
                    firm: name(&declaration.organisation),
                    party: name(&work.party),
                    text: work.text.clone(),
                    to: work.to,
                    declared: declaration.signed_on.0,
                    entry: other.index,
                }));
            }
        }
        found
    }

    /// The entry of a case's `assessments` for one assessment.
    pub fn gate_facts(
        &self,
        of: &LoggedAssessment,
        judgement: &Judgement,
        parties: &[CaseParty<'_>],
    ) -> serde_json::Value {
        let digests: Vec<Digest> = of.comments.keys().copied().collect();
        let logged = of.logged_times(&digests);
        gate_facts(
            &GateInput {
                document: &of.document,
                evaluation: &judgement.evaluation,
                independence: &judgement.independence,
                publication: &judgement.publication,
                logged: &logged,
                redaction: Some(&of.redaction),
                root: of.public.root,
                // a replay compares every entry with the signed root
                inclusion_proven: true,
                events: &of.events,
            },
            parties,
        )
    }
}

impl LoggedAssessment {
    /// Whether the register knows a signer as one of the assessor or of the vendor's group.
    fn is_partial(&self, signer: &Signer) -> bool {
        let Signer::Known { name, organisation, .. } = signer else { return false };
        let mut partial = self.document.vendor_group();
        partial.extend(self.document.party(&self.document.assessor.party).map(|party| party.name.as_str()));
        let own = |name: &str| {
            partial.iter().any(|party| folded(party) == folded(name))
                || self.document.declarations.iter().any(|d| folded(&d.person) == folded(name))
                || folded(&self.house) == folded(name)
        };
        own(name) || organisation.as_deref().is_some_and(own)
    }

    /// The member of a panel who is of the assessor, or of the vendor's group, if there is one.
    pub fn partial<'a>(&self, panel: &'a [PersonName]) -> Option<&'a PersonName> {
        let mut partial = self.document.vendor_group();
        partial.extend(self.document.party(&self.document.assessor.party).map(|party| party.name.as_str()));
        let partial: Vec<String> = partial.into_iter().map(folded).collect();
        panel.iter().find(|member| {
            partial.contains(&folded(member.organisation.as_str()))
                || self
                    .document
                    .declarations
                    .iter()
                    .any(|d| folded(&d.person) == folded(member.name.as_str()))
        })
    }

    fn logged_times<'a>(&self, comments: &'a [Digest]) -> Logged<'a> {
        let last = (self.status == AssessmentStatus::Final).then_some(self.logged);
        Logged { draft: self.draft_logged, last, announced: self.announced, comments }
    }

    /// The text with the answers to comments that were signed as records of their own.
    fn with_answers(&self) -> Assessment {
        let mut document = self.document.clone();
        for (comment, (disposition, reason)) in &self.answers {
            if document.comments.iter().all(|d| d.comment != *comment) {
                let outcome = match disposition {
                    Answered::Accepted => Outcome::Accepted,
                    Answered::Partly => Outcome::Partly,
                    Answered::Rejected => Outcome::Rejected,
                };
                document.comments.push(Disposition { comment: *comment, outcome, reason: reason.clone() });
            }
        }
        document
    }
}
