//! Who owns whom: parties and dated stakes, checked once and laid out by index.
//!
//! Parties are interned to `u32`; the stakes lie in one array with two indexes in compressed sparse row form, by
//! owner and by owned. Nothing in a case of ten parties needs this; a register of ten million stakes does.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use countersign_model::{Date, Percent, Share};

use crate::amount::Amount;
use crate::rule::InterestKind;

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
    /// How much, in percent.
    pub share: Share,
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
    pub(crate) min: Amount,
    pub(crate) max: Amount,
    pub(crate) interest: Interest,
    from: Day,
    to: Day,
    pub(crate) path: Box<str>,
}

impl Stake {
    /// Whether it is held on `day`; both ends included.
    pub(crate) fn held_on(&self, day: Day) -> bool {
        self.from <= day && day <= self.to
    }
}

/// Rows of stake numbers, one row for each party.
#[derive(Debug, Clone, Default)]
struct Rows {
    starts: Vec<u32>,
    stakes: Vec<u32>,
}

impl Rows {
    /// Counting sort of the stakes by `key`; within a row they keep their order.
    fn by(parties: usize, stakes: &[Stake], key: impl Fn(&Stake) -> u32) -> Self {
        let mut starts = vec![0u32; parties + 1];
        for stake in stakes {
            if let Some(count) = starts.get_mut(key(stake) as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut next = starts.clone();
        let mut sorted = vec![0u32; stakes.len()];
        for (number, stake) in (0u32..).zip(stakes) {
            if let Some(place) = next.get_mut(key(stake) as usize) {
                if let Some(slot) = sorted.get_mut(*place as usize) {
                    *slot = number;
                }
                *place += 1;
            }
        }
        Self { starts, stakes: sorted }
    }

    fn row(&self, party: u32) -> &[u32] {
        let party = party as usize;
        let ends = self.starts.get(party).zip(self.starts.get(party + 1));
        ends.and_then(|(from, to)| self.stakes.get(*from as usize..*to as usize)).unwrap_or_default()
    }
}

/// The ownership graph. Every stake joins two known parties, and on no day do the least shares in one party add
/// up to more than 100 percent of its shares or of its votes.
#[derive(Debug, Clone)]
pub struct Graph {
    nodes: Vec<Node>,
    numbers: HashMap<Box<str>, u32, RandomState>,
    stakes: Vec<Stake>,
    by_owner: Rows,
    by_owned: Rows,
}

impl Graph {
    /// Checks parties and stakes and lays them out. Owning oneself (treasury shares) and owning in a circle are
    /// allowed; several stakes of one owner in one party add up.
    ///
    /// # Errors
    /// [`GraphError`], naming the path of the first thing that cannot be.
    pub fn new(
        nodes: impl IntoIterator<Item = Node>,
        edges: impl IntoIterator<Item = Edge>,
    ) -> Result<Self, GraphError> {
        let nodes: Vec<Node> = nodes.into_iter().collect();
        let mut numbers = HashMap::with_capacity_and_hasher(nodes.len(), RandomState::default());
        for (at, node) in nodes.iter().enumerate() {
            // u32::MAX itself is kept free as "nobody"
            let number = u32::try_from(at).ok().filter(|n| *n != u32::MAX).ok_or(GraphError::TooLarge)?;
            if numbers.insert(node.id.clone().into_boxed_str(), number).is_some() {
                return Err(GraphError::DuplicateParty { id: node.id.clone() });
            }
        }
        let stakes = edges
            .into_iter()
            .map(|edge| stake(&nodes, &numbers, edge))
            .collect::<Result<Vec<Stake>, GraphError>>()?;
        if u32::try_from(stakes.len()).is_err() {
            return Err(GraphError::TooLarge);
        }
        let by_owner = Rows::by(nodes.len(), &stakes, |stake| stake.owner);
        let by_owned = Rows::by(nodes.len(), &stakes, |stake| stake.owned);
        let graph = Self { nodes, numbers, stakes, by_owner, by_owned };
        for (party, node) in (0u32..).zip(&graph.nodes) {
            graph.check_sum(party, node)?;
        }
        Ok(graph)
    }

    /// How many parties there are.
    pub fn parties(&self) -> usize {
        self.nodes.len()
    }

    /// How many stakes there are.
    pub fn stakes(&self) -> usize {
        self.stakes.len()
    }

    /// The parties in the order in which they were given.
    pub(crate) fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// All stakes in the order in which they were given.
    pub(crate) fn all_stakes(&self) -> &[Stake] {
        &self.stakes
    }

    /// The number of a party.
    pub(crate) fn number(&self, id: &str) -> Option<u32> {
        self.numbers.get(id).copied()
    }

    /// The party of a number.
    pub(crate) fn node(&self, party: u32) -> Option<&Node> {
        self.nodes.get(party as usize)
    }

    /// The id of a party; empty for a number that this graph did not give out.
    pub(crate) fn id(&self, party: u32) -> &str {
        self.node(party).map_or("", |node| node.id.as_str())
    }

    /// What `party` holds in others on `day`.
    pub(crate) fn held_by(&self, party: u32, day: Day) -> impl Iterator<Item = &Stake> {
        self.of_row(self.by_owner.row(party), day)
    }

    /// What is held in `party` on `day`.
    pub(crate) fn held_in(&self, party: u32, day: Day) -> impl Iterator<Item = &Stake> {
        self.of_row(self.by_owned.row(party), day)
    }

    fn of_row<'a>(&'a self, row: &'a [u32], day: Day) -> impl Iterator<Item = &'a Stake> {
        row.iter()
            .filter_map(|number| self.stakes.get(*number as usize))
            .filter(move |stake| stake.held_on(day))
    }

    /// On no day more than 100 percent: goes through the days on which stakes begin and end.
    fn check_sum(&self, party: u32, node: &Node) -> Result<(), GraphError> {
        let row = || self.by_owned.row(party).iter().filter_map(|number| self.stakes.get(*number as usize));
        for kind in InterestKind::ALL {
            // mostly all of them together are no more than everything, whatever the days
            let given = row().filter(|stake| stake.interest.gives(kind));
            if given.fold(Amount::ZERO, |sum, stake| sum.plus(&stake.min)) <= Amount::WHOLE {
                continue;
            }
            // a stake still counts on its last day, so on one day beginnings come before ends
            let mut events: Vec<(Day, bool, &Stake)> = row()
                .filter(|stake| stake.interest.gives(kind))
                .flat_map(|stake| [(stake.from, false, stake), (stake.to, true, stake)])
                .collect();
            events.sort_by_key(|(day, ends, _)| (*day, *ends));
            let mut sum = Amount::ZERO;
            for (day, ends, stake) in events {
                if ends {
                    sum = sum.minus(&stake.min);
                    continue;
                }
                sum = sum.plus(&stake.min);
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
                        owners_path: node.owners_path.clone(),
                        path: stake.path.to_string(),
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

/// Checks one stake by itself.
fn stake(
    nodes: &[Node],
    numbers: &HashMap<Box<str>, u32, RandomState>,
    edge: Edge,
) -> Result<Stake, GraphError> {
    let Edge { owner, owned, share: Share { min, max }, interest, from, to, path } = edge;
    let (Some(&owner), Some(&held)) = (numbers.get(owner.as_str()), numbers.get(owned.as_str())) else {
        let id = if numbers.contains_key(owner.as_str()) { owned } else { owner };
        return Err(GraphError::UnknownParty { path, id });
    };
    if min > max {
        return Err(GraphError::InvertedShare { path, share: Box::new(Share { min, max }) });
    }
    let least = Amount::of(&min);
    let most = if min == max { least.clone() } else { Amount::of(&max) };
    if most > Amount::WHOLE {
        return Err(GraphError::MoreThanAll { path, share: max });
    }
    if let (Some(from), Some(to)) = (from, to)
        && from > to
    {
        return Err(GraphError::InvertedDates { path, from, to });
    }
    if let Some(node) = nodes.get(held as usize) {
        if node.individual {
            return Err(GraphError::OwnersOfIndividual { path, id: node.id.clone() });
        }
        if node.owners != Disclosure::Given {
            return Err(GraphError::OwnersNotGiven { path, owners_path: node.owners_path.clone() });
        }
    }
    Ok(Stake {
        owner,
        owned: held,
        min: least,
        max: most,
        interest,
        from: from.map_or(Day::FIRST, Day::of),
        to: to.map_or(Day::LAST, Day::of),
        path: path.into_boxed_str(),
    })
}
