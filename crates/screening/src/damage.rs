//! Names that were damaged on their way: entities of HTML, text read by another code page, letters that were lost.
//!
//! | written | read as |
//! |---|---|
//! | `Iv&#225;n`, `A&#x27;INI`, `&eacute;` | the letters that the entities name |
//! | `JosÃ©`: UTF-8 read as Windows-1252; `Р˜РІР°РЅ`: as Windows-1251 | the UTF-8, where it is whole |
//! | `Îëåã`: Windows-1251, KOI8-R, Windows-1256 or Windows-1253 read as Latin-1 | each of them: which one it was the text does not say |
//! | `Iv?n`, `Iv\u{FFFD}n`: a letter that was lost | any letter ([`Lost`]) |
//!
//! What is read so is asked beside what is written, never instead of it, and the reader is told of it.

use encoding_rs::{Encoding, KOI8_R, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1256};

use crate::plain::is_plain;

/// The readings of a damaged text, the most certain first; none where it does not look damaged.
pub(crate) fn repaired(text: &str) -> Vec<String> {
    let entities = text.contains('&') && text.contains(';');
    if text.is_ascii() && !entities {
        return Vec::new();
    }
    let mut read = text.to_owned();
    // what was escaped, or read wrongly, twice
    for _ in 0..if entities { 3 } else { 0 } {
        let decoded = html_escape::decode_html_entities(&read).into_owned();
        if decoded == read {
            break;
        }
        read = decoded;
    }
    for _ in 0..2 {
        match utf8_in_latin(&read).or_else(|| utf8_in_cyrillic(&read)) {
            Some(whole) => read = whole,
            None => break,
        }
    }
    let mut out = Vec::new();
    // `&amp;` names a sign that is read as the word `and` either way
    if read != text && read != text.replace("&amp;", "&") {
        out.push(read.clone());
    }
    out.extend(other_code_pages(&read));
    out
}

/// A letter as the byte that it is on a code page.
fn byte(c: char, page: &'static Encoding) -> Option<u8> {
    let number = u32::from(c);
    if number < 0xa0 && (number < 0x80 || page == WINDOWS_1252) {
        return u8::try_from(number).ok();
    }
    let mut letter = [0; 4];
    let (bytes, _, unknown) = page.encode(c.encode_utf8(&mut letter));
    match *bytes {
        [byte] if !unknown => Some(byte),
        _ => None,
    }
}

/// Whether a sign of UTF-8 other than the first is this one in Windows-1252 or Latin-1.
fn is_a_later_sign(c: char) -> bool {
    // Windows-1252 has letters, quotation marks and dashes where Latin-1 has controls
    matches!(c, '\u{80}'..='\u{bf}' | '\u{2013}'..='\u{203a}')
        || ['Œ', 'œ', 'Š', 'š', 'Ÿ', 'Ž', 'ž', 'ƒ', 'ˆ', '˜', '€', '™'].contains(&c)
}

/// UTF-8 that was read as Windows-1252 or Latin-1: each letter that two or more signs spell. A sign of which the second was
/// lost is a lost letter.
fn utf8_in_latin(text: &str) -> Option<String> {
    let mut pairs = text.chars().zip(text.chars().skip(1));
    if !pairs.any(|(first, second)| matches!(first, '\u{c2}'..='\u{f4}') && is_a_later_sign(second)) {
        return None;
    }
    let signs: Vec<(char, Option<u8>)> = text.chars().map(|c| (c, byte(c, WINDOWS_1252))).collect();
    let mut out = String::with_capacity(text.len());
    let mut found = 0;
    let mut at = 0;
    while let Some((c, first)) = signs.get(at) {
        let length = match first {
            Some(0xc2..=0xdf) => 2,
            Some(0xe0..=0xef) => 3,
            Some(0xf0..=0xf4) => 4,
            _ => 1,
        };
        let bytes: Option<Vec<u8>> =
            signs.get(at..at + length).and_then(|signs| signs.iter().map(|(_, byte)| *byte).collect());
        let letter = bytes
            .filter(|_| length > 1)
            .and_then(|bytes| std::str::from_utf8(&bytes).ok().and_then(|text| text.chars().next()))
            .filter(|letter| {
                letter.is_alphabetic() || matches!(letter, '\u{a0}'..='\u{bf}' | '\u{2010}'..='\u{201f}')
            });
        match letter {
            Some(letter) => {
                out.push(letter);
                found += 1;
                at += length;
            }
            None => {
                out.push(*c);
                at += 1;
            }
        }
    }
    // `Ã` is a letter of its own, but not beside others that are none
    (found > 0).then(|| out.replace('Ã', "\u{fffd}"))
}

/// Whether a Cyrillic letter is neither the beginning of a letter in UTF-8 that was read as Windows-1251, nor the rest of one.
pub(crate) const fn stands_for_itself(c: char) -> bool {
    matches!(c, 'А'..='я') && !matches!(c, 'В' | 'Г' | 'Р' | 'С' | 'Ш' | 'Щ' | 'Ъ' | 'Ы' | 'Ц')
}

/// UTF-8 that was read as Windows-1251, where the whole is UTF-8.
fn utf8_in_cyrillic(text: &str) -> Option<String> {
    if !text.contains(['Р', 'С', 'Г', 'Ш', 'Щ']) || text.chars().any(stands_for_itself) {
        return None;
    }
    let bytes: Vec<u8> = text.chars().map(|c| byte(c, WINDOWS_1251)).collect::<Option<_>>()?;
    String::from_utf8(bytes).ok().filter(|read| !read.is_ascii())
}

/// The readings of a text that was read as Latin-1 though it is Cyrillic, Arabic or Greek: nearly all of its letters have marks,
/// and none is a vowel of ours.
fn other_code_pages(text: &str) -> Vec<String> {
    if text.is_ascii() {
        return Vec::new();
    }
    let vowel = |c: char| matches!(c.to_ascii_lowercase(), 'a' | 'e' | 'i' | 'o' | 'u');
    let (mut marked, mut plain) = (0, 0);
    for c in text.chars() {
        match c {
            '\u{c0}'..='\u{ff}' => marked += 1,
            c if vowel(c) || u32::from(c) > 0xff => return Vec::new(),
            c if c.is_ascii_alphabetic() => plain += 1,
            _ => {}
        }
    }
    if marked < 4 || plain * 4 > marked {
        return Vec::new();
    }
    let Some(bytes) = text.chars().map(|c| byte(c, WINDOWS_1252)).collect::<Option<Vec<u8>>>() else {
        return Vec::new();
    };
    [WINDOWS_1251, KOI8_R, WINDOWS_1256, WINDOWS_1253]
        .into_iter()
        .filter_map(|page| page.decode_without_bom_handling_and_without_replacement(&bytes))
        .map(std::borrow::Cow::into_owned)
        .filter(|read| read.chars().filter(|c| c.is_alphabetic()).count() * 10 >= 9 * (marked + plain))
        .collect()
}

/// Whether a sign stands for a letter that was lost, where letters are beside it.
fn is_lost(c: char) -> bool {
    matches!(c, '?' | '\u{fffd}' | '¿')
}

/// A name with letters that were lost: `Iv?n`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lost {
    /// The words of the name, in order; a lost letter is `?`.
    words: Vec<String>,
}

/// More lost letters, and a name says too little.
const MOST_LOST: usize = 6;

impl Lost {
    /// The name, if letters were lost in it: a sign within a word, or, where it can be nothing else, at its edge.
    pub(crate) fn of(text: &str) -> Option<Self> {
        if !text.contains(is_lost) {
            return None;
        }
        let words: Vec<String> = text
            .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '/' | '(' | ')' | '"' | '.' | '-'))
            .filter(|word| word.chars().any(char::is_alphanumeric))
            .map(|word| word.chars().map(|c| if is_lost(c) { '?' } else { c }).collect())
            .collect();
        let within = |word: &str| word.trim_matches('?').contains('?') || word.starts_with('?');
        let letters = |word: &str| word.chars().filter(|c| c.is_alphabetic()).count();
        let lost = words.iter().map(|word| word.matches('?').count()).sum::<usize>();
        let sure = text.contains('\u{fffd}') || words.iter().any(|word| within(word));
        let told = words.iter().all(|word| !word.contains('?') || letters(word) >= 2);
        (sure && told && lost <= MOST_LOST).then_some(Self { words })
    }

    /// The words with lost letters.
    pub(crate) fn patterns(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(String::as_str).filter(|word| word.contains('?'))
    }

    /// The names that it may be, given for each of [`Lost::patterns`] the words that fit; a word that none fits stays as it is,
    /// without the lost letter. At most `most`.
    pub(crate) fn filled(&self, fitting: &[Vec<String>], most: usize) -> Vec<String> {
        let mut names = vec![String::new()];
        let mut fitting = fitting.iter();
        for word in &self.words {
            let choices: Vec<String> = if word.contains('?') {
                let fits = fitting.next().cloned().unwrap_or_default();
                if fits.is_empty() { vec![word.replace('?', "")] } else { fits }
            } else {
                vec![word.clone()]
            };
            let mut next = Vec::with_capacity(names.len() * choices.len());
            for name in &names {
                for choice in &choices {
                    if next.len() < most {
                        next.push(if name.is_empty() { choice.clone() } else { format!("{name} {choice}") });
                    }
                }
            }
            names = next;
        }
        names
    }
}

/// Whether a word of the lists is one with lost letters, both folded: a lost one is any letter, or half of one (`HERN??NDEZ` has
/// lost the two bytes of one letter), or an apostrophe.
pub(crate) fn fits(pattern: &str, word: &str) -> bool {
    match pattern.split_once('?') {
        None => pattern == word,
        Some((head, rest)) => word.strip_prefix(head).is_some_and(|after| {
            let mut letters = after.chars();
            letters.next().is_some_and(|_| fits(rest, letters.as_str())) || fits(rest, after)
        }),
    }
}

/// What the reader has to know of a name that looks damaged, in a sentence; `None` for one that does not. What it may have been meant
/// for is asked beside it either way.
pub fn note(text: &str) -> Option<String> {
    if is_plain(text) {
        return None;
    }
    let lost = || {
        format!(
            "letters of `{text}` were lost on its way; it was also compared with any letter in their place"
        )
    };
    match repaired(text).first() {
        Some(read) if Lost::of(read).is_some() => Some(lost()),
        Some(read) => Some(format!(
            "`{text}` looks damaged on its way (another encoding, or HTML); it was also read as `{read}`"
        )),
        None if Lost::of(text).is_some() => Some(lost()),
        None if text.contains('\u{fffd}') || text.contains("???") => Some(format!(
            "letters of `{text}` were lost on its way, too many to be guessed; look at where it comes from"
        )),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_later_signs_are_known_without_the_code_page() {
        for c in '\u{80}'..=char::MAX {
            if byte(c, WINDOWS_1252).is_some_and(|byte| (0x80..=0xbf).contains(&byte)) {
                assert!(is_a_later_sign(c), "{c:?}");
            }
        }
    }

    #[test]
    fn what_was_damaged_is_read() {
        for (text, read) in [
            ("Qu&#237;ll F&#233;ather", "Quíll Féather"),
            ("A&#x27;INI, Quill", "A'INI, Quill"),
            ("Qu&amp;#x27;ill", "Qu'ill"),
            ("F&eacute;ather", "Féather"),
            ("QuÃ©ll FÃ©ather", "Quéll Féather"),
            ("QuÃ©ll FÃG", "Quéll F\u{fffd}G"),
            ("Oâ€™Quill", "O’Quill"),
            ("РљСѓРёР»Р»", "Куилл"),
            ("Êóèëë Ïåðî", "Куилл Перо"),
        ] {
            assert!(repaired(text).iter().any(|r| r == read), "{text}: {:?}", repaired(text));
        }
        let koi8 = KOI8_R.encode("Куилл Перо").0.iter().map(|b| char::from(*b)).collect::<String>();
        assert!(repaired(&koi8).iter().any(|r| r == "Куилл Перо"), "{koi8}");
    }

    #[test]
    fn what_is_whole_is_left_alone() {
        for text in [
            "Quill & Feather; Nib",
            "João Avelã Quill",
            "Ñandú Ôé",
            "Ærø Ødegård",
            "AT&amp;T Quill",
            "Рівне Сірко",
            "MÍŠA ŽÁČEK",
            "ÖBÜ",
            "Quill Feather",
            "沃尔沃",
        ] {
            assert_eq!(repaired(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn lost_letters_are_within_words() {
        for text in ["Qu?ll", "Qu\u{fffd}ll Feather", "?uill Feather", "Qu¿ll"] {
            assert!(Lost::of(text).is_some(), "{text}");
        }
        for text in ["Who is Quill?", "Quill ? Feather", "???? ??", "Quill Feather", "?"] {
            assert_eq!(Lost::of(text), None, "{text}");
        }
        let lost = Lost::of("Qu?ll Feather").unwrap();
        assert_eq!(lost.patterns().collect::<Vec<_>>(), ["Qu?ll"]);
        let names = lost.filled(&[vec!["quill".into(), "quell".into()]], 10);
        assert_eq!(names, ["quill Feather", "quell Feather"]);
        assert!(fits("qu?ll", "quill") && !fits("qu?ll", "quilll") && fits("qu?ll", "qull"));
        assert!(fits("qu??ll", "quill") && !fits("qu?ll", "quiil"));
    }
}
