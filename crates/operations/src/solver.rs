//! The SMT solver cvc5 as a process: commands in, lines out.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use countersign_law::Session;

use crate::failure::Failure;

/// How long one question may take, in milliseconds: the slowest takes a few seconds on a shared core.
const LIMIT_MS: u64 = 120_000;

/// A running solver; it ends with this value.
pub struct Solver {
    child: Child,
    input: ChildStdin,
    lines: Receiver<String>,
}

impl Solver {
    /// Starts cvc5: the program that `CVC5` names, else the one of the search path.
    pub fn start() -> Result<Self, Failure> {
        let program = std::env::var_os("CVC5").map_or_else(|| PathBuf::from("cvc5"), PathBuf::from);
        let spawned = Command::new(&program)
            .args(["--lang", "smt2", "--quiet", "--produce-models", "--incremental"])
            .arg(format!("--tlimit-per={LIMIT_MS}"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut child = spawned.map_err(|e| {
            Failure::Program(format!(
                "the solver `{}` cannot be started: {e}\nhint: proofs need cvc5; install it with `apt-get install cvc5` \
                 (Debian, Ubuntu), or take a release from its project and name it with the variable CVC5. Checking \
                 cases needs no solver",
                program.display()
            ))
        })?;
        let broken = || Failure::Program("the solver has no standard streams".to_owned());
        let input = child.stdin.take().ok_or_else(broken)?;
        let output = child.stdout.take().ok_or_else(broken)?;
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines() {
                match line {
                    Ok(line) => {
                        if sender.send(line).is_err() {
                            break;
                        }
                    }
                    Err(_) => break,
                }
            }
        });
        Ok(Self { child, input, lines })
    }
}

impl Drop for Solver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Session for Solver {
    fn send(&mut self, commands: &str) -> Result<(), String> {
        let sent = self.input.write_all(commands.as_bytes()).and_then(|()| self.input.flush());
        sent.map_err(|e| format!("the solver ended: {e}"))
    }

    fn line(&mut self) -> Result<String, String> {
        self.lines.recv_timeout(Duration::from_millis(LIMIT_MS * 2)).map_err(|e| match e {
            RecvTimeoutError::Timeout => "the solver does not answer".to_owned(),
            RecvTimeoutError::Disconnected => "the solver ended without an answer".to_owned(),
        })
    }
}
