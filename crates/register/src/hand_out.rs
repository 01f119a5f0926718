//! Handing out: one entry as a bundle that a stranger checks offline.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_verify::records::{Change, Content, Record};
use countersign_verify::{
    Authority, Bundle, Content as BundleContent, DocumentName, PublicKey, REGISTER_BUNDLE_SCHEMA,
    SignedCheckpoint, TlogProof, TrustedKeys, verify_bundle,
};

use crate::dir::Register;
use crate::entry::Entry;
use crate::fault::RegisterFault;

impl Register {
    /// The bundle of the record at `index`, with its published documents but those of these names, and with the
    /// entries that say who its signer is. Under the log's checkpoint as it stands, or under `published`, one that
    /// witnesses have cosigned. It is verified before it is handed out.
    pub fn bundle(
        &self,
        index: u64,
        without: &[DocumentName],
        published: Option<&SignedCheckpoint>,
    ) -> Result<Vec<u8>, RegisterFault> {
        let entry = self.entry(index)?;
        let signed =
            published.filter(|signed| signed.checkpoint().size > index).unwrap_or(self.log().signed());
        let size = signed.checkpoint().size;
        let mut documents: BTreeMap<DocumentName, BundleContent> = BTreeMap::new();
        for (name, bytes) in self.documents_of(&entry.leaf)? {
            if !without.contains(&name) {
                documents.insert(name, BundleContent::of(&bytes));
            }
        }
        let leaf = String::from_utf8(self.log().entry(index)?)
            .map_err(|error| RegisterFault::NotSigned(error.to_string()))?;
        let receipt = TlogProof {
            extra: None,
            index,
            hashes: self.log().inclusion_proof(index, size)?,
            checkpoint: signed.note().format(),
        };
        let bundle = Bundle {
            schema: REGISTER_BUNDLE_SCHEMA.to_owned(),
            record: entry.envelope.clone(),
            documents,
            leaf,
            receipt: receipt.format(),
            log: self.vkey().to_string(),
            signer: entry.signer.to_string(),
            authority: Some(self.authority(&entry.signer, size)?),
        };
        let bytes = bundle.to_bytes().map_err(|error| RegisterFault::NotSigned(error.to_string()))?;
        let trusted = TrustedKeys { logs: vec![self.vkey().clone()], ..TrustedKeys::default() };
        verify_bundle(&bytes, Some(&trusted)).map_err(|fault| RegisterFault::from(fault).at(index))?;
        Ok(bytes)
    }

    /// The entries below `size` that say who `signer` is: those that name the key, those that say who signed
    /// these, and so on to the first roster.
    fn authority(&self, signer: &PublicKey, size: u64) -> Result<Vec<Authority>, RegisterFault> {
        let mut about_keys = Vec::new();
        for index in crate::keeping::about_keys(self.log(), self.dir())? {
            if index < size {
                about_keys.push(self.entry(index)?);
            }
        }
        let mut keys = BTreeSet::from([signer.to_string()]);
        let mut bodies: BTreeSet<String> = BTreeSet::new();
        let mut taken = BTreeSet::from([0]);
        loop {
            let before = taken.len();
            for entry in &about_keys {
                let names = named(&entry.record);
                // a body's later roster ends its earlier one, also by leaving somebody out
                let body = match &entry.record.content {
                    Content::Roster(roster) => Some(roster.body.to_string()),
                    _ => None,
                };
                let of_body = body.as_ref().is_some_and(|body| bodies.contains(body));
                if entry.index == 0 || of_body || names.iter().any(|key| keys.contains(key)) {
                    bodies.extend(body);
                    taken.insert(entry.index);
                    keys.insert(entry.signer.to_string());
                    // a key that was rotated is known by the one before it
                    if matches!(entry.record.content, Content::KeyChange(_)) {
                        keys.extend(names);
                    }
                }
            }
            if taken.len() == before {
                break;
            }
        }
        let chosen: Vec<Entry> =
            about_keys.into_iter().filter(|entry| taken.contains(&entry.index)).collect();
        chosen
            .into_iter()
            .map(|entry| {
                let hashes = self.log().inclusion_proof(entry.index, size)?;
                let leaf = entry.leaf.to_bytes()?;
                Ok(Authority {
                    index: entry.index,
                    record: entry.envelope,
                    leaf: String::from_utf8(leaf)
                        .map_err(|error| RegisterFault::NotSigned(error.to_string()))?,
                    hashes: hashes.iter().map(|hash| STANDARD.encode(hash.as_bytes())).collect(),
                })
            })
            .collect()
    }
}

/// The keys that a record about keys names.
fn named(record: &Record) -> Vec<String> {
    match &record.content {
        Content::Roster(roster) => roster.members.iter().map(|member| member.key.to_string()).collect(),
        Content::Accreditation(accreditation) => vec![accreditation.member.key.to_string()],
        Content::KeyChange(change) => match &change.change {
            Change::Rotated { to, .. } => vec![change.key.to_string(), to.to_string()],
            Change::Withdrawn | Change::Compromised { .. } => vec![change.key.to_string()],
        },
        _ => Vec::new(),
    }
}
