//! The certificate of the server, and reading it anew while it runs.

use std::io;

use axum_server::tls_rustls::RustlsConfig;

use crate::config::Tls;

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
        let config = RustlsConfig::from_pem_file(&files.cert, &files.key).await?;
        Ok(Self { files, config })
    }

    /// What the listener takes; it follows a renewal.
    pub(crate) fn config(&self) -> RustlsConfig {
        self.config.clone()
    }

    /// Reads the files again. Where they cannot be used, the certificate of before stays.
    pub(crate) async fn renew(&self) {
        match self.config.reload_from_pem_file(&self.files.cert, &self.files.key).await {
            Ok(()) => tracing::info!("the certificate was read again"),
            Err(why) => {
                let cert = self.files.cert.display().to_string();
                tracing::error!(cert, %why, "the certificate cannot be used; the one of before stays");
            }
        }
    }
}
