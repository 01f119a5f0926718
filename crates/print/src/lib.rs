//! Papers as PDF: decision papers, letters, the audit log.
//!
//! Comes in: a [`Sheet`] of headings, fields, paragraphs and tables, and the fonts that are there ([`Fonts`]). Goes out: the
//! bytes of a PDF file. It is tagged for assistive technology (PDF/UA-1), made to last (PDF/A-3), its text can be searched and
//! copied, and what it was made from lies in it as an attachment. The same sheet with the same fonts gives the same bytes, so
//! that their digest can be signed. Next is `server`, which sends it.
//!
//! Lines are broken and set here: Latin, Greek and Cyrillic, Arabic with its letters joined and from right to left
//! (Unicode annex 9), Chinese, Japanese and Korean where a font for them is given. A character for which no font is there is written
//! by its number (`[U+4E2D]`): what a reader cannot see would be signed unseen.

mod fonts;
mod layout;
mod line;

pub use fonts::Fonts;

/// What a paper says, from its top to its end.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// Its title, also of the window that shows it.
    pub title: String,
    /// The language of its words (BCP 47).
    pub language: &'static str,
    /// Since when it is as it is: `2026-06-01T12:00:00Z`. It stands in the file instead of the time of printing.
    pub time: String,
    /// What stands at the foot of every page, before the number of the page.
    pub foot: String,
    /// What it says.
    pub blocks: Vec<Block>,
    /// What it was made from.
    pub attachments: Vec<Attachment>,
}

/// A part of a paper.
#[derive(Debug, Clone)]
pub enum Block {
    /// The heading of a part.
    Heading(String),
    /// A label and what stands beside it.
    Field(String, String),
    /// Text.
    Paragraph(String),
    /// A table: the heads, and the rows with as many cells. The number is the part of the width that a column gets.
    Table {
        /// The heads of the columns, each with its part of the width.
        head: Vec<(String, f32)>,
        /// The rows.
        rows: Vec<Vec<String>>,
    },
}

/// A file inside a paper.
#[derive(Debug, Clone)]
pub struct Attachment {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: &'static str,
    /// What it is.
    pub description: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Why a paper cannot be printed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PrintFault {
    /// A font cannot be used.
    #[error("the font `{0}` cannot be read; put TrueType or OpenType fonts there, or take it away")]
    Font(String),
    /// The file cannot be made.
    #[error("the PDF cannot be made: {0}")]
    Pdf(String),
}

/// Prints a paper.
///
/// # Errors
/// The file would not be what it has to be.
pub fn pdf(sheet: &Sheet, fonts: &Fonts) -> Result<Vec<u8>, PrintFault> {
    layout::print(sheet, fonts)
}
