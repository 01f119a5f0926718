//! One word of a name, with everything that comparing it needs.

use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

use crate::parts::{Parts, Texts};
use crate::patronymic::patronymic;
use crate::role::Role;
use crate::sound::Consonants;
use crate::syllable::is_syllable;
use crate::tables::{Known, TABLES};
use crate::{NameKind, Nature, Script, sound_key};

/// One word of one reading of a name. All fields follow from the spelling, its script and its role, so that equal
/// words of different names are equal tokens.
///
/// An index holds tens of thousands of them and compares a new word with dozens: it is as small as its texts are, and what a
/// comparison asks first comes first.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[repr(C)]
pub struct Token {
    pub(crate) script: Script,
    pub(crate) nature: Nature,
    pub(crate) known: bool,
    pub(crate) syllable: bool,
    pub(crate) surname: bool,
    /// Read as another language reads these characters, in a name too short to tell whose it is.
    pub(crate) guessed: bool,
    /// Where the name begins in the text behind `Abd al-`; 0 without it.
    pub(crate) stem: u8,
    pub(crate) concept: Option<u16>,
    pub(crate) milli: u16,
    pub(crate) commonness: u16,
    pub(crate) parts: Parts,
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

/// A word as it is compared, as the name has it, and the script that it is written in.
#[derive(Clone, Copy)]
pub(crate) struct Spelled<'a> {
    pub(crate) text: &'a str,
    pub(crate) shown: &'a str,
    pub(crate) script: Script,
}

/// A place for what is computed of one word after the other.
pub(crate) struct Room {
    sound: String,
    consonants: Consonants,
}

impl Room {
    /// Enough for most words.
    pub(crate) fn new() -> Self {
        Self { sound: String::with_capacity(32), consonants: Consonants::with_capacity(32) }
    }
}

impl Token {
    /// Builds a token from a spelling in comparison form; the room is only that what is computed has a place.
    pub(crate) fn new(spelled: Spelled<'_>, role: &Role, kind: NameKind, room: &mut Room) -> Self {
        let Spelled { text, shown, script } = spelled;
        let Role { concept, nature, place, .. } = *role;
        let father = if kind == NameKind::Person { patronymic(text) } else { None };
        // names in -ewicz are surnames of Poland
        let is_patronymic = father.is_some() && !text.ends_with("ewicz");
        let text = father.as_deref().unwrap_or(text);
        let latin = text.is_ascii();
        let Room { sound, consonants } = room;
        sound.clear();
        consonants.clear();
        if latin {
            sound_key::write(text, sound);
        }
        match script {
            Script::Arabic | Script::Hebrew => consonants.write_abjad(text),
            _ if latin => consonants.write(text),
            _ => {}
        }
        let concept = concept.or_else(|| {
            let foreign = kind == NameKind::Organization && latin && script != Script::Han && text.len() >= 6;
            if foreign { TABLES.concept_by_sound(sound) } else { None }
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
        let name = match script {
            Script::Arabic => text.strip_prefix(SERVANT_ARABIC),
            _ => text.strip_prefix(SERVANT).filter(|_| text != "abdullah" && text != "abdulla"),
        };
        let name = name.filter(|s| s.chars().count() >= 3 && kind == NameKind::Person);
        // both prefixes have a few letters
        let stem = name.and_then(|name| u8::try_from(text.len() - name.len()).ok()).unwrap_or(0);
        let person = kind == NameKind::Person && nature == Nature::Word;
        let known = if person { TABLES.known(text) } else { Known::NOTHING };
        // a character that is read `juan` is not John
        let eastern = matches!(script, Script::Han | Script::Hangul);
        let fits = |set: &u16| !(eastern && TABLES.is_given_set(*set));
        let texts = Texts {
            text,
            sound,
            skeleton: consonants.letters(),
            vowels: consonants.vowels(),
            shown: Some(shown),
        };
        let parts = Parts::of(texts, known.sets.iter().copied().filter(fits));
        let syllable = person && latin && is_syllable(text);
        let in_family = !parts.families().is_empty();
        Self {
            script,
            nature,
            known: known.common.is_some() || (in_family && !syllable),
            syllable,
            surname: place == Place::Surname,
            guessed: false,
            stem,
            concept,
            milli,
            commonness: known.common.unwrap_or(1000).min(if syllable { SYLLABLE } else { 1000 }),
            parts,
        }
    }

    /// The spelling that is compared.
    pub fn text(&self) -> &str {
        self.parts.text()
    }

    /// The word as the name has it, folded.
    pub fn shown(&self) -> &str {
        self.parts.shown()
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
        self.parts.sound()
    }

    /// The consonants, for comparison across scripts that do not write vowels.
    pub fn skeleton(&self) -> &str {
        self.parts.skeleton()
    }

    /// The name without a leading `Abd al-`.
    pub fn stem(&self) -> Option<&str> {
        if self.stem == 0 { None } else { self.text().get(usize::from(self.stem)..) }
    }

    /// The meaning that it shares with other spellings, as a number without meaning of its own.
    pub fn concept(&self) -> Option<u16> {
        self.concept
    }

    /// The families of given names and surnames that it belongs to.
    pub fn families(&self) -> &[u16] {
        self.parts.families()
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
        self.parts.vowels()
    }

    /// The number of characters.
    pub fn len(&self) -> usize {
        let text = self.text();
        if text.is_ascii() { text.len() } else { text.chars().count() }
    }

    /// Whether it has no characters; never so in a parsed name.
    pub fn is_empty(&self) -> bool {
        self.text().is_empty()
    }
}

impl Serialize for Token {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Token", 4)?;
        out.serialize_field("text", self.text())?;
        out.serialize_field("shown", self.shown())?;
        out.serialize_field("script", &self.script)?;
        out.serialize_field("nature", &self.nature)?;
        out.end()
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
    fn a_word_has_two_lines_of_a_cache() {
        assert_eq!(size_of::<Token>(), 128);
    }

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
