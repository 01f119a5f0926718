//! A listing proposal: what the register holds against a vendor, with the evidence behind each ground, as a paper
//! for those who decide on lists.

use countersign_verify::Signer;
use countersign_verify::records::{Claim, Content, EvidenceTier, Outcome, SubjectId};

use crate::entry::Entry;
use crate::ground::Ground;
use crate::paper::{Block, Span, code, html, markdown, text};
use crate::replay::Replay;

impl Replay {
    /// The proposal as Markdown. What does not carry it (incidents without a finding, refuted, withdrawn) is in it
    /// too, under its own heading: a paper that left it out would mislead.
    pub fn listing_proposal(&self, subject: &SubjectId, date: &str) -> String {
        markdown(&self.proposal(subject, date))
    }

    /// The same as one HTML page that prints.
    pub fn listing_proposal_page(&self, subject: &SubjectId, date: &str) -> String {
        html(&self.proposal(subject, date), &format!("Proposal to list {subject}"))
    }

    fn proposal(&self, subject: &SubjectId, date: &str) -> Vec<Block> {
        let grounds = self.grounds(subject);
        let (carrying, others): (Vec<_>, Vec<_>) = grounds.iter().partition(|ground| ground.carries());
        let mut blocks = vec![
            Block::Heading(1, vec![text("Proposal to list "), code(subject)]),
            Block::Paragraph(vec![
                text(format!(
                    "Drawn up on {date} from the register {}, all {} entries, root ",
                    self.origin(),
                    self.size()
                )),
                code(self.root()),
                text(". Whoever decides on it checks each entry with "),
                code("countersign register bundle"),
                text(" and "),
                code("countersign verify"),
                text("."),
            ]),
        ];
        if carrying.is_empty() {
            blocks.push(Block::Paragraph(vec![
                Span::Strong("No ground carries a listing".to_owned()),
                text(": the register holds no confirmed or probable finding that stands."),
            ]));
        } else {
            blocks.push(Block::Heading(2, vec![text(format!("Grounds ({})", carrying.len()))]));
            blocks.extend(carrying.iter().flat_map(|ground| section(ground)));
        }
        if !others.is_empty() {
            let title = format!("On the register, and no ground ({})", others.len());
            blocks.push(Block::Heading(2, vec![text(title)]));
            blocks.extend(others.iter().flat_map(|ground| section(ground)));
        }
        blocks.push(Block::Heading(2, vec![text("What this paper is not")]));
        blocks.push(Block::Paragraph(vec![text(
            "It repeats what was signed and logged. It does not judge it, and does not say that the legal conditions of \
             any list are met. Records filed under another name are not in it. Persons against whom a tool was used are \
             not named, here or in the records.",
        )]));
        blocks
    }
}

/// A line of a list.
type Item = Vec<Span>;

/// One ground as a section.
fn section(ground: &Ground<'_>) -> Vec<Block> {
    let (entry, claim) = (ground.entry, ground.claim);
    let kind = match ground.conclusion {
        Some(conclusion) => format!("{} finding", conclusion.as_str()),
        None => "incident, not investigated".to_owned(),
    };
    let state = match (ground.is_withdrawn(), ground.is_disputed()) {
        (true, _) => ", withdrawn after a dispute",
        (false, true) => ", a dispute is open",
        (false, false) => "",
    };
    let mut items = stated(ground);
    items.extend(evidence(entry, claim));
    items.extend(replies(ground));
    items.extend(ground.disputes.iter().map(|(dispute, outcome)| disputed(dispute, outcome.as_ref())));
    vec![
        Block::Heading(3, vec![text(format!("Entry {}: {kind}{state}", entry.index))]),
        Block::Paragraph(vec![text(claim.claim.to_string())]),
        Block::List(items),
    ]
}

/// Who signed it, about whom, when, how it was found.
fn stated(ground: &Ground<'_>) -> Vec<Item> {
    let (entry, claim) = (ground.entry, ground.claim);
    let who = match ground.signer {
        Signer::Known { name, organisation, .. } => {
            format!("{name}{}", organisation.as_ref().map(|o| format!(", {o}")).unwrap_or_default())
        }
        Signer::Public => format!("{} (not on the roster)", entry.record.head.by.name),
    };
    let mut items = vec![vec![
        text(format!("Signed by {who}; logged {}; record ", entry.leaf.time)),
        code(entry.leaf.sha256),
    ]];
    let mut about = vec![text("Product ")];
    about.push(claim.product.as_ref().map_or_else(|| text("not stated"), code));
    about.push(text("; operator "));
    about.push(claim.operator.as_ref().map_or_else(|| text("not known"), code));
    about.extend(claim.state.as_ref().map(|state| text(format!(", in {state}"))));
    items.push(about);
    let from = claim.period.from.map_or_else(|| "?".to_owned(), |d| d.to_string());
    let until = claim.period.until.map_or_else(|| "?".to_owned(), |d| d.to_string());
    items.push(vec![text(format!("Period {from} to {until}"))]);
    items.push(vec![text(format!("Evidence {}: {}", claim.tier.as_str(), tier_words(claim.tier)))]);
    if let Content::Finding(finding) = &entry.record.content {
        items.push(vec![text(format!("Method: {}", finding.method))]);
        if let Some(asked) = finding.accused_asked_on {
            items.push(vec![text(format!("The accused were asked for an answer on {asked}"))]);
        }
    }
    items
}

/// The sources, and the files that are kept.
fn evidence(entry: &Entry, claim: &Claim) -> Vec<Item> {
    let mut items = Vec::new();
    for source in &claim.sources {
        let date = source.published_on.map(|d| format!(", {d}")).unwrap_or_default();
        let mut item = vec![text(format!("Source: {}, \"{}\"{date}", source.publisher, source.title))];
        if let Some(url) = &source.url {
            item.extend([text(", "), Span::Address(url.to_string())]);
        }
        items.push(item);
    }
    for file in &claim.files {
        let digest = entry.leaf.documents.get(&file.file).map(ToString::to_string).unwrap_or_default();
        let hands = file.custody.len();
        items.push(vec![
            text("File "),
            code(&file.file),
            text(format!(": {}; SHA-256 ", file.description)),
            code(digest),
            text(format!("; passed on {hands} {}", if hands == 1 { "time" } else { "times" })),
        ]);
    }
    items
}

/// What was answered in the name of the accused.
fn replies(ground: &Ground<'_>) -> Vec<Item> {
    let mut items = Vec::new();
    for reply in &ground.replies {
        if let Content::Reply(answer) = &reply.record.content {
            items.push(vec![
                // anyone may sign an answer: whose it really is, the key has to tell
                text("Answer in the name of "),
                code(&answer.from),
                text(", signed with the key "),
                code(reply.signer.to_string()),
                text(format!(" (entry {}): {}", reply.index, answer.text)),
            ]);
        }
    }
    if ground.replies.is_empty() {
        items.push(vec![text("No answer of the accused is on the register")]);
    }
    items
}

/// A dispute, and how it ended.
fn disputed(dispute: &Entry, outcome: Option<&(&Entry, Outcome)>) -> Item {
    let said = match &dispute.record.content {
        Content::Dispute(dispute) => dispute.text.to_string(),
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
    vec![text(format!("Disputed (entry {}): {said} Outcome: {ended}", dispute.index))]
}

fn tier_words(tier: EvidenceTier) -> &'static str {
    match tier {
        EvidenceTier::E1 => "tested or inspected by the signer",
        EvidenceTier::E2 => "a primary document",
        EvidenceTier::E3 => "reports of third parties, two sources or more",
        EvidenceTier::E4 => "a statement by the vendor or the user",
    }
}
