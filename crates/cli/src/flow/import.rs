//! A publisher's files into the journal: read, guarded, and only then recorded.

use std::collections::BTreeMap;

use countersign_lists::{
    Import, InputFile, check_guards, check_refusals, entities_jsonl, import as read_files, source_def,
};
use countersign_model::SourceId;
use countersign_store::{DocumentName, Kind, NewRecord, Receipt, Store, UtcTime};
use countersign_verify::canonical_json;
use serde_json::{Value, json};

use super::check::VERSION;
use super::lists::{ENTITIES, STARTER, imports};
use crate::failure::Failure;

/// An import that may replace the last one of its source.
pub(crate) struct Accepted {
    pub(crate) import: Import,
    /// How many entities the last import of this source had.
    pub(crate) previous: Option<usize>,
}

/// Reads the files and asks the guards. Nothing is written: whatever is wrong here leaves the last list in force.
pub(crate) fn accept(
    source: &SourceId,
    files: &[InputFile],
    store: Option<&Store>,
) -> Result<Accepted, Failure> {
    if source.as_str() == STARTER {
        return Err(Failure::Input(
            "the starter list is part of the program and is always loaded; import the publishers' lists beside it"
                .to_owned(),
        ));
    }
    let refused = |e: &dyn std::fmt::Display| {
        Failure::Input(format!(
            "{e}\nnothing was imported; what was loaded for `{source}` before is unchanged"
        ))
    };
    let def = source_def(source).map_err(|e| refused(&e))?;
    let import = read_files(source, files).map_err(|e| refused(&e))?;
    let previous = match store {
        Some(store) => imports(store)?.get(source.as_str()).map(|i| i.pin.entries),
        None => None,
    };
    check_refusals(&import.report, &def).map_err(|e| {
        let first: Vec<String> = import
            .report
            .refused
            .iter()
            .take(5)
            .map(|r| format!("\n  {}, line {}: {}", r.file, r.line, r.reason))
            .collect();
        refused(&format!("{e}{}", first.join("")))
    })?;
    check_guards(previous.map(|n| n as u64), import.entities.len() as u64, &def).map_err(|e| refused(&e))?;
    Ok(Accepted { import, previous })
}

/// Records an accepted import with its raw files, its entities and its report.
pub(crate) fn record(
    store: &mut Store,
    accepted: &Accepted,
    files: &[InputFile],
    time: UtcTime,
) -> Result<Receipt, Failure> {
    let import = &accepted.import;
    let program = |e: &dyn std::fmt::Display| Failure::Program(format!("the import cannot be recorded: {e}"));
    let name = |text: &str| text.parse::<DocumentName>().map_err(|e| program(&e));
    let mut documents = BTreeMap::new();
    let mut subjects = Vec::new();
    for (n, file) in files.iter().enumerate() {
        // what the user called the file need not be safe as a name
        let document = name(&format!("raw-{}", n + 1))?;
        let digest = store.put_blob(&file.bytes)?;
        subjects.push((file.name.clone(), digest));
        documents.insert(document, digest);
    }
    let snapshot = entities_jsonl(import);
    let report = serde_json::to_value(&import.report).map_err(|e| program(&e))?;
    let report = canonical_json(&report).map_err(|e| program(&e))?;
    for (document, bytes) in [(ENTITIES, &snapshot), ("report.json", &report)] {
        let digest = store.put_blob(bytes)?;
        subjects.push((document.to_owned(), digest));
        documents.insert(name(document)?, digest);
    }
    let predicate = json!({
        "schema": "list-import/1",
        "program": VERSION,
        "source": import.source,
        "format": import.format,
        "as_of": import.as_of.map(|d| d.to_string()),
        "raw": import.raw,
        "rows": import.report.rows,
        "entities": import.entities.len(),
        "refused": import.report.refused.len(),
        "warnings": import.report.warnings.len(),
    });
    let mut extra = BTreeMap::from([("entities".to_owned(), import.entities.len().to_string())]);
    if let Some(day) = import.as_of {
        extra.insert("as_of".to_owned(), day.to_string());
    }
    let about = subjects.iter().map(|(name, digest)| (name.as_str(), *digest));
    let envelope = store.sign_statement(Kind::ListImport, about, predicate)?;
    let document = envelope.to_bytes().map_err(|e| program(&e))?;
    let subject = import.source.to_string();
    Ok(store.append(&NewRecord {
        kind: Kind::ListImport,
        time,
        subject: &subject,
        document: &document,
        documents,
        extra,
    })?)
}

/// The report of an import for programs.
pub(crate) fn to_json(accepted: &Accepted, receipt: &Receipt) -> Result<Value, Failure> {
    let import = &accepted.import;
    let report = serde_json::to_value(&import.report)
        .map_err(|e| Failure::Program(format!("the report cannot be written: {e}")))?;
    Ok(json!({
        "schema": "list-import/1",
        "source": import.source,
        "format": import.format,
        "as_of": import.as_of.map(|d| d.to_string()),
        "previous_entities": accepted.previous,
        "raw": import.raw,
        "report": report,
        "record": {"index": receipt.index, "tree_size": receipt.tree_size, "root": receipt.root},
    }))
}
