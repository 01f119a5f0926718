//! Codes with a fixed alphabet.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An ISO 3166-1 alpha-2 country code in capitals; also the user-assigned `XK` (Kosovo), `XI` (Northern
/// Ireland) and `XA`, `XB` (invented countries of worked cases).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CountryCode([u8; 2]);

/// The codes that ISO 3166-1 assigns, with `XK`, `XI`, `XA` and `XB`.
const ASSIGNED: &str = "\
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT \
    BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH \
    ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT \
    HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS \
    LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI \
    NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG \
    SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG \
    UM US UY UZ VA VC VE VG VI VN VU WF WS XA XB XI XK YE YT ZA ZM ZW";

/// Of each first letter of [`ASSIGNED`], the second ones as bits.
static BY_LETTER: [u32; 26] = {
    let mut letters = [0; 26];
    let mut rest = ASSIGNED.as_bytes();
    while let [first, second, after @ ..] = rest {
        #[expect(clippy::indexing_slicing, reason = "computed when compiling: a letter from A to Z")]
        {
            letters[(*first - b'A') as usize] |= 1 << (*second - b'A');
        }
        rest = match after {
            [b' ', next @ ..] => next,
            _ => after,
        };
    }
    letters
};

/// A text that is no country code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a country code; {hint}", hint = hint(.0))]
pub struct CountryCodeError(pub String);

/// What to write in place of a text that is no code.
fn hint(text: &str) -> &'static str {
    match text.to_ascii_uppercase().as_str() {
        "NK" => "write the two capital letters of ISO 3166-1: North Korea is `KP`",
        _ => "write the two capital letters that ISO 3166-1 gives to the country, for example `IL`",
    }
}

impl CountryCode {
    /// Reads two capital letters, also of a country that is no more: publishers' files are full of them. What a person
    /// writes is read by [`CountryCode::written`].
    ///
    /// # Errors
    /// A text of any other form.
    pub fn new(text: &str) -> Result<Self, CountryCodeError> {
        match text.as_bytes() {
            [a, b] if a.is_ascii_uppercase() && b.is_ascii_uppercase() => Ok(Self([*a, *b])),
            _ => Err(CountryCodeError(text.to_owned())),
        }
    }

    /// Reads a code that a person wrote, in any case; `UK` and `EL`, which half of all customer files hold, are `GB` and `GR`.
    ///
    /// # Errors
    /// A text that is no code of a country: a wrong code would agree with nothing, and nobody would notice.
    pub fn written(text: &str) -> Result<Self, CountryCodeError> {
        let wrong = || CountryCodeError(text.to_owned());
        let code = match text.to_ascii_uppercase().as_str() {
            "UK" => Self(*b"GB"),
            "EL" => Self(*b"GR"),
            other => Self::new(other).map_err(|_| wrong())?,
        };
        if code.is_assigned() { Ok(code) } else { Err(wrong()) }
    }

    /// Whether it is one of [`ASSIGNED`].
    fn is_assigned(self) -> bool {
        let Self([first, second]) = self;
        let at = |letter: u8| letter.checked_sub(b'A').filter(|n| *n < 26);
        let (Some(first), Some(second)) = (at(first), at(second)) else { return false };
        BY_LETTER.get(usize::from(first)).is_some_and(|seconds| seconds >> second & 1 == 1)
    }

    /// The two letters.
    pub fn as_str(&self) -> &str {
        // two ASCII capitals by construction, so this never falls back
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl TryFrom<String> for CountryCode {
    type Error = CountryCodeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(&text)
    }
}

impl From<CountryCode> for String {
    fn from(code: CountryCode) -> Self {
        code.as_str().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_assigned_code_and_no_other_is_known() {
        for (first, second) in
            (b'A'..=b'Z').flat_map(|first| (b'A'..=b'Z').map(move |second| (first, second)))
        {
            let code = CountryCode([first, second]);
            let listed = ASSIGNED.split_ascii_whitespace().any(|assigned| assigned == code.as_str());
            assert_eq!(code.is_assigned(), listed, "{code}");
        }
    }

    #[test]
    fn a_code_that_names_no_country_is_refused() {
        for (written, meant) in
            [("IL", "IL"), ("kp", "KP"), ("XK", "XK"), ("XI", "XI"), ("UK", "GB"), ("EL", "GR")]
        {
            assert_eq!(CountryCode::written(written).unwrap().as_str(), meant);
        }
        for wrong in ["NK", "ZZ", "SU", "Israel", "", "ıL"] {
            assert!(CountryCode::written(wrong).unwrap_err().to_string().contains("ISO 3166-1"));
        }
        assert!(CountryCode::written("NK").unwrap_err().to_string().contains("`KP`"));
        // a publisher's file may name a country that is no more
        assert_eq!(CountryCode::new("SU").unwrap().as_str(), "SU");
    }
}
