//! The index leaves nothing out, over every published list at hand: screening equals exhaustive scoring, byte for byte.
//!
//! Scoring every name takes some tenths of a second a query, so that this runs where it is asked for:
//! `COUNTERSIGN_COMPLETE=1000 cargo test --release -p countersign-screening --test complete_lists -- --nocapture`. The
//! other tests of completeness (`complete.rs`) run always, over a part of a list and over invented names.

mod real;

/// As in the program.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

use std::sync::atomic::{AtomicUsize, Ordering};

use countersign_model::{CountryCode, EntitySchema};
use countersign_screening::{Index, Profile, Query};
use real::{Seeded, company_names, entities, mistaken, recombined, shared};

#[test]
fn screening_equals_exhaustive_scoring_over_every_list() {
    let count = std::env::var("COUNTERSIGN_COMPLETE").ok().and_then(|n| n.parse::<usize>().ok());
    let Some(count) = count.filter(|_| shared().join("data").is_dir()) else {
        println!(
            "skipped: set COUNTERSIGN_COMPLETE to a number of queries, and COUNTERSIGN_SHARED to the lists"
        );
        return;
    };
    let (listed, _) = entities().unwrap();
    let companies = company_names().unwrap();
    let index = Index::build(&listed);
    let mut seeded = Seeded(11);
    let mut queries = Vec::with_capacity(count);
    while queries.len() < count {
        let entity = &listed[seeded.below(listed.len())];
        let names: Vec<&str> = entity.names().map(|n| n.text).collect();
        if names.is_empty() {
            continue;
        }
        let name = names[seeded.below(names.len())];
        let (name, schema) = match seeded.below(6) {
            // as it is listed; with one mistake; with two
            0 => (name.to_owned(), Some(entity.schema)),
            1 | 2 => (mistaken(name, &mut seeded), Some(entity.schema)),
            3 => (mistaken(&mistaken(name, &mut seeded), &mut seeded), None),
            // of another company, and of the halves of two
            4 => (companies[seeded.below(companies.len())].clone(), Some(EntitySchema::Organization)),
            _ => (recombined(&companies, 1, queries.len() as u64).remove(0), None),
        };
        if !name.chars().any(char::is_alphanumeric) {
            continue;
        }
        // of the entity, or of anybody: no fact in half of the queries, then one or both
        let facts = [0, 0, 0, 1, 2, 3][seeded.below(6)];
        let own = seeded.below(3) > 0;
        let of = |property: &str| entity.values(property).first().filter(|_| own).cloned();
        let country = of("nationality")
            .or_else(|| of("country"))
            .and_then(|code| CountryCode::new(&code.to_uppercase()).ok());
        let born = of("birthDate").and_then(|date| date.parse().ok());
        let ir = || CountryCode::new("IR").unwrap();
        queries.push(Query {
            schema,
            countries: if facts & 1 > 0 { vec![country.unwrap_or_else(ir)] } else { Vec::new() },
            birth_date: if facts & 2 > 0 { born.or("1965-03-12".parse().ok()) } else { None },
            ..Query::named(name)
        });
    }
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let (hits, near, done) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    let next = AtomicUsize::new(0);
    let one_after_another = || {
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            let Some(query) = queries.get(n) else { return };
            let (threshold, near_miss_margin) =
                [(0.7, 0.1), (0.85, 0.02), (0.6, 0.1), (0.9, 0.02), (0.97, 0.02)][n % 5];
            let profile = Profile {
                near_miss_margin,
                max_near_misses: usize::MAX,
                ..Profile::with_threshold(threshold)
            };
            let fast = index.screen(query, &profile).unwrap();
            let slow = index.screen_exhaustively(query, &profile).unwrap();
            assert_eq!(fast, slow, "`{}` at {threshold}", query.name);
            hits.fetch_add(fast.hits.len(), Ordering::Relaxed);
            near.fetch_add(fast.near_misses.len(), Ordering::Relaxed);
            let so_far = done.fetch_add(1, Ordering::Relaxed) + 1;
            if so_far % 100 == 0 {
                println!("{so_far} of {count} queries: identical");
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(one_after_another);
        }
    });
    let (hits, near) = (hits.into_inner(), near.into_inner());
    println!("{count} queries against {} entities: identical; {hits} hits, {near} near misses", index.len());
    assert!(hits > count / 2, "the queries find something");
}
