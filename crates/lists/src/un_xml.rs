//! The UN list's XML → small trees, one for each entry. A cut or foreign document is an error; a bare `&` in a
//! text, which some copies have, is read as the character and reported.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::ImportError;
use crate::import::Report;
use crate::input::{html_page, looks_like_html};

const EXPECTED: &str = "the UN Security Council consolidated list (XML with the root `CONSOLIDATED_LIST`)";

/// The list is five elements deep; a deeper document is not this list.
const DEEPEST: usize = 16;

/// An element with the text directly in it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Node {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) line: u64,
    pub(crate) children: Vec<Node>,
}

impl Node {
    /// The children of a name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Node> {
        self.children.iter().filter(move |c| c.name == name)
    }

    /// The text of the first child of a name, empty if there is none.
    pub(crate) fn text_of(&self, name: &str) -> &str {
        self.children.iter().find(|c| c.name == name).map_or("", |c| c.text.trim())
    }

    /// The texts of the `VALUE` children, or the own text of an element that has none.
    pub(crate) fn values(&self) -> Vec<&str> {
        if self.children.is_empty() {
            return vec![self.text.trim()].into_iter().filter(|t| !t.is_empty()).collect();
        }
        self.children
            .iter()
            .filter(|c| c.name == "VALUE")
            .map(|c| c.text.trim())
            .filter(|t| !t.is_empty())
            .collect()
    }
}

/// The entries of a list and the time that it tells of itself.
pub(crate) struct List {
    pub(crate) entries: Vec<Node>,
    pub(crate) generated: Option<String>,
}

pub(crate) fn read(file: &str, text: &str, report: &mut Report) -> Result<List, ImportError> {
    if looks_like_html(text) {
        return Err(html_page(file, EXPECTED));
    }
    let wrong = |found: String| ImportError::WrongFormat {
        file: file.to_owned(),
        expected: EXPECTED.into(),
        found,
        hint: "download consolidated.xml from scsanctions.un.org".into(),
    };
    if !text.trim_start().starts_with('<') {
        return Err(wrong("it is not XML".into()));
    }
    let text = mend_ampersands(file, text, report);
    let mut lines = Lines { text: text.as_bytes(), at: 0, line: 1 };
    let mut reader = Reader::from_str(&text);
    let mut stack: Vec<Node> = Vec::new();
    let mut list = List { entries: Vec::new(), generated: None };
    let mut closed = false;
    loop {
        let event = reader.read_event();
        let line = lines.at(reader.buffer_position());
        let truncated = |reason: String| ImportError::Truncated { file: file.to_owned(), line, reason };
        let event = match event {
            Ok(event) => event,
            // the parser stops inside a tag only where the document ends
            Err(e @ quick_xml::Error::Syntax(_)) => return Err(truncated(e.to_string())),
            Err(e) => return Err(wrong(format!("line {line} is not well-formed XML ({e})"))),
        };
        match event {
            Event::Start(start) => {
                let name = start.name().as_ref().to_owned();
                if stack.is_empty() {
                    if name != "CONSOLIDATED_LIST" || closed {
                        return Err(wrong(format!("its root element is `{name}`")));
                    }
                    list.generated =
                        start.try_get_attribute("dateGenerated").ok().flatten().map(|a| a.value.into_owned());
                }
                if stack.len() >= DEEPEST {
                    return Err(wrong(format!("line {line} is nested more than {DEEPEST} deep")));
                }
                stack.push(Node { name, line, ..Node::default() });
            }
            Event::Empty(start) => {
                let name = start.name().as_ref().to_owned();
                match stack.last_mut() {
                    Some(parent) => parent.children.push(Node { name, line, ..Node::default() }),
                    None => return Err(wrong(format!("its root element `{name}` is empty"))),
                }
            }
            Event::Text(part) => {
                if let Some(node) = stack.last_mut() {
                    node.text.push_str(&part.xml10_content());
                }
            }
            Event::CData(part) => {
                if let Some(node) = stack.last_mut() {
                    node.text.push_str(&part.xml10_content());
                }
            }
            Event::GeneralRef(reference) => {
                if let Some(node) = stack.last_mut() {
                    match resolve(&reference) {
                        Some(character) => node.text.push(character),
                        None => {
                            let name = reference.xml10_content().into_owned();
                            report.warn(
                                file,
                                line,
                                format!("`&{name};` stands for no character; kept as written"),
                            );
                            node.text.push_str(&format!("&{name};"));
                        }
                    }
                }
            }
            Event::End(_) => {
                let Some(node) = stack.pop() else {
                    return Err(wrong(format!("line {line} closes an element that is not open")));
                };
                let list_part = matches!(node.name.as_str(), "INDIVIDUALS" | "ENTITIES");
                match stack.last_mut() {
                    None => {
                        closed = true;
                        report.unknown_columns.extend(node.children.into_iter().map(|c| c.name));
                    }
                    // its entries were taken out as they closed; what is left in it is nothing known
                    Some(_) if list_part => {
                        report.unknown_columns.extend(node.children.into_iter().map(|c| c.name));
                    }
                    Some(parent)
                        if matches!(
                            (parent.name.as_str(), node.name.as_str()),
                            ("INDIVIDUALS", "INDIVIDUAL") | ("ENTITIES", "ENTITY")
                        ) =>
                    {
                        list.entries.push(node);
                    }
                    Some(parent) => parent.children.push(node),
                }
            }
            Event::Eof => {
                if !closed || !stack.is_empty() {
                    let open = stack.last().map_or("CONSOLIDATED_LIST", |n| n.name.as_str());
                    return Err(truncated(format!("the element `{open}` is not closed")));
                }
                return Ok(list);
            }
            Event::Decl(declaration) => {
                let declared = declaration.encoding().and_then(Result::ok).unwrap_or(Cow::Borrowed("UTF-8"));
                if !declared.eq_ignore_ascii_case("utf-8") {
                    return Err(wrong(format!("it declares the encoding `{declared}`")));
                }
            }
            Event::PI(_) | Event::DocType(_) | Event::Comment(_) => {}
        }
    }
}

fn resolve(reference: &quick_xml::events::BytesRef<'_>) -> Option<char> {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return Some(character);
    }
    match reference.xml10_content().as_ref() {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}

/// A `&` that begins no reference is not XML, but it stands in copies of the list ("AL-HARAMAIN & AL MASJED").
fn mend_ampersands<'a>(file: &str, text: &'a str, report: &mut Report) -> Cow<'a, str> {
    let mut mended = String::new();
    let mut copied = 0;
    let mut lines = Lines { text: text.as_bytes(), at: 0, line: 1 };
    for (at, _) in text.match_indices('&') {
        let tail = text.get(at + 1..).unwrap_or_default();
        let name = tail.split(';').next().unwrap_or_default();
        let reference = name.len() < tail.len()
            && !name.is_empty()
            && name.len() <= 10
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'#');
        if reference {
            continue;
        }
        report.warn(file, lines.at(at as u64), "a bare `&` stands in the text; read as the character");
        mended.push_str(text.get(copied..=at).unwrap_or_default());
        mended.push_str("amp;");
        copied = at + 1;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    mended.push_str(text.get(copied..).unwrap_or_default());
    Cow::Owned(mended)
}

/// Line numbers of ascending byte positions.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    fn at(&mut self, position: u64) -> u64 {
        let to = usize::try_from(position).unwrap_or(usize::MAX).min(self.text.len());
        let passed = self.text.get(self.at..to).unwrap_or_default();
        self.line += passed.iter().filter(|b| **b == b'\n').count() as u64;
        self.at = self.at.max(to);
        self.line
    }
}
