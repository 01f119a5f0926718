//! A written name to its readings.

use serde::Serialize;

use crate::romanise::{readings, romanise};
use crate::tables::{Concept, MAX_SPELLING, TABLES, join};
use crate::token::{Place, SERVANT, SERVANT_ARABIC, Token, of_the_faith, servant};
use crate::units::{Unit, units};
use crate::{NameKind, Nature, Script, transcribed};

/// The longest name that is read whole, in words. The longest of the public lists has fewer than 40.
pub const MAX_TOKENS: usize = 64;

/// How much of a text is read as a name, in characters. The longest name of the public lists has fewer than 1,000; what is
/// longer is no name, and reading it whole would let one text stop a screening.
const MAX_CHARACTERS: usize = 4096;

/// A name as read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ParsedName {
    /// The name as written.
    pub original: String,
    /// The habits by which it was read.
    pub kind: NameKind,
    /// The scripts in it, in order of appearance.
    pub scripts: Vec<Script>,
    /// Its readings, the most usual one first. Empty only if the text has no letter and no digit.
    pub forms: Vec<Form>,
    /// What was set aside: organisation forms, titles.
    pub ignored: Vec<Ignored>,
    /// Whether words beyond [`MAX_TOKENS`], or text beyond 4,096 characters, were left out. Callers must show this.
    pub truncated: bool,
}

/// One reading of a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Form {
    /// Whether the tokens are letters of the script itself (Chinese characters), compared only with their like.
    pub native: bool,
    /// The words in order; a person's `SURNAME, Given` is already turned.
    pub tokens: Vec<Token>,
}

/// What a name brings into a comparison beside the words of its readings. Small, so that an index can keep it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Traits {
    /// Whether it has a reading in its own letters ([`Form::native`]).
    pub native: bool,
    /// The class of its organisation form.
    pub class: Option<&'static str>,
}

impl Traits {
    /// As a number for an index; [`Traits::from_code`] reads it back. Numbers hold only for one version of the tables.
    pub fn code(self) -> u32 {
        let class = self.class.and_then(|c| TABLES.classes().binary_search(&c).ok());
        // a few dozen classes
        let class = class.and_then(|n| u32::try_from(n + 1).ok()).unwrap_or(0);
        (class << 1) | u32::from(self.native)
    }

    /// Reads [`Traits::code`]; `None` for any other number.
    pub fn from_code(code: u32) -> Option<Self> {
        let class = match usize::try_from(code >> 1).ok()?.checked_sub(1) {
            None => None,
            Some(n) => Some(*TABLES.classes().get(n)?),
        };
        Some(Self { native: code & 1 == 1, class })
    }
}

/// A part of a name that is not compared word by word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ignored {
    /// The words as written, folded.
    pub text: String,
    /// Why.
    pub why: IgnoredWhy,
}

/// Why a part was set aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IgnoredWhy {
    /// A title or a vessel prefix.
    Title,
    /// An organisation form.
    OrgForm {
        /// Its code in `data/org_forms.csv`.
        code: &'static str,
        /// The class of the form: `limited`, `stock`, `partnership`…
        class: &'static str,
    },
    /// A country that the other side is known to be of ([`ParsedName::without_country`]).
    Country {
        /// Its ISO code in lower case.
        code: &'static str,
    },
}

/// A unit with the role that its place in the name gives it.
struct Role {
    unit: Unit,
    concept: Option<Concept>,
    nature: Option<Nature>,
    /// What its place says of it.
    place: Place,
}

impl ParsedName {
    /// Reads a name by the habits of `kind`. Never fails: a text without letters has no forms.
    pub fn parse(original: &str, kind: NameKind) -> Self {
        let bodies = kind != NameKind::Person;
        let whole = original;
        let (original, cut_off) = match original.char_indices().nth(MAX_CHARACTERS) {
            Some((end, _)) => (original.get(..end).unwrap_or(original), true),
            None => (original, false),
        };
        let turned = if kind == NameKind::Person { turn_surname_first(original) } else { None };
        let family = turned.as_ref().map(|(given, _)| units(given, bodies).len());
        let turned = turned.map(|(given, rest)| format!("{given} {rest}"));
        let mut cut = units(turned.as_deref().unwrap_or(original), bodies);
        if bodies {
            cut = split_glued_form(cut, original);
            cut = segment(cut, kind);
        } else {
            transcribed::mark(&mut cut, original);
        }
        let mut scripts = Vec::new();
        for unit in &cut {
            if !scripts.contains(&unit.script) {
                scripts.push(unit.script);
            }
        }
        let mut ignored = Vec::new();
        if kind == NameKind::Organization {
            cut = set_aside_forms(cut, &mut ignored);
        }
        let mut roles = assign_roles(cut, kind, family);
        set_aside_titles(&mut roles, &mut ignored);
        let mut lone = None;
        if kind == NameKind::Person {
            lone = lone_servant(&roles);
            roles = join_compound_names(roles);
            mark_chains(&mut roles);
        }
        let mut truncated = cut_off || roles.len() > MAX_TOKENS;
        roles.truncate(MAX_TOKENS);
        let mut forms = forms(&roles, kind, &mut truncated);
        if let Some(apart) = lone {
            for form in self::forms(&apart, kind, &mut truncated) {
                push_form(&mut forms, form, &mut truncated);
            }
        }
        Self { original: whole.to_owned(), kind, scripts, forms, ignored, truncated }
    }

    /// What it brings into a comparison as a whole.
    pub fn traits(&self) -> Traits {
        Traits { native: self.has_native_form(), class: self.org_form_class() }
    }

    /// The class of its organisation form, if it has one.
    pub fn org_form_class(&self) -> Option<&'static str> {
        self.ignored.iter().find_map(|i| match i.why {
            IgnoredWhy::OrgForm { class, .. } => Some(class),
            IgnoredWhy::Title | IgnoredWhy::Country { .. } => None,
        })
    }

    /// The name of a body without the one country in it, and the ISO code of that country in lower case.
    ///
    /// `NSO Group Israel` is NSO Group, of Israel: a country in a name says nothing against a listed body of that country,
    /// while it tells a subsidiary from a house elsewhere. `None` if there is no country, or more than one, or nothing else.
    pub fn without_country(&self) -> Option<(Self, &'static str)> {
        if self.kind != NameKind::Organization {
            return None;
        }
        let country =
            |t: &Token| (t.nature() == Nature::Place).then(|| TABLES.country(t.concept()?)).flatten();
        let first = self.forms.first()?;
        let mut named = first.tokens.iter().filter_map(|t| Some((country(t)?, t)));
        let (code, token) = named.next()?;
        if named.next().is_some() {
            return None;
        }
        let mut forms = Vec::with_capacity(self.forms.len());
        for form in &self.forms {
            let tokens: Vec<Token> =
                form.tokens.iter().filter(|t| country(t) != Some(code)).cloned().collect();
            if tokens.iter().any(|t| matches!(t.nature(), Nature::Word | Nature::Number)) {
                forms.push(Form { native: form.native, tokens });
            }
        }
        if forms.is_empty() {
            return None;
        }
        let mut ignored = self.ignored.clone();
        ignored.push(Ignored { text: token.shown().to_owned(), why: IgnoredWhy::Country { code } });
        Some((Self { forms, ignored, ..self.clone() }, code))
    }

    /// Whether it has a reading in its own letters that is compared only with its like.
    pub fn has_native_form(&self) -> bool {
        self.forms.iter().any(|f| f.native)
    }
}

/// `SURNAME, Given Middle` → `Given Middle` and `SURNAME`. A tail that is only a suffix (`Jr`, `PhD`) does not count.
fn turn_surname_first(name: &str) -> Option<(String, String)> {
    let mut parts = name.split([',', '،']);
    let (surname, given) = (parts.next()?.trim(), parts.next()?.trim());
    let rest: Vec<&str> = parts.map(str::trim).collect();
    let tail = units(given, false);
    let suffix = tail.iter().all(|u| {
        matches!(
            TABLES.concept(NameKind::Person, &u.text).map(|c| c.nature),
            Some(Nature::Suffix | Nature::Title)
        ) || matches!(u.text.as_str(), "ii" | "iii" | "iv")
    });
    if surname.is_empty() || tail.is_empty() || suffix {
        return None;
    }
    Some((given.to_owned(), format!("{surname} {}", rest.join(" "))))
}

/// `SiemensAG` → `siemens ag`: a form in capitals glued to a word that ends in small letters.
fn split_glued_form(cut: Vec<Unit>, original: &str) -> Vec<Unit> {
    let mut out = Vec::with_capacity(cut.len() + 1);
    for unit in cut {
        let written = original.split_whitespace().find(|w| w.to_lowercase() == unit.text);
        let boundary = written.and_then(|w| {
            let small = w.trim_end_matches(|c: char| c.is_ascii_uppercase());
            let form = w.strip_prefix(small)?.to_lowercase();
            (small.len() >= 3
                && form.len() >= 2
                && small.ends_with(|c: char| c.is_ascii_lowercase())
                && TABLES.form(&form).is_some())
            .then(|| (small.to_lowercase(), form))
        });
        match boundary {
            Some((stem, form)) => {
                out.push(Unit { text: stem, script: unit.script });
                out.push(Unit { text: form, script: unit.script });
            }
            None => out.push(unit),
        }
    }
    out
}

/// Chinese, Japanese and Korean names of bodies have no spaces: known words (general words, places, organisation
/// forms) are cut out of a run, longest first; Korean only at its ends, where such words stand.
fn segment(cut: Vec<Unit>, kind: NameKind) -> Vec<Unit> {
    let known = |text: &str| TABLES.form(text).is_some() || TABLES.concept(kind, text).is_some();
    let mut out = Vec::with_capacity(cut.len());
    for unit in cut {
        let chars: Vec<char> = unit.text.chars().collect();
        match unit.script {
            Script::Han => {
                let mut rest = chars.as_slice();
                let mut plain = String::new();
                while let [first, tail @ ..] = rest {
                    let longest = (2..=rest.len().min(MAX_SPELLING)).rev().find_map(|n| {
                        let (word, after) = rest.split_at_checked(n)?;
                        let word: String = word.iter().collect();
                        known(&word).then_some((word, after))
                    });
                    if let Some((word, after)) = longest {
                        if !plain.is_empty() {
                            out.push(Unit { text: std::mem::take(&mut plain), script: unit.script });
                        }
                        out.push(Unit { text: word, script: unit.script });
                        rest = after;
                    } else {
                        plain.push(*first);
                        rest = tail;
                    }
                }
                if !plain.is_empty() {
                    out.push(Unit { text: plain, script: unit.script });
                }
            }
            Script::Hangul | Script::Kana if !known(&unit.text) => {
                let (mut head, mut tail): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
                let mut rest = chars.as_slice();
                loop {
                    let split = (2..rest.len()).rev().find_map(|n| {
                        let (front, back) = rest.split_at_checked(n)?;
                        let word: String = front.iter().collect();
                        if known(&word) {
                            return Some((word, back, true));
                        }
                        let (front, back) = rest.split_at_checked(rest.len() - n)?;
                        let word: String = back.iter().collect();
                        known(&word).then_some((word, front, false))
                    });
                    let Some((word, left, at_front)) = split else { break };
                    if at_front {
                        head.push(word)
                    } else {
                        tail.push(word)
                    }
                    rest = left;
                }
                let middle: String = rest.iter().collect();
                let words = head.into_iter().chain(std::iter::once(middle)).chain(tail.into_iter().rev());
                out.extend(words.filter(|w| !w.is_empty()).map(|text| Unit { text, script: unit.script }));
            }
            _ => out.push(unit),
        }
    }
    out
}

/// Takes organisation forms off the end, and those that may lead off the front. A name that is nothing else keeps
/// them as words.
fn set_aside_forms(cut: Vec<Unit>, ignored: &mut Vec<Ignored>) -> Vec<Unit> {
    let mut words: Vec<String> = cut.iter().map(|u| u.text.clone()).collect();
    let mut kept = cut.clone();
    let mut found = Vec::new();
    loop {
        let at_end = (1..=words.len().min(MAX_SPELLING)).rev().find_map(|n| {
            let (front, back) = words.split_at_checked(words.len() - n)?;
            let key = join(back);
            let row = TABLES.form(&key).or_else(|| TABLES.cut_form(&key))?;
            Some((key, row, front.len(), false))
        });
        let at_front = || {
            (1..=words.len().min(MAX_SPELLING)).rev().find_map(|n| {
                let key = join(words.split_at_checked(n)?.0);
                let row = TABLES.form(&key).filter(|row| row.leads)?;
                Some((key, row, n, true))
            })
        };
        let Some((key, row, n, front)) = at_end.or_else(at_front) else { break };
        let why = IgnoredWhy::OrgForm { code: row.code, class: row.generic };
        found.push(Ignored { text: key, why });
        if front {
            words.drain(..n.min(words.len()));
            kept.drain(..n.min(kept.len()));
        } else {
            words.truncate(n);
            kept.truncate(n);
        }
    }
    if kept.is_empty() {
        return cut;
    }
    ignored.append(&mut found);
    kept
}

/// Looks every unit, or run of units, up in the word tables.
fn assign_roles(cut: Vec<Unit>, kind: NameKind, surnames_from: Option<usize>) -> Vec<Role> {
    let mut out: Vec<Role> = Vec::with_capacity(cut.len());
    let mut rest = cut.as_slice();
    let last = cut.len().saturating_sub(1);
    while let [first, tail @ ..] = rest {
        let position = cut.len() - rest.len();
        let place =
            if surnames_from.is_some_and(|from| position >= from) { Place::Surname } else { Place::Open };
        let several = (2..=rest.len().min(4)).rev().find_map(|n| {
            let (words, after) = rest.split_at_checked(n)?;
            let texts: Vec<&str> = words.iter().map(|u| u.text.as_str()).collect();
            let concept = TABLES.concept(kind, &join(&texts))?;
            Some((texts.concat(), concept, after))
        });
        if let Some((text, concept, after)) = several {
            out.push(Role {
                unit: Unit { text, script: first.script },
                concept: Some(concept),
                nature: None,
                place,
            });
            rest = after;
            continue;
        }
        if let Some(number) = number(&first.text, kind, position, last) {
            let unit = Unit { text: number, script: Script::Latin };
            out.push(Role { unit, concept: None, nature: Some(Nature::Number), place });
            rest = tail;
            continue;
        }
        // the Arabic article is written together with its noun
        if first.script == Script::Arabic
            && let Some(noun) = first.text.strip_prefix("ال")
            && noun.chars().count() >= 3
            && (kind == NameKind::Person
                || (kind == NameKind::Organization && TABLES.concept(kind, &first.text).is_none()))
        {
            let article = Unit { text: "ال".to_owned(), script: Script::Arabic };
            let concept = TABLES.concept(kind, "ال");
            out.push(Role { unit: article, concept, nature: None, place });
            let noun = Unit { text: noun.to_owned(), script: Script::Arabic };
            let concept = if kind == NameKind::Person { None } else { TABLES.concept(kind, &noun.text) };
            out.push(Role { unit: noun, concept, nature: None, place });
            rest = tail;
            continue;
        }
        if first.script == Script::Transcribed {
            let particle = |text: &str, place| Role {
                unit: Unit { text: text.to_owned(), script: Script::Transcribed },
                concept: TABLES.concept(kind, transcribed::particle(text).unwrap_or_default()),
                nature: None,
                place,
            };
            if transcribed::particle(&first.text).is_some() {
                out.push(particle(&first.text, place));
                rest = tail;
                continue;
            }
            if let Some(noun) = transcribed::after_article(&first.text) {
                out.push(particle("알", place));
                let unit = Unit { text: noun.to_owned(), script: Script::Transcribed };
                out.push(Role { unit, concept: None, nature: None, place });
                rest = tail;
                continue;
            }
        }
        let mut concept = TABLES.concept(kind, &first.text);
        if concept.is_some_and(|c| c.nature == Nature::Particle)
            && kind == NameKind::Person
            && position == 0
            && TABLES.is_given(&first.text)
        {
            // `Ben Netanyahu`: at the head of a name it is a given name
            concept = None;
        }
        out.push(Role { unit: first.clone(), concept, nature: None, place });
        rest = tail;
    }
    out
}

/// Digits of a number written as Roman numeral, ordinal or word. In persons only a closing II, III, IV counts.
fn number(word: &str, kind: NameKind, position: usize, last: usize) -> Option<String> {
    const ROMAN: [&str; 20] = [
        "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv", "xvi",
        "xvii", "xviii", "xix", "xx",
    ];
    const WORDS: [&str; 12] =
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    const ORDINALS: [&str; 10] =
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
    let index = |list: &[&str]| list.iter().position(|w| *w == word).map(|n| (n + 1).to_string());
    if kind == NameKind::Person {
        return index(&ROMAN)
            .filter(|n| position == last && position > 0 && matches!(n.as_str(), "2" | "3" | "4"));
    }
    let ordinal = ["st", "nd", "rd", "th"].iter().find_map(|end| {
        let digits = word.strip_suffix(end)?;
        (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.to_owned())
    });
    let digits = word.bytes().all(|b| b.is_ascii_digit()).then(|| {
        let trimmed = word.trim_start_matches('0');
        if trimmed.is_empty() { "0".to_owned() } else { trimmed.to_owned() }
    });
    let roman = if position > 0 { index(&ROMAN) } else { None };
    digits.or(ordinal).or(roman).or_else(|| index(&WORDS)).or_else(|| index(&ORDINALS))
}

/// Takes titles out, unless nothing else would remain. A title at the end of a name is mostly a surname (`King`),
/// but for those that only stand there.
fn set_aside_titles(roles: &mut Vec<Role>, ignored: &mut Vec<Ignored>) {
    let title = |r: &Role| r.concept.is_some_and(|c| c.nature == Nature::Title);
    let solid = |r: &Role| !r.concept.is_some_and(|c| matches!(c.nature, Nature::Title | Nature::Particle));
    if !roles.iter().any(solid) {
        return;
    }
    let office = TABLES.concept(NameKind::Person, "president").map(|c| c.id);
    let in_office = roles.first().and_then(|r| r.concept).is_some_and(|c| Some(c.id) == office);
    let last = roles.len().saturating_sub(1);
    let mut position = 0;
    roles.retain(|role| {
        let closing =
            matches!(role.unit.text.as_str(), "na" | "phd" | "esq" | "mba" | "msc" | "eng" | "haji");
        let out = title(role) && (position < last || closing);
        if out {
            ignored.push(Ignored { text: role.unit.text.clone(), why: IgnoredWhy::Title });
        }
        position += 1;
        !out
    });
    if let [only] = roles.as_mut_slice()
        && in_office
        && only.concept.is_none()
    {
        only.place = Place::Office;
    }
    for role in roles.iter_mut().filter(|r| title(r)) {
        // a surname after all
        role.concept = None;
    }
}

/// What stands before a name of God in names of the form "servant of".
const SERVANTS: [&str; 11] =
    ["abd", "abdul", "abdel", "abdal", "abdoul", "abdur", "abdus", "abder", "abdool", "abdu", "abdun"];

/// `abd al rahman` → `abdulrahman`, `saif al din` → `saifaldin`, in Latin and Arabic letters.
fn join_compound_names(roles: Vec<Role>) -> Vec<Role> {
    let article =
        |r: &Role| TABLES.concept(NameKind::Person, "al").zip(r.concept).is_some_and(|(al, c)| al.id == c.id);
    let mut out: Vec<Role> = Vec::with_capacity(roles.len());
    let mut queue: std::collections::VecDeque<Role> = roles.into();
    while let Some(role) = queue.pop_front() {
        let word = role.unit.text.as_str();
        let arabic = role.unit.script == Script::Arabic && word == "عبد";
        let mistyped = role.concept.is_none() && is_near_servant(word);
        let latin = role.unit.script == Script::Latin && (SERVANTS.contains(&word) || mistyped);
        if arabic || latin {
            let with_article = queue.front().is_some_and(article);
            let name_at = usize::from(with_article);
            let solid = queue.get(name_at).is_some_and(|r| {
                r.unit.script == role.unit.script && r.concept.is_none() && r.unit.text.chars().count() >= 3
            });
            if solid && (with_article || word != "abd") {
                if with_article {
                    queue.pop_front();
                }
                if let Some(name) = queue.pop_front() {
                    let prefix = if arabic { SERVANT_ARABIC } else { SERVANT };
                    let text = format!("{prefix}{}", name.unit.text);
                    let text = if text == "abdulallah" { "abdullah".to_owned() } else { text };
                    out.push(Role {
                        unit: Unit { text, ..name.unit },
                        concept: None,
                        nature: None,
                        place: name.place,
                    });
                    continue;
                }
            }
        }
        // `Nasr Allah`, `نصر الله`: one name
        let god = |r: &Role| matches!(r.unit.text.as_str(), "allah" | "ullah" | "الله");
        if role.concept.is_none()
            && matches!(role.unit.script, Script::Latin | Script::Arabic)
            && is_before_god(role.unit.text.as_str())
            && let Some(next) = queue.pop_front_if(|next| god(next) && next.unit.script == role.unit.script)
        {
            let text = format!("{word}{}", next.unit.text);
            out.push(Role { unit: Unit { text, ..role.unit }, ..role });
            continue;
        }
        let faith = |r: &Role| matches!(r.unit.text.as_str(), "din" | "deen" | "dine" | "dean" | "دین");
        if role.concept.is_none()
            && matches!(role.unit.script, Script::Latin | Script::Arabic)
            && queue.front().is_some_and(article)
            && queue.get(1).is_some_and(faith)
        {
            let end = if role.unit.script == Script::Arabic { "الدین" } else { "aldin" };
            let text = format!("{word}{end}");
            queue.pop_front();
            queue.pop_front();
            out.push(Role {
                unit: Unit { text, ..role.unit },
                concept: None,
                nature: None,
                place: role.place,
            });
            continue;
        }
        if role.unit.script == Script::Latin
            && role.concept.is_none()
            && let Some(text) = servant(word).or_else(|| of_the_faith(word))
        {
            out.push(Role { unit: Unit { text, ..role.unit }, ..role });
            continue;
        }
        out.push(role);
    }
    out
}

/// The words with which names of the form `Nasr Allah` (the help of God) begin, in their usual spellings. Other words before
/// `Allah` are names of their own (`Muhammad Allah Dad`).
fn is_before_god(word: &str) -> bool {
    const WORDS: [&str; 62] = [
        "nasr",
        "nasru",
        "nasr",
        "hasb",
        "habib",
        "habibu",
        "rahmat",
        "fadl",
        "fazl",
        "fazal",
        "saif",
        "sayf",
        "seif",
        "nur",
        "noor",
        "hamid",
        "hamd",
        "hizb",
        "hezb",
        "hizbu",
        "jund",
        "jar",
        "khair",
        "khayr",
        "asad",
        "aman",
        "amanu",
        "inayat",
        "hedayat",
        "hidayat",
        "nimat",
        "nemat",
        "obaid",
        "ubayd",
        "ubaid",
        "wali",
        "zabih",
        "lutf",
        "shukr",
        "ata",
        "ataa",
        "ruh",
        "rooh",
        "sana",
        "qudrat",
        "naqib",
        "sami",
        "najib",
        "matia",
        "mati",
        "faiz",
        "نصر",
        "حبیب",
        "رحمت",
        "فضل",
        "سیف",
        "نور",
        "حزب",
        "خیر",
        "اسد",
        "هدایت",
        "عبید",
    ];
    WORDS.contains(&word)
}

/// `Abdul Zahed`: one name, or the first and the last of `Abdul Rahman Zahed`, whose middle is left out; this is the second
/// reading.
fn lone_servant(roles: &[Role]) -> Option<Vec<Role>> {
    let [first, last] = roles else { return None };
    let servant =
        first.unit.script == Script::Latin && first.unit.text.starts_with("abd") && first.unit.text != "abd";
    let whole = servant && SERVANTS.contains(&first.unit.text.as_str()) && last.concept.is_none();
    let copy = |role: &Role, text: &str| Role {
        unit: Unit { text: text.to_owned(), script: role.unit.script },
        concept: None,
        nature: None,
        place: role.place,
    };
    whole.then(|| vec![copy(first, SERVANT), copy(last, &last.unit.text)])
}

/// Whether a word before a name is `abdul` with one slip in it: nothing else that stands there is like it.
fn is_near_servant(word: &str) -> bool {
    // names and kunyas of their own
    const OTHERS: [&str; 4] = ["abul", "abduh", "abdulla", "abduli"];
    let known = TABLES.common(word).is_some() || !TABLES.sets(word).is_empty() || TABLES.is_given(word);
    (4..=6).contains(&word.len())
        && !known
        && !OTHERS.contains(&word)
        && crate::text_edits(word, SERVANT, 1).is_some()
}

/// Marks the fathers and forefathers in `Usama bin Muhammad bin Awad bin Ladin`: the words after a particle of descent, but
/// for those after the last one, which are often the name of the family.
fn mark_chains(roles: &mut [Role]) {
    let Some(ibn) = TABLES.concept(NameKind::Person, "ibn").map(|c| c.id) else { return };
    let descent = |role: &Role| role.concept.is_some_and(|c| c.id == ibn);
    let last = roles.iter().rposition(descent).unwrap_or(0);
    let mut within = false;
    for role in roles.iter_mut().take(last) {
        if descent(role) {
            within = true;
        } else if within && role.concept.is_none() {
            role.place = Place::Chain;
        }
    }
}

/// Builds the readings: one a romanisation system, and one in Chinese characters themselves.
fn forms(roles: &[Role], kind: NameKind, truncated: &mut bool) -> Vec<Form> {
    let count = roles.iter().map(|r| readings(r.unit.script, kind)).max().unwrap_or(0);
    let mut out: Vec<Form> = Vec::with_capacity(count);
    'readings: for reading in 0..count {
        let mut tokens = Vec::with_capacity(roles.len());
        for (n, role) in roles.iter().enumerate() {
            let system = reading.min(readings(role.unit.script, kind).saturating_sub(1));
            let Some(words) = romanise(&role.unit, system, n == 0, kind) else { continue 'readings };
            let words = if role.concept.is_some() && role.unit.script == Script::Han {
                vec![words.concat()]
            } else {
                words
            };
            let one = words.len() == 1;
            for text in words {
                if text.is_empty() {
                    continue;
                }
                let shown = if one { role.unit.text.clone() } else { text.clone() };
                tokens.push(Token::new(
                    text,
                    shown,
                    role.unit.script,
                    kind,
                    role.concept,
                    role.nature,
                    role.place,
                ));
            }
        }
        push_form(&mut out, Form { native: false, tokens }, truncated);
    }
    let characters = |r: &Role| match r.unit.script {
        Script::Han => true,
        Script::Transcribed => r.unit.text.chars().all(|c| Script::of(c) == Some(Script::Han)),
        _ => false,
    };
    if roles.iter().any(characters) {
        let mut tokens = Vec::new();
        for role in roles {
            let script = if characters(role) { Script::Han } else { role.unit.script };
            let word = |text: String| {
                Token::new(text.clone(), text, script, kind, role.concept, role.nature, role.place)
            };
            if script == Script::Han && role.concept.is_none() {
                tokens.extend(role.unit.text.chars().map(|c| word(c.to_string())));
            } else {
                tokens.push(word(role.unit.text.clone()));
            }
        }
        push_form(&mut out, Form { native: true, tokens }, truncated);
    }
    out
}

fn push_form(out: &mut Vec<Form>, mut form: Form, truncated: &mut bool) {
    if form.tokens.len() > MAX_TOKENS {
        *truncated = true;
        form.tokens.truncate(MAX_TOKENS);
    }
    let same = |f: &Form| {
        f.native == form.native
            && f.tokens.len() == form.tokens.len()
            && f.tokens.iter().zip(&form.tokens).all(|(a, b)| a.text() == b.text())
    };
    if !form.tokens.is_empty() && !out.iter().any(same) {
        out.push(form);
    }
}
