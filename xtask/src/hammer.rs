//! The hammer: two servers that share a journal in PostgreSQL and a bucket, a witness, clients that record as fast as they are
//! answered, and faults by chance.
//!
//! What must hold, whatever happens: what was acknowledged is in the journal, once; there is one history, and the witness cosigned
//! no other; and when the fault is over, every server acknowledges again without anybody's help, and the witness cosigns.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use countersign_database::testing::{Cluster, Way, address};
use countersign_model::Digest;
use countersign_verify::VKey;
use serde_json::{Value, json};

use crate::bucket::{self, BucketServer};
use crate::disk::SmallDisk;
use crate::faults::Faults;
use crate::install::{bucket_program, install};
use crate::nodes::{Node, command, free_port};
use crate::observer::{self, Observed};
use crate::report::{Line, report, verdict};
use crate::witness::{Asking, WitnessServer};

/// Run two servers and a witness under load, and break what they rest on
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
    pub(crate) seed: u64,
    /// How many clients record at the same time
    #[arg(long, default_value_t = 4)]
    pub(crate) clients: usize,
    /// Keep everything in PostgreSQL, without an S3-compatible server
    #[arg(long)]
    without_bucket: bool,
    /// Install what is missing first: `postgresql` and `faketime` from Debian, `s3s-fs` from crates.io into target/tools
    #[arg(long)]
    install: bool,
    /// Where the log of it goes, as a table in Markdown
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// The longest that everything may take until it is back, once the fault is over.
const BACK: Duration = Duration::from_secs(120);
/// How long a client waits for an answer: longer than a server waits for the right to write.
const PATIENCE: Duration = Duration::from_secs(60);
/// Where the process that hammers finds the port of the bucket.
const BUCKET_PORT: &str = "COUNTERSIGN_HAMMER_BUCKET_PORT";
/// What the two disks hold, in megabytes.
const DATABASE_DISK: u32 = 400;
const BUCKET_DISK: u32 = 800;

/// What clients and the observer were told.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// By the digest of the record, the entry.
    pub(crate) acknowledged: Mutex<BTreeMap<Digest, u64>>,
    pub(crate) refused: AtomicU64,
    /// Of each server, when it last acknowledged, in milliseconds since the beginning.
    pub(crate) last: [AtomicU64; 2],
    /// When the witness last cosigned.
    pub(crate) cosigned: AtomicU64,
}

/// Runs the hammer in a process whose environment names the bucket: settings of a bucket come from there.
pub(crate) fn run(args: &Args) -> io::Result<bool> {
    if args.install {
        install()?;
    }
    if args.without_bucket {
        return hammer(args, None);
    }
    let program = bucket_program().ok_or_else(|| {
        io::Error::other("the S3-compatible server `s3s-fs` is not found; `--install` installs it, `--without-bucket` goes without")
    })?;
    if let Some(port) = std::env::var(BUCKET_PORT).ok().and_then(|port| port.parse().ok()) {
        return hammer(args, Some((program, port)));
    }
    let port = free_port(0)?;
    let mut inner = Command::new(std::env::current_exe()?);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("AWS_")) {
        inner.env_remove(name);
    }
    let status: ExitStatus = inner
        .args(std::env::args_os().skip(1))
        .env(BUCKET_PORT, port.to_string())
        .env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{port}"))
        .envs(bucket::KEYS)
        .status()?;
    match status.code() {
        Some(0) => Ok(true),
        Some(1) => Ok(false),
        _ => Err(io::Error::other(format!("{status}"))),
    }
}

/// Homes of the two servers on one journal, and of whoever looks from outside.
struct Homes {
    servers: [PathBuf; 2],
    outside: PathBuf,
}

impl Homes {
    /// Moves a new journal where both reach it, each by a way of its own; from outside it is reached directly.
    fn make(
        program: &Path,
        folder: &Path,
        ways: &[Way; 2],
        cluster: &Cluster,
        bucket: bool,
    ) -> io::Result<Self> {
        let [way_one, way_two] = ways;
        let [one, two, outside] = ["one", "two", "outside"].map(|name| folder.join(name));
        command(program, &one, &["init"])?;
        let database = address(way_one.port(), "hammer");
        let mut migrate = vec!["store", "migrate", "--database", &database];
        if bucket {
            migrate.extend(["--bucket", bucket::ADDRESS]);
        }
        command(program, &one, &migrate)?;
        let others: [(&Path, &[&str], String); 2] = [
            (
                &two,
                &["format", "keys/journal.key", "keys/journal.vkey", "keys/record.key", "keys/record.pub"],
                address(way_two.port(), "hammer"),
            ),
            (&outside, &["format", "keys/journal.vkey", "keys/record.pub"], cluster.address("hammer")),
        ];
        for (home, names, database) in others {
            std::fs::create_dir_all(home.join("keys"))?;
            for name in names {
                std::fs::copy(one.join(name), home.join(name))?;
            }
            let line = if bucket { format!("bucket {}\n", bucket::ADDRESS) } else { String::new() };
            std::fs::write(
                home.join("storage"),
                format!("countersign-storage/1\ndatabase {database}\n{line}"),
            )?;
        }
        Ok(Self { servers: [one, two], outside })
    }
}

/// Everything that is to be broken, started.
struct Scene {
    faults: Faults,
    homes: Homes,
    /// The key of the journal.
    vkey: VKey,
}

impl Scene {
    fn start(args: &Args, bucket: Option<(PathBuf, u16)>, folder: &Path) -> io::Result<Self> {
        let program = std::fs::canonicalize(&args.program)
            .map_err(|e| io::Error::other(format!("`{}`: {e}; build it first", args.program.display())))?;
        let database_disk = SmallDisk::mount(DATABASE_DISK);
        let bucket_disk = bucket.as_ref().and_then(|_| SmallDisk::mount(BUCKET_DISK));
        let bucket = match &bucket {
            Some((program, port)) => {
                let place = bucket_disk.as_ref().map_or(folder, SmallDisk::path);
                Some(BucketServer::start(program, place, *port)?)
            }
            None => None,
        };
        let cluster = match &database_disk {
            Some(disk) => Cluster::start_in(disk.path())?,
            None => Cluster::start()?,
        };
        let Some(cluster) = cluster else {
            return Err(io::Error::other(
                "PostgreSQL is not installed: `initdb` and `postgres` are not found; `--install` installs it",
            ));
        };
        let ways = [Way::to(cluster.port())?, Way::to(cluster.port())?];
        let bucket_ways = match &bucket {
            Some(server) => Some([Way::to(server.port())?, Way::to(server.port())?]),
            None => None,
        };
        let homes = Homes::make(&program, folder, &ways, &cluster, bucket.is_some())?;
        let vkey = std::fs::read_to_string(homes.outside.join("keys/journal.vkey"))?;
        let vkey = vkey.trim_end().parse().map_err(|e| io::Error::other(format!("`journal.vkey`: {e}")))?;
        let mut port = bucket.as_ref().map_or(0, BucketServer::port);
        let mut next = || -> io::Result<u16> {
            port = free_port(port)?;
            Ok(port)
        };
        let witness = WitnessServer::start(&program, &folder.join("witness"), next()?, &vkey)?;
        let endpoint = |n: usize| {
            let way = bucket_ways.as_ref()?.get(n)?;
            Some(format!("http://127.0.0.1:{}", way.port()))
        };
        let [one, two] = &homes.servers;
        let servers = [
            Node::start(&program, one, next()?, endpoint(0))?,
            Node::start(&program, two, next()?, endpoint(1))?,
        ];
        let seed = args.seed.max(1);
        let faults = Faults {
            cluster,
            ways,
            bucket,
            bucket_ways,
            witness,
            servers,
            program,
            database_disk,
            bucket_disk,
            seed,
        };
        Ok(Self { faults, homes, vkey })
    }
}

/// The clients at work, and who looks at the journal from outside.
struct Load {
    clients: Vec<JoinHandle<()>>,
    watch: JoinHandle<(Observed, Asking)>,
    stop: Arc<AtomicBool>,
}

impl Load {
    fn begin(clients: usize, scene: &Scene, told: &Arc<Told>, start: Instant) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let ports: [u16; 2] = scene.faults.servers.each_ref().map(Node::port);
        let clients = (0..clients)
            .map(|n| {
                let (told, stop) = (told.clone(), stop.clone());
                thread::spawn(move || client(n, ports, &told, &stop, start))
            })
            .collect();
        let (told, until) = (told.clone(), stop.clone());
        let (outside, mut asking) = (scene.homes.outside.clone(), scene.faults.witness.asking());
        let watch = thread::spawn(move || {
            let observed = observer::watch(&outside, &mut asking, &told, &until, start);
            (observed, asking)
        });
        Self { clients, watch, stop }
    }

    /// What the observer saw, once all have stopped.
    fn end(self) -> io::Result<(Observed, Asking)> {
        self.stop.store(true, Ordering::SeqCst);
        for client in self.clients {
            client.join().map_err(|_| io::Error::other("a client stopped"))?;
        }
        self.watch.join().map_err(|_| io::Error::other("the observer stopped"))
    }
}

/// Starts everything, breaks it one thing after the other, and judges.
fn hammer(args: &Args, bucket: Option<(PathBuf, u16)>) -> io::Result<bool> {
    let folder = tempfile::tempdir()?;
    let mut scene = Scene::start(args, bucket, folder.path())?;
    let start = Instant::now();
    let told = Arc::new(Told::default());
    let load = Load::begin(args.clients, &scene, &told, start);

    let faults = &mut scene.faults;
    let mut lines: Vec<Line> = Vec::new();
    let mut restarts = 0;
    let mut late = wait_for_all(&told, start, faults, &mut restarts).err();
    while late.is_none() && start.elapsed().as_secs_f64() < args.minutes * 60.0 {
        thread::sleep(Duration::from_millis(500 + faults.roll(2500)));
        let fault = faults.choose();
        let began = start.elapsed();
        let lasted = faults.strike(fault)?;
        let back = wait_for_all(&told, start, faults, &mut restarts).unwrap_or_else(|why| {
            late = Some(why);
            BACK
        });
        let line = Line { began, fault, lasted, back };
        println!("{}", line.text());
        lines.push(line);
    }
    let lasted = start.elapsed();
    let (mut observed, mut asking) = load.end()?;
    for server in &mut faults.servers {
        server.end();
    }
    let outside = &scene.homes.outside;
    observer::look_last(outside, &mut asking, &mut observed);
    let remembered = faults.witness.remembers(&scene.vkey)?;
    let mut verdict = verdict(outside, &told, &observed, remembered)?;
    verdict.faults.extend(late);
    let report = report(args, &lines, &told, &observed, &verdict, (lasted, restarts));
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

/// How long it takes from now until both servers acknowledge again and the witness cosigns. One that ended itself is started again,
/// as a service manager does, and counted.
fn wait_for_all(
    told: &Told,
    start: Instant,
    faults: &mut Faults,
    restarts: &mut u32,
) -> Result<Duration, String> {
    let (now, begun) = (start.elapsed().as_millis() as u64, Instant::now());
    loop {
        let mut all = told.last.iter().chain([&told.cosigned]);
        if all.all(|last| last.load(Ordering::SeqCst) > now) {
            return Ok(begun.elapsed());
        }
        if begun.elapsed() > BACK {
            let mut words: Vec<String> = faults.servers.iter().map(Node::last_words).collect();
            words.push(faults.witness.last_words());
            return Err(format!("not everything was back within {} seconds: {words:?}", BACK.as_secs()));
        }
        for server in &mut faults.servers {
            if server.ensure(&faults.program).map_err(|e| e.to_string())? {
                *restarts += 1;
            }
        }
        if faults.witness.resume().map_err(|e| e.to_string())? {
            *restarts += 1;
        }
        thread::sleep(Duration::from_millis(20));
    }
}
