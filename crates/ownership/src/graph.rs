//! Who owns whom: parties and dated stakes, checked once and laid out by index.
//!
//! Parties are interned to `u32`; the stakes lie in one array, sorted by the party in which they are held, with an index
//! by owner in compressed sparse row form. Ids and paths lie in one piece of memory. Nothing in a case of ten parties
//! needs this; a register of ten million stakes does.

use countersign_model::{Date, Percent, Share};

use crate::amount::{Amount, Span};
use crate::rule::InterestKind;
use crate::texts::{Numbers, Texts};

/// What a stake gives its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Interest {
    /// Shares in the capital.
    Shares,
    /// Voting rights.
    Votes,
    /// Both in the same percent; counts in each of the two sums.
    Both,
}

impl Interest {
    /// Whether the stake counts in the sum of `kind`.
    pub(crate) fn gives(self, kind: InterestKind) -> bool {
        match self {
            Self::Both => true,
            Self::Shares => kind == InterestKind::Shares,
            Self::Votes => kind == InterestKind::Votes,
        }
    }
}

/// One direct stake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// Id of the party that holds it.
    pub owner: String,
    /// Id of the party in which it is held.
    pub owned: String,
    /// How much, in percent: a [`Share`] turned into one, or read from decimals.
    pub share: Span,
    /// Of what.
    pub interest: Interest,
    /// First day on which it is held; `None` = from the beginning.
    pub from: Option<Date>,
    /// Last day on which it is held; `None` = still.
    pub to: Option<Date>,
    /// Path of the share in the case file: `parties[c].owners[x].percent`.
    pub path: String,
}

/// What the case says about the owners of a party.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Disclosure {
    /// A list is given; what it leaves open up to 100 percent is unknown.
    Given,
    /// Checked, and nothing that matters was found.
    CheckedNone,
    /// Nobody looked: everything is possible.
    Unknown,
}

/// One party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its id in the case.
    pub id: String,
    /// A natural person: owned by nobody, whatever `owners` says.
    pub individual: bool,
    /// What is known about its owners.
    pub owners: Disclosure,
    /// Path of its owners in the case file: `parties[c].owners`.
    pub owners_path: String,
}

/// Why parties and stakes are no ownership graph.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GraphError {
    /// Two parties with one id.
    #[error("the party `{id}` is there twice; one party has one id and stands once")]
    DuplicateParty {
        /// The id.
        id: String,
    },
    /// A stake of or in a party that the case does not have.
    #[error("`{path}` names `{id}`, which is no party of the case; add it under `parties` or correct the id")]
    UnknownParty {
        /// Path of the share.
        path: String,
        /// The id.
        id: String,
    },
    /// An interval whose ends are the wrong way round.
    #[error("`{path}` runs from `{}` to `{}`; the least must not be above the most", share.min, share.max)]
    InvertedShare {
        /// Path of the share.
        path: String,
        /// The share as given.
        share: Box<Share>,
    },
    /// More than all.
    #[error("`{path}` is `{share}` percent; a stake is between 0 and 100")]
    MoreThanAll {
        /// Path of the share.
        path: String,
        /// The share.
        share: Percent,
    },
    /// A stake that ends before it begins.
    #[error("the stake at `{path}` ends on {to}, before it begins on {from}; correct the dates")]
    InvertedDates {
        /// Path of the share.
        path: String,
        /// First day.
        from: Date,
        /// Last day.
        to: Date,
    },
    /// The stakes in one party add up to more than 100 percent on some day.
    #[error(
        "the owners at `{owners_path}` hold at least `{sum}` percent of the {kind} {since}; the stake at `{path}` \
         makes it more than 100: correct the shares, the interest or the dates"
    )]
    Over100 {
        /// Path of the owners.
        owners_path: String,
        /// Path of the share that exceeds.
        path: String,
        /// Sum of the least shares.
        sum: Box<Percent>,
        /// `shares` or `votes`.
        kind: &'static str,
        /// From when: `since …` or `from the beginning`.
        since: String,
    },
    /// Somebody owns a natural person.
    #[error(
        "`{path}` is a stake in `{id}`, an individual; a person has no owners: correct the id or the kind"
    )]
    OwnersOfIndividual {
        /// Path of the share.
        path: String,
        /// The person.
        id: String,
    },
    /// A stake in a party whose owners are said to be none, or unknown.
    #[error(
        "`{path}` is a stake, but `{owners_path}` is said to be none or unknown; give the owners as a list"
    )]
    OwnersNotGiven {
        /// Path of the share.
        path: String,
        /// Path of the owners.
        owners_path: String,
    },
    /// More parties or stakes than 32 bits can number.
    #[error("the ownership data has more than 4,294,967,294 parties or stakes; split it")]
    TooLarge,
}

/// A day as one number that sorts as the calendar does; the ends of time are the ends of the type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Day(i32);

impl Day {
    const FIRST: Self = Self(i32::MIN);
    const LAST: Self = Self(i32::MAX);

    /// The number of `date`.
    pub(crate) fn of(date: Date) -> Self {
        Self((i32::from(date.year()) * 16 + i32::from(date.month())) * 32 + i32::from(date.day()))
    }
}

/// One stake, by index.
#[derive(Debug, Clone)]
pub(crate) struct Stake {
    pub(crate) owner: u32,
    pub(crate) owned: u32,
    pub(crate) held: Span,
    from: Day,
    to: Day,
    /// The place in the order in which stakes were given, which is the number of its path.
    number: u32,
    pub(crate) interest: Interest,
}

impl Stake {
    /// Whether it is held on `day`; both ends included.
    pub(crate) fn held_on(&self, day: Day) -> bool {
        self.from <= day && day <= self.to
    }

    /// Its number, for [`Graph::path`].
    pub(crate) fn number(&self) -> u32 {
        self.number
    }
}

/// What is known of a party beside its id.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Nature {
    pub(crate) individual: bool,
    pub(crate) owners: Disclosure,
}

impl Nature {
    /// Nobody but the owners that are named can own it.
    pub(crate) fn is_closed(self) -> bool {
        self.individual || self.owners == Disclosure::CheckedNone
    }
}

/// How many stakes are looked up at once.
const CHUNK: usize = 1_024;

fn sum_of<'a>(stakes: impl Iterator<Item = &'a Stake>) -> Amount {
    stakes.fold(Amount::ZERO, |mut sum, stake| {
        sum.add_least(&stake.held);
        sum
    })
}

/// Where the row of each party begins, and after the last one its end.
fn starts(parties: usize, keys: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut starts = vec![0u32; parties + 1];
    for key in keys {
        if let Some(count) = starts.get_mut(key as usize + 1) {
            *count += 1;
        }
    }
    let mut sum = 0;
    for start in &mut starts {
        sum += *start;
        *start = sum;
    }
    starts
}

/// The places of all entries, row by row; of one row in the order in which they came.
fn places(starts: &[u32], keys: impl ExactSizeIterator<Item = u32>) -> Vec<u32> {
    let mut places = vec![0u32; keys.len()];
    let mut next = starts.to_vec();
    for (place, key) in (0u32..).zip(keys) {
        if let Some(slot) = next.get_mut(key as usize) {
            if let Some(entry) = places.get_mut(*slot as usize) {
                *entry = place;
            }
            *slot += 1;
        }
    }
    places
}

/// The row of a party.
fn row(starts: &[u32], party: u32) -> std::ops::Range<usize> {
    let party = party as usize;
    let ends = starts.get(party).zip(starts.get(party + 1));
    ends.map_or(0..0, |(from, to)| *from as usize..*to as usize)
}

/// The ownership graph. Every stake joins two known parties, and on no day do the least shares in one party add
/// up to more than 100 percent of its shares or of its votes.
#[derive(Debug, Clone)]
pub struct Graph {
    natures: Vec<Nature>,
    ids: Texts,
    numbers: Numbers,
    owners_paths: Texts,
    /// By the party in which they are held; of one party in the order in which they were given.
    stakes: Vec<Stake>,
    paths: Texts,
    held_in: Vec<u32>,
    held_by: Vec<u32>,
    /// The places of the stakes, by owner.
    by_owner: Vec<u32>,
}

impl Graph {
    /// Checks parties and stakes and lays them out. Owning oneself (treasury shares) and owning in a circle are
    /// allowed; several stakes of one owner in one party add up. Nothing of what comes in is kept beside the layout, so
    /// that both may come one by one from a file.
    ///
    /// # Errors
    /// [`GraphError`], naming the path of the first thing that cannot be.
    pub fn new(
        nodes: impl IntoIterator<Item = Node>,
        edges: impl IntoIterator<Item = Edge>,
    ) -> Result<Self, GraphError> {
        let mut graph = Self {
            natures: Vec::new(),
            ids: Texts::default(),
            numbers: Numbers::default(),
            owners_paths: Texts::default(),
            stakes: Vec::new(),
            paths: Texts::default(),
            held_in: Vec::new(),
            held_by: Vec::new(),
            by_owner: Vec::new(),
        };
        for node in nodes {
            graph.add_party(node)?;
        }
        // by the thousand: look-ups that do not wait for one another are several times as fast on a large register
        let mut edges = edges.into_iter();
        let mut some: Vec<Edge> = Vec::with_capacity(CHUNK);
        let mut ends = Vec::with_capacity(2 * CHUNK);
        loop {
            some.extend(edges.by_ref().take(CHUNK));
            if some.is_empty() {
                break;
            }
            let ids = some.iter().flat_map(|edge| [edge.owner.as_str(), edge.owned.as_str()]);
            graph.numbers.find_each(&graph.ids, ids, &mut ends);
            for (edge, ends) in some.drain(..).zip(ends.chunks_exact(2)) {
                let [owner, owned] = ends else { continue };
                graph.add_stake(edge, *owner, *owned)?;
            }
            ends.clear();
        }
        graph.ids.close();
        graph.owners_paths.close();
        graph.paths.close();
        graph.natures.shrink_to_fit();
        graph.stakes.shrink_to_fit();
        let parties = graph.parties();
        graph.held_in = starts(parties, graph.stakes.iter().map(|stake| stake.owned));
        let order = places(&graph.held_in, graph.stakes.iter().map(|stake| stake.owned));
        let stakes = order.iter().filter_map(|place| graph.stakes.get(*place as usize).cloned());
        graph.stakes = stakes.collect();
        drop(order);
        graph.held_by = starts(parties, graph.stakes.iter().map(|stake| stake.owner));
        graph.by_owner = places(&graph.held_by, graph.stakes.iter().map(|stake| stake.owner));
        for party in (0u32..).take(parties) {
            graph.check_sum(party)?;
        }
        Ok(graph)
    }

    fn add_party(&mut self, node: Node) -> Result<(), GraphError> {
        // u32::MAX itself is kept free as "nobody"
        let number =
            u32::try_from(self.ids.len()).ok().filter(|n| *n != u32::MAX).ok_or(GraphError::TooLarge)?;
        if self.numbers.find(&self.ids, &node.id).is_some() {
            return Err(GraphError::DuplicateParty { id: node.id });
        }
        self.ids.push(&node.id);
        self.numbers.insert(&self.ids, number);
        self.owners_paths.push(&node.owners_path);
        self.natures.push(Nature { individual: node.individual, owners: node.owners });
        Ok(())
    }

    /// Checks one stake by itself and takes it in.
    fn add_stake(
        &mut self,
        edge: Edge,
        owner_is: Option<u32>,
        owned_is: Option<u32>,
    ) -> Result<(), GraphError> {
        let Edge { owner, owned, share, interest, from, to, path } = edge;
        let number = u32::try_from(self.stakes.len()).map_err(|_| GraphError::TooLarge)?;
        let (Some(owner), Some(held)) = (owner_is, owned_is) else {
            let id = if owner_is.is_some() { owned } else { owner };
            return Err(GraphError::UnknownParty { path, id });
        };
        if share.is_inverted() {
            return Err(GraphError::InvertedShare { path, share: Box::new(share.share()) });
        }
        if share.max() > Amount::WHOLE {
            return Err(GraphError::MoreThanAll { path, share: share.max().percent() });
        }
        if let (Some(from), Some(to)) = (from, to)
            && from > to
        {
            return Err(GraphError::InvertedDates { path, from, to });
        }
        if let Some(nature) = self.nature(held) {
            if nature.individual {
                return Err(GraphError::OwnersOfIndividual { path, id: owned });
            }
            if nature.owners != Disclosure::Given {
                let owners_path = self.owners_path(held).to_owned();
                return Err(GraphError::OwnersNotGiven { path, owners_path });
            }
        }
        self.paths.push(&path);
        self.stakes.push(Stake {
            owner,
            owned: held,
            held: share,
            from: from.map_or(Day::FIRST, Day::of),
            to: to.map_or(Day::LAST, Day::of),
            number,
            interest,
        });
        Ok(())
    }

    /// How many parties there are.
    pub fn parties(&self) -> usize {
        self.natures.len()
    }

    /// How many stakes there are.
    pub fn stakes(&self) -> usize {
        self.stakes.len()
    }

    /// The ids of the parties in the order in which they were given.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        (0u32..).take(self.parties()).map(|party| self.id(party))
    }

    /// What is known of the parties, in the order in which they were given.
    pub(crate) fn natures(&self) -> &[Nature] {
        &self.natures
    }

    /// All stakes, by the party in which they are held.
    pub(crate) fn all_stakes(&self) -> &[Stake] {
        &self.stakes
    }

    /// The number of a party.
    pub(crate) fn number(&self, id: &str) -> Option<u32> {
        self.numbers.find(&self.ids, id)
    }

    /// What is known of the party of a number.
    pub(crate) fn nature(&self, party: u32) -> Option<Nature> {
        self.natures.get(party as usize).copied()
    }

    /// The id of a party; empty for a number that this graph did not give out.
    pub(crate) fn id(&self, party: u32) -> &str {
        self.ids.get(party)
    }

    /// The path of the owners of a party.
    pub(crate) fn owners_path(&self, party: u32) -> &str {
        self.owners_paths.get(party)
    }

    /// The path of a stake.
    pub(crate) fn path(&self, stake: u32) -> &str {
        self.paths.get(stake)
    }

    /// What `party` holds in others on `day`.
    pub(crate) fn held_by(&self, party: u32, day: Day) -> impl Iterator<Item = &Stake> {
        let places = self.by_owner.get(row(&self.held_by, party)).unwrap_or_default();
        let stakes = places.iter().filter_map(|place| self.stakes.get(*place as usize));
        stakes.filter(move |stake| stake.held_on(day))
    }

    /// What is held in `party` on `day`.
    pub(crate) fn held_in(&self, party: u32, day: Day) -> impl Iterator<Item = &Stake> {
        self.owners_of(party).iter().filter(move |stake| stake.held_on(day))
    }

    fn owners_of(&self, party: u32) -> &[Stake] {
        self.stakes.get(row(&self.held_in, party)).unwrap_or_default()
    }

    /// On no day more than 100 percent: goes through the days on which stakes begin and end.
    fn check_sum(&self, party: u32) -> Result<(), GraphError> {
        let row = self.owners_of(party);
        for kind in InterestKind::ALL {
            // mostly all of them together are no more than everything, whatever the days
            let given = row.iter().filter(|stake| stake.interest.gives(kind));
            if sum_of(given) <= Amount::WHOLE {
                continue;
            }
            // a stake still counts on its last day, so on one day beginnings come before ends
            let mut events: Vec<(Day, bool, &Stake)> = row
                .iter()
                .filter(|stake| stake.interest.gives(kind))
                .flat_map(|stake| [(stake.from, false, stake), (stake.to, true, stake)])
                .collect();
            events.sort_by_key(|(day, ends, _)| (*day, *ends));
            let mut sum = Amount::ZERO;
            for (day, ends, stake) in events {
                if ends {
                    sum = sum.minus(&stake.held.min());
                    continue;
                }
                sum = sum.plus(&stake.held.min());
                if sum > Amount::WHOLE {
                    let kind = match kind {
                        InterestKind::Shares => "shares",
                        InterestKind::Votes => "votes",
                    };
                    let since = if day == Day::FIRST {
                        "from the beginning".to_owned()
                    } else {
                        let Day(n) = day;
                        format!("since {:04}-{:02}-{:02}", n.div_euclid(512), n.div_euclid(32) % 16, n % 32)
                    };
                    return Err(GraphError::Over100 {
                        owners_path: self.owners_path(party).to_owned(),
                        path: self.path(stake.number).to_owned(),
                        sum: Box::new(sum.percent()),
                        kind,
                        since,
                    });
                }
            }
        }
        Ok(())
    }
}
