//! Which of OFAC's non-SDN lists an entry is on: OFAC names programmes and, in the remarks, directives.

use countersign_model::ListCode;

use crate::ImportError;
use crate::embedded::{bad, rows};

const CONS_LISTS: &str = "ofac_cons_lists.csv";

/// A row of the table of the non-SDN lists.
pub(crate) struct ConsRow {
    programme: String,
    remark: String,
    list: ListCode,
}

/// The lists that programmes and remarks tell, `None` where they tell none.
pub(crate) fn lists_by_programme(
    table: &[ConsRow],
    programmes: &[String],
    remarks: &str,
) -> Option<Vec<ListCode>> {
    let mut lists: Vec<ListCode> = table
        .iter()
        .filter(|r| programmes.contains(&r.programme) && remarks.contains(&r.remark))
        .map(|r| r.list)
        .collect();
    lists.sort_unstable();
    lists.dedup();
    (!lists.is_empty()).then_some(lists)
}

/// The table of the non-SDN lists.
pub(crate) fn cons_lists() -> Result<Vec<ConsRow>, ImportError> {
    rows(CONS_LISTS, include_str!("../data/ofac_cons_lists.csv"))?
        .iter()
        .map(|row| {
            let field = |n| row.get(n).unwrap_or_default();
            let list =
                ListCode::from_code(field(2)).ok_or_else(|| bad(CONS_LISTS, format!("`{}`", field(2))))?;
            Ok(ConsRow { programme: field(0).to_owned(), remark: field(1).to_owned(), list })
        })
        .collect()
}
