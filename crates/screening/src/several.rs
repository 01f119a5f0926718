//! A text that holds a name more than once: in two scripts (`Sergei Shoigu (Сергей Шойгу)`, `海康威视 (Hikvision)`), or with what
//! its bearer is also called (`… aka …`, `… / …`).
//!
//! Customer files and passports write so. Compared whole, the second half counts as words that were asked and not found, and
//! hides a listed party. So such a text is asked whole and in parts, and the best score counts; a hit names the part.

use countersign_names::Script;

/// More parts are not looked at: no name has them.
const MOST: usize = 8;

/// The parts of a text that are names of their own; none where it holds one name.
pub(crate) fn parts(text: &str) -> Vec<&str> {
    let mut out: Vec<&str> = Vec::new();
    for part in at_alias_words(text) {
        for part in at_scripts(part) {
            if out.len() < MOST && part.trim() != text.trim() && !out.contains(&part) {
                out.push(part);
            }
        }
    }
    out
}

/// Cut at words that say that another name follows, and at strokes with spaces around them.
fn at_alias_words(text: &str) -> Vec<&str> {
    const WORDS: [&str; 12] =
        ["aka", "a.k.a.", "a.k.a", "a/k/a", "alias", "fka", "f/k/a", "dba", "d/b/a", "также", "/", "|"];
    let mut out = Vec::new();
    let mut from = 0;
    let mut cut = |from: usize, to: usize| {
        let part = text.get(from..to).unwrap_or_default();
        if is_a_name(part) {
            out.push(part);
        }
    };
    for (at, word) in words(text) {
        let bare = word.trim_matches(|c: char| matches!(c, '(' | ')' | ',' | ':' | ';' | '"' | '«' | '»'));
        if WORDS.contains(&bare.to_lowercase().as_str()) {
            cut(from, at);
            from = at + word.len();
        }
    }
    cut(from, text.len());
    out
}

/// The words of a text with their places.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_whitespace().scan(0, move |from, word| {
        let at = *from + text.get(*from..)?.find(word)?;
        *from = at + word.len();
        Some((at, word))
    })
}

/// Cut where the script changes: between words, or within one where one side writes no spaces.
fn at_scripts(text: &str) -> Vec<&str> {
    if text.is_ascii() {
        return vec![text];
    }
    let mut out = Vec::new();
    let (mut from, mut current) = (0, None);
    let mut apart = false;
    for (at, c) in text.char_indices() {
        let script = c.is_alphabetic().then(|| Script::of(c).map(spelled_together)).flatten();
        let Some(script) = script else {
            apart |= !c.is_alphanumeric();
            continue;
        };
        let before = current.filter(|before| *before != script);
        let eastern = |script: Script| matches!(script, Script::Han | Script::Hangul);
        if before.is_some_and(|before| apart || eastern(before) || eastern(script)) {
            out.push(text.get(from..at).unwrap_or_default());
            from = at;
        }
        if current.is_none() || before.is_none() || from == at {
            current = Some(script);
        }
        apart = false;
    }
    out.push(text.get(from..).unwrap_or_default());
    out.retain(|part| is_a_name(part));
    out
}

/// Scripts that one name is written in: Japanese mixes characters with its syllables.
fn spelled_together(script: Script) -> Script {
    if script == Script::Kana { Script::Han } else { script }
}

/// Whether a part can be a name: a word of three letters, or of two characters where a character is a word or a syllable.
fn is_a_name(part: &str) -> bool {
    part.split(|c: char| !c.is_alphabetic()).any(|word| {
        let eastern =
            |c: char| Script::of(c).is_some_and(|s| matches!(s, Script::Han | Script::Hangul | Script::Kana));
        let letters = word.chars().filter(|c| c.is_alphabetic()).count();
        letters >= 3 || (letters == 2 && word.chars().all(eastern))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trimmed(text: &str) -> Vec<&str> {
        parts(text).into_iter().map(|part| part.trim_matches(|c: char| !c.is_alphanumeric())).collect()
    }

    #[test]
    fn two_scripts_are_two_names() {
        for (text, names) in [
            ("Quill Feather (Куилл Фезер)", ["Quill Feather", "Куилл Фезер"]),
            ("Quill Feather / Куилл Фезер", ["Quill Feather", "Куилл Фезер"]),
            ("حسن نصر (Hassan Nasr)", ["حسن نصر", "Hassan Nasr"]),
            ("Kim Jong Un 金正恩", ["Kim Jong Un", "金正恩"]),
            ("海康威视Hikvision", ["海康威视", "Hikvision"]),
            ("ООО «Цитадель» (Citadel LLC)", ["ООО «Цитадель", "Citadel LLC"]),
            ("Quill Feather aka Pen Nib", ["Quill Feather", "Pen Nib"]),
            ("Quill Feather (a.k.a. Pen Nib)", ["Quill Feather", "Pen Nib"]),
        ] {
            assert_eq!(trimmed(text), names, "{text}");
        }
    }

    #[test]
    fn one_name_has_no_parts() {
        for text in [
            "Quill Feather",
            "NSО Group",
            "Bank (Schweiz) AG",
            "トヨタ自動車",
            "Иванов X",
            "A/S Quill",
            "Ñandú Ltd",
            "",
            "东方 X5",
        ] {
            assert!(parts(text).len() <= 1, "{text}: {:?}", parts(text));
        }
        assert!(parts("NSО Group").is_empty());
    }
}
