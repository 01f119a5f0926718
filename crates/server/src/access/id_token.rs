//! The ID token of an identity provider: what OpenID Connect Core, section 3.1.3.7, asks to be checked before it counts.
//!
//! In come the token (a JWT in compact form), the keys that the provider publishes, and what this sign-in expects; out come
//! the claims, or why they do not hold. Signatures are checked by `ring`, with public keys alone: a token under a shared
//! secret, or under none, is refused whatever its header says.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use ring::signature as rings;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::twice::no_key_twice;

/// How far two clocks may be apart, in seconds.
const LEEWAY: f64 = 60.0;
/// The longest token that is looked at, in bytes.
const LONGEST: usize = 64 << 10;

/// The keys of a provider (RFC 7517).
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Keys {
    keys: Vec<Key>,
}

/// One of them. Members of other kinds of keys are not read.
#[derive(Debug, Clone, Deserialize)]
struct Key {
    kty: String,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default, rename = "use")]
    used_for: Option<String>,
    #[serde(default)]
    alg: Option<String>,
    #[serde(default)]
    crv: Option<String>,
    #[serde(default)]
    n: Option<String>,
    #[serde(default)]
    e: Option<String>,
    #[serde(default)]
    x: Option<String>,
    #[serde(default)]
    y: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default)]
    crit: Option<Value>,
}

/// What this sign-in expects of its token.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) client: &'a str,
    pub(super) nonce: &'a str,
    pub(super) now: Timestamp,
}

/// Why a token does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum TokenFault {
    /// None of the keys fits: they may have been changed since they were read.
    #[error("it is signed with a key that the provider does not publish")]
    Key,
    /// Anything else.
    #[error("{0}")]
    Wrong(String),
}

fn wrong(why: impl Into<String>) -> TokenFault {
    TokenFault::Wrong(why.into())
}

/// What the token says of someone.
#[derive(Debug, Clone)]
pub(super) struct Claims {
    pub(super) subject: String,
    pub(super) all: Map<String, Value>,
}

impl Claims {
    /// A claim that is a text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.all.get(name).and_then(Value::as_str)
    }
}

/// Checks a token.
///
/// # Errors
/// It does not hold.
pub(super) fn check(token: &str, keys: &Keys, expected: &Expected<'_>) -> Result<Claims, TokenFault> {
    if token.len() > LONGEST {
        return Err(wrong("it is too long"));
    }
    let mut parts = token.split('.');
    let (Some(header), Some(payload), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(wrong("it is no signed JWT in compact form"));
    };
    let decoded = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| wrong("it is not base64url"));
    let head: Header = read(&decoded(header)?)?;
    if head.crit.is_some() {
        return Err(wrong("it asks for an extension (`crit`) that is not known here"));
    }
    let signature = decoded(signature)?;
    let signed = token.rsplit_once('.').map(|(signed, _)| signed).unwrap_or_default();
    check_signature(&head, keys, signed.as_bytes(), &signature)?;
    claims(read(&decoded(payload)?)?, expected)
}

fn read<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T, TokenFault> {
    no_key_twice(bytes).map_err(wrong)?;
    serde_json::from_slice(bytes).map_err(|e| wrong(format!("it cannot be read: {e}")))
}

/// An algorithm of JWS (RFC 7518, RFC 8037) with the kind of key that it needs.
enum Algorithm {
    Rsa(&'static rings::RsaParameters),
    /// The verification, the curve, and the bytes of a coordinate.
    Curve(&'static dyn rings::VerificationAlgorithm, &'static str, usize),
    Edwards,
}

fn algorithm(name: &str) -> Option<Algorithm> {
    Some(match name {
        "RS256" => Algorithm::Rsa(&rings::RSA_PKCS1_2048_8192_SHA256),
        "RS384" => Algorithm::Rsa(&rings::RSA_PKCS1_2048_8192_SHA384),
        "RS512" => Algorithm::Rsa(&rings::RSA_PKCS1_2048_8192_SHA512),
        "PS256" => Algorithm::Rsa(&rings::RSA_PSS_2048_8192_SHA256),
        "PS384" => Algorithm::Rsa(&rings::RSA_PSS_2048_8192_SHA384),
        "PS512" => Algorithm::Rsa(&rings::RSA_PSS_2048_8192_SHA512),
        "ES256" => Algorithm::Curve(&rings::ECDSA_P256_SHA256_FIXED, "P-256", 32),
        "ES384" => Algorithm::Curve(&rings::ECDSA_P384_SHA384_FIXED, "P-384", 48),
        // the older name, and the one of RFC 9864
        "EdDSA" | "Ed25519" => Algorithm::Edwards,
        _ => return None,
    })
}

fn check_signature(head: &Header, keys: &Keys, signed: &[u8], signature: &[u8]) -> Result<(), TokenFault> {
    let algorithm = algorithm(&head.alg).ok_or_else(|| {
        wrong(format!(
            "it is signed with `{}`, which is not taken here",
            head.alg.chars().take(20).collect::<String>()
        ))
    })?;
    let fits = |key: &&Key| {
        key.used_for.as_deref().is_none_or(|used| used == "sig")
            && key.alg.as_ref().is_none_or(|alg| *alg == head.alg)
            && head.kid.as_ref().is_none_or(|kid| key.kid.as_ref() == Some(kid))
    };
    // a key that cannot be used is none: another one may fit
    let holds = |key: &Key| verified(&algorithm, key, signed, signature).unwrap_or(false);
    let named: Vec<&Key> = keys.keys.iter().filter(fits).collect();
    if named.is_empty() {
        return Err(TokenFault::Key);
    }
    if named.into_iter().any(holds) {
        return Ok(());
    }
    match head.kid {
        Some(_) => Err(wrong("its signature does not hold")),
        // without a name it may be by a newer key
        None => Err(TokenFault::Key),
    }
}

/// Whether the signature is by this key; `None` where it is of another kind.
fn verified(algorithm: &Algorithm, key: &Key, signed: &[u8], signature: &[u8]) -> Option<bool> {
    let part = |text: &Option<String>| URL_SAFE_NO_PAD.decode(text.as_deref()?).ok();
    let plain = |algorithm: &'static dyn rings::VerificationAlgorithm, public: &[u8]| {
        rings::UnparsedPublicKey::new(algorithm, public).verify(signed, signature).is_ok()
    };
    match algorithm {
        Algorithm::Rsa(parameters) if key.kty == "RSA" => {
            let (n, e) = (part(&key.n)?, part(&key.e)?);
            Some(rings::RsaPublicKeyComponents { n, e }.verify(parameters, signed, signature).is_ok())
        }
        Algorithm::Curve(algorithm, curve, width) if key.kty == "EC" && key.crv.as_deref() == Some(curve) => {
            let (x, y) = (part(&key.x)?, part(&key.y)?);
            (x.len() == *width && y.len() == *width)
                .then(|| plain(*algorithm, &[&[4], &x[..], &y[..]].concat()))
        }
        Algorithm::Edwards if key.kty == "OKP" && key.crv.as_deref() == Some("Ed25519") => {
            Some(plain(&rings::ED25519, &part(&key.x)?))
        }
        _ => None,
    }
}

/// The claims, once the signature holds.
fn claims(all: Map<String, Value>, expected: &Expected<'_>) -> Result<Claims, TokenFault> {
    let text = |name: &str| {
        all.get(name)
            .and_then(Value::as_str)
            .ok_or_else(|| wrong(format!("its claim `{name}` is missing or no text")))
    };
    let moment = |name: &str| all.get(name).and_then(Value::as_f64);
    if text("iss")? != expected.issuer {
        return Err(wrong("it is of another issuer"));
    }
    let audience: Vec<&str> = match all.get("aud") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if !audience.contains(&expected.client) {
        return Err(wrong("it is for another client"));
    }
    match all.get("azp").map(Value::as_str) {
        None if audience.len() == 1 => {}
        Some(Some(party)) if party == expected.client => {}
        _ => return Err(wrong("it was given to another client")),
    }
    let now = expected.now.as_second() as f64;
    let end = moment("exp").ok_or_else(|| wrong("its claim `exp` is missing or no number"))?;
    if end + LEEWAY <= now {
        return Err(wrong("it has expired; is the clock of this machine right?"));
    }
    let begun = moment("iat").ok_or_else(|| wrong("its claim `iat` is missing or no number"))?;
    if begun - LEEWAY > now || moment("nbf").is_some_and(|begin| begin - LEEWAY > now) {
        return Err(wrong("it is from the future; is the clock of this machine right?"));
    }
    if text("nonce")? != expected.nonce {
        return Err(wrong("it is of another sign-in"));
    }
    let subject = text("sub")?.to_owned();
    if subject.is_empty() || subject.len() > 255 {
        return Err(wrong("its claim `sub` is empty or too long"));
    }
    Ok(Claims { subject, all })
}

#[cfg(test)]
mod tests {
    use ring::rand::SystemRandom;
    use ring::signature::{EcdsaKeyPair, Ed25519KeyPair, KeyPair as _};
    use serde_json::json;

    use super::*;

    const NOW: i64 = 1_780_315_200;

    fn encoded(value: &Value) -> String {
        URL_SAFE_NO_PAD.encode(value.to_string())
    }

    fn ed() -> Ed25519KeyPair {
        Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap()
    }

    fn ed_keys() -> Value {
        let x = URL_SAFE_NO_PAD.encode(ed().public_key().as_ref());
        json!({ "keys": [
            { "kty": "oct", "k": "c2VjcmV0" },
            { "kty": "OKP", "crv": "Ed25519", "kid": "one", "use": "sig", "alg": "EdDSA", "x": x },
        ] })
    }

    fn good() -> Value {
        json!({
            "iss": "https://login.example.org", "aud": "desk", "sub": "248289761001", "nonce": "n-0S6_WzA2Mj",
            "iat": NOW, "exp": NOW + 300, "groups": ["export"],
        })
    }

    fn signed(header: &Value, payload: &Value) -> String {
        let text = format!("{}.{}", encoded(header), encoded(payload));
        let signature = URL_SAFE_NO_PAD.encode(ed().sign(text.as_bytes()).as_ref());
        format!("{text}.{signature}")
    }

    fn checked(token: &str, keys: &Value) -> Result<Claims, TokenFault> {
        let keys: Keys = serde_json::from_value(keys.clone()).unwrap();
        let now = Timestamp::from_second(NOW).unwrap();
        let expected =
            Expected { issuer: "https://login.example.org", client: "desk", nonce: "n-0S6_WzA2Mj", now };
        check(token, &keys, &expected)
    }

    #[test]
    fn a_good_token_is_taken() {
        let claims = checked(&signed(&json!({ "alg": "EdDSA", "kid": "one" }), &good()), &ed_keys()).unwrap();
        assert_eq!(claims.subject, "248289761001");
        assert_eq!(claims.all["groups"], json!(["export"]));
        // a key that is not named is looked for
        checked(&signed(&json!({ "alg": "EdDSA" }), &good()), &ed_keys()).unwrap();
    }

    #[test]
    fn each_claim_that_is_not_as_it_must_be_is_refused() {
        let header = json!({ "alg": "EdDSA", "kid": "one" });
        for (name, value, says) in [
            ("iss", json!("https://login.example.org/"), "another issuer"),
            ("iss", json!(null), "`iss`"),
            ("aud", json!("other"), "another client"),
            ("aud", json!(["desk", "other"]), "given to another client"),
            ("azp", json!("other"), "given to another client"),
            ("exp", json!(NOW - 61), "expired"),
            ("exp", json!("1999999999"), "`exp`"),
            ("iat", json!(NOW + 61), "future"),
            ("iat", json!(null), "`iat`"),
            ("nbf", json!(NOW + 61), "future"),
            ("nonce", json!("another"), "another sign-in"),
            ("nonce", json!(null), "`nonce`"),
            ("sub", json!(""), "`sub`"),
            ("sub", json!(7), "`sub`"),
        ] {
            let mut payload = good();
            payload[name] = value.clone();
            let fault = checked(&signed(&header, &payload), &ed_keys()).unwrap_err().to_string();
            assert!(fault.contains(says), "{name} {value}: {fault}");
        }
        // several audiences, and this client is the one it was given to
        let mut payload = good();
        payload["aud"] = json!(["desk", "other"]);
        payload["azp"] = json!("desk");
        checked(&signed(&header, &payload), &ed_keys()).unwrap();
    }

    #[test]
    fn no_header_talks_the_check_out_of_the_key() {
        let token = signed(&json!({ "alg": "EdDSA", "kid": "one" }), &good());
        for (header, says) in [
            (json!({ "alg": "none" }), "`none`"),
            (json!({ "alg": "HS256", "kid": "one" }), "`HS256`"),
            (json!({ "alg": "ES256", "kid": "one" }), "does not publish"),
            (json!({ "alg": "EdDSA", "kid": "two" }), "does not publish"),
            (json!({ "alg": "EdDSA", "kid": "one", "crit": ["b64"], "b64": false }), "crit"),
        ] {
            let (_, rest) = token.split_once('.').unwrap();
            let fault = checked(&format!("{}.{rest}", encoded(&header)), &ed_keys()).unwrap_err().to_string();
            assert!(fault.contains(says), "{header}: {fault}");
        }
        // without a signature, with another text, with a key twice
        let (unsigned, _) = token.rsplit_once('.').unwrap();
        let fault = checked(&format!("{unsigned}."), &ed_keys()).unwrap_err();
        assert_eq!(fault, TokenFault::Wrong("its signature does not hold".to_owned()));
        let mut other = good();
        other["sub"] = json!("1");
        let (head, rest) = token.split_once('.').unwrap();
        let (_, signature) = rest.split_once('.').unwrap();
        assert!(checked(&format!("{head}.{}.{signature}", encoded(&other)), &ed_keys()).is_err());
        for no_token in ["", "a.b", "a.b.c.d", "!.!.!", "e30.e30.e30"] {
            assert!(checked(no_token, &ed_keys()).is_err(), "{no_token}");
        }
    }

    #[test]
    fn keys_on_a_curve_are_read_and_a_key_for_encryption_is_not_used() {
        let random = SystemRandom::new();
        let kind = &ring::signature::ECDSA_P256_SHA256_FIXED_SIGNING;
        let document = EcdsaKeyPair::generate_pkcs8(kind, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(kind, document.as_ref(), &random).unwrap();
        let point = pair.public_key().as_ref();
        let coordinate = |from: usize| URL_SAFE_NO_PAD.encode(&point[from..from + 32]);
        let mut keys = json!({ "keys": [
            { "kty": "EC", "crv": "P-256", "kid": "c", "x": coordinate(1), "y": coordinate(33) },
        ] });
        let text = format!("{}.{}", encoded(&json!({ "alg": "ES256", "kid": "c" })), encoded(&good()));
        let signature = pair.sign(&random, text.as_bytes()).unwrap();
        let token = format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()));
        checked(&token, &keys).unwrap();
        keys["keys"][0]["use"] = json!("enc");
        assert_eq!(checked(&token, &keys).unwrap_err(), TokenFault::Key);
    }
}
