//! From facts to the answer (case format, section 8).
//!
//! Comes in: a [`World`]. Goes out: a [`Decision`]. Each LAW regime, each family of commitments and each gate
//! gives its own verdict; nothing is merged before the answer. The rules are the packs'; what is written here is
//! only how verdicts combine.

mod answer;
mod assumption;
mod attributed;
mod cite;
mod commitment;
mod counterfactual;
mod examination;
mod findings;
mod flags;
mod gate;
mod licence;
mod regime;
mod shown;
mod verdicts;
mod warnings;

use std::collections::BTreeMap;

use countersign_case::Case;

use crate::decision::{Decision, MissingFact};
use crate::pack::Law;
use answer::held;

pub use assumption::Assumption;
pub use findings::Findings;
pub(crate) use findings::findings;
pub(crate) use licence::licensed;
pub(crate) use verdicts::{decide_tree, settle_gate};

/// Decides a case under the packs. `assumptions` are facts that the caller put into the case without a person
/// having decided them.
pub fn decide(law: &Law, case: &Case, assumptions: &[Assumption]) -> Decision {
    decide_screened(law, case, assumptions, &[])
}

/// The same, where some parties' listings were found by screening lists of which no whole copy was loaded: `open` names
/// their paths. What was found counts; that no other list names the party is not known, so nobody proceeds on it.
pub fn decide_screened(law: &Law, case: &Case, assumptions: &[Assumption], open: &[String]) -> Decision {
    let mut decision = verdicts(law, case, assumptions);
    let search = counterfactual::find(law, case, assumptions, open, &decision);
    decision.counterfactuals = search.found;
    decision.warnings.extend(search.bounded);
    let bounded = counterfactual::values_of_missing(law, case, assumptions, &mut decision);
    decision.warnings.extend(bounded);
    counterfactual::name_blocks(case.tree(), &mut decision);
    for path in open {
        if !decision.missing_facts.iter().any(|m| m.path == *path) {
            let needed_by = decision.regimes.iter().map(|r| r.regime.clone()).collect();
            let values = BTreeMap::new();
            decision.missing_facts.push(MissingFact { path: path.clone(), needed_by, values });
        }
    }
    decision.answer = held(decision.answer, open, &[]);
    decision.exit_code = decision.answer.exit_code();
    decision
}

/// As [`decide_screened`], without counterfactuals and without what the values of missing facts lead to: the answer is the
/// same, at a fraction of the time.
pub fn verdicts_screened(law: &Law, case: &Case, assumptions: &[Assumption], open: &[String]) -> Decision {
    let mut decision = verdicts(law, case, assumptions);
    counterfactual::name_blocks(case.tree(), &mut decision);
    decision.answer = held(decision.answer, open, &[]);
    decision.exit_code = decision.answer.exit_code();
    decision
}

/// The verdicts and the answer alone, without counterfactuals: what a program asks that decides many cases.
pub fn verdicts(law: &Law, case: &Case, assumptions: &[Assumption]) -> Decision {
    decide_tree(law, case.tree(), case.as_of(), case.known_at(), assumptions)
}
