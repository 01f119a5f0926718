//! Connections: one that all requests of a process share, made anew when it breaks.

use std::collections::HashMap;
use std::future::Future;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use countersign_log::network;
use countersign_log::network::with_causes;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::{Client, Error};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::address::{Address, DatabaseFault};

/// How long one statement may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a connection is tried for again.
const RETRIES: Duration = Duration::from_secs(20);
/// The pause between two tries.
const PAUSE: Duration = Duration::from_millis(100);
/// After how long without a sign of life each side takes the other for gone: the lock of a writer whose machine is cut off is free
/// then.
pub const SILENCE: Duration = Duration::from_secs(15);

/// What is kept in the database. `place` tells the logs in it apart. One at a time: of two that make the same table at once
/// PostgreSQL refuses one, also with `if not exists`.
const TABLES: &str = "
    select pg_advisory_xact_lock(hashtextextended('countersign tables', 0));
    create table if not exists countersign_file (
        place text not null, path text not null collate \"C\", bytes bytea not null,
        primary key (place, path));
    create table if not exists countersign_turn (
        place text primary key, number bigint not null, holder text not null, since timestamptz not null);";

/// A server, as one process speaks with it, and the tables that are used there.
#[derive(Debug)]
pub struct Server {
    address: Address,
    tables: &'static str,
    tls: Tls,
    shared: tokio::sync::Mutex<Option<Arc<Client>>>,
    /// Connections for the right to write, that are not in use.
    pub(crate) idle: Mutex<Vec<Client>>,
}

#[derive(Clone)]
struct Tls(MakeRustlsConnect);

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tls")
    }
}

/// Waits for an answer.
pub(crate) fn wait<T: Send + 'static>(
    asked: impl Future<Output = io::Result<T>> + Send + 'static,
) -> io::Result<T> {
    network::wait(asked)?
}

/// Waits for a statement, and not for ever.
pub(crate) async fn in_time<T>(asked: impl Future<Output = Result<T, Error>>) -> Result<T, Failed> {
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(Failed::Server(error)),
        Err(_) => Err(Failed::Silent),
    }
}

/// Why a statement gave nothing.
#[derive(Debug)]
pub(crate) enum Failed {
    /// The server or the connection says why.
    Server(Error),
    /// Nobody answered.
    Silent,
}

impl Failed {
    /// Whether it is the connection, so that another one may do.
    fn is_of_connection(&self) -> bool {
        match self {
            // class 57: the server stops, starts, or was told to end the session
            Self::Server(error) => match error.code() {
                Some(code) => code.code().starts_with("57") || code.code().starts_with("08"),
                None => true,
            },
            Self::Silent => true,
        }
    }
}

impl From<Failed> for io::Error {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Server(error) => Self::other(format!("database: {}", with_causes(&error))),
            Failed::Silent => Self::new(
                io::ErrorKind::TimedOut,
                format!("database: no answer within {} seconds", PATIENCE.as_secs()),
            ),
        }
    }
}

impl Server {
    /// The server behind an address, with the tables of logs: one for all who name it in this process.
    pub(crate) fn of(address: &Address) -> Result<Arc<Self>, DatabaseFault> {
        static OPEN: Mutex<Option<HashMap<String, Arc<Server>>>> = Mutex::new(None);
        let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        let open = open.get_or_insert_with(HashMap::new);
        if let Some(server) = open.get(&address.server) {
            return Ok(server.clone());
        }
        let server = Self::with_tables(address, TABLES)?;
        open.insert(address.server.clone(), server.clone());
        Ok(server)
    }

    /// The server behind an address. `tables` is run on every new connection, and has to do nothing where they are there.
    ///
    /// # Errors
    /// Where the certificates that the address names cannot be read. Nothing is asked of the server yet.
    pub fn with_tables(address: &Address, tables: &'static str) -> Result<Arc<Self>, DatabaseFault> {
        let tls = Tls(MakeRustlsConnect::new(tls(address.authorities.as_deref())?));
        Ok(Arc::new(Self {
            address: address.clone(),
            tables,
            tls,
            shared: tokio::sync::Mutex::new(None),
            idle: Mutex::default(),
        }))
    }

    /// A new connection.
    pub(crate) async fn connect(&self) -> Result<Client, Failed> {
        let mut config = self.address.config.clone();
        config
            .application_name("countersign")
            .keepalives_idle(SILENCE / 3)
            .keepalives_interval(SILENCE / 6)
            .keepalives_retries(4)
            .tcp_user_timeout(SILENCE);
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(SILENCE);
        }
        let (client, connection) = in_time(config.connect(self.tls.0.clone())).await?;
        tokio::spawn(async move {
            // how it ended is told to whoever waits for an answer
            let _: Result<(), Error> = connection.await;
        });
        // the server, too, must notice that a machine is gone; and it must not acknowledge what a crash of its own would lose
        let settings = format!(
            "set tcp_keepalives_idle = {}; set tcp_keepalives_interval = {}; set tcp_keepalives_count = 4; \
             set tcp_user_timeout = {}; set synchronous_commit = on; set statement_timeout = {}",
            SILENCE.as_secs() / 3,
            SILENCE.as_secs() / 6,
            SILENCE.as_millis(),
            PATIENCE.as_millis(),
        );
        in_time(client.batch_execute(&settings)).await?;
        Ok(client)
    }

    async fn current(&self) -> Result<Arc<Client>, Failed> {
        let mut shared = self.shared.lock().await;
        if let Some(client) = shared.as_ref().filter(|client| !client.is_closed()) {
            return Ok(client.clone());
        }
        let client = Arc::new(self.connect().await?);
        in_time(client.batch_execute(self.tables)).await?;
        *shared = Some(client.clone());
        Ok(client)
    }

    async fn forget(&self, client: &Arc<Client>) {
        let mut shared = self.shared.lock().await;
        if shared.as_ref().is_some_and(|now| Arc::ptr_eq(now, client)) {
            *shared = None;
        }
    }

    /// Does something that may be done twice. Where the connection breaks, it is done again on another one, for
    /// [`RETRIES`]. `true` beside the outcome: it may have been done before.
    ///
    /// # Errors
    /// What the server says, or that it does not answer.
    pub async fn ask<T, F>(&self, what: impl Fn(Arc<Client>) -> F) -> io::Result<(T, bool)>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let start = Instant::now();
        let mut tried = false;
        loop {
            let failed = match self.current().await {
                Err(failed) => failed,
                Ok(client) => match in_time(what(client.clone())).await {
                    Ok(done) => return Ok((done, tried)),
                    Err(failed) => {
                        if failed.is_of_connection() {
                            tried = true;
                            self.forget(&client).await;
                        }
                        failed
                    }
                },
            };
            if !failed.is_of_connection() || start.elapsed() >= RETRIES {
                return Err(failed.into());
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

fn tls(authorities: Option<&str>) -> Result<ClientConfig, DatabaseFault> {
    // without a default in the process, each client would have to name its provider of cryptography
    let _: Result<(), _> = rustls::crypto::ring::default_provider().install_default();
    let mut roots = RootCertStore::empty();
    match authorities {
        Some(path) => {
            let fault = |why: String| DatabaseFault::Certificates { path: path.to_owned(), why };
            let file = CertificateDer::pem_file_iter(path).map_err(|e| fault(e.to_string()))?;
            for certificate in file {
                let certificate = certificate.map_err(|e| fault(e.to_string()))?;
                roots.add(certificate).map_err(|e| fault(e.to_string()))?;
            }
            if roots.is_empty() {
                return Err(fault("there is none in it".to_owned()));
            }
        }
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    Ok(ClientConfig::builder().with_root_certificates(roots).with_no_client_auth())
}
