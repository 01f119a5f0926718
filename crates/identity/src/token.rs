//! Secrets that are random bits: what the bearer holds, and the digest that is kept.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// 256 random bits that their bearer shows. Never kept, never printed by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Token([u8; 32]);

/// The SHA-256 of a token: what is kept of it. A digest of 256 random bits cannot be turned back; a slow hash is for
/// what people choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TokenHash([u8; 32]);

impl Token {
    /// A token of these bytes, which must come fresh from [`crate::fresh`].
    pub fn new(random: [u8; 32]) -> Self {
        Self(random)
    }

    /// As the bearer gets it: 43 characters that are safe in a cookie, a header and an address.
    pub fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// What is kept of it.
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.0).into())
    }
}

impl FromStr for Token {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| ())?;
        Ok(Self(bytes.try_into().map_err(|_| ())?))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(not shown)")
    }
}

impl TokenHash {
    /// A digest that was made elsewhere.
    pub(crate) fn of_digest(digest: [u8; 32]) -> Self {
        Self(digest)
    }

    /// Whether the token is the one of this digest, in a time that does not depend on where they differ.
    pub fn fits(&self, token: &Token) -> bool {
        self.0.ct_eq(&token.hash().0).into()
    }
}

impl From<TokenHash> for String {
    fn from(hash: TokenHash) -> Self {
        hex::encode(hash.0)
    }
}

impl TryFrom<String> for TokenHash {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(&text, &mut bytes).map_err(|_| "it is not 64 hexadecimal digits".to_owned())?;
        Ok(Self(bytes))
    }
}

/// The token that each form of a session carries against forged requests. It follows from the session's token, which no
/// other site can read, and is worth nothing without it.
pub fn csrf_of(session: &Token) -> String {
    let mut hash = Sha256::new();
    hash.update(b"countersign-csrf/1\0");
    hash.update(session.0);
    URL_SAFE_NO_PAD.encode(hash.finalize())
}

/// Whether a form's token is that of the session.
pub fn csrf_fits(session: &Token, given: &str) -> bool {
    csrf_of(session).as_bytes().ct_eq(given.as_bytes()).into()
}
