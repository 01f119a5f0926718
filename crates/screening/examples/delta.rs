//! Screening again after a change of the lists, against screening everybody: processor time, and whom it concerns.
//!
//! `cargo run --release -p countersign-screening --example delta -- CUSTOMERS [ENTRIES] [PERSONS] [SAMPLE]`: so many customers whose names
//! are made of halves of names of the LEI register (of every hundred PERSONS have names made of those of listed persons), the
//! published lists that are at hand, and a change of ENTRIES of them (ten): of ten, three are gone, four new and three otherwise.
//! One customer in SAMPLE (100) is screened against both states, which gives the time of a whole run and is the test: whoever has
//! another result must have been found. 1 screens all.

#![expect(clippy::print_stdout, reason = "a program that measures")]

#[path = "../tests/real/mod.rs"]
#[expect(dead_code, reason = "other programs use the rest")]
mod real;

use std::error::Error;
use std::time::Duration;

use countersign_model::{Entity, EntitySchema};
use countersign_screening::{Delta, Index, Outlines, Profile, Query, Screening};
use cpu_time::ProcessTime;
use real::Seeded;

/// Customers whose outlines are in memory at a time.
const SHARD: usize = 500_000;

fn main() -> Result<(), Box<dyn Error>> {
    let mut numbers = Vec::new();
    for argument in std::env::args().skip(1) {
        numbers.push(argument.parse::<usize>()?);
    }
    let customers = *numbers.first().ok_or("say how many customers")?;
    let entries = numbers.get(1).copied().unwrap_or(10);
    let persons = numbers.get(2).copied().unwrap_or(0);
    let sample = numbers.get(3).copied().unwrap_or(100).max(1);

    let (entities, left) = real::entities()?;
    for why in left {
        println!("left out: {why}");
    }
    let (before, after) = change(&entities, entries);
    let (old, new) = (Index::build(&before), Index::build(&after));
    println!("{} entities before, {} after", old.len(), new.len());
    let start = ProcessTime::now();
    let delta = Delta::between(&old, &new);
    let mut again = start.elapsed();
    println!("difference: {:?} in {:.2} s", delta.reach(), again.as_secs_f64());

    let companies = real::company_names()?;
    let people: Vec<String> = entities
        .iter()
        .filter(|e| e.schema == EntitySchema::Person)
        .filter_map(|e| e.names().next().map(|n| n.text.to_owned()))
        .collect();
    let profile = Profile { near_miss_margin: 0.0, max_near_misses: 0, ..Profile::default() };
    let (mut outlined, mut size, mut concerned) = (Duration::ZERO, 0, 0);
    let (mut looked, mut screened, mut whole, mut changed, mut sampled) =
        (Duration::ZERO, Duration::ZERO, Duration::ZERO, 0, 0);
    for first in (0..customers).step_by(SHARD) {
        let count = SHARD.min(customers - first);
        let queries = queries(&companies, &people, count, first, persons);
        let start = ProcessTime::now();
        let mut outlines = Outlines::new();
        for query in &queries {
            // a name of signs only cannot be asked about, and has its place
            let _ = outlines.push(query);
        }
        outlined += start.elapsed();
        let bytes = outlines.to_bytes();
        size += bytes.len();
        drop(outlines);

        let start = ProcessTime::now();
        let outlines = Outlines::from_bytes(&bytes)?;
        let found = delta.concerned(&outlines, &new, &profile);
        looked += start.elapsed();
        let start = ProcessTime::now();
        for place in &found {
            if let Some(query) = queries.get(*place) {
                let _ = new.screen(query, &profile);
            }
        }
        screened += start.elapsed();
        concerned += found.len();

        let start = ProcessTime::now();
        let asked: Vec<usize> = (0..count).step_by(sample).collect();
        let after: Vec<Option<Screening>> =
            asked.iter().map(|n| result(&new, queries.get(*n), &profile)).collect();
        whole += start.elapsed();
        sampled += asked.len();
        for (place, after) in asked.iter().zip(after) {
            if result(&old, queries.get(*place), &profile) != after {
                changed += 1;
                if found.binary_search(place).is_err() {
                    return Err(format!("missed: {:?}", queries.get(*place)).into());
                }
            }
        }
    }
    again += looked + screened;
    // counts are far below 2^52
    let whole = whole.as_secs_f64() * customers as f64 / sampled as f64;
    println!(
        "{customers} customers, {persons} % persons; outlines: {:.1} s once, {:.0} bytes each",
        outlined.as_secs_f64(),
        size as f64 / customers as f64
    );
    println!(
        "concerned: {concerned}, {:.3} %; of {sampled} screened against both, {changed} have another result, all of them found",
        100.0 * concerned as f64 / customers as f64
    );
    println!(
        "again: {:.1} s of processor ({:.1} to find them, {:.1} to screen them); everybody: {whole:.0} s; share {:.2} %",
        again.as_secs_f64(),
        looked.as_secs_f64(),
        screened.as_secs_f64(),
        100.0 * again.as_secs_f64() / whole
    );
    Ok(())
}

fn result(index: &Index, query: Option<&Query>, profile: &Profile) -> Option<Screening> {
    let found = index.screen(query?, profile).ok()?;
    // more or fewer entities are compared with everybody
    Some(Screening { compared_entities: 0, ..found })
}

/// The lists before and after.
fn change(entities: &[Entity], entries: usize) -> (Vec<Entity>, Vec<Entity>) {
    let mut seeded = Seeded(7);
    let (mut before, mut after) = (entities.to_vec(), entities.to_vec());
    for n in 0..entries {
        match n % 10 {
            0..3 => drop(after.remove(seeded.below(after.len()))),
            // what is new is one of the lists, which the earlier state does not have yet
            3..7 => drop(before.remove(seeded.below(before.len()))),
            _ => {
                let other = entities.get(seeded.below(entities.len()));
                let name = other.and_then(|e| e.names().next()).map(|n| n.text.to_owned());
                let at = seeded.below(after.len());
                if let (Some(entity), Some(name)) = (after.get_mut(at), name) {
                    entity.add("alias", name);
                }
            }
        }
    }
    (before, after)
}

fn queries(
    companies: &[String],
    people: &[String],
    count: usize,
    first: usize,
    persons: usize,
) -> Vec<Query> {
    let seed = 1 + first as u64;
    let of_people = count * persons / 100;
    let made = [
        (EntitySchema::Company, real::recombined(companies, count - of_people, seed)),
        (EntitySchema::Person, real::recombined(people, of_people, seed)),
    ];
    let mut queries = Vec::with_capacity(count);
    for (schema, names) in made {
        queries.extend(names.into_iter().map(|name| Query { schema: Some(schema), ..Query::named(name) }));
    }
    queries
}
