//! Two states that differ in one fact and in the answer: is there such a pair?
//!
//! The search gives each party of a module its *status* in each *front*: whether its stakes count. Front 0 is the
//! first state, front 1 the second; without aggregation both are about one listed person, and the further fronts
//! are the first state as the other certainly listed persons see it, none of whom may reach the party. A status is
//! possible in a party if shares exist that give it, and that is a question about sums of least shares only:
//!
//! - a front in which the sum must miss the line does so if the least shares of those that count miss it;
//! - a front in which it must meet the line does so if 100 less the least shares of those that do *not* count
//!   meets it, and if it can rise above every front that must miss it (the same unknown holders are in all).
//!
//! At the end, whoever counts must do so for a reason: statuses that only hold each other up are no least fixed
//! point and are refused.

use crate::amount::Amount;
use crate::reach::Reach;
use crate::rule::{InterestKind, Line};
use crate::settle::cut::{Cut, Doubted, Owner};
use crate::settle::fronts::{FIRST, Fronts, Local, MAX_FRONTS, SECOND, first_bits, open};
use crate::settle::modules::Modules;
use crate::settle::question::{Origin, Question};

/// Larger modules are not searched (the search goes one call deeper for each party).
const MAX_REGION: usize = 3_000;

/// Whose fronts are looked at.
#[derive(Debug, Clone, Copy)]
struct Person {
    /// The place of the person; `None`: all listed persons together, or one whom nobody named.
    seed: Option<usize>,
}

/// The search over one cut.
pub(crate) struct Search<'a> {
    reach: &'a Reach<'a>,
    cut: &'a Cut,
    modules: &'a Modules,
    question: &'a Question,
    kinds: [bool; 2],
    /// For each party those in which it has stakes.
    below: Vec<Vec<usize>>,
    left: u64,
    complete: bool,
}

impl<'a> Search<'a> {
    pub(crate) fn new(
        reach: &'a Reach<'a>,
        cut: &'a Cut,
        modules: &'a Modules,
        question: &'a Question,
    ) -> Self {
        let mut below: Vec<Vec<usize>> = vec![Vec::new(); cut.parties.len()];
        for place in 0..cut.parties.len() {
            for owner in cut.owners(place) {
                if let Some(list) = below.get_mut(owner)
                    && list.last() != Some(&place)
                {
                    list.push(place);
                }
            }
        }
        let kinds = InterestKind::ALL.map(|kind| reach.rule.counts.contains(&kind));
        Self { reach, cut, modules, question, kinds, below, left: reach.left.get(), complete: true }
    }

    /// How many stakes may still be looked at.
    pub(crate) fn left(&self) -> u64 {
        self.left
    }

    /// Whether no search was cut short.
    pub(crate) fn is_complete(&self) -> bool {
        self.complete
    }

    /// Whether there is a pair of states that differ at `origin` only and in the answer for `root`.
    /// `region`: the module of `root`.
    pub(crate) fn matters(&mut self, root: usize, region: &[usize], origin: &Origin) -> bool {
        if region.len() > MAX_REGION {
            self.complete = false;
            return true;
        }
        self.persons(origin).into_iter().any(|person| {
            let mut task = Task::new(self, root, *origin, person, region);
            task.run()
        })
    }

    /// The persons whose fronts may show the difference.
    fn persons(&self, origin: &Origin) -> Vec<Person> {
        if self.reach.rule.aggregate {
            return vec![Person { seed: None }];
        }
        // whether somebody is listed shows in that one's own fronts only
        if let Origin::Listing(place) = origin {
            return vec![Person { seed: Some(*place) }];
        }
        let listed = self.cut.parties.iter().enumerate();
        let listed = listed.filter(|(_, party)| party.listed || party.listing.is_some());
        let listed = listed.map(|(place, _)| Person { seed: Some(place) });
        std::iter::once(Person { seed: None }).chain(listed).collect()
    }

    /// The line that decides who counts.
    fn met(&self, sum: &Amount) -> bool {
        self.reach.line.met_by(sum)
    }
}

/// One search: a root, an origin, a person.
struct Task<'s, 'a> {
    search: &'s mut Search<'a>,
    root: usize,
    origin: Origin,
    person: Person,
    region: &'s [usize],
    /// The further fronts: other certainly listed persons, by place.
    others: Vec<usize>,
    /// The statuses given so far, by place.
    given: Vec<Option<Fronts>>,
    inside: Vec<bool>,
}

impl<'s, 'a> Task<'s, 'a> {
    fn new(
        search: &'s mut Search<'a>,
        root: usize,
        origin: Origin,
        person: Person,
        region: &'s [usize],
    ) -> Self {
        let count = search.cut.parties.len();
        let mut others = Vec::new();
        if !search.reach.rule.aggregate {
            let listed = search.cut.parties.iter().enumerate().filter(|(_, party)| party.listed);
            others.extend(
                listed
                    .map(|(place, _)| place)
                    .filter(|place| person.seed != Some(*place))
                    .take(MAX_FRONTS - 2),
            );
        }
        let mut inside = vec![false; count];
        for place in region {
            if let Some(mark) = inside.get_mut(*place) {
                *mark = true;
            }
        }
        Self { search, root, origin, person, region, others, given: vec![None; count], inside }
    }

    fn run(&mut self) -> bool {
        self.assign(0)
    }

    fn fronts(&self) -> usize {
        2 + self.others.len()
    }

    /// The party itself is asked for its attributed share; the root of a module for whether it counts.
    fn asks_for_sum(&self, place: usize) -> bool {
        place == self.root && place == super::cut::TARGET
    }

    /// A root of a module inside: its status is free.
    fn is_free(&self, place: usize) -> bool {
        place != self.root && self.search.modules.is_root(place)
    }

    /// Gives statuses to the parties of the region from `at` on.
    fn assign(&mut self, at: usize) -> bool {
        let Some(&place) = self.region.get(at) else { return self.stands() };
        for status in self.options(place) {
            if self.search.left == 0 {
                // not dismissed, so it is named
                self.search.complete = false;
                return true;
            }
            self.set(place, Some(status));
            if self.fits_around(place) && self.assign(at + 1) {
                return true;
            }
        }
        self.set(place, None);
        false
    }

    fn set(&mut self, place: usize, status: Option<Fronts>) {
        if let Some(slot) = self.given.get_mut(place) {
            *slot = status;
        }
    }

    /// The statuses that a party may have, those that carry the difference first.
    fn options(&self, place: usize) -> Vec<Fronts> {
        let all: Fronts = (1 << self.fronts()) - 1;
        let Some(party) = self.search.cut.party(place) else { return Vec::new() };
        if self.is_free(place) {
            return if self.origin == Origin::Module(place) { vec![SECOND] } else { vec![0, all] };
        }
        let seeds = self.seeds(place, party);
        let mut options = Vec::new();
        for status in [SECOND, 0, FIRST | SECOND] {
            for more in 0..1 << self.others.len() {
                let status: Fronts = status | more << 2;
                // who is a seed counts; and one state has at least whoever counts in the other
                let differs = status & (FIRST | SECOND) == SECOND;
                if status & seeds == seeds && (!self.must_differ(place) || differs) {
                    options.push(status);
                }
            }
        }
        options
    }

    /// Whether the status of a party has to differ between the two states.
    fn must_differ(&self, place: usize) -> bool {
        let at_origin = match self.origin {
            Origin::Listing(origin) | Origin::Module(origin) => origin == place,
            // at the party itself the sum moves even where the line is not crossed, or where it is listed
            Origin::Rest(origin) | Origin::Interval(origin, _) => {
                origin == place && !self.asks_for_sum(place)
            }
        };
        at_origin || (place == self.root && !self.asks_for_sum(place))
    }

    /// The fronts in which a party counts because it is listed for certain.
    fn seeds(&self, place: usize, party: &Doubted) -> Fronts {
        if self.search.reach.rule.aggregate {
            let listed = if party.listed { FIRST | SECOND } else { 0 };
            return if self.origin == Origin::Listing(place) { SECOND } else { listed };
        }
        let mut seeds = 0;
        if self.person.seed == Some(place) {
            seeds |= SECOND;
            if self.origin != Origin::Listing(place) {
                seeds |= FIRST;
            }
        }
        if let Some(other) = self.others.iter().position(|other| *other == place) {
            seeds |= 1 << (2 + other);
        }
        seeds
    }

    /// Whether a party can be in these fronts without its owners: by being listed.
    fn excused(&self, place: usize, party: &Doubted, status: Fronts) -> Fronts {
        let seeds = self.seeds(place, party);
        let may_be = self.search.reach.rule.aggregate && party.listing.is_some();
        // listed in both states, then, since only one fact differs
        let both = may_be && status & (FIRST | SECOND) == FIRST | SECOND;
        if both { seeds | FIRST | SECOND } else { seeds }
    }

    /// Whether `place` and those in which it has stakes can still have their statuses.
    fn fits_around(&mut self, place: usize) -> bool {
        if !self.fits(place) {
            return false;
        }
        let below = self.search.below.get(place).cloned().unwrap_or_default();
        below.into_iter().all(|owned| {
            let looked_at = self.inside.get(owned).copied().unwrap_or(false) && !self.is_free(owned);
            let given = self.given.get(owned).copied().flatten().is_some();
            !looked_at || !given || owned == place || self.fits(owned)
        })
    }

    /// Whether shares can exist that give `place` its status, taking owners without a status as it suits.
    fn fits(&mut self, place: usize) -> bool {
        let cut = self.search.cut;
        let (Some(party), Some(status)) = (cut.party(place), self.given.get(place).copied().flatten()) else {
            return true;
        };
        if self.is_free(place) {
            return true;
        }
        let local = self.local(party, |given| given.unwrap_or(Fronts::MAX), |given| given.unwrap_or(0));
        let excused = self.excused(place, party, status);
        let all: Fronts = (1 << self.fronts()) - 1;
        if !self.asks_for_sum(place) {
            let listing = self.origin == Origin::Listing(place);
            let met = status & !excused;
            // the second state of a party whose listing is the difference may have any sum
            let missed = all & !status & !if listing { SECOND } else { 0 };
            return self.misses(&local, missed) && self.meets(place, party, &local, met, missed);
        }
        let first = all & !SECOND;
        match self.search.question {
            Question::Share => {
                self.moves(place, party, &local, first) && self.holds_as_owner(place, party, &local, status)
            }
            Question::Line(line) => {
                let line = line.clone();
                let lower = first_bits(first)
                    .all(|front| self.kinds().all(|kind| !line.met_by(local.least(front, kind))));
                lower
                    && self.crosses(place, party, &local, &line, SECOND, first)
                    && self.holds_as_owner(place, party, &local, status)
            }
        }
    }

    /// The party that is asked for may own its own owners: then its status has to be possible, too.
    fn holds_as_owner(&self, place: usize, party: &Doubted, local: &Local, status: Fronts) -> bool {
        if self.search.below.get(place).is_none_or(Vec::is_empty) {
            return true;
        }
        let excused = self.excused(place, party, status);
        let can_meet = first_bits(status & !excused).all(|front| {
            self.kinds().any(|kind| self.search.met(&local.most(front, kind).plus(open(party, kind))))
        });
        // the sum of the second state meets the line that is asked about, so it counts if that is the rule's own
        let missed = ((1 << self.fronts()) - 1) & !status;
        let (own, missed) = match self.search.question {
            Question::Line(line) => (*line == self.search.reach.line, missed & !SECOND),
            Question::Share => (false, missed),
        };
        can_meet && (!own || status & SECOND != 0) && self.misses(local, missed)
    }

    fn kinds(&self) -> impl Iterator<Item = usize> + use<> {
        let kinds = self.search.kinds;
        (0..2).filter(move |kind| kinds.get(*kind).copied().unwrap_or(false))
    }

    /// In these fronts the sum can miss the line.
    fn misses(&self, local: &Local, fronts: Fronts) -> bool {
        first_bits(fronts).all(|front| self.kinds().all(|kind| !self.search.met(local.least(front, kind))))
    }

    /// In these fronts the sum can meet the line, while in `missed` it misses it.
    fn meets(&self, place: usize, party: &Doubted, local: &Local, met: Fronts, missed: Fronts) -> bool {
        let line = self.search.reach.line.clone();
        first_bits(met).all(|front| self.crosses(place, party, local, &line, 1 << front, missed))
    }

    /// In the one front of `met` the sum can meet a line that it misses in the others.
    fn crosses(
        &self,
        place: usize,
        party: &Doubted,
        local: &Local,
        line: &Line,
        met: Fronts,
        missed: Fronts,
    ) -> bool {
        let front = met.trailing_zeros() as usize;
        let top = |front: usize, kind: usize| local.most(front, kind).plus(open(party, kind));
        // where the difference begins, the second state has other numbers than the first
        let begins = met == SECOND && missed & FIRST != 0 && self.begins_at(place);
        self.kinds().any(|kind| {
            if !line.met_by(&top(front, kind)) {
                return false;
            }
            match (begins, self.origin) {
                (true, Origin::Rest(_)) => *open(party, kind) > Amount::ZERO,
                (true, Origin::Interval(_, stake)) => {
                    self.interval_crosses(party, local, line, stake, front, kind)
                }
                _ => first_bits(missed).all(|other| {
                    let other_top = local.most(other, kind).plus(open(party, kind));
                    !line.met_by(&other_top) || local.may_exceed(party, front, other, kind)
                }),
            }
        })
    }

    fn begins_at(&self, place: usize) -> bool {
        matches!(self.origin, Origin::Rest(at) | Origin::Interval(at, _) if at == place)
    }

    /// Whether moving one stake within its interval can carry the sum over the line, which it can meet at most.
    /// It can, unless the line is the very most that can be reached and only what is left open fills it: then
    /// the stake takes from one what it gives to the other.
    fn interval_crosses(
        &self,
        party: &Doubted,
        local: &Local,
        line: &Line,
        stake: usize,
        front: usize,
        kind: usize,
    ) -> bool {
        let Some(held) = party.stakes.get(stake) else { return false };
        if !held.gives.get(kind).copied().unwrap_or(false) {
            return false;
        }
        let top = local.most(front, kind).plus(open(party, kind));
        let counted = local.possible(stake) & 1 << front != 0;
        if !counted || line.is_below(&top) {
            return true;
        }
        let mut filled = Amount::ZERO;
        for (number, other) in party.stakes.iter().enumerate() {
            if other.gives.get(kind).copied().unwrap_or(false) && local.possible(number) & 1 << front != 0 {
                filled = filled.plus(&other.max);
            }
        }
        line.met_by(&filled)
    }

    /// Whether the sum can differ between the states: it is larger in the second than in all fronts of the first.
    fn moves(&self, place: usize, party: &Doubted, local: &Local, first: Fronts) -> bool {
        let begins = self.begins_at(place);
        self.kinds().any(|kind| {
            let grows = match (begins, self.origin) {
                (true, Origin::Rest(_)) => *open(party, kind) > Amount::ZERO,
                (true, Origin::Interval(_, stake)) => {
                    party.stakes.get(stake).is_some_and(|held| held.gives.get(kind).copied().unwrap_or(false))
                }
                _ => first_bits(first).all(|other| local.may_exceed(party, 1, other, kind)),
            };
            let top = local.most(1, kind).plus(open(party, kind));
            grows
                && self
                    .kinds()
                    .filter(|other| *other != kind)
                    .all(|other| first_bits(first).all(|front| top > *local.least(front, other)))
        })
    }

    /// The sums in a party, given who of its owners counts at most (`most`) and at least (`least`).
    fn local(
        &mut self,
        party: &Doubted,
        most: impl Fn(Option<Fronts>) -> Fronts,
        least: impl Fn(Option<Fronts>) -> Fronts,
    ) -> Local {
        self.pay_for(party);
        sums(party, self.fronts(), |place| {
            let given = self.given.get(place).copied().flatten();
            (most(given), least(given))
        })
    }

    fn pay_for(&mut self, party: &Doubted) {
        self.search.left = self.search.left.saturating_sub(party.stakes.len() as u64 + 1);
    }

    /// Every party has a status that fits: does everyone who counts do so for a reason?
    fn stands(&mut self) -> bool {
        let cut = self.search.cut;
        let region = self.region;
        let mut derived: Vec<Fronts> = vec![0; cut.parties.len()];
        let given: Vec<Option<Fronts>> = self.given.clone();
        let status_of = |place: usize| given.get(place).copied().flatten().unwrap_or_default();
        for &place in region {
            if let (Some(party), Some(slot)) = (cut.party(place), derived.get_mut(place)) {
                let status = status_of(place);
                *slot =
                    if self.is_free(place) { status } else { self.excused(place, party, status) & status };
            }
        }
        let all: Fronts = (1 << self.fronts()) - 1;
        loop {
            let mut grew = false;
            for &place in region.iter().rev() {
                let (Some(party), status) = (cut.party(place), status_of(place)) else { continue };
                let have = derived.get(place).copied().unwrap_or_default();
                let lacking = status & !have;
                if lacking == 0 || self.is_free(place) {
                    continue;
                }
                let local = self.derived_local(party, &derived, &given);
                let mut missed = all & !status;
                let line = self.search.reach.line.clone();
                // the sum of the party that is asked for misses the line in the first state even where it is listed,
                // and the unknown holders who carry it over the line here are the same there
                if self.asks_for_sum(place)
                    && matches!(self.search.question, Question::Line(asked) if *asked == line)
                {
                    missed |= all & !SECOND;
                }
                let now = first_bits(lacking)
                    .filter(|front| self.crosses(place, party, &local, &line, 1 << front, missed))
                    .fold(0, |bits, front| bits | 1 << front);
                if now != 0 {
                    grew = true;
                    if let Some(slot) = derived.get_mut(place) {
                        *slot |= now;
                    }
                }
            }
            if !grew {
                break;
            }
        }
        let stands =
            region.iter().all(|place| derived.get(*place).copied().unwrap_or_default() == status_of(*place));
        if !stands || !self.asks_for_sum(self.root) {
            return stands;
        }
        // the sum of the party itself, from those who count for a reason
        let Some(party) = cut.party(self.root) else { return false };
        let local = self.derived_local(party, &derived, &given);
        let first = all & !SECOND;
        match self.search.question {
            Question::Share => self.moves(self.root, party, &local, first),
            Question::Line(line) => {
                let line = line.clone();
                self.crosses(self.root, party, &local, &line, SECOND, first)
            }
        }
    }

    /// The sums with those who count for a reason so far as the most, and those who count at all as the least.
    fn derived_local(&mut self, party: &Doubted, derived: &[Fronts], given: &[Option<Fronts>]) -> Local {
        self.pay_for(party);
        sums(party, self.fronts(), |place| {
            let derived = derived.get(place).copied().unwrap_or_default();
            (derived, given.get(place).copied().flatten().unwrap_or_default())
        })
    }
}

/// The sums in a party; `of` gives for which fronts an owner in doubt counts at most and at least.
fn sums(party: &Doubted, fronts: usize, of: impl Fn(usize) -> (Fronts, Fronts)) -> Local {
    let mut local = Local::new(fronts, party.stakes.len());
    for held in &party.stakes {
        let (upper, lower) = match held.owner {
            Owner::Known(true) => (Fronts::MAX, Fronts::MAX),
            Owner::Known(false) => (0, 0),
            Owner::Doubted(place) => of(place),
        };
        local.add(held, upper, lower, fronts);
    }
    local
}
