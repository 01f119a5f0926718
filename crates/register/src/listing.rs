//! A listing proposal: what the register holds against a vendor, with the evidence behind each ground, as a paper
//! for those who decide on lists.

use std::fmt::Write as _;

use countersign_verify::Signer;
use countersign_verify::records::{Claim, Conclusion, Content, EvidenceTier, Outcome, SubjectId};

use crate::read::Entry;
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
        let mut grounds: Vec<Ground<'_>> = Vec::new();
        for (entry, signer) in self.sound().filter(|(entry, _)| entry.record.head.about.contains(subject)) {
            let (claim, conclusion) = match &entry.record.content {
                Content::Finding(finding) => (&finding.claim, Some(finding.conclusion)),
                Content::Incident(incident) => (&incident.claim, None),
                _ => continue,
            };
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

    /// The proposal as Markdown. What does not carry it (incidents without a finding, refuted, withdrawn) is in it
    /// too, under its own heading: a paper that left it out would mislead.
    pub fn listing_proposal(&self, subject: &SubjectId, date: &str) -> String {
        let grounds = self.grounds(subject);
        let (carrying, others): (Vec<_>, Vec<_>) = grounds.iter().partition(|ground| ground.carries());
        let mut out = String::new();
        let mut line = |text: String| {
            out.push_str(&text);
            out.push('\n');
        };
        line(format!("# Proposal to list `{subject}`\n"));
        line(format!(
            "Drawn up on {date} from the register {}, all {} entries, root `{}`.",
            self.origin(),
            self.size(),
            self.root()
        ));
        line("Whoever decides on it checks each entry with `countersign register bundle` and `countersign verify`.\n".to_owned());
        if carrying.is_empty() {
            line("**No ground carries a listing**: the register holds no confirmed or probable finding that stands.\n".to_owned());
        } else {
            line(format!("## Grounds ({})\n", carrying.len()));
            for ground in &carrying {
                line(paper(ground));
            }
        }
        if !others.is_empty() {
            line(format!("## On the register, and no ground ({})\n", others.len()));
            for ground in &others {
                line(paper(ground));
            }
        }
        line("## What this paper is not\n".to_owned());
        line(
            "It repeats what was signed and logged. It does not judge it, and does not say that the legal conditions of \
             any list are met. Records filed under another name are not in it. Persons against whom a tool was used are \
             not named, here or in the records."
                .to_owned(),
        );
        out
    }
}

/// One ground as a section.
fn paper(ground: &Ground<'_>) -> String {
    let (entry, claim) = (ground.entry, ground.claim);
    let mut out = String::new();
    let kind = match ground.conclusion {
        Some(conclusion) => format!("{} finding", conclusion.as_str()),
        None => "incident, not investigated".to_owned(),
    };
    let state = match (ground.is_withdrawn(), ground.is_disputed()) {
        (true, _) => ", withdrawn after a dispute",
        (false, true) => ", a dispute is open",
        (false, false) => "",
    };
    let mut add = |text: String| {
        let _ = writeln!(out, "{text}");
    };
    add(format!("### Entry {}: {kind}{state}\n", entry.index));
    add(format!("{}\n", plain(claim.claim.as_str())));
    let who = match ground.signer {
        Signer::Known { name, organisation, .. } => {
            format!(
                "{}{}",
                plain(name),
                organisation.as_ref().map(|o| format!(", {}", plain(o))).unwrap_or_default()
            )
        }
        Signer::Public => format!("{} (not on the roster)", plain(entry.record.head.by.name.as_str())),
    };
    add(format!("- Signed by {who}; logged {}; record `{}`", entry.leaf.time, entry.leaf.sha256));
    let product = claim.product.as_ref().map_or_else(|| "not stated".to_owned(), |p| format!("`{p}`"));
    let operator = claim.operator.as_ref().map_or_else(|| "not known".to_owned(), |o| format!("`{o}`"));
    let state = claim.state.as_ref().map(|s| format!(", in {s}")).unwrap_or_default();
    add(format!("- Product {product}; operator {operator}{state}"));
    let from = claim.period.from.map_or_else(|| "?".to_owned(), |d| d.to_string());
    let until = claim.period.until.map_or_else(|| "?".to_owned(), |d| d.to_string());
    add(format!("- Period {from} to {until}"));
    add(format!("- Evidence {}: {}", claim.tier.as_str(), tier_words(claim.tier)));
    if let Content::Finding(finding) = &entry.record.content {
        add(format!("- Method: {}", plain(finding.method.as_str())));
        if let Some(asked) = finding.accused_asked_on {
            add(format!("- The accused were asked for an answer on {asked}"));
        }
    }
    for source in &claim.sources {
        let date = source.published_on.map(|d| format!(", {d}")).unwrap_or_default();
        let url = source.url.as_ref().map(|u| format!(", <{}>", plain(u.as_str()))).unwrap_or_default();
        add(format!(
            "- Source: {}, \"{}\"{date}{url}",
            plain(source.publisher.as_str()),
            plain(source.title.as_str())
        ));
    }
    for file in &claim.files {
        let digest = entry.leaf.documents.get(&file.file).map(ToString::to_string).unwrap_or_default();
        let hands = file.custody.len();
        add(format!(
            "- File `{}`: {}; SHA-256 `{digest}`; passed on {hands} {}",
            file.file,
            plain(file.description.as_str()),
            if hands == 1 { "time" } else { "times" }
        ));
    }
    for reply in &ground.replies {
        if let Content::Reply(answer) = &reply.record.content {
            add(format!(
                "- Answer of `{}` (entry {}): {}",
                answer.from,
                reply.index,
                plain(answer.text.as_str())
            ));
        }
    }
    if ground.replies.is_empty() {
        add("- No answer of the accused is on the register".to_owned());
    }
    for (dispute, outcome) in &ground.disputes {
        let text = match &dispute.record.content {
            Content::Dispute(dispute) => plain(dispute.text.as_str()),
            _ => String::new(),
        };
        let ended = match outcome {
            Some((ended, outcome)) => {
                let word = match outcome {
                    Outcome::Stands => "the record stands",
                    Outcome::Corrected => "the record stands as corrected",
                    Outcome::Withdrawn => "the record is withdrawn",
                };
                format!("entry {}: {word}", ended.index)
            }
            None => "open".to_owned(),
        };
        add(format!("- Disputed (entry {}): {text} Outcome: {ended}", dispute.index));
    }
    out
}

fn tier_words(tier: EvidenceTier) -> &'static str {
    match tier {
        EvidenceTier::E1 => "tested or inspected by the signer",
        EvidenceTier::E2 => "a primary document",
        EvidenceTier::E3 => "reports of third parties, two sources or more",
        EvidenceTier::E4 => "a statement by the vendor or the user",
    }
}

/// What others wrote, as one line that cannot make headings, links or markup of its own.
fn plain(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .flat_map(|c| {
            let escaped = matches!(c, '*' | '_' | '`' | '[' | ']' | '<' | '>' | '#' | '|' | '\\');
            escaped.then_some('\\').into_iter().chain([c])
        })
        .collect()
}
