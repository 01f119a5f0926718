//! A party of a file about owners, as a case writes parties.

use countersign_owners::{Kind, Party};
use serde_json::{Map, Value, json};

/// The word of a case for the kind of a party; an organisation where the file does not say.
pub(crate) fn kind(party: Option<&Party>) -> &'static str {
    match party.map(|p| p.kind) {
        Some(Kind::Person) => "individual",
        Some(Kind::State) => "state_body",
        _ => "organisation",
    }
}

/// The party with its names: the first is the name, `unknown` where there is none.
pub(crate) fn of_file(id: &str, kind: &str, role: &str, names: &[String]) -> Map<String, Value> {
    let mut map = Map::new();
    map.insert("id".to_owned(), json!(id));
    map.insert("name".to_owned(), json!(names.first().map_or("unknown", String::as_str)));
    map.insert("kind".to_owned(), json!(kind));
    map.insert("roles".to_owned(), json!([role]));
    // a file may say a name twice, as a name and as an alias
    let mut aliases: Vec<&String> = Vec::new();
    for name in names.iter().skip(1) {
        if Some(name) != names.first() && !aliases.contains(&name) {
            aliases.push(name);
        }
    }
    if !aliases.is_empty() {
        map.insert("aliases".to_owned(), json!(aliases));
    }
    map
}
