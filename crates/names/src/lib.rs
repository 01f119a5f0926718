//! Names: a written name → script → romanised forms → tokens → comparison with its reasons.
//!
//! Flow: **list → entity → index → hit → facts → decision → record → proof → page**. What comes in is a name as
//! someone wrote it and the kind of its bearer ([`NameKind`]). What goes out is a [`ParsedName`] with its readings
//! ([`Form`]) and, for two of them, a [`Comparison`]: a score between 0 and 1 and every reason for it. Next is the
//! `screening` room, which keeps parsed names in an index and relies on [`upper_bound`] to leave none out.
//!
//! ```
//! use countersign_names::{DefaultRarity, NameKind, ParsedName, compare};
//! let query = ParsedName::parse("N.S.O. Group Technologies Ltd", NameKind::Organization);
//! let listed = ParsedName::parse("NSO Group", NameKind::Organization);
//! assert!(compare(&query, &listed, &DefaultRarity).score > 0.7);
//! ```
//!
//! Everything here is a pure function of its arguments and of the tables in `data/`, which are our own
//! compilation: `org_forms.csv` names for each row where its spellings are attested (ISO 20275 list of the GLEIF,
//! an open table of organisation types, general knowledge); `common_census.csv` is computed from the name counts of the
//! US Census of 1990 by `common_census.py`, `org_forms_iso20275.csv` from the list of ISO 20275 by the program beside it; `common_world.csv` and
//! `brands.csv` are general knowledge, `compounds.csv` says for each row whose usage it is.

mod beginning;
mod chinese;
mod compare;
mod compound;
mod compounds;
mod distance;
mod explain;
mod glued;
mod greek;
mod han;
mod hangul;
mod initials;
mod joined;
mod kind;
mod kontsevich;
mod latin;
mod likeness;
mod lookalike;
mod map;
mod near_form;
mod org_form;
mod parse;
mod parsed;
mod parts;
mod patronymic;
mod readings;
mod remembered;
mod role;
mod romanise;
mod room;
mod score;
mod script;
mod segment;
mod skeleton_scan;
mod slips;
mod sound;
mod sound_key;
mod spelling;
mod syllable;
mod tables;
mod token;
mod token_bytes;
mod trade;
mod transcribed;
mod units;

pub use beginning::letters_alike;
pub use compare::{LinkRoom, Score, Weighed, comparable, compare_score, name_factor, score_readings};
pub use distance::{allowed, edits, text_edits};
pub use explain::{Comparison, PartMatch, compare};
pub use joined::{
    JOINED, JOINED_CONSONANTS, Joined, JoinedHead, MAX_JOIN, first_of_run, has_sound, parts_at_seam,
};
pub use kind::NameKind;
pub use likeness::{
    How, INITIAL, Likeness, MAX_EDITS, MIN_ACRONYM, MIN_SCRAMBLED, acronym, acronym_similarity, likeness,
    likeness_by_consonants, most_by_edits, sorted_letters,
};
pub use lookalike::without_lookalikes;
pub use parse::MAX_CHARACTERS;
pub use parsed::{Form, Ignored, IgnoredWhy, MAX_TOKENS, ParsedName, Traits};
pub use score::{
    DefaultRarity, Naming, Rarity, Sides, WEIGHT_STEPS, initial_lift, lift, most_unlinked, score,
    stressed_weight, unmatched_lift, upper_bound, weight,
};
pub use script::{Script, is_letter};
pub use skeleton_scan::{SkeletonScan, TreeLetter};
pub use slips::Slips;
pub use sound::{skeleton, skeleton_similarity};
pub use sound_key::sound;
pub use tables::{Nature, country_named, country_spelled, is_place};
pub use token::{INITIAL_WEIGHT, SERVANT, Token};
pub use trade::TradeName;
