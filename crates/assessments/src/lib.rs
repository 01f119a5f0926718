//! Assessments: questions and answers → what stops, what is open; declarations → independence; a document → its
//! public version with proof of what is withheld; log events → the state of an assessment on a day.
//!
//! Flow: **list → entity → index → hit → facts → decision → record → proof → page**. What comes in is the question
//! set, an assessment as its assessor wrote it, and what the register logged about it. What goes out are findings
//! for the assessor ([`lint`]), commitments for the register ([`commit`], [`publish`]), and facts for `law`
//! ([`gate_facts`]: the `assessments` block of a case). Next: `law` decides the gate on those facts, `register` logs
//! the documents. No clock, no randomness, no file, no network: days and salts are arguments.
//!
//! | file | what | method |
//! |---|---|---|
//! | `question_set` | the questions | `assessments/question-set.yaml` |
//! | `answer`, `evaluate` | answers, and what they mean | section 2 |
//! | `impact` | severity and likelihood | section 1.2 |
//! | `document`, `participation`, `declaration`, `words` | the assessment itself | sections 1.3, 3, 4, 5 |
//! | `roster`, `independence`, `ties` | IND-01 to IND-16 | section 4 |
//! | `publication` | PUB-01 to PUB-05 | section 5 |
//! | `redaction` | RED-01 to RED-06 | section 6 |
//! | `life_cycle` | states, expiry, deadlines | section 7 |
//! | `lint`, `template` | for the assessor at work | – |
//! | `gate_facts` | for the gate | section 8 |

mod answer;
mod commented;
mod declaration;
mod document;
mod evaluate;
mod fault;
mod gate_facts;
mod impact;
mod independence;
mod known;
mod life_cycle;
mod lint;
mod look_back;
mod participation;
mod publication;
mod question_set;
mod redaction;
mod reports;
mod roster;
mod rule;
mod rule_of_law;
mod template;
mod ties;
mod words;

pub use answer::{Answer, Evidence, Fact, Row, Value};
pub use commented::{discount_uncommented, uncommented, unfit_for_comments};
pub use declaration::{Competence, Declaration, Gift, Holder, Holding, OpenDay, Work};
pub use document::{
    ASSESSMENT_SCHEMA, Assessment, Dates, FeeShare, Fees, IndexValue, LegalFinding, Monitoring, Party,
    Product, PublishingRight, Refusal, Relation, RuleOfLaw, RuleOfLawTier, Selection, Signatory, Stage,
};
pub use evaluate::{Answered, Evaluation, IMPACTS, Judged, Stop, evaluate, judge};
pub use fault::DocumentFault;
pub use gate_facts::{CaseParty, GateInput, gate_facts};
pub use impact::{Impact, Involvement, Mark, Mitigation, Rating, Right, by_severity, highest_residual};
pub use independence::{check_independence, later_until};
pub use known::{Earlier, Known, LaterWork, Tie, TieKind};
pub use life_cycle::{
    ChallengeDeadlines, Event, LifeFault, State, challenge_deadlines, check_life, state_at, suspend_by,
    valid_to,
};
pub use lint::{Level, Note, evaluate_document, lint};
pub use participation::{CommentChannel, Disposition, Outcome, Redaction, WithheldClass};
pub use publication::{
    COMMENT_DAYS, Gap, Logged, URGENT_DAYS, check_publication, comment_days, official_languages,
    open_conditions,
};
pub use question_set::{
    AnswerForm, AnswerType, Condition, EvidenceForm, Question, QuestionSet, Scalar, Side, Tier,
};
pub use redaction::{
    Commitment, Field, Opening, PUBLIC_SCHEMA, PublicField, PublicVersion, RedactionFault, RedactionReport,
    SALT_BYTES, WITHHELD, Withheld, check as check_redaction, commit, disclose, fields, leaf,
    may_never_be_withheld, public_document, publish, root,
};
pub use reports::{Report, Unanswered, unanswered};
pub use roster::{Accredited, Funder, ROSTER_SCHEMA, Roster, RosterEntry, Suspension};
pub use rule::{Finding, Verdict};
pub use template::{NewAssessment, in_words, new_assessment};
pub use words::{Checked, Day, PercentText};
