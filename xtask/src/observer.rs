//! Whoever looks at the journal from outside, all the time: what was seen once must be the beginning of what is seen later, and
//! the witness must cosign it.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use countersign_model::Digest;
use countersign_store::{Access, Store};

use crate::hammer::Told;
use crate::witness::{Answer, Asking};

/// What was seen.
#[derive(Debug, Default)]
pub(crate) struct Observed {
    pub(crate) looks: u64,
    /// What the witness cosigned: size and root.
    pub(crate) cosigned: Vec<(u64, Digest)>,
    pub(crate) faults: Vec<String>,
}

/// Looks until told to stop.
pub(crate) fn watch(
    home: &Path,
    asking: &mut Asking,
    told: &Told,
    stop: &AtomicBool,
    start: Instant,
) -> Observed {
    let mut observed = Observed::default();
    let mut seen: Vec<(u64, Digest)> = Vec::new();
    while !stop.load(Ordering::SeqCst) {
        thread::sleep(Duration::from_millis(300));
        look(home, asking, told, start, &mut observed, &mut seen);
    }
    observed
}

/// Looks once; while what it is kept in is away, there is nothing to see.
fn look(
    home: &Path,
    asking: &mut Asking,
    told: &Told,
    start: Instant,
    observed: &mut Observed,
    seen: &mut Vec<(u64, Digest)>,
) {
    let Ok(store) = Store::open(home, Access::Read) else { return };
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
            // it went away meanwhile
            Err(_) => {}
        }
    }
    seen.push((size, root));
    match asking.ask(store.log()) {
        Answer::Cosigned => {
            if observed.cosigned.last() != Some(&(size, root)) {
                observed.cosigned.push((size, root));
            }
            told.cosigned.store(start.elapsed().as_millis() as u64, Ordering::SeqCst);
        }
        Answer::Away => {}
        Answer::Refused(why) => observed.faults.push(why),
    }
}

/// Looks a last time, when everything runs and nothing is recorded any more: the witness must cosign the end of the journal.
pub(crate) fn look_last(home: &Path, asking: &mut Asking, observed: &mut Observed) {
    for _ in 0..100 {
        if let Ok(store) = Store::open(home, Access::Read) {
            match asking.ask(store.log()) {
                Answer::Cosigned => {
                    observed.cosigned.push((store.log().checkpoint().size, store.log().checkpoint().root));
                    return;
                }
                Answer::Refused(why) => {
                    observed.faults.push(why);
                    return;
                }
                Answer::Away => {}
            }
        }
        thread::sleep(Duration::from_millis(200));
    }
    observed.faults.push("the end of the journal was not cosigned".to_owned());
}
