//! Screening again only whom a change concerns gives the bytes that screening everybody gives.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "test helpers may panic")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use countersign_bulk::{Again, BulkError, Format, How, InputFormat, Job, Judged, Party, again, run};
use countersign_model::{Entity, EntitySchema, SourceId};
use countersign_screening::{Hit, Index, Profile};

fn entity(id: &str, schema: EntitySchema, name: &str) -> Entity {
    let mut entity = Entity {
        id: id.to_owned(),
        schema,
        source: SourceId::new("starter").unwrap(),
        properties: BTreeMap::new(),
        listings: Vec::new(),
    };
    entity.add("name", name);
    entity
}

/// A list on a day: every day one entry is gone, one is new and one is otherwise.
fn list(day: usize) -> Index {
    let mut entities: Vec<Entity> = (day..40 + day)
        .map(|n| match n % 3 {
            0 => entity(&n.to_string(), EntitySchema::Company, &format!("Zorblax{n} Optics Ltd")),
            1 => entity(&n.to_string(), EntitySchema::Person, &format!("Quentin Quill{n}feather")),
            _ => entity(&n.to_string(), EntitySchema::Vessel, &format!("Star of Zembla {n}")),
        })
        .collect();
    entities.push(entity("same", EntitySchema::Person, "Ignatius Quillfeather"));
    entities[20].add("country", ["fr", "de"][day % 2]);
    Index::build(&entities)
}

fn customers(folder: &Path) -> std::path::PathBuf {
    let mut text = String::from("id,name,schema\n");
    for n in 0..600 {
        text.push_str(&match n % 12 {
            0 => format!("c{n},\"Zorblax{} Optics, Ltd\",Company\n", n / 12),
            1 => format!("c{n},Quentin Quill{}feather,Person\n", n / 12),
            2 => format!("c{n},Star of Zembla {},Vessel\n", n / 12),
            3 => format!("c{n},Ignatius Quillfeather,Premium\n"),
            4 => format!("c{n},,Person\n"),
            _ => format!("c{n},Nobody Number{n},\n"),
        });
    }
    let path = folder.join("customers.csv");
    fs::write(&path, text).unwrap();
    path
}

/// People have decided about one name; on the second day otherwise than on the first.
fn judged(day: usize) -> impl Fn(&Party, &Hit) -> Judged + Sync {
    move |party, _| match (party.query.name.as_str(), day) {
        ("Ignatius Quillfeather", 0) => Judged::NoMatch,
        ("Ignatius Quillfeather", 1) => Judged::Match,
        ("Quentin Quill13feather", 2) => Judged::NoMatch,
        _ => Judged::Open,
    }
}

fn is_decided(name: &str) -> bool {
    ["Ignatius Quillfeather", "Quentin Quill13feather"].contains(&name)
}

#[test]
fn the_bytes_are_those_of_a_whole_run_day_after_day() {
    for (format, ending, every_party) in [
        (Format::Csv, "csv", false),
        (Format::Csv, "csv", true),
        (Format::JsonLines, "jsonl", false),
        (Format::JsonLines, "jsonl", true),
        (Format::Parquet, "parquet", false),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let input = customers(folder.path());
        let at = |name: &str| folder.path().join(name);
        let whole = |output: &Path, keep: Option<&Path>, day: usize| {
            let job = Job {
                input: &input,
                input_format: InputFormat::of(&input).unwrap(),
                how: How::default(),
                output,
                format,
                every_party,
                profile: Profile { near_miss_margin: 0.0, ..Profile::default() },
                content: &format!("day {day}"),
                chunk: 50,
                threads: 2,
                keep,
                on: None,
            };
            run(&job, &list(day), &judged(day), &|_| ()).unwrap()
        };
        whole(&at(&format!("0.{ending}")), Some(&at("0.base")), 0);
        for day in 1..4 {
            let (all, some) = (at(&format!("all-{day}.{ending}")), at(&format!("{day}.{ending}")));
            let expected = whole(&all, None, day);
            let job = Again {
                base: &at(&format!("{}.base", day - 1)),
                output: &some,
                format,
                keep: Some(&at(&format!("{day}.base"))),
                content: &format!("day {day}"),
                threads: 2,
            };
            let (found, looked) = again(&job, &list(day), &judged(day), &is_decided).unwrap();
            assert_eq!(fs::read(&all).unwrap(), fs::read(&some).unwrap(), "day {day} as {format:?}");
            let apart = |mut summary: countersign_bulk::Summary| {
                let rejects = fs::read_to_string(summary.rejects.take().unwrap()).unwrap();
                assert_eq!(rejects.lines().count(), 50);
                let warnings = fs::read_to_string(summary.told.warnings.take().unwrap()).unwrap();
                assert_eq!((warnings.lines().count(), summary.told.doubts[0].rows), (50, 50));
                summary
            };
            assert_eq!(apart(expected), apart(found));
            assert!(looked.concerned > 0 && looked.concerned < 300, "{looked:?}");
            assert!(looked.decided > 0, "{looked:?}");
            assert_eq!((looked.reach.gone, looked.reach.new), (3, 3));
        }
        let left: Vec<String> = fs::read_dir(folder.path())
            .unwrap()
            .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
            .filter(|name| name.contains("part") && !name.ends_with("parquet"))
            .collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

#[test]
fn a_base_that_does_not_fit_is_refused_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let input = customers(folder.path());
    let at = |name: &str| folder.path().join(name);
    let job = Job {
        input: &input,
        input_format: InputFormat::of(&input).unwrap(),
        how: How::default(),
        output: &at("0.csv"),
        format: Format::Csv,
        every_party: false,
        profile: Profile { near_miss_margin: 0.0, ..Profile::default() },
        content: "day 0",
        chunk: 50,
        threads: 1,
        keep: Some(&at("base")),
        on: None,
    };
    let margin = Job { profile: Profile::default(), ..job.clone() };
    assert!(matches!(run(&margin, &list(0), &judged(0), &|_| ()), Err(BulkError::Margin)));
    run(&job, &list(0), &judged(0), &|_| ()).unwrap();
    let fault = |format, output: &str, base: &str| {
        let job = Again {
            base: &at(base),
            output: &at(output),
            format,
            keep: Some(&at("next")),
            content: "day 1",
            threads: 1,
        };
        let error = again(&job, &list(1), &judged(1), &is_decided).unwrap_err().to_string();
        assert!(!at("next").exists() && (output == "0.csv" || !at(output).exists()), "{error}");
        error
    };
    assert!(fault(Format::Csv, "0.csv", "base").contains("exists already"));
    assert!(fault(Format::Csv, "1.csv", "nowhere").contains("no base"));
    assert!(fault(Format::JsonLines, "1.jsonl", "base").contains("end in .csv"));
    for name in ["matches", "rejects", "warnings", "outlines-0", "index"] {
        let path = at("base").join(name);
        let sound = fs::read(&path).unwrap();
        let mut bytes = sound.clone();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(&path, &bytes).unwrap();
        let error = fault(Format::Csv, "1.csv", "base");
        assert!(error.contains("screen the whole file again"), "{name}: {error}");
        fs::write(&path, &sound).unwrap();
    }
    let path = at("base").join("base.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("\"algorithm\": \"screening/1+", "\"algorithm\": \"screening/1+0"))
        .unwrap();
    assert!(fault(Format::Csv, "1.csv", "base").contains("matching rules"));
    fs::write(&path, text.replace("\"version\": 3", "\"version\": 4")).unwrap();
    assert!(fault(Format::Csv, "1.csv", "base").contains("version 4"));
}
