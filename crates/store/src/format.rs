//! The file `format` of a home: by it a program knows whether it may touch the home.

use std::fs;
use std::io;
use std::path::Path;

use crate::fault::StoreFault;

/// The line in the file `format` of a home whose journal is in its directory.
pub const HOME_FORMAT: &str = "countersign-home/1";
/// The line in that of a home whose journal is elsewhere: the file `storage` says where.
pub const HOME_FORMAT_ELSEWHERE: &str = "countersign-home/2";

pub(crate) fn check_format(home: &Path) -> Result<(), StoreFault> {
    read_format(home).map(drop)
}

/// What the file `format` says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Format {
    /// The journal is not in the directory.
    pub(crate) elsewhere: bool,
}

pub(crate) fn read_format(home: &Path) -> Result<Format, StoreFault> {
    let shown = home.display().to_string();
    match fs::read_to_string(home.join("format")) {
        Ok(text) if text.trim_end() == HOME_FORMAT => Ok(Format { elsewhere: false }),
        Ok(text) if text.trim_end() == HOME_FORMAT_ELSEWHERE => Ok(Format { elsewhere: true }),
        Ok(text) => {
            let found = text.trim_end().chars().take(80).collect();
            Err(StoreFault::UnknownFormat { home: shown, found })
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            // an init that was killed leaves a journal without entries at most
            let begun = fs::read(home.join("journal/checkpoint"))
                .is_ok_and(|bytes| String::from_utf8_lossy(&bytes).lines().nth(1) != Some("0"));
            Err(if begun { StoreFault::Damaged(shown) } else { StoreFault::NoHome(shown) })
        }
        Err(source) => Err(StoreFault::Io { path: format!("{shown}/format"), source }),
    }
}
