//! A file of ours, mapped into memory.
//!
//! In comes the path of a file that this program wrote and never changes; out go its bytes, read by the system only
//! where they are looked at. It stands outside the flow; next is `screening`, whose index files are opened by it.
//!
//! The crate exists so that the tree has one `unsafe` only, and so that it can be read in one place.

use std::fs::File;
use std::io;
use std::ops::Deref;
use std::path::Path;

/// The bytes of a mapped file.
#[derive(Debug)]
pub struct Mapped(memmap2::Mmap);

impl Mapped {
    /// Maps a file to read it.
    ///
    /// The file must not change while it is mapped. The files of this program fulfil that: they are written under
    /// another name, then renamed, and never written again; a new version is a new file, and removing the name of the
    /// old one leaves what is mapped alone. Whoever cuts such a file by other means ends the processes that read it.
    ///
    /// # Errors
    /// Where the file cannot be opened or mapped.
    #[expect(unsafe_code, reason = "mapping a file is outside of what the compiler can check; see SAFETY")]
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        // SAFETY: `Mmap::map` asks that the file does not change under the map. The files given here are immutable by
        // the contract above. Everything read from the map is checked by its reader (checksums, ranges, UTF-8), and no
        // reference to more than bytes and plain numbers is made of it.
        let map = unsafe { memmap2::Mmap::map(&file)? };
        Ok(Self(map))
    }
}

impl Deref for Mapped {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_are_those_of_the_file_even_when_its_name_is_gone() {
        let path = std::env::temp_dir().join(format!("mapped-{}", std::process::id()));
        std::fs::write(&path, b"twelve bytes").unwrap();
        let mapped = Mapped::open(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        assert_eq!(&*mapped, b"twelve bytes");
        assert!(Mapped::open(&path).is_err());
    }
}
