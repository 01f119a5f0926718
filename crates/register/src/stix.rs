//! Is a document STIX 2 (OASIS), and does it name nobody?

use serde_json::Value;

/// Checks a document that is said to be STIX 2: JSON, a bundle of objects (or one object), each with the members
/// that STIX 2 requires of it. Identities of single persons are refused: indicators of an attack need none.
pub fn check_stix(bytes: &[u8]) -> Result<(), String> {
    let value: Value = serde_json::from_slice(bytes).map_err(|error| format!("it is not JSON: {error}"))?;
    match value.get("type").and_then(Value::as_str) {
        Some("bundle") => {
            let objects =
                value.get("objects").and_then(Value::as_array).filter(|objects| !objects.is_empty());
            let objects = objects.ok_or("the STIX bundle has no `objects`")?;
            id_of(&value, "bundle")?;
            objects.iter().try_for_each(object)
        }
        Some(_) => object(&value),
        None => Err("it has no `type`, which every STIX object has".to_owned()),
    }
}

fn object(value: &Value) -> Result<(), String> {
    let kind = value.get("type").and_then(Value::as_str).ok_or("a STIX object has no `type`")?;
    let id = id_of(value, kind)?;
    let needs = |members: &[&str]| match members.iter().find(|member| value.get(**member).is_none()) {
        Some(missing) => Err(format!("the STIX object `{id}` has no `{missing}`")),
        None => Ok(()),
    };
    match kind {
        "indicator" => needs(&["created", "modified", "pattern", "pattern_type", "valid_from"]),
        "identity" => match value.get("identity_class").and_then(Value::as_str) {
            Some("individual") => Err(format!(
                "the STIX object `{id}` is the identity of a single person; nobody against whom a tool was used is \
                 named, so take it out"
            )),
            _ => needs(&["created", "modified", "name"]),
        },
        // the others of a bundle: malware, relationship, observed data… have these in common
        "marking-definition" => needs(&["created"]),
        "malware" | "tool" | "attack-pattern" | "campaign" | "infrastructure" | "intrusion-set"
        | "report" | "relationship" | "observed-data" | "threat-actor" | "vulnerability" | "sighting"
        | "note" => needs(&["created", "modified"]),
        _ => Ok(()),
    }
}

fn id_of<'a>(value: &'a Value, kind: &str) -> Result<&'a str, String> {
    let id = value.get("id").and_then(Value::as_str).ok_or_else(|| format!("a STIX `{kind}` has no `id`"))?;
    let uuid = id.strip_prefix(kind).and_then(|rest| rest.strip_prefix("--"));
    if uuid.is_some_and(|uuid| uuid.len() == 36) {
        return Ok(id);
    }
    Err(format!("`{id}` is not the id of a STIX `{kind}`: it is `{kind}--` and a UUID"))
}
