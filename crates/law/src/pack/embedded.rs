//! The packs that ship in the binary, as they lie in the tree.

use include_dir::{Dir, include_dir};

use super::load::{PackFiles, is_case};

static LAW: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../law");

/// The embedded `law/` tree: path below `law/` and content.
pub fn embedded_files() -> PackFiles {
    let mut files = PackFiles::new();
    collect(&LAW, &mut files);
    files
}

fn collect(dir: &Dir<'static>, files: &mut PackFiles) {
    for file in dir.files() {
        let path = file.path().to_string_lossy().replace('\\', "/");
        if let Some(text) = file.contents_utf8().filter(|_| !is_case(&path)) {
            files.insert(path, text.to_owned());
        }
    }
    for sub in dir.dirs() {
        collect(sub, files);
    }
}
