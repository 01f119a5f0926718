//! All cases: the replay of all steps.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use crate::case::Case;
use crate::refused::Refused;
use crate::step::{Entry, Step};

/// The state of the desk.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Desk {
    cases: IndexMap<String, Case>,
    /// The key of each person, the last one.
    keys: BTreeMap<String, String>,
}

impl Desk {
    /// Takes a step. `index` is its entry of the journal.
    ///
    /// # Errors
    /// Why it is not allowed; everything is then as it was.
    pub fn apply(&mut self, index: u64, entry: &Entry) -> Result<(), Refused> {
        match (&entry.case, &entry.step) {
            (None, Step::Enrol { key }) => {
                key.parse::<countersign_verify::PublicKey>().map_err(|_| Refused::Key(key.clone()))?;
                if self.keys.iter().any(|(user, other)| other == key && *user != entry.by.user) {
                    return Err(Refused::Key(key.clone()));
                }
                self.keys.insert(entry.by.user.clone(), key.clone());
                Ok(())
            }
            (None, step) => Err(Refused::Form(format!("`{}` is a step of a case", step.word()))),
            (Some(id), Step::Open { .. }) => {
                if self.cases.contains_key(id) {
                    return Err(Refused::CaseThere(id.clone()));
                }
                self.cases.insert(id.clone(), Case::open(id, index, entry)?);
                Ok(())
            }
            (Some(id), step) => {
                if let Step::Sign { key, .. } = step
                    && self.keys.get(&entry.by.user) != Some(key)
                {
                    return Err(Refused::Key(key.clone()));
                }
                self.cases.get_mut(id).ok_or_else(|| Refused::NoCase(id.clone()))?.apply(index, entry)
            }
        }
    }

    /// All cases, the oldest first.
    pub fn cases(&self) -> impl DoubleEndedIterator<Item = &Case> {
        self.cases.values()
    }

    /// One case.
    pub fn case(&self, id: &str) -> Option<&Case> {
        self.cases.get(id)
    }

    /// One case, or what to say.
    pub fn must_have(&self, id: &str) -> Result<&Case, Refused> {
        self.case(id).ok_or_else(|| Refused::NoCase(id.chars().take(80).collect()))
    }

    /// The key of a person, as it is known here.
    pub fn key_of(&self, user: &str) -> Option<&str> {
        self.keys.get(user).map(String::as_str)
    }

    /// The id of the next case of a year.
    pub fn next_id(&self, year: i16) -> String {
        let prefix = format!("C-{year:04}-");
        let numbers = self.cases.keys().filter_map(|id| id.strip_prefix(&prefix)?.parse::<u32>().ok());
        format!("{prefix}{:04}", numbers.max().unwrap_or(0).saturating_add(1))
    }
}
