//! What the hammer needs beside the program, and how it is installed: from Debian `postgresql` and `faketime`, from crates.io the
//! S3-compatible server `s3s-fs`.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::nodes::clocks;

/// The version that the results are of.
const S3S_FS: &str = "0.14.1";

/// The S3-compatible server, where it is installed: in `target/tools`, or in the `PATH`.
pub(crate) fn bucket_program() -> Option<PathBuf> {
    let of_path = std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect::<Vec<_>>());
    std::iter::once(tools().join("bin"))
        .chain(of_path.into_iter().flatten())
        .map(|folder| folder.join("s3s-fs"))
        .find(|path| path.is_file())
}

/// Where it is put.
fn tools() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from).join("tools")
}

/// Installs what is missing.
pub(crate) fn install() -> io::Result<()> {
    let mut packages = Vec::new();
    if countersign_database::testing::programs().is_none() {
        packages.push("postgresql");
    }
    if clocks().is_none() {
        packages.push("faketime");
    }
    if !packages.is_empty() {
        run(Command::new("apt-get").args(["update", "-qq"]))?;
        run(Command::new("apt-get")
            .env("DEBIAN_FRONTEND", "noninteractive")
            .args(["install", "-y", "-qq", "--no-install-recommends"])
            .args(&packages))?;
    }
    if bucket_program().is_none() {
        let built = tools().join("build");
        run(Command::new("cargo")
            .args(["install", "s3s-fs", "--version", S3S_FS, "--features", "binary", "--locked", "--root"])
            .arg(tools())
            .env("CARGO_TARGET_DIR", &built))?;
        remove(&built);
    }
    Ok(())
}

/// What is left of building it; it does no harm where it stays.
fn remove(path: &Path) {
    let _ = std::fs::remove_dir_all(path);
}

fn run(command: &mut Command) -> io::Result<()> {
    println!("{command:?}");
    let status = command.status().map_err(|e| io::Error::other(format!("{command:?}: {e}")))?;
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("{command:?}: {status}"))) }
}
