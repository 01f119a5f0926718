//! The ownership picture of one party as lines of text, the party first, its owners below it.

use std::collections::{BTreeMap, BTreeSet};

use countersign_model::{Date, Percent};
use countersign_owners::{Owners, Stake};
use countersign_ownership::Interest;

use crate::listed::Listed;

/// No more lines than a person reads.
const MAX_LINES: usize = 80;

/// The lines.
pub fn tree(owners: &Owners, party: &str, as_of: Date, listed: &[Listed]) -> Vec<String> {
    let mut held: BTreeMap<&str, Vec<&Stake>> = BTreeMap::new();
    for stake in owners.stakes.iter().filter(|s| s.is_held_on(as_of)) {
        held.entry(&stake.owned).or_default().push(stake);
    }
    let marks: BTreeMap<&str, &str> = listed
        .iter()
        .map(|l| {
            let mark = match (l.rules.is_empty(), l.assumed) {
                (true, _) => " [may be listed]",
                (false, true) => " [possible match, counts as listed]",
                (false, false) => " [listed]",
            };
            (l.party.id.as_str(), mark)
        })
        .collect();
    let mut drawing = Drawing { owners, held, marks, drawn: BTreeSet::new(), lines: Vec::new() };
    let top = format!("{}{}", owners.name_and_id(party), drawing.mark(party));
    drawing.lines.push(top);
    drawing.below(party, "");
    if drawing.lines.len() > MAX_LINES {
        let more = drawing.lines.len() - MAX_LINES;
        drawing.lines.truncate(MAX_LINES);
        drawing.lines.push(format!("… and {more} lines more"));
    }
    drawing.lines
}

struct Drawing<'a> {
    owners: &'a Owners,
    held: BTreeMap<&'a str, Vec<&'a Stake>>,
    marks: BTreeMap<&'a str, &'a str>,
    drawn: BTreeSet<&'a str>,
    lines: Vec<String>,
}

impl<'a> Drawing<'a> {
    fn mark(&self, id: &str) -> &'a str {
        self.marks.get(id).copied().unwrap_or_default()
    }

    fn below(&mut self, party: &'a str, indent: &str) {
        self.drawn.insert(party);
        let stakes = self.held.get(party).cloned().unwrap_or_default();
        let mut order: Vec<&'a str> = Vec::new();
        for stake in &stakes {
            if !order.contains(&stake.owner.as_str()) {
                order.push(&stake.owner);
            }
        }
        let least = |kind: Interest| {
            let of_kind = stakes.iter().filter(|s| s.interest == kind || s.interest == Interest::Both);
            of_kind.fold(Percent::zero(), |sum, stake| &sum + &stake.share.min)
        };
        let open = |kind| Percent::whole(100).saturating_sub(&least(kind));
        let (shares, votes) = (open(Interest::Shares), open(Interest::Votes));
        let rest = if shares == Percent::zero() && votes == Percent::zero() {
            None
        } else if shares == votes {
            Some(format!("{shares} by whom is not told"))
        } else {
            Some(format!("{shares} of the shares and {votes} of the votes by whom is not told"))
        };
        let is_person =
            self.owners.parties.get(party).is_some_and(|p| p.kind == countersign_owners::Kind::Person);
        let rest = rest.filter(|_| !is_person);
        let count = order.len() + usize::from(rest.is_some());
        for (n, owner) in order.into_iter().enumerate() {
            if self.lines.len() > 10 * MAX_LINES {
                return;
            }
            let last = n + 1 == count;
            let amounts: Vec<String> = stakes
                .iter()
                .filter(|s| s.owner == owner)
                .map(|s| match s.interest {
                    Interest::Shares => format!("{} shares", s.share),
                    Interest::Votes => format!("{} votes", s.share),
                    Interest::Both => s.share.to_string(),
                })
                .collect();
            let again = self.drawn.contains(owner) && self.held.contains_key(owner);
            let above = if again { " (as above)" } else { "" };
            self.lines.push(format!(
                "{indent}{} {}: {}{}{above}",
                if last { "└─" } else { "├─" },
                amounts.join(", "),
                self.owners.name_and_id(owner),
                self.mark(owner)
            ));
            if !again {
                let deeper = format!("{indent}{} ", if last { "  " } else { "│ " });
                if deeper.chars().count() < 60 && self.held.contains_key(owner) {
                    self.below(owner, &deeper);
                }
            }
        }
        if let Some(rest) = rest {
            self.lines.push(format!("{indent}└─ {rest}"));
        }
    }
}
