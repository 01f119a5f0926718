//! The ownership picture of one party as SVG: the party at the foot, its owners above it, who is listed in red.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use countersign_model::escaped;
use countersign_owners::{Owners, Stake};
use countersign_ownership::Interest;

use crate::ownership::Ownership;

/// No more boxes than a page holds; the nearest owners are drawn.
const MAX_BOXES: usize = 80;
const BOX: (usize, usize) = (190, 52);
const GAP: (usize, usize) = (26, 84);
const MARGIN: usize = 24;
/// Characters of a line in a box.
const WIDE: usize = 27;

/// The corners of the boxes, by the ids of whom they stand for.
type Boxes<'a> = BTreeMap<&'a str, (usize, usize)>;

/// Draws the stakes that are held on the day of the outcome. The same outcome gives the same bytes.
pub fn svg(owners: &Owners, result: &Ownership) -> String {
    let mut held: BTreeMap<&str, Vec<&Stake>> = BTreeMap::new();
    for stake in owners.stakes.iter().filter(|s| s.is_held_on(result.as_of)) {
        held.entry(&stake.owned).or_default().push(stake);
    }
    let (levels, left_out) = levels(&held, &result.party.id);
    let (at, size) = laid_out(&levels);
    let mut out = String::new();
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" font-family=\"sans-serif\" font-size=\"11\" role=\"img\">",
        size.0, size.1
    );
    let _ = writeln!(out, "<title>Owners of {} on {}</title>", escaped(&result.party.name), result.as_of);
    let _ = writeln!(out, "<desc>{}</desc>", escaped(&verdicts(result)));
    out.push_str(
        "<defs><marker id=\"a\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" \
         orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" fill=\"#555\"/></marker></defs>\n",
    );
    arrows(&mut out, &held, &at, result);
    for (id, corner) in &at {
        party(&mut out, id, *corner, owners, result);
    }
    let more =
        if left_out == 0 { String::new() } else { format!("; {left_out} owners further up are not drawn") };
    let _ = writeln!(
        out,
        "<text x=\"{MARGIN}\" y=\"{}\" fill=\"#555\">{}</text>\n</svg>",
        size.1 - 8,
        escaped(&format!("Stakes held on {}; red: counted by a rule{more}", result.as_of))
    );
    out
}

/// Where each box stands, the first level at the foot, and the size of the whole.
fn laid_out<'a>(levels: &[Vec<&'a str>]) -> (Boxes<'a>, (usize, usize)) {
    let width = levels.iter().map(Vec::len).max().unwrap_or(1);
    let (step, rise) = (BOX.0 + GAP.0, BOX.1 + GAP.1);
    let mut at = Boxes::new();
    for (n, level) in levels.iter().enumerate() {
        let indent = (width - level.len()) * step / 2;
        for (m, id) in level.iter().enumerate() {
            let y = MARGIN + (levels.len() - 1 - n) * rise;
            at.insert(id, (MARGIN + indent + m * step, y));
        }
    }
    (at, (width * step + 2 * MARGIN - GAP.0, levels.len() * rise + 2 * MARGIN))
}

/// An arrow from each owner to what it owns, with the shares.
fn arrows(out: &mut String, held: &BTreeMap<&str, Vec<&Stake>>, at: &Boxes<'_>, result: &Ownership) {
    let counted: BTreeSet<(&str, &str)> = result
        .rules
        .iter()
        .flat_map(|r| &r.through)
        .map(|s| (s.owner.id.as_str(), s.owned.id.as_str()))
        .collect();
    for (owned, stakes) in held {
        let Some(&(x2, y2)) = at.get(owned) else { continue };
        for owner in owners_of(stakes) {
            let Some(&(x1, y1)) = at.get(owner) else { continue };
            let (x1, x2) = (x1 + BOX.0 / 2, x2 + BOX.0 / 2);
            let counts = counted.contains(&(owner, owned));
            let (colour, thick) = if counts { ("#b00020", 2) } else { ("#777", 1) };
            // a circle of owners runs upwards; it is drawn from side to side of the boxes
            let (from, to) = if y1 < y2 { (y1 + BOX.1, y2) } else { (y1, y2 + BOX.1) };
            let _ = writeln!(
                out,
                "<line x1=\"{x1}\" y1=\"{from}\" x2=\"{x2}\" y2=\"{to}\" stroke=\"{colour}\" stroke-width=\"{thick}\" marker-end=\"url(#a)\"/>"
            );
            let (x, y) = ((x1 + 2 * x2) / 3, (from + 2 * to) / 3);
            let _ = writeln!(
                out,
                "<text x=\"{x}\" y=\"{y}\" text-anchor=\"middle\" stroke=\"#fff\" stroke-width=\"3\" paint-order=\"stroke\">{}</text>",
                escaped(&amounts(stakes, owner))
            );
        }
    }
}

/// The box of a party: its name, and whether it is listed.
fn party(out: &mut String, id: &str, (x, y): (usize, usize), owners: &Owners, result: &Ownership) {
    let listed = result.listed.iter().find(|l| l.party.id == id);
    let (colour, dash, mark) = match listed {
        Some(l) if !l.rules.is_empty() => ("#b00020", "", format!("listed: {}", l.rules.join(", "))),
        Some(_) => ("#b06000", " stroke-dasharray=\"4 3\"", "may be listed".to_owned()),
        None => ("#333", "", String::new()),
    };
    let fill = if id == result.party.id { "#eef3ff" } else { "#fff" };
    let _ = writeln!(
        out,
        "<g><title>{}</title><rect x=\"{x}\" y=\"{y}\" width=\"{}\" height=\"{}\" rx=\"4\" fill=\"{fill}\" stroke=\"{colour}\"{dash}/>",
        escaped(&owners.name_and_id(id)),
        BOX.0,
        BOX.1
    );
    let middle = x + BOX.0 / 2;
    let _ = writeln!(
        out,
        "<text x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
        y + 20,
        escaped(&short(owners.label(id)))
    );
    let _ = writeln!(
        out,
        "<text x=\"{middle}\" y=\"{}\" text-anchor=\"middle\" fill=\"{colour}\">{}</text></g>",
        y + 38,
        escaped(&short(&mark))
    );
}

/// The party, its owners, theirs, and so on, each where it comes first; and how many were left out.
fn levels<'a>(held: &BTreeMap<&'a str, Vec<&'a Stake>>, party: &'a str) -> (Vec<Vec<&'a str>>, usize) {
    let mut seen = BTreeSet::from([party]);
    let mut levels = vec![vec![party]];
    let (mut drawn, mut left_out) = (1, 0);
    while let Some(last) = levels.last() {
        let mut next = Vec::new();
        for owner in last.iter().flat_map(|id| held.get(id)).flat_map(|stakes| owners_of(stakes)) {
            if !seen.insert(owner) {
                continue;
            }
            if drawn == MAX_BOXES {
                left_out += 1;
            } else {
                drawn += 1;
                next.push(owner);
            }
        }
        if next.is_empty() {
            break;
        }
        levels.push(next);
    }
    (levels, left_out)
}

/// The owners among stakes in one party, each once, in the order of the files.
fn owners_of<'a>(stakes: &[&'a Stake]) -> Vec<&'a str> {
    let mut out: Vec<&str> = Vec::new();
    for stake in stakes {
        if !out.contains(&stake.owner.as_str()) {
            out.push(&stake.owner);
        }
    }
    out
}

fn amounts(stakes: &[&Stake], owner: &str) -> String {
    let said: Vec<String> = stakes
        .iter()
        .filter(|s| s.owner == owner)
        .map(|s| match s.interest {
            Interest::Shares => format!("{} % shares", s.share),
            Interest::Votes => format!("{} % votes", s.share),
            Interest::Both => format!("{} %", s.share),
        })
        .collect();
    said.join(", ")
}

fn verdicts(result: &Ownership) -> String {
    let of = |r: &crate::ownership::Finding| {
        let reached = match r.reached {
            countersign_ownership::Reached::Yes => "owned by listed persons",
            countersign_ownership::Reached::No => "not owned by listed persons",
            countersign_ownership::Reached::CannotBeKnown => "cannot be known",
        };
        format!("{} ({}): {reached}, {} percent", r.regime, r.rule, r.attributed)
    };
    result.rules.iter().map(of).collect::<Vec<_>>().join("; ")
}

fn short(line: &str) -> String {
    if line.chars().count() <= WIDE {
        return line.to_owned();
    }
    line.chars().take(WIDE - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_says_cannot_break_out_of_the_picture() {
        assert_eq!(escaped("A & <B>\u{1}\""), "A &amp; &lt;B&gt; &quot;");
        assert_eq!(short(&"x".repeat(40)).chars().count(), WIDE);
    }

    #[test]
    fn a_circle_of_owners_is_drawn_once() {
        let stake = |owner: &str, owned: &str| Stake {
            owner: owner.to_owned(),
            owned: owned.to_owned(),
            share: countersign_model::Share::zero(),
            interest: Interest::Both,
            from: None,
            to: None,
            source: String::new(),
        };
        let stakes = [stake("b", "a"), stake("a", "b"), stake("c", "b")];
        let mut held: BTreeMap<&str, Vec<&Stake>> = BTreeMap::new();
        for s in &stakes {
            held.entry(&s.owned).or_default().push(s);
        }
        assert_eq!(levels(&held, "a"), (vec![vec!["a"], vec!["b"], vec!["c"]], 0));
    }
}
