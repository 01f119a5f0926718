//! The hammer: two servers that share a journal in PostgreSQL, clients that record as fast as they are answered, and faults by chance.
//!
//! What must hold, whatever happens: what was acknowledged is in the journal, once; there is one history; and when the fault is
//! over, every server acknowledges again without anybody's help.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use countersign_database::testing::{Cluster, Way, address};
use countersign_model::Digest;
use countersign_store::{Access, Store};
use serde_json::{Value, json};

use crate::faults::{Fault, Faults};
use crate::nodes::{Node, command};
use crate::observer;

/// Run two servers under load, and break what they rest on
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The program
    #[arg(long, default_value = "target/debug/countersign")]
    program: PathBuf,
    /// For how long
    #[arg(long, env = "COUNTERSIGN_HAMMER_MINUTES", default_value_t = 1.0)]
    minutes: f64,
    /// The chance: the same number gives the same faults in the same order
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many clients record at the same time
    #[arg(long, default_value_t = 4)]
    clients: usize,
    /// Where the log of it goes, as a table in Markdown
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// The longest that a server may take until it acknowledges again, once the fault is over.
const BACK: Duration = Duration::from_secs(120);
/// How long a client waits for an answer: longer than a server waits for the right to write.
const PATIENCE: Duration = Duration::from_secs(60);

/// What clients were told.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// By the digest of the record, the entry.
    pub(crate) acknowledged: Mutex<BTreeMap<Digest, u64>>,
    pub(crate) refused: AtomicU64,
    /// Of each server, when it last acknowledged, in milliseconds since the beginning.
    pub(crate) last: [AtomicU64; 2],
}

pub(crate) fn run(args: &Args) -> io::Result<bool> {
    let program = std::fs::canonicalize(&args.program)
        .map_err(|e| io::Error::other(format!("`{}`: {e}; build it first", args.program.display())))?;
    let folder = tempfile::tempdir()?;
    let small = SmallDisk::mount();
    let cluster = match &small {
        Some(disk) => Cluster::start_in(disk.folder.path())?,
        None => Cluster::start()?,
    };
    let Some(cluster) = cluster else {
        return Err(io::Error::other("PostgreSQL is not installed: `initdb` and `postgres` are not found"));
    };
    let ways = [Way::to(cluster.port())?, Way::to(cluster.port())?];
    let homes = [folder.path().join("one"), folder.path().join("two")];
    let [one, two] = &homes;
    let [way_one, way_two] = &ways;
    command(&program, one, &["init"])?;
    command(&program, one, &["store", "migrate", "--database", &address(way_one.port(), "hammer")])?;
    // the second server has a way of its own to the database
    std::fs::create_dir_all(two.join("keys"))?;
    for name in ["format", "keys/journal.key", "keys/journal.vkey", "keys/record.key", "keys/record.pub"] {
        std::fs::copy(one.join(name), two.join(name))?;
    }
    let storage = format!("countersign-storage/1\ndatabase {}\n", address(way_two.port(), "hammer"));
    std::fs::write(two.join("storage"), storage)?;
    // whoever looks from outside goes to the database directly
    let outside = folder.path().join("outside");
    std::fs::create_dir_all(outside.join("keys"))?;
    for name in ["format", "keys/journal.vkey", "keys/record.pub"] {
        std::fs::copy(one.join(name), outside.join(name))?;
    }
    std::fs::write(
        outside.join("storage"),
        format!("countersign-storage/1\ndatabase {}\n", cluster.address("hammer")),
    )?;
    let first = Node::start(&program, one, 0)?;
    let second = Node::start(&program, two, first.port())?;
    let servers = [first, second];

    let start = Instant::now();
    let told = Arc::new(Told::default());
    let stop = Arc::new(AtomicBool::new(false));
    let ports: [u16; 2] = servers.each_ref().map(Node::port);
    let clients: Vec<_> = (0..args.clients)
        .map(|n| {
            let (told, stop) = (told.clone(), stop.clone());
            thread::spawn(move || client(n, ports, &told, &stop, start))
        })
        .collect();
    let watch = {
        let (stop, outside) = (stop.clone(), outside.clone());
        thread::spawn(move || observer::watch(&outside, &stop))
    };

    let mut faults = Faults { cluster, ways, servers, program, small, seed: args.seed.max(1) };
    let mut lines: Vec<Line> = Vec::new();
    let mut restarts = 0;
    let mut late = wait_for_both(&told, start, &mut faults, &mut restarts).err();
    while late.is_none() && start.elapsed().as_secs_f64() < args.minutes * 60.0 {
        thread::sleep(Duration::from_millis(500 + faults.roll(2500)));
        let fault = faults.choose();
        let began = start.elapsed();
        let lasted = faults.strike(fault)?;
        let back = wait_for_both(&told, start, &mut faults, &mut restarts).unwrap_or_else(|why| {
            late = Some(why);
            BACK
        });
        let line = Line { began, fault, lasted, back };
        println!("{}", line.text());
        lines.push(line);
    }
    stop.store(true, Ordering::SeqCst);
    for client in clients {
        client.join().map_err(|_| io::Error::other("a client stopped"))?;
    }
    let observed = watch.join().map_err(|_| io::Error::other("the observer stopped"))?;
    for server in &mut faults.servers {
        server.end();
    }
    let mut verdict = verdict(&outside, &told, &observed)?;
    verdict.faults.extend(late);
    let report = report(args, &lines, &told, &observed, &verdict, (start.elapsed(), restarts));
    println!("{report}");
    if let Some(out) = &args.out {
        std::fs::write(out, report)?;
    }
    Ok(verdict.faults.is_empty())
}

/// One client: records one thing after the other, by chance at one server or the other.
fn client(n: usize, ports: [u16; 2], told: &Told, stop: &AtomicBool, start: Instant) {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .http_status_as_error(false)
        .build()
        .into();
    let mut number = 0u64;
    while !stop.load(Ordering::SeqCst) {
        number += 1;
        // each attempt is a record of its own: of one whose answer was lost it is not known whether it is there
        let body = json!({"query": {"name": format!("Hammer {n} {number}")}}).to_string();
        let server = (number as usize + n) % 2;
        let Some(port) = ports.get(server) else { return };
        let answer = agent
            .post(format!("http://127.0.0.1:{port}/v1/screen?receipt=true"))
            .header("content-type", "application/json")
            .send(body.as_bytes())
            .ok()
            .filter(|answer| answer.status().is_success())
            .and_then(|mut answer| answer.body_mut().read_to_string().ok())
            .and_then(|text| serde_json::from_str::<Value>(&text).ok());
        let receipt = answer.as_ref().and_then(|answer| answer.get("receipt"));
        let entry = receipt.and_then(|receipt| {
            let digest = receipt.get("sha256")?.as_str()?.parse::<Digest>().ok()?;
            Some((digest, receipt.get("index")?.as_u64()?))
        });
        match entry {
            Some((digest, index)) => {
                told.acknowledged.lock().unwrap_or_else(PoisonError::into_inner).insert(digest, index);
                if let Some(last) = told.last.get(server) {
                    last.store(start.elapsed().as_millis() as u64, Ordering::SeqCst);
                }
            }
            None => {
                told.refused.fetch_add(1, Ordering::SeqCst);
                thread::sleep(Duration::from_millis(100));
            }
        }
    }
}

/// How long it takes from now until both servers acknowledge again. One that ended itself is started again, as a service manager
/// does, and counted.
fn wait_for_both(
    told: &Told,
    start: Instant,
    faults: &mut Faults,
    restarts: &mut u32,
) -> Result<Duration, String> {
    let (now, begun) = (start.elapsed().as_millis() as u64, Instant::now());
    loop {
        if told.last.iter().all(|last| last.load(Ordering::SeqCst) > now) {
            return Ok(begun.elapsed());
        }
        if begun.elapsed() > BACK {
            let words: Vec<String> = faults.servers.iter().map(Node::last_words).collect();
            return Err(format!(
                "a server did not acknowledge again within {} seconds: {words:?}",
                BACK.as_secs()
            ));
        }
        for server in &mut faults.servers {
            if server.ensure(&faults.program).map_err(|e| e.to_string())? {
                *restarts += 1;
            }
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// One fault, as it went.
struct Line {
    began: Duration,
    fault: Fault,
    lasted: Duration,
    /// From its end until both servers acknowledged.
    back: Duration,
}

impl Line {
    fn text(&self) -> String {
        format!(
            "| {:02}:{:02} | {} | {:.1} | {:.1} |",
            self.began.as_secs() / 60,
            self.began.as_secs() % 60,
            self.fault.words(),
            self.lasted.as_secs_f64(),
            self.back.as_secs_f64()
        )
    }
}

/// What became of it.
struct Verdict {
    entries: u64,
    /// Entries that nobody was told of: their answers were lost.
    unknown: u64,
    faults: Vec<String>,
}

fn verdict(home: &std::path::Path, told: &Told, observed: &observer::Observed) -> io::Result<Verdict> {
    let failed = |e: &dyn std::fmt::Display| io::Error::other(e.to_string());
    let report = countersign_store::fsck(home).map_err(|e| failed(&e))?;
    let mut faults: Vec<String> = report.faults.iter().map(ToString::to_string).collect();
    faults.extend(observed.faults.iter().cloned());
    let store = Store::open(home, Access::Read).map_err(|e| failed(&e))?;
    let mut places: BTreeMap<Digest, Vec<u64>> = BTreeMap::new();
    for entry in store.entries() {
        let (index, leaf) = entry.map_err(|e| failed(&e))?;
        places.entry(leaf.sha256).or_default().push(index);
    }
    let acknowledged = told.acknowledged.lock().unwrap_or_else(PoisonError::into_inner);
    for (digest, index) in acknowledged.iter() {
        match places.get(digest).map(Vec::as_slice) {
            Some([one]) if one == index => {}
            Some([one]) => faults.push(format!("entry {index} was acknowledged and stands at {one}")),
            Some(several) => faults.push(format!("entry {index} stands at {several:?}")),
            None => faults.push(format!("entry {index} was acknowledged and is lost")),
        }
    }
    let entries = store.log().size();
    Ok(Verdict { entries, unknown: entries.saturating_sub(acknowledged.len() as u64), faults })
}

fn report(
    args: &Args,
    lines: &[Line],
    told: &Told,
    observed: &observer::Observed,
    verdict: &Verdict,
    (lasted, restarts): (Duration, u32),
) -> String {
    let acknowledged = told.acknowledged.lock().unwrap_or_else(PoisonError::into_inner).len();
    let mut out = String::from(
        "| kind of fault | times | longest until both servers acknowledged again, s | median, s |\n|---|---|---|---|\n",
    );
    let mut kinds: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for line in lines {
        kinds.entry(line.fault.words()).or_default().push(line.back.as_secs_f64());
    }
    for (kind, mut times) in kinds {
        times.sort_by(f64::total_cmp);
        let (longest, median) = (times.last(), times.get(times.len() / 2));
        let _ = writeln!(
            out,
            "| {kind} | {} | {:.1} | {:.1} |",
            times.len(),
            longest.copied().unwrap_or_default(),
            median.copied().unwrap_or_default()
        );
    }
    let _ = writeln!(
        out,
        "\n{:.1} minutes, seed {}, {} clients: {} faults, {acknowledged} records acknowledged, {} requests not answered, {} entries in the journal \
         ({} of them of requests that were not answered), {} looks of an observer; servers that ended themselves and were started \
         again: {restarts}.",
        lasted.as_secs_f64() / 60.0,
        args.seed,
        args.clients,
        lines.len(),
        told.refused.load(Ordering::SeqCst),
        verdict.entries,
        verdict.unknown,
        observed.looks,
    );
    if verdict.faults.is_empty() {
        let _ =
            writeln!(out, "\nNothing acknowledged was lost or doubled; one history; `fsck` found no fault.");
    }
    for fault in &verdict.faults {
        let _ = writeln!(out, "\nFAULT: {fault}");
    }
    let _ = writeln!(out, "\n| at | fault | lasted, s | both back after, s |\n|---|---|---|---|");
    for line in lines {
        let _ = writeln!(out, "{}", line.text());
    }
    out
}

/// A file system of its own for the database, so small that it can be filled.
#[derive(Debug)]
pub(crate) struct SmallDisk {
    pub(crate) folder: tempfile::TempDir,
}

impl SmallDisk {
    /// `None` where this account may not mount one: then no disk is filled.
    fn mount() -> Option<Self> {
        let folder = tempfile::Builder::new().prefix("hammer").tempdir_in("/tmp").ok()?;
        let mounted = std::process::Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=400m,mode=777", "tmpfs"])
            .arg(folder.path())
            .stderr(std::process::Stdio::null())
            .status();
        mounted.is_ok_and(|status| status.success()).then_some(Self { folder })
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // what still runs on it has ended by now, or is ended with it
        let _ = std::process::Command::new("umount").arg("-l").arg(self.folder.path()).status();
    }
}
