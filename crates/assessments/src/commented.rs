//! What of a final text the public could comment on: what its draft said too (PUB-01, EIA Directive, Art 6(7): the public
//! comments on the report).
//!
//! Comes in: the draft and the final text, both judged. Goes out: answers of the final text that count as unknown, and what
//! else became better where nobody could comment. What became worse counts as it is. Next: the gate, by way of `gate_facts`.

use countersign_model::Date;

use crate::document::Assessment;
use crate::evaluate::{Answered, Evaluation, Judged, Stop};
use crate::impact::{Impact, Mark};
use crate::publication::{Gap, Logged, check_publication};
use crate::question_set::QuestionSet;

/// Counts answers as unknown that the draft did not give: left open, withheld, or with a stop or a red flag that the final
/// text has no more. `draft` is how the reader knows the draft: "the draft of entry 7".
pub fn discount_uncommented(
    evaluation: &mut Evaluation,
    before: &Evaluation,
    set: &QuestionSet,
    draft: &str,
) {
    for (id, judged) in &mut evaluation.questions {
        // what stops counts as it is
        if judged.stop == Stop::Yes || !matches!(judged.answered, Answered::Given | Answered::NotApplicable) {
            continue;
        }
        let Some(how) = how_otherwise(before.questions.get(id), judged) else { continue };
        judged.answered = Answered::Unknown(format!("{draft} {how}: nobody could comment on this answer"));
        let question = set.get(id);
        if question.is_some_and(|question| question.stop.is_some()) {
            if judged.stop == Stop::No {
                judged.stop = Stop::Unknown;
            }
        } else if question.is_some_and(|question| question.red_flag.is_some()) {
            // as every answer that does not count
            judged.red_flag = true;
        }
    }
}

/// How the draft answered a question otherwise, where the final text answers it better.
fn how_otherwise(before: Option<&Judged>, after: &Judged) -> Option<&'static str> {
    match before {
        None => Some("does not answer it"),
        Some(before) => match before.answered {
            Answered::Missing => Some("does not answer it"),
            Answered::Unknown(_) => Some("leaves it open"),
            Answered::Given | Answered::NotApplicable
                if before.stop != Stop::No && after.stop == Stop::No =>
            {
                Some("answers it with what stops")
            }
            Answered::Given | Answered::NotApplicable if before.red_flag && !after.red_flag => {
                Some("answers it with a red flag")
            }
            Answered::Given | Answered::NotApplicable => None,
        },
    }
}

/// What the draft lacked that the public needs to comment (PUB-02, PUB-03, PUB-05), and what else of the final text looks
/// better than it did in the draft. `logged` is the day of the draft.
pub fn uncommented(document: &Assessment, before: &Assessment, logged: Date, draft: &str) -> Vec<Gap> {
    let mut gaps: Vec<Gap> = unfit_for_comments(before, logged)
        .into_iter()
        .map(|gap| Gap { why: format!("{draft}: {}", gap.why), ..gap })
        .collect();
    let mut open = |why: String| {
        let why = format!("{draft} {why}: nobody could comment on this");
        gaps.push(Gap { rule: "PUB-05".to_owned(), failed: false, why });
    };
    let new: Vec<&str> = document
        .impacts
        .iter()
        .map(|impact| impact.right)
        .filter(|right| before.impacts.iter().all(|other| other.right != *right))
        .map(|right| right.word())
        .collect();
    if !new.is_empty() {
        open(format!("has no impacts on {}", new.join(", ")));
    }
    let lower: Vec<&str> = before
        .impacts
        .iter()
        .map(|impact| impact.right)
        .filter(|right| worst(&document.impacts, *right) < worst(&before.impacts, *right))
        .map(|right| right.word())
        .collect();
    if !lower.is_empty() {
        open(format!("has a higher residual risk of {}", distinct(lower).join(", ")));
    }
    match (&document.rule_of_law, &before.rule_of_law) {
        (Some(_), None) => open("has no rule-of-law section".to_owned()),
        (Some(now), Some(then)) => {
            if now.tiers.iter().max() < then.tiers.iter().max() {
                open("reaches a tier that is more protective".to_owned());
            }
            let excepted =
                |reasons: &Option<String>| reasons.as_deref().is_some_and(|r| !r.trim().is_empty());
            if excepted(&now.t4_exception) && !excepted(&then.t4_exception) {
                open("gives no reasons for an exception from tier T4".to_owned());
            }
        }
        (None, _) => {}
    }
    gaps
}

/// What a draft lacks that the public needs to comment on it.
pub fn unfit_for_comments(draft: &Assessment, logged: Date) -> Vec<Gap> {
    let logged = Logged { draft: Some(logged), ..Logged::default() };
    let mut gaps = check_publication(draft, &logged);
    // answers to comments are another rule's, and days are counted elsewhere
    gaps.retain(|gap| matches!(gap.rule.as_str(), "PUB-02" | "PUB-03" | "PUB-05"));
    gaps
}

fn worst(impacts: &[Impact], right: crate::impact::Right) -> Option<(Mark, Mark)> {
    let marks = impacts.iter().filter(|impact| impact.right == right);
    marks.map(|impact| (impact.residual.severity(), impact.residual.likelihood)).max()
}

fn distinct(mut words: Vec<&str>) -> Vec<&str> {
    words.sort_unstable();
    words.dedup();
    words
}
