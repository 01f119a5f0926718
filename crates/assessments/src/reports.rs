//! What a register held about the vendor, the product or the end user when the text was made: its assessor answers to
//! it, or the question that it belongs to has no answer that counts.

use countersign_model::Digest;

use crate::answer::{Answer, Value};
use crate::document::Assessment;
use crate::evaluate::{Answered, Evaluation, Stop};

/// The question about misuse by a vendor's tools, and the one about an end user. Both stop.
const OF_VENDOR: &str = "VG-05";
const OF_END_USER: &str = "EN-03";
/// Where an assessor may cite a report about an end user.
const END_USER_QUESTIONS: [&str; 3] = ["EN-03", "EN-04", "EN-09"];

/// A credible report of misuse that stands in a register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The digest of its record, by which an answer cites it.
    pub record: Digest,
    /// What it is: `entry 7, confirmed finding, E3`.
    pub label: String,
    /// What it says, in a line.
    pub text: String,
    /// It is about the product, or about the vendor.
    pub of_product: bool,
    /// It is about the end user.
    pub of_end_user: bool,
}

/// A report that an answer does not answer to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unanswered {
    /// The question.
    pub question: &'static str,
    /// Why its answer does not count.
    pub why: String,
}

/// Whether the evidence of an answer names the record.
fn cites(answer: &Answer, record: &Digest) -> bool {
    let text = record.to_string();
    answer.evidence.iter().any(|evidence| evidence.sha256 == Some(*record) || evidence.text.contains(&text))
}

/// Whether an answer says that there is nothing.
fn says_none(answer: &Answer) -> bool {
    match &answer.answer {
        Value::Word(word) => matches!(word.as_str(), "none_found" | "none" | "no" | "not_applicable"),
        Value::Rows(rows) => rows.is_empty(),
        Value::Words(words) => words.is_empty(),
        Value::Number(_) | Value::Days(_) => false,
    }
}

/// The reports that the answers do not answer to: those that no evidence cites, and those that are cited by an answer
/// that there is nothing.
pub fn unanswered(document: &Assessment, reports: &[Report]) -> Vec<Unanswered> {
    let mut found = Vec::new();
    for report in reports {
        let asked = [
            (report.of_product, OF_VENDOR, &[OF_VENDOR][..]),
            (report.of_end_user, OF_END_USER, &END_USER_QUESTIONS[..]),
        ];
        for (_, question, places) in asked.into_iter().filter(|(concerns, ..)| *concerns) {
            let citing = places
                .iter()
                .filter_map(|id| document.answers.get(*id))
                .filter(|answer| cites(answer, &report.record));
            let answered = citing.clone().any(|answer| !says_none(answer));
            if answered {
                continue;
            }
            let wrong = if citing.count() == 0 {
                format!("no evidence of {} cites it (its record is {})", places.join(", "), report.record)
            } else {
                "the answer that cites it says that there is nothing".to_owned()
            };
            let why =
                format!("the register holds a report, \"{}\" ({}), and {wrong}", report.text, report.label);
            found.push(Unanswered { question, why });
        }
    }
    found
}

/// Takes out of an evaluation the answers that do not answer to a report.
pub(crate) fn discount(evaluation: &mut Evaluation, unanswered: &[Unanswered]) {
    for one in unanswered {
        if let Some(judged) = evaluation.questions.get_mut(one.question) {
            judged.answered = Answered::Unknown(one.why.clone());
            if judged.stop != Stop::Yes {
                judged.stop = Stop::Unknown;
            }
        }
    }
}
