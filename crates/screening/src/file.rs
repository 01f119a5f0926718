//! The container of an index: numbered sections of plain numbers and bytes, in one run of memory or one file.
//!
//! ```text
//! magic (8) version (4) sections (4) length (8) checksum of the table (8)
//! per section: number (4) 0 (4) offset (8) length (8) checksum (8)
//! the sections, each at a multiple of 64
//! ```
//!
//! All numbers are little-endian, checksums are XXH3-64. A file is written under another name, synced and renamed,
//! and never changes afterwards.

use std::fs;
use std::io::{self, Write as _};
use std::ops::Range;
use std::path::Path;

use countersign_mapped::Mapped;
use twox_hash::XxHash3_64;

const MAGIC: [u8; 8] = *b"CSINDEX\n";
/// The version of the format.
pub(crate) const VERSION: u32 = 6;
const HEAD: usize = 32;
const ROW: usize = 32;
const ALIGN: usize = 64;
/// Sections have lower numbers.
const MOST_SECTIONS: usize = 1024;

/// Why an index file cannot be used. All but [`IndexFileError::Io`] are mended by building the index anew.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IndexFileError {
    /// The file system failed.
    #[error("`{path}` could not be used: {source}")]
    Io {
        /// The file.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// It is no index file, is cut, or was changed.
    #[error("`{path}` is no whole index file: {why}; build the index anew")]
    Damaged {
        /// The file.
        path: String,
        /// What is wrong.
        why: String,
    },
    /// Another version of the format or of the matching rules wrote it.
    #[error(
        "`{path}` was written by another version ({found}; this one is {expected}); build the index anew"
    )]
    Version {
        /// The file.
        path: String,
        /// What the file says.
        found: String,
        /// What this program writes.
        expected: String,
    },
}

/// Where the bytes are.
#[derive(Debug)]
enum Memory {
    Mapped(Mapped),
    /// Eight-byte words, so that every section is aligned as in a file.
    Built(Vec<u64>),
}

/// An opened container.
#[derive(Debug)]
pub(crate) struct Container {
    memory: Memory,
    sections: Sections,
}

/// Where the sections lie, by their numbers: a query asks for some fifty of them.
#[derive(Debug, Default)]
struct Sections(Vec<Range<usize>>);

impl Sections {
    /// Adds one; whether its number is one that a section may have.
    fn add(&mut self, number: u32, range: Range<usize>) -> bool {
        let place = number as usize;
        if place >= MOST_SECTIONS {
            return false;
        }
        if self.0.len() <= place {
            self.0.resize(place + 1, 0..0);
        }
        self.0.get_mut(place).map(|slot| *slot = range).is_some()
    }

    fn get(&self, number: u32) -> Option<Range<usize>> {
        self.0.get(number as usize).cloned()
    }
}

impl Container {
    fn bytes(&self) -> &[u8] {
        match &self.memory {
            Memory::Mapped(map) => map,
            Memory::Built(words) => bytemuck::cast_slice(words),
        }
    }

    /// The bytes of a section; empty where there is none.
    pub(crate) fn section(&self, number: u32) -> &[u8] {
        self.sections.get(number).and_then(|range| self.bytes().get(range)).unwrap_or_default()
    }

    /// The numbers of a section. Opening has checked that each section holds whole ones.
    pub(crate) fn numbers<T: bytemuck::AnyBitPattern>(&self, number: u32) -> &[T] {
        bytemuck::try_cast_slice(self.section(number)).unwrap_or_default()
    }

    /// How many bytes it has.
    pub(crate) fn size(&self) -> usize {
        self.bytes().len()
    }

    /// Lays the sections one after the other.
    pub(crate) fn build(sections: Vec<(u32, Vec<u8>)>) -> Self {
        let table_end = HEAD + ROW * sections.len();
        let mut offset = table_end.next_multiple_of(ALIGN);
        let mut table = Vec::with_capacity(ROW * sections.len());
        let mut ranges = Sections::default();
        for (number, content) in &sections {
            table.extend(number.to_le_bytes());
            table.extend(0u32.to_le_bytes());
            for value in [offset as u64, content.len() as u64, XxHash3_64::oneshot(content)] {
                table.extend(value.to_le_bytes());
            }
            ranges.add(*number, offset..offset + content.len());
            offset = (offset + content.len()).next_multiple_of(ALIGN);
        }
        let mut words = vec![0u64; offset.div_ceil(8)];
        let bytes: &mut [u8] = bytemuck::cast_slice_mut(&mut words);
        let length = bytes.len() as u64;
        let mut head = Vec::with_capacity(table_end);
        head.extend(MAGIC);
        head.extend(VERSION.to_le_bytes());
        // an index has a hundred sections
        head.extend((sections.len() as u32).to_le_bytes());
        head.extend(length.to_le_bytes());
        head.extend(XxHash3_64::oneshot(&table).to_le_bytes());
        head.extend(&table);
        put(bytes, 0, &head);
        for (number, content) in sections {
            if let Some(range) = ranges.get(number) {
                put(bytes, range.start, &content);
            }
        }
        Self { memory: Memory::Built(words), sections: ranges }
    }

    /// Writes it so that the file is there whole or not at all.
    pub(crate) fn write(&self, path: &Path) -> Result<(), IndexFileError> {
        let failed = |source| IndexFileError::Io { path: path.display().to_string(), source };
        let folder = path.parent().unwrap_or_else(|| Path::new("."));
        fs::create_dir_all(folder).map_err(failed)?;
        let temporary = path.with_extension(format!("part-{}", std::process::id()));
        let written = (|| {
            let mut file = fs::File::create(&temporary)?;
            file.write_all(self.bytes())?;
            file.sync_all()?;
            fs::rename(&temporary, path)
        })();
        written.map_err(|error| {
            // what is left of a failed attempt is of no use; that it cannot be removed either changes nothing
            let _ = fs::remove_file(&temporary);
            failed(error)
        })
    }

    /// Maps a file. With `whole`, every section is compared with its checksum; without, only the table is, and the
    /// caller knows the file to be whole.
    pub(crate) fn open(path: &Path, whole: bool) -> Result<Self, IndexFileError> {
        let shown = || path.display().to_string();
        let map = Mapped::open(path).map_err(|source| IndexFileError::Io { path: shown(), source })?;
        let damaged = |why: &str| IndexFileError::Damaged { path: shown(), why: why.to_owned() };
        if cfg!(target_endian = "big") {
            return Err(damaged("index files are read on little-endian machines only"));
        }
        let head = map.get(..HEAD).ok_or_else(|| damaged("it is too short"))?;
        if !head.starts_with(&MAGIC) {
            return Err(damaged("it does not begin like one"));
        }
        let version = u32_at(head, 8).unwrap_or(0);
        if version != VERSION {
            return Err(IndexFileError::Version {
                path: shown(),
                found: format!("format {version}"),
                expected: format!("format {VERSION}"),
            });
        }
        let count = u32_at(head, 12).unwrap_or(0) as usize;
        if u64_at(head, 16) != Some(map.len() as u64) {
            return Err(damaged("it is cut or has more than it should"));
        }
        let table = count
            .checked_mul(ROW)
            .and_then(|len| map.get(HEAD..HEAD.checked_add(len)?))
            .ok_or_else(|| damaged("its table is cut"))?;
        if u64_at(head, 24) != Some(XxHash3_64::oneshot(table)) {
            return Err(damaged("its table has another checksum"));
        }
        let mut sections = Sections::default();
        let mut checks = Vec::new();
        for row in table.chunks_exact(ROW) {
            let fields = (u32_at(row, 0), u64_at(row, 8), u64_at(row, 16), u64_at(row, 24));
            let (Some(number), Some(offset), Some(len), Some(sum)) = fields else {
                return Err(damaged("its table is cut"));
            };
            let range = usize::try_from(offset)
                .ok()
                .zip(usize::try_from(len).ok())
                .and_then(|(start, len)| Some(start..start.checked_add(len)?))
                .filter(|range| range.end <= map.len() && range.start.is_multiple_of(ALIGN))
                .ok_or_else(|| damaged("a section lies outside of it"))?;
            if !sections.add(number, range.clone()) {
                return Err(damaged("its table names a section that there is not"));
            }
            checks.push((range, sum));
        }
        if whole && !sums_agree(&map, &checks) {
            return Err(damaged("a section has another checksum"));
        }
        Ok(Self { memory: Memory::Mapped(map), sections })
    }
}

/// Compares all checksums, on all processors.
fn sums_agree(bytes: &[u8], checks: &[(Range<usize>, u64)]) -> bool {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(8);
    let mut largest_first: Vec<&(Range<usize>, u64)> = checks.iter().collect();
    largest_first.sort_by_key(|(range, _)| std::cmp::Reverse(range.len()));
    let next = std::sync::atomic::AtomicUsize::new(0);
    let agree = || {
        loop {
            let n = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let Some((range, sum)) = largest_first.get(n) else { return true };
            if bytes.get(range.clone()).map(XxHash3_64::oneshot) != Some(*sum) {
                return false;
            }
        }
    };
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(agree)).collect();
        let own = agree();
        // a thread that panicked has compared nothing
        others.into_iter().fold(own, |all, other| other.join().unwrap_or(false) && all)
    })
}

fn put(bytes: &mut [u8], at: usize, content: &[u8]) {
    if let Some(place) = bytes.get_mut(at..at + content.len()) {
        place.copy_from_slice(content);
    }
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().copied().map(u32::from_le_bytes)
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().copied().map(u64::from_le_bytes)
}
