//! The packs that ship in the binary, as they lie in the tree.

use include_dir::{Dir, include_dir};

use super::files::{PackFiles, is_case};

static LAW: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../law");

/// The embedded `law/` tree: path below `law/` and content.
pub fn embedded_files() -> PackFiles {
    let mut files = PackFiles::new();
    collect(&LAW, false, &mut files);
    files
}

/// The worked cases of the packs, by path: what tests the law and is no part of it.
pub fn embedded_cases() -> PackFiles {
    let mut files = PackFiles::new();
    collect(&LAW, true, &mut files);
    files
}

fn collect(dir: &Dir<'static>, cases: bool, files: &mut PackFiles) {
    for file in dir.files() {
        let path = file.path().to_string_lossy().replace('\\', "/");
        if let Some(text) = file.contents_utf8().filter(|_| is_case(&path) == cases) {
            files.insert(path, text.to_owned());
        }
    }
    for sub in dir.dirs() {
        collect(sub, cases, files);
    }
}
