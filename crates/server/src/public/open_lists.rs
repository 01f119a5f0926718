//! Which of the lists that are loaded everybody may see.

use countersign_model::SourceId;
use countersign_operations::lists::{Lists, Pin};

/// Whether everybody may see a list. The deny lists of the organisation that runs the site are its own.
pub(super) fn is_public(source: &SourceId) -> bool {
    source.as_str().split(':').next() != Some("own")
}

/// What is loaded that everybody may see.
pub(super) fn public_pins(lists: &Lists) -> Vec<Pin> {
    lists.pins().into_iter().filter(|pin| is_public(&pin.source)).collect()
}

/// With how many entries a name was compared, but for those of lists that are not shown.
pub(super) fn compared(all: usize, lists: &Lists) -> usize {
    let own = lists.pins().iter().filter(|pin| !is_public(&pin.source)).map(|pin| pin.entries).sum();
    all.saturating_sub(own)
}
