//! Which lists an answer rests on, said where it is not those of a home.

use countersign_operations::home::Home;

use crate::page;
use crate::printer::Printer;

/// Says which lists the answer rests on, where there is no home.
pub(super) fn say_where_from(home: &Home, has_home: bool, printer: &mut Printer) {
    if !has_home {
        let hint = if home.is_named() { "the directory named is no home" } else { "there is no home yet" };
        printer.word(&page::words(&format!(
            "note: {hint} (`{}`), so names are compared with the built-in starter list alone: thirty entries, no \
             replacement for the publishers' lists; see `countersign lists import --help`",
            home.path().display()
        )));
    }
}
