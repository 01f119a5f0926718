//! How fast the index is: `cargo run --release -p countersign-screening --example speed -- lists|million [queries]`.
//!
//! - `lists`: every published list at hand. Queries: names that are not listed, listed names, listed names with
//!   mistakes; a kind given or not.
//! - `million`: a million recombined company names.
//!
//! `COUNTERSIGN_SPEED_INDEX=FILE` keeps the index for the next run, `COUNTERSIGN_SPEED_SLOWEST=1` names the slowest queries.
//!
//! Prints the time to build, to write, to open; of a query the median, the 99th percentile and the longest; and how
//! many a second one thread answers, first with nothing remembered, then with what the first round left. Queries are
//! measured by the processor time of their thread, so that a busy machine does not count.

#![expect(
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a program that measures; what it reads is known"
)]

#[path = "../tests/real/mod.rs"]
mod real;

/// As in the program.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

use std::collections::BTreeMap;
use std::error::Error;
use std::time::{Duration, Instant};

use countersign_lists::country_code;
use countersign_model::{CountryCode, Entity, EntitySchema};
use countersign_screening::{Index, IndexBuilder, Profile, Query};
use cpu_time::ThreadTime;
use real::{Seeded, bare, company_names, entities, mistaken, recombined, shared};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let what = arguments.next().unwrap_or_else(|| "lists".to_owned());
    let count: usize = arguments.next().map_or(Ok(4000), |n| n.parse())?;
    let path = std::env::temp_dir().join(format!("countersign-speed-{}.index", std::process::id()));
    let (listed, queries): (Listed, Asked) = match what.as_str() {
        "lists" => lists(count)?,
        "million" => million(count)?,
        other => return Err(format!("`{other}`: say lists or million").into()),
    };
    let kept = std::env::var_os("COUNTERSIGN_SPEED_INDEX").map(std::path::PathBuf::from);
    let path = kept.clone().unwrap_or(path);
    if Index::open(&path, "").is_err() {
        let start = Instant::now();
        let mut builder = IndexBuilder::new();
        for entity in listed()? {
            builder.add(&entity);
        }
        let index = builder.finish();
        println!(
            "{} entities, index of {} MiB built in {:?}",
            index.len(),
            index.size() >> 20,
            start.elapsed()
        );
        let start = Instant::now();
        index.write(&path)?;
        println!("written in {:?}", start.elapsed());
    }
    let start = Instant::now();
    drop(Index::open(&path, "")?);
    println!("opened with checksums in {:?}", start.elapsed());
    let start = Instant::now();
    let index = Index::open_trusted(&path, "")?;
    println!("opened without in {:?}", start.elapsed());
    for (title, queries) in &queries {
        for round in ["first", "again"] {
            report(&format!("{title}, {round}"), &index, queries, &Profile::default())?;
        }
        // as `bulk` asks: nothing below the threshold is looked for
        let bulk = Profile { near_miss_margin: 0.0, max_near_misses: 0, ..Profile::default() };
        report(&format!("{title}, without near misses"), &index, queries, &bulk)?;
    }
    if kept.is_none() {
        std::fs::remove_file(&path)?;
    }
    Ok(())
}

type Asked = Vec<(String, Vec<Query>)>;
/// The entities, made only where there is no index of them yet.
type Listed = Box<dyn FnOnce() -> Result<Vec<Entity>, Box<dyn Error>>>;

fn lists(count: usize) -> Result<(Listed, Asked), Box<dyn Error>> {
    let (listed, left) = entities()?;
    for line in left {
        println!("not read: {line}");
    }
    let mut text = String::new();
    std::io::Read::read_to_string(
        &mut flate2::read::GzDecoder::new(std::fs::File::open(shared().join("bench/negatives_us.csv.gz"))?),
        &mut text,
    )?;
    let rows: Vec<BTreeMap<String, String>> =
        csv::Reader::from_reader(text.as_bytes()).deserialize().collect::<Result<_, _>>()?;
    let step = (rows.len() / count).max(1);
    let known: Vec<Query> = rows.iter().step_by(step).map(person).collect::<Result<_, _>>()?;
    let unlisted: Vec<Query> =
        known.iter().map(|q| Query { birth_date: None, countries: Vec::new(), ..q.clone() }).collect();
    let companies = company_names()?;
    let step = (companies.len() / count).max(1);
    let bodies: Vec<Query> = companies
        .iter()
        .step_by(step)
        .map(|name| Query { schema: Some(EntitySchema::Organization), ..Query::named(name.clone()) })
        .collect();
    let open = |queries: &[Query]| -> Vec<Query> {
        queries.iter().map(|q| Query { schema: None, ..q.clone() }).collect()
    };
    let mut seeded = Seeded(4);
    let mut wrong = Vec::new();
    while wrong.len() < count {
        let entity = &listed[seeded.below(listed.len())];
        let names: Vec<_> = entity.names().collect();
        if names.is_empty() {
            continue;
        }
        let name = mistaken(names[seeded.below(names.len())].text, &mut seeded);
        if name.chars().any(char::is_alphanumeric) {
            wrong.push(Query { schema: Some(entity.schema), ..Query::named(name) });
        }
    }
    let unknown = open(&wrong);
    let asked = vec![
        ("US persons, not listed".to_owned(), unlisted.clone()),
        ("the same, kind not given".to_owned(), open(&unlisted)),
        ("US persons with birth date and country".to_owned(), known),
        ("companies of the LEI register".to_owned(), bodies),
        ("listed names with a mistake".to_owned(), wrong),
        ("the same, kind not given".to_owned(), unknown),
    ];
    Ok((Box::new(|| Ok(listed)), asked))
}

/// A person with the facts that the file gives.
fn person(row: &BTreeMap<String, String>) -> Result<Query, Box<dyn Error>> {
    let get = |column: &str| row.get(column).map_or("", |value| value.trim());
    let mut query = Query { schema: Some(EntitySchema::Person), ..Query::named(get("full_name")) };
    query.birth_date = get("date_of_birth").parse().ok();
    for country in get("nationality").split(';').map(str::trim).filter(|c| !c.is_empty()) {
        if let Some(code) = country_code(country)? {
            query.countries.extend(CountryCode::new(&code.to_ascii_uppercase()));
        }
    }
    Ok(query)
}

fn million(count: usize) -> Result<(Listed, Asked), Box<dyn Error>> {
    let names = company_names()?;
    let query = |name: String| Query { schema: Some(EntitySchema::Organization), ..Query::named(name) };
    let mut seeded = Seeded(9);
    let others = recombined(&names, count, 2).into_iter().map(query).collect();
    let wrong = recombined(&names, count, 1).iter().map(|n| query(mistaken(n, &mut seeded))).collect();
    let listed = move || {
        let names = recombined(&names, 1_000_000, 1).into_iter().enumerate();
        names.map(|(n, name)| bare(n.to_string(), EntitySchema::Organization, &name)).collect()
    };
    Ok((
        Box::new(listed),
        vec![("other recombinations".to_owned(), others), ("listed names with a mistake".to_owned(), wrong)],
    ))
}

fn report(title: &str, index: &Index, queries: &[Query], profile: &Profile) -> Result<(), Box<dyn Error>> {
    let (mut with_hit, mut hits) = (0usize, 0usize);
    let mut times: Vec<(Duration, &str, usize)> = Vec::with_capacity(queries.len());
    let begin = ThreadTime::now();
    for query in queries {
        let start = ThreadTime::now();
        let result = index.screen(query, profile)?;
        times.push((start.elapsed(), &query.name, result.hits.len() + result.near_misses.len()));
        with_hit += usize::from(!result.hits.is_empty());
        hits += result.hits.len();
    }
    let rate = queries.len() as f64 / begin.elapsed().as_secs_f64();
    times.sort_unstable();
    let at = |share: usize| times[(times.len() - 1) * share / 100].0;
    println!(
        "{title}: {with_hit} of {} with a hit, {hits} hits; p50 {} µs, p99 {} µs, longest {} µs; {rate:.0}/s",
        queries.len(),
        at(50).as_micros(),
        at(99).as_micros(),
        at(100).as_micros()
    );
    if std::env::var_os("COUNTERSIGN_SPEED_SLOWEST").is_some() {
        for (time, name, shown) in times.iter().rev().take(20) {
            println!("    {time:.0?} {name}: {shown} shown");
        }
    }
    Ok(())
}
