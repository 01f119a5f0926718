//! Appending: what a keeper checks before a record has a place.

use std::collections::{BTreeMap, HashMap};

use countersign_log::{AppendFault, Log};
use countersign_model::Digest;
use countersign_store::Blobs;
use countersign_verify::records::{Content, FileRole, Record};
use countersign_verify::{ABOUT, DocumentName, Leaf, RecordKind, SIGNED_BY, Signer, TlogProof, UtcTime};

use crate::dir::{Keeping, Register};
use crate::door::{Brought, Door};
use crate::entry::{NewEntry, day_of};
use crate::fault::RegisterFault;
use crate::sequencer::Sequencer;
use crate::stix::check_stix;

/// How often an append begins again when another writer was first.
const OVERTAKEN: u32 = 20;

/// What the one who appended something gets.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Receipt {
    /// The index of the entry, from 0.
    pub index: u64,
    /// The digest by which other records refer to it.
    pub record: Digest,
    /// What it is.
    pub kind: RecordKind,
    /// Who signed it, as the register knows them.
    pub signer: Signer,
    /// The log's time.
    pub time: UtcTime,
    /// How many entries the register has with it.
    pub tree_size: u64,
    /// The root at that size.
    pub root: Digest,
    /// The `c2sp.org/tlog-proof@v1` receipt.
    pub proof: String,
}

impl Register {
    /// Appends a record; durable on return.
    ///
    /// # Errors
    /// When the record, its signer, its documents or what it refers to is not as it must be; nothing is in the
    /// log then.
    pub fn append(&mut self, entry: &NewEntry<'_>, time: &UtcTime) -> Result<Receipt, RegisterFault> {
        let mut receipts = self.append_all(std::slice::from_ref(entry), time)?;
        receipts.pop().ok_or(RegisterFault::ReadOnly)
    }

    /// Appends several records at once, all or none, in their order; durable on return.
    pub fn append_all(
        &mut self,
        entries: &[NewEntry<'_>],
        time: &UtcTime,
    ) -> Result<Vec<Receipt>, RegisterFault> {
        // another writer of the same bucket may be first; what it appended is judged with the rest then
        for _ in 0..OVERTAKEN {
            match self.append_once(entries, time) {
                Err(RegisterFault::Append(AppendFault::Overtaken)) => {}
                other => return other,
            }
        }
        self.append_once(entries, time)
    }

    fn append_once(
        &mut self,
        entries: &[NewEntry<'_>],
        time: &UtcTime,
    ) -> Result<Vec<Receipt>, RegisterFault> {
        let Keeping::Writing(writer, sequencer) = &mut self.keeping else {
            return Err(RegisterFault::ReadOnly);
        };
        if writer.has_failed() {
            // the disk was full, say: whether that append counts is read from the log
            writer.recover()?;
            **sequencer = Sequencer::read(writer.log(), &self.documents, &self.dir)?;
        }
        let admitted = admit(writer.log(), &self.documents, sequencer, entries, time)?;
        // documents are durable before the entries that name them
        let records =
            entries.iter().map(|entry| entry.signed.record.to_bytes()).collect::<Result<Vec<_>, _>>()?;
        let beside = entries.iter().flat_map(|entry| entry.documents.values());
        self.documents.put_all(records.iter().chain(beside).map(Vec::as_slice))?;
        writer.append(&admitted.leaves)?;
        sequencer.ring = admitted.next.ring;
        sequencer.records.extend(admitted.next.records);
        sequencer.last = admitted.next.last;
        let (tree_size, root) = (writer.log().size(), writer.log().checkpoint().root);
        admitted
            .entries
            .into_iter()
            .map(|(index, record, kind, signer)| {
                let proof = proof_of(writer.log(), index)?;
                Ok(Receipt { index, record, kind, signer, time: time.clone(), tree_size, root, proof })
            })
            .collect()
    }

    /// Whether a record would be appended: everything that [`Register::append`] checks, and nothing is written. The register
    /// may be open for reading only, or a copy.
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self, entry: &NewEntry<'_>, time: &UtcTime) -> Result<(), RegisterFault> {
        let entries = std::slice::from_ref(entry);
        let admitted = match &self.keeping {
            Keeping::Writing(writer, sequencer) => {
                admit(writer.log(), &self.documents, sequencer, entries, time)
            }
            Keeping::Reading(log) => {
                let sequencer = Sequencer::read(log, &self.documents, &self.dir)?;
                admit(log, &self.documents, &sequencer, entries, time)
            }
        };
        admitted.map(|_| ())
    }
}

/// Records that have a place, before they are written.
struct Admitted {
    next: Sequencer,
    leaves: Vec<Vec<u8>>,
    entries: Vec<(u64, Digest, RecordKind, Signer)>,
}

/// Judges records in their order. What there is stays as it is, so that a refusal leaves nothing behind.
fn admit(
    log: &Log,
    documents: &Blobs,
    sequencer: &Sequencer,
    entries: &[NewEntry<'_>],
    time: &UtcTime,
) -> Result<Admitted, RegisterFault> {
    sequencer.check_time(time)?;
    let next = Sequencer { ring: sequencer.ring.clone(), records: HashMap::new(), last: Some(time.clone()) };
    let mut admitted = Admitted { next, leaves: Vec::new(), entries: Vec::new() };
    for (index, entry) in (log.size()..).zip(entries) {
        let next = &mut admitted.next;
        let (statement, record) = entry.signed.open()?;
        let digest = entry.signed.digest()?;
        if let Some((at, _)) = sequencer.records.get(&digest).or_else(|| next.records.get(&digest)) {
            return Err(RegisterFault::Doubled(*at));
        }
        let known = |d: &Digest| next.records.contains_key(d);
        let referred: Vec<Digest> = record.content.refers_to().iter().map(|r| r.record).collect();
        if referred.iter().any(known) {
            next.check_references(&record)?;
        } else {
            sequencer.check_references(&record)?;
        }
        let signer = next.ring.admit(&record, &entry.signed.signer, index, time)?;
        let mut named = BTreeMap::new();
        for subject in &statement.subject {
            let name: DocumentName = subject.name.parse()?;
            check_document(&name, &subject.digest.sha256, entry, &record)?;
            named.insert(name, subject.digest.sha256);
        }
        if let Some(name) =
            entry.documents.keys().chain(&entry.withheld).find(|name| !named.contains_key(*name))
        {
            return Err(RegisterFault::DocumentUnknown(name.clone()));
        }
        let door = Door { log, documents, sequencer, ring: &next.ring, index, day: day_of(time) };
        door.check(Brought { entry, record: &record, digest, signer: &signer })?;
        let leaf = Leaf {
            kind: record.kind,
            time: time.clone(),
            sha256: digest,
            subject: record.head.about.first().map(ToString::to_string).unwrap_or_default(),
            documents: named,
            extra: BTreeMap::from([
                (ABOUT.to_owned(), Record::filed_under(&record.head.about)),
                (SIGNED_BY.to_owned(), entry.signed.signer.to_string()),
            ]),
        };
        admitted.leaves.push(leaf.to_bytes()?);
        next.records.insert(digest, (index, record.kind));
        admitted.entries.push((index, digest, record.kind, signer));
    }
    Ok(admitted)
}

/// The receipt of an entry under the log's own checkpoint.
pub(crate) fn proof_of(log: &Log, index: u64) -> Result<String, RegisterFault> {
    let hashes = log.inclusion_proof(index, log.size())?;
    Ok(TlogProof { extra: None, index, hashes, checkpoint: log.signed().note().format() }.format())
}

fn check_document(
    name: &DocumentName,
    expected: &Digest,
    entry: &NewEntry<'_>,
    record: &Record,
) -> Result<(), RegisterFault> {
    let Some(bytes) = entry.documents.get(name) else {
        if entry.withheld.contains(name) {
            return Ok(());
        }
        return Err(RegisterFault::DocumentMissing { name: name.clone(), digest: *expected });
    };
    let found = Digest::of(bytes);
    if found != *expected {
        return Err(RegisterFault::DocumentDiffers { name: name.clone(), expected: *expected, found });
    }
    let claim = match &record.content {
        Content::Incident(incident) => &incident.claim,
        Content::Finding(finding) => &finding.claim,
        _ => return Ok(()),
    };
    match claim.files.iter().find(|file| file.file == *name) {
        Some(file) if file.role == FileRole::Stix2 => {
            check_stix(bytes).map_err(|why| RegisterFault::DocumentUnsound { name: name.clone(), why })
        }
        _ => Ok(()),
    }
}
