//! The storage: a row a file.

use std::io;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use countersign_log::{LockFault, SequencerLock, Storage, StorageFault};

use crate::address::{Address, DatabaseFault};
use crate::connection::{Server, in_time, wait};
use crate::turn::{Held, Turn, take};

/// Files that are put in one statement.
const AT_ONCE: usize = 256;
/// So many bytes of them.
const BYTES_AT_ONCE: usize = 16 << 20;

/// The files of one place in a database.
#[derive(Debug, Clone)]
pub struct Database {
    server: Arc<Server>,
    place: String,
    shown: String,
    held: Held,
}

impl Database {
    /// The place behind an address. Nothing is asked of the server yet; the tables are made when it first is.
    ///
    /// # Errors
    /// [`DatabaseFault`].
    pub fn open(address: &str) -> Result<Self, DatabaseFault> {
        let address = Address::read(address)?;
        let server = Server::of(&address)?;
        Ok(Self { server, place: address.place, shown: address.shown, held: Held::default() })
    }

    /// The number that was drawn with the right to write; `None` without that right.
    pub fn turn(&self) -> Option<i64> {
        self.held_turn().map(|turn| turn.number)
    }

    fn held_turn(&self) -> Option<Arc<Turn>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Who asks for the right to write, for those who find it taken.
fn holder() -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let host = match host.trim() {
        "" => "unknown host",
        name => name,
    };
    format!("process {} on {host}", std::process::id())
}

const REPLACE: &str = "update countersign_file set bytes = $4 where place = $1 and path = $2 and bytes = $3";
const CREATE: &str = "insert into countersign_file (place, path, bytes) values ($1, $2, $3) on conflict (place, path) do nothing";
const FENCED_REPLACE: &str =
    "update countersign_file set bytes = $4 where place = $1 and path = $2 and bytes = $3
     and exists (select from countersign_turn where place = $1 and number = $5)";
const FENCED_CREATE: &str = "insert into countersign_file (place, path, bytes)
     select $1, $2, $3 where exists (select from countersign_turn where place = $1 and number = $4)
     on conflict (place, path) do nothing";
const PUT: &str = "insert into countersign_file (place, path, bytes)
     select $1, path, bytes from unnest($2::text[], $3::bytea[]) as file (path, bytes)
     on conflict (place, path) do update set bytes = excluded.bytes";

impl Storage for Database {
    fn get(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        let (server, place, path) = (self.server.clone(), self.place.clone(), path.to_owned());
        wait(async move {
            let select = "select bytes from countersign_file where place = $1 and path = $2";
            let (row, _) = server
                .ask(|client| {
                    let (place, path) = (place.clone(), path.clone());
                    async move { client.query_opt(select, &[&place, &path]).await }
                })
                .await?;
            Ok(row.map(|row| row.get(0)))
        })
    }

    fn put(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        self.put_all(&[(path.to_owned(), bytes)]).map_err(|fault| fault.source)
    }

    fn put_all(&self, files: &[(String, &[u8])]) -> Result<(), StorageFault> {
        let mut rest = files;
        while !rest.is_empty() {
            let (mut count, mut size) = (0, 0);
            for (_, bytes) in rest.iter().take(AT_ONCE) {
                size += bytes.len();
                if count > 0 && size > BYTES_AT_ONCE {
                    break;
                }
                count += 1;
            }
            let (some, more) = rest.split_at(count);
            rest = more;
            // of one path twice the last counts, as it does elsewhere; a statement takes each path once
            let mut paths: Vec<String> = Vec::with_capacity(some.len());
            let mut contents: Vec<Vec<u8>> = Vec::with_capacity(some.len());
            for (path, bytes) in some {
                if let Some(at) = paths.iter().position(|known| known == path) {
                    if let Some(content) = contents.get_mut(at) {
                        *content = bytes.to_vec();
                    }
                    continue;
                }
                paths.push(path.clone());
                contents.push(bytes.to_vec());
            }
            let first = paths.first().cloned().unwrap_or_default();
            let (server, place) = (self.server.clone(), self.place.clone());
            let (paths, contents) = (Arc::new(paths), Arc::new(contents));
            wait(async move {
                server
                    .ask(|client| {
                        let (place, paths, contents) = (place.clone(), paths.clone(), contents.clone());
                        async move { client.execute(PUT, &[&place, &*paths, &*contents]).await }
                    })
                    .await
            })
            .map_err(|source| StorageFault { done: "written", path: first, source })?;
        }
        Ok(())
    }

    /// Through the connection that holds the right to write, where it is held: without the lock, nothing is replaced.
    fn replace(&self, path: &str, old: Option<&[u8]>, new: &[u8]) -> io::Result<bool> {
        let (place, path) = (self.place.clone(), path.to_owned());
        let (old, new) = (old.map(<[u8]>::to_vec), new.to_vec());
        if let Some(turn) = self.held_turn() {
            return wait(async move {
                let client = &turn.client;
                let done = match &old {
                    Some(old) => {
                        in_time(client.execute(FENCED_REPLACE, &[&place, &path, old, &new, &turn.number]))
                            .await
                    }
                    None => {
                        in_time(client.execute(FENCED_CREATE, &[&place, &path, &new, &turn.number])).await
                    }
                };
                match done {
                    Ok(rows) => Ok(rows == 1),
                    Err(_) if client.is_closed() => Err(io::Error::new(
                        io::ErrorKind::ConnectionAborted,
                        "database: the connection that held the right to write is gone, and the right with it",
                    )),
                    Err(failed) => Err(failed.into()),
                }
            });
        }
        let server = self.server.clone();
        wait(async move {
            let (rows, tried) = server
                .ask(|client| {
                    let (place, path, old, new) = (place.clone(), path.clone(), old.clone(), new.clone());
                    async move {
                        match old {
                            Some(old) => client.execute(REPLACE, &[&place, &path, &old, &new]).await,
                            None => client.execute(CREATE, &[&place, &path, &new]).await,
                        }
                    }
                })
                .await?;
            if rows == 1 || !tried {
                return Ok(rows == 1);
            }
            // the answer to a first try may be what was lost
            let select = "select bytes = $3 from countersign_file where place = $1 and path = $2";
            let (row, _) = server
                .ask(|client| {
                    let (place, path, new) = (place.clone(), path.clone(), new.clone());
                    async move { client.query_opt(select, &[&place, &path, &new]).await }
                })
                .await?;
            Ok(row.is_some_and(|row| row.get(0)))
        })
    }

    fn is_shared(&self) -> bool {
        true
    }

    fn delete(&self, path: &str) -> io::Result<()> {
        let (server, place, path) = (self.server.clone(), self.place.clone(), path.to_owned());
        wait(async move {
            server
                .ask(|client| {
                    let (place, path) = (place.clone(), path.clone());
                    async move {
                        let delete = "delete from countersign_file where place = $1 and path = $2";
                        client.execute(delete, &[&place, &path]).await
                    }
                })
                .await
                .map(drop)
        })
    }

    fn list(&self, prefix: &str) -> io::Result<Vec<String>> {
        let (server, place) = (self.server.clone(), self.place.clone());
        let beneath =
            if prefix.is_empty() { String::new() } else { format!("{}/", prefix.trim_end_matches('/')) };
        wait(async move {
            let select =
                "select path from countersign_file where place = $1 and starts_with(path, $2) order by path";
            let (rows, _) = server
                .ask(|client| {
                    let (place, beneath) = (place.clone(), beneath.clone());
                    async move { client.query(select, &[&place, &beneath]).await }
                })
                .await?;
            Ok(rows.iter().map(|row| row.get(0)).collect())
        })
    }

    fn lock(&self, wait: Duration) -> Result<Box<dyn SequencerLock>, LockFault> {
        take(&self.server, &self.place, &self.shown, &holder(), &self.held, wait)
    }
}
