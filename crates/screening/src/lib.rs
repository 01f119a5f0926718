//! Screening: entities → index; a query → possible matches.
//!
//! Flow: **list → entity → index → hit → facts → decision → record → proof → page**. What comes in are the
//! entities of all lists ([`IndexBuilder`]) and a [`Query`]. What goes out is a [`Screening`]: every possible match
//! ([`Hit`]) at or above the threshold with its explanation, and the near misses with what kept them below. Next is
//! the `law` room, for which a hit is a fact.
//!
//! The index only decides what is *not* worth scoring, and it never leaves out what scoring would report: see
//! `candidates.rs`, `wide.rs` and `keys.rs` for the proof, and the property test that compares it with
//! [`Index::screen_exhaustively`]. `docs/reference/screening-index.md` describes the file.

mod address;
mod adjust;
mod alteration;
mod asked;
mod bearers;
mod best;
mod builder;
mod by_set;
mod candidates;
mod companions;
mod consonants;
mod current;
mod damage;
mod delta;
mod evaluation;
mod exhaustive;
mod file;
mod heads;
mod hit;
mod index;
mod keys;
mod lay;
mod lost;
mod may_agree;
mod memory;
mod meta;
mod numbers;
mod other_kind;
mod outline;
mod part;
mod plain;
mod posting;
mod profile;
mod query;
mod read;
mod recent;
mod report;
mod runs;
mod screen;
mod seen;
mod several;
mod surroundings;
mod table;
mod together;
mod turns;
mod weights;
mod wide;
mod word_row;
mod words;
mod written;

pub use adjust::IDENTIFIERS;
pub use alteration::{Alteration, Alterer};
pub use builder::IndexBuilder;
pub use current::Current;
pub use damage::note as damage_note;
pub use delta::{Delta, Reach};
pub use evaluation::{CurvePoint, Figures, Labelled, ReliabilityBin, curve, reliability};
pub use file::IndexFileError;
pub use hit::{Adjustment, Fact, Hit, MatchedName, Screening};
pub use index::Index;
pub use meta::ALGORITHM;
pub use outline::{OutlineError, Outlines};
pub use profile::{Profile, ScreenError, WeakAliases};
pub use query::{BirthDate, BirthDateError, Gender, Identifier, Query};
pub use weights::Weights;
