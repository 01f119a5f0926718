//! Values of facts, among them the value that is not known.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use countersign_model::{Date, Share};

/// The paths of the case on whose absence a value hangs; empty when nothing in the case could settle it. Copies share one
/// set: what thousands of parties leave open is read by every rule.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Deps(Paths);

/// A set of paths. Most facts that are not known hang on their own path alone: no set is made for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
enum Paths {
    #[default]
    None,
    One(Arc<str>),
    /// Two or more.
    Many(Arc<BTreeSet<Arc<str>>>),
}

impl Deps {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn len(&self) -> usize {
        match &self.0 {
            Paths::None => 0,
            Paths::One(_) => 1,
            Paths::Many(paths) => paths.len(),
        }
    }

    pub(crate) fn insert(&mut self, path: Arc<str>) {
        match &mut self.0 {
            Paths::None => self.0 = Paths::One(path),
            Paths::One(mine) if *mine == path => {}
            Paths::One(mine) => self.0 = Paths::Many(Arc::new(BTreeSet::from([mine.clone(), path]))),
            Paths::Many(paths) => {
                if !paths.contains(&path) {
                    Arc::make_mut(paths).insert(path);
                }
            }
        }
    }

    /// Adds the paths of another.
    pub(crate) fn join(&mut self, other: &Self) {
        match (&mut self.0, &other.0) {
            (_, Paths::None) => {}
            (_, Paths::One(path)) => self.insert(path.clone()),
            (mine @ Paths::None, theirs @ Paths::Many(_)) => *mine = theirs.clone(),
            (Paths::One(path), theirs @ Paths::Many(_)) => {
                let path = path.clone();
                self.0 = theirs.clone();
                self.insert(path);
            }
            (Paths::Many(mine), Paths::Many(theirs)) => {
                if !Arc::ptr_eq(mine, theirs) {
                    // the smaller into the larger
                    let (mut large, small) = if mine.len() < theirs.len() {
                        (theirs.clone(), mine.clone())
                    } else {
                        (mine.clone(), theirs.clone())
                    };
                    if !small.is_subset(&large) {
                        Arc::make_mut(&mut large).extend(small.iter().cloned());
                    }
                    *mine = large;
                }
            }
        }
    }

    /// The paths in their order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Arc<str>> {
        let (one, many) = match &self.0 {
            Paths::None => (None, None),
            Paths::One(path) => (Some(path), None),
            Paths::Many(paths) => (None, Some(paths)),
        };
        one.into_iter().chain(many.into_iter().flat_map(|paths| paths.iter()))
    }
}

impl From<[Arc<str>; 1]> for Deps {
    fn from([path]: [Arc<str>; 1]) -> Self {
        Self(Paths::One(path))
    }
}

impl FromIterator<Arc<str>> for Deps {
    fn from_iter<I: IntoIterator<Item = Arc<str>>>(paths: I) -> Self {
        let mut found: BTreeSet<Arc<str>> = paths.into_iter().collect();
        Self(match found.len() {
            0 | 1 => found.pop_first().map_or(Paths::None, Paths::One),
            _ => Paths::Many(Arc::new(found)),
        })
    }
}

impl Extend<Arc<str>> for Deps {
    fn extend<I: IntoIterator<Item = Arc<str>>>(&mut self, paths: I) {
        self.join(&paths.into_iter().collect());
    }
}

/// Named facts of an entity or a record.
pub(crate) type Record = BTreeMap<Arc<str>, Fact>;

/// A value with the path of the case (or the table, or the arithmetic) that it came from.
#[derive(Debug, Clone)]
pub(crate) struct Fact {
    pub(crate) value: Value,
    pub(crate) path: Arc<str>,
}

/// A value of a fact.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    Bool(bool),
    Long(i64),
    Str(Arc<str>),
    /// Cedar `decimal`, held as an exact interval: what is known of the number, and the paths that would
    /// narrow it (none where it is exact).
    Decimal(Share, Deps),
    Date(Date),
    Set(Arc<BTreeSet<Arc<str>>>),
    /// A set of which these words are known; more may belong to it, settled by the paths named.
    SetAtLeast(Arc<BTreeSet<Arc<str>>>, Deps),
    Record(Arc<Record>),
    /// What an ownership rule (its place in the law) attributes in a party (an entity): a record whose fields are worked
    /// out when they are read.
    Holding(usize, usize),
    /// Index of an entity of the case.
    Entity(usize),
    /// Not known; settled by the paths named.
    Unknown(Deps),
    /// A field of a record that the case says does not exist (`temporary: none`). A policy guards against it
    /// with the record's `given`; read without the guard it settles nothing.
    Absent,
}

impl Value {
    /// Unknown until `path` is given.
    pub(crate) fn unknown(path: &str) -> Self {
        Self::Unknown(Deps::from([Arc::from(path)]))
    }

    /// Unknown until the fact at its own path is given.
    pub(crate) fn open(path: &Arc<str>) -> Self {
        Self::Unknown(Deps::from([path.clone()]))
    }

    /// A set of words.
    pub(crate) fn set<I: IntoIterator<Item = S>, S: AsRef<str>>(words: I) -> Self {
        Self::Set(Arc::new(words.into_iter().map(|w| Arc::from(w.as_ref())).collect()))
    }

    /// A word.
    pub(crate) fn str(word: &str) -> Self {
        Self::Str(Arc::from(word))
    }
}

impl fmt::Display for Value {
    /// The value as a reader of a decision sees it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(true) => f.write_str("yes"),
            Self::Bool(false) => f.write_str("no"),
            Self::Long(n) => write!(f, "{n}"),
            Self::Str(s) => f.write_str(s),
            Self::Decimal(share, _) => write!(f, "{share}"),
            Self::Date(date) => write!(f, "{date}"),
            Self::SetAtLeast(words, _) => {
                let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
                write!(f, "{} and perhaps more", words.join(", "))
            }
            Self::Set(words) if words.is_empty() => f.write_str("none"),
            Self::Set(words) => {
                for (n, word) in words.iter().enumerate() {
                    if n > 0 {
                        f.write_str(", ")?;
                    }
                    f.write_str(word)?;
                }
                Ok(())
            }
            Self::Record(_) | Self::Holding(..) => f.write_str("(given)"),
            Self::Entity(n) => write!(f, "#{n}"),
            Self::Unknown(_) => f.write_str("unknown"),
            Self::Absent => f.write_str("none"),
        }
    }
}
