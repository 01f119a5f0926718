//! Why a cell was not compared as it stands.

use serde::{Deserialize, Serialize};

/// Why a cell was not compared as it stands. The party is compared by what else is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// The name looks damaged: letters were lost, or it was read by another code page or came through a web page.
    DamagedName,
    /// The name has more words than are compared.
    LongName,
    /// Only the family name or only the given name is there.
    PartOfName,
    /// A text that is no country.
    Country,
    /// `NA`: Namibia, or "not available".
    CountryNa,
    /// A text that is no birth date.
    BirthDate,
    /// Day and month may be either: only the year is compared.
    BirthDateYear,
    /// A date that programs write where they know none.
    BirthDateDefault,
    /// A text that is no kind of party.
    Kind,
    /// A text that is no gender that lists record.
    Gender,
    /// An official number of which the check digits are wrong. It is compared all the same.
    Number,
    /// A field of JSON that holds an object or a truth value.
    Form,
}

impl Doubt {
    /// What was done with such cells, and what to do; goes on after "in 3 rows ".
    pub fn words(self) -> &'static str {
        match self {
            Self::DamagedName => {
                "the name looks damaged on its way (another encoding, HTML, or letters that were lost); it was compared as it stands and \
                 as it may have been meant: look at where the file comes from"
            }
            Self::LongName => {
                "the name has more words than are compared, so its end was not; put each party into a row of its own"
            }
            Self::PartOfName => {
                "only a part of the name is there, and was compared; fill in given and family name"
            }
            Self::Country => {
                "the country is not known and was not compared; write its two or three letters of ISO 3166-1 or its name"
            }
            Self::CountryNa => {
                "the country `NA` was not compared, since many programs write it where they know none; write `NAM` for Namibia"
            }
            Self::BirthDate => "the birth date cannot be read and was not compared; write YYYY-MM-DD",
            Self::BirthDateYear => {
                "day and month of the birth date may be either, so only the year was compared; write YYYY-MM-DD"
            }
            Self::BirthDateDefault => {
                "the birth date is one that programs write where they know none, so it was not compared; leave it out, or mend it"
            }
            Self::Kind => {
                "the kind of party is not known, so the party was compared with all kinds; write Person, Organization, Company, \
                 PublicBody, LegalEntity, Vessel, Airplane, Vehicle or Asset"
            }
            Self::Gender => {
                "the gender is none that lists record and was not compared; write `female` or `male`"
            }
            Self::Form => {
                "a field holds neither a text nor a number and was not compared; write a text, or a list of texts"
            }
            Self::Number => {
                "the check digits of the number are wrong; it was compared as it stands: look for a slip in it"
            }
        }
    }
}
