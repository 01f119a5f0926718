//! From words with their roles to the readings of a name.

use crate::parsed::{Form, MAX_TOKENS};
use crate::remembered::{self, Words};
use crate::role::Role;
use crate::romanise::{is_guess, readings, romanise};
use crate::room::room_for;
use crate::token::{Spelled, Token};
use crate::units::Unit;
use crate::{NameKind, Script};

/// Builds the readings: one a romanisation system, and one in Chinese characters themselves.
pub(crate) fn forms(roles: &[Role], kind: NameKind, truncated: &mut bool) -> Vec<Form> {
    remembered::with_words(|words| with_words(words, roles, kind, truncated))
}

fn with_words(words: &mut Words, roles: &[Role], kind: NameKind, truncated: &mut bool) -> Vec<Form> {
    let count = roles.iter().map(|r| readings(r.unit.script, kind)).max().unwrap_or(0);
    let mut out: Vec<Form> = Vec::with_capacity(count);
    let han = |r: &Role| if r.unit.script == Script::Han { r.unit.text.chars().count() } else { 0 };
    let short_han = (1..=2).contains(&roles.iter().map(han).sum::<usize>());
    'readings: for reading in 0..count {
        let mut tokens = room_for(roles.len());
        for (n, role) in roles.iter().enumerate() {
            let Unit { text, script } = &role.unit;
            let script = *script;
            if script == Script::Latin && !text.is_empty() {
                // it is spelled as it is
                tokens.push(words.token(text, role, kind));
                continue;
            }
            let system = reading.min(readings(script, kind).saturating_sub(1));
            let Some(read) = romanise(&role.unit, system, n == 0, kind) else { continue 'readings };
            let read =
                if role.concept.is_some() && script == Script::Han { vec![read.concat()] } else { read };
            let one = read.len() == 1;
            for word in read.iter().filter(|word| !word.is_empty()) {
                let shown = if one { text } else { word };
                tokens.push(Token::new(Spelled { text: word, shown, script }, role, kind, &mut words.room));
            }
        }
        if kind == NameKind::Person && short_han && is_guess(reading) {
            tokens.iter_mut().filter(|t| t.script() == Script::Han).for_each(|t| t.guessed = true);
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
            let mut word =
                |text: &str| Token::new(Spelled { text, shown: text, script }, role, kind, &mut words.room);
            if script == Script::Han && role.concept.is_none() {
                tokens.extend(role.unit.text.chars().map(|c| word(c.encode_utf8(&mut [0; 4]))));
            } else {
                tokens.push(word(&role.unit.text));
            }
        }
        push_form(&mut out, Form { native: true, tokens }, truncated);
    }
    out
}

pub(crate) fn push_form(out: &mut Vec<Form>, mut form: Form, truncated: &mut bool) {
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
