//! Words that a publisher prints in the cell of a name and that are no part of it: labels (`Russian: …`,
//! `(original script: …)`), what follows the name (`and the following subsidiaries:`), and cells that hold no name at all.
//!
//! Which words they are stands in the definition of the source (`lists/*.toml`). A label on its own would be compared with
//! everybody's name, and a name with a label in it with nobody's.

use serde::Deserialize;

/// What a source prints in the cells of names besides names. Capitals make no difference.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameLabels {
    /// Words that, with a colon behind them, announce another name: `Russian`, `original script`.
    #[serde(default)]
    pub labels: Vec<String>,
    /// Those of them behind which stand several names with commas between them: `Aliases`.
    #[serde(default)]
    pub several: Vec<String>,
    /// Those of them behind which a former name stands: `f.k.a.`.
    #[serde(default)]
    pub former: Vec<String>,
    /// What stands behind a name and goes on to others: `and the following subsidiaries`.
    #[serde(default)]
    pub tails: Vec<String>,
    /// Cells that hold no name: `Text of image`.
    #[serde(default)]
    pub no_names: Vec<String>,
}

/// A name out of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Labelled {
    pub(crate) name: String,
    /// It is a former one, by its label.
    pub(crate) former: bool,
}

/// Where a label stands in a text.
struct Mark {
    start: usize,
    /// Behind the colon and the blanks after it.
    end: usize,
    several: bool,
    former: bool,
}

impl NameLabels {
    /// The names in a cell, in its order; none where it holds no name.
    pub(crate) fn names_in(&self, cell: &str) -> Vec<Labelled> {
        if self.no_names.iter().any(|word| same(word, cell.trim_matches([' ', ':', '.']))) {
            return Vec::new();
        }
        let mut out = Vec::new();
        let mut behind: Vec<Labelled> = Vec::new();
        let mut rest = cell.to_owned();
        let mut last: Option<(bool, bool)> = None;
        while let Some(mark) = self.first(&rest) {
            let (Some(before), Some(after)) = (rest.get(..mark.start), rest.get(mark.end..)) else { break };
            if let Some(open) = before.strip_suffix('(') {
                // the bracket is taken out, and what surrounds it is one name
                let (inside, tail) = bracketed(after);
                push(&mut behind, inside, mark.several, mark.former);
                rest = format!("{} {}", open.trim_end(), tail.trim_start());
            } else {
                let (several, former) = last.unwrap_or_default();
                push(&mut out, before, several, former);
                last = Some((mark.several, mark.former));
                rest = after.to_owned();
            }
        }
        let (several, former) = last.unwrap_or_default();
        push(&mut out, self.without_tail(&rest), several, former);
        out.append(&mut behind);
        out
    }

    /// The first label in a text: at its beginning, or behind a blank or a bracket.
    fn first(&self, text: &str) -> Option<Mark> {
        let mut from = 0;
        while let Some(colon) = text.get(from..).and_then(|t| t.find([':', '：'])).map(|at| from + at) {
            let head = text.get(..colon).unwrap_or_default();
            let trimmed = head.trim_end();
            let width = text.get(colon..).and_then(|t| t.chars().next()).map_or(1, char::len_utf8);
            // the longest label that ends here: `as previously listed, in Arabic` before `in Arabic`
            let label = |words: &[String]| words.iter().filter_map(|word| label_at_end(trimmed, word)).min();
            let (plain, several, former) = (label(&self.labels), label(&self.several), label(&self.former));
            if let Some(start) = [plain, several, former].into_iter().flatten().min() {
                let behind = text.get(colon + width..).unwrap_or_default();
                let blanks = behind.len() - behind.trim_start().len();
                return Some(Mark {
                    start,
                    end: colon + width + blanks,
                    several: several == Some(start),
                    former: former == Some(start),
                });
            }
            from = colon + width;
        }
        None
    }

    fn without_tail<'a>(&self, text: &'a str) -> &'a str {
        let trimmed = text.trim_end_matches([' ', ':', '：']);
        let tail = self.tails.iter().find_map(|tail| {
            let at = trimmed.len().checked_sub(tail.len())?;
            trimmed.get(at..).filter(|end| same(end, tail)).and_then(|_| trimmed.get(..at))
        });
        tail.unwrap_or(text)
    }
}

/// Where a label begins that stands at the end of a text.
fn label_at_end(text: &str, label: &str) -> Option<usize> {
    let at = text.len().checked_sub(label.len())?;
    text.get(at..).filter(|end| same(end, label))?;
    let before = text.get(..at)?.chars().next_back();
    before.is_none_or(|c| c.is_whitespace() || c == '(').then_some(at)
}

fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

/// What stands up to the bracket that closes here, and what stands behind it.
fn bracketed(text: &str) -> (&str, &str) {
    let mut depth = 0usize;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => {
                return (text.get(..at).unwrap_or(text), text.get(at + 1..).unwrap_or_default());
            }
            ')' => depth -= 1,
            _ => {}
        }
    }
    (text, "")
}

fn push(out: &mut Vec<Labelled>, text: &str, several: bool, former: bool) {
    let pieces: Vec<&str> = if several { text.split(',').collect() } else { vec![text] };
    for piece in pieces {
        let name = trimmed(piece);
        if name.chars().any(char::is_alphanumeric) && !out.iter().any(|n| n.name == name) {
            out.push(Labelled { name: name.to_owned(), former });
        }
    }
}

/// Without what is left of a list or a label: commas, colons and dashes at the ends, `and` and `or` in front.
fn trimmed(name: &str) -> &str {
    let name = name.trim_matches([' ', ',', ':', '：', ';', '–', '-', '\u{a0}']);
    ["and ", "or "].iter().find_map(|word| name.strip_prefix(word)).unwrap_or(name).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels() -> NameLabels {
        let list = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect();
        NameLabels {
            labels: list(&[
                "Russian",
                "Chinese",
                "original script",
                "in Arabic",
                "as previously listed, in Arabic",
            ]),
            several: list(&["Aliases"]),
            former: list(&["f.k.a."]),
            tails: list(&["and the following subsidiaries"]),
            no_names: list(&["Text of image", "So-called"]),
        }
    }

    fn names(cell: &str) -> Vec<String> {
        labels().names_in(cell).into_iter().map(|n| n.name).collect()
    }

    #[test]
    fn labels_are_taken_off_and_what_they_announce_is_a_name() {
        assert_eq!(names("Chinese: Umbrawick"), ["Umbrawick"]);
        assert_eq!(names("RUSSIAN：Умбравик"), ["Умбравик"]);
        assert_eq!(names("Umbrawick Bank Russian: Умбравик"), ["Umbrawick Bank", "Умбравик"]);
        assert_eq!(names("Zarko QUILL (Russian:Зарко КВИЛЛ)"), ["Zarko QUILL", "Зарко КВИЛЛ"]);
        assert_eq!(names("Zarko (original script: Зарко) (card no. 1)"), ["Zarko (card no. 1)", "Зарко"]);
        assert_eq!(
            names("Zarko (Russian: Зарко) or Selwyn (Russian: Сельвин)"),
            ["Zarko or Selwyn", "Зарко", "Сельвин"]
        );
        assert_eq!(names("Zarko (as previously listed, in Arabic: زاركو)"), ["Zarko", "زاركو"]);
        assert_eq!(names("Umbrawick Works (Aliases: UMW, WICK)"), ["Umbrawick Works", "UMW", "WICK"]);
        let former = labels().names_in("f.k.a.: Old Umbrawick");
        assert_eq!(former, [Labelled { name: "Old Umbrawick".into(), former: true }]);
    }

    #[test]
    fn what_is_no_name_is_left_out() {
        for cell in ["Chinese:", "Text of image", "so-called", "Chinese: ", ","] {
            assert!(names(cell).is_empty(), "{cell}");
        }
        assert_eq!(names("Umbrawick Industries and the following subsidiaries:"), ["Umbrawick Industries"]);
        assert_eq!(names("Zarko Quill:"), ["Zarko Quill"]);
        assert_eq!(names("and Umbrawick,"), ["Umbrawick"]);
    }

    #[test]
    fn other_names_stay_as_they_are() {
        for cell in [
            "Umbrawick Branch: Myrtle Plant",
            "Belarussian Works",
            "Prussian: a name",
            "Umbrawick Industries S.A.",
            "So-called ‘Republic of Umbrawick’",
            "Umbrawick (UMW)",
            "Andorra Works",
            "Zarko (Date of birth: 1.1.1970)",
        ] {
            assert_eq!(names(cell), [cell]);
        }
    }
}
