//! Facts besides the name: what they do to a score.
//!
//! | fact | agrees | disagrees |
//! |---|---|---|
//! | identifier | the score is 1 | `imoNumber`, `leiCode`: × 0.85, others say nothing |
//! | birth date | +0.12 to the day, +0.06 to the month or year | × 0.72; two years apart × 0.85; one year apart, or the same year and another day, × 0.95 |
//! | country | +0.03 | × 0.94 |
//! | gender | nothing | × 0.85 |
//!
//! Disagreements multiply first, then agreements are added, and the sum ends at 1. Absent facts change nothing. No
//! disagreement takes a full name score below the default threshold by itself: list data err, and a missed match
//! is worse than one too many.

use countersign_model::Entity;

use crate::hit::{Adjustment, Fact};
use crate::query::{BirthDate, Gender, Query};

const DAY_AGREES: f64 = 0.12;
const YEAR_AGREES: f64 = 0.06;
const COUNTRY_AGREES: f64 = 0.03;
const COUNTRY_DIFFERS: f64 = 0.94;

/// The facts of an entity in the form in which they are compared.
#[derive(Debug, Clone, Default)]
pub(crate) struct Facts {
    pub(crate) births: Vec<BirthDate>,
    /// Lower-case ISO codes.
    pub(crate) countries: Vec<String>,
    pub(crate) genders: Vec<Gender>,
    /// (property, folded value, value as written).
    pub(crate) identifiers: Vec<(String, String, String)>,
}

/// The FollowTheMoney properties that hold official numbers.
const IDENTIFIERS: [&str; 22] = [
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
        facts.genders = entity.values("gender").iter().filter_map(|g| Gender::from_word(g)).collect();
        for property in IDENTIFIERS {
            for value in entity.values(property) {
                let folded = fold_identifier(value);
                if !folded.is_empty() {
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

/// The most that agreements can add to a name's score, for the index to know how low a name may score.
pub(crate) fn largest_bonus(query: &Query) -> f64 {
    let birth = query.birth_date.map_or(0.0, |b| if b.day.is_some() { DAY_AGREES } else { YEAR_AGREES });
    birth + if query.countries.is_empty() { 0.0 } else { COUNTRY_AGREES }
}

/// The adjusted score, rounded to four decimals, with the reasons.
pub(crate) fn adjust(query: &Query, facts: &Facts, name_score: f64) -> (f64, Vec<Adjustment>) {
    let mut out = Vec::new();
    let mut score = name_score;
    let mut conflict = |fact: Fact, asked: String, listed: String, factor: f64| {
        let lowered = score * factor;
        let effect = round(lowered - score);
        out.push(Adjustment { fact, asked, listed, agrees: false, effect });
        score = lowered;
    };
    let mut bonuses: Vec<(Fact, String, String, f64)> = Vec::new();
    if let Some(asked) = query.birth_date
        && !facts.births.is_empty()
    {
        let listed = facts.births.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        // several recorded dates: the one that agrees best counts
        let best = facts.births.iter().map(|b| birth_agreement(asked, *b)).fold(f64::MIN, f64::max);
        if best > 0.0 {
            bonuses.push((Fact::BirthDate, asked.to_string(), listed, best));
        } else {
            conflict(Fact::BirthDate, asked.to_string(), listed, 1.0 + best);
        }
    }
    if !query.countries.is_empty() && !facts.countries.is_empty() {
        let asked: Vec<String> = query.countries.iter().map(|c| c.as_str().to_lowercase()).collect();
        let listed = facts.countries.join(", ");
        if asked.iter().any(|c| facts.countries.contains(c)) {
            bonuses.push((Fact::Country, asked.join(", "), listed, COUNTRY_AGREES));
        } else {
            conflict(Fact::Country, asked.join(", "), listed, COUNTRY_DIFFERS);
        }
    }
    if let Some(asked) = query.gender
        && !facts.genders.is_empty()
        && !facts.genders.contains(&asked)
    {
        let word = |g: &Gender| if *g == Gender::Female { "female" } else { "male" };
        let listed: Vec<&str> = facts.genders.iter().map(word).collect();
        conflict(Fact::Gender, word(&asked).to_owned(), listed.join(", "), 0.85);
    }
    if let Some((property, asked, listed)) = identifier_conflict(query, facts) {
        conflict(Fact::Identifier, format!("{property} {asked}"), format!("{property} {listed}"), 0.85);
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

/// Above 0: what agreement adds. Otherwise what disagreement takes off the factor 1.
fn birth_agreement(a: BirthDate, b: BirthDate) -> f64 {
    let apart = a.year.abs_diff(b.year);
    match apart {
        0 => {}
        1 => return -0.05,
        2 => return -0.15,
        _ => return -0.28,
    }
    match (a.month.zip(b.month), a.day.zip(b.day)) {
        (Some((am, bm)), Some((ad, bd))) if am == bm && ad == bd => DAY_AGREES,
        // day and month are often exchanged
        (Some((am, bm)), Some((ad, bd))) if am == bd && ad == bm => YEAR_AGREES,
        (Some((am, bm)), _) if am != bm => -0.05,
        (_, Some((ad, bd))) if ad != bd => -0.05,
        _ => YEAR_AGREES,
    }
}

/// Whether an official number of the query is one of the entity's.
pub(crate) fn identifier_agreement(query: &Query, facts: &Facts) -> Option<(String, String, String)> {
    query.identifiers.iter().find_map(|asked| {
        let folded = fold_identifier(&asked.value);
        facts.identifiers.iter().find_map(|(property, listed, written)| {
            let same_kind = asked.property.as_ref().is_some_and(|p| p == property);
            (*listed == folded && (same_kind || folded.chars().count() >= TELLING_LENGTH))
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
        let at = |a, b| birth_agreement(date(a), date(b));
        assert!(at("1965-03-12", "1965-03-12") > at("1965", "1965-03-12"));
        assert!(at("1965", "1965-03-12") > 0.0);
        assert!(at("1965-12-03", "1965-03-12") > 0.0, "day and month exchanged");
        assert!(at("1965-03-12", "1965-03-13") < 0.0);
        assert!(at("1966", "1965") < 0.0 && at("1966", "1965") > at("1970", "1965"));
    }

    #[test]
    fn no_single_disagreement_hides_a_full_name() {
        let facts = Facts {
            births: vec![date("1950")],
            countries: vec!["ru".into()],
            genders: vec![Gender::Male],
            identifiers: vec![("imoNumber".into(), "9187629".into(), "9187629".into())],
        };
        let base = Query::named("x");
        for query in [
            Query { birth_date: Some(date("1990")), ..base.clone() },
            Query { countries: vec![countersign_model::CountryCode::new("DE").unwrap()], ..base.clone() },
            Query { gender: Some(Gender::Female), ..base.clone() },
        ] {
            let (score, why) = adjust(&query, &facts, 1.0);
            assert!((0.7..1.0).contains(&score), "{score}");
            assert_eq!(why.len(), 1);
        }
    }
}
