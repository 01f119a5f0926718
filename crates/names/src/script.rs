//! Which writing system a character belongs to, as far as matching treats them differently.

use serde::Serialize;
use unicode_script::UnicodeScript as _;

/// A writing system. Scripts that are romanised and compared in the same way share a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Script {
    /// Latin letters and digits.
    Latin,
    /// Cyrillic, read in several national ways.
    Cyrillic,
    /// Arabic letters (Arabic, Persian, Urdu, Pashto…): short vowels are not written.
    Arabic,
    /// Hebrew letters: vowels are mostly not written.
    Hebrew,
    /// Chinese characters, wherever they are used.
    Han,
    /// Japanese syllables: foreign names gain vowels in them.
    Kana,
    /// Korean syllables.
    Hangul,
    /// Scripts whose romanisation has unreliable vowels: the Indic ones, Thai, Khmer, Lao, Burmese, Ethiopic.
    Abugida,
    /// Armenian, Georgian and every other script that romanises letter by letter.
    Alphabet,
    /// Greek: some sounds are written with two letters.
    Greek,
    /// Chinese characters or Korean syllables that only spell the sounds of a foreign name.
    Transcribed,
}

impl Script {
    /// Every script, in the order of their numbers.
    pub const ALL: [Self; 11] = [
        Self::Latin,
        Self::Cyrillic,
        Self::Arabic,
        Self::Hebrew,
        Self::Han,
        Self::Kana,
        Self::Hangul,
        Self::Abugida,
        Self::Alphabet,
        Self::Greek,
        Self::Transcribed,
    ];

    /// The script of a letter or digit; `None` for what separates words.
    pub fn of(c: char) -> Option<Self> {
        if c.is_ascii_alphanumeric() {
            return Some(Self::Latin);
        }
        // dashes, quotes and their like
        if matches!(c, '\0'..='\u{7f}' | '\u{2000}'..='\u{206f}') {
            return None;
        }
        if let Some(script) = Self::of_block(c) {
            return Some(script);
        }
        Self::by_tables(c)
    }

    /// The same of any character but the letters and digits of ASCII.
    fn by_tables(c: char) -> Option<Self> {
        use unicode_script::Script as U;
        let mark = || unicode_normalization::char::is_combining_mark(c);
        if !is_letter(c) && !c.is_numeric() && c != 'ー' && !mark() {
            return None;
        }
        Some(match c.script() {
            U::Latin => Self::Latin,
            U::Cyrillic => Self::Cyrillic,
            U::Arabic => Self::Arabic,
            U::Hebrew => Self::Hebrew,
            U::Han => Self::Han,
            U::Hiragana | U::Katakana => Self::Kana,
            U::Hangul => Self::Hangul,
            U::Greek => Self::Greek,
            U::Armenian | U::Georgian => Self::Alphabet,
            U::Common | U::Inherited if c == 'ー' => Self::Kana,
            U::Common | U::Inherited => Self::Latin,
            U::Devanagari
            | U::Bengali
            | U::Gurmukhi
            | U::Gujarati
            | U::Oriya
            | U::Tamil
            | U::Telugu
            | U::Kannada
            | U::Malayalam
            | U::Sinhala
            | U::Thai
            | U::Lao
            | U::Khmer
            | U::Myanmar
            | U::Tibetan
            | U::Ethiopic => Self::Abugida,
            _ => Self::Alphabet,
        })
    }

    /// The script of the blocks that hold letters of one script and nothing else, without the tables.
    fn of_block(c: char) -> Option<Self> {
        match c {
            '×' | '÷' => None,
            '\u{c0}'..='\u{24f}' => Some(Self::Latin),
            '\u{388}'..='\u{38a}' | '\u{38c}' | '\u{38e}'..='\u{3a1}' | '\u{3a3}'..='\u{3e1}' => {
                Some(Self::Greek)
            }
            '\u{400}'..='\u{481}' => Some(Self::Cyrillic),
            '\u{4e00}'..='\u{9fff}' => Some(Self::Han),
            '\u{ac00}'..='\u{d7a3}' => Some(Self::Hangul),
            _ => None,
        }
    }

    /// Whether vowels cannot be trusted after romanisation, so that the comparison with another script goes
    /// through consonants only.
    pub fn is_skeletal(self) -> bool {
        matches!(self, Self::Arabic | Self::Hebrew | Self::Kana | Self::Abugida | Self::Transcribed)
    }
}

/// Whether a character is a letter of any script: [`char::is_alphabetic`], known at once of the blocks in which names are mostly written.
pub fn is_letter(c: char) -> bool {
    match c {
        '\0'..='\u{7f}' => c.is_ascii_alphabetic(),
        '\u{2000}'..='\u{206f}' => false,
        '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' => true,
        _ => Script::of_block(c).map_or_else(|| c.is_alphabetic(), |_| true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_those_of_the_tables() {
        for c in '\0'..=char::MAX {
            assert_eq!(is_letter(c), c.is_alphabetic(), "{c}");
        }
    }

    #[test]
    fn blocks_of_one_script_are_what_the_tables_say() {
        for c in '\0'..=char::MAX {
            if matches!(c, '\u{2000}'..='\u{206f}') || (c.is_ascii() && !c.is_ascii_alphanumeric()) {
                assert_eq!(Script::by_tables(c), None, "{c:?}");
            }
            if let Some(script) = Script::of_block(c) {
                assert_eq!(Script::by_tables(c), Some(script), "{c}");
            }
        }
    }
}
