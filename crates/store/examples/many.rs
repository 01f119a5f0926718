//! Begins a home and fills its journal, to try how long things take with many entries: `many DIR ENTRIES`. Each entry has a statement
//! and a case of its own, as decisions have.
#![expect(clippy::print_stdout, reason = "a program for those who measure")]

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use countersign_store::{Kind, NewRecord, Store, UtcTime};

/// How many entries are appended together.
const AT_ONCE: u64 = 500;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(home), Some(entries)) = (arguments.next(), arguments.next()) else {
        return Err("give a directory and how many entries".into());
    };
    let entries: u64 = entries.parse()?;
    let mut store = Store::init(Path::new(&home))?;
    let time: UtcTime = "2026-11-26T01:00:00Z".parse()?;
    let mut at = 0;
    while at < entries {
        let mut made = Vec::new();
        for n in at..entries.min(at + AT_ONCE) {
            let subject = format!("order {n}");
            let case = store.put_blob(format!("schema: case/1\nid: {n}\n").as_bytes())?;
            let statement = store
                .sign_statement(
                    Kind::Decision,
                    [("case.yaml", case)],
                    serde_json::json!({"subject": subject}),
                )?
                .to_bytes()?;
            made.push((subject, BTreeMap::from([("case.yaml".parse()?, case)]), statement));
        }
        let records: Vec<NewRecord<'_>> = made
            .iter()
            .map(|(subject, documents, document)| NewRecord {
                kind: Kind::Decision,
                time: time.clone(),
                subject,
                document,
                documents: documents.clone(),
                extra: BTreeMap::new(),
            })
            .collect();
        store.append_all(&records)?;
        at += AT_ONCE;
    }
    println!("{}", store.log().size());
    Ok(())
}
