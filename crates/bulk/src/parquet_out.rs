//! Possible matches as a Parquet file.
//!
//! Chunks are kept as CSV without a header, as for CSV output; here they are put together into one table of the same columns,
//! with `row` as a number and `score` as a number that is absent where there is no possible match.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

use arrow_array::builder::{Float64Builder, StringBuilder, UInt64Builder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

use crate::chunk::COLUMNS;

/// Rows of a row group, and in memory at a time.
const GROUP: usize = 65_536;

/// The place of a column that is no text.
const ROW: usize = 0;
const SCORE: usize = 4;

fn schema() -> Schema {
    let field = |(n, name): (usize, &&str)| match n {
        ROW => Field::new(*name, DataType::UInt64, false),
        SCORE => Field::new(*name, DataType::Float64, true),
        _ => Field::new(*name, DataType::Utf8, false),
    };
    Schema::new(COLUMNS.iter().enumerate().map(field).collect::<Vec<_>>())
}

/// Writes records of CSV without a header, of several files in order, to a new file. The same records give the same bytes,
/// however they are parted into files.
///
/// # Errors
/// Where a file cannot be read or written.
pub fn write_parquet(chunks: impl Iterator<Item = std::path::PathBuf>, to: &Path) -> io::Result<File> {
    let schema = Arc::new(schema());
    let file = File::create(to)?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_max_row_group_row_count(Some(GROUP))
        // what wrote it is no part of what was found: other versions of the library shall not change the bytes by their name
        .set_created_by("countersign bulk".to_owned())
        .build();
    let mut writer = ArrowWriter::try_new(file.try_clone()?, schema.clone(), Some(properties))
        .map_err(io::Error::other)?;
    let mut group = Group::default();
    for chunk in chunks {
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).from_path(&chunk).map_err(io::Error::other)?;
        for record in reader.records() {
            group.add(&record.map_err(io::Error::other)?)?;
            if group.rows == GROUP {
                writer.write(&group.take(&schema)?).map_err(io::Error::other)?;
            }
        }
    }
    if group.rows > 0 {
        writer.write(&group.take(&schema)?).map_err(io::Error::other)?;
    }
    writer.close().map_err(io::Error::other)?;
    Ok(file)
}

/// Rows until they are written.
#[derive(Default)]
struct Group {
    rows: usize,
    numbers: UInt64Builder,
    scores: Float64Builder,
    texts: [StringBuilder; COLUMNS.len() - 2],
}

impl Group {
    fn add(&mut self, record: &csv::StringRecord) -> io::Result<()> {
        let wrong = || io::Error::other("a chunk holds a record that it was not written with");
        let cell = |n: usize| record.get(n).ok_or_else(wrong);
        self.numbers.append_value(cell(ROW)?.parse().map_err(|_| wrong())?);
        match cell(SCORE)? {
            "" => self.scores.append_null(),
            score => self.scores.append_value(score.parse().map_err(|_| wrong())?),
        }
        let texts = (0..COLUMNS.len()).filter(|n| *n != ROW && *n != SCORE);
        for (builder, n) in self.texts.iter_mut().zip(texts) {
            builder.append_value(cell(n)?);
        }
        self.rows += 1;
        Ok(())
    }

    fn take(&mut self, schema: &Arc<Schema>) -> io::Result<RecordBatch> {
        self.rows = 0;
        let mut columns: Vec<ArrayRef> =
            self.texts.iter_mut().map(|builder| Arc::new(builder.finish()) as ArrayRef).collect();
        columns.insert(ROW, Arc::new(self.numbers.finish()));
        columns.insert(SCORE, Arc::new(self.scores.finish()));
        RecordBatch::try_new(schema.clone(), columns).map_err(io::Error::other)
    }
}
