//! Running the real binary in a home of its own.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "helpers of tests")]
#![allow(dead_code, clippy::print_stdout, clippy::allow_attributes, reason = "each test file uses its part")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A temporary directory with a place for a home in it.
pub(crate) struct Desk {
    directory: tempfile::TempDir,
}

/// What a call gave.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|e| panic!("{e}\nstdout: {}\nstderr: {}", self.out, self.err))
    }

    /// Fails with everything that was printed unless the code is this one.
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout: {}\nstderr: {}", self.out, self.err);
        self
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// The usual place, so that a command without a home is one of somebody who named none.
    pub(crate) fn home(&self) -> PathBuf {
        self.path("data/countersign")
    }

    /// The command, run at the root of the sources so that examples have short names.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
        command
            .args(args)
            .env("XDG_DATA_HOME", self.path("data"))
            .env_remove("COUNTERSIGN_HOME")
            .env("NO_COLOR", "1")
            .current_dir(root());
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        self.command(args).output().unwrap().into()
    }

    /// Writes a file and gives its path as text.
    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

/// The root of the sources.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A file of the shared data, or `None` with a word where it is not to be had.
pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    let base = std::env::var_os("COUNTERSIGN_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from);
    let file = base.join(path);
    if file.exists() {
        return Some(file);
    }
    assert!(std::env::var_os("CI").is_none(), "{} is missing", file.display());
    println!("skipped: {} is missing", file.display());
    None
}

pub(crate) const NSO: &str = "examples/supplier/new-customer.yaml";

/// The same sale with the listing written into the case.
pub(crate) const LISTED: &str = "examples/supplier/servers-for-nso.yaml";

/// The ids of the rules that determined any regime of a check.
pub(crate) fn determining(check: &serde_json::Value) -> Vec<String> {
    let regimes = check["decision"]["regimes"].as_array().unwrap();
    let cited = regimes.iter().flat_map(|r| r["determining"].as_array().unwrap());
    cited.map(|c| c["rule"].as_str().unwrap().to_owned()).collect()
}

/// The screening of one party.
pub(crate) fn party<'a>(check: &'a serde_json::Value, id: &str) -> &'a serde_json::Value {
    check["screening"].as_array().unwrap().iter().find(|p| p["party"] == id).unwrap()
}

/// A case about a purchaser of this name, whose listings are not given; everything else as in the example.
pub(crate) fn case_about(name: &str) -> String {
    let text = std::fs::read_to_string(root().join(NSO)).unwrap();
    assert!(text.contains("name: NSO Group\n"));
    text.replace("name: NSO Group\n", &format!("name: {name}\n"))
}

/// The digests and the version change with every release of law and program.
pub(crate) fn settings() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"[0-9a-f]{64}", "[sha256]");
    settings.add_filter(r"\b[0-9a-f]{12}\b", "[digest]");
    settings.add_filter(r#""program": "[^"]+""#, r#""program": "[version]""#);
    settings
}
