//! What an evaluation read, kept so that it costs nothing until somebody asks.
//!
//! A definition that many things settle (that some party is listed) is read by many rules. Each of them points at the one
//! trace of the definition; it is written out only for what a decision shows.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::eval::Value;

/// How many facts are shown of one rule. A rule that looks at every listing of a file reads thousands, all alike.
pub(crate) const SHOWN_FACTS: usize = 200;

/// What an evaluation read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trace {
    parts: Vec<Part>,
    /// The definitions that held, once somebody asked; nothing is added to a trace after that.
    definitions: OnceCell<Rc<BTreeSet<(usize, usize)>>>,
}

#[derive(Debug, Clone)]
enum Part {
    /// A fact by its path.
    Read(Arc<str>, Value),
    /// A definition that held: rule and resource.
    Definition(usize, usize),
    /// What a definition read, settled once for all its readers.
    Shared(Rc<Trace>),
}

impl Trace {
    /// A fact was read.
    pub(super) fn read(&mut self, path: &Arc<str>, value: &Value) {
        self.parts.push(Part::Read(path.clone(), value.clone()));
    }

    /// A definition held.
    pub(super) fn define(&mut self, rule: usize, resource: usize) {
        self.parts.push(Part::Definition(rule, resource));
    }

    /// A definition was read.
    pub(super) fn share(&mut self, trace: Rc<Trace>) {
        if !trace.parts.is_empty() {
            self.parts.push(Part::Shared(trace));
        }
    }

    /// What another evaluation read, after what this one did.
    pub(super) fn append(&mut self, mut other: Trace) {
        if self.parts.is_empty() {
            *self = other;
        } else {
            self.parts.append(&mut other.parts);
        }
    }

    /// The facts by path, each once, in the order of reading; and whether more were read than [`SHOWN_FACTS`].
    pub(crate) fn facts(&self) -> (IndexMap<Arc<str>, Value>, bool) {
        let mut found = IndexMap::new();
        let whole = self.walk(&mut |part| {
            if let Part::Read(path, value) = part {
                if found.len() == SHOWN_FACTS && !found.contains_key(path) {
                    return false;
                }
                found.entry(path.clone()).or_insert_with(|| value.clone());
            }
            true
        });
        (found, !whole)
    }

    /// The definitions that held, rule and resource. Worked out once for each shared trace, however many rules read it.
    pub(crate) fn definitions(&self) -> Rc<BTreeSet<(usize, usize)>> {
        let of_parts = || {
            let mut found = BTreeSet::new();
            for part in &self.parts {
                match part {
                    Part::Read(..) => {}
                    Part::Definition(rule, resource) => {
                        found.insert((*rule, *resource));
                    }
                    Part::Shared(trace) => found.extend(trace.definitions().iter().copied()),
                }
            }
            Rc::new(found)
        };
        self.definitions.get_or_init(of_parts).clone()
    }

    /// Goes through every part, each shared trace once; `false` when `visit` had enough.
    fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Part) -> bool) -> bool {
        let mut seen = HashSet::new();
        // a stack of its own: definitions may stand on each other as deep as a pack likes
        let mut open = vec![self.parts.iter()];
        while let Some(parts) = open.last_mut() {
            match parts.next() {
                None => {
                    open.pop();
                }
                Some(Part::Shared(trace)) => {
                    if seen.insert(Rc::as_ptr(trace)) {
                        open.push(trace.parts.iter());
                    }
                }
                Some(part) => {
                    if !visit(part) {
                        return false;
                    }
                }
            }
        }
        true
    }
}
