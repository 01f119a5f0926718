//! The servers: real processes.

use std::io;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

/// The library by which a process sees another time; without it clocks are not moved.
const CLOCKS: [&str; 2] = [
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
    "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
];

/// Runs a command of the program and waits for it.
pub(crate) fn command(program: &Path, home: &Path, arguments: &[&str]) -> io::Result<()> {
    let output = Command::new(program).arg("--home").arg(home).args(arguments).output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(io::Error::other(format!("`{}`: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr))))
}

/// The library that moves a clock, where it is installed.
pub(crate) fn clocks() -> Option<&'static str> {
    CLOCKS.into_iter().find(|path| Path::new(path).is_file())
}

/// A free port above `after`: not one that the system gives to whoever connects somewhere, which would be gone while a server is
/// down.
pub(crate) fn free_port(after: u16) -> io::Result<u16> {
    let free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    let first = after.max(20_000 + (std::process::id() % 5_000) as u16) + 1;
    (first..32_000).find(free).ok_or_else(|| io::Error::other("no port is free"))
}

/// A server.
#[derive(Debug)]
pub(crate) struct Node {
    home: PathBuf,
    port: u16,
    /// The bucket as it reaches it.
    endpoint: Option<String>,
    child: Option<Child>,
}

impl Node {
    /// Starts one, on a port of its own that it keeps.
    pub(crate) fn start(
        program: &Path,
        home: &Path,
        port: u16,
        endpoint: Option<String>,
    ) -> io::Result<Self> {
        let mut node = Self { home: home.to_owned(), port, endpoint, child: None };
        node.resume(program, 0)?;
        Ok(node)
    }

    /// Its port.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Starts it again.
    pub(crate) fn resume(&mut self, program: &Path, hours: i64) -> io::Result<()> {
        let log = std::fs::File::options().create(true).append(true).open(self.home.join("server.log"))?;
        let mut serve = Command::new(program);
        serve
            .arg("--home")
            .arg(&self.home)
            .args(["serve", "--listen", &format!("127.0.0.1:{}", self.port)])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log);
        if let Some(endpoint) = &self.endpoint {
            serve.env("AWS_ENDPOINT_URL", endpoint);
        }
        if let Some(library) = clocks().filter(|_| hours != 0) {
            serve
                .env("LD_PRELOAD", library)
                .env("FAKETIME", format!("{hours:+}h"))
                .env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        }
        self.child = Some(serve.spawn()?);
        Ok(())
    }

    /// Starts it again where it has ended by itself, as a service manager does. Whether it had.
    pub(crate) fn ensure(&mut self, program: &Path) -> io::Result<bool> {
        let Some(child) = &mut self.child else { return Ok(false) };
        if child.try_wait()?.is_none() {
            return Ok(false);
        }
        self.resume(program, 0)?;
        Ok(true)
    }

    /// What it said last.
    pub(crate) fn last_words(&self) -> String {
        let log = std::fs::read_to_string(self.home.join("server.log")).unwrap_or_default();
        let lines: Vec<&str> = log.lines().rev().take(3).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join(" / ")
    }

    /// Ends it with SIGKILL.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Stops it with SIGSTOP for a while, as a machine that sleeps.
    pub(crate) fn sleep(&self, time: Duration) {
        let Some(child) = &self.child else { return };
        let pid = child.id().to_string();
        let signal = |name: &str| {
            let _ = Command::new("kill").args([name, &pid]).status();
        };
        signal("-STOP");
        thread::sleep(time);
        signal("-CONT");
    }

    /// Ends it with SIGTERM and waits.
    pub(crate) fn end(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
            let _ = child.wait();
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.kill();
    }
}
