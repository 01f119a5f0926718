//! The mapping file of a deny list of one's own: which column is what.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::input::{Encoding, text};
use crate::{ImportError, InputFile};

/// What may be mapped. `name` is required; `id` gives stable ids, without it the name makes them.
pub(crate) const PROPERTIES: [&str; 34] = [
    "id",
    "name",
    "kind",
    "alias",
    "weakAlias",
    "previousName",
    "country",
    "nationality",
    "citizenship",
    "jurisdiction",
    "flag",
    "address",
    "birthDate",
    "birthPlace",
    "incorporationDate",
    "position",
    "passportNumber",
    "idNumber",
    "taxNumber",
    "vatCode",
    "registrationNumber",
    "leiCode",
    "dunsCode",
    "swiftBic",
    "imoNumber",
    "phone",
    "email",
    "website",
    "program",
    "reason",
    "notes",
    "sourceUrl",
    "from",
    "to",
];

/// The whole file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Mapping {
    /// Always `own-list/1`.
    schema: String,
    /// How the list is written.
    #[serde(default)]
    pub(crate) file: Layout,
    /// Property → column or columns.
    columns: BTreeMap<String, Columns>,
    /// Words of the column `kind`.
    #[serde(default)]
    pub(crate) kind: Kinds,
}

/// How the list is written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Layout {
    /// The sheet of a workbook; the first if absent.
    #[serde(default)]
    pub(crate) sheet: Option<String>,
    /// The row with the names of the columns, counted from 1.
    #[serde(default)]
    pub(crate) header_row: Option<u32>,
    /// What parts the cells of a CSV; a comma if absent.
    #[serde(default)]
    pub(crate) delimiter: Option<String>,
    /// What parts several values in a cell; `;` if absent, nothing if empty.
    #[serde(default)]
    pub(crate) separator: Option<String>,
    /// The order of day, month and year.
    #[serde(default)]
    pub(crate) dates: DateOrder,
}

/// The order of day, month and year in dates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DateOrder {
    /// `2024-05-31`.
    #[default]
    Iso,
    /// `31/05/2024`, `31.5.2024`.
    Dmy,
    /// `05/31/2024`.
    Mdy,
}

/// One column or several.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
enum Columns {
    One(String),
    Several(Vec<String>),
}

impl Columns {
    fn as_slice(&self) -> &[String] {
        match self {
            Self::One(column) => std::slice::from_ref(column),
            Self::Several(columns) => columns,
        }
    }
}

/// Words of the column `kind`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Kinds {
    /// The kind of a row that tells none; `LegalEntity` if absent.
    #[serde(default)]
    pub(crate) default: Option<String>,
    #[serde(default)]
    person: Vec<String>,
    #[serde(default)]
    company: Vec<String>,
    #[serde(default)]
    organization: Vec<String>,
    #[serde(default)]
    public_body: Vec<String>,
    #[serde(default)]
    vessel: Vec<String>,
    #[serde(default)]
    airplane: Vec<String>,
}

impl Kinds {
    /// The FollowTheMoney schema of a word.
    pub(crate) fn schema_of(&self, word: &str) -> Option<&'static str> {
        [
            (&self.person, "Person"),
            (&self.company, "Company"),
            (&self.organization, "Organization"),
            (&self.public_body, "PublicBody"),
            (&self.vessel, "Vessel"),
            (&self.airplane, "Airplane"),
        ]
        .into_iter()
        .find(|(words, _)| words.iter().any(|w| w.eq_ignore_ascii_case(word)))
        .map(|(_, schema)| schema)
    }
}

impl Mapping {
    pub(crate) fn read(file: &InputFile) -> Result<Self, ImportError> {
        let wrong = |found: String| ImportError::WrongFormat {
            file: file.name.clone(),
            expected: "a mapping file (own-list/1)".into(),
            found,
            hint: "see docs/reference/lists.md for its keys".into(),
        };
        let source = text(&file.name, &file.bytes, Encoding::Utf8)?;
        let mapping: Self = toml::from_str(&source).map_err(|e| wrong(e.to_string().trim().to_owned()))?;
        if mapping.schema != "own-list/1" {
            return Err(wrong(format!("its `schema` is `{}`, not `own-list/1`", mapping.schema)));
        }
        if let Some(unknown) = mapping.columns.keys().find(|k| !PROPERTIES.contains(&k.as_str())) {
            return Err(wrong(format!(
                "`{unknown}` is nothing that can be mapped; use {}",
                PROPERTIES.join(", ")
            )));
        }
        if mapping.columns_of("name").is_empty() {
            return Err(wrong("it maps no column to `name`".into()));
        }
        if mapping.file.delimiter.as_ref().is_some_and(|d| d.len() != 1) {
            return Err(wrong("`delimiter` is not one ASCII character".into()));
        }
        if let Some(kind) = &mapping.kind.default {
            kind.parse::<countersign_model::EntitySchema>().map_err(wrong)?;
        }
        Ok(mapping)
    }

    /// The columns of a property.
    pub(crate) fn columns_of(&self, property: &str) -> &[String] {
        self.columns.get(property).map_or(&[], Columns::as_slice)
    }

    /// Every property that is mapped.
    pub(crate) fn properties(&self) -> impl Iterator<Item = &str> {
        self.columns.keys().map(String::as_str)
    }

    /// Every column that is read.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &str> {
        self.columns.values().flat_map(|c| c.as_slice()).map(String::as_str)
    }
}
