//! The S3-compatible server: a real process, `s3s-fs` of crates.io, which keeps each object as a file.

use std::io;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// The bucket of the run, and the prefix of the journal in it.
pub(crate) const ADDRESS: &str = "s3://hammer/journal";
/// The name of the bucket, which is a folder to this server.
const NAME: &str = "hammer";
/// The keys, which the server asks for.
pub(crate) const KEYS: [(&str, &str); 3] = [
    ("AWS_ACCESS_KEY_ID", "hammer"),
    ("AWS_SECRET_ACCESS_KEY", "of the hammer"),
    ("AWS_REGION", "us-east-1"),
];
/// How long it may take to listen.
const STARTS: Duration = Duration::from_secs(60);

/// The server, and the folder with its objects.
#[derive(Debug)]
pub(crate) struct BucketServer {
    program: PathBuf,
    root: PathBuf,
    port: u16,
    child: Option<Child>,
}

impl BucketServer {
    /// Begins one on `port` with its objects below `folder`.
    pub(crate) fn start(program: &Path, folder: &Path, port: u16) -> io::Result<Self> {
        let root = folder.join("objects");
        std::fs::create_dir_all(root.join(NAME))?;
        let mut server = Self { program: program.to_owned(), root, port, child: None };
        server.resume()?;
        Ok(server)
    }

    /// Its port.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Ends it with SIGKILL.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Starts it again where it does not run, and waits until it listens.
    pub(crate) fn resume(&mut self) -> io::Result<()> {
        if let Some(child) = &mut self.child {
            if child.try_wait()?.is_none() {
                return Ok(());
            }
            self.child = None;
        }
        let [(_, key), (_, secret), _] = KEYS;
        let mut child = Command::new(&self.program)
            .args(["--host", "127.0.0.1", "--port", &self.port.to_string()])
            .args(["--access-key", key, "--secret-key", secret])
            .arg(&self.root)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let start = Instant::now();
        while start.elapsed() < STARTS && child.try_wait()?.is_none() {
            if TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                self.child = Some(child);
                return Ok(());
            }
            thread::sleep(Duration::from_millis(20));
        }
        let _ = child.kill();
        let _ = child.wait();
        Err(io::Error::other("the S3-compatible server does not start"))
    }
}

impl Drop for BucketServer {
    fn drop(&mut self) {
        self.kill();
    }
}
