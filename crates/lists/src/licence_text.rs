//! The free text of the BIS licence columns → scope, review policy and footnotes of a listing.
//!
//! The spellings are in two tables, `data/bis_requirements.csv` and `data/bis_policies.csv`. A text that is in
//! neither is not guessed at: the scope is "see entry", the policy empty, and the caller reports it.

use std::sync::OnceLock;

use countersign_model::{PolicyItems, PolicySelector, ReviewPolicy, Scope};

use crate::ImportError;
use crate::embedded::{bad, rows};

const REQUIREMENTS: &str = "bis_requirements.csv";
const POLICIES: &str = "bis_policies.csv";

/// How much of a text its table row says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known {
    /// All of it.
    Yes,
    /// A person has to read the entry.
    Part,
    /// The strictest policy stands for all.
    Strictest,
    /// The policy stands in another section of the regulations.
    Elsewhere,
    /// Nothing: the text is in no table.
    No,
}

/// What a licence requirement says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Requirement {
    pub(crate) scope: Scope,
    pub(crate) footnotes: Vec<String>,
    pub(crate) known: Known,
    /// The section alone says that the entry has a footnote; the mark itself is missing in the text.
    pub(crate) footnote_inferred: bool,
}

/// What a review policy says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Policy {
    pub(crate) selectors: Vec<PolicySelector>,
    pub(crate) known: Known,
}

struct Row<T> {
    begins: bool,
    text: String,
    known: Known,
    value: T,
}

/// Both tables, read once.
pub(crate) struct LicenceTexts {
    requirements: Vec<Row<Scope>>,
    policies: Vec<Row<Vec<PolicySelector>>>,
}

impl LicenceTexts {
    pub(crate) fn get() -> Result<&'static Self, ImportError> {
        static READ: OnceLock<Result<LicenceTexts, ImportError>> = OnceLock::new();
        READ.get_or_init(|| {
            Ok(LicenceTexts {
                requirements: read(REQUIREMENTS, include_str!("../data/bis_requirements.csv"), |text| {
                    scope(text).ok_or_else(|| bad(REQUIREMENTS, format!("`{text}` is no scope")))
                })?,
                policies: read(POLICIES, include_str!("../data/bis_policies.csv"), selectors)?,
            })
        })
        .as_ref()
        .map_err(Clone::clone)
    }

    /// Reads the licence requirement column. Not to be asked for an empty text.
    pub(crate) fn requirement(&self, text: &str) -> Requirement {
        let (footnotes, footnote_inferred) = footnotes(text);
        let words = without_citations(&words(text)).join(" ");
        let words = words.split(" this license requirement may be overcome").next().unwrap_or(&words);
        let (scope, known) =
            find(&self.requirements, words).map_or((Scope::SeeEntry, Known::No), |r| (r.value, r.known));
        Requirement { scope, footnotes, known, footnote_inferred }
    }

    /// Reads the review policy column. Not to be asked for an empty text.
    pub(crate) fn policy(&self, text: &str) -> Policy {
        let words = without_citations(&words(text)).join(" ");
        if words.is_empty() {
            return Policy { selectors: Vec::new(), known: Known::Elsewhere };
        }
        match find(&self.policies, &words) {
            Some(row) => Policy { selectors: row.value.clone(), known: row.known },
            None => Policy { selectors: Vec::new(), known: Known::No },
        }
    }
}

fn find<'a, T>(rows: &'a [Row<T>], words: &str) -> Option<&'a Row<T>> {
    rows.iter().find(|r| if r.begins { words.starts_with(&r.text) } else { words == r.text })
}

fn read<T>(
    table: &'static str,
    text: &str,
    value: impl Fn(&str) -> Result<T, ImportError>,
) -> Result<Vec<Row<T>>, ImportError> {
    rows(table, text)?
        .iter()
        .map(|row| {
            let field = |n| row.get(n).unwrap_or_default();
            let begins = match field(0) {
                "is" => false,
                "begins" => true,
                other => return Err(bad(table, format!("`{other}` is not a way to match"))),
            };
            let known = match field(3) {
                "yes" => Known::Yes,
                "part" => Known::Part,
                "strictest" => Known::Strictest,
                "elsewhere" => Known::Elsewhere,
                other => return Err(bad(table, format!("`{other}` does not say what is known"))),
            };
            Ok(Row { begins, text: field(1).to_owned(), known, value: value(field(2))? })
        })
        .collect()
}

fn scope(text: &str) -> Option<Scope> {
    match text {
        "all_items" => Some(Scope::AllItems),
        "supplement_2_items" => Some(Scope::Supplement2Items),
        "see_entry" => Some(Scope::SeeEntry),
        _ => None,
    }
}

/// `all=presumption_of_denial`, `1A004.c+1A995=case_by_case; other=…`: the notation of the policy table and
/// of the starter file.
pub(crate) fn selectors(text: &str) -> Result<Vec<PolicySelector>, ImportError> {
    text.split("; ")
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (items, policy) =
                part.split_once('=').ok_or_else(|| bad(POLICIES, format!("`{part}` is not group=policy")))?;
            let policy = ReviewPolicy::from_word(policy)
                .ok_or_else(|| bad(POLICIES, format!("`{policy}` is no policy")))?;
            let items = match items {
                "all" => PolicyItems::All,
                "other" => PolicyItems::Other,
                codes => PolicyItems::Codes(codes.split('+').map(str::to_owned).collect()),
            };
            Ok(PolicySelector { items, policy })
        })
        .collect()
}

/// Lower-case words; everything but ASCII letters and digits separates, apostrophes vanish.
fn words(text: &str) -> Vec<String> {
    let folded: String = text
        .chars()
        .filter(|c| !matches!(c, '\'' | '’'))
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { ' ' })
        .collect();
    folded.split_whitespace().map(str::to_owned).collect()
}

/// Takes out "see section …" wherever it stands. A citation goes on as long as its words can be part of one.
fn without_citations(words: &[String]) -> Vec<&str> {
    let number = |w: &str| w.starts_with(|c: char| c.is_ascii_digit());
    let part_of_citation = |w: &str| {
        number(w)
            || w.len() == 1
            || matches!(w, "of" | "the" | "and" | "part" | "this" | "ear")
            || w.chars().all(|c| matches!(c, 'i' | 'v' | 'x'))
            || w.strip_prefix("ear").is_some_and(|rest| rest.len() == 1 && number(rest))
    };
    let mut kept = Vec::new();
    let mut rest = words.iter().map(String::as_str).peekable();
    while let Some(word) = rest.next() {
        if word == "see" && rest.peek().is_some_and(|next| number(next) || *next == "part") {
            while let Some(next) = rest.next_if(|w| part_of_citation(w)) {
                // "this" begins a new sentence in "of the EAR) This license requirement may be overcome"
                if next == "this" && rest.peek() == Some(&"license") {
                    kept.push(next);
                    break;
                }
            }
        } else {
            kept.push(word);
        }
    }
    kept
}

/// Entity List footnotes that a requirement carries, ascending, and whether one of them is inferred.
///
/// The publisher glues the mark to the text: `734.9(g),3`, `734.9(e)1`, `of the EAR)4`. Where the mark is lost,
/// the paragraph cited tells it: 734.9(e)(1), formerly 736.2(b)(3)(vi), is footnote 1, (e)(2) 4, (e)(3) 5, (g) 3. Footnote 2 (`of the
/// EAR2`) pulls in no foreign direct product and is left in the raw text.
fn footnotes(text: &str) -> (Vec<String>, bool) {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let mut marks = std::collections::BTreeSet::new();
    let mut sections = std::collections::BTreeSet::new();
    // the paragraph of footnote 1 until 734.9 was made in February 2022
    if text.contains("736.2(b)(3)(vi)") {
        sections.insert('1');
    }
    for (at, _) in text.match_indices("734.9(") {
        let Some(tail) = text.get(at + "734.9(".len()..) else { continue };
        let Some((paragraph, tail)) = tail.split_once(')') else { continue };
        let (number, tail) = match tail.strip_prefix('(').and_then(|t| t.split_once(')')) {
            Some((number, rest)) => (Some(number), rest),
            None => (None, tail),
        };
        match (paragraph, number) {
            ("e", Some("1")) => sections.insert('1'),
            ("e", Some("2")) => sections.insert('4'),
            ("e", Some("3")) => sections.insert('5'),
            ("g", _) => sections.insert('3'),
            _ => false,
        };
        let mut after = tail.trim_start_matches(',').chars();
        // "734.9(g),3746.8" without its blank: the mark is the digit before a section number of part 746 or 744
        if let Some(digit @ '1'..='9') = after.next() {
            let rest = after.as_str();
            let section = rest.starts_with("746") || rest.starts_with("744") || rest.starts_with('§');
            let ends = !rest.starts_with(|c: char| c.is_ascii_digit() || c == '.');
            if section || ends {
                marks.insert(digit);
            }
        }
    }
    for (at, _) in text.match_indices("EAR") {
        let tail = text.get(at + "EAR".len()..).unwrap_or_default();
        let mut rest = tail.trim_start_matches([')', '.']).chars();
        if let Some(digit @ '1'..='9') = rest.next()
            && !rest.as_str().starts_with(|c: char| c.is_ascii_digit())
        {
            marks.insert(digit);
        }
    }
    marks.remove(&'2');
    let inferred = !sections.is_subset(&marks);
    (marks.union(&sections).map(char::to_string).collect(), inferred)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn requirement(text: &str) -> Requirement {
        LicenceTexts::get().unwrap().requirement(text)
    }

    #[test]
    fn footnotes_glued_to_the_text_are_found() {
        for (text, expected) in [
            ("For all items subject to the EAR. (See §744.11 of the EAR)", vec![]),
            ("For all items subject to the EAR. (See §§ 734.9(e)(2) and 744.11 of the EAR)4", vec!["4"]),
            ("For All Items Subject to the EAR (See §734.9(e), and 744.11 of the EAR)4.", vec!["4"]),
            ("For all items subject to the EAR. (See §§ 734.9(e)(2) and 744.11 of the EAR) 4", vec!["4"]),
            ("For all items subject to the EAR, see §§ 734.9(e)1 and 744.11 of the EAR2", vec!["1"]),
            ("For all items subject to the EAR, see §§ 734.9(e) 1 and 744.11 of the EAR 2", vec!["1"]),
            (
                "All items subject to the EAR. (See §§ 734.9(g),3 746.8(a)(3), and 744.21(b) of the EAR)",
                vec!["3"],
            ),
            (
                "For all items subject to the EAR (See §§734.9(g)3, 746.8(a)(3), and 744.2l(b) of the EAR)",
                vec!["3"],
            ),
            (
                "For All Items Subject to the EAR (See §734.9(g), 3 §746.8(a)(3), and §744.21(b) of the EAR).",
                vec!["3"],
            ),
            (
                "For all items subject to the EAR (See §§734.4(a)(9), 734.9(e)(3), and 744.11 of the EAR)5",
                vec!["5"],
            ),
        ] {
            let read = requirement(text);
            assert_eq!(read.footnotes, expected, "{text}");
            assert!(!read.footnote_inferred, "{text}");
            assert_eq!(read.scope, Scope::AllItems, "{text}");
        }
        let lost = requirement(
            "For all items subject to the EAR (See §§ 734.9(g), 746.8(a)(3), and 744.21(b) of the EAR)",
        );
        assert_eq!((lost.footnotes, lost.footnote_inferred), (vec!["3".to_owned()], true));
    }

    #[test]
    fn a_limited_or_unknown_requirement_is_left_to_a_person() {
        let limited = requirement(
            "For all items subject to the EAR when used in projects specified in §746.5 of the EAR.",
        );
        assert_eq!((limited.scope, limited.known), (Scope::SeeEntry, Known::Part));
        let unknown = requirement("For some items, on some days");
        assert_eq!((unknown.scope, unknown.known), (Scope::SeeEntry, Known::No));
    }

    #[test]
    fn review_policies_are_selectors() {
        let texts = LicenceTexts::get().unwrap();
        for text in ["Presumption of denial.", "Presumption of Denial", "Presumption for denial"] {
            let read = texts.policy(text);
            assert_eq!(
                read.selectors,
                vec![PolicySelector { items: PolicyItems::All, policy: ReviewPolicy::PresumptionOfDenial }]
            );
        }
        let read = texts.policy("Policy of denial. See §§ 746.8(b) and 744.21(e).");
        assert_eq!(read.selectors[0].policy, ReviewPolicy::PolicyOfDenial);
        assert_eq!(texts.policy("See §744.2(d) of this part.").known, Known::Elsewhere);
        assert_eq!(texts.policy("For all items subject to the EAR.").known, Known::No);
        let mixed = texts
            .policy("Case-by-case for all items listed on the CCL. Presumption of approval for EAR99 items");
        assert_eq!(
            mixed.selectors,
            vec![
                PolicySelector {
                    items: PolicyItems::Codes(vec!["EAR99".into()]),
                    policy: ReviewPolicy::PresumptionOfApproval
                },
                PolicySelector { items: PolicyItems::Other, policy: ReviewPolicy::CaseByCase },
            ]
        );
    }
}
