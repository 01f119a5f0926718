//! The JSON Schema of the case format, compiled once a process.

use std::sync::OnceLock;

use jsonschema::{Draft, Validator};
use serde_json::{Map, Value, json};

use crate::explain;
use crate::lines::is_under;
use crate::problem::Found;

/// The schema of case files (`case/1`) and scenario files (`scenarios/2`), as text (JSON Schema 2020-12).
pub const CASE_SCHEMA: &str = include_str!("../data/case.schema.json");

/// What a tree is checked as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A case file.
    Case,
    /// One member of `scenarios`.
    Scenario,
    /// A scenario file without its scenarios.
    ScenarioHead,
    /// A file of legal tests; its bases are checked as cases.
    LegalTests,
}

struct Compiled {
    /// The whole schema, for the words and keys it allows.
    schema: Value,
    validator: Validator,
}

/// What of `tree` does not fit the schema. Nothing is said about values in `already`, whose faults are known.
pub(crate) fn check(shape: Shape, tree: &Value, already: &[Found]) -> Vec<Found> {
    let compiled = match compiled(shape) {
        Ok(compiled) => compiled,
        Err(message) => return vec![Found::new("", format!("the case schema cannot be used: {message}"))],
    };
    let mut found = Vec::new();
    for error in compiled.validator.iter_errors(tree) {
        explain::explain(&compiled.schema, tree, &error, &mut found);
    }
    found.retain(|f| !already.iter().any(|known| is_under(&f.pointer, &known.pointer)));
    found
}

fn compiled(shape: Shape) -> Result<&'static Compiled, &'static str> {
    static CASE: OnceLock<Result<Compiled, String>> = OnceLock::new();
    static SCENARIO: OnceLock<Result<Compiled, String>> = OnceLock::new();
    static HEAD: OnceLock<Result<Compiled, String>> = OnceLock::new();
    static LEGAL: OnceLock<Result<Compiled, String>> = OnceLock::new();
    let (cell, name) = match shape {
        Shape::Case => (&CASE, "case"),
        Shape::Scenario => (&SCENARIO, "scenario"),
        Shape::ScenarioHead => (&HEAD, "scenario_file"),
        Shape::LegalTests => (&LEGAL, "legal_tests"),
    };
    cell.get_or_init(|| compile(name, shape == Shape::ScenarioHead)).as_ref().map_err(String::as_str)
}

fn compile(name: &str, without_scenarios: bool) -> Result<Compiled, String> {
    let whole: Value = serde_json::from_str(CASE_SCHEMA).map_err(|error| error.to_string())?;
    let mut definitions = whole.get("$defs").cloned().unwrap_or_else(|| Value::Object(Map::new()));
    if without_scenarios
        && let Some(scenarios) = definitions.pointer_mut("/scenario_file/properties/scenarios")
    {
        // each scenario is checked for itself, so that a broken one does not hide the others
        *scenarios = json!({"type": "array", "minItems": 1});
    }
    if let Some(map) = definitions.as_object_mut() {
        map.insert("legal_tests".to_owned(), legal_tests());
    }
    let schema = json!({"$ref": format!("#/$defs/{name}"), "$defs": definitions});
    let validator = jsonschema::options()
        .with_draft(Draft::Draft202012)
        .build(&schema)
        .map_err(|error| error.to_string())?;
    Ok(Compiled { schema, validator })
}

/// The shape of a file of legal tests (`legal-tests/1`), in the words of the case schema.
fn legal_tests() -> Value {
    let keys = json!({"type": "array", "minItems": 1, "uniqueItems": true, "items": {"type": "string", "minLength": 1}});
    let test = json!({
        "type": "object",
        "properties": {
            "id": {"type": "string", "minLength": 1},
            "base": {"type": "string", "minLength": 1},
            "set": {"type": "object", "minProperties": 1, "propertyNames": {"$ref": "#/$defs/path"}},
            "unset": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/path"}},
            "expected": {"$ref": "#/$defs/expected_partial"},
            "holds": keys,
            "fails": keys,
            "why": {"type": "string", "minLength": 1},
        },
        "required": ["id", "base", "why"],
        "additionalProperties": false,
    });
    json!({
        "type": "object",
        "properties": {
            "schema": {"const": "legal-tests/1"},
            "set": {"type": "string", "minLength": 1},
            "about": {"type": "string", "minLength": 1},
            "bases": {"type": "object", "minProperties": 1, "additionalProperties": {"type": "object"}},
            "tests": {"type": "array", "minItems": 1, "items": test},
        },
        "required": ["schema", "set", "about", "bases", "tests"],
        "additionalProperties": false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_a_schema() {
        let whole: Value = serde_json::from_str(CASE_SCHEMA).unwrap();
        assert!(jsonschema::meta::is_valid(&whole));
    }

    #[test]
    fn every_shape_compiles() {
        for shape in [Shape::Case, Shape::Scenario, Shape::ScenarioHead, Shape::LegalTests] {
            assert!(compiled(shape).is_ok(), "{shape:?}");
        }
    }
}
