//! Proofs about the packs: statements on every case of a bounded shape, decided by an SMT solver.
//!
//! Comes in: the packs with their `invariants.toml`, and a [`Session`] with a solver. Goes out: for each statement a
//! [`Finding`]: proved, or broken by a case that the engine itself decides so. What is proven, and what is not, is said
//! in `docs/reference/law-proofs.md`.
//!
//! - `term`: propositions, written for the solver
//! - `domain`: days, countries, codes and words
//! - `symbol`, `world`: conditions read with three values over facts that are variables
//! - `things`: what there is in a case; `shape` and the files below it: which cases; the facts that the program computes
//! - `verdict`: how verdicts combine
//! - `realise`, `replay`: from a solver's values to a case, and the engine's own word on it
//! - `invariant`: the statements; `question`: what each asks of the solver; `run`: asking it
//! - `diff`: the difference of two versions of the packs, as cases

mod diff;
mod domain;
mod invariant;
mod question;
mod realise;
mod replay;
mod run;
mod shape;
mod solver;
mod symbol;
mod term;
mod things;
mod verdict;
mod vocabulary;
mod world;
mod yaml;

pub(crate) use vocabulary::Vocabulary;

pub use diff::{PolicyChange, decision_changes, policy_changes};
pub use run::{Finding, ProofError, Result, Scope, verify};
pub use solver::Session;
pub use yaml::write as yaml_text;
