//! Names that stand inside a cell of a name: other spellings in brackets, other names behind a slash or a semicolon.
//!
//! The lists of the UN and the EU are full of them. Nothing is taken away: the cell itself stays a name.

/// The names inside a cell that its publisher writes as one: `Jamil (a.k.a. Jameel) HASSAN`,
/// `BelAZ / OJSC BELAZ`, `Abubakar (original script: Абубакар)`, `A; B; C`. The cell itself stays a name; these are added,
/// so that nothing that was found before is lost. `person` says that one word in a bracket is another spelling of the word
/// before it, and not a name of its own.
pub(crate) fn names_inside(text: &str, person: bool) -> Vec<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut found = Vec::new();
    let whole = without_particulars(&text);
    if whole.len() < text.len() {
        found.push(whole.to_owned());
    }
    let pieces: Vec<&str> = whole.split(';').collect();
    // a bracket that holds a list is not taken apart at its semicolons
    let pieces = if pieces.iter().all(|p| balanced(p)) { pieces } else { vec![whole] };
    if pieces.len() > 1 {
        found.extend(pieces.iter().map(|p| (*p).to_owned()));
    }
    for piece in pieces {
        in_brackets(piece, person, &mut found);
        around_slashes(piece, person, &mut found);
    }
    let mut out: Vec<String> = Vec::new();
    for name in found.iter().map(|n| tidy_further(n)) {
        let letters = name.chars().filter(|c| c.is_alphabetic()).count();
        if letters >= 2 && name != text && !out.contains(&name) {
            out.push(name);
        }
    }
    out
}

/// Words that announce another name of the same party.
const ANNOUNCE: [&str; 14] = [
    "a.k.a.",
    "a.k.a",
    "aka",
    "a. k. a.",
    "also known as",
    "f.k.a.",
    "f.k.a",
    "fka",
    "formerly known as",
    "formerly",
    "original script:",
    "original script",
    "in arabic:",
    "latin:",
];

/// Words with which a publisher goes on to birth and papers inside the cell of a name.
const PARTICULARS: [&str; 8] =
    ["date of birth", "place of birth", "dob:", "pob:", "passport", "nationality:", "born ", "date of issue"];

fn without_particulars(text: &str) -> &str {
    let lower = text.to_ascii_lowercase();
    let at = PARTICULARS.iter().filter_map(|mark| lower.find(mark)).min();
    match at.and_then(|at| text.get(..at)) {
        Some(head) if head.chars().filter(|c| c.is_alphabetic()).count() > 3 => {
            head.trim_end_matches([' ', ',', '.', '(', ';'])
        }
        _ => text,
    }
}

fn balanced(text: &str) -> bool {
    text.matches('(').count() == text.matches(')').count()
}

/// The first bracket of a name: the name without it, and what it holds where that is a name.
fn in_brackets(piece: &str, person: bool, found: &mut Vec<String>) {
    let Some((head, rest)) = piece.split_once('(') else { return };
    let Some((inside, tail)) = rest.split_once(')') else { return };
    let (head, tail, inside) = (head.trim(), tail.trim(), inside.trim());
    if head.is_empty() {
        return;
    }
    let without = if tail.is_empty() { head.to_owned() } else { format!("{head} {tail}") };
    let announced = ANNOUNCE
        .iter()
        .find(|mark| {
            let end = inside.get(mark.len()..).and_then(|t| t.chars().next());
            inside.get(..mark.len()).is_some_and(|t| t.eq_ignore_ascii_case(mark))
                && end.is_none_or(|c| !c.is_alphanumeric() || mark.ends_with(':'))
        })
        .and_then(|mark| inside.get(mark.len()..))
        .map(|name| name.trim_start_matches([' ', ':', ',', '.']));
    let other_script = inside.chars().any(|c| c.is_alphabetic() && !c.is_ascii() && !is_latin(c))
        != head.chars().any(|c| c.is_alphabetic() && !c.is_ascii() && !is_latin(c));
    let Some(names) = announced.or_else(|| other_script.then_some(inside)) else {
        // an abbreviation, a branch, a remark: the name itself also stands without it
        if tail.is_empty() {
            found.push(without);
        } else if tail.starts_with('(') {
            // `Hay’at Tahrir al-Sham (HTS) (هيئة تحرير الشام (original script); …)`
            found.push(head.to_owned());
            in_brackets(&format!("{head} {tail}"), person, found);
        }
        return;
    };
    // the next bracket is taken apart in each form
    let mut forms = vec![without];
    for name in names.split([',', ';', '/']).map(str::trim).filter(|n| !n.is_empty()) {
        let spelling =
            person && announced.is_some() && !name.contains(' ') && head.contains(' ') || !tail.is_empty();
        forms.push(if spelling {
            let before = head.rsplit_once(' ').map_or("", |(before, _)| before);
            format!("{before} {name} {tail}").trim().to_owned()
        } else {
            name.to_owned()
        });
    }
    for form in forms {
        if form.contains('(') && form.len() < piece.len() + 40 {
            in_brackets(&form, person, found);
        }
        if !form.contains('(') {
            found.push(form);
        }
    }
}

/// `Sergei ARTEMENKO / ARTIOMENKO`, `Minskii Avtomobilnyi Zavod (MAZ) / OJSC MAZ`.
fn around_slashes(piece: &str, person: bool, found: &mut Vec<String>) {
    if !piece.contains('/') {
        return;
    }
    let mut plain = piece.to_owned();
    while let (Some(open), Some(close)) = (plain.find('('), plain.find(')')) {
        if open > close {
            return;
        }
        plain.replace_range(open..=close, "");
    }
    let parts: Vec<&str> = plain.split('/').map(str::trim).collect();
    let named = |part: &&str| part.chars().filter(|c| c.is_alphabetic()).count() > 1;
    if parts.len() < 2 || !parts.iter().all(named) {
        return;
    }
    match parts.split_first() {
        Some((first, others)) if person && first.contains(' ') && others.iter().all(|o| !o.contains(' ')) => {
            let before = first.rsplit_once(' ').map_or("", |(before, _)| before);
            found.push((*first).to_owned());
            found.extend(others.iter().map(|other| format!("{before} {other}")));
        }
        _ if person && parts.iter().any(|p| !p.contains(' ')) && parts.iter().any(|p| p.contains(' ')) => {
            // `Vladimir/ Volodymyr LIPCHENKO`: the family name stands behind the last spelling
            let family = parts.last().and_then(|p| p.split_once(' ')).map_or("", |(_, family)| family);
            found.extend(
                parts.iter().map(|p| if p.contains(' ') { (*p).to_owned() } else { format!("{p} {family}") }),
            );
        }
        _ => found.extend(parts.iter().map(|p| (*p).to_owned())),
    }
}

fn is_latin(c: char) -> bool {
    matches!(c, '\u{00c0}'..='\u{024f}' | '\u{1e00}'..='\u{1eff}' | '’' | '‘' | 'ʿ' | 'ʾ')
}

fn tidy_further(name: &str) -> String {
    let mut name = name.trim().trim_matches([',', ';', '-', '–', '.', ' ']).trim();
    // `(c)Ansar`, `(d) Ansar`, `b) Ansar`
    if let Some((mark, rest)) = name.split_once(')')
        && mark.trim_start_matches('(').chars().count() <= 2
        && !rest.trim().is_empty()
    {
        name = rest.trim();
    }
    let name = name.strip_prefix("or ").unwrap_or(name);
    if balanced(name) {
        name.to_owned()
    } else {
        name.replace(['(', ')'], " ").split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_inside_a_name_are_found() {
        let has = |text: &str, person: bool, wanted: &[&str]| {
            let names = names_inside(text, person);
            for name in wanted {
                assert!(names.iter().any(|n| n == name), "{text}: no `{name}` in {names:?}");
            }
        };
        has("Jamil (a.k.a. Jameel) HASSAN", true, &["Jamil HASSAN", "Jameel HASSAN"]);
        has(
            "Mohammad (a.k.a. Mohamed, Muhammad) AL-SHAAR",
            true,
            &["Mohammad AL-SHAAR", "Muhammad AL-SHAAR"],
        );
        has(
            "Dr. Mohammad (a.k.a. Muhammad) Yahiya (a.k.a. Yehya) MOALLA",
            true,
            &["Dr. Muhammad Yehya MOALLA", "Dr. Mohammad Yahiya MOALLA"],
        );
        has("Amir Khazmat (original script: Амир Хазмат)", true, &["Amir Khazmat", "Амир Хазмат"]);
        has(
            "أبو بكر (Abu Bakr al-Husayni; Abu Bakr al-Baghdadi)",
            true,
            &["Abu Bakr al-Baghdadi", "أبو بكر"],
        );
        has(
            "GRANDS LACS (CAGL) ; GREAT LAKES BUSINESS COMPANY (GLBC)",
            false,
            &["GREAT LAKES BUSINESS COMPANY", "GRANDS LACS"],
        );
        has("Minskii Zavod (MAZ) / OJSC ‘MAZ’", false, &["Minskii Zavod", "OJSC ‘MAZ’"]);
        has("Sergei Petrovich ARTEMENKO / ARTIOMENKO", true, &["Sergei Petrovich ARTIOMENKO"]);
        has("Vladimir/ Volodymyr LIPCHENKO", true, &["Vladimir LIPCHENKO", "Volodymyr LIPCHENKO"]);
        has("Tahrir al-Sham (HTS) (هيئة تحرير الشام)", false, &["Tahrir al-Sham", "هيئة تحرير الشام"]);
        has("VNESHECONOMBANK (VEB)", false, &["VNESHECONOMBANK"]);
        has("Ansar in Tunisia; (c)Ansar al-Sharia", false, &["Ansar in Tunisia", "Ansar al-Sharia"]);
        has("Gamel Mohamed (Date of birth: 25.5.1966; place of birth: Morocco)", true, &["Gamel Mohamed"]);
        has("Sayf-Al Adl. Date of birth: 11.4.1963.", true, &["Sayf-Al Adl"]);
        assert!(names_inside("NSO Group", false).is_empty());
        assert!(names_inside("Al-Haramain: Albania branch", false).is_empty());
        assert!(names_inside("A/S Dampskib", false).len() <= 2);
    }
}
