//! Law packs: files to rules. Comes in: a tree of Cedar policies, tables and the inventory of rule ids. Goes
//! out: [`Law`], validated and ready to be read as of any date. Next: `facts` and `decide`.

mod compiled;
mod definitions;
mod embedded;
mod files;
mod inventory;
mod load;
mod norms;
mod ownership;
mod regime;
mod rule;
mod schema;
mod tables;

pub use embedded::{embedded_cases, embedded_files};
pub use files::{PackError, PackFiles};
pub use inventory::{Inventory, NormKind, RuleRow};
pub use load::Law;
pub use norms::{Norm, Norms};
pub(crate) use ownership::HoldingRule;
pub use regime::Regime;
pub(crate) use rule::{Action, Resource, Role, Rule};
pub(crate) use schema::{Attribute, FactType};
pub(crate) use tables::Tables;
