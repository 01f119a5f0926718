//! A PostgreSQL server of its own for a test: a real one, begun with `initdb` in a temporary directory, on a port of loopback; it
//! can be killed and started again. And a way to it that can be cut.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Where distributions put the programs of a server.
const PLACES: [&str; 3] = ["/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt"];
/// Ports below those that systems give to outgoing connections, of which one could take the port of a server that is just
/// killed and started again.
const PORTS: std::ops::Range<u16> = 20_000..32_000;
/// How long a server may take to start, recovery after a crash included.
const STARTS: Duration = Duration::from_secs(120);
/// The account of nobody, under which a server runs where a test runs as root, which it refuses.
const NOBODY: u32 = 65_534;

/// A server with the database `countersign`.
#[derive(Debug)]
pub struct Cluster {
    programs: PathBuf,
    directory: tempfile::TempDir,
    port: u16,
    /// Whether it has run: its port stays from then on.
    has_run: bool,
    child: Option<Child>,
}

/// A port on which nobody listens at this moment; another in each process and at each call.
fn free_port() -> io::Result<u16> {
    static CALLS: AtomicU16 = AtomicU16::new(0);
    let many = PORTS.end - PORTS.start;
    for _ in 0..200 {
        let call = u32::from(CALLS.fetch_add(1, Ordering::Relaxed));
        // neighbouring processes far from each other
        let place = std::process::id().wrapping_mul(397).wrapping_add(call) % u32::from(many);
        let port = PORTS.start + place as u16;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    Err(io::Error::other("200 ports of loopback are in use"))
}

/// The folder of `initdb`; `None` where PostgreSQL is not installed.
pub fn programs() -> Option<PathBuf> {
    let of_path = std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect::<Vec<_>>());
    let versions = PLACES.iter().flat_map(|place| {
        let entries = std::fs::read_dir(place).into_iter().flatten().filter_map(Result::ok);
        let mut versions: Vec<PathBuf> = entries.map(|entry| entry.path().join("bin")).collect();
        versions.sort();
        versions.reverse();
        versions
    });
    let has = |folder: &PathBuf| ["initdb", "postgres"].iter().all(|name| folder.join(name).is_file());
    versions.chain(of_path.into_iter().flatten()).find(has)
}

fn is_root() -> bool {
    // the owner of this process's own folder
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
    }
    #[cfg(not(unix))]
    false
}

fn as_nobody(command: &mut Command) {
    #[cfg(unix)]
    if is_root() {
        use std::os::unix::process::CommandExt as _;
        command.uid(NOBODY).gid(NOBODY);
    }
    // the folder of the test may be one that only root reads
    command.current_dir("/");
}

impl Cluster {
    /// Begins one. `None` where PostgreSQL is not installed.
    ///
    /// # Errors
    /// Where it does not start.
    pub fn start() -> io::Result<Option<Self>> {
        Self::start_in(Path::new("/tmp"))
    }

    /// For a test: where PostgreSQL is not installed, it says so and is skipped. Under `CI` that is an error.
    ///
    /// # Errors
    /// Where it does not start.
    #[expect(clippy::print_stdout, reason = "a test says that it was skipped")]
    pub fn for_test() -> io::Result<Option<Self>> {
        let started = Self::start()?;
        if started.is_none() {
            if std::env::var_os("CI").is_some() {
                return Err(io::Error::other("PostgreSQL is not installed, and CI must have it"));
            }
            println!("skipped: PostgreSQL is not installed");
        }
        Ok(started)
    }

    /// As [`Cluster::start`], in a folder of its own below `folder`; its path must be short.
    ///
    /// # Errors
    /// Where it does not start.
    pub fn start_in(folder: &Path) -> io::Result<Option<Self>> {
        let Some(programs) = programs() else { return Ok(None) };
        let directory = tempfile::Builder::new().prefix("pg").tempdir_in(folder)?;
        #[cfg(unix)]
        if is_root() {
            std::os::unix::fs::chown(directory.path(), Some(NOBODY), Some(NOBODY))?;
        }
        let mut initdb = Command::new(programs.join("initdb"));
        initdb
            .args([
                "--auth=trust",
                "--username=countersign",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
                "-D",
            ])
            .arg(directory.path().join("data"))
            .stdin(Stdio::null());
        as_nobody(&mut initdb);
        let output = initdb.output()?;
        if !output.status.success() {
            return Err(io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned()));
        }
        let mut cluster = Self { programs, directory, port: free_port()?, has_run: false, child: None };
        cluster.resume()?;
        let created = Command::new(cluster.programs.join("psql"))
            .args(["-h", "127.0.0.1", "-p", &cluster.port.to_string(), "-U", "countersign", "-d", "postgres"])
            .args(["-c", "create database countersign"])
            .output()?;
        if !created.status.success() {
            return Err(io::Error::other(String::from_utf8_lossy(&created.stderr).into_owned()));
        }
        Ok(Some(cluster))
    }

    /// The address of a place in its database.
    pub fn address(&self, place: &str) -> String {
        address(self.port, place)
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its directory.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// Ends it as a crash does: no process of it has time for anything.
    pub fn kill(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        // its children first: one that outlives it keeps the next from starting
        let children = std::fs::read_to_string(format!("/proc/{0}/task/{0}/children", child.id()));
        let _ = child.kill();
        let _ = child.wait();
        let children = children.unwrap_or_default();
        for pid in children.split_whitespace() {
            let _ = Command::new("kill").args(["-9", pid]).stderr(Stdio::null()).status();
        }
    }

    /// Starts it again where it has ended by itself.
    ///
    /// # Errors
    /// Where it does not start.
    pub fn ensure(&mut self) -> io::Result<()> {
        if let Some(child) = &mut self.child
            && child.try_wait()?.is_some()
        {
            self.child = None;
        }
        self.resume()
    }

    /// Starts it again, and waits until it answers.
    ///
    /// # Errors
    /// Where it does not start.
    pub fn resume(&mut self) -> io::Result<()> {
        if self.child.is_some() {
            return Ok(());
        }
        let start = Instant::now();
        loop {
            let log =
                std::fs::File::options().create(true).append(true).open(self.directory.path().join("log"))?;
            let mut postgres = Command::new(self.programs.join("postgres"));
            postgres
                .arg("-D")
                .arg(self.directory.path().join("data"))
                .args(["-p", &self.port.to_string(), "-h", "127.0.0.1", "-k"])
                .arg(self.directory.path())
                .args(["-c", "max_connections=100", "-c", "shared_buffers=16MB", "-c", "max_wal_size=64MB"])
                .stdin(Stdio::null())
                .stdout(log.try_clone()?)
                .stderr(log);
            as_nobody(&mut postgres);
            let mut child = postgres.spawn()?;
            while start.elapsed() < STARTS {
                // by its socket: on the port another server could answer
                let ready = Command::new(self.programs.join("pg_isready"))
                    .arg("-q")
                    .arg("-h")
                    .arg(self.directory.path())
                    .args(["-p", &self.port.to_string(), "-d", "postgres"])
                    .status()?;
                if ready.success() {
                    self.has_run = true;
                    self.child = Some(child);
                    return Ok(());
                }
                // what the crash left may keep it from starting at first; at the very first another may have its port
                if child.try_wait()?.is_some() {
                    if !self.has_run {
                        self.port = free_port()?;
                    }
                    break;
                }
                thread::sleep(Duration::from_millis(50));
            }
            if start.elapsed() >= STARTS {
                let _ = child.kill();
                let _ = child.wait();
                let told = std::fs::read_to_string(self.directory.path().join("log")).unwrap_or_default();
                return Err(io::Error::other(format!("PostgreSQL did not start: {told}")));
            }
            thread::sleep(Duration::from_millis(200));
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The address of a place in the database `countersign` behind a port of loopback.
pub fn address(port: u16, place: &str) -> String {
    format!("postgres://countersign@127.0.0.1:{port}/countersign?place={place}")
}

/// A way to a port of loopback that can be cut and mended.
#[derive(Debug, Clone)]
pub struct Way {
    port: u16,
    open: Arc<AtomicBool>,
    /// Bytes are taken and not passed on, as by a network that loses them.
    silent: Arc<AtomicBool>,
    streams: Arc<Mutex<Vec<TcpStream>>>,
}

impl Way {
    /// A way to `to`.
    ///
    /// # Errors
    /// Where no port is free.
    pub fn to(to: u16) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let way = Self {
            port: listener.local_addr()?.port(),
            open: Arc::new(AtomicBool::new(true)),
            silent: Arc::default(),
            streams: Arc::default(),
        };
        let own = way.clone();
        thread::spawn(move || {
            for stream in listener.incoming().filter_map(Result::ok) {
                let there = if own.open.load(Ordering::SeqCst) {
                    TcpStream::connect(("127.0.0.1", to)).ok()
                } else {
                    None
                };
                let Some(there) = there else {
                    let _ = stream.shutdown(Shutdown::Both);
                    continue;
                };
                own.keep(&stream);
                own.keep(&there);
                if let (Ok(back), Ok(there_back)) = (stream.try_clone(), there.try_clone()) {
                    own.pass(stream, there);
                    own.pass(there_back, back);
                }
            }
        });
        Ok(way)
    }

    fn keep(&self, stream: &TcpStream) {
        if let Ok(stream) = stream.try_clone() {
            self.streams.lock().unwrap_or_else(PoisonError::into_inner).push(stream);
        }
    }

    fn pass(&self, mut from: TcpStream, mut to: TcpStream) {
        let silent = self.silent.clone();
        thread::spawn(move || {
            let mut bytes = [0u8; 16 << 10];
            while let Ok(read) = from.read(&mut bytes) {
                let Some(read) = bytes.get(..read).filter(|read| !read.is_empty()) else { break };
                if !silent.load(Ordering::SeqCst) && to.write_all(read).is_err() {
                    break;
                }
            }
            let _ = to.shutdown(Shutdown::Both);
            let _ = from.shutdown(Shutdown::Both);
        });
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Cuts every connection, and takes none until [`Way::mend`].
    pub fn cut(&self) {
        self.open.store(false, Ordering::SeqCst);
        for stream in self.streams.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Loses every byte from now on, with the connections left open, until [`Way::mend`].
    pub fn lose(&self) {
        self.silent.store(true, Ordering::SeqCst);
    }

    /// Lets connections through again.
    pub fn mend(&self) {
        self.silent.store(false, Ordering::SeqCst);
        self.open.store(true, Ordering::SeqCst);
    }
}
