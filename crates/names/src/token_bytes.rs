//! A word as bytes, for an index that keeps words on disk.
//!
//! The bytes hold every field that comparing reads, but not how the word was written ([`Token::shown`]): equal bytes
//! are words that compare alike. They belong to one version of the program and of its tables.

use crate::parts::{Parts, Texts};
use crate::tables::Nature;
use crate::{Script, Token};

impl Token {
    /// Appends the word's bytes.
    pub fn encode(&self, out: &mut Vec<u8>) {
        // every field is named, so that a new one cannot be forgotten here
        let Self {
            script,
            nature,
            known,
            syllable,
            surname,
            guessed,
            stem: _,
            concept,
            milli,
            commonness,
            parts,
        } = self;
        out.push(*script as u8);
        out.push(*nature as u8);
        out.extend(milli.to_le_bytes());
        out.extend(commonness.to_le_bytes());
        out.push(
            u8::from(*known)
                | (u8::from(*syllable) << 1)
                | (u8::from(*surname) << 2)
                | (u8::from(*guessed) << 3),
        );
        out.extend(concept.map_or(0, |c| u32::from(c) + 1).to_le_bytes());
        for part in [parts.text(), parts.sound(), parts.skeleton(), self.stem().unwrap_or("")] {
            put_len(out, part.len());
            out.extend(part.as_bytes());
        }
        put_len(out, parts.vowels().len());
        out.extend(parts.vowels());
        put_len(out, parts.families().len());
        out.extend(parts.families().iter().flat_map(|set| set.to_le_bytes()));
    }

    /// Reads [`Token::encode`]; what was written is taken to be as it was compared. `None` where the bytes are no word.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes;
        let [script, nature] = take(&mut rest)?;
        let milli = u16::from_le_bytes(take(&mut rest)?);
        let commonness = u16::from_le_bytes(take(&mut rest)?);
        let [flags] = take(&mut rest)?;
        let concept = match u32::from_le_bytes(take(&mut rest)?).checked_sub(1) {
            None => None,
            Some(n) => Some(u16::try_from(n).ok()?),
        };
        let [text, sound, skeleton, stem, vowels] = [
            text(&mut rest)?,
            text(&mut rest)?,
            text(&mut rest)?,
            text(&mut rest)?,
            text(&mut rest).filter(|vowels| vowels.is_ascii())?,
        ];
        let stem = if stem.is_empty() { 0 } else { u8::try_from(text.strip_suffix(stem)?.len()).ok()? };
        let count = usize::try_from(u32::from_le_bytes(take(&mut rest)?)).ok()?;
        let (families, after) = rest.as_chunks::<2>();
        if families.len() != count || !after.is_empty() {
            return None;
        }
        let script = *Script::ALL.get(usize::from(script))?;
        let nature = *Nature::ALL.get(usize::from(nature))?;
        let texts = Texts { text, sound, skeleton, vowels, shown: None };
        Some(Self {
            script,
            nature,
            known: flags & 1 != 0,
            syllable: flags & 2 != 0,
            surname: flags & 4 != 0,
            guessed: flags & 8 != 0,
            stem,
            concept,
            milli,
            commonness,
            parts: Parts::of(texts, families.iter().map(|set| u16::from_le_bytes(*set))),
        })
    }
}

/// Lengths are those of words of a name, far below 2^32; a longer one would be cut and then refused when read.
fn put_len(out: &mut Vec<u8>, len: usize) {
    out.extend(u32::try_from(len).unwrap_or(u32::MAX).to_le_bytes());
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (head, tail) = rest.split_first_chunk::<N>()?;
    *rest = tail;
    Some(*head)
}

fn text<'a>(rest: &mut &'a [u8]) -> Option<&'a str> {
    let len = usize::try_from(u32::from_le_bytes(take(rest)?)).ok()?;
    let (head, tail) = rest.split_at_checked(len)?;
    *rest = tail;
    str::from_utf8(head).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{NameKind, ParsedName};

    #[test]
    fn numbers_of_scripts_and_natures_are_their_places() {
        for (n, script) in Script::ALL.into_iter().enumerate() {
            assert_eq!(script as usize, n);
        }
        for (n, nature) in Nature::ALL.into_iter().enumerate() {
            assert_eq!(nature as usize, n);
        }
    }

    #[test]
    fn a_word_comes_back_as_it_is_compared() {
        for name in [
            "'Abd al-Rahman J. Smith III",
            "قاسم سلیمانی",
            "华为技术有限公司",
            "M/V SEA STAR 2",
            "Bank of China (Chile)",
        ] {
            for kind in NameKind::ALL {
                let parsed = ParsedName::parse(name, kind);
                for token in parsed.forms.iter().flat_map(|f| &f.tokens) {
                    let mut bytes = Vec::new();
                    token.encode(&mut bytes);
                    let back = Token::decode(&bytes).unwrap();
                    assert_eq!(back, Token { parts: token.parts.showing(token.text()), ..token.clone() });
                    bytes.push(0);
                    assert_eq!(Token::decode(&bytes), None);
                }
                let traits = parsed.traits();
                assert_eq!(crate::Traits::from_code(traits.code()), Some(traits));
            }
        }
        assert_eq!(crate::Traits::from_code(u32::MAX), None);
    }
}
