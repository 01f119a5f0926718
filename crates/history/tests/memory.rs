//! What must hold of the memory, for every row of copies.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

use std::collections::{BTreeMap, BTreeSet};

use countersign_history::{
    Edition, EventKind, Known, NOT_ON_COPY_OF, Sighting, around, diff, listed_by, past_of, step, timeline,
};
use countersign_model::{Date, Digest, Entity, EntitySchema, ListCode, Listing, Scope, SourceId, parse_date};
use proptest::prelude::*;

fn day(n: usize) -> Date {
    parse_date(&format!("2026-{:02}-01", n + 1)).unwrap()
}

fn entity(key: usize, version: u8, from: Option<Date>) -> Entity {
    let source = SourceId::new("un_sc").unwrap();
    Entity {
        id: format!("un_sc:{key}"),
        schema: EntitySchema::Company,
        source,
        // a name of its own: no two are one renumbered entry
        properties: BTreeMap::from([
            ("name".to_owned(), vec![format!("Company {key}")]),
            ("notes".to_owned(), vec![format!("version {version}")]),
        ]),
        listings: vec![Listing {
            list: ListCode::UnSc,
            listed: None,
            from,
            to: None,
            id: Some(key.to_string()),
            name: None,
            programmes: Vec::new(),
            instrument: Some("resolution 1267".to_owned()),
            scope: Scope::Blocking,
            review_policy: Vec::new(),
            footnotes: Vec::new(),
            notice: None,
        }],
    }
}

/// A copy: which of ten entries stand on it, and in which version.
fn copy() -> impl Strategy<Value = Vec<Entity>> {
    proptest::collection::btree_map(0usize..10, 0u8..3, 0..10)
        .prop_map(|entries| entries.into_iter().map(|(key, version)| entity(key, version, None)).collect())
}

fn ids(entities: &[Entity]) -> BTreeSet<String> {
    entities.iter().map(|e| e.id.clone()).collect()
}

proptest! {
    #[test]
    fn the_memory_holds_exactly_who_was_seen_and_is_gone(copies in proptest::collection::vec(copy(), 1..7)) {
        let mut memory: Vec<Entity> = Vec::new();
        for (n, pair) in copies.windows(2).enumerate() {
            memory = step(&memory, (&pair[0], day(n)), (&pair[1], day(n + 1)));
            let seen: BTreeSet<String> = copies[..=n].iter().flat_map(|c| ids(c)).collect();
            let expected: BTreeSet<String> = seen.difference(&ids(&pair[1])).cloned().collect();
            prop_assert_eq!(ids(&memory), expected);
            for past in &memory {
                let (last, missing) = past_of(past).unwrap();
                // the last copy on which it stood, and the next one
                let at = (0..=n).rev().find(|n| ids(&copies[*n]).contains(&past.id)).unwrap();
                prop_assert_eq!((last, missing), (day(at), day(at + 1)));
                // it counts on the day it was last seen, up to the day before it was missing, and never after
                prop_assert!(past.listings[0].in_effect_on(last));
                prop_assert!(past.listings[0].in_effect_on(missing.yesterday().unwrap()));
                prop_assert!(!past.listings[0].in_effect_on(missing));
            }
        }
    }

    #[test]
    fn import_a_then_b_is_b_now_and_a_between(a in copy(), b in copy()) {
        let edition = |entry: u64, n: usize, copy: &[Entity]| Edition {
            entry, recorded: day(n), day: day(n), day_told: false,
            snapshot: Digest::of(&serde_json::to_vec(copy).unwrap()),
            past: None, changes: None, entities: copy.len(), replaces_newer: false,
        };
        let all = [edition(0, 0, &a), edition(1, 2, &b)];
        let memory = step(&[], (&a, day(0)), (&b, day(2)));
        let listed = |copy: &[Entity], around: &[Entity], on: Date| -> BTreeSet<String> {
            copy.iter().chain(around).filter(|e| e.listings[0].in_effect_on(on)).map(|e| e.id.clone()).collect()
        };
        // now, and on the day of B: B and nothing else counts
        prop_assert_eq!(Known::at(&all, None).present().unwrap().entry, 1);
        prop_assert_eq!(listed(&b, &memory, day(2)), ids(&b));
        prop_assert_eq!(listed(&b, &memory, day(9)), ids(&b));
        // as of a day between, and as known on a day between: A
        prop_assert_eq!(Known::at(&all, None).on(day(1)).unwrap().entry, 0);
        prop_assert_eq!(Known::at(&all, Some(day(1))).on(day(9)).unwrap().entry, 0);
        let beside = around(&a, day(0), (day(2), &b), &b, &memory);
        prop_assert_eq!(listed(&a, &beside, day(1)), ids(&a));
        // and whoever is on either stays findable
        let mut either = ids(&a);
        either.extend(ids(&b));
        let findable: BTreeSet<String> = ids(&a).union(&ids(&beside)).cloned().collect();
        prop_assert_eq!(findable, either.clone());
        prop_assert_eq!(ids(&b).union(&ids(&memory)).cloned().collect::<BTreeSet<_>>(), either);
    }

    #[test]
    fn a_diff_applied_is_the_other_copy(a in copy(), b in copy()) {
        let found = diff(&a, &b);
        let removed: BTreeSet<String> = found.removed.iter().map(|s| s.id.clone()).collect();
        let added: BTreeSet<String> = found.added.iter().map(|s| s.id.clone()).collect();
        let kept: BTreeSet<String> = ids(&a).difference(&removed).cloned().collect();
        prop_assert_eq!(kept.union(&added).cloned().collect::<BTreeSet<_>>(), ids(&b));
        prop_assert_eq!(found.changed.len() + found.unchanged, kept.len());
        for change in &found.changed {
            let version = |copy: &[Entity]| copy.iter().find(|e| e.id == change.id).unwrap().values("notes").to_vec();
            prop_assert_eq!(&change.fields[0].removed, &version(&a));
            prop_assert_eq!(&change.fields[0].added, &version(&b));
        }
        prop_assert!(diff(&a, &a).is_empty() && diff(&b, &b).is_empty());
    }
}

#[test]
fn an_entry_that_the_publisher_renumbered_is_neither_delisted_nor_new() {
    let before = entity(1, 0, None);
    let mut after = before.clone();
    after.id = "un_sc:77".to_owned();
    let found = diff(std::slice::from_ref(&before), std::slice::from_ref(&after));
    assert_eq!((found.added.len(), found.removed.len(), found.renamed.len()), (0, 0, 1));
    assert_eq!((found.renamed[0].from.as_str(), found.renamed[0].to.as_str()), ("un_sc:1", "un_sc:77"));
    assert!(
        step(&[], (std::slice::from_ref(&before), day(0)), (std::slice::from_ref(&after), day(1))).is_empty()
    );
    // two of the same name cannot be told apart: nothing is guessed
    let mut twin = after.clone();
    twin.id = "un_sc:78".to_owned();
    let found = diff(std::slice::from_ref(&before), &[after, twin]);
    assert_eq!((found.added.len(), found.removed.len(), found.renamed.len()), (2, 1, 0));
}

#[test]
fn a_later_copy_that_dates_a_listing_back_counts_from_that_day() {
    let (first, next) = (day(0), day(4));
    let dated = entity(2, 0, Some(parse_date("2026-01-15").unwrap()));
    let undated = entity(3, 0, None);
    let present = [dated, undated];
    let beside = around(&[], first, (next, &present), &present, &[]);
    let on = |key: &str, date: &str| {
        let found = beside.iter().find(|e| e.id == key).unwrap();
        found.listings[0].in_effect_on(parse_date(date).unwrap())
    };
    assert!(on("un_sc:2", "2026-02-01"), "the publisher says that it had effect");
    assert!(!on("un_sc:2", "2026-01-14"));
    assert!(
        !on("un_sc:3", "2026-02-01"),
        "a whole copy of January does not name it, and nobody says since when"
    );
    assert!(beside.iter().all(|e| e.values(NOT_ON_COPY_OF) == ["2026-01-01"]));
    // but it may have been listed by then: that is marked, unless the next copy did not have it either
    let by = |beside: &[Entity], key: &str| listed_by(beside.iter().find(|e| e.id == key).unwrap());
    assert_eq!((by(&beside, "un_sc:2"), by(&beside, "un_sc:3")), (None, Some(next)));
    let later = around(&[], first, (next, &[]), &present, &[]);
    assert_eq!(by(&later, "un_sc:3"), None);
}

#[test]
fn the_life_of_an_entry_is_told_in_order() {
    let sighting = |n: usize, entity: Option<Entity>| Sighting {
        entry: n as u64,
        day: day(n),
        recorded: day(n),
        entity,
    };
    let mut renumbered = entity(1, 1, None);
    renumbered.id = "un_sc:99".to_owned();
    let events = timeline(&[
        sighting(0, None),
        sighting(1, Some(entity(1, 0, None))),
        sighting(2, Some(entity(1, 0, None))),
        sighting(3, Some(entity(1, 1, None))),
        sighting(4, Some(renumbered.clone())),
        sighting(5, None),
        sighting(6, None),
        sighting(7, Some(renumbered)),
    ]);
    let told: Vec<(String, &EventKind)> = events.iter().map(|e| (e.day.to_string(), &e.kind)).collect();
    assert!(matches!(&told[0], (d, EventKind::Listed) if d == "2026-02-01"));
    assert!(
        matches!(&told[1], (d, EventKind::Changed { change }) if d == "2026-04-01" && change.fields[0].field == "notes")
    );
    assert!(
        matches!(&told[2], (d, EventKind::Renumbered { from, change: None }) if d == "2026-05-01" && from == "un_sc:1")
    );
    assert!(matches!(&told[3], (d, EventKind::Delisted) if d == "2026-06-01"));
    assert!(matches!(&told[4], (d, EventKind::ListedAgain) if d == "2026-08-01"));
    assert_eq!(told.len(), 5);
    assert_eq!(events[3].ground.instruments, ["resolution 1267"], "the ground that it had");
    let first = timeline(&[sighting(0, Some(entity(1, 0, None)))]);
    assert!(matches!(first[0].kind, EventKind::OnFirstCopy));
}

mod several_lists {
    use countersign_history::{Judgement, Links, Reason, cross_check, group_id};

    use super::*;

    fn of(source: &str, key: &str, name: &str, list: ListCode, publisher: Option<&str>) -> Entity {
        let mut entity = entity(0, 0, None);
        entity.id = format!("{source}:{key}");
        entity.source = SourceId::new(source).unwrap();
        entity.properties = BTreeMap::from([("name".to_owned(), vec![name.to_owned()])]);
        entity.listings[0].list = list;
        entity.listings[0].id = publisher.map(str::to_owned);
        entity
    }

    fn judgement(a: &str, b: &str, same: bool) -> Judgement {
        Judgement { a: a.to_owned(), b: b.to_owned(), same, reason: "r".to_owned(), by: "b".to_owned() }
    }

    #[test]
    fn keys_link_and_names_never_do() {
        let csl = of("us_csl", "SDN-7", "Zorblax", ListCode::Sdn, Some("7"));
        let ofac = of("us_ofac_sdn", "7", "ZORBLAX", ListCode::Sdn, Some("7"));
        let name = of("un_sc", "X.1", "Zorblax", ListCode::UnSc, Some("QDe.1"));
        let mut uk = of("uk_sl", "UK-1", "Zorblaks", ListCode::UkSl, Some("UK-1"));
        uk.add("unReference", "QDe.1");
        let all = [csl, ofac, name, uk];
        let links = Links::of(&all, &[]);
        assert_eq!(links.groups().len(), 2);
        let sdn = links.group("us_csl:SDN-7").unwrap();
        assert_eq!(sdn.members, ["us_csl:SDN-7", "us_ofac_sdn:7"]);
        assert!(
            matches!(&sdn.links[0].reason, Reason::PublisherKey { list: ListCode::Sdn, key } if key == "7")
        );
        assert_eq!(links.group("un_sc:X.1").unwrap().members, ["uk_sl:UK-1", "un_sc:X.1"]);

        // a person links the two, and every name that was ever given leads to the one group
        let before = sdn.id.clone();
        let joined = Links::of(&all, &[judgement("un_sc:X.1", "us_csl:SDN-7", true)]);
        assert_eq!(joined.groups().len(), 1);
        assert_eq!(joined.group(&before).unwrap().members.len(), 4);
        assert_eq!(joined.group(&group_id("uk_sl:UK-1")).unwrap().id, joined.groups()[0].id);
        // and a later judgement undoes it
        let apart =
            [judgement("un_sc:X.1", "us_csl:SDN-7", true), judgement("us_csl:SDN-7", "un_sc:X.1", false)];
        assert_eq!(Links::of(&all, &apart).groups(), links.groups());
        // a wrong link of the lists is undone the same way
        let cut = Links::of(&all, &[judgement("us_ofac_sdn:7", "us_csl:SDN-7", false)]);
        assert!(cut.group("us_csl:SDN-7").is_none_or(|g| g.members.len() == 1));
        assert_eq!(cut.cut.len(), 1);
    }

    #[test]
    fn two_entries_kept_apart_are_not_joined_over_a_third() {
        let mut ids = Vec::new();
        for (source, key) in [("us_csl", "a"), ("uk_sl", "b"), ("eu_fsf", "c")] {
            let mut entity = of(source, key, "Zorblax", ListCode::Sdn, None);
            entity.add("imoNumber", "9123456");
            ids.push(entity);
        }
        assert_eq!(Links::of(&ids, &[]).groups()[0].members.len(), 3);
        let kept = Links::of(&ids, &[judgement("us_csl:a", "uk_sl:b", false)]);
        let together = |x: &str, y: &str| kept.group(x).is_some_and(|g| g.members.iter().any(|m| m == y));
        assert!(!together("us_csl:a", "uk_sl:b"));
    }

    #[test]
    fn a_national_number_links_within_a_country_only() {
        let mut a = of("us_csl", "a", "Zorblax", ListCode::Sdn, None);
        let mut b = of("uk_sl", "b", "Quill", ListCode::UkSl, None);
        a.add("registrationNumber", "123 456 789");
        b.add("registrationNumber", "123456789");
        a.add("country", "by");
        b.add("country", "il");
        assert!(Links::of([&a, &b], &[]).groups().is_empty());
        b.add("country", "by");
        assert_eq!(Links::of([&a, &b], &[]).groups().len(), 1);
    }

    #[test]
    fn rows_that_differ_are_named() {
        let row =
            |source: &str, key: &str, name: &str, id: Option<&str>| of(source, key, name, ListCode::El, id);
        let a = [
            row("us_csl", "1", "Alpha", Some("1")),
            row("us_csl", "2", "Beta", None),
            row("us_csl", "3", "Gamma", Some("3")),
        ];
        let b = [
            row("x", "1", "Alef", Some("1")),
            row("x", "2", "BETA,", Some("9")),
            row("x", "4", "Delta", Some("4")),
        ];
        let check = cross_check(ListCode::El, &a, &b);
        assert_eq!((check.in_a, check.in_b, check.by_key, check.by_name), (3, 3, 1, 1));
        assert_eq!(check.only_in_a[0].id, "us_csl:3");
        assert_eq!(check.only_in_b[0].id, "x:4");
        assert_eq!(check.other_name[0].0.caption, "Alpha");
        assert_eq!((check.only_in_a.len(), check.only_in_b.len(), check.other_name.len()), (1, 1, 1));
    }
}
