//! Which facts of an entity may agree with those of a query, as is known before the entity is read: from few bytes of it ([`FactRow`]), and from
//! still fewer beside its readings ([`ReadingFacts`]). Of most listed names none does, and then the name alone has to reach what is needed.
//!
//! Years of birth are those of persons only. Places that meet by chance leave nothing out.

use bytemuck::{Pod, Zeroable};
use countersign_names::NameKind;

use crate::adjust::{Facts, SLACK, most_of_birth};
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
        let years = facts.births.iter().fold(0, |set, b| set | year_bit(b.year));
        Self { countries, years, addresses: u64::from(!facts.addresses.is_empty()) }
    }

    /// The row that meets those of all entities whose facts may agree.
    fn asked(query: &Query) -> Self {
        let countries = query.countries.iter().fold(0, |set, c| set | country_bit(c.as_str()));
        let years = query.birth_date.map_or(0, |asked| year_bit(asked.year));
        Self { countries, years, addresses: u64::from(!query.addresses.is_empty()) }
    }
}

fn country_bit(code: &str) -> u64 {
    // the places of two letters at one distance differ
    let mix = |all: u32, c: u8| (all ^ u32::from(c.to_ascii_lowercase())).wrapping_mul(0x9e37_79b1);
    1 << (code.bytes().fold(0, mix) >> 26)
}

fn year_bit(year: i16) -> u64 {
    1 << year.rem_euclid(64)
}

/// What may agree: nothing, the birth date, a country, both.
pub(crate) const WAYS: usize = 4;
/// Both: then the least is needed.
pub(crate) const ALL_AGREE: usize = BIRTH + COUNTRY;
const BIRTH: usize = 1;
const COUNTRY: usize = 2;

/// The most that agreements add to a name's score, by what may agree.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bonuses {
    asked: FactRow,
    of: [f64; WAYS],
    address: f64,
}

impl Bonuses {
    /// Those of a query.
    pub(crate) fn of(query: &Query, weights: &Weights) -> Self {
        let most = |birth: bool, shared: bool| {
            let birth = query.birth_date.filter(|_| birth);
            let birth = birth.map_or(0.0, |asked| most_of_birth(asked, shared, weights));
            birth + if shared { weights.country } else { 0.0 } + SLACK
        };
        // no country agrees with none
        let with_country = !query.countries.is_empty();
        let of = [most(false, false), most(true, false), most(false, with_country), most(true, with_country)];
        let address = if query.addresses.is_empty() { 0.0 } else { weights.address.max(weights.city) };
        Self { asked: FactRow::asked(query), of, address }
    }

    /// Those of an entity at most, and not less than [`bonus`](crate::adjust::bonus): a birth date adds only where the year is the same.
    pub(crate) fn of_entity(&self, row: &FactRow) -> f64 {
        let meet = |a: u64, b: u64| usize::from(a & b != 0);
        let way =
            meet(row.years, self.asked.years) * BIRTH + meet(row.countries, self.asked.countries) * COUNTRY;
        let of_address = if row.addresses == 0 { 0.0 } else { self.address };
        self.of.get(way).copied().unwrap_or(f64::INFINITY) + of_address
    }

    /// Those of any entity at most.
    pub(crate) fn most(&self) -> f64 {
        self.of.iter().copied().fold(0.0, f64::max) + self.address
    }
}

/// What the facts of a reading's entity are, in few bytes beside its postings: the sets of a [`FactRow`], folded to 32 places each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct ReadingFacts {
    years: u32,
    countries: u32,
}

impl ReadingFacts {
    /// Those of an entity.
    pub(crate) fn of(facts: &FactRow) -> Self {
        Self { years: folded(facts.years), countries: folded(facts.countries) }
    }

    /// Those of both: what agrees with one agrees with this.
    pub(crate) fn with(self, other: Self) -> Self {
        Self { years: self.years | other.years, countries: self.countries | other.countries }
    }
}

fn folded(set: u64) -> u32 {
    (set | set >> 32) as u32
}

/// What is asked of names of one kind.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Need {
    /// The least score that can be of use: with all that facts can add.
    pub(crate) least: f64,
    /// The same by what may agree: the last is the least.
    pub(crate) of: [f64; WAYS],
    /// The places of the year and of the countries asked about.
    asked: ReadingFacts,
    /// Whether any are.
    any_asked: bool,
}

impl Need {
    /// What a name of this kind has to score, where `floor` is needed with all facts and `least` by the name.
    pub(crate) fn of(bonuses: &Bonuses, kind: NameKind, floor: f64, least: f64) -> Self {
        let Bonuses { asked, of: [_, birth, _, both], address } = *bonuses;
        let mut of = bonuses.of;
        let mut asked = ReadingFacts::of(&asked);
        if kind != NameKind::Person {
            // the years of bodies are not known: a birth date may always agree
            (of, asked.years) = ([birth, birth, both, both], 0);
        }
        let of = of.map(|bonus| (floor - bonus - address).max(least));
        Self {
            least: of.iter().copied().fold(f64::INFINITY, f64::min),
            of,
            asked,
            any_asked: asked != ReadingFacts::default(),
        }
    }

    /// What may agree of a reading; its facts are read only where any are asked about.
    pub(crate) fn way(&self, facts: impl FnOnce() -> ReadingFacts) -> usize {
        if !self.any_asked {
            // then all need the same
            return ALL_AGREE;
        }
        let ReadingFacts { years, countries } = facts();
        usize::from(years & self.asked.years != 0) * BIRTH
            + usize::from(countries & self.asked.countries != 0) * COUNTRY
    }
}

#[cfg(test)]
mod tests {
    use countersign_model::CountryCode;

    use super::*;
    use crate::adjust::bonus;

    #[test]
    fn no_entity_gains_more_than_its_row_and_its_set_say() {
        let weights = Weights::default();
        let dates = ["1955", "1955-02", "1955-02-11", "1987-02-11", "1923", "2019-01-01"];
        let codes = ["RU", "IR", "CN", "DE", "MM", "US"];
        let mut lifted = 0;
        let births = dates.iter().map(|date| vec![*date]).chain([vec![], vec!["1955", "1987"]]);
        for births in births {
            for own in [vec![], vec!["ru"], vec!["ir", "us"], vec!["mm"]] {
                for address in [false, true] {
                    let facts = Facts {
                        births: births.iter().map(|date| date.parse().unwrap()).collect(),
                        countries: own.iter().map(|code| (*code).to_owned()).collect(),
                        addresses: if address {
                            vec![crate::address::Address::of("1 Quill St")]
                        } else {
                            vec![]
                        },
                        ..Facts::default()
                    };
                    let row = FactRow::of(&facts);
                    for date in dates.into_iter().map(Some).chain([None]) {
                        for asked in [vec![], vec!["US"], vec!["RU", "DE"], codes.to_vec()] {
                            let query = Query {
                                birth_date: date.map(|date| date.parse().unwrap()),
                                countries: asked.iter().map(|code| CountryCode::new(code).unwrap()).collect(),
                                ..Query::named("Quill")
                            };
                            let (bonuses, gains) =
                                (Bonuses::of(&query, &weights), bonus(&query, &facts, &weights));
                            lifted += usize::from(gains > 0.1);
                            assert!(gains <= bonuses.of_entity(&row) + 1e-12, "{query:?} {facts:?}");
                            assert!(bonuses.of_entity(&row) <= bonuses.most() + 1e-12);
                            for kind in NameKind::ALL {
                                let need = Need::of(&bonuses, kind, 0.7, 0.0);
                                assert!(
                                    need.of[need.way(|| ReadingFacts::of(&row))] + gains <= 0.7 + 1e-12,
                                    "{kind:?} {query:?} {facts:?}"
                                );
                                let [.., least] = need.of;
                                assert!(need.of.iter().all(|one| *one >= least) && need.least == least);
                            }
                        }
                    }
                }
            }
        }
        assert!(lifted > 100, "{lifted}");
    }
}
