//! Which logs and witnesses someone trusts, and how many witnesses are enough: a policy in the text form that
//! Sigsum and C2SP logs use.
//!
//! ```text
//! log <verifier key> [<url>]
//! witness <name> <verifier key> [<url>]
//! group <name> <k | any | all> <member>…
//! quorum <name of a witness or group | none>
//! signer <ed25519:…>            ours: a signer of records that is trusted beside the rosters
//! ```
//!
//! `#` begins a comment. A group counts its members, each a witness or a group defined above; nobody is member twice.

use std::collections::{BTreeMap, BTreeSet};

use crate::checkpoint::SignedCheckpoint;
use crate::cosignature::{Cosignature, verify_cosignature};
use crate::key::PublicKey;
use crate::note::{NoteError, NoteKeyAlgorithm, VKey};

/// The most bytes of a policy.
const MAX_POLICY: usize = 1 << 20;

/// A line of a policy that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct PolicyError {
    /// Which line, from 1; 0 for the whole.
    pub line: usize,
    /// Why.
    pub why: String,
}

/// A checkpoint has too few cosignatures.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QuorumFault {
    /// A line of a witness does not hold.
    #[error("the cosignature of a witness does not hold: {0}")]
    Witness(#[from] NoteError),
    /// Not enough.
    #[error(
        "the witnesses that you ask for did not confirm this state of the log: {have} of {of} cosigned it, and the \
         quorum `{quorum}` is not reached; the log may be showing you what it shows to nobody else"
    )]
    TooFew {
        /// How many cosigned.
        have: usize,
        /// How many there are.
        of: usize,
        /// The name of the quorum.
        quorum: String,
    },
}

/// A log that is trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyLog {
    /// Its key.
    pub vkey: VKey,
    /// Where it is, when the policy says.
    pub url: Option<String>,
}

/// A witness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyWitness {
    /// The name within the policy.
    pub name: String,
    /// Its key.
    pub vkey: VKey,
    /// Where it takes checkpoints.
    pub url: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Group {
    needed: usize,
    members: Vec<String>,
}

/// A policy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    /// The logs.
    pub logs: Vec<PolicyLog>,
    /// The witnesses.
    pub witnesses: Vec<PolicyWitness>,
    /// Signers trusted beside the rosters.
    pub signers: Vec<PublicKey>,
    groups: BTreeMap<String, Group>,
    /// The witness or group that must be satisfied; `None`: no witness is asked for.
    quorum: Option<String>,
}

impl Policy {
    /// Reads a policy.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        if text.len() > MAX_POLICY {
            return Err(PolicyError { line: 0, why: format!("a policy has at most {MAX_POLICY} bytes") });
        }
        let mut policy = Self::default();
        let mut used = BTreeSet::new();
        let mut quorum = None;
        for (n, line) in text.lines().enumerate() {
            let line = line.split('#').next().unwrap_or_default();
            let words: Vec<&str> = line.split_whitespace().collect();
            let fault = |why: String| PolicyError { line: n + 1, why };
            match words.as_slice() {
                [] => {}
                ["log", key, url @ ..] if url.len() <= 1 => policy.log(key, url.first()).map_err(fault)?,
                ["witness", name, key, url @ ..] if url.len() <= 1 => {
                    policy.witness(name, key, url.first()).map_err(fault)?;
                }
                ["group", name, needed, members @ ..] if !members.is_empty() => {
                    policy.group(name, needed, members, &mut used).map_err(fault)?;
                }
                ["quorum", name] => {
                    if quorum.is_some() {
                        return Err(fault("there is a second `quorum`".to_owned()));
                    }
                    if *name != "none" && !policy.knows(name) {
                        return Err(fault(format!("`{name}` is neither a witness nor a group above")));
                    }
                    quorum = Some((*name).to_owned());
                }
                ["signer", key] => {
                    policy.signers.push(key.parse().map_err(|e| fault(format!("{e}")))?);
                }
                [word, ..] => {
                    return Err(fault(format!(
                        "`{word}` begins no line of a policy as it stands; there are `log KEY [URL]`, `witness NAME KEY \
                         [URL]`, `group NAME K MEMBER…`, `quorum NAME` and `signer KEY`"
                    )));
                }
            }
        }
        let quorum = quorum.ok_or_else(|| PolicyError {
            line: 0,
            why: "no line `quorum` says how many witnesses are enough; write `quorum none` to ask for none"
                .to_owned(),
        })?;
        policy.quorum = (quorum != "none").then_some(quorum);
        Ok(policy)
    }

    /// A line `log KEY [URL]`.
    fn log(&mut self, key: &str, url: Option<&&str>) -> Result<(), String> {
        let vkey: VKey = key.parse().map_err(|e| format!("{e}"))?;
        if vkey.algorithm() != NoteKeyAlgorithm::Ed25519 {
            return Err(format!("`{key}` is the key of a witness, not of a log"));
        }
        self.logs.push(PolicyLog { vkey, url: url.map(|u| (*u).to_owned()) });
        Ok(())
    }

    /// A line `witness NAME KEY [URL]`.
    fn witness(&mut self, name: &str, key: &str, url: Option<&&str>) -> Result<(), String> {
        self.free(name)?;
        let vkey: VKey = key.parse().map_err(|e| format!("{e}"))?;
        if !vkey.algorithm().cosigns() {
            return Err(format!("`{key}` is the key of a log, not of a witness"));
        }
        if self.witnesses.iter().any(|known| known.vkey.public() == vkey.public()) {
            return Err(format!("the key of `{name}` is there twice; it would count twice"));
        }
        self.witnesses.push(PolicyWitness { name: name.to_owned(), vkey, url: url.map(|u| (*u).to_owned()) });
        Ok(())
    }

    /// A line `group NAME K MEMBER…`; `used` are the members of the groups above.
    fn group(
        &mut self,
        name: &str,
        needed: &str,
        members: &[&str],
        used: &mut BTreeSet<String>,
    ) -> Result<(), String> {
        self.free(name)?;
        for member in members {
            if !self.knows(member) {
                return Err(format!("`{member}` is neither a witness nor a group above"));
            }
            if !used.insert((*member).to_owned()) {
                return Err(format!("`{member}` is member of a group twice; it would count twice"));
            }
        }
        let needed = match needed {
            "any" => 1,
            "all" => members.len(),
            number => number
                .parse()
                .ok()
                .filter(|k| (1..=members.len()).contains(k))
                .ok_or_else(|| format!("`{number}` of {} members cannot be asked for", members.len()))?,
        };
        let members = members.iter().map(|m| (*m).to_owned()).collect();
        self.groups.insert(name.to_owned(), Group { needed, members });
        Ok(())
    }

    /// A policy that asks for no witness.
    pub fn without_witnesses(logs: impl IntoIterator<Item = VKey>) -> Self {
        let logs = logs.into_iter().map(|vkey| PolicyLog { vkey, url: None }).collect();
        Self { logs, ..Self::default() }
    }

    /// The name of the quorum; `None`: no witness is asked for.
    pub fn quorum(&self) -> Option<&str> {
        self.quorum.as_deref()
    }

    fn knows(&self, name: &str) -> bool {
        self.groups.contains_key(name) || self.witnesses.iter().any(|witness| witness.name == name)
    }

    fn free(&self, name: &str) -> Result<(), String> {
        if name == "none" || self.knows(name) {
            return Err(format!("the name `{name}` is taken"));
        }
        Ok(())
    }

    /// The cosignatures on a checkpoint by witnesses of this policy, when they are enough. A line of a witness
    /// that does not hold is a fault, even when the others are enough.
    pub fn check(&self, signed: &SignedCheckpoint) -> Result<Vec<Cosignature>, QuorumFault> {
        let mut found = Vec::new();
        let mut names = BTreeSet::new();
        for witness in &self.witnesses {
            if signed.note().lines_of(&witness.vkey).next().is_some() {
                found.push(verify_cosignature(signed.note(), &witness.vkey)?);
                names.insert(witness.name.as_str());
            }
        }
        match &self.quorum {
            Some(quorum) if !self.satisfied(quorum, &names) => Err(QuorumFault::TooFew {
                have: names.len(),
                of: self.witnesses.len(),
                quorum: quorum.clone(),
            }),
            _ => Ok(found),
        }
    }

    /// Groups are defined before they are used, so that this ends.
    fn satisfied(&self, name: &str, cosigned: &BTreeSet<&str>) -> bool {
        match self.groups.get(name) {
            Some(group) => {
                group.members.iter().filter(|member| self.satisfied(member, cosigned)).count() >= group.needed
            }
            None => cosigned.contains(name),
        }
    }
}
