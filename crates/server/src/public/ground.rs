//! Findings and incidents with what followed on them, as they stood on a day.

use countersign_model::{Date, Digest};
use countersign_pages::view::{Answer, DisputeView, EvidenceFileView, Ground, PledgeLine, SourceView};
use countersign_register::{Entry, Replay};
use countersign_verify::records::{Content, Outcome, SubjectId, TargetGroup};

use super::code::code;
use super::rows::{claim, day_of, signed_by};

/// What somebody said in an entry.
pub(super) fn answer(entry: &Entry, who: String, text: &str) -> Answer {
    Answer { index: entry.index, who, time: entry.leaf.time.to_string(), text: text.to_owned() }
}

/// Findings and incidents that fit, logged by a day; findings first, each group newest first.
pub(super) fn grounds(replay: &Replay, day: Date, fits: impl Fn(&Entry) -> bool) -> Vec<Ground> {
    let mut all: Vec<Ground> = replay
        .sound()
        .filter(|(entry, _)| {
            day_of(&entry.leaf.time) <= day
                && claim(&entry.record.content).is_some_and(|claim| claim.reports.is_misuse())
        })
        .filter(|(entry, _)| fits(entry))
        .filter_map(|(entry, signer)| ground(replay, entry, signed_by(entry, signer), day))
        .collect();
    all.sort_by_key(|ground| (ground.conclusion.is_none(), std::cmp::Reverse(ground.index)));
    all
}

/// Those that are filed under a subject.
pub(super) fn of_subject(replay: &Replay, subject: &SubjectId, day: Date) -> Vec<Ground> {
    grounds(replay, day, |entry| entry.record.head.about.contains(subject))
}

fn ground(replay: &Replay, entry: &Entry, by: String, day: Date) -> Option<Ground> {
    let claim = claim(&entry.record.content)?;
    let finding = match &entry.record.content {
        Content::Finding(finding) => Some(finding),
        _ => None,
    };
    let (replies, disputes) = answers(replay, entry.leaf.sha256, day);
    Some(Ground {
        index: entry.index,
        time: entry.leaf.time.to_string(),
        conclusion: finding.map(|finding| finding.conclusion.as_str().to_owned()),
        standing: standing(&disputes).to_owned(),
        claim: claim.claim.to_string(),
        by,
        about: entry.record.head.about.iter().map(ToString::to_string).collect(),
        product: claim.product.as_ref().map(ToString::to_string),
        operator: claim.operator.as_ref().map(ToString::to_string),
        state: claim.state.as_ref().map(|state| state.as_str().to_owned()),
        from: claim.period.from.map(|day| day.0),
        until: claim.period.until.map(|day| day.0),
        groups: claim.targets.groups.iter().map(|group: &TargetGroup| code(group)).collect(),
        at_least: claim.targets.at_least,
        tier: claim.tier.as_str().to_owned(),
        method: finding.map(|finding| finding.method.to_string()),
        sources: claim
            .sources
            .iter()
            .map(|source| SourceView {
                publisher: source.publisher.to_string(),
                title: source.title.to_string(),
                day: source.published_on.map(|day| day.0),
                // anything else than a web address could run in a visitor's browser
                url: source.url.as_ref().map(ToString::to_string).filter(|url| url.starts_with("https://")),
            })
            .collect(),
        files: claim
            .files
            .iter()
            .map(|file| EvidenceFileView {
                name: file.file.to_string(),
                description: file.description.to_string(),
                digest: entry.leaf.documents.get(&file.file).map(ToString::to_string).unwrap_or_default(),
                hands: file.custody.len(),
            })
            .collect(),
        asked_on: finding.and_then(|finding| finding.accused_asked_on).map(|day| day.0),
        replies,
        disputes: disputes
            .into_iter()
            .map(|(dispute, end)| DisputeView {
                dispute,
                outcome: end.map(|(outcome, index, reasons)| (code(outcome), index, reasons)),
            })
            .collect(),
    })
}

/// A dispute, and how it ended: the outcome, the entry that says so, its reasons.
type Disputed = (Answer, Option<(Outcome, u64, String)>);

/// What was replied to a record by a day, and how it was disputed.
fn answers(replay: &Replay, of: Digest, day: Date) -> (Vec<Answer>, Vec<Disputed>) {
    let by_then = || replay.sound().filter(|(later, _)| day_of(&later.leaf.time) <= day);
    let mut replies = Vec::new();
    let mut disputes = Vec::new();
    for (later, signer) in by_then() {
        match &later.record.content {
            Content::Reply(reply) if reply.to.record == of => {
                replies.push(answer(later, reply.from.to_string(), reply.text.as_str()));
            }
            Content::Dispute(dispute) if dispute.of.record == of => {
                let ended = by_then().filter_map(|(ended, _)| match &ended.record.content {
                    Content::DisputeOutcome(o)
                        if o.of.record == later.leaf.sha256 && o.record.record == of =>
                    {
                        Some((o.outcome, ended.index, o.reasons.to_string()))
                    }
                    _ => None,
                });
                let dispute = answer(later, signed_by(later, signer), dispute.text.as_str());
                disputes.push((dispute, ended.last()));
            }
            _ => {}
        }
    }
    (replies, disputes)
}

/// How a ground stands after its disputes.
fn standing(disputes: &[Disputed]) -> &'static str {
    let ended = |wanted: Outcome| disputes.iter().any(|(_, end)| end.as_ref().is_some_and(|e| e.0 == wanted));
    if ended(Outcome::Withdrawn) {
        "withdrawn"
    } else if disputes.iter().any(|(_, end)| end.is_none()) {
        "disputed"
    } else if ended(Outcome::Corrected) {
        "corrected"
    } else {
        "stands"
    }
}

/// Pledges that fit, as they stood on a day, newest first.
pub(super) fn pledges(replay: &Replay, day: Date, fits: impl Fn(&Entry) -> bool) -> Vec<PledgeLine> {
    let mut lines: Vec<PledgeLine> = replay
        .pledges(day)
        .into_iter()
        .filter_map(|standing| {
            let leaf = replay.leaf(standing.entry)?;
            let (entry, _) = replay.record(&leaf.sha256)?;
            let pledge = standing.pledge;
            let own_end = pledge.until.map(|until| until.0);
            let withdrawn = standing.until.filter(|until| own_end.is_none_or(|own| *until < own));
            fits(entry).then(|| PledgeLine {
                index: standing.entry,
                state: pledge.state.as_str().to_owned(),
                rules: pledge.rules.clone(),
                signed_on: pledge.signed_on.0,
                logged: day_of(&standing.logged),
                until: own_end,
                withdrawn: withdrawn.and_then(|until| until.tomorrow().ok()),
                stands: standing.until.is_none_or(|until| day <= until),
                signatory: format!("{}, {}", pledge.signatory.name, pledge.signatory.office),
            })
        })
        .collect();
    lines.reverse();
    lines
}
