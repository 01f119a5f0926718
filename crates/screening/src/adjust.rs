//! Facts besides the name: what they do to a score ([`Weights`]).
//!
//! | fact | agrees | disagrees |
//! |---|---|---|
//! | identifier | the score is 1 | `imoNumber`, `leiCode`: lowered, others say nothing |
//! | birth date | added, by how much of it is known; a year alone half where no country agrees | lowered, by how far it is off |
//! | country | added | lowered; a person's little where the list tells no nationality |
//! | address | added | nothing: parties move |
//! | gender | nothing | lowered |
//!
//! Disagreements multiply first, then agreements are added, and the sum ends at 1. Absent facts change nothing. What
//! disagrees weighs more against a name that many bear ([`commonness`]): a namesake is likelier then. Even so no country
//! that differs takes a name that agrees letter for letter below the default threshold; a birth date that is years off
//! does so for the most common names alone, and then it is a near miss.

use countersign_model::{CountryCode, Entity, EntitySchema};
use countersign_names::Score;

use crate::address::{Address, Agreement};
use crate::hit::{Adjustment, Fact};
use crate::numbers::is_mail;
use crate::query::{BirthDate, Gender, Identifier, Query};
use crate::weights::Weights;

/// How much of a person's name agrees (the weight of its parts) from which on it is a rare one.
const RARE: f64 = 2.0;
/// And up to which it is one that thousands bear.
const COMMON: f64 = 1.1;

/// From 0, a rare name or one of a body, to 1, a name that thousands of persons bear.
fn commonness(score: Score, person: bool) -> f64 {
    if person { ((RARE - score.agreed) / (RARE - COMMON)).clamp(0.0, 1.0) } else { 0.0 }
}

/// The facts of an entity in the form in which they are compared.
#[derive(Debug, Clone, Default)]
pub(crate) struct Facts {
    pub(crate) births: Vec<BirthDate>,
    /// Lower-case ISO codes.
    pub(crate) countries: Vec<String>,
    /// Those of them that another one speaks against the more, the commoner the name is: a person's nationality, the country of
    /// a body or a flag. A country that a person has from an address, or from nowhere in particular, is none: people live
    /// where they are no citizens.
    pub(crate) own_countries: Vec<String>,
    pub(crate) genders: Vec<Gender>,
    pub(crate) addresses: Vec<Address>,
    /// (property, folded value, value as written).
    pub(crate) identifiers: Vec<(String, String, String)>,
}

/// The FollowTheMoney properties that hold a number of a party, on both sides of a comparison.
pub const IDENTIFIERS: [&str; 23] = [
    "email",
    "idNumber",
    "registrationNumber",
    "passportNumber",
    "taxNumber",
    "vatCode",
    "imoNumber",
    "mmsi",
    "callSign",
    "leiCode",
    "innCode",
    "ogrnCode",
    "okpoCode",
    "kppCode",
    "swiftBic",
    "dunsCode",
    "uscCode",
    "npiCode",
    "ticker",
    "isin",
    "publicKey",
    "serialNumber",
    "socialSecurityNumber",
];

const COUNTRIES: [&str; 6] = ["country", "nationality", "citizenship", "jurisdiction", "mainCountry", "flag"];

/// Numbers of fewer characters agree by chance and count only within the same property.
const TELLING_LENGTH: usize = 6;

impl Facts {
    /// Reads an entity; unreadable values are told in `warnings`.
    pub(crate) fn of(entity: &Entity, warnings: &mut Vec<String>) -> Self {
        let mut facts = Self::default();
        for text in entity.values("birthDate") {
            match text.parse() {
                Ok(date) => facts.births.push(date),
                Err(error) => warnings.push(format!("{}: {error}; it is not used in matching", entity.id)),
            }
        }
        for property in COUNTRIES {
            facts.countries.extend(entity.values(property).iter().map(|c| c.to_lowercase()));
        }
        facts.countries.sort();
        facts.countries.dedup();
        facts.own_countries = if entity.schema == EntitySchema::Person {
            let own = ["nationality", "citizenship"].into_iter().flat_map(|p| entity.values(p));
            own.map(|c| c.to_lowercase()).collect()
        } else {
            facts.countries.clone()
        };
        facts.genders = entity.values("gender").iter().filter_map(|g| Gender::from_word(g)).collect();
        facts.addresses = entity.values("address").iter().map(|a| Address::of(a)).collect();
        for property in IDENTIFIERS {
            for value in entity.values(property) {
                for folded in folded_forms(Some(property), value) {
                    facts.identifiers.push((property.to_owned(), folded, value.clone()));
                }
            }
        }
        facts
    }
}

/// Letters and digits in capitals; the `IMO` before a ship's number is dropped.
pub(crate) fn fold_identifier(value: &str) -> String {
    let folded: String = value.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect();
    match folded.strip_prefix("IMO") {
        Some(digits) if digits.len() == 7 && digits.bytes().all(|b| b.is_ascii_digit()) => digits.to_owned(),
        _ => folded,
    }
}

/// The forms in which a number is compared: folded; and a bank's code of eleven letters also without its branch.
pub(crate) fn folded_forms(property: Option<&str>, value: &str) -> Vec<String> {
    let folded = fold_identifier(value);
    let bank = property == Some("swiftBic") && folded.len() == 11;
    let bank = bank.then(|| folded.get(..8).map(str::to_owned)).flatten();
    [Some(folded), bank].into_iter().flatten().filter(|form| !form.is_empty()).collect()
}

/// Whether a name is written like a number: a digit in each of its words, and long enough not to agree by chance; an address of
/// mail; or the mark of an aircraft.
pub(crate) fn is_like_a_number(name: &str) -> bool {
    let name = name.trim();
    if is_mail(name) || is_aircraft_mark(name) {
        return true;
    }
    let digit = |word: &str| word.eq_ignore_ascii_case("IMO") || word.chars().any(|c| c.is_ascii_digit());
    name.split_whitespace().all(digit) && fold_identifier(name).chars().count() >= TELLING_LENGTH
}

/// The number that a name is written like ([`is_like_a_number`]).
pub(crate) fn as_number(name: &str) -> Option<Identifier> {
    let property = match name.trim() {
        name if is_mail(name) => Some("email"),
        // short ones agree by chance with other numbers
        name if is_aircraft_mark(name) => Some("registrationNumber"),
        _ => None,
    };
    is_like_a_number(name)
        .then(|| Identifier { property: property.map(str::to_owned), value: name.to_owned() })
}

/// `EP-GOM`, `T7-ABC`: a nation of one or two capitals or digits, a hyphen, and three to five of them.
fn is_aircraft_mark(name: &str) -> bool {
    let mark = |part: &str| part.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    name.split_once('-').is_some_and(|(nation, own)| {
        (1..=2).contains(&nation.len())
            && (3..=5).contains(&own.len())
            && nation.chars().any(|c| c.is_ascii_uppercase())
            && mark(nation)
            && mark(own)
    })
}

/// The most that a birth date of this precision can add, where a country agrees or does not.
pub(crate) fn most_of_birth(asked: BirthDate, with_country: bool, weights: &Weights) -> f64 {
    let both = if with_country { weights.birth_day_and_country } else { 0.0 };
    let values: &[f64] = match asked {
        BirthDate { day: Some(_), .. } => {
            &[weights.birth_day + both, weights.birth_month, weights.birth_year]
        }
        BirthDate { month: Some(_), .. } => &[weights.birth_month, weights.birth_year],
        _ => &[weights.birth_year],
    };
    values.iter().copied().fold(0.0, f64::max)
}

/// What a birth year that agrees counts where no country does.
const YEAR_ABROAD: f64 = 0.5;

/// Scores and floors are rounded to four decimals.
pub(crate) const SLACK: f64 = 0.0002;

/// What the agreements of these facts add to a name's score in [`adjust`], or more: what disagrees only lowers it.
pub(crate) fn bonus(query: &Query, facts: &Facts, weights: &Weights) -> f64 {
    let birth = query.birth_date.and_then(|asked| facts.births.iter().map(|b| birth(asked, *b)).min());
    let shared = |c: &CountryCode| facts.countries.iter().any(|own| own.eq_ignore_ascii_case(c.as_str()));
    let shared = query.countries.iter().any(shared);
    let birth = match birth {
        Some(Birth::Day) if shared => weights.birth_day + weights.birth_day_and_country,
        Some(Birth::Day) => weights.birth_day,
        Some(Birth::Month) => weights.birth_month,
        Some(Birth::Year) => weights.birth_year,
        _ => 0.0,
    };
    let country = if shared { weights.country } else { 0.0 };
    let address = if query.addresses.is_empty() || facts.addresses.is_empty() {
        0.0
    } else {
        weights.address.max(weights.city)
    };
    birth + country + address + SLACK
}

/// The adjusted score, rounded to four decimals, with the reasons.
pub(crate) fn adjust(
    query: &Query,
    facts: &Facts,
    name: Score,
    person: bool,
    weights: &Weights,
) -> (f64, Vec<Adjustment>) {
    let mut out = Vec::new();
    let mut score = name.score;
    let common = commonness(name, person);
    let raised = |share: f64, more: f64| (share * (1.0 + more * common)).min(1.0);
    let mut conflict = |fact: Fact, asked: String, listed: String, factor: f64| {
        let lowered = score * factor;
        let effect = round(lowered - score);
        out.push(Adjustment { fact, asked, listed, agrees: false, effect });
        score = lowered;
    };
    let mut bonuses: Vec<(Fact, String, String, f64)> = Vec::new();
    let mut same_day = false;
    let shared = query.countries.iter().any(|c| facts.countries.contains(&c.as_str().to_lowercase()));
    let abroad = !query.countries.is_empty() && !facts.countries.is_empty() && !shared;
    // one in fifty has the year of another; it says less of two who are of two countries
    let year = weights.birth_year * if abroad { YEAR_ABROAD } else { 1.0 };
    if let Some(asked) = query.birth_date
        && !facts.births.is_empty()
    {
        let listed = facts.births.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        // several recorded dates: the one that agrees best counts
        match facts.births.iter().map(|b| birth(asked, *b)).min() {
            Some(Birth::Day) => {
                same_day = true;
                bonuses.push((Fact::BirthDate, asked.to_string(), listed, weights.birth_day));
            }
            Some(Birth::Month) => {
                bonuses.push((Fact::BirthDate, asked.to_string(), listed, weights.birth_month))
            }
            Some(Birth::Year) => bonuses.push((Fact::BirthDate, asked.to_string(), listed, year)),
            Some(apart) => {
                let share = match apart {
                    Birth::Near => weights.birth_near,
                    Birth::Off => weights.birth_off,
                    _ => weights.birth_differs,
                };
                conflict(
                    Fact::BirthDate,
                    asked.to_string(),
                    listed,
                    1.0 - raised(share, weights.common_birth),
                );
            }
            None => {}
        }
    }
    if !query.countries.is_empty() && !facts.countries.is_empty() {
        let asked: Vec<String> = query.countries.iter().map(|c| c.as_str().to_lowercase()).collect();
        let listed = facts.countries.join(", ");
        if shared {
            let both = if same_day { weights.birth_day_and_country } else { 0.0 };
            bonuses.push((Fact::Country, asked.join(", "), listed, weights.country + both));
        } else {
            let more = if facts.own_countries.is_empty() { 0.0 } else { weights.common_country };
            let share = raised(weights.country_differs, more);
            conflict(Fact::Country, asked.join(", "), listed, 1.0 - share);
        }
    }
    if let Some((asked, listed, agreement)) = address_agreement(query, facts) {
        let bonus = if agreement == Agreement::Whole { weights.address } else { weights.city };
        bonuses.push((Fact::Address, asked, listed, bonus));
    }
    if let Some(asked) = query.gender
        && !facts.genders.is_empty()
        && !facts.genders.contains(&asked)
    {
        let word = |g: &Gender| if *g == Gender::Female { "female" } else { "male" };
        let listed: Vec<&str> = facts.genders.iter().map(word).collect();
        conflict(Fact::Gender, word(&asked).to_owned(), listed.join(", "), 1.0 - weights.gender_differs);
    }
    if let Some((property, asked, listed)) = identifier_conflict(query, facts) {
        let factor = 1.0 - weights.identifier_differs;
        conflict(Fact::Identifier, format!("{property} {asked}"), format!("{property} {listed}"), factor);
    }
    for (fact, asked, listed, bonus) in bonuses {
        let raised = (score + bonus).min(1.0);
        out.push(Adjustment { fact, asked, listed, agrees: true, effect: round(raised - score) });
        score = raised;
    }
    if let Some((property, asked, listed)) = identifier_agreement(query, facts) {
        let effect = round(1.0 - score);
        let adjustment = Adjustment {
            fact: Fact::Identifier,
            asked,
            listed: format!("{property} {listed}"),
            agrees: true,
            effect,
        };
        out.insert(0, adjustment);
        score = 1.0;
    }
    (round(score), out)
}

fn round(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}

/// How two birth dates stand to one another, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Birth {
    Day,
    Month,
    Year,
    Near,
    Off,
    Differs,
}

/// Days by which slips, calendars and time zones move a date.
const SOME_DAYS: i32 = 15;

fn birth(a: BirthDate, b: BirthDate) -> Birth {
    let years = a.year.abs_diff(b.year);
    // the first of January stands for a year of which no more is known
    let known = |d: BirthDate| {
        if (d.month, d.day) == (Some(1), Some(1)) { BirthDate { month: None, day: None, ..d } } else { d }
    };
    let full = |d: BirthDate| Some((d.month?, d.day?));
    if let Some(((am, ad), (bm, bd))) = full(a).zip(full(b)) {
        let near = days_apart(a, b).is_some_and(|days| days <= SOME_DAYS);
        let same_day = am == bm && ad == bd;
        match years {
            0 if same_day => return Birth::Day,
            0 if am == bd && ad == bm => return Birth::Month,
            _ if near => return Birth::Near,
            0 if am == bm || ad == bd => return Birth::Near,
            1 if same_day => return Birth::Near,
            2 if same_day => return Birth::Off,
            // nothing of two whole dates is the same
            2 => return Birth::Differs,
            // 1956 for 1965
            _ if same_day && exchanged(a.year, b.year) => return Birth::Near,
            _ => {}
        }
    }
    let (ka, kb) = (known(a), known(b));
    let open = ka.month.is_none() || kb.month.is_none();
    let same_month = ka.month == kb.month && (ka.day.is_none() || kb.day.is_none());
    match years {
        0 if open => Birth::Year,
        0 if same_month => Birth::Month,
        1 if open => Birth::Near,
        0..=2 => Birth::Off,
        _ => Birth::Differs,
    }
}

/// Whether two years have the same numbers in another order.
fn exchanged(a: i16, b: i16) -> bool {
    a / 100 == b / 100 && a % 10 == b / 10 % 10 && b % 10 == a / 10 % 10
}

/// The years of all dates that do not differ from one of this year as those do that are years off ([`birth`]).
pub(crate) fn may_be_near(year: i16) -> impl Iterator<Item = i32> {
    let year = i32::from(year);
    let near = (-2..=2).map(move |off| year + off);
    let turned = year / 100 * 100 + year % 10 * 10 + year / 10 % 10;
    near.chain((turned != year).then_some(turned))
}

/// How many days lie between two dates that are known to the day.
fn days_apart(a: BirthDate, b: BirthDate) -> Option<i32> {
    let date = |d: BirthDate| countersign_model::parse_date(&d.to_string()).ok();
    let (a, b) = (date(a)?, date(b)?);
    Some(a.since(b).ok()?.get_days().abs())
}

/// The best agreement of an address of the query with one of the entity's, both as written.
fn address_agreement(query: &Query, facts: &Facts) -> Option<(String, String, Agreement)> {
    let mut best: Option<(String, String, Agreement)> = None;
    for asked in query.addresses.iter().map(|a| Address::of(a)) {
        for listed in &facts.addresses {
            if let Some(agreement) = asked.agreement(listed)
                && best.as_ref().is_none_or(|(_, _, held)| agreement > *held)
            {
                best = Some((asked.written.clone(), listed.written.clone(), agreement));
            }
        }
    }
    best
}

/// Whether an official number of the query is one of the entity's.
pub(crate) fn identifier_agreement(query: &Query, facts: &Facts) -> Option<(String, String, String)> {
    query.identifiers.iter().find_map(|asked| {
        let forms = folded_forms(asked.property.as_deref(), &asked.value);
        facts.identifiers.iter().find_map(|(property, listed, written)| {
            let same_kind = asked.property.as_ref().is_some_and(|p| p == property);
            // in the address of a wallet capitals are other letters
            let same = property != "publicKey" || asked.value.trim() == written.trim();
            (same && forms.contains(listed) && (same_kind || listed.chars().count() >= TELLING_LENGTH))
                .then(|| (property.clone(), asked.value.clone(), written.clone()))
        })
    })
}

/// A ship or a legal entity has one number of these kinds.
fn identifier_conflict(query: &Query, facts: &Facts) -> Option<(String, String, String)> {
    query.identifiers.iter().find_map(|asked| {
        let property = asked.property.as_deref().filter(|p| matches!(*p, "imoNumber" | "leiCode"))?;
        let folded = fold_identifier(&asked.value);
        let mut same = facts.identifiers.iter().filter(|(p, _, _)| p == property).peekable();
        let (_, _, written) = same.peek()?;
        let written = written.clone();
        same.all(|(_, listed, _)| *listed != folded)
            .then(|| (property.to_owned(), asked.value.clone(), written))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> BirthDate {
        text.parse().unwrap()
    }

    #[test]
    fn birth_dates_agree_by_their_grain() {
        let at = |a, b| birth(date(a), date(b));
        for (a, b, expected) in [
            ("1965-03-12", "1965-03-12", Birth::Day),
            ("1965-12-03", "1965-03-12", Birth::Month),
            ("1965-03", "1965-03-12", Birth::Month),
            ("1965", "1965-03-12", Birth::Year),
            ("1965-01-01", "1965-03-12", Birth::Year),
            ("1965-03-12", "1965-03-13", Birth::Near),
            ("1965-12-28", "1966-01-04", Birth::Near),
            ("1965-03-12", "1965-07-12", Birth::Near),
            ("1966", "1965", Birth::Near),
            ("1966-03-12", "1965-03-12", Birth::Near),
            ("1956-03-12", "1965-03-12", Birth::Near),
            ("1965-03-12", "1965-09-28", Birth::Off),
            ("1966-03-12", "1965-09-28", Birth::Off),
            ("1967", "1965", Birth::Off),
            ("1967-03-12", "1965-03-12", Birth::Off),
            ("1967-03-12", "1965-09-28", Birth::Differs),
            ("1970", "1965", Birth::Differs),
            ("1956-03-12", "1965-03-13", Birth::Differs),
        ] {
            assert_eq!((at(a, b), at(b, a)), (expected, expected), "{a} {b}");
        }
    }

    #[test]
    fn no_single_disagreement_hides_a_full_name() {
        let facts = Facts {
            births: vec![date("1950")],
            countries: vec!["ru".into()],
            own_countries: vec!["ru".into()],
            genders: vec![Gender::Male],
            addresses: Vec::new(),
            identifiers: vec![("imoNumber".into(), "9187629".into(), "9187629".into())],
        };
        let base = Query::named("x");
        for query in [
            Query { birth_date: Some(date("1990")), ..base.clone() },
            Query { countries: vec![countersign_model::CountryCode::new("DE").unwrap()], ..base.clone() },
            Query { gender: Some(Gender::Female), ..base.clone() },
        ] {
            let rare = Score { score: 1.0, agreed: RARE };
            let (score, why) = adjust(&query, &facts, rare, true, &Weights::default());
            assert!((0.7..1.0).contains(&score), "{score}");
            assert_eq!(why.len(), 1);
        }
    }

    #[test]
    fn a_birth_year_says_less_of_two_who_are_of_two_countries() {
        let facts = Facts { births: vec![date("1971")], countries: vec!["pk".into()], ..Facts::default() };
        let at = |country: Option<&str>| {
            let query = Query {
                birth_date: Some(date("1971-06-09")),
                countries: country
                    .map(|c| countersign_model::CountryCode::new(c).unwrap())
                    .into_iter()
                    .collect(),
                ..Query::named("x")
            };
            adjust(&query, &facts, Score { score: 0.6, agreed: RARE }, true, &Weights::default()).0
        };
        assert_eq!(at(None), 0.75);
        assert_eq!(at(Some("PK")), 0.8);
        assert!(at(Some("MA")) < 0.7);
    }

    #[test]
    fn what_differs_weighs_more_against_a_common_name() {
        let facts = Facts {
            births: vec![date("1950-05-01")],
            countries: vec!["ru".into()],
            own_countries: vec!["ru".into()],
            ..Facts::default()
        };
        let common = Score { score: 1.0, agreed: 1.0 };
        let (born, seated) = (
            Query { birth_date: Some(date("1990-02-03")), ..Query::named("x") },
            Query {
                countries: vec![countersign_model::CountryCode::new("DE").unwrap()],
                ..Query::named("x")
            },
        );
        let score = |query, name, person| adjust(query, &facts, name, person, &Weights::default()).0;
        assert!(score(&born, common, true) < 0.7, "a common name and another birth date");
        assert!((0.7..0.8).contains(&score(&seated, common, true)), "a country alone clears nobody");
        assert!(score(&seated, Score { score: 0.95, ..common }, true) < 0.7, "but who is only alike");
        assert!(score(&seated, common, false) > 0.9, "bodies are not borne by thousands");
        let none = Weights { country_differs: 0.0, ..Weights::default() };
        assert_eq!(adjust(&seated, &facts, common, true, &none).0, 1.0, "a weight of 0 leaves the fact out");
    }
}
