//! XML → small trees, one for each record of a list. A cut or foreign document is an error; a bare `&` in a text,
//! which some copies have, is read as the character and reported.
//!
//! Nothing is ever expanded: a document that declares entities of its own is refused, and so is one that is nested
//! deeper, or has a larger record, than any list has.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::ImportError;
use crate::input::{html_page, looks_like_html};
use crate::report::Report;

/// The deepest list is nine elements deep (OFAC's enhanced XML); a deeper document is no list.
pub const MAX_XML_DEPTH: usize = 32;

/// Most bytes of one record. The largest seen has 60 KB.
pub const MAX_XML_RECORD_BYTES: u64 = 4 << 20;

/// Most elements outside of records (headers, tables of values). The most seen are 4,000.
pub const MAX_XML_LOOSE_ELEMENTS: u64 = 200_000;

/// An element with the text directly in it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Node {
    /// The name without its namespace prefix.
    pub(crate) name: String,
    /// The attributes, without those that declare namespaces.
    pub(crate) attributes: Vec<(String, String)>,
    /// The text directly in it, without that of its children.
    pub(crate) text: String,
    /// The line on which it begins.
    pub(crate) line: u64,
    /// The elements in it.
    pub(crate) children: Vec<Node>,
    /// Length of the parent's text where this element begins, so that mixed content can be put together again.
    at: usize,
}

impl Node {
    /// The children of a name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Node> {
        self.children.iter().filter(move |c| c.name == name)
    }

    /// The first child of a name.
    pub(crate) fn child(&self, name: &str) -> Option<&Node> {
        self.children.iter().find(|c| c.name == name)
    }

    /// The elements at a path of two names: `idList/id`.
    pub(crate) fn each<'a>(&'a self, outer: &'a str, inner: &'a str) -> impl Iterator<Item = &'a Node> {
        self.all(outer).flat_map(move |node| node.all(inner))
    }

    /// The text of the first child of a name, empty if there is none.
    pub(crate) fn text_of(&self, name: &str) -> &str {
        self.child(name).map_or("", |c| c.text.trim())
    }

    /// An attribute, empty if there is none.
    pub(crate) fn attribute(&self, name: &str) -> &str {
        self.attributes.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value.trim())
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

    /// All text in it, in the order of the document, but for the children that `leave` names.
    pub(crate) fn whole_text(&self, leave: &[&str]) -> String {
        let mut out = String::new();
        let mut from = 0;
        for child in &self.children {
            out.push_str(self.text.get(from..child.at).unwrap_or_default());
            from = child.at;
            if !leave.contains(&child.name.as_str()) {
                out.push_str(&child.whole_text(leave));
            }
        }
        out.push_str(self.text.get(from..).unwrap_or_default());
        out
    }
}

/// From how many records on a list is taken for a whole one, in which no kind of mark can be missing by chance.
const WHOLE_LIST: usize = 500;

/// What a list's XML looks like.
pub(crate) struct Layout<'a> {
    /// What the source publishes, for messages.
    pub(crate) expected: &'a str,
    /// What to do about another file.
    pub(crate) hint: &'a str,
    /// The name of the root element.
    pub(crate) root: &'a str,
    /// The records: name of the parent, name of the record.
    pub(crate) records: &'a [(&'a str, &'a str)],
    /// Elements by which parties of one name are told apart, and that some record of a whole list has: numbers, birth dates.
    pub(crate) decides: &'a [&'a str],
}

/// The records of a document, in order, and what else is in it.
pub(crate) struct Document {
    pub(crate) records: Vec<Node>,
    /// The root with everything in it but the records.
    pub(crate) root: Node,
}

impl Document {
    /// An element that decides and that no record has, where there are as many records as in a whole list.
    fn lacks<'a>(&self, layout: &Layout<'a>) -> Option<&'a str> {
        if self.records.len() < WHOLE_LIST {
            return None;
        }
        layout.decides.iter().copied().find(|element| !self.records.iter().any(|record| record.has(element)))
    }
}

impl Node {
    /// Whether an element of this name stands somewhere in this one.
    fn has(&self, element: &str) -> bool {
        self.children.iter().any(|child| child.name == element || child.has(element))
    }
}

/// Whether the text is XML whose root element has this name.
pub(crate) fn has_root(text: &str, root: &str) -> bool {
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => return start.local_name().as_ref() == root,
            Ok(Event::Decl(_) | Event::Comment(_) | Event::PI(_) | Event::Text(_) | Event::DocType(_)) => {}
            _ => return false,
        }
    }
}

pub(crate) fn read(
    file: &str,
    text: &str,
    layout: &Layout<'_>,
    report: &mut Report,
) -> Result<Document, ImportError> {
    if looks_like_html(text) {
        return Err(html_page(file, layout.expected));
    }
    let wrong = |found: String| ImportError::WrongFormat {
        file: file.to_owned(),
        expected: layout.expected.to_owned(),
        found,
        hint: layout.hint.to_owned(),
    };
    if !text.trim_start().starts_with('<') {
        return Err(wrong("it is not XML".into()));
    }
    let text = mend_ampersands(file, text, report);
    let mut lines = Lines { text: text.as_bytes(), at: 0, line: 1 };
    let mut reader = Reader::from_str(&text);
    let mut tree = Tree { layout, stack: Vec::new(), records: Vec::new(), root: None, open: None, loose: 0 };
    loop {
        let event = reader.read_event();
        let position = reader.buffer_position();
        let line = lines.at(position);
        let truncated = |reason: String| ImportError::Truncated { file: file.to_owned(), line, reason };
        let event = match event {
            Ok(event) => event,
            // the parser stops inside a tag only where the document ends
            Err(e @ quick_xml::Error::Syntax(_)) => return Err(truncated(e.to_string())),
            Err(e) => return Err(wrong(format!("line {line} is not well-formed XML ({e})"))),
        };
        tree.is_small(position, line).map_err(wrong)?;
        match event {
            Event::Start(start) => tree.begin(&start, line, position).map_err(wrong)?,
            Event::Empty(start) => tree.add_empty(&start, line).map_err(wrong)?,
            Event::Text(part) => tree.add_text(&part.xml10_content()),
            Event::CData(part) => tree.add_text(&part.xml10_content()),
            Event::GeneralRef(reference) => match resolve(&reference) {
                Some(character) => tree.add_text(character.encode_utf8(&mut [0; 4])),
                None => {
                    let name = reference.xml10_content().into_owned();
                    if !tree.stack.is_empty() {
                        report.warn(
                            file,
                            line,
                            format!("`&{name};` stands for no character; kept as written"),
                        );
                    }
                    tree.add_text(&format!("&{name};"));
                }
            },
            Event::End(_) => tree.end(line).map_err(wrong)?,
            Event::Eof => {
                let document = tree.whole().map_err(truncated)?;
                return match document.lacks(layout) {
                    None => Ok(document),
                    Some(element) => Err(wrong(format!(
                        "none of its {} records has an element `{element}`, which the publisher may have renamed",
                        document.records.len()
                    ))),
                };
            }
            Event::Decl(declaration) => {
                let declared = declaration.encoding().and_then(Result::ok).unwrap_or(Cow::Borrowed("UTF-8"));
                if !declared.eq_ignore_ascii_case("utf-8") {
                    return Err(wrong(format!("it declares the encoding `{declared}`")));
                }
            }
            // `<!DOCTYPE x [ <!ENTITY …> ]>`: no list needs one, and it is how a small file is made to grow
            Event::DocType(declaration) if declaration.xml10_content().contains('[') => {
                return Err(wrong("it declares entities of its own".into()));
            }
            Event::PI(_) | Event::DocType(_) | Event::Comment(_) => {}
        }
    }
}

/// A document as far as it was read. Errors say what the file is instead of the list.
struct Tree<'a> {
    layout: &'a Layout<'a>,
    /// The elements that are open, the root first.
    stack: Vec<Node>,
    records: Vec<Node>,
    /// The root, once it is closed.
    root: Option<Node>,
    /// Depth and first byte of the record that is open.
    open: Option<(usize, u64)>,
    /// Elements so far that belong to no record.
    loose: u64,
}

impl Tree<'_> {
    /// What is held in memory stays small, whatever the file holds.
    fn is_small(&self, position: u64, line: u64) -> Result<(), String> {
        match self.open {
            Some((_, first)) if position.saturating_sub(first) > MAX_XML_RECORD_BYTES => Err(format!(
                "the record that ends near line {line} has more than {MAX_XML_RECORD_BYTES} bytes"
            )),
            _ => Ok(()),
        }
    }

    fn count_loose(&mut self) -> Result<(), String> {
        self.loose += 1;
        if self.loose > MAX_XML_LOOSE_ELEMENTS {
            return Err(format!(
                "it has more than {MAX_XML_LOOSE_ELEMENTS} elements that belong to no record"
            ));
        }
        Ok(())
    }

    fn begin(&mut self, start: &BytesStart<'_>, line: u64, position: u64) -> Result<(), String> {
        let node = element(start, line, &self.stack)?;
        if self.stack.is_empty() && (node.name != self.layout.root || self.root.is_some()) {
            return Err(format!("its root element is `{}`", node.name));
        }
        if self.stack.len() >= MAX_XML_DEPTH {
            return Err(format!("line {line} is nested more than {MAX_XML_DEPTH} deep"));
        }
        if self.open.is_none() {
            let parent = self.stack.last().map_or("", |p| p.name.as_str());
            if self.layout.records.contains(&(parent, node.name.as_str())) {
                self.open = Some((self.stack.len(), position));
            } else {
                self.count_loose()?;
            }
        }
        self.stack.push(node);
        Ok(())
    }

    fn add_empty(&mut self, start: &BytesStart<'_>, line: u64) -> Result<(), String> {
        let node = element(start, line, &self.stack)?;
        if self.open.is_none() {
            self.count_loose()?;
        }
        match self.stack.last_mut() {
            Some(parent) => parent.children.push(node),
            None => return Err(format!("its root element `{}` is empty", node.name)),
        }
        Ok(())
    }

    fn add_text(&mut self, text: &str) {
        if let Some(node) = self.stack.last_mut() {
            node.text.push_str(text);
        }
    }

    fn end(&mut self, line: u64) -> Result<(), String> {
        let Some(node) = self.stack.pop() else {
            return Err(format!("line {line} closes an element that is not open"));
        };
        if self.open.is_some_and(|(depth, _)| depth == self.stack.len()) {
            self.open = None;
            self.records.push(node);
        } else if let Some(parent) = self.stack.last_mut() {
            parent.children.push(node);
        } else {
            self.root = Some(node);
        }
        Ok(())
    }

    /// The document, or what is missing at its end.
    fn whole(self) -> Result<Document, String> {
        match (self.root, self.stack.last()) {
            (Some(root), None) => Ok(Document { records: self.records, root }),
            (_, last) => {
                let open = last.map_or(self.layout.root, |n| n.name.as_str());
                Err(format!("the element `{open}` is not closed"))
            }
        }
    }
}

/// An element as its start tag has it.
fn element(start: &BytesStart<'_>, line: u64, stack: &[Node]) -> Result<Node, String> {
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute =
            attribute.map_err(|e| format!("line {line} has an attribute that is not well-formed ({e})"))?;
        let name = attribute.key.local_name().as_ref().to_owned();
        if attribute.key.as_namespace_binding().is_none() {
            attributes.push((name, unescape(&attribute.value)));
        }
    }
    Ok(Node {
        name: start.local_name().as_ref().to_owned(),
        attributes,
        line,
        at: stack.last().map_or(0, |parent| parent.text.len()),
        ..Node::default()
    })
}

/// The text of an attribute with its references resolved; one that stands for no character stays as written.
fn unescape(value: &str) -> String {
    quick_xml::escape::unescape(value).map_or_else(|_| value.to_owned(), Cow::into_owned)
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
