//! The runs of a text in Latin letters, which most names are: found in one pass over its bytes.
//!
//! What comes out is what [`units`](crate::units::units) makes of any text in several steps, each of which decodes and copies it.

use std::sync::LazyLock;

use crate::Script;
use crate::units::{fold, is_mirrored, letters_for_digits};

/// What a byte is in such a text, as bits, so that those of a run say what is in it.
const LETTER: u8 = 1;
const DIGIT: u8 = 1 << 1;
/// An apostrophe, which vanishes; in a dotted abbreviation the full stop as well.
const SILENT: u8 = 1 << 2;
/// A byte of a letter that is not of ASCII.
const ACCENTED: u8 = 1 << 3;
/// Any of these is of a run.
const OF_RUN: u8 = LETTER | DIGIT | SILENT | ACCENTED;
/// What parts chunks, within which abbreviations have their full stops.
const BLANK: u8 = 1 << 4;

static BYTES: [u8; 256] = {
    let mut out = [0; 256];
    let mut n = 0;
    while n < 256 {
        let kind = match n as u8 {
            b'a'..=b'z' | b'A'..=b'Z' => LETTER,
            b'0'..=b'9' => DIGIT,
            b'\'' | b'`' => SILENT,
            b'\t'..=b'\r' | b' ' | b',' | b';' | b'/' | b'(' | b')' | b'"' => BLANK,
            128.. => ACCENTED,
            _ => 0,
        };
        #[expect(clippy::indexing_slicing, reason = "computed when compiling: below the length")]
        {
            out[n] = kind;
        }
        n += 1;
    }
    out
};

fn kind_of(byte: u8) -> u8 {
    // there is one for every byte
    BYTES.get(usize::from(byte)).copied().unwrap_or_default()
}

/// Whether a byte is one of a letter or a digit, where the text has no signs beyond ASCII.
pub(crate) fn is_of_word(byte: u8) -> bool {
    kind_of(byte) & (LETTER | DIGIT | ACCENTED) != 0
}

/// The first letter of [`FOLDED`], and how many there are.
const FIRST: usize = 0xc0;
const MANY: usize = 0x17f - FIRST;

/// Of each letter of the blocks Latin-1 and Latin Extended-A what it is folded to; nothing of what is none.
static FOLDED: LazyLock<[String; MANY]> = LazyLock::new(|| {
    std::array::from_fn(|n| {
        let letter = char::from_u32((FIRST + n) as u32).filter(|c| is_accented(*c));
        letter.map(|c| fold(c.encode_utf8(&mut [0; 4]), Script::Latin)).unwrap_or_default()
    })
});

/// Whether a character is a Latin letter beyond ASCII that is in NFKC whatever stands beside it.
pub(crate) fn is_accented(c: char) -> bool {
    matches!(c, 'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ı' | 'Ĵ'..='ľ' | 'Ł'..='ň' | 'Ŋ'..='ž')
}

/// Whether a text has no other letters than these and those of ASCII, and no signs beyond ASCII.
pub(crate) fn is_latin(text: &str) -> bool {
    text.is_ascii() || text.chars().all(|c| c.is_ascii() || is_accented(c))
}

/// Letters, digits and apostrophes with nothing between them.
pub(crate) struct Run<'a> {
    text: &'a str,
    /// The bits of its bytes.
    what: u8,
}

impl Run<'_> {
    /// The run folded; empty where it is of apostrophes only.
    pub(crate) fn folded(&self) -> String {
        let mut out = String::with_capacity(self.text.len());
        self.write(&mut out);
        out
    }

    /// Writes the run folded.
    pub(crate) fn write(&self, out: &mut String) {
        let from = out.len();
        if self.what & (SILENT | ACCENTED) == 0 {
            write_lower(self.text, out);
        } else {
            let folded = &*FOLDED;
            for c in self.text.chars() {
                if c.is_ascii_alphanumeric() {
                    out.push(c.to_ascii_lowercase());
                } else if let Some(letters) = (c as usize).checked_sub(FIRST).and_then(|n| folded.get(n)) {
                    out.push_str(letters);
                }
            }
        }
        if self.what & DIGIT != 0 {
            let read = out.get(from..).and_then(letters_for_digits);
            if let Some(read) = read {
                out.truncate(from);
                out.push_str(&read);
            }
        }
    }
}

/// Writes a text with the letters of ASCII made small.
pub(crate) fn write_lower(text: &str, out: &mut String) {
    let from = out.len();
    out.push_str(text);
    if let Some(written) = out.get_mut(from..) {
        written.make_ascii_lowercase();
    }
}

/// The runs of a text, in order.
pub(crate) struct Runs<'a> {
    text: &'a str,
    /// Whether abbreviations are closed up: `S.p.A.` is one run.
    close_up: bool,
    at: usize,
    /// Whether a chunk begins here.
    begins: bool,
}

impl<'a> Runs<'a> {
    /// `None` for a text that has other letters, or signs that mean more than that a word ends, or is written backwards.
    pub(crate) fn of(text: &'a str, close_up: bool) -> Option<Self> {
        let percent = close_up && text.as_bytes().contains(&b'%');
        (is_latin(text) && !percent && !(ends_mirrored(text) && is_mirrored(text))).then_some(Self {
            text,
            close_up,
            at: 0,
            begins: true,
        })
    }

    fn kind(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).map(|byte| kind_of(*byte))
    }

    /// Where the chunk that begins here ends, if it is a dotted abbreviation: single letters, each but perhaps the last with a full stop
    /// behind it, and any number of them behind the last.
    fn end_of_abbreviation(&self) -> Option<usize> {
        let mut at = self.at;
        loop {
            at += match self.kind(at)? {
                LETTER => 1,
                // of two bytes, as all of them are
                ACCENTED => 2,
                _ => return None,
            };
            let letter_ends = at;
            while self.text.as_bytes().get(at) == Some(&b'.') {
                at += 1;
            }
            match self.kind(at) {
                None | Some(BLANK) => return Some(at),
                Some(_) if at != letter_ends + 1 => return None,
                Some(_) => {}
            }
        }
    }
}

impl<'a> Iterator for Runs<'a> {
    type Item = Run<'a>;

    fn next(&mut self) -> Option<Run<'a>> {
        loop {
            let kind = self.kind(self.at)?;
            if kind & OF_RUN != 0 {
                break;
            }
            let and = self.text.as_bytes().get(self.at) == Some(&b'&');
            self.begins = kind == BLANK;
            self.at += 1;
            if and {
                return Some(Run { text: "and", what: LETTER });
            }
        }
        let from = self.at;
        let begins = std::mem::take(&mut self.begins);
        if self.close_up
            && begins
            && let Some(end) = self.end_of_abbreviation()
        {
            self.at = end;
            return Some(Run { text: self.text.get(from..end)?, what: SILENT });
        }
        let mut what = 0;
        for byte in self.text.as_bytes().get(from..)? {
            let kind = kind_of(*byte);
            if kind & OF_RUN == 0 {
                break;
            }
            what |= kind;
            self.at += 1;
        }
        Some(Run { text: self.text.get(from..self.at)?, what })
    }
}

/// Whether a text ends as one that is written backwards does, with a small letter and a capital.
fn ends_mirrored(text: &str) -> bool {
    let mut letters = text.trim_end().chars().rev();
    letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase)
}
