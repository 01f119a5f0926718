//! The index in force, and how it is replaced.

use std::sync::{Arc, PoisonError, RwLock};

use crate::index::Index;

/// The index in force of a process that lives long: queries go on while a new one is built, and each sees the one or the
/// other whole.
#[derive(Debug)]
pub struct Current(RwLock<Arc<Index>>);

impl Current {
    /// Begins with an index.
    pub fn new(index: Arc<Index>) -> Self {
        Self(RwLock::new(index))
    }

    /// The index in force; it stays whole for as long as it is held, whatever comes after it.
    pub fn get(&self) -> Arc<Index> {
        // the lock is held only to copy or replace a pointer, which cannot leave it half done
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts another index in force and gives back the one before. Waits for no query.
    pub fn replace(&self, index: Arc<Index>) -> Arc<Index> {
        std::mem::replace(&mut *self.0.write().unwrap_or_else(PoisonError::into_inner), index)
    }
}
