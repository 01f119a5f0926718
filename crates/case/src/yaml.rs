//! A text → a tree whose every node has its line, or where the text cannot be read alike by every YAML reader.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle};
use serde_json::{Map, Value};

use crate::lines::{self, Lines};
use crate::plain::{self, Plain};
use crate::problem::{CaseError, Found, Problem};

/// How deep maps and lists may lie in one another. The contract itself needs ten levels.
pub const MAX_DEPTH: usize = 64;

/// A text that was read.
pub(crate) struct Document {
    pub(crate) tree: Value,
    pub(crate) lines: Lines,
    /// Values that were refused one by one; the tree holds a stand-in for each.
    pub(crate) found: Vec<Found>,
}

/// Reads one YAML (or JSON) document. An error is a text that gives no tree at all; faults of single values are in
/// [`Document::found`].
pub(crate) fn read(text: &str, origin: &str, max_bytes: usize) -> Result<Document, CaseError> {
    if text.len() > max_bytes {
        let message = format!(
            "the file has {} bytes and the limit is {max_bytes}; keep documents out of the case and name them in \
             `sources`",
            text.len()
        );
        return Err(CaseError::whole(origin, message));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if let Some((line, character)) = unreadable(text) {
        let message = format!(
            "the character U+{:04X} is a line break to some YAML readers and not to others, or cannot be printed; \
             remove it",
            u32::from(character)
        );
        return Err(fatal(origin, line, message));
    }
    let mut builder = Builder::default();
    let mut documents = 0;
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| {
            fatal(origin, error.marker().line(), format!("this is not YAML: {}", error.info()))
        })?;
        let line = span.start.line();
        if matches!(event, Event::DocumentStart(_)) {
            documents += 1;
            if documents > 1 {
                return Err(fatal(origin, line, "a second document begins here; a file holds one".into()));
            }
        }
        builder.take(event, line).map_err(|message| fatal(origin, line, message))?;
    }
    let Some(tree) = builder.root else {
        return Err(CaseError::whole(origin, "the file is empty; a case starts with `schema: case/1`"));
    };
    Ok(Document { tree, lines: Lines::new(builder.lines), found: builder.found })
}

fn fatal(origin: &str, line: usize, message: String) -> CaseError {
    CaseError::new(origin, vec![Problem { line: Some(line.max(1)), path: String::new(), message }])
}

/// The first character that YAML 1.1 takes for a line break and YAML 1.2 does not, or that neither allows.
fn unreadable(text: &str) -> Option<(usize, char)> {
    let mut line = 1;
    for c in text.chars() {
        let allowed = match c {
            '\t' | '\n' | '\r' => true,
            '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}' => {
                false
            }
            _ => true,
        };
        if !allowed {
            return Some((line, c));
        }
        line += usize::from(c == '\n');
    }
    None
}

/// An open map or list.
enum Open {
    Map { pointer: String, members: Map<String, Value>, key: Option<String> },
    List { pointer: String, members: Vec<Value> },
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    root: Option<Value>,
    lines: HashMap<String, usize>,
    found: Vec<Found>,
}

impl Builder {
    fn take(&mut self, event: Event<'_>, line: usize) -> Result<(), String> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let plain = if style == ScalarStyle::Plain { plain::read(&text) } else { Plain::Text };
                if let Some(Open::Map { key: None, .. }) = self.open.last() {
                    return self.key(text.into_owned(), plain, anchor, tag.is_some(), line);
                }
                let pointer = self.enter(line);
                self.refuse_extras(&pointer, anchor, tag.is_some());
                let value = self.scalar(&pointer, text.into_owned(), plain);
                self.leave(value);
            }
            Event::Alias(_) => {
                self.expect_value()?;
                let pointer = self.enter(line);
                self.found.push(Found::new(
                    pointer,
                    "aliases (`*name`) are not used in cases; write the value out",
                ));
                self.leave(Value::Null);
            }
            Event::MappingStart(anchor, tag) => {
                let pointer = self.start(line, anchor, tag.is_some())?;
                self.open.push(Open::Map { pointer, members: Map::new(), key: None });
            }
            Event::SequenceStart(anchor, tag) => {
                let pointer = self.start(line, anchor, tag.is_some())?;
                self.open.push(Open::List { pointer, members: Vec::new() });
            }
            Event::MappingEnd | Event::SequenceEnd => match self.open.pop() {
                Some(Open::Map { members, .. }) => self.leave(Value::Object(members)),
                Some(Open::List { members, .. }) => self.leave(Value::Array(members)),
                None => {}
            },
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => {}
        }
        Ok(())
    }

    fn start(&mut self, line: usize, anchor: usize, tagged: bool) -> Result<String, String> {
        self.expect_value()?;
        if self.open.len() >= MAX_DEPTH {
            return Err(format!("maps and lists lie more than {MAX_DEPTH} levels deep in one another"));
        }
        let pointer = self.enter(line);
        self.refuse_extras(&pointer, anchor, tagged);
        Ok(pointer)
    }

    fn expect_value(&self) -> Result<(), String> {
        match self.open.last() {
            Some(Open::Map { key: None, .. }) => {
                Err("a key must be a word; a map, a list or an alias cannot be one".into())
            }
            _ => Ok(()),
        }
    }

    /// A key of the map that is open.
    fn key(
        &mut self,
        text: String,
        plain: Plain,
        anchor: usize,
        tagged: bool,
        line: usize,
    ) -> Result<(), String> {
        let Some(Open::Map { pointer, members, key }) = self.open.last_mut() else { return Ok(()) };
        let here = lines::child(pointer, &text);
        if members.contains_key(&text) {
            // the tree can hold one only, so reading on would check half of what was written
            let first = self.lines.get(&here).copied().unwrap_or_default();
            return Err(format!("key `{text}` is given twice, first in line {first}; keep one"));
        }
        if plain == Plain::Special {
            return Err(format!("key `{text}`: merging of maps is not used in cases; write the keys out"));
        }
        *key = Some(text.clone());
        self.lines.insert(here.clone(), line);
        if plain != Plain::Text {
            self.found.push(Found::new(here.clone(), format!("key `{text}` must be quoted")));
        }
        self.refuse_extras(&here, anchor, tagged);
        Ok(())
    }

    fn refuse_extras(&mut self, pointer: &str, anchor: usize, tagged: bool) {
        if anchor != 0 {
            self.found
                .push(Found::new(pointer, "anchors (`&name`) are not used in cases; write the value out"));
        }
        if tagged {
            self.found.push(Found::new(
                pointer,
                "tags (`!name`) are not used in cases; put text in quotes instead",
            ));
        }
    }

    /// The pointer of the value that comes now; notes the line of a list member or of the root.
    fn enter(&mut self, line: usize) -> String {
        match self.open.last() {
            Some(Open::Map { pointer, key, .. }) => lines::child(pointer, key.as_deref().unwrap_or_default()),
            Some(Open::List { pointer, members }) => {
                let here = lines::index(pointer, members.len());
                self.lines.insert(here.clone(), line);
                here
            }
            None => {
                self.lines.insert(String::new(), line);
                String::new()
            }
        }
    }

    fn leave(&mut self, value: Value) {
        match self.open.last_mut() {
            Some(Open::Map { members, key, .. }) => {
                if let Some(key) = key.take() {
                    members.insert(key, value);
                }
            }
            Some(Open::List { members, .. }) => members.push(value),
            None => self.root = Some(value),
        }
    }

    fn scalar(&mut self, pointer: &str, text: String, plain: Plain) -> Value {
        let message = match plain {
            Plain::Text => return Value::String(text),
            Plain::Integer(number) => return Value::from(number),
            Plain::Bool => match text.to_ascii_lowercase().as_str() {
                "no" => "bare `no` is a boolean to some readers; write 'no' in quotes (a country code: 'NO')"
                    .into(),
                "yes" => format!("bare `{text}` is a boolean to some readers; write 'yes' in quotes"),
                _ => format!(
                    "bare `{text}` is a boolean to some readers; write 'yes' or 'no', or this text, in quotes"
                ),
            },
            Plain::Null => {
                "empty value; write `none` (checked and empty) or leave the key out (unknown)".into()
            }
            Plain::Date => format!("bare date `{text}`; put it in quotes: '{text}'"),
            Plain::Decimal => format!("bare decimal `{text}`; put it in quotes: '{text}'"),
            Plain::OddInteger => {
                format!(
                    "bare `{text}` is a different number to different readers; write plain digits, or quote it"
                )
            }
            Plain::Special => {
                format!("bare `{text}` has a special meaning to some readers; put it in quotes")
            }
        };
        self.found.push(Found::new(pointer, message));
        // a stand-in, so that the rest of the file can be checked; nothing is reported about it a second time
        if plain == Plain::Null { Value::Null } else { Value::String(text) }
    }
}

/// Reads a YAML (or JSON) file that is no case with the same care: what YAML 1.1 and 1.2 readers would see
/// differently is refused, as are duplicate keys, anchors, aliases and tags.
///
/// # Errors
/// Everything that is wrong with the text, by line.
pub fn read_tree(text: &str, origin: &str, max_bytes: usize) -> Result<Value, CaseError> {
    let document = read(text, origin, max_bytes)?;
    if document.found.is_empty() {
        return Ok(document.tree);
    }
    let problems = document
        .found
        .iter()
        .map(|found| Problem {
            line: document.lines.of(&found.pointer),
            path: found.pointer.trim_start_matches('/').replace('/', "."),
            message: found.message.clone(),
        })
        .collect();
    Err(CaseError::new(origin, problems))
}
