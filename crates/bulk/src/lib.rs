//! A file of parties against an index: **list → entity → index → hit**, a whole customer base at a time.
//!
//! In come a file (CSV, JSON lines, Parquet, XLSX), an index, a profile, and what people decided on possible matches.
//! Out go a file of possible matches, one of the rows that could not be read, and a [`Summary`]. Next are the people who
//! decide on the matches; `cli` is the caller.
//!
//! - The file is cut into chunks of rows. Chunks are screened on all processors; no more of them are in memory than
//!   there are processors, twice.
//! - What comes of a chunk is a file of its own beside the output, put there whole with a note of its digest. A run that
//!   was killed goes on from these notes: see [`run()`].
//! - A run may keep what a later one needs to screen again only whom a change of the lists concerns: see [`again()`].
//! - The output is the chunks in order: the same bytes however many processors worked and however often it was killed.

mod again;
mod base;
mod chunk;
mod csv_in;
mod fault;
mod files;
mod input;
mod json_in;
mod parquet_in;
mod parquet_out;
mod party;
mod row;
mod run;
mod sheet_in;
mod summary;
mod text;
mod told;
mod unique;

pub use again::{Again, Looked, again};
pub use chunk::{COLUMNS, Counts, Done, Format, Judged, Judgement, Manner, screen_row};
pub use fault::{BulkError, ReadError};
pub use files::digest_of;
pub use input::{InputFormat, open, read};
pub use json_in::{PROPERTY, by_example};
pub use parquet_out::write_parquet;
pub use party::{Party, Remark};
pub use row::{How, Opened, Row, Rows, Sheet};
pub use run::{Job, Progress, run, unfinished};
pub use summary::Summary;
pub use text::Encoding;
pub use told::{Doubts, Told, UnknownField, Which, write_warnings};
