//! The records as an ownership graph.

use std::collections::{BTreeMap, BTreeSet};

use countersign_model::{Date, Percent};
use countersign_ownership::{Disclosure, Edge, Graph, GraphError, Node, Span};

use crate::{Kind, Note, Owners, Stake};

impl Owners {
    /// Lays out the parties, and the stakes as they are held on a day. Where the owners of a party add up to more than
    /// everything on it, the files contradict each other: each of its stakes is then known only up to what is stated,
    /// and a note says so.
    ///
    /// # Errors
    /// [`GraphError`] for what no note can mend (an owner of a natural person, a stake that ends before it begins).
    pub fn graph(&self, on: Date) -> Result<(Graph, Vec<Note>), GraphError> {
        self.laid_out(on, |_| true, self.ids())
    }

    /// The same of some parties alone: what is asked of one party does not turn on those who hold nothing in it. `of` has
    /// every holder of a party that it has.
    ///
    /// # Errors
    /// [`GraphError`], as [`Owners::graph`].
    pub fn graph_of(&self, of: &BTreeSet<String>, on: Date) -> Result<(Graph, Vec<Note>), GraphError> {
        self.laid_out(on, |id| of.contains(id), of.iter().map(String::as_str).collect())
    }

    fn laid_out(
        &self,
        on: Date,
        wanted: impl Fn(&str) -> bool,
        ids: BTreeSet<&str>,
    ) -> Result<(Graph, Vec<Note>), GraphError> {
        let (stakes, notes) = self.settled(on, wanted);
        let owned: BTreeSet<&str> = stakes.iter().map(|(stake, _)| stake.owned.as_str()).collect();
        let edges = stakes.iter().map(|(stake, span)| edge(stake, span.clone()));
        let nodes = ids.into_iter().map(|id| self.node(id, owned.contains(id)));
        Ok((Graph::new(nodes, edges)?, notes))
    }

    /// The stakes in the parties that are wanted as they are held on a day, each with what is known of it, and the
    /// contradictions.
    pub fn settled(&self, on: Date, wanted: impl Fn(&str) -> bool) -> (Vec<(&Stake, Span)>, Vec<Note>) {
        let held: Vec<&Stake> =
            self.stakes.iter().filter(|stake| stake.is_held_on(on) && wanted(&stake.owned)).collect();
        let mut by_owned: BTreeMap<&str, Vec<&Stake>> = BTreeMap::new();
        for stake in &held {
            by_owned.entry(&stake.owned).or_default().push(stake);
        }
        let mut contradicted: BTreeSet<&str> = BTreeSet::new();
        let mut notes = Vec::new();
        for (owned, stakes) in &by_owned {
            let sum = stakes.iter().fold(Percent::zero(), |sum, stake| &sum + &stake.share.min);
            if sum <= Percent::whole(100) {
                continue;
            }
            if let Err(error @ GraphError::Over100 { .. }) = self.alone(owned, stakes) {
                contradicted.insert(owned);
                notes.push(Note {
                    party: Some((*owned).to_owned()),
                    text: format!(
                        "the stakes in `{}` contradict each other ({error}); each is taken as known only up to \
                         what is stated",
                        self.label(owned)
                    ),
                    source: stakes.iter().map(|s| s.source.as_str()).collect::<Vec<_>>().join("; "),
                });
            }
        }
        let known = |stake: &'_ Stake| {
            if contradicted.contains(stake.owned.as_str()) {
                Span::between(&Percent::zero(), &stake.share.max)
            } else {
                Span::from(&stake.share)
            }
        };
        let stakes = held.into_iter().map(|stake| (stake, known(stake))).collect();
        (stakes, notes)
    }

    /// The parties from which a chain of stakes leads down to one of these, themselves included, on a day.
    pub fn above(&self, parties: impl IntoIterator<Item = String>, on: Date) -> BTreeSet<String> {
        let mut holders: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for stake in self.stakes.iter().filter(|stake| stake.is_held_on(on)) {
            holders.entry(&stake.owned).or_default().push(&stake.owner);
        }
        let mut seen: BTreeSet<String> = parties.into_iter().collect();
        let mut queue: Vec<String> = seen.iter().cloned().collect();
        while let Some(at) = queue.pop() {
            for holder in holders.get(at.as_str()).into_iter().flatten() {
                if seen.insert((*holder).to_owned()) {
                    queue.push((*holder).to_owned());
                }
            }
        }
        seen
    }

    /// Every id that is a party or stands in a stake.
    pub fn ids(&self) -> BTreeSet<&str> {
        let mut ids: BTreeSet<&str> = self.parties.keys().map(String::as_str).collect();
        ids.extend(self.stakes.iter().flat_map(|s| [s.owner.as_str(), s.owned.as_str()]));
        ids
    }

    fn node(&self, id: &str, has_owners: bool) -> Node {
        let person = self.parties.get(id).is_some_and(|p| p.kind == Kind::Person);
        Node {
            id: id.to_owned(),
            individual: person,
            owners: if has_owners { Disclosure::Given } else { Disclosure::Unknown },
            owners_path: format!("owners of {}", self.name_and_id(id)),
        }
    }

    /// A name with its id where they differ.
    pub fn name_and_id(&self, id: &str) -> String {
        match self.label(id) {
            label if label == id => id.to_owned(),
            label => format!("{label} ({id})"),
        }
    }

    /// Checks the stakes in one party by themselves.
    fn alone(&self, owned: &str, stakes: &[&Stake]) -> Result<Graph, GraphError> {
        let mut ids: BTreeSet<&str> = stakes.iter().map(|s| s.owner.as_str()).collect();
        ids.insert(owned);
        let nodes = ids.into_iter().map(|id| {
            let mut node = self.node(id, id == owned);
            node.individual &= id != owned;
            node
        });
        Graph::new(nodes, stakes.iter().map(|s| edge(s, (&s.share).into())))
    }
}

fn edge(stake: &Stake, share: Span) -> Edge {
    Edge {
        owner: stake.owner.clone(),
        owned: stake.owned.clone(),
        share,
        interest: stake.interest,
        from: stake.from,
        to: stake.to,
        path: stake.source.clone(),
    }
}
