//! Pictures as SVG: valid markup without scripts, fonts or anything from elsewhere. Colours come from the style sheet, so
//! that they fit light and dark and paper; each picture has a title, and a table beside it that says the same.

mod ownership;
mod timeline;
mod trend;

pub use ownership::{OwnershipEdge, OwnershipNode, OwnershipPicture, ownership};
pub use timeline::{Span, timeline};
pub use trend::trend;

use crate::text::escape;

/// What is read out in place of a picture, and what is around it.
pub(crate) fn open(class: &str, id: &str, width: f64, height: f64, title: &str, desc: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"{class}\" viewBox=\"0 0 {width:.0} {height:.0}\" \
         width=\"{width:.0}\" height=\"{height:.0}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\"><title id=\"{id}-t\">{}</title>\
         <desc id=\"{id}-d\">{}</desc>",
        escape(title),
        escape(desc)
    )
}

/// About how wide a text is, in units of a picture with letters of 12 units: generous, so that nothing is cut.
pub(crate) fn width_of(text: &str) -> f64 {
    text.chars().map(|c| if is_wide(c) { 12.5 } else { 6.8 }).sum()
}

fn is_wide(c: char) -> bool {
    matches!(u32::from(c), 0x1100..=0x115F | 0x2E80..=0xA4CF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0xFE30..=0xFE6F | 0xFF00..=0xFF60)
}

/// The text in at most `lines` lines of `width`; what does not fit ends with an ellipsis.
pub(crate) fn wrap(text: &str, width: f64, lines: usize) -> Vec<String> {
    let mut out: Vec<String> = vec![String::new()];
    for word in text.split_whitespace().flat_map(|w| pieces(w, width)) {
        let last = out.last().cloned().unwrap_or_default();
        let joined = if last.is_empty() { word.clone() } else { format!("{last} {word}") };
        if width_of(&joined) <= width || last.is_empty() {
            if let Some(line) = out.last_mut() {
                *line = joined;
            }
        } else if out.len() < lines {
            out.push(word);
        } else {
            if let Some(line) = out.last_mut() {
                while width_of(line) + 7.0 > width && line.pop().is_some() {}
                line.push('…');
            }
            break;
        }
    }
    out
}

/// A word in pieces that fit; Chinese has no spaces to break at.
fn pieces(word: &str, width: f64) -> Vec<String> {
    let mut out = vec![String::new()];
    for c in word.chars() {
        let full =
            out.last().is_some_and(|p| !p.is_empty() && width_of(p) + width_of(&c.to_string()) > width);
        if full {
            out.push(String::new());
        }
        if let Some(piece) = out.last_mut() {
            piece.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_fits_its_lines() {
        for name in [
            "Gesellschaft für Überwachungselektronik mit beschränkter Haftung und Co. Kommanditgesellschaft",
            "北京某某网络科技有限公司第一分公司研究与开发中心",
            "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
        ] {
            let lines = wrap(name, 170.0, 2);
            assert!(lines.len() <= 2, "{lines:?}");
            assert!(lines.iter().all(|l| width_of(l) <= 180.0), "{lines:?}");
        }
        assert_eq!(wrap("Example", 170.0, 2), ["Example"]);
    }
}
