//! What would change the answer: the smallest sets of changes among the facts that somebody can change or find out.

mod changes;
mod missing;
mod path;

use countersign_case::Case;
use countersign_model::Answer;
use serde_json::Value as Json;

use super::{Assumption, decide_tree};
use crate::decision::{Counterfactual, Decision};
use crate::pack::Law;
use changes::Change;

pub(super) use missing::{name_blocks, values_of_missing};

/// How many decisions may be made for the sake of one: each change tried is one of its own.
const MOST_DECISIONS: usize = 96;

/// How many changes are combined: of more, the pairs grow beyond what is looked at.
const MOST_COMBINED: usize = 8;

/// What may still be tried, and what was left out for it. One decision costs about the square of the size of the case; a
/// case of hundreds of owners gets fewer, so that its decision comes in a second or two, and says so.
pub(super) struct Budget {
    left: usize,
    refused: usize,
}

/// The work that may be done for the sake of one decision: decisions times the square of the size of the case.
const MOST_WORK: usize = 4_500_000;

impl Budget {
    fn of(tree: &Json) -> Self {
        let parties = tree.get("parties").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
        let size = |party: &Json| {
            let of = |key: &str| party.get(key).and_then(Json::as_array).map_or(0, Vec::len);
            1 + of("listings") + of("owners")
        };
        let size: usize = parties.iter().map(size).sum();
        Self { left: (MOST_WORK / (size * size + 1)).clamp(4, MOST_DECISIONS), refused: 0 }
    }

    /// Takes one decision from it; `false` when there is none left.
    fn one(&mut self) -> bool {
        let some = self.left > 0;
        self.left = self.left.saturating_sub(1);
        self.refused += usize::from(!some);
        some
    }
}

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
    untried += left.refused;
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

/// The answer where facts are open that no verdict shows: HOLD at least, unless a change settles every one of them.
pub(super) fn held(answer: Answer, open: &[String], settled: &[String]) -> Answer {
    if open.iter().all(|path| settled.contains(path)) { answer } else { answer.max(Answer::Hold) }
}
