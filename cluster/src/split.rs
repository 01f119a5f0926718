//! The input in chunks: row by row through the reader of `bulk`, so that a row is the same party, or the same fault, whoever
//! screens it; each chunk a Parquet file of `row`, `party` (as JSON) and `fault`.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::sync::Arc;

use countersign_bulk::{Doubts, How, InputFormat, Row, Told, open, write_warnings};
use countersign_model::Date;
use countersign_operations::failure::Failure;
use datafusion::arrow::array::{ArrayRef, RecordBatch, StringBuilder, UInt64Builder};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::Compression;
use datafusion::parquet::file::properties::WriterProperties;

use crate::line::{Chunk, Sum};
use crate::place::Place;

/// Rows of a batch. An executor counts once a batch.
const BATCH: usize = 4096;

pub(crate) fn schema() -> Schema {
    Schema::new(vec![
        Field::new("row", DataType::UInt64, false),
        Field::new("party", DataType::Utf8, true),
        Field::new("fault", DataType::Utf8, true),
    ])
}

/// The file in the place of a run that names each cell which is not compared as it stands; where there is none, no such file.
pub(crate) const WARNINGS: &str = "warnings.jsonl";

/// Cuts a file into chunks of `size` rows in the place of a run; the chunks, the columns that are not known, and what else is told of
/// the file. Nobody is born behind the day `on`.
///
/// # Errors
/// Where the file cannot be read to its end, or the place cannot be written.
pub(crate) async fn split(
    input: &Path,
    format: InputFormat,
    how: &How<'_>,
    size: usize,
    on: Date,
    place: &Place,
) -> Result<(Vec<Chunk>, Vec<String>, Told), Failure> {
    let (send, mut receive) = tokio::sync::mpsc::channel::<(Chunk, Vec<u8>)>(2);
    let input = input.to_owned();
    let (schema, sheet, encoding) = (how.schema, how.sheet.map(str::to_owned), how.encoding);
    let folder = tempfile::tempdir().map_err(failed)?;
    let warnings = folder.path().join(WARNINGS);
    let to = warnings.clone();
    let reader = tokio::task::spawn_blocking(move || -> Result<(Vec<String>, Told), Failure> {
        let mut doubts = Doubts::default();
        let mut warnings = BufWriter::new(File::create(&to).map_err(failed)?);
        let how = How { schema, sheet: sheet.as_deref(), encoding };
        let opened = open(&input, format, &how).map_err(|e| Failure::Input(e.to_string()))?;
        let mut rows = opened.rows;
        for number in 0.. {
            let mut writer = Writer::new(number)?;
            for row in rows.by_ref().take(size) {
                let row = row.map_err(|e| Failure::Input(e.to_string()))?.map(|party| party.on(Some(on)));
                if let Ok(party) = &row {
                    doubts.see(party);
                    write_warnings(party, &mut warnings).map_err(failed)?;
                }
                writer.add(row)?;
            }
            if writer.chunk.rows == 0 || send.blocking_send(writer.finish()?).is_err() {
                break;
            }
        }
        warnings.flush().map_err(failed)?;
        let told = Told::of(&opened.unknown_columns, doubts, opened.sheet);
        Ok((opened.unknown_columns, told))
    });
    let mut chunks = Vec::new();
    while let Some((chunk, bytes)) = receive.recv().await {
        place.put(&chunk.name(), bytes).await?;
        chunks.push(chunk);
    }
    let (unknown, told) =
        reader.await.map_err(|e| Failure::Program(format!("the input could not be read: {e}")))??;
    if !told.doubts.is_empty() {
        place.put_file(WARNINGS, &warnings).await?;
    }
    Ok((chunks, unknown, told))
}

/// A chunk while it is written.
struct Writer {
    chunk: Chunk,
    schema: Arc<Schema>,
    to: ArrowWriter<Vec<u8>>,
    waiting: usize,
    row: UInt64Builder,
    party: StringBuilder,
    fault: StringBuilder,
}

fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::Program(format!("a chunk cannot be written: {error}"))
}

impl Writer {
    fn new(number: usize) -> Result<Self, Failure> {
        let schema = Arc::new(schema());
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let to = ArrowWriter::try_new(Vec::new(), schema.clone(), Some(properties)).map_err(failed)?;
        Ok(Self {
            chunk: Chunk { number, rows: 0, sum: Sum::default() },
            schema,
            to,
            waiting: 0,
            row: UInt64Builder::new(),
            party: StringBuilder::new(),
            fault: StringBuilder::new(),
        })
    }

    fn add(&mut self, row: Row) -> Result<(), Failure> {
        let (number, party, fault) = match row {
            Ok(party) => (party.row, Some(serde_json::to_string(&party).map_err(failed)?), None),
            Err((number, why)) => (number, None, Some(why)),
        };
        self.chunk.rows += 1;
        self.chunk.sum.add(number, party.as_deref(), fault.as_deref());
        self.row.append_value(number);
        self.party.append_option(party);
        self.fault.append_option(fault);
        self.waiting += 1;
        if self.waiting == BATCH { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), Failure> {
        self.waiting = 0;
        let columns: Vec<ArrayRef> =
            vec![Arc::new(self.row.finish()), Arc::new(self.party.finish()), Arc::new(self.fault.finish())];
        let batch = RecordBatch::try_new(self.schema.clone(), columns).map_err(failed)?;
        self.to.write(&batch).map_err(failed)
    }

    fn finish(mut self) -> Result<(Chunk, Vec<u8>), Failure> {
        self.flush()?;
        Ok((self.chunk, self.to.into_inner().map_err(failed)?))
    }
}
