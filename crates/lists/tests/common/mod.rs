//! The folder of real publishers' files, which is no part of the repository.

use std::path::{Path, PathBuf};

use countersign_lists::{Import, ImportError, InputFile, import};
use countersign_model::SourceId;

/// `COUNTERSIGN_SHARED/data`, else `../shared/data` beside the repository; `None` where it is missing (an error
/// in CI, where the files must be there).
pub(crate) fn data() -> Option<PathBuf> {
    let root = std::env::var_os("COUNTERSIGN_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from)
        .join("data");
    if root.is_dir() {
        return Some(root);
    }
    assert!(std::env::var_os("CI").is_none(), "the real files are missing: {}", root.display());
    println!("skipped: no folder {}", root.display());
    None
}

/// A real file, as downloaded.
pub(crate) fn file(root: &Path, path: &str) -> InputFile {
    let path = root.join(path);
    InputFile {
        name: path.file_name().unwrap().to_string_lossy().into_owned(),
        bytes: std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display())),
    }
}

pub(crate) fn source(id: &str) -> SourceId {
    SourceId::new(id).unwrap()
}

pub(crate) fn try_import(id: &str, files: &[InputFile]) -> Result<Import, ImportError> {
    import(&source(id), files)
}

/// Imports real files, of which no row may be refused.
pub(crate) fn import_real(root: &Path, id: &str, paths: &[&str]) -> Import {
    let files: Vec<InputFile> = paths.iter().map(|p| file(root, p)).collect();
    let done = try_import(id, &files).unwrap_or_else(|e| panic!("{paths:?}: {e}"));
    assert_eq!(done.report.refused, vec![], "{paths:?}");
    assert_eq!(done.report.rows, done.report.rows_by_file.values().sum::<u64>());
    assert!(done.entities.windows(2).all(|w| w[0].id < w[1].id), "sorted by id, ids unique");
    done
}
