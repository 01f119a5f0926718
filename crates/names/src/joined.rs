//! Several words of one side that are one word of the other: `Al Assad` and `Alassad`, `Petro China` and `PetroChina`.

use std::borrow::Borrow;
use std::fmt;

use crate::distance::text_edits;
use crate::likeness::MAX_EDITS;
use crate::sound::{Consonants, abjad_skeleton, skeleton};
use crate::sound_key::{self, sound};
use crate::token::Token;
use crate::{Nature, Script};

/// The most words of one side that may be one word of the other.
pub const MAX_JOIN: usize = 4;

/// The similarity of `several` words on one side and the one word that they spell together.
pub const JOINED: f64 = 0.97;

/// The same where only the consonants can be compared.
pub const JOINED_CONSONANTS: f64 = 0.92;

/// A run of fewer letters has no sound.
const LEAST_SOUNDING: usize = 5;

/// Fewer consonants are no evidence that several words are one.
const MIN_JOINED_CONSONANTS: usize = 5;

/// What of a word decides whether a run of others may spell it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Outline {
    bytes: usize,
    characters: usize,
    /// Which letters it has, as bits.
    letters: u32,
    sound: usize,
    skeleton: usize,
    script: Script,
}

impl Outline {
    pub(crate) fn of(token: &Token) -> Self {
        Self {
            bytes: token.text().len(),
            characters: token.len(),
            letters: token.text().bytes().fold(0u32, |set, c| set | (1 << (c % 32))),
            sound: token.sound().len(),
            skeleton: token.skeleton().len(),
            script: token.script(),
        }
    }
}

/// What of a run of words decides the same.
pub(crate) struct RunOutline {
    bytes: usize,
    letters: u32,
    /// The script, if it is one.
    script: Option<Script>,
}

impl RunOutline {
    pub(crate) fn of(words: &[Outline]) -> Self {
        let first = words.first().map(|word| word.script);
        Self {
            bytes: words.iter().map(|word| word.bytes).sum(),
            letters: words.iter().fold(0, |set, word| set | word.letters),
            script: first.filter(|script| words.iter().all(|word| word.script == *script)),
        }
    }

    /// Whether [`Joined::spells`] can be something for these words, by lengths, letters and scripts alone: most runs are no
    /// word, and what they spell need not be written out to see that.
    ///
    /// Case by case of `spells`: the same spelling is as long; the same sound needs nearly the same length and, in one script, at
    /// most two edits, each of which changes the set of letters by two at most; the same consonants need two kinds of script.
    pub(crate) fn may_spell(&self, one: &Outline) -> bool {
        if self.bytes == one.bytes {
            return true;
        }
        if self.script.is_some_and(|script| script.is_skeletal() != one.script.is_skeletal())
            && one.skeleton >= MIN_JOINED_CONSONANTS
        {
            return true;
        }
        let apart = one.characters.abs_diff(self.bytes);
        if one.characters < 5 || one.sound < 4 || apart > 3 {
            return false;
        }
        self.script != Some(one.script)
            || (apart <= usize::from(MAX_EDITS)
                && (self.letters ^ one.letters).count_ones() <= 2 * u32::from(MAX_EDITS))
    }
}

/// What a run of words spells when it is written as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    /// The spellings one after the other.
    pub text: String,
    /// The sound of the whole, if it is Latin and has at least five letters.
    pub sound: Option<String>,
    /// The consonants of the whole, if there are at least five and all words are of one script.
    pub skeleton: Option<String>,
    /// The script of the words, if it is one.
    script: Option<Script>,
}

impl Joined {
    /// The keys of a run of words.
    pub fn of<T: Borrow<Token>>(several: &[T]) -> Self {
        let words = || several.iter().map(Borrow::<Token>::borrow);
        let mut text = String::with_capacity(words().map(|word| word.text().len()).sum());
        text.extend(words().map(Token::text));
        let script = words().next().map(Token::script).filter(|s| words().all(|t| t.script() == *s));
        let latin = text.is_ascii() && text.len() >= LEAST_SOUNDING;
        let apart =
            latin && several.windows(2).all(|pair| matches!(pair, [a, b] if is_seam(a.borrow(), b.borrow())));
        let sound = latin.then(|| if apart { sounds(words(), text.len()) } else { sound(&text) });
        let skeleton = match script {
            Some(Script::Arabic | Script::Hebrew) => Some(abjad_skeleton(&text)),
            Some(_) if latin => Some(if apart { consonants(words(), text.len()) } else { skeleton(&text) }),
            _ => None,
        };
        let skeleton = skeleton.filter(|s| s.len() >= MIN_JOINED_CONSONANTS);
        Self { text, sound, skeleton, script }
    }

    /// Whether the words are of one script that does not write vowels.
    pub fn is_skeletal(&self) -> bool {
        self.script.is_some_and(Script::is_skeletal)
    }

    /// The similarity to the word `one`, if that is what the words spell together: the same spelling; or the same
    /// sound, nearly the same length and, in one script, at most two edits; or, where one side does not write vowels, the same consonants.
    pub fn spells(&self, one: &Token) -> Option<f64> {
        if one.nature() == Nature::Number {
            return None;
        }
        if one.is_syllable() {
            return (one.text() == self.text).then_some(JOINED);
        }
        let close = one.len() >= 5 && one.len().abs_diff(self.text.len()) <= 3;
        let sounds = close && one.sound().len() >= 4 && self.sound.as_deref() == Some(one.sound());
        let spelled = || match self.script {
            Some(Script::Han | Script::Hangul) => text_edits(&self.text, one.text(), 1).is_some(),
            script => script != Some(one.script()) || text_edits(&self.text, one.text(), 2).is_some(),
        };
        if one.text() == self.text || (sounds && spelled()) {
            return Some(JOINED);
        }
        let consonants = self.is_skeletal() != one.script().is_skeletal()
            && self.skeleton.as_deref() == Some(one.skeleton());
        consonants.then_some(JOINED_CONSONANTS)
    }
}

/// Whether one word can be read before another one and sounds as it does alone; `None` where one is not compared in Latin letters, or is of a
/// script without vowels: its consonants are compared with more words.
pub fn parts_at_seam(a: &Token, b: &Token) -> Option<bool> {
    let latin = |word: &Token| word.text().is_ascii() && !word.script().is_skeletal();
    (latin(a) && latin(b)).then(|| is_seam(a, b))
}

/// Whether a run of words has a sound: of five letters or more, all of them Latin.
pub fn has_sound<T: Borrow<Token>>(run: &[T]) -> bool {
    let letters: usize = run.iter().map(|word| word.borrow().text().len()).sum();
    letters >= LEAST_SOUNDING && run.iter().all(|word| word.borrow().text().is_ascii())
}

/// How the sound and the consonants of every run begin that has a sound and of which this is the first word; `seam`: what [`parts_at_seam`] says of it and
/// the second. `None` where that is not known.
pub fn first_of_run(word: &Token, seam: bool) -> Option<(&str, &str)> {
    let cut = match seam {
        true => 0,
        false if word.text().len() >= JoinedHead::LONG => JoinedHead::END,
        false => return None,
    };
    let head = |text: &'_ str| text.len().saturating_sub(cut);
    Some((word.sound().get(..head(word.sound()))?, word.skeleton().get(..head(word.skeleton()))?))
}

/// What two words sound like together, with which what a longer run of words sounds like begins.
#[derive(Default)]
pub struct JoinedHead {
    sound: String,
    skeleton: String,
    /// Room to work in: the letters of both, and their consonants.
    text: String,
    consonants: Consonants,
}

impl fmt::Debug for JoinedHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sound, skeleton, .. } = self;
        f.debug_struct("JoinedHead").field("sound", sound).field("skeleton", skeleton).finish_non_exhaustive()
    }
}

impl JoinedHead {
    /// The end of a word of so many letters may be read otherwise before another word, its beginning is not.
    const LONG: usize = 5;
    /// So many letters of a sound are of that end at most.
    const END: usize = 3;

    /// That of two words that are compared in Latin letters and are of scripts with vowels: the consonants of others are compared with more words.
    pub fn of(a: &Token, b: &Token) -> Option<Self> {
        let mut head = Self::default();
        head.read(a, b).then_some(head)
    }

    /// Reads [that](Self::of) of two other words, in the room that is there; whether it is known.
    pub fn read(&mut self, a: &Token, b: &Token) -> bool {
        let Some(seam) = parts_at_seam(a, b) else { return false };
        let Self { sound, skeleton, text, consonants } = self;
        sound.clear();
        skeleton.clear();
        if seam {
            let words = || [a, b].into_iter();
            add_sounds(words(), sound);
            add_consonants(words(), skeleton);
        } else {
            text.clear();
            text.push_str(a.text());
            text.push_str(b.text());
            sound_key::write(text, sound);
            consonants.clear();
            consonants.write(text);
            skeleton.push_str(consonants.letters());
        }
        true
    }

    /// How the sound and the consonants of a run begin whose first words are the two. `None` where that is not known, and for a run of fewer than five
    /// letters or of others than Latin ones, which has no sound.
    pub fn of_run<T: Borrow<Token>>(&self, run: &[T]) -> Option<(&str, &str)> {
        if !has_sound(run) {
            return None;
        }
        let cut = match run {
            [_, b, c, ..] if !is_seam(b.borrow(), c.borrow()) => {
                (b.borrow().text().len() >= Self::LONG).then_some(Self::END)?
            }
            _ => 0,
        };
        let head = |text: &'_ str| text.len().saturating_sub(cut);
        Some((self.sound.get(..head(&self.sound))?, self.skeleton.get(..head(&self.skeleton))?))
    }
}

/// Whether two Latin words can be read one after the other and sound as if they were written as one: no letter at the seam is read
/// otherwise for the one beside it. The letters are those of the tables of `sound_key.rs` and `sound.rs`; that of each word alone is
/// known then, and need not be read once more.
fn is_seam(a: &Token, b: &Token) -> bool {
    let (a, b) = (a.text().as_bytes(), b.text().as_bytes());
    let ([.., before, last], [first, ..]) = (a, b) else { return false };
    // both are read by the letter before them, and a silent `e` at the end by how many there are
    if matches!(first, b'h' | b'j') || (b.len() < 5 && b.last() == Some(&b'e')) {
        return false;
    }
    let unless: &[u8] = match last {
        b'a' | b'i' | b'y' | b'o' | b'l' | b'm' | b'n' | b'r' | b'f' | b'v' | b'w' | b'x' => b"",
        b'u' if *before != b'q' => b"",
        b's' => b"cz",
        b't' => b"csz",
        b'd' => b"zs",
        b'k' => b"k",
        b'g' => b"eiy",
        b'p' | b'b' | b'z' => b"",
        _ => return false,
    };
    !unless.contains(first)
}

/// The sound of words that part at their seams, of so many letters.
fn sounds<'a>(words: impl Iterator<Item = &'a Token>, letters: usize) -> String {
    let mut out = String::with_capacity(letters);
    add_sounds(words, &mut out);
    out
}

fn add_sounds<'a>(words: impl Iterator<Item = &'a Token>, out: &mut String) {
    for word in words {
        let (last, mut sound) = (out.bytes().last(), word.sound().chars());
        let vowel = |c: u8| matches!(c, b'a' | b'i' | b'u');
        // a run of vowels keeps its first one, a doubled consonant counts once
        let again = word.sound().bytes().next().zip(last).is_some_and(|(first, last)| {
            (first == last && !first.is_ascii_digit()) || (vowel(first) && vowel(last))
        });
        if again {
            sound.next();
        }
        out.push_str(sound.as_str());
    }
}

/// Their consonants.
fn consonants<'a>(words: impl Iterator<Item = &'a Token>, letters: usize) -> String {
    let mut out = String::with_capacity(letters);
    add_consonants(words, &mut out);
    out
}

fn add_consonants<'a>(words: impl Iterator<Item = &'a Token>, out: &mut String) {
    // whether a vowel stands behind the last one
    let mut open = false;
    for word in words {
        let mut skeleton = word.skeleton().chars();
        open |= word.vowels().first().is_some_and(|vowels| *vowels != 0);
        let Some(first) = word.skeleton().bytes().next() else { continue };
        // a letter doubled without a vowel between counts once
        if !open && out.bytes().last() == Some(first) {
            skeleton.next();
        }
        out.push_str(skeleton.as_str());
        open = word.vowels().last().is_some_and(|vowels| *vowels != 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{NameKind, ParsedName};

    fn word(text: &str) -> Option<Token> {
        let parsed = ParsedName::parse(text, NameKind::Organization);
        let [form] = parsed.forms.as_slice() else { return None };
        let [token] = form.tokens.as_slice() else { return None };
        (token.text() == text).then(|| token.clone())
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(60_000))]
        #[test]
        fn words_read_one_after_the_other_are_the_words_read_as_one(
            words in proptest::collection::vec("[b-df-hj-np-tv-xz]{0,2}[aeiouy]{0,2}[schtdzjkqgxplew]{1,3}[aeiou7]{0,1}", 2..4),
        ) {
            let Some(tokens) = words.iter().map(|text| word(text)).collect::<Option<Vec<Token>>>() else { return Ok(()) };
            let text = words.concat();
            if tokens.windows(2).all(|pair| is_seam(&pair[0], &pair[1])) {
                proptest::prop_assert_eq!(sounds(tokens.iter(), text.len()), sound(&text), "{:?}", words);
                proptest::prop_assert_eq!(consonants(tokens.iter(), text.len()), skeleton(&text), "{:?}", words);
            }
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(60_000))]
        #[test]
        fn a_run_of_words_begins_as_its_first_two_do(
            words in proptest::collection::vec("([a-z]{1,7}|([bcdghkpqstwx]{1,2}[aeiouy]{1,2}){1,3}[schtzjkqgxpwe]{0,3})", 2..5),
        ) {
            let Some(tokens) = words.iter().map(|text| word(text)).collect::<Option<Vec<Token>>>() else { return Ok(()) };
            let head = JoinedHead::of(&tokens[0], &tokens[1]).unwrap();
            let joined = Joined::of(&tokens);
            let first = first_of_run(&tokens[0], is_seam(&tokens[0], &tokens[1])).filter(|_| has_sound(&tokens));
            for (sound, skeleton) in head.of_run(&tokens).into_iter().chain(first) {
                proptest::prop_assert!(joined.sound.as_deref().is_some_and(|whole| whole.starts_with(sound)), "{:?}", words);
                proptest::prop_assert!(joined.skeleton.as_deref().is_none_or(|whole| whole.starts_with(skeleton)), "{:?}", words);
            }
        }
    }

    #[test]
    fn most_words_part_at_their_seams() {
        let parts = |a: &str, b: &str| is_seam(&word(a).unwrap(), &word(b).unwrap());
        for (a, b) in [("maria", "quillfeather"), ("nib", "rook"), ("tomas", "rook"), ("lazlo", "ollivier")] {
            assert!(parts(a, b), "{a} {b}");
        }
        for (a, b) in
            [("tomas", "hill"), ("nic", "elson"), ("jane", "rook"), ("nib", "roe"), ("tomas", "czerny")]
        {
            assert!(!parts(a, b), "{a} {b}");
        }
    }
}
