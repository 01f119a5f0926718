//! What a case takes from a public register: the pledges of the acting state, from their log time.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use countersign_case::Case;
use countersign_model::{Date, Digest};
use countersign_register::{Register, Replay};
use countersign_verify::RecordKind;
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
    /// The pledges of the day asked about last: checks mostly ask about the same one, and to find them is to look at
    /// every entry.
    pledges: Mutex<Option<(Date, Arc<[Added]>)>>,
}

/// A pledge of the register as a case writes it.
#[derive(Debug)]
struct Added {
    entry: u64,
    pledge: Value,
}

impl Consulted {
    /// Replays the register in `dir`.
    pub fn open(dir: &Path) -> Result<Self, Failure> {
        let register = Register::open(dir)?;
        let replay = register.replay()?;
        // a pledge holds nobody's secrets: where one is gone, somebody wanted it gone
        if let Some((index, _)) = replay.gone().find(|(_, kind)| *kind == RecordKind::Pledge) {
            return Err(Failure::Program(format!(
                "the register `{}` lacks the record of entry {index}, a pledge: what binds whom is not known, and nothing is taken from it",
                dir.display()
            )));
        }
        match replay.faults.first() {
            // a damaged register could have lost what binds the actor
            Some(fault) => Err(Failure::Program(format!(
                "the register `{}` does not hold, so nothing is taken from it: {fault}; run `countersign register verify`",
                dir.display()
            ))),
            None => Ok(Self { log: register.vkey().to_string(), replay, pledges: Mutex::default() }),
        }
    }

    /// All its entries.
    pub fn replay(&self) -> &Replay {
        &self.replay
    }

    /// The pledges that count on a day.
    fn pledges(&self, known_at: Date) -> Arc<[Added]> {
        let kept = || self.pledges.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((day, found)) = &*kept()
            && *day == known_at
        {
            return found.clone();
        }
        let found: Arc<[Added]> = self
            .replay
            .pledges(known_at)
            .iter()
            .map(|standing| {
                let pledge = standing.pledge;
                let (logged, _) = standing.logged.as_str().split_once('T').unwrap_or_default();
                let pledge = json!({
                    "state": pledge.state.as_str(),
                    "rules": pledge.rules,
                    "signed_on": pledge.signed_on.to_string(),
                    "until": standing.until.map_or_else(|| "none".to_owned(), |until| until.to_string()),
                    "log_time": logged,
                });
                Added { entry: standing.entry, pledge }
            })
            .collect();
        *kept() = Some((known_at, found.clone()));
        found
    }

    /// What the case takes from it.
    pub fn of_case(&self, case: &Case) -> Result<FromRegister, Failure> {
        // a pledge counts from its log time: not for an act before it, nor for one who cannot know it
        let known_at = case.known_at().min(case.as_of());
        let given = case.get("pledges").map_err(|e| Failure::Input(e.to_string()))?;
        let mut pledges: Vec<Value> = given.and_then(Value::as_array).cloned().unwrap_or_default();
        let mut entries = Vec::new();
        for added in self.pledges(known_at).iter() {
            entries.push(added.entry);
            if !pledges.contains(&added.pledge) {
                pledges.push(added.pledge.clone());
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
