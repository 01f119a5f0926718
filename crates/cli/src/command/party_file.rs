//! What the commands that read a file of parties have in common.

use countersign_bulk::{Encoding, How, Told};
use countersign_model::EntitySchema;

use crate::printer::Printer;

/// How the file is read, where its name does not tell.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Reading {
    /// The sheet of a spreadsheet to read; the first if absent
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// The encoding of a CSV file that is neither UTF-8 nor UTF-16: windows-1252, windows-1251…
    #[arg(long, value_name = "LABEL")]
    encoding: Option<Encoding>,
}

impl Reading {
    /// As the reader takes it. `schema`: what a party is where its row does not say so.
    pub(super) fn how(&self, schema: Option<EntitySchema>) -> How<'_> {
        How { schema, sheet: self.sheet.as_deref(), encoding: self.encoding }
    }
}

/// Says what of the file was not read, or not compared as it stands.
pub(super) fn tell(told: &Told, unknown_columns: &[String], printer: &mut Printer) {
    for words in told.words(unknown_columns) {
        printer.warning(&words);
    }
}
