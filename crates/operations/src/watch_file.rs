//! A file of parties to be watched, read as `bulk` reads it.
//!
//! A cell beside the name that cannot be read is left out and told, and the party is watched by what else is known. A row without
//! a name, without an id or with an id that another one has refuses the whole file: its owner would take for watched who is not.

use std::collections::BTreeMap;
use std::path::Path;

use countersign_bulk::{Doubts, How, Row, Told, read as open, write_warnings};
use countersign_model::Date;
use countersign_watch::Party;

use crate::failure::Failure;

/// How many rows that refuse the file are named.
const NAMED: usize = 10;

/// What was read.
#[derive(Debug)]
pub struct Read {
    /// The parties, by their owner's ids.
    pub parties: BTreeMap<String, Party>,
    /// What was not compared as it stands, and not read.
    pub told: Told,
    /// Columns that are not known.
    pub unknown_columns: Vec<String>,
    /// Each cell that is not compared as it stands, a line of JSON each.
    pub warnings: Vec<u8>,
}

/// Reads a file on a day: nobody is born behind it.
///
/// # Errors
/// Where the file cannot be read, holds nobody, or a row of it is no party to be watched; the first of these rows are named.
pub fn read(path: &Path, how: &How<'_>, on: Date) -> Result<Read, Failure> {
    let opened = open(path, how).map_err(|e| Failure::Input(e.to_string()))?;
    let mut reading = Reading::default();
    for row in opened.rows {
        reading.row(row.map_err(|e| Failure::Input(e.to_string()))?, on)?;
    }
    let Reading { parties, doubts, warnings, faults, .. } = reading;
    let shown = path.display();
    if !faults.is_empty() {
        let more = faults.len().saturating_sub(NAMED);
        let named: Vec<String> = faults.into_iter().take(NAMED).collect();
        let more = if more > 0 { format!("; and {more} more") } else { String::new() };
        return Err(Failure::Input(format!("`{shown}`: {}{more}; nothing was changed", named.join("; "))));
    }
    if parties.is_empty() {
        return Err(Failure::Input(format!("`{shown}`: there is no party in it; nothing was changed")));
    }
    let parties = parties.into_iter().map(|(id, (_, party))| (id, party)).collect();
    let told = Told::of(&opened.unknown_columns, doubts, opened.sheet);
    Ok(Read { parties, told, unknown_columns: opened.unknown_columns, warnings })
}

#[derive(Default)]
struct Reading {
    /// With the row of each.
    parties: BTreeMap<String, (u64, Party)>,
    doubts: Doubts,
    warnings: Vec<u8>,
    faults: Vec<String>,
}

impl Reading {
    fn row(&mut self, row: Row, on: Date) -> Result<(), Failure> {
        let party = match row {
            Ok(party) => party.on(Some(on)),
            Err((row, why)) => {
                self.faults.push(format!("row {row}: {why}"));
                return Ok(());
            }
        };
        self.doubts.see(&party);
        write_warnings(&party, &mut self.warnings).map_err(|e| Failure::Program(e.to_string()))?;
        let row = party.row;
        let Some(id) = party.id.filter(|id| !id.trim().is_empty()) else {
            self.faults.push(format!(
                "row {row}: the party has no `id`; give each one of your own that stays the same, in a column `id`"
            ));
            return Ok(());
        };
        if let Some((first, _)) = self.parties.get(&id) {
            self.faults.push(format!(
                "row {row}: the id `{id}` is that of row {first} already; each party needs an id of its own"
            ));
            return Ok(());
        }
        self.parties.insert(id.clone(), (row, Party::new(id, party.query)));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, text: &str) -> Result<Read, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        read(&path, &How::default(), "2026-11-26".parse().unwrap()).map_err(|e| e.to_string())
    }

    #[test]
    fn csv_and_json_lines_say_the_same() {
        let csv = "id,name,aliases,schema,countries,birth_date\nC-1,NSO Group,Q Cyber; OSY,Company,IL;LU,\nC-2,Tal Dilian,,Person,,1961\n";
        let json = concat!(
            r#"{"id":"C-1","name":"NSO Group","aliases":["Q Cyber","OSY"],"schema":"Company","countries":["IL","LU"]}"#,
            "\n",
            r#"{"id":"C-2","name":"Tal Dilian","schema":"Person","birth_date":"1961"}"#,
        );
        let read = of("a.csv", csv).unwrap().parties;
        assert_eq!(read, of("a.jsonl", json).unwrap().parties);
        assert_eq!(read.len(), 2);
        let parts = "id;first_name;last_name;nationality;dob;type;passport\nC-2;Tal;Dilian;Israel;21/05/1961;individual;Q1\n";
        let one = &of("b.csv", parts).unwrap().parties["C-2"];
        assert_eq!((one.name.as_str(), one.countries[0].as_str()), ("Tal Dilian", "IL"));
        assert_eq!(one.birth_date.unwrap().to_string(), "1961-05-21");
        assert_eq!(one.identifiers[0].value, "Q1");
    }

    /// As in `bulk`: what stands beside the name keeps nobody from being watched, and what was not read is never compared.
    #[test]
    fn a_field_that_cannot_be_read_is_told_and_left_out() {
        let read = of(
            "a.csv",
            "id,name,dob,country,colour\n1,Quill,1900-01-01,Atlantis,red\n2,Quill,01/02/1955,FR,\n3,Qu?ll Feather,2055-01-01,,\n",
        )
        .unwrap();
        let births: Vec<Option<String>> =
            read.parties.values().map(|p| p.birth_date.map(|b| b.to_string())).collect();
        assert_eq!(births, [None, Some("1955".to_owned()), None]);
        assert!(read.parties["1"].countries.is_empty());
        let words = read.told.words(&read.unknown_columns).join("\n");
        for said in [
            "`colour` is not known",
            "row 1 `1900-01-01`",
            "row 1 `Atlantis`",
            "row 2 `01/02/1955`",
            "damaged",
        ] {
            assert!(words.contains(said), "{said}: {words}");
        }
        assert_eq!(String::from_utf8(read.warnings).unwrap().lines().count(), 5);
    }

    #[test]
    fn who_cannot_be_watched_refuses_the_file_and_is_named() {
        let fault = |text: &str| of("a.csv", text).unwrap_err();
        assert!(fault("id,nomm\n1,a\n").contains("`nomm`"));
        assert!(fault("id,first_name\n1,a\n").contains("`last_name`"));
        assert!(fault("id,name\n1,NULL\n").contains("row 1: its name `NULL` is a placeholder"));
        assert!(fault("name\na\n").contains("a column `id`"));
        let two = fault("id,name\n1,a\n2,\n1,b\n,c\n");
        for said in [
            "row 2: it has no name",
            "row 3: the id `1` is that of row 1",
            "row 4: the party has no `id`",
            "nothing was changed",
        ] {
            assert!(two.contains(said), "{said}: {two}");
        }
        assert!(fault("id,name\n1,\"Foo Ltd\n2,NSO Group\n").contains("quotation mark"));
        assert!(fault("id,name\n").contains("no party in it"));
        let many: String = (0..30).map(|n| format!(",a{n}\n")).collect();
        assert!(fault(&format!("id,name\n{many}")).contains("and 20 more"));
    }
}
