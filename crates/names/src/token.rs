//! One word of a name, with everything that comparing it needs.

use std::hash::Hash;

use serde::Serialize;

use crate::patronymic::patronymic;
use crate::sound::{abjad_consonants, consonants};
use crate::sound_key::sound;
use crate::syllable::is_syllable;
use crate::tables::{Concept, TABLES};
use crate::{NameKind, Nature, Script};

/// One word of one reading of a name. All fields follow from the spelling, its script and its role, so that equal
/// words of different names are equal tokens.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Token {
    /// The spelling that is compared: lower-case Latin, or Arabic, Hebrew and Chinese letters as they are.
    pub(crate) text: String,
    /// The word as the name has it, folded.
    pub(crate) shown: String,
    pub(crate) script: Script,
    pub(crate) nature: Nature,
    #[serde(skip)]
    pub(crate) sound: String,
    #[serde(skip)]
    pub(crate) skeleton: String,
    #[serde(skip)]
    pub(crate) stem: Option<String>,
    #[serde(skip)]
    pub(crate) concept: Option<u16>,
    #[serde(skip)]
    pub(crate) sets: Vec<u16>,
    #[serde(skip)]
    pub(crate) milli: u16,
    #[serde(skip)]
    pub(crate) vowels: Vec<u8>,
    #[serde(skip)]
    pub(crate) commonness: u16,
    #[serde(skip)]
    pub(crate) known: bool,
    #[serde(skip)]
    pub(crate) syllable: bool,
    #[serde(skip)]
    pub(crate) surname: bool,
    /// Read as another language reads these characters, in a name too short to tell whose it is.
    #[serde(skip)]
    pub(crate) guessed: bool,
}

/// What the place of a word in a name says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Place {
    /// Nothing.
    #[default]
    Open,
    /// The name says by a comma that it is a surname.
    Surname,
    /// The one name that follows the title of an office: `President Erdogan`.
    Office,
    /// A father's or forefather's name in a chain (`bin`, `ibn`), with more names after it.
    Chain,
    /// The name that a Chinese bears among foreigners, beside the own one: `Jason Zhenyu Li`.
    Western,
    /// It stands in brackets behind the name of a body: `Bank (Schweiz)`.
    Bracketed,
}

/// What an initial tells, in thousandths.
const INITIAL: u16 = 400;
/// The same as a weight: what a link with an initial can match of either word ([`crate::score_readings`]).
pub const INITIAL_WEIGHT: f64 = 0.4;

/// What a father's name tells, in thousandths: it is often left out.
const PATRONYMIC: u16 = 600;

/// What a Western name beside a Chinese one tells, in thousandths: lists and passports mostly do without it.
const WESTERN: u16 = 850;

/// What a surname tells with the title of an office, in thousandths: there is one president of this name.
const OFFICE: u16 = 3500;

/// What a place in brackets tells, in hundredths of one without: it is an addition, by which a house says where it sits.
const BRACKETED: u16 = 85;

/// What one syllable of a Chinese or Korean name tells, in thousandths: there are a few hundred of them.
const SYLLABLE: u16 = 650;

/// The prefix to which all spellings of `Abd al-` are brought.
pub const SERVANT: &str = "abdul";
/// The same in Arabic letters.
pub(crate) const SERVANT_ARABIC: &str = "عبدال";

impl Token {
    /// Builds a token from a spelling in comparison form.
    pub(crate) fn new(
        text: String,
        shown: String,
        script: Script,
        kind: NameKind,
        concept: Option<Concept>,
        nature: Option<Nature>,
        place: Place,
    ) -> Self {
        let father = if kind == NameKind::Person { patronymic(&text) } else { None };
        // names in -ewicz are surnames of Poland
        let is_patronymic = father.is_some() && !text.ends_with("ewicz");
        let text = father.unwrap_or(text);
        let latin = text.is_ascii();
        let sound = if latin { sound(&text) } else { String::new() };
        let (skeleton, vowels) = match script {
            Script::Arabic | Script::Hebrew => abjad_consonants(&text),
            _ if latin => consonants(&text),
            _ => (String::new(), Vec::new()),
        };
        let concept = concept.or_else(|| {
            let foreign = kind == NameKind::Organization && latin && script != Script::Han && text.len() >= 6;
            if foreign { TABLES.concept_by_sound(&sound) } else { None }
        });
        let digits = latin && text.bytes().all(|b| b.is_ascii_digit());
        // one letter of its own script, whatever it is romanised to: `Ю` is `yu`
        let one_letter = match script {
            Script::Latin => text.len() == 1,
            Script::Cyrillic | Script::Greek | Script::Alphabet => shown.chars().count() == 1,
            _ => false,
        };
        let initial = kind == NameKind::Person && one_letter;
        let nature = nature.unwrap_or(match concept {
            _ if digits => Nature::Number,
            Some(concept) => concept.nature,
            None if initial => Nature::Initial,
            None => Nature::Word,
        });
        let milli = match (nature, concept) {
            (Nature::Number, _) if kind == NameKind::Person => 600,
            (Nature::Number, _) => 800,
            (Nature::Initial, _) => INITIAL,
            (Nature::Word, _) if place == Place::Chain || is_patronymic => PATRONYMIC,
            (Nature::Word, _) if place == Place::Western => WESTERN,
            (Nature::Word, _) if place == Place::Office => OFFICE,
            (Nature::Word, _) => 1000,
            (Nature::Place, Some(concept)) if place == Place::Bracketed => concept.milli / 100 * BRACKETED,
            (_, Some(concept)) => concept.milli,
            (_, None) => 1000,
        };
        let concept = concept.filter(|c| c.nature == nature && nature != Nature::Title).map(|c| c.id);
        let stem = match script {
            Script::Arabic => text.strip_prefix(SERVANT_ARABIC),
            _ => text.strip_prefix(SERVANT).filter(|_| text != "abdullah" && text != "abdulla"),
        };
        let stem = stem.filter(|s| s.chars().count() >= 3 && kind == NameKind::Person).map(str::to_owned);
        let person = kind == NameKind::Person && nature == Nature::Word;
        let (sets, common) = if person {
            let known = TABLES.known(&text);
            // a character that is read `juan` is not John
            let eastern = matches!(script, Script::Han | Script::Hangul);
            let fits = |set: &u16| !(eastern && TABLES.is_given_set(*set));
            (known.sets.iter().copied().filter(fits).collect(), known.common)
        } else {
            (Vec::new(), None)
        };
        let syllable = person && latin && is_syllable(&text);
        let known = common.is_some() || (!sets.is_empty() && !syllable);
        let commonness = common.unwrap_or(1000).min(if syllable { SYLLABLE } else { 1000 });
        Self {
            text,
            shown,
            script,
            nature,
            sound,
            skeleton,
            stem,
            concept,
            sets,
            milli,
            vowels,
            commonness,
            known,
            syllable,
            surname: place == Place::Surname,
            guessed: false,
        }
    }

    /// The spelling that is compared.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The word as the name has it, folded.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// The script in which the word was written.
    pub fn script(&self) -> Script {
        self.script
    }

    /// What the word does in the name.
    pub fn nature(&self) -> Nature {
        self.nature
    }

    /// The sound key; empty for words compared in their own script.
    pub fn sound(&self) -> &str {
        &self.sound
    }

    /// The consonants, for comparison across scripts that do not write vowels.
    pub fn skeleton(&self) -> &str {
        &self.skeleton
    }

    /// The name without a leading `Abd al-`.
    pub fn stem(&self) -> Option<&str> {
        self.stem.as_deref()
    }

    /// The meaning that it shares with other spellings, as a number without meaning of its own.
    pub fn concept(&self) -> Option<u16> {
        self.concept
    }

    /// The families of given names and surnames that it belongs to.
    pub fn families(&self) -> &[u16] {
        &self.sets
    }

    /// How much the word tells, before rarity: 1 for a distinctive word, less for shared ones, more for a surname with an
    /// office.
    pub fn weight(&self) -> f64 {
        f64::from(self.milli) / 1000.0
    }

    /// How much a name of a person tells as far as it is known to be common, above 0 up to 1. The index has counts of its
    /// own beside it.
    pub fn commonness(&self) -> f64 {
        f64::from(self.commonness) / 1000.0
    }

    /// Whether it is a given name or surname that is known as such: another known one is another name, however few
    /// letters differ.
    pub fn is_known(&self) -> bool {
        self.known
    }

    /// Whether it can be one syllable of a Chinese or Korean name.
    pub fn is_syllable(&self) -> bool {
        self.syllable
    }

    /// Whether the name says by a comma that it is a surname.
    pub fn is_surname(&self) -> bool {
        self.surname
    }

    /// Which vowels stand before, between and after the letters of [`Token::skeleton`], as far as the script writes them.
    pub(crate) fn vowels(&self) -> &[u8] {
        &self.vowels
    }

    /// The number of characters.
    pub fn len(&self) -> usize {
        if self.text.is_ascii() { self.text.len() } else { self.text.chars().count() }
    }

    /// Whether it has no characters; never so in a parsed name.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}

/// `Abd al-Rahman`, `Abdel Rahman`, `Abdurrahman`, `Abdirahman` → `abdulrahman`: the one spelling of a name of the
/// form "servant of". `None` for every other word.
pub(crate) fn servant(word: &str) -> Option<String> {
    let rest = word.strip_prefix("abd")?;
    if ["ullah", "allah", "oullah", "ella", "ulla", "alla", "oulaye", "ollah"]
        .iter()
        .any(|s| rest.starts_with(s))
    {
        return None;
    }
    let bare = rest.trim_start_matches(['a', 'e', 'i', 'o', 'u']);
    if rest.len() - bare.len() > 2 || bare.len() == rest.len() {
        return None;
    }
    let name = bare.strip_prefix('l').unwrap_or_else(|| {
        // the article takes the first consonant of the name: abdus-salam, abdur-rahman
        let mut letters = bare.chars();
        match (letters.next(), letters.next()) {
            (Some(a), Some(b)) if a == b => letters_after_first(bare),
            _ => bare,
        }
    });
    (name.len() >= 3).then(|| format!("{SERVANT}{name}"))
}

fn letters_after_first(word: &str) -> &str {
    let mut letters = word.chars();
    letters.next();
    letters.as_str()
}

/// `saifuddin`, `saifeddine`, `seifaldin` → stem + `aldin`. `None` for every other word.
pub(crate) fn of_the_faith(word: &str) -> Option<String> {
    // all of these ends have a `d`
    if !word.bytes().rev().take(6).any(|b| b == b'd') {
        return None;
    }
    for end in [
        "uddin", "eddin", "addin", "iddin", "aldin", "eldin", "uldin", "uddeen", "eddine", "addine",
        "aldeen", "eldeen", "udin", "edin", "adin", "eddeen",
    ] {
        if let Some(stem) = word.strip_suffix(end)
            && stem.len() >= 3
        {
            return Some(format!("{stem}aldin"));
        }
    }
    // one slip in it, as long as the doubled letter or the end is there
    for len in [5, 4, 6] {
        if let Some((stem, end)) = word.len().checked_sub(len).and_then(|at| word.split_at_checked(at))
            && stem.len() >= 3
            && (end.ends_with("din") || end.as_bytes().windows(2).any(|pair| pair == b"dd"))
            && ["uddin", "eddin"].iter().any(|whole| crate::text_edits(end, whole, 1).is_some())
        {
            return Some(format!("{stem}aldin"));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servant_names_have_one_spelling() {
        for word in ["abdulrahman", "abdelrahman", "abdurrahman", "abdirahman", "abdarrahman", "abdalrahman"]
        {
            assert_eq!(servant(word).as_deref(), Some("abdulrahman"), "{word}");
        }
        assert_eq!(servant("abdussalam").as_deref(), Some("abdulsalam"));
        for word in ["abdullah", "abdo", "abdi", "abdoulaye", "abel", "abdul"] {
            assert_eq!(servant(word), None, "{word}");
        }
    }

    #[test]
    fn names_of_the_faith_have_one_spelling() {
        for word in
            ["saifuddin", "saifeddine", "saifaldin", "saifudin", "saifuddim", "saifudpdin", "saifuddn"]
        {
            assert_eq!(of_the_faith(word).as_deref(), Some("saifaldin"), "{word}");
        }
        for word in ["vladin", "freddie", "budding"] {
            assert_eq!(of_the_faith(word), None, "{word}");
        }
    }
}
