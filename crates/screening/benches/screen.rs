//! What building an index and answering a query cost, over invented names made of syllables.

use countersign_model::{Entity, EntitySchema, SourceId};
use countersign_screening::{Index, Profile, Query};

fn main() {
    divan::main();
}

/// `count` entities, two names each. The same on every run.
fn entities(count: usize) -> Vec<Entity> {
    const SYLLABLES: [&str; 24] = [
        "al", "ka", "mo", "ri", "sen", "tar", "vo", "lin", "ha", "dre", "bu", "zor", "ne", "shi", "gul",
        "pe", "mar", "ko", "wen", "fa", "ti", "ro", "jun", "es",
    ];
    let mut state: usize = 1;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut word = || {
        let mut out = String::new();
        for _ in 0..2 + next(2) {
            out.push_str(SYLLABLES.get(next(SYLLABLES.len())).copied().unwrap_or_default());
        }
        out
    };
    let source = SourceId::new("starter").unwrap_or_else(|_| std::process::exit(1));
    (0..count)
        .map(|n| {
            let schema = if n % 2 == 0 { EntitySchema::Person } else { EntitySchema::Company };
            let mut entity = Entity {
                id: n.to_string(),
                schema,
                source: source.clone(),
                properties: Default::default(),
                listings: Vec::new(),
            };
            entity.add("name", format!("{} {} {}", word(), word(), word()));
            entity.add("alias", format!("{} {}", word(), word()));
            entity
        })
        .collect()
}

#[divan::bench(args = [50, 26_000], sample_count = 5)]
fn build(bencher: divan::Bencher<'_, '_>, count: usize) {
    let entities = entities(count);
    bencher.bench(|| Index::build(&entities));
}

#[divan::bench(args = ["Senko Marwen", "Gulshi Trading Holding", "محمد حسني مبارك", "Позитив Текнолоджиз", "王小明"])]
fn screen(bencher: divan::Bencher<'_, '_>, name: &str) {
    let index = Index::build(&entities(26_000));
    let query = Query::named(name);
    bencher.bench(|| index.screen(&query, &Profile::default()));
}
