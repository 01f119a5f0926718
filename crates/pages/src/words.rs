//! Every sentence and word of the pages, in every language. Nothing else in the room holds text for people.
//!
//! A group is a struct with one field a text; a text that one language lacks does not compile. Blanks are written
//! `{name}` and filled by [`crate::text::fill`]. Codes of the formats (`published_decision`) are turned into words by
//! [`codes`].

/// Declares a group: its texts in each language, side by side.
macro_rules! texts {
    ($(#[$doc:meta])* $group:ident, $english:ident, $german:ident { $($key:ident: $en:literal, $de:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $group { $(#[doc = $en] pub $key: &'static str,)+ }
        pub(super) const $english: $group = $group { $($key: $en,)+ };
        pub(super) const $german: $group = $group { $($key: $de,)+ };
        #[cfg(test)]
        impl $group {
            /// Every text with its key, in each language.
            pub(super) fn pairs() -> Vec<(&'static str, &'static str, &'static str)> {
                vec![$((stringify!($key), $en, $de),)+]
            }
        }
    };
}

mod access;
mod assess;
pub mod codes;
mod country;
mod desk;
mod find;
mod frame;
mod lists;
mod paper;
mod party;
mod record;
mod verify;

pub use access::{Access, Faults};
pub use assess::Assess;
pub use country::Country;
pub use desk::{Desk, Refusals, Steps};
pub use find::Find;
pub use frame::Frame;
pub use lists::Lists;
pub use paper::Paper;
pub use party::Party;
pub use record::Record;
pub use verify::Verify;

/// All words of one language.
#[derive(Debug)]
pub struct Words {
    /// Around every page.
    pub frame: Frame,
    /// Searching, and what is found.
    pub find: Find,
    /// Parties and subjects.
    pub party: Party,
    /// Countries.
    pub country: Country,
    /// Assessments.
    pub assess: Assess,
    /// Records and their proofs.
    pub record: Record,
    /// Lists.
    pub lists: Lists,
    /// How to verify.
    pub verify: Verify,
    /// Signing in, accounts, people.
    pub access: Access,
    /// The desk.
    pub desk: Desk,
    /// Decision papers and letters.
    pub paper: Paper,
    /// Steps of a case, in its timeline.
    pub steps: Steps,
    /// Why a step is not taken.
    pub refusals: Refusals,
    /// Why credentials, keys and changes of people are refused.
    pub faults: Faults,
}

/// English.
pub static ENGLISH: Words = Words {
    frame: frame::EN,
    find: find::EN,
    party: party::EN,
    country: country::EN,
    assess: assess::EN,
    record: record::EN,
    lists: lists::EN,
    verify: verify::EN,
    access: access::EN,
    desk: desk::EN,
    paper: paper::EN,
    steps: desk::STEPS_EN,
    refusals: desk::REFUSALS_EN,
    faults: access::FAULTS_EN,
};

/// German.
pub static GERMAN: Words = Words {
    frame: frame::DE,
    find: find::DE,
    party: party::DE,
    country: country::DE,
    assess: assess::DE,
    record: record::DE,
    lists: lists::DE,
    verify: verify::DE,
    access: access::DE,
    desk: desk::DE,
    paper: paper::DE,
    steps: desk::STEPS_DE,
    refusals: desk::REFUSALS_DE,
    faults: access::FAULTS_DE,
};

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn blanks(text: &str) -> BTreeSet<&str> {
        text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
    }

    #[test]
    fn both_languages_have_the_same_blanks_and_say_something() {
        let all = [
            Frame::pairs(),
            Find::pairs(),
            Party::pairs(),
            Country::pairs(),
            Assess::pairs(),
            Record::pairs(),
            Lists::pairs(),
            Verify::pairs(),
            Access::pairs(),
            Desk::pairs(),
            Paper::pairs(),
            Steps::pairs(),
            Refusals::pairs(),
            Faults::pairs(),
        ];
        for (key, english, german) in all.into_iter().flatten() {
            assert_eq!(blanks(english), blanks(german), "{key}");
            assert!(!english.trim().is_empty() && !german.trim().is_empty(), "{key}");
        }
    }

    /// The text beside a label begins at the fifteenth character, in every language.
    #[test]
    fn a_label_of_a_paper_leaves_room_for_a_blank() {
        for words in [&ENGLISH.paper, &GERMAN.paper] {
            let labels = [
                words.case,
                words.title,
                words.about,
                words.opened,
                words.policy,
                words.appeal,
                words.outcome,
                words.reason,
                words.condition,
                words.evidence,
                words.proposed_by,
                words.signature,
                words.case_file,
                words.check,
                words.answer,
                words.as_of,
                words.record,
                words.note,
                words.missing,
                words.none,
            ];
            for label in labels {
                let label = label.replace("{n}", "99");
                assert!(label.chars().count() <= 13, "{label}");
            }
        }
    }
}
