//! The witness: a real process, `countersign witness serve`, which is asked to cosign each checkpoint that the observer sees.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use countersign_log::Log;
use countersign_model::Digest;
use countersign_verify::{Note, NoteKeyAlgorithm, VKey, verify_cosignature};
use countersign_witness::{AddCheckpoint, Witness};

/// How long its answer is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often it may name another size.
const TRIES: usize = 3;

/// The process of the witness.
#[derive(Debug)]
pub(crate) struct WitnessServer {
    program: PathBuf,
    dir: PathBuf,
    port: u16,
    vkey: VKey,
    child: Option<Child>,
}

impl WitnessServer {
    /// Begins one that watches `log`.
    pub(crate) fn start(program: &Path, dir: &Path, port: u16, log: &VKey) -> io::Result<Self> {
        let vkey = Witness::init(dir, "witness.hammer.test", NoteKeyAlgorithm::CosignatureV1)
            .map_err(io::Error::other)?;
        Witness::watch(dir, log).map_err(io::Error::other)?;
        let mut server = Self { program: program.to_owned(), dir: dir.to_owned(), port, vkey, child: None };
        server.resume()?;
        Ok(server)
    }

    /// Who asks it.
    pub(crate) fn asking(&self) -> Asking {
        let config =
            ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).http_status_as_error(false).build();
        Asking {
            url: format!("http://127.0.0.1:{}/add-checkpoint", self.port),
            vkey: self.vkey.clone(),
            agent: config.into(),
            seen: 0,
        }
    }

    /// Ends it with SIGKILL.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Starts it again where it does not run. Whether it did not.
    pub(crate) fn resume(&mut self) -> io::Result<bool> {
        if let Some(child) = &mut self.child
            && child.try_wait()?.is_none()
        {
            return Ok(false);
        }
        let log = std::fs::File::options().create(true).append(true).open(self.dir.with_extension("log"))?;
        let child = Command::new(&self.program)
            .args(["witness", "serve", "--listen", &format!("127.0.0.1:{}", self.port), "--dir"])
            .arg(&self.dir)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()?;
        self.child = Some(child);
        Ok(true)
    }

    /// What it said last.
    pub(crate) fn last_words(&self) -> String {
        let log = std::fs::read_to_string(self.dir.with_extension("log")).unwrap_or_default();
        log.lines().last().unwrap_or_default().to_owned()
    }

    /// Ends it; the checkpoint that it has on its disk as the last one.
    pub(crate) fn remembers(&mut self, log: &VKey) -> io::Result<Option<(u64, Digest)>> {
        self.kill();
        let witness = Witness::open(&self.dir).map_err(io::Error::other)?;
        let seen = witness.seen(log).map_err(io::Error::other)?;
        Ok(seen.map(|signed| (signed.checkpoint().size, signed.checkpoint().root)))
    }
}

impl Drop for WitnessServer {
    fn drop(&mut self) {
        self.kill();
    }
}

/// What became of a request to the witness.
#[derive(Debug)]
pub(crate) enum Answer {
    /// It cosigned, and the cosignature holds.
    Cosigned,
    /// It is away, or the proof could not be read because something else is.
    Away,
    /// It saw something that the journal does not continue.
    Refused(String),
}

/// Asks the witness, and knows what it cosigned last.
#[derive(Debug)]
pub(crate) struct Asking {
    url: String,
    vkey: VKey,
    agent: ureq::Agent,
    seen: u64,
}

impl Asking {
    /// Asks it to cosign the checkpoint of `log`.
    pub(crate) fn ask(&mut self, log: &Log) -> Answer {
        let size = log.size();
        for _ in 0..TRIES {
            let Ok(proof) = log.consistency_proof(self.seen, size) else { return Answer::Away };
            let body =
                AddCheckpoint { old: self.seen, proof, checkpoint: log.signed().note().format() }.format();
            let Ok(mut response) = self.agent.post(&self.url).send(body) else { return Answer::Away };
            let status = response.status().as_u16();
            let Ok(said) = response.body_mut().read_to_string() else { return Answer::Away };
            match status {
                200 => {
                    let note = Note::parse(format!("{}\n{said}", log.signed().note().text).as_bytes());
                    return match note.and_then(|note| verify_cosignature(&note, &self.vkey)) {
                        Ok(_) => {
                            self.seen = size;
                            Answer::Cosigned
                        }
                        Err(why) => {
                            Answer::Refused(format!("the witness's cosignature does not hold: {why}"))
                        }
                    };
                }
                // it cosigned, and was killed before it could say so
                409 if said.trim_end().parse::<u64>().is_ok_and(|seen| self.seen < seen && seen <= size) => {
                    self.seen = said.trim_end().parse().unwrap_or(size);
                }
                500.. => return Answer::Away,
                _ => {
                    return Answer::Refused(format!(
                        "the witness refused {size} entries after {} with {status}: {}",
                        self.seen,
                        said.trim_end()
                    ));
                }
            }
        }
        Answer::Refused(format!("the witness names another size each time for {size} entries"))
    }
}
