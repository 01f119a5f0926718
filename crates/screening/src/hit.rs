//! What comes out: possible matches, with every reason.

use countersign_model::{EntitySchema, Listing, NameQuality, SourceId};
use countersign_names::Comparison;
use serde::Serialize;

/// A *possible match* of the query with a listed party. A person decides whether it is one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hit {
    /// The id of the listed entity.
    pub entity: String,
    /// The source that lists it.
    pub source: SourceId,
    /// The name to show for it.
    pub caption: String,
    /// What kind of thing it is.
    pub schema: EntitySchema,
    /// From 0 to 1: the name's score with all adjustments. Rounded to four decimals.
    pub score: f64,
    /// The score of the names alone.
    pub name_score: f64,
    /// Whether it lies below the threshold.
    pub near_miss: bool,
    /// The listed name that agrees best.
    pub name: MatchedName,
    /// Why the names agree and where they do not.
    pub comparison: Comparison,
    /// What countries, dates, gender and identifiers changed.
    pub adjustments: Vec<Adjustment>,
    /// For a near miss: what kept it below the threshold.
    pub kept_below: Vec<String>,
    /// The listings that the entity carries.
    pub listings: Vec<Listing>,
    /// All of it in one line for people.
    pub line: String,
}

/// The names that agree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MatchedName {
    /// The name asked about (the query may have several).
    pub asked: String,
    /// The listed name.
    pub listed: String,
    /// What kind of name it is on the list.
    pub quality: NameQuality,
    /// Whether the list itself calls it weak.
    pub weak: bool,
}

/// What besides names speaks for or against the match.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Adjustment {
    /// Which fact.
    pub fact: Fact,
    /// What the query says.
    pub asked: String,
    /// What the list says.
    pub listed: String,
    /// Whether they agree.
    pub agrees: bool,
    /// What it changed in the score: negative where it speaks against the match.
    pub effect: f64,
}

/// A fact other than a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// An official number.
    Identifier,
    /// The birth date.
    BirthDate,
    /// A country.
    Country,
    /// The gender.
    Gender,
    /// An address.
    Address,
}

impl Fact {
    /// The word for people.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identifier => "identifier",
            Self::BirthDate => "birth date",
            Self::Country => "country",
            Self::Gender => "gender",
            Self::Address => "address",
        }
    }
}

/// The word for a kind of name.
pub(crate) fn quality_word(quality: NameQuality) -> &'static str {
    match quality {
        NameQuality::Primary => "name",
        NameQuality::Alias => "alias",
        NameQuality::Former => "former name",
        NameQuality::Weak => "weak alias",
    }
}

/// The outcome of screening one query.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Screening {
    /// Possible matches at or above the threshold, best first, then by id.
    pub hits: Vec<Hit>,
    /// Those just below it, in the same order.
    pub near_misses: Vec<Hit>,
    /// How many near misses were left out of the list.
    pub more_near_misses: usize,
    /// With how many entities the query was compared: those of a kind that it may be.
    pub compared_entities: usize,
    /// What the reader has to know: names cut off, and the like.
    pub notes: Vec<String>,
}
