//! The grounds against a subject: findings and incidents, each with the answers of the accused and its disputes.

use countersign_verify::Signer;
use countersign_verify::records::{Claim, Conclusion, Content, Outcome, SubjectId};

use crate::entry::Entry;
use crate::replay::Replay;

/// A ground: a finding or an incident, with what happened to it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Ground<'a> {
    /// The entry.
    pub entry: &'a Entry,
    /// Who signed it.
    pub signer: &'a Signer,
    /// What is claimed.
    pub claim: &'a Claim,
    /// What was found; `None` for an incident.
    pub conclusion: Option<Conclusion>,
    /// Answers of the accused.
    pub replies: Vec<&'a Entry>,
    /// Disputes, each with its outcome where there is one.
    pub disputes: Vec<(&'a Entry, Option<(&'a Entry, Outcome)>)>,
}

impl Ground<'_> {
    /// Whether a dispute ended with the record withdrawn.
    pub fn is_withdrawn(&self) -> bool {
        self.disputes.iter().any(|(_, outcome)| matches!(outcome, Some((_, Outcome::Withdrawn))))
    }

    /// Whether a dispute is open.
    pub fn is_disputed(&self) -> bool {
        self.disputes.iter().any(|(_, outcome)| outcome.is_none())
    }

    /// Whether it carries a proposal: a confirmed or probable finding that was not withdrawn.
    pub fn carries(&self) -> bool {
        matches!(self.conclusion, Some(Conclusion::Confirmed | Conclusion::Probable)) && !self.is_withdrawn()
    }
}

impl Replay {
    /// All findings and incidents against a subject, findings first, each group by log order, with what followed.
    pub fn grounds(&self, subject: &SubjectId) -> Vec<Ground<'_>> {
        self.grounds_of(|entry, _| entry.record.head.about.contains(subject))
    }

    /// All findings and incidents whose claim is as asked, findings first, each group by log order, with what followed.
    pub fn grounds_where(&self, wanted: impl Fn(&Claim) -> bool) -> Vec<Ground<'_>> {
        self.grounds_of(|_, claim| wanted(claim))
    }

    fn grounds_of(&self, wanted: impl Fn(&Entry, &Claim) -> bool) -> Vec<Ground<'_>> {
        let mut grounds: Vec<Ground<'_>> = Vec::new();
        for (entry, signer) in self.sound() {
            let (claim, conclusion) = match &entry.record.content {
                Content::Finding(finding) => (&finding.claim, Some(finding.conclusion)),
                Content::Incident(incident) => (&incident.claim, None),
                _ => continue,
            };
            // what is no misuse is no ground against anybody
            if !claim.reports.is_misuse() || !wanted(entry, claim) {
                continue;
            }
            let digest = entry.leaf.sha256;
            let mut replies = Vec::new();
            let mut disputes = Vec::new();
            for (other, _) in self.sound() {
                match &other.record.content {
                    Content::Reply(reply) if reply.to.record == digest => replies.push(other),
                    Content::Dispute(dispute) if dispute.of.record == digest => {
                        let outcome = self
                            .sound()
                            .filter_map(|(ended, _)| match &ended.record.content {
                                Content::DisputeOutcome(outcome)
                                    if outcome.of.record == other.leaf.sha256
                                        && outcome.record.record == digest =>
                                {
                                    Some((ended, outcome.outcome))
                                }
                                _ => None,
                            })
                            .last();
                        disputes.push((other, outcome));
                    }
                    _ => {}
                }
            }
            grounds.push(Ground { entry, signer, claim, conclusion, replies, disputes });
        }
        grounds.sort_by_key(|ground| (ground.conclusion.is_none(), ground.entry.index));
        grounds
    }
}
