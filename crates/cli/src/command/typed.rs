//! What people type on the command line, read as what it means.

use countersign_model::{CountryCode, Date, SourceId, parse_date};

/// A date on the command line.
pub(super) fn date(text: &str) -> Result<Date, String> {
    parse_date(text).map_err(|e| e.to_string())
}

/// A threshold on the command line.
pub(super) fn threshold(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|t| *t > 0.0 && *t <= 1.0).ok_or_else(|| {
        format!("`{text}` is no threshold; give a number above 0 and at most 1, for example `0.7`")
    })
}

/// A country on the command line: its code of two or three letters, or its name.
pub(super) fn country(text: &str) -> Result<CountryCode, String> {
    let of_place = || countersign_countries::place(text).map(|place| place.alpha2.clone());
    let named = || countersign_lists::country_code(text).ok().flatten().map(|code| code.to_ascii_uppercase());
    CountryCode::written(text).or_else(|why| {
        // two letters are a code and nothing else: a wrong one must not become another country
        if text.len() == 2 {
            return Err(why.to_string());
        }
        let code = of_place().or_else(named).ok_or_else(|| why.to_string())?;
        CountryCode::new(&code).map_err(|_| why.to_string())
    })
}

/// A source id on the command line.
pub(super) fn source(text: &str) -> Result<SourceId, String> {
    SourceId::new(text).map_err(|e| e.to_string())
}
