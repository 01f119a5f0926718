//! What a writer keeps in mind of the entries there are, and the order that a new one must keep.

use std::collections::HashMap;

use countersign_model::Digest;
use countersign_verify::records::{Content, Record};
use countersign_verify::{KeyRing, RecordKind, UtcTime};

use crate::fault::RegisterFault;

/// What a writer keeps in mind of the entries there are.
#[derive(Debug, Default)]
pub(crate) struct Sequencer {
    pub(crate) ring: KeyRing,
    /// Each record with its entry and kind.
    pub(crate) records: HashMap<Digest, (u64, RecordKind)>,
    pub(crate) last: Option<UtcTime>,
}

impl Sequencer {
    /// What a record refers to is there, and of a kind that makes sense.
    pub(crate) fn check_references(&self, record: &Record) -> Result<(), RegisterFault> {
        let local = |digest: &Digest| self.records.get(digest).copied();
        for reference in record.content.refers_to() {
            if reference.register.is_none() && local(&reference.record).is_none() {
                return Err(RegisterFault::NoSuchRecord(reference.record));
            }
        }
        let Some((target, wanted)) = main_reference(record) else { return Ok(()) };
        match local(&target) {
            Some((entry, kind)) if !wanted.contains(&kind) => Err(RegisterFault::WrongReference {
                kind: record.kind,
                entry,
                found: kind.words(),
                wanted: wanted.iter().map(|kind| kind.words()).collect::<Vec<_>>().join(" or "),
            }),
            _ => Ok(()),
        }
    }

    pub(crate) fn check_time(&self, now: &UtcTime) -> Result<(), RegisterFault> {
        match &self.last {
            Some(last) if later(last, now) => {
                Err(RegisterFault::ClockBehind { now: now.to_string(), last: last.to_string() })
            }
            _ => Ok(()),
        }
    }
}

/// The record that a record of this kind is made upon, and the kinds that it may be of.
fn main_reference(record: &Record) -> Option<(Digest, &'static [RecordKind])> {
    use RecordKind as K;
    let (reference, kinds): (_, &'static [K]) = match &record.content {
        Content::Response(r) => (&r.to, &[K::Comment]),
        Content::ChallengeDecision(r) => (&r.of, &[K::Challenge]),
        Content::Challenge(r) => (
            &r.of,
            &[
                K::Assessment,
                K::ChallengeDecision,
                K::Suspension,
                K::Revocation,
                K::Reinstatement,
                K::PublishedDecision,
            ],
        ),
        Content::Suspension(r) => (&r.of, &[K::Assessment]),
        Content::Reinstatement(r) => (&r.of, &[K::Suspension, K::ChallengeDecision]),
        Content::Revocation(r) => (&r.of, &[K::Assessment]),
        Content::PledgeWithdrawal(r) => (&r.pledge, &[K::Pledge]),
        Content::Dispute(r) => (&r.of, &[K::Incident, K::Finding]),
        Content::DisputeOutcome(r) => (&r.of, &[K::Dispute]),
        Content::Assessment(r) => (r.draft.as_ref()?, &[K::Assessment]),
        Content::Finding(r) => (r.incidents.first()?, &[K::Incident]),
        _ => return None,
    };
    Some((reference.record, kinds))
}

/// Whether `one` is later than `other`. Both are UTC; a fraction of a second counts.
pub(crate) fn later(one: &UtcTime, other: &UtcTime) -> bool {
    fn key(time: &UtcTime) -> (&str, String) {
        let text = time.as_str().trim_end_matches('Z');
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        (whole, format!("{fraction:0<9}"))
    }
    key(one) > key(other)
}
