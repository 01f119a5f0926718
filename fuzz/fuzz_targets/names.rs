//! Two names in any Unicode, of any length, compared as each kind of bearer.
#![no_main]

use countersign_names::{DefaultRarity, NameKind, ParsedName, compare};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let (one, two) = text.split_once('\n').unwrap_or((&text, &text));
    for kind in [NameKind::Person, NameKind::Organization, NameKind::Vessel] {
        let (a, b) = (ParsedName::parse(one, kind), ParsedName::parse(two, kind));
        for (query, listed) in [(&a, &b), (&b, &a)] {
            let compared = compare(query, listed, &DefaultRarity);
            assert!((0.0..=1.0).contains(&compared.score), "a score is between 0 and 1: {}", compared.score);
            assert!(!compared.line().is_empty());
        }
    }
});
