//! The Go implementation of the same formats reads our directory and checks our proofs. Runs where Go and
//! Debian's `golang-golang-x-mod-dev` are installed.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use countersign_log::FsStorage;

use super::*;

/// Where Debian puts the sources of Go libraries.
const GOPATH: &str = "/usr/share/gocode";

#[test]
fn go_agrees() {
    let go = Command::new("go").arg("version").output().is_ok_and(|output| output.status.success());
    if !go || !Path::new(GOPATH).join("src/golang.org/x/mod/sumdb").is_dir() {
        println!("skipped: Go and golang-golang-x-mod-dev are not installed");
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path().join("log");
    let storage: Arc<dyn Storage> = Arc::new(FsStorage::create(&root).unwrap());
    let mut writer = Writer::create(storage, signer(), Duration::ZERO).unwrap();
    let size = 66_100;
    writer.append(&entries(0..300)).unwrap();
    writer.append(&entries(300..301)).unwrap();
    writer.append(&entries(301..size)).unwrap();
    let log = writer.log();
    let mut proofs = String::new();
    for newer in [1, 2, 255, 256, 257, 300, 65_536, 65_537, size] {
        for n in [0, 1, 100, 255, 256, 65_535, 65_536, size - 1] {
            for (word, fits, proof) in [
                ("inclusion", n < newer, log.inclusion_proof(n, newer)),
                // Go has no proof from an empty tree
                ("consistency", 0 < n && n <= newer, log.consistency_proof(n, newer)),
            ] {
                if fits {
                    write!(proofs, "{word} {n} {newer}").unwrap();
                    for hash in proof.unwrap() {
                        // the base64 of a checkpoint's root line is that of Go's hashes
                        let checkpoint = countersign_verify::Checkpoint {
                            origin: "x".to_owned(),
                            size: 0,
                            root: hash,
                            extensions: vec![],
                        };
                        write!(proofs, " {}", checkpoint.text().lines().nth(2).unwrap()).unwrap();
                    }
                    proofs.push('\n');
                }
            }
        }
    }
    let file = directory.path().join("proofs");
    std::fs::write(&file, &proofs).unwrap();
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/go/verify.go");
    let run = |root: &Path, file: &Path| {
        Command::new("go")
            .env("GO111MODULE", "off")
            .env("GOPATH", GOPATH)
            .env("GOFLAGS", "")
            .arg("run")
            .arg(&program)
            .arg(root)
            .arg(vkey().to_string())
            .arg(file)
            .output()
            .unwrap()
    };
    let output = run(&root, &file);
    let (said, failed) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{failed}");
    assert!(said.starts_with("66100 entries"), "{said}");
    print!("{said}");
    // and it is not agreeable to everything
    std::fs::write(&file, proofs.replacen("inclusion 0 2 ", "inclusion 1 2 ", 1)).unwrap();
    assert!(!run(&root, &file).status.success());
}
