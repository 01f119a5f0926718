//! The inventory of rule ids: `law/rule-ids.csv`, one row an id, with citation, dates and verification.

use std::collections::BTreeMap;

use countersign_model::{Date, parse_date};
use serde::{Deserialize, Serialize};

/// Which of the four kinds of norm a rule is (architecture, section 2). They are never merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum NormKind {
    /// Binds the actor.
    Law,
    /// Binds nobody; interprets law and raises red flags.
    Guidance,
    /// Binds a state from the day it joined.
    Commitment,
    /// Binds whoever opted in.
    Gate,
}

/// How well the text of a rule is confirmed (case format, section 11).
const VERIFICATION: [&str; 6] =
    ["verified", "secondary", "unverified", "unverified-high", "unverified-low", "convention"];

/// One row of the inventory.
#[derive(Debug, Clone)]
pub struct RuleRow {
    /// The id by which engines, cases and pages cite the rule.
    pub id: String,
    /// The regime or family that it belongs to.
    pub regime: String,
    /// Its kind.
    pub kind: NormKind,
    /// The citation for people.
    pub citation: String,
    /// First day in force; `None` = earlier than any date a case may have.
    pub in_force: Option<Date>,
    /// Last day in force.
    pub until: Option<Date>,
    /// How well the rule's text is confirmed (`verified`, `secondary`, `unverified…`, `convention`).
    pub verification: String,
    /// The rule in one sentence.
    pub meaning: String,
}

/// All rows by id.
#[derive(Debug, Clone, Default)]
pub struct Inventory {
    rows: BTreeMap<String, RuleRow>,
}

impl Inventory {
    /// Reads `rule-ids.csv`. Errors are sentences with the line.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut rows = BTreeMap::new();
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header = reader.headers().map_err(|e| e.to_string())?.clone();
        let expected = ["id", "regime", "kind", "citation", "in_force", "until", "verification", "meaning"];
        if header.iter().ne(expected) {
            return Err(format!("the columns must be `{}`", expected.join(",")));
        }
        for (n, record) in reader.records().enumerate() {
            let line = n + 2;
            let record = record.map_err(|e| format!("line {line}: {e}"))?;
            let cell = |n: usize| record.get(n).unwrap_or_default().to_owned();
            let date = |text: String| -> Result<Option<Date>, String> {
                if text.is_empty() {
                    Ok(None)
                } else {
                    parse_date(&text).map(Some).map_err(|e| format!("line {line}: {e}"))
                }
            };
            let kind = match cell(2).as_str() {
                "LAW" => NormKind::Law,
                "GUIDANCE" => NormKind::Guidance,
                "COMMITMENT" => NormKind::Commitment,
                "GATE" => NormKind::Gate,
                other => {
                    return Err(format!(
                        "line {line}: kind `{other}` is none of LAW, GUIDANCE, COMMITMENT, GATE"
                    ));
                }
            };
            for (n, name) in [(0, "id"), (1, "regime"), (3, "citation"), (7, "meaning")] {
                if cell(n).trim().is_empty() {
                    return Err(format!("line {line}: the column `{name}` is empty"));
                }
            }
            if !VERIFICATION.contains(&cell(6).as_str()) {
                return Err(format!(
                    "line {line}: verification `{}` is none of {}",
                    cell(6),
                    VERIFICATION.join(", ")
                ));
            }
            let row = RuleRow {
                id: cell(0),
                regime: cell(1),
                kind,
                citation: cell(3),
                in_force: date(cell(4))?,
                until: date(cell(5))?,
                verification: cell(6),
                meaning: cell(7),
            };
            if rows.insert(row.id.clone(), row).is_some() {
                return Err(format!("line {line}: id `{}` is used twice", cell(0)));
            }
        }
        Ok(Self { rows })
    }

    /// The row of an id.
    pub fn get(&self, id: &str) -> Option<&RuleRow> {
        self.rows.get(id)
    }

    /// All rows in the order of their ids.
    pub fn rows(&self) -> impl Iterator<Item = &RuleRow> {
        self.rows.values()
    }
}
