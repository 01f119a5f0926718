//! What would settle it: the open facts of which some value changes the answer.
//!
//! Three kinds of fact are open: whether a party is listed, where in its interval a share lies, and who holds
//! what the known owners leave open (any part of it may be a listed person's). A fact belongs to the answer if,
//! with the other facts in some state, its value changes the verdict. That set is the smallest which settles the
//! question whatever its facts turn out to be: leave one of them out, and there is a state in which the verdict
//! still hangs on it.
//!
//! How it is found: the party's owners that are in doubt are cut out of the graph (`cut`); the cut falls apart
//! into modules, owners whose whole doubt reaches the party through themselves alone (`modules`), so that a chain
//! or a tree is looked at one company at a time; and within a module a search (`search`) looks for two states
//! that differ in the one fact and in the verdict. The search goes over *who counts*, not over the numbers: which
//! owners count and which do not decides by itself whether shares exist that fit, so intervals cost nothing.
//!
//! No fact that matters is left out. One too many can be named in two cases: where the search is cut short
//! ([`Settling::least`] is then false), and where several intervals of one company compete for the same room.

mod cut;
mod fronts;
mod modules;
mod question;
mod search;

use crate::reach::{NOBODY, Reach};
use crate::texts::{Numbers, Texts};
use cut::{Cut, OpenFact};
use modules::Modules;
use question::Origin;
pub(crate) use question::Question;
use search::Search;

/// The facts that settle a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settling {
    /// Their paths, those of the party's own owners first.
    pub(crate) facts: Vec<String>,
    /// The search came to its end, so that none of them can be spared.
    pub(crate) least: bool,
}

/// The open facts that can change the answer for `party`.
pub(crate) fn open_facts(reach: &Reach<'_>, party: u32, question: &Question) -> Settling {
    let cut = Cut::out_of(reach, party);
    if cut.is_too_large() {
        return Settling { facts: paths(reach, cut.facts.iter()), least: false };
    }
    let modules = Modules::of(&cut, reach.rule.aggregate);
    let mut search = Search::new(reach, &cut, &modules, question);
    let mut matters = vec![false; cut.facts.len()];
    // the target first, then the modules of which it was found that they matter
    let mut roots = vec![cut::TARGET];
    while let Some(root) = roots.pop() {
        let region = modules.region(&cut, root);
        for (origin, fact) in modules.origins(&cut, root, &region) {
            if search.matters(root, &region, &origin) {
                match (origin, fact) {
                    (Origin::Module(module), _) => roots.push(module),
                    (_, Some(fact)) => {
                        if let Some(mark) = matters.get_mut(fact) {
                            *mark = true;
                        }
                    }
                    (_, None) => {}
                }
            }
        }
    }
    reach.left.set(search.left());
    let named = cut.facts.iter().zip(matters).filter(|(_, matters)| *matters).map(|(fact, _)| fact);
    Settling { facts: paths(reach, named), least: search.is_complete() }
}

/// The paths that settle the facts, each once.
fn paths<'a>(reach: &Reach<'_>, facts: impl Iterator<Item = &'a OpenFact>) -> Vec<String> {
    let (mut texts, mut numbers) = (Texts::default(), Numbers::default());
    let mut found = Vec::new();
    for path in facts.flat_map(|fact| fact.paths(reach)) {
        if numbers.find(&texts, &path).is_none() {
            let number = u32::try_from(texts.len()).unwrap_or(NOBODY);
            texts.push(&path);
            numbers.insert(&texts, number);
            found.push(path);
        }
    }
    found
}
