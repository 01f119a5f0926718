//! Runs scenario files against a tree of packs and prints every difference: `scenarios LAW-DIR FILE…`.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::allow_attributes, reason = "an example")]

use countersign_case::ScenarioFile;
use countersign_law::{Law, PackFiles, Status, run};
use std::path::Path;

fn main() {
    let started = std::time::Instant::now();
    let mut args = std::env::args().skip(1);
    let mut files = PackFiles::new();
    collect(Path::new(&args.next().unwrap()), "", &mut files);
    let law = match Law::load(&files) {
        Ok(law) => law,
        Err(error) => {
            println!("{error}");
            std::process::exit(1);
        }
    };
    println!("packs loaded in {:?}", started.elapsed());
    let known = law.known(std::collections::BTreeSet::from(["EN-01".to_owned(), "LF-04".to_owned()]));
    for path in args {
        let text = std::fs::read_to_string(&path).unwrap();
        let started = std::time::Instant::now();
        let file = ScenarioFile::parse(&text, &path, &known).unwrap();
        println!("parsed in {:?}", started.elapsed());
        for outcome in run(&law, &known, &file) {
            let mark = if outcome.status == Status::Passed { "ok  " } else { "FAIL" };
            println!(
                "{mark} {} {:?} expected {:?} got {:?}",
                outcome.id, outcome.status, outcome.expected, outcome.got
            );
            for d in outcome.diff {
                println!("       {d}");
            }
        }
        println!("ran in {:?}", started.elapsed());
    }
}

fn collect(dir: &Path, prefix: &str, files: &mut PackFiles) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            collect(&entry.path(), &format!("{name}/"), files);
        } else {
            files.insert(name, std::fs::read_to_string(entry.path()).unwrap());
        }
    }
}
