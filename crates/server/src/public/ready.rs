//! What is worked out once for each state of register and lists, and kept while that state is asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use countersign_history::Links;
use countersign_model::{Date, Digest, Entity, EntitySchema, SourceId};
use countersign_operations::failure::Failure;
use countersign_operations::home::Home;
use countersign_operations::lists::Lists;
use countersign_register::{Assessed, assessed};
use countersign_screening::Index;

use super::owners::OwnerFiles;
use super::rows::{self, Found};
use crate::problem::Problem;
use crate::snapshot::RegisterView;

/// How many days of assessments are kept.
const DAYS_KEPT: usize = 6;

/// Entries of a register as rows, by subject, and an index over the subjects' names.
#[derive(Debug)]
pub(super) struct Rows {
    /// Every entry, in its order.
    pub(super) all: Vec<Found>,
    /// The entries of each subject.
    pub(super) by_subject: BTreeMap<String, Vec<u64>>,
    /// The names of subjects, compared as those of lists are. The id of an entity is the subject.
    pub(super) names: Index,
}

impl Default for Rows {
    fn default() -> Self {
        Self { all: Vec::new(), by_subject: BTreeMap::new(), names: Index::build(&[]) }
    }
}

impl Rows {
    /// The row of an entry.
    pub(super) fn get(&self, index: u64) -> Option<&Found> {
        self.all.get(usize::try_from(index).ok()?)
    }

    /// Those of a subject that were logged by a day, newest first.
    pub(super) fn about(&self, subject: &str, day: Date) -> Vec<&Found> {
        let entries = self.by_subject.get(subject).map(Vec::as_slice).unwrap_or_default();
        entries.iter().rev().filter_map(|n| self.get(*n)).filter(|found| found.day <= day).collect()
    }
}

/// Links, with the snapshots and the size of the journal that they were made of.
type Linked = (Vec<Digest>, u64, Arc<Links>);

/// What is kept, each with the state that it is of.
#[derive(Debug, Default)]
pub(super) struct Ready {
    rows: Mutex<Option<(Digest, Arc<Rows>)>>,
    assessed: Mutex<Vec<(Digest, Date, Arc<Assessed>)>>,
    links: Mutex<Option<Linked>>,
    owners: Mutex<Option<Arc<OwnerFiles>>>,
}

fn open<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // what is kept is replaced whole, so that a panic elsewhere leaves nothing half-made
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Ready {
    /// The rows of a register.
    pub(super) fn rows(&self, view: Option<&RegisterView>) -> Arc<Rows> {
        let Some(view) = view else { return Arc::new(Rows::default()) };
        let replay = view.consulted.replay();
        let root = replay.root();
        if let Some((_, rows)) = open(&self.rows).as_ref().filter(|(of, _)| *of == root) {
            return rows.clone();
        }
        let all = rows::rows(replay);
        let mut by_subject: BTreeMap<String, Vec<u64>> = BTreeMap::new();
        for found in &all {
            for subject in &found.row.about {
                by_subject.entry(subject.clone()).or_default().push(found.row.index);
            }
        }
        let names = Index::build(&subject_entities(&by_subject, view));
        let rows = Arc::new(Rows { all, by_subject, names });
        *open(&self.rows) = Some((root, rows.clone()));
        rows
    }

    /// The assessments of a register as of a day.
    pub(super) fn assessed(&self, view: &RegisterView, day: Date) -> Result<Arc<Assessed>, Problem> {
        let replay = view.consulted.replay();
        let root = replay.root();
        if let Some((.., found)) = open(&self.assessed).iter().find(|(of, on, _)| *of == root && *on == day) {
            return Ok(found.clone());
        }
        let found = Arc::new(assessed(&view.register, replay, day).map_err(Failure::from)?);
        let mut kept = open(&self.assessed);
        kept.retain(|(of, ..)| *of == root);
        if kept.len() >= DAYS_KEPT {
            kept.remove(0);
        }
        kept.push((root, day, found.clone()));
        Ok(found)
    }

    /// Which entries of lists are about one party.
    pub(super) fn links(&self, lists: &Lists, home: &Home, journal: u64) -> Result<Arc<Links>, Problem> {
        let state: Vec<Digest> = lists.pins().iter().map(|pin| pin.snapshot).collect();
        if let Some((.., links)) =
            open(&self.links).as_ref().filter(|(of, at, _)| *of == state && *at == journal)
        {
            return Ok(links.clone());
        }
        let store = home.read()?;
        let links = Arc::new(countersign_operations::links::links(lists, store.as_ref())?);
        *open(&self.links) = Some((state, journal, links.clone()));
        Ok(links)
    }

    /// The files about owners that the keeper of the site shows; read again when one of them changed.
    pub(super) fn owners(&self, home: &Home) -> Arc<OwnerFiles> {
        let seen = OwnerFiles::look(home);
        if let Some(owners) = open(&self.owners).as_ref().filter(|owners| owners.seen == seen) {
            return owners.clone();
        }
        let owners = Arc::new(OwnerFiles::read(seen));
        *open(&self.owners) = Some(owners.clone());
        owners
    }
}

/// The subjects as entities with the names by which they may be known: the words of their ids, and the names that
/// assessments give their parties.
fn subject_entities(by_subject: &BTreeMap<String, Vec<u64>>, view: &RegisterView) -> Vec<Entity> {
    let Ok(source) = SourceId::new("register") else { return Vec::new() };
    let mut names: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for subject in by_subject.keys() {
        let Some((_, name)) = subject.split_once(':') else { continue };
        names.entry(subject).or_default().insert(name.replace(['-', '.'], " "));
    }
    let known = assessed(&view.register, view.consulted.replay(), Date::MAX).unwrap_or_default();
    for assessment in &known.all {
        let parties = assessment.document.parties.iter().map(|p| (p.subject.as_deref(), &p.name));
        let product = (assessment.document.product.subject.as_deref(), &assessment.document.product.name);
        for (subject, name) in parties.chain([product]) {
            if let Some(all) = subject.and_then(|subject| names.get_mut(subject)) {
                all.insert(name.clone());
            }
        }
    }
    names
        .into_iter()
        .map(|(subject, names)| {
            let schema = match subject.split(':').next() {
                Some("person") => EntitySchema::Person,
                _ => EntitySchema::LegalEntity,
            };
            let mut entity = Entity {
                id: subject.to_owned(),
                schema,
                source: source.clone(),
                properties: BTreeMap::new(),
                listings: Vec::new(),
            };
            for name in names {
                entity.add("name", name);
            }
            entity
        })
        .collect()
}
