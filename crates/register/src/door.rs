//! At the door: a record that no reader would count is not taken in, and who brings it hears why.
//!
//! Comes in: a record that has its form and whose signer may sign its kind. Goes out: nothing, or the reason. A reader who
//! has a register that was kept otherwise passes the same records over: texts go through `text` and `filed`, drafts through
//! `drafts`, what is said about an assessment through `life`, here as there.

use countersign_assessments::{Assessment, unfit_for_comments};
use countersign_log::Log;
use countersign_model::{Date, Digest};
use countersign_store::{BlobFault, Blobs};
use countersign_verify::records::{Assessment as Recorded, AssessmentStatus, Content, Record, RecordRef};
use countersign_verify::{DocumentName, KeyRing, Leaf, PublicKey, RecordKind, Signer};

use crate::drafts::{Drafts, Last};
use crate::entry::{Entry, NewEntry, is_about, open_entry};
use crate::fault::RegisterFault;
use crate::filed::differs;
use crate::interested::{Interested, house};
use crate::life::{Life, Said};
use crate::review::{REVIEW_DOCUMENT, Review};
use crate::sequencer::Sequencer;
use crate::text::Text;
use crate::triggers::is_accused;

/// How many records may lie between what is said and the assessment that it is about: appeal, decision, challenge, decision …
const MOST_STEPS: usize = 8;
/// The kinds of records that change what an assessment is.
const OF_A_LIFE: [RecordKind; 5] = [
    RecordKind::Challenge,
    RecordKind::ChallengeDecision,
    RecordKind::Suspension,
    RecordKind::Reinstatement,
    RecordKind::Revocation,
];

/// The keeper's view of the register, at the place where a record would stand.
pub(crate) struct Door<'a> {
    pub(crate) log: &'a Log,
    pub(crate) documents: &'a Blobs,
    pub(crate) sequencer: &'a Sequencer,
    pub(crate) ring: &'a KeyRing,
    /// The index that the record would have.
    pub(crate) index: u64,
    /// The day of the log.
    pub(crate) day: Date,
}

/// A record at the door.
#[derive(Clone, Copy)]
pub(crate) struct Brought<'a> {
    pub(crate) entry: &'a NewEntry<'a>,
    pub(crate) record: &'a Record,
    pub(crate) digest: Digest,
    pub(crate) signer: &'a Signer,
}

impl Brought<'_> {
    fn key(&self) -> &PublicKey {
        &self.entry.signed.signer
    }
}

/// A draft is what the public comments on: it has what the public needs for that.
fn fit_for_comments(draft: &Assessment, day: Date) -> Result<(), RegisterFault> {
    match unfit_for_comments(draft, day).into_iter().find(|gap| gap.failed) {
        None => Ok(()),
        Some(gap) => Err(never(format!(
            "{}: {}. A draft is the text that the public comments on, and it waits for comments when it is whole",
            gap.rule, gap.why
        ))),
    }
}

fn never(why: impl Into<String>) -> RegisterFault {
    RegisterFault::NeverCounts(why.into())
}

impl Door<'_> {
    /// Whether a reader would count the record.
    ///
    /// # Errors
    /// Why not; or the register cannot be read.
    pub(crate) fn check(&self, brought: Brought<'_>) -> Result<(), RegisterFault> {
        match &brought.record.content {
            Content::Assessment(content) => self.assessment(brought, content),
            Content::Challenge(challenge) => self.said(brought, &challenge.of),
            Content::ChallengeDecision(decision) => self.said(brought, &decision.of),
            Content::Reinstatement(reinstatement) => self.said(brought, &reinstatement.of),
            Content::Suspension(suspension) => self.said(brought, &suspension.of),
            Content::Revocation(revocation) => self.said(brought, &revocation.of),
            Content::Response(response) => self.answer(brought, &response.to),
            Content::Comment(comment) => self.comment(brought, &comment.of),
            Content::DisputeOutcome(outcome) => self.outcome(brought, &outcome.of),
            _ => Ok(()),
        }
    }

    fn assessment(&self, brought: Brought<'_>, content: &Recorded) -> Result<(), RegisterFault> {
        let head = &brought.record.head;
        let bytes_of = |name: &str| {
            let given = brought.entry.documents.iter().find(|(n, _)| n.as_str() == name);
            given.map(|(_, bytes)| bytes.as_slice())
        };
        let text = Text::read(bytes_of, content.document.as_str(), head.date.0, self.day)
            .map_err(|why| never(format!("the text of the assessment cannot be read: {why}")))?;
        if let Some((_, why)) = text.redaction.failed.iter().find(|(rule, _)| rule == "RED-01") {
            return Err(never(format!("{why}; sign what `countersign assess seal` wrote")));
        }
        if let Some(why) = differs(content, &head.about, brought.key(), &text.document) {
            return Err(never(why));
        }
        if let Some(bytes) = bytes_of(REVIEW_DOCUMENT) {
            let review = Review::parse(bytes).map_err(|fault| never(fault.to_string()))?;
            if review.root != text.public.root {
                return Err(never("RED-05: the reviewer signed another text than this one"));
            }
        }
        let own = house(brought.key(), brought.signer);
        let of_id = self.entries(&[RecordKind::Assessment], 0, |leaf| is_about(leaf, &content.id))?;
        let first = of_id
            .iter()
            .find(|(entry, _)| matches!(&entry.record.content, Content::Assessment(a) if a.id == content.id));
        if let Some((entry, signer)) = first.filter(|(entry, signer)| house(&entry.signer, signer) != own) {
            return Err(never(format!(
                "`{}` has been used by `{}` since entry {}; give this one another id",
                content.id,
                house(&entry.signer, signer),
                entry.index
            )));
        }
        match content.status {
            AssessmentStatus::Final => self.draft(content, &own),
            AssessmentStatus::Draft => fit_for_comments(&text.document, self.day),
        }
    }

    /// The draft of a final text is one of its own, and nothing happened since.
    fn draft(&self, content: &Recorded, own: &str) -> Result<(), RegisterFault> {
        let record = content.draft.as_ref().map(|draft| draft.record);
        let since =
            record.and_then(|record| self.sequencer.records.get(&record)).map_or(0, |(index, _)| *index);
        // assessments of the same product: the draft is one of them, and what others say is about one of them
        let mut entries = self.entries(&[RecordKind::Assessment], 0, |leaf| {
            is_about(leaf, &content.scope.product) || Some(leaf.sha256) == record
        })?;
        entries.extend(self.entries(&OF_A_LIFE, since, |_| true)?);
        entries.sort_by_key(|(entry, _)| entry.index);
        let all: Vec<(&Entry, &Signer)> = entries.iter().map(|(entry, signer)| (entry, signer)).collect();
        let mut drafts = Drafts::default();
        for (entry, signer) in &all {
            match &entry.record.content {
                Content::Assessment(other) if other.status == AssessmentStatus::Draft => {
                    drafts.add(entry, other, signer);
                }
                Content::Assessment(other) => {
                    let house = house(&entry.signer, signer);
                    let last = Last { index: entry.index, house: &house, content: other };
                    // another final text that has no draft takes none
                    let _ = drafts.take(last, &all);
                }
                _ => {}
            }
        }
        let last = Last { index: self.index, house: own, content };
        drafts.take(last, &all).map(|_| ()).map_err(|why| {
            never(format!("{why}. A final text follows a draft of its own, 30 days after it (PUB-01)"))
        })
    }

    /// What is said about an assessment counts in its life.
    fn said(&self, brought: Brought<'_>, of: &RecordRef) -> Result<(), RegisterFault> {
        let Some((entry, signer)) = self.assessment_behind(of)? else { return Ok(()) };
        let Content::Assessment(content) = &entry.record.content else { return Ok(()) };
        // who searches for the assessment finds it, and misses it when it is gone
        if !brought.record.head.about.contains(&content.id) {
            return Err(never(format!("`about` does not name `{}`, of which it speaks", content.id)));
        }
        let to_come = match &brought.record.content {
            Content::Suspension(suspension) => Some(suspension.since.0),
            Content::Revocation(revocation) => Some(revocation.since.0),
            _ => None,
        };
        if let Some(since) = to_come {
            if content.status == AssessmentStatus::Draft {
                return Err(never(format!(
                    "`{}` is the record of a draft, and a draft is not in force: name the final text of `{}`",
                    entry.leaf.sha256.short(),
                    content.id
                )));
            }
            if since > self.day {
                return Err(never(format!(
                    "`since` {since} is to come: it is the day from which on what is said was true, and the log is at {}",
                    self.day
                )));
            }
        }
        let house = house(&entry.signer, &signer);
        let documents = self.documents_of(&entry.leaf)?;
        let bytes_of = |name: &str| {
            documents.iter().find(|(n, _)| n.as_str() == name).map(|(_, bytes)| bytes.as_slice())
        };
        let dated = entry.record.head.date.0;
        let Ok(text) = Text::read(bytes_of, content.document.as_str(), dated, self.day) else {
            return Ok(());
        };
        let interested = Interested::of(&text.document, &house);
        let mut life = Life::new(entry.leaf.sha256, &house, &interested, self.ring, Vec::new());
        let entries = self.entries(&OF_A_LIFE, entry.index, |_| true)?;
        for (entry, signer) in &entries {
            // one that does not count, in a register that was kept otherwise
            let _ = life.take(Said::by(entry, signer));
        }
        let said = Said {
            index: self.index,
            record: brought.digest,
            day: self.day,
            key: brought.key(),
            signer: brought.signer,
            content: &brought.record.content,
        };
        life.take(said).map_err(never)
    }

    /// Who searches for the assessment finds the comment, and misses it when it is gone.
    fn comment(&self, brought: Brought<'_>, of: &RecordRef) -> Result<(), RegisterFault> {
        let Some((entry, _)) = self.assessment_behind(of)? else { return Ok(()) };
        let Content::Assessment(content) = &entry.record.content else { return Ok(()) };
        if brought.record.head.about.contains(&content.id) {
            return Ok(());
        }
        Err(never(format!("`about` does not name `{}`, on which it comments", content.id)))
    }

    /// Comments on an assessment are answered by its own house (PUB-04).
    fn answer(&self, brought: Brought<'_>, to: &RecordRef) -> Result<(), RegisterFault> {
        let Some((entry, signer)) = self.assessment_behind(to)? else { return Ok(()) };
        let (own, other) = (house(&entry.signer, &signer), house(brought.key(), brought.signer));
        if own == other {
            return Ok(());
        }
        Err(never(format!(
            "the comment is on an assessment of `{own}`, and `{other}` does not answer for it"
        )))
    }

    /// Nobody decides a dispute about what they are accused of.
    fn outcome(&self, brought: Brought<'_>, of: &RecordRef) -> Result<(), RegisterFault> {
        let entry = |reference: &RecordRef| -> Result<Option<Entry>, RegisterFault> {
            let known = self.sequencer.records.get(&reference.record);
            let Some((index, _)) = known.filter(|_| reference.register.is_none()) else { return Ok(None) };
            Ok(self.sound(*index, self.leaf(*index)?)?.map(|(entry, _)| entry))
        };
        let Some(Content::Dispute(dispute)) = entry(of)?.map(|entry| entry.record.content) else {
            return Ok(());
        };
        let claim = match entry(&dispute.of)?.map(|entry| entry.record.content) {
            Some(Content::Finding(finding)) => finding.claim,
            Some(Content::Incident(incident)) => incident.claim,
            _ => return Ok(()),
        };
        if is_accused(&claim, brought.key(), brought.signer) {
            return Err(never(format!(
                "the key is of `{}`, whom the disputed record accuses: others decide the dispute",
                house(brought.key(), brought.signer)
            )));
        }
        Ok(())
    }

    /// The assessment that a reference leads to, over decisions and challenges.
    fn assessment_behind(&self, of: &RecordRef) -> Result<Option<(Entry, Signer)>, RegisterFault> {
        let mut reference = of.clone();
        for _ in 0..MOST_STEPS {
            if reference.register.is_some() {
                return Ok(None);
            }
            let Some((index, _)) = self.sequencer.records.get(&reference.record) else { return Ok(None) };
            let Some((entry, signer)) = self.sound(*index, self.leaf(*index)?)? else { return Ok(None) };
            reference = match &entry.record.content {
                Content::Assessment(_) => return Ok(Some((entry, signer))),
                Content::Comment(record) => record.of.clone(),
                Content::Challenge(record) => record.of.clone(),
                Content::ChallengeDecision(record) => record.of.clone(),
                Content::Suspension(record) => record.of.clone(),
                Content::Reinstatement(record) => record.of.clone(),
                Content::Revocation(record) => record.of.clone(),
                _ => return Ok(None),
            };
        }
        Ok(None)
    }

    /// The sound entries of some kinds behind an entry, oldest first. Which, the log entry says before the record is opened.
    fn entries(
        &self,
        kinds: &[RecordKind],
        from: u64,
        wanted: impl Fn(&Leaf) -> bool,
    ) -> Result<Vec<(Entry, Signer)>, RegisterFault> {
        let of_kind = |(index, kind): &&(u64, RecordKind)| *index >= from && kinds.contains(kind);
        let mut places: Vec<u64> =
            self.sequencer.records.values().filter(of_kind).map(|(index, _)| *index).collect();
        places.sort_unstable();
        let mut found = Vec::new();
        for index in places {
            let leaf = self.leaf(index)?;
            if wanted(&leaf) {
                found.extend(self.sound(index, leaf)?);
            }
        }
        Ok(found)
    }

    fn leaf(&self, index: u64) -> Result<Leaf, RegisterFault> {
        Leaf::parse(&self.log.entry(index)?).map_err(|fault| RegisterFault::from(fault).at(index))
    }

    /// An entry, if its record is here and its signer might sign it.
    fn sound(&self, index: u64, leaf: Leaf) -> Result<Option<(Entry, Signer)>, RegisterFault> {
        let entry = match open_entry(index, leaf, self.documents) {
            Ok(entry) => entry,
            Err(RegisterFault::Blob(BlobFault::Missing(_))) => return Ok(None),
            Err(fault) => return Err(fault.at(index)),
        };
        let judged = self.ring.judge(&entry.record, &entry.signer, index, &entry.leaf.time);
        Ok(judged.ok().map(|signer| (entry, signer)))
    }

    fn documents_of(&self, leaf: &Leaf) -> Result<Vec<(DocumentName, Vec<u8>)>, RegisterFault> {
        let mut found = Vec::new();
        for (name, digest) in &leaf.documents {
            match self.documents.get(digest) {
                Ok(bytes) => found.push((name.clone(), bytes)),
                Err(BlobFault::Missing(_)) => {}
                Err(fault) => return Err(fault.into()),
            }
        }
        Ok(found)
    }
}
