//! All entries again, in their order, each admitted anew: what the keeper claims to have checked, checked by the
//! reader.

use std::collections::BTreeMap;

use countersign_model::Digest;
use countersign_store::BlobFault;
use countersign_verify::records::SubjectId;
use countersign_verify::{KeyRing, KeyRingFault, Leaf, RecordKind, Signer};

use crate::dir::Register;
use crate::entry::{Entry, open_entry};
use crate::fault::RegisterFault;
use crate::sequencer::{Sequencer, later};

/// Something that is wrong with an entry.
#[derive(Debug, thiserror::Error)]
#[error("entry {index}: {source}")]
pub struct ReplayFault {
    /// The entry.
    pub index: u64,
    /// What is wrong.
    pub source: RegisterFault,
}

/// One entry that was replayed.
#[derive(Debug)]
struct Replayed {
    entry: Option<Entry>,
    leaf: Leaf,
    signer: Option<Signer>,
}

/// A register as it was read from its first entry to its last.
#[derive(Debug)]
pub struct Replay {
    origin: String,
    size: u64,
    root: Digest,
    entries: Vec<Replayed>,
    records: BTreeMap<Digest, u64>,
    ring: KeyRing,
    /// What is wrong. Empty: each record is whole and was signed by one who may.
    pub faults: Vec<ReplayFault>,
    /// Files of this copy with the proof that the keeper signed two histories: nothing that the log says can be relied upon.
    pub forks: Vec<String>,
    /// Documents that entries name and that are not here: withheld or erased.
    pub absent: u64,
}

/// What a search of a replayed register shows, and what it does not.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Completeness {
    /// The register.
    pub origin: String,
    /// How many entries were read: all.
    pub size: u64,
    /// The signed root over them.
    pub root: Digest,
    /// How many are filed under the subject.
    pub found: u64,
}

impl Register {
    /// The proofs of forks that a mirror left in this copy.
    fn fork_proofs(&self) -> Result<Vec<String>, RegisterFault> {
        let found = self.public().list("alarms").map_err(|source| RegisterFault::Io {
            path: self.dir().join("alarms").display().to_string(),
            source,
        })?;
        Ok(found.into_iter().filter(|path| path.ends_with(".json")).collect())
    }

    /// Goes through the whole register. Every log entry is compared with the signed root; every record is opened,
    /// its signature checked and its signer judged by the rosters before it; every published document is compared
    /// with its digest.
    ///
    /// # Errors
    /// When the log itself cannot be read. What is wrong with single entries is in [`Replay::faults`].
    pub fn replay(&self) -> Result<Replay, RegisterFault> {
        let checkpoint = self.log().checkpoint();
        let mut replay = Replay {
            origin: checkpoint.origin.clone(),
            size: checkpoint.size,
            root: checkpoint.root,
            entries: Vec::new(),
            records: BTreeMap::new(),
            ring: KeyRing::new(),
            faults: Vec::new(),
            forks: self.fork_proofs()?,
            absent: 0,
        };
        let mut sequencer = Sequencer::default();
        for entry in self.leaves(0) {
            let (index, leaf) = entry?;
            let fault = |source: RegisterFault| ReplayFault { index, source };
            if let Some(last) = sequencer.last.as_ref().filter(|last| later(last, &leaf.time)) {
                let (earlier, later) = (last.to_string(), leaf.time.to_string());
                replay.faults.push(fault(KeyRingFault::TimeReversed { earlier, later }.into()));
            }
            sequencer.last = Some(leaf.time.clone());
            if let Some((first, _)) = sequencer.records.get(&leaf.sha256) {
                replay.faults.push(fault(RegisterFault::Doubled(*first)));
            }
            let mut signer = None;
            let opened = match open_entry(index, leaf.clone(), &self.documents) {
                Ok(opened) => {
                    match sequencer.ring.admit(&opened.record, &opened.signer, index, &leaf.time) {
                        Ok(known) => signer = Some(known),
                        Err(why) => replay.faults.push(fault(why.into())),
                    }
                    if let Err(why) = sequencer.check_references(&opened.record) {
                        replay.faults.push(fault(why));
                    }
                    Some(opened)
                }
                Err(RegisterFault::Blob(BlobFault::Missing(_))) if !KeyRing::concerns(leaf.kind) => {
                    // erased: what the log holds of it stays
                    replay.absent += 1;
                    None
                }
                Err(why) => {
                    replay.faults.push(fault(why));
                    None
                }
            };
            for digest in leaf.documents.values() {
                match self.documents.get(digest) {
                    Ok(_) => {}
                    Err(BlobFault::Missing(_)) => replay.absent += 1,
                    Err(why) => replay.faults.push(fault(why.into())),
                }
            }
            sequencer.records.insert(leaf.sha256, (index, leaf.kind));
            replay.records.insert(leaf.sha256, index);
            replay.entries.push(Replayed { entry: opened, leaf, signer });
        }
        replay.ring = sequencer.ring;
        replay.judge_again();
        replay.faults.sort_by_key(|fault| fault.index);
        Ok(replay)
    }
}

impl Replay {
    /// Everything for which this register cannot be relied upon, in sentences: proofs that its keeper signed two histories,
    /// and entries that do not hold.
    pub fn doubts(&self) -> Vec<String> {
        let forks = self.forks.iter().map(|path| {
            format!(
                "this copy holds the proof that its keeper signed two histories (`{path}`): nothing that this log says can be \
                 relied upon until its keeper has explained it"
            )
        });
        forks.chain(self.faults.iter().map(ToString::to_string)).collect()
    }

    /// What was logged later can say that a key was in other hands earlier: what it signed then does not count, nor what it
    /// gave.
    fn judge_again(&mut self) {
        for replayed in &mut self.entries {
            let Some(entry) = replayed.entry.as_ref().filter(|_| replayed.signer.is_some()) else { continue };
            if entry.index == 0 {
                continue;
            }
            let judged = self.ring.judge(&entry.record, &entry.signer, entry.index, &entry.leaf.time);
            match judged {
                // as what is left of the rosters knows it
                Ok(signer) => replayed.signer = Some(signer),
                Err(fault) => {
                    replayed.signer = None;
                    self.faults.push(ReplayFault { index: entry.index, source: fault.into() });
                }
            }
        }
    }

    /// The name of the register.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// How many entries were read.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The signed root over them.
    pub fn root(&self) -> Digest {
        self.root
    }

    /// The keys that the register knows at its end.
    pub fn ring(&self) -> &KeyRing {
        &self.ring
    }

    /// The log entry `index`.
    pub fn leaf(&self, index: u64) -> Option<&Leaf> {
        self.entries.get(usize::try_from(index).ok()?).map(|replayed| &replayed.leaf)
    }

    /// The entries whose record is here, was signed by one who may, and holds; oldest first.
    pub fn sound(&self) -> impl Iterator<Item = (&Entry, &Signer)> {
        self.entries.iter().filter_map(|replayed| Some((replayed.entry.as_ref()?, replayed.signer.as_ref()?)))
    }

    /// The entries whose record is not here, or is damaged: the log still says what kind it was and what it was about.
    pub(crate) fn lost(&self) -> impl Iterator<Item = (u64, &Leaf)> {
        (0u64..)
            .zip(&self.entries)
            .filter(|(_, replayed)| replayed.entry.is_none())
            .map(|(index, replayed)| (index, &replayed.leaf))
    }

    /// The entries whose record is not here, or is damaged, with their kinds: what they say is not known.
    pub fn gone(&self) -> impl Iterator<Item = (u64, RecordKind)> {
        self.lost().map(|(index, leaf)| (index, leaf.kind))
    }

    /// The first entry that says who may sign and whose record cannot be read: whose the signatures are is not known then.
    pub fn lost_keys(&self) -> Option<u64> {
        self.gone().find(|(_, kind)| KeyRing::concerns(*kind)).map(|(index, _)| index)
    }

    /// What somebody has to know before they rely on this copy: records that do not hold, and records that are gone. Empty for
    /// one that is whole.
    pub fn shortcomings(&self) -> Vec<String> {
        let listed = |entries: Vec<u64>| entries.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
        let mut found = Vec::new();
        let mut unsound: Vec<u64> = self.faults.iter().map(|fault| fault.index).collect();
        unsound.dedup();
        if !unsound.is_empty() {
            found.push(format!(
                "what stands at entry {} of this register does not hold; `countersign register verify` says why",
                listed(unsound)
            ));
        }
        // what is damaged is among the faults
        let gone = self.gone().map(|(index, _)| index);
        let gone: Vec<u64> = gone.filter(|index| self.faults.iter().all(|f| f.index != *index)).collect();
        if !gone.is_empty() {
            found.push(format!(
                "the record of entry {} is gone from this copy, and what it says is not known; another copy may have it",
                listed(gone)
            ));
        }
        found
    }

    /// The sound entry whose record has that digest.
    pub fn record(&self, digest: &Digest) -> Option<(&Entry, &Signer)> {
        let replayed = self.entries.get(usize::try_from(*self.records.get(digest)?).ok()?)?;
        Some((replayed.entry.as_ref()?, replayed.signer.as_ref()?))
    }

    /// All entries that are filed under `subject`, oldest first, and what that shows. Also those that do not hold
    /// or whose record is not here: to leave them out would hide them.
    pub fn about(&self, subject: &SubjectId) -> (Vec<u64>, Completeness) {
        let found: Vec<u64> = (0u64..)
            .zip(&self.entries)
            .filter(|(_, replayed)| subjects(&replayed.leaf).any(|filed| filed == subject.as_str()))
            .map(|(index, _)| index)
            .collect();
        let completeness = Completeness {
            origin: self.origin.clone(),
            size: self.size,
            root: self.root,
            found: found.len() as u64,
        };
        (found, completeness)
    }

    /// Every subject under which something is filed, with how many entries.
    pub fn subjects(&self) -> BTreeMap<String, u64> {
        let mut all = BTreeMap::new();
        for replayed in &self.entries {
            for subject in subjects(&replayed.leaf) {
                *all.entry(subject.to_owned()).or_insert(0) += 1;
            }
        }
        all
    }
}

/// The subjects under which a log entry is filed.
fn subjects(leaf: &Leaf) -> impl Iterator<Item = &str> {
    leaf.extra.get(countersign_verify::ABOUT).map(String::as_str).unwrap_or_default().split(' ')
}
