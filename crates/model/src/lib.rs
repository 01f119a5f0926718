//! The words of the domain, shared by every other room.
//!
//! Flow: **list → entity → index → hit → facts → decision → record → proof → page**.
//! This crate gives the nouns of that sentence: an [`Entity`] with its [`Listing`]s (what a list says of a
//! party), a [`Share`] (an exact interval), a [`Date`], the verdicts and the answer. Nothing comes in and
//! nothing goes out: no clock, no file, no network. Everyone is next.

mod answer;
mod code;
mod date;
mod digest;
mod entity;
mod listing;
mod markup;
mod share;
mod source;
mod verdict;
mod words;

pub use answer::Answer;
pub use code::{CountryCode, CountryCodeError};
pub use date::{Date, DateError, Months, parse_date};
pub use digest::Digest;
pub use entity::{Entity, EntitySchema, Name, NameQuality};
pub use listing::{Issuer, ListCode, Listing, PolicyItems, PolicySelector, Scope};
pub use markup::escaped;
pub use share::{Percent, PercentError, Share};
pub use source::{SourceId, SourceIdError};
pub use verdict::{CommitmentVerdict, GateVerdict, LawVerdict, ReviewPolicy};
