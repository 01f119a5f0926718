//! Entries of several lists that are about one party.
//!
//! A link always has a reason that the lists themselves give: the publisher's own key on a list that two sources carry,
//! the key of the UN that national lists repeat, or an official number. Names alone never link: that is a possible
//! match, for a person to decide. A person's judgement (linked, or not) comes before every reason.
//!
//! A group is named by its first member, and every member's own name leads to the group: a name that was given out goes
//! on leading to it when groups merge.

use std::collections::{BTreeMap, BTreeSet};

use countersign_model::{Digest, Entity, ListCode};
use serde::{Deserialize, Serialize};

/// Why two entries are about one party.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Reason {
    /// A person says so.
    Judgement {
        /// Why, in the person's words.
        reason: String,
        /// Who.
        by: String,
    },
    /// Both carry the same official list, and the publisher's key on it is the same.
    PublisherKey {
        /// The list.
        list: ListCode,
        /// The key.
        key: String,
    },
    /// Both carry the same reference of the UN list.
    UnReference {
        /// The reference.
        reference: String,
    },
    /// Both carry the same official number.
    Identifier {
        /// What number it is (`imoNumber`, `leiCode`…).
        property: String,
        /// The number.
        value: String,
    },
}

/// A link between two entries.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Edge {
    /// Why.
    pub reason: Reason,
    /// One entry.
    pub a: String,
    /// The other; `a` comes first in byte order.
    pub b: String,
}

/// What a person decided about two entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Judgement {
    /// One entry.
    pub a: String,
    /// The other.
    pub b: String,
    /// Whether they are about one party.
    pub same: bool,
    /// Why, in words.
    pub reason: String,
    /// By whom.
    pub by: String,
}

/// Entries that are about one party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Group {
    /// Its name: made from the first member, so that the same members give the same name on every machine.
    pub id: String,
    /// The ids of the entries, in byte order.
    pub members: Vec<String>,
    /// The links that hold it together.
    pub links: Vec<Edge>,
}

/// All groups of two or more.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links {
    groups: Vec<Group>,
    by_member: BTreeMap<String, usize>,
    /// Links that a person's judgement keeps from holding.
    pub cut: Vec<Edge>,
}

/// The name that an entry gives to a group.
pub fn group_id(member: &str) -> String {
    let digits: String = Digest::of(member.as_bytes()).to_string().chars().take(12).collect();
    format!("link:{digits}")
}

/// Numbers that are given once in the world.
const WORLDWIDE: [&str; 4] = ["imoNumber", "leiCode", "swiftBic", "publicKey"];
/// Numbers that are given once in a country: they link only where a country is shared.
const NATIONAL: [&str; 6] =
    ["registrationNumber", "passportNumber", "idNumber", "taxNumber", "innCode", "ogrnCode"];
/// Fewest characters of a number that is taken for one.
const SHORTEST: usize = 6;
/// A number that more entries carry than this is a default or a mistake, and links nobody.
const MOST_HOLDERS: usize = 8;

impl Links {
    /// The group of an entry, or of a name that was ever given to a group.
    pub fn group(&self, id: &str) -> Option<&Group> {
        let at = self.by_member.get(id).or_else(|| {
            let member = self.by_member.keys().find(|m| group_id(m) == id)?;
            self.by_member.get(member)
        })?;
        self.groups.get(*at)
    }

    /// All groups, by their first member.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// Links entities. The last judgement about a pair holds. A judgement that two entries are not one party keeps them
    /// apart whatever else links them: of the links that would join them, the weakest in the order of [`Reason`] give way.
    pub fn of<'a>(entities: impl IntoIterator<Item = &'a Entity>, judgements: &[Judgement]) -> Self {
        let entities: BTreeMap<&str, &Entity> = entities.into_iter().map(|e| (e.id.as_str(), e)).collect();
        let mut last: BTreeMap<(&str, &str), &Judgement> = BTreeMap::new();
        for judgement in judgements {
            last.insert(ordered(&judgement.a, &judgement.b), judgement);
        }
        let mut edges: BTreeSet<Edge> = reasons(&entities);
        for judgement in last.values().filter(|j| j.same) {
            let reason = Reason::Judgement { reason: judgement.reason.clone(), by: judgement.by.clone() };
            edges.insert(edge(reason, &judgement.a, &judgement.b));
        }
        let apart: Vec<(&str, &str)> = last.iter().filter(|(_, j)| !j.same).map(|(pair, _)| *pair).collect();
        // members of each group, by any member; merged one link after the other, the strongest first
        let mut group_of: BTreeMap<String, usize> = BTreeMap::new();
        let mut members: Vec<BTreeSet<String>> = Vec::new();
        let (mut held, mut cut) = (Vec::new(), Vec::new());
        for link in edges {
            let mut at = |id: &str| {
                *group_of.entry(id.to_owned()).or_insert_with(|| {
                    members.push(BTreeSet::from([id.to_owned()]));
                    members.len() - 1
                })
            };
            let (a, b) = (at(&link.a), at(&link.b));
            let (left, right) = (members.get(a).cloned(), members.get(b).cloned());
            let (Some(left), Some(right)) = (left, right) else { continue };
            let forbidden = |(x, y): &(&str, &str)| {
                (left.contains(*x) && right.contains(*y)) || (left.contains(*y) && right.contains(*x))
            };
            if a != b && apart.iter().any(forbidden) || apart.contains(&(link.a.as_str(), link.b.as_str())) {
                cut.push(link);
                continue;
            }
            if a != b {
                for id in &right {
                    group_of.insert(id.clone(), a);
                }
                if let Some(joined) = members.get_mut(a) {
                    joined.extend(right);
                }
            }
            held.push(link);
        }
        let mut by_group: BTreeMap<usize, Vec<Edge>> = BTreeMap::new();
        for link in held {
            by_group.entry(group_of.get(&link.a).copied().unwrap_or_default()).or_default().push(link);
        }
        let mut groups: Vec<Group> = by_group
            .into_iter()
            .filter_map(|(at, links)| {
                let members: Vec<String> = members.get(at)?.iter().cloned().collect();
                Some(Group { id: group_id(members.first()?), members, links })
            })
            .collect();
        groups.sort_by(|a, b| a.members.cmp(&b.members));
        let by_member = groups
            .iter()
            .enumerate()
            .flat_map(|(n, g)| g.members.iter().map(move |m| (m.clone(), n)))
            .collect();
        Self { groups, by_member, cut }
    }
}

fn ordered<'a>(a: &'a str, b: &'a str) -> (&'a str, &'a str) {
    if a <= b { (a, b) } else { (b, a) }
}

fn edge(reason: Reason, a: &str, b: &str) -> Edge {
    let (a, b) = ordered(a, b);
    Edge { reason, a: a.to_owned(), b: b.to_owned() }
}

/// The links that the lists themselves give, between entries of different sources.
fn reasons(entities: &BTreeMap<&str, &Entity>) -> BTreeSet<Edge> {
    let mut holders: BTreeMap<Reason, Vec<&Entity>> = BTreeMap::new();
    for entity in entities.values() {
        let mut mine: BTreeSet<Reason> = BTreeSet::new();
        for listing in &entity.listings {
            let Some(key) = listing.id.as_ref().map(|id| id.trim()).filter(|id| !id.is_empty()) else {
                continue;
            };
            mine.insert(Reason::PublisherKey { list: listing.list, key: key.to_owned() });
            if listing.list == ListCode::UnSc {
                mine.insert(Reason::UnReference { reference: key.to_owned() });
            }
        }
        for reference in entity.values("unReference") {
            mine.insert(Reason::UnReference { reference: reference.trim().to_owned() });
        }
        for property in WORLDWIDE.into_iter().chain(NATIONAL) {
            for value in entity.values(property) {
                let value: String =
                    value.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect();
                if value.len() >= SHORTEST && value.chars().any(|c| c.is_ascii_digit()) {
                    mine.insert(Reason::Identifier { property: property.to_owned(), value });
                }
            }
        }
        for reason in mine {
            holders.entry(reason).or_default().push(entity);
        }
    }
    let mut edges = BTreeSet::new();
    for (reason, holders) in holders.into_iter().filter(|(_, h)| h.len() <= MOST_HOLDERS) {
        for (n, a) in holders.iter().enumerate() {
            for b in holders.iter().skip(n + 1) {
                if a.source != b.source && a.schema.may_be(b.schema) && fits(&reason, a, b) {
                    edges.insert(edge(reason.clone(), &a.id, &b.id));
                }
            }
        }
    }
    edges
}

/// A number that a country gives says nothing across countries; a key of a list always does.
fn fits(reason: &Reason, a: &Entity, b: &Entity) -> bool {
    match reason {
        Reason::Identifier { property, .. } if NATIONAL.contains(&property.as_str()) => {
            let countries = |e: &Entity| -> BTreeSet<String> {
                ["country", "nationality", "jurisdiction"]
                    .iter()
                    .flat_map(|p| e.values(p))
                    .map(|c| c.to_lowercase())
                    .collect()
            };
            !countries(a).is_disjoint(&countries(b))
        }
        _ => true,
    }
}
