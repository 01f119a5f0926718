//! One entry of the register with its proof.

use countersign_model::Date;
use serde::Serialize;

use super::RecordRow;

/// An entry.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RecordView {
    /// `page-record/1`.
    pub schema: &'static str,
    /// The row of it.
    pub row: RecordRow,
    /// The day that its signer wrote.
    pub date: Option<Date>,
    /// Who signed.
    pub signer: SignerView,
    /// SHA-256 of the signed record.
    pub digest: String,
    /// Its content, member by member.
    pub fields: Vec<Field>,
    /// Its documents.
    pub documents: Vec<DocumentView>,
    /// The records that it refers to.
    pub refers: Vec<RecordRow>,
    /// The records that refer to it.
    pub follows: Vec<RecordRow>,
    /// The assessment whose page shows it in its place.
    pub assessment: Option<String>,
    /// The proof; absent where the record is not here or does not hold.
    pub proof: Option<ProofView>,
}

/// Who signed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct SignerView {
    /// The key.
    pub key: String,
    /// The name on the roster.
    pub known_as: Option<String>,
    /// The role by which they may sign, as a code.
    pub role: Option<String>,
    /// What they call themselves in the record.
    pub own_words: Option<String>,
}

/// A member of a record with what it holds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Field {
    /// The member, as it is written.
    pub member: String,
    /// What it holds.
    pub value: FieldValue,
}

/// What a member holds.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldValue {
    /// A text.
    Text(String),
    /// A word of the formats.
    Code(String),
    /// A subject.
    Subject(String),
    /// A record, with its entry where it is in this register.
    Record(String, Option<u64>),
    /// A digest or a key.
    Digest(String),
    /// Several.
    Several(Vec<FieldValue>),
    /// Members of its own.
    Group(Vec<Field>),
}

/// A document beside a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DocumentView {
    /// Its name.
    pub name: String,
    /// Its SHA-256.
    pub digest: String,
    /// Its size, where it is here.
    pub bytes: Option<usize>,
}

/// The proof that the entry stands in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProofView {
    /// The bytes of the log entry, which are text.
    pub leaf: String,
    /// The hashes from the entry to the root, in base64.
    pub hashes: Vec<String>,
    /// The signed checkpoint.
    pub checkpoint: String,
    /// The verifier key of the log.
    pub vkey: String,
    /// Names of the witnesses whose lines the checkpoint has.
    pub witnesses: Vec<String>,
    /// The signed record, as JSON.
    pub envelope: String,
}
