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
mod input;
mod parquet_in;
mod parquet_out;
mod party;
mod run;
mod text;
mod told;
mod unique;

pub use again::{Again, Looked, again};
pub use chunk::{COLUMNS, Counts, Done, Format, Judged, Judgement, Manner, screen_row};
pub use input::{InputFormat, ReadError, Row, Rows, by_example, open, read};
pub use parquet_out::write_parquet;
pub use party::{Party, Remark};
pub use run::{BulkError, Job, Progress, Summary, digest_of, run, unfinished};
pub use told::{Doubts, Told, Which};
