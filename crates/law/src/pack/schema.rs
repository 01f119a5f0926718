//! The Cedar schema of the facts, read for its shape: which facts exist, of which type, from which key of a case.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// The type of a fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum FactType {
    Bool,
    Long,
    Str,
    Set,
    Decimal,
    Date,
    /// A country: code, groups, chart marks.
    Country,
    Record(Vec<Attribute>),
    Entity,
}

/// An attribute of an entity or a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Attribute {
    pub(crate) name: Arc<str>,
    pub(crate) of: FactType,
    /// Key below the parent, or the whole path where `@path` is given.
    pub(crate) path: Option<String>,
    /// `@field`: the set of this field over a list of records.
    pub(crate) field: Option<String>,
    /// `@given`.
    pub(crate) given: bool,
    /// `@derived`.
    pub(crate) derived: bool,
    /// `@defined`.
    pub(crate) defined: bool,
}

/// The shape of the facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Schema {
    /// Attributes of the context.
    pub(crate) context: Vec<Attribute>,
    /// Attributes by entity type.
    pub(crate) entities: BTreeMap<String, Vec<Attribute>>,
}

impl Schema {
    /// Reads the JSON form of a Cedar schema.
    pub(crate) fn from_json(json: &Json) -> Result<Self, String> {
        let root = json.get("").ok_or("the schema has no default namespace")?;
        let common = root.get("commonTypes").cloned().unwrap_or(Json::Null);
        let context = common
            .get("Facts")
            .ok_or("the schema has no type `Facts`, the context of every action")
            .map(|facts| attributes(facts, &common))??;
        let mut entities = BTreeMap::new();
        if let Some(types) = root.get("entityTypes").and_then(Json::as_object) {
            for (name, entity) in types {
                let shape = entity.get("shape").cloned().unwrap_or(Json::Null);
                entities.insert(name.clone(), attributes(&shape, &common)?);
            }
        }
        Ok(Self { context, entities })
    }

    /// Whether a key of the case holds a share, wherever it stands.
    pub(crate) fn is_share(&self, key: &str) -> bool {
        fn among(attributes: &[Attribute], key: &str) -> bool {
            attributes.iter().any(|a| match &a.of {
                FactType::Decimal => !a.derived && !a.defined && !a.given && *a.name == *key,
                FactType::Record(inner) => among(inner, key),
                _ => false,
            })
        }
        among(&self.context, key) || self.entities.values().any(|attributes| among(attributes, key))
    }

    /// Whether a key of the case holds yes or no, wherever it stands.
    pub(crate) fn is_yes_no(&self, key: &str) -> bool {
        fn among(attributes: &[Attribute], key: &str) -> bool {
            attributes.iter().any(|a| match &a.of {
                FactType::Bool => !a.derived && !a.defined && !a.given && *a.name == *key,
                FactType::Record(inner) => among(inner, key),
                _ => false,
            })
        }
        among(&self.context, key) || self.entities.values().any(|attributes| among(attributes, key))
    }
}

fn attributes(record: &Json, common: &Json) -> Result<Vec<Attribute>, String> {
    let mut out = Vec::new();
    let Some(fields) = record.get("attributes").and_then(Json::as_object) else { return Ok(out) };
    for (name, field) in fields {
        if field.get("required") == Some(&Json::Bool(false)) {
            return Err(format!(
                "attribute `{name}` is optional; every fact is required, unknown is not absent"
            ));
        }
        let note = |key: &str| field.get("annotations").and_then(|a| a.get(key));
        let text = |key: &str| note(key).and_then(Json::as_str).map(str::to_owned);
        out.push(Attribute {
            name: Arc::from(name.as_str()),
            of: fact_type(name, field, common)?,
            path: text("path"),
            field: text("field"),
            given: note("given").is_some(),
            derived: note("derived").is_some(),
            defined: note("defined").is_some(),
        });
    }
    Ok(out)
}

fn fact_type(name: &str, field: &Json, common: &Json) -> Result<FactType, String> {
    let named = field.get("name").and_then(Json::as_str).unwrap_or_default();
    Ok(match field.get("type").and_then(Json::as_str).unwrap_or_default() {
        "Set" => FactType::Set,
        "Record" => FactType::Record(attributes(field, common)?),
        "EntityOrCommon" => match named {
            "Bool" | "__cedar::Bool" => FactType::Bool,
            "Long" | "__cedar::Long" => FactType::Long,
            "String" | "__cedar::String" => FactType::Str,
            "decimal" | "__cedar::decimal" => FactType::Decimal,
            "datetime" | "__cedar::datetime" => FactType::Date,
            "Country" => FactType::Country,
            other => match common.get(other) {
                Some(record) => FactType::Record(attributes(record, common)?),
                None => FactType::Entity,
            },
        },
        other => return Err(format!("attribute `{name}` has the type `{other}`, which facts do not use")),
    })
}
