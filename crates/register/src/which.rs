//! Which text the id of an assessment means.
//!
//! An id belongs to who used it first; the keeper refuses it to others. In a register that was kept otherwise several
//! organisations may have texts of one id: then the id alone means none of them, and the digest of a record has to.

use countersign_model::Digest;
use countersign_verify::records::{AssessmentStatus, Content};

use crate::assessed::{Assessed, LoggedAssessment};
use crate::entry::Entry;
use crate::interested::house;
use crate::replay::Replay;

/// A text of an assessment: whose it is, where it stands, by which digest others refer to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Whose it is.
    pub house: String,
    /// Its entry.
    pub index: u64,
    /// The digest of its record.
    pub record: Digest,
}

/// Why an id means no text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WhichFault {
    /// There is none.
    #[error("the register has no {what} of `{id}`; see `countersign register subjects`")]
    None {
        /// The id.
        id: String,
        /// `text`, or `final text`.
        what: &'static str,
    },
    /// Several organisations have used it.
    #[error("`{id}` is used by {}; name the record by its digest", listed(.texts))]
    Several {
        /// The id.
        id: String,
        /// The newest text of each.
        texts: Vec<Place>,
    },
}

fn listed(texts: &[Place]) -> String {
    let one = |text: &Place| format!("`{}` (entry {}, {})", text.house, text.index, text.record);
    texts.iter().map(one).collect::<Vec<_>>().join(" and by ")
}

/// The newest of each house, in the order in which the houses used the id first.
fn newest<T>(texts: impl Iterator<Item = T>, house: impl Fn(&T) -> String) -> Vec<(String, T)> {
    let mut found: Vec<(String, T)> = Vec::new();
    for text in texts {
        let own = house(&text);
        match found.iter_mut().find(|(other, _)| *other == own) {
            Some((_, last)) => *last = text,
            None => found.push((own, text)),
        }
    }
    found
}

impl Replay {
    /// The record of the newest text of an id: of its final texts, or of all.
    ///
    /// # Errors
    /// [`WhichFault`].
    pub fn text_of(&self, id: &str, finals_only: bool) -> Result<&Entry, WhichFault> {
        let texts = self.sound().filter(|(entry, _)| match &entry.record.content {
            Content::Assessment(a) => {
                a.id.as_str() == id && (!finals_only || a.status == AssessmentStatus::Final)
            }
            _ => false,
        });
        let found = newest(texts, |(entry, signer)| house(&entry.signer, signer));
        match found.as_slice() {
            [] => Err(WhichFault::None {
                id: id.to_owned(),
                what: if finals_only { "final text" } else { "text" },
            }),
            [(_, (entry, _))] => Ok(entry),
            several => Err(WhichFault::Several {
                id: id.to_owned(),
                texts: several
                    .iter()
                    .map(|(house, (entry, _))| Place {
                        house: house.clone(),
                        index: entry.index,
                        record: entry.leaf.sha256,
                    })
                    .collect(),
            }),
        }
    }
}

impl Assessed {
    /// The text that an id means, or the digest of a record: the newest final, else the newest draft. A draft that is newer
    /// than the final is [`Assessed::draft_beside`].
    ///
    /// # Errors
    /// [`WhichFault`].
    pub fn text_of(&self, id: &str) -> Result<&LoggedAssessment, WhichFault> {
        if let Ok(record) = id.parse::<Digest>()
            && let Some(of) = self.all.iter().find(|a| a.record == record)
        {
            return Ok(of);
        }
        let finals = self.all.iter().any(|a| a.id.as_str() == id && a.status == AssessmentStatus::Final);
        let texts = self
            .all
            .iter()
            .filter(|a| a.id.as_str() == id && (!finals || a.status == AssessmentStatus::Final));
        let found = newest(texts, |a| a.house.clone());
        match found.as_slice() {
            [] => Err(WhichFault::None { id: id.to_owned(), what: "text" }),
            [(_, of)] => Ok(of),
            several => Err(WhichFault::Several {
                id: id.to_owned(),
                texts: several
                    .iter()
                    .map(|(house, of)| Place { house: house.clone(), index: of.index, record: of.record })
                    .collect(),
            }),
        }
    }

    /// A draft of the same house that is newer than a text: what is to follow it.
    pub fn draft_beside(&self, of: &LoggedAssessment) -> Option<&LoggedAssessment> {
        self.all.iter().rfind(|a| {
            a.id == of.id && a.house == of.house && a.index > of.index && a.status == AssessmentStatus::Draft
        })
    }

    /// The newest text of every assessment, each house by itself, in the order of the log; a draft that is newer than the final
    /// stands beside it.
    pub fn newest(&self) -> Vec<&LoggedAssessment> {
        let hidden = |of: &LoggedAssessment| {
            self.all.iter().any(|a| {
                (&a.id, &a.house) == (&of.id, &of.house)
                    && a.index > of.index
                    && (a.status == AssessmentStatus::Final || of.status == AssessmentStatus::Draft)
            })
        };
        self.all.iter().filter(|of| !hidden(of)).collect()
    }
}
