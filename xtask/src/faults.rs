//! What is broken, and how.

use std::io;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use countersign_database::testing::{Cluster, Way};

use crate::bucket::BucketServer;
use crate::disk::SmallDisk;
use crate::nodes::{Node, clocks};
use crate::witness::WitnessServer;

/// One kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    KillServer,
    KillDatabase,
    CutDatabase,
    LoseDatabase,
    Sleep,
    Clock,
    FullDatabase,
    KillBucket,
    CutBucket,
    LoseBucket,
    FullBucket,
    KillWitness,
    KillAll,
}

const ALL: [Fault; 13] = [
    Fault::KillServer,
    Fault::KillDatabase,
    Fault::CutDatabase,
    Fault::LoseDatabase,
    Fault::Sleep,
    Fault::Clock,
    Fault::FullDatabase,
    Fault::KillBucket,
    Fault::CutBucket,
    Fault::LoseBucket,
    Fault::FullBucket,
    Fault::KillWitness,
    Fault::KillAll,
];

impl Fault {
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::KillServer => "a server is killed (SIGKILL) and started again",
            Self::KillDatabase => "PostgreSQL is killed (SIGKILL) and started again",
            Self::CutDatabase => "the connections of a server to PostgreSQL are cut",
            Self::LoseDatabase => "every byte between a server and PostgreSQL is lost, the connections stay",
            Self::Sleep => "a server sleeps (SIGSTOP) and goes on",
            Self::Clock => "a server is killed and comes back with a clock that is days off",
            Self::FullDatabase => "the disk of PostgreSQL is full",
            Self::KillBucket => "the S3 server is killed (SIGKILL) and started again",
            Self::CutBucket => "the connections of a server to the S3 server are cut",
            Self::LoseBucket => "every byte between a server and the S3 server is lost, the connections stay",
            Self::FullBucket => "the disk of the S3 server is full",
            Self::KillWitness => "the witness is killed (SIGKILL) and started again",
            Self::KillAll => "all of them are killed (SIGKILL) at once and started again",
        }
    }
}

/// Everything that can be broken.
#[derive(Debug)]
pub(crate) struct Faults {
    pub(crate) cluster: Cluster,
    /// From each server to PostgreSQL.
    pub(crate) ways: [Way; 2],
    /// `None`: the journal lies in PostgreSQL whole.
    pub(crate) bucket: Option<BucketServer>,
    /// From each server to the S3 server.
    pub(crate) bucket_ways: Option<[Way; 2]>,
    pub(crate) witness: WitnessServer,
    pub(crate) servers: [Node; 2],
    pub(crate) program: PathBuf,
    /// `None`: no disk can be filled. Last, so that they go when what runs on them has ended.
    pub(crate) database_disk: Option<SmallDisk>,
    pub(crate) bucket_disk: Option<SmallDisk>,
    pub(crate) seed: u64,
}

impl Faults {
    /// A number below `end`; the same in every run with the same seed.
    pub(crate) fn roll(&mut self, end: u64) -> u64 {
        self.seed ^= self.seed << 13;
        self.seed ^= self.seed >> 7;
        self.seed ^= self.seed << 17;
        self.seed % end.max(1)
    }

    /// The next fault, of those that are possible here.
    pub(crate) fn choose(&mut self) -> Fault {
        loop {
            let at = self.roll(ALL.len() as u64) as usize;
            match ALL.get(at) {
                Some(Fault::FullDatabase) if self.database_disk.is_none() => {}
                Some(Fault::FullBucket) if self.bucket_disk.is_none() => {}
                Some(Fault::KillBucket | Fault::CutBucket | Fault::LoseBucket) if self.bucket.is_none() => {}
                Some(Fault::Clock) if clocks().is_none() => {}
                Some(fault) => return *fault,
                None => {}
            }
        }
    }

    /// Breaks it, waits and mends it. How long it lasted.
    pub(crate) fn strike(&mut self, fault: Fault) -> io::Result<Duration> {
        let start = Instant::now();
        let which = self.roll(2) as usize;
        let short = Duration::from_millis(100 + self.roll(2_000));
        let long = Duration::from_millis(1_000 + self.roll(22_000));
        let days = [-400, -2, -1, 1, 2, 400].get(self.roll(6) as usize).copied().unwrap_or(1);
        let way = match fault {
            Fault::CutBucket | Fault::LoseBucket => {
                self.bucket_ways.as_ref().and_then(|ways| ways.get(which))
            }
            _ => self.ways.get(which),
        };
        let (Some(server), Some(way)) = (self.servers.get_mut(which), way) else {
            return Ok(Duration::ZERO);
        };
        match fault {
            Fault::KillServer => {
                server.kill();
                thread::sleep(short);
                server.resume(&self.program, 0)?;
            }
            Fault::Clock => {
                server.kill();
                server.resume(&self.program, 24 * days)?;
            }
            Fault::Sleep => server.sleep(long),
            Fault::CutDatabase | Fault::CutBucket => {
                way.cut();
                thread::sleep(short);
                way.mend();
            }
            Fault::LoseDatabase | Fault::LoseBucket => {
                way.lose();
                thread::sleep(long);
                // whoever was not told in time has given the connections up; those that are left are of no use
                way.cut();
                way.mend();
            }
            Fault::KillDatabase => {
                self.cluster.kill();
                thread::sleep(short);
                self.cluster.resume()?;
            }
            Fault::FullDatabase => self.fill_database(short * 2)?,
            Fault::KillBucket => {
                if let Some(bucket) = &mut self.bucket {
                    bucket.kill();
                    thread::sleep(short);
                    bucket.resume()?;
                }
            }
            Fault::FullBucket => self.fill_bucket(short * 2)?,
            Fault::KillWitness => {
                self.witness.kill();
                thread::sleep(short);
                self.witness.resume()?;
            }
            Fault::KillAll => self.kill_all(short)?,
        }
        Ok(start.elapsed())
    }

    fn fill_database(&mut self, lasting: Duration) -> io::Result<()> {
        let Some(disk) = &self.database_disk else { return Ok(()) };
        let path = disk.fill()?;
        thread::sleep(lasting);
        std::fs::remove_file(&path)?;
        // where the log of the database could not be written it has ended itself
        self.cluster.ensure()
    }

    fn fill_bucket(&mut self, lasting: Duration) -> io::Result<()> {
        let (Some(disk), Some(bucket)) = (&self.bucket_disk, &mut self.bucket) else { return Ok(()) };
        let path = disk.fill()?;
        thread::sleep(lasting);
        std::fs::remove_file(&path)?;
        bucket.resume()
    }

    /// As when the power of a rack goes; what comes up first is chance.
    fn kill_all(&mut self, lasting: Duration) -> io::Result<()> {
        self.servers.iter_mut().for_each(Node::kill);
        self.witness.kill();
        self.cluster.kill();
        if let Some(bucket) = &mut self.bucket {
            bucket.kill();
        }
        for server in &mut self.servers {
            server.resume(&self.program, 0)?;
        }
        thread::sleep(lasting);
        self.witness.resume()?;
        if let Some(bucket) = &mut self.bucket {
            bucket.resume()?;
        }
        self.cluster.resume()
    }
}
