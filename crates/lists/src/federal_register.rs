//! A Federal Register rule that amends the Entity List (Supplement No. 4 to 15 CFR part 744): the XML of the Office of the
//! Federal Register, whose tables hold the entries that the rule adds or revises. It is how every addition is first
//! published, days before it is on any list.
//!
//! The table is made for print. A row with a country alone opens the country; a row with name, requirement, policy
//! and citation opens an entry; a row with a single cell goes on with the entry above (addresses, mostly); rows of stars
//! stand for what the rule leaves unchanged. Removals stand in the prose and are not read; the report says so.

use countersign_model::{Date, Digest, Entity, EntitySchema, ListCode, Listing, SourceId};

use crate::countries::Countries;
use crate::dates;
use crate::draft::{Draft, Import};
use crate::input::{Encoding, text, unpack};
use crate::licence_text::{Known, LicenceTexts};
use crate::name_text::alias_cell;
use crate::white_space::squeeze;
use crate::xml_tree::{self, Layout, Node};
use crate::{ImportError, InputFile};

const LAYOUT: Layout<'_> = Layout {
    expected: "a Federal Register rule on the Entity List (XML with the root `RULE`)",
    hint: "download the full text in XML of the rule from federalregister.gov",
    root: "RULE",
    records: &[("GPOTABLE", "ROW")],
    decides: &[],
};

/// Words after which the aliases follow. The earliest counts.
const ALIAS_MARKS: [&str; 6] = [
    ", a.k.a., the following",
    ", a.k.a.,",
    ", a.k.a.",
    ", f.k.a., the following",
    ", f.k.a.,",
    " a.k.a., the following",
];

pub(crate) fn import(source: &SourceId, file: &InputFile) -> Result<Import, ImportError> {
    let bytes = unpack(file)?;
    let text = text(&file.name, &bytes, Encoding::Utf8)?;
    let mut draft = Draft::new(source);
    let document = xml_tree::read(&file.name, &text, &LAYOUT, &mut draft.report)?;
    let rule = Rule::read(&document.root);
    let mut reader = Reader {
        file: &file.name,
        countries: Countries::get()?,
        texts: LicenceTexts::get()?,
        rule,
        country: None,
        entry: None,
    };
    for row in &document.records {
        draft.report.row(&file.name);
        reader.row(row, &mut draft);
    }
    reader.close(&mut draft);
    if reader.rule.removes {
        let text = "the rule also removes entries or corrects their words; only what its tables add or restate is read";
        draft.report.warn(&file.name, 0, text);
    }
    if reader.rule.effective.is_none() {
        draft.report.warn(&file.name, 0, "the rule's first day of effect cannot be read; taken as not told");
    }
    let published = reader.rule.published;
    draft.finish("Federal Register rule, XML", std::slice::from_ref(file), Vec::new(), Vec::new(), published)
}

/// What the rule says of itself.
struct Rule {
    effective: Option<Date>,
    published: Option<Date>,
    document: String,
    removes: bool,
}

impl Rule {
    fn read(root: &Node) -> Self {
        let whole = squeeze(&root.whole_text(&[])).into_owned();
        let effective = find(root, "EFFDATE").and_then(|node| {
            let text = squeeze(&node.whole_text(&["HD"])).into_owned();
            text.split("effective").nth(1).and_then(american_day)
        });
        let document =
            find(root, "FRDOC").map(|n| squeeze(&n.whole_text(&[])).into_owned()).unwrap_or_default();
        // [FR Doc. 2023-03929 Filed 2-24-23; 8:45 am]
        let number = document.split_whitespace().nth(2).unwrap_or_default().to_owned();
        let lower = whole.to_ascii_lowercase();
        let removes = ["by removing", "is removed", "are removed", "removing the entr"]
            .iter()
            .any(|w| lower.contains(w));
        Self { effective, published: None, document: number, removes }
    }
}

/// `February 24, 2023` at the start of a text.
fn american_day(text: &str) -> Option<Date> {
    let words: Vec<&str> = text.split_whitespace().take(6).collect();
    words.windows(3).find_map(|w| match w {
        [month, day, year] => {
            let plain = |t: &str| t.trim_matches(|c: char| !c.is_ascii_alphanumeric()).to_owned();
            let text = format!("{} {} {}", plain(day), plain(month), plain(year));
            dates::partial(&text).filter(|t| t.len() == 10).and_then(|t| t.parse().ok())
        }
        _ => None,
    })
}

/// The first element of a name anywhere in a tree.
fn find<'a>(node: &'a Node, name: &str) -> Option<&'a Node> {
    node.children.iter().find_map(|child| if child.name == name { Some(child) } else { find(child, name) })
}

/// An entry while its rows are read.
struct Entry {
    line: u64,
    entity: Entity,
    listing: Listing,
}

struct Reader<'a> {
    file: &'a str,
    countries: &'static Countries,
    texts: &'static LicenceTexts,
    rule: Rule,
    country: Option<String>,
    entry: Option<Entry>,
}

impl Reader<'_> {
    fn row(&mut self, row: &Node, draft: &mut Draft) {
        let cells: Vec<(&Node, String)> =
            row.all("ENT").map(|cell| (cell, squeeze(&cell.whole_text(&[])).into_owned())).collect();
        let filled: Vec<&(&Node, String)> =
            cells.iter().filter(|(_, text)| !text.is_empty() && !is_stars(text)).collect();
        let head = cells.first().is_some_and(|(_, text)| !text.is_empty() && !is_stars(text));
        match filled.as_slice() {
            [] => draft.report.count("rows of the table without an entry"),
            [(_, country), ..] if head => {
                if country.eq_ignore_ascii_case("Country") {
                    return draft.report.count("rows of the table without an entry");
                }
                self.close(draft);
                self.country = Some(country.clone());
                draft.report.count("rows of the table that name a country");
                if self.countries.by_name(country).is_none() {
                    let text = format!("country `{country}` is not known; kept as text");
                    draft.report.warn(self.file, row.line, text);
                }
                // some tables have the first entry in the row of its country
                if let [_, (cell, _), (_, requirement), (_, policy), (_, citation)] = filled.as_slice() {
                    self.open(cell, requirement, policy, citation, draft);
                }
            }
            [(cell, _), (_, requirement), (_, policy), (_, citation)] => {
                self.close(draft);
                self.open(cell, requirement, policy, citation, draft);
            }
            [(cell, _)] => match &mut self.entry {
                Some(entry) => {
                    draft.report.count("rows of the table that go on with an entry");
                    further(cell, &mut entry.entity);
                }
                None => draft.report.refuse(
                    self.file,
                    row.line,
                    "the row goes on with an entry, and none is open",
                ),
            },
            several => {
                let reason = format!("the row has {} filled cells, where an entry has four", several.len());
                draft.report.refuse(self.file, row.line, reason);
            }
        }
    }

    fn open(&mut self, cell: &Node, requirement: &str, policy: &str, citation: &str, draft: &mut Draft) {
        let line = cell.line;
        let Some(country) = self.country.clone() else {
            return draft.report.refuse(self.file, line, "the entry stands under no country");
        };
        // everything before the first line of its own
        let head = squeeze(&cell.whole_text(&["LI"])).into_owned();
        let mark = ALIAS_MARKS.iter().filter_map(|m| head.find(m)).min();
        let name =
            head.get(..mark.unwrap_or(head.len())).unwrap_or(&head).trim_end_matches([',', ';', '.', ' ']);
        let (name, address) =
            if mark.is_none() && cell.child("LI").is_none() { parted(name) } else { (name, None) };
        if name.is_empty() {
            return draft.report.refuse(self.file, line, "the entry has no name");
        }
        let key = format!("{country}-h{}", Digest::of(name.as_bytes()).short());
        let mut entity = draft.entity(&key.replace([' ', ','], "_"), EntitySchema::LegalEntity);
        entity.add("name", name);
        match self.countries.by_name(&country) {
            Some(code) => entity.add("country", code),
            None => entity.add("country", &country),
        }
        if let Some(address) = address {
            entity.add("address", address);
            let text = format!("`{head}`: the name ends at the first comma that an address can follow");
            draft.report.warn(self.file, line, text);
            entity.add("nameAsListed", &head);
        }
        // the single alias of "X, a.k.a., Y." stands in the head
        if let Some(rest) = mark.and_then(|at| head.get(at..))
            && !rest.contains("the following")
        {
            for alias in alias_cell(rest).0 {
                entity.add("alias", alias.trim_end_matches('.'));
            }
        }
        further(cell, &mut entity);
        let (number, published) = notice(citation);
        self.rule.published = self.rule.published.or(published);
        let document = Some(self.rule.document.as_str()).filter(|d| !d.is_empty());
        let mut listing = Listing {
            from: self.rule.effective,
            listed: published,
            name: Some(name.to_owned()),
            instrument: Some("15 CFR part 744, Supp. No. 4".to_owned()),
            notice: Some(match document {
                Some(document) => format!("{number} (FR Doc. {document})"),
                None => number,
            }),
            ..Listing::bare(ListCode::El, countersign_model::Scope::SeeEntry)
        };
        entity.add("licenseRequirement", requirement);
        let read = self.texts.requirement(requirement);
        listing.scope = read.scope;
        listing.footnotes = read.footnotes;
        if read.known == Known::No {
            let text = format!("licence requirement `{requirement}` is not known; the entry has to be read");
            draft.report.warn(self.file, line, text);
        }
        entity.add("licensePolicy", policy);
        let read = self.texts.policy(policy);
        listing.review_policy = read.selectors;
        if read.known == Known::No {
            let text = format!(
                "review policy `{policy}` is not known; the entry has no policy until a person reads it"
            );
            draft.report.warn(self.file, line, text);
        }
        self.entry = Some(Entry { line, entity, listing });
    }

    fn close(&mut self, draft: &mut Draft) {
        if let Some(Entry { line, mut entity, listing }) = self.entry.take() {
            entity.listings.push(listing);
            draft.report.count(format!("list {}", ListCode::El));
            draft.add(entity, self.file, line);
        }
    }
}

/// A row of stars: what the rule leaves as it is.
fn is_stars(text: &str) -> bool {
    text.chars().all(|c| c == '*' || c.is_whitespace())
}

/// The lines of a cell: aliases begin with a dash, the others are addresses. A cell without lines is an address, if it
/// goes on with an entry.
fn further(cell: &Node, entity: &mut Entity) {
    let lines: Vec<&Node> = cell.all("LI").collect();
    if lines.is_empty() && !entity.values("licenseRequirement").is_empty() {
        return addresses(&squeeze(&cell.whole_text(&[])), entity);
    }
    for line in lines {
        let text = squeeze(&line.whole_text(&[])).into_owned();
        match text.strip_prefix(['—', '–', '-']) {
            Some(alias) => {
                let alias = alias.trim();
                let alias = alias.strip_suffix("; and").unwrap_or(alias);
                for name in alias_cell(alias).0 {
                    // "Ltd." keeps its full stop, the end of the list does not
                    let name = name.trim_end_matches(';');
                    let kept = ["Ltd.", "Co.", "Inc.", "S.A.", "B.V.", "Corp.", "L.L.C.", "S.R.L."];
                    let stop = kept.iter().any(|k| name.ends_with(k));
                    entity.add("alias", if stop { name } else { name.trim_end_matches('.') });
                }
            }
            None => addresses(&text, entity),
        }
    }
}

/// Addresses joined by "; and ". "(See alternate address under France)" is a remark.
fn addresses(text: &str, entity: &mut Entity) {
    let (text, remark) = match text.find("(See alternate address") {
        Some(at) => (text.get(..at).unwrap_or_default(), text.get(at..)),
        None => (text, None),
    };
    if let Some(remark) = remark {
        entity.add("notes", remark.trim_end_matches('.'));
    }
    for address in text.split("; ") {
        let address = address.strip_prefix("and ").unwrap_or(address).trim();
        entity.add("address", address.trim_end_matches(['.', ';', ',', ' ']));
    }
}

/// Name and address of an entry in one line: the address begins after a comma, with a number or a word for a place.
fn parted(text: &str) -> (&str, Option<&str>) {
    let starts = [
        "No.", "Room", "Rm", "Unit", "Suite", "Floor", "Flat", "Building", "P.O.", "Office", "Level", "Plot",
    ];
    let at = text.match_indices(", ").map(|(at, _)| at).find(|at| {
        let rest = text.get(at + 2..).unwrap_or_default();
        rest.starts_with(|c: char| c.is_ascii_digit()) || starts.iter().any(|s| rest.starts_with(s))
    });
    match at {
        Some(at) => (text.get(..at).unwrap_or(text), text.get(at + 2..)),
        None => (text, None),
    }
}

/// The citation and its day: `88 FR [INSERT FR PAGE NUMBER AND 2/27/2023].` or `88 FR 12170, 2/27/23.`
fn notice(citation: &str) -> (String, Option<Date>) {
    let text = citation.trim().trim_end_matches('.');
    let day = text
        .split(|c: char| !(c.is_ascii_digit() || c == '/'))
        .filter(|part| part.matches('/').count() == 2)
        .find_map(|part| {
            let (front, year) = part.rsplit_once('/')?;
            let year = if year.len() == 2 { format!("20{year}") } else { year.to_owned() };
            dates::listing_day(&format!("{front}/{year}")).ok().flatten()
        });
    let plain = text.split('[').next().unwrap_or(text).trim();
    let text = match (text.contains('['), day) {
        (true, Some(day)) => format!("{plain}, {day}"),
        _ => text.to_owned(),
    };
    (text, day)
}
