//! A deny list of one's own: CSV or XLSX, with a small mapping file that says which column is what.
//!
//! The entries are on the list `OWN`, which no regime reads: a match is shown beside the official lists and decides
//! nothing by itself.

use countersign_model::{Digest, Entity, EntitySchema, ListCode, Listing, Scope, SourceId};

use crate::countries::Countries;
use crate::dates;
use crate::draft::{Draft, Import};
use crate::own_mapping::{DateOrder, Mapping};
use crate::own_sheet::{self, Line};
use crate::white_space::squeeze;
use crate::{ImportError, InputFile};

pub(crate) fn import(source: &SourceId, files: &[InputFile]) -> Result<Import, ImportError> {
    let fit = |reason: String| ImportError::FileSet {
        origin: source.clone(),
        reason,
        hint: "give the list (CSV or XLSX) and its mapping file (TOML), see docs/reference/lists.md".into(),
    };
    let (mappings, lists): (Vec<&InputFile>, Vec<&InputFile>) =
        files.iter().partition(|f| f.name.to_ascii_lowercase().ends_with(".toml"));
    let ([mapping_file], [list]) = (mappings.as_slice(), lists.as_slice()) else {
        return Err(fit(format!("{} mapping files and {} lists were given", mappings.len(), lists.len())));
    };
    let mapping = Mapping::read(mapping_file)?;
    let mut draft = Draft::new(source);
    let sheet = own_sheet::read(list, &mapping, &mut draft.report)?;
    let missing: Vec<&str> = mapping.columns().filter(|c| !sheet.header.iter().any(|h| h == c)).collect();
    if !missing.is_empty() {
        return Err(ImportError::WrongFormat {
            file: list.name.clone(),
            expected: format!("a list with the columns that `{}` names", mapping_file.name),
            found: format!("its header has no column `{}`", missing.join("`, `")),
            hint: format!("its columns are `{}`; correct the mapping", sheet.header.join("`, `")),
        });
    }
    let unread = sheet.header.iter().filter(|h| !h.is_empty() && !mapping.columns().any(|c| c == h.as_str()));
    draft.report.unknown_columns.extend(unread.cloned());
    let reader =
        Reader { file: &list.name, mapping: &mapping, header: &sheet.header, countries: Countries::get()? };
    for line in &sheet.lines {
        if let Err(reason) = reader.entry(line, &mut draft) {
            draft.report.refuse(&list.name, line.number, reason);
        }
    }
    let pinned: Vec<InputFile> = files.to_vec();
    draft.finish(sheet.format, &pinned, Vec::new(), Vec::new(), None)
}

struct Reader<'a> {
    file: &'a str,
    mapping: &'a Mapping,
    header: &'a [String],
    countries: &'static Countries,
}

impl Reader<'_> {
    /// The values of a property in a row, in the order of its columns.
    fn values<'l>(&self, line: &'l Line, property: &str) -> Vec<&'l str> {
        let separator = self.mapping.file.separator.as_deref().unwrap_or(";");
        let mut values = Vec::new();
        for column in self.mapping.columns_of(property) {
            let cell = self.header.iter().position(|h| h == column).and_then(|n| line.cells.get(n));
            let cell = cell.map_or("", |c| c.trim());
            // a single name or key may hold the separator
            if matches!(property, "id" | "name" | "reason" | "notes") || separator.is_empty() {
                values.push(cell);
            } else {
                values.extend(cell.split(separator).map(str::trim));
            }
        }
        values.retain(|v| !v.is_empty());
        values
    }

    fn entry(&self, line: &Line, draft: &mut Draft) -> Result<(), String> {
        let name = squeeze(&self.values(line, "name").join(" ")).into_owned();
        if name.is_empty() {
            return Err("the row has no name".into());
        }
        let id = self.values(line, "id").join("-");
        let key = if id.is_empty() {
            if !self.mapping.columns_of("id").is_empty() {
                return Err(format!("`{name}` has no value in the column of the id"));
            }
            let country = self.values(line, "country").join(",");
            format!("h{}", Digest::of(format!("{name}\n{country}").as_bytes()).short())
        } else {
            id.clone()
        };
        let schema = self.schema(line)?;
        let mut entity = draft.entity(&key, schema);
        entity.add("name", &name);
        self.facts(line, &mut entity, draft)?;
        let day = |property: &str| match self.values(line, property).first() {
            Some(text) => self.day(text).map(Some).map_err(|e| format!("{property}: {e}")),
            None => Ok(None),
        };
        let (from, to) = (day("from")?, day("to")?);
        let programmes: Vec<String> = self.values(line, "program").into_iter().map(str::to_owned).collect();
        entity.listings.push(Listing {
            from,
            listed: from,
            to,
            id: Some(id).filter(|id| !id.is_empty()),
            name: Some(name),
            programmes,
            ..Listing::bare(ListCode::Own, Scope::SeeEntry)
        });
        draft.report.count(format!("list {}", ListCode::Own));
        draft.add(entity, self.file, line.number);
        Ok(())
    }

    fn schema(&self, line: &Line) -> Result<EntitySchema, String> {
        let kind = &self.mapping.kind;
        let default = kind.default.as_deref().unwrap_or("LegalEntity");
        let word = self.values(line, "kind").first().copied().unwrap_or_default();
        let schema = match kind.schema_of(word) {
            Some(schema) => schema,
            None if word.is_empty() => default,
            None => return Err(format!("the kind `{word}` is in no list of the mapping's `[kind]`")),
        };
        schema.parse()
    }

    fn facts(&self, line: &Line, entity: &mut Entity, draft: &mut Draft) -> Result<(), String> {
        for property in self.mapping.properties() {
            for value in self.values(line, property) {
                match property {
                    "id" | "name" | "kind" | "from" | "to" => {}
                    "country" | "nationality" | "citizenship" | "jurisdiction" | "flag" => {
                        let codes = match self.countries.by_code(&value.to_ascii_uppercase()) {
                            Some(code) => vec![code],
                            None => self.countries.named_in(value),
                        };
                        if codes.is_empty() {
                            let text = format!("{property} `{value}` names no known country; kept as text");
                            draft.report.warn(self.file, line.number, text);
                            entity.add(property, value);
                        }
                        for code in codes {
                            entity.add(property, code);
                        }
                    }
                    "birthDate" | "incorporationDate" => {
                        let date = self
                            .partial(value)
                            .ok_or_else(|| format!("{property}: `{value}` is not a date"))?;
                        entity.add(property, date);
                    }
                    property => entity.add(property, value),
                }
            }
        }
        Ok(())
    }

    fn day(&self, text: &str) -> Result<countersign_model::Date, String> {
        match self.partial(text).map(|t| dates::listing_day(&t)) {
            Some(Ok(Some(day))) => Ok(day),
            _ => Err(format!("`{text}` is not a day in the order that the mapping gives")),
        }
    }

    /// A date in the order of the mapping; a cell that is a date in the workbook is ISO already.
    fn partial(&self, text: &str) -> Option<String> {
        match self.mapping.file.dates {
            DateOrder::Dmy => dates::partial_iso(text).or_else(|| dates::european(text)),
            DateOrder::Mdy => dates::partial(text),
            DateOrder::Iso => dates::partial_iso(text),
        }
    }
}
