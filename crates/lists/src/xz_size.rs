//! How much an xz file says it unpacks to. The decoder keeps a whole block in memory before it writes any of it,
//! so the limit has to be asked before decoding.

/// Sum of the unpacked sizes of all LZMA2 chunks, as their headers declare them; up to the first place that is
/// not well-formed, where the decoder stops too. (xz file format 1.1.0, sections 2.1.1 and 3; LZMA2 chunks as in
/// the reference decoder.)
pub(crate) fn declared_size(bytes: &[u8]) -> u64 {
    let mut total = 0u64;
    // ends at the index, or where a byte is missing
    let _ = walk(bytes, &mut total);
    total
}

fn walk(bytes: &[u8], total: &mut u64) -> Option<()> {
    let byte = |at: usize| bytes.get(at).copied();
    let pair = |at: usize| Some(u64::from(byte(at)?) << 8 | u64::from(byte(at + 1)?));
    // size of the check behind a block, by its kind in the stream flags
    let check = match byte(7)? & 0x0f {
        0 => 0,
        1..=3 => 4,
        4..=6 => 8,
        7..=9 => 16,
        10..=12 => 32,
        _ => 64,
    };
    let mut at = 12usize;
    loop {
        let header = byte(at)?;
        if header == 0 {
            return Some(()); // the index: no more blocks
        }
        at += (usize::from(header) + 1) * 4;
        loop {
            let control = byte(at)?;
            let (unpacked, skip) = match control {
                0 => break,
                1 | 2 => {
                    let size = pair(at + 1)? + 1;
                    (size, 3 + size)
                }
                0x80.. => {
                    let unpacked = (u64::from(control & 0x1f) << 16 | pair(at + 1)?) + 1;
                    let properties = u64::from(control >= 0xc0);
                    (unpacked, 5 + properties + pair(at + 3)? + 1)
                }
                _ => return None,
            };
            *total = total.saturating_add(unpacked);
            at = at.checked_add(usize::try_from(skip).ok()?)?;
        }
        at = (at + 1).next_multiple_of(4) + check;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_declared_size_is_the_real_one() {
        let text = b"screening ".repeat(30_000);
        let mut packed = Vec::new();
        lzma_rs::xz_compress(&mut text.as_slice(), &mut packed).unwrap();
        assert_eq!(declared_size(&packed), text.len() as u64);
        assert!(declared_size(&packed[..packed.len() / 2]) < text.len() as u64);
        assert_eq!(declared_size(b"\xfd7zXZ\x00"), 0);
    }

    #[test]
    fn a_real_archive_declares_its_size() {
        let shared = std::env::var_os("COUNTERSIGN_SHARED").map_or_else(
            || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
            std::path::PathBuf::from,
        );
        let Ok(packed) = std::fs::read(shared.join("data/us-csl/consolidated_2026-07-31.partial.json.xz"))
        else {
            assert!(std::env::var_os("CI").is_none(), "the real files are missing");
            println!("skipped: no real archive");
            return;
        };
        let mut text = Vec::new();
        lzma_rs::xz_decompress(&mut packed.as_slice(), &mut text).unwrap();
        assert_eq!(declared_size(&packed), text.len() as u64);
    }

    #[test]
    fn compressed_chunks_count_what_they_unpack_to() {
        // one block, one LZMA chunk with new properties that says it unpacks to 0x1f_ffff + 1 bytes
        let mut bytes = vec![0xfd, b'7', b'z', b'X', b'Z', 0, 0, 1, 0, 0, 0, 0];
        bytes.extend([2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        bytes.extend([0xff, 0xff, 0xff, 0, 0, 0x5d, 0, 0]);
        assert_eq!(declared_size(&bytes), 1 << 21);
    }
}
