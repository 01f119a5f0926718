//! The bytes of tiles (C2SP `tlog-tiles`): hashes one after the other, entries each with its length.

use countersign_model::Digest;

/// The most bytes of an entry: its length is written in two bytes.
pub const MAX_ENTRY: usize = u16::MAX as usize;

pub(crate) fn write_hashes(hashes: &[Digest]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| *hash.as_bytes()).collect()
}

/// Exactly `width` hashes, or `None`.
pub(crate) fn read_hashes(bytes: &[u8], width: u64) -> Option<Vec<Digest>> {
    let (hashes, rest) = bytes.as_chunks::<32>();
    let fits = rest.is_empty() && hashes.len() as u64 == width;
    fits.then(|| hashes.iter().map(|hash| Digest::from_bytes(*hash)).collect())
}

/// The entries of a bundle. `None` when one is too long, which the writer refuses earlier.
pub(crate) fn write_entries(entries: &[Vec<u8>]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for entry in entries {
        bytes.extend_from_slice(&u16::try_from(entry.len()).ok()?.to_be_bytes());
        bytes.extend_from_slice(entry);
    }
    Some(bytes)
}

/// Exactly `width` entries and not a byte more, or `None`.
pub(crate) fn read_entries(mut bytes: &[u8], width: u64) -> Option<Vec<Vec<u8>>> {
    let mut entries = Vec::new();
    for _ in 0..width {
        let (length, rest) = bytes.split_first_chunk::<2>()?;
        let (entry, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        entries.push(entry.to_vec());
        bytes = rest;
    }
    bytes.is_empty().then_some(entries)
}
