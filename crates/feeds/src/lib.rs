//! Publishers' files from their addresses.
//!
//! Flow: **list** → entity → index → hit → facts → decision → record → proof → page. In comes a [`Request`]: an address,
//! what came from it the last time, and what the file may be. Out comes an [`Answer`]: the bytes, or that nothing has
//! changed; or a [`FetchFault`] that says what was wrong, and then nothing. Next is `lists`, which reads the bytes.
//!
//! It only reads. What it holds to:
//! - TLS, checked against the trust anchors of the machine; without it only to the machine itself (loopback). A redirect
//!   is held to the same, so nobody on the way can turn a feed into plain text.
//! - A file has a largest size, after unpacking too, and media types: an error page is no list.
//! - A connection that is cut gives no file, not half of one.
//! - What may pass (the network, a busy server) is tried again, a little later each time; what will not (a refusal,
//!   a wrong type) is not.
//! - Proxies are taken from the environment (`HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`…), never for loopback.

mod address;
mod client;
mod fault;

pub use address::{Address, AddressFault};
pub use client::{Answer, Client, Fetched, Patience, Progress, Request, Validators};
pub use fault::FetchFault;
