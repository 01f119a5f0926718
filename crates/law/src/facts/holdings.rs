//! Ownership joined with the law: who is listed in the sense of a regime (a definition of its pack) feeds the
//! ownership arithmetic, whose result is a fact that the regime's policies compare with their own threshold.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use countersign_model::{Date, parse_date};
use countersign_ownership::{
    Attribution, Disclosure, Edge, Graph, Interest, Node as OwnershipNode, Reached, Standing, attribute,
};
use serde_json::Value as Json;

use super::below;
use super::project::{Node, share};
use super::world::World;
use crate::eval::{Deps, Fact, Record, Tri, Value};
use crate::pack::HoldingRule;

/// One control fact of the case.
#[derive(Debug)]
struct Control {
    by: String,
    how: String,
}

/// What the case says about control of a party.
#[derive(Debug)]
enum Controls {
    Open(Arc<str>),
    Given(Vec<Control>),
}

/// The direct owners of a party on the day.
#[derive(Debug)]
enum Owners {
    Open(Arc<str>),
    Given(Vec<String>),
}

/// The owners and controllers of the parties, and what was attributed so far.
pub(crate) struct Holdings {
    graph: Result<Graph, String>,
    controls: BTreeMap<String, Controls>,
    /// The direct owners of each party.
    owners: BTreeMap<String, Owners>,
    attributed: RefCell<HashMap<usize, Arc<BTreeMap<String, Attribution>>>>,
}

impl Holdings {
    /// Reads owners and control of every party of a case.
    pub(crate) fn gather(case: &Json, as_of: Date) -> Self {
        let (mut nodes, mut edges, mut controls) = (Vec::new(), Vec::new(), BTreeMap::new());
        let mut above: BTreeMap<String, Owners> = BTreeMap::new();
        let parties = case.get("parties").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
        for party in parties {
            let id = word(party, "id").unwrap_or_default().to_owned();
            let prefix = format!("parties[{id}]");
            let owners_path = below(&prefix, "owners").to_string();
            let individual = word(party, "kind") == Some("individual");
            let owners = party.get("owners");
            let disclosure = match Node::of(owners) {
                _ if individual => Disclosure::CheckedNone,
                Node::Open => Disclosure::Unknown,
                Node::Nothing => Disclosure::CheckedNone,
                Node::Given(_) => Disclosure::Given,
            };
            let mut named = Vec::new();
            for owner in owners.and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default() {
                let name = word(owner, "party").unwrap_or_default().to_owned();
                // what a company holds of itself says nothing of who owns it: that part stays open
                if name == id {
                    continue;
                }
                let Some(held) = owner.get("percent").and_then(share) else { continue };
                let on_day = day(owner, "from").is_none_or(|d| d <= as_of)
                    && day(owner, "to").is_none_or(|d| as_of <= d);
                if on_day {
                    named.push(name.clone());
                }
                edges.push(Edge {
                    path: format!("{owners_path}[{name}].percent"),
                    owner: name,
                    owned: id.clone(),
                    share: held,
                    interest: match word(owner, "interest") {
                        Some("shares") => Interest::Shares,
                        Some("votes") => Interest::Votes,
                        _ => Interest::Both,
                    },
                    from: day(owner, "from"),
                    to: day(owner, "to"),
                });
            }
            let open = disclosure == Disclosure::Unknown;
            above.insert(
                id.clone(),
                if open { Owners::Open(Arc::from(owners_path.as_str())) } else { Owners::Given(named) },
            );
            let control = party.get("control");
            let given = match Node::of(control) {
                Node::Open => Controls::Open(below(&prefix, "control")),
                _ => Controls::Given(
                    control
                        .and_then(Json::as_array)
                        .map(Vec::as_slice)
                        .unwrap_or_default()
                        .iter()
                        .filter(|c| {
                            day(c, "from").is_none_or(|d| d <= as_of)
                                && day(c, "to").is_none_or(|d| as_of <= d)
                        })
                        .map(|c| Control {
                            by: word(c, "by").unwrap_or_default().to_owned(),
                            how: word(c, "how").unwrap_or_default().to_owned(),
                        })
                        .collect(),
                ),
            };
            controls.insert(id.clone(), given);
            nodes.push(OwnershipNode { id, individual, owners: disclosure, owners_path });
        }
        let graph = Graph::new(nodes, edges).map_err(|e| e.to_string());
        Self { graph, controls, owners: above, attributed: RefCell::default() }
    }

    /// An attribute of a party that the ownership arithmetic gives.
    pub(crate) fn of(&self, world: &World<'_>, party: usize, name: &Arc<str>) -> Option<Fact> {
        let id = world.facts.entities.get(party)?.id.clone();
        let rules = &world.law.holdings;
        if let Some(n) = rules.iter().position(|r| *r.attribute == **name) {
            let rule = rules.get(n)?;
            return Some(self.holding(world, n, rule, &id));
        }
        let n = rules.iter().position(|r| r.control.as_deref() == Some(&**name))?;
        Some(self.control(world, n, &id))
    }

    fn holding(&self, world: &World<'_>, n: usize, rule: &HoldingRule, party: &str) -> Fact {
        let path = format!("parties[{party}].owners");
        let label = format!("{path} (attributed to listed persons, {})", rule.attribute);
        let mut record = Record::new();
        let mut put = |name: &str, value: Value, path: &str| {
            record.insert(Arc::from(name), Fact { value, path: Arc::from(path) });
        };
        match self.attributions(world, n).as_ref().and_then(|all| all.get(party)) {
            Some(found) => {
                let deps: Deps = if found.share.is_exact() {
                    Deps::new()
                } else {
                    found.unsettled.iter().map(|p| Arc::from(p.as_str())).collect()
                };
                put("percent", Value::Decimal(found.share.clone(), deps), &label);
                put("alone", Value::Bool(found.alone.is_some()), "");
                put("indirect", Value::Bool(found.indirect), "");
                put("kinds", kinds(world, rule, found), "");
            }
            None => {
                for name in ["percent", "alone", "indirect", "kinds"] {
                    put(name, Value::unknown(&path), &path);
                }
            }
        }
        Fact { value: Value::Record(Arc::new(record)), path: Arc::from("") }
    }

    /// The control facts of a party that are exercised by persons listed in the sense of a rule.
    fn control(&self, world: &World<'_>, n: usize, party: &str) -> Fact {
        let all = self.attributions(world, n);
        let listed = |id: &str| -> Tri {
            let reached = all.as_ref().and_then(|a| a.get(id)).map(|a| a.reached);
            let own = self.standing(world, n, id);
            match (own, reached) {
                (Standing::Listed, _) | (_, Some(Reached::Yes)) => Tri::True,
                (Standing::Unknown(paths), _) => {
                    Tri::Unknown(paths.iter().map(|p| Arc::from(p.as_str())).collect())
                }
                (Standing::NotListed, Some(Reached::CannotBeKnown)) => Tri::Unknown(
                    all.as_ref()
                        .and_then(|a| a.get(id))
                        .map(|a| a.unsettled.iter().map(|p| Arc::from(p.as_str())).collect())
                        .unwrap_or_default(),
                ),
                (Standing::NotListed, _) => Tri::False,
            }
        };
        let path: Arc<str> = Arc::from(format!("parties[{party}].control"));
        let value = match self.controls.get(party) {
            Some(Controls::Given(list)) => {
                let (mut hows, mut deps) = (Vec::new(), Deps::new());
                for control in list {
                    match listed(&control.by) {
                        Tri::True => hows.push(control.how.as_str()),
                        Tri::False => {}
                        Tri::Unknown(more) => deps.extend(more),
                    }
                }
                let known: BTreeSet<Arc<str>> = hows.into_iter().map(Arc::from).collect();
                // a control fact that is settled does not settle the others
                if deps.is_empty() {
                    Value::Set(Arc::new(known))
                } else {
                    Value::SetAtLeast(Arc::new(known), deps)
                }
            }
            Some(Controls::Open(path)) => {
                // read only where a listed person stands among the owners, or may stand there
                match self.listed_above(world, n, party) {
                    Tri::False => Value::set::<_, &str>([]),
                    Tri::True => Value::unknown(path),
                    Tri::Unknown(mut deps) => {
                        deps.insert(path.clone());
                        Value::Unknown(deps)
                    }
                }
            }
            None => Value::set::<_, &str>([]),
        };
        Fact { value, path }
    }

    /// Whether a person listed in the sense of a rule is among the owners of a party, direct and indirect.
    fn listed_above(&self, world: &World<'_>, n: usize, party: &str) -> Tri {
        let mut found = Tri::False;
        let (mut seen, mut next) = (BTreeSet::from([party]), vec![party]);
        while let Some(id) = next.pop() {
            match self.owners.get(id) {
                Some(Owners::Open(path)) => {
                    found = found.or(|| Tri::Unknown(Deps::from([path.clone()])));
                }
                Some(Owners::Given(owners)) => {
                    for owner in owners.iter().filter(|o| seen.insert(o)) {
                        let listed = match self.standing(world, n, owner) {
                            Standing::Listed => Tri::True,
                            Standing::NotListed => Tri::False,
                            Standing::Unknown(paths) => {
                                Tri::Unknown(paths.iter().map(|p| Arc::from(p.as_str())).collect())
                            }
                        };
                        found = found.or(|| listed);
                        next.push(owner);
                    }
                }
                None => {}
            }
        }
        found
    }

    /// Whether a party is listed in the sense of a rule.
    pub(crate) fn standing(&self, world: &World<'_>, n: usize, party: &str) -> Standing {
        let Some(rule) = world.law.holdings.get(n) else { return Standing::NotListed };
        let Some(index) = world.facts.parties.get(party) else { return Standing::NotListed };
        match world.party_is(*index, &rule.seed) {
            Tri::True => Standing::Listed,
            Tri::False => Standing::NotListed,
            Tri::Unknown(deps) => Standing::Unknown(deps.iter().map(|d| d.to_string()).collect()),
        }
    }

    /// The attributions of one rule to every party, computed once.
    pub(crate) fn attributions(
        &self,
        world: &World<'_>,
        n: usize,
    ) -> Option<Arc<BTreeMap<String, Attribution>>> {
        if let Some(found) = self.attributed.borrow().get(&n) {
            return Some(found.clone());
        }
        let graph = self.graph.as_ref().ok()?;
        let rule = world.law.holdings.get(n)?;
        let standing: BTreeMap<String, Standing> =
            world.facts.parties.keys().map(|id| (id.clone(), self.standing(world, n, id))).collect();
        let found = Arc::new(attribute(graph, &standing, &rule.rule, world.as_of));
        self.attributed.borrow_mut().insert(n, found.clone());
        Some(found)
    }
}

/// How the persons at whom the counted stakes begin are listed.
fn kinds(world: &World<'_>, rule: &HoldingRule, found: &Attribution) -> Value {
    let (mut names, mut deps) = (std::collections::BTreeSet::new(), Deps::new());
    // whom an open stake belongs to is open too
    if !found.share.is_exact() {
        deps.extend(found.unsettled.iter().map(|p| Arc::<str>::from(p.as_str())));
    }
    let holders = found.holders.iter().filter_map(|h| world.facts.parties.get(&h.party));
    for holder in holders {
        for kind in &rule.kinds {
            match world.party_is(*holder, kind) {
                Tri::True => {
                    names.insert(Arc::from(kind.as_str()));
                }
                Tri::False => {}
                Tri::Unknown(more) => deps.extend(more),
            }
        }
    }
    if deps.is_empty() { Value::Set(Arc::new(names)) } else { Value::SetAtLeast(Arc::new(names), deps) }
}

pub(super) fn word<'a>(value: &'a Json, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Json::as_str)
}

/// A date under a key; `none`, absence and `unknown` leave the end open.
pub(super) fn day(value: &Json, key: &str) -> Option<Date> {
    word(value, key).and_then(|text| parse_date(text).ok())
}
