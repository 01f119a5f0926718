//! The notes that this room adds to an entity: properties that no publisher wrote.

/// The property that holds the day of the last copy on which a delisted entity stood.
pub const LAST_SEEN: &str = "lastSeenOn";
/// The property that holds the day of the first copy on which it no longer stood.
pub const MISSING_SINCE: &str = "missingSince";
/// The property that holds the day of a copy on which an entity does not stand yet.
pub const NOT_ON_COPY_OF: &str = "notOnCopyOf";

/// The property that holds the day of the first copy on which an entity stands, where its publisher does not tell since when,
/// and the copy before did not have it: it was listed on some day between the two.
pub const LISTED_BY: &str = "listedBy";

/// Whether a property is a note of this room, and nothing that the publisher wrote.
pub(crate) fn is_note(property: &str) -> bool {
    [LAST_SEEN, MISSING_SINCE, NOT_ON_COPY_OF, LISTED_BY].contains(&property)
}
