//! What a person proves themselves with, as it is kept: nothing in it can be used without the password.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_verify::{PublicKey, Seed};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::one_time::TotpSecret;
use crate::password::{Cost, PasswordFault, check_new_password, stretch};
use crate::user_name::UserId;

/// Why credentials could not be made or opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialsFault {
    /// The new password is refused.
    #[error(transparent)]
    Password(#[from] PasswordFault),
    /// The password is not the one.
    #[error("the password is wrong")]
    Wrong,
    /// The sealed part was changed.
    #[error("the credentials are damaged: what is sealed under the password cannot be opened")]
    Damaged,
}

/// Password, signing key and one-time secret of a person, as they are kept.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    cost: Cost,
    /// Hexadecimal.
    salt: String,
    /// SHA-256 of the first half of the Argon2id output, hexadecimal.
    verifier: String,
    /// Signing key and one-time secret under the second half (ChaCha20-Poly1305): nonce, text, tag; base64.
    sealed: String,
    /// The public half of the person's signing key.
    pub signing_key: String,
    /// Whether a one-time code is asked for.
    pub one_time_codes: bool,
}

/// Credentials opened with the password.
pub struct Opened {
    /// The person's signing key.
    pub seed: Seed,
    /// The secret of their authenticator.
    pub totp: Option<TotpSecret>,
    key: [u8; 32],
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").field("signing_key", &self.signing_key).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opened").field("seed", &self.seed).finish_non_exhaustive()
    }
}

/// The random bytes of new credentials.
#[derive(Clone, Copy)]
pub(crate) struct Fresh {
    pub(crate) salt: [u8; 16],
    pub(crate) nonce: [u8; 12],
    pub(crate) seed: [u8; 32],
}

impl Fresh {
    /// From 60 random bytes, which must come fresh from [`crate::fresh`].
    pub(crate) fn of(random: &[u8; 60]) -> Option<Self> {
        let (salt, rest) = random.split_at(16);
        let (nonce, seed) = rest.split_at(12);
        Some(Self { salt: salt.try_into().ok()?, nonce: nonce.try_into().ok()?, seed: seed.try_into().ok()? })
    }
}

impl Credentials {
    /// New credentials with a new signing key. `user` is the name that the password must not be made of.
    pub fn new(id: &UserId, user: &str, password: &str, random: &[u8; 60]) -> Result<Self, CredentialsFault> {
        let fresh = Fresh::of(random).ok_or(CredentialsFault::Damaged)?;
        Self::seal(id, user, password, &fresh, &fresh.seed, None)
    }

    fn seal(
        id: &UserId,
        user: &str,
        password: &str,
        fresh: &Fresh,
        seed: &[u8; 32],
        totp: Option<&TotpSecret>,
    ) -> Result<Self, CredentialsFault> {
        check_new_password(password, user)?;
        let (known_by, key) = stretch(password, &fresh.salt, Cost::OWASP).ok_or(CredentialsFault::Damaged)?;
        Ok(Self {
            cost: Cost::OWASP,
            salt: hex::encode(fresh.salt),
            verifier: hex::encode(Sha256::digest(known_by)),
            sealed: close(id, &key, fresh.nonce, seed, totp)?,
            signing_key: Seed::from_bytes(seed).public().to_string(),
            one_time_codes: totp.is_some(),
        })
    }

    /// Opens them. As slow for a wrong password as for the right one.
    pub fn open(&self, id: &UserId, password: &str) -> Result<Opened, CredentialsFault> {
        let damaged = CredentialsFault::Damaged;
        let mut salt = [0; 16];
        hex::decode_to_slice(&self.salt, &mut salt).map_err(|_| damaged.clone())?;
        let (known_by, key) = stretch(password, &salt, self.cost).ok_or(CredentialsFault::Wrong)?;
        let verifier = hex::decode(&self.verifier).map_err(|_| damaged.clone())?;
        if !bool::from(Sha256::digest(known_by).as_slice().ct_eq(verifier.as_slice())) {
            return Err(CredentialsFault::Wrong);
        }
        let sealed = STANDARD.decode(&self.sealed).map_err(|_| damaged.clone())?;
        let (nonce, text) = sealed.split_at_checked(12).ok_or(damaged.clone())?;
        let mut text = text.to_vec();
        let nonce: [u8; 12] = nonce.try_into().map_err(|_| damaged.clone())?;
        let plain = sealing_key(&key)?
            .open_in_place(Nonce::assume_unique_for_key(nonce), Aad::from(id.as_str().as_bytes()), &mut text)
            .map_err(|_| damaged.clone())?;
        let (seed, rest) = plain.split_at_checked(32).ok_or(damaged.clone())?;
        let totp = match rest {
            [] => None,
            rest => Some(TotpSecret::new(rest.try_into().map_err(|_| damaged.clone())?)),
        };
        let seed = Seed::from_bytes(&seed.try_into().map_err(|_| damaged)?);
        Ok(Opened { seed, totp, key })
    }

    /// The same with another one-time secret, or without.
    pub fn with_totp(
        &self,
        id: &UserId,
        opened: &Opened,
        totp: Option<&TotpSecret>,
        nonce: [u8; 12],
    ) -> Result<Self, CredentialsFault> {
        let seed = seed_bytes(&opened.seed)?;
        Ok(Self {
            sealed: close(id, &opened.key, nonce, &seed, totp)?,
            one_time_codes: totp.is_some(),
            ..self.clone()
        })
    }

    /// The same signing key and one-time secret under another password.
    pub fn with_password(
        id: &UserId,
        user: &str,
        opened: &Opened,
        password: &str,
        random: &[u8; 60],
    ) -> Result<Self, CredentialsFault> {
        let fresh = Fresh::of(random).ok_or(CredentialsFault::Damaged)?;
        Self::seal(id, user, password, &fresh, &seed_bytes(&opened.seed)?, opened.totp.as_ref())
    }

    /// The public half of the signing key.
    pub fn public_key(&self) -> Option<PublicKey> {
        self.signing_key.parse().ok()
    }
}

/// Spends the time that opening credentials takes, so that an unknown name answers no sooner than a known one.
pub(crate) fn spend_the_time(password: &str) {
    // the result is of no use; the optimiser must not know that
    std::hint::black_box(stretch(std::hint::black_box(password), &[0; 16], Cost::OWASP));
}

fn sealing_key(key: &[u8; 32]) -> Result<LessSafeKey, CredentialsFault> {
    UnboundKey::new(&CHACHA20_POLY1305, key).map(LessSafeKey::new).map_err(|_| CredentialsFault::Damaged)
}

fn close(
    id: &UserId,
    key: &[u8; 32],
    nonce: [u8; 12],
    seed: &[u8; 32],
    totp: Option<&TotpSecret>,
) -> Result<String, CredentialsFault> {
    let mut text = seed.to_vec();
    text.extend(totp.map(TotpSecret::bytes).into_iter().flatten());
    sealing_key(key)?
        .seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            // sealed for this person: moved to another one's row it does not open
            Aad::from(id.as_str().as_bytes()),
            &mut text,
        )
        .map_err(|_| CredentialsFault::Damaged)?;
    let mut out = nonce.to_vec();
    out.append(&mut text);
    Ok(STANDARD.encode(out))
}

fn seed_bytes(seed: &Seed) -> Result<[u8; 32], CredentialsFault> {
    let text = seed.secret_text();
    let digits = text.split_once(':').map_or("", |(_, digits)| digits);
    let mut bytes = [0; 32];
    hex::decode_to_slice(digits, &mut bytes).map_err(|_| CredentialsFault::Damaged)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWORD: &str = "correct horse battery staple";

    fn alice() -> UserId {
        UserId::of(&[1; 8])
    }

    #[test]
    fn they_open_with_the_password_alone_and_for_the_person_alone() {
        let credentials = Credentials::new(&alice(), "alice", PASSWORD, &[9; 60]).unwrap();
        let opened = credentials.open(&alice(), PASSWORD).unwrap();
        assert_eq!(opened.seed.public().to_string(), credentials.signing_key);
        assert!(opened.totp.is_none() && !credentials.one_time_codes);
        assert_eq!(
            credentials.open(&alice(), "correct horse battery stapl").unwrap_err(),
            CredentialsFault::Wrong
        );
        let bob = UserId::of(&[2; 8]);
        assert_eq!(credentials.open(&bob, PASSWORD).unwrap_err(), CredentialsFault::Damaged);
    }

    #[test]
    fn the_signing_key_outlives_a_change_of_password_and_of_codes() {
        let first = Credentials::new(&alice(), "alice", PASSWORD, &[9; 60]).unwrap();
        let secret = TotpSecret::new([5; 20]);
        let opened = first.open(&alice(), PASSWORD).unwrap();
        let second = first.with_totp(&alice(), &opened, Some(&secret), [3; 12]).unwrap();
        assert!(second.one_time_codes);
        let opened = second.open(&alice(), PASSWORD).unwrap();
        assert_eq!(opened.totp, Some(secret.clone()));
        let third = Credentials::with_password(&alice(), "alice", &opened, "another long sentence", &[4; 60])
            .unwrap();
        assert_eq!(third.signing_key, first.signing_key);
        assert!(third.open(&alice(), PASSWORD).is_err());
        assert_eq!(third.open(&alice(), "another long sentence").unwrap().totp, Some(secret));
    }

    #[test]
    fn what_is_kept_holds_no_secret() {
        let opened = Credentials::new(&alice(), "alice", PASSWORD, &[9; 60]).unwrap();
        let text = serde_json::to_string(&opened).unwrap() + &format!("{opened:?}");
        let seed = hex::encode([9u8; 32]);
        for secret in [PASSWORD, seed.as_str(), &STANDARD.encode([9u8; 32])] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}
