//! What became of a run: the verdict, and the report of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::path::Path;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::Duration;

use countersign_model::Digest;
use countersign_store::{Access, Store};

use crate::faults::Fault;
use crate::hammer::{Args, Told};
use crate::observer::Observed;

/// One fault, as it went.
pub(crate) struct Line {
    pub(crate) began: Duration,
    pub(crate) fault: Fault,
    pub(crate) lasted: Duration,
    /// From its end until everything was back.
    pub(crate) back: Duration,
}

impl Line {
    pub(crate) fn text(&self) -> String {
        format!(
            "| {:02}:{:02} | {} | {:.1} | {:.1} |",
            self.began.as_secs() / 60,
            self.began.as_secs() % 60,
            self.fault.words(),
            self.lasted.as_secs_f64(),
            self.back.as_secs_f64()
        )
    }
}

/// What became of it.
pub(crate) struct Verdict {
    entries: u64,
    /// Entries that nobody was told of: their answers were lost.
    unknown: u64,
    pub(crate) faults: Vec<String>,
}

/// Holds the journal to what was acknowledged, and to what the witness cosigned.
pub(crate) fn verdict(
    home: &Path,
    told: &Told,
    observed: &Observed,
    remembered: Option<(u64, Digest)>,
) -> io::Result<Verdict> {
    let failed = |e: &dyn std::fmt::Display| io::Error::other(e.to_string());
    let report = countersign_store::fsck(home).map_err(|e| failed(&e))?;
    let mut faults: Vec<String> = report.faults.iter().map(ToString::to_string).collect();
    faults.extend(observed.faults.iter().cloned());
    let store = Store::open(home, Access::Read).map_err(|e| failed(&e))?;
    let mut places: BTreeMap<Digest, Vec<u64>> = BTreeMap::new();
    for entry in store.entries() {
        let (index, leaf) = entry.map_err(|e| failed(&e))?;
        places.entry(leaf.sha256).or_default().push(index);
    }
    for (size, root) in &observed.cosigned {
        if store.log().root_at(*size).map_err(|e| failed(&e))? != *root {
            faults.push(format!("the witness cosigned another history of {size} entries"));
        }
    }
    if remembered != observed.cosigned.last().copied() {
        faults.push(format!("the witness remembers {remembered:?} as the last checkpoint"));
    }
    let acknowledged = told.acknowledged.lock().unwrap_or_else(PoisonError::into_inner);
    for (digest, index) in acknowledged.iter() {
        match places.get(digest).map(Vec::as_slice) {
            Some([one]) if one == index => {}
            Some([one]) => faults.push(format!("entry {index} was acknowledged and stands at {one}")),
            Some(several) => faults.push(format!("entry {index} stands at {several:?}")),
            None => faults.push(format!("entry {index} was acknowledged and is lost")),
        }
    }
    let entries = store.log().size();
    Ok(Verdict { entries, unknown: entries.saturating_sub(acknowledged.len() as u64), faults })
}

/// The report, as Markdown.
pub(crate) fn report(
    args: &Args,
    lines: &[Line],
    told: &Told,
    observed: &Observed,
    verdict: &Verdict,
    (lasted, restarts): (Duration, u32),
) -> String {
    let acknowledged = told.acknowledged.lock().unwrap_or_else(PoisonError::into_inner).len();
    let mut out = String::from(
        "| kind of fault | times | longest until everything was back, s | median, s |\n|---|---|---|---|\n",
    );
    let mut kinds: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for line in lines {
        kinds.entry(line.fault.words()).or_default().push(line.back.as_secs_f64());
    }
    for (kind, mut times) in kinds {
        times.sort_by(f64::total_cmp);
        let (longest, median) = (times.last(), times.get(times.len() / 2));
        let _ = writeln!(
            out,
            "| {kind} | {} | {:.1} | {:.1} |",
            times.len(),
            longest.copied().unwrap_or_default(),
            median.copied().unwrap_or_default()
        );
    }
    let _ = writeln!(
        out,
        "\n{:.1} minutes, seed {}, {} clients: {} faults, {acknowledged} records acknowledged, {} requests not answered, {} entries in the journal \
         ({} of them of requests that were not answered), {} looks of an observer, {} checkpoints cosigned by the witness; servers that ended themselves and were started \
         again: {restarts}.",
        lasted.as_secs_f64() / 60.0,
        args.seed,
        args.clients,
        lines.len(),
        told.refused.load(Ordering::SeqCst),
        verdict.entries,
        verdict.unknown,
        observed.looks,
        observed.cosigned.len(),
    );
    if verdict.faults.is_empty() {
        let _ = writeln!(
            out,
            "\nNothing acknowledged was lost or doubled; one history, which the witness cosigned; `fsck` found no fault."
        );
    }
    for fault in &verdict.faults {
        let _ = writeln!(out, "\nFAULT: {fault}");
    }
    let _ = writeln!(out, "\n| at | fault | lasted, s | back after, s |\n|---|---|---|---|");
    for line in lines {
        let _ = writeln!(out, "{}", line.text());
    }
    out
}

#[cfg(test)]
mod tests {

    use countersign_store::{Kind, NewRecord};

    use super::*;

    /// A journal of one entry; its home, and what was told of it.
    fn one_entry() -> (tempfile::TempDir, Told, Observed) {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::init(&folder.path().join("home")).unwrap();
        let statement = store
            .sign_statement(Kind::Screening, Vec::<(&str, Digest)>::new(), serde_json::json!({}))
            .unwrap();
        let record = NewRecord {
            kind: Kind::Screening,
            time: "2026-11-26T01:00:00Z".parse().unwrap(),
            subject: "one",
            document: &statement.to_bytes().unwrap(),
            documents: BTreeMap::new(),
            extra: BTreeMap::new(),
        };
        store.append(&record).unwrap();
        let told = Told::default();
        let digest = store.entry(0).unwrap().sha256;
        told.acknowledged.lock().unwrap().insert(digest, 0);
        let end = (1, store.log().checkpoint().root);
        (folder, told, Observed { looks: 1, cosigned: vec![end], faults: Vec::new() })
    }

    #[test]
    fn what_is_lost_displaced_or_forked_is_found() {
        let (folder, told, mut observed) = one_entry();
        let home = folder.path().join("home");
        let end = observed.cosigned.last().copied();
        let faults = |told: &Told, observed: &Observed, remembered| {
            verdict(&home, told, observed, remembered).unwrap().faults
        };
        assert_eq!(faults(&told, &observed, end), Vec::<String>::new());
        // an entry that is not there, and one that was told to be elsewhere
        told.acknowledged.lock().unwrap().insert(Digest::of(b"lost"), 1);
        assert!(faults(&told, &observed, end).concat().contains("entry 1 was acknowledged and is lost"));
        let told = Told::default();
        told.acknowledged
            .lock()
            .unwrap()
            .insert(Store::open(&home, Access::Read).unwrap().entry(0).unwrap().sha256, 5);
        assert!(faults(&told, &observed, end).concat().contains("entry 5 was acknowledged and stands at 0"));
        // a witness that cosigned another history, and one that has forgotten
        let told = Told::default();
        assert!(faults(&told, &observed, None).concat().contains("the witness remembers"));
        observed.cosigned.insert(0, (1, Digest::of(b"another root")));
        assert!(faults(&told, &observed, end).concat().contains("cosigned another history of 1 entries"));
    }
}
