//! A word and the many that may be it with a slip in it: a test of each that is cheaper than [`likeness`](crate::likeness()).

use crate::beginning::first_alike;
use crate::distance::{Pattern, allowed};
use crate::likeness::{Likeness, MIN_SOUND, Places, SOUND_EDITS, likeness_of};
use crate::token::Token;
use crate::{NameKind, Script};

/// A word that is compared with many by edits.
#[derive(Debug)]
pub struct Slips<'t> {
    token: &'t Token,
    text: Option<Pattern>,
    sound: Option<Pattern>,
}

impl<'t> Slips<'t> {
    /// The word.
    pub fn of(token: &'t Token) -> Self {
        Self { token, text: Pattern::of(token.text()), sound: Pattern::of(token.sound()) }
    }

    /// Whether [`likeness`](crate::likeness()) may find the two alike by edits in the spelling or in the sound; other ways are not looked at.
    pub fn may_be(&self, other: &Token) -> bool {
        self.may_be_spelled(other.text().as_bytes(), other.sound().as_bytes(), other.script())
    }

    /// The same of a word of which only the bytes of its [text](Token::text) and of its [sound](Token::sound), and the script are at hand.
    pub fn may_be_spelled(&self, text: &[u8], sound: &[u8], script: Script) -> bool {
        let token = self.token;
        let Some(edits) = self.text.as_ref().and_then(|own| own.edits(text)) else { return true };
        let limit = usize::from(allowed(token.text().len().min(text.len())));
        // both are ASCII
        let first = |text: &[u8]| text.first().map(|byte| char::from(*byte));
        if edits <= limit && (edits < 2 || first_alike(first(token.text().as_bytes()), first(text))) {
            return true;
        }
        let own = token.sound().as_bytes();
        (edits <= usize::from(SOUND_EDITS) || token.script() != script)
            && own.len().abs_diff(sound.len()) <= 1
            && own.len().min(sound.len()) >= MIN_SOUND
            && own.first() == sound.first()
            && self.sound.as_ref().and_then(|own| own.edits(sound)).is_none_or(|edits| edits <= 1)
    }

    /// [`likeness`](crate::likeness()) of the two.
    pub fn likeness(&self, other: &Token, kind: NameKind) -> Option<Likeness> {
        let places = Places { text: self.text.as_ref(), sound: self.sound.as_ref() };
        likeness_of((self.token, places), other, kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ParsedName;
    use crate::likeness::{How, likeness, sorted_letters};

    fn word(text: &str, kind: NameKind) -> Option<Token> {
        ParsedName::parse(text, kind).forms.first()?.tokens.first().cloned()
    }

    /// Whether two words may be alike in another way than by edits.
    fn otherwise(a: &Token, b: &Token) -> bool {
        a.text() == b.text()
            || a.sound() == b.sound()
            || sorted_letters(a.text()) == sorted_letters(b.text())
            || a.concept().is_some_and(|concept| b.concept() == Some(concept))
            || a.families().iter().any(|family| b.families().contains(family))
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(20_000))]
        #[test]
        fn whatever_is_alike_by_edits_may_be(
            a in "([a-z]{2,4}|[bdglmnrstv][aeiou][bdfkhlmnrstv][aeiou]?[kghsl]?[aeiouy]?[nrstv]{0,2}|[a-z]{6,12})",
            at in 0..13usize, with in "[aeiouhklnsy]{0,2}", cut in 0..3usize, swap in 0..13usize, cyrillic in 0..4u8,
        ) {
            let letters: Vec<char> = a.chars().collect();
            let mut b: Vec<char> = letters.iter().take(at).copied().collect();
            b.extend(with.chars());
            b.extend(letters.iter().skip(at + cut));
            if swap + 1 < b.len() {
                b.swap(swap, swap + 1);
            }
            let mut b: String = b.into_iter().collect();
            if cyrillic == 0 {
                b = b.replace('v', "в").replace('a', "а").replace('d', "д").replace('s', "с").replace('n', "н");
            }
            for kind in NameKind::ALL {
                let Some((a, b)) = word(&a, kind).zip(word(&b, kind)) else { continue };
                let edited = likeness(&a, &b, kind)
                    .is_some_and(|found| matches!(found.how, How::Spelling | How::Romanisation));
                proptest::prop_assert_eq!(Slips::of(&a).likeness(&b, kind), likeness(&a, &b, kind));
                if edited && !otherwise(&a, &b) {
                    proptest::prop_assert!(Slips::of(&a).may_be(&b), "{} {}", a.text(), b.text());
                    proptest::prop_assert!(Slips::of(&b).may_be(&a), "{} {}", a.text(), b.text());
                }
            }
        }
    }

    #[test]
    fn what_is_far_is_no_slip() {
        let person = |text| word(text, NameKind::Person).unwrap();
        let (quill, slips) = (person("quillfeather"), ["quilfeather", "quillfaether", "kuillfether"]);
        for slip in slips {
            assert!(Slips::of(&quill).may_be(&person(slip)), "{slip}");
        }
        for other in ["marmalade", "quillmother", "feather", "zuillfeathex"] {
            assert!(!Slips::of(&quill).may_be(&person(other)), "{other}");
        }
    }
}
