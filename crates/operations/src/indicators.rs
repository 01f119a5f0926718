//! Tables of indicators into the journal and out of it again.

use std::collections::{BTreeMap, BTreeSet};

use countersign_countries::{Method, Skipped, Vintage, import};
use countersign_model::{Date, Digest};
use countersign_store::{DocumentName, Kind, NewRecord, Receipt, Store, UtcTime};
use serde_json::json;

use crate::check::VERSION;
use crate::failure::Failure;

/// The method as it ships in the binary.
const METHOD: &str = include_str!("../../../assessments/country-method.toml");

/// The document of an import that holds its values, and the one with the file as it came.
const VALUES: &str = "values.json";
const RAW: &str = "raw-1";

/// What the caller says of a file.
pub struct Wanted<'a> {
    /// The id of the index.
    pub source: &'a str,
    /// Which edition of it.
    pub vintage: &'a str,
    /// The day on which its publisher put it out.
    pub published_on: Date,
}

/// A file that was read.
pub struct Read {
    /// The values.
    pub vintage: Vintage,
    /// The rows that say nothing of a country, each with its reason.
    pub skipped: Vec<Skipped>,
}

impl Read {
    /// How many countries have a value.
    pub fn countries(&self) -> usize {
        self.vintage.records.iter().map(|r| &r.country_iso3).collect::<BTreeSet<_>>().len()
    }

    /// The indices.
    pub fn indices(&self) -> BTreeSet<&str> {
        self.vintage.records.iter().map(|r| r.index.as_str()).collect()
    }
}

/// The method.
pub fn method() -> Result<Method, Failure> {
    Method::parse(METHOD).map_err(|e| Failure::Program(e.to_string()))
}

/// Reads a file; nothing is written.
pub fn read(wanted: &Wanted<'_>, file: &str, bytes: &[u8]) -> Result<Read, Failure> {
    let import = import(wanted.source, file, bytes).map_err(|e| Failure::Input(e.to_string()))?;
    let vintage = Vintage {
        source: wanted.source.to_owned(),
        vintage: wanted.vintage.to_owned(),
        published_on: wanted.published_on,
        file: file.to_owned(),
        sha256: Digest::of(bytes).to_string(),
        records: import.records,
    };
    Ok(Read { vintage, skipped: import.skipped })
}

/// Records an import with the file as it came and the values that were read.
pub fn record(store: &mut Store, read: &Read, raw: &[u8], time: UtcTime) -> Result<Receipt, Failure> {
    let program = |e: &dyn std::fmt::Display| Failure::Program(format!("the import cannot be recorded: {e}"));
    let name = |text: &str| text.parse::<DocumentName>().map_err(|e| program(&e));
    let values = serde_json::to_vec(&read.vintage).map_err(|e| program(&e))?;
    let mut documents = BTreeMap::new();
    let mut subjects = Vec::new();
    for (document, bytes) in [(RAW, raw), (VALUES, values.as_slice())] {
        let digest = store.put_blob(bytes)?;
        subjects.push((document.to_owned(), digest));
        documents.insert(name(document)?, digest);
    }
    let vintage = &read.vintage;
    let predicate = json!({
        "schema": "indicator-import/1",
        "program": VERSION,
        "source": vintage.source,
        "vintage": vintage.vintage,
        "published_on": vintage.published_on.to_string(),
        "file": vintage.file,
        "values": vintage.records.len(),
        "skipped": read.skipped,
    });
    let about = subjects.iter().map(|(name, digest)| (name.as_str(), *digest));
    let envelope = store.sign_statement(Kind::IndicatorImport, about, predicate)?;
    let document = envelope.to_bytes().map_err(|e| program(&e))?;
    let extra = BTreeMap::from([("vintage".to_owned(), vintage.vintage.clone())]);
    Ok(store.append(&NewRecord {
        kind: Kind::IndicatorImport,
        time,
        subject: &vintage.source,
        document: &document,
        documents,
        extra,
    })?)
}

/// Every imported table; of one edition of a source the last import counts.
pub fn load(store: &Store) -> Result<Vec<Vintage>, Failure> {
    let mut last: BTreeMap<(String, String), Digest> = BTreeMap::new();
    for entry in store.entries() {
        let (index, leaf) = entry?;
        if leaf.kind != Kind::IndicatorImport {
            continue;
        }
        let values = leaf.documents.iter().find(|(name, _)| name.as_str() == VALUES).map(|(_, d)| *d);
        let (Some(values), Some(vintage)) = (values, leaf.extra.get("vintage")) else {
            return Err(Failure::Program(format!(
                "entry {index} of the journal, an import of `{}`, lacks its values; run `countersign log fsck`",
                leaf.subject
            )));
        };
        last.insert((leaf.subject.clone(), vintage.clone()), values);
    }
    let mut vintages = Vec::new();
    for ((source, vintage), digest) in last {
        let bytes = store.blob(&digest).map_err(|e| {
            Failure::Program(format!("the values of `{source}` {vintage} cannot be used: {e}"))
        })?;
        let read: Vintage = serde_json::from_slice(&bytes).map_err(|e| {
            Failure::Program(format!("the values of `{source}` {vintage} cannot be read: {e}"))
        })?;
        vintages.push(read);
    }
    // of two editions published on one day the later name counts: the order must not depend on the journal
    vintages.sort_by(|a, b| (a.published_on, &a.vintage).cmp(&(b.published_on, &b.vintage)));
    Ok(vintages)
}
