//! Tables of indicators into the journal and out of it again.

use std::collections::{BTreeMap, BTreeSet};

use countersign_countries::{Method, READERS, Skipped, Vintage, import};
use countersign_model::{Date, Digest};
use countersign_store::{DocumentName, Kind, Leaf, NewRecord, Receipt, Store, UtcTime};
use serde_json::json;

use crate::check::VERSION;
use crate::failure::Failure;

/// The document of an import that holds its values, and the one with the file as it came.
const VALUES: &str = "values.json";
const RAW: &str = "raw-1";
/// The fact of an entry that says which readers made its values ([`READERS`]).
const READ_BY: &str = "readers";

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
    Method::shipped().cloned().map_err(|e| Failure::Program(e.to_string()))
}

/// Reads a file; nothing is written.
pub fn read(wanted: &Wanted<'_>, file: &str, bytes: &[u8]) -> Result<Read, Failure> {
    let import = import(wanted.source, file, bytes, &method()?).map_err(|e| Failure::Input(e.to_string()))?;
    let last_year = wanted.published_on.year();
    if let Some(ahead) = import.records.iter().find(|r| r.year_measured > last_year) {
        return Err(Failure::Input(format!(
            "`{file}` has a value of `{}` for {} in {}, after the day of its publication, {}; mend the file or --published, nothing \
             was taken from it",
            ahead.index, ahead.country_iso3, ahead.year_measured, wanted.published_on
        )));
    }
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
        "readers": READERS,
    });
    let about = subjects.iter().map(|(name, digest)| (name.as_str(), *digest));
    let envelope = store.sign_statement(Kind::IndicatorImport, about, predicate)?;
    let document = envelope.to_bytes().map_err(|e| program(&e))?;
    let extra = BTreeMap::from([
        ("vintage".to_owned(), vintage.vintage.clone()),
        (READ_BY.to_owned(), READERS.to_string()),
    ]);
    Ok(store.append(&NewRecord {
        kind: Kind::IndicatorImport,
        time,
        subject: &vintage.source,
        document: &document,
        documents,
        extra,
    })?)
}

/// One import as the journal has it.
struct Imported {
    index: u64,
    source: String,
    edition: String,
    raw: Digest,
    values: Digest,
    /// Read by the readers of this program, not by earlier ones.
    current: bool,
}

impl Imported {
    fn of(index: u64, leaf: &Leaf) -> Result<Self, Failure> {
        let document =
            |wanted: &str| leaf.documents.iter().find(|(name, _)| name.as_str() == wanted).map(|(_, d)| *d);
        let (Some(raw), Some(values), Some(edition)) =
            (document(RAW), document(VALUES), leaf.extra.get("vintage"))
        else {
            return Err(Failure::Program(format!(
                "entry {index} of the journal, an import of `{}`, lacks its values; run `countersign log fsck`",
                leaf.subject
            )));
        };
        Ok(Self {
            index,
            source: leaf.subject.clone(),
            edition: edition.clone(),
            raw,
            values,
            current: leaf.extra.get(READ_BY).is_some_and(|by| *by == READERS.to_string()),
        })
    }

    /// The values as they were read on the day of the import.
    fn stored(&self, store: &Store) -> Result<Vintage, Failure> {
        let (source, edition) = (&self.source, &self.edition);
        let bytes = store.blob(&self.values).map_err(|e| {
            Failure::Program(format!("the values of `{source}` {edition} cannot be used: {e}"))
        })?;
        serde_json::from_slice(&bytes)
            .map_err(|e| Failure::Program(format!("the values of `{source}` {edition} cannot be read: {e}")))
    }

    /// The values: what an earlier version read is read anew from the file as it came, because it may have read it wrong.
    fn vintage(&self, store: &Store) -> Result<Vintage, Failure> {
        let stored = self.stored(store)?;
        if self.current {
            return Ok(stored);
        }
        let (source, edition) = (&self.source, &self.edition);
        let raw = store
            .blob(&self.raw)
            .map_err(|e| Failure::Program(format!("the file of `{source}` {edition} cannot be used: {e}")))?;
        let wanted = Wanted { source, vintage: edition, published_on: stored.published_on };
        let anew = read(&wanted, &stored.file, &raw).map_err(|e| {
            Failure::Input(format!(
                "`{source}` {edition} was imported by an earlier version of the program (entry {} of the journal), and its file is \
                 refused now: {e}; import the publisher's file again with --replace",
                self.index
            ))
        })?;
        Ok(anew.vintage)
    }
}

/// The last import of each edition of each source.
fn last(store: &Store) -> Result<BTreeMap<(String, String), Imported>, Failure> {
    let mut last = BTreeMap::new();
    for entry in store.entries() {
        let (index, leaf) = entry?;
        if leaf.kind == Kind::IndicatorImport {
            let imported = Imported::of(index, &leaf)?;
            last.insert((imported.source.clone(), imported.edition.clone()), imported);
        }
    }
    Ok(last)
}

/// Every imported table; of one edition of a source the last import counts.
///
/// # Errors
/// Values that are gone or damaged; a file of an earlier version's import that the readers of this one refuse.
pub fn load(store: &Store) -> Result<Vec<Vintage>, Failure> {
    let mut vintages =
        last(store)?.into_values().map(|imported| imported.vintage(store)).collect::<Result<Vec<_>, _>>()?;
    // of two editions published on one day the later name counts: the order must not depend on the journal
    vintages.sort_by(|a, b| (a.published_on, &a.vintage).cmp(&(b.published_on, &b.vintage)));
    Ok(vintages)
}

/// The editions, as `source edition`, whose values an earlier version of the program read: they are read anew at each use,
/// until the file is imported again.
///
/// # Errors
/// A journal that cannot be read.
pub fn read_before(store: &Store) -> Result<Vec<String>, Failure> {
    let old = last(store)?.into_values().filter(|imported| !imported.current);
    Ok(old.map(|imported| format!("{} {}", imported.source, imported.edition)).collect())
}

/// What an edition was imported from already.
pub struct Earlier {
    /// The entry of the journal.
    pub index: u64,
    /// The name of the file.
    pub file: String,
    /// Its SHA-256, in hex.
    pub sha256: String,
    /// The day on which its publisher put it out, as told then.
    pub published_on: Date,
    /// Whether the readers of this program read it.
    pub current: bool,
}

/// The last import of that edition of that source, if there is one.
///
/// # Errors
/// A journal or a document of it that cannot be read.
pub fn earlier(store: &Store, source: &str, edition: &str) -> Result<Option<Earlier>, Failure> {
    let Some(imported) = last(store)?.remove(&(source.to_owned(), edition.to_owned())) else {
        return Ok(None);
    };
    let stored = imported.stored(store)?;
    Ok(Some(Earlier {
        index: imported.index,
        file: stored.file,
        sha256: imported.raw.to_string(),
        published_on: stored.published_on,
        current: imported.current,
    }))
}

#[cfg(test)]
mod tests {
    use countersign_model::parse_date;

    use super::*;

    const FILE: &str = "Country,Year,WordBank_Code_A,PTS_A,PTS_H,PTS_S\n\
                        Namibia,2023,NAM,2,NA,1\nSomewhere,2023,NA,5,5,5\n";

    /// An import as the first readers recorded it: without a word of which they were, and with what they took for Namibia.
    fn old_import(store: &mut Store, edition: &str, raw: &[u8]) {
        let mut vintage = Vintage {
            source: "pts".into(),
            vintage: edition.into(),
            published_on: parse_date("2024-10-01").unwrap(),
            file: "pts.csv".into(),
            sha256: Digest::of(raw).to_string(),
            records: import("pts", "pts.csv", FILE.as_bytes(), &method().unwrap()).unwrap().records,
        };
        for record in &mut vintage.records {
            record.value = 5.0;
        }
        let values = serde_json::to_vec(&vintage).unwrap();
        let mut documents = BTreeMap::new();
        for (name, bytes) in [(RAW, raw), (VALUES, values.as_slice())] {
            documents.insert(name.parse::<DocumentName>().unwrap(), store.put_blob(bytes).unwrap());
        }
        let subjects: Vec<(String, Digest)> = documents.iter().map(|(n, d)| (n.to_string(), *d)).collect();
        let about = subjects.iter().map(|(name, digest)| (name.as_str(), *digest));
        let envelope = store.sign_statement(Kind::IndicatorImport, about, json!({})).unwrap();
        store
            .append(&NewRecord {
                kind: Kind::IndicatorImport,
                time: crate::clock::now().unwrap(),
                subject: "pts",
                document: &envelope.to_bytes().unwrap(),
                documents,
                extra: BTreeMap::from([("vintage".to_owned(), edition.to_owned())]),
            })
            .unwrap();
    }

    #[test]
    fn what_an_earlier_version_read_is_read_anew_from_the_file() {
        let directory = tempfile::tempdir().unwrap();
        let mut store = Store::init(&directory.path().join("home")).unwrap();
        old_import(&mut store, "2024", FILE.as_bytes());
        let loaded = load(&store).unwrap();
        let of_namibia: Vec<(&str, f64)> =
            loaded[0].records.iter().map(|r| (r.index.as_str(), r.value)).collect();
        assert_eq!(of_namibia, [("pts_a", 2.0), ("pts_s", 1.0)]);
        assert_eq!(read_before(&store).unwrap(), ["pts 2024"]);
        assert!(!earlier(&store, "pts", "2024").unwrap().unwrap().current);
        // imported again it is read once
        let wanted =
            Wanted { source: "pts", vintage: "2024", published_on: parse_date("2024-10-01").unwrap() };
        let again = read(&wanted, "pts.csv", FILE.as_bytes()).unwrap();
        record(&mut store, &again, FILE.as_bytes(), crate::clock::now().unwrap()).unwrap();
        assert!(read_before(&store).unwrap().is_empty());
        assert_eq!(load(&store).unwrap(), loaded);
        // a file that is refused now is not used as it was read then
        let doubled = format!("{FILE}Namibia,2023,NAM,3,NA,1\n");
        old_import(&mut store, "2023", doubled.as_bytes());
        let error = load(&store).unwrap_err().to_string();
        assert!(error.contains("stands twice") && error.contains("--replace"), "{error}");
    }
}
