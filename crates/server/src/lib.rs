//! The server: what people and other programs ask over HTTP, answered from one data directory.
//!
//! Flow: **list → entity → index → hit → facts → decision → record → proof → page**. In comes a request. It is answered
//! from one [`Snapshot`] of what was loaded when it came (lists, law, decisions of people, register), so that a reload in
//! the middle changes no answer half-way. The rooms below do the work; nothing here decides. What is to be kept goes to the
//! one writer ([`Journal`]), and is acknowledged when it is on the disk. Out goes JSON or HTML. Next: a browser, or another
//! program.
//!
//! - [`Config`] is what the command line says; [`serve`] runs until it is told to stop
//! - [`State`] is what every handler holds; `snapshot` loads, `reload` notices what is new, `journal` writes
//! - `router` puts the families of endpoints together; each is a file or folder of its own
//! - `public`: pages for everybody. `desk`: pages and endpoints for those who work on cases. `access`: who may do what
//! - `api`: our own endpoints. `compat`: those of other programs, each in its own form. `mcp`: the same for models
//! - `webhooks` tell other programs what was recorded; `outgoing` is the client that goes out to them
//! - `certificate`, `limits`, `patient`: who may connect, how much at once, for how long
//! - `measured` counts, `scrape` shows the counters, `logs` and `traces` tell what was done
//! - [`Problem`] is every error of our own endpoints

pub mod access;
pub mod desk;
pub mod public;

mod api;
mod budget;
mod certificate;
mod compat;
mod config;
mod example;
mod extract;
mod health;
mod idempotency;
mod journal;
mod language;
mod limits;
mod logs;
mod mcp;
mod measured;
mod outgoing;
mod params;
mod past;
mod patient;
mod problem;
mod register_files;
mod reload;
mod router;
mod run;
mod scrape;
mod snapshot;
mod state;
mod traces;
mod twice;
mod webhooks;

pub use config::{Clock, CompatRoot, Config, Limits, LogFormat, Outgoing, Tls, WebOrigin};
pub use extract::{Json, Path, Query};
pub use journal::Journal;
pub use problem::Problem;
pub use run::{ServeError, serve};
pub use snapshot::{RegisterView, Snapshot};
pub use state::State;
pub use traces::Collector;
pub use webhooks::Destination;

pub use api::openapi;
#[doc(hidden)]
pub use router::router;
