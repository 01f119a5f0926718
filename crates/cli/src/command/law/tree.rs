//! A directory of packs, read whole.

use std::path::Path;

use countersign_law::PackFiles;
use countersign_operations::failure::{Failure, read_text};

/// The files of a directory of packs.
pub(super) fn tree(dir: &Path) -> Result<PackFiles, Failure> {
    let mut files = PackFiles::new();
    collect(dir, "", &mut files)?;
    if files.is_empty() {
        return Err(Failure::Input(format!("`{}` holds no files; name a directory of packs", dir.display())));
    }
    Ok(files)
}

fn collect(dir: &Path, prefix: &str, files: &mut PackFiles) -> Result<(), Failure> {
    let entries = std::fs::read_dir(dir).map_err(|e| Failure::unreadable(dir, &e))?;
    for entry in entries {
        let entry = entry.map_err(|e| Failure::unreadable(dir, &e))?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let path = entry.path();
        if path.is_dir() {
            collect(&path, &format!("{name}/"), files)?;
        } else {
            files.insert(name, read_text(&path)?);
        }
    }
    Ok(())
}
