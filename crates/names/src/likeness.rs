//! How alike two words are, and why.

use std::borrow::Borrow;

use serde::Serialize;

use crate::beginning::begin_alike;
use crate::distance::{Pair, Pattern, allowed, text_edits};
use crate::sound::{LIKE_A, LIKE_U, firmly_apart, skeleton_similarity};
use crate::token::{SERVANT, Token};
use crate::{NameKind, Nature, Script};

/// Why two parts of names were taken for the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// The same spelling.
    Exact,
    /// One word in two scripts, romanisations or languages' spellings: the same sound.
    Romanisation,
    /// Another spelling: a few edits, or spellings of one sound.
    Spelling,
    /// The same given name or surname in another language, or a nickname.
    Nickname,
    /// An initial and a name that begins with it.
    Initial,
    /// Several words on one side are one word on the other.
    Joined,
    /// The same consonants, where a script does not write vowels.
    Skeleton,
    /// The same general word in another form or language (`tech`, `technologies`, `技术`).
    Equivalent,
    /// The first letters of the other side's words.
    Acronym,
}

/// The likeness of two words.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Likeness {
    /// Why.
    pub how: How,
    /// How alike, above 0 up to 1.
    pub similarity: f64,
}

fn like(how: How, similarity: f64) -> Likeness {
    Likeness { how, similarity }
}

/// What it costs that two words of few different letters are both known as names: `Hernandez` is no slip for `Fernandez`.
const TWO_NAMES: f64 = 0.45;

/// The same where both are given names, of families that have nothing in common (`Joan`, `John`).
const TWO_FAMILIES: f64 = 0.6;
/// Whatever is alike at all is so by this much.
const LEAST: f64 = 0.05;

/// What words of one sound have, before the share that an edit in it costs.
const ONE_SOUND_LESS: f64 = 0.95;

/// The similarity of two forms of one surname: `Petrov` and `Petrova`.
const INFLECTED: f64 = 0.93;

/// How Slavic surnames end that have a form for a woman.
const STEMS: [&str; 6] = ["ov", "ev", "in", "yn", "iov", "iev"];
/// What is added to them.
const INFLECTIONS: [&str; 3] = ["a", "s", "as"];

/// Whether a word is [`inflected`] or has such a form.
fn may_be_inflected(word: &str) -> bool {
    let is = |word: &str| word.len() >= 5 && STEMS.iter().any(|stem| word.ends_with(stem));
    is(word) || INFLECTIONS.iter().any(|end| word.strip_suffix(end).is_some_and(is))
}

/// Whether one word is a Slavic surname and the other its form for a woman, or the one in which Latvian and Lithuanian write it.
fn inflected(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    short.len() >= 5
        && STEMS.iter().any(|stem| short.ends_with(stem))
        && long.strip_prefix(short).is_some_and(|end| INFLECTIONS.contains(&end))
}

/// The similarity of an initial and a word that begins so, and of two initials of which one is longer.
pub const INITIAL: f64 = 0.7;

/// What an edit costs, as a share of the longer word.
const EDIT_COST: f64 = 1.25;

/// The largest number of edits that [`likeness`] forgives on a spelling or on a sound key.
pub const MAX_EDITS: u8 = 2;

/// How alike two words of names of `kind` are; `None` if they are different words. Symmetric.
///
/// | case | similarity |
/// |---|---|
/// | same spelling | 1 |
/// | same general word, place or particle in another form | 0.97 |
/// | same sound, different scripts / same script | 0.95 / 0.93 |
/// | same family of given names or surnames (persons) | 0.9 |
/// | same consonants, one script without vowels | 0.5 to 0.95 by their number, less what differs |
/// | the same, and a long vowel that is written is there | 0.04 more, up to 0.95 |
/// | `e` edits in a word of `n` letters (none up to 3 letters, 1 up to 5, else 2) | `1 - 1.25 e/n` |
/// | one edit in a word of 3 letters (persons), not both being known names | the same |
/// | a Slavic surname and its form for a woman or in Baltic spelling (persons) | 0.93 |
/// | the same, but both are known names, of different families, or a romanisation would have added a consonant (persons) | the same less 0.45 |
/// | the same letters in another order, 6 or more, the first and last in place, not both known names | `1 - 1.25 · 3/n` |
/// | one edit in a sound key of `n` > 4 letters, and in one script at most 3 in the spelling | `0.95 - 1.25/n` |
/// | `Abd al-X` and `X`, or a lone `Abdul` (persons) | 0.75 |
/// | an initial (persons) | 0.7 |
/// | any of them, of a name of two Chinese characters in another reading than the plain one | the same times 0.8 |
///
/// The best case counts. Numbers are alike only if they are equal. Two syllables of Chinese or Korean names have no edits: they
/// are alike by family, or by sound if one letter differs at most.
///
/// **How the index finds each case.** Equal text, concept, family, stem, initial and letters ([`sorted_letters`]) are equal keys; like consonants by
/// [`crate::SkeletonScan`]; edits and sounds by length and letters, as `screening` proves. No case is alike in
/// another way, so each restriction here only removes candidates.
pub fn likeness(a: &Token, b: &Token, kind: NameKind) -> Option<Likeness> {
    likeness_of((a, Places::default()), b, kind)
}

/// Where the letters of a word's text and of its sound stand, as far as that is known.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Places<'a> {
    pub(crate) text: Option<&'a Pattern>,
    pub(crate) sound: Option<&'a Pattern>,
}

/// [`likeness`] of a word of which some is known and another one.
pub(crate) fn likeness_of((a, places): (&Token, Places<'_>), b: &Token, kind: NameKind) -> Option<Likeness> {
    let found = as_spelled((a, places), b, kind)?;
    let share = if a.guessed || b.guessed { GUESSED } else { 1.0 };
    Some(Likeness { similarity: found.similarity * share, ..found })
}

/// [`likeness`] of two words that are alike by their consonants or not at all, where `similarity` is what [`skeleton_similarity`] makes of these
/// with two liquids: many words have the same consonants, and of most nothing else is left to compare.
///
/// The two have no text, concept, family, stem, sound or letters in common, and no edits that [`likeness`] forgives.
pub fn likeness_by_consonants(
    a: &Token,
    b: &Token,
    kind: NameKind,
    similarity: Option<f64>,
) -> Option<Likeness> {
    let plain = |word: &Token| !matches!(word.nature(), Nature::Number | Nature::Particle | Nature::Initial);
    if !(plain(a) && plain(b)) {
        return likeness(a, b, kind);
    }
    if !by_consonants(a, b) {
        return None;
    }
    let similarity =
        if one_liquid(a, b) { skeleton_similarity(a.skeleton(), b.skeleton(), true) } else { similarity };
    let share = if a.guessed || b.guessed { GUESSED } else { 1.0 };
    similarity.map(|similarity| like(How::Skeleton, with_vowels(a, b, similarity) * share))
}

/// Whether two words are compared by their consonants.
fn by_consonants(a: &Token, b: &Token) -> bool {
    a.script() != b.script() && (a.script().is_skeletal() || b.script().is_skeletal())
}

/// Whether one of the scripts does not tell `l` from `r`.
fn one_liquid(a: &Token, b: &Token) -> bool {
    a.script() == Script::Kana || b.script() == Script::Kana
}

/// Whether one word is in Latin letters and the other has none: two alphabets have no letter in common, and what is not in Latin letters has
/// no sound.
fn of_two_alphabets(a: &Token, b: &Token) -> bool {
    let no_latin = |word: &Token| word.text().bytes().all(|byte| !byte.is_ascii());
    (a.text().is_ascii() && no_latin(b)) || (b.text().is_ascii() && no_latin(a))
}

/// The most that [`likeness`] makes of edits alone, in the spelling or in the sound, of a word of a name of `kind` and any
/// other word: one edit in a word that is a letter longer; of a surname that has a form for a woman, that form.
pub fn most_by_edits(token: &Token, kind: NameKind) -> f64 {
    if token.nature() == Nature::Number {
        return 0.0;
    }
    if kind == NameKind::Person && may_be_inflected(token.text()) {
        return INFLECTED.max(of_edits(token));
    }
    of_edits(token)
}

/// The most edits in the spelling of two words of one script that are alike by an edit in the sound.
pub(crate) const SOUND_EDITS: u8 = 3;
/// The least letters of a sound in which an edit is forgiven.
pub(crate) const MIN_SOUND: usize = 5;

/// The same without such forms.
fn of_edits(token: &Token) -> f64 {
    let of_sound =
        if token.sound().is_empty() { 0.0 } else { ONE_SOUND_LESS - share(1, token.sound().len() + 1) };
    (1.0 - share(1, token.len() + 1)).max(of_sound)
}

/// What the likeness of a word counts that is read as another language would, in a name of two Chinese characters: nearly all of
/// these are of the mainland, and of so few syllables some reading agrees with many names.
const GUESSED: f64 = 0.8;

/// The same of the spellings alone.
fn as_spelled((a, places): (&Token, Places<'_>), b: &Token, kind: NameKind) -> Option<Likeness> {
    if a.text() == b.text() {
        // a word that another language spells otherwise was written otherwise
        let same = a.script() == b.script() && (a.script() != Script::Latin || a.shown() == b.shown());
        return Some(like(if same { How::Exact } else { How::Romanisation }, 1.0));
    }
    if a.nature() == Nature::Number || b.nature() == Nature::Number {
        return None;
    }
    if a.concept().is_some() && a.concept() == b.concept() {
        return Some(like(How::Equivalent, 0.97));
    }
    if a.nature() == Nature::Particle || b.nature() == Nature::Particle {
        return None;
    }
    if a.nature() == Nature::Initial || b.nature() == Nature::Initial {
        // `Hyon U` is no `Hyon U.`: a syllable in its own script is not abbreviated by another
        if [a, b].iter().any(|t| matches!(t.script(), Script::Han | Script::Hangul)) {
            return None;
        }
        // `Sh.` begins `Shamil` and not `Sergei`; of two initials the shorter one may say less
        let begins = |one: &Token, other: &Token| {
            one.nature() == Nature::Initial && other.text().starts_with(one.text())
        };
        return (begins(a, b) || begins(b, a)).then(|| like(How::Initial, INITIAL));
    }
    let mut best: Option<Likeness> = None;
    let mut offer = |how: How, similarity: f64| {
        if best.is_none_or(|b| similarity > b.similarity) {
            best = Some(like(how, similarity));
        }
    };
    if kind == NameKind::Person && a.families().iter().any(|f| b.families().contains(f)) {
        offer(How::Nickname, 0.9);
    }
    let servant = |one: &Token, other: &Token| one.text() == SERVANT && other.stem().is_some();
    if a.stem() == Some(b.text()) || b.stem() == Some(a.text()) || servant(a, b) || servant(b, a) {
        offer(How::Equivalent, 0.75);
    }
    let across = a.script() != b.script();
    if by_consonants(a, b) {
        if let Some(similarity) = skeleton_similarity(a.skeleton(), b.skeleton(), one_liquid(a, b)) {
            offer(How::Skeleton, with_vowels(a, b, similarity));
        }
        if of_two_alphabets(a, b) {
            return best;
        }
    }
    let texts = Pair::of(a.text(), b.text()).with_places(places.text);
    if a.script() == Script::Han && b.script() == Script::Han && !a.text().is_ascii() {
        // another character is another word
        return best;
    }
    if a.is_syllable() && b.is_syllable() {
        if one_syllable(a, b, &texts) {
            offer(How::Romanisation, 0.87);
        }
        return best;
    }
    // what stands in characters has the spellings of its readings and no others
    let fixed = |t: &Token| t.is_syllable() && matches!(t.script(), Script::Han | Script::Hangul);
    if fixed(a) || fixed(b) {
        if a.sound() == b.sound() && texts.edits(1).is_some() {
            offer(How::Romanisation, 0.87);
        }
        return best;
    }
    let lens = if texts.is_ascii() { (a.text().len(), b.text().len()) } else { (a.len(), b.len()) };
    let (short, long) = (lens.0.min(lens.1), lens.0.max(lens.1));
    let two_names = kind == NameKind::Person && a.is_known() && b.is_known();
    // of three letters one is many: only where one of the words is no name that is known
    let too_short = short <= 3 && (kind != NameKind::Person || two_names);
    let limit = if too_short { 0 } else { allowed(short) };
    // a romanisation swallows or adds vowels, hardly a consonant: then it is another name, not a slip
    let romanised = || {
        across
            && kind == NameKind::Person
            && has_vowels(a)
            && has_vowels(b)
            && firmly_apart(a.skeleton(), b.skeleton())
    };
    if let Some(n) = texts.edits(limit)
        && (n < 2 || begin_alike(a.text(), b.text()))
    {
        let similarity = if kind == NameKind::Person && inflected(a.text(), b.text()) {
            INFLECTED
        } else if two_names && two_families(a, b) {
            1.0 - share(n, long) - TWO_FAMILIES
        } else {
            1.0 - share(n, long) - if two_names || romanised() { TWO_NAMES } else { 0.0 }
        };
        offer(How::Spelling, similarity.max(LEAST));
    }
    if !two_names
        && short >= MIN_SCRAMBLED
        && texts.is_ascii()
        && !texts.has_other_letters()
        && ends_alike(a.text(), b.text())
        && scrambled(a.text(), b.text())
    {
        offer(How::Spelling, 1.0 - share(SCRAMBLED, long));
    }
    let (sa, sb) = (a.sound(), b.sound());
    let (short_sound, long_sound) = (sa.len().min(sb.len()), sa.len().max(sb.len()));
    if short_sound > 0 && short >= 4 {
        if sa == sb {
            // short words of one sound are often two names (Joan, John)
            let close = across || long > 5 || texts.edits(1).is_some();
            let similarity = if across { 0.95 } else { 0.93 };
            if close {
                offer(
                    if across { How::Romanisation } else { How::Spelling },
                    if two_families(a, b) { similarity - TWO_FAMILIES } else { similarity },
                );
            }
        } else if short_sound >= MIN_SOUND
            && !two_names
            && long_sound - short_sound <= 1
            && sa.bytes().next() == sb.bytes().next()
            && (across || texts.edits(SOUND_EDITS).is_some())
            && let Some(n) = Pair::of(sa, sb).with_places(places.sound).edits(1)
            && !romanised()
            && !(kind == NameKind::Person && another_consonant(a, b, &texts))
        {
            offer(
                if across { How::Romanisation } else { How::Spelling },
                ONE_SOUND_LESS - share(n, long_sound),
            );
        }
    }
    best
}

/// Whether two words of one script differ by more than a letter, and by a consonant that every spelling writes alike: a slip is one
/// thing, and who spells by ear keeps these (`Bolet` and `Burlett` are two names, `Rogasuk` and `Rogashchuk` may be one).
fn another_consonant(a: &Token, b: &Token, texts: &Pair<'_>) -> bool {
    fn firm(word: &Token) -> impl Iterator<Item = u8> {
        word.skeleton()
            .bytes()
            .filter(|c| matches!(c, b'b' | b'd' | b'f' | b'l' | b'm' | b'n' | b'p' | b'r' | b't'))
    }
    a.script() == b.script()
        && has_vowels(a)
        && has_vowels(b)
        && texts.edits(1).is_none()
        && !firm(a).eq(firm(b))
}

/// Whether two syllables are spellings of one: `jong` and `jung`, `young` and `yong`, but not `lin` and `lian`, nor `hai` and `hao`,
/// whose second vowels the sound key does not tell apart.
fn one_syllable(a: &Token, b: &Token, texts: &Pair<'_>) -> bool {
    if a.sound() != b.sound() {
        return false;
    }
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let doubled = || ["oo", "ee", "ou"].iter().any(|v| long.text().contains(v));
    let vowel = |c: char| matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y');
    let one_vowel = |x: char, y: char| ["eiy", "ou"].iter().any(|set| set.contains(x) && set.contains(y));
    let mut letters = a.text().chars().zip(b.text().chars());
    short.len() >= 2
        && texts.edits(1).is_some()
        && if short.len() == long.len() {
            letters.all(|(x, y)| x == y || one_vowel(x, y) || !(vowel(x) && vowel(y)))
        } else {
            doubled()
        }
}

/// From so many letters on the same ones in another order are the same word.
pub const MIN_SCRAMBLED: usize = 6;

/// What letters in another order cost, in edits.
const SCRAMBLED: u8 = 3;

/// Whether the first and the last letter are the same.
fn ends_alike(a: &str, b: &str) -> bool {
    a.bytes().next() == b.bytes().next() && a.bytes().last() == b.bytes().last()
}

/// Whether both are given names, of families that have nothing in common: `Joan` is not `John`, though they sound alike.
fn two_families(a: &Token, b: &Token) -> bool {
    let (x, y) = (a.families(), b.families());
    !x.is_empty() && !y.is_empty() && !x.iter().any(|f| y.contains(f))
}

/// Whether a word is compared in a Latin spelling that has vowels.
fn has_vowels(token: &Token) -> bool {
    !token.script().is_skeletal() && token.text().is_ascii()
}

/// What the vowels say of two words of like consonants: an abjad writes the long ones, so where it writes `i` the other
/// word must have a vowel of that kind; and where it has, the few consonants are not alone.
fn with_vowels(a: &Token, b: &Token, similarity: f64) -> f64 {
    let (x, y) = (a.vowels(), b.vowels());
    if x.len() != y.len() {
        return similarity;
    }
    let told = |t: &Token, vowels: u8| match t.script() {
        Script::Arabic | Script::Hebrew => vowels,
        // Japanese ends its syllables with a vowel, mostly `u` or `o`, where another language has none
        Script::Kana if vowels & LIKE_U == 0 => vowels,
        // the vowel that Indic letters have by themselves is an `a` that may be silent
        Script::Abugida if vowels & LIKE_A == 0 => vowels,
        // the vowels that part consonants are others
        Script::Transcribed if vowels == LIKE_A => vowels,
        _ => 0,
    };
    let lacks = |told: u8, other: u8| told != 0 && told & other == 0;
    let apart = x.iter().zip(y).filter(|(x, y)| lacks(told(a, **x), **y) || lacks(told(b, **y), **x)).count();
    if apart > 0 {
        return similarity - VOWEL_APART * f64::from(u8::try_from(apart.min(3)).unwrap_or(3));
    }
    let abjad = |t: &Token| matches!(t.script(), Script::Arabic | Script::Hebrew);
    let confirmed = (abjad(a) || abjad(b))
        && a.skeleton() == b.skeleton()
        && x.iter().zip(y).any(|(x, y)| told(a, *x) != 0 || told(b, *y) != 0);
    if confirmed { (similarity + VOWEL_CONFIRMED).min(ALL_CONSONANTS.max(similarity)) } else { similarity }
}

/// What one such vowel takes off.
const VOWEL_APART: f64 = 0.12;
/// What vowels add that are written and are there, where the consonants are the same.
const VOWEL_CONFIRMED: f64 = 0.04;
/// The most that consonants say.
const ALL_CONSONANTS: f64 = 0.95;

fn share(edits: u8, len: usize) -> f64 {
    // word lengths are far below 2^52
    EDIT_COST * f64::from(edits) / (len.max(1) as f64)
}

/// How two different words of persons' names may be one word with a slip in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slip {
    /// A word with a slip, or a syllable that was misheard.
    Any,
    /// A syllable that is one letter off.
    OneLetter,
}

/// Whether two different words of persons' names may be one word with a slip in it: short words and heavy slips are not
/// alike by [`likeness`], but in a long name where all else agrees they speak less against it than another name would.
pub(crate) fn slip(a: &Token, b: &Token) -> Option<Slip> {
    let word = |t: &Token| t.nature() == Nature::Word;
    if !word(a) || !word(b) {
        return None;
    }
    // who writes characters makes no slips in letters
    let fixed = |t: &Token| t.is_syllable() && matches!(t.script(), Script::Han | Script::Hangul);
    if fixed(a) || fixed(b) {
        return None;
    }
    if a.is_syllable() && b.is_syllable() {
        // misheard or mistyped: it is one letter off, or begins alike
        let begins = a.text().chars().next() == b.text().chars().next();
        return match text_edits(a.text(), b.text(), 2)? {
            1 => Some(Slip::OneLetter),
            _ => begins.then_some(Slip::Any),
        };
    }
    may_be_a_slip(a, b).then_some(Slip::Any)
}

/// The same for words that are no syllables.
fn may_be_a_slip(a: &Token, b: &Token) -> bool {
    if a.is_known() && b.is_known() {
        return false;
    }
    if a.script() != b.script() && (a.script().is_skeletal() || b.script().is_skeletal()) {
        let (x, y) = (a.skeleton().as_bytes(), b.skeleton().as_bytes());
        let same = x.iter().zip(y).filter(|(x, y)| x == y).count();
        return x.len() == y.len() && x.len() >= 2 && same + 1 >= x.len();
    }
    if !a.text().is_ascii() || !b.text().is_ascii() {
        return false;
    }
    let (short, long) = (a.len().min(b.len()), a.len().max(b.len()));
    let limit = match long {
        // two letters of three are another word
        _ if short <= 3 => 1,
        4..=6 => 2,
        _ => 3,
    };
    let near = || {
        text_edits(a.text(), b.text(), limit).is_some_and(|n| n < 2 || heads_may_be_one(a.text(), b.text()))
    };
    (short >= 2 && near()) || (short >= 6 && scrambled(a.text(), b.text()))
}

/// Whether two words begin alike, or do once a letter at the head of one is left out. A first letter gets lost or is doubled; who
/// writes another one in its place, and errs once more in the word, mostly writes another name (`Garner`, `Warder`).
fn heads_may_be_one(a: &str, b: &str) -> bool {
    fn rest(word: &str) -> &str {
        word.get(1..).unwrap_or_default()
    }
    begin_alike(a, b) || begin_alike(rest(a), b) || begin_alike(a, rest(b))
}

/// Whether two words have the same letters in another order.
fn scrambled(a: &str, b: &str) -> bool {
    // of so few letters each is counted in both sooner than they are sorted
    const SHORT: usize = 32;
    let times = |word: &str, letter: u8| word.bytes().filter(|c| *c == letter).count();
    a.len() == b.len()
        && if a.len() <= SHORT && a.is_ascii() && b.is_ascii() {
            a.bytes().all(|letter| times(a, letter) == times(b, letter))
        } else {
            sorted_letters(a) == sorted_letters(b)
        }
}

/// The letters of a Latin word in the order of the alphabet.
pub fn sorted_letters(word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    letters.sort_unstable();
    letters.into_iter().collect()
}

/// The first letters of the words of a body's name, particles left out, if there are at least [`MIN_ACRONYM`].
pub fn acronym<T: Borrow<Token>>(tokens: &[T]) -> Option<String> {
    let words: Vec<&Token> = tokens
        .iter()
        .map(Borrow::borrow)
        .filter(|t: &&Token| !matches!(t.nature(), Nature::Particle | Nature::Title))
        .collect();
    if words.len() < MIN_ACRONYM || words.iter().any(|t| !t.text().is_ascii()) {
        return None;
    }
    Some(words.iter().filter_map(|t| t.text().chars().next()).collect())
}

/// Fewer letters are no evidence.
pub const MIN_ACRONYM: usize = 3;

/// The similarity of an acronym of so many letters and the name that it abbreviates; `None` where it is no evidence. Of three
/// letters there are few, so they only count where nothing else is asked or listed (`alone`), and then as a near miss.
pub fn acronym_similarity(letters: usize, alone: bool) -> Option<f64> {
    match letters {
        0..MIN_ACRONYM => None,
        MIN_ACRONYM => alone.then_some(0.65),
        _ => Some(0.75),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ParsedName;

    #[test]
    fn words_alike_by_consonants_alone_are_so_without_the_rest() {
        // names of one person each, in two scripts or more, and what resembles them
        let words = [
            "محمد",
            "مراد",
            "سعید",
            "علي",
            "فاطمة",
            "كريم",
            "שרה",
            "משה",
            "כהן",
            "סעיד",
            "लक्ष्मी",
            "मोहन",
            "कुमार",
            "ราม",
            "สมชาย",
            "タナカ",
            "ハルコ",
            "リサ",
            "中",
            "王",
            "김",
            "Мурад",
            "Саид",
            "Сара",
            "Кумар",
            "murad",
            "mohammed",
            "mahmoud",
            "said",
            "ali",
            "sara",
            "moshe",
            "cohen",
            "kumar",
            "lakshmi",
            "tanaka",
            "haruko",
            "risa",
            "lisa",
            "al",
            "a",
            "7",
            "van",
        ];
        let (mut consonants, mut others) = (0, 0);
        for kind in NameKind::ALL {
            let words: Vec<Token> = words
                .iter()
                .flat_map(|word| ParsedName::parse(word, kind).forms)
                .flat_map(|form| form.tokens)
                .collect();
            for (a, b) in words.iter().flat_map(|a| words.iter().map(move |b| (a, b))) {
                let whole = likeness(a, b, kind);
                if whole.is_some_and(|found| found.how != How::Skeleton) {
                    others += 1;
                    continue;
                }
                let similarity = skeleton_similarity(a.skeleton(), b.skeleton(), false);
                let alone = likeness_by_consonants(a, b, kind, similarity);
                assert_eq!(alone, whole, "{} {} as {kind:?}", a.text(), b.text());
                consonants += usize::from(whole.is_some());
            }
        }
        assert!(consonants > 50 && others > 100, "{consonants} {others}");
    }
}
