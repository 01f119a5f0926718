//! Three-valued evaluation of policies: holds, fails, or cannot be settled on the facts given.
//!
//! Policies are Cedar, written for a complete set of facts. Cedar itself answers only for complete facts (a
//! policy that reads a missing attribute is an error, and a forbid that errors is skipped), so the rooms above
//! Cedar's parser and validator are ours: the same expression, read with Kleene's logic. Where every fact is
//! known both readings agree; a test holds that against Cedar's own authorizer.

mod expr;
mod kleene;
mod value;

pub use expr::ExprError;
pub(crate) use expr::{Cmp, Expr, Var};
pub(crate) use kleene::{Reader, Tri, evaluate};
pub(crate) use value::{Deps, Fact, Record, Value};
