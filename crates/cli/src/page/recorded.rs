//! What stands beside the rules of a decision: the stakes that an ownership rule counted, and what the case says in words.

use countersign_law::{Decision, Recorded};
use countersign_operations::check::Check;
use countersign_operations::screening::Outcome;

use super::text::{Page, first_of};

/// The most lines of what the case says in words.
const MOST_RECORDED: usize = 12;

/// What the ownership rules attribute to listed persons, a line for each party and rule.
pub(super) fn stakes(decision: &Decision) -> Vec<String> {
    let mut told: Vec<String> = Vec::new();
    for (regime, share) in decision.regimes.iter().flat_map(|r| r.attributed.iter().map(move |a| (r, a))) {
        let through = match share.through.as_slice() {
            [] => String::new(),
            edges => format!(" through {}", edges.join("; ")),
        };
        // a regime with a rule for shares and another for votes says which
        let by = if regime.attributed.iter().any(|a| a.party == share.party && a.by != share.by) {
            format!("{}: {}", regime.regime, share.by)
        } else {
            regime.regime.clone()
        };
        let listed = match share.listed.as_slice() {
            [] => String::new(),
            listed => format!("; {}", listed.join("; ")),
        };
        let line = format!(
            "{}: {} percent attributed to listed persons ({by}){through}{listed}",
            share.party, share.percent
        );
        if !told.contains(&line) {
            told.push(line);
        }
    }
    told
}

/// What the case says in words, and no rule weighs. What the screening found has a part of the page of its own.
pub(super) fn recorded(page: &mut Page, check: &Check) {
    let screened: Vec<String> = check
        .screening
        .iter()
        .filter(|p| p.outcome != Outcome::GivenInCase)
        .map(|p| format!("sources.parties[{}].listings", p.party))
        .collect();
    let told: Vec<&Recorded> =
        check.decision.recorded.iter().filter(|r| !screened.contains(&r.path)).collect();
    if told.is_empty() {
        return;
    }
    page.heading("Recorded in the case, and weighed by no rule");
    let (shown, more) = first_of(&told, MOST_RECORDED);
    for recorded in shown {
        page.hanging(2, 6, &format!("{}: {}", recorded.path, recorded.text));
    }
    if more > 0 {
        page.raw(format!("  and {more} more (--json has all)"));
    }
}
