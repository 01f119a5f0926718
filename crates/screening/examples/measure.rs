//! How good matching is: `cargo run --release -p countersign-screening --example measure -- pairs FILE [wrong|all]`, or
//! `… measure -- lists [DIRECTORY]`, `… measure -- forms FILE`, or `… measure -- traders`.
//!
//! - `pairs`: figures of a file of labelled name pairs, and with `wrong` each pair on the wrong side, with `all` each pair.
//! - `lists`: recall on listed persons, on the same with one mistake each, by kind of mistake, and false alarms on unlisted
//!   ones, by name alone and with country and birth date, against the UN, OFAC and Consolidated Screening lists together. With
//!   a directory, the cases on the wrong side are written into it.
//! - `traders`: listed persons who trade under the name of a firm, and behind how many firms of the LEI register a listed person is shown.
//!
//! `countersign names eval` and `countersign screening eval` give the same figures from the program.

#![expect(clippy::print_stdout, reason = "a program that measures")]

#[path = "../tests/real/mod.rs"]
#[expect(dead_code, reason = "other programs use the rest")]
mod real;

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;

use countersign_lists::{InputFile, country_code, import};
use countersign_model::{CountryCode, Entity, EntitySchema, SourceId};
use countersign_names::{DefaultRarity, NameKind, ParsedName, compare};
use countersign_screening::{
    Alteration, Alterer, Figures, Hit, Index, Labelled, Profile, Query, reliability,
};
use real::shared;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["pairs", file] => pairs(Path::new(file), None),
        ["pairs", file, "wrong"] => pairs(Path::new(file), Some(false)),
        ["pairs", file, "all"] => pairs(Path::new(file), Some(true)),
        ["lists"] => lists(None),
        ["forms", file] => forms(Path::new(file)),
        ["traders"] => traders(),
        ["lists", directory] => lists(Some(Path::new(directory))),
        _ => Err("say `pairs FILE [wrong|all]`, `lists [DIRECTORY]`, `forms FILE` or `traders`".into()),
    }
}

type Row = BTreeMap<String, String>;

fn rows(text: &[u8]) -> Result<Vec<Row>, csv::Error> {
    csv::Reader::from_reader(text).deserialize().collect()
}

fn get<'a>(row: &'a Row, column: &str) -> &'a str {
    row.get(column).map_or("", |v| v.trim())
}

/// `shown`: whether pairs are printed, and whether all of them are.
fn pairs(file: &Path, shown: Option<bool>) -> Result<(), Box<dyn Error>> {
    let mut groups: BTreeMap<&str, Vec<Labelled>> = BTreeMap::new();
    for (n, row) in rows(&std::fs::read(file)?)?.iter().enumerate() {
        let schema: EntitySchema = get(row, "schema").parse()?;
        let best = NameKind::of_schema(schema)
            .iter()
            .map(|kind| {
                let parse = |column| ParsedName::parse(get(row, column), *kind);
                compare(&parse("name1"), &parse("name2"), &DefaultRarity)
            })
            .max_by(|a, b| a.score.total_cmp(&b.score))
            .ok_or("a schema without a kind")?;
        let labelled = Labelled { score: best.score, is_match: get(row, "is_match") == "true" };
        let synthetic = get(row, "case_group").starts_with("synth_");
        for group in ["all", if synthetic { "synth" } else { "expert" }, get(row, "quality")] {
            let group = ["all", "synth", "expert", "STRONG", "MEDIUM", "WEAK"]
                .into_iter()
                .find(|g| *g == group)
                .unwrap_or("other");
            groups.entry(group).or_default().push(labelled);
        }
        if shown.is_some_and(|all| all || (best.score >= 0.7) != labelled.is_match) {
            println!(
                "{:3} {} {} {} | {} | {} | {}",
                n + 2,
                get(row, "case_group"),
                get(row, "quality"),
                labelled.is_match,
                get(row, "name1"),
                get(row, "name2"),
                best.line()
            );
        }
    }
    for (group, scores) in &groups {
        let f = Figures::of(scores, 0.7);
        println!(
            "{group}: n {} F1 {:.3} best {:.3} at {:.2} AUC {:.4} tp {} fp {} fn {} tn {}",
            f.n,
            f.f1.unwrap_or(f64::NAN),
            f.best_f1.unwrap_or(f64::NAN),
            f.best_threshold.unwrap_or(f64::NAN),
            f.auc.unwrap_or(f64::NAN),
            f.tp,
            f.fp,
            f.false_negatives,
            f.tn
        );
    }
    for bin in reliability(groups.get("all").map_or(&[][..], Vec::as_slice), 10) {
        println!("{:.1} to {:.1}: {} pairs, {:?} of them matches", bin.from, bin.to, bin.n, bin.matches);
    }
    Ok(())
}

/// How a person's name stands in that of a firm.
const TRADES: [&str; 17] = [
    "{}",
    "{} Ltd",
    "OOO {}",
    "{} Trading",
    "{} General Trading LLC",
    "{} & Sons Ltd",
    "{} Import Export Co.",
    "{} Consulting GmbH",
    "{} Sp. z o.o.",
    "{} S.R.L.",
    "{} Trading SA",
    "{} (India) Private Limited",
    "{}, spol. s r.o.",
    "{} Construction and Transport Services Company",
    "{} Ltd, a letter changed",
    "{} Ltd, a part left out",
    "{} Sp. z o.o., a letter changed",
];

/// Listed persons as firms: how many are found, by what stands beside the name.
fn traders() -> Result<(), Box<dyn Error>> {
    let entities = real::entities()?.0;
    let index = Index::build(&entities);
    let profile = Profile { near_miss_margin: 0.0, max_near_misses: 0, ..Profile::default() };
    let of = |name: String| -> Result<Vec<Hit>, Box<dyn Error>> {
        let query = Query { schema: Some(EntitySchema::Company), ..Query::named(name) };
        let own = index.screen(&query, &profile)?.hits;
        Ok(if own.is_empty() { index.of_another_kind(&query, &profile)? } else { own })
    };
    let persons: Vec<(&Entity, String)> = entities
        .iter()
        .filter(|entity| entity.schema == EntitySchema::Person)
        .filter_map(|entity| {
            // `SURNAME, Given` as a trader writes it
            let name = match entity.caption().split_once(',') {
                Some((surname, given)) => format!("{} {}", given.trim(), surname.trim()),
                None => entity.caption().to_owned(),
            };
            (name.is_ascii() && name.split_whitespace().count() > 1).then_some((entity, name))
        })
        .collect();
    let some: Vec<&(&Entity, String)> = persons.iter().step_by((persons.len() / 2000).max(1)).collect();
    for trade in TRADES {
        let (mut found, mut asked, mut seeded) = (0, 0, real::Seeded(1));
        for (entity, name) in &some {
            let words: Vec<&str> = name.split_whitespace().collect();
            let name = if trade.ends_with("left out") {
                if words.len() < 3 {
                    continue;
                }
                let out = seeded.below(words.len());
                let rest = words.iter().enumerate().filter(|(n, _)| *n != out).map(|(_, word)| *word);
                rest.collect::<Vec<_>>().join(" ")
            } else if trade.ends_with("changed") {
                // a letter in the longest word
                let longest = name.split_whitespace().max_by_key(|word| word.len()).unwrap_or_default();
                let at = name.find(longest).unwrap_or(0) + 1 + seeded.below(longest.len() - 1);
                let other = char::from(b'a' + u8::try_from(seeded.below(26))?);
                let parts =
                    name.get(..at).zip(name.get(at + 1..)).ok_or("names of ASCII are cut anywhere")?;
                format!("{}{other}{}", parts.0, parts.1)
            } else {
                name.clone()
            };
            let firm = trade.split(", a").next().unwrap_or(trade).replace("{}", &name);
            asked += 1;
            found += usize::from(of(firm)?.iter().any(|hit| hit.entity == entity.id));
        }
        println!("{trade}: {found} of {asked} found");
    }
    let firms = real::company_names()?;
    let (mut shown, mut hits) = (0, 0);
    for name in &firms {
        let persons = of(name.clone())?.iter().filter(|hit| hit.schema == EntitySchema::Person).count();
        shown += usize::from(persons > 0);
        hits += persons;
    }
    println!(
        "behind {shown} of {} firms of the LEI register a listed person is shown ({hits} entries)",
        firms.len()
    );
    Ok(())
}

/// Of each active code: whether a name that ends or begins with one of its spellings loses it as a legal form.
fn forms(file: &Path) -> Result<(), Box<dyn Error>> {
    let mut bytes = std::fs::read(file)?;
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut text = Vec::new();
        std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(bytes.as_slice()), &mut text)?;
        bytes = text;
    }
    let mut codes: BTreeMap<String, (String, bool, bool)> = BTreeMap::new();
    for row in rows(bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(&bytes))? {
        let local = get(&row, "Entity Legal Form name Local name");
        if get(&row, "ELF Status ACTV/INAC") != "ACTV" || local.is_empty() {
            continue;
        }
        let known = |spelling: &str| {
            let names = [format!("Quillfeather {spelling}"), format!("{spelling} Quillfeather")];
            !spelling.trim().is_empty()
                && names
                    .iter()
                    .any(|name| ParsedName::parse(name, NameKind::Organization).org_form_class().is_some())
        };
        let short = ["Abbreviations Local language", "Abbreviations transliterated"];
        let mut abbreviations = short.iter().flat_map(|column| get(&row, column).split(';'));
        let by_name = known(local)
            || known(get(&row, "Entity Legal Form name Transliterated name (per ISO 01-140-10)"));
        let entry = codes.entry(get(&row, "ELF Code").to_owned()).or_default();
        entry.0 = get(&row, "Country Code (ISO 3166-1)").to_owned();
        entry.1 |= by_name;
        entry.2 |= abbreviations.any(known);
    }
    let mut countries: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (country, name, short) in codes.values() {
        let (all, found) = countries.entry(country).or_default();
        *all += 1;
        *found += usize::from(*name || *short);
    }
    let found: usize = countries.values().map(|c| c.1).sum();
    let none = countries.values().filter(|c| c.1 == 0).count();
    println!(
        "{found} of {} active codes known by name or abbreviation; {} of {} countries have at least one",
        codes.len(),
        countries.len() - none,
        countries.len()
    );
    Ok(())
}

/// Sources with the files of one import each, below `data/`.
const IMPORTS: [(&str, &[&str]); 4] = [
    ("us_csl", &["us-csl/consolidated_2022-04.csv.gz"]),
    (
        "us_ofac_sdn",
        &["us-ofac/2021-07/sdn.csv.gz", "us-ofac/2021-07/alt.csv.gz", "us-ofac/2021-07/add.csv.gz"],
    ),
    ("un_sc", &["un/consolidated_2024-10-16.xml.gz"]),
    ("un_sc", &["un/consolidated_2026-02-27.xml.gz"]),
];

fn entities() -> Result<Vec<Entity>, Box<dyn Error>> {
    let mut all = Vec::new();
    for (n, (source, files)) in IMPORTS.iter().enumerate() {
        let mut inputs = Vec::new();
        for file in *files {
            let name = Path::new(file).file_name().unwrap_or_default().to_string_lossy().into_owned();
            inputs.push(InputFile { name, bytes: std::fs::read(shared().join("data").join(file))? });
        }
        let done = import(&SourceId::new(source)?, &inputs)?;
        all.extend(done.entities.into_iter().map(|mut entity| {
            entity.id = format!("{n}:{}", entity.id);
            entity
        }));
    }
    Ok(all)
}

fn person(row: &Row) -> Result<Query, Box<dyn Error>> {
    let mut query = Query { schema: Some(EntitySchema::Person), ..Query::named(get(row, "full_name")) };
    query.birth_date = get(row, "date_of_birth").parse().ok();
    for country in get(row, "nationality").split(';').map(str::trim).filter(|c| !c.is_empty()) {
        if let Some(code) = country_code(country)? {
            query.countries.extend(CountryCode::new(&code.to_ascii_uppercase()));
        }
    }
    Ok(query)
}

/// The best score of each query, and the line of the best match.
fn best(index: &Index, queries: &[Query], facts: bool) -> Vec<(f64, String)> {
    let profile = Profile { near_miss_margin: 0.0, max_near_misses: 0, ..Profile::with_threshold(0.5) };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let ask = |query: &Query| {
        let query = if facts {
            query.clone()
        } else {
            Query { birth_date: None, countries: Vec::new(), ..query.clone() }
        };
        index.screen(&query, &profile).map_or((0.0, "refused".to_owned()), |found| {
            found.hits.first().map_or((0.0, String::new()), |h| (h.score, h.line.clone()))
        })
    };
    std::thread::scope(|scope| {
        let running: Vec<_> = queries
            .chunks(queries.len().div_ceil(threads).max(1))
            .map(|chunk| scope.spawn(move || chunk.iter().map(ask).collect::<Vec<_>>()))
            .collect();
        running.into_iter().flat_map(|w| w.join().unwrap_or_default()).collect()
    })
}

fn lists(directory: Option<&Path>) -> Result<(), Box<dyn Error>> {
    let index = Index::build(&entities()?);
    println!("{} entities", index.len());
    let positives: Vec<Query> = rows(&std::fs::read(shared().join("bench/positives_un_untreated.csv"))?)?
        .iter()
        .map(person)
        .collect::<Result<_, _>>()?;
    let mut text = Vec::new();
    std::io::Read::read_to_end(
        &mut flate2::read::GzDecoder::new(std::fs::File::open(shared().join("bench/negatives_us.csv.gz"))?),
        &mut text,
    )?;
    let negatives: Vec<Query> = rows(&text)?.iter().map(person).collect::<Result<_, _>>()?;
    let mut sets = vec![("listed".to_owned(), positives.clone(), true)];
    for kind in Alteration::ALL {
        let mut alterer = Alterer::new(1);
        let altered = positives
            .iter()
            .filter_map(|q| match kind {
                Alteration::DateShifted => {
                    Some(Query { birth_date: Some(alterer.date(q.birth_date?)), ..q.clone() })
                }
                _ => Some(Query { name: alterer.name(&q.name, kind)?, ..q.clone() }),
            })
            .collect();
        sets.push((kind.as_str().to_owned(), altered, true));
    }
    sets.push(("unlisted".to_owned(), negatives, false));
    for (title, queries, listed) in &sets {
        let mut line = format!("{title}: {}", queries.len());
        let mut cases = String::new();
        for facts in [false, true] {
            let found = best(&index, queries, facts);
            let above = |at: f64| found.iter().filter(|(s, _)| *s >= at).count();
            // counts are small
            let share = |n: usize| 100.0 * n as f64 / queries.len().max(1) as f64;
            write!(line, "; {}", if facts { "with facts" } else { "by name" })?;
            for at in [0.6, 0.65, 0.7, 0.75, 0.8, 0.9] {
                if (at - 0.7_f64).abs() < 1e-9 {
                    write!(line, " [{at}: {} = {:.3} %]", above(at), share(above(at)))?;
                } else {
                    write!(line, " {:.2}", share(above(at)))?;
                }
            }
            if facts {
                let dated: Vec<bool> = queries.iter().map(|q| q.birth_date.is_some()).collect();
                let with = dated.iter().filter(|d| **d).count();
                let hit = found.iter().zip(&dated).filter(|((s, _), d)| **d && *s >= 0.7).count();
                write!(
                    line,
                    "; of {with} with a birth date {hit} = {:.3} %",
                    100.0 * hit as f64 / with.max(1) as f64
                )?;
            }
            for ((score, why), query) in found.iter().zip(queries) {
                if (*score >= 0.7) != *listed {
                    let date = query.birth_date.map(|d| d.to_string()).unwrap_or_default();
                    let places: Vec<&str> = query.countries.iter().map(CountryCode::as_str).collect();
                    writeln!(cases, "{facts} `{}` {date} {places:?}: {score:.3} {why}", query.name)?;
                }
            }
        }
        println!("{line}");
        if let Some(directory) = directory {
            std::fs::write(directory.join(format!("{title}.txt")), cases)?;
        }
    }
    Ok(())
}
