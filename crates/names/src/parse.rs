//! A written name to its readings.

use crate::compound::{join_compound_names, lone_servant, mark_chains};
use crate::parsed::{MAX_TOKENS, ParsedName};
use crate::readings::{forms, push_form};
use crate::role::{assign_roles, mark_bracketed, set_aside_titles};
use crate::segment::{segment, set_aside_forms, split_glued_form};
use crate::tables::TABLES;
use crate::units::units;
use crate::{NameKind, Nature, transcribed};

/// How much of a text is read as a name, in characters. The longest name of the public lists has fewer than 1,000; what is
/// longer is no name, and reading it whole would let one text stop a screening.
const MAX_CHARACTERS: usize = 4096;

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
        if kind == NameKind::Organization {
            mark_bracketed(&mut roles, original);
        }
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
            for form in crate::readings::forms(&apart, kind, &mut truncated) {
                push_form(&mut forms, form, &mut truncated);
            }
        }
        Self { original: whole.to_owned(), kind, scripts, forms, ignored, truncated }
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
