//! JSON pointers (RFC 6901) and the line of every node of a file.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use crate::problem::{Found, Problem};

/// The keys whose text names a member of a list in a path (case format, section 1).
const NAMING_KEYS: [&str; 3] = ["id", "party", "rule"];

/// `base` with one more step; `~` and `/` in a key are escaped.
pub(crate) fn child(base: &str, key: &str) -> String {
    let mut pointer = String::with_capacity(base.len() + 1 + key.len());
    pointer.push_str(base);
    pointer.push('/');
    if key.contains(['~', '/']) {
        pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
    } else {
        pointer.push_str(key);
    }
    pointer
}

/// `base` with one more step into a list.
pub(crate) fn index(base: &str, n: usize) -> String {
    format!("{base}/{n}")
}

/// Whether `pointer` is `top` or lies under it.
pub(crate) fn is_under(pointer: &str, top: &str) -> bool {
    pointer.strip_prefix(top).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The lines of one file, seen from one of its nodes. A map member's line is that of its key, a list member's that
/// on which it starts. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lines {
    whole: Arc<HashMap<String, usize>>,
    prefix: String,
    /// What an edit replaced; nothing there stands in the file.
    edited: Vec<String>,
}

impl Lines {
    pub(crate) fn new(whole: HashMap<String, usize>) -> Self {
        Self { whole: Arc::new(whole), prefix: String::new(), edited: Vec::new() }
    }

    /// The lines below a node of the file, its pointers then counted from that node.
    pub(crate) fn below(&self, prefix: &str) -> Self {
        Self {
            whole: Arc::clone(&self.whole),
            prefix: format!("{}{prefix}", self.prefix),
            edited: Vec::new(),
        }
    }

    /// Forgets the lines at and under `pointer`, which an edit has changed.
    pub(crate) fn forget(&mut self, pointer: String) {
        self.edited.push(pointer);
    }

    /// The line of a node, from 1.
    pub(crate) fn of(&self, pointer: &str) -> Option<usize> {
        if self.edited.iter().any(|top| is_under(pointer, top)) {
            return None;
        }
        self.whole.get(&format!("{}{pointer}", self.prefix)).copied()
    }

    /// The line of a node or of the nearest node above it.
    pub(crate) fn near(&self, pointer: &str) -> Option<usize> {
        let mut at = pointer;
        loop {
            if self.edited.iter().any(|top| is_under(at, top)) {
                return None;
            }
            if let Some(line) = self.of(at) {
                return Some(line);
            }
            (at, _) = at.rsplit_once('/')?;
        }
    }

    /// A fault as its author reads it.
    pub(crate) fn problem(&self, tree: &Value, found: Found) -> Problem {
        Problem { line: self.near(&found.pointer), path: shown(tree, &found.pointer), message: found.message }
    }
}

/// A pointer as a path of the case format, with the number of a list member that has no name.
pub(crate) fn shown(tree: &Value, pointer: &str) -> String {
    let mut out = String::new();
    let mut here = Some(tree);
    for step in pointer.split('/').skip(1) {
        let key = step.replace("~1", "/").replace("~0", "~");
        if let Some(Value::Array(items)) = here {
            let n = key.parse::<usize>().ok();
            let name = n.and_then(|n| name_in(items, n)).unwrap_or(&key);
            out.push_str(&format!("[{name}]"));
            here = n.and_then(|n| items.get(n));
        } else {
            if !out.is_empty() {
                out.push('.');
            }
            out.push_str(&key);
            here = here.and_then(|map| map.get(&key));
        }
    }
    out
}

/// The first member of a list that a path calls `name`.
pub(crate) fn member<'a>(list: &'a [Value], name: &str) -> Option<(usize, &'a Value)> {
    list.iter()
        .enumerate()
        .find(|(_, item)| NAMING_KEYS.iter().any(|key| item.get(key).and_then(Value::as_str) == Some(name)))
}

/// Whether a path can hold this name in its brackets.
pub(crate) fn fits_brackets(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-')
}

/// The name by which a path reaches this member of the list and no other, if there is one.
fn name_in(list: &[Value], n: usize) -> Option<&str> {
    let item = list.get(n)?;
    NAMING_KEYS
        .iter()
        .filter_map(|key| item.get(key).and_then(Value::as_str))
        .find(|name| fits_brackets(name) && member(list, name).is_some_and(|(found, _)| found == n))
}
