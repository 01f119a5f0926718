//! Parquet files of parties: batches of columns to rows of texts.

use std::fs::File;
use std::path::Path;

use arrow_array::cast::AsArray as _;
use arrow_array::temporal_conversions::as_date;
use arrow_array::types::{
    Date32Type, Date64Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, TimeUnit};
use countersign_columns::Column;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::fault::ReadError;
use crate::party::party;
use crate::row::{Columns, How, Opened, Row, columns};

/// How many rows are in memory at a time.
const BATCH: usize = 4096;

/// How many rows a file has; `None` where it is no Parquet file.
pub(crate) fn count(path: &Path) -> Option<u64> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(path).ok()?).ok()?;
    u64::try_from(builder.metadata().file_metadata().num_rows()).ok()
}

/// Opens a file.
pub(crate) fn open(path: &Path, how: &How<'_>) -> Result<Opened, ReadError> {
    let failed = |why: String| ReadError::of(path, why);
    let file = File::open(path).map_err(|e| failed(e.to_string()))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file)
        .map_err(|e| failed(format!("it is no Parquet file: {e}")))?;
    let fields = builder.schema().fields().clone();
    let headers: Vec<String> = fields.iter().map(|field| field.name().clone()).collect();
    let (mut known, mut unknown) = columns(&headers).map_err(failed)?;
    known.retain(|(at, column)| {
        // a column that is not the name keeps nobody from being compared: it is told as one that was not
        let is_left_out = fields.get(*at).is_some_and(|field| {
            !column.names() && *column != Column::Aside && !is_read(field.data_type(), true)
        });
        unknown.extend(
            fields
                .get(*at)
                .filter(|_| is_left_out)
                .map(|field| format!("{} ({})", field.name(), field.data_type())),
        );
        !is_left_out
    });
    for (at, column) in &known {
        let Some(field) = fields.get(*at) else { continue };
        if column.names() && !is_read(field.data_type(), false) {
            return Err(failed(format!(
                "its column `{}` holds {}, which is neither texts, numbers nor dates; convert it to text",
                field.name(),
                field.data_type()
            )));
        }
    }
    let batches = builder.with_batch_size(BATCH).build().map_err(|e| failed(e.to_string()))?;
    let (path, schema, mut row) = (path.to_owned(), how.schema, 0u64);
    let rows = batches.flat_map(move |batch| -> Vec<Result<Row, ReadError>> {
        match batch {
            Ok(batch) => (0..batch.num_rows())
                .map(|n| {
                    row += 1;
                    Ok(party(row, cells(&batch, &known, n), schema, true).map_err(|why| (row, why)))
                })
                .collect(),
            Err(error) => vec![Err(ReadError::of(&path, error))],
        }
    });
    Ok(Opened::of(Box::new(rows), unknown))
}

/// Whether columns of this type are read. A number with a point is no name, but pandas makes such numbers of all where one is missing.
fn is_read(kind: &DataType, points: bool) -> bool {
    match kind {
        DataType::Utf8
        | DataType::LargeUtf8
        | DataType::Utf8View
        | DataType::Date32
        | DataType::Date64
        | DataType::Timestamp(..)
        | DataType::Null => true,
        DataType::Float32 | DataType::Float64 => points,
        DataType::List(item) | DataType::LargeList(item) => is_read(item.data_type(), points),
        DataType::Dictionary(_, values) => is_read(values, points),
        other => other.is_integer(),
    }
}

fn cells<'a>(
    batch: &'a RecordBatch,
    columns: &'a Columns,
    row: usize,
) -> impl Iterator<Item = (Column, String)> + 'a {
    columns.iter().filter(|(_, column)| *column != Column::Aside).flat_map(move |(at, column)| {
        let mut texts = Vec::new();
        if *at < batch.num_columns() {
            read(batch.column(*at), row, &mut texts);
        }
        texts.into_iter().map(|text| (*column, text))
    })
}

/// The texts of one cell: several of a list, none where it is empty.
fn read(array: &dyn Array, row: usize, texts: &mut Vec<String>) {
    if row >= array.len() || array.is_null(row) {
        return;
    }
    macro_rules! number {
        ($kind:ty) => {
            texts.push(array.as_primitive::<$kind>().value(row).to_string())
        };
    }
    match array.data_type() {
        DataType::Utf8 => texts.push(array.as_string::<i32>().value(row).to_owned()),
        DataType::LargeUtf8 => texts.push(array.as_string::<i64>().value(row).to_owned()),
        DataType::Utf8View => texts.push(array.as_string_view().value(row).to_owned()),
        DataType::Int8 => number!(Int8Type),
        DataType::Int16 => number!(Int16Type),
        DataType::Int32 => number!(Int32Type),
        DataType::Int64 => number!(Int64Type),
        DataType::UInt8 => number!(UInt8Type),
        DataType::UInt16 => number!(UInt16Type),
        DataType::UInt32 => number!(UInt32Type),
        DataType::UInt64 => number!(UInt64Type),
        DataType::Date32 => {
            texts.extend(array.as_primitive::<Date32Type>().value_as_date(row).map(|d| d.to_string()));
        }
        DataType::Date64 => {
            texts.extend(array.as_primitive::<Date64Type>().value_as_date(row).map(|d| d.to_string()));
        }
        DataType::Float32 => number!(Float32Type),
        DataType::Float64 => number!(Float64Type),
        DataType::Timestamp(unit, zone) => {
            let (value, a_second) = match unit {
                TimeUnit::Second => (array.as_primitive::<TimestampSecondType>().value(row), 1),
                TimeUnit::Millisecond => (array.as_primitive::<TimestampMillisecondType>().value(row), 1_000),
                TimeUnit::Microsecond => {
                    (array.as_primitive::<TimestampMicrosecondType>().value(row), 1_000_000)
                }
                TimeUnit::Nanosecond => {
                    (array.as_primitive::<TimestampNanosecondType>().value(row), 1_000_000_000)
                }
            };
            // the midnight of a place with a zone is kept as an hour of UTC: the nearest midnight is the day that is meant
            let half_a_day = if zone.is_some() { 43_200 } else { 0 };
            let day = (value.div_euclid(a_second) + half_a_day).div_euclid(86_400);
            texts.extend(as_date::<Date32Type>(day).map(|d| d.to_string()));
        }
        DataType::List(_) => {
            let items = array.as_list::<i32>().value(row);
            (0..items.len()).for_each(|n| read(&items, n, texts));
        }
        DataType::LargeList(_) => {
            let items = array.as_list::<i64>().value(row);
            (0..items.len()).for_each(|n| read(&items, n, texts));
        }
        DataType::Dictionary(..) => {
            let dictionary = array.as_any_dictionary();
            let mut key = Vec::new();
            read(dictionary.keys(), row, &mut key);
            if let Some(key) = key.first().and_then(|key| key.parse().ok()) {
                read(dictionary.values(), key, texts);
            }
        }
        // refused by `open`
        _ => {}
    }
}
