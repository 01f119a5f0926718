//! What a case records for people and no rule weighs: in which words the end use is stated, where a fact came from, who
//! classified the item, which way it goes (case format, sections 2 to 7: "shown").

use serde_json::{Map, Value as Json};

use crate::decision::Recorded;

/// Everything of that kind, in the order of the case; the sources come last.
pub(super) fn of(tree: &Json) -> Vec<Recorded> {
    let mut out = Vec::new();
    let mut put = |path: String, text: String| {
        if !text.is_empty() {
            out.push(Recorded { path, text });
        }
    };
    for party in list(tree, "parties") {
        let at = |key: &str| format!("parties[{}].{key}", word(party, "id").unwrap_or_default());
        for control in list(party, "control") {
            let by = word(control, "by").unwrap_or_default();
            put(format!("{}[{by}]", at("control")), told(control, &["how", "from", "to", "note"]));
        }
        for conduct in list(party, "conduct") {
            let kind = word(conduct, "kind").unwrap_or_default();
            let keys = ["basis", "tier", "date", "against", "text"];
            put(format!("{}[{kind}]", at("conduct")), told(conduct, &keys));
        }
        if let Some(record) = party.get("due_diligence_record") {
            put(at("due_diligence_record"), told(record, &["date", "text"]));
        }
    }
    for key in ["description", "release_manifest"] {
        let text = tree.get("item").and_then(|item| word(item, key));
        put(format!("item.{key}"), text.unwrap_or_default().to_owned());
    }
    if let Some(classification) = tree.pointer("/item/classification") {
        put("item.classification".to_owned(), told(classification, &["basis", "by", "date"]));
    }
    if let Some(route) = tree.pointer("/transfer/route") {
        put("transfer.route".to_owned(), plain(route));
    }
    let text = tree.pointer("/end_use/text").and_then(Json::as_str);
    put("end_use.text".to_owned(), text.unwrap_or_default().to_owned());
    for degree in ["authority_informed", "exporter_aware", "exporter_suspects"] {
        for known in tree.get("knowledge").map(|k| list(k, degree)).unwrap_or_default() {
            let used = word(known, "use").unwrap_or_default();
            let keys = ["by", "basis", "date", "degree", "text"];
            put(format!("knowledge.{degree}[{used}]"), told(known, &keys));
        }
    }
    if let Some(diligence) = tree.get("due_diligence") {
        put("due_diligence".to_owned(), told(diligence, &["date", "text"]));
    }
    for law in list(tree, "national_law") {
        let at = format!(
            "national_law[{} {}]",
            word(law, "state").unwrap_or_default(),
            word(law, "provision").unwrap_or_default()
        );
        put(at, told(law, &["citation", "in_force", "effect", "hypothetical"]));
    }
    if let Some(deal) = tree.get("deal") {
        put("deal".to_owned(), told(deal, &["amount", "currency", "text"]));
    }
    for (path, source) in tree.get("sources").and_then(Json::as_object).into_iter().flat_map(Map::iter) {
        put(format!("sources.{path}"), plain(source));
    }
    out
}

fn list<'a>(value: &'a Json, key: &str) -> &'a [Json] {
    value.get(key).and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn word<'a>(value: &'a Json, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Json::as_str)
}

/// The keys that a record has, each with its value.
fn told(record: &Json, keys: &[&str]) -> String {
    let parts = keys.iter().filter_map(|key| Some((*key, plain(record.get(*key)?))));
    let parts: Vec<String> = parts
        .filter(|(_, value)| !value.is_empty())
        .map(|(key, value)| if key == "text" { value } else { format!("{} {value}", key.replace('_', " ")) })
        .collect();
    parts.join("; ")
}

/// A word, a number, or a list of them.
fn plain(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        Json::Null | Json::Object(_) => String::new(),
        other => other.to_string(),
    }
}
