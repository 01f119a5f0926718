//! The ownership rules of the packs, and who is listed in their sense: for programs that ask about owners alone.

use std::collections::BTreeMap;

use countersign_model::Date;
use countersign_ownership::{Rule, Standing};
use serde_json::Value as Json;

use crate::facts::{Holdings, World, gather};
use crate::pack::{HoldingRule, Law};

/// One ownership rule as its pack states it.
#[derive(Debug, Clone, Copy)]
pub struct OwnershipRule<'a> {
    /// Its name: `ofac`, `bis`, `eu`…
    pub id: &'a str,
    /// The regime that it belongs to.
    pub regime: &'a str,
    /// Where the arithmetic is written down.
    pub source: &'a str,
    /// First day on which it is the one of its regime; `None` = from the beginning.
    pub from: Option<Date>,
    /// Last day; `None` = still.
    pub until: Option<Date>,
    /// Threshold, comparison, aggregation, what counts.
    pub rule: &'a Rule,
    /// Whether the regime reads control beside ownership.
    pub reads_control: bool,
}

impl OwnershipRule<'_> {
    /// Whether it is the one of its regime on `day`.
    pub fn is_of(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}

impl<'a> OwnershipRule<'a> {
    fn of(rule: &'a HoldingRule) -> Self {
        Self {
            id: &rule.attribute,
            regime: &rule.regime,
            source: &rule.source,
            from: rule.from,
            until: rule.until,
            rule: &rule.rule,
            reads_control: rule.control.is_some(),
        }
    }
}

impl Law {
    /// The ownership rules of all packs, without those that only raise a red flag.
    pub fn ownership_rules(&self) -> Vec<OwnershipRule<'_>> {
        self.holdings.iter().filter(|rule| !rule.flag_only).map(OwnershipRule::of).collect()
    }
}

/// Who of the parties of a case is listed in the sense of each ownership rule: by rule, then by party. `tree` need
/// hold no more than parties with their listings.
pub fn standings(law: &Law, tree: &Json, as_of: Date) -> BTreeMap<String, BTreeMap<String, Standing>> {
    let world =
        World::new(law, gather(law, tree, as_of, as_of), as_of, "export", Holdings::gather(tree, as_of));
    let of_rule = |n: usize, rule: &HoldingRule| {
        let parties = world.facts.parties.keys();
        let standings = parties.map(|id| (id.clone(), world.holdings.standing(&world, n, id))).collect();
        (rule.attribute.clone(), standings)
    };
    law.holdings.iter().enumerate().map(|(n, rule)| of_rule(n, rule)).collect()
}
