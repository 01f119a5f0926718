//! Measures recall, false alarms and speed over whole lists:
//! `screen_lists SHARED_DIRECTORY [queries]`.
//!
//! - Recall: each person of `bench/positives_un_untreated.csv` against the UN list (names read straight from its
//!   XML, all other elements left aside), by name, and by name with birth date and nationality.
//! - False alarms: a sample of `bench/negatives_us.csv.gz` against the OFAC list and against the UN list.
//! - Time to build and to answer. Build with `--release`.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::Read as _;
use std::path::Path;
use std::time::{Duration, Instant};

use countersign_model::{CountryCode, Entity, EntitySchema, SourceId};
use countersign_screening::{Index, Profile, Query};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let shared = arguments.next().ok_or("name the directory of the shared data")?;
    let sample: usize = arguments.next().map_or(Ok(1000), |n| n.parse())?;
    let shared = Path::new(&shared);
    let mut un = Vec::new();
    // persons come and go: the labelled ones stood on the list at some time between these two
    for date in ["2024-10-16", "2026-02-27"] {
        un.extend(un_persons(&gunzip(&shared.join(format!("data/un/consolidated_{date}.xml.gz")))?, date)?);
    }
    let ofac = ofac(shared)?;
    let un_index = timed_build("UN", &un);
    let ofac_index = timed_build("OFAC", &ofac);

    let positives =
        rows(std::fs::read_to_string(shared.join("bench/positives_un_untreated.csv"))?.as_bytes())?;
    for with_facts in [false, true] {
        let queries: Vec<Query> = positives.iter().map(|row| person(row, with_facts)).collect();
        report(
            if with_facts { "UN positives with facts" } else { "UN positives" },
            &un_index,
            &queries,
            true,
        )?;
    }
    let negatives = rows(gunzip(&shared.join("bench/negatives_us.csv.gz"))?.as_bytes())?;
    let step = (negatives.len() / sample.max(1)).max(1);
    let queries: Vec<Query> = negatives.iter().step_by(step).map(|row| person(row, false)).collect();
    report("US negatives / UN", &un_index, &queries, false)?;
    report("US negatives / OFAC", &ofac_index, &queries, false)?;
    let dated: Vec<Query> = negatives.iter().step_by(step).map(|row| person(row, true)).collect();
    report("US negatives with facts / UN", &un_index, &dated, false)?;
    let unknown: Vec<Query> = queries.iter().take(300).map(|q| Query { schema: None, ..q.clone() }).collect();
    report("US negatives, kind not given / OFAC", &ofac_index, &unknown, false)?;
    Ok(())
}

fn say(line: &str) {
    #[expect(clippy::print_stdout, reason = "a program that reports on standard output")]
    {
        println!("{line}");
    }
}

fn timed_build(name: &str, entities: &[Entity]) -> Index {
    let start = Instant::now();
    let index = Index::build(entities);
    let names: usize = entities.iter().map(|e| e.names().count()).sum();
    say(&format!("{name}: {} entities, {names} names, built in {:?}", entities.len(), start.elapsed()));
    index
}

fn report(title: &str, index: &Index, queries: &[Query], expected: bool) -> Result<(), Box<dyn Error>> {
    let profile = Profile::default();
    let (mut with_hit, mut hits) = (0usize, 0usize);
    let mut times: Vec<Duration> = Vec::new();
    let mut shown = 0;
    for query in queries {
        let start = Instant::now();
        let result = index.screen(query, &profile)?;
        times.push(start.elapsed());
        with_hit += usize::from(!result.hits.is_empty());
        hits += result.hits.len();
        if result.hits.is_empty() == expected && shown < 8 {
            shown += 1;
            let line =
                result.hits.first().or(result.near_misses.first()).map_or("nothing", |h| h.line.as_str());
            say(&format!("    `{}`: {line}", query.name));
        }
    }
    times.sort_unstable();
    let at =
        |share: usize| times.get(times.len().saturating_sub(1) * share / 100).copied().unwrap_or_default();
    // counts of queries are small
    let rate = 100.0 * with_hit as f64 / queries.len().max(1) as f64;
    let (p50, p99) = (at(50), at(99));
    say(&format!(
        "{title}: {with_hit} of {} with a hit ({rate:.2} %), {hits} hits; p50 {p50:?}, p99 {p99:?}",
        queries.len()
    ));
    Ok(())
}

fn person(row: &BTreeMap<String, String>, with_facts: bool) -> Query {
    let field = |name: &str| row.get(name).map_or("", String::as_str);
    let mut query = Query { schema: Some(EntitySchema::Person), ..Query::named(field("full_name")) };
    if with_facts {
        query.birth_date = field("date_of_birth").parse().ok();
        query.countries.extend(CountryCode::new(&field("nationality").to_uppercase()));
    }
    query
}

fn gunzip(path: &Path) -> Result<String, Box<dyn Error>> {
    let file = std::fs::File::open(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(file).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn rows(bytes: &[u8]) -> Result<Vec<BTreeMap<String, String>>, csv::Error> {
    csv::Reader::from_reader(bytes).deserialize().collect()
}

fn bare(id: String, schema: EntitySchema, source: &str) -> Result<Entity, Box<dyn Error>> {
    Ok(Entity {
        id,
        schema,
        source: SourceId::new(source)?,
        properties: BTreeMap::new(),
        listings: Vec::new(),
    })
}

/// The individuals of the UN list: the names, birth dates and aliases, by plain search for their elements.
fn un_persons(xml: &str, date: &str) -> Result<Vec<Entity>, Box<dyn Error>> {
    let between = |text: &str, tag: &str| -> Vec<String> {
        text.split(&format!("<{tag}>"))
            .skip(1)
            .filter_map(|rest| {
                rest.split_once(&format!("</{tag}>")).map(|(inner, _)| inner.trim().to_owned())
            })
            .collect()
    };
    let mut out = Vec::new();
    for (n, block) in between(xml, "INDIVIDUAL").iter().enumerate() {
        let mut entity = bare(format!("un:{date}:{n}"), EntitySchema::Person, "un_sc")?;
        let (main, _) = block.split_once("<INDIVIDUAL_ALIAS>").unwrap_or((block.as_str(), ""));
        let parts =
            ["FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME"].map(|tag| between(main, tag).concat());
        entity.add("name", parts.join(" ").split_whitespace().collect::<Vec<_>>().join(" "));
        for alias in between(block, "INDIVIDUAL_ALIAS") {
            let low = between(&alias, "QUALITY").concat() == "Low";
            for name in between(&alias, "ALIAS_NAME") {
                entity.add(if low { "weakAlias" } else { "alias" }, name);
            }
        }
        for native in between(block, "NAME_ORIGINAL_SCRIPT") {
            entity.add("alias", native);
        }
        for birth in between(block, "INDIVIDUAL_DATE_OF_BIRTH") {
            for tag in ["YEAR", "DATE"] {
                for date in between(&birth, tag) {
                    entity.add("birthDate", date);
                }
            }
        }
        out.push(entity);
    }
    Ok(out)
}

/// The OFAC list with its aliases.
fn ofac(shared: &Path) -> Result<Vec<Entity>, Box<dyn Error>> {
    let read = |name: &str| -> Result<Vec<csv::StringRecord>, Box<dyn Error>> {
        let text = gunzip(&shared.join("data/us-ofac/2021-07").join(name))?;
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        Ok(reader.records().collect::<Result<_, _>>()?)
    };
    let mut aliases: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in read("alt.csv.gz")? {
        if let (Some(id), Some(alias)) = (row.get(0), row.get(3)) {
            aliases.entry(id.to_owned()).or_default().push(alias.to_owned());
        }
    }
    let mut out = Vec::new();
    for row in read("sdn.csv.gz")? {
        let (Some(id), Some(name), Some(kind)) = (row.get(0), row.get(1), row.get(2)) else { continue };
        let schema = match kind.trim() {
            "individual" => EntitySchema::Person,
            "vessel" => EntitySchema::Vessel,
            "aircraft" => EntitySchema::Airplane,
            _ => EntitySchema::Organization,
        };
        let mut entity = bare(id.to_owned(), schema, "us_ofac_sdn")?;
        entity.add("name", name);
        for alias in aliases.get(id).into_iter().flatten() {
            entity.add("alias", alias);
        }
        out.push(entity);
    }
    Ok(out)
}
