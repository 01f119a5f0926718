//! What is broken, and how.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use countersign_database::testing::{Cluster, Way};

use crate::hammer::SmallDisk;
use crate::nodes::{Node, clocks};

/// One kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    KillServer,
    KillDatabase,
    CutServer,
    LoseBytes,
    Sleep,
    Clock,
    FullDisk,
}

const ALL: [Fault; 7] = [
    Fault::KillServer,
    Fault::KillDatabase,
    Fault::CutServer,
    Fault::LoseBytes,
    Fault::Sleep,
    Fault::Clock,
    Fault::FullDisk,
];

impl Fault {
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::KillServer => "a server is killed (SIGKILL) and started again",
            Self::KillDatabase => "PostgreSQL is killed (SIGKILL) and started again",
            Self::CutServer => "the connections of a server to PostgreSQL are cut",
            Self::LoseBytes => "every byte between a server and PostgreSQL is lost, the connections stay",
            Self::Sleep => "a server sleeps (SIGSTOP) and goes on",
            Self::Clock => "a server is killed and comes back with a clock that is days off",
            Self::FullDisk => "the disk of PostgreSQL is full",
        }
    }
}

/// Everything that can be broken.
#[derive(Debug)]
pub(crate) struct Faults {
    pub(crate) cluster: Cluster,
    pub(crate) ways: [Way; 2],
    pub(crate) servers: [Node; 2],
    pub(crate) program: PathBuf,
    /// `None`: no disk can be filled. Last, so that it goes when what runs on it has ended.
    pub(crate) small: Option<SmallDisk>,
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
                Some(Fault::FullDisk) if self.small.is_none() => {}
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
        let (server, way) = (self.servers.get_mut(which), self.ways.get(which));
        let (Some(server), Some(way)) = (server, way) else { return Ok(Duration::ZERO) };
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
            Fault::CutServer => {
                way.cut();
                thread::sleep(short);
                way.mend();
            }
            Fault::LoseBytes => {
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
            Fault::FullDisk => {
                if let Some(disk) = &self.small {
                    let path = disk.folder.path().join("full");
                    fill(&path)?;
                    thread::sleep(short * 2);
                    std::fs::remove_file(&path)?;
                    // where the log of the database could not be written it has ended itself
                    self.cluster.ensure()?;
                }
            }
        }
        Ok(start.elapsed())
    }
}

/// Writes until nothing more goes.
fn fill(path: &std::path::Path) -> io::Result<()> {
    let mut file = File::create(path)?;
    let mut block = vec![7u8; 1 << 20];
    while !block.is_empty() {
        if file.write_all(&block).is_err() {
            block.truncate(block.len() / 2);
        }
    }
    Ok(())
}
