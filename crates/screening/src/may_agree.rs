//! Which facts of an entity may agree with those of a query and which differ, as is known before the entity is read: from few bytes of it ([`FactRow`]),
//! and from still fewer beside its readings ([`ReadingFacts`]). Of most listed names none agrees and some differ, and then the name has to score more than
//! what is needed in the end.
//!
//! Years of birth are those of persons only. Places that meet by chance leave nothing out: what agrees adds more than what is unknown, and that more than
//! what differs.

use bytemuck::{Pod, Zeroable};
use countersign_names::NameKind;

use crate::adjust::{Facts, SLACK, may_be_near, most_of_birth};
use crate::query::Query;
use crate::weights::Weights;

/// What the facts of an entity can add, in few bytes: sets of its countries and of the years of its birth dates, hashed, and whether
/// it has an address. An index asks this before it reads the entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct FactRow {
    countries: u64,
    years: u64,
    addresses: u64,
}

impl FactRow {
    /// The row of an entity.
    pub(crate) fn of(facts: &Facts) -> Self {
        let countries = facts.countries.iter().fold(0, |set, c| set | country_bit(c));
        let years = facts.births.iter().fold(0, |set, b| set | year_bit(b.year.into()));
        Self { countries, years, addresses: u64::from(!facts.addresses.is_empty()) }
    }
}

fn country_bit(code: &str) -> u64 {
    // the places of two letters at one distance differ
    let mix = |all: u32, c: u8| (all ^ u32::from(c.to_ascii_lowercase())).wrapping_mul(0x9e37_79b1);
    1 << (code.bytes().fold(0, mix) >> 26)
}

fn year_bit(year: i32) -> u64 {
    1 << year.rem_euclid(64)
}

/// In how many ways the facts of an entity may stand to those of a query: three of the birth date, and three of the countries.
pub(crate) const WAYS: usize = 9;
/// Both may agree: then the least is needed.
pub(crate) const ALL_AGREE: usize = way(AGREES, AGREES);
/// Both differ: then the most is needed.
pub(crate) const ALL_DIFFER: usize = way(DIFFERS, DIFFERS);
/// It is known and another one: what the name scores is lowered.
const DIFFERS: usize = 0;
/// It is not known, or not so far off that it is known how much it lowers.
const OPEN: usize = 1;
/// It may be the same.
const AGREES: usize = 2;

const fn way(birth: usize, country: usize) -> usize {
    3 * birth + country
}

/// The sets of years, or of countries, that agree with what is asked, and of those that do not differ for certain.
#[derive(Debug, Clone, Copy, Default)]
struct AskedSet {
    same: u64,
    close: u64,
}

impl AskedSet {
    /// How those of an entity stand to it; where none is asked, or none known, nothing speaks against it.
    fn state(self, set: u64) -> usize {
        match set {
            _ if self.same == 0 => AGREES,
            0 => OPEN,
            _ => usize::from(set & self.close != 0) + usize::from(set & self.same != 0),
        }
    }
}

/// What agreements add to a name's score at most, and what it is multiplied with before, at most: by the way in which facts stand to each other.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bonuses {
    years: AskedSet,
    countries: AskedSet,
    of: [f64; WAYS],
    factors: [f64; WAYS],
    address: f64,
}

impl Bonuses {
    /// Those of a query.
    pub(crate) fn of(query: &Query, weights: &Weights) -> Self {
        let (mut of, mut factors) = ([0.0; WAYS], [1.0; WAYS]);
        let with_country = !query.countries.is_empty();
        for birth in [DIFFERS, OPEN, AGREES] {
            for country in [DIFFERS, OPEN, AGREES] {
                // no country agrees with none
                let shared = country == AGREES && with_country;
                let date = query.birth_date.filter(|_| birth == AGREES);
                let added = date.map_or(0.0, |asked| most_of_birth(asked, shared, weights))
                    + if shared { weights.country } else { 0.0 }
                    + SLACK;
                // whoever holds a number that is asked is found whatever differs, and shown with the name that is nearest
                let counts = |state: usize| state == DIFFERS && query.identifiers.is_empty();
                let kept = |state: usize, share: f64| if counts(state) { 1.0 - share } else { 1.0 };
                let factor = kept(birth, weights.birth_differs) * kept(country, weights.country_differs);
                let slots = (of.get_mut(way(birth, country)), factors.get_mut(way(birth, country)));
                if let (Some(bonus), Some(kept)) = slots {
                    (*bonus, *kept) = (added, factor);
                }
            }
        }
        let same = query.countries.iter().fold(0, |set, c| set | country_bit(c.as_str()));
        let countries = AskedSet { same, close: same };
        let years = query.birth_date.map_or(AskedSet::default(), |asked| AskedSet {
            same: year_bit(asked.year.into()),
            close: may_be_near(asked.year).fold(0, |set, year| set | year_bit(year)),
        });
        let address = if query.addresses.is_empty() { 0.0 } else { weights.address.max(weights.city) };
        Self { years, countries, of, factors, address }
    }

    /// What agreements of an entity add at most, and not less than [`bonus`](crate::adjust::bonus): a birth date adds only where the year is the same.
    pub(crate) fn of_entity(&self, row: &FactRow) -> f64 {
        let of_address = if row.addresses == 0 { 0.0 } else { self.address };
        self.of.get(self.way(row)).copied().unwrap_or(f64::INFINITY) + of_address
    }

    /// What the name of an entity has to score so that it may reach `floor` with all facts.
    pub(crate) fn need_of_entity(&self, row: &FactRow, floor: f64) -> f64 {
        let of_address = if row.addresses == 0 { 0.0 } else { self.address };
        self.need(self.way(row), floor - of_address)
    }

    /// Those of any entity at most.
    pub(crate) fn most(&self) -> f64 {
        self.of.iter().copied().fold(0.0, f64::max) + self.address
    }

    fn way(&self, row: &FactRow) -> usize {
        way(self.years.state(row.years), self.countries.state(row.countries))
    }

    /// What a name has to score for `floor`: what differs multiplies first, then what agrees is added.
    fn need(&self, way: usize, floor: f64) -> f64 {
        let of = |each: &[f64; WAYS]| each.get(way).copied();
        let (bonus, factor) = (of(&self.of).unwrap_or(f64::INFINITY), of(&self.factors).unwrap_or(1.0));
        // the same difference, taken in another order, may differ in its last digits
        let missing = floor - bonus - 1e-9;
        if missing > 0.0 { missing / factor } else { missing }
    }
}

/// What the facts of a reading's entity are, in few bytes beside its postings: the sets of a [`FactRow`], folded, each with the place [`UNKNOWN`] for an
/// entity of which none is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct ReadingFacts {
    years: u32,
    countries: u32,
}

/// The place of what is not known.
const UNKNOWN: u32 = 1 << 31;

impl ReadingFacts {
    /// Those of no entity.
    pub(crate) const NONE: Self = Self { years: 0, countries: 0 };
    /// Those of which nothing is known: all may agree.
    pub(crate) const ANY: Self = Self { years: u32::MAX, countries: u32::MAX };

    /// Those of an entity.
    pub(crate) fn of(facts: &FactRow) -> Self {
        let of = |set: u64| if set == 0 { UNKNOWN } else { folded(set) };
        Self { years: of(facts.years), countries: of(facts.countries) }
    }

    /// Those of both: what agrees with one agrees with this, and what differs from this differs from both.
    pub(crate) fn with(self, other: Self) -> Self {
        Self { years: self.years | other.years, countries: self.countries | other.countries }
    }
}

/// A set in 31 places.
fn folded(set: u64) -> u32 {
    let set = (set | set >> 32) as u32;
    set & !UNKNOWN | (set & UNKNOWN) >> 1
}

/// What is asked of names of one kind.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Need {
    /// The least score that can be of use: with all that facts can add.
    pub(crate) least: f64,
    /// The same by the way in which facts stand to each other: the last is the least.
    pub(crate) of: [f64; WAYS],
    /// The places of the year and of the countries asked about.
    same: ReadingFacts,
    /// Those and the places of what does not differ for certain.
    close: ReadingFacts,
    /// Whether any are.
    any_asked: bool,
}

impl Need {
    /// What a name of this kind has to score, where `floor` is needed with all facts and `least` by the name.
    pub(crate) fn of(bonuses: &Bonuses, kind: NameKind, floor: f64, least: f64) -> Self {
        let Bonuses { mut years, countries, address, .. } = *bonuses;
        if kind != NameKind::Person {
            // the years of bodies are not known: a birth date may always agree
            years = AskedSet::default();
        }
        let places = |asked: AskedSet| match asked.same {
            0 => (u32::MAX, u32::MAX),
            same => (folded(same), folded(same | asked.close) | UNKNOWN),
        };
        let ((same_years, close_years), (same_countries, close_countries)) =
            (places(years), places(countries));
        let mut of = [0.0; WAYS];
        for birth in [DIFFERS, OPEN, AGREES] {
            for country in [DIFFERS, OPEN, AGREES] {
                // what is not asked stands in one way only
                let known = |asked: AskedSet, state: usize| if asked.same == 0 { AGREES } else { state };
                let same = way(known(years, birth), known(countries, country));
                if let Some(need) = of.get_mut(way(birth, country)) {
                    *need = bonuses.need(same, floor - address).max(least);
                }
            }
        }
        Self {
            least: of.iter().copied().fold(f64::INFINITY, f64::min),
            of,
            same: ReadingFacts { years: same_years, countries: same_countries },
            close: ReadingFacts { years: close_years, countries: close_countries },
            any_asked: years.same != 0 || countries.same != 0,
        }
    }

    /// How the facts of a reading stand to those asked about; they are read only where any are.
    #[inline(always)]
    pub(crate) fn way(&self, facts: impl FnOnce() -> ReadingFacts) -> usize {
        if !self.any_asked {
            // then all need the same
            return ALL_AGREE;
        }
        let ReadingFacts { years, countries } = facts();
        let state =
            |set: u32, same: u32, close: u32| usize::from(set & close != 0) + usize::from(set & same != 0);
        way(
            state(years, self.same.years, self.close.years),
            state(countries, self.same.countries, self.close.countries),
        )
    }

    /// What is needed in a way.
    pub(crate) fn in_way(&self, way: usize) -> f64 {
        self.of.get(way).copied().unwrap_or(self.least)
    }
}

#[cfg(test)]
mod tests {
    use countersign_model::CountryCode;

    use countersign_names::Score;

    use super::*;
    use crate::adjust::{adjust, bonus};

    const DATES: [&str; 11] = [
        "1955",
        "1955-02",
        "1955-02-11",
        "1956-02-11",
        "1953",
        "1957-01-01",
        "1965-02-11",
        "1987-02-11",
        "1978-02-11",
        "1923",
        "2019-01-01",
    ];

    /// All that may be known of an entity.
    fn entities() -> Vec<Facts> {
        let births = DATES.iter().map(|date| vec![*date]).chain([vec![], vec!["1955", "1987"]]);
        let own = [vec![], vec!["ru"], vec!["ir", "us"], vec!["mm"]];
        let addresses = [vec![], vec![crate::address::Address::of("1 Quill St")]];
        let all = births.flat_map(|births| own.iter().map(move |own| (births.clone(), own)));
        let all =
            all.flat_map(|(births, own)| addresses.iter().map(move |address| (births.clone(), own, address)));
        all.map(|(births, own, addresses)| Facts {
            births: births.iter().map(|date| date.parse().unwrap()).collect(),
            countries: own.iter().map(|code| (*code).to_owned()).collect(),
            addresses: addresses.clone(),
            ..Facts::default()
        })
        .collect()
    }

    fn queries() -> impl Iterator<Item = Query> {
        let codes = ["RU", "IR", "CN", "DE", "MM", "US"];
        DATES.into_iter().map(Some).chain([None]).flat_map(move |date| {
            [vec![], vec!["US"], vec!["RU", "DE"], codes.to_vec()].into_iter().map(move |asked| Query {
                birth_date: date.map(|date| date.parse().unwrap()),
                countries: asked.iter().map(|code| CountryCode::new(code).unwrap()).collect(),
                ..Query::named("Quill")
            })
        })
    }

    #[test]
    fn no_entity_gains_more_than_its_row_and_its_set_say() {
        let weights = Weights::default();
        let (mut lifted, mut lowered) = (0, 0);
        for facts in entities() {
            let row = FactRow::of(&facts);
            for query in queries() {
                let (bonuses, gains) = (Bonuses::of(&query, &weights), bonus(&query, &facts, &weights));
                lifted += usize::from(gains > 0.1);
                assert!(gains <= bonuses.of_entity(&row) + 1e-12, "{query:?} {facts:?}");
                assert!(bonuses.of_entity(&row) <= bonuses.most() + 1e-12);
                let own_need = bonuses.need_of_entity(&row, 0.7);
                lowered += usize::from(own_need > 0.72);
                for kind in NameKind::ALL {
                    let need = Need::of(&bonuses, kind, 0.7, 0.0);
                    let way = need.way(|| ReadingFacts::of(&row));
                    let with_others = need.way(|| ReadingFacts::of(&row).with(ReadingFacts::ANY));
                    assert!(need.in_way(way) <= own_need + 1e-12, "{kind:?} {query:?} {facts:?}");
                    assert!(need.in_way(with_others) <= need.in_way(way));
                    assert!(need.of.iter().all(|one| *one >= need.least), "{need:?}");
                }
                // what scores less does not get there
                for (hundredths, agreed) in (20..=100).flat_map(|n| [(n, 1.0), (n, 3.0)]) {
                    let score = Score { score: f64::from(hundredths) / 100.0, agreed };
                    for person in [false, true] {
                        let (all, _) = adjust(&query, &facts, score, person, &weights);
                        assert!(score.score >= own_need || all < 0.7, "{score:?} {query:?} {facts:?}");
                    }
                }
            }
        }
        assert!(lifted > 100 && lowered > 100, "{lifted} {lowered}");
    }

    #[test]
    fn where_one_of_several_is_not_known_nothing_differs() {
        let row = |years: u64, countries: u64| FactRow { years, countries, addresses: 0 };
        let query = Query {
            birth_date: Some("1955".parse().unwrap()),
            countries: vec![CountryCode::new("US").unwrap()],
            ..Query::named("Quill")
        };
        let need = Need::of(&Bonuses::of(&query, &Weights::default()), NameKind::Person, 0.7, 0.0);
        let of = |facts: ReadingFacts| need.way(|| facts);
        let others = row(year_bit(1980), country_bit("ru"));
        assert_eq!(of(ReadingFacts::of(&others)), ALL_DIFFER);
        assert_eq!(of(ReadingFacts::of(&others).with(ReadingFacts::of(&row(0, 0)))), way(OPEN, OPEN));
        let both = row(year_bit(1955), country_bit("us"));
        assert_eq!(of(ReadingFacts::of(&others).with(ReadingFacts::of(&both))), ALL_AGREE);
        assert_eq!(of(ReadingFacts::of(&row(year_bit(1957), 0))), way(OPEN, OPEN));
        // each place of a set is one, and none is that of what is not known
        for bit in 0..64 {
            let (year, country) = (row(1 << bit, 0), row(0, 1 << bit));
            let (year, country) = (ReadingFacts::of(&year), ReadingFacts::of(&country));
            assert!(year.years & UNKNOWN == 0 && year.years.count_ones() == 1 && year.countries == UNKNOWN);
            assert!(country.countries & UNKNOWN == 0 && country.countries.count_ones() == 1);
        }
    }
}
