//! Countries: indicator tables and findings become a dated dossier.
//!
//! Flow: *list → entity → index → hit → **facts** → decision → record → proof → page*. In come publishers' indicator
//! files ([`import`]), the method as data ([`Method`], from `assessments/country-method.toml`) and dated findings
//! ([`Finding`]). Out comes, for a country on a day, a [`Dossier`]: every index with its interval, age and trend inside
//! one vintage, where the indices disagree, the set of tiers that the method reaches when each of its choices is
//! varied, the findings with the replies of those accused, and what is criticised about the numbers. Never one score,
//! and a value that is missing stays missing. Next: people, and the assessment that cites it.
//!
//! Pure: bytes and days are arguments. Values are kept as the publisher writes them, next to the number.

mod agency;
mod chart;
mod dossier;
mod fault;
mod finding;
mod import;
mod method;
mod places;
mod record;
mod section;
mod table;
mod tier;

pub use chart::chart;
pub use dossier::{Dossier, Pin, Point, Reading, dossier};
pub use fault::ImportError;
pub use finding::{Finding, FindingError, FindingKind, FindingStatus, Reply, findings};
pub use import::{Import, READERS, Skipped, SourceInfo, import, sources};
pub use method::{Band, Cut, Method, MethodError};
pub use places::{Place, alike_begun, place};
pub use record::{IntervalKind, Record, Vintage};
pub use section::{Reckoned, Written, reckon};
pub use tier::{Bands, Tiering, Varied};
