//! OFAC's legacy CSV list is a set of files that belong together: primary rows (`sdn.csv`, `cons_prim.csv`),
//! addresses (`add.csv`), aliases (`alt.csv`) and the tails of remarks that were too long (`sdn_comments.csv`).
//!
//! No header (some copies carry one), CRLF, `-0- ` for nothing, a Ctrl-Z as last line.

use std::collections::HashMap;

use countersign_model::SourceId;

use crate::csl_row::check_csv_is_whole;
use crate::input::{Encoding, MAX_CSV_LINE_BYTES, check_lines, html_page, looks_like_html, text, unpack};
use crate::report::Report;
use crate::{ImportError, InputFile};

/// What the source publishes, for messages.
const EXPECTED: &str =
    "a file of OFAC's CSV list (sdn.csv, add.csv, alt.csv, sdn_comments.csv, or cons_*.csv)";

/// A file's part in the set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Role {
    Primary,
    Addresses,
    Aliases,
    Comments,
}

impl Role {
    const COMPANIONS: [Self; 3] = [Self::Addresses, Self::Aliases, Self::Comments];

    /// By the file's name, as OFAC and its mirrors write it.
    fn of(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let has = |part| name.contains(part);
        if has("comment") {
            Some(Self::Comments)
        } else if has("add") {
            Some(Self::Addresses)
        } else if has("alt") {
            Some(Self::Aliases)
        } else if has("sdn") || has("prim") {
            Some(Self::Primary)
        } else {
            None
        }
    }

    fn columns(self) -> usize {
        match self {
            Self::Primary => 12,
            Self::Addresses => 6,
            Self::Aliases => 5,
            Self::Comments => 2,
        }
    }

    fn missing(self) -> &'static str {
        match self {
            Self::Primary => "",
            Self::Addresses => {
                "THE SET HAS NO ADDRESS FILE (add.csv): every entity is without addresses and countries"
            }
            Self::Aliases => {
                "THE SET HAS NO ALIAS FILE (alt.csv): aliases are missing, and matches will be missed"
            }
            Self::Comments => {
                "the set has no sdn_comments.csv: remarks longer than 1,000 characters are cut off"
            }
        }
    }
}

/// One row: its line and its fields, with nothing for `-0-`.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) line: u64,
    fields: Vec<String>,
}

impl Row {
    /// A field, empty where the publisher writes `-0-`.
    pub(crate) fn get(&self, n: usize) -> &str {
        self.fields.get(n).map_or("", String::as_str)
    }
}

/// The set, joined on the entity number.
#[derive(Debug, Default)]
pub(crate) struct Set {
    pub(crate) primary_file: String,
    pub(crate) primary: Vec<Row>,
    pub(crate) addresses: HashMap<String, Vec<Row>>,
    pub(crate) aliases: HashMap<String, Vec<Row>>,
    pub(crate) comments: HashMap<String, Vec<Row>>,
    pub(crate) alias_file: String,
    pub(crate) address_file: String,
}

/// Share of a companion's rows that may belong to no primary row before the files cannot be of one day: one in
/// a hundred. Fewer can be a download that fell between two publications.
const ORPHANS_ALLOWED_IN: usize = 100;

pub(crate) fn read(source: &SourceId, files: &[InputFile], report: &mut Report) -> Result<Set, ImportError> {
    let mut by_role: HashMap<Role, &InputFile> = HashMap::new();
    for file in files {
        let fit = |reason: String| ImportError::FileSet {
            origin: source.clone(),
            reason,
            hint: "name them as OFAC does: sdn.csv, add.csv, alt.csv, sdn_comments.csv".into(),
        };
        let role =
            Role::of(&file.name).ok_or_else(|| fit(format!("`{}` has no part in the set", file.name)))?;
        if let Some(other) = by_role.insert(role, file) {
            return Err(fit(format!("`{}` and `{}` have the same part", other.name, file.name)));
        }
    }
    let Some(primary) = by_role.get(&Role::Primary) else {
        return Err(ImportError::FileSet {
            origin: source.clone(),
            reason:
                "sdn.csv (or cons_prim.csv) is missing; the other files hold neither names nor programmes"
                    .into(),
            hint: "download sdn.csv of the same day and give it with the others".into(),
        });
    };
    let mut set = Set {
        primary_file: primary.name.clone(),
        primary: rows(primary, Role::Primary, report)?,
        ..Set::default()
    };
    let known: std::collections::HashSet<String> = set.primary.iter().map(|r| r.get(0).to_owned()).collect();
    for role in Role::COMPANIONS {
        let Some(file) = by_role.get(&role) else {
            report.warn(&set.primary_file, 0, role.missing());
            continue;
        };
        let rows = rows(file, role, report)?;
        let (mine, orphans): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(|r| known.contains(r.get(0)));
        if orphans.len() * ORPHANS_ALLOWED_IN > mine.len() + orphans.len() {
            return Err(ImportError::Unusable {
                file: file.name.clone(),
                reason: format!(
                    "{} of its {} rows belong to no row of `{}`: the files are not of one day",
                    orphans.len(),
                    mine.len() + orphans.len(),
                    set.primary_file
                ),
                hint: "download all files of the set together".into(),
            });
        }
        for row in orphans {
            let reason = format!("entity number `{}` is not in `{}`", row.get(0), set.primary_file);
            report.refuse(&file.name, row.line, reason);
        }
        let target = match role {
            Role::Aliases => {
                set.alias_file.clone_from(&file.name);
                &mut set.aliases
            }
            Role::Comments => &mut set.comments,
            Role::Addresses | Role::Primary => {
                set.address_file.clone_from(&file.name);
                &mut set.addresses
            }
        };
        for row in mine {
            target.entry(row.get(0).to_owned()).or_default().push(row);
        }
    }
    Ok(set)
}

fn rows(file: &InputFile, role: Role, report: &mut Report) -> Result<Vec<Row>, ImportError> {
    let bytes = unpack(file)?;
    let text = text(&file.name, &bytes, Encoding::Utf8OrWindows1252)?;
    let wrong = |found: String| ImportError::WrongFormat {
        file: file.name.clone(),
        expected: EXPECTED.into(),
        found,
        hint: "give the CSV files of OFAC's list, not its XML or another list".into(),
    };
    if looks_like_html(&text) {
        return Err(html_page(&file.name, EXPECTED));
    }
    if text.trim_start().starts_with(['<', '{', '[']) {
        return Err(wrong("it is XML or JSON".into()));
    }
    check_lines(&file.name, &text, MAX_CSV_LINE_BYTES)?;
    check_columns(&text, role).map_err(wrong)?;
    check_csv_is_whole(&file.name, &text)?;
    check_end_mark(file, &text, role, report)?;
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for (n, record) in reader.records().enumerate() {
        let record = match record {
            Ok(record) => record,
            Err(e) => {
                report.row(&file.name);
                report.refuse(
                    &file.name,
                    e.position().map_or(0, csv::Position::line),
                    format!("not CSV: {e}"),
                );
                continue;
            }
        };
        let first = record.get(0).unwrap_or_default().trim();
        // the end mark, alone or in a row of its own; and the header line that some copies put on top
        if first == "\u{1a}" || (n == 0 && first.parse::<u64>().is_err()) {
            continue;
        }
        report.row(&file.name);
        let line = record.position().map_or(0, csv::Position::line);
        if record.len() != role.columns() {
            report.refuse(
                &file.name,
                line,
                format!("{} fields where the file has {}", record.len(), role.columns()),
            );
        } else if first.parse::<u64>().is_err() {
            report.refuse(&file.name, line, format!("`{first}` is not an entity number"));
        } else {
            let fields = record.iter().map(|f| if f.trim() == "-0-" { String::new() } else { f.to_owned() });
            rows.push(Row { line, fields: fields.collect() });
        }
    }
    Ok(rows)
}

/// The first row must have the columns of its file; another list shows here.
fn check_columns(text: &str, role: Role) -> Result<(), String> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let first = match reader.records().next() {
        Some(Ok(record)) => record,
        _ => return Err("its first line cannot be read".into()),
    };
    let header = first.get(0).is_some_and(|f| f.trim().parse::<u64>().is_err());
    if first.len() != role.columns() {
        return Err(format!(
            "its first line has {} fields where this file has {}",
            first.len(),
            role.columns()
        ));
    }
    let named =
        first.get(0).is_some_and(|f| ["id", "ent_num", "uid"].contains(&f.trim().to_lowercase().as_str()));
    if header && !named {
        return Err("its first line begins with neither an entity number nor a header".into());
    }
    Ok(())
}

/// The publisher ends a file with Ctrl-Z. Its absence means a cut file; comment files have been seen without.
fn check_end_mark(file: &InputFile, text: &str, role: Role, report: &mut Report) -> Result<(), ImportError> {
    let marked = text.lines().next_back().is_some_and(|line| line.starts_with('\u{1a}'));
    if marked {
        return Ok(());
    }
    if role == Role::Comments && text.ends_with('\n') {
        report.warn(&file.name, 0, "the file has no end mark (Ctrl-Z); it may be cut");
        return Ok(());
    }
    Err(ImportError::Truncated {
        file: file.name.clone(),
        line: text.lines().count() as u64,
        reason: "the end mark (Ctrl-Z) is missing".into(),
    })
}
