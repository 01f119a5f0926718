//! The packs that ship in the binary, as they lie in the tree.

use include_dir::{Dir, include_dir};

use super::load::PackFiles;

static LAW: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../law");

/// The embedded `law/` tree: path below `law/` and content.
pub fn embedded_files() -> PackFiles {
    let mut files = PackFiles::new();
    collect(&LAW, &mut files);
    files
}

fn collect(dir: &Dir<'static>, files: &mut PackFiles) {
    for file in dir.files() {
        if let Some(text) = file.contents_utf8() {
            files.insert(file.path().to_string_lossy().replace('\\', "/"), text.to_owned());
        }
    }
    for sub in dir.dirs() {
        collect(sub, files);
    }
}
