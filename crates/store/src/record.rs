//! Recording, reading back, and handing out.

use std::collections::BTreeMap;

use countersign_model::Digest;
use countersign_verify::{
    BUNDLE_SCHEMA, Bundle, Content, DocumentName, Envelope, Leaf, RecordKind, Statement, TlogProof, UtcTime,
    verify_bundle,
};
use serde_json::Value;

use crate::blobs::BlobFault;
use crate::fault::StoreFault;
use crate::home::{Journal, Store};

/// What is to be recorded.
#[derive(Debug, Clone)]
pub struct NewRecord<'a> {
    /// What it is.
    pub kind: RecordKind,
    /// When, by the caller's clock.
    pub time: UtcTime,
    /// What it is about, in the caller's words: a case id, a source id.
    pub subject: &'a str,
    /// The document itself. For a [`RecordKind::Decision`] the bytes of an [`Envelope`] that this home
    /// signed; for the other kinds such an envelope too, or any bytes, of which there is then no bundle.
    pub document: &'a [u8],
    /// Further documents that belong to it, each put before with [`Store::put_blob`]. Where the document is an
    /// envelope, its statement must name each digest.
    pub documents: BTreeMap<DocumentName, Digest>,
    /// A few small facts for finding the record again.
    pub extra: BTreeMap<String, String>,
}

/// What the one who recorded something gets.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Receipt {
    /// The index of the entry, from 0.
    pub index: u64,
    /// The entry.
    pub leaf: Leaf,
    /// How many entries the journal has with it.
    pub tree_size: u64,
    /// The root of the journal at that size.
    pub root: Digest,
    /// The `c2sp.org/tlog-proof@v1` receipt.
    pub proof: String,
}

impl Store {
    /// Puts a document beside the journal; durable on return.
    pub fn put_blob(&self, bytes: &[u8]) -> Result<Digest, StoreFault> {
        if self.seed.is_none() {
            return Err(StoreFault::ReadOnly);
        }
        Ok(self.blobs.put(bytes)?)
    }

    /// The document with that digest, checked.
    pub fn blob(&self, digest: &Digest) -> Result<Vec<u8>, BlobFault> {
        self.blobs.get(digest)
    }

    /// Signs a statement of `kind` about `subjects` with this home's key for records. The bytes for
    /// [`NewRecord::document`] are [`Envelope::to_bytes`].
    pub fn sign_statement<'a>(
        &self,
        kind: RecordKind,
        subjects: impl IntoIterator<Item = (&'a str, Digest)>,
        predicate: Value,
    ) -> Result<Envelope, StoreFault> {
        let seed = self.seed.as_ref().ok_or(StoreFault::ReadOnly)?;
        Ok(Envelope::sign(&Statement::new(kind, subjects, predicate).to_payload()?, seed))
    }

    /// Records one thing; durable on return.
    pub fn append(&mut self, record: &NewRecord<'_>) -> Result<Receipt, StoreFault> {
        let leaf = self.leaf_of(record)?;
        let first = self.append_leaves(std::slice::from_ref(record), std::slice::from_ref(&leaf))?;
        self.receipt(first, leaf)
    }

    /// Records several things at once, all or none, in their order; durable on return.
    pub fn append_all(&mut self, records: &[NewRecord<'_>]) -> Result<Vec<Receipt>, StoreFault> {
        let leaves = records.iter().map(|record| self.leaf_of(record)).collect::<Result<Vec<_>, _>>()?;
        let first = self.append_leaves(records, &leaves)?;
        (first..).zip(leaves).map(|(index, leaf)| self.receipt(index, leaf)).collect()
    }

    /// Puts the records' documents, then their entries. Gives the index of the first.
    fn append_leaves(&mut self, records: &[NewRecord<'_>], leaves: &[Leaf]) -> Result<u64, StoreFault> {
        let Journal::Writing(writer) = &mut self.journal else { return Err(StoreFault::ReadOnly) };
        // after a full disk, say: the next record goes on from what the journal holds
        writer.recover()?;
        let entries = leaves
            .iter()
            .map(Leaf::to_bytes)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|source| StoreFault::Leaf { index: None, source })?;
        // documents are durable before the entries that name them
        self.blobs.put_all(records.iter().map(|record| record.document))?;
        Ok(writer.append(&entries)?.first)
    }

    fn receipt(&self, index: u64, leaf: Leaf) -> Result<Receipt, StoreFault> {
        let checkpoint = self.log().checkpoint();
        let (tree_size, root) = (checkpoint.size, checkpoint.root);
        Ok(Receipt { index, leaf, tree_size, root, proof: self.proof(index)? })
    }

    /// The entries, oldest first, each authenticated.
    pub fn entries(&self) -> Entries<'_> {
        self.entries_from(0)
    }

    /// The entries from `index` on.
    pub fn entries_from(&self, index: u64) -> Entries<'_> {
        Entries { inner: self.log().entries(index) }
    }

    /// The entry `index`.
    pub fn entry(&self, index: u64) -> Result<Leaf, StoreFault> {
        let bytes = self.log().entry(index)?;
        Leaf::parse(&bytes).map_err(|source| StoreFault::Leaf { index: Some(index), source })
    }

    /// The `c2sp.org/tlog-proof@v1` receipt of the entry `index` at the present size.
    pub fn proof(&self, index: u64) -> Result<String, StoreFault> {
        let log = self.log();
        let hashes = log.inclusion_proof(index, log.size())?;
        Ok(TlogProof { extra: None, index, hashes, checkpoint: log.signed().note().format() }.format())
    }

    /// The bundle of the signed record at `index`, with all its documents.
    pub fn bundle(&self, index: u64) -> Result<Vec<u8>, StoreFault> {
        self.bundle_without(index, &[])
    }

    /// The bundle of the signed record at `index`, without the documents of these names. It is verified
    /// before it is handed out.
    pub fn bundle_without(&self, index: u64, withheld: &[DocumentName]) -> Result<Vec<u8>, StoreFault> {
        let entry = self.log().entry(index)?;
        let leaf = Leaf::parse(&entry).map_err(|source| StoreFault::Leaf { index: Some(index), source })?;
        if let Some(unknown) = withheld.iter().find(|name| !leaf.documents.contains_key(*name)) {
            return Err(StoreFault::RecordMismatch(format!("it has no document `{unknown}` to withhold")));
        }
        let record = Envelope::parse(&self.blobs.get(&leaf.sha256)?)?;
        let mut documents = BTreeMap::new();
        for (name, digest) in leaf.documents.iter().filter(|(name, _)| !withheld.contains(name)) {
            documents.insert(name.clone(), Content::of(&self.blobs.get(digest)?));
        }
        let bundle = Bundle {
            schema: BUNDLE_SCHEMA.to_owned(),
            record,
            documents,
            leaf: String::from_utf8(entry)
                .map_err(|error| StoreFault::BundleUnwritable(error.to_string()))?,
            receipt: self.proof(index)?,
            log: self.log().vkey().to_string(),
            signer: self.signer.to_string(),
            authority: None,
        };
        let bytes = bundle.to_bytes().map_err(|error| StoreFault::BundleUnwritable(error.to_string()))?;
        verify_bundle(&bytes, Some(&self.trusted_keys()))
            .map_err(|source| StoreFault::Bundle { index, source })?;
        Ok(bytes)
    }

    fn leaf_of(&self, record: &NewRecord<'_>) -> Result<Leaf, StoreFault> {
        let leaf = Leaf {
            kind: record.kind,
            time: record.time.clone(),
            sha256: Digest::of(record.document),
            subject: record.subject.to_owned(),
            documents: record.documents.clone(),
            extra: record.extra.clone(),
        };
        for digest in record.documents.values() {
            self.blobs.get(digest)?;
        }
        self.check_record(&leaf, record.document)?;
        Ok(leaf)
    }

    /// What a bundle will need holds now: a decision is a record signed here, of its kind, that names each of
    /// its documents. Another document that is an envelope is held to the same.
    pub(crate) fn check_record(&self, leaf: &Leaf, document: &[u8]) -> Result<(), StoreFault> {
        let envelope = match Envelope::parse(document) {
            Ok(envelope) => envelope,
            Err(_) if leaf.kind != RecordKind::Decision => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let payload = envelope.verify(&self.signer)?;
        let mismatch = StoreFault::RecordMismatch;
        let (statement, kind) = Statement::parse(&payload).map_err(|error| mismatch(error.to_string()))?;
        if kind != leaf.kind {
            return Err(mismatch(format!("the entry is a `{}`, the record a `{kind}`", leaf.kind)));
        }
        match leaf.documents.iter().find(|(_, digest)| !statement.refers_to(digest)) {
            Some((name, digest)) => Err(mismatch(format!(
                "its statement does not name the document `{name}` by its digest `{digest}`"
            ))),
            None => Ok(()),
        }
    }
}

/// Entries with their indices, oldest first. Ends after the first fault.
#[derive(Debug)]
pub struct Entries<'a> {
    inner: countersign_log::Entries<'a>,
}

impl Iterator for Entries<'_> {
    type Item = Result<(u64, Leaf), StoreFault>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.inner.next()?.map_err(StoreFault::from).and_then(|(index, bytes)| {
            Leaf::parse(&bytes)
                .map(|leaf| (index, leaf))
                .map_err(|source| StoreFault::Leaf { index: Some(index), source })
        }))
    }
}
