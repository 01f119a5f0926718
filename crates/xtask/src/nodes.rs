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

/// A server.
#[derive(Debug)]
pub(crate) struct Node {
    home: PathBuf,
    port: u16,
    child: Option<Child>,
}

impl Node {
    /// Starts one, on a port of its own that it keeps. `hours`: by how much its clock is off.
    pub(crate) fn start(program: &Path, home: &Path, hours: i64) -> io::Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut node = Self { home: home.to_owned(), port, child: None };
        node.resume(program, hours)?;
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
        if let Some(library) = clocks().filter(|_| hours != 0) {
            serve
                .env("LD_PRELOAD", library)
                .env("FAKETIME", format!("{hours:+}h"))
                .env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        }
        self.child = Some(serve.spawn()?);
        Ok(())
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
