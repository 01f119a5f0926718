//! The records as an ownership graph.

use std::collections::{BTreeMap, BTreeSet};

use countersign_model::{Date, Percent, Share};
use countersign_ownership::{Disclosure, Edge, Graph, GraphError, Node};

use crate::{Kind, Note, Owners, Stake};

impl Owners {
    /// Lays out the parties, and the stakes as they are held on a day. Where the owners of a party add up to more than
    /// everything on it, the files contradict each other: each of its stakes is then known only up to what is stated,
    /// and a note says so.
    ///
    /// # Errors
    /// [`GraphError`] for what no note can mend (an owner of a natural person, a stake that ends before it begins).
    pub fn graph(&self, on: Date) -> Result<(Graph, Vec<Note>), GraphError> {
        let mut by_owned: BTreeMap<&str, Vec<&Stake>> = BTreeMap::new();
        for stake in self.stakes.iter().filter(|stake| stake.is_held_on(on)) {
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
        let edges = self.stakes.iter().filter(|stake| stake.is_held_on(on)).map(|stake| {
            let mut edge = edge(stake);
            if contradicted.contains(stake.owned.as_str()) {
                edge.share = Share { min: Percent::zero(), max: edge.share.max };
            }
            edge
        });
        let nodes = self.ids().into_iter().map(|id| self.node(id, by_owned.contains_key(id)));
        Ok((Graph::new(nodes, edges)?, notes))
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
        Graph::new(nodes, stakes.iter().map(|s| edge(s)))
    }
}

fn edge(stake: &Stake) -> Edge {
    Edge {
        owner: stake.owner.clone(),
        owned: stake.owned.clone(),
        share: stake.share.clone(),
        interest: stake.interest,
        from: stake.from,
        to: stake.to,
        path: stake.source.clone(),
    }
}
