//! A PostgreSQL database as the storage of a log.
//!
//! Flow: list → entity → index → hit → facts → decision → **record** → proof → page. In comes an address
//! `postgres://USER@HOST/DATABASE?place=NAME`. Out comes a [`Database`]: a [`Storage`](countersign_log::Storage) that the log
//! reads and writes like a directory, from any number of machines. Next are the `store`, which keeps a journal there, and through it every
//! command.
//!
//! # One writer at a time
//! The right to write is an advisory lock of the database, held by a connection of its own. It ends with that connection: a process
//! that is killed gives it up at once, a machine that is cut off when the server no longer hears of it
//! ([`SILENCE`]). Those who wait get it in their order.
//!
//! Whoever takes it draws a number, one more than the last one. What decides an append (the replacement of the `head`,
//! crate `log`) goes through the very connection that holds the lock, and names the number: a writer that has lost the lock, and does
//! not know it yet, decides nothing. Should both fail to keep two writers apart, the comparison in the same statement still does: a
//! log does not fork. No clock takes part in any of it.
//!
//! A [`Server`] is the connection alone, for other tables in the same database: runs of bulk on several machines keep their leases there.
//!
//! # Who can do what
//! Whoever may write the tables can make the log stop, or put back an older state of it, as with a directory; what is read is
//! checked against the signed root. The keys of the log are not here.

mod address;
mod connection;
mod database;
#[cfg(feature = "testing")]
pub mod testing;
mod turn;

pub use address::{Address, DatabaseFault, is_database};
pub use connection::{SILENCE, Server};
pub use database::Database;
