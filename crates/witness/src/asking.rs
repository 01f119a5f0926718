//! Asking witnesses for their cosignatures on a checkpoint.

use std::time::Duration;

use countersign_log::Log;
use countersign_verify::{
    Cosignature, Note, Policy, PolicyWitness, QuorumFault, SignedCheckpoint, verify_cosignature,
};

use crate::request::AddCheckpoint;

/// How long one witness is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often a witness may name another size before it is given up.
const TRIES: usize = 4;

/// Why a checkpoint has not the cosignatures that a policy asks for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AskFault {
    /// Not enough.
    #[error("{quorum}{}", .unanswered.iter().map(|(name, why)| format!("; `{name}`: {why}")).collect::<String>())]
    Quorum {
        /// What is missing.
        quorum: QuorumFault,
        /// Each witness that did not cosign, and why.
        unanswered: Vec<(String, String)>,
    },
    /// A checkpoint that was put together does not hold.
    #[error("{0}")]
    Checkpoint(#[from] countersign_verify::CheckpointError),
}

/// What asking gave.
#[derive(Debug)]
#[non_exhaustive]
pub struct Asked {
    /// The checkpoint with the cosignatures.
    pub signed: SignedCheckpoint,
    /// Who cosigned.
    pub cosignatures: Vec<Cosignature>,
    /// Who did not, and why. The policy is satisfied all the same.
    pub unanswered: Vec<(String, String)>,
}

/// Asks the witnesses of a policy over HTTP.
#[derive(Debug)]
pub struct Asking {
    agent: ureq::Agent,
}

impl Default for Asking {
    fn default() -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .http_status_as_error(false)
            .max_redirects(0)
            .build();
        Self { agent: config.into() }
    }
}

impl Asking {
    /// Asks each witness that has an address to cosign the checkpoint of `log`, and counts by the policy.
    pub fn collect(&self, log: &Log, policy: &Policy) -> Result<Asked, AskFault> {
        let mut note = log.signed().note().clone();
        let mut unanswered = Vec::new();
        for witness in &policy.witnesses {
            if note.lines_of(&witness.vkey).next().is_some() {
                continue;
            }
            match self.ask(log, witness) {
                Ok(lines) => note.signatures.extend(lines.signatures),
                Err(why) => unanswered.push((witness.name.clone(), why)),
            }
        }
        let signed = SignedCheckpoint::verify(note.format().as_bytes(), log.vkey())?;
        match policy.check(&signed) {
            Ok(cosignatures) => Ok(Asked { signed, cosignatures, unanswered }),
            Err(quorum) => Err(AskFault::Quorum { quorum, unanswered }),
        }
    }

    /// One witness: first as if it had seen nothing, then from the size that it names.
    fn ask(&self, log: &Log, witness: &PolicyWitness) -> Result<Note, String> {
        let url = witness.url.as_ref().ok_or("the policy gives no address for it")?;
        let url = format!("{}/add-checkpoint", url.trim_end_matches('/'));
        let size = log.size();
        let mut old = 0;
        for _ in 0..TRIES {
            let proof = log.consistency_proof(old, size).map_err(|fault| fault.to_string())?;
            let request = AddCheckpoint { old, proof, checkpoint: log.signed().note().format() };
            let mut response = self
                .agent
                .post(&url)
                .send(request.format())
                .map_err(|error| format!("no answer: {error}"))?;
            let status = response.status().as_u16();
            let is_size = response
                .headers()
                .get("content-type")
                .is_some_and(|kind| kind.as_bytes().starts_with(b"text/x.tlog.size"));
            let body = response
                .body_mut()
                .with_config()
                .limit(64 << 10)
                .read_to_string()
                .map_err(|error| format!("its answer cannot be read: {error}"))?;
            match status {
                200 => return cosigned(log.signed(), &body, witness),
                409 if is_size => {
                    let seen: u64 =
                        body.trim_end().parse().map_err(|_| "its answer names no size".to_owned())?;
                    if seen > size {
                        return Err(format!(
                            "it has seen {seen} entries of this log, and here are {size}: this is an old copy, or the \
                             log has two histories"
                        ));
                    }
                    old = seen;
                }
                _ => return Err(format!("it refused with status {status}: {}", body.trim_end())),
            }
        }
        Err("it names another size each time".to_owned())
    }
}

/// The lines of an answer that are by this witness and hold.
fn cosigned(signed: &SignedCheckpoint, body: &str, witness: &PolicyWitness) -> Result<Note, String> {
    let whole = format!("{}\n{body}", signed.note().text);
    let read =
        Note::parse(whole.as_bytes()).map_err(|error| format!("its answer is no signature: {error}"))?;
    verify_cosignature(&read, &witness.vkey).map_err(|error| error.to_string())?;
    let signatures = read.lines_of(&witness.vkey).cloned().collect();
    Ok(Note { text: read.text.clone(), signatures })
}
