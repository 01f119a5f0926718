//! The screening function of a plan: orders and a row go in, a list of lines comes out.

use std::sync::Arc;

use countersign_bulk::{Done, Judged, Manner, Party, Row, screen_row};
use countersign_operations::failure::Failure;
use datafusion::arrow::array::{
    Array, ArrayRef, AsArray as _, ListArray, StringBuilder, StructArray, UInt64Builder,
};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Fields, UInt64Type};
use datafusion::common::ScalarValue;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use crate::line::{Kind, Sum};
use crate::orders::{Ready, ready};

/// Its name in a plan.
pub(crate) const NAME: &str = "countersign_screen";

/// `countersign_screen(orders, row, party, fault)`: the lines of a row, and behind the last row of a batch one that tells
/// how many rows there were and what they add up to.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Screen {
    signature: Signature,
}

/// The function, for every context and registry.
pub(crate) fn screen() -> ScalarUDF {
    // it gives the same for the same row, but what it counts is told once a batch: nobody shall leave a call out
    ScalarUDF::from(Screen { signature: Signature::any(4, Volatility::Volatile) })
}

fn fields() -> Fields {
    Fields::from(vec![
        Field::new("row", DataType::UInt64, false),
        Field::new("kind", DataType::Utf8, false),
        Field::new("text", DataType::Utf8, false),
        Field::new("hits", DataType::UInt64, false),
        Field::new("near", DataType::UInt64, false),
    ])
}

fn item() -> Arc<Field> {
    Arc::new(Field::new("item", DataType::Struct(fields()), true))
}

impl ScalarUDFImpl for Screen {
    fn name(&self) -> &str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::List(item()))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let rows = args.number_rows;
        let [orders, row, party, fault] = args.args.as_slice() else {
            return Err(wrong("it takes four arguments"));
        };
        let orders = match orders {
            ColumnarValue::Scalar(ScalarValue::Utf8(Some(text)) | ScalarValue::Utf8View(Some(text))) => text,
            _ => return Err(wrong("its first argument is not the orders of a run")),
        };
        let ready = ready(orders).map_err(external)?;
        let column = |value: &ColumnarValue, kind: &DataType| -> Result<ArrayRef> {
            Ok(cast(&value.to_array(rows)?, kind)?)
        };
        let (row, party, fault) = (
            column(row, &DataType::UInt64)?,
            column(party, &DataType::Utf8)?,
            column(fault, &DataType::Utf8)?,
        );
        let (row, party, fault) =
            (row.as_primitive::<UInt64Type>(), party.as_string::<i32>(), fault.as_string::<i32>());

        let mut lines = Lines::default();
        let mut lengths = Vec::with_capacity(rows);
        let mut sum = Sum::default();
        for n in 0..rows {
            let before = lines.count;
            let party = (!party.is_null(n)).then(|| party.value(n));
            let fault = (!fault.is_null(n)).then(|| fault.value(n));
            sum.add(row.value(n), party, fault);
            one(&ready, row.value(n), party, fault, &mut lines).map_err(external)?;
            if n + 1 == rows {
                lines.push(rows as u64, Kind::Seen, &sum.to_string(), 0, 0);
            }
            lengths.push(lines.count - before);
        }
        let values = lines.finish()?;
        let list = ListArray::try_new(item(), OffsetBuffer::from_lengths(lengths), Arc::new(values), None)?;
        Ok(ColumnarValue::Array(Arc::new(list)))
    }
}

/// The lines of one row.
fn one(
    ready: &Ready,
    number: u64,
    party: Option<&str>,
    fault: Option<&str>,
    lines: &mut Lines,
) -> std::result::Result<(), Failure> {
    let row: Row = match (party, fault) {
        (Some(text), None) => {
            let party: Party = serde_json::from_str(text)
                .map_err(|e| Failure::Program(format!("row {number} of the chunk is damaged: {e}")))?;
            if ready.is_decided(&party.query.name) {
                lines.push(number, Kind::Decided, text, 0, 0);
                return Ok(());
            }
            Ok(party)
        }
        (None, Some(why)) => Err((number, why.to_owned())),
        _ => {
            return Err(Failure::Program(format!(
                "row {number} of the chunk is damaged: it is no party and no fault"
            )));
        }
    };
    let orders = &ready.orders;
    let manner = Manner { profile: &orders.profile, format: orders.format, every_party: orders.every_party };
    let mut done = Done::default();
    screen_row(row, &ready.index, manner, &|_, _| Judged::Open, &mut done).map_err(Failure::Program)?;
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).map_err(|e| Failure::Program(e.to_string()));
    if done.counts.rejected > 0 {
        lines.push(number, Kind::Rejected, &text(done.rejects)?, 0, 0);
    } else if !done.output.is_empty() || done.counts.near_misses > 0 {
        lines.push(number, Kind::Found, &text(done.output)?, done.counts.hits, done.counts.near_misses);
    }
    Ok(())
}

fn wrong(why: &str) -> DataFusionError {
    DataFusionError::Plan(format!("{NAME}: {why}"))
}

fn external(failure: Failure) -> DataFusionError {
    DataFusionError::External(failure.into())
}

/// Lines in columns.
#[derive(Default)]
struct Lines {
    count: usize,
    row: UInt64Builder,
    kind: StringBuilder,
    text: StringBuilder,
    hits: UInt64Builder,
    near: UInt64Builder,
}

impl Lines {
    fn push(&mut self, row: u64, kind: Kind, text: &str, hits: u64, near: u64) {
        self.count += 1;
        self.row.append_value(row);
        self.kind.append_value(kind.as_str());
        self.text.append_value(text);
        self.hits.append_value(hits);
        self.near.append_value(near);
    }

    fn finish(mut self) -> Result<StructArray> {
        let columns: Vec<ArrayRef> = vec![
            Arc::new(self.row.finish()),
            Arc::new(self.kind.finish()),
            Arc::new(self.text.finish()),
            Arc::new(self.hits.finish()),
            Arc::new(self.near.finish()),
        ];
        Ok(StructArray::try_new(fields(), columns, None)?)
    }
}
