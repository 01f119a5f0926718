//! A case as YAML that a person reads: keys in order, dates and yes/no in quotes, short maps on a line.

use std::fmt::Write as _;

use serde_json::Value as Json;

/// The text of a case file.
pub fn write(case: &Json) -> String {
    let mut out = String::new();
    if let Json::Object(map) = case {
        for (key, value) in map {
            entry(&mut out, key, value, 0);
        }
    }
    out
}

fn entry(out: &mut String, key: &str, value: &Json, depth: usize) {
    let pad = "  ".repeat(depth);
    let short = flow(value);
    match value {
        Json::Object(map) if !map.is_empty() && pad.len() + key.len() + short.len() > 100 => {
            let _ = writeln!(out, "{pad}{}:", word(key));
            for (key, value) in map {
                entry(out, key, value, depth + 1);
            }
        }
        Json::Array(list) if list.iter().any(Json::is_object) => {
            let _ = writeln!(out, "{pad}{}:", word(key));
            for item in list {
                let line = flow(item);
                match item {
                    Json::Object(map) if pad.len() + line.len() > 100 => {
                        for (n, (key, value)) in map.iter().enumerate() {
                            let mut inner = String::new();
                            entry(&mut inner, key, value, depth + 2);
                            if n == 0 {
                                let text = inner.trim_start();
                                let _ = write!(out, "{pad}  - {text}");
                            } else {
                                out.push_str(&inner);
                            }
                        }
                    }
                    _ => {
                        let _ = writeln!(out, "{pad}  - {line}");
                    }
                }
            }
        }
        _ => {
            let _ = writeln!(out, "{pad}{}: {short}", word(key));
        }
    }
}

fn flow(value: &Json) -> String {
    match value {
        Json::Object(map) => {
            let parts: Vec<String> = map.iter().map(|(k, v)| format!("{}: {}", word(k), flow(v))).collect();
            format!("{{{}}}", parts.join(", "))
        }
        Json::Array(list) => format!("[{}]", list.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Json::String(text) => word(text),
        other => other.to_string(),
    }
}

/// A text, in quotes where YAML could read it as something else.
fn word(text: &str) -> String {
    let plain = text.bytes().next().is_some_and(|b| b.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b' ' | b'.'))
        && !text.ends_with(' ');
    let read_otherwise = ["yes", "no", "on", "off", "true", "false", "null", "y", "n"];
    if plain && !read_otherwise.contains(&text.to_lowercase().as_str()) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "''"))
    }
}
