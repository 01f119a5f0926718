//! Text into lines: fonts by character, letters joined, breaks, and the order of what runs from right to left.

use std::ops::Range;

use krilla::text::{GlyphId, KrillaGlyph};
use unicode_bidi::{BidiInfo, Level};
use unicode_script::{Script, UnicodeScript as _};

use crate::fonts::Face;

/// Glyphs of one font in one direction, in the order in which they are drawn.
pub(crate) struct Run {
    pub(crate) face: usize,
    pub(crate) text: String,
    pub(crate) glyphs: Vec<KrillaGlyph>,
    pub(crate) width: f32,
}

/// A line as it is drawn, from the left.
pub(crate) struct Line {
    pub(crate) runs: Vec<Run>,
    pub(crate) width: f32,
    /// Whether the paragraph runs from right to left.
    pub(crate) rtl: bool,
}

struct Shapers<'f> {
    faces: Vec<rustybuzz::Face<'f>>,
    units: Vec<f32>,
}

impl<'f> Shapers<'f> {
    fn of(faces: &'f [Face]) -> Self {
        let (faces, units) = faces.iter().filter_map(|face| Some((face.shaper()?, face.units))).unzip();
        Self { faces, units }
    }

    /// The first font that has the character; marks and blanks stay with what stands before them.
    fn face_of(&self, c: char, before: usize) -> Option<usize> {
        let has = |n: usize| self.faces.get(n).is_some_and(|face| face.glyph_index(c).is_some());
        let common = matches!(c.script(), Script::Common | Script::Inherited);
        if common && has(before) {
            return Some(before);
        }
        (0..self.faces.len()).find(|n| has(*n))
    }

    /// Shapes a text of one font and one direction. Widths are parts of the size of the font.
    fn shape(&self, text: &str, face: usize, rtl: bool) -> Vec<KrillaGlyph> {
        let (Some(shaper), Some(units)) = (self.faces.get(face), self.units.get(face)) else {
            return Vec::new();
        };
        let mut buffer = rustybuzz::UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        buffer.set_direction(if rtl {
            rustybuzz::Direction::RightToLeft
        } else {
            rustybuzz::Direction::LeftToRight
        });
        let out = rustybuzz::shape(shaper, &[], buffer);
        let mut begins: Vec<usize> = out.glyph_infos().iter().map(|info| info.cluster as usize).collect();
        begins.push(text.len());
        begins.sort_unstable();
        begins.dedup();
        let end_of = |begin: usize| begins.iter().copied().find(|n| *n > begin).unwrap_or(text.len());
        out.glyph_infos()
            .iter()
            .zip(out.glyph_positions())
            .map(|(info, at)| {
                let begin = info.cluster as usize;
                let part = |n: i32| n as f32 / units;
                KrillaGlyph::new(
                    GlyphId::new(info.glyph_id),
                    part(at.x_advance),
                    part(at.x_offset),
                    part(at.y_offset),
                    part(at.y_advance),
                    begin..end_of(begin),
                    None,
                )
            })
            .collect()
    }
}

/// What no font has is named by its number; what would turn or hide text is too.
fn printable(text: &str, shapers: &Shapers<'_>) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' => out.push(' '),
            // joiners belong to the scripts that need them
            '\u{200c}' | '\u{200d}' => out.push(c),
            c if c.is_control()
                || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}' | '\u{feff}')
                || shapers.face_of(c, 0).is_none() =>
            {
                out.push_str(&format!("[U+{:04X}]", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out
}

fn stands_alone(c: char) -> bool {
    matches!(c.script(), Script::Han | Script::Hiragana | Script::Katakana | Script::Hangul)
}

/// Where a line may end: after blanks and hyphens, and between characters of scripts without blanks.
fn pieces(text: &str) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut begin = 0;
    let mut before: Option<char> = None;
    for (at, c) in text.char_indices() {
        let may_break = before.is_some_and(|b| {
            (b.is_whitespace() && !c.is_whitespace())
                || b == '-'
                || b == '/'
                || stands_alone(b)
                || stands_alone(c)
        });
        if may_break && at > begin && !c.is_whitespace() {
            pieces.push(begin..at);
            begin = at;
        }
        before = Some(c);
    }
    if begin < text.len() {
        pieces.push(begin..text.len());
    }
    pieces
}

fn is_mark(c: char) -> bool {
    matches!(c.script(), Script::Inherited) || matches!(c, '\u{200c}' | '\u{200d}')
}

/// Breaks a text into lines of at most that width, in units of the size of the font. Its own line ends stay.
pub(crate) fn lines(text: &str, faces: &[Face], most: f32) -> Vec<Line> {
    let shapers = Shapers::of(faces);
    let mut lines = Vec::new();
    for paragraph in text.replace("\r\n", "\n").split('\n') {
        let paragraph = printable(paragraph, &shapers);
        if paragraph.trim().is_empty() {
            lines.push(Line { runs: Vec::new(), width: 0.0, rtl: false });
            continue;
        }
        let bidi = BidiInfo::new(&paragraph, None);
        let Some(info) = bidi.paragraphs.first() else { continue };
        for range in broken(&paragraph, &shapers, &bidi.levels, most) {
            let (levels, order) = bidi.visual_runs(info, range.clone());
            let mut line = Line { runs: Vec::new(), width: 0.0, rtl: info.level.is_rtl() };
            for part in order {
                let rtl = levels.get(part.start).is_some_and(Level::is_rtl);
                let mut runs = shaped(&paragraph, part, &shapers, rtl);
                if rtl {
                    runs.reverse();
                }
                line.runs.append(&mut runs);
            }
            line.width = line.runs.iter().map(|run| run.width).sum();
            lines.push(line);
        }
    }
    lines
}

/// The lines of a paragraph as ranges of its text.
fn broken(text: &str, shapers: &Shapers<'_>, levels: &[Level], most: f32) -> Vec<Range<usize>> {
    let width = |range: Range<usize>| -> f32 {
        let rtl = levels.get(range.start).is_some_and(Level::is_rtl);
        shaped(text, range, shapers, rtl).iter().map(|run| run.width).sum()
    };
    let mut lines: Vec<Range<usize>> = Vec::new();
    let mut line = 0..0;
    let mut used = 0.0;
    for piece in pieces(text) {
        let trimmed = text.get(piece.clone()).map_or(0, |p| p.trim_end().len());
        let (bare, whole) = (width(piece.start..piece.start + trimmed), width(piece.clone()));
        if used + bare > most && line.start < line.end {
            lines.push(line.clone());
            line = piece.start..piece.start;
            used = 0.0;
        }
        if bare > most {
            // a digest, an address: broken anywhere
            let (mut begin, mut wide) = (piece.start, 0.0);
            for (at, c) in text.get(piece.clone()).unwrap_or_default().char_indices() {
                let at = piece.start + at;
                let one = width(at..at + c.len_utf8());
                if wide + one > most && at > begin && !is_mark(c) {
                    lines.push(begin..at);
                    (begin, wide) = (at, 0.0);
                }
                wide += one;
            }
            line = begin..piece.end;
            used = wide;
            continue;
        }
        line.end = piece.end;
        used += whole;
    }
    if line.start < line.end {
        lines.push(line);
    }
    lines
}

/// A range of one direction as runs of one font each, in the order of the text.
fn shaped(text: &str, range: Range<usize>, shapers: &Shapers<'_>, rtl: bool) -> Vec<Run> {
    let mut parts: Vec<(usize, String)> = Vec::new();
    let mut face = 0;
    for c in text.get(range).unwrap_or_default().chars() {
        face = match c {
            '\u{200c}' | '\u{200d}' => face,
            c => shapers.face_of(c, face).unwrap_or(face),
        };
        match parts.last_mut() {
            Some((last, part)) if *last == face => part.push(c),
            _ => parts.push((face, c.to_string())),
        }
    }
    parts
        .into_iter()
        .map(|(face, text)| {
            let glyphs = shapers.shape(&text, face, rtl);
            let width = glyphs.iter().map(|g| g.x_advance).sum();
            Run { face, text, glyphs, width }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Fonts;

    #[test]
    fn a_line_ends_where_words_end() {
        let fonts = Fonts::embedded().unwrap();
        let found = lines("one two three four five six seven", &fonts.regular, 8.0);
        let texts: Vec<String> =
            found.iter().map(|l| l.runs.iter().map(|r| r.text.as_str()).collect::<String>()).collect();
        assert!(found.len() > 2 && found.iter().all(|l| l.width <= 8.3), "{texts:?}");
        assert_eq!(texts.concat(), "one two three four five six seven");
        assert!(texts.iter().take(texts.len() - 1).all(|t| t.ends_with(' ')), "{texts:?}");
    }

    #[test]
    fn a_digest_is_broken_anywhere_and_nothing_is_lost() {
        let fonts = Fonts::embedded().unwrap();
        let digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let found = lines(digest, &fonts.regular, 10.0);
        assert!(found.len() > 2);
        assert_eq!(found.iter().flat_map(|l| &l.runs).map(|r| r.text.as_str()).collect::<String>(), digest);
    }

    #[test]
    fn what_no_font_has_is_named_and_what_turns_text_is_shown() {
        let fonts = Fonts::embedded().unwrap();
        let text = |s: &str| -> String {
            lines(s, &fonts.regular, 200.0).iter().flat_map(|l| &l.runs).map(|r| r.text.clone()).collect()
        };
        assert_eq!(text("a 中 b"), "a [U+4E2D] b");
        assert_eq!(text("a\u{202e}b"), "a[U+202E]b");
        assert_eq!(text("Οδός Улица"), "Οδός Улица");
    }

    #[test]
    fn arabic_is_joined_and_runs_from_the_right() {
        let fonts = Fonts::embedded().unwrap();
        let found = lines("شركة مثال", &fonts.regular, 200.0);
        let line = found.first().unwrap();
        assert!(line.rtl);
        let runs: Vec<&Run> = line.runs.iter().collect();
        assert_eq!(runs.len(), 1);
        let glyphs = &runs.first().unwrap().glyphs;
        // drawn from the left: the last letter first
        let first = glyphs.first().unwrap().text_range.start;
        let last = glyphs.last().unwrap().text_range.start;
        assert!(first > last, "{first} {last}");
        // a letter in the middle of a word has another form than alone
        let alone = lines("ر", &fonts.regular, 200.0);
        let alone =
            alone.first().and_then(|l| l.runs.first()).and_then(|r| r.glyphs.first()).unwrap().glyph_id;
        assert!(glyphs.iter().all(|g| g.glyph_id != alone) || glyphs.len() > 4);
    }
}
