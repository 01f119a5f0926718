//! The input in chunks: row by row through the reader of `bulk`, so that a row is the same party, or the same fault, whoever
//! screens it; each chunk a Parquet file of `row`, `party` (as JSON) and `fault`.

use std::path::Path;
use std::sync::Arc;

use countersign_bulk::{Doubts, InputFormat, Row, Which, open};
use countersign_model::{Date, EntitySchema};
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

/// Cuts a file into chunks of `size` rows in the place of a run; the chunks, the columns that are not known, and the cells that are
/// not compared as they stand. Nobody is born behind the day `on`.
///
/// # Errors
/// Where the file cannot be read to its end, or the place cannot be written.
pub(crate) async fn split(
    input: &Path,
    format: InputFormat,
    kind: Option<EntitySchema>,
    size: usize,
    on: Date,
    place: &Place,
) -> Result<(Vec<Chunk>, Vec<String>, Vec<Which>), Failure> {
    let (send, mut receive) = tokio::sync::mpsc::channel::<(Chunk, Vec<u8>)>(2);
    let input = input.to_owned();
    let reader = tokio::task::spawn_blocking(move || -> Result<(Vec<String>, Vec<Which>), Failure> {
        let mut doubts = Doubts::default();
        let (mut rows, unknown) = open(&input, format, kind).map_err(|e| Failure::Input(e.to_string()))?;
        for number in 0.. {
            let mut writer = Writer::new(number)?;
            for row in rows.by_ref().take(size) {
                let row = row.map_err(|e| Failure::Input(e.to_string()))?.map(|party| party.on(Some(on)));
                if let Ok(party) = &row {
                    doubts.see(party);
                }
                writer.add(row)?;
            }
            if writer.chunk.rows == 0 || send.blocking_send(writer.finish()?).is_err() {
                break;
            }
        }
        Ok((unknown, doubts.counted()))
    });
    let mut chunks = Vec::new();
    while let Some((chunk, bytes)) = receive.recv().await {
        place.put(&chunk.name(), bytes).await?;
        chunks.push(chunk);
    }
    let (unknown, doubts) =
        reader.await.map_err(|e| Failure::Program(format!("the input could not be read: {e}")))??;
    Ok((chunks, unknown, doubts))
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
