//! Latin spellings of a unit in another script. Several readings are kept where usage differs.

use crate::greek::{self, greek};
use crate::hangul::{ascii, hangul};
use crate::units::Unit;
use crate::{NameKind, Script};
use crate::{han, transcribed};

/// How many readings a unit of this script has. Readings that give the same spelling fall together later.
pub(crate) fn readings(script: Script, kind: NameKind) -> usize {
    match script {
        Script::Cyrillic => 4,
        Script::Han if kind == NameKind::Person => 2 + han::READINGS,
        Script::Han | Script::Hangul => 2,
        Script::Greek => greek::READINGS,
        Script::Latin
        | Script::Arabic
        | Script::Hebrew
        | Script::Kana
        | Script::Abugida
        | Script::Transcribed
        | Script::Alphabet => 1,
    }
}

/// Whether a reading of Chinese characters is that of Wade and Giles, Korea or the south: any of them may be right, where the
/// characters do not tell. Those of Japan are of whole names that the tables know.
pub(crate) fn is_guess(reading: usize) -> bool {
    (2..2 + han::GUESSES).contains(&reading)
}

/// The spelling of `unit` in its `reading`-th reading: one word, or one a syllable for Chinese and for Korean
/// persons. `first` says that the unit opens the name, where surnames stand in China and Korea. `None` where the tables do
/// not know this reading of it.
pub(crate) fn romanise(unit: &Unit, reading: usize, first: bool, kind: NameKind) -> Option<Vec<String>> {
    if unit.script == Script::Han && reading >= 2 {
        return han::read(&unit.text, reading - 2, first);
    }
    Some(plain(unit, reading, first, kind))
}

fn plain(unit: &Unit, reading: usize, first: bool, kind: NameKind) -> Vec<String> {
    match unit.script {
        // Arabic and Hebrew are compared in their own letters or through their consonants
        Script::Latin | Script::Arabic | Script::Hebrew => vec![unit.text.clone()],
        Script::Cyrillic => vec![cyrillic(&unit.text, reading)],
        Script::Han => unit
            .text
            .chars()
            .enumerate()
            .map(|(n, c)| {
                let surname = if reading == 1 && first && n == 0 { surname_reading(c) } else { None };
                surname.map_or_else(|| ascii(any_ascii::any_ascii_char(c)), str::to_owned)
            })
            .collect(),
        Script::Hangul => hangul(&unit.text, reading, first, kind),
        Script::Greek => vec![greek(&unit.text, reading)],
        Script::Transcribed => vec![transcribed::sounds(&unit.text)],
        Script::Kana | Script::Abugida | Script::Alphabet => vec![ascii(&any_ascii::any_ascii(&unit.text))],
    }
}

/// Readings 0 to 3: Russian (BGN/PCGN without marks), Ukrainian, Bulgarian, and the South Slavic Latin alphabet
/// without its carons. The finer variants (й/y/i/j, х/kh/h, ц/ts/c, ё/e/yo) meet in the sound key.
fn cyrillic(text: &str, reading: usize) -> String {
    if let Some(initial) = cyrillic_initial(text, reading) {
        return initial.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let latin = match (c, reading) {
            ('г', 1) => "h",
            ('и', 1) => "y",
            ('й' | 'ї', 1) => "i",
            ('щ', 2) => "sht",
            ('щ', 3) => "st",
            ('ъ', 2 | 3) => "a",
            ('х', 2 | 3) => "h",
            ('ж', 3) => "z",
            ('ч' | 'ћ' | 'ц', 3) => "c",
            ('ш', 3) => "s",
            ('й', 3) => "j",
            ('а' | 'ә', _) => "a",
            ('б', _) => "b",
            ('в', _) => "v",
            ('г' | 'ґ', _) => "g",
            ('ғ', _) => "gh",
            ('д', _) => "d",
            ('е' | 'э', _) => "e",
            ('ё', _) => "yo",
            ('є', _) => "ye",
            ('ж', _) => "zh",
            ('з', _) => "z",
            ('и' | 'і', _) => "i",
            ('ї', _) => "yi",
            ('й' | 'ы', _) => "y",
            ('ј', _) => "j",
            ('к' | 'қ', _) => "k",
            ('л', _) => "l",
            ('љ', _) => "lj",
            ('м', _) => "m",
            ('н' | 'ң', _) => "n",
            ('њ', _) => "nj",
            ('о' | 'ө', _) => "o",
            ('п', _) => "p",
            ('р', _) => "r",
            ('с', _) => "s",
            ('т', _) => "t",
            ('ћ' | 'ч', _) => "ch",
            ('ђ', _) => "dj",
            ('ѓ', _) => "gj",
            ('ќ', _) => "kj",
            ('ѕ', _) => "dz",
            ('џ', _) => "dzh",
            ('у' | 'ү' | 'ұ' | 'ў', _) => "u",
            ('ф', _) => "f",
            ('х', _) => "kh",
            ('һ', _) => "h",
            ('ц', _) => "ts",
            ('ш', _) => "sh",
            ('щ', _) => "shch",
            ('ю', _) => "yu",
            ('я', _) => "ya",
            ('ъ' | 'ь', _) => "",
            (other, _) => {
                out.push_str(&ascii(any_ascii::any_ascii_char(other)));
                continue;
            }
        };
        out.push_str(latin);
    }
    out
}

/// A letter by itself that begins names in several ways: Е is `E` or `Ye`, Ю is `Yu` (BGN/PCGN), `Iu` (ICAO 9303) or `Ju`.
fn cyrillic_initial(text: &str, reading: usize) -> Option<&'static str> {
    Some(match (text, reading) {
        ("е", 1) | ("ё", 0 | 1) => "ye",
        ("ё", 2 | 3) => "e",
        ("ю", 2) => "iu",
        ("ю", 3) => "ju",
        ("я", 2) => "ia",
        ("я", 3) => "ja",
        _ => return None,
    })
}

/// Characters that are read differently as a surname than elsewhere (simplified forms).
fn surname_reading(c: char) -> Option<&'static str> {
    Some(match c {
        '曾' => "zeng",
        '单' => "shan",
        '解' => "xie",
        '仇' => "qiu",
        '任' => "ren",
        '查' => "zha",
        '盖' => "ge",
        '区' => "ou",
        '朴' => "piao",
        '冼' => "xian",
        '翟' => "zhai",
        '缪' => "miao",
        '纪' => "ji",
        '乐' => "yue",
        '覃' => "qin",
        '员' => "yun",
        '折' => "she",
        '黑' => "he",
        '秘' => "bi",
        '种' => "chong",
        '重' => "chong",
        '长' => "zhang",
        '沈' => "shen",
        '葛' => "ge",
        '燕' => "yan",
        '隗' => "wei",
        '臧' => "zang",
        '晁' => "chao",
        '乜' => "nie",
        '召' => "shao",
        '石' => "shi",
        '车' => "che",
        '干' => "gan",
        '过' => "guo",
        '相' => "xiang",
        '应' => "ying",
        '占' => "zhan",
        '曲' => "qu",
        '那' => "na",
        '么' => "yao",
        '贲' => "ben",
        '繁' => "po",
        '谌' => "chen",
        '郗' => "xi",
        '薄' => "bo",
        '柏' => "bai",
        '都' => "du",
        '卜' => "bu",
        '洗' => "xian",
        '尉' => "wei",
        '宓' => "mi",
        '费' => "fei",
        '阚' => "kan",
        '哈' => "ha",
        '会' => "gui",
        '能' => "nai",
        '句' => "gou",
        '适' => "kuo",
        '叶' => "ye",
        '祭' => "zhai",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, script: Script, reading: usize, kind: NameKind) -> String {
        plain(&Unit { text: text.to_owned(), script }, reading, true, kind).join(" ")
    }

    #[test]
    fn cyrillic_has_national_readings() {
        let kind = NameKind::Person;
        assert_eq!(read("хрущёв", Script::Cyrillic, 0, kind), "khrushchyov");
        assert_eq!(read("володимир", Script::Cyrillic, 1, kind), "volodymyr");
        assert_eq!(read("сергій", Script::Cyrillic, 1, kind), "serhii");
        assert_eq!(read("вучић", Script::Cyrillic, 3, kind), "vucic");
        assert_eq!(read("търговище", Script::Cyrillic, 2, kind), "targovishte");
    }

    #[test]
    fn surnames_in_china_and_korea_have_their_own_reading() {
        assert_eq!(read("曾庆红", Script::Han, 1, NameKind::Person), "zeng qing hong");
        assert_eq!(read("单田芳", Script::Han, 1, NameKind::Person), "shan tian fang");
        assert_eq!(read("김정은", Script::Hangul, 0, NameKind::Person), "kim jeong eun");
        assert_eq!(read("김정은", Script::Hangul, 1, NameKind::Person), "kim jong un");
        assert_eq!(read("삼성", Script::Hangul, 0, NameKind::Organization), "samseong");
    }
}
