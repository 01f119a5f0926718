//! Habits of names, one test a habit. Names are invented or public; thresholds are those of the default profile.

mod bodies;
mod bounds;
mod letters;
mod persons;
mod scripts;
mod ships;

use countersign_names::{Comparison, DefaultRarity, NameKind, ParsedName, compare};

const THRESHOLD: f64 = 0.7;

fn compared(kind: NameKind, query: &str, listed: &str) -> Comparison {
    compare(&ParsedName::parse(query, kind), &ParsedName::parse(listed, kind), &DefaultRarity)
}

#[track_caller]
fn found(kind: NameKind, pairs: &[(&str, &str)]) {
    for (query, listed) in pairs {
        let result = compared(kind, query, listed);
        assert!(result.score >= THRESHOLD, "`{query}` / `{listed}`: {}", result.line());
    }
}

#[track_caller]
fn different(kind: NameKind, pairs: &[(&str, &str)]) {
    for (query, listed) in pairs {
        let result = compared(kind, query, listed);
        assert!(result.score < THRESHOLD, "`{query}` / `{listed}`: {}", result.line());
    }
}
