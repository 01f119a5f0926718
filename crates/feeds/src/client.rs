//! One file from one address.

use std::io::Read as _;
use std::time::Duration;

use countersign_model::Digest;
use serde::{Deserialize, Serialize};
use ureq::http::{Response, header};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body};

use crate::address::Address;
use crate::fault::{FetchFault, MAX_REDIRECTS};

/// The longest that a server may ask to wait before the next try.
const LONGEST_WAIT: Duration = Duration::from_secs(120);
/// How much is read in one go, between two words of progress.
const PIECE: usize = 64 * 1024;

/// What a server gave to tell one state of a file from another.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Validators {
    /// The entity tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// When the file was last changed, as the server writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
}

impl Validators {
    /// Whether there is nothing to ask with.
    pub fn is_empty(&self) -> bool {
        self.etag.is_none() && self.last_modified.is_none()
    }
}

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The address.
    pub address: &'a Address,
    /// The state of the file that is here already: if the server has no other, it says so and sends nothing.
    pub known: Option<&'a Validators>,
    /// The media types under which the file may come. Empty: any.
    pub media: &'a [String],
    /// The most bytes that it may have, packed or unpacked.
    pub max_bytes: u64,
}

/// A file that came whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Its bytes. What the server packed for the way only (`Content-Encoding`) is unpacked.
    pub bytes: Vec<u8>,
    /// Their digest.
    pub sha256: Digest,
    /// What tells this state of it from another.
    pub validators: Validators,
    /// The address that it came from in the end.
    pub from: String,
}

/// What a server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The state that is here already is the present one.
    NotModified,
    /// Another state.
    Fresh(Fetched),
}

/// How much patience a client has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// How often a file is tried, at least once.
    pub tries: u32,
    /// How long to wait before the second try; twice as long before each further one.
    pub pause: Duration,
    /// The longest that a server may be silent.
    pub silence: Duration,
    /// The longest that a whole file may take.
    pub whole: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            tries: 4,
            pause: Duration::from_secs(2),
            silence: Duration::from_secs(60),
            whole: Duration::from_secs(900),
        }
    }
}

/// Is told how a download goes.
pub trait Progress {
    /// So many bytes are here, of so many where the server says how many.
    fn bytes(&mut self, here: u64, of: Option<u64>);
    /// A try failed, and another follows after a pause.
    fn again(&mut self, fault: &FetchFault, pause: Duration);
}

impl Progress for () {
    fn bytes(&mut self, _: u64, _: Option<u64>) {}
    fn again(&mut self, _: &FetchFault, _: Duration) {}
}

/// Reads files.
#[derive(Debug)]
pub struct Client {
    outside: Agent,
    /// For this machine itself: never through a proxy.
    inside: Agent,
    patience: Patience,
}

impl Client {
    /// A client that names itself as `user_agent`.
    pub fn new(user_agent: &str, patience: Patience) -> Self {
        let config = || {
            Agent::config_builder()
                .user_agent(user_agent)
                .http_status_as_error(false)
                .max_redirects(0)
                .max_redirects_will_error(false)
                .tls_config(TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build())
                .timeout_connect(Some(patience.silence))
                .timeout_recv_response(Some(patience.silence))
                .timeout_per_read(Some(patience.silence))
                .timeout_global(Some(patience.whole))
        };
        Self {
            outside: config().build().new_agent(),
            inside: config().proxy(None).build().new_agent(),
            patience,
        }
    }

    /// The file, or that it has not changed. Waits between tries.
    ///
    /// # Errors
    /// [`FetchFault`] of the last try.
    pub fn fetch(&self, request: &Request<'_>, progress: &mut dyn Progress) -> Result<Answer, FetchFault> {
        let mut pause = self.patience.pause;
        let mut tries_left = self.patience.tries.saturating_sub(1);
        loop {
            let (fault, asked) = match self.once(request, progress) {
                Ok(answer) => return Ok(answer),
                Err(failed) => failed,
            };
            if tries_left == 0 || !fault.may_pass() {
                return Err(fault);
            }
            tries_left -= 1;
            let wait = asked.map_or(pause, |asked| asked.max(pause)).min(LONGEST_WAIT);
            progress.again(&fault, wait);
            std::thread::sleep(wait);
            pause = pause.saturating_mul(2);
        }
    }

    /// One try. With the fault comes how long the server asks to wait.
    fn once(
        &self,
        request: &Request<'_>,
        progress: &mut dyn Progress,
    ) -> Result<Answer, (FetchFault, Option<Duration>)> {
        let mut address = request.address.clone();
        for _ in 0..=MAX_REDIRECTS {
            let response = self.ask(&address, request.known).map_err(|fault| (fault, None))?;
            let status = response.status().as_u16();
            match status {
                304 => return Ok(Answer::NotModified),
                301 | 302 | 303 | 307 | 308 => {
                    let location = text(&response, &header::LOCATION).unwrap_or_default();
                    address = address.redirected(&location).map_err(|source| {
                        (FetchFault::Address { from: request.address.to_string(), source }, None)
                    })?;
                }
                200 => {
                    return read(&address, response, request, progress).map_err(|fault| (fault, None));
                }
                _ => {
                    let wait = text(&response, &header::RETRY_AFTER)
                        .and_then(|t| t.trim().parse().ok())
                        .map(Duration::from_secs);
                    let hint = match status {
                        401 | 403 => "the server refuses: check the address and the proxy",
                        404 | 410 => "the publisher has moved the file: check the address, or use --mirror",
                        429 => "too many requests: wait and try again",
                        500.. => "the server has trouble: try again later",
                        _ => "check the address",
                    };
                    return Err((FetchFault::Status { address: address.to_string(), status, hint }, wait));
                }
            }
        }
        Err((FetchFault::Redirects(request.address.to_string()), None))
    }

    fn ask(&self, address: &Address, known: Option<&Validators>) -> Result<Response<Body>, FetchFault> {
        let agent = if address.is_loopback() { &self.inside } else { &self.outside };
        let mut call = agent.get(address.to_string());
        if let Some(etag) = known.and_then(|k| k.etag.as_ref()) {
            call = call.header(header::IF_NONE_MATCH, etag);
        }
        if let Some(day) = known.and_then(|k| k.last_modified.as_ref()) {
            call = call.header(header::IF_MODIFIED_SINCE, day);
        }
        call.call().map_err(|error| connection(address, &error))
    }
}

fn connection(address: &Address, error: &dyn std::fmt::Display) -> FetchFault {
    FetchFault::Connection { address: address.to_string(), why: error.to_string() }
}

fn text(response: &Response<Body>, name: &header::HeaderName) -> Option<String> {
    response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// The whole file, or why not.
fn read(
    address: &Address,
    response: Response<Body>,
    request: &Request<'_>,
    progress: &mut dyn Progress,
) -> Result<Answer, FetchFault> {
    let media = text(&response, &header::CONTENT_TYPE)
        .map(|t| t.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
    if let Some(found) = &media
        && !request.media.is_empty()
        && !request.media.iter().any(|m| m.eq_ignore_ascii_case(found))
    {
        return Err(FetchFault::Media {
            address: address.to_string(),
            found: found.clone(),
            expected: request.media.join(" or "),
        });
    }
    let too_large = || FetchFault::TooLarge { address: address.to_string(), limit: request.max_bytes };
    let packed = response.headers().contains_key(header::CONTENT_ENCODING);
    let announced: Option<u64> = text(&response, &header::CONTENT_LENGTH).and_then(|t| t.parse().ok());
    if announced.is_some_and(|n| n > request.max_bytes) {
        return Err(too_large());
    }
    let validators = Validators {
        etag: text(&response, &header::ETAG),
        last_modified: text(&response, &header::LAST_MODIFIED),
    };
    // one byte more than is allowed tells a file that is too large from one that just fits
    let limit = request.max_bytes.saturating_add(1);
    let mut reader = response.into_body().into_with_config().limit(u64::MAX).reader().take(limit);
    let of = announced.filter(|_| !packed);
    let (mut bytes, mut piece) = (Vec::new(), vec![0u8; PIECE]);
    loop {
        let n = reader.read(&mut piece).map_err(|error| connection(address, &error))?;
        let Some(new) = piece.get(..n).filter(|new| !new.is_empty()) else { break };
        bytes.extend_from_slice(new);
        if bytes.len() as u64 > request.max_bytes {
            return Err(too_large());
        }
        progress.bytes(bytes.len() as u64, of);
    }
    if let Some(of) = of.filter(|of| *of != bytes.len() as u64) {
        let why = format!("it ended after {} of {of} bytes", bytes.len());
        return Err(FetchFault::Connection { address: address.to_string(), why });
    }
    if bytes.is_empty() {
        return Err(FetchFault::Empty(address.to_string()));
    }
    let sha256 = Digest::of(&bytes);
    Ok(Answer::Fresh(Fetched { bytes, sha256, validators, from: address.to_string() }))
}
