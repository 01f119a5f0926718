//! What a file of parties costs a row: reading, screening on one thread, writing, put together.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a bench may panic")]

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use countersign_bulk::{Format, How, InputFormat, Job, Judged, run};
use countersign_model::{Entity, EntitySchema, SourceId};
use countersign_screening::{Index, Profile};

const ROWS: usize = 20_000;

fn main() {
    divan::main();
}

/// Names made of syllables, the same on every run.
fn names(count: usize, mut state: usize) -> Vec<String> {
    const SYLLABLES: [&str; 24] = [
        "al", "ka", "mo", "ri", "sen", "tar", "vo", "lin", "ha", "dre", "bu", "zor", "ne", "shi", "gul",
        "pe", "mar", "ko", "wen", "fa", "ti", "ro", "jun", "es",
    ];
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut word = || (0..2 + next(2)).map(|_| SYLLABLES[next(SYLLABLES.len())]).collect::<String>();
    (0..count).map(|_| format!("{} {} {}", word(), word(), word())).collect()
}

#[divan::bench(args = ["csv", "jsonl", "parquet"], sample_count = 5)]
fn rows(bencher: divan::Bencher<'_, '_>, ending: &str) {
    let entities: Vec<Entity> = names(26_000, 1)
        .into_iter()
        .enumerate()
        .map(|(n, name)| {
            let mut entity = Entity {
                id: n.to_string(),
                schema: if n % 2 == 0 { EntitySchema::Person } else { EntitySchema::Company },
                source: SourceId::new("starter").unwrap(),
                properties: Default::default(),
                listings: Vec::new(),
            };
            entity.add("name", name);
            entity
        })
        .collect();
    let index = Index::build(&entities);
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("parties.csv");
    let mut text = String::from("name,schema\n");
    for (n, name) in names(ROWS, 7).iter().enumerate() {
        writeln!(text, "{name},{}", if n % 2 == 0 { "Person" } else { "Company" }).unwrap();
    }
    fs::write(&input, text).unwrap();
    let output: PathBuf = folder.path().join(format!("matches.{ending}"));
    let format = match ending {
        "csv" => Format::Csv,
        "jsonl" => Format::JsonLines,
        _ => Format::Parquet,
    };
    bencher.counter(divan::counter::ItemsCount::new(ROWS)).bench_local(|| {
        let _ = fs::remove_file(&output);
        let job = Job {
            input: &input,
            input_format: InputFormat::Csv,
            how: How::default(),
            output: &output,
            format,
            every_party: false,
            profile: Profile { near_miss_margin: 0.0, max_near_misses: 0, ..Profile::default() },
            content: "bench",
            chunk: 5000,
            threads: 1,
            keep: None,
            on: None,
        };
        run(&job, &index, &|_, _| Judged::Open, &|_| ()).unwrap()
    });
}
