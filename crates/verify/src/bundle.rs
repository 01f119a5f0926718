//! The bundle: a record with all that a stranger needs to check it, in one JSON file. Its form: [`Bundle`].

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::dsse::Envelope;
use crate::leaf::DocumentName;

/// The name and version of the format for a record of a private journal.
pub const BUNDLE_SCHEMA: &str = "countersign-bundle/1";
/// The name and version of the format for a record of a register.
pub const REGISTER_BUNDLE_SCHEMA: &str = "countersign-bundle/2";
/// The most bytes of a bundle, so that a stranger's file cannot fill the memory.
pub const MAX_BUNDLE: usize = 256 << 20;
/// The most entries that say who may sign.
pub(crate) const MAX_AUTHORITY: usize = 10_000;

/// The content of a document: text when it is UTF-8, so that people can read a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Content {
    /// The bytes are the UTF-8 of this text.
    Text(String),
    /// The bytes in base64.
    Base64(String),
}

impl Content {
    /// Writes `bytes` as text where they are UTF-8, otherwise as base64.
    pub fn of(bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::Text(text.to_owned()),
            Err(_) => Self::Base64(STANDARD.encode(bytes)),
        }
    }

    /// The bytes. `None` when the base64 is none.
    pub fn bytes(&self) -> Option<Vec<u8>> {
        match self {
            Self::Text(text) => Some(text.clone().into_bytes()),
            Self::Base64(text) => STANDARD.decode(text).ok(),
        }
    }
}

/// A bundle, read but not verified.
///
/// ```text
/// {
///   "schema": "countersign-bundle/1",
///   "record":    the DSSE envelope of the record: payload, payloadType, signatures (exactly one),
///   "documents": { name: {"text": "…"} or {"base64": "…"} }, the documents that the record names by digest,
///   "leaf":      the log entry of the record, as text,
///   "receipt":   the `c2sp.org/tlog-proof@v1` receipt of that entry, as text,
///   "log":       the verifier key of the log, `<name>+<hash>+<base64>`,
///   "signer":    the public key of the record's signer, `ed25519:<64 hexadecimal digits>`
/// }
/// ```
///
/// All seven members must be there; an unknown or doubled member is an error. White space between members is
/// of no weight. A document may be left out (to protect a person); it is then reported as withheld.
///
/// The bundle of a record of a register is `countersign-bundle/2`, with one member more:
///
/// ```text
///   "authority": [{"index", "record", "leaf", "hashes"}, …], the entries of the same log that say who the signer is
///                and what they may sign, each with its inclusion proof in the same checkpoint
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// [`BUNDLE_SCHEMA`].
    pub schema: String,
    /// The signed record.
    pub record: Envelope,
    /// The documents by name.
    #[serde(deserialize_with = "without_doubles")]
    pub documents: BTreeMap<DocumentName, Content>,
    /// The log entry.
    pub leaf: String,
    /// The receipt of the log entry.
    pub receipt: String,
    /// The log's verifier key.
    pub log: String,
    /// The signer's public key.
    pub signer: String,
    /// What says who the signer is; in the bundles of registers only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<Vec<Authority>>,
}

/// An entry of the log that says who may sign what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authority {
    /// The index of the entry, from 0.
    pub index: u64,
    /// The signed record.
    pub record: Envelope,
    /// The log entry.
    pub leaf: String,
    /// The inclusion proof under the checkpoint of the receipt, hashes in base64.
    pub hashes: Vec<String>,
}

impl Bundle {
    /// The bytes of the bundle: indented JSON with a line end.
    pub fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut bytes = serde_json::to_vec_pretty(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

/// Reads the documents; a doubled name would let two readers see two documents.
fn without_doubles<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<DocumentName, Content>, D::Error> {
    struct Documents;

    impl<'de> Visitor<'de> for Documents {
        type Value = BTreeMap<DocumentName, Content>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("documents by name")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
            let mut documents = BTreeMap::new();
            while let Some((name, content)) = members.next_entry::<DocumentName, Content>()? {
                let doubled = format!("the document `{name}` is there twice");
                if documents.insert(name, content).is_some() {
                    return Err(A::Error::custom(doubled));
                }
            }
            Ok(documents)
        }
    }

    deserializer.deserialize_map(Documents)
}
