//! Signed notes (C2SP `signed-note`): a text with signature lines, and the keys that make them.
//!
//! ```text
//! the text, one or more lines, ending in a line end
//!
//! — key-name base64(4 bytes key id, signature)
//! ```

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_model::Digest;

use crate::key::{PublicKey, Seed};
use crate::ml_dsa::MlDsaPublicKey;

/// The longest note that is read, in bytes. A checkpoint with a hundred cosignatures is far below; the bound
/// keeps a hostile file from costing memory.
const MAX_NOTE: usize = 1_000_000;
/// The most signature lines that are read (the bound of the Go implementation).
const MAX_SIGNATURES: usize = 100;

/// Why a text is not a signed note, or not signed as it must be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoteError {
    /// Not the shape of a signed note.
    #[error("this is not a signed note: {0}")]
    Malformed(&'static str),
    /// No signature line carries the name and id of the key.
    #[error("the note is not signed by `{0}`")]
    NotSigned(String),
    /// A signature line carries the name and id of the key, and is not by that key.
    #[error(
        "the signature by `{0}` does not fit the text of the note: the text or the signature was changed"
    )]
    BadSignature(String),
}

/// A text that is not a verifier key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a verifier key `<name>+<hash>+<base64>`: {why}")]
pub struct VKeyError {
    /// The text.
    pub text: String,
    /// What is wrong with it.
    pub why: &'static str,
}

/// What a note key signs with (the signature type byte of C2SP `signed-note`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoteKeyAlgorithm {
    /// `0x01`: plain Ed25519 over the text.
    Ed25519,
    /// `0x04`: timestamped Ed25519 `cosignature/v1` of a witness.
    CosignatureV1,
    /// `0x06`: timestamped ML-DSA-44 cosignature of a witness.
    MlDsa44,
}

impl NoteKeyAlgorithm {
    /// Whether it is the algorithm of a witness.
    pub fn cosigns(self) -> bool {
        matches!(self, Self::CosignatureV1 | Self::MlDsa44)
    }

    fn byte(self) -> u8 {
        match self {
            Self::Ed25519 => 0x01,
            Self::CosignatureV1 => 0x04,
            Self::MlDsa44 => 0x06,
        }
    }
}

/// A public key that signs notes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoteKey {
    /// Of a log, or of a witness.
    Ed25519(PublicKey),
    /// Of a witness.
    MlDsa44(MlDsaPublicKey),
}

impl NoteKey {
    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Ed25519(key) => key.as_bytes(),
            Self::MlDsa44(key) => key.as_bytes(),
        }
    }

    /// The SHA-256 of its bytes: what people compare.
    pub fn fingerprint(&self) -> Digest {
        Digest::of(self.as_bytes())
    }
}

/// A verifier key: `<name>+<hash>+<base64>`, where the hash is the key id, the first four bytes of
/// SHA-256(name, line end, algorithm byte, public key), and the base64 holds algorithm byte and public key.
#[derive(Clone, PartialEq, Eq)]
pub struct VKey {
    name: String,
    algorithm: NoteKeyAlgorithm,
    public: NoteKey,
}

/// Whether `name` can name a key: not empty, no white space, no `+` (C2SP `signed-note`).
fn fits_as_name(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+')
}

impl VKey {
    /// An Ed25519 key of that name. An error when the name is empty or has white space or a `+`, or the algorithm has
    /// other keys.
    pub fn new(name: &str, algorithm: NoteKeyAlgorithm, public: PublicKey) -> Result<Self, VKeyError> {
        if algorithm == NoteKeyAlgorithm::MlDsa44 {
            return Err(VKeyError {
                text: name.to_owned(),
                why: "an Ed25519 key makes no ML-DSA-44 signatures",
            });
        }
        Self::named(name, algorithm, NoteKey::Ed25519(public))
    }

    /// An ML-DSA-44 key of a witness of that name. An error when the name is empty or has white space or a `+`.
    pub fn ml_dsa_44(name: &str, public: MlDsaPublicKey) -> Result<Self, VKeyError> {
        Self::named(name, NoteKeyAlgorithm::MlDsa44, NoteKey::MlDsa44(public))
    }

    fn named(name: &str, algorithm: NoteKeyAlgorithm, public: NoteKey) -> Result<Self, VKeyError> {
        if !fits_as_name(name) {
            return Err(VKeyError {
                text: name.to_owned(),
                why: "the name is empty or has white space or a plus sign",
            });
        }
        Ok(Self { name: name.to_owned(), algorithm, public })
    }

    /// The name; for a log it is also the origin of its checkpoints.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it signs with.
    pub fn algorithm(&self) -> NoteKeyAlgorithm {
        self.algorithm
    }

    /// The public key itself.
    pub fn public(&self) -> &NoteKey {
        &self.public
    }

    /// The four bytes that find its signature line. Not a proof of anything: it is short.
    pub fn id(&self) -> [u8; 4] {
        let mut input = self.name.clone().into_bytes();
        input.push(b'\n');
        input.push(self.algorithm.byte());
        input.extend_from_slice(self.public.as_bytes());
        let [a, b, c, d, ..] = *Digest::of(&input).as_bytes();
        [a, b, c, d]
    }
}

impl fmt::Display for VKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut key = vec![self.algorithm.byte()];
        key.extend_from_slice(self.public.as_bytes());
        write!(f, "{}+{}+{}", self.name, hex::encode(self.id()), STANDARD.encode(key))
    }
}

impl fmt::Debug for VKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl FromStr for VKey {
    type Err = VKeyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fault = |why| VKeyError { text: text.to_owned(), why };
        let (name, rest) = text.split_once('+').ok_or_else(|| fault("it has no plus sign"))?;
        // the base64 may hold plus signs too, so only the first two divide
        let (_, key) = rest.split_once('+').ok_or_else(|| fault("it has only one plus sign"))?;
        let key = STANDARD.decode(key).map_err(|_| fault("the key is not base64"))?;
        let (algorithm, key) = key.split_first().ok_or_else(|| fault("the key is empty"))?;
        let algorithm = match algorithm {
            0x01 => NoteKeyAlgorithm::Ed25519,
            0x04 => NoteKeyAlgorithm::CosignatureV1,
            0x06 => NoteKeyAlgorithm::MlDsa44,
            _ => {
                return Err(fault(
                    "its signature type is none of Ed25519 (1), cosignature/v1 (4) and ML-DSA-44 (6)",
                ));
            }
        };
        let public = if algorithm == NoteKeyAlgorithm::MlDsa44 {
            let key = MlDsaPublicKey::from_bytes(key);
            NoteKey::MlDsa44(key.ok_or_else(|| fault("an ML-DSA-44 key has 1312 bytes"))?)
        } else {
            let key: &[u8; 32] = key.try_into().map_err(|_| fault("an Ed25519 key has 32 bytes"))?;
            let key = PublicKey::from_bytes(key);
            NoteKey::Ed25519(key.ok_or_else(|| fault("the key is not a sound Ed25519 point"))?)
        };
        let vkey = Self::named(name, algorithm, public).map_err(|error| fault(error.why))?;
        // holds the hash, and the one spelling of a key
        if vkey.to_string() != text {
            return Err(fault("its hash does not fit its name and key"));
        }
        Ok(vkey)
    }
}

/// One signature line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    /// The name of the key.
    pub name: String,
    /// The id of the key.
    pub id: [u8; 4],
    /// What follows the id: for a log the signature, for a witness 8 bytes of time and the signature.
    pub bytes: Vec<u8>,
}

/// A text with its signature lines, not yet verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The text that is signed, its last line end included.
    pub text: String,
    /// The signature lines, in their order.
    pub signatures: Vec<NoteSignature>,
}

impl Note {
    /// Reads a signed note. Every line must have its exact form: there is no other spelling of the same note.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        if bytes.len() > MAX_NOTE {
            return Err(NoteError::Malformed("it is longer than a million bytes"));
        }
        let whole = std::str::from_utf8(bytes).map_err(|_| NoteError::Malformed("it is not UTF-8"))?;
        if whole.chars().any(|c| c.is_ascii_control() && c != '\n') {
            return Err(NoteError::Malformed("it has a control character"));
        }
        // the text may hold empty lines, so the last one divides
        let (text, lines) = whole
            .rsplit_once("\n\n")
            .ok_or(NoteError::Malformed("no empty line divides text and signatures"))?;
        let lines = lines
            .strip_suffix('\n')
            .ok_or(NoteError::Malformed("the last signature line has no line end"))?;
        let signatures = lines.split('\n').map(signature_line).collect::<Result<Vec<_>, _>>()?;
        if signatures.len() > MAX_SIGNATURES {
            return Err(NoteError::Malformed("it has more than a hundred signatures"));
        }
        Ok(Self { text: format!("{text}\n"), signatures })
    }

    /// The bytes of the note.
    pub fn format(&self) -> String {
        let mut out = format!("{}\n", self.text);
        for signature in &self.signatures {
            let mut bytes = signature.id.to_vec();
            bytes.extend_from_slice(&signature.bytes);
            out.push_str(&format!("— {} {}\n", signature.name, STANDARD.encode(bytes)));
        }
        out
    }

    /// The signature lines with the name and id of `key`.
    pub fn lines_of<'a>(&'a self, key: &'a VKey) -> impl Iterator<Item = &'a NoteSignature> + 'a {
        let id = key.id();
        self.signatures.iter().filter(move |line| line.name == key.name && line.id == id)
    }

    /// Checks the plain Ed25519 signature by `key`. Lines by other keys are of no weight, as the standard
    /// says; a second line by `key` is refused.
    pub fn verify(&self, key: &VKey) -> Result<(), NoteError> {
        let mut lines = self.lines_of(key);
        let line = lines.next().ok_or_else(|| NoteError::NotSigned(key.name.clone()))?;
        if lines.next().is_some() {
            return Err(NoteError::Malformed("one key signed it twice"));
        }
        match (key.algorithm, &key.public) {
            (NoteKeyAlgorithm::Ed25519, NoteKey::Ed25519(public))
                if public.verifies(self.text.as_bytes(), &line.bytes) =>
            {
                Ok(())
            }
            _ => Err(NoteError::BadSignature(key.name.clone())),
        }
    }
}

fn signature_line(line: &str) -> Result<NoteSignature, NoteError> {
    let fault = NoteError::Malformed("a signature line is not `— name base64`");
    let (name, encoded) =
        line.strip_prefix("— ").and_then(|rest| rest.split_once(' ')).ok_or(fault.clone())?;
    let bytes = STANDARD.decode(encoded).map_err(|_| fault.clone())?;
    let (id, signature) = bytes.split_first_chunk::<4>().ok_or(fault.clone())?;
    if !fits_as_name(name) || signature.is_empty() {
        return Err(fault);
    }
    Ok(NoteSignature { name: name.to_owned(), id: *id, bytes: signature.to_vec() })
}

/// A key that signs notes: a name and a secret seed.
#[derive(Debug)]
pub struct NoteSigner {
    vkey: VKey,
    seed: Seed,
}

/// How the secret form of a key begins (the form of Go's `sumdb/note`).
const SECRET_PREFIX: &str = "PRIVATE+KEY+";

impl NoteSigner {
    /// A plain Ed25519 signer of that name.
    pub fn new(name: &str, seed: Seed) -> Result<Self, VKeyError> {
        let vkey = VKey::new(name, NoteKeyAlgorithm::Ed25519, seed.public())?;
        Ok(Self { vkey, seed })
    }

    /// The public half.
    pub fn vkey(&self) -> &VKey {
        &self.vkey
    }

    /// Signs `text`, which must end in a line end.
    pub fn sign(&self, text: &str) -> Result<Note, NoteError> {
        if !text.ends_with('\n') || text.chars().any(|c| c.is_ascii_control() && c != '\n') {
            return Err(NoteError::Malformed(
                "its text must end in a line end and have no control character",
            ));
        }
        let signature = NoteSignature {
            name: self.vkey.name.clone(),
            id: self.vkey.id(),
            bytes: self.seed.sign(text.as_bytes()).to_vec(),
        };
        Ok(Note { text: text.to_owned(), signatures: vec![signature] })
    }

    /// The secret form, `PRIVATE+KEY+<name>+<hash>+<base64>`, as Go's `sumdb/note` writes it.
    pub fn secret_text(&self) -> String {
        let mut key = vec![NoteKeyAlgorithm::Ed25519.byte()];
        key.extend_from_slice(&self.seed.to_bytes());
        let (name, id) = (&self.vkey.name, hex::encode(self.vkey.id()));
        format!("{SECRET_PREFIX}{name}+{id}+{}", STANDARD.encode(key))
    }

    /// Reads the secret form. The message of an error never holds the secret.
    pub fn from_secret_text(text: &str) -> Result<Self, VKeyError> {
        let fault = |why| VKeyError { text: format!("{SECRET_PREFIX}…"), why };
        let rest = text.strip_prefix(SECRET_PREFIX).ok_or_else(|| fault("it does not begin so"))?;
        let (name, rest) = rest.split_once('+').ok_or_else(|| fault("it has too few plus signs"))?;
        let (id, key) = rest.split_once('+').ok_or_else(|| fault("it has too few plus signs"))?;
        let key = STANDARD.decode(key).map_err(|_| fault("the key is not base64"))?;
        let (algorithm, key) = key.split_first().ok_or_else(|| fault("the key is empty"))?;
        if *algorithm != NoteKeyAlgorithm::Ed25519.byte() {
            return Err(fault("its signature type is not Ed25519 (1)"));
        }
        let seed: &[u8; 32] = key.try_into().map_err(|_| fault("an Ed25519 seed has 32 bytes"))?;
        let signer = Self::new(name, Seed::from_bytes(seed)).map_err(|error| fault(error.why))?;
        if hex::encode(signer.vkey.id()) != id {
            return Err(fault("its hash does not fit its name and key"));
        }
        Ok(signer)
    }
}
