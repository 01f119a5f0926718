//! What is loaded at one moment. A request reads one snapshot from start to end.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use countersign_countries::Vintage;
use countersign_model::Date;
use countersign_operations::dispositions::Dispositions;
use countersign_operations::editions::{Editions, Plan, When};
use countersign_operations::failure::Failure;
use countersign_operations::home::Home;
use countersign_operations::knowledge::Knowledge;
use countersign_operations::lists::Lists;
use countersign_operations::register::Consulted;
use countersign_operations::screen::Against;
use countersign_operations::{age, indicators};
use countersign_register::Register;
use countersign_store::{Kind, Store, UtcTime};

use crate::compat::Prepared;

/// Everything that answers are made of.
#[derive(Debug)]
pub struct Snapshot {
    /// Counts the snapshots of this process, from 1.
    pub number: u64,
    /// When it was loaded.
    pub loaded: UtcTime,
    /// How many entries the journal had; `None` where there is no home yet.
    pub journal_size: Option<u64>,
    /// Law and question set.
    pub knowledge: Arc<Knowledge>,
    /// The imports of lists.
    pub editions: Arc<Editions>,
    /// Which of them answer for the present.
    pub plan: Plan,
    /// The lists of the present.
    pub lists: Arc<Lists>,
    /// Entities of the lists that are written out once.
    pub(crate) prepared: Arc<Prepared>,
    /// What people decided about possible matches.
    pub dispositions: Arc<Dispositions>,
    /// The tables of indicators.
    pub vintages: Arc<Vec<Vintage>>,
    /// The public register, where one was named.
    pub register: Option<Arc<RegisterView>>,
    /// What a reader has to know about the age of the lists.
    pub warnings: Vec<String>,
}

/// A register as it was read.
#[derive(Debug)]
pub struct RegisterView {
    /// Its directory.
    pub dir: PathBuf,
    /// The register.
    pub register: Register,
    /// All its entries, admitted anew; what checks take pledges from.
    pub consulted: Consulted,
}

impl RegisterView {
    fn open(dir: &Path) -> Result<Self, Failure> {
        Ok(Self { dir: dir.to_owned(), register: Register::open(dir)?, consulted: Consulted::open(dir)? })
    }
}

impl Snapshot {
    /// What a name is compared with: lists that were read by a plan, and what people decided about their entries.
    pub(crate) fn against<'a>(&'a self, lists: &'a Lists, plan: &'a Plan) -> Against<'a> {
        Against { lists, plan, dispositions: &self.dispositions, warnings: &self.warnings }
    }

    /// Loads everything, or what changed since the snapshot before.
    ///
    /// # Errors
    /// What cannot be read; the caller goes on with the snapshot before.
    pub fn load(
        home: &Home,
        register: Option<&Path>,
        time: UtcTime,
        today: Date,
        before: Option<&Self>,
    ) -> Result<Self, Failure> {
        let store = home.read()?;
        let journal_size = store.as_ref().map(|s| s.log().size());
        let knowledge = match before {
            Some(before) => before.knowledge.clone(),
            None => Arc::new(Knowledge::embedded()?),
        };
        let fresh = Fresh::since(store.as_ref(), before.and_then(|b| b.journal_size))?;
        let before_if = |fresh: bool| before.filter(|_| !fresh);
        let editions = match before_if(fresh.lists) {
            Some(b) => b.editions.clone(),
            None => Arc::new(Editions::load(store.as_ref())?),
        };
        let dispositions = match before_if(fresh.dispositions) {
            Some(b) => b.dispositions.clone(),
            None => Arc::new(Dispositions::load(store.as_ref())?),
        };
        let vintages = match before_if(fresh.indicators) {
            Some(b) => b.vintages.clone(),
            None => Arc::new(store.as_ref().map(indicators::load).transpose()?.unwrap_or_default()),
        };
        let plan = editions.plan(When { as_of: Some(today), known_at: None });
        let (lists, prepared) = match before.filter(|b| b.plan == plan) {
            Some(b) => (b.lists.clone(), b.prepared.clone()),
            None => {
                let lists = Lists::of_plan(store.as_ref(), &plan)?;
                // read now, so that no request waits for it and none has to do without
                lists.sightings()?;
                (Arc::new(lists), Arc::default())
            }
        };
        let register = match (register, before.and_then(|b| b.register.clone())) {
            (None, _) => None,
            (Some(dir), Some(old)) if Register::open(dir)?.size() == old.register.size() => Some(old),
            (Some(dir), _) => Some(Arc::new(RegisterView::open(dir)?)),
        };
        let warnings = age::warnings(&plan, &editions, store.as_ref(), today, None);
        Ok(Self {
            number: before.map_or(1, |b| b.number + 1),
            loaded: time,
            journal_size,
            knowledge,
            editions,
            plan,
            lists,
            prepared,
            dispositions,
            vintages,
            register,
            warnings,
        })
    }
}

/// What of the journal has to be read again. Decisions and receipts, which are most of its entries, change nothing here.
#[derive(Debug, Clone, Copy, Default)]
struct Fresh {
    lists: bool,
    dispositions: bool,
    indicators: bool,
}

impl Fresh {
    /// What was recorded since the journal had `size` entries; all of it where it had none, or now has fewer.
    fn since(store: Option<&Store>, size: Option<u64>) -> Result<Self, Failure> {
        let all = Self { lists: true, dispositions: true, indicators: true };
        let (Some(store), Some(size)) = (store, size) else { return Ok(all) };
        if store.log().size() < size {
            return Ok(all);
        }
        let mut fresh = Self::default();
        for entry in store.entries_from(size) {
            match entry?.1.kind {
                Kind::ListImport => fresh.lists = true,
                Kind::Disposition => fresh.dispositions = true,
                Kind::IndicatorImport => fresh.indicators = true,
                _ => {}
            }
        }
        Ok(fresh)
    }
}
