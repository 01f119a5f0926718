//! A bucket of an S3-compatible object store as the storage of a log.
//!
//! Flow: in comes an address `s3://BUCKET/PREFIX`. Out comes a [`Storage`](countersign_log::Storage) that the `log` reads and writes like a
//! directory, so that a register can lie where a web server or a content network hands it out. Next is the `register`.
//!
//! Endpoint, region and keys come from the usual environment variables of S3 clients (`AWS_ENDPOINT_URL` or
//! `AWS_ENDPOINT`, `AWS_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`; on a machine of the
//! provider, its metadata service). Unencrypted HTTP is used to this machine only.
//!
//! # What can be relied upon
//! - An object is put whole or not, and is durable when the store says so.
//! - [`Storage::replace`](countersign_log::Storage::replace) is one step, by conditional puts (`If-None-Match`, `If-Match`). A store that ignores the
//!   conditions would let two writers fork a log: [`Storage::lock`](countersign_log::Storage::lock), with which a writer begins, tries both and refuses
//!   such a store.
//! - Nobody waits for a writer that died: there is no lock that it could leave behind.
//!
//! # Who can do what
//! Whoever has the bucket's keys can put back an older state or remove everything, as with a directory; a witness or a
//! receipt shows the one, a copy heals the other. The log's signing key is never in the bucket.

mod bucket;

pub use bucket::{Bucket, BucketFault, SCHEME, is_bucket};
