//! Ownership joined with the law: who is listed in the sense of a regime (a definition of its pack) feeds the
//! ownership arithmetic, whose result is a fact that the regime's policies compare with their own threshold.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use countersign_model::Date;
use countersign_ownership::{
    Attribution, Disclosure, Edge, Graph, Interest, Node as OwnershipNode, Reach, Reached, Standing,
};
use serde_json::Value as Json;

use super::given::{day, word};
use super::project::{Node, share};
use super::{FactSet, below};
use crate::eval::{Deps, Fact, Tri, Value};
use crate::pack::HoldingRule;

/// Where the arithmetic is asked. Ownership and the definitions of the law need each other: who is listed is a definition,
/// and whom listed persons own is a fact that definitions read. So a place answers for its definitions when it is asked.
pub(crate) trait Place {
    /// The ownership rules of the law, in the order by which they are numbered here.
    fn rules(&self) -> &[HoldingRule];
    fn facts(&self) -> &FactSet;
    fn as_of(&self) -> Date;
    /// Whether a definition of the law holds of a party.
    fn party_is(&self, party: usize, definition: &str) -> Tri;
    /// Takes down that a fact was read.
    fn note(&self, path: &Arc<str>, value: &Value);
}

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
    graph: Option<Arc<Graph>>,
    controls: BTreeMap<String, Controls>,
    /// The direct owners of each party.
    owners: BTreeMap<String, Owners>,
    applied: RefCell<HashMap<usize, Rc<Applied>>>,
}

/// One rule applied to the owners of a case. What is asked of one party is worked out when it is asked.
pub(crate) struct Applied {
    reach: Reach<'static>,
    evidence: RefCell<HashMap<String, Option<Rc<Attribution>>>>,
    /// How the persons are listed at whom the counted stakes in a party begin.
    kinds: OnceCell<HashMap<String, Kinds>>,
}

/// Names of attributes that some person has, and what would settle whether another has.
#[derive(Debug, Clone, Default)]
struct Kinds {
    names: BTreeSet<Arc<str>>,
    open: Deps,
}

impl Applied {
    /// The verdicts of all parties.
    pub(crate) fn reach(&self) -> &Reach<'static> {
        &self.reach
    }

    /// The evidence for one party.
    pub(crate) fn evidence(&self, party: &str) -> Option<Rc<Attribution>> {
        if let Some(found) = self.evidence.borrow().get(party) {
            return found.clone();
        }
        let found = self.reach.attribution(party).map(Rc::new);
        self.evidence.borrow_mut().insert(party.to_owned(), found.clone());
        found
    }

    /// What would settle the share of a party, or whether it meets the line.
    fn unsettled(&self, party: &str) -> Deps {
        let found = self.evidence(party);
        found.iter().flat_map(|f| &f.unsettled).map(|p| Arc::from(p.as_str())).collect()
    }
}

/// Control that reaches a party through its owners.
struct Through {
    /// Where it is read.
    path: Arc<str>,
    hows: BTreeSet<Arc<str>>,
    /// What would settle more of it.
    open: Deps,
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
                    share: held.into(),
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
        // stakes that cannot be leave everything open; the case format refuses them before
        let graph = Graph::new(nodes, edges).ok().map(Arc::new);
        Self { graph, controls, owners: above, applied: RefCell::default() }
    }

    /// An attribute of a party that the ownership arithmetic gives.
    pub(crate) fn of(&self, place: &impl Place, party: usize, name: &Arc<str>) -> Option<Value> {
        let rules = place.rules();
        if let Some(n) = rules.iter().position(|r| *r.attribute == **name) {
            return Some(Value::Holding(n, party));
        }
        let n = rules.iter().position(|r| r.control.as_deref() == Some(&**name))?;
        let fact = self.control(place, n, &place.facts().entities.get(party)?.id);
        place.note(&fact.path, &fact.value);
        Some(fact.value)
    }

    /// A field of what a rule attributes in a party.
    pub(crate) fn field(&self, place: &impl Place, n: usize, party: usize, name: &str) -> Option<Fact> {
        let party = place.facts().entities.get(party)?.id.as_str();
        let path = format!("parties[{party}].owners");
        let fact = |value: Value, path: &str| Some(Fact { value, path: Arc::from(path) });
        let Some(applied) = self.applied(place, n) else { return fact(Value::unknown(&path), &path) };
        let Some(share) = applied.reach.attributed(party) else { return fact(Value::unknown(&path), &path) };
        match name {
            // what would settle an interval is left to `open`: mostly the comparison is settled all the same
            "percent" => {
                let rule = place.rules().get(n).map(|r| r.attribute.as_str()).unwrap_or_default();
                let label = format!("{path} (attributed to listed persons, {rule})");
                fact(Value::Decimal(share, Deps::new()), &label)
            }
            "alone" => fact(Value::Bool(applied.reach.sole_holder(party).is_some()), ""),
            "indirect" => fact(Value::Bool(applied.reach.is_indirect(party)), ""),
            "kinds" => {
                let rule = place.rules().get(n)?;
                let all = applied.kinds.get_or_init(|| kinds(place, &rule.kinds, &applied.reach));
                let found = all.get(party).cloned().unwrap_or_default();
                let names = Arc::new(found.names);
                // whom an open stake belongs to is open too
                let value = if found.open.is_empty() && share.is_exact() {
                    Value::Set(names)
                } else {
                    Value::SetAtLeast(names, found.open)
                };
                fact(value, "")
            }
            _ => None,
        }
    }

    /// What would settle the share that a rule attributes in a party.
    pub(crate) fn open(&self, place: &impl Place, n: usize, party: usize) -> Deps {
        let Some(entity) = place.facts().entities.get(party) else { return Deps::new() };
        let Some(applied) = self.applied(place, n) else { return Deps::new() };
        match applied.reach.attributed(&entity.id) {
            Some(share) if !share.is_exact() => applied.unsettled(&entity.id),
            _ => Deps::new(),
        }
    }

    /// The control facts of a party that are exercised by persons listed in the sense of a rule.
    fn control(&self, place: &impl Place, n: usize, party: &str) -> Fact {
        let Through { path, hows: above, mut open } = self.control_from_above(place, n, party);
        let value = match self.controls.get(party) {
            Some(Controls::Given(list)) => {
                let (mut known, mut deps) = self.exercised(place, n, list);
                known.extend(above);
                deps.join(&open);
                // a control fact that is settled does not settle the others
                if deps.is_empty() {
                    Value::Set(Arc::new(known))
                } else {
                    Value::SetAtLeast(Arc::new(known), deps)
                }
            }
            // nobody looked who controls the party itself: what is known of its owner is known all the same
            Some(Controls::Open(own)) if !above.is_empty() => {
                open.insert(own.clone());
                Value::SetAtLeast(Arc::new(above), open)
            }
            Some(Controls::Open(own)) => {
                // read only where a listed person stands among the owners, or may stand there
                let mut deps = match self.listed_above(place, n, party) {
                    Tri::False => Deps::new(),
                    Tri::True => Deps::from([own.clone()]),
                    Tri::Unknown(mut deps) => {
                        deps.insert(own.clone());
                        deps
                    }
                };
                deps.join(&open);
                if deps.is_empty() { Value::set::<_, &str>([]) } else { Value::Unknown(deps) }
            }
            None => Value::set::<_, &str>([]),
        };
        Fact { value, path }
    }

    /// Who controls a holding controls what the holding owns: the control facts of the owners of a party.
    fn control_from_above(&self, place: &impl Place, n: usize, party: &str) -> Through {
        let path = Arc::from(format!("parties[{party}].control"));
        let mut from = Through { path, hows: BTreeSet::new(), open: Deps::new() };
        for owner in self.named_above(party) {
            let Some(Controls::Given(list)) = self.controls.get(owner) else { continue };
            let (hows, mut deps) = self.exercised(place, n, list);
            if hows.is_empty() && deps.is_empty() {
                continue;
            }
            match self.owns(place, n, owner, party) {
                Tri::True if hows.is_empty() => from.open.join(&deps),
                Tri::True => {
                    from.path = Arc::from(format!("parties[{owner}].control"));
                    from.open.join(&deps);
                    from.hows.extend(hows);
                }
                Tri::False => {}
                Tri::Unknown(more) => {
                    deps.join(&more);
                    from.open.join(&deps);
                }
            }
        }
        from
    }

    /// How listed persons exercise control according to a list of control facts, and what would settle more of it.
    fn exercised(&self, place: &impl Place, n: usize, list: &[Control]) -> (BTreeSet<Arc<str>>, Deps) {
        let (mut hows, mut deps) = (BTreeSet::new(), Deps::new());
        for control in list {
            match self.listed_or_owned(place, n, &control.by) {
                Tri::True => {
                    hows.insert(Arc::from(control.how.as_str()));
                }
                Tri::False => {}
                Tri::Unknown(more) => deps.join(&more),
            }
        }
        (hows, deps)
    }

    /// Whether someone is listed in the sense of a rule, or so owned that the rule treats them alike.
    fn listed_or_owned(&self, place: &impl Place, n: usize, id: &str) -> Tri {
        let applied = self.applied(place, n);
        let reached = applied.as_ref().and_then(|a| a.reach.reached(id));
        match (self.standing(place, n, id), reached) {
            (Standing::Listed, _) | (_, Some(Reached::Yes)) => Tri::True,
            (Standing::Unknown(paths), _) => {
                Tri::Unknown(paths.iter().map(|p| Arc::from(p.as_str())).collect())
            }
            (Standing::NotListed, Some(Reached::CannotBeKnown)) => {
                Tri::Unknown(applied.as_ref().map(|a| a.unsettled(id)).unwrap_or_default())
            }
            (Standing::NotListed, _) => Tri::False,
        }
    }

    /// Everybody who is named as an owner of a party, direct and indirect, nearest first.
    fn named_above(&self, party: &str) -> Vec<&str> {
        let (mut seen, mut order): (BTreeSet<&str>, Vec<&str>) = (BTreeSet::from([party]), Vec::new());
        let mut next = vec![party];
        while let Some(id) = next.pop() {
            if let Some(Owners::Given(owners)) = self.owners.get(id) {
                for owner in owners.iter().filter(|owner| seen.insert(owner)) {
                    order.push(owner);
                    next.push(owner);
                }
            }
        }
        order
    }

    /// Whether one party by itself owns another in the sense of a rule: were it alone listed, the rule would reach the other.
    fn owns(&self, place: &impl Place, n: usize, owner: &str, owned: &str) -> Tri {
        let (Some(graph), Some(rule)) = (&self.graph, place.rules().get(n)) else { return Tri::False };
        let standing = place.facts().parties.keys().map(|id| {
            let standing = if id == owner { Standing::Listed } else { Standing::NotListed };
            (id.clone(), standing)
        });
        let reach = Reach::new(graph, &standing.collect(), &rule.rule, place.as_of());
        match reach.reached(owned) {
            Some(Reached::Yes) => Tri::True,
            Some(Reached::No) | None => Tri::False,
            Some(Reached::CannotBeKnown) => {
                let open = reach.attribution(owned).map(|found| found.unsettled).unwrap_or_default();
                Tri::Unknown(open.iter().map(|path| Arc::from(path.as_str())).collect())
            }
        }
    }

    /// Whether a person listed in the sense of a rule is among the owners of a party, direct and indirect.
    fn listed_above(&self, place: &impl Place, n: usize, party: &str) -> Tri {
        let mut found = Tri::False;
        let (mut seen, mut next) = (BTreeSet::from([party]), vec![party]);
        while let Some(id) = next.pop() {
            match self.owners.get(id) {
                Some(Owners::Open(path)) => {
                    found = found.or(|| Tri::Unknown(Deps::from([path.clone()])));
                }
                Some(Owners::Given(owners)) => {
                    for owner in owners.iter().filter(|o| seen.insert(o)) {
                        let listed = match self.standing(place, n, owner) {
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
    pub(crate) fn standing(&self, place: &impl Place, n: usize, party: &str) -> Standing {
        let Some(rule) = place.rules().get(n) else { return Standing::NotListed };
        let Some(index) = place.facts().parties.get(party) else { return Standing::NotListed };
        match place.party_is(*index, &rule.seed) {
            Tri::True => Standing::Listed,
            Tri::False => Standing::NotListed,
            Tri::Unknown(deps) => Standing::Unknown(deps.iter().map(|d| d.to_string()).collect()),
        }
    }

    /// One rule applied to every party, once.
    pub(crate) fn applied(&self, place: &impl Place, n: usize) -> Option<Rc<Applied>> {
        if let Some(found) = self.applied.borrow().get(&n) {
            return Some(found.clone());
        }
        let graph = self.graph.clone()?;
        let rule = place.rules().get(n)?;
        let standing: BTreeMap<String, Standing> =
            place.facts().parties.keys().map(|id| (id.clone(), self.standing(place, n, id))).collect();
        let found = Rc::new(Applied {
            reach: Reach::shared(graph, &standing, &rule.rule, place.as_of()),
            evidence: RefCell::default(),
            kinds: OnceCell::new(),
        });
        self.applied.borrow_mut().insert(n, found.clone());
        Some(found)
    }
}

/// How the persons at whom the counted stakes in each party begin are listed.
fn kinds(place: &impl Place, names: &[String], reach: &Reach<'_>) -> HashMap<String, Kinds> {
    let own = |id: &str| {
        let mut found = Kinds::default();
        let Some(party) = place.facts().parties.get(id) else { return found };
        for kind in names {
            match place.party_is(*party, kind) {
                Tri::True => {
                    found.names.insert(Arc::from(kind.as_str()));
                }
                Tri::False => {}
                Tri::Unknown(more) => found.open.join(&more),
            }
        }
        found
    };
    let join = |mine: &mut Kinds, more: &Kinds| {
        let before = (mine.names.len(), mine.open.len());
        mine.names.extend(more.names.iter().cloned());
        mine.open.join(&more.open);
        before != (mine.names.len(), mine.open.len())
    };
    reach.spread(own, join).into_iter().map(|(id, found)| (id.to_owned(), found)).collect()
}
