//! What would change the answer: the smallest sets of changes among the facts that somebody can change or find out.

mod budget;
mod changes;
mod missing;
mod path;

use countersign_case::Case;
use countersign_model::Answer;
use serde_json::Value as Json;

use super::answer::held;
use super::assumption::Assumption;
use super::verdicts::decide_tree;
use crate::decision::{Counterfactual, Decision};
use crate::pack::Law;
use budget::Budget;
use changes::Change;

pub(super) use missing::{name_blocks, values_of_missing};

/// How many changes are combined: of more, the pairs grow beyond what is looked at.
const MOST_COMBINED: usize = 8;

/// What was found, and in words what was not looked at.
pub(super) struct Search {
    pub(super) found: Vec<Counterfactual>,
    pub(super) bounded: Option<String>,
}

/// The changes that give another answer, alone or two together, the mildest result first. Of two together only those that
/// give a milder answer than each by itself: a set is shown only if none of its changes can be spared.
pub(super) fn find(
    law: &Law,
    case: &Case,
    assumptions: &[Assumption],
    open: &[String],
    decision: &Decision,
) -> Search {
    let answer = held(decision.answer, open, &[]);
    if answer == Answer::Proceed {
        return Search { found: Vec::new(), bounded: None };
    }
    let mut left = Budget::of(case.tree());
    let (changes, mut untried) = changes::all(law, case, assumptions, decision);
    let all = changes.len() + untried;
    let then = |tree: &Json, paths: &[String]| {
        held(decide_tree(law, tree, case.as_of(), case.known_at(), assumptions).answer, open, paths)
    };
    let mut found = Vec::new();
    let mut alone: Vec<(&Change, Answer)> = Vec::new();
    for change in &changes {
        let mut tree = case.tree().clone();
        if !left.one() || !change.apply(&mut tree) {
            continue;
        }
        let came = then(&tree, &change.paths);
        alone.push((change, came));
        if came != answer {
            found.push(Counterfactual {
                change: change.words.clone(),
                answer: came,
                paths: change.paths.clone(),
            });
        }
    }
    untried += left.refused();
    // what can only make things worse goes with nothing
    let combined: Vec<&(&Change, Answer)> =
        alone.iter().filter(|(_, came)| *came <= answer).take(MOST_COMBINED).collect();
    for (n, (one, came)) in combined.iter().enumerate() {
        for (other, others) in combined.iter().skip(n + 1) {
            let least = *came.min(others);
            let mut tree = case.tree().clone();
            if least == Answer::Proceed
                || one.stands_in_for(other)
                || !left.one()
                || !one.apply(&mut tree)
                || !other.apply(&mut tree)
            {
                continue;
            }
            let mut paths = one.paths.clone();
            paths.extend(other.paths.iter().filter(|p| !one.paths.contains(p)).cloned());
            let came = then(&tree, &paths);
            if came < least && came < answer {
                found.push(Counterfactual {
                    change: format!("{}; and {}", one.words, other.words),
                    answer: came,
                    paths,
                });
            }
        }
    }
    found.sort_by(|a, b| {
        let key = |c: &Counterfactual| (c.answer, c.paths.len());
        key(a).cmp(&key(b)).then_with(|| a.change.cmp(&b.change))
    });
    let bounded = (untried > 0).then(|| {
        format!(
            "what would change the answer was searched in part only: {} of {all} single changes were tried, and not every pair \
             of them, because the case names so many parties and stakes; a change that is not shown may exist",
            all - untried
        )
    });
    Search { found, bounded }
}
