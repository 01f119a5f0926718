//! Name cells that hold more than one name, or no name at all.

/// A name cell, taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct NameCell {
    /// The name to list under.
    pub(crate) name: String,
    /// Further names that stood in the same cell.
    pub(crate) aliases: Vec<String>,
    /// Names that are too common to stand alone.
    pub(crate) weak: Vec<String>,
    /// Words that are no name ("and any successor…").
    pub(crate) notes: Vec<String>,
    /// What was found, for the report; empty for an ordinary name.
    pub(crate) found: Option<&'static str>,
}

/// Signs that a second name follows. Compared in lower case; the earliest and longest wins.
const MARKS: [&str; 16] = [
    "a.k.a.,",
    "a.k.a.",
    "f.k.a.",
    "a.k.a ",
    "-akas-",
    ", akas,",
    "(aka:",
    "(aka ",
    "[aka ",
    "-aka-",
    "- aka-",
    "-aka -",
    " aka ",
    "f/k/a",
    " also known as ",
    " d/b/a ",
];

/// Ends of ISN entries that widen the listing without naming anyone.
const WIDENINGS: [&str; 3] = [
    "; and any successor, sub-unit, or subsidiary thereof",
    " and any successor, sub-unit, or subsidiary thereof",
    ", and its sub-units and successors",
];

/// Brackets at the end that tell something of the party without naming it.
const REMARKS: [&str; 2] = ["Parent Organization: ", "a subsidiary of "];

/// Reads a name cell of the screening list.
pub(crate) fn name_cell(text: &str) -> NameCell {
    let mut cell = NameCell::default();
    let mut rest = text.trim();
    if is_address_entry(rest) {
        cell.name = rest.to_owned();
        cell.found = Some("the entry lists an address, not a party: whoever is at the address is listed");
        return cell;
    }
    for widening in WIDENINGS {
        if let Some(head) = strip_end(rest, widening) {
            cell.notes.push(widening.trim_start_matches([';', ',', ' ']).to_owned());
            cell.found = Some("the name ends in words that widen the listing; they are kept as a note");
            rest = head.trim();
        }
    }
    for remark in [remark_on_kind, remark_on_parent] {
        if let Some((head, remark)) = remark(rest) {
            cell.notes.push(remark.to_owned());
            rest = head.trim();
        }
    }
    if let Some((name, alias)) = alias_inside(rest) {
        cell.found = Some("an alias stands inside the name; it is taken out");
        cell.name = name;
        cell.aliases.push(alias);
        return cell;
    }
    if let Some(part) = part_of_another(rest) {
        let PartOf { whole, part, generic } = part;
        cell.found =
            Some("the name of a part stands behind the name of the whole; the part is what is listed");
        cell.notes.push(format!("part of {whole}"));
        if generic {
            // "23rd Research Institute" alone is many bodies
            cell.name = format!("{whole} {part}");
            cell.weak.push(part.to_owned());
        } else {
            cell.name = part.to_owned();
            cell.aliases.push(format!("{whole} {part}"));
        }
        return cell;
    }
    if let Some((name, rest)) = rest.split_once(", including ") {
        cell.found = Some("the name goes on in words that say what it includes; they are kept as a note");
        cell.notes.push(format!("including {rest}"));
        cell.name = name.to_owned();
        return cell;
    }
    let pieces = split_at_marks(rest);
    if pieces.len() > 1 {
        cell.found = Some("the cell holds several names; the first is the name, the others are aliases");
        let mut names = pieces.iter().flat_map(|(piece, plural)| separate(piece, *plural));
        cell.name = names.next().unwrap_or_else(|| rest.to_owned());
        cell.aliases = names.collect();
    } else {
        cell.name = rest.to_owned();
        let parts = |mark| rest.split(mark).map(tidy).filter(|n| !n.is_empty()).collect();
        if rest.contains("; ") {
            cell.found =
                Some("the cell seems to hold several parties; each part is kept as an alias as well");
            cell.aliases = parts("; ");
        } else if rest.contains(": ") && !rest.contains(" : ") {
            cell.found = Some("the cell has a colon; what stands on each side is kept as a weak alias");
            cell.weak = parts(": ");
        }
    }
    cell
}

/// "(Russian entity)", "(DPRK individual)" at the end: the name before it, and the remark, which is kept with the full text of
/// the cell.
fn remark_on_kind(text: &str) -> Option<(&str, &str)> {
    let (head, tail) = text.rsplit_once('(')?;
    let inside = tail.strip_suffix(')')?;
    let kinds = ["entity", "individual", "national", "person"];
    kinds.iter().any(|w| inside.to_lowercase().ends_with(w)).then_some((head, inside))
}

/// One of [`REMARKS`] at the end, which may hold brackets of its own: the name before it, and the remark.
fn remark_on_parent(text: &str) -> Option<(&str, &str)> {
    let is_remark = |at: &usize| text.get(at + 1..).is_some_and(|t| REMARKS.iter().any(|w| t.starts_with(w)));
    let at = text.match_indices('(').map(|(at, _)| at).find(is_remark)?;
    Some((text.get(..at)?, text.get(at + 1..)?.strip_suffix(')')?))
}

/// An alias of the `alt_names` column: BIS text leaks into it ("and Tabatha Ltd.", "-Joint Stock…").
/// The flag tells that it holds several names.
pub(crate) fn alias_cell(text: &str) -> (Vec<String>, bool) {
    let text = text.trim().trim_start_matches(['-', ';']).trim();
    let text = text.strip_prefix("and ").unwrap_or(text);
    let names: Vec<String> =
        split_at_marks(text).iter().flat_map(|(piece, plural)| separate(piece, *plural)).collect();
    let several = names.len() > 1;
    (names, several)
}

/// BIS lists some addresses as such: `Address 01`.
pub(crate) fn is_address_entry(name: &str) -> bool {
    name.strip_prefix("Address ").is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

/// "Huawei Technologies Co., Ltd. (Huawei). Affiliated Entity: Hangzhou Huawei Enterprises".
struct PartOf<'a> {
    whole: &'a str,
    part: &'a str,
    /// The part's name says little without the whole's.
    generic: bool,
}

fn part_of_another(text: &str) -> Option<PartOf<'_>> {
    [("Affiliated Entity: ", false), ("Subordinate Institution - ", true)].into_iter().find_map(
        |(mark, generic)| {
            let (whole, part) = text.split_once(mark)?;
            let whole = whole.trim().trim_end_matches(['.', ',']).trim();
            (!whole.is_empty() && !part.trim().is_empty()).then(|| PartOf {
                whole,
                part: part.trim(),
                generic,
            })
        },
    )
}

/// `PEARL (A.K.A. NEI-CHIEN CHU) LI`: the name around the bracket, and the alias in it.
fn alias_inside(text: &str) -> Option<(String, String)> {
    let (head, rest) = text.split_once('(')?;
    let (inside, tail) = rest.split_once(')')?;
    let lower = inside.to_ascii_lowercase();
    let mark = ["a.k.a. ", "a.k.a ", "aka: ", "aka "].into_iter().find(|m| lower.starts_with(m))?;
    let alias = inside.get(mark.len()..)?.trim();
    let tail = tail.trim();
    let plain = tail.starts_with(char::is_alphanumeric) && !alias.contains([';', '(']);
    plain.then(|| (format!("{} {tail}", head.trim()), alias.to_owned()))
}

/// Cuts at every mark. The flag of a piece tells that its mark announced several names.
fn split_at_marks(text: &str) -> Vec<(&str, bool)> {
    // ASCII lower case keeps every byte position
    let lower = text.to_ascii_lowercase();
    let mut pieces = Vec::new();
    let (mut start, mut plural) = (0, false);
    while let Some((at, mark)) = next_mark(&lower, start) {
        if let Some(piece) = text.get(start..at) {
            pieces.push((piece, plural));
        }
        start = at + mark.len();
        plural = mark.contains("akas") || mark.starts_with('[');
    }
    if let Some(piece) = text.get(start..) {
        pieces.push((piece, plural));
    }
    pieces
}

fn next_mark(lower: &str, from: usize) -> Option<(usize, &'static str)> {
    let rest = lower.get(from..)?;
    MARKS
        .into_iter()
        .filter_map(|mark| rest.find(mark).map(|at| (from + at, mark)))
        .min_by_key(|(at, mark)| (*at, std::cmp::Reverse(mark.len())))
}

/// The names of one piece: parted by semicolons, and by commas after a mark in the plural.
fn separate(piece: &str, plural: bool) -> Vec<String> {
    piece
        .split(';')
        .flat_map(
            |part| if plural && !part.contains(", Inc") { part.split(", ").collect() } else { vec![part] },
        )
        .map(tidy)
        .filter(|name| name.chars().any(char::is_alphanumeric))
        .collect()
}

fn tidy(name: &str) -> String {
    let name = name.trim().trim_matches([',', ';', '-', ' ']).trim();
    let name = name.strip_prefix("and ").unwrap_or(name);
    // a bracket that lost its partner at the cut
    let unmatched = |open, close| name.matches(open).count() != name.matches(close).count();
    let name = if unmatched('(', ')') || unmatched('[', ']') {
        name.trim_matches(['(', ')', '[', ']'])
    } else {
        name
    };
    name.trim().to_owned()
}

fn strip_end<'a>(text: &'a str, end: &str) -> Option<&'a str> {
    let at = text.len().checked_sub(end.len())?;
    text.get(at..).filter(|tail| tail.eq_ignore_ascii_case(end)).and_then(|_| text.get(..at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        let cell = name_cell(text);
        std::iter::once(cell.name).chain(cell.aliases).collect()
    }

    #[test]
    fn several_names_in_one_cell_are_parted() {
        assert_eq!(names("NSO Group"), ["NSO Group"]);
        assert_eq!(names("PEARL (A.K.A. NEI-CHIEN CHU) LI"), ["PEARL LI", "NEI-CHIEN CHU"]);
        assert_eq!(names("K (AKA: AMES, ALDRICH HAZEN)"), ["K", "AMES, ALDRICH HAZEN"]);
        assert_eq!(names("KOW SENG LIM -AKA- ERIC LIM"), ["KOW SENG LIM", "ERIC LIM"]);
        assert_eq!(
            names("Mexpar International, Inc. (a.k.a. Pasadena Aerospace; Aviation Logistics and Supply)"),
            ["Mexpar International, Inc.", "Pasadena Aerospace", "Aviation Logistics and Supply"]
        );
        assert_eq!(
            names("COREZING INTERNATIONAL -AKAS- COREZING TECH PTE LTD, CORE ZING"),
            ["COREZING INTERNATIONAL", "COREZING TECH PTE LTD", "CORE ZING"]
        );
        assert_eq!(
            names(
                "Universal Enterprise Limited [aka General Technology Limited, aka Tiger Force Electronics] (Hong Kong Entity), and its sub-units and successors"
            ),
            ["Universal Enterprise Limited", "General Technology Limited", "Tiger Force Electronics"]
        );
        assert_eq!(
            names(
                "Chitron Electronics Company Ltd., a.k.a. Chi-Chung Electronics Company Ltd. (Chitron-Shenzhen)"
            ),
            ["Chitron Electronics Company Ltd.", "Chi-Chung Electronics Company Ltd. (Chitron-Shenzhen)"]
        );
    }

    #[test]
    fn the_part_that_is_listed_is_found_behind_the_whole() {
        let cell = name_cell(
            "Huawei Technologies Co., Ltd. (Huawei). Affiliated Entity: Hangzhou Huawei Enterprises",
        );
        assert_eq!(cell.name, "Hangzhou Huawei Enterprises");
        let cell = name_cell("CASIC Second Academy. Subordinate Institution - 23rd Research Institute");
        assert_eq!(cell.name, "CASIC Second Academy 23rd Research Institute");
        assert_eq!(cell.weak, ["23rd Research Institute"]);
        assert_eq!(
            names(
                "Baotou Guanghua Chemical Industrial Corporation (Parent Organization: China National (CNNC))"
            ),
            ["Baotou Guanghua Chemical Industrial Corporation"]
        );
        let ministry = "Ministry of Defence of the Russian Federation, including the Armed Forces of Russia";
        assert_eq!(names(ministry), ["Ministry of Defence of the Russian Federation"]);
        assert_eq!(names("SIBERIAN AIRLINES D/B/A S7 AIRLINES"), ["SIBERIAN AIRLINES", "S7 AIRLINES"]);
        let branch = name_cell("Ilyushin Branch: Myasishcheva Plant");
        assert_eq!(branch.name, "Ilyushin Branch: Myasishcheva Plant");
        assert_eq!(branch.weak, ["Ilyushin Branch", "Myasishcheva Plant"]);
        assert_eq!(names("AL-HARAMAIN : KENYA BRANCH"), ["AL-HARAMAIN : KENYA BRANCH"]);
    }

    #[test]
    fn words_that_name_nobody_become_notes() {
        let cell = name_cell("PMC Wagner; and any successor, sub-unit, or subsidiary thereof");
        assert_eq!((cell.name.as_str(), cell.notes.len()), ("PMC Wagner", 1));
        assert!(name_cell("Address 01").found.is_some());
        assert!(!is_address_entry("Address Systems"));
    }

    #[test]
    fn leaked_text_is_taken_off_an_alias() {
        assert_eq!(alias_cell("and Tabatha Ltd.").0, ["Tabatha Ltd."]);
        assert_eq!(alias_cell("-Joint Stock Company Raduga,").0, ["Joint Stock Company Raduga"]);
        assert_eq!(
            alias_cell("AND I. Bereznyak").0,
            ["AND I. Bereznyak"],
            "only the small word is leaked text"
        );
        assert_eq!(alias_cell("HAKA, Ltd.").0, ["HAKA, Ltd."]);
    }
}
