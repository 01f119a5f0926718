//! Who owns a party: owners above, the party at the bottom.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::{open, width_of, wrap};
use crate::text::{Html, escape, raw};

const BOX: f64 = 196.0;
const TALL: f64 = 62.0;
const GAP: f64 = 22.0;
const LAYER: f64 = 124.0;
const EDGE: f64 = 14.0;

/// A party of the picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnershipNode {
    /// Its id in the picture.
    pub id: String,
    /// Its name.
    pub name: String,
    /// A word below the name: a country, a kind.
    pub note: String,
    /// Whether it may be a listed party.
    pub listed: bool,
}

/// A stake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnershipEdge {
    /// Who holds it.
    pub owner: String,
    /// In whom.
    pub owned: String,
    /// How much.
    pub label: String,
}

/// The parties and stakes to draw; the first node is the party at the bottom.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OwnershipPicture {
    /// The parties.
    pub nodes: Vec<OwnershipNode>,
    /// The stakes.
    pub edges: Vec<OwnershipEdge>,
}

/// The picture. Circles of owners are drawn with the line that closes them going up.
pub fn ownership(picture: &OwnershipPicture, id: &str, title: &str, desc: &str) -> Html {
    let Some(root) = picture.nodes.first() else { return raw(String::new()) };
    let layers = layers(picture, &root.id);
    let deepest = layers.iter().map(Vec::len).max().unwrap_or(1) as f64;
    let width = deepest * (BOX + GAP) - GAP + 2.0 * EDGE;
    let height = layers.len() as f64 * LAYER - (LAYER - TALL) + 2.0 * EDGE;
    let mut places: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for (n, layer) in layers.iter().enumerate() {
        let row = layer.len() as f64 * (BOX + GAP) - GAP;
        let y = height - EDGE - TALL - n as f64 * LAYER;
        for (m, node) in layer.iter().enumerate() {
            places.insert(node, ((width - row) / 2.0 + m as f64 * (BOX + GAP), y));
        }
    }
    let mut svg = open("figure ownership", id, width, height, title, desc);
    let _ = write!(
        svg,
        "<defs><marker id=\"{id}-a\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" \
         orient=\"auto-start-reverse\"><path class=\"arrow\" d=\"M0 0L8 4L0 8z\"/></marker></defs>"
    );
    let mut labels = String::new();
    for edge in &picture.edges {
        let (Some((ax, ay)), Some((bx, by))) =
            (places.get(edge.owner.as_str()), places.get(edge.owned.as_str()))
        else {
            continue;
        };
        let (x1, x2) = (ax + BOX / 2.0, bx + BOX / 2.0);
        let down = ay < by;
        let (y1, y2) = if down { (ay + TALL, by - 2.0) } else { (*ay, by + TALL + 2.0) };
        let middle = (y1 + y2) / 2.0;
        let _ = write!(
            svg,
            "<path class=\"stake\" marker-end=\"url(#{id}-a)\" d=\"M{x1:.1} {y1:.1}C{x1:.1} {middle:.1} {x2:.1} {middle:.1} {x2:.1} {y2:.1}\"/>"
        );
        // nearer to the owner, where lines to the same party have not met yet
        let (lx, ly) = (x1 + (x2 - x1) * 0.28, y1 + (y2 - y1) * 0.42);
        let wide = width_of(&edge.label) + 8.0;
        let _ = write!(
            labels,
            "<rect class=\"plate\" x=\"{:.1}\" y=\"{:.1}\" width=\"{wide:.1}\" height=\"16\" rx=\"3\"/>\
             <text class=\"share\" x=\"{lx:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            lx - wide / 2.0,
            ly - 9.0,
            ly + 3.5,
            escape(&edge.label)
        );
    }
    svg.push_str(&labels);
    for node in &picture.nodes {
        let Some((x, y)) = places.get(node.id.as_str()) else { continue };
        let class = match (node.id == root.id, node.listed) {
            (_, true) => "node node-listed",
            (true, false) => "node node-root",
            (false, false) => "node",
        };
        let _ = write!(
            svg,
            "<g><title>{}{}{}</title><rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{BOX}\" height=\"{TALL}\" rx=\"4\"/>",
            escape(&node.name),
            if node.note.is_empty() { "" } else { ", " },
            escape(&node.note)
        );
        let name = if node.listed { format!("▲ {}", node.name) } else { node.name.clone() };
        let lines = wrap(&name, BOX - 18.0, 2);
        let rows = lines.len() + usize::from(!node.note.is_empty());
        let first = y + TALL / 2.0 + 4.5 - (rows as f64 - 1.0) * 8.0;
        for (n, line) in lines.iter().enumerate() {
            let _ = write!(
                svg,
                "<text class=\"name\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
                x + BOX / 2.0,
                first + n as f64 * 16.0,
                escape(line)
            );
        }
        if let Some(line) = wrap(&node.note, BOX - 18.0, 1).first().filter(|_| !node.note.is_empty()) {
            let _ = write!(
                svg,
                "<text class=\"note\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
                x + BOX / 2.0,
                first + lines.len() as f64 * 16.0,
                escape(line)
            );
        }
        svg.push_str("</g>");
    }
    svg.push_str("</svg>");
    raw(svg)
}

/// The nodes in layers: each owner above everybody it owns, but for the stakes that close circles.
fn layers<'a>(picture: &'a OwnershipPicture, root: &'a str) -> Vec<Vec<&'a str>> {
    let mut upwards = Vec::new();
    descend(picture, root, &mut Vec::new(), &mut BTreeSet::new(), &mut upwards);
    let mut depth: BTreeMap<&str, usize> = BTreeMap::from([(root, 0)]);
    // without circles, no way is longer than there are nodes
    for _ in 0..picture.nodes.len() {
        for (owned, owner) in &upwards {
            let above = depth.get(owned).copied().unwrap_or_default() + 1;
            let known = depth.entry(owner).or_insert(above);
            *known = above.max(*known);
        }
    }
    let deepest = depth.values().max().copied().unwrap_or_default();
    (0..=deepest)
        .map(|layer| {
            let of = picture.nodes.iter().map(|node| node.id.as_str());
            of.filter(|id| depth.get(id) == Some(&layer)).collect()
        })
        .collect()
}

/// Goes to the owners of `at`, each party once, and keeps the stakes that close no circle.
fn descend<'a>(
    picture: &'a OwnershipPicture,
    at: &'a str,
    way: &mut Vec<&'a str>,
    seen: &mut BTreeSet<&'a str>,
    upwards: &mut Vec<(&'a str, &'a str)>,
) {
    if !seen.insert(at) {
        return;
    }
    way.push(at);
    for edge in picture.edges.iter().filter(|edge| edge.owned == at) {
        if !way.contains(&edge.owner.as_str()) {
            upwards.push((at, &edge.owner));
            descend(picture, &edge.owner, way, seen, upwards);
        }
    }
    way.pop();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_stand_above_and_a_circle_ends() {
        let node = |id: &str, listed| OwnershipNode {
            id: id.into(),
            name: format!("Party {id}"),
            note: "SA".into(),
            listed,
        };
        let edge = |owner: &str, owned: &str| OwnershipEdge {
            owner: owner.into(),
            owned: owned.into(),
            label: "50 %".into(),
        };
        let picture = OwnershipPicture {
            nodes: vec![node("p", false), node("a", true), node("b", false)],
            edges: vec![edge("a", "p"), edge("b", "a"), edge("p", "b")],
        };
        let svg = ownership(&picture, "own", "t", "d").to_string();
        assert_eq!(layers(&picture, "p"), [vec!["p"], vec!["a"], vec!["b"]]);
        assert_eq!(svg.matches("class=\"stake\"").count(), 3);
        // an owner of an owner stands above both, also where it owns the party directly
        let direct =
            OwnershipPicture { edges: vec![edge("a", "p"), edge("b", "a"), edge("b", "p")], ..picture };
        assert_eq!(layers(&direct, "p"), [vec!["p"], vec!["a"], vec!["b"]]);
        // a listed owner is told by a shape, too
        assert!(svg.contains("▲ Party a"));
    }
}
