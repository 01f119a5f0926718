//! What a case takes from a public register: the pledges of the acting state, from their log time.

use std::path::Path;

use countersign_case::Case;
use countersign_model::Digest;
use countersign_register::{Register, Replay};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::failure::Failure;

/// What was taken from a register, and from which state of it: kept in the record of a decision, so that it can be
/// made again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FromRegister {
    /// The verifier key of its log.
    pub log: String,
    /// How many entries were read.
    pub tree_size: u64,
    /// The signed root over them.
    pub root: Digest,
    /// The case's `pledges` as they are read: what the case gives, and what the register adds.
    pub pledges: Value,
    /// The entries of the register that were added.
    pub entries: Vec<u64>,
}

/// A register that was replayed for a check.
#[derive(Debug)]
pub struct Consulted {
    log: String,
    replay: Replay,
}

impl Consulted {
    /// Replays the register in `dir`.
    pub fn open(dir: &Path) -> Result<Self, Failure> {
        let register = Register::open(dir)?;
        let replay = register.replay()?;
        match replay.faults.first() {
            // a damaged register could have lost what binds the actor
            Some(fault) => Err(Failure::Program(format!(
                "the register `{}` does not hold, so nothing is taken from it: {fault}; run `countersign register verify`",
                dir.display()
            ))),
            None => Ok(Self { log: register.vkey().to_string(), replay }),
        }
    }

    /// All its entries.
    pub fn replay(&self) -> &Replay {
        &self.replay
    }

    /// What the case takes from it.
    pub fn of_case(&self, case: &Case) -> Result<FromRegister, Failure> {
        // a pledge counts from its log time: not for an act before it, nor for one who cannot know it
        let known_at = case.known_at().min(case.as_of());
        let given = case.get("pledges").map_err(|e| Failure::Input(e.to_string()))?;
        let mut pledges: Vec<Value> = given.and_then(Value::as_array).cloned().unwrap_or_default();
        let mut entries = Vec::new();
        for standing in self.replay.pledges(known_at) {
            let pledge = standing.pledge;
            let (logged, _) = standing.logged.as_str().split_once('T').unwrap_or_default();
            let added = json!({
                "state": pledge.state.as_str(),
                "rules": pledge.rules,
                "signed_on": pledge.signed_on.to_string(),
                "until": standing.until.map_or_else(|| "none".to_owned(), |until| until.to_string()),
                "log_time": logged,
            });
            entries.push(standing.entry);
            if !pledges.contains(&added) {
                pledges.push(added);
            }
        }
        // nothing given and nothing found: the register was searched
        let pledges = if pledges.is_empty() { json!("none") } else { Value::Array(pledges) };
        Ok(FromRegister {
            log: self.log.clone(),
            tree_size: self.replay.size(),
            root: self.replay.root(),
            pledges,
            entries,
        })
    }
}
