//! What each value of a missing fact leads to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use countersign_case::Case;
use countersign_model::Percent;
use serde_json::{Value as Json, json};

use super::budget::Budget;
use super::path::{absent_block, get, set};
use crate::decide::assumption::Assumption;
use crate::decide::verdicts::decide_tree;
use crate::decision::{Decision, MissingFact};
use crate::pack::Law;
use crate::proof::Vocabulary;

/// For each missing fact of few values, the answer that each value leads to. Where every value gives the verdicts that
/// stand already, and leaves the same other facts open, the fact can change nothing and is not missing. Comes back with what
/// was not worked out, in words.
pub(in crate::decide) fn values_of_missing(
    law: &Law,
    case: &Case,
    assumptions: &[Assumption],
    decision: &mut Decision,
) -> Option<String> {
    let mut left = Budget::of(case.tree());
    while another_round(law, case, assumptions, decision, &mut left) {}
    let untold = decision
        .missing_facts
        .iter()
        .filter(|fact| fact.values.len() < candidates(law, case.tree(), &fact.path).values.len())
        .count();
    (left.refused() > 0 && untold > 0).then(|| {
        format!(
            "what each value of {untold} of the missing facts leads to was not worked out, because the case names so many \
             parties and stakes; a fact that is named as missing may turn out to change nothing"
        )
    })
}

/// Tries every missing fact; `true` when one was found to be idle, so that another may be too.
fn another_round(
    law: &Law,
    case: &Case,
    assumptions: &[Assumption],
    decision: &mut Decision,
    left: &mut Budget,
) -> bool {
    let mut idle = Vec::new();
    let stands = Standing::of(decision);
    for fact in &mut decision.missing_facts {
        let mut all: Vec<Standing> = Vec::new();
        let Candidates { values, all: exhaustive } = candidates(law, case.tree(), &fact.path);
        let every = values.len();
        for value in values {
            if !left.one() {
                break;
            }
            let mut tree = case.tree().clone();
            if !set(&mut tree, &fact.path, value.clone()) {
                break;
            }
            let then = decide_tree(law, &tree, case.as_of(), case.known_at(), assumptions);
            let word = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            fact.values.insert(word, then.answer);
            all.push(Standing::of(&then));
        }
        let without = stands.without(&fact.path);
        if exhaustive && !all.is_empty() && all.len() == every && all.iter().all(|s| *s == without) {
            idle.push(fact.path.clone());
        }
    }
    // one at a time: of two facts that stand in for each other, one still matters
    if let Some(path) = idle.first() {
        decision.missing_facts.retain(|f| f.path != *path);
        for missing in decision.regimes.iter_mut().map(|r| &mut r.missing).chain([&mut decision.gate.missing])
        {
            missing.retain(|p| p != path);
        }
    }
    idle.len() > 1
}

/// Where a block of the case is absent as a whole, the block is named before the facts in it: whoever asks for them asks for
/// the block.
pub(in crate::decide) fn name_blocks(tree: &Json, decision: &mut Decision) {
    let mut blocks: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for fact in &decision.missing_facts {
        // a limb is named by its entry, whose code has dots of its own
        let block = absent_block(tree, &fact.path).filter(|_| !fact.path.starts_with("item.limbs."));
        if let Some(block) = block {
            blocks.entry(block.to_owned()).or_default().extend(fact.needed_by.iter().cloned());
        }
    }
    for (path, by) in blocks {
        let at = decision.missing_facts.iter().position(|fact| fact.path.starts_with(&format!("{path}.")));
        let block = MissingFact { path, needed_by: by.into_iter().collect(), values: BTreeMap::new() };
        decision.missing_facts.insert(at.unwrap_or_default(), block);
    }
}

/// What a decision comes to: every verdict, and which facts are open.
#[derive(PartialEq, Eq)]
struct Standing {
    verdicts: Vec<(String, String)>,
    missing: Vec<String>,
}

impl Standing {
    fn of(decision: &Decision) -> Self {
        let mut verdicts: Vec<(String, String)> =
            decision.regimes.iter().map(|r| (r.regime.clone(), r.verdict.to_string())).collect();
        verdicts.push(("GATE".to_owned(), decision.gate.verdict.to_string()));
        verdicts.push(("answer".to_owned(), decision.answer.to_string()));
        verdicts.sort();
        Self { verdicts, missing: decision.missing_facts.iter().map(|m| m.path.clone()).collect() }
    }

    fn without(&self, path: &str) -> Self {
        Self {
            verdicts: self.verdicts.clone(),
            missing: self.missing.iter().filter(|p| *p != path).cloned().collect(),
        }
    }
}

/// Values to try, and whether there are no others.
struct Candidates {
    values: Vec<Json>,
    all: bool,
}

/// The values of a yes/no fact, or of one of few words. Of a share its ends as far as they are known, and what lies on and
/// beside each line that a rule could draw: a quarter, half, all. Of a list that may be empty, that it is (`none`): what else
/// may stand in it are too many.
fn candidates(law: &Law, tree: &Json, path: &str) -> Candidates {
    let key = path.rsplit('.').next().unwrap_or_default();
    if law.schema.is_yes_no(key) {
        return Candidates { values: vec![json!("no"), json!("yes")], all: true };
    }
    if !law.schema.is_share(key) {
        let (words, list) = words(path);
        let values: Vec<Json> =
            words.iter().filter(|word| !list || *word == "none").map(|w| json!(w)).collect();
        return match values.len() {
            n if n > MOST_WORDS => Candidates { values: Vec::new(), all: false },
            _ => Candidates { values, all: !list },
        };
    }
    let given = get(tree, path).and_then(crate::facts::share);
    let (least, most) = given.map_or_else(|| (Percent::zero(), Percent::whole(100)), |s| (s.min, s.max));
    let lines = ["24.9999", "25", "25.0001", "49.9999", "50", "50.0001"];
    let mut values: Vec<Percent> = lines.iter().filter_map(|text| text.parse().ok()).collect();
    values.retain(|value| least < *value && *value < most);
    values.insert(0, least);
    values.push(most);
    Candidates { values: values.iter().map(|value| json!(value.to_string())).collect(), all: true }
}

/// Of more words nobody reads what each leads to.
const MOST_WORDS: usize = 8;

/// The words that the contract has at a path, and whether something else may stand there.
fn words(path: &str) -> (Vec<String>, bool) {
    static VOCABULARY: OnceLock<Vocabulary> = OnceLock::new();
    let vocabulary = VOCABULARY.get_or_init(Vocabulary::load);
    let (definition, rest) = match path.split_once("].") {
        Some((above, rest)) if above.starts_with("parties[") => ("party", rest),
        Some((above, rest)) if above.starts_with("assessments[") => ("assessment", rest),
        Some(_) => return (Vec::new(), true),
        None => ("case_body", path),
    };
    let keys: Vec<String> = rest.split('.').map(str::to_owned).collect();
    vocabulary.alone(definition, &keys)
}
