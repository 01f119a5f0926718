//! What of a body's name may be the name of a person who trades under it: without its form of organisation and the words of its
//! trade.

use crate::org_form::{Words, spelling_of};
use crate::tables::{TABLES, is_place};
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
    /// What a word does behind another one, by its spelling in the tables.
    fn of(spelling: &str, before: Self) -> Self {
        // nothing is left of a stroke
        if spelling.is_empty() || BETWEEN.contains(&spelling) {
            return Self::Between;
        }
        // what signs part into several words is no word of a trade
        if spelling.contains(' ') {
            return Self::Other;
        }
        let general =
            TABLES.concept(NameKind::Organization, spelling).is_some_and(|c| c.nature == Nature::Generic);
        let apart = before == Self::Other;
        let short = || spelling.chars().nth(SHORT).is_none();
        let trade = (general && !TABLES.known(spelling).is_name() && !(apart && short()))
            || (!apart && OTHERS.contains(&spelling));
        if trade { Self::Trade } else { Self::Other }
    }
}

impl<'a> TradeName<'a> {
    /// Takes a name apart: `Jane Roe General Trading LLC` is that of a body, and perhaps `Jane Roe` trades under it. Words of the trade are
    /// left out at the end and at the beginning, and only where two other words are left.
    pub fn of(name: &'a str) -> Self {
        let name = name.trim();
        let mut words = Words::of(name);
        let bare = words.without_org_form();
        let with_form = bare.len() < name.len();
        let from = bare.start;
        let bare = name.get(bare).unwrap_or(name);
        let bare = if with_form { without_place(bare) } else { bare };
        if with_form {
            words.keep(from, from + bare.len());
        }
        let mut parts: Vec<Part> = Vec::with_capacity(words.len());
        let mut before = Part::Other;
        for n in 0..words.len() {
            before = Part::of(words.spelling(n), before);
            parts.push(before);
        }
        // behind a word of the trade even what may be a name elsewhere is a form (`Trading SA`, `& Söhne AG`)
        if let [.., Part::Trade, last] = parts.as_mut_slice()
            && TABLES.form(words.spelling(words.len() - 1)).is_some()
        {
            *last = Part::Trade;
        }
        let is = |part: Part| move |found: &Part| *found == part;
        let others = parts.iter().copied().filter(is(Part::Other)).count();
        let by_trade = others >= LEAST_WORDS && parts.iter().any(is(Part::Trade));
        // an article at the head (`El Nib Trading`) is part of the name
        let led = by_trade && parts.first().is_some_and(is(Part::Trade));
        let first = if led { parts.iter().position(is(Part::Other)) } else { Some(0) };
        // `& Co` leaves the sign behind
        let last = parts.iter().rposition(|part| *part == Part::Other || (!by_trade && *part == Part::Trade));
        let place = |n: Option<usize>| n.and_then(|n| words.place(n));
        let kept = place(first).zip(place(last)).and_then(|(first, last)| name.get(first.start..last.end));
        let bearer = kept.unwrap_or(bare).trim_end_matches([',', ';', '-', ' ']);
        Self { bearer, of_a_body: with_form || by_trade }
    }
}

/// A name without a place in brackets at its end, which stands beside the form of a body (`Roe Nib (India) Private Limited`) and is nobody's name.
fn without_place(name: &str) -> &str {
    let in_brackets = name.strip_suffix(')').and_then(|rest| rest.rsplit_once('('));
    let before =
        in_brackets.filter(|(_, place)| is_place(&spelling_of(place))).map(|(before, _)| before.trim_end());
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
