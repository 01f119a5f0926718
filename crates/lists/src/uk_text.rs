//! What the two UK lists have in common: names in six parts, dates with zeros for what is not known, cells that hold
//! several numbered values (`1) Saudi Arabia 2) Qatar`).

use std::collections::BTreeMap;

use countersign_model::{Date, Entity, EntitySchema};

use crate::countries::Countries;
use crate::dates;
use crate::draft::Draft;
use crate::table::Row;
use crate::white_space::squeeze;

/// Reads the cells of one file.
pub(crate) struct Cells<'a> {
    pub(crate) file: &'a str,
    pub(crate) countries: &'static Countries,
}

impl Cells<'_> {
    /// The rows of each party or target, by the key in `column`; a row without one is refused.
    pub(crate) fn grouped<'t>(
        &self,
        rows: &'t [Row],
        column: &str,
        draft: &mut Draft,
    ) -> BTreeMap<&'t str, Vec<&'t Row>> {
        let mut groups: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
        for row in rows {
            match row.one(column) {
                "" => draft.report.refuse(self.file, row.line, format!("the row has no `{column}`")),
                key => groups.entry(key).or_default().push(row),
            }
        }
        groups
    }

    /// What kind of party `column` tells; `what` names the column's word in the warning about one that is not known.
    pub(crate) fn schema(&self, row: &Row, column: &str, what: &str, draft: &mut Draft) -> EntitySchema {
        match row.one(column).to_ascii_lowercase().as_str() {
            "individual" => EntitySchema::Person,
            "entity" => EntitySchema::Organization,
            "ship" => EntitySchema::Vessel,
            other => {
                let text = format!("`{other}` is not a known type of {what}; read as any kind of party");
                draft.report.warn(self.file, row.line, text);
                EntitySchema::LegalEntity
            }
        }
    }

    /// A name of six parts: `Name 6` is the surname, or the whole name of a body.
    pub(crate) fn name(&self, row: &Row) -> String {
        let joined = row.joined(&["Name 1", "Name 2", "Name 3", "Name 4", "Name 5", "Name 6"], " ");
        squeeze(&joined).into_owned()
    }

    /// The name in its own script, which is as good as the other.
    pub(crate) fn script(&self, row: &Row, column: &str, script: &str, language: &str, entity: &mut Entity) {
        let name = squeeze(row.one(column)).into_owned();
        if name.is_empty() {
            return;
        }
        entity.add("alias", &name);
        let told: Vec<&str> =
            [row.one(script), row.one(language)].into_iter().filter(|t| !t.is_empty()).collect();
        if !told.is_empty() {
            entity.add("nameScripts", format!("{}: {name}", told.join(", ")));
        }
    }

    /// A day of the listing; what cannot be read is reported and taken as not told.
    pub(crate) fn day(&self, row: &Row, column: &str, draft: &mut Draft) -> Option<Date> {
        dates::european_day(row.one(column)).unwrap_or_else(|reason| {
            draft.report.warn(self.file, row.line, format!("{column}: {reason}; taken as not told"));
            None
        })
    }

    /// Dates of birth, several of them numbered.
    pub(crate) fn births(&self, row: &Row, column: &str, entity: &mut Entity, draft: &mut Draft) {
        for text in numbered(row.one(column)) {
            if let Some(date) = dates::european(text) {
                entity.add("birthDate", date);
            } else {
                draft.birth(entity, text, self.file, row.line);
            }
        }
    }

    /// Places of birth as written, and the countries among them.
    pub(crate) fn birth_places(&self, row: &Row, town: &str, country: &str, entity: &mut Entity) {
        let towns = numbered(row.one(town));
        let lands = numbered(row.one(country));
        if towns.len() == 1 && lands.len() == 1 {
            entity.add("birthPlace", row.joined(&[town, country], ", "));
        } else {
            for place in towns.iter().chain(&lands) {
                entity.add("birthPlace", place);
            }
        }
        for code in self.countries.named_in(row.one(country)) {
            entity.add("birthCountry", code);
        }
    }

    /// Countries or nationalities of a cell. What names none is kept as text.
    pub(crate) fn countries(
        &self,
        row: &Row,
        column: &str,
        property: &str,
        entity: &mut Entity,
        draft: &mut Draft,
    ) {
        let text = row.one(column);
        let codes = self.countries.named_in(text);
        if codes.is_empty() && !text.is_empty() {
            draft.report.count(format!("{column} that names no known country, kept as text"));
            entity.add(property, text);
        }
        for code in codes {
            entity.add(property, code);
        }
    }

    /// An address of six lines; its country also as a code.
    pub(crate) fn address(
        &self,
        row: &Row,
        lines: &[&str],
        postal_code: &str,
        country: &str,
        entity: &mut Entity,
        draft: &mut Draft,
    ) {
        let street = row.joined(lines, ", ");
        let rest = row.joined(&[postal_code, country], ", ");
        if !street.is_empty() || !row.one(postal_code).is_empty() {
            let parts: Vec<&str> =
                [street.as_str(), rest.as_str()].into_iter().filter(|p| !p.is_empty()).collect();
            entity.add("address", squeeze(&parts.join(", ")));
        }
        self.countries(row, country, "country", entity, draft);
    }

    /// Documents: each item as written, and its number where one can be told from the words around it.
    pub(crate) fn documents(&self, row: &Row, column: &str, more: &str, property: &str, entity: &mut Entity) {
        let (numbers, details) = (numbered(row.one(column)), numbered(row.one(more)));
        if numbers.len() == details.len() {
            for (number, detail) in numbers.iter().zip(&details) {
                entity.add("identification", format!("{column} {number}, {detail}"));
                entity.add(property, number_in(number).unwrap_or_default());
            }
            return;
        }
        for (items, label) in [(numbers, column), (details, more)] {
            for item in items {
                entity.add("identification", format!("{label}: {item}"));
                entity.add(property, number_in(item).unwrap_or_default());
            }
        }
    }
}

/// The values of a cell that numbers them: `1) A 2) B`, `(1) A (2) B`, `a) A, b) B`, `(a) A; (b) B`. A cell without
/// numbers is one value; an empty one is none.
pub(crate) fn numbered(text: &str) -> Vec<&str> {
    let text = text.trim();
    if text.is_empty() {
        return Vec::new();
    }
    for first in ['1', 'a'] {
        let mark = |n: u8| format!("{})", char::from(first as u8 + n));
        let plain = text.strip_prefix('(').unwrap_or(text);
        if !plain.to_ascii_lowercase().starts_with(&mark(0)) {
            continue;
        }
        let mut items = Vec::new();
        let mut rest = plain.get(mark(0).len()..).unwrap_or_default();
        // nine marks of one letter or digit; a tenth value stays with the ninth
        for n in 1..9 {
            let next = mark(n);
            let at = rest.match_indices(next.as_str()).find(|(at, _)| {
                rest.get(..*at)
                    .is_some_and(|head| head.ends_with([' ', '(', ',', ';', '.']) || head.is_empty())
            });
            let Some((at, _)) = at else { break };
            items.push(rest.get(..at).unwrap_or_default());
            rest = rest.get(at + next.len()..).unwrap_or_default();
        }
        items.push(rest);
        return items
            .into_iter()
            .map(|item| item.trim().trim_end_matches('(').trim_matches([',', ';', ' ']))
            .filter(|item| !item.is_empty())
            .collect();
    }
    vec![text]
}

/// The number of a document among words: the first word with a digit and at least four letters or digits, without the
/// marks around it. `Passport No: 592667 (Qatari passport issued on 3 May 2007)` → `592667`.
pub(crate) fn number_in(text: &str) -> Option<&str> {
    text.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric())).find(|word| {
        word.chars().any(|c| c.is_ascii_digit()) && word.chars().filter(|c| c.is_alphanumeric()).count() >= 4
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbered_cells_are_parted() {
        assert_eq!(numbered("1) Saudi Arabia 2) Qatar"), ["Saudi Arabia", "Qatar"]);
        assert_eq!(numbered("(1) Somali (2) Swedish"), ["Somali", "Swedish"]);
        assert_eq!(
            numbered("a) General, b) Minister for Security, c) Director"),
            ["General", "Minister for Security", "Director"]
        );
        assert_eq!(numbered("(a) Jordanian (b) American"), ["Jordanian", "American"]);
        assert_eq!(numbered("Afghan"), ["Afghan"]);
        assert!(numbered(" ").is_empty());
        assert_eq!(numbered("a) one"), ["one"]);
    }

    #[test]
    fn the_number_is_found_among_words() {
        assert_eq!(number_in("Passport No: 592667 (Qatari passport issued on 3 May 2007)."), Some("592667"));
        assert_eq!(number_in("A-333602 (Indian)"), Some("A-333602"));
        assert_eq!(number_in("Uganda Passport."), None);
    }
}
