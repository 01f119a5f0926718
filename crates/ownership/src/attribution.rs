//! The evidence for one party: how much, through whom, and what stays open.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use countersign_model::{Date, Percent, Share};
use foldhash::{HashSet, HashSetExt as _};
use serde::Serialize;

use crate::amount::Amount;
use crate::graph::{Graph, Stake};
use crate::reach::{NOBODY, Reach, Reached, Standing};
use crate::rule::{Comparison, InterestKind, Line, Rule};
use crate::settle::{Question, Settling, open_facts};

/// How many stakes on the way up from one party are put together as evidence, the nearest first. Above a party in the middle
/// of a national register stand millions.
pub const SHOWN_STAKES: usize = 10_000;

/// What a rule attributes to listed persons in one party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attribution {
    /// The party.
    pub party: String,
    /// The share attributed to listed persons: the least and the most it can be. Shares and votes are summed
    /// apart and the larger sum is given; without aggregation it is the largest that one listed person has.
    pub share: Share,
    /// Whether the rule reaches the party through its owners. Being listed itself is not this.
    pub reached: Reached,
    /// A single direct holder whose own certain stake meets the threshold, the largest first.
    pub alone: Option<String>,
    /// A single listed person whose own chain, with nobody else's stake added, reaches the party for certain.
    pub sole: Option<String>,
    /// The stakes that count, shortest paths first: those in the party itself, then those in their owners, and
    /// so on up to the listed persons. Without aggregation, those of the person who has the most.
    pub through: Vec<Step>,
    /// Stakes that count for nothing although a listed person stands behind their owner with too little (the
    /// legs that fall away in FAQ 401, examples 4 and 5).
    pub stopped: Vec<Step>,
    /// The listed (or possibly listed) persons at whom the counted stakes begin, nearest first.
    pub holders: Vec<Holder>,
    /// `through`, `stopped` and `holders` hold everything; otherwise the nearest [`SHOWN_STAKES`], and `sole` was sought among
    /// these holders alone. The share, the verdict and the open facts are whole either way.
    pub evidence_is_whole: bool,
    /// Some counted stake in the party is held by a company that is itself only reached, not listed.
    pub indirect: bool,
    /// The open facts that matter: for [`Reached::CannotBeKnown`] each fact of which some value can change the
    /// verdict, otherwise, where the share is an interval, each that can move it. None that matters is left out,
    /// and none can be spared as long as [`unsettled_is_least`](Self::unsettled_is_least) holds.
    pub unsettled: Vec<String>,
    /// Every fact in question was examined. If not (after [`EXAMINED_STAKES`](crate::EXAMINED_STAKES)), the
    /// facts that were not are in `unsettled` too.
    pub unsettled_is_least: bool,
}

/// One stake on the way from a listed person to the party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Who holds it.
    pub owner: String,
    /// In whom.
    pub owned: String,
    /// How much.
    pub share: Share,
    /// Path of the share in the case file.
    pub path: String,
    /// It counts in full for certain; otherwise it may count (in `through`) or does not (in `stopped`).
    pub counts_in_full: bool,
}

/// A person at whom counted stakes begin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Holder {
    /// Who.
    pub party: String,
    /// Certainly listed and certainly joined to the party by stakes that count; otherwise only possibly.
    pub certain: bool,
}

/// Applies `rule` to every party of `graph` as of a day, with the evidence. For a large graph make a [`Reach`]
/// and ask it for the parties that matter.
///
/// `standing` as in [`Reach::new`]: a party that it does not name is unknown.
pub fn attribute(
    graph: &Graph,
    standing: &BTreeMap<String, Standing>,
    rule: &Rule,
    as_of: Date,
) -> BTreeMap<String, Attribution> {
    let reach = Reach::new(graph, standing, rule, as_of);
    graph.ids().filter_map(|id| Some((id.to_owned(), reach.attribution(id)?))).collect()
}

impl Reach<'_> {
    /// The share attributed in `id`, with the evidence; `None` if the graph has no such party.
    pub fn attribution(&self, id: &str) -> Option<Attribution> {
        let party = self.graph.number(id)?;
        let share = self.share(party);
        let reached = self.verdict(party);
        let unsettled = match reached {
            Reached::CannotBeKnown => open_facts(self, party, &Question::Line(self.line.clone())),
            Reached::Yes | Reached::No if !share.is_exact() => open_facts(self, party, &Question::Share),
            Reached::Yes | Reached::No => Settling { facts: Vec::new(), least: true },
        };
        let evidence = self.evidence(party);
        let sole = if reached == Reached::Yes {
            let certain = evidence.holders.iter().filter(|(_, certain)| *certain).map(|(holder, _)| *holder);
            let mut certain = certain;
            certain.find(|holder| self.chain_reaches(&self.certain_chain(*holder), party))
        } else {
            None
        };
        let holder = |(holder, certain): &(u32, bool)| Holder {
            party: self.graph.id(*holder).to_owned(),
            certain: *certain,
        };
        Some(Attribution {
            party: id.to_owned(),
            share,
            reached,
            alone: self.alone(party, &evidence.through).map(str::to_owned),
            sole: sole.map(|holder| self.graph.id(holder).to_owned()),
            indirect: self.indirect(party, &evidence.through),
            through: evidence.through.iter().map(|(stake, full)| self.step(stake, *full)).collect(),
            stopped: evidence.stopped.iter().map(|stake| self.step(stake, false)).collect(),
            holders: evidence.holders.iter().map(holder).collect(),
            evidence_is_whole: evidence.whole,
            unsettled: unsettled.facts,
            unsettled_is_least: unsettled.least,
        })
    }

    /// Whether the attributed share meets another line than the rule's own (a red flag at 25 percent): the
    /// answer, and where it cannot be known the facts that decide it, as in [`Attribution::unsettled`]. Which
    /// stakes count is still the rule's matter. `None` if the graph has no such party.
    pub fn meets(&self, id: &str, comparison: Comparison, line: &Percent) -> Option<(Reached, Vec<String>)> {
        let party = self.graph.number(id)?;
        let line = Line::of(comparison, line);
        let verdict = match (line.met_by(self.certain.sum(party)), line.met_by(self.possible.sum(party))) {
            (true, _) => Reached::Yes,
            (false, false) => Reached::No,
            (false, true) => {
                let settling = open_facts(self, party, &Question::Line(line));
                return Some((Reached::CannotBeKnown, settling.facts));
            }
        };
        Some((verdict, Vec::new()))
    }

    /// A single direct holder of `id` whose own certain stake meets the threshold, the largest first, as
    /// [`Attribution::alone`] has it.
    pub fn sole_holder(&self, id: &str) -> Option<&str> {
        let party = self.graph.number(id)?;
        self.alone(party, &self.direct(party))
    }

    /// Whether some counted stake in `id` is held by a company that is itself only reached, as
    /// [`Attribution::indirect`] has it.
    pub fn is_indirect(&self, id: &str) -> bool {
        self.graph.number(id).is_some_and(|party| self.indirect(party, &self.direct(party)))
    }

    /// The direct stakes in `id` that count or may count, as far as they stand in [`Attribution::through`].
    pub fn direct_steps(&self, id: &str) -> Vec<Step> {
        let direct = self.graph.number(id).map(|party| self.direct(party)).unwrap_or_default();
        direct.iter().map(|(stake, full)| self.step(stake, *full)).collect()
    }

    /// Spreads what is known of the persons at whom stakes begin down to everyone whom their counted stakes reach:
    /// `own` tells it of a party that is or may be listed, `join` adds it to another. Linear in the stakes, times how
    /// often a value can grow.
    pub fn spread<T: Default + Clone>(
        &self,
        own: impl Fn(&str) -> T,
        join: impl Fn(&mut T, &T) -> bool,
    ) -> std::collections::HashMap<&str, T> {
        let parties = || 0..u32::try_from(self.graph.parties()).unwrap_or(NOBODY);
        let begun: Vec<T> = parties()
            .map(|party| if self.may_be_listed(party) { own(self.graph.id(party)) } else { T::default() })
            .collect();
        let mut reached: Vec<T> = vec![T::default(); begun.len()];
        // everyone passes on what begins there, and what came from above unless a listed person stands there
        let mut queue: Vec<u32> = parties().filter(|party| self.possible.counts(*party)).collect();
        while let Some(owner) = queue.pop() {
            let at = owner as usize;
            let Some(mut passed) = begun.get(at).cloned() else { continue };
            if !self.is_listed(owner)
                && let Some(above) = reached.get(at)
            {
                join(&mut passed, above);
            }
            for stake in self.graph.held_by(owner, self.on).filter(|stake| self.counts_at_all(stake)) {
                if let Some(value) = reached.get_mut(stake.owned as usize)
                    && join(value, &passed)
                    && self.possible.counts(stake.owned)
                {
                    queue.push(stake.owned);
                }
            }
        }
        parties().zip(reached).map(|(party, value)| (self.graph.id(party), value)).collect()
    }

    /// The direct stakes that count, as the first level of the evidence.
    fn direct(&self, party: u32) -> Vec<(&Stake, bool)> {
        let weigh = self.weighing(party);
        let stakes = self.graph.held_in(party, self.on).filter(|stake| self.counts_at_all(stake));
        let mut weighed: Vec<(&Stake, Weight)> = stakes.map(|stake| (stake, weigh.of(stake.owner))).collect();
        weighed.retain(|(_, weight)| *weight != Weight::Nothing);
        weighed.sort_by(|a, b| self.before(a, b));
        weighed.into_iter().map(|(stake, weight)| (stake, weight == Weight::Full)).collect()
    }

    /// What counts more first, then listed persons, then the larger.
    fn before(&self, (a, x): &(&Stake, Weight), (b, y): &(&Stake, Weight)) -> Ordering {
        let key = |stake: &Stake, weight: Weight| (weight, !self.may_be_listed(stake.owner));
        key(a, *x).cmp(&key(b, *y)).then_with(|| b.held.min().cmp(&a.held.min()))
    }

    fn indirect(&self, party: u32, through: &[(&Stake, bool)]) -> bool {
        let open = self.verdict(party) == Reached::CannotBeKnown;
        let mut direct = through.iter().filter(|(stake, full)| stake.owned == party && (*full || open));
        direct.any(|(stake, _)| !self.may_be_listed(stake.owner))
    }

    fn step(&self, stake: &Stake, counts_in_full: bool) -> Step {
        Step {
            owner: self.graph.id(stake.owner).to_owned(),
            owned: self.graph.id(stake.owned).to_owned(),
            share: stake.held.share(),
            path: self.graph.path(stake.number()).to_owned(),
            counts_in_full,
        }
    }

    pub(crate) fn share(&self, party: u32) -> Share {
        Share { min: self.certain.sum(party).percent(), max: self.possible.sum(party).percent() }
    }

    /// The largest certain direct holder that meets the line with its own stakes.
    fn alone(&self, party: u32, through: &[(&Stake, bool)]) -> Option<&str> {
        let mut sums: BTreeMap<u32, [Amount; 2]> = BTreeMap::new();
        for (stake, _) in through.iter().filter(|(stake, full)| *full && stake.owned == party) {
            let sums = sums.entry(stake.owner).or_insert([Amount::ZERO; 2]);
            for (sum, kind) in sums.iter_mut().zip(InterestKind::ALL) {
                if self.counts_kind(stake, kind) {
                    *sum = sum.plus(&stake.held.min());
                }
            }
        }
        let enough = sums.iter().map(|(owner, [shares, votes])| (shares.max(votes), *owner));
        let enough = enough.filter(|(sum, _)| self.line.met_by(sum));
        // of equals the one that the case names first
        let largest = enough.max_by(|(a, first), (b, second)| a.cmp(b).then(second.cmp(first)));
        largest.map(|(_, owner)| self.graph.id(owner))
    }

    /// Goes from the party up through the owners whose stakes count, breadth first.
    fn evidence(&self, party: u32) -> Evidence<'_> {
        let weigh = self.weighing(party);
        let mut found = Evidence { whole: true, ..Evidence::default() };
        let mut holders: BTreeMap<u32, usize> = BTreeMap::new();
        let mut seen = HashSet::from_iter([party]);
        // a party is joined for certain if every stake on some path down from it counts for certain
        let mut level = vec![(party, true)];
        let mut upgraded: BTreeSet<u32> = BTreeSet::from([party]);
        while !level.is_empty() {
            let mut next = Vec::new();
            for (owned, joined) in level {
                if found.through.len() + found.stopped.len() >= SHOWN_STAKES {
                    found.whole = false;
                    return found;
                }
                let mut stakes: Vec<(&Stake, Weight)> = self
                    .graph
                    .held_in(owned, self.on)
                    .filter(|stake| self.counts_at_all(stake))
                    .map(|stake| (stake, weigh.of(stake.owner)))
                    .collect();
                stakes.sort_by(|a, b| self.before(a, b));
                let first_visit = !found.visited.contains(&owned);
                found.visited.insert(owned);
                for (stake, weight) in stakes {
                    if weight == Weight::Nothing {
                        if first_visit && *self.certain.sum(stake.owner) > Amount::ZERO {
                            found.stopped.push(stake);
                        }
                        continue;
                    }
                    let full = weight == Weight::Full;
                    if first_visit {
                        found.through.push((stake, full));
                    }
                    let certain = joined && full;
                    if weigh.begins_at(stake.owner) {
                        let listed = certain && self.is_listed(stake.owner);
                        match holders.get(&stake.owner).and_then(|at| found.holders.get_mut(*at)) {
                            Some((_, already)) => *already |= listed,
                            None => {
                                holders.insert(stake.owner, found.holders.len());
                                found.holders.push((stake.owner, listed));
                            }
                        }
                    }
                    // a listed person's own owners add nothing
                    if self.is_listed(stake.owner) && weigh.begins_at(stake.owner) {
                        continue;
                    }
                    let new = seen.insert(stake.owner);
                    let better = certain && upgraded.insert(stake.owner);
                    if new || better {
                        next.push((stake.owner, certain));
                    }
                }
            }
            level = next;
        }
        found
    }

    /// How stakes weigh as seen from `party`: for all listed persons together, or for the one who has the most.
    fn weighing(&self, party: u32) -> Weighing<'_> {
        let Some(unnamed) = &self.unnamed else { return Weighing::Together(self) };
        let certain = self.certain.best(party);
        let possible = self.possible.best(party);
        // where nobody has anything for certain, the certain part of the possible person's chain is shown
        let certain = if certain == NOBODY && self.is_listed(possible) { possible } else { certain };
        let full = if certain == NOBODY { HashSet::new() } else { self.certain_chain(certain).counts };
        let mut may = if possible == NOBODY { HashSet::new() } else { self.chain(unnamed, possible).counts };
        if certain != NOBODY {
            may.extend(self.chain(unnamed, certain).counts);
        }
        Weighing::Alone { reach: self, full, may, persons: [certain, possible] }
    }
}

/// What was found on the way up.
#[derive(Default)]
struct Evidence<'a> {
    through: Vec<(&'a Stake, bool)>,
    stopped: Vec<&'a Stake>,
    holders: Vec<(u32, bool)>,
    visited: HashSet<u32>,
    whole: bool,
}

/// How much of an owner's stake counts; what counts more comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    Full,
    Possible,
    Nothing,
}

enum Weighing<'a> {
    Together(&'a Reach<'a>),
    Alone { reach: &'a Reach<'a>, full: HashSet<u32>, may: HashSet<u32>, persons: [u32; 2] },
}

impl Weighing<'_> {
    fn of(&self, owner: u32) -> Weight {
        let (full, may) = match self {
            Self::Together(reach) => (reach.certain.counts(owner), reach.possible.counts(owner)),
            Self::Alone { reach, full, may, .. } => {
                let unnamed = reach.unnamed.as_ref().is_some_and(|front| front.counts(owner));
                (full.contains(&owner), unnamed || may.contains(&owner))
            }
        };
        match (full, may) {
            (true, _) => Weight::Full,
            (false, true) => Weight::Possible,
            (false, false) => Weight::Nothing,
        }
    }

    /// Whether counted stakes begin at `owner`: a person of whom the question is asked.
    fn begins_at(&self, owner: u32) -> bool {
        match self {
            Self::Together(reach) => reach.may_be_listed(owner),
            Self::Alone { persons, .. } => persons.contains(&owner),
        }
    }
}
