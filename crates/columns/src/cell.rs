//! Countries, kinds, genders, and words for nothing.

use countersign_model::{CountryCode, EntitySchema};
use countersign_names::country_spelled;
use countersign_screening::Gender;

use crate::Doubt;
use crate::column::folded;

/// What programs and people write in a cell of which they know nothing.
const MISSING: [&str; 40] = [
    "na",
    "null",
    "nil",
    "none",
    "nan",
    "nat",
    "unknown",
    "notavailable",
    "notapplicable",
    "notknown",
    "unspecified",
    "undefined",
    "missing",
    "empty",
    "blank",
    "tbd",
    "tba",
    "tbc",
    "unbekannt",
    "inconnu",
    "desconocido",
    "desconocida",
    "неизвестно",
    "невідомо",
    "keineangabe",
    "nichtbekannt",
    "nichtangegeben",
    "nonrenseigné",
    "nonrenseigne",
    "aucun",
    "ninguno",
    "ninguna",
    "noaplica",
    "sindatos",
    "nodisponible",
    "нет",
    "нетданных",
    "отсутствует",
    "неуказано",
    "немає",
];

/// What stands in the place of a name beside that: what a spreadsheet could not reckon, what somebody tried out.
const NO_NAMES: [&str; 9] =
    ["x", "xx", "xxx", "xxxx", "test", "noname", "nameunknown", "unknownunknown", "dummy"];

/// What spreadsheets write behind `#` where they could not reckon.
const FAULTS: [&str; 8] = ["name", "na", "ref", "value", "div0", "null", "num", "spill"];

/// The longest of these words, in letters.
const LONGEST: usize = 14;

/// Whether a text is longer than any of these words, as most names are.
fn is_longer(text: &str) -> bool {
    text.chars().filter(|c| c.is_alphanumeric()).nth(LONGEST).is_some()
}

/// Whether a cell says that nothing is known: it is empty, has no letter and no digit, or is a word such as `N/A`, `null`.
pub fn is_missing(text: &str) -> bool {
    if is_longer(text) {
        return false;
    }
    let word = folded(text);
    word.is_empty()
        || MISSING.contains(&word.as_str())
        || (text.trim().starts_with('#') && FAULTS.contains(&word.as_str()))
}

/// Whether what stands as a name is none: a thousand rows of `NULL` must not read as a clean file.
pub fn is_no_name(text: &str) -> bool {
    if is_longer(text) {
        return false;
    }
    is_missing(text) || NO_NAMES.contains(&folded(text).as_str())
}

/// The countries that a cell names, by codes of two or three letters or names, several of them parted by `;`, `|`, `,` or `/`; what
/// cannot be read of it comes as doubts. A name that two countries bear (`Congo`) gives both.
pub fn countries(text: &str) -> (Vec<CountryCode>, Vec<(Doubt, String)>) {
    let (mut found, mut doubts) = (Vec::new(), Vec::new());
    let mut add = |codes: Vec<CountryCode>| {
        for code in codes {
            if !found.contains(&code) {
                found.push(code);
            }
        }
    };
    for part in text.split([';', '|']).map(str::trim).filter(|part| !part.is_empty()) {
        match country(part) {
            Ok(codes) => add(codes),
            Err(doubt) => {
                // the names of some countries have a comma, so only where the whole is none
                let parts: Vec<_> =
                    part.split([',', '/']).map(str::trim).filter(|p| !p.is_empty()).map(country).collect();
                if parts.len() > 1 && parts.iter().all(Result::is_ok) {
                    parts.into_iter().flatten().for_each(&mut add);
                } else {
                    doubts.push((doubt, part.to_owned()));
                }
            }
        }
    }
    (found, doubts)
}

fn country(text: &str) -> Result<Vec<CountryCode>, Doubt> {
    // pandas, R and spreadsheets write this for nothing at all; taken for Namibia it would speak against every match
    if text.eq_ignore_ascii_case("na") {
        return Err(Doubt::CountryNa);
    }
    if is_missing(text) {
        return Ok(Vec::new());
    }
    if let Ok(code) = CountryCode::written(text) {
        return Ok(vec![code]);
    }
    let letters: String = text.chars().filter(|c| *c != '.').collect();
    // two letters are a code and nothing else: a wrong one must not become another country
    if letters.len() == 2 {
        return CountryCode::written(&letters).map(|code| vec![code]).map_err(|_| Doubt::Country);
    }
    let code = |code: &str| CountryCode::new(&code.to_ascii_uppercase()).map_err(|_| Doubt::Country);
    let place = countersign_countries::place(text).or_else(|| countersign_countries::place(&letters));
    if let Some(place) = place {
        let alike = countersign_countries::alike_begun(text, place);
        return std::iter::once(place).chain(alike).map(|place| code(&place.alpha2)).collect();
    }
    let named = countersign_lists::country_code(text).ok().flatten();
    match named.as_deref().or_else(|| country_spelled(text)) {
        Some(named) => Ok(vec![code(named)?]),
        None => Err(Doubt::Country),
    }
}

/// The kind of party that a cell names, in any case; `None` where it says that none is known.
///
/// # Errors
/// [`Doubt::Kind`] for a word that is none.
pub fn kind(text: &str) -> Result<Option<EntitySchema>, Doubt> {
    use EntitySchema::{
        Airplane, Asset, Company, LegalEntity, Organization, Person, PublicBody, Vehicle, Vessel,
    };
    if is_missing(text) {
        return Ok(None);
    }
    // FollowTheMoney's word for whatever there is
    if folded(text) == "thing" {
        return Ok(None);
    }
    Ok(Some(match folded(text).as_str() {
        "person"
        | "individual"
        | "p"
        | "i"
        | "naturalperson"
        | "privateperson"
        | "privateindividual"
        | "natürlicheperson"
        | "physicalperson"
        | "personnephysique"
        | "personafisica"
        | "personafísica"
        | "физлицо"
        | "физическоелицо" => Person,
        // a body, of whatever form: the two are compared alike
        "organisation"
        | "organization"
        | "entity"
        | "o"
        | "e"
        | "org"
        | "corporate"
        | "corporation"
        | "business"
        | "juridicalperson"
        | "legalperson"
        | "juristischeperson"
        | "personnemorale"
        | "personajuridica"
        | "personajurídica"
        | "юрлицо"
        | "юридическоелицо" => Organization,
        "company" | "firm" | "c" | "unternehmen" | "société" | "empresa" => Company,
        "publicbody" | "government" | "governmentbody" | "agency" => PublicBody,
        "legalentity" => LegalEntity,
        "vessel" | "ship" | "v" => Vessel,
        "airplane" | "aircraft" | "plane" | "aeroplane" => Airplane,
        "vehicle" => Vehicle,
        "asset" | "security" | "wallet" | "cryptowallet" => Asset,
        _ => return EntitySchema::from_ftm(text.trim()).map(Some).ok_or(Doubt::Kind),
    }))
}

/// The gender that a cell names; `None` where it says that none is known.
///
/// # Errors
/// [`Doubt::Gender`] for a word that lists do not record.
pub fn gender(text: &str) -> Result<Option<Gender>, Doubt> {
    if is_missing(text) {
        return Ok(None);
    }
    if let Some(gender) = Gender::from_word(text) {
        return Ok(Some(gender));
    }
    match folded(text).as_str() {
        "u" => Ok(None),
        "w" | "weiblich" | "frau" | "féminin" | "feminin" | "femme" | "mujer" | "femenino" | "ж" | "жен"
        | "женский" | "mrs" | "ms" => Ok(Some(Gender::Female)),
        "männlich" | "herr" | "masculin" | "homme" | "hombre" | "masculino" | "м" | "муж" | "мужской"
        | "mr" => Ok(Some(Gender::Male)),
        _ => Err(Doubt::Gender),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> String {
        let (codes, doubts) = countries(text);
        let codes: Vec<&str> = codes.iter().map(CountryCode::as_str).collect();
        format!("{}{}", codes.join(" "), if doubts.is_empty() { "" } else { " ?" })
    }

    #[test]
    fn countries_are_read_by_code_and_by_name() {
        for (text, meant) in [
            ("RU", "RU"),
            ("ru", "RU"),
            ("RUS", "RU"),
            ("Russia", "RU"),
            ("russian federation", "RU"),
            ("RUSSIAN FEDERATION", "RU"),
            ("Россия", "RU"),
            ("Russland", "RU"),
            ("Türkiye", "TR"),
            ("TURKEY", "TR"),
            ("Deutschland", "DE"),
            ("U.S.A.", "US"),
            ("U.K.", "GB"),
            ("UK", "GB"),
            ("Korea, Republic of", "KR"),
            ("Iran (Islamic Republic of)", "IR"),
            ("NAM", "NA"),
            ("Namibia", "NA"),
            ("il; mt", "IL MT"),
            ("RU/BY", "RU BY"),
            ("Russia, Belarus", "RU BY"),
            ("Congo", "CG CD"),
            ("N/A", ""),
            ("unknown", ""),
            ("NA", " ?"),
            ("Atlantis", " ?"),
            ("NK", " ?"),
            ("ZZ", " ?"),
            ("DE; Atlantis", "DE ?"),
        ] {
            assert_eq!(codes(text), meant, "{text}");
        }
        assert_eq!(
            countries("Kingdom of Atlantis").1,
            [(Doubt::Country, "Kingdom of Atlantis".to_owned())],
            "the whole cell"
        );
    }

    #[test]
    fn no_word_for_nothing_is_longer_than_the_longest() {
        for word in MISSING.iter().chain(&NO_NAMES).chain(&FAULTS) {
            assert!(!is_longer(word) && is_no_name(&format!("#{word}")), "{word}");
        }
        assert!(is_longer("nichtangegeben1") && !is_longer("nicht - angegeben"));
    }

    #[test]
    fn kinds_genders_and_words_for_nothing() {
        for (text, meant) in [
            ("company", Ok(Some(EntitySchema::Company))),
            ("VESSEL", Ok(Some(EntitySchema::Vessel))),
            ("PublicBody", Ok(Some(EntitySchema::PublicBody))),
            ("Natural Person", Ok(Some(EntitySchema::Person))),
            ("N/A", Ok(None)),
            ("Premium", Err(Doubt::Kind)),
        ] {
            assert_eq!(kind(text), meant, "{text}");
        }
        assert_eq!(gender("weiblich"), Ok(Some(Gender::Female)));
        assert_eq!(gender("diverse"), Err(Doubt::Gender));
        for text in [
            "N/A",
            "NULL",
            "unknown",
            "X",
            "#NAME?",
            "#N/A",
            "#REF!",
            "Test",
            "-",
            "???????",
            "<NA>",
            "(null)",
            "n.a.",
            "нет",
            "keine Angabe",
            "no aplica",
        ] {
            assert!(is_no_name(text), "{text}");
        }
        for text in ["X Corp", "Nullsoft", "Tester", "Nile", "Ox", "#1 Pizza", "普京"] {
            assert!(!is_no_name(text), "{text}");
        }
    }
}
