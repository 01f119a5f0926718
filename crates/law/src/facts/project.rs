//! Projection: keys of the case to typed facts, driven by the Cedar schema alone.
//!
//! A key that is absent or `unknown` gives a fact that is unknown until its path is given. `none` is an empty
//! set, or a record whose `given` is false. Nothing is defaulted.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use countersign_model::{Date, Percent, Share, parse_date};
use serde_json::Value as Json;

use super::below;
use crate::eval::{Deps, Fact, Record, Value};
use crate::pack::{Attribute, FactType, Law, Tables};

/// What projection needs beside the case.
pub(crate) struct Projector<'a> {
    pub(crate) tables: &'a Tables,
    pub(crate) as_of: Date,
    /// What the tables say of the countries that were asked about: most are asked about by several parties and keys.
    countries: RefCell<HashMap<String, OfTables>>,
}

/// A country in the tables on the day: its code, its groups, its marks in the Commerce Country Chart.
#[derive(Clone)]
struct OfTables {
    code: Value,
    groups: Value,
    chart: Value,
}

/// The parent of the facts to project.
#[derive(Clone, Copy)]
pub(crate) enum Node<'a> {
    /// The key is absent or `unknown`.
    Open,
    /// The key says `none`.
    Nothing,
    /// The key holds a record.
    Given(&'a Json),
}

impl<'a> Node<'a> {
    pub(crate) fn of(value: Option<&'a Json>) -> Self {
        match value {
            None => Self::Open,
            Some(Json::String(word)) if word == "unknown" => Self::Open,
            Some(Json::String(word)) if word == "none" => Self::Nothing,
            Some(value) => Self::Given(value),
        }
    }

    fn get(self, key: &str) -> Option<&'a Json> {
        match self {
            Self::Given(value) => value.get(key),
            _ => None,
        }
    }
}

impl<'a> Projector<'a> {
    pub(crate) fn new(tables: &'a Tables, as_of: Date) -> Self {
        Self { tables, as_of, countries: RefCell::default() }
    }

    fn of_tables(&self, code: &str) -> OfTables {
        if let Some(known) = self.countries.borrow().get(code) {
            return known.clone();
        }
        let found = OfTables {
            code: Value::str(self.tables.code(code)),
            groups: Value::set(self.tables.groups(code, self.as_of)),
            chart: match self.tables.chart(code) {
                Some(marks) => Value::set(marks),
                // no row: no mark can be read, and a blank is not a permission
                None => Value::Unknown(Deps::new()),
            },
        };
        self.countries.borrow_mut().insert(code.to_owned(), found.clone());
        found
    }

    /// The facts of a record at `prefix`; computed and defined attributes are left to others.
    pub(crate) fn record(&self, attributes: &[Attribute], node: Node<'_>, prefix: &str) -> Record {
        of_the_case(attributes).map(|a| (a.name.clone(), self.fact(a, node, prefix))).collect()
    }

    /// The facts of the case itself. What it does not mention is the same in every case and is made once.
    pub(crate) fn context(&self, law: &Law, case: &Json) -> Record {
        let blank = law.blank.get_or_init(|| self.record(&law.schema.context, Node::Given(&Json::Null), ""));
        let fact = |attribute: &Attribute| match blank.get(&attribute.name) {
            Some(open) if case.get(key(attribute)).is_none() => open.clone(),
            _ => self.fact(attribute, Node::Given(case), ""),
        };
        of_the_case(&law.schema.context).map(|a| (a.name.clone(), fact(a))).collect()
    }

    fn fact(&self, attribute: &Attribute, node: Node<'_>, prefix: &str) -> Fact {
        if attribute.given {
            let path = Arc::from(prefix);
            let value = match node {
                Node::Given(_) => Value::Bool(true),
                Node::Nothing => Value::Bool(false),
                Node::Open => Value::open(&path),
            };
            return Fact { value, path };
        }
        let key = key(attribute);
        let path = below(prefix, key);
        let value = match node {
            Node::Nothing => Value::Absent,
            _ => self.value(attribute, node.get(key), &path),
        };
        Fact { value, path }
    }

    fn value(&self, attribute: &Attribute, value: Option<&Json>, path: &Arc<str>) -> Value {
        if let FactType::Record(inner) = &attribute.of {
            return Value::Record(Arc::new(self.record(inner, Node::of(value), path)));
        }
        let open = || Value::open(path);
        let word = value.and_then(Json::as_str);
        if value.is_none() || word == Some("unknown") {
            return open();
        }
        match &attribute.of {
            FactType::Bool => match word {
                Some("yes") => Value::Bool(true),
                Some("no") => Value::Bool(false),
                _ => open(),
            },
            FactType::Long => value.and_then(Json::as_i64).map_or_else(open, Value::Long),
            FactType::Str => word.map_or_else(open, Value::str),
            FactType::Date => word.and_then(|w| parse_date(w).ok()).map_or_else(open, Value::Date),
            FactType::Decimal => value.and_then(share).map_or_else(open, |s| interval(s, path)),
            FactType::Country => word.map_or_else(open, |code| self.country(code, path)),
            FactType::Set => match value {
                Some(Json::String(word)) if word == "none" => Value::set::<_, &str>([]),
                Some(Json::String(word)) => Value::set([word]),
                Some(Json::Array(items)) => {
                    let field = attribute.field.as_deref();
                    let words: Option<Vec<&str>> = items
                        .iter()
                        .map(|i| field.map_or(Some(i), |f| i.get(f)).and_then(Json::as_str))
                        .collect();
                    words.map_or_else(open, Value::set)
                }
                _ => open(),
            },
            FactType::Record(_) | FactType::Entity => open(),
        }
    }

    /// A country with its memberships as of the date.
    pub(crate) fn country(&self, code: &str, path: &Arc<str>) -> Value {
        let fact = |value: Value, what: &str| Fact { value, path: Arc::from(format!("{path} ({what})")) };
        let mut record = Record::new();
        let OfTables { code, groups, chart } = self.of_tables(code);
        record.insert(Arc::from("code"), Fact { value: code, path: path.clone() });
        record.insert(Arc::from("groups"), fact(groups, &format!("groups on {}", self.as_of)));
        record.insert(Arc::from("chart"), fact(chart, "Commerce Country Chart"));
        Value::Record(Arc::new(record))
    }
}

/// The attributes that stand in the case, and are neither computed nor defined by the law.
fn of_the_case(attributes: &[Attribute]) -> impl Iterator<Item = &Attribute> {
    attributes.iter().filter(|a| !a.derived && !a.defined)
}

/// The key under which an attribute stands in its record.
fn key(attribute: &Attribute) -> &str {
    attribute.path.as_deref().and_then(|p| p.rsplit('.').next()).unwrap_or(&attribute.name)
}

/// A share as the case writes it: a percent, or `{min, max}`.
pub(crate) fn share(value: &Json) -> Option<Share> {
    let percent = |v: &Json| v.as_str().and_then(|t| t.parse::<Percent>().ok());
    match value {
        Json::Object(map) => Share::between(percent(map.get("min")?)?, percent(map.get("max")?)?),
        other => percent(other).map(Share::exactly),
    }
}

/// An exact interval as a fact: where it is not a point, its own path would narrow it.
pub(crate) fn interval(share: Share, path: &str) -> Value {
    let deps = if share.is_exact() { Deps::new() } else { Deps::from([Arc::from(path)]) };
    Value::Decimal(share, deps)
}
