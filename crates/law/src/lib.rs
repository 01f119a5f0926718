//! Law: packs and facts to decisions.
//!
//! Flow: **list → entity → index → hit → *facts → decision* → record → proof → page**.
//! Comes in: law packs (Cedar policies, tables, the inventory of rule ids) and a case with its facts. Goes out: a
//! [`Decision`]: one verdict per regime, the answer, the rules that determined it with the facts they read, near
//! misses, missing facts, counterfactuals. Next: the record (`store`).
//!
//! - [`pack`]: files → validated rules
//! - `eval`: three-valued evaluation of Cedar conditions
//! - `facts`: a case → facts (projection by the schema, tables, ownership)
//! - [`decide()`]: verdicts, exceptions, gates, the answer
//! - `expectation`, `outcome`: what a worked case expects, and how it ended
//! - `legal`: short tests of single policies, and which policies have some (`countersign law coverage`)
//! - `classify`: answers on what a tool does → candidate entries of the control lists
//! - `explain`: a rule in words
//! - `proof`: statements about every case, asked of an SMT solver (`countersign law verify`)
//! - `scenario`: the same on scenario files with expectations (`countersign law test`)
//!
//! Rust computes facts and combines verdicts; what the law asks stands in `law/`, and nothing here decides it.

mod classify;
mod decide;
mod decision;
mod eval;
mod expectation;
mod explain;
mod facts;
mod legal;
mod outcome;
mod owned;
mod pack;
mod proof;
mod scenario;

pub use classify::{Candidate, Classification, Question, Questionnaire, Reply, Standing, UnknownQuestion};
pub use decide::{Assumption, Findings, decide, decide_screened, verdicts, verdicts_screened};
pub use decision::{
    Assumed, Attributed, CaseHead, Cited, CommitmentFinding, Counterfactual, Decision, GateFinding, Mention,
    MissingFact, NearMiss, Recorded, RedFlag, RegimeVerdict,
};
pub use eval::ExprError;
pub use explain::{Condition, Explained, PolicyText, explain};
pub use legal::{Coverage, Covered, run_legal};
pub use outcome::{Outcome, Status};
pub use owned::{OwnershipRule, standings};
pub use pack::{
    Inventory, Law, Norm, NormKind, Norms, PackError, PackFiles, Regime, RuleRow, embedded_cases,
    embedded_files,
};
pub use proof::{
    Finding, PolicyChange, ProofError, Result as ProofResult, Scope, Session, decision_changes,
    policy_changes, verify, yaml_text as yaml,
};
pub use scenario::run;
