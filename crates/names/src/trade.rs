//! What of a body's name may be the name of a person who trades under it: without its form of organisation and the words of its
//! trade.

use crate::org_form::{folded_word, without_org_form, words_in};
use crate::tables::{TABLES, is_place};
use crate::units::units;
use crate::{NameKind, Nature};

/// The name of a body as it is asked about as a person's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TradeName<'a> {
    /// What is left without the form of organisation and the words of the trade.
    pub bearer: &'a str,
    /// Whether there was such a form, or such a word beside two others: then it is the name of a body and of nothing else, whatever else is wrong.
    pub of_a_body: bool,
}

/// Fewer words are not taken for the name of a person, and what stands beside them stays.
const LEAST_WORDS: usize = 2;

/// Words between others; what else is a particle may be a name (`Il`, `Do`, `Lo`).
const BETWEEN: [&str; 4] = ["and", "und", "et", "и"];

/// Who stands behind such a word, in the languages of Europe: the family of the bearer, or whoever else has a share. Elsewhere they may be names (`Son`).
const OTHERS: [&str; 18] = [
    "son",
    "sons",
    "daughters",
    "bros",
    "family",
    "associates",
    "assoc",
    "cie",
    "fils",
    "frere",
    "hijos",
    "hijo",
    "figli",
    "filhos",
    "sohne",
    "soehne",
    "sohn",
    "zonen",
];

/// Of so few letters a word of the trade may be a name (`Co`), unless it stands behind another such word.
const SHORT: usize = 2;

/// What a word does in the name of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Says what the body does or is (`Trading`, `Группа`), and is nobody's name.
    Trade,
    /// Stands between others (`&`, `and`).
    Between,
    Other,
}

impl Part {
    /// What a word does behind another one.
    fn of(word: &str, before: Self) -> Self {
        let plain = word.bytes().all(|b| b.is_ascii_alphabetic());
        let folded = if plain {
            word.to_ascii_lowercase()
        } else {
            let mut cut = units(word, true);
            match (cut.pop(), cut.is_empty()) {
                (Some(unit), true) => unit.text,
                // a stroke
                (None, _) => return Self::Between,
                // several words in one
                _ => return Self::Other,
            }
        };
        let word = folded.as_str();
        if BETWEEN.contains(&word) {
            return Self::Between;
        }
        let general =
            TABLES.concept(NameKind::Organization, word).is_some_and(|c| c.nature == Nature::Generic);
        let apart = before == Self::Other;
        let trade =
            (general && !TABLES.known(word).is_name() && !(apart && word.chars().nth(SHORT).is_none()))
                || (!apart && OTHERS.contains(&word));
        if trade { Self::Trade } else { Self::Other }
    }
}

impl<'a> TradeName<'a> {
    /// Takes a name apart: `Jane Roe General Trading LLC` is that of a body, and perhaps `Jane Roe` trades under it. Words of the trade are
    /// left out at the end and at the beginning, and only where two other words are left.
    pub fn of(name: &'a str) -> Self {
        let name = name.trim();
        let bare = without_org_form(name);
        let with_form = bare.len() < name.len();
        let bare = if with_form { without_place(bare) } else { bare };
        let mut words: Vec<(usize, &str, Part)> = words_in(bare)
            .into_iter()
            .scan(Part::Other, |before, (at, word)| {
                *before = Part::of(word, *before);
                Some((at, word, *before))
            })
            .collect();
        // behind a word of the trade even what may be a name elsewhere is a form (`Trading SA`, `& Söhne AG`)
        if let [.., (.., Part::Trade), (_, word, last)] = words.as_mut_slice()
            && TABLES.form(&folded_word(word)).is_some()
        {
            *last = Part::Trade;
        }
        let is = |part: Part| move |word: &&(usize, &str, Part)| word.2 == part;
        let any_trade = words.iter().any(|word| is(Part::Trade)(&word));
        let others = words.iter().filter(is(Part::Other)).count();
        let by_trade = any_trade && others >= LEAST_WORDS;
        // an article at the head (`El Nib Trading`) is part of the name
        let led = by_trade && words.first().is_some_and(|word| word.2 == Part::Trade);
        let first = if led { words.iter().find(is(Part::Other)) } else { words.first() };
        // `& Co` leaves the sign behind
        let last = words.iter().rfind(|word| is(Part::Other)(word) || (!by_trade && is(Part::Trade)(word)));
        let kept = first.zip(last).and_then(|(first, last)| bare.get(first.0..last.0 + last.1.len()));
        let bearer = kept.unwrap_or(bare).trim_end_matches([',', ';', '-', ' ']);
        Self { bearer, of_a_body: with_form || by_trade }
    }
}

/// A name without a place in brackets at its end, which stands beside the form of a body (`Roe Nib (India) Private Limited`) and is nobody's name.
fn without_place(name: &str) -> &str {
    let in_brackets = name.strip_suffix(')').and_then(|rest| rest.rsplit_once('('));
    let before =
        in_brackets.filter(|(_, place)| is_place(&folded_word(place))).map(|(before, _)| before.trim_end());
    before.filter(|before| before.chars().any(char::is_alphanumeric)).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bearer_is_left_without_form_and_trade() {
        for (name, bearer, of_a_body) in [
            ("Jane Roe", "Jane Roe", false),
            ("Jane Roe Ltd", "Jane Roe", true),
            ("Jane Roe General Trading Co. LLC", "Jane Roe", true),
            ("JANE ROE, IMPORT & EXPORT", "JANE ROE", true),
            ("Trading Jane Roe", "Jane Roe", true),
            ("Группа Джейн Роу", "Джейн Роу", true),
            ("Al Roe Nib Holding", "Al Roe Nib", true),
            ("Jane-Roe Nib Consulting GmbH", "Jane-Roe Nib", true),
            ("Jane Roe & Co Ltd", "Jane Roe", true),
            ("Jane Roe & Sons", "Jane Roe", true),
            ("Jane Roe & Söhne GmbH", "Jane Roe", true),
            ("Roe & Nib Ltd", "Roe & Nib", true),
            // the trade between two words stays
            ("Jane Trading Roe", "Jane Trading Roe", true),
            // one word is no person's name without what stands beside it
            ("Roe Trading", "Roe Trading", false),
            ("Roe General Trading", "Roe General Trading", false),
            ("Roe Trading LLC", "Roe Trading", true),
            ("Jane Roe Trading SA", "Jane Roe", true),
            ("Jane Roe Service & Consulting AB", "Jane Roe", true),
            ("Jane Roe & Söhne AG", "Jane Roe", true),
            ("Jane Roe Nib (India) Private Limited", "Jane Roe Nib", true),
            ("Jane Roe (Quill) Ltd", "Jane Roe (Quill)", true),
            ("(India) Ltd", "(India)", true),
            // elsewhere a short form may be a name
            ("Nguyen Van Sa", "Nguyen Van Sa", false),
            ("Trading Pao Yue Kong", "Pao Yue Kong", true),
            ("Roe Trading SA", "Roe Trading SA", false),
            // what is a name or may be one
            ("Pen Jong Son", "Pen Jong Son", false),
            ("Pen Roe Co", "Pen Roe Co", false),
            ("Roe Nib Il", "Roe Nib Il", false),
            ("Nib Do", "Nib Do", false),
            ("Jane Roe Young", "Jane Roe Young", false),
            ("Trading", "Trading", false),
            ("& &", "& &", false),
            ("", "", false),
        ] {
            assert_eq!(TradeName::of(name), TradeName { bearer, of_a_body }, "{name}");
        }
    }
}
