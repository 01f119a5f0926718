//! Which of OFAC's non-SDN lists an entry is on: OFAC names programmes and, in the remarks, directives.

use countersign_model::{ListCode, SourceId};

use crate::ImportError;
use crate::embedded::{bad, rows};

const CONS_LISTS: &str = "ofac_cons_lists.csv";

/// What the programmes of a source tell.
pub(crate) struct Programmes {
    /// Which non-SDN list an entry is on; none for the SDN list.
    table: Option<Vec<Row>>,
}

/// A row of the table of the non-SDN lists.
struct Row {
    programme: String,
    remark: String,
    list: ListCode,
}

impl Programmes {
    pub(crate) fn of(source: &SourceId) -> Result<Self, ImportError> {
        Ok(Self { table: if source.as_str() == "us_ofac_cons" { Some(table()?) } else { None } })
    }

    /// The list of an entry of which nothing tells one.
    pub(crate) fn otherwise(&self) -> ListCode {
        if self.table.is_some() { ListCode::NsMbs } else { ListCode::Sdn }
    }

    /// The lists of an entry. Where nothing tells one, it is taken as on NS-MBS, and `warn` is told so.
    pub(crate) fn lists(
        &self,
        programmes: &[String],
        remarks: &str,
        warn: impl FnOnce(String),
    ) -> Vec<ListCode> {
        let Some(table) = &self.table else { return vec![ListCode::Sdn] };
        let mut lists: Vec<ListCode> = table
            .iter()
            .filter(|r| programmes.contains(&r.programme) && remarks.contains(&r.remark))
            .map(|r| r.list)
            .collect();
        lists.sort_unstable();
        lists.dedup();
        if lists.is_empty() {
            warn(format!("programmes `{}` tell no list; taken as NS-MBS", programmes.join("`, `")));
            lists.push(ListCode::NsMbs);
        }
        lists
    }
}

fn table() -> Result<Vec<Row>, ImportError> {
    rows(CONS_LISTS, include_str!("../data/ofac_cons_lists.csv"))?
        .iter()
        .map(|row| {
            let field = |n| row.get(n).unwrap_or_default();
            let list =
                ListCode::from_code(field(2)).ok_or_else(|| bad(CONS_LISTS, format!("`{}`", field(2))))?;
            Ok(Row { programme: field(0).to_owned(), remark: field(1).to_owned(), list })
        })
        .collect()
}
