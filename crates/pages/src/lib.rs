//! HTML pages of the public register, and the look that the console shares.
//!
//! Flow: *list → entity → index → hit → facts → decision → record → proof → **page***. In come views: plain values about
//! listings, records, assessments, countries ([`view`]), and a [`Frame`] with language, day and place. Out goes HTML
//! ([`page`]), the same as CSV ([`Table`]), and what changed as an Atom feed ([`Feed`]); the JSON of a page is its view.
//! Nothing here reads a file, a clock or a network. Next is `server`, which fills the views and sends the pages.
//!
//! - `templates/`: the pages as HTML files, which escape whatever they are given
//! - `assets/`: one style sheet, one script (what the Verify button does), a script to check by hand
//! - [`words`]: every text in every language, and nowhere else
//! - [`svg`]: timelines, trends, ownership as pictures, each with a table beside it that says the same
//!
//! A page works without JavaScript. It loads nothing from elsewhere, has no inline script or style, and needs no cookie.

pub mod assets;
pub mod page;
pub mod svg;
pub mod text;
pub mod view;
pub mod words;

mod feed;
mod frame;
mod language;
mod mark;
mod table;

pub use feed::{Feed, FeedEntry};
pub use frame::{Formats, Frame, NavItem, RegisterState, Section};
pub use language::Language;
pub use table::Table;
