//! Results to lines that people read: at most 100 columns, the answer first, readable without colour.

mod check;
mod country;
mod entity;
mod evaluation;
mod history;
mod import;
mod ownership;
mod record;
mod recorded;
mod scenarios;
mod screen;
mod text;
mod verified;

pub(crate) use check::check;
pub(crate) use country::country;
pub(crate) use entity::entity;
pub(crate) use evaluation::{names_evaluation, screening_evaluation};
pub(crate) use history::{diff, timeline};
pub(crate) use import::import;
pub(crate) use ownership::ownership;
pub(crate) use record::record;
pub(crate) use scenarios::scenarios;
pub(crate) use screen::screen;
pub(crate) use verified::verified;

/// Words beside the data, wrapped like a page.
pub(crate) fn words(text: &str) -> String {
    let mut page = text::Page::default();
    page.hanging(0, 6, text);
    page.finish()
}
