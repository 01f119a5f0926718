//! A written name to its readings.

use crate::chinese::{in_pinyin, mark_western};
use crate::compound::{join_compound_names, lone_servant, mark_chains};
use crate::compounds::apart;
use crate::glued::with_blanks;
use crate::kontsevich::romanised;
use crate::parsed::{Form, Ignored, MAX_TOKENS, ParsedName};
use crate::readings::{forms, push_form};
use crate::role::{Role, assign_roles, mark_bracketed, set_aside_titles};
use crate::segment::{segment, set_aside_forms, split_glued_form};
use crate::spelling::{respelled, without_short_particles};
use crate::tables::TABLES;
use crate::units::units;
use crate::{NameKind, Nature, Script, initials, transcribed};

/// How much of a text is read as a name, in characters. The longest name of the public lists has fewer than 1,000; what is
/// longer is no name, and reading it whole would let one text stop a screening.
pub const MAX_CHARACTERS: usize = 4096;

impl ParsedName {
    /// Reads a name by the habits of `kind`. Never fails: a text without letters has no forms.
    pub fn parse(original: &str, kind: NameKind) -> Self {
        let whole = original;
        // so few bytes have no more characters
        let end =
            if original.len() <= MAX_CHARACTERS { None } else { original.char_indices().nth(MAX_CHARACTERS) };
        let (original, cut_off) = match end {
            Some((end, _)) => (original.get(..end).unwrap_or(original), true),
            None => (original, false),
        };
        let mut words = Words::of(original, kind);
        let mut truncated = cut_off || words.cut_to(MAX_TOKENS);
        let mut forms = forms(&words.roles, kind, &mut truncated);
        for others in words.lone.iter().chain(&initials::other_letters(&words.roles)) {
            for form in crate::readings::forms(others, kind, &mut truncated) {
                let form = as_written(form, &forms);
                push_form(&mut forms, form, &mut truncated);
            }
        }
        for spelled in respelled(original, kind).into_iter().chain(otherwise(original, kind)) {
            let mut others = Words::of(&spelled, kind);
            truncated |= others.cut_to(MAX_TOKENS);
            for form in crate::readings::forms(&others.roles, kind, &mut truncated) {
                let form = as_written(form, &forms);
                push_form(&mut forms, form, &mut truncated);
            }
        }
        let Words { scripts, ignored, .. } = words;
        Self { original: whole.to_owned(), kind, scripts, forms, ignored, truncated }
    }
}

/// The name as it may have been meant: in pinyin, from Russian in Korean, with its blanks, or with its compounds apart.
fn otherwise(name: &str, kind: NameKind) -> Vec<String> {
    match kind {
        NameKind::Person => {
            let mut readings = in_pinyin(name);
            readings.extend(romanised(name));
            readings
        }
        NameKind::Organization => with_blanks(name).into_iter().chain(apart(name)).collect(),
        NameKind::Vessel => Vec::new(),
    }
}

/// A form that spells the words of the first one in another way, with the words as they were written.
fn as_written(mut form: Form, forms: &[Form]) -> Form {
    if let Some(first) = forms.first().filter(|f| f.tokens.len() == form.tokens.len()) {
        for (token, written) in form.tokens.iter_mut().zip(&first.tokens) {
            if token.shown() != written.shown() {
                token.parts = token.parts.showing(written.shown());
            }
        }
    }
    form
}

/// The words of a text with what they do in a name.
struct Words {
    roles: Vec<Role>,
    /// A second reading of two words ([`lone_servant`]).
    lone: Option<Vec<Role>>,
    scripts: Vec<Script>,
    ignored: Vec<Ignored>,
}

impl Words {
    fn of(original: &str, kind: NameKind) -> Self {
        let bodies = kind != NameKind::Person;
        let long = match kind {
            NameKind::Person => without_short_particles(original),
            NameKind::Vessel => Some(without_voyage(original)),
            NameKind::Organization => None,
        };
        let original = long.as_deref().unwrap_or(original);
        let turned = if kind == NameKind::Person { turn_surname_first(original) } else { None };
        let family = turned.as_ref().map(|(_, given)| *given);
        let turned = turned.map(|(turned, _)| turned);
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
        if kind == NameKind::Organization {
            mark_bracketed(&mut roles, original);
        }
        set_aside_titles(&mut roles, &mut ignored);
        let mut lone = None;
        if kind == NameKind::Person {
            initials::mark(&mut roles, original);
            lone = lone_servant(&roles);
            roles = join_compound_names(roles);
            mark_chains(&mut roles);
            mark_western(&mut roles);
        }
        Self { roles, lone, scripts, ignored }
    }

    /// Leaves so many words; whether there were more.
    fn cut_to(&mut self, most: usize) -> bool {
        let more = self.roles.len() > most;
        self.roles.truncate(most);
        more
    }
}

/// The name of a ship without its voyage and flag, and apart from a prefix that is written together with it: `MVSolan`, `Yu Song 7
/// V.123`, `Solan VOY 12W`, `Golafruz, flag Panama`.
fn without_voyage(name: &str) -> String {
    let number = |word: &str| {
        let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        word.len() <= digits.len() + 1 && digits.len() >= 2 && digits.bytes().all(|b| b.is_ascii_digit())
    };
    let mut words: Vec<&str> = name.split_whitespace().collect();
    if let Some(at) =
        words.iter().rposition(|w| w.eq_ignore_ascii_case("flag") || w.eq_ignore_ascii_case("flag:"))
        && at > 0
    {
        words.truncate(at);
    }
    let lower =
        |at: Option<usize>| at.and_then(|at| words.get(at)).map(|w| w.to_lowercase()).unwrap_or_default();
    let (last, before) = (lower(words.len().checked_sub(1)), lower(words.len().checked_sub(2)));
    let told = ["voy.", "voy", "voyage", "v."];
    let glued = ["voy.", "voy", "v."].iter().any(|word| last.strip_prefix(word).is_some_and(number));
    if words.len() > 2 && told.contains(&before.as_str()) && number(&last) {
        words.truncate(words.len() - 2);
    } else if words.len() > 1 && glued {
        words.truncate(words.len() - 1);
    }
    let first = words.first().map(|word| {
        let stem = word.strip_prefix("MV").or_else(|| word.strip_prefix("MT"));
        // a capital and then a small letter begin the name
        let begins = |s: &&str| {
            let mut letters = s.chars();
            letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase)
        };
        stem.filter(begins).unwrap_or(word)
    });
    first.into_iter().chain(words.iter().skip(1).copied()).collect::<Vec<_>>().join(" ")
}

/// `SURNAME, Given Middle` → `Given Middle SURNAME`, and how many words are given names. A tail that is only a suffix (`Jr`, `PhD`)
/// does not count.
fn turn_surname_first(name: &str) -> Option<(String, usize)> {
    if !name.contains(',') && (name.is_ascii() || !name.contains('،')) {
        return None;
    }
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
    Some((format!("{given} {surname} {}", rest.join(" ")), tail.len()))
}
