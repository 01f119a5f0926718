//! Columns and cells of a file of parties, before they are a query: *list → entity → index → **hit***.
//!
//! In come the header of a column and the text of a cell, as programs for customers, banks and spreadsheets write them. Out come
//! what the column holds ([`Column`]), a country, a birth date, a kind, and a [`Doubt`] where a cell says nothing that can be
//! compared: a field that cannot be read never keeps a party from being compared by its name, and is told. Next: `bulk`, which
//! makes parties of them.
//!
//! Pure: texts in, values out; the day is an argument.

mod born;
mod cell;
mod column;
mod doubt;
mod near;
mod number;
mod whole;

pub use born::{EARLIEST_YEAR, born};
pub use cell::{countries, gender, is_missing, is_no_name, kind};
pub use column::{Column, KNOWN_COLUMNS, beside, name_columns, names_else, of_another_party};
pub use doubt::Doubt;
pub use near::did_you_mean;
pub use number::checks;
pub use whole::NameParts;
