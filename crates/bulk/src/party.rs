//! One row to a query.

use countersign_columns::{
    Column, Doubt, NameParts, born, checks, countries, gender, is_missing, is_no_name, kind,
};
use countersign_model::{Date, EntitySchema};
use countersign_names::{MAX_TOKENS, NameKind, ParsedName};
use countersign_screening::{Identifier, Query, damage_note};
use serde::{Deserialize, Serialize};

/// A party of the input.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Party {
    /// The number of its row, counted from 1, without a header.
    pub row: u64,
    /// What the file calls it, if it does.
    pub id: Option<String>,
    /// What is asked.
    pub query: Query,
    /// Cells of the row that were not compared as they stand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<Remark>,
    /// Fields of a JSON object that are not known and were not compared; a property of a FollowTheMoney entity with
    /// [`PROPERTY`](crate::PROPERTY) before it. Of a table its columns tell that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<String>,
}

/// A cell that was not compared as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// Why.
    pub kind: Doubt,
    /// What stands in it; the beginning of a long one.
    pub cell: String,
}

/// How much of a cell is shown, in characters.
const SHOWN: usize = 80;

impl Remark {
    pub(crate) fn of(kind: Doubt, cell: &str) -> Self {
        let cell = match cell.char_indices().nth(SHOWN) {
            Some((end, _)) => format!("{}…", cell.get(..end).unwrap_or_default()),
            None => cell.to_owned(),
        };
        Self { kind, cell }
    }

    /// Whether it is about the name itself: screening says so too, of each answer.
    pub fn is_of_the_name(&self) -> bool {
        matches!(self.kind, Doubt::DamagedName | Doubt::LongName)
    }
}

impl Party {
    /// The party on a day: nobody is born later, so a birth date behind it is one that a program made up (`55` read as 2055).
    #[must_use]
    pub fn on(mut self, day: Option<Date>) -> Self {
        if let (Some(born), Some(day)) = (self.query.birth_date, day)
            && (born.year, born.month.unwrap_or(1), born.day.unwrap_or(1))
                > (day.year(), day.month(), day.day())
        {
            self.query.birth_date = None;
            self.remarks.retain(|remark| remark.kind != Doubt::BirthDateYear);
            self.remarks.push(Remark::of(Doubt::BirthDateDefault, &born.to_string()));
        }
        self
    }
}

/// Reads a row: pairs of column and value. Several values of one cell are parted by `;` or `|`. What cannot be read of a row beside
/// the name is left out and remarked: it keeps nobody from being compared. `together`: several values of a part of the name are one
/// (two columns of family names), not spellings of one.
///
/// # Errors
/// Why the row cannot be screened, in a sentence.
pub(crate) fn party(
    row: u64,
    cells: impl Iterator<Item = (Column, String)>,
    schema: Option<EntitySchema>,
    together: bool,
) -> Result<Party, String> {
    let mut read = Reading { query: Query { schema, ..Query::default() }, ..Reading::default() };
    for (column, value) in cells {
        read.cell(column, value.trim());
    }
    read.name(together)?;
    read.look_at_names();
    let Reading { query, id, remarks, .. } = read;
    Ok(Party { row, id, query, remarks, unknown: Vec::new() })
}

/// What was read of a row until now.
#[derive(Default)]
struct Reading {
    query: Query,
    id: Option<String>,
    remarks: Vec<Remark>,
    /// Parts of an address.
    address: Vec<String>,
    parts: NameParts,
    family_or_whole: Option<String>,
    instead: Option<String>,
    /// What stands as a name and is none.
    no_name: Option<String>,
}

impl Reading {
    fn remark(&mut self, kind: Doubt, cell: &str) {
        self.remarks.push(Remark::of(kind, cell));
    }

    /// A name, if the cell holds one.
    fn a_name<'a>(&mut self, value: &'a str) -> Option<&'a str> {
        if is_no_name(value) {
            self.no_name.get_or_insert_with(|| value.to_owned());
            return None;
        }
        Some(value)
    }

    fn cell(&mut self, column: Column, value: &str) {
        if value.is_empty() {
            return;
        }
        let several = || value.split([';', '|']).map(str::trim).filter(|v| !is_missing(v));
        match column {
            // the first of several columns that may be it
            Column::Id => {
                self.id.get_or_insert_with(|| value.to_owned());
            }
            Column::Name => {
                if let Some(name) = self.a_name(value) {
                    if self.query.name.is_empty() {
                        name.clone_into(&mut self.query.name);
                    } else {
                        self.query.other_names.push(name.to_owned());
                    }
                }
            }
            Column::Alias => self.query.other_names.extend(several().map(str::to_owned)),
            Column::Given => self.parts.add_given(value),
            Column::Middle => self.parts.add_middle(value),
            Column::Family => self.parts.add_family(value),
            Column::FamilyOrWhole => self.family_or_whole = self.a_name(value).map(str::to_owned),
            Column::Instead => self.instead = self.a_name(value).map(str::to_owned),
            Column::Schema => match kind(value) {
                Ok(Some(kind)) => self.query.schema = Some(kind),
                Ok(None) => {}
                Err(doubt) => {
                    // what the row is nobody knows: neither is it what rows are that do not say
                    self.query.schema = None;
                    self.remark(doubt, value);
                }
            },
            Column::Country => {
                let (codes, doubts) = countries(value);
                for code in codes {
                    if !self.query.countries.contains(&code) {
                        self.query.countries.push(code);
                    }
                }
                for (doubt, cell) in doubts {
                    self.remark(doubt, &cell);
                }
            }
            Column::BirthDate => match born(value) {
                Ok(Some(date)) => self.query.birth_date = Some(date),
                Ok(None) => {}
                Err((doubt, date)) => {
                    self.query.birth_date = self.query.birth_date.or(date);
                    self.remark(doubt, value);
                }
            },
            Column::Gender => match gender(value) {
                Ok(Some(gender)) => self.query.gender = Some(gender),
                Ok(None) => {}
                Err(doubt) => self.remark(doubt, value),
            },
            Column::Number(property) => {
                for number in several() {
                    if number.chars().all(|c| c == '0' || !c.is_alphanumeric()) {
                        continue;
                    }
                    if !checks(property, number) {
                        self.remark(Doubt::Number, number);
                    }
                    let property = Some(property.to_owned());
                    self.query.identifiers.push(Identifier { property, value: number.to_owned() });
                }
            }
            Column::Address => self.query.addresses.push(value.to_owned()),
            Column::AddressPart => self.address.push(value.to_owned()),
            Column::Aside => {}
        }
    }

    /// Sees whether the names can be compared as they stand.
    fn look_at_names(&mut self) {
        let Self { query, remarks, .. } = self;
        for name in query.names() {
            if damage_note(name).is_some() {
                remarks.push(Remark::of(Doubt::DamagedName, name));
            }
            if is_cut(name) {
                remarks.push(Remark::of(Doubt::LongName, name));
            }
        }
    }

    /// Puts the name together.
    fn name(&mut self, together: bool) -> Result<(), String> {
        if !self.address.is_empty() {
            self.query.addresses.push(self.address.join(", "));
        }
        let mut parts = std::mem::take(&mut self.parts);
        let plain = self.family_or_whole.take();
        if let Some(name) = &plain {
            parts = parts.with_family_in(name);
        }
        let (given, family) = parts.has();
        let is_half = given != family && plain.is_none();
        let words =
            |name: &str| name.to_lowercase().split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        for name in parts.whole(together) {
            let part = words(&name);
            let is_told =
                self.query.names().map(words).any(|known| part.iter().all(|word| known.contains(word)));
            if !self.query.name.is_empty() {
                // a part of a name beside the whole says nothing more
                if !is_told {
                    self.query.other_names.push(name);
                }
                continue;
            }
            if is_half {
                self.remark(Doubt::PartOfName, &name);
            }
            self.query.name = name;
        }
        if self.query.name.is_empty()
            && let Some(name) = self.instead.take()
        {
            self.query.name = name;
        }
        if self.query.name.is_empty() && !self.query.other_names.is_empty() {
            self.query.name = self.query.other_names.remove(0);
        }
        // a party may be known by a number alone
        if self.query.name.is_empty()
            && let Some(number) = self.query.identifiers.first()
        {
            self.query.name.clone_from(&number.value);
        }
        if !self.query.name.is_empty() {
            return Ok(());
        }
        Err(match &self.no_name {
            Some(cell) => {
                format!(
                    "its name `{cell}` is a placeholder and no name, and it has no number; fill in the name"
                )
            }
            None => "it has no name and no number".to_owned(),
        })
    }
}

/// Whether the end of a name is not compared because it has too many words.
fn is_cut(name: &str) -> bool {
    // a word has a letter, and a blank behind it or three bytes
    name.len() > 2 * MAX_TOKENS - 2
        && (name.len() > 3 * MAX_TOKENS || name.split_whitespace().count() > MAX_TOKENS / 2)
        && ParsedName::parse(name, NameKind::Organization).truncated
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cells: &[(&str, &str)]) -> Result<Party, String> {
        let headers: Vec<String> = cells.iter().map(|(c, _)| (*c).to_owned()).collect();
        let columns = countersign_columns::name_columns(&headers).unwrap();
        let cells =
            columns.into_iter().map(Option::unwrap).zip(cells).map(|(c, (_, v))| (c, (*v).to_owned()));
        party(7, cells, None, true)
    }

    fn kinds(party: &Party) -> Vec<Doubt> {
        party.remarks.iter().map(|remark| remark.kind).collect()
    }

    #[test]
    fn headers_are_known_by_many_spellings_and_values_are_checked() {
        let party = read(&[
            ("Full_Name", "Tal Dilian"),
            ("Date of Birth", "1961-01-02T00:00:00"),
            ("NATIONALITY", "il; mt"),
            ("type", "individual"),
            ("passport_number", "A 123"),
            ("City", "Valletta"),
            ("postcode", "VLT 1455"),
        ])
        .unwrap();
        assert_eq!(party.query.schema, Some(EntitySchema::Person));
        assert_eq!(party.query.countries.len(), 2);
        assert_eq!(party.query.birth_date.unwrap().to_string(), "1961-01-02");
        assert_eq!(party.query.identifiers[0].property.as_deref(), Some("passportNumber"));
        assert_eq!(party.query.addresses, ["Valletta, VLT 1455"]);
        assert!(party.remarks.is_empty());
        assert!(read(&[("name", "Foo"), ("id", "1")]).unwrap().remarks.is_empty());
        assert!(read(&[("name", ""), ("id", "1")]).unwrap_err().contains("no name"));
    }

    #[test]
    fn a_field_that_cannot_be_read_keeps_nobody_from_being_compared() {
        for (header, cell, kind) in [
            ("country", "Atlantis", Doubt::Country),
            ("country", "NA", Doubt::CountryNa),
            ("dob", "c. 1955", Doubt::BirthDate),
            ("dob", "01/02/1955", Doubt::BirthDateYear),
            ("dob", "1900-01-01", Doubt::BirthDateDefault),
            ("type", "Premium customer", Doubt::Kind),
            ("gender", "diverse", Doubt::Gender),
            ("IMO", "913724", Doubt::Number),
        ] {
            let party = read(&[("name", "Quentin Quillfeather"), (header, cell)]).unwrap();
            assert_eq!(party.remarks, [Remark { kind, cell: cell.to_owned() }], "{header}");
            assert_eq!(party.query.name, "Quentin Quillfeather");
        }
        let made_up = read(&[("name", "Quentin Quillfeather"), ("dob", "2055-03-01")]).unwrap();
        assert!(kinds(&made_up).is_empty());
        let made_up = made_up.on(Some("2026-11-26".parse().unwrap()));
        assert_eq!((kinds(&made_up), made_up.query.birth_date), (vec![Doubt::BirthDateDefault], None));
        let today =
            read(&[("name", "Baby"), ("dob", "2026-11-26")]).unwrap().on(Some("2026-11-26".parse().unwrap()));
        assert!(today.remarks.is_empty() && today.query.birth_date.is_some());
    }

    #[test]
    fn names_in_parts_are_whole_names() {
        let name = |cells: &[(&str, &str)]| {
            let party = read(cells).unwrap();
            (party.query.names().collect::<Vec<_>>().join(" | "), kinds(&party))
        };
        assert_eq!(
            name(&[("Name", "Schoigu"), ("Vorname", "Sergej"), ("Land", "RU")]),
            ("Sergej Schoigu".to_owned(), vec![])
        );
        assert_eq!(
            name(&[("name", "Client 1"), ("first_name", "Sergei"), ("last_name", "Shoigu")]),
            ("Client 1 | Sergei Shoigu".to_owned(), vec![])
        );
        assert_eq!(
            name(&[("name", "Sergei Shoigu"), ("first_name", "Sergei"), ("last_name", "Shoigu")]),
            ("Sergei Shoigu".to_owned(), vec![])
        );
        assert_eq!(
            name(&[("Фамилия", "Шойгу"), ("Имя", "Сергей"), ("Отчество", "Кужугетович")]),
            ("Сергей Кужугетович Шойгу".to_owned(), vec![])
        );
        assert_eq!(
            name(&[("primer_apellido", "Perez"), ("segundo_apellido", "Quill"), ("nombre", "Ana")]),
            ("Ana Perez Quill".to_owned(), vec![])
        );
        assert_eq!(
            name(&[("first_name", ""), ("last_name", "Shoigu")]),
            ("Shoigu".to_owned(), vec![Doubt::PartOfName])
        );
        assert_eq!(
            name(&[("first_name", ""), ("last_name", ""), ("company", "Zorblax Ltd")]),
            ("Zorblax Ltd".to_owned(), vec![])
        );
    }

    #[test]
    fn a_placeholder_is_no_name() {
        for cell in ["N/A", "NULL", "unknown", "X", "#NAME?", "Test", "-"] {
            let why = read(&[("name", cell)]).unwrap_err();
            assert!(why.contains("placeholder") && why.contains(cell), "{why}");
        }
        // whoever has a number or another name is compared by that
        assert_eq!(read(&[("name", "N/A"), ("IMO", "9074729")]).unwrap().query.name, "9074729");
        assert_eq!(read(&[("name", "N/A"), ("alias", "Quill")]).unwrap().query.name, "Quill");
        assert_eq!(
            read(&[("name", "NULL"), ("passport", "NULL"), ("alias", "N/A")])
                .unwrap_err()
                .matches("NULL")
                .count(),
            1
        );
    }

    #[test]
    fn a_name_that_is_damaged_or_too_long_is_told() {
        let remarks = |name: &str| kinds(&read(&[("name", name), ("id", "1")]).unwrap());
        for name in ["Qu?ntin Quillfeather", "Qu&#233;ntin", "JosÃ© Quill", "Ivan ?????", "Êóèëë Ïåðî"]
        {
            assert_eq!(remarks(name), [Doubt::DamagedName], "{name}");
        }
        for name in ["José Quill", "Who is Quill?", "Quill & Feather", "Шойгу"] {
            assert!(remarks(name).is_empty(), "{name}");
        }
        assert_eq!(remarks(&"Quill Feather ".repeat(40)), [Doubt::LongName]);
        let company = "Общество с ограниченной ответственностью «Научно-производственное предприятие по выпуску оптики»";
        assert!(remarks(&company.repeat(2)).is_empty());
    }
}
