//! The two least fixed points: who is reached for certain, and who may be.
//!
//! The method is the one of OFAC's 50 Percent Rule (revised guidance of 2014-08-13, FAQ 399 and 401): start from
//! the listed persons; a company whose *direct* owners among those reached hold enough joins them; repeat until
//! nothing changes. Nothing is multiplied down the chain: a stake counts in full if its owner is listed or
//! reached, and not at all otherwise. Starting from the listed persons makes it the *least* fixed point: two
//! shells that own each other do not reach each other.
//!
//! It runs twice. **Certain**: persons certainly listed, least shares. **Possible**: also persons whose listing
//! is unknown, and everything that the known owners leave open counts as held by a listed person; so the most
//! that can be attributed in a company is 100 percent less what unreached owners hold at least. The upper end of
//! an interval never raises it further: what one owner does not hold another, unknown, may.
//!
//! A rule that does not aggregate asks the question for each listed person alone, and for one whom nobody named.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

use countersign_model::{Date, Share};
use foldhash::{HashMap, HashMapExt as _, HashSet};

use crate::amount::Amount;
use crate::graph::{Day, Graph, Stake};
use crate::rule::{InterestKind, Line, Rule};

/// Whether a party is on a list that the rule starts from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It is.
    Listed,
    /// It is not.
    NotListed,
    /// Nobody knows; the fact paths that would settle it.
    Unknown(Vec<String>),
}

/// Whether a party is reached by the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reached {
    /// Whatever the open facts turn out to be.
    Yes,
    /// Whatever the open facts turn out to be.
    No,
    /// It depends on open facts.
    CannotBeKnown,
}

/// How many stakes the search for open facts looks at, over all parties asked of one [`Reach`], before it names what is
/// left without having dismissed it. A case comes nowhere near it; it bounds the time on a large graph to about a second.
pub const EXAMINED_STAKES: u64 = 20_000_000;

/// The number that is no party.
pub(crate) const NOBODY: u32 = u32::MAX;

/// A pair of sums: shares, votes.
pub(crate) type Sums = [Amount; 2];

/// The larger of the two sums. A kind that the rule does not count always sums to nothing.
pub(crate) fn larger(sums: &Sums) -> &Amount {
    let [shares, votes] = sums;
    shares.max(votes)
}

/// One fixed point over all parties.
#[derive(Debug, Clone)]
pub(crate) struct Front {
    /// What is attributed in each party.
    pub(crate) sums: Vec<Sums>,
    /// Whose stakes count: listed themselves, or reached.
    counts: Vec<bool>,
    /// Without aggregation: the listed person to whom the sum belongs; [`NOBODY`] for one whom nobody named.
    best: Vec<u32>,
}

impl Front {
    /// Whether the stakes of `party` count (without aggregation: for some listed person).
    pub(crate) fn counts(&self, party: u32) -> bool {
        self.counts.get(party as usize).copied().unwrap_or(false)
    }

    /// The most that is attributed in `party`, shares or votes.
    pub(crate) fn sum(&self, party: u32) -> &Amount {
        self.sums.get(party as usize).map_or(&Amount::ZERO, larger)
    }

    /// Without aggregation: to whom the sum belongs.
    pub(crate) fn best(&self, party: u32) -> u32 {
        self.best.get(party as usize).copied().unwrap_or(NOBODY)
    }
}

/// The chain of one listed person: what that person adds to a front.
#[derive(Debug, Clone, Default)]
pub(crate) struct Chain {
    /// Whose stakes count for this person beyond those that count in the front.
    pub(crate) counts: HashSet<u32>,
    sums: HashMap<u32, Sums>,
}

/// The graph that a rule is applied to: somebody else's, or shared with others.
#[derive(Debug, Clone)]
pub(crate) enum OfGraph<'a> {
    Borrowed(&'a Graph),
    Shared(Arc<Graph>),
}

impl Deref for OfGraph<'_> {
    type Target = Graph;

    fn deref(&self) -> &Graph {
        match self {
            Self::Borrowed(graph) => graph,
            Self::Shared(graph) => graph,
        }
    }
}

/// Whether a party is listed; the facts that would settle it stand apart, for the few of whom it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Listed,
    NotListed,
    Unknown,
}

/// Who of the parties of one graph is listed: a byte for each.
#[derive(Debug, Clone)]
pub struct Standings {
    marks: Vec<Mark>,
    /// What would settle whether a party is listed, where its standing says so.
    settled_by: HashMap<u32, Vec<String>>,
}

impl Standings {
    /// As told, by party id, of the parties of `graph`. A party that is not named is unknown, never unlisted; the fact that
    /// would settle it is then `parties[id].listings`. An id that is no party of the graph holds nothing in it.
    pub fn of<I: AsRef<str>>(graph: &Graph, told: impl IntoIterator<Item = (I, Standing)>) -> Self {
        let mut marks = vec![Mark::Unknown; graph.parties()];
        let mut settled_by = HashMap::new();
        for (id, standing) in told {
            let Some(party) = graph.number(id.as_ref()) else { continue };
            let Some(mark) = marks.get_mut(party as usize) else { continue };
            *mark = match standing {
                Standing::Listed => Mark::Listed,
                Standing::NotListed => Mark::NotListed,
                Standing::Unknown(paths) => {
                    if !paths.is_empty() {
                        settled_by.insert(party, paths);
                    }
                    Mark::Unknown
                }
            };
        }
        Self { marks, settled_by }
    }

    fn mark(&self, party: u32) -> Mark {
        self.marks.get(party as usize).copied().unwrap_or(Mark::Unknown)
    }
}

/// A rule applied to a graph as of a day. Holds the verdict for every party; the evidence for one party is put
/// together when asked for.
#[derive(Debug, Clone)]
pub struct Reach<'a> {
    pub(crate) graph: OfGraph<'a>,
    pub(crate) rule: Rule,
    pub(crate) line: Line,
    pub(crate) on: Day,
    standings: Standings,
    counted: [bool; 2],
    pub(crate) certain: Front,
    pub(crate) possible: Front,
    /// Without aggregation: what a listed person whom nobody named may hold. The same as `possible` otherwise.
    pub(crate) unnamed: Option<Front>,
    /// How many stakes may still be examined for what settles a question, in all.
    pub(crate) left: Cell<u64>,
}

impl<'a> Reach<'a> {
    /// Applies `rule` to `graph` as it stood on `as_of`.
    ///
    /// `standing` is asked by party id, as in [`Standings::of`].
    ///
    /// Takes time linear in parties and stakes when the rule aggregates, and otherwise in addition the size of
    /// the chain of each person who is or may be listed.
    pub fn new(graph: &'a Graph, standing: &BTreeMap<String, Standing>, rule: &Rule, as_of: Date) -> Self {
        let standings = Standings::of(graph, standing.iter().map(|(id, standing)| (id, standing.clone())));
        Self::over(OfGraph::Borrowed(graph), standings, rule, as_of)
    }

    /// The same with standings of that graph that are already laid out.
    pub fn with(graph: &'a Graph, standings: Standings, rule: &Rule, as_of: Date) -> Self {
        Self::over(OfGraph::Borrowed(graph), standings, rule, as_of)
    }

    /// The same over a graph that is kept alive by this and by others.
    pub fn shared(
        graph: Arc<Graph>,
        standing: &BTreeMap<String, Standing>,
        rule: &Rule,
        as_of: Date,
    ) -> Reach<'static> {
        let standings = Standings::of(&graph, standing.iter().map(|(id, standing)| (id, standing.clone())));
        Reach::over(OfGraph::Shared(graph), standings, rule, as_of)
    }

    fn over(graph: OfGraph<'a>, standings: Standings, rule: &Rule, as_of: Date) -> Self {
        let parties = graph.parties();
        let nothing = Front { sums: Vec::new(), counts: Vec::new(), best: Vec::new() };
        let mut reach = Self {
            graph,
            rule: rule.clone(),
            line: rule.line(),
            on: Day::of(as_of),
            standings,
            left: Cell::new(EXAMINED_STAKES),
            counted: InterestKind::ALL.map(|kind| rule.counts.contains(&kind)),
            certain: nothing.clone(),
            possible: nothing,
            unnamed: None,
        };
        let open = reach.left_open();
        let all = || 0..u32::try_from(parties).unwrap_or(NOBODY);
        let listed: Vec<u32> = all().filter(|p| reach.is_listed(*p)).collect();
        let maybe: Vec<u32> = all().filter(|p| reach.may_be_listed(*p)).collect();
        let none = || vec![[Amount::ZERO; 2]; parties];
        if rule.aggregate {
            reach.certain = reach.front(none(), &listed);
            reach.possible = reach.front(open, &maybe);
        } else {
            let nobody = reach.front(none(), &[]);
            reach.certain = reach.each_alone(&nobody, &listed);
            let unnamed = reach.front(open, &[]);
            reach.possible = reach.each_alone(&unnamed, &maybe);
            reach.unnamed = Some(unnamed);
        }
        reach
    }

    /// Whether `id` is reached; `None` if the graph has no such party. Being listed is not being reached.
    pub fn reached(&self, id: &str) -> Option<Reached> {
        self.graph.number(id).map(|party| self.verdict(party))
    }

    /// What is attributed to listed persons in `id`: the least and the most; `None` if the graph has no such party.
    pub fn attributed(&self, id: &str) -> Option<Share> {
        self.graph.number(id).map(|party| self.share(party))
    }

    /// How many parties are reached for certain, and how many may be.
    pub fn tally(&self) -> (usize, usize) {
        let met = |front: &Front| front.sums.iter().filter(|sums| self.line.met_by(larger(sums))).count();
        let certain = met(&self.certain);
        (certain, met(&self.possible).saturating_sub(certain))
    }

    pub(crate) fn verdict(&self, party: u32) -> Reached {
        match (self.line.met_by(self.certain.sum(party)), self.line.met_by(self.possible.sum(party))) {
            (true, _) => Reached::Yes,
            (false, true) => Reached::CannotBeKnown,
            (false, false) => Reached::No,
        }
    }

    /// Certainly on a list.
    pub(crate) fn is_listed(&self, party: u32) -> bool {
        self.standings.mark(party) == Mark::Listed
    }

    /// On a list, or nobody knows.
    pub(crate) fn may_be_listed(&self, party: u32) -> bool {
        self.standings.mark(party) != Mark::NotListed
    }

    /// The facts that would settle whether `party` is listed.
    pub(crate) fn listing_paths(&self, party: u32) -> Vec<String> {
        if self.is_listed(party) || !self.may_be_listed(party) {
            return Vec::new();
        }
        let named = self.standings.settled_by.get(&party).cloned();
        named.unwrap_or_else(|| vec![format!("parties[{}].listings", self.graph.id(party))])
    }

    /// Whether the sum of `kind` counts for a stake under the rule.
    pub(crate) fn counts_kind(&self, stake: &Stake, kind: InterestKind) -> bool {
        self.rule.counts.contains(&kind) && stake.interest.gives(kind)
    }

    /// Whether a stake counts in any sum of the rule.
    pub(crate) fn counts_at_all(&self, stake: &Stake) -> bool {
        InterestKind::ALL.into_iter().any(|kind| self.counts_kind(stake, kind))
    }

    fn add(&self, stake: &Stake, sums: &mut Sums) {
        for ((sum, kind), counted) in sums.iter_mut().zip(InterestKind::ALL).zip(self.counted) {
            if counted && stake.interest.gives(kind) {
                sum.add_least(&stake.held);
            }
        }
    }

    /// What the owners of each party leave open at most, in each kind that the rule counts.
    fn left_open(&self) -> Vec<Sums> {
        let mut held = vec![[Amount::ZERO; 2]; self.graph.parties()];
        for stake in self.graph.all_stakes().iter().filter(|stake| stake.held_on(self.on)) {
            if let Some(sums) = held.get_mut(stake.owned as usize) {
                self.add(stake, sums);
            }
        }
        for (nature, sums) in self.graph.natures().iter().zip(&mut held) {
            let closed = nature.is_closed();
            for (sum, counted) in sums.iter_mut().zip(self.counted) {
                *sum = if counted && !closed { Amount::WHOLE.minus(sum) } else { Amount::ZERO };
            }
        }
        held
    }

    /// The least fixed point from `seeds`, where `sums` is attributed from the start.
    fn front(&self, sums: Vec<Sums>, seeds: &[u32]) -> Front {
        let mut front = Front { counts: vec![false; sums.len()], best: Vec::new(), sums };
        let mut queue: Vec<u32> = Vec::new();
        let start = (0u32..).zip(&front.sums).filter(|(_, sums)| self.line.met_by(larger(sums)));
        let start: Vec<u32> = start.map(|(party, _)| party).chain(seeds.iter().copied()).collect();
        for party in start {
            if let Some(counts) = front.counts.get_mut(party as usize)
                && !std::mem::replace(counts, true)
            {
                queue.push(party);
            }
        }
        // each party enters the queue once, so each stake is added once
        while let Some(owner) = queue.pop() {
            for stake in self.graph.held_by(owner, self.on) {
                let owned = stake.owned as usize;
                let Some((sums, counts)) = front.sums.get_mut(owned).zip(front.counts.get_mut(owned)) else {
                    continue;
                };
                self.add(stake, sums);
                if !*counts && self.line.met_by(larger(sums)) {
                    *counts = true;
                    queue.push(stake.owned);
                }
            }
        }
        front
    }

    /// The chain of one person, on top of what is attributed without that person.
    pub(crate) fn chain(&self, base: &Front, seed: u32) -> Chain {
        let mut chain = Chain::default();
        if base.counts(seed) {
            return chain;
        }
        chain.counts.insert(seed);
        let mut queue = vec![seed];
        while let Some(owner) = queue.pop() {
            for stake in self.graph.held_by(owner, self.on) {
                let known = base.sums.get(stake.owned as usize);
                let sums = chain
                    .sums
                    .entry(stake.owned)
                    .or_insert_with(|| known.cloned().unwrap_or([Amount::ZERO; 2]));
                self.add(stake, sums);
                if self.line.met_by(larger(sums))
                    && !base.counts(stake.owned)
                    && chain.counts.insert(stake.owned)
                {
                    queue.push(stake.owned);
                }
            }
        }
        chain
    }

    /// The chain of one certainly listed person who stands alone.
    pub(crate) fn certain_chain(&self, seed: u32) -> Chain {
        self.chain(&Front { sums: Vec::new(), counts: Vec::new(), best: Vec::new() }, seed)
    }

    /// Whether a chain by itself reaches `party`.
    pub(crate) fn chain_reaches(&self, chain: &Chain, party: u32) -> bool {
        chain.sums.get(&party).is_some_and(|sums| self.line.met_by(larger(sums)))
    }

    /// For each party the best that any one of `seeds` has by itself.
    fn each_alone(&self, base: &Front, seeds: &[u32]) -> Front {
        let mut best = Front {
            best: vec![NOBODY; base.sums.len()],
            sums: base.sums.clone(),
            counts: base.counts.clone(),
        };
        for seed in seeds {
            let chain = self.chain(base, *seed);
            for party in &chain.counts {
                if let Some(counts) = best.counts.get_mut(*party as usize) {
                    *counts = true;
                }
            }
            for (party, sums) in chain.sums {
                let at = party as usize;
                if let Some((held, whose)) = best.sums.get_mut(at).zip(best.best.get_mut(at))
                    && larger(&sums) > larger(held)
                {
                    *held = sums;
                    *whose = *seed;
                }
            }
        }
        best
    }
}
