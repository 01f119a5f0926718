//! One record of a register.

use countersign_register::Entry;
use countersign_store::DocumentName;
use serde_json::Value;

use super::text::Page;

/// The page of one record; `missing` are the documents that are not published.
pub(crate) fn record(origin: &str, entry: &Entry, missing: &[&DocumentName]) -> String {
    let mut page = Page::default();
    let head = &entry.record.head;
    page.heading(&format!("{}  {}", entry.record.kind.words(), head.summary));
    page.hanging(2, 4, &format!("entry {} of {origin}, logged {}", entry.index, entry.leaf.time));
    page.hanging(2, 4, &format!("record {}", entry.leaf.sha256));
    let organisation = head
        .by
        .organisation
        .as_ref()
        .filter(|o| **o != head.by.name)
        .map(|o| format!(", {o}"))
        .unwrap_or_default();
    page.hanging(2, 4, &format!("by {}{organisation}, dated {}", head.by.name, head.date));
    page.hanging(2, 4, &format!("signed with {}", entry.signer));
    for subject in &head.about {
        page.hanging(2, 4, &format!("about {subject}"));
    }
    members(&mut page, 2, &head.content);
    for (name, digest) in &entry.leaf.documents {
        let state = if missing.contains(&name) { "not published" } else { "here" };
        page.hanging(2, 4, &format!("document {name}  {digest}  {state}"));
    }
    page.finish()
}

/// The members of a record, one a line, nested ones indented.
fn members(page: &mut Page, indent: usize, value: &Value) {
    let Value::Object(map) = value else { return };
    for (key, value) in map {
        match value {
            Value::Object(_) => {
                page.hanging(indent, indent + 2, &format!("{key}:"));
                members(page, indent + 2, value);
            }
            Value::Array(items) if items.iter().any(Value::is_object) => {
                page.hanging(indent, indent + 2, &format!("{key}:"));
                for item in items {
                    page.hanging(indent + 2, indent + 4, "-");
                    members(page, indent + 4, item);
                }
            }
            Value::Array(items) => {
                let items: Vec<String> = items.iter().map(plain).collect();
                page.hanging(indent, indent + 2, &format!("{key}: {}", items.join(", ")));
            }
            _ => page.hanging(indent, indent + 2, &format!("{key}: {}", plain(value))),
        }
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
