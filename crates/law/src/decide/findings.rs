//! What every policy of the packs finds on a case: for legal tests and for coverage.

use std::collections::BTreeSet;

use countersign_case::Case;

use super::examination::{determines, fails_on_one};
use super::verdicts::settle_gate;
use crate::facts::{Holdings, World, gather};
use crate::pack::{Action, Law};

/// What was found of every policy on a case.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    /// Policies that hold on something in the case.
    pub holds: BTreeSet<String>,
    /// Policies that fail on a single condition, all others being met; stayed rules that would hold.
    pub fails: BTreeSet<String>,
}

/// What every policy of the packs finds on a case, whatever regimes it asks.
pub(crate) fn findings(law: &Law, case: &Case) -> Findings {
    let tree = case.tree();
    let name = Action::ALL.into_iter().find(|a| *a == case.action().as_str()).unwrap_or("export");
    let facts = gather(law, tree, case.as_of(), case.known_at());
    let world = World::new(law, facts, case.as_of(), name, Holdings::gather(tree, case.as_of()));
    settle_gate(&world, tree);
    let mut found = Findings::default();
    for (n, rule) in law.rules.iter().enumerate() {
        for examined in world.examine(n) {
            if determines(&world, rule, &examined) {
                found.holds.insert(rule.key.clone());
            } else if fails_on_one(&world, rule, &examined) {
                found.fails.insert(rule.key.clone());
            }
        }
    }
    found
}
