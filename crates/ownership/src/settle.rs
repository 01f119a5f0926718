//! What would settle it: the open facts of which some value changes the answer.
//!
//! Three kinds of fact are open: whether a party is listed, where in its interval a share lies, and who holds
//! what the known owners leave open. A fact belongs to the answer if, with the other facts in some state, its
//! value changes the verdict. That set is the smallest which settles the question whatever its facts turn out to
//! be: leave one of them out, and there is a state in which the verdict still hangs on it.
//!
//! Whether a fact matters is a question about threshold sums, so it is found by trying: the party's owners that
//! are in doubt are cut out of the graph, and every combination of the extreme values is gone through, unknown
//! holders holding all of what is left open for listed persons or none of it. No fact that matters is left out;
//! where intervals straddle a line, one too many may be named (see `Cut::matters`).

use std::collections::HashMap;

use crate::amount::Amount;
use crate::graph::{Disclosure, Stake};
use crate::reach::{Reach, Sums, larger};
use crate::rule::{InterestKind, Line};

/// Up to so many open facts every combination is tried (2^10 small fixed points for each fact); with more of them
/// in question all are named, because a fact too many is better than one that is missing.
pub const EXAMINED_FACTS: usize = 10;

/// What is asked.
pub(crate) enum Question {
    /// Whether the attributed share meets a line.
    Line(Line),
    /// How large the attributed share is.
    Share,
}

impl Question {
    /// Whether two states answer it differently; the sum that is asked for stands first.
    fn tells_apart(&self, a: &[Amount], b: &[Amount]) -> bool {
        match (self, a.first(), b.first()) {
            (Self::Line(line), Some(a), Some(b)) => line.met_by(a) != line.met_by(b),
            (_, a, b) => a != b,
        }
    }
}

/// All subsets of the bits of `set`, the empty one first.
fn subsets(set: usize) -> impl Iterator<Item = usize> {
    std::iter::successors(Some(0), move |last: &usize| {
        let next = last.wrapping_sub(set) & set;
        (next != 0).then_some(next)
    })
}

/// The paths of the open facts that can change the answer for `party`.
pub(crate) fn open_facts(reach: &Reach<'_>, party: u32, question: &Question) -> Vec<String> {
    let cut = Cut::out_of(reach, party);
    let mut paths: Vec<String> = Vec::new();
    let all = cut.facts.len() > EXAMINED_FACTS;
    for (fact, settled_by) in cut.facts.iter().enumerate() {
        if all || cut.matters(fact, question) {
            for path in settled_by {
                if !paths.contains(path) {
                    paths.push(path.clone());
                }
            }
        }
    }
    paths
}

/// The part of the graph above one party that is in doubt; the party itself comes first.
struct Cut<'a> {
    reach: &'a Reach<'a>,
    parties: Vec<Doubted>,
    /// For each fact the paths that settle it.
    facts: Vec<Vec<String>>,
}

/// A party in the cut.
struct Doubted {
    /// It is listed for certain.
    listed: bool,
    /// The fact whether it is listed, once its stakes are in question.
    listing: Option<usize>,
    /// The fact who holds what is left open in it.
    rest: Option<usize>,
    stakes: Vec<Held>,
}

/// A stake in a party of the cut.
struct Held {
    owner: Owner,
    min: Amount,
    max: Amount,
    gives: [bool; 2],
    /// The fact where in its interval the share lies.
    interval: Option<usize>,
}

enum Owner {
    /// Its stakes count, or do not, whatever the open facts are.
    Known(bool),
    /// A party of the cut.
    Doubted(usize),
}

/// A state of all facts: the bits of `high` are at their upper value (listed; most; left open to listed persons).
/// The fact `last` takes what room the others leave.
#[derive(Clone, Copy)]
struct State {
    high: usize,
    last: usize,
}

impl State {
    fn is_high(self, fact: usize) -> bool {
        self.high >> fact & 1 == 1
    }
}

impl<'a> Cut<'a> {
    fn out_of(reach: &'a Reach<'a>, party: u32) -> Self {
        let mut cut = Self { reach, parties: Vec::new(), facts: Vec::new() };
        let mut places = HashMap::from([(party, 0usize)]);
        let mut order = vec![party];
        let mut at = 0;
        while let Some(&owned) = order.get(at) {
            at += 1;
            let mut stakes = Vec::new();
            for stake in reach.graph.held_in(owned, reach.on) {
                let owner = if cut.is_known(stake.owner) {
                    Owner::Known(reach.certain.counts(stake.owner))
                } else {
                    let place = *places.entry(stake.owner).or_insert_with(|| {
                        order.push(stake.owner);
                        order.len() - 1
                    });
                    Owner::Doubted(place)
                };
                let interval = (stake.min != stake.max).then(|| cut.fact(vec![stake.path.clone()]));
                stakes.push(held(stake, owner, interval));
            }
            let rest = cut.rest(owned, &stakes);
            cut.parties.push(Doubted { listed: reach.is_listed(owned), listing: None, rest, stakes });
        }
        cut.add_listings(&order);
        cut
    }

    /// Whether the stakes of `owner` count the same in every state. Without aggregation that is so only for
    /// those who never count, because they count for one listed person and not for another.
    fn is_known(&self, owner: u32) -> bool {
        let (certain, possible) = (self.reach.certain.counts(owner), self.reach.possible.counts(owner));
        if self.reach.rule.aggregate { certain == possible } else { !possible }
    }

    fn fact(&mut self, settled_by: Vec<String>) -> usize {
        self.facts.push(settled_by);
        self.facts.len() - 1
    }

    /// The fact who holds the rest, if there can be one in a kind that the rule counts.
    fn rest(&mut self, party: u32, stakes: &[Held]) -> Option<usize> {
        let node = self.reach.graph.node(party)?;
        if node.individual || node.owners == Disclosure::CheckedNone {
            return None;
        }
        let path = node.owners_path.clone();
        let held = sums(stakes.iter().map(|held| (held, &held.min)));
        let open = InterestKind::ALL
            .into_iter()
            .zip(&held)
            .any(|(kind, sum)| self.reach.rule.counts.contains(&kind) && *sum < Amount::WHOLE);
        open.then(|| self.fact(vec![path]))
    }

    /// Whether a party is listed matters only where its own stakes are looked at.
    fn add_listings(&mut self, order: &[u32]) {
        let mut asked: Vec<usize> = Vec::new();
        for held in self.parties.iter().flat_map(|party| &party.stakes) {
            if let Owner::Doubted(place) = held.owner
                && !asked.contains(&place)
            {
                asked.push(place);
            }
        }
        for place in asked {
            let Some(&party) = order.get(place) else { continue };
            if self.reach.is_listed(party) || !self.reach.may_be_listed(party) {
                continue;
            }
            let fact = self.fact(self.reach.listing_paths(party));
            if let Some(doubted) = self.parties.get_mut(place) {
                doubted.listing = Some(fact);
            }
        }
    }

    /// Whether there is a state of the other facts in which this one changes the answer.
    ///
    /// Without intervals this is exact. Within an interval the answer may hang on a fact although it does not at
    /// either end: 40 to 60 percent, and a doubted holder of 1 percent; or two stakes of one company that together
    /// fill it, where neither can grow once the other has. So where the ends of the intervals lie on different
    /// sides, every fact in the cut is taken to matter: one too many is better than one that is missing.
    fn matters(&self, fact: usize, question: &Question) -> bool {
        let bit = 1usize << fact;
        let intervals = self.intervals() & !bit;
        let states = 1usize << self.facts.len();
        (0..states).filter(|state| state & (bit | intervals) == 0).any(|others| {
            let mut seen: Option<Vec<Amount>> = None;
            subsets(intervals).any(|ends| {
                let low = self.sums(State { high: others | ends, last: fact });
                let high = self.sums(State { high: others | ends | bit, last: fact });
                question.tells_apart(&low, &high)
                    || question.tells_apart(seen.get_or_insert_with(|| low.clone()), &low)
            })
        })
    }

    /// The facts that are intervals, as bits.
    fn intervals(&self) -> usize {
        let stakes = self.parties.iter().flat_map(|party| &party.stakes);
        stakes.filter_map(|held| held.interval).fold(0, |bits, fact| bits | 1 << fact)
    }

    /// The share attributed in one state: first in the party that is asked for, then in the whole cut, for
    /// each listed person where the rule does not aggregate.
    fn sums(&self, state: State) -> Vec<Amount> {
        let settled: Vec<(Vec<Amount>, Sums)> =
            self.parties.iter().map(|party| settle_shares(party, state)).collect();
        let listed: Vec<bool> = self
            .parties
            .iter()
            .map(|party| party.listed || party.listing.is_some_and(|fact| state.is_high(fact)))
            .collect();
        let mut all = vec![Amount::ZERO];
        if self.reach.rule.aggregate {
            all.extend(self.fixed_point(&settled, state, listed));
        } else {
            // one whom nobody named, then each listed person alone
            let nobody = vec![false; listed.len()];
            all.extend(self.fixed_point(&settled, state, nobody.clone()));
            for (place, listed) in listed.into_iter().enumerate() {
                let mut one = nobody.clone();
                if let Some(mark) = one.get_mut(place) {
                    *mark = listed;
                }
                all.extend(self.fixed_point(&settled, state, one));
            }
        }
        let most = all.iter().skip(1).step_by(self.parties.len().max(1)).max().cloned();
        if let Some((first, most)) = all.first_mut().zip(most) {
            *first = most;
        }
        all
    }

    /// What is attributed in each party of the cut, starting from those that count.
    fn fixed_point(
        &self,
        settled: &[(Vec<Amount>, Sums)],
        state: State,
        mut counts: Vec<bool>,
    ) -> Vec<Amount> {
        loop {
            let sums: Vec<Amount> = self
                .parties
                .iter()
                .zip(settled)
                .map(|(party, s)| self.sum(party, s, state, &counts))
                .collect();
            let mut grew = false;
            for (counts, sum) in counts.iter_mut().zip(&sums) {
                if !*counts && self.reach.line.met_by(sum) {
                    *counts = true;
                    grew = true;
                }
            }
            if !grew {
                return sums;
            }
        }
    }

    fn sum(&self, party: &Doubted, settled: &(Vec<Amount>, Sums), state: State, counts: &[bool]) -> Amount {
        let (shares, open) = settled;
        let counted = party.stakes.iter().zip(shares).filter(|(held, _)| match held.owner {
            Owner::Known(counts) => counts,
            Owner::Doubted(place) => counts.get(place).copied().unwrap_or(false),
        });
        let mut total = sums(counted);
        if party.rest.is_some_and(|fact| state.is_high(fact)) {
            for (sum, open) in total.iter_mut().zip(open) {
                *sum = sum.plus(open);
            }
        }
        for (sum, kind) in total.iter_mut().zip(InterestKind::ALL) {
            if !self.reach.rule.counts.contains(&kind) {
                *sum = Amount::ZERO;
            }
        }
        larger(&total).clone()
    }
}

fn held(stake: &Stake, owner: Owner, interval: Option<usize>) -> Held {
    let gives = InterestKind::ALL.map(|kind| stake.interest.gives(kind));
    Held { owner, min: stake.min.clone(), max: stake.max.clone(), gives, interval }
}

fn sums<'a>(stakes: impl Iterator<Item = (&'a Held, &'a Amount)>) -> Sums {
    let mut total = [Amount::ZERO; 2];
    for (held, amount) in stakes {
        for (sum, gives) in total.iter_mut().zip(held.gives) {
            if gives {
                *sum = sum.plus(amount);
            }
        }
    }
    total
}

/// Where in its interval each share lies in a state, and what is then left open. Shares that are at their upper
/// value take what the others leave of 100 percent, in order; the fact in question comes last.
fn settle_shares(party: &Doubted, state: State) -> (Vec<Amount>, Sums) {
    let mut shares: Vec<Amount> = party.stakes.iter().map(|held| held.min.clone()).collect();
    let mut open =
        sums(party.stakes.iter().map(|held| (held, &held.min))).map(|sum| Amount::WHOLE.minus(&sum));
    let last = |held: &Held| held.interval == Some(state.last);
    for pass in [false, true] {
        for (held, share) in party.stakes.iter().zip(&mut shares).filter(|(held, _)| last(held) == pass) {
            if !held.interval.is_some_and(|fact| state.is_high(fact)) {
                continue;
            }
            let mut room = held.max.minus(&held.min);
            for (open, gives) in open.iter().zip(held.gives) {
                if gives {
                    room = room.min(open.clone());
                }
            }
            *share = share.plus(&room);
            for (open, gives) in open.iter_mut().zip(held.gives) {
                if gives {
                    *open = open.minus(&room);
                }
            }
        }
    }
    (shares, open)
}
