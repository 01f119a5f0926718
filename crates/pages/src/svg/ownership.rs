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

/// Room that a line takes where it passes a layer.
const PASS: f64 = 56.0;

/// What stands in a layer: a party, or a line that passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    Node(usize),
    Pass(usize),
}

impl Slot {
    fn width(self) -> f64 {
        match self {
            Self::Node(_) => BOX,
            Self::Pass(_) => PASS,
        }
    }
}

/// Where everything stands.
#[derive(Debug, Default)]
struct Layout {
    width: f64,
    height: f64,
    /// The left upper corner of each node.
    nodes: BTreeMap<usize, (f64, f64)>,
    /// The points through which each line goes, from the owner down.
    lines: BTreeMap<usize, Vec<(f64, f64)>>,
}

fn layout(picture: &OwnershipPicture, root: &str) -> Layout {
    let layers = layers(picture, root);
    let number = |id: &str| picture.nodes.iter().position(|node| node.id == id);
    let mut depth: BTreeMap<usize, usize> = BTreeMap::new();
    let mut slots: Vec<Vec<Slot>> = Vec::new();
    for (n, layer) in layers.iter().enumerate() {
        let nodes: Vec<usize> = layer.iter().filter_map(|id| number(id)).collect();
        depth.extend(nodes.iter().map(|node| (*node, n)));
        slots.push(nodes.into_iter().map(Slot::Node).collect());
    }
    let ends = |edge: &OwnershipEdge| Some((number(&edge.owner)?, number(&edge.owned)?));
    for (n, edge) in picture.edges.iter().enumerate() {
        let Some((owner, owned)) = ends(edge) else { continue };
        let (Some(above), Some(below)) = (depth.get(&owner), depth.get(&owned)) else { continue };
        let (low, high) = (above.min(below), above.max(below));
        for layer in slots.iter_mut().take(*high).skip(low + 1) {
            layer.push(Slot::Pass(n));
        }
    }
    let row = |layer: &[Slot]| layer.iter().map(|s| s.width() + GAP).sum::<f64>() - GAP;
    let width = slots.iter().map(|layer| row(layer)).fold(BOX, f64::max) + 2.0 * EDGE;
    let height = slots.len() as f64 * LAYER - (LAYER - TALL) + 2.0 * EDGE;
    let mut made = Layout { width, height, ..Layout::default() };
    // the middle of what is placed already, by slot: layers are ordered by what stands below them
    let mut middles: Vec<(Slot, f64)> = Vec::new();
    for (n, layer) in slots.iter_mut().enumerate() {
        let towards = |slot: Slot| -> f64 {
            let below: Vec<f64> = picture
                .edges
                .iter()
                .enumerate()
                .filter(|(e, edge)| match slot {
                    Slot::Node(node) => ends(edge).is_some_and(|(owner, _)| owner == node),
                    Slot::Pass(line) => *e == line,
                })
                .filter_map(|(e, edge)| {
                    let (_, owned) = ends(edge)?;
                    let at = |wanted: Slot| middles.iter().rfind(|(s, _)| *s == wanted).map(|(_, x)| *x);
                    at(Slot::Pass(e)).or_else(|| at(Slot::Node(owned)))
                })
                .collect();
            if below.is_empty() { width / 2.0 } else { below.iter().sum::<f64>() / below.len() as f64 }
        };
        layer.sort_by(|a, b| towards(*a).total_cmp(&towards(*b)));
        let y = height - EDGE - TALL - n as f64 * LAYER;
        let mut x = (width - row(layer)) / 2.0;
        for slot in layer.iter() {
            let middle = x + slot.width() / 2.0;
            middles.push((*slot, middle));
            match slot {
                Slot::Node(node) => {
                    made.nodes.insert(*node, (x, y));
                }
                // from the owner down: what is placed later stands higher
                Slot::Pass(line) => {
                    let points = made.lines.entry(*line).or_default();
                    points.insert(0, (middle, y + TALL));
                    points.insert(0, (middle, y));
                }
            }
            x += slot.width() + GAP;
        }
    }
    made
}

/// The picture. Lines that pass a layer go between its parties; those that close a circle go up.
pub fn ownership(picture: &OwnershipPicture, id: &str, title: &str, desc: &str) -> Html {
    let Some(root) = picture.nodes.first() else { return raw(String::new()) };
    let layout = layout(picture, &root.id);
    let mut svg = open("figure ownership", id, layout.width, layout.height, title, desc);
    let _ = write!(
        svg,
        "<defs><marker id=\"{id}-a\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" \
         orient=\"auto-start-reverse\"><path class=\"arrow\" d=\"M0 0L8 4L0 8z\"/></marker></defs>"
    );
    let place = |id: &str| {
        let n = picture.nodes.iter().position(|node| node.id == id)?;
        layout.nodes.get(&n).copied()
    };
    let mut labels = String::new();
    for (n, edge) in picture.edges.iter().enumerate() {
        let (Some((ax, ay)), Some((bx, by))) = (place(&edge.owner), place(&edge.owned)) else { continue };
        let down = ay < by;
        let (y1, y2) = if down { (ay + TALL, by - 2.0) } else { (ay, by + TALL + 2.0) };
        let mut points = vec![(ax + BOX / 2.0, y1)];
        let mut between = layout.lines.get(&n).cloned().unwrap_or_default();
        if !down {
            between.reverse();
        }
        points.extend(between);
        points.push((bx + BOX / 2.0, y2));
        let mut path = String::new();
        for (from, to) in points.iter().zip(points.iter().skip(1)) {
            let middle = (from.1 + to.1) / 2.0;
            if path.is_empty() {
                let _ = write!(path, "M{:.1} {:.1}", from.0, from.1);
            }
            let _ =
                write!(path, "C{:.1} {middle:.1} {:.1} {middle:.1} {:.1} {:.1}", from.0, to.0, to.0, to.1);
        }
        let _ = write!(svg, "<path class=\"stake\" marker-end=\"url(#{id}-a)\" d=\"{path}\"/>");
        // near the owner, where lines to the same party have not met yet
        let (Some((x1, y1)), Some((x2, y2))) = (points.first(), points.get(1)) else { continue };
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
        if let Some(at) = place(&node.id) {
            svg.push_str(&boxed(node, node.id == root.id, at));
        }
    }
    svg.push_str("</svg>");
    raw(svg)
}

/// A party in its box.
fn boxed(node: &OwnershipNode, is_root: bool, (x, y): (f64, f64)) -> String {
    let class = match (is_root, node.listed) {
        (_, true) => "node node-listed",
        (true, false) => "node node-root",
        (false, false) => "node",
    };
    let mut svg = format!(
        "<g><title>{}{}{}</title><rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{BOX}\" height=\"{TALL}\" rx=\"4\"/>",
        escape(&node.name),
        if node.note.is_empty() { "" } else { ", " },
        escape(&node.note)
    );
    let name = if node.listed { format!("▲ {}", node.name) } else { node.name.clone() };
    let lines = wrap(&name, BOX - 18.0, 2);
    let rows = lines.len() + usize::from(!node.note.is_empty());
    let first = y + TALL / 2.0 + 4.5 - (rows as f64 - 1.0) * 8.0;
    let mut text = |class: &str, line: &str, row: usize| {
        let _ = write!(
            svg,
            "<text class=\"{class}\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            x + BOX / 2.0,
            first + row as f64 * 16.0,
            escape(line)
        );
    };
    for (n, line) in lines.iter().enumerate() {
        text("name", line, n);
    }
    if let Some(line) = wrap(&node.note, BOX - 18.0, 1).first().filter(|_| !node.note.is_empty()) {
        text("note", line, lines.len());
    }
    svg.push_str("</g>");
    svg
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
        // the line that passes a layer stands beside its party, not behind it
        let placed = layout(&direct, "p");
        let (a, _) = placed.nodes[&1];
        let line = &placed.lines[&2];
        assert!(line.iter().all(|(x, _)| *x < a || *x > a + BOX), "{line:?} through the box at {a}");
        // a listed owner is told by a shape, too
        assert!(svg.contains("▲ Party a"));
    }
}
