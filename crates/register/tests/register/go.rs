//! Bundles of ours, verified by a program that has no code of ours. Runs where Go and Debian's
//! `golang-golang-x-mod-dev` are installed.

use std::path::Path;
use std::process::Command;

use super::*;
use countersign_verify::{NoteKeyAlgorithm, SignedCheckpoint, VKey, cosign};

/// Where Debian puts the sources of Go libraries.
const GOPATH: &str = "/usr/share/gocode";

fn go_is_here() -> bool {
    let go = Command::new("go").arg("version").output().is_ok_and(|output| output.status.success());
    let here = go && Path::new(GOPATH).join("src/golang.org/x/mod/sumdb").is_dir();
    assert!(here || std::env::var_os("CI").is_none(), "Go and golang-golang-x-mod-dev are not installed");
    if !here {
        println!("skipped: Go and golang-golang-x-mod-dev are not installed");
    }
    here
}

#[test]
fn go_verifies_our_bundles_receipts_and_cosignatures() {
    if !go_is_here() {
        return;
    }
    let mut office = Office::new();
    office.add(RecordKind::Finding, finding(), 2, 2).unwrap();
    let on = office.register.leaf(0).unwrap().sha256;
    let comment = json!({"of": {"record": on}, "text": "a comment with <signs> & \"marks\", and ü"});
    office.add(RecordKind::Comment, predicate(&["register:example"], comment), 7, 3).unwrap();
    let signed = office.register.log().signed();
    let mut note = signed.note().clone();
    let witnesses: Vec<VKey> = [21, 22]
        .map(|n| {
            let name = format!("witness-{n}.example.net");
            VKey::new(&name, NoteKeyAlgorithm::CosignatureV1, seed(n).public()).unwrap()
        })
        .into();
    for (witness, n) in witnesses.iter().zip([21, 22]) {
        note.signatures.push(cosign(&note, witness, &seed(n).into(), 1_800_000_000).unwrap());
    }
    let vkey = office.register.vkey().clone();
    let cosigned = SignedCheckpoint::verify(note.format().as_bytes(), &vkey).unwrap();

    // built once, run often
    let program = office.path("verify-bundle");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/go/bundle.go");
    let built = Command::new("go")
        .env("GO111MODULE", "off")
        .env("GOPATH", GOPATH)
        .env("GOFLAGS", "")
        .args(["build", "-o"])
        .args([&program, &source])
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let verify = |bundle: &[u8], keys: &[&VKey]| {
        let file = office.path("bundle.json");
        std::fs::write(&file, bundle).unwrap();
        let keys = keys.iter().map(ToString::to_string);
        let output = Command::new(&program).arg(&file).arg(vkey.to_string()).args(keys).output().unwrap();
        let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        if output.status.success() { Ok(said(&output.stdout)) } else { Err(said(&output.stderr)) }
    };
    let both: Vec<&VKey> = witnesses.iter().collect();
    for (index, kind, documents) in [(0, "roster", 0), (1, "finding", 1), (2, "comment", 0)] {
        let bundle = office.register.bundle(index, &[], Some(&cosigned)).unwrap();
        let said = verify(&bundle, &both).unwrap();
        assert!(
            said.contains(&format!("entry {index} of 3, {kind}, {documents} documents"))
                && said.contains("3 signatures"),
            "{said}"
        );
        // under the log's own checkpoint there are no cosignatures
        let plain = office.register.bundle(index, &[], None).unwrap();
        verify(&plain, &[]).unwrap();
        assert!(verify(&plain, &both).unwrap_err().contains("1 of 3 signatures"));
    }
    // and it is not agreeable to everything
    let good: countersign_verify::Bundle =
        serde_json::from_slice(&office.register.bundle(1, &[], Some(&cosigned)).unwrap()).unwrap();
    let refused = |change: &dyn Fn(&mut countersign_verify::Bundle), why: &str| {
        let mut changed = good.clone();
        change(&mut changed);
        let said = verify(&changed.to_bytes().unwrap(), &both).unwrap_err();
        assert!(said.contains(why), "{why}: {said}");
    };
    refused(&|b| b.leaf = b.leaf.replace("product:p", "product:q"), "invalid");
    refused(&|b| b.record.payload = b.record.payload.replacen('e', "f", 1), "signature of a record");
    refused(
        &|b| {
            let text = countersign_verify::Content::Text("another report".to_owned());
            b.documents.insert("report.txt".parse().unwrap(), text);
        },
        "was changed",
    );
    let stranger = VKey::new("witness-21.example.net", NoteKeyAlgorithm::CosignatureV1, seed(23).public());
    let bundle = good.to_bytes().unwrap();
    assert!(verify(&bundle, &[&stranger.unwrap()]).unwrap_err().contains("1 of 2 signatures"));
}
