//! The relying party's side of WebAuthn (Level 2, sections 7.1 and 7.2), as far as passkeys need it.
//!
//! In come what a browser hands out (client data, authenticator data, a public key as SPKI, a signature) and what this server
//! expects; out comes a key to be kept, or that a key signed. An attestation is not asked for: what counts is that the same
//! authenticator comes back. A browser gives the parts by itself (`getAuthenticatorData`, `getPublicKey`), so that no CBOR is
//! read here; signatures are checked by `ring`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_identity::{Passkey, PasskeyAlgorithm, PasskeyKey};
use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey, VerificationAlgorithm,
};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::twice::no_key_twice;

/// Someone was there.
const PRESENT: u8 = 0x01;
/// The authenticator asked for a finger, a face or a code.
const VERIFIED: u8 = 0x04;
/// The data hold a new credential.
const ATTESTED: u8 = 0x40;
/// The longest id of a credential (section 5.4.3).
const LONGEST_ID: usize = 1023;

/// What this server expects of an answer.
#[derive(Debug, Clone)]
pub(super) struct Expected<'a> {
    /// What it sent, as base64url.
    pub(super) challenge: &'a str,
    /// Under which address the browser sees it.
    pub(super) origin: &'a str,
    /// Its host.
    pub(super) host: &'a str,
}

/// What a browser gives for a new passkey; each as base64url.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Created {
    id: String,
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    authenticator_data: String,
    public_key: String,
    public_key_algorithm: i64,
}

/// What a browser gives to sign in.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Asserted {
    /// Which credential.
    pub(super) id: String,
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    authenticator_data: String,
    signature: String,
    /// Whose it is, as the authenticator keeps it.
    #[serde(default)]
    pub(super) user_handle: Option<String>,
}

/// Why an answer does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(super) struct KeyFault(pub(super) &'static str);

fn bytes(text: &str) -> Result<Vec<u8>, KeyFault> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| KeyFault("a part is not base64url"))
}

/// Checks the client data; gives their bytes.
fn client_data(text: &str, kind: &str, expected: &Expected<'_>) -> Result<Vec<u8>, KeyFault> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct ClientData {
        #[serde(rename = "type")]
        kind: String,
        challenge: String,
        origin: String,
        #[serde(default)]
        cross_origin: bool,
    }
    let bytes = bytes(text)?;
    let unreadable = KeyFault("the client data cannot be read");
    no_key_twice(&bytes).map_err(|_| unreadable.clone())?;
    let data: ClientData = serde_json::from_slice(&bytes).map_err(|_| unreadable)?;
    if data.kind != kind {
        return Err(KeyFault("it is an answer to another question"));
    }
    if data.challenge != expected.challenge {
        return Err(KeyFault("it is an answer to another challenge"));
    }
    if data.origin != expected.origin || data.cross_origin {
        return Err(KeyFault("it was given to a page of another site"));
    }
    Ok(bytes)
}

/// The authenticator's part, of which the first 37 bytes are always there.
struct Authenticator {
    flags: u8,
    count: u32,
    rest: Vec<u8>,
    all: Vec<u8>,
}

fn authenticator(text: &str, expected: &Expected<'_>) -> Result<Authenticator, KeyFault> {
    let all = bytes(text)?;
    let short = KeyFault("the authenticator's data are too short");
    let (hash, after) = all.split_at_checked(32).ok_or_else(|| short.clone())?;
    let (flags, after) = after.split_first().ok_or_else(|| short.clone())?;
    let (count, rest) = after.split_first_chunk::<4>().ok_or(short)?;
    if hash != Sha256::digest(expected.host.as_bytes()).as_slice() {
        return Err(KeyFault("it is a passkey of another host"));
    }
    if flags & PRESENT == 0 || flags & VERIFIED == 0 {
        return Err(KeyFault("the authenticator did not ask who is there"));
    }
    Ok(Authenticator { flags: *flags, count: u32::from_be_bytes(*count), rest: rest.to_vec(), all })
}

/// A new passkey: the id of its credential, and what is kept to know it again.
pub(super) fn created(given: &Created, expected: &Expected<'_>) -> Result<PasskeyKey, KeyFault> {
    client_data(&given.client_data, "webauthn.create", expected)?;
    let data = authenticator(&given.authenticator_data, expected)?;
    if data.flags & ATTESTED == 0 {
        return Err(KeyFault("the authenticator made no key"));
    }
    // sixteen bytes of its model, two of the length of the id, the id
    let id = bytes(&given.id)?;
    let told = data.rest.get(16..).and_then(|rest| {
        let (length, rest) = rest.split_first_chunk::<2>()?;
        rest.get(..usize::from(u16::from_be_bytes(*length)))
    });
    if told != Some(id.as_slice()) || id.is_empty() || id.len() > LONGEST_ID {
        return Err(KeyFault("the key has another id than the authenticator says"));
    }
    let spki = bytes(&given.public_key)?;
    let (algorithm, public) = match given.public_key_algorithm {
        -7 => (PasskeyAlgorithm::Es256, after(&spki, &ES256, 65)),
        -8 => (PasskeyAlgorithm::EdDsa, after(&spki, &EDDSA, 32)),
        -257 => (PasskeyAlgorithm::Rs256, rsa(&spki)),
        _ => return Err(KeyFault("the key is of a kind that is not taken here")),
    };
    let public = public.ok_or(KeyFault("the public key is not of the kind that it says"))?;
    Ok(PasskeyKey {
        credential: URL_SAFE_NO_PAD.encode(&id),
        algorithm,
        public: URL_SAFE_NO_PAD.encode(public),
        count: data.count,
    })
}

/// What stands before the point of a key on P-256 (RFC 5480) and before an Ed25519 key (RFC 8410): the lengths are always the
/// same.
const ES256: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86,
    0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];
const EDDSA: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
/// `rsaEncryption` with its empty parameters.
const RSA: [u8; 15] =
    [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];

fn after<'s>(spki: &'s [u8], prefix: &[u8], length: usize) -> Option<&'s [u8]> {
    spki.strip_prefix(prefix).filter(|key| key.len() == length)
}

/// The key inside an SPKI of RSA. Of 2048 bits and more: every length has two bytes then.
fn rsa(spki: &[u8]) -> Option<&[u8]> {
    let sized = |bytes: &'_ [u8], tag: u8| -> Option<usize> {
        let [first, 0x82, high, low, ..] = bytes else { return None };
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        (*first == tag && length >= 256 && bytes.len() == 4 + length).then_some(length)
    };
    sized(spki, 0x30)?;
    let bits = spki.get(4..)?.strip_prefix(&RSA)?;
    sized(bits, 0x03)?;
    bits.get(4..)?.strip_prefix(&[0])
}

/// Whether a passkey signed the challenge; gives its new count.
pub(super) fn asserted(given: &Asserted, key: &Passkey, expected: &Expected<'_>) -> Result<u32, KeyFault> {
    let client = client_data(&given.client_data, "webauthn.get", expected)?;
    let data = authenticator(&given.authenticator_data, expected)?;
    let signed = [data.all.as_slice(), Sha256::digest(&client).as_slice()].concat();
    let algorithm: &'static dyn VerificationAlgorithm = match key.key.algorithm {
        PasskeyAlgorithm::Es256 => &ECDSA_P256_SHA256_ASN1,
        PasskeyAlgorithm::EdDsa => &ED25519,
        PasskeyAlgorithm::Rs256 => &RSA_PKCS1_2048_8192_SHA256,
    };
    let public = bytes(&key.key.public)?;
    UnparsedPublicKey::new(algorithm, public)
        .verify(&signed, &bytes(&given.signature)?)
        .map_err(|_| KeyFault("the signature does not hold"))?;
    // many authenticators count nothing and say 0 always
    if (data.count != 0 || key.key.count != 0) && data.count <= key.key.count {
        return Err(KeyFault("its count went back: there may be a copy of it"));
    }
    Ok(data.count)
}

#[cfg(test)]
mod tests {
    use countersign_identity::Passkey;
    use jiff::Timestamp;
    use ring::rand::SystemRandom;
    use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
    use serde_json::{Value, json};

    use super::*;

    const EXPECTED: Expected<'static> =
        Expected { challenge: "Y2hhbGxlbmdl", origin: "https://desk.example.org", host: "desk.example.org" };

    fn encoded(bytes: impl AsRef<[u8]>) -> String {
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn client(kind: &str) -> Value {
        json!({ "type": kind, "challenge": "Y2hhbGxlbmdl", "origin": "https://desk.example.org", "crossOrigin": false })
    }

    fn data(host: &str, flags: u8, count: u32, rest: &[u8]) -> Vec<u8> {
        [Sha256::digest(host.as_bytes()).as_slice(), &[flags], &count.to_be_bytes(), rest].concat()
    }

    struct Device {
        pair: EcdsaKeyPair,
        random: SystemRandom,
    }

    impl Device {
        fn new() -> Self {
            let random = SystemRandom::new();
            let kind = &ECDSA_P256_SHA256_ASN1_SIGNING;
            let document = EcdsaKeyPair::generate_pkcs8(kind, &random).unwrap();
            Self { pair: EcdsaKeyPair::from_pkcs8(kind, document.as_ref(), &random).unwrap(), random }
        }

        fn made(&self, client: &Value, flags: u8, id: &[u8]) -> Created {
            let rest = [&[0; 16][..], &(id.len() as u16).to_be_bytes(), id, b"a COSE key"].concat();
            let spki = [&ES256[..], self.pair.public_key().as_ref()].concat();
            Created {
                id: encoded(b"credential"),
                client_data: encoded(client.to_string()),
                authenticator_data: encoded(data("desk.example.org", flags, 7, &rest)),
                public_key: encoded(spki),
                public_key_algorithm: -7,
            }
        }

        fn signs(&self, client: &Value, host: &str, flags: u8, count: u32) -> Asserted {
            let (client, data) = (client.to_string(), data(host, flags, count, &[]));
            let signed = [data.as_slice(), Sha256::digest(client.as_bytes()).as_slice()].concat();
            Asserted {
                id: encoded(b"credential"),
                client_data: encoded(&client),
                authenticator_data: encoded(&data),
                signature: encoded(self.pair.sign(&self.random, &signed).unwrap()),
                user_handle: None,
            }
        }
    }

    fn kept(key: PasskeyKey) -> Passkey {
        Passkey { id: "1".to_owned(), name: "a key".to_owned(), key, since: Timestamp::UNIX_EPOCH }
    }

    #[test]
    fn a_passkey_is_made_and_signs_in() {
        let device = Device::new();
        let made = created(&device.made(&client("webauthn.create"), 0x45, b"credential"), &EXPECTED).unwrap();
        assert_eq!(made.count, 7);
        let key = kept(made);
        let signed = device.signs(&client("webauthn.get"), "desk.example.org", 0x05, 8);
        assert_eq!(asserted(&signed, &key, &EXPECTED), Ok(8));
        // another device
        let other = Device::new().signs(&client("webauthn.get"), "desk.example.org", 0x05, 8);
        assert_eq!(asserted(&other, &key, &EXPECTED), Err(KeyFault("the signature does not hold")));
    }

    #[test]
    fn what_is_not_as_it_must_be_is_refused() {
        let device = Device::new();
        let key =
            kept(created(&device.made(&client("webauthn.create"), 0x45, b"credential"), &EXPECTED).unwrap());
        let changed = |member: &str, value: Value| {
            let mut client = client("webauthn.get");
            client[member] = value;
            client
        };
        for (client, host, flags, count, says) in [
            (client("webauthn.create"), "desk.example.org", 5, 8, "another question"),
            (changed("challenge", json!("b3RoZXI")), "desk.example.org", 5, 8, "another challenge"),
            (
                changed("origin", json!("https://desk.example.org.evil.example")),
                "desk.example.org",
                5,
                8,
                "another site",
            ),
            (changed("crossOrigin", json!(true)), "desk.example.org", 5, 8, "another site"),
            (client("webauthn.get"), "evil.example", 5, 8, "another host"),
            (client("webauthn.get"), "desk.example.org", 0x01, 8, "who is there"),
            (client("webauthn.get"), "desk.example.org", 0x04, 8, "who is there"),
            (client("webauthn.get"), "desk.example.org", 5, 7, "went back"),
            (client("webauthn.get"), "desk.example.org", 5, 0, "went back"),
        ] {
            let fault = asserted(&device.signs(&client, host, flags, count), &key, &EXPECTED).unwrap_err();
            assert!(fault.0.contains(says), "{says}: {fault}");
        }
        // a changed byte
        let mut signed = device.signs(&client("webauthn.get"), "desk.example.org", 5, 8);
        signed.authenticator_data = encoded(data("desk.example.org", 5, 9, &[]));
        assert_eq!(asserted(&signed, &key, &EXPECTED), Err(KeyFault("the signature does not hold")));
        for (made, says) in [
            (device.made(&client("webauthn.get"), 0x45, b"credential"), "another question"),
            (device.made(&client("webauthn.create"), 0x05, b"credential"), "made no key"),
            (device.made(&client("webauthn.create"), 0x45, b"another id"), "another id"),
            (
                Created {
                    public_key_algorithm: -257,
                    ..device.made(&client("webauthn.create"), 0x45, b"credential")
                },
                "kind that it says",
            ),
            (
                Created {
                    public_key_algorithm: -35,
                    ..device.made(&client("webauthn.create"), 0x45, b"credential")
                },
                "not taken",
            ),
        ] {
            let fault = created(&made, &EXPECTED).unwrap_err();
            assert!(fault.0.contains(says), "{says}: {fault}");
        }
    }

    #[test]
    fn the_keys_of_each_kind_are_found_in_their_spki() {
        let rsa_key = [&[0x30, 0x82, 0x01, 0x0a][..], &[7; 266]].concat();
        let bits = [&[0x03, 0x82, 0x01, 0x0f, 0x00][..], &rsa_key].concat();
        let spki = [&[0x30, 0x82, 0x01, 0x22][..], &RSA, &bits].concat();
        assert_eq!(rsa(&spki), Some(rsa_key.as_slice()));
        assert_eq!(rsa(spki.get(1..).unwrap()), None);
        assert_eq!(rsa(spki.get(..spki.len() - 1).unwrap()), None);
        let ed = [&EDDSA[..], &[9; 32]].concat();
        assert_eq!(after(&ed, &EDDSA, 32), Some(&[9; 32][..]));
        assert_eq!(after(&ed, &ES256, 65), None);
    }
}
