//! Which rules settle which attribute that the law itself defines.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::rule::Resource;

/// The rules by which the law settles one attribute.
#[derive(Debug)]
pub(crate) struct Definition {
    /// Its place among all definitions.
    pub(crate) number: usize,
    /// The rules; any of them that holds settles it.
    pub(crate) rules: Vec<usize>,
}

/// The definitions by what they are about and the attribute that they settle. Read for every condition of every rule.
#[derive(Debug)]
pub(crate) struct Definitions(HashMap<Arc<str>, Vec<(Resource, Definition)>, foldhash::fast::FixedState>);

impl Definitions {
    /// From the rules by resource and attribute, and those by the attribute of the case that some resource settles.
    pub(super) fn new(
        of_things: BTreeMap<(Resource, Arc<str>), Vec<usize>>,
        of_case: BTreeMap<Arc<str>, Vec<usize>>,
    ) -> Self {
        let mut found = Self(HashMap::default());
        let of_case = of_case.into_iter().map(|(name, rules)| ((Resource::Case, name), rules));
        // what is defined of the case is what some resource settles
        let of_things = of_things.into_iter().filter(|((kind, _), _)| *kind != Resource::Case);
        for (number, ((kind, name), rules)) in of_things.chain(of_case).enumerate() {
            found.0.entry(name).or_default().push((kind, Definition { number, rules }));
        }
        found
    }

    /// The definition of an attribute of such a thing.
    pub(crate) fn of(&self, kind: Resource, name: &str) -> Option<&Definition> {
        self.0.get(name)?.iter().find(|(of, _)| *of == kind).map(|(_, definition)| definition)
    }
}
