//! The part of the graph above one party that is in doubt.

use foldhash::HashMap;

use crate::amount::Amount;
use crate::graph::{Nature, Stake};
use crate::reach::{Reach, Sums};
use crate::rule::InterestKind;

/// The place of the party that is asked for.
pub(crate) const TARGET: usize = 0;

/// Larger cuts are not searched, and not kept: of those the facts alone are gathered.
const MAX_CUT: usize = 10_000;

/// The part of the graph above one party that is in doubt; the party itself comes first.
pub(crate) struct Cut {
    /// None where there are more than are searched.
    pub(crate) parties: Vec<Doubted>,
    pub(crate) facts: Vec<OpenFact>,
}

/// Something that nobody knows.
#[derive(Debug, Clone, Copy)]
pub(crate) enum OpenFact {
    /// Where in its interval a stake lies; its number.
    Interval(u32),
    /// Who holds what is left open in a party.
    Rest(u32),
    /// Whether a party is listed.
    Listing(u32),
}

impl OpenFact {
    /// The paths that settle it.
    pub(crate) fn paths(self, reach: &Reach<'_>) -> Vec<String> {
        match self {
            Self::Interval(stake) => vec![reach.graph.path(stake).to_owned()],
            Self::Rest(party) => vec![reach.graph.owners_path(party).to_owned()],
            Self::Listing(party) => reach.listing_paths(party),
        }
    }
}

/// A party in the cut.
pub(crate) struct Doubted {
    /// It is listed for certain.
    pub(crate) listed: bool,
    /// It may be listed: the fact that says so. Only where its own stakes are looked at.
    pub(crate) listing: Option<usize>,
    /// The fact who holds what is left open in it, in a kind that the rule counts.
    pub(crate) rest: Option<usize>,
    /// What its owners leave open at most, in each kind; nothing where nobody else can own it.
    pub(crate) open: Sums,
    pub(crate) stakes: Vec<Held>,
}

/// A stake in a party of the cut.
pub(crate) struct Held {
    pub(crate) owner: Owner,
    pub(crate) min: Amount,
    pub(crate) max: Amount,
    pub(crate) gives: [bool; 2],
    /// The fact where in its interval the share lies, if it has room to lie elsewhere than at its least.
    pub(crate) interval: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    /// Its stakes count, or do not, whatever the open facts are.
    Known(bool),
    /// A party of the cut.
    Doubted(usize),
}

impl Owner {
    pub(crate) fn place(self) -> Option<usize> {
        match self {
            Self::Known(_) => None,
            Self::Doubted(place) => Some(place),
        }
    }
}

impl Cut {
    pub(crate) fn out_of(reach: &Reach<'_>, party: u32) -> Self {
        let mut cut = Self { parties: Vec::new(), facts: Vec::new() };
        let mut places = HashMap::from_iter([(party, TARGET)]);
        let mut order = vec![party];
        // whose stakes are looked at, in the order in which they come up; each party but the first is there for that
        let mut owns_owners = false;
        let mut too_large = false;
        let mut at = 0;
        while let Some(&owned) = order.get(at) {
            at += 1;
            let mut stakes: Vec<(&Stake, Held)> = Vec::new();
            for stake in reach.graph.held_in(owned, reach.on) {
                let owner = if is_known(reach, stake.owner) {
                    Owner::Known(reach.certain.counts(stake.owner))
                } else {
                    let place = *places.entry(stake.owner).or_insert_with(|| {
                        order.push(stake.owner);
                        order.len() - 1
                    });
                    owns_owners |= place == TARGET;
                    Owner::Doubted(place)
                };
                stakes.push((stake, held(stake, owner)));
            }
            let open = left_open(reach, owned, stakes.iter().map(|(_, held)| held));
            for (stake, held) in &mut stakes {
                let room = open.iter().zip(held.gives).all(|(open, gives)| !gives || *open > Amount::ZERO);
                if !stake.held.is_exact() && room && reach.counts_at_all(stake) {
                    held.interval = Some(cut.fact(OpenFact::Interval(stake.number())));
                }
            }
            let counted = |kind| reach.rule.counts.contains(&kind);
            let counts = open.iter().zip(InterestKind::ALL).any(|(o, k)| counted(k) && *o > Amount::ZERO);
            let rest = counts.then(|| cut.fact(OpenFact::Rest(owned)));
            if order.len() > MAX_CUT {
                too_large = true;
                cut.parties = Vec::new();
            } else if !too_large {
                let stakes = stakes.into_iter().map(|(_, held)| held).collect();
                cut.parties.push(Doubted {
                    listed: reach.is_listed(owned),
                    listing: None,
                    rest,
                    open,
                    stakes,
                });
            }
        }
        if too_large {
            let looked_at = order.iter().skip(usize::from(!owns_owners));
            let open = looked_at.filter(|party| !reach.is_listed(**party) && reach.may_be_listed(**party));
            cut.facts.extend(open.map(|party| OpenFact::Listing(*party)));
        } else {
            cut.add_listings(reach, &order);
        }
        cut
    }

    /// There are more parties than are searched, so that no fact can be dismissed.
    pub(crate) fn is_too_large(&self) -> bool {
        self.parties.is_empty()
    }

    pub(crate) fn party(&self, place: usize) -> Option<&Doubted> {
        self.parties.get(place)
    }

    /// The owners of a party that are in the cut, each as often as it has stakes.
    pub(crate) fn owners(&self, place: usize) -> impl Iterator<Item = usize> + '_ {
        self.party(place).into_iter().flat_map(|party| &party.stakes).filter_map(|held| held.owner.place())
    }

    fn fact(&mut self, fact: OpenFact) -> usize {
        self.facts.push(fact);
        self.facts.len() - 1
    }

    /// Whether a party is listed matters only where its own stakes are looked at.
    fn add_listings(&mut self, reach: &Reach<'_>, order: &[u32]) {
        let mut asked = vec![false; self.parties.len()];
        let mut places = Vec::new();
        for place in self.parties.iter().flat_map(|party| &party.stakes).filter_map(|held| held.owner.place())
        {
            if let Some(asked) = asked.get_mut(place)
                && !std::mem::replace(asked, true)
            {
                places.push(place);
            }
        }
        for place in places {
            let Some(&party) = order.get(place) else { continue };
            if reach.is_listed(party) || !reach.may_be_listed(party) {
                continue;
            }
            let fact = self.fact(OpenFact::Listing(party));
            if let Some(doubted) = self.parties.get_mut(place) {
                doubted.listing = Some(fact);
            }
        }
    }
}

/// Whether the stakes of `owner` count the same in every state. Without aggregation that is so only for those
/// who never count, because they count for one listed person and not for another.
fn is_known(reach: &Reach<'_>, owner: u32) -> bool {
    let (certain, possible) = (reach.certain.counts(owner), reach.possible.counts(owner));
    if reach.rule.aggregate { certain == possible } else { !possible }
}

fn held(stake: &Stake, owner: Owner) -> Held {
    let gives = InterestKind::ALL.map(|kind| stake.interest.gives(kind));
    Held { owner, min: stake.held.min(), max: stake.held.max(), gives, interval: None }
}

/// What the least shares leave open, in both kinds, whether or not the rule counts them: a stake in both has
/// room to grow only where there is room in each.
fn left_open<'a>(reach: &Reach<'_>, party: u32, stakes: impl Iterator<Item = &'a Held>) -> Sums {
    if reach.graph.nature(party).is_none_or(Nature::is_closed) {
        return [Amount::ZERO; 2];
    }
    let mut held = [Amount::ZERO; 2];
    for stake in stakes {
        for (sum, gives) in held.iter_mut().zip(stake.gives) {
            if gives {
                *sum = sum.plus(&stake.min);
            }
        }
    }
    held.map(|sum| Amount::WHOLE.minus(&sum))
}
