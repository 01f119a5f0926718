//! The index leaves nothing out: screening equals exhaustive scoring, over real lists and over invented names.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "test helpers may panic, and say what they skip"
)]

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::PathBuf;

use countersign_model::{CountryCode, Entity, EntitySchema, SourceId};
use countersign_screening::{Identifier, Index, Profile, Query, WeakAliases, Weights};

fn shared() -> PathBuf {
    std::env::var_os("COUNTERSIGN_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from)
}

/// `None`, with a line that says so, where the data are not there; a failure in CI.
fn gunzip(path: &str) -> Option<String> {
    let path = shared().join(path);
    let Ok(file) = std::fs::File::open(&path) else {
        assert!(std::env::var_os("CI").is_none(), "{} is missing", path.display());
        println!("skipped: {} is missing", path.display());
        return None;
    };
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(file).read_to_end(&mut bytes).unwrap();
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

fn bare(id: &str, schema: EntitySchema, names: &[&str]) -> Entity {
    let mut entity = Entity {
        id: id.to_owned(),
        schema,
        source: SourceId::new("us_ofac_sdn").unwrap(),
        properties: BTreeMap::new(),
        listings: Vec::new(),
    };
    for (n, name) in names.iter().enumerate() {
        entity.add(if n == 0 { "name" } else { "alias" }, name);
    }
    entity
}

/// Every `step`-th entry of an OFAC list, with its aliases.
fn ofac(step: usize) -> Option<Vec<Entity>> {
    let main = gunzip("data/us-ofac/2021-07/sdn.csv.gz")?;
    let other = gunzip("data/us-ofac/2021-07/alt.csv.gz")?;
    let read = |text: &str| -> Vec<Vec<String>> {
        csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes())
            .records()
            .filter_map(Result::ok)
            .map(|r| r.iter().map(str::to_owned).collect())
            .collect()
    };
    let mut aliases: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in read(&other) {
        if let [id, _, _, alias, ..] = row.as_slice() {
            aliases.entry(id.clone()).or_default().push(alias.clone());
        }
    }
    let mut out = Vec::new();
    for row in read(&main).iter().step_by(step) {
        let [id, name, kind, country, ..] = row.as_slice() else { continue };
        let schema = match kind.trim() {
            "individual" => EntitySchema::Person,
            "vessel" => EntitySchema::Vessel,
            "aircraft" => EntitySchema::Airplane,
            _ => EntitySchema::Organization,
        };
        let mut names = vec![name.as_str()];
        names.extend(aliases.get(id).into_iter().flatten().map(String::as_str));
        let mut entity = bare(id, schema, &names);
        if country.starts_with("IRAN") {
            entity.add("country", "ir");
        }
        out.push(entity);
    }
    assert!(out.len() > 100, "the list was not read");
    Some(out)
}

/// Ways in which a name gets distorted.
fn distortions(name: &str) -> Vec<String> {
    let mut words: Vec<&str> = name.split_whitespace().collect();
    let without_last = words.iter().rev().skip(1).rev().copied().collect::<Vec<_>>().join(" ");
    let dropped: String = name.chars().enumerate().filter(|(n, _)| *n != 3).map(|(_, c)| c).collect();
    let joined = name.replacen(' ', "", 1);
    let doubled: String =
        name.chars().enumerate().flat_map(|(n, c)| std::iter::repeat_n(c, 1 + usize::from(n == 4))).collect();
    let spelled = name.replace("ph", "f").replace('y', "i").replace('K', "Q");
    words.rotate_left(1);
    let initial = name.split_whitespace().next().and_then(|w| w.chars().next()).unwrap_or('x');
    let rest = words.iter().skip(1).copied().collect::<Vec<_>>().join(" ");
    vec![
        name.to_owned(),
        without_last,
        dropped,
        joined,
        doubled,
        spelled,
        words.join(" "),
        format!("{initial}. {rest}"),
    ]
}

#[track_caller]
fn same(index: &Index, query: &Query, threshold: f64) -> usize {
    // with so high a need that most readings are told from few keys
    let near_miss_margin = if threshold > 0.82 { 0.02 } else { 0.1 };
    let profile =
        Profile { near_miss_margin, max_near_misses: usize::MAX, ..Profile::with_threshold(threshold) };
    same_by(index, query, &profile)
}

#[track_caller]
fn same_by(index: &Index, query: &Query, profile: &Profile) -> usize {
    let fast = index.screen(query, profile).unwrap();
    let slow = index.screen_exhaustively(query, profile).unwrap();
    assert_eq!(fast, slow, "{query:?} by {profile:?}");
    fast.hits.len()
}

#[test]
fn screening_equals_exhaustive_scoring_over_a_real_list() {
    let Some(entities) = ofac(23) else { return };
    let index = Index::build(&entities);
    let mut asked = 0;
    let mut hits = 0;
    for (n, entity) in entities.iter().enumerate().step_by(29) {
        for (m, name) in entity.names().flat_map(|name| distortions(name.text)).enumerate() {
            if (n + m) % 3 != 0 || !name.chars().any(char::is_alphanumeric) {
                continue;
            }
            let query = Query {
                schema: (m % 2 == 0).then_some(entity.schema),
                countries: if m % 5 == 0 { vec![CountryCode::new("IR").unwrap()] } else { Vec::new() },
                birth_date: if m % 7 == 0 { Some("1965-03-12".parse().unwrap()) } else { None },
                ..Query::named(name)
            };
            asked += 1;
            hits += same(&index, &query, [0.7, 0.5, 0.9][m % 3]);
        }
    }
    println!("{} entities, {asked} queries, {hits} hits", entities.len());
    assert!(asked > 50 && hits > asked / 2);
}

#[test]
fn screening_equals_exhaustive_scoring_across_scripts() {
    use EntitySchema::{Organization, Person};
    let entities = [
        bare("1", Person, &["Qasem Soleimani", "قاسم سلیمانی"]),
        bare("2", Person, &["Mahmoud Ahmadinejad"]),
        bare("3", Person, &["KIM Jong Un", "김정은"]),
        bare("4", Person, &["Zeng Qinghong", "曾慶紅"]),
        bare("5", Person, &["'Abd al-Rahman al-Rashid", "Abdul Aziz"]),
        bare("6", Person, &["Volodymyr Zelenskyy", "Зеленський Володимир"]),
        bare("7", Organization, &["Islamic Revolutionary Guard Corps", "سپاه پاسداران"]),
        bare("8", Organization, &["华为技术有限公司", "Huawei Technologies"]),
        bare("9", Organization, &["Позитив Текнолоджиз", "IRGC"]),
        bare("10", EntitySchema::LegalEntity, &["Saif al-Din", "Vander Bilt"]),
        bare("11", EntitySchema::Vessel, &["SEA STAR II", "M/V AMBER"]),
        bare("12", Person, &["J. R. Vanderbilt", "Binyamin Netanyahu", "बिनोद मोदी"]),
    ];
    let index = Index::build(&entities);
    let mut hits = 0;
    for entity in &entities {
        for name in entity.names() {
            for distorted in distortions(name.text) {
                if !distorted.chars().any(char::is_alphanumeric) {
                    continue;
                }
                for threshold in [0.3, 0.6, 0.7, 0.87, 1.0] {
                    hits += same(&index, &Query::named(distorted.clone()), threshold);
                }
            }
        }
    }
    for name in [
        "محمود احمدی نژاد",
        "عبد الرحمن الراشد",
        "בנימין נתניהו",
        "Айслэмик",
        "金正恩",
        "Vanderbilt",
        "I R G C",
        "Зеленський В.",
        "Зеленський Ю.В.",
        "Y. Vanderbilt",
        "Vanderbilt (Вандербилт)",
    ] {
        hits += same(&index, &Query::named(name), 0.5);
    }
    assert!(hits > 200, "{hits}");
}

/// Numbers, and names of a few frequent words, that are the same in every run.
struct Drawn(u64);

impl Drawn {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of.get(self.below(of.len())).copied().unwrap()
    }

    fn name(&mut self, most: usize) -> String {
        const WORDS: [&str; 16] = [
            "Services",
            "Energy",
            "Quill",
            "Feather",
            "Quillfeather",
            "Solar",
            "Abdul",
            "Rahman",
            "Abdulrahman",
            "Marwan",
            "A",
            "E",
            "Sola",
            "R",
            "ASER",
            "Ener",
        ];
        let words: Vec<&str> = (0..1 + self.below(most)).map(|_| self.one(&WORDS)).collect();
        words.join(" ")
    }
}

/// Names of a few frequent words, so that each has many readings: `Services A` sounds like `services`, and most of its readings
/// are out of reach. Some words are spelled by runs of others, by two runs of one query, or by an acronym.
#[test]
fn screening_equals_exhaustive_scoring_where_words_are_frequent() {
    let mut drawn = Drawn(7);
    let kinds = [EntitySchema::Organization, EntitySchema::Person, EntitySchema::Vessel];
    let mut entities = Vec::new();
    for n in 0..600 {
        let most = if n % 10 == 0 { 9 } else { 4 };
        let mut entity = bare(&n.to_string(), kinds[n % 3], &[&drawn.name(most), &drawn.name(3)]);
        if n % 4 == 0 {
            entity.add("birthDate", if n % 8 == 0 { "1965-03-12" } else { "1971" });
            entity.add("nationality", "ir");
        }
        entities.push(entity);
    }
    let index = Index::build(&entities);
    // of some words, and of so many that not all have a turn of which it is known whether a reading has it
    let mut queries: Vec<String> = (0..90).map(|n| drawn.name(if n % 3 == 0 { 30 } else { 5 })).collect();
    for fixed in [
        "Services A",
        "Quill Feather Services E",
        "Sola R Quill Feather",
        "Abdul Rahman Marwan",
        "A Services E Energy R",
        "E A Quill R E A di Solar E A R e A",
        &"A ".repeat(64),
    ] {
        queries.push(fixed.trim().to_owned());
    }
    let mut hits = 0;
    for (n, name) in queries.iter().enumerate() {
        for (m, threshold) in [0.45, 0.7, 0.85, 0.92, 0.97].into_iter().enumerate() {
            let facts = (n + m) % 2 == 0;
            let query = Query {
                schema: (n % 4 > 0).then(|| kinds[n % 3]),
                countries: if facts { vec![CountryCode::new("IR").unwrap()] } else { Vec::new() },
                birth_date: if facts { Some("1965-03-12".parse().unwrap()) } else { None },
                ..Query::named(name.clone())
            };
            hits += same(&index, &query, threshold);
        }
    }
    assert!(hits > 1000, "{hits}");
}

/// Facts that agree, differ, are close and are not known, on both sides, with what each counts left out and made the most of.
#[test]
fn screening_equals_exhaustive_scoring_whatever_facts_count() {
    const DATES: [&str; 9] = [
        "1965-03-12",
        "1965",
        "1966-03",
        "1967-03-12",
        "1956-03-12",
        "1971",
        "1940-01-01",
        "2001",
        "1953-12-03",
    ];
    const COUNTRIES: [&str; 5] = ["ir", "ru", "us", "de", "mm"];
    const ADDRESSES: [&str; 2] = ["12 Quill Street, 8001 Feather", "7 Nib Road, Penholder"];
    let mut drawn = Drawn(11);
    let kinds =
        [EntitySchema::Person, EntitySchema::Organization, EntitySchema::LegalEntity, EntitySchema::Vessel];
    let mut entities = Vec::new();
    for n in 0..500 {
        let mut entity = bare(&n.to_string(), kinds[n % 4], &[&drawn.name(4), &drawn.name(3)]);
        for _ in 0..drawn.below(3) {
            entity.add("birthDate", drawn.one(&DATES));
        }
        for _ in 0..drawn.below(3) {
            let property = drawn.one(&["nationality", "country"]);
            entity.add(property, drawn.one(&COUNTRIES));
        }
        match drawn.below(5) {
            0 => entity.add("gender", "female"),
            1 => entity.add("address", drawn.one(&ADDRESSES)),
            2 => entity.add("weakAlias", drawn.name(2)),
            3 => entity.add("registrationNumber", format!("QF77{}", 1000 + drawn.below(40))),
            _ => {}
        }
        entities.push(entity);
    }
    let index = Index::build(&entities);
    let usual = Weights::default();
    let weights = [
        usual,
        Weights { country_differs: 1.0, birth_differs: 1.0, ..usual },
        Weights { country_differs: 0.0, birth_differs: 0.0, birth_off: 1.0, birth_near: 1.0, ..usual },
        Weights { country: 0.3, birth_day: 0.6, birth_year: 0.0, birth_differs: 0.6, address: 0.3, ..usual },
        Weights { country: 0.0, birth_day: 0.0, birth_month: 0.0, birth_year: 0.0, ..usual },
    ];
    let (mut hits, mut near, mut seated) = (0, 0, 0);
    for n in 0..250 {
        // a second form of the question is one without the country
        let seat = drawn.below(4) == 0;
        let number = || Identifier { property: None, value: format!("QF77{}", 1000 + n % 40) };
        let query = Query {
            schema: (drawn.below(5) > 0).then(|| kinds[n % 4]),
            countries: (0..drawn.below(3))
                .map(|_| CountryCode::new(&drawn.one(&COUNTRIES).to_uppercase()).unwrap())
                .collect(),
            birth_date: (drawn.below(3) > 0).then(|| drawn.one(&DATES).parse().unwrap()),
            identifiers: (drawn.below(4) == 0).then(number).into_iter().collect(),
            addresses: (drawn.below(4) == 0).then(|| drawn.one(&ADDRESSES).to_owned()).into_iter().collect(),
            ..Query::named(drawn.name(4) + if seat { " Iran" } else { "" })
        };
        for weights in weights {
            let threshold = drawn.one(&[0.45, 0.6, 0.7, 0.9]);
            let near_miss_margin = drawn.one(&[0.0, 0.1]);
            let weak_aliases = drawn.one(&[WeakAliases::Screen, WeakAliases::ExactOnly]);
            let profile = Profile {
                weights,
                near_miss_margin,
                weak_aliases,
                max_near_misses: usize::MAX,
                ..Profile::with_threshold(threshold)
            };
            let found = same_by(&index, &query, &profile);
            hits += found;
            near += index.screen(&query, &profile).unwrap().near_misses.len();
            if seat && query.identifiers.is_empty() && query.schema != Some(EntitySchema::Person) {
                seated += found;
            }
        }
    }
    assert!(hits > 1000 && near > 1000 && seated > 50, "{hits} {near} {seated}");
}

/// Who holds a number that is asked is found whatever else differs, and shown with the name that is nearest, as in full.
#[test]
fn screening_equals_exhaustive_scoring_where_a_number_is_asked() {
    let mut drawn = Drawn(3);
    let kinds = [EntitySchema::Organization, EntitySchema::Person];
    let entities: Vec<Entity> = (0..24)
        .map(|n| {
            let mut entity = bare(&n.to_string(), kinds[n % 2], &[&drawn.name(4), &drawn.name(4)]);
            entity.add("country", "ir");
            entity.add("birthDate", "1940");
            entity.add("registrationNumber", format!("QF77{}", 1000 + n));
            entity
        })
        .collect();
    let index = Index::build(&entities);
    let mut hits = 0;
    for (n, kind) in (0..24).zip(kinds.iter().cycle()) {
        for m in 0..25 {
            let query = Query {
                schema: Some(*kind),
                countries: vec![CountryCode::new("US").unwrap()],
                birth_date: (m % 2 == 0).then(|| "1980".parse().unwrap()),
                identifiers: vec![Identifier { property: None, value: format!("QF77{}", 1000 + n) }],
                // a second form of the question is one without the country
                ..Query::named(format!("{} Iran", drawn.name(4)))
            };
            hits += same(&index, &query, 0.7);
        }
    }
    assert!(hits >= 600, "{hits}");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(60))]
    #[test]
    fn screening_equals_exhaustive_scoring_over_invented_names(
        names in proptest::collection::vec("(al |abd |Dr |)[abkmn]{1,4}[iou][dlrst]{0,3}( [aeh]{1,2}[bdkz]{1,3}[aiy]{0,2}){0,3}( Ltd| II|)", 1..12),
        query in "(al |abd |)[abkmn]{1,4}[iou][dlrst]{0,3}( [aeh]{1,2}[bdkz]{1,3}[aiy]{0,2}){0,3}",
        threshold in proptest::prop_oneof![0.2..1.0f64, 0.82..1.0f64],
    ) {
        use EntitySchema::{LegalEntity, Organization, Person, Vessel};
        let kinds = [Person, Organization, LegalEntity, Vessel];
        let entities: Vec<Entity> = names
            .iter()
            .enumerate()
            .map(|(n, name)| bare(&n.to_string(), kinds[n % 4], &[name]))
            .collect();
        let index = Index::build(&entities);
        same(&index, &Query::named(query), threshold);
        same(&index, &Query::named(names[0].clone()), threshold);
    }
}
