//! Any text: bounds, and the shape of a comparison.

use countersign_names::NameKind::{Organization, Person};
use countersign_names::{DefaultRarity, NameKind, ParsedName, compare};

use crate::{compared, found};

#[test]
fn a_text_without_letters_has_no_forms_and_matches_nothing() {
    let empty = ParsedName::parse(" -- ", Organization);
    assert!(empty.forms.is_empty());
    assert_eq!(compare(&empty, &ParsedName::parse("NSO", Organization), &DefaultRarity).score, 0.0);
}

#[test]
fn names_too_long_say_so() {
    let long = "word ".repeat(100);
    let parsed = ParsedName::parse(&long, Organization);
    assert!(parsed.truncated);
    assert!(compare(&parsed, &parsed, &DefaultRarity).line().contains("too long"));
}

#[test]
fn the_json_shape_of_a_comparison_is_stable() {
    // (1 + 0.4 · 0.97) / 1.4 = 0.9914; both are limited companies
    let json =
        serde_json::to_value(compared(Organization, "Saito Technology GmbH", "Saito Tech Ltd.")).unwrap();
    let expected = serde_json::json!({
        "score": 0.9914,
        "parts": [
            {"query": ["saito"], "listed": ["saito"], "how": "exact", "similarity": 1.0, "weight": 1.0},
            {"query": ["technology"], "listed": ["tech"], "how": "equivalent", "similarity": 0.97, "weight": 0.4}
        ],
        "unmatched_query": [],
        "unmatched_listed": [],
        "ignored": ["form gmbh", "form ltd"],
        "swapped": false,
        "truncated": false
    });
    assert_eq!(json, expected);
}

proptest::proptest! {
    #[test]
    fn any_text_is_its_own_match_and_scores_lie_in_range(a in "\\PC{0,40}", b in "\\PC{0,40}") {
        for kind in NameKind::ALL {
            let (x, y) = (ParsedName::parse(&a, kind), ParsedName::parse(&b, kind));
            let score = compare(&x, &y, &DefaultRarity).score;
            proptest::prop_assert!((0.0..=1.0).contains(&score));
            if !x.forms.is_empty() && !x.truncated {
                proptest::prop_assert!((compare(&x, &x, &DefaultRarity).score - 1.0).abs() < 1e-9, "{a:?} {kind:?}");
            }
        }
    }

    #[test]
    fn a_word_more_never_helps(
        name in "[a-z]{4,9} [a-z]{4,9}( [a-z]{4,9})?", extra in "qx[0-9]{1}zz[a-z]{3}",
    ) {
        for kind in NameKind::ALL {
            let listed = ParsedName::parse(&name, kind);
            let longer = ParsedName::parse(&format!("{name} {extra}"), kind);
            let (same, more) = (compare(&listed, &listed, &DefaultRarity), compare(&longer, &listed, &DefaultRarity));
            proptest::prop_assert!(more.score <= same.score);
        }
    }
}

#[test]
fn any_text_is_read_in_bounded_time_and_memory() {
    let ten_megabytes = "Quillfeather ".repeat(800_000);
    let tokens = (0..100_000).map(|n| format!("w{n}")).collect::<Vec<_>>().join(" ");
    let unbroken = "ab".repeat(1_000_000);
    let right_to_left = "\u{202e}\u{200f}محمد\u{202c} \u{2067}Smith\u{2069}".repeat(50);
    let stacked = format!("Z{}", "\u{300}".repeat(20_000));
    for text in [&ten_megabytes, &tokens, &unbroken, &right_to_left, &stacked] {
        for kind in NameKind::ALL {
            let parsed = ParsedName::parse(text, kind);
            assert!(parsed.forms.iter().all(|f| f.tokens.len() <= countersign_names::MAX_TOKENS));
            let other = ParsedName::parse("Quillfeather Smith", kind);
            let score = compare(&parsed, &other, &DefaultRarity).score;
            assert!((0.0..=1.0).contains(&score));
        }
    }
    // marks of direction neither separate nor hide
    found(
        Person,
        &[
            ("\u{200e}John\u{200f} Smith\u{200e}", "John Smith"),
            ("\u{202b}יצחק רבין\u{202c}", "Yitzhak Rabin"),
        ],
    );
}
