//! A record as its signer hands it over: the envelope and the key that signed it.

use std::collections::BTreeMap;

use countersign_model::Digest;
use countersign_verify::records::Record;
use countersign_verify::{DocumentName, Envelope, PublicKey, RecordKind, Seed, Statement};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::fault::RegisterFault;

/// The name and version of the format.
pub const SIGNED_SCHEMA: &str = "countersign-record/1";
/// The most bytes of such a file. Documents are beside it, not in it.
const MAX_SIGNED: usize = 4 << 20;

/// A signed record, as a file: `{"schema": "countersign-record/1", "record": the envelope, "signer": the key}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedRecord {
    schema: String,
    /// The signed statement.
    pub record: Envelope,
    /// The key that signed it.
    pub signer: PublicKey,
}

impl SignedRecord {
    /// Signs a record: `predicate` is what [`countersign_verify::records`] describes, `documents` are what it names.
    ///
    /// # Errors
    /// When the predicate is not what the kind asks for; nothing is signed then.
    pub fn sign(
        kind: RecordKind,
        predicate: Value,
        documents: &BTreeMap<DocumentName, Digest>,
        seed: &Seed,
    ) -> Result<Self, RegisterFault> {
        let about = documents.iter().map(|(name, digest)| (name.as_str(), *digest));
        let statement = Statement::new(kind, about, predicate);
        Record::read(&statement, kind)?;
        let record = Envelope::sign(&statement.to_payload()?, seed);
        Ok(Self { schema: SIGNED_SCHEMA.to_owned(), record, signer: seed.public() })
    }

    /// Reads such a file. The signature is checked when the record is opened.
    pub fn parse(bytes: &[u8]) -> Result<Self, RegisterFault> {
        if bytes.len() > MAX_SIGNED {
            return Err(RegisterFault::NotSigned(format!("it has more than {MAX_SIGNED} bytes")));
        }
        let signed: Self =
            serde_json::from_slice(bytes).map_err(|error| RegisterFault::NotSigned(error.to_string()))?;
        if signed.schema != SIGNED_SCHEMA {
            return Err(RegisterFault::NotSigned(format!(
                "its schema is `{}`, not `{SIGNED_SCHEMA}`",
                signed.schema
            )));
        }
        Ok(signed)
    }

    /// The bytes of the file.
    pub fn to_bytes(&self) -> Result<Vec<u8>, RegisterFault> {
        let mut bytes =
            serde_json::to_vec_pretty(self).map_err(|error| RegisterFault::NotSigned(error.to_string()))?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// The digest by which other records refer to this one.
    pub fn digest(&self) -> Result<Digest, RegisterFault> {
        Ok(self.record.digest()?)
    }

    /// Checks the signature and reads the record.
    pub fn open(&self) -> Result<(Statement, Record), RegisterFault> {
        let payload = self.record.verify(&self.signer)?;
        let (statement, kind) = Statement::parse(&payload)?;
        let record = Record::read(&statement, kind)?;
        Ok((statement, record))
    }
}
