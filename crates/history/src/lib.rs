//! The memory of lists: what a list said on a day D, as it was known on a day K.
//!
//! Flow: **list → entity** → index → hit → facts → decision → record → proof → page. This room stands between `lists`
//! and `screening`. In come the editions of one source (each import is one, [`Edition`]) and the entities of a few of
//! them; out go the edition that answers for D and K ([`Known`]), the entities that are no longer or not yet on it
//! ([`step`], [`around`]), what changed between two editions ([`diff`]) the timeline of one entity ([`timeline`]),
//! which entries of several lists are one party ([`Links`]), and where two sources of one list differ ([`cross_check`]).
//! Next is `screening`, which indexes the present and the past entities alike, so that a delisted party stays findable.
//!
//! Two times are kept apart. The *day* of an edition is the day for which it speaks (valid time: `--as-of`); its
//! *recorded* time is when this installation took it in (transaction time: `--known-at`).
//!
//! Nothing here reads a file or a clock.

mod change;
mod cross;
mod diff;
mod edition;
mod links;
mod note;
mod past;
mod timeline;

pub use change::{EntityChange, FieldChange, Instruments, ListingChange, change, instruments};
pub use cross::{CrossCheck, Row, cross_check};
pub use diff::{Diff, Renamed, Stub, diff, renamed};
pub use edition::{Edition, Known, Older, older_than_known};
pub use links::{Edge, Group, Judgement, Links, Reason, group_id};
pub use note::{LAST_SEEN, LISTED_BY, MISSING_SINCE, NOT_ON_COPY_OF};
pub use past::{around, listed_by, not_yet_on, past_of, step};
pub use timeline::{Event, EventKind, Sighting, timeline};
