//! Whom a change of the lists concerns: of every other query the result is the same before and after, over real lists and over
//! invented names, whatever is added, removed or changed.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "test helpers may panic, and say what they skip"
)]

use std::collections::BTreeMap;
use std::path::PathBuf;

use countersign_lists::{InputFile, import};
use countersign_model::{CountryCode, Entity, EntitySchema, SourceId};
use countersign_screening::{Delta, Hit, Identifier, Index, Outlines, Profile, Query, Screening};

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % below.max(1) as u64) as usize
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.roll(from.len())]
    }
}

/// How much more than usual is tried.
fn scale() -> usize {
    std::env::var("COUNTERSIGN_TEST_SCALE").ok().and_then(|n| n.parse().ok()).unwrap_or(1)
}

/// What stays the same, also of those whom a wrong kind would hide: the number of entities compared does not.
fn result(index: &Index, query: &Query, profile: &Profile) -> Result<(Screening, Vec<Hit>), String> {
    let found = index.screen(query, profile).map_err(|e| e.to_string())?;
    let others = index.of_another_kind(query, profile).map_err(|e| e.to_string())?;
    Ok((Screening { compared_entities: 0, ..found }, others))
}

struct Tally {
    concerned: usize,
    changed: usize,
}

/// Compares every query, and gives how many were concerned, and of how many the result is another.
#[track_caller]
fn holds(old: &Index, new: &Index, queries: &[Query], profile: &Profile) -> Tally {
    let mut outlines = Outlines::new();
    for query in queries {
        let _ = outlines.push(query);
    }
    // as they are kept
    let outlines = Outlines::from_bytes(&outlines.to_bytes()).unwrap();
    let delta = Delta::between(old, new);
    let concerned = delta.concerned(&outlines, new, profile);
    assert!(concerned.is_sorted() && concerned.last().is_none_or(|last| *last < queries.len()));
    let mut changed = 0;
    for (n, query) in queries.iter().enumerate() {
        let (before, after) = (result(old, query, profile), result(new, query, profile));
        if before != after {
            changed += 1;
            assert!(
                concerned.binary_search(&n).is_ok(),
                "the result of {query:?} is another, and it is not concerned\n{before:#?}\n{after:#?}"
            );
        }
    }
    Tally { concerned: concerned.len(), changed }
}

fn shared() -> PathBuf {
    std::env::var_os("COUNTERSIGN_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from)
}

/// The lists that are at hand, at most every `step`-th entity.
fn real(step: usize) -> Option<Vec<Entity>> {
    let mut all = Vec::new();
    for (source, files) in [
        (
            "us_ofac_sdn",
            &["us-ofac/2021-07/sdn.csv.gz", "us-ofac/2021-07/alt.csv.gz", "us-ofac/2021-07/add.csv.gz"][..],
        ),
        ("un_sc", &["un/consolidated_2026-02-27.xml.gz"]),
        ("uk_ofsi", &["uk/ConList_2020-04-27.csv.gz"]),
    ] {
        let mut read = Vec::new();
        for file in files {
            let path = shared().join("data").join(file);
            let Ok(bytes) = std::fs::read(&path) else {
                assert!(std::env::var_os("CI").is_none(), "{} is missing", path.display());
                println!("skipped: {} is missing", path.display());
                return None;
            };
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            read.push(InputFile { name, bytes });
        }
        all.extend(import(&SourceId::new(source).unwrap(), &read).unwrap().entities);
    }
    Some(all.into_iter().step_by(step).collect())
}

fn distorted(name: &str, dice: &mut Dice) -> String {
    let mut words: Vec<String> = name.split_whitespace().map(str::to_owned).collect();
    let at = dice.roll(words.len());
    match dice.roll(9) {
        0 => words.rotate_left(1),
        1 if words.len() > 1 => drop(words.remove(at)),
        2 => words[at] = words[at].chars().take(1).collect(),
        3 => {
            let drop = dice.roll(words[at].chars().count());
            words[at] = words[at].chars().enumerate().filter(|(n, _)| *n != drop).map(|(_, c)| c).collect();
        }
        4 => return words.concat(),
        5 => words.push("Israel".to_owned()),
        8 => words.push("LLC".to_owned()),
        6 => return words.iter().filter_map(|w| w.chars().next()).collect(),
        _ => {}
    }
    words.join(" ")
}

/// Some entities less, some more, some otherwise.
fn altered(entities: &[Entity], dice: &mut Dice, changes: usize) -> Vec<Entity> {
    let mut out = entities.to_vec();
    for change in 0..changes {
        let at = dice.roll(out.len());
        let other = dice.pick(entities).clone();
        match dice.roll(5) {
            0 => drop(out.remove(at)),
            1 => {
                let mut added = out[at].clone();
                added.id = format!("added-{change}");
                let name = other.names().next().map(|n| n.text.to_owned()).unwrap_or_default();
                added.add("alias", distorted(&name, dice));
                out.push(added);
            }
            2 => {
                // a name made of words that many bear
                let words: Vec<String> = (0..2)
                    .filter_map(|_| {
                        let entity = dice.pick(entities).clone();
                        let name = entity.names().next()?.text.to_owned();
                        name.split_whitespace().last().map(str::to_owned)
                    })
                    .collect();
                let mut added = Entity { id: format!("made-{change}"), properties: BTreeMap::new(), ..other };
                added.add("name", words.join(" "));
                out.insert(at, added);
            }
            3 => out[at].add("country", "fr"),
            _ => out[at].add("passportNumber", format!("X{}", 100_000 + change)),
        }
    }
    out
}

fn queries(entities: &[Entity], dice: &mut Dice, count: usize) -> Vec<Query> {
    (0..count)
        .map(|n| {
            let entity = dice.pick(entities);
            let names: Vec<&str> = entity.names().map(|n| n.text).collect();
            let name = if names.is_empty() { "Nobody" } else { *dice.pick(&names) };
            let mut query = Query::named(distorted(name, dice));
            if dice.roll(2) == 0 {
                query.schema = Some(entity.schema);
            }
            if dice.roll(4) == 0 {
                query.countries.push(CountryCode::new(dice.pick::<&str>(&["FR", "IR", "IL", "RU"])).unwrap());
            }
            if dice.roll(4) == 0 {
                query.birth_date = (*dice.pick(&["1965", "1970-02", "1961-03-04"])).parse().ok();
            }
            if dice.roll(6) == 0 {
                query.addresses.push("12 Rue Basse, Paris".to_owned());
            }
            if dice.roll(5) == 0 {
                let value = format!("X{}", 100_000 + n % 40);
                query.identifiers.push(Identifier { property: Some("passportNumber".to_owned()), value });
            }
            query
        })
        .collect()
}

#[test]
fn of_real_lists_only_those_concerned_have_another_result() {
    let Some(entities) = real(if scale() > 1 { 1 } else { 6 }) else { return };
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let old = Index::build(&entities);
    let (mut looked, mut concerned, mut changed) = (0, 0, 0);
    for round in 0..2 * scale() {
        let altered = altered(&entities, &mut dice, 1 + round % 12);
        let new = Index::build(&altered);
        let mut asked = queries(&altered, &mut dice, 150);
        // those who are new are asked about too
        let recent: Vec<Entity> = altered.iter().filter(|e| !entities.contains(e)).cloned().collect();
        if !recent.is_empty() {
            asked.extend(queries(&recent, &mut dice, 30));
        }
        let profile = Profile { max_near_misses: usize::MAX, ..Profile::default() };
        let tally = holds(&old, &new, &asked, &profile);
        (looked, concerned, changed) =
            (looked + asked.len(), concerned + tally.concerned, changed + tally.changed);
    }
    println!("{looked} queries, {concerned} concerned, {changed} with another result");
    assert!(changed > 0 && concerned < looked, "{looked} {concerned} {changed}");
}

#[test]
fn a_number_behind_the_form_of_a_firm_concerns_whoever_holds_it() {
    let person = |number: Option<&str>| {
        let mut entity = Entity {
            id: "1".to_owned(),
            schema: EntitySchema::Person,
            source: SourceId::new("starter").unwrap(),
            properties: BTreeMap::new(),
            listings: Vec::new(),
        };
        entity.add("name", "Jane Quillfeather");
        if let Some(number) = number {
            entity.add("innCode", number);
        }
        Index::build(&[entity])
    };
    let asked = ["7707083893 LLC", "*** Limited", "Jane Quillfether S.R.L."];
    let asked: Vec<Query> =
        asked.map(|name| Query { schema: Some(EntitySchema::Company), ..Query::named(name) }).into();
    let tally = holds(&person(None), &person(Some("7707083893")), &asked, &Profile::default());
    assert!(tally.changed > 0, "the number is found behind its form");
}

#[test]
fn nothing_is_concerned_where_nothing_changed_and_all_is_where_all_did() {
    let named = |id: &str, name: &str| {
        let mut entity = Entity {
            id: id.to_owned(),
            schema: EntitySchema::Company,
            source: SourceId::new("starter").unwrap(),
            properties: BTreeMap::new(),
            listings: Vec::new(),
        };
        entity.add("name", name);
        entity
    };
    let old = Index::build(&[named("1", "Zorblax Optics Ltd"), named("2", "Quillfeather Systems")]);
    let same = Index::build(&[named("2", "Quillfeather Systems"), named("1", "Zorblax Optics Ltd")]);
    let names =
        ["Zorblax Optics", "Quillfeather", "Zembla Shipping", "  ", "ZorblaxOptics", "Zorblaks Optics"];
    let asked: Vec<Query> = names.map(Query::named).into();
    let profile = Profile::default();
    assert_eq!(holds(&old, &same, &asked, &profile).concerned, 0, "the order is no change");
    let less = Index::build(&[named("2", "Quillfeather Systems")]);
    let tally = holds(&old, &less, &asked, &profile);
    assert_eq!((tally.concerned, tally.changed), (3, 3), "the three spellings of the one that is gone");
    let more = Index::build(&[
        named("1", "Zorblax Optics Ltd"),
        named("2", "Quillfeather Systems"),
        named("3", "Zembla Marine"),
    ]);
    let tally = holds(&old, &more, &asked, &profile);
    assert!(tally.concerned <= 1, "{}", tally.concerned);
    // a query that cannot be asked has a place and concerns nobody
    let mut outlines = Outlines::new();
    assert!(outlines.push(&Query::named("  ")).is_err());
    assert_eq!(outlines.len(), 1);
    assert!(Delta::between(&old, &less).concerned(&outlines, &less, &profile).is_empty());
    // and damaged bytes are not read
    let mut bytes = outlines.to_bytes();
    assert!(Outlines::from_bytes(&bytes[..bytes.len() - 1]).is_err());
    *bytes.last_mut().unwrap() ^= 1;
    assert!(Outlines::from_bytes(&bytes).is_err());
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(24 * scale() as u32))]
    /// Names of few syllables: words that many bear, joins, initials and acronyms by chance.
    #[test]
    fn of_invented_lists_only_those_concerned_have_another_result(seed in 1u64..u64::MAX) {
        let mut dice = Dice(seed);
        let word = |dice: &mut Dice| -> String {
            let syllables = ["ba", "kor", "li", "mov", "ta", "x", "محمد", "ali", "sen", "bank", "a"];
            (0..1 + dice.roll(3)).map(|_| *dice.pick(&syllables)).collect()
        };
        let schemata = [EntitySchema::Person, EntitySchema::Company, EntitySchema::LegalEntity, EntitySchema::Vessel];
        let entities: Vec<Entity> = (0..60)
            .map(|n| {
                let mut entity = Entity {
                    id: n.to_string(),
                    schema: *dice.pick(&schemata),
                    source: SourceId::new("starter").unwrap(),
                    properties: BTreeMap::new(),
                    listings: Vec::new(),
                };
                for property in ["name", "alias"] {
                    let words: Vec<String> = (0..1 + dice.roll(4)).map(|_| word(&mut dice)).collect();
                    entity.add(property, words.join(" "));
                }
                entity
            })
            .collect();
        let changes = 1 + dice.roll(4);
        let altered = altered(&entities, &mut dice, changes);
        let asked = queries(&altered, &mut dice, 120);
        let threshold = *dice.pick(&[0.5, 0.7, 0.9]);
        let profile = Profile { max_near_misses: usize::MAX, ..Profile::with_threshold(threshold) };
        holds(&Index::build(&entities), &Index::build(&altered), &asked, &profile);
    }
}
