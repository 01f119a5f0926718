//! Secrets and signatures of webhooks, as the Standard Webhooks specification says: HMAC-SHA256 over id, time and body.
//!
//! A receiver's secret is made of the one key of this home and the webhook's id, so that no secret is written down anywhere:
//! the files of the webhooks give nothing away.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;

/// The key of a home from which the secrets of its webhooks are made.
pub(super) struct Master(hmac::Key);

impl std::fmt::Debug for Master {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Master")
    }
}

impl Master {
    /// Reads it, or makes it when there is none.
    pub(super) fn open(file: &Path) -> std::io::Result<Self> {
        let mut bytes = [0u8; 32];
        match std::fs::File::open(file) {
            Ok(mut kept) => kept.read_exact(&mut bytes)?,
            Err(none) if none.kind() == ErrorKind::NotFound => {
                getrandom::fill(&mut bytes).map_err(|e| std::io::Error::other(e.to_string()))?;
                let mut options = OpenOptions::new();
                options.write(true).create_new(true);
                #[cfg(unix)]
                std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
                let mut made = options.open(file)?;
                made.write_all(&bytes)?;
                made.sync_all()?;
            }
            Err(other) => return Err(other),
        }
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, &bytes)))
    }

    /// The secret of a webhook in one of its generations.
    fn secret(&self, id: &str, generation: u32) -> hmac::Tag {
        hmac::sign(&self.0, format!("webhook-secret/1 {id} {generation}").as_bytes())
    }

    /// The secret as its receiver is told it.
    pub(super) fn told(&self, id: &str, generation: u32) -> String {
        format!("whsec_{}", STANDARD.encode(self.secret(id, generation)))
    }

    /// The header `webhook-signature`: one signature a generation.
    pub(super) fn signature(
        &self,
        id: &str,
        generations: &[u32],
        message: &str,
        seconds: i64,
        body: &str,
    ) -> String {
        let signed = format!("{message}.{seconds}.{body}");
        let one = |generation: &u32| {
            let key = hmac::Key::new(hmac::HMAC_SHA256, self.secret(id, *generation).as_ref());
            format!("v1,{}", STANDARD.encode(hmac::sign(&key, signed.as_bytes())))
        };
        generations.iter().map(one).collect::<Vec<_>>().join(" ")
    }
}
