//! Tables that are filled once and asked for every word.

use std::collections::{HashMap, HashSet};

use foldhash::fast::FixedState;

/// With a fast hash: nobody chooses what is put in, so the slower one against attackers gains nothing.
pub(crate) type Map<K, V> = HashMap<K, V, FixedState>;

/// A set of the same kind.
pub(crate) type Set<K> = HashSet<K, FixedState>;
