//! Errors of the schema validator → sentences for the author of the file.

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Kind;
use serde_json::Value;

use crate::lines::child;
use crate::problem::Found;
use crate::words::{quoted, short, suggestion};

/// How many allowed words a message lists before it names only the nearest.
const MAX_WORDS: usize = 45;

/// Adds what `error` says about `tree`. `schema` is the schema that the validator was made from.
pub(crate) fn explain(schema: &Value, tree: &Value, error: &ValidationError<'_>, out: &mut Vec<Found>) {
    let here = error.instance_path().as_str();
    match error.kind() {
        Kind::AdditionalProperties { unexpected } => {
            let allowed = allowed_keys(schema, owner(schema, error));
            for key in unexpected {
                out.push(unknown_key(tree, here, key, &allowed));
            }
        }
        Kind::UnevaluatedProperties { .. } => {
            // the validator counts every key as unevaluated once one value failed, so the keys are compared here
            let allowed = allowed_keys(schema, owner(schema, error));
            for key in tree.pointer(here).and_then(Value::as_object).into_iter().flat_map(|map| map.keys()) {
                if !allowed.contains(&key.as_str()) {
                    out.push(unknown_key(tree, here, key, &allowed));
                }
            }
        }
        Kind::PropertyNames { error: inner } => {
            let key = inner.instance().as_str().unwrap_or_default().to_owned();
            out.push(Found::new(child(here, &key), format!("key {}", message(schema, inner))));
        }
        Kind::OneOfNotValid { context } => one_of(schema, tree, here, error, context, out),
        _ => out.push(Found::new(here, message(schema, error))),
    }
}

fn one_of(
    schema: &Value,
    tree: &Value,
    here: &str,
    error: &ValidationError<'_>,
    branches: &[Vec<ValidationError<'static>>],
    out: &mut Vec<Found>,
) {
    let at_root = |e: &ValidationError<'_>| e.instance_path().as_str() == here;
    let none_allowed = branches.iter().flatten().any(|e| {
        at_root(e) && matches!(e.kind(), Kind::Constant { expected_value } if expected_value.as_str() == Some("none"))
    });
    // the branch that the author meant: the one whose kind of value (text, list, map) is there
    let meant = branches.iter().find(|branch| {
        !branch.iter().any(|e| {
            at_root(e)
                && matches!(
                    e.kind(),
                    Kind::Type { .. } | Kind::Constant { .. } | Kind::Enum { .. } | Kind::Pattern { .. }
                )
        })
    });
    if let Some(branch) = meant {
        for inner in branch {
            if at_root(inner) && none_allowed && matches!(inner.kind(), Kind::MinItems { limit: 1 }) {
                let text =
                    "the list is empty; write `none` (checked and empty) or leave the key out (unknown)";
                out.push(Found::new(here, text));
            } else {
                explain(schema, tree, inner, out);
            }
        }
        return;
    }
    let value = tree.pointer(here).unwrap_or(&Value::Null);
    let mut words: Vec<&str> = Vec::new();
    let mut forms: Vec<String> = Vec::new();
    let mut list = false;
    for inner in branches.iter().flatten().filter(|e| at_root(e)) {
        match inner.kind() {
            Kind::Constant { expected_value } => words.extend(expected_value.as_str()),
            Kind::Enum { options } => {
                words.extend(options.as_array().into_iter().flatten().filter_map(Value::as_str))
            }
            Kind::Pattern { .. } => forms.push(form(inner).to_owned()),
            Kind::Type { .. } => {
                let wanted = wanted_type(schema, inner);
                list |= wanted == "array";
                forms.push(if inner.schema_path().as_str().starts_with("/$defs/share/") {
                    "an interval, for example {min: '10', max: '25'}".to_owned()
                } else {
                    type_name(wanted).to_owned()
                });
            }
            _ => {}
        }
    }
    let mut choices: Vec<String> = words.iter().map(|w| format!("`{w}`")).collect();
    choices.extend(forms);
    let mut text = format!("{} is not allowed here; write {}", short(value), choices.join(" or "));
    if choices.is_empty() {
        text = format!("{} is not allowed here: {error}", short(value));
    }
    if let Some(given) = value.as_str() {
        if let Some(word) = suggestion(given, words.iter().copied()) {
            text.push_str(&format!("; did you mean `{word}`?"));
        } else if given == "unknown" {
            text.push_str("; leave the key out where it is unknown");
        } else if list && !given.is_empty() {
            text.push_str(&format!("; a list of one is written `[{given}]`"));
        }
    }
    out.push(Found::new(here, text));
}

/// One sentence about one value.
fn message(schema: &Value, error: &ValidationError<'_>) -> String {
    let value = error.instance();
    let shown = short(value);
    match error.kind() {
        Kind::Enum { options } => {
            let words: Vec<&str> = options.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            let mut text = if words == ["yes", "no", "unknown"] {
                format!("{shown} is not allowed here; write 'yes', 'no' or 'unknown', in quotes")
            } else {
                format!("{shown} is not one of {}", quoted(&words, MAX_WORDS))
            };
            if let Some(word) = value.as_str().and_then(|given| suggestion(given, words.iter().copied())) {
                text.push_str(&format!("; did you mean `{word}`?"));
            }
            text
        }
        Kind::Constant { expected_value } => format!("{shown} must be {}", short(expected_value)),
        Kind::Pattern { .. } => format!("{shown} is not {}", form(error)),
        Kind::Required { property } => {
            format!("the key {} is missing; it is required here", short(property))
        }
        Kind::Type { .. } => {
            let wanted = wanted_type(schema, error);
            let mut text = format!("{shown} must be {}", type_name(wanted));
            match (wanted, value.as_ref()) {
                ("string", Value::Number(number)) => text.push_str(&format!("; put it in quotes: '{number}'")),
                ("integer", Value::String(given)) if given.parse::<i64>().is_ok() => {
                    text.push_str("; write it without quotes");
                }
                ("array", Value::String(given)) => text.push_str(&format!("; a list of one is written `[{given}]`")),
                _ => {}
            }
            text
        }
        Kind::MinItems { limit: 1 } => {
            "the list is empty; give at least one member, or leave the key out (unknown) where it may be absent".into()
        }
        Kind::MinItems { limit } => format!("the list needs {limit} members"),
        Kind::MaxItems { limit } => format!("the list may have {limit} members"),
        Kind::UniqueItems => "the list has a member twice; keep one".into(),
        Kind::Minimum { limit } => format!("{shown} is below {limit}"),
        Kind::Maximum { limit } => format!("{shown} is above {limit}"),
        Kind::MinLength { .. } => "the text is empty; write something or leave the key out".into(),
        Kind::MinProperties { .. } => "the map is empty; give at least one member or leave the key out".into(),
        Kind::AnyOf { .. } => "one of `set` and `unset` is needed".into(),
        _ => error.to_string(),
    }
}

/// What a `pattern` of the schema stands for, in words.
fn form(error: &ValidationError<'_>) -> &'static str {
    let at = error.schema_path().as_str();
    let definition = at.strip_prefix("/$defs/").and_then(|rest| rest.split('/').next()).unwrap_or_default();
    if let Kind::Pattern { pattern } = error.kind() {
        match pattern.as_str() {
            "^PUB-[0-9]{2}$" => return "a publication rule, for example `PUB-01`",
            "^IND-[0-9]{2}$" => return "an independence rule, for example `IND-02`",
            "^RED-[0-9]{2}$" => return "a redaction rule, for example `RED-01`",
            "^[A-Z]{3}$" => return "a currency code of three capital letters, for example `EUR`",
            "^(JSS|PMC|ECHRI)-" => return "a rule of JSS, PMC or ECHRI, for example `PMC-OVS-1`",
            _ => {}
        }
    }
    match definition {
        "date" => "a date, for example '2026-06-01' in quotes",
        "country" => match error.instance().as_str() {
            Some("UK") => "a country code of ISO 3166-1; the United Kingdom is `GB`",
            Some("EL") => "a country code of ISO 3166-1; Greece is `GR`",
            Some("NK") => "a country code of ISO 3166-1; North Korea is `KP`",
            _ => {
                "a country: two capital letters that ISO 3166-1 gives to one, for example `IL`, and 'NO' in quotes"
            }
        },
        "decimal" => "a decimal in quotes, for example '1200.50'",
        "percent" => "a percent from 0 to 100 in quotes, for example '49.99'",
        "party_id" => "a party id: lower-case letters, digits and `-`, for example `acme`",
        "rule_id" => "a rule id, for example `EAR-744.11`",
        "question_id" => "a question id, for example `EN-01`",
        "code" => "an Annex I code, an ECCN or `EAR99`, for example `4D004`",
        "path" => {
            "a path: keys joined by dots, list members by id in brackets, for example `parties[acme].owners`"
        }
        _ => "an id: letters, digits, `.` and `-`, for example `A-1`",
    }
}

fn type_name(name: &str) -> &'static str {
    match name {
        "array" => "a list",
        "object" => "a map",
        "integer" => "a whole number without quotes",
        "string" => "text",
        _ => "something else",
    }
}

/// The `type` that the schema asks for at the place of a type error.
fn wanted_type<'a>(schema: &'a Value, error: &ValidationError<'_>) -> &'a str {
    schema.pointer(error.schema_path().as_str()).and_then(Value::as_str).unwrap_or_default()
}

/// The part of the schema that the failing keyword belongs to.
fn owner<'a>(schema: &'a Value, error: &ValidationError<'_>) -> Option<&'a Value> {
    let (parent, _) = error.schema_path().as_str().rsplit_once('/')?;
    schema.pointer(parent)
}

/// The keys that a map may have: its own, and those that `allOf` brings in.
fn allowed_keys<'a>(schema: &'a Value, part: Option<&'a Value>) -> Vec<&'a str> {
    let Some(part) = part else { return Vec::new() };
    let mut keys: Vec<&str> = Vec::new();
    for shared in part.get("allOf").and_then(Value::as_array).into_iter().flatten() {
        let target = shared.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix('#'));
        keys.extend(allowed_keys(schema, target.and_then(|pointer| schema.pointer(pointer))));
    }
    keys.extend(
        part.get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flat_map(|map| map.keys().map(String::as_str)),
    );
    keys
}

fn unknown_key(tree: &Value, here: &str, key: &str, allowed: &[&str]) -> Found {
    let present = tree.pointer(here).and_then(Value::as_object);
    let free: Vec<&str> =
        allowed.iter().copied().filter(|word| !present.is_some_and(|map| map.contains_key(*word))).collect();
    let mut text = format!("unknown key `{key}`");
    match suggestion(key, free.iter().copied()) {
        Some(word) => text.push_str(&format!("; did you mean `{word}`?")),
        None if free.is_empty() => text.push_str("; remove it"),
        None => text.push_str(&format!("; known here are {}", quoted(&free, MAX_WORDS))),
    }
    Found::new(child(here, key), text)
}
