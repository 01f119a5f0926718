//! Whoever looks at the journal from outside, all the time, as a witness does: what was seen once must be the beginning of what is
//! seen later.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use countersign_model::Digest;
use countersign_store::{Access, Store};

/// What was seen.
#[derive(Debug, Default)]
pub(crate) struct Observed {
    pub(crate) looks: u64,
    pub(crate) faults: Vec<String>,
}

/// Looks until told to stop.
pub(crate) fn watch(home: &Path, stop: &AtomicBool) -> Observed {
    let mut observed = Observed::default();
    let mut seen: Vec<(u64, Digest)> = Vec::new();
    while !stop.load(Ordering::SeqCst) {
        thread::sleep(Duration::from_millis(300));
        // while the database is away there is nothing to see
        let Ok(store) = Store::open(home, Access::Read) else { continue };
        let (size, root) = (store.log().checkpoint().size, store.log().checkpoint().root);
        observed.looks += 1;
        // the last one, and one of those before
        let earlier = seen.len().checked_sub(1).map(|last| [last, last / 2]);
        for (old_size, old_root) in earlier.into_iter().flatten().filter_map(|at| seen.get(at)) {
            if *old_size > size {
                observed.faults.push(format!("there were {old_size} entries, and then {size}"));
                continue;
            }
            match store.log().root_at(*old_size) {
                Ok(found) if found == *old_root => {}
                Ok(_) => observed.faults.push(format!("of {old_size} entries there are two histories")),
                // the database went away meanwhile
                Err(_) => {}
            }
        }
        seen.push((size, root));
    }
    observed
}
