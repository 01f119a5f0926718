//! Texts that plainly hold a name and nothing else, as most do.
//!
//! Whoever reads more out of a text than its name looks for a sign: a word (`aka`, `branch`, `Ltd` with more behind it), a
//! digit, a bracket, a stroke, a second script, letters that read like damage. Of all that hardly anything can stand in letters
//! of one script between blanks, commas and stops. So one look at the letters, and at how words begin and end, spares every
//! reader its own; where it is not sure, each of them reads the text.

use countersign_names::Script;

use crate::adjust::is_like_a_number;
use crate::damage::stands_for_itself;
use crate::numbers::{ANNOUNCING, is_bare_mark, may_hold_a_mark};
use crate::several::{FORMS, PHRASES, TOGETHER};
use crate::surroundings::{MARKS, OFFICES};

/// Whether nothing is read out of a text but one name, whatever its kind: it has no parts (`several.rs`), no number
/// (`numbers.rs`), no damage and no lost letters (`damage.rs`), and nothing stands round it (`surroundings.rs`) but, perhaps,
/// behind a comma. Not every such text is told.
pub(crate) fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let at = |n: usize| bytes.get(n).copied().unwrap_or(b' ');
    let mut read = Read::new(bytes);
    let mut n = 0;
    while let Some(byte) = bytes.get(n).copied() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => {
                let letters = bytes.get(n..).unwrap_or_default().iter();
                n += letters.take_while(|byte| byte.is_ascii_alphabetic()).count();
                continue;
            }
            0x80.. => {
                let Some(c) = text.get(n..).and_then(|rest| rest.chars().next()) else { return false };
                let end = n + c.len_utf8();
                if !read.letter(c, n, end) {
                    return false;
                }
                n = end;
                continue;
            }
            b' ' | b',' | b'\'' => {}
            // not within a word, which is an abbreviation then: mostly that of a form, with which the name ends
            b'.' if matches!(at(n + 1), b' ' | b',' | b'.') => {}
            b'.' if n == read.word + 1 && ends_in_a_form(bytes.get(read.word..).unwrap_or_default()) => {
                if read.form || !read.is_of(Script::Latin) {
                    return false;
                }
                (read.word, read.run) = (bytes.len(), bytes.len());
                n = bytes.len();
                continue;
            }
            // not between words
            b'-' if n > read.word && is_letter(at(n + 1)) => {
                let before = n.checked_sub(2).map_or(b' ', at);
                read.like_a_mark |= before.is_ascii_uppercase();
            }
            _ => return false,
        }
        if !read.word(n) {
            return false;
        }
        n += 1;
        (read.word, read.run) = (n, n);
    }
    read.word(n)
        && !read.is_of_another_code_page()
        && !is_bare_mark(text.trim())
        && !(read.like_a_mark && (may_hold_a_mark(text) || is_like_a_number(text)))
}

/// The letters of forms of organisation that are written with stops (`S.R.L.`): nothing that is looked for is abbreviated so.
const DOTTED: [&str; 18] = [
    "srl", "bv", "sl", "sro", "lp", "sa", "llc", "spa", "as", "rl", "cv", "sas", "oo", "ro", "nv", "doo",
    "snc", "slu",
];

/// Whether a text is one of these and nothing else, the last stop aside.
fn ends_in_a_form(text: &[u8]) -> bool {
    let is = |form: &&str| {
        let mut left = text;
        let letters = form.bytes().all(|letter| {
            let Some((own, rest)) = left.split_first() else { return false };
            let behind = rest.strip_prefix(b".").or_else(|| rest.is_empty().then_some(rest));
            left = behind.unwrap_or_default();
            behind.is_some() && own.eq_ignore_ascii_case(&letter)
        });
        letters && left.is_empty()
    };
    DOTTED.iter().any(is)
}

const fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || !byte.is_ascii()
}

/// A text as far as it was read.
struct Read<'a> {
    bytes: &'a [u8],
    /// Where the word begins.
    word: usize,
    /// Where its last letters of ASCII begin.
    run: usize,
    /// The last letter that is not of ASCII.
    other: char,
    script: Option<Script>,
    /// Whether the word was a form of organisation, behind which another name may begin.
    form: bool,
    /// Whether a hyphen stands where it does in the mark of an aircraft.
    like_a_mark: bool,
    /// How many letters are those of Latin-1 with marks.
    marked: usize,
    /// Whether a letter is a Cyrillic one that stands for no sign of UTF-8.
    whole: bool,
}

impl<'a> Read<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            word: 0,
            run: 0,
            other: ' ',
            script: None,
            form: false,
            like_a_mark: false,
            marked: 0,
            whole: false,
        }
    }

    /// Reads on by a letter that is not of ASCII; `false` where it may be a sign.
    fn letter(&mut self, c: char, from: usize, end: usize) -> bool {
        let Some(script) = script(c) else { return false };
        let beside = self.run == from && self.word < from;
        // the first of the signs of a letter in UTF-8, and what a page of Windows has in the place of the others
        let other_follows = self.bytes.get(end).is_some_and(|byte| !byte.is_ascii());
        let damaged = beside
            && ('\u{152}'..='\u{192}').contains(&c)
            && (matches!(self.other, '\u{c2}'..='\u{df}')
                || (matches!(self.other, '\u{e0}'..='\u{f4}') && other_follows));
        if damaged || !self.is_of(script) || !self.letters(self.run, from) {
            return false;
        }
        self.marked += usize::from(c <= '\u{ff}');
        self.whole |= stands_for_itself(c);
        self.other = c;
        self.run = end;
        true
    }

    /// Reads a word to its end; `false` where it may be a sign.
    fn word(&mut self, end: usize) -> bool {
        if self.word == end {
            return true;
        }
        // behind a form nothing of the name comes
        let (word, run, behind_a_form) = (self.word, self.run, self.form);
        !behind_a_form && self.letters(run, end) && (run == word || self.is_surely_none(word, end))
    }

    /// Reads letters of ASCII that stand together; `false` where they are a sign.
    fn letters(&mut self, from: usize, end: usize) -> bool {
        if from == end {
            return true;
        }
        let run = self.bytes.get(from..end).unwrap_or_default();
        if !self.is_of(Script::Latin) {
            return false;
        }
        if !SIGNS.may_have(run) {
            return true;
        }
        let is = |word: &&str| {
            word.as_bytes().split_at_checked(run.len()).is_some_and(|(head, tail)| {
                head.first().map(|byte| place(*byte)) == run.first().map(|byte| place(*byte))
                    && head.eq_ignore_ascii_case(run)
                    && !tail.first().is_some_and(|byte| is_letter(*byte))
            })
        };
        // that of the word before stays: this may only begin a word
        self.form |= FORMS.iter().any(is);
        let phrases = PHRASES.iter().filter_map(|phrase| phrase.last());
        let mut others = phrases.chain(&TOGETHER).chain(&ANNOUNCING).chain(&MARKS).chain(&OFFICES);
        self.form || !others.any(is)
    }

    /// Whether a word with letters that are not of ASCII is surely none of those looked for.
    fn is_surely_none(&self, from: usize, end: usize) -> bool {
        let word = self.bytes.get(from..end).unwrap_or_default();
        if self.script != Some(Script::Cyrillic) {
            return !SIGNS.may_have(word);
        }
        let Ok(word) = std::str::from_utf8(word).map(str::to_lowercase) else { return false };
        let mut all = PHRASES.iter().filter_map(|phrase| phrase.last()).chain(&TOGETHER).chain(&OFFICES);
        !all.any(|other| other.trim_end_matches('.') == word)
    }

    fn is_of(&mut self, script: Script) -> bool {
        *self.script.get_or_insert(script) == script
    }

    /// Whether the letters may be those of another code page, or what such a page has for signs of UTF-8 (`damage.rs`).
    fn is_of_another_code_page(&self) -> bool {
        let vowel = |b: &u8| matches!(b.to_ascii_lowercase(), b'a' | b'e' | b'i' | b'o' | b'u');
        (self.marked >= 4 && !self.bytes.iter().any(vowel))
            || (self.script == Some(Script::Cyrillic) && !self.whole)
    }
}

/// The script of a letter that is not of ASCII, or of a sign that belongs to one; `None` for all else, and for scripts in which
/// few names are written.
const fn script(c: char) -> Option<Script> {
    match c {
        '×' | '÷' => None,
        '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => Some(Script::Latin),
        '\u{400}'..='\u{481}' | '\u{48a}'..='\u{52f}' => Some(Script::Cyrillic),
        '\u{5d0}'..='\u{5ea}' => Some(Script::Hebrew),
        '\u{620}'..='\u{63a}' | '\u{641}'..='\u{64a}' | '\u{671}'..='\u{6d3}' => Some(Script::Arabic),
        // Devanagari
        '\u{900}'..='\u{939}' | '\u{93c}'..='\u{94d}' => Some(Script::Abugida),
        // one name is written in both
        '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | 'ー' | '\u{4e00}'..='\u{9fff}' => {
            Some(Script::Han)
        }
        '\u{ac00}'..='\u{d7a3}' => Some(Script::Hangul),
        _ => None,
    }
}

/// Words by their length and how they begin and end: few others are like them in all of it.
struct Signs {
    /// The lengths of those that begin with a letter, as bits; letters by their last five bits, which case does not change.
    first: [u32; 32],
    /// The same by their second letter.
    second: [u32; 32],
    /// And by their last two.
    last_but_one: [u32; 32],
    last: [u32; 32],
}

/// So many bytes have only Cyrillic words, which are compared otherwise.
const LONGEST: usize = 32;

/// All words that are looked for in texts, but those in Cyrillic. A phrase is known by its last word, which is rarer in names than its first.
static SIGNS: Signs = {
    let mut signs = Signs { first: [0; 32], second: [0; 32], last_but_one: [0; 32], last: [0; 32] };
    let mut n = 0;
    while n < PHRASES.len() {
        #[expect(clippy::indexing_slicing, reason = "computed when compiling: below the length")]
        if let Some(word) = PHRASES[n].last() {
            signs = signs.with(word);
        }
        n += 1;
    }
    signs.with_all(&TOGETHER).with_all(&FORMS).with_all(&ANNOUNCING).with_all(&MARKS).with_all(&OFFICES)
};

impl Signs {
    const fn with_all(mut self, words: &[&str]) -> Self {
        let mut n = 0;
        while n < words.len() {
            #[expect(clippy::indexing_slicing, reason = "computed when compiling: below the length")]
            let word = words[n];
            self = self.with(word);
            n += 1;
        }
        self
    }

    /// The same with a word, as far as its letters go. Where that is one letter alone, a stroke or a stop within the word is the
    /// sign, or the letter is Cyrillic.
    const fn with(mut self, word: &str) -> Self {
        let bytes = word.as_bytes();
        let mut length = 0;
        #[expect(clippy::indexing_slicing, reason = "computed when compiling: below the lengths")]
        {
            while length < bytes.len() && is_letter(bytes[length]) {
                length += 1;
            }
            if length > 1 && length < LONGEST {
                self.first[place(bytes[0])] |= 1 << length;
                self.second[place(bytes[1])] |= 1 << length;
                self.last_but_one[place(bytes[length - 2])] |= 1 << length;
                self.last[place(bytes[length - 1])] |= 1 << length;
            }
        }
        self
    }

    /// Whether a word may be one of these; `true` for each of them.
    fn may_have(&self, word: &[u8]) -> bool {
        let ([first, second, ..], [.., last_but_one, last]) = (word, word) else { return false };
        let of = |lengths: &[u32; 32], byte: u8| lengths.get(place(byte)).copied().unwrap_or(0);
        let lengths = of(&self.first, *first)
            & of(&self.second, *second)
            & of(&self.last_but_one, *last_but_one)
            & of(&self.last, *last);
        word.len() < LONGEST && lengths >> word.len() & 1 == 1
    }
}

/// Whether a word of letters may be one of those that are looked for in texts, of a phrase its last one. Most words are told from how they
/// begin and end.
pub(crate) fn may_be_a_sign(word: &str) -> bool {
    !word.bytes().all(|byte| byte.is_ascii_alphabetic()) || SIGNS.may_have(word.as_bytes())
}

const fn place(byte: u8) -> usize {
    (byte & 31) as usize
}

#[cfg(test)]
mod tests {
    use countersign_names::NameKind;

    use super::*;
    use crate::adjust::as_number;
    use crate::damage::{Lost, repaired};
    use crate::numbers::{Numbers, may_hold_a_number, numbers};
    use crate::several::taken_apart;
    use crate::surroundings::without_surroundings;

    /// What the readers read out of a text, each by itself.
    fn read(text: &str) -> Vec<String> {
        let mut out = Vec::new();
        for kind in NameKind::ALL {
            out.extend(taken_apart(text, kind).into_iter().map(|part| format!("{kind:?}: {part}")));
        }
        if may_hold_a_number(text) {
            let found = numbers(text);
            if found != Numbers::default() || as_number(text).is_some() {
                out.push(format!("{found:?}"));
            }
        }
        if !text.contains(',') {
            out.extend(without_surroundings(text).into_iter().map(|name| format!("around {name}")));
        }
        out.extend(repaired(text));
        out.extend(Lost::of(text).map(|lost| format!("{lost:?}")));
        out
    }

    #[test]
    fn ordinary_names_are_plain() {
        for text in [
            "Quill Feather",
            "QUILL, FEATHER",
            "Quill P. Feather-Nib Jr.",
            "AL-QUILL FEATHER",
            "Pen O'Quill",
            "João Avelã Quill",
            "Tomáš Ñusta",
            "Pääkkö Väinämö Ämmälä",
            "Quill Trading Ltd.",
            "Quill Trading S.R.L.",
            "Quill Feather Nib b.v",
            "Quill Sp. z o.o.",
            "Featherquill Gmbh",
            "Pen Trading Company",
            "娟 云 李",
            "경희 지연 최",
            "سينا پریا",
            "יאיר גולן",
            "Ольга Перова-Нечай",
            "हरि अरुण",
            "拓真 あすか ケリー",
            "",
        ] {
            assert!(is_plain(text), "{text}");
            assert_eq!(read(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn behind_a_form_another_name_begins_whatever_its_letters() {
        for text in ["Quill Ltd Lénib", "Quill ltd Letícia Nib", "Quill GmbH Ñib", "Quill ltd İnc"] {
            assert!(!is_plain(text), "{text}");
            assert!(!read(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn no_text_with_a_word_that_is_looked_for_is_plain() {
        let phrases = PHRASES.iter().map(|phrase| phrase.join(" "));
        let others = [&TOGETHER[..], &FORMS, &ANNOUNCING, &MARKS, &OFFICES].concat();
        for word in phrases.chain(others.into_iter().map(str::to_owned)) {
            for word in [word.to_uppercase(), word] {
                assert!(!is_plain(&format!("Quill {word} Feather")), "{word}");
                assert!(!is_plain(&format!("{word}, Feather")), "{word}");
            }
        }
    }

    #[test]
    fn the_letters_that_are_read_are_of_one_script() {
        for c in '\u{80}'..=char::MAX {
            if let Some(script) = script(c) {
                let known =
                    Script::of(c).map(|known| if known == Script::Kana { Script::Han } else { known });
                assert_eq!(known, Some(script), "{c}");
                assert!(c.to_lowercase().any(|c| !c.is_ascii()), "{c}");
                assert!(c.is_alphanumeric() || script == Script::Abugida, "{c}");
            }
        }
    }

    #[test]
    fn of_a_plain_text_nothing_is_read() {
        let words = [
            "Quill",
            "FEATHER",
            "x",
            "Ltd",
            "Ltd.",
            "S.A.",
            "s.r.o.",
            "L.P",
            "B.V.",
            "Nib,",
            "and",
            "aka",
            "a.k.a.",
            "known",
            "as",
            "HASAN",
            "AL-HASAN",
            "AL-ALI",
            "EP-GOM",
            "Reg",
            "company",
            "branch",
            "Anttn",
            "P.O.",
            "box",
            "FZ-LLC",
            "-",
            "née",
            "NÉE",
            "éswift",
            "Êóèëë",
            "Ïåðî",
            "Ã©",
            "áš",
            "Ôš",
            "É",
            "Куилл",
            "и",
            "云",
            "あ",
            "가",
            "حسن",
            "، حسن",
            "ש",
            "7",
            "Qu?ll",
            "(Pen)",
            "&amp;",
            "D'Inc",
            "e.V.",
            "O‘Quill",
        ];
        let (mut plain, mut other) = (0, 0);
        for a in words {
            for b in words {
                for c in words {
                    for text in [format!("{a} {b} {c}"), format!("{a}-{b}, {c}"), format!("{a}{b}.{c}")] {
                        if is_plain(&text) {
                            plain += 1;
                            assert_eq!(read(&text), Vec::<String>::new(), "{text}");
                        } else {
                            other += 1;
                        }
                    }
                }
            }
        }
        assert!(plain > 2000 && other > 2000, "{plain} {other}");
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(5000))]
        #[test]
        fn of_plain_letters_nothing_is_read(
            text in "[A-Za-zÀ-ÿŠšžŸŒ]{0,5}(( |-|, |\\. |'|)([A-F]{2}-?[A-F]{3}|[À-ÿ]{1,4}|[Рр-яС]{1,5}|[A-Za-zé]{1,4}|[\u{80}-\u{3ff}])){0,4}",
        ) {
            if is_plain(&text) {
                proptest::prop_assert_eq!(read(&text), Vec::<String>::new(), "{}", text);
            }
        }
    }
}
