//! One chunk of rows to its output.

use std::ops::Range;

use countersign_screening::{Hit, Index, Profile, Query, ScreenError, Screening};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::party::Party;
use crate::row::Row;

/// How the output is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// A line a possible match.
    Csv,
    /// A JSON object a party with possible matches (or every party).
    JsonLines,
    /// A row a possible match, in columns.
    Parquet,
}

/// How a possible match stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judged {
    /// Nobody has decided it, or the decision no longer holds.
    Open,
    /// A person decided that it is the same party.
    Match,
    /// A person decided that it is another.
    NoMatch,
}

impl Judged {
    fn as_str(self) -> &'static str {
        match self {
            Self::Open => "undecided",
            Self::Match => "match",
            Self::NoMatch => "no_match",
        }
    }
}

/// Tells how a possible match of a party stands.
pub type Judgement<'a> = &'a (dyn Fn(&Party, &Hit) -> Judged + Sync);

/// What was counted over rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Rows read.
    pub rows: u64,
    /// Rows that could not be screened.
    pub rejected: u64,
    /// Parties with a hit.
    pub with_hits: u64,
    /// Those with a hit that nobody has decided to be another party.
    pub open: u64,
    /// Of these, those of which a person decided that one of the hits is the same party.
    pub matched: u64,
    /// Hits.
    pub hits: u64,
    /// Near misses.
    pub near_misses: u64,
}

impl Counts {
    /// Counts these rows too.
    pub fn add(&mut self, more: &Self) {
        self.rows += more.rows;
        self.rejected += more.rejected;
        self.with_hits += more.with_hits;
        self.open += more.open;
        self.matched += more.matched;
        self.hits += more.hits;
        self.near_misses += more.near_misses;
    }
}

/// What comes of rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Done {
    /// The output, without a header: lines of JSON, or records of CSV (of which Parquet is made too).
    pub output: Vec<u8>,
    /// The rows that could not be screened, a JSON object a line.
    pub rejects: Vec<u8>,
    /// Counts.
    pub counts: Counts,
}

/// How rows are screened and written.
#[derive(Debug, Clone, Copy)]
pub struct Manner<'a> {
    /// How strictly.
    pub profile: &'a Profile,
    /// How the output is written.
    pub format: Format,
    /// Whether parties without a possible match are written too.
    pub every_party: bool,
}

/// Screens the rows; what comes of each stands in the order of the rows.
///
/// They are screened in another: those with the same long word one after the other, and [`TOGETHER`] at a time. What is known of that word, and the
/// listed names with it, then still lie near in memory. An answer does not depend on those before it.
pub(crate) fn screen(
    rows: Vec<Row>,
    index: &Index,
    manner: Manner<'_>,
    judgement: Judgement<'_>,
) -> Result<Done, String> {
    let mut done = Done::default();
    let mut ends: Vec<(usize, Ends)> = Vec::with_capacity(rows.len());
    let mut rows = by_long_word(rows).into_iter();
    loop {
        let (places, some): (Vec<usize>, Vec<Row>) = rows.by_ref().take(TOGETHER).unzip();
        if some.is_empty() {
            break;
        }
        let found = found(&some, index, manner.profile);
        for ((at, row), found) in places.into_iter().zip(some).zip(found) {
            write_row(row, found, manner, judgement, &mut done)?;
            ends.push((at, Ends { output: done.output.len(), rejects: done.rejects.len() }));
        }
    }
    Ok(Done {
        output: in_order(&done.output, &ends, |e| e.output),
        rejects: in_order(&done.rejects, &ends, |e| e.rejects),
        ..done
    })
}

/// Where what came of a row ends.
#[derive(Debug, Clone, Copy)]
struct Ends {
    output: usize,
    rejects: usize,
}

/// The rows with their places, ordered by the longest word of their names.
fn by_long_word(rows: Vec<Row>) -> Vec<(usize, Row)> {
    let mut out: Vec<(usize, Row)> = rows.into_iter().enumerate().collect();
    out.sort_by_cached_key(|(_, row)| {
        let name = row.as_ref().map_or("", |party| party.query.name.as_str());
        name.split_whitespace().max_by_key(|word| word.len()).unwrap_or_default().to_lowercase()
    });
    out
}

/// What came of rows one after the other, in the order of their places.
fn in_order(all: &[u8], ends: &[(usize, Ends)], end: fn(&Ends) -> usize) -> Vec<u8> {
    let starts = std::iter::once(0).chain(ends.iter().map(|(_, ends)| end(ends)));
    let mut pieces: Vec<(usize, Range<usize>)> = ends
        .iter()
        .zip(starts)
        .map(|((at, ends), start)| (*at, start..end(ends)))
        .filter(|(_, piece)| !piece.is_empty())
        .collect();
    pieces.sort_unstable_by_key(|(at, _)| *at);
    let mut out = Vec::with_capacity(all.len());
    pieces.into_iter().for_each(|(_, piece)| out.extend(all.get(piece).unwrap_or_default()));
    out
}

/// So many rows are screened together: their names, as they are read, stay in a near cache.
const TOGETHER: usize = 256;

/// Screens one row and adds what comes of it: the output of a file is that of its rows, one after the other.
///
/// # Errors
/// Where it cannot be written, which is a fault of the program.
pub fn screen_row(
    row: Row,
    index: &Index,
    manner: Manner<'_>,
    judgement: Judgement<'_>,
    done: &mut Done,
) -> Result<(), String> {
    let found = found(std::slice::from_ref(&row), index, manner.profile).pop().flatten();
    write_row(row, found, manner, judgement, done)
}

/// Adds what comes of a row of which this is found; nothing is found of one that could not be read.
fn write_row(
    row: Row,
    found: Option<Result<Screening, ScreenError>>,
    manner: Manner<'_>,
    judgement: Judgement<'_>,
    done: &mut Done,
) -> Result<(), String> {
    done.counts.rows += 1;
    let screened = row.and_then(|party| match found {
        Some(Ok(found)) => Ok((party, found)),
        Some(Err(error)) => Err((party.row, error.to_string())),
        None => Err((party.row, "it was not screened".to_owned())),
    });
    let (party, found) = match screened {
        Ok(screened) => screened,
        Err((row, why)) => {
            done.counts.rejected += 1;
            return line(&mut done.rejects, &json!({"row": row, "why": why}));
        }
    };
    let judged: Vec<(Judged, &Hit)> = found.hits.iter().map(|hit| (judgement(&party, hit), hit)).collect();
    done.counts.hits += judged.len() as u64;
    done.counts.with_hits += u64::from(!judged.is_empty());
    done.counts.open += u64::from(judged.iter().any(|(j, _)| *j != Judged::NoMatch));
    done.counts.matched += u64::from(judged.iter().any(|(j, _)| *j == Judged::Match));
    done.counts.near_misses += near_misses(&found);
    if judged.is_empty() && !manner.every_party {
        return Ok(());
    }
    match manner.format {
        Format::JsonLines => write_object(&party, &found, &judged, &mut done.output),
        // Parquet is made of these records when all are there
        Format::Csv | Format::Parquet => write_records(&party, &found.notes, &judged, &mut done.output),
    }
}

/// What is found of the party of each row; `None` of a row that could not be read.
fn found(rows: &[Row], index: &Index, profile: &Profile) -> Vec<Option<Result<Screening, ScreenError>>> {
    let queries: Vec<&Query> = rows.iter().flatten().map(|party| &party.query).collect();
    let mut found = index.screen_together(&queries, profile);
    // the kind is the column that is wrong most often: it must hide nobody
    let nobody = |found: &Result<Screening, ScreenError>| found.as_ref().is_ok_and(|f| f.hits.is_empty());
    let left: Vec<&Query> =
        queries.iter().zip(&found).filter(|(_, found)| nobody(found)).map(|(query, _)| *query).collect();
    let of_another_kind = index.of_another_kind_together(&left, profile);
    for (own, others) in found.iter_mut().filter(|found| nobody(found)).zip(of_another_kind) {
        match (own.as_mut(), others) {
            (Ok(screening), Ok(mut hits)) => {
                hits.iter_mut().for_each(tell_the_kind);
                screening.hits = hits;
            }
            (_, Err(error)) => *own = Err(error),
            (Err(_), _) => {}
        }
    }
    let mut found = found.into_iter();
    rows.iter().map(|row| if row.is_ok() { found.next() } else { None }).collect()
}

fn near_misses(found: &Screening) -> u64 {
    (found.near_misses.len() + found.more_near_misses) as u64
}

fn lists(hit: &Hit) -> Vec<&str> {
    hit.listings.iter().map(|l| l.list.as_str()).collect()
}

/// A party as an object, with its possible matches.
fn write_object(
    party: &Party,
    found: &Screening,
    judged: &[(Judged, &Hit)],
    out: &mut Vec<u8>,
) -> Result<(), String> {
    let hits: Vec<_> = judged
        .iter()
        .map(|(judged, hit)| {
            json!({
                "state": judged.as_str(), "score": hit.score, "name_score": hit.name_score,
                "entity": hit.entity, "source": hit.source, "caption": hit.caption,
                "schema": hit.schema, "name": hit.name, "lists": lists(hit),
                "adjustments": hit.adjustments, "line": hit.line,
            })
        })
        .collect();
    line(
        out,
        &json!({"row": party.row, "id": party.id, "name": party.query.name, "hits": hits,
            "near_misses": near_misses(found), "compared": found.compared_entities, "notes": found.notes}),
    )
}

/// A record for each possible match of a party, or one that says that there is none.
fn write_records(
    party: &Party,
    notes: &[String],
    judged: &[(Judged, &Hit)],
    out: &mut Vec<u8>,
) -> Result<(), String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let row = party.row.to_string();
    let id = party.id.as_deref().unwrap_or_default();
    let (name, notes) = (party.query.name.as_str(), notes.join("; "));
    let mut write = |cells: [&str; COLUMNS.len()]| writer.write_record(cells).map_err(|e| e.to_string());
    if judged.is_empty() {
        write([&row, id, name, "no possible match", "", "", "", "", "", "", "", &notes])?;
    }
    for (judged, hit) in judged {
        write([
            &row,
            id,
            name,
            judged.as_str(),
            &format!("{:.4}", hit.score),
            &hit.entity,
            &hit.caption,
            hit.schema.as_str(),
            &hit.name.listed,
            &lists(hit).join(";"),
            &hit.line,
            &notes,
        ])?;
    }
    out.extend(writer.into_inner().map_err(|e| e.to_string())?);
    Ok(())
}

/// Puts what is wrong about the kind in front of the reason.
fn tell_the_kind(hit: &mut Hit) {
    if let Some(kind) = hit.kept_below.first() {
        hit.line = format!("{kind}: {}", hit.line);
    }
}

/// The columns of CSV and Parquet.
pub const COLUMNS: [&str; 12] = [
    "row",
    "id",
    "name",
    "state",
    "score",
    "entity",
    "caption",
    "schema",
    "listed_name",
    "lists",
    "why",
    "notes",
];

fn line(out: &mut Vec<u8>, value: &serde_json::Value) -> Result<(), String> {
    serde_json::to_writer(&mut *out, value).map_err(|e| e.to_string())?;
    out.push(b'\n');
    Ok(())
}

#[cfg(test)]
mod tests {
    use countersign_model::EntitySchema;

    use super::*;

    #[test]
    fn what_comes_of_rows_stands_in_their_order() {
        let ends = |output, rejects| Ends { output, rejects };
        // the third row first, then the first, of which nothing comes, then the second
        let all = [(2, ends(3, 0)), (0, ends(3, 0)), (1, ends(5, 2))];
        assert_eq!(in_order(b"cccbb", &all, |e| e.output), b"bbccc");
        assert_eq!(in_order(b"xy", &all, |e| e.rejects), b"xy");
    }

    #[test]
    fn rows_screened_together_give_what_each_gives_by_itself() {
        let listed = serde_json::json!({"id": "1", "schema": "Person", "source": "starter",
            "properties": {"name": ["Jane Quillfeather"]}, "listings": []});
        let index = Index::build(&[serde_json::from_value(listed).unwrap()]);
        let profile = Profile::default();
        let manner = Manner { profile: &profile, format: Format::Csv, every_party: true };
        // of every few one cannot be read, one has nothing to compare, and one is of another kind
        let rows: Vec<Row> = (0..2 * TOGETHER as u64 + 7)
            .map(|row| {
                let (name, schema) = match row % 7 {
                    0 => return Err((row, format!("row {row} is broken"))),
                    1 => ("***".to_owned(), None),
                    2 => ("Jane Quillfeather Ltd".to_owned(), Some(EntitySchema::Company)),
                    3 => ("Quillfeather Jane".to_owned(), Some(EntitySchema::Person)),
                    _ => (format!("Nib Penholder {row}"), None),
                };
                let query = Query { schema, ..Query::named(name) };
                Ok(Party { row, id: None, query, remarks: Vec::new(), unknown: Vec::new() })
            })
            .collect();
        let judgement: Judgement<'_> = &|_, _| Judged::Open;
        let mut expected = Done::default();
        for row in rows.clone() {
            screen_row(row, &index, manner, judgement, &mut expected).unwrap();
        }
        assert!(expected.counts.with_hits > 100 && expected.counts.rejected > 100, "{:?}", expected.counts);
        assert_eq!(screen(rows, &index, manner, judgement).unwrap(), expected);
    }

    #[test]
    fn rows_with_one_long_word_stand_together() {
        let row = |name: &str| -> Row {
            let query = countersign_screening::Query::named(name);
            Ok(Party { row: 0, id: None, query, remarks: Vec::new(), unknown: Vec::new() })
        };
        let rows = vec![
            row("Jane Quillfeather"),
            row("Nib Penholder"),
            Err((3, String::new())),
            row("J. QUILLFEATHER"),
        ];
        let places: Vec<usize> = by_long_word(rows).into_iter().map(|(at, _)| at).collect();
        assert_eq!(places, [2, 1, 0, 3]);
    }
}
