//! The main table of a page as CSV (RFC 4180).
//!
//! A cell that a spreadsheet would take for a formula begins with an apostrophe: comments and names are written by
//! strangers, and the file is opened with one click. Numbers stay as they are.

use crate::view::{
    AssessmentView, CountryView, ListsView, PartyRow, PartyView, RecordRow, RegisterListView, SearchView,
    SubjectView, SubjectsView,
};

/// A page that has a table.
pub trait Table {
    /// The names of the columns.
    fn columns(&self) -> Vec<&'static str>;
    /// The rows.
    fn rows(&self) -> Vec<Vec<String>>;

    /// The bytes of the CSV, with a first line of names.
    ///
    /// # Errors
    /// Never: it is written into memory.
    fn to_csv(&self) -> Result<Vec<u8>, csv::Error> {
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        writer.write_record(self.columns())?;
        for row in self.rows() {
            writer.write_record(row.iter().map(|cell| plain(cell)))?;
        }
        writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
    }
}

/// A cell that no spreadsheet computes.
fn plain(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err();
    if formula { format!("'{cell}") } else { cell.to_owned() }
}

fn told<T: ToString>(value: Option<&T>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

const RECORD: [&str; 7] = ["entry", "time", "kind", "about", "summary", "signed_by", "fault"];

fn record(row: &RecordRow) -> Vec<String> {
    vec![
        row.index.to_string(),
        row.time.clone(),
        row.kind.clone(),
        row.about.join(" "),
        told(row.summary.as_ref()),
        told(row.by.as_ref()),
        told(row.fault.as_ref()),
    ]
}

impl Table for RegisterListView {
    fn columns(&self) -> Vec<&'static str> {
        RECORD.to_vec()
    }

    fn rows(&self) -> Vec<Vec<String>> {
        self.records.iter().map(record).collect()
    }
}

impl Table for SubjectView {
    fn columns(&self) -> Vec<&'static str> {
        RECORD.to_vec()
    }

    fn rows(&self) -> Vec<Vec<String>> {
        self.records.iter().map(record).collect()
    }
}

impl Table for SubjectsView {
    fn columns(&self) -> Vec<&'static str> {
        vec!["subject", "records"]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        self.subjects.iter().map(|s| vec![s.id.clone(), s.count.to_string()]).collect()
    }
}

impl Table for SearchView {
    fn columns(&self) -> Vec<&'static str> {
        vec!["found", "id", "name", "kind", "countries", "lists", "likeness", "time", "signed_by"]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let party = |found: &str, row: &PartyRow| {
            vec![
                found.to_owned(),
                row.id.clone(),
                row.caption.clone(),
                row.schema.clone(),
                row.countries.join(" "),
                row.listings.iter().map(|l| l.list.clone()).collect::<Vec<_>>().join(" "),
                row.matched.as_ref().map(|m| m.score.clone()).unwrap_or_default(),
                String::new(),
                String::new(),
            ]
        };
        let none = String::new;
        let mut rows: Vec<Vec<String>> = self.parties.iter().map(|p| party("listing", p)).collect();
        rows.extend(self.near.iter().map(|p| party("near_miss", p)));
        rows.extend(self.subjects.iter().map(|s| {
            let kind = s.id.split(':').next().unwrap_or_default().to_owned();
            vec!["subject".into(), s.id.clone(), none(), kind, none(), none(), none(), none(), none()]
        }));
        rows.extend(self.records.iter().map(|r| {
            vec![
                "record".into(),
                r.index.to_string(),
                told(r.summary.as_ref()),
                r.kind.clone(),
                none(),
                none(),
                none(),
                r.time.clone(),
                told(r.by.as_ref()),
            ]
        }));
        rows
    }
}

impl Table for PartyView {
    fn columns(&self) -> Vec<&'static str> {
        vec!["entity", "name", "list", "from", "to", "in_effect", "basis", "programmes", "scope", "id"]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let row = |l: &crate::view::ListingView| {
            vec![
                self.id.clone(),
                self.caption.clone(),
                l.list.clone(),
                told(l.from.as_ref()),
                told(l.to.as_ref()),
                l.in_effect.to_string(),
                l.basis.join("; "),
                l.programmes.join("; "),
                l.scope.clone(),
                told(l.id.as_ref()),
            ]
        };
        self.listings.iter().map(row).collect()
    }
}

impl Table for CountryView {
    fn columns(&self) -> Vec<&'static str> {
        vec![
            "country",
            "index",
            "year",
            "value",
            "low",
            "high",
            "interval_percent",
            "source",
            "edition",
            "published",
        ]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let mut rows = Vec::new();
        for index in &self.indices {
            for point in &index.series {
                rows.push(vec![
                    self.code.clone(),
                    index.index.clone(),
                    point.year.to_string(),
                    point.text.clone(),
                    told(point.low.as_ref()),
                    told(point.high.as_ref()),
                    told(index.percent.as_ref()),
                    index.edition.source.clone(),
                    index.edition.vintage.clone(),
                    index.edition.published_on.to_string(),
                ]);
            }
        }
        rows
    }
}

impl Table for AssessmentView {
    fn columns(&self) -> Vec<&'static str> {
        vec!["question", "group", "text", "answer", "evidence_tier", "effect", "findings"]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let row = |q: &crate::view::QuestionView| {
            let answer = if q.withheld { "withheld".to_owned() } else { told(q.answer.as_ref()) };
            vec![
                q.id.clone(),
                q.group.clone(),
                q.text.clone(),
                answer,
                told(q.tier.as_ref()),
                q.effect.clone(),
                q.findings.join("; "),
            ]
        };
        self.questions.iter().map(row).collect()
    }
}

impl Table for ListsView {
    fn columns(&self) -> Vec<&'static str> {
        vec![
            "source", "lists", "entries", "day", "imported", "age_days", "old", "copies", "snapshot", "error",
        ]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let row = |l: &crate::view::ListLine| {
            vec![
                l.source.clone(),
                l.holds.join(" "),
                l.entries.to_string(),
                told(l.day.as_ref()),
                told(l.imported.as_ref()),
                told(l.age_days.as_ref()),
                l.old.to_string(),
                l.copies.to_string(),
                l.snapshot.clone(),
                told(l.error.as_ref()),
            ]
        };
        self.lists.iter().map(row).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::SubjectLine;

    #[test]
    fn no_cell_is_a_formula_and_numbers_stay() {
        assert_eq!(plain("=HYPERLINK(\"x\")"), "'=HYPERLINK(\"x\")");
        assert_eq!(plain("@x"), "'@x");
        assert_eq!(plain("-0.8064"), "-0.8064");
        assert_eq!(plain("Example"), "Example");
    }

    #[test]
    fn a_table_can_be_read_back() {
        let view = SubjectsView {
            schema: "page-subjects/1",
            subjects: vec![SubjectLine { id: "vendor:a, \"b\"".into(), count: 2 }],
        };
        let bytes = view.to_csv().unwrap();
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let row = reader.records().next().unwrap().unwrap();
        assert_eq!(row.iter().collect::<Vec<_>>(), ["vendor:a, \"b\"", "2"]);
    }
}
