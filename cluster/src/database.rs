//! Leases and the manifest in PostgreSQL.
//!
//! A worker leases a chunk for a while and renews the lease while it works. One whose worker is gone is leased to another when
//! it has run out; each lease has a number of its own (the fence), and only who holds the last one may record the chunk. The
//! clock is the database's alone. The row of a chunk is its row in the manifest once it has a digest: there is one, whatever is killed.

use std::io;
use std::sync::Arc;

use countersign_database::{Address, Server};
use countersign_model::Digest;
use countersign_operations::failure::Failure;

use crate::line::{Chunk, Entry};

/// Failed attempts after which a chunk is given up and the run with it.
const FAILURES: i32 = 3;
/// Leases after which a chunk that nobody finished is given up: it may be what kills the workers.
const LEASES: i32 = 25;

/// Two processes that make tables at the same moment can fail by one another, so that they take turns.
const TABLES: &str = "
    begin;
    select pg_advisory_xact_lock(7310572);
    create table if not exists countersign_bulk_run (
        id text primary key, orders text not null, place text not null, chunks bigint not null,
        created timestamptz not null default now());
    create table if not exists countersign_bulk_chunk (
        run text not null references countersign_bulk_run (id) on delete cascade,
        number bigint not null, rows_asked bigint not null, sum text not null,
        holder text, fence bigint not null default 0, leases int not null default 0, until timestamptz,
        failures int not null default 0, fault text,
        rows_in bigint, rows_out bigint, sha256 text, file text, done timestamptz,
        primary key (run, number));
    commit;";

/// Runs and their chunks in a database.
#[derive(Debug, Clone)]
pub(crate) struct Runs {
    server: Arc<Server>,
}

/// A chunk that this process may screen for a while.
#[derive(Debug, Clone)]
pub(crate) struct Lease {
    pub(crate) run: String,
    pub(crate) orders: String,
    pub(crate) place: String,
    pub(crate) chunk: Chunk,
    pub(crate) fence: i64,
}

impl Lease {
    /// The file for what comes of it: one for each lease, so that a worker who lost it overwrites nothing.
    pub(crate) fn file(&self) -> String {
        format!("out/chunk-{}.{}.jsonl", self.chunk.number, self.fence)
    }
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) chunks: i64,
    pub(crate) done: i64,
    pub(crate) rows: i64,
    pub(crate) held: i64,
}

fn failed(error: io::Error) -> Failure {
    Failure::Program(error.to_string())
}

fn number(n: usize) -> Result<i64, Failure> {
    i64::try_from(n).map_err(|_| Failure::Program("a number does not fit the database".to_owned()))
}

fn rows(n: u64) -> Result<i64, Failure> {
    i64::try_from(n).map_err(|_| Failure::Program("a number does not fit the database".to_owned()))
}

fn unsigned(n: i64) -> Result<u64, Failure> {
    u64::try_from(n).map_err(|_| Failure::Program(format!("the database holds the count `{n}`")))
}

impl Runs {
    /// Those in a database.
    pub(crate) fn open(address: &str) -> Result<Self, Failure> {
        let address = Address::read(address).map_err(|e| Failure::Input(e.to_string()))?;
        let server = Server::with_tables(&address, TABLES).map_err(|e| Failure::Input(e.to_string()))?;
        Ok(Self { server })
    }

    /// Puts a run and its chunks there; those that are there are left as they are, but that what failed may be tried again.
    pub(crate) async fn enlist(
        &self,
        run: &str,
        orders: &str,
        place: &str,
        chunks: &[Chunk],
    ) -> Result<(), Failure> {
        let count = number(chunks.len())?;
        let mut columns = (Vec::new(), Vec::new(), Vec::new());
        for chunk in chunks {
            columns.0.push(number(chunk.number)?);
            columns.1.push(rows(chunk.rows)?);
            columns.2.push(chunk.sum.to_string());
        }
        let columns = &columns;
        // one statement: a run is there with all of its chunks or not at all
        let statement = "
            with run as (
                insert into countersign_bulk_run (id, orders, place, chunks) values ($1, $2, $3, $4)
                on conflict (id) do update set orders = excluded.orders returning id)
            insert into countersign_bulk_chunk (run, number, rows_asked, sum)
            select run.id, c.n, c.r, c.s from run, unnest($5::bigint[], $6::bigint[], $7::text[]) c (n, r, s)
            on conflict (run, number) do update set failures = 0, leases = 0, fault = null";
        self.server
            .ask(|client| async move {
                client
                    .execute(statement, &[&run, &orders, &place, &count, &columns.0, &columns.1, &columns.2])
                    .await
            })
            .await
            .map_err(failed)?;
        Ok(())
    }

    /// Leases the next chunk that nobody has, of the oldest run first.
    pub(crate) async fn lease(&self, holder: &str, seconds: i32) -> Result<Option<Lease>, Failure> {
        let statement = "
            update countersign_bulk_chunk c
            set holder = $1, fence = c.fence + 1, leases = c.leases + 1, until = now() + $2::int * interval '1 second'
            from (
                select c.run, c.number, r.orders, r.place
                from countersign_bulk_chunk c join countersign_bulk_run r on r.id = c.run
                where c.done is null and c.failures < $3 and c.leases < $4 and (c.until is null or c.until < now())
                order by r.created, r.id, c.number limit 1 for update of c skip locked) next
            where c.run = next.run and c.number = next.number
            returning c.run, next.orders, next.place, c.number, c.rows_asked, c.sum, c.fence";
        let (row, _) = self
            .server
            .ask(|client| async move {
                client.query_opt(statement, &[&holder, &seconds, &FAILURES, &LEASES]).await
            })
            .await
            .map_err(failed)?;
        let Some(row) = row else { return Ok(None) };
        let sum: String = row.get("sum");
        let chunk = Chunk {
            number: usize::try_from(row.get::<_, i64>("number"))
                .map_err(|e| Failure::Program(e.to_string()))?,
            rows: unsigned(row.get("rows_asked"))?,
            sum: sum.parse().map_err(Failure::Program)?,
        };
        Ok(Some(Lease {
            run: row.get("run"),
            orders: row.get("orders"),
            place: row.get("place"),
            chunk,
            fence: row.get("fence"),
        }))
    }

    /// Holds a lease for longer. `false`: it is another's, or the run is gone.
    pub(crate) async fn renew(&self, lease: &Lease, seconds: i32) -> Result<bool, Failure> {
        let statement = "
            update countersign_bulk_chunk set until = now() + $4::int * interval '1 second'
            where run = $1 and number = $2 and fence = $3 and done is null";
        let (run, chunk, fence) = (&lease.run, number(lease.chunk.number)?, lease.fence);
        let (changed, _) = self
            .server
            .ask(|client| async move { client.execute(statement, &[run, &chunk, &fence, &seconds]).await })
            .await
            .map_err(failed)?;
        Ok(changed == 1)
    }

    /// Gives a lease back, with the reason where the chunk could not be screened.
    pub(crate) async fn give_back(&self, lease: &Lease, fault: Option<&str>) -> Result<(), Failure> {
        let statement = "
            update countersign_bulk_chunk
            set until = now(), failures = failures + case when $4::text is null then 0 else 1 end, fault = coalesce($4, fault)
            where run = $1 and number = $2 and fence = $3 and done is null";
        let (run, chunk, fence) = (&lease.run, number(lease.chunk.number)?, lease.fence);
        self.server
            .ask(|client| async move { client.execute(statement, &[run, &chunk, &fence, &fault]).await })
            .await
            .map_err(failed)?;
        Ok(())
    }

    /// Records a chunk in the manifest. `false`: the lease is another's, and what came of it does not count.
    pub(crate) async fn record(&self, lease: &Lease, entry: &Entry) -> Result<bool, Failure> {
        // said twice, it is recorded once: the fence and the digest are the same
        let statement = "
            update countersign_bulk_chunk
            set done = coalesce(done, now()), rows_in = $4, rows_out = $5, sha256 = $6, file = $7, until = null
            where run = $1 and number = $2 and fence = $3 and (done is null or sha256 = $6)";
        let (run, chunk, fence) = (&lease.run, number(lease.chunk.number)?, lease.fence);
        let (rows_in, rows_out, sha256) =
            (rows(entry.rows_in)?, rows(entry.rows_out)?, entry.sha256.to_string());
        let (sha256, file) = (&sha256, &entry.file);
        let (changed, _) = self
            .server
            .ask(|client| async move {
                client.execute(statement, &[run, &chunk, &fence, &rows_in, &rows_out, sha256, file]).await
            })
            .await
            .map_err(failed)?;
        Ok(changed == 1)
    }

    /// How far a run is.
    ///
    /// # Errors
    /// Where a chunk of it was given up, with the reason.
    pub(crate) async fn standing(&self, run: &str) -> Result<Standing, Failure> {
        let counts = "
            select count(*) as chunks, count(done) as done, coalesce(sum(rows_in), 0)::bigint as rows,
                count(*) filter (where done is null and until > now()) as held
            from countersign_bulk_chunk where run = $1";
        let given_up = "
            select number, fault, leases from countersign_bulk_chunk
            where run = $1 and done is null and (failures >= $2 or (leases >= $3 and until < now()))
            order by number limit 1";
        let ((row, bad), _) = self
            .server
            .ask(|client| async move {
                let row = client.query_one(counts, &[&run]).await?;
                Ok((row, client.query_opt(given_up, &[&run, &FAILURES, &LEASES]).await?))
            })
            .await
            .map_err(failed)?;
        if let Some(bad) = bad {
            let why: Option<String> = bad.get("fault");
            let why = why.unwrap_or_else(|| {
                format!("{} workers began it and none came to its end", bad.get::<_, i32>("leases"))
            });
            return Err(Failure::Program(format!(
                "chunk {} was given up: {why}. Give the same command again when that is mended; what is done is kept",
                bad.get::<_, i64>("number")
            )));
        }
        Ok(Standing {
            chunks: row.get("chunks"),
            done: row.get("done"),
            rows: row.get("rows"),
            held: row.get("held"),
        })
    }

    /// The manifest of a run, in the order of its chunks.
    pub(crate) async fn manifest(&self, run: &str) -> Result<Vec<Entry>, Failure> {
        let statement = "
            select number, rows_in, rows_out, sha256, file from countersign_bulk_chunk
            where run = $1 and done is not null order by number";
        let (found, _) = self
            .server
            .ask(|client| async move { client.query(statement, &[&run]).await })
            .await
            .map_err(failed)?;
        found
            .iter()
            .map(|row| {
                let sha256: String = row.get("sha256");
                Ok(Entry {
                    number: usize::try_from(row.get::<_, i64>("number"))
                        .map_err(|e| Failure::Program(e.to_string()))?,
                    rows_in: unsigned(row.get("rows_in"))?,
                    rows_out: unsigned(row.get("rows_out"))?,
                    sha256: sha256.parse::<Digest>().map_err(|e| Failure::Program(e.to_string()))?,
                    file: row.get("file"),
                })
            })
            .collect()
    }

    /// Has a chunk screened again: what came of it is no longer what was recorded.
    pub(crate) async fn forget(&self, run: &str, chunk: usize) -> Result<(), Failure> {
        let statement = "
            update countersign_bulk_chunk set done = null, rows_in = null, rows_out = null, sha256 = null, file = null, until = null
            where run = $1 and number = $2";
        let chunk = number(chunk)?;
        self.server
            .ask(|client| async move { client.execute(statement, &[&run, &chunk]).await })
            .await
            .map_err(failed)?;
        Ok(())
    }

    /// Takes a run out: its output is there.
    pub(crate) async fn remove(&self, run: &str) -> Result<(), Failure> {
        self.server
            .ask(|client| async move {
                client.execute("delete from countersign_bulk_run where id = $1", &[&run]).await
            })
            .await
            .map_err(failed)?;
        Ok(())
    }
}
