//! What the server is started with.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use countersign_model::Date;
use countersign_operations::clock;
use countersign_operations::failure::Failure;
use countersign_operations::home::Home;
use countersign_store::UtcTime;
use jiff::Timestamp;

use crate::traces::Collector;
use crate::webhooks::Destination;

/// Everything that the command line says.
#[derive(Debug, Clone)]
pub struct Config {
    /// The data directory. One that is not there yet is begun with the first thing that is written.
    pub home: Home,
    /// Where to listen. Port 0 takes a free one.
    pub listen: SocketAddr,
    /// A public register, as a directory.
    pub register: Option<PathBuf>,
    /// Which compatible API answers at the root, beside its place below `/compat`.
    pub compat_root: Option<CompatRoot>,
    /// Pages of these origins may ask the compatible APIs from a browser.
    pub compat_origins: Vec<WebOrigin>,
    /// Certificate and key; without them the server speaks plain HTTP.
    pub tls: Option<Tls>,
    /// In which form it writes its log.
    pub log: LogFormat,
    /// The clock.
    pub clock: Clock,
    /// What the server sends of itself.
    pub outgoing: Outgoing,
    /// How much is taken in, and for how long.
    pub limits: Limits,
}

/// How much is taken in, and for how long. The values if absent are in `docs/reference/server.md`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// How long the first byte and the head of a request may take.
    pub head: Duration,
    /// How long a body may stand still.
    pub body: Duration,
    /// How long a request may take, its body included.
    pub whole: Duration,
    /// How long an answer may be left unread.
    pub unread: Duration,
    /// How many requests are under way at once.
    pub under_way: usize,
    /// How many of one address. This machine itself may have any number: a proxy in front counts for itself.
    pub of_one_address: usize,
    /// How many bytes of bodies are held at once, over all requests.
    pub bodies: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            body: Duration::from_secs(15),
            whole: Duration::from_secs(60),
            unread: Duration::from_secs(30),
            under_way: 1_024,
            of_one_address: 256,
            bodies: 128 << 20,
        }
    }
}

impl Limits {
    /// How long a connection may be silent: longer than any request takes, so that nothing is cut off that is at work.
    pub(crate) fn silence(&self) -> Duration {
        self.whole + self.head
    }
}

/// What the server sends of itself: nothing, unless whoever starts it says where to.
#[derive(Debug, Clone, Default)]
pub struct Outgoing {
    /// Below which addresses webhooks may lie.
    pub webhook_to: Vec<Destination>,
    /// Where traces go.
    pub traces: Option<Collector>,
}

impl Outgoing {
    /// Whether a webhook may have this address.
    pub(crate) fn allows(&self, address: &url::Url) -> bool {
        self.webhook_to.iter().any(|destination| destination.allows(address))
    }
}

/// Files with a certificate chain and its key, PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tls {
    /// The certificate chain, the server's own first.
    pub cert: PathBuf,
    /// The private key.
    pub key: PathBuf,
}

/// The origin of web pages: scheme, host and port, as browsers write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebOrigin(String);

impl WebOrigin {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for WebOrigin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let url = url::Url::parse(text).map_err(|e| format!("`{text}`: {e}"))?;
        let origin = url.origin().ascii_serialization();
        let bare = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty();
        if !bare || !["http", "https"].contains(&url.scheme()) {
            return Err(format!(
                "`{text}` is no origin; write scheme and host, for example `http://127.0.0.1:3333`"
            ));
        }
        Ok(Self(origin))
    }
}

/// The shapes of other programs' APIs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompatRoot {
    /// yente, of OpenSanctions.
    Yente,
    /// The reconciliation API of OpenRefine.
    OpenRefine,
    /// watchman, of Moov.
    Watchman,
    /// The search of the US Consolidated Screening List.
    Csl,
}

impl CompatRoot {
    /// All of them with the words that name them.
    pub const ALL: [(&str, Self); 4] = [
        ("yente", Self::Yente),
        ("openrefine", Self::OpenRefine),
        ("watchman", Self::Watchman),
        ("csl", Self::Csl),
    ];
}

impl std::str::FromStr for CompatRoot {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|(word, _)| *word == text).map(|(_, root)| root).ok_or_else(|| {
            let known: Vec<&str> = Self::ALL.iter().map(|(word, _)| *word).collect();
            format!("`{text}` names no compatible API; use one of {}", known.join(", "))
        })
    }
}

/// How the log is written, to standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogFormat {
    /// Lines for people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

impl std::str::FromStr for LogFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            other => Err(format!("`{other}` is no form of a log; use `text` or `json`")),
        }
    }
}

/// Asks for the time. Tests give their own.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Result<UtcTime, Failure> + Send + Sync>);

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Arc::new(clock::now))
    }

    /// Always this time.
    pub fn fixed(time: UtcTime) -> Self {
        Self(Arc::new(move || Ok(time.clone())))
    }

    /// As `now` tells it.
    pub fn told_by(now: impl Fn() -> UtcTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(move || Ok(now())))
    }

    /// Now, in UTC, to the second.
    ///
    /// # Errors
    /// Where the machine's clock cannot be read.
    pub fn now(&self) -> Result<UtcTime, Failure> {
        (self.0)()
    }

    /// Now, for reckoning with.
    ///
    /// # Errors
    /// Where the machine's clock cannot be read.
    pub(crate) fn moment(&self) -> Result<Timestamp, Failure> {
        let now = self.now()?;
        now.as_str().parse().map_err(|e| Failure::Program(format!("the clock cannot be read: {e}")))
    }

    /// Today's date in UTC.
    ///
    /// # Errors
    /// Where the machine's clock cannot be read.
    pub fn today(&self) -> Result<Date, Failure> {
        let now = self.now()?;
        let day = now.as_str().get(..10).unwrap_or_default();
        countersign_model::parse_date(day)
            .map_err(|e| Failure::Program(format!("the clock cannot be read: {e}")))
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}
