//! Which draft a final text follows (PUB-01): the text that was open for comments is this one.
//!
//! Comes in: the assessments of a register in their order, and what was logged about them. Goes out: the draft
//! of a final text, or why it has none. Next: `assessed`, which counts, and `door`, which refuses.

use std::collections::BTreeMap;

use countersign_model::{Date, Digest};
use countersign_verify::Signer;
use countersign_verify::records::{
    Assessment as Recorded, AssessmentScope, Content, PanelOutcome, SubjectId,
};

use crate::entry::Entry;
use crate::interested::house;

/// The draft of a final text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Taken {
    /// The digest of its record.
    pub(crate) record: Digest,
    /// When it was logged.
    pub(crate) logged: Date,
    /// Until when it was to be commented.
    pub(crate) announced: Option<Date>,
}

/// The drafts of a register that wait for their final texts. A draft serves one final text: of the same assessment, of the
/// same scope, of the same house. Else one draft, of whatever, would spare every later text the time for comments.
#[derive(Default)]
pub(crate) struct Drafts<'a> {
    waiting: BTreeMap<Digest, (&'a Entry, &'a Recorded, String)>,
    /// The final text that each draft served.
    served: BTreeMap<Digest, u64>,
}

/// A final text that asks for its draft.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Last<'a> {
    /// Its entry.
    pub(crate) index: u64,
    /// Whose it is.
    pub(crate) house: &'a str,
    /// What its record says.
    pub(crate) content: &'a Recorded,
}

impl<'a> Drafts<'a> {
    /// A draft waits.
    pub(crate) fn add(&mut self, entry: &'a Entry, content: &'a Recorded, signer: &Signer) {
        self.waiting.insert(entry.leaf.sha256, (entry, content, house(&entry.signer, signer)));
    }

    /// The days of the draft of a final text; the draft waits no longer.
    ///
    /// # Errors
    /// Why it has none.
    pub(crate) fn take(&mut self, last: Last<'_>, entries: &[(&Entry, &Signer)]) -> Result<Taken, String> {
        let Some(reference) = last.content.draft.as_ref() else {
            return Err("it names no draft that the public could comment".to_owned());
        };
        let record = reference.record;
        if let Some(served) = self.served.get(&record) {
            return Err(format!("the draft `{}` served the final text of entry {served}", record.short()));
        }
        let Some((entry, draft, of)) = self.waiting.get(&record) else {
            return Err(format!("`{}` is no draft of this register", record.short()));
        };
        let name = format!("the draft `{}` (entry {})", record.short(), entry.index);
        if of != last.house {
            return Err(format!("{name} is of `{of}`, and this text is of `{}`", last.house));
        }
        if let Some(other) = other_text(draft, last.content) {
            return Err(format!("{name} is {other}: nobody could comment on this text"));
        }
        if let Some(why) = ended_between(entries, &draft.scope, entry.index, last.index) {
            return Err(format!(
                "{name} is older than what became of a text of the same scope ({why}): a new draft must say of it"
            ));
        }
        let taken = Taken { record, logged: entry.day(), announced: draft.comment_until.map(|day| day.0) };
        self.served.insert(record, last.index);
        Ok(taken)
    }
}

/// What a draft is of that the final text is not of.
fn other_text(draft: &Recorded, last: &Recorded) -> Option<String> {
    let word = |id: &Option<SubjectId>| id.as_ref().map_or_else(|| "nobody".to_owned(), ToString::to_string);
    if draft.id != last.id {
        return Some(format!("of `{}`, and this text is `{}`", draft.id, last.id));
    }
    if draft.stage != last.stage {
        return Some("of another stage".to_owned());
    }
    if draft.scope.end_user != last.scope.end_user {
        return Some(format!(
            "about the end user `{}`, and this text is about `{}`",
            word(&draft.scope.end_user),
            word(&last.scope.end_user)
        ));
    }
    (draft.scope != last.scope)
        .then(|| "of another product, version, country or chain than this text".to_owned())
}

/// What happened to a text of the same scope after a draft and before a final text, of which the public must see a text that
/// knows: it was revoked; it was suspended, or a challenge was upheld, and nothing lifted that; a challenge of it is open.
fn ended_between(
    entries: &[(&Entry, &Signer)],
    scope: &AssessmentScope,
    after: u64,
    before: u64,
) -> Option<String> {
    let of_scope = |record: &Digest| {
        entries.iter().any(|(e, _)| {
            e.leaf.sha256 == *record
                && matches!(&e.record.content, Content::Assessment(a) if a.scope == *scope)
        })
    };
    let then = || entries.iter().map(|(entry, _)| *entry).filter(|e| e.index < before);
    let lifted = |record: &Digest| {
        then().any(|e| matches!(&e.record.content, Content::Reinstatement(r) if r.of.record == *record))
    };
    let decision = |challenge: &Digest| {
        then().find_map(|e| match &e.record.content {
            Content::ChallengeDecision(d)
                if d.of.record == *challenge && d.outcome != PanelOutcome::Admitted =>
            {
                Some((e.leaf.sha256, d.outcome))
            }
            _ => None,
        })
    };
    then().filter(|e| after < e.index).find_map(|e| match &e.record.content {
        Content::Revocation(r) if of_scope(&r.of.record) => Some(format!("revoked by entry {}", e.index)),
        Content::Suspension(s) if of_scope(&s.of.record) && !lifted(&e.leaf.sha256) => {
            Some(format!("suspended by entry {}", e.index))
        }
        Content::Challenge(c) if of_scope(&c.of.record) => match decision(&e.leaf.sha256) {
            None => Some(format!("the challenge of entry {} is open", e.index)),
            Some((record, PanelOutcome::Upheld | PanelOutcome::PartlyUpheld)) if !lifted(&record) => {
                Some(format!("the challenge of entry {} was upheld", e.index))
            }
            Some(_) => None,
        },
        _ => None,
    })
}
