//! What reading and comparing a name costs.

use countersign_names::{DefaultRarity, NameKind, ParsedName, compare, compare_score};

const PAIRS: [(NameKind, &str, &str); 7] = [
    (NameKind::Organization, "N.S.O. Group Technologies Ltd", "NSO Group"),
    (NameKind::Organization, "Позитив Текнолоджиз", "Aktsionernoe Obshchestvo Pozitiv Teknolodzhiz"),
    (NameKind::Person, "Sergey Viktorovich Lavrov", "Sergejs Lavrovs"),
    (NameKind::Person, "محمد حسني مبارك", "Muhammad Husni Mubarak"),
    (NameKind::Person, "曾庆红", "Zeng Qinghong"),
    // eight readings of one side and one of the other, and eight of both
    (NameKind::Person, "朴正熙", "Park Chung-hee"),
    (NameKind::Person, "朴正熙", "박정희"),
];

fn main() {
    divan::main();
}

#[divan::bench(args = 0..PAIRS.len())]
#[expect(clippy::indexing_slicing, reason = "divan passes an index in range")]
fn parse(bencher: divan::Bencher<'_, '_>, n: usize) {
    let (kind, query, _) = PAIRS[n];
    bencher.bench(|| ParsedName::parse(divan::black_box(query), kind));
}

#[divan::bench(args = 0..PAIRS.len())]
#[expect(clippy::indexing_slicing, reason = "divan passes an index in range")]
fn score(bencher: divan::Bencher<'_, '_>, n: usize) {
    let (kind, query, listed) = PAIRS[n];
    let (query, listed) = (ParsedName::parse(query, kind), ParsedName::parse(listed, kind));
    bencher.bench(|| compare_score(divan::black_box(&query), divan::black_box(&listed), &DefaultRarity));
}

#[divan::bench(args = 0..PAIRS.len())]
#[expect(clippy::indexing_slicing, reason = "divan passes an index in range")]
fn with_reasons(bencher: divan::Bencher<'_, '_>, n: usize) {
    let (kind, query, listed) = PAIRS[n];
    let (query, listed) = (ParsedName::parse(query, kind), ParsedName::parse(listed, kind));
    bencher.bench(|| compare(divan::black_box(&query), divan::black_box(&listed), &DefaultRarity));
}
