//! Who owns a party, as people read it.

use countersign_ownership::Reached;

use super::text::Page;
use countersign_operations::ownership::{Finding, Ownership, Step};

/// The page of `ownership`.
pub(crate) fn ownership(result: &Ownership) -> String {
    let mut page = Page::default();
    for finding in &result.rules {
        verdict(&mut page, finding);
    }
    page.heading(&format!("Owners on {}", result.as_of));
    for line in &result.tree {
        page.raw(format!(
            "  {}",
            line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>()
        ));
    }
    if !result.listed.is_empty() {
        page.heading("Listed, or perhaps");
        for listed in &result.listed {
            let (known, rules) = match (listed.rules.is_empty(), listed.assumed) {
                (true, _) => ("not known for", &listed.unknown_for),
                (false, true) => ("counts as listed for", &listed.rules),
                (false, false) => ("listed for", &listed.rules),
            };
            page.hanging(
                2,
                4,
                &format!("{}: {known} {}: {}", listed.party.name, rules.join(", "), listed.because),
            );
        }
    }
    if !result.links.is_empty() {
        page.heading("Links that are no stakes");
        for link in &result.links {
            page.hanging(2, 4, &format!("{} over {}: {} ({})", link.by, link.of, link.what, link.source));
        }
    }
    for note in &result.notes {
        let about = note.party.as_ref().map(|p| format!("{p}: ")).unwrap_or_default();
        page.hanging(0, 2, &format!("Note: {about}{} ({})", note.text, note.source));
    }
    page.finish()
}

fn verdict(page: &mut Page, finding: &Finding) {
    let assumed: Vec<String> = finding.assumes.iter().map(|party| format!("`{}`", party.name)).collect();
    let answer = match (finding.reached, assumed.as_slice()) {
        (Reached::Yes, []) => "owned by listed persons".to_owned(),
        (Reached::Yes, [one]) => {
            format!("owned by listed persons if {one} is the listed party (a possible match, undecided)")
        }
        (Reached::Yes, _) => format!(
            "owned by listed persons if these are the listed parties (possible matches, undecided): {}",
            assumed.join(", ")
        ),
        (Reached::No, _) => "not owned by listed persons".to_owned(),
        (Reached::CannotBeKnown, _) => "cannot be known".to_owned(),
    };
    page.heading(&format!("{} ({}): {answer}", finding.regime, finding.rule));
    page.hanging(
        2,
        4,
        &format!(
            "attributed to listed persons: {} percent; the line: {} ({})",
            finding.attributed, finding.line, finding.source
        ),
    );
    if let Some(sole) = &finding.sole {
        page.hanging(2, 4, &format!("{} reaches the line with nobody else", sole.name));
    }
    // a stake that gives shares and votes is two steps and one thing to say
    let mut said: Vec<String> = Vec::new();
    for step in &finding.through {
        let line = words(step, if step.counts { "counts" } else { "may count" });
        if !said.contains(&line) {
            page.hanging(2, 4, &line);
            said.push(line);
        }
    }
    for step in &finding.stopped {
        page.hanging(2, 4, &words(step, "counts for nothing: its holder is not reached"));
    }
    for link in &finding.control {
        page.hanging(
            2,
            4,
            &format!(
                "control: {} {} (criterion `{}`, {})",
                link.by,
                link.what,
                link.criterion.unwrap_or_default(),
                link.source
            ),
        );
    }
    if !finding.settled_by.is_empty() {
        let what = if finding.reached == Reached::CannotBeKnown {
            "It is settled by"
        } else {
            "The share is settled by"
        };
        let least = if finding.settled_by_is_least { "" } else { " (perhaps more than is needed)" };
        page.hanging(2, 4, &format!("{what}{least}: {}", finding.settled_by.join("; ")));
    }
}

fn words(step: &Step, weight: &str) -> String {
    format!("{} holds {} of {}: {weight} ({})", step.owner.name, step.share, step.owned.name, step.source)
}
