//! Labelled files to figures: name pairs, and persons of whom it is known whether they are listed.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;
use std::thread;

use countersign_lists::country_code;
use countersign_model::{CountryCode, EntitySchema};
use countersign_names::{Comparison, DefaultRarity, NameKind, ParsedName, Script, compare};
use countersign_screening::{
    BirthDate, CurvePoint, Figures, Hit, Index, Labelled, Profile, Query, ReliabilityBin, curve, reliability,
};
use serde::Serialize;

use crate::failure::{Failure, read_file};

/// A row of a labelled file by column.
pub(crate) struct Row {
    line: u64,
    fields: BTreeMap<String, String>,
}

impl Row {
    pub(crate) fn get(&self, column: &str) -> &str {
        self.fields.get(column).map_or("", |value| value.trim())
    }
}

/// Reads a CSV file, plain or gzip, that has exactly these columns; the optional ones may be absent.
pub(crate) fn table(path: &Path, required: &[&str], optional: &[&str]) -> Result<Vec<Row>, Failure> {
    let name = path.display();
    let mut bytes = read_file(path)?;
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut unpacked = Vec::new();
        let limit = countersign_lists::MAX_UNPACKED_BYTES;
        flate2::read::MultiGzDecoder::new(bytes.as_slice())
            .take(limit + 1)
            .read_to_end(&mut unpacked)
            .map_err(|e| Failure::Input(format!("`{name}` cannot be unpacked: {e}; is it whole?")))?;
        if unpacked.len() as u64 > limit {
            return Err(Failure::Input(format!("`{name}` unpacks to more than {limit} bytes; split it")));
        }
        bytes = unpacked;
    }
    let wrong = |e: csv::Error| Failure::Input(format!("`{name}` is not a CSV file as expected: {e}"));
    let mut reader = csv::Reader::from_reader(bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(&bytes));
    let headers = reader.headers().map_err(wrong)?.clone();
    let known = || required.iter().chain(optional).copied().collect::<Vec<_>>().join(", ");
    for column in required {
        if !headers.iter().any(|h| h == *column) {
            let known = known();
            return Err(Failure::Input(format!("`{name}` has no column `{column}`; it needs: {known}")));
        }
    }
    for (n, header) in headers.iter().enumerate() {
        if !required.contains(&header) && !optional.contains(&header) {
            let known = known();
            return Err(Failure::Input(format!(
                "`{name}` has a column `{header}` that means nothing here; the columns are: {known}"
            )));
        }
        if headers.iter().skip(n + 1).any(|other| other == header) {
            return Err(Failure::Input(format!("`{name}` has the column `{header}` twice; leave one out")));
        }
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(wrong)?;
        let line = record.position().map_or(0, csv::Position::line);
        let fields = headers.iter().map(str::to_owned).zip(record.iter().map(str::to_owned)).collect();
        rows.push(Row { line, fields });
    }
    if rows.is_empty() {
        return Err(Failure::Input(format!("`{name}` has no rows; there is nothing to measure")));
    }
    Ok(rows)
}

/// Figures of name pairs, `names-eval/1`.
#[derive(Debug, Serialize)]
pub struct NamesEvaluation {
    /// `names-eval/1`.
    pub format: &'static str,
    /// The threshold of the figures.
    pub threshold: f64,
    /// All pairs.
    pub overall: Figures,
    /// By `case_group`.
    pub group: BTreeMap<String, Figures>,
    /// By kind of party.
    pub schema: BTreeMap<String, Figures>,
    /// By the scripts of both names: `latin`, `arabic+latin`.
    pub script: BTreeMap<String, Figures>,
    /// By strength of the evidence for the label.
    pub quality: BTreeMap<String, Figures>,
    /// What the scores mean.
    pub reliability: Vec<ReliabilityBin>,
    /// The pairs on the wrong side of the threshold, if they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wrong: Option<Vec<WrongPair>>,
}

/// A pair on the wrong side of the threshold.
#[derive(Debug, Serialize)]
pub struct WrongPair {
    /// The line of the file.
    pub line: u64,
    /// Whose label it is.
    pub group: String,
    /// One name.
    pub name1: String,
    /// The other.
    pub name2: String,
    /// What the label says.
    pub is_match: bool,
    /// The score.
    pub score: f64,
    /// The reasons in one line.
    pub why: String,
}

/// Evaluates a file of labelled name pairs.
pub fn names_evaluation(path: &Path, threshold: f64, wrong: bool) -> Result<NamesEvaluation, Failure> {
    let rows = table(
        path,
        &["case_group", "schema", "name1", "name2", "is_match", "quality"],
        &["category", "notes"],
    )?;
    let mut all = Vec::with_capacity(rows.len());
    let mut by: [BTreeMap<String, Vec<Labelled>>; 4] = Default::default();
    let mut misplaced = Vec::new();
    for row in &rows {
        let fault = |what: String| Failure::Input(format!("`{}`, line {}: {what}", path.display(), row.line));
        let schema: EntitySchema = row.get("schema").parse().map_err(fault)?;
        let is_match = match row.get("is_match") {
            "true" => true,
            "false" => false,
            other => return Err(fault(format!("is_match is `{other}`; write `true` or `false`"))),
        };
        let (name1, name2) = (row.get("name1"), row.get("name2"));
        let found = compared(schema, name1, name2);
        let score = found.as_ref().map_or(0.0, |(c, _)| c.score);
        let labelled = Labelled { score, is_match };
        all.push(labelled);
        let scripts = found.as_ref().map_or_else(|| "none".to_owned(), |(_, scripts)| scripts.clone());
        let keys = [row.get("case_group"), schema.as_str(), &scripts, row.get("quality")];
        for (map, key) in by.iter_mut().zip(keys) {
            map.entry(key.to_owned()).or_default().push(labelled);
        }
        if wrong && (score >= threshold) != is_match {
            misplaced.push(WrongPair {
                line: row.line,
                group: row.get("case_group").to_owned(),
                name1: name1.to_owned(),
                name2: name2.to_owned(),
                is_match,
                score,
                why: found.map_or_else(|| "no letter and no digit".to_owned(), |(c, _)| c.line()),
            });
        }
    }
    let [group, schema, script, quality] = by.map(|map| {
        map.into_iter().map(|(key, pairs)| (key, Figures::of(&pairs, threshold))).collect::<BTreeMap<_, _>>()
    });
    Ok(NamesEvaluation {
        format: "names-eval/1",
        threshold,
        overall: Figures::of(&all, threshold),
        group,
        schema,
        script,
        quality,
        reliability: reliability(&all, 10),
        wrong: wrong.then_some(misplaced),
    })
}

/// The better of the comparisons by the habits of each kind that the schema may be, and the scripts of both names.
fn compared(schema: EntitySchema, one: &str, two: &str) -> Option<(Comparison, String)> {
    let best = NameKind::of_schema(schema)
        .iter()
        .map(|kind| {
            let (one, two) = (ParsedName::parse(one, *kind), ParsedName::parse(two, *kind));
            let mut scripts: Vec<Script> = one.scripts.iter().chain(&two.scripts).copied().collect();
            scripts.sort_unstable();
            scripts.dedup();
            (compare(&one, &two, &DefaultRarity), scripts)
        })
        .max_by(|a, b| a.0.score.total_cmp(&b.0.score))?;
    let (comparison, scripts) = best;
    let words: Vec<String> = scripts.iter().map(|s| format!("{s:?}").to_lowercase()).collect();
    (!words.is_empty()).then(|| (comparison, words.join("+")))
}

/// A person of a labelled file.
struct Asked {
    bare: Query,
    with_facts: Query,
    /// The mistake that was made in the row, where it was made on purpose.
    alteration: String,
}

/// Figures of screening, `screening-eval/1`.
#[derive(Debug, Serialize)]
pub struct ScreeningEvaluation {
    /// `screening-eval/1`.
    pub format: &'static str,
    /// The threshold of the figures.
    pub threshold: f64,
    /// The entries compared with.
    pub entries: usize,
    /// By name alone.
    #[serde(flatten)]
    pub by_name: Rates,
    /// By name with country and birth date.
    pub with_country_and_birth_date: Rates,
    /// Facts of the files that could not be used, as sentences.
    pub notes: Vec<String>,
}

/// What one kind of query found.
#[derive(Debug, Serialize)]
pub struct Rates {
    /// How many listed parties were asked.
    pub positives: usize,
    /// How many of them have a possible match.
    pub found: usize,
    /// The share.
    pub recall: Option<f64>,
    /// How many unlisted parties were asked.
    pub negatives: usize,
    /// How many of them have a possible match.
    pub false_alarms: usize,
    /// The share.
    pub false_positive_rate: Option<f64>,
    /// Both shares over thresholds.
    pub curve: Vec<CurvePoint>,
    /// Of listed parties that were altered on purpose (`screening alter`), what was found of each alteration.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub by_alteration: BTreeMap<String, Recall>,
    /// The queries on the wrong side of the threshold, if they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cases: Option<Vec<WrongQuery>>,
}

/// How many of some listed parties were found.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Recall {
    /// How many were asked.
    pub positives: usize,
    /// How many of them have a possible match.
    pub found: usize,
}

/// A query on the wrong side of the threshold.
#[derive(Debug, Serialize)]
pub struct WrongQuery {
    /// The name asked.
    pub name: String,
    /// Whether the file says that it is listed.
    pub listed: bool,
    /// The best score, 0 where nothing came near.
    pub score: f64,
    /// What came nearest.
    pub nearest: String,
}

/// The columns of a file of persons.
pub(crate) const PERSON: [&str; 3] = ["full_name", "date_of_birth", "nationality"];
pub(crate) const PERSON_OPTIONAL: [&str; 7] =
    ["first_name", "middle_name", "last_name", "gender", "place_of_birth", "alteration", "altered_from"];

/// Evaluates screening on persons of whom it is known whether they are listed.
pub fn screening_evaluation(
    index: &Index,
    positives: &Path,
    negatives: &Path,
    threshold: f64,
    cases: bool,
) -> Result<ScreeningEvaluation, Failure> {
    let mut notes = Vec::new();
    let (listed, unlisted) = (persons(positives, &mut notes)?, persons(negatives, &mut notes)?);
    let by_name = rates(index, &listed, &unlisted, |a| &a.bare, threshold, cases)?;
    let with_facts = rates(index, &listed, &unlisted, |a| &a.with_facts, threshold, cases)?;
    Ok(ScreeningEvaluation {
        format: "screening-eval/1",
        threshold,
        entries: index.len(),
        by_name,
        with_country_and_birth_date: with_facts,
        notes,
    })
}

fn persons(path: &Path, notes: &mut Vec<String>) -> Result<Vec<Asked>, Failure> {
    let mut out = Vec::new();
    let (mut no_date, mut no_country) = (0usize, 0usize);
    for row in table(path, &PERSON, &PERSON_OPTIONAL)? {
        let bare = Query { schema: Some(EntitySchema::Person), ..Query::named(row.get("full_name")) };
        let mut with_facts = bare.clone();
        let date = row.get("date_of_birth");
        if !date.is_empty() {
            with_facts.birth_date = date.parse::<BirthDate>().ok();
            no_date += usize::from(with_facts.birth_date.is_none());
        }
        for country in row.get("nationality").split(';').map(str::trim).filter(|c| !c.is_empty()) {
            let code = country_code(country).map_err(|e| Failure::Program(e.to_string()))?;
            match code.and_then(|c| CountryCode::new(&c.to_ascii_uppercase()).ok()) {
                Some(code) => with_facts.countries.push(code),
                None => no_country += 1,
            }
        }
        out.push(Asked { bare, with_facts, alteration: row.get("alteration").to_owned() });
    }
    for (count, what) in [(no_date, "birth dates"), (no_country, "nationalities")] {
        if count > 0 {
            notes.push(format!("{}: {count} {what} could not be read and were left out", path.display()));
        }
    }
    Ok(out)
}

/// The thresholds of the curve, and the lowest score that it needs.
const CURVE: [f64; 11] = [0.6, 0.65, 0.7, 0.72, 0.75, 0.78, 0.8, 0.85, 0.9, 0.95, 1.0];

fn rates(
    index: &Index,
    listed: &[Asked],
    unlisted: &[Asked],
    form: fn(&Asked) -> &Query,
    threshold: f64,
    cases: bool,
) -> Result<Rates, Failure> {
    let alterations: Vec<&str> = listed.iter().map(|a| a.alteration.as_str()).collect();
    let queries = |asked: &'_ [Asked]| asked.iter().map(|a| form(a).clone()).collect::<Vec<Query>>();
    let (listed, unlisted) = (queries(listed), queries(unlisted));
    let (positives, negatives) =
        (best_scores(index, &listed, threshold)?, best_scores(index, &unlisted, threshold)?);
    let mut by_alteration: BTreeMap<String, Recall> = BTreeMap::new();
    for (alteration, best) in alterations.iter().zip(&positives).filter(|(a, _)| !a.is_empty()) {
        let recall = by_alteration.entry((*alteration).to_owned()).or_default();
        recall.positives += 1;
        recall.found += usize::from(best.score >= threshold);
    }
    let scores = |best: &[Best]| best.iter().map(|b| b.score).collect::<Vec<f64>>();
    let above = |best: &[Best]| best.iter().filter(|b| b.score >= threshold).count();
    let at = curve(&scores(&positives), &scores(&negatives), &[threshold]);
    let wrong = || {
        let side = |asked: &[Query], best: &[Best], listed: bool| {
            asked
                .iter()
                .zip(best)
                .filter(|(_, b)| (b.score >= threshold) != listed)
                .map(|(query, b)| WrongQuery {
                    name: query.name.clone(),
                    listed,
                    score: b.score,
                    nearest: b.line.clone(),
                })
                .collect::<Vec<_>>()
        };
        let mut all = side(&listed, &positives, true);
        all.extend(side(&unlisted, &negatives, false));
        all
    };
    Ok(Rates {
        positives: positives.len(),
        found: above(&positives),
        recall: at.first().and_then(|p| p.recall),
        negatives: negatives.len(),
        false_alarms: above(&negatives),
        false_positive_rate: at.first().and_then(|p| p.false_positive_rate),
        curve: curve(&scores(&positives), &scores(&negatives), &CURVE),
        by_alteration,
        cases: cases.then(wrong),
    })
}

/// The best possible match of one query.
#[derive(Debug, Clone, Default)]
struct Best {
    score: f64,
    line: String,
}

fn best_scores(index: &Index, queries: &[Query], threshold: f64) -> Result<Vec<Best>, Failure> {
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let share = queries.len().div_ceil(workers).max(1);
    let profile = Profile {
        near_miss_margin: 0.0,
        max_near_misses: 0,
        ..Profile::with_threshold(CURVE.iter().copied().fold(threshold, f64::min))
    };
    let ask = |queries: &[Query]| -> Result<Vec<Best>, Failure> {
        queries
            .iter()
            .map(|query| {
                let found = index.screen(query, &profile).map_err(|e| Failure::Input(e.to_string()))?;
                Ok(found.hits.first().map_or_else(Best::default, best_of))
            })
            .collect()
    };
    let parts: Vec<Result<Vec<Best>, Failure>> = thread::scope(|scope| {
        let running: Vec<_> = queries.chunks(share).map(|chunk| scope.spawn(move || ask(chunk))).collect();
        running
            .into_iter()
            .map(|worker| {
                worker.join().unwrap_or_else(|_| {
                    Err(Failure::Program("a worker of the evaluation stopped".to_owned()))
                })
            })
            .collect()
    });
    let mut out = Vec::with_capacity(queries.len());
    for part in parts {
        out.extend(part?);
    }
    Ok(out)
}

fn best_of(hit: &Hit) -> Best {
    Best { score: hit.score, line: hit.line.clone() }
}
