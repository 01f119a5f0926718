//! Korean names in Cyrillic letters, as Russian writes them: `Ким Чен Ын` is Kim Jong Un.
//!
//! The usage goes back to Kholodovich and Kontsevich: a letter for each Korean one, other than in Russian names (ч is j, ы is u), and
//! н for n and ng. Such a name has readings as romanisation has it, where each of its two or three words is one syllable and the
//! first is a Korean surname.

/// Surnames, as Russian writes them.
const SURNAMES: [&str; 34] = [
    "ким", "ли", "пак", "чхве", "цой", "чон", "чен", "чжон", "кан", "чо", "юн", "чан", "лим", "им", "о",
    "хан", "син", "шин", "со", "квон", "хван", "ан", "сон", "хон", "ю", "рю", "пэк", "хо", "но", "ри", "мун",
    "ян", "тхэ", "хён",
];

/// What begins a syllable, the longer ones first.
const HEADS: [(&str, &str); 22] = [
    ("чж", "j"),
    ("дж", "j"),
    ("чх", "ch"),
    ("чч", "j"),
    ("кх", "k"),
    ("кк", "k"),
    ("тх", "t"),
    ("тт", "t"),
    ("пх", "p"),
    ("пп", "p"),
    ("сс", "s"),
    ("ч", "j"),
    ("к", "k"),
    ("г", "g"),
    ("т", "t"),
    ("д", "d"),
    ("п", "p"),
    ("б", "b"),
    ("с", "s"),
    ("х", "h"),
    ("м", "m"),
    ("н", "n"),
];

/// Vowels, the longer ones first. `е` is the older spelling of the open o (`Чен`).
const VOWELS: [(&str, &str); 19] = [
    ("ый", "ui"),
    ("ва", "wa"),
    ("вэ", "wae"),
    ("ве", "oe"),
    ("во", "wo"),
    ("ви", "wi"),
    ("йе", "ye"),
    ("а", "a"),
    ("я", "ya"),
    ("о", "o"),
    ("ё", "yo"),
    ("у", "u"),
    ("ю", "yu"),
    ("ы", "u"),
    ("и", "i"),
    ("э", "ae"),
    ("е", "o"),
    ("уй", "wi"),
    ("ой", "oe"),
];

/// What ends a syllable, with each letter that it may be.
const TAILS: [(&str, &[&str]); 9] = [
    ("", &[""]),
    ("нъ", &["n"]),
    ("н", &["n", "ng"]),
    ("м", &["m"]),
    ("к", &["k"]),
    ("п", &["p"]),
    ("т", &["t"]),
    ("ль", &["l"]),
    ("р", &["l"]),
];

/// The readings of a name; none where it is no Korean one in Cyrillic letters.
pub(crate) fn romanised(name: &str) -> Vec<String> {
    // each of these letters begins with one of four bytes
    if name.is_ascii()
        || !name.bytes().any(|b| matches!(b, 0xd0..=0xd4))
        || !name.chars().any(|c| matches!(c, '\u{400}'..='\u{52f}'))
    {
        return Vec::new();
    }
    let lower = name.to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| c.is_whitespace() || c == '-').filter(|w| !w.is_empty()).collect();
    let [surname, given @ ..] = words.as_slice() else { return Vec::new() };
    if !(1..=2).contains(&given.len()) || !SURNAMES.contains(surname) {
        return Vec::new();
    }
    let mut out = vec![String::new()];
    for (n, word) in words.iter().enumerate() {
        let mut read = syllable(word);
        if n == 0 {
            // the surnames that are not spelled by the rule
            match *word {
                "цой" | "чхве" => read = vec!["choe".to_owned()],
                "ли" | "ри" => read = vec!["ri".to_owned()],
                "лим" => read = vec!["rim".to_owned()],
                "шин" => read = vec!["sin".to_owned()],
                "рю" => read = vec!["ryu".to_owned()],
                "хван" => read = vec!["hwang".to_owned()],
                "ким" | "пак" | "квон" => read.truncate(1),
                _ => {}
            }
        }
        if read.is_empty() {
            return Vec::new();
        }
        out = out
            .iter()
            .flat_map(|head| read.iter().map(move |word| format!("{head} {word}")))
            .take(MOST)
            .collect();
    }
    out.into_iter().map(|name| name.trim().to_owned()).collect()
}

/// More readings of one name are not made.
const MOST: usize = 8;

/// What one syllable may be.
fn syllable(word: &str) -> Vec<String> {
    // р and л at the head are one sound
    let heads = HEADS.iter().copied().chain([("р", "r"), ("л", "r"), ("", "")]);
    let mut out = Vec::new();
    for (head, latin) in heads {
        let Some(rest) = word.strip_prefix(head) else { continue };
        for (vowel, sound) in VOWELS {
            let Some(end) = rest.strip_prefix(vowel) else { continue };
            let tails = TAILS.iter().find(|(tail, _)| *tail == end).map_or(&[][..], |(_, tails)| tails);
            out.extend(tails.iter().map(|tail| format!("{latin}{sound}{tail}")));
        }
        if !out.is_empty() {
            break;
        }
    }
    // this vowel hardly ever stands before ng
    if word.contains('ы') {
        out.retain(|read| !read.ends_with("ng"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn korean_names_are_read_as_romanisation_has_them() {
        for (written, read) in [
            ("Ким Чен Ын", "kim jong un"),
            ("КИМ ЧЕН ИР", "kim jong il"),
            ("Мун Чжэ Ин", "mun jae in"),
            ("Пак Кын Хе", "pak kun ho"),
            ("Цой Рён Хэ", "choe ryong hae"),
            ("Ким Ир Сен", "kim il song"),
        ] {
            let all = romanised(written);
            assert!(all.iter().any(|name| name == read), "{written}: {all:?}");
            assert!(all.len() <= MOST);
        }
        for other in
            ["Ким Иванович", "Ли", "Иван Ким", "Хан Соло Младший Первый", "Сон Петрова", "Kim Jong Un"]
        {
            assert_eq!(romanised(other), Vec::<String>::new(), "{other}");
        }
    }
}
