//! Runs scenario files against the embedded packs and prints every difference.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::allow_attributes, reason = "an example")]

use countersign_case::ScenarioFile;
use countersign_law::{Law, Status, run};

fn main() {
    let started = std::time::Instant::now();
    let law = match Law::embedded() {
        Ok(law) => law,
        Err(error) => {
            println!("{error}");
            std::process::exit(1);
        }
    };
    println!("packs loaded in {:?}", started.elapsed());
    let known = law.known(std::collections::BTreeSet::from(["EN-01".to_owned(), "LF-04".to_owned()]));
    for path in std::env::args().skip(1) {
        let text = std::fs::read_to_string(&path).unwrap();
        let started = std::time::Instant::now();
        let file = ScenarioFile::parse(&text, &path, &known).unwrap();
        println!("parsed in {:?}", started.elapsed());
        for outcome in run(&law, &known, &file) {
            let mark = if outcome.status == Status::Passed { "ok  " } else { "FAIL" };
            println!("{mark} {} {:?} expected {:?} got {:?}", outcome.id, outcome.status, outcome.expected, outcome.got);
            for d in outcome.diff {
                println!("       {d}");
            }
        }
        println!("ran in {:?}", started.elapsed());
    }
}
