//! The certificate of the server, and reading it anew while it runs.

use std::io;
use std::path::Path;

use axum_server::tls_rustls::RustlsConfig;
use countersign_operations::failure::read_at_most;

use crate::config::Tls;

/// The largest file of a certificate chain, or of a key, in bytes.
const MOST: u64 = 1 << 20;

/// The certificate in use, which is read anew on `SIGHUP`: connections that are open keep theirs.
#[derive(Debug)]
pub(crate) struct Certificate {
    files: Tls,
    config: RustlsConfig,
}

impl Certificate {
    /// Reads the files.
    ///
    /// # Errors
    /// They cannot be used; the server does not start then.
    pub(crate) async fn load(files: Tls) -> io::Result<Self> {
        // one provider of cryptography for the process; a second install only says that it is there
        let _ = rustls::crypto::ring::default_provider().install_default();
        let (cert, key) = read(&files)?;
        let config = RustlsConfig::from_pem(cert, key).await?;
        Ok(Self { files, config })
    }

    /// What the listener takes; it follows a renewal.
    pub(crate) fn config(&self) -> RustlsConfig {
        self.config.clone()
    }

    /// Reads the files again. Where they cannot be used, the certificate of before stays.
    pub(crate) async fn renew(&self) {
        let renewed = match read(&self.files) {
            Ok((cert, key)) => self.config.reload_from_pem(cert, key).await,
            Err(why) => Err(why),
        };
        match renewed {
            Ok(()) => tracing::info!("the certificate was read again"),
            Err(why) => {
                let cert = self.files.cert.display().to_string();
                tracing::error!(cert, %why, "the certificate cannot be used; the one of before stays");
            }
        }
    }
}

/// Certificate and key. Of a file without an end, such as a device, no more is read than of any that is too large.
fn read(files: &Tls) -> io::Result<(Vec<u8>, Vec<u8>)> {
    let read = |path: &Path| read_at_most(path, MOST).map_err(|why| io::Error::other(why.to_string()));
    Ok((read(&files.cert)?, read(&files.key)?))
}
