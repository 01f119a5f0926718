//! How words begin: two edits are a slip only where the first letters are one, or stand for one sound.

/// Letters that stand for one sound in some language: `Gaddafi`, `Qadhafi`.
const ONE_SOUND: [&[u8]; 5] = [b"gkqc", b"jyi", b"vwb", b"uow", b"szc"];

/// Whether two words begin with one letter, or with two that stand for one sound in some language.
pub(crate) fn begin_alike(a: &str, b: &str) -> bool {
    first_alike(a.chars().next(), b.chars().next())
}

/// The same of their first letters.
pub(crate) fn first_alike(a: Option<char>, b: Option<char>) -> bool {
    let small = |c: char| u8::try_from(c).ok().filter(u8::is_ascii_lowercase);
    let alike = |(x, y): (char, char)| {
        x == y || small(x).zip(small(y)).is_some_and(|(x, y)| letters_alike(x) >> (y & 31) & 1 == 1)
    };
    a.zip(b).is_some_and(alike)
}

/// The small letters of ASCII with which a word may begin that begins like one with this letter, as bits: `a` is the second one, and so on.
pub fn letters_alike(first: u8) -> u32 {
    let bits = |letters: &[u8]| letters.iter().fold(0u32, |set, letter| set | 1 << (letter & 31));
    let alike = ONE_SOUND.iter().filter(|letters| letters.contains(&first));
    alike.fold(bits(&[first]), |all, letters| all | bits(letters))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_one_sound_begin_alike() {
        for (a, b) in [
            ("gaddafi", "qadhafi"),
            ("yusuf", "jusuf"),
            ("cesar", "sezar"),
            ("cesar", "kaiser"),
            ("ждан", "жан"),
        ] {
            assert!(begin_alike(a, b) && begin_alike(b, a), "{a} {b}");
        }
        for (a, b) in
            [("gaddafi", "zadhafi"), ("sezar", "kaiser"), ("", ""), ("quill", ""), ("ж", "z"), ("2q", "rq")]
        {
            assert!(!begin_alike(a, b) && !begin_alike(b, a), "{a} {b}");
        }
    }
}
