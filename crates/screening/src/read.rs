//! Names as they are read for an index: of each reading its words, and the keys of its runs of words.

use countersign_names::{Joined, MAX_JOIN, NameKind, ParsedName, Token, acronym};

use crate::keys::{What, joined_skeleton, key};

/// A listed name before it is read.
#[derive(Debug, Clone)]
pub(crate) struct NewName {
    pub(crate) entity: u32,
    /// Its place in [`QUALITIES`](crate::part::QUALITIES).
    pub(crate) quality: u32,
    pub(crate) text: String,
}

/// What is kept of a name that was read.
#[derive(Debug)]
pub(crate) struct ReadName {
    pub(crate) traits: u32,
    pub(crate) truncated: bool,
    pub(crate) readings: Vec<ReadForm>,
}

/// What is kept of one reading.
#[derive(Debug)]
pub(crate) struct ReadForm {
    pub(crate) native: bool,
    pub(crate) words: Vec<Vec<u8>>,
    pub(crate) runs: Vec<Run>,
}

/// A run of words that may be one word, or an acronym.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run {
    pub(crate) key: u64,
    pub(crate) place: u16,
    /// The key under which the index holds it, where that is another one: `wide.rs` says why.
    pub(crate) held: Option<u64>,
}

impl ReadName {
    pub(crate) fn of(parsed: &ParsedName) -> Self {
        let readings = parsed.forms.iter().map(|form| {
            let encode = |token: &Token| {
                let mut bytes = Vec::new();
                token.encode(&mut bytes);
                bytes
            };
            let words = form.tokens.iter().map(encode).collect();
            let mut runs = Vec::new();
            for len in 2..=MAX_JOIN {
                for (start, window) in form.tokens.windows(len).enumerate() {
                    let place = place(start, len);
                    let keys = Joined::of(window);
                    let run = |key| Run { key, place, held: None };
                    runs.push(run(key(What::JoinedText, &keys.text)));
                    if let Some(sound) = &keys.sound {
                        let within = window.iter().find(|word| !sound.is_empty() && word.sound() == sound);
                        let held = within.map(|word| key(What::WithinSound, word.text()));
                        runs.push(Run { held, ..run(key(What::JoinedSound, sound)) });
                    }
                    if let Some(consonants) = &keys.skeleton {
                        runs.push(run(key(joined_skeleton(keys.is_skeletal()), consonants)));
                    }
                }
            }
            if parsed.kind == NameKind::Organization
                && let Some(letters) = acronym(&form.tokens)
            {
                let (key, place) = (key(What::Acronym, &letters), place(0, form.tokens.len()));
                runs.push(Run { key, place, held: None });
            }
            ReadForm { native: form.native, words, runs }
        });
        Self { traits: parsed.traits().code(), truncated: parsed.truncated, readings: readings.collect() }
    }

    /// The keys of its runs of words and of its acronyms.
    pub(crate) fn run_keys(&self) -> impl Iterator<Item = u64> + '_ {
        self.readings.iter().flat_map(|reading| &reading.runs).map(|run| run.key)
    }
}

/// A run of words as one number; a name has at most [`MAX_TOKENS`](countersign_names::MAX_TOKENS) words, which fits.
fn place(start: usize, len: usize) -> u16 {
    ((start as u16) << 8) | len as u16
}

/// Reads names on all processors, in their order.
pub(crate) fn read_all(kind: NameKind, names: &[NewName]) -> Vec<ReadName> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(names.len() / 64 + 1);
    let share = names.len().div_ceil(threads.max(1)).max(1);
    let read = |names: &[NewName]| -> Vec<ReadName> {
        names.iter().map(|name| ReadName::of(&ParsedName::parse(&name.text, kind))).collect()
    };
    let mut chunks = names.chunks(share);
    let own = chunks.next().unwrap_or_default();
    std::thread::scope(|scope| {
        let others: Vec<_> = chunks.map(|chunk| scope.spawn(move || read(chunk))).collect();
        let mut all = read(own);
        for other in others {
            match other.join() {
                Ok(part) => all.extend(part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    })
}
