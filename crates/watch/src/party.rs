//! The party base.

use std::collections::BTreeMap;

use countersign_columns::{self as columns, Column, Doubt, NameParts, beside, is_no_name};
use countersign_model::{CountryCode, EntitySchema};
use countersign_screening::{BirthDate, Query};
use serde::{Deserialize, Serialize};

/// A party that is watched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// The id that its owner gave it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Other names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// What it is; absent compares with every kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<EntitySchema>,
    /// Countries that it is connected with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub countries: Vec<CountryCode>,
    /// When a person was born.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<BirthDate>,
}

impl Party {
    /// The query that finds it on a list.
    pub fn query(&self) -> Query {
        Query {
            name: self.name.clone(),
            other_names: self.aliases.clone(),
            schema: self.schema,
            countries: self.countries.clone(),
            birth_date: self.birth_date,
            ..Query::default()
        }
    }
}

/// Why a party base cannot be read. Nothing of it is taken then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BaseFault {
    /// A row that is no party.
    #[error("line {line}: {why}")]
    Row {
        /// The line, counted from 1.
        line: u64,
        /// What is wrong, and what to do.
        why: String,
    },
    /// Two rows with one id.
    #[error("line {line}: the id `{id}` stands on line {first} already; each party needs an id of its own")]
    Twice {
        /// The line of the second one.
        line: u64,
        /// The line of the first one.
        first: u64,
        /// The id.
        id: String,
    },
    /// No party at all.
    #[error("there is no party in it; write CSV with the columns id,name or JSON lines with the same keys")]
    Empty,
}

/// The columns of the CSV, by the spellings that files of parties have for them ([`Column`]). `id` and a name must be there.
const COLUMNS: &str =
    "id, name (or first_name, middle_name, last_name), aliases, schema, countries, birth_date";

/// The column that a header means, if it is one of a party base.
fn is_read(column: Column) -> bool {
    use Column::{Alias, BirthDate, Country, Family, FamilyOrWhole, Given, Id, Middle, Name, Schema};
    matches!(
        column,
        Id | Name | FamilyOrWhole | Given | Middle | Family | Alias | Schema | Country | BirthDate
    )
}

/// Reads a base: JSON lines where the text begins with `{`, else CSV with a header. Several values of a CSV field are
/// separated by `;`.
///
/// # Errors
/// [`BaseFault`] with the line; unknown columns and keys are errors too.
pub fn read_parties(text: &str) -> Result<Vec<Party>, BaseFault> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let rows = if text.trim_start().starts_with('{') { json_lines(text)? } else { csv_rows(text)? };
    let mut lines: BTreeMap<String, u64> = BTreeMap::new();
    let mut parties = Vec::new();
    for (line, party) in rows {
        for (what, value) in [("id", &party.id), ("name", &party.name)] {
            if value.trim().is_empty() {
                return Err(BaseFault::Row { line, why: format!("the party has no `{what}`") });
            }
        }
        if let Some(first) = lines.insert(party.id.clone(), line) {
            return Err(BaseFault::Twice { line, first, id: party.id });
        }
        parties.push(party);
    }
    if parties.is_empty() { Err(BaseFault::Empty) } else { Ok(parties) }
}

/// A base as it is kept: JSON lines, ascending by id.
pub fn write_parties(parties: &BTreeMap<String, Party>) -> Vec<u8> {
    let mut out = Vec::new();
    for party in parties.values() {
        // a party is text and dates: writing it to memory cannot fail
        if serde_json::to_writer(&mut out, party).is_ok() {
            out.push(b'\n');
        }
    }
    out
}

fn json_lines(text: &str) -> Result<Vec<(u64, Party)>, BaseFault> {
    let mut rows = Vec::new();
    for (n, content) in text.lines().enumerate().filter(|(_, c)| !c.trim().is_empty()) {
        let line = n as u64 + 1;
        let party = serde_json::from_str(content)
            .map_err(|e| BaseFault::Row { line, why: format!("not a party as JSON: {e}") })?;
        rows.push((line, party));
    }
    Ok(rows)
}

fn csv_rows(text: &str) -> Result<Vec<(u64, Party)>, BaseFault> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header: Vec<String> = reader.headers().map_err(|e| row(1, &e))?.iter().map(str::to_owned).collect();
    let columns = beside(&header);
    let unknown = header.iter().zip(&columns).find(|(_, column)| !column.is_some_and(is_read));
    if let Some((unknown, _)) = unknown {
        return Err(row(1, &format!("`{unknown}` is no column of a party base; use {COLUMNS}")));
    }
    let has = |wanted: Column| columns.contains(&Some(wanted));
    if !has(Column::Id) {
        return Err(row(1, &"the column `id` is missing"));
    }
    let in_parts = has(Column::Given) && has(Column::Family);
    if !(has(Column::Name) || has(Column::FamilyOrWhole) || in_parts) {
        return Err(row(1, &"the column `name` is missing, or the two `first_name` and `last_name`"));
    }
    let twice = header.iter().zip(&columns).enumerate().find(|(n, (_, column))| {
        // a person may have two family names
        **column != Some(Column::Family) && columns.iter().take(*n).any(|before| before == *column)
    });
    if let Some((_, (twice, _))) = twice {
        return Err(row(1, &format!("the column `{twice}` is there twice, or another one means the same")));
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| row(e.position().map_or(0, csv::Position::line), &e))?;
        let line = record.position().map_or(0, csv::Position::line);
        // a quotation mark that is missing joins rows: parties would be gone, and nobody would know
        if record.iter().any(|cell| cell.contains(['\n', '\r'])) {
            return Err(row(
                line,
                &"a cell goes over several lines: a quotation mark is missing here or before, or one is too many",
            ));
        }
        let party = of_cells(columns.iter().copied().zip(&record)).map_err(|why| row(line, &why))?;
        rows.push((line, party));
    }
    Ok(rows)
}

/// One party of its cells. What cannot be read is an error: the base is written once and screened for years, so its owner
/// mends it now.
fn of_cells<'a>(cells: impl Iterator<Item = (Option<Column>, &'a str)>) -> Result<Party, String> {
    let (mut id, mut name, mut aliases, mut kind, mut codes, mut birth_date) =
        (String::new(), String::new(), Vec::new(), None, Vec::new(), None);
    let (mut parts, mut plain) = (NameParts::default(), None);
    let fault = |cell: &str, doubt: Doubt| format!("`{cell}`: {}", doubt.words());
    for (column, cell) in cells {
        let cell = cell.trim();
        match column {
            _ if cell.is_empty() => {}
            Some(Column::Id) => cell.clone_into(&mut id),
            Some(Column::Name | Column::FamilyOrWhole) if is_no_name(cell) => {
                return Err(format!("the name `{cell}` is a placeholder and no name"));
            }
            Some(Column::Name) => cell.clone_into(&mut name),
            Some(Column::FamilyOrWhole) => plain = Some(cell),
            Some(Column::Given) => parts.add_given(cell),
            Some(Column::Middle) => parts.add_middle(cell),
            Some(Column::Family) => parts.add_family(cell),
            Some(Column::Alias) => {
                aliases.extend(
                    cell.split(';').map(str::trim).filter(|alias| !is_no_name(alias)).map(str::to_owned),
                );
            }
            Some(Column::Schema) => kind = columns::kind(cell).map_err(|doubt| fault(cell, doubt))?,
            Some(Column::Country) => {
                let (found, doubts) = columns::countries(cell);
                if let Some((doubt, cell)) = doubts.first() {
                    return Err(fault(cell, *doubt));
                }
                codes = found;
            }
            Some(Column::BirthDate) => {
                birth_date = columns::born(cell).map_err(|(doubt, _)| fault(cell, doubt))?
            }
            _ => {}
        }
    }
    if let Some(plain) = plain {
        parts = parts.with_family_in(plain);
    }
    for whole in parts.whole(true) {
        if name.is_empty() {
            name = whole;
        } else if name.to_lowercase() != whole.to_lowercase() {
            aliases.push(whole);
        }
    }
    Ok(Party { id, name, aliases, schema: kind, countries: codes, birth_date })
}

fn row(line: u64, why: &dyn std::fmt::Display) -> BaseFault {
    BaseFault::Row { line, why: why.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_and_json_lines_say_the_same() {
        let csv = "id,name,aliases,schema,countries,birth_date\nC-1,NSO Group,Q Cyber; OSY,Company,IL;LU,\nC-2,Tal Dilian,,Person,,1961\n";
        let json = concat!(
            r#"{"id":"C-1","name":"NSO Group","aliases":["Q Cyber","OSY"],"schema":"Company","countries":["IL","LU"]}"#,
            "\n",
            r#"{"id":"C-2","name":"Tal Dilian","schema":"Person","birth_date":"1961"}"#,
        );
        let read = read_parties(csv).unwrap();
        assert_eq!(read, read_parties(json).unwrap());
        assert_eq!(read.len(), 2);
        let parts =
            "id,first_name,last_name,nationality,dob,type\nC-2,Tal,Dilian,Israel,21/05/1961,individual\n";
        let one = read_parties(parts).unwrap().remove(0);
        assert_eq!(
            (one.name.as_str(), one.countries[0].as_str(), one.schema),
            ("Tal Dilian", "IL", Some(EntitySchema::Person))
        );
        assert_eq!(one.birth_date.unwrap().to_string(), "1961-05-21");
        let as_for_bulk = csv.replace("aliases", "alias").replace("countries", "country");
        assert_eq!(read_parties(&as_for_bulk).unwrap(), read);
        let kept: BTreeMap<String, Party> = read.iter().map(|p| (p.id.clone(), p.clone())).collect();
        assert_eq!(read_parties(&String::from_utf8(write_parties(&kept)).unwrap()).unwrap(), read);
    }

    #[test]
    fn what_is_wrong_is_told_by_line() {
        let fault = |text: &str| read_parties(text).unwrap_err().to_string();
        assert!(fault("id,name,colour\n1,a,red\n").contains("`colour`"));
        assert!(fault("id,nomm\n1,a\n").contains("`nomm`"));
        assert!(fault("id,first_name\n1,a\n").contains("`last_name`"));
        assert!(fault("id,name,dob\n1,a,01/02/1955\n").contains("line 2: `01/02/1955`"));
        assert!(fault("id,name,dob\n1,a,1900-01-01\n").contains("leave it out"));
        assert!(fault("id,name\n1,NULL\n").contains("placeholder"));
        assert!(fault("id,name,alias,aliases\n1,a,b,c\n").contains("twice"));
        assert!(fault("name\na\n").contains("`id`"));
        assert!(fault("id,name\n1,a\n2,\n").starts_with("line 3"));
        assert!(fault("id,name\n1,a\n1,b\n").contains("line 2"));
        assert!(fault("id,name,schema\n1,a,Dragon\n").contains("Dragon"));
        assert!(fault("{\"id\":\"1\",\"name\":\"a\",\"colour\":\"red\"}").contains("colour"));
        assert!(fault("").contains("`id`"));
        assert!(fault("id,name\n1,\"Foo Ltd\n2,NSO Group\n").contains("quotation mark"));
        assert_eq!(read_parties("id,name\n"), Err(BaseFault::Empty));
    }
}
