//! The right to write: a lock of the database that ends with its connection, and a number that is drawn with it.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use countersign_log::{LockFault, SequencerLock};
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

use crate::connection::{Failed, Server, in_time, wait};

/// A turn that is held.
#[derive(Debug)]
pub(crate) struct Turn {
    pub(crate) client: Arc<Client>,
    pub(crate) number: i64,
}

/// The turn that a storage has, if it has one.
pub(crate) type Held = Arc<Mutex<Option<Arc<Turn>>>>;

/// The turn, given back when dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    server: Arc<Server>,
    place: String,
    held: Held,
}

impl SequencerLock for Lock {
    fn is_held(&self) -> bool {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.as_ref().is_some_and(|turn| !turn.client.is_closed())
    }
}

/// The number of the lock of a place; locks of other programs in the same database have others, but for a chance of one in 2^64.
const LOCK: &str = "hashtextextended('countersign ' || $1, 0)";

/// Takes the turn of a place, waiting for it for so long.
pub(crate) fn take(
    server: &Arc<Server>,
    place: &str,
    shown: &str,
    holder: &str,
    held: &Held,
    patience: Duration,
) -> Result<Box<dyn SequencerLock>, LockFault> {
    let fault = |source| LockFault::Io { path: shown.to_owned(), source };
    // `0` would wait for ever
    let patience = patience.as_millis().clamp(1, 600_000);
    let (asked, of, by) = (server.clone(), place.to_owned(), holder.to_owned());
    let taken = wait(async move { take_turn(&asked, &of, &by, patience).await }).map_err(fault)?;
    match taken {
        Ok(turn) => {
            *held.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(turn));
            Ok(Box::new(Lock { server: server.clone(), place: place.to_owned(), held: held.clone() }))
        }
        Err(holder) => Err(LockFault::Held { holder }),
    }
}

/// The turn, or who has it.
async fn take_turn(
    server: &Server,
    place: &str,
    holder: &str,
    patience: u128,
) -> io::Result<Result<Turn, String>> {
    let mut tries = 0;
    loop {
        let idle = server.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let was_idle = idle.is_some();
        let client = match idle {
            Some(client) => client,
            None => {
                // the tables are made by the first who asks for anything
                server.ask(|client| async move { client.simple_query("select 1").await }).await?;
                server.connect().await?
            }
        };
        match lock(&client, place, holder, patience).await {
            Ok(number) => return Ok(Ok(Turn { client: Arc::new(client), number })),
            Err(Failed::Server(error)) if error.code() == Some(&SqlState::LOCK_NOT_AVAILABLE) => {
                server.idle.lock().unwrap_or_else(PoisonError::into_inner).push(client);
                let place = place.to_owned();
                let (row, _) = server
                    .ask(|client| {
                        let place = place.clone();
                        async move {
                            client
                                .query_opt("select holder from countersign_turn where place = $1", &[&place])
                                .await
                        }
                    })
                    .await?;
                return Ok(Err(row.map_or_else(|| "unknown".to_owned(), |row| row.get(0))));
            }
            // one that lay idle may have been cut off meanwhile
            Err(_) if was_idle && tries < 8 => tries += 1,
            Err(failed) => return Err(failed.into()),
        }
    }
}

async fn lock(client: &Client, place: &str, holder: &str, patience: u128) -> Result<i64, Failed> {
    let settings = format!("set lock_timeout = {patience}; set statement_timeout = {}", patience + 5_000);
    in_time(client.batch_execute(&settings)).await?;
    // not `in_time`: whoever waits has said how long
    client.execute(&format!("select pg_advisory_lock({LOCK})"), &[&place]).await.map_err(Failed::Server)?;
    in_time(client.batch_execute("set statement_timeout = 30000")).await?;
    let row = in_time(client.query_one(
        "insert into countersign_turn as turn values ($1, 1, $2, now())
         on conflict (place) do update set number = turn.number + 1, holder = $2, since = now()
         returning number",
        &[&place, &holder],
    ))
    .await?;
    Ok(row.get(0))
}

impl Drop for Lock {
    fn drop(&mut self) {
        let turn = self.held.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(turn) = turn else { return };
        let (server, place) = (self.server.clone(), self.place.clone());
        // the answer is waited for, so that whoever asks next in this process finds it free
        let _: io::Result<()> = wait(async move {
            let unlock = format!("select pg_advisory_unlock({LOCK})");
            let given_back = in_time(turn.client.query_one(&unlock, &[&place])).await;
            // a connection that still has the lock, or of which that is not known, is ended, and the lock with it
            if given_back.is_ok_and(|row| row.get(0))
                && let Some(turn) = Arc::into_inner(turn)
                && let Some(client) = Arc::into_inner(turn.client)
            {
                server.idle.lock().unwrap_or_else(PoisonError::into_inner).push(client);
            }
            Ok(())
        });
    }
}
