//! Assessments: questions and answers → what stops, what is open; declarations → independence; a document → its
//! public version with proof of what is withheld; log events → the state of an assessment on a day.
//!
//! Flow: **list → entity → index → hit → facts → decision → record → proof → page**. What comes in is the question
//! set, an assessment as its assessor wrote it, and what the register logged about it. What goes out are findings
//! for the assessor, commitments for the register, and facts for `law` (the `assessments` block of a case). Next:
//! `law` decides the gate on those facts, `register` logs the documents. No clock, no file, no network.
mod answer;
mod evaluate;
mod fault;
mod impact;
mod question_set;

pub use answer::{Answer, Evidence, Fact, Row, Value};
pub use evaluate::{Answered, Evaluation, IMPACTS, Judged, Stop, evaluate, judge};
pub use fault::DocumentFault;
pub use impact::{Impact, Involvement, Mark, Mitigation, Rating, Right, by_severity, highest_residual};
pub use question_set::{
    AnswerForm, AnswerType, Condition, EvidenceForm, Question, QuestionSet, Scalar, Side, Tier,
};
