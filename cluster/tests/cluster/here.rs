//! In process: the output of `countersign bulk`, whatever the size of chunks, and however often it was killed.

use std::fs;
use std::path::Path;

use crate::common::{Node, alone, customers, how_many, noted, rejects, run, said, until};
use countersign_bulk::Format;

#[test]
fn the_output_is_that_of_one_process() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("customers.csv");
    customers(&input, how_many());
    for (ending, format, every_party, chunk) in [
        ("csv", Format::Csv, false, "1000"),
        ("csv", Format::Csv, true, "1717"),
        ("jsonl", Format::JsonLines, false, "777"),
        ("parquet", Format::Parquet, true, "1000000"),
    ] {
        let expected = folder.path().join(format!("alone.{ending}"));
        let out = folder.path().join(format!("out.{ending}"));
        let summary = alone(&input, &expected, format, every_party);
        assert!(summary.hits > 50 && summary.rejected > 20, "{summary:?}");
        let all: &[&str] = if every_party { &["--all"] } else { &[] };
        let output = run(&input, &out, &[&["--chunk", chunk, "--json"], all].concat()).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        assert!(said(&output).contains("the column `note to self` is not known"));
        assert!(fs::read(&out).unwrap() == fs::read(&expected).unwrap(), "{ending}: other bytes");
        assert_eq!(rejects(&out), rejects(&expected));
        let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        for (field, value) in [
            ("rows", summary.rows),
            ("rejected", summary.rejected),
            ("with_hits", summary.with_hits),
            ("open", summary.open),
            ("hits", summary.hits),
        ] {
            assert_eq!(told[field], value, "{field}");
        }
        assert_eq!(told["output_sha256"], summary.output_sha256.to_string());
        assert_eq!(told["input_sha256"], summary.input_sha256.to_string());
        assert!(!Path::new(&format!("{}.run", out.display())).exists(), "the place of the run is gone");
        for file in [&out, &expected] {
            fs::remove_file(file).unwrap();
        }
    }
}

#[test]
fn parquet_of_the_same_customers_gives_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let (csv, jsonl) = (folder.path().join("customers.csv"), folder.path().join("customers.jsonl"));
    fs::write(&csv, "id,name,country\n1,Northern Optics,DE\n2,Hacking Team,IT\n").unwrap();
    fs::write(&jsonl, "{\"id\":\"1\",\"name\":\"Northern Optics\",\"country\":\"DE\"}\n{\"id\":\"2\",\"name\":\"Hacking Team\",\"country\":\"IT\"}\n").unwrap();
    let mut outputs = Vec::new();
    for (n, input) in [&csv, &jsonl].into_iter().enumerate() {
        let out = folder.path().join(format!("{n}.csv"));
        let output = run(input, &out, &["--all"]).output().unwrap();
        assert!(matches!(output.status.code(), Some(0 | 10)), "{}", said(&output));
        outputs.push(fs::read(&out).unwrap());
    }
    assert_eq!(outputs[0], outputs[1]);
}

#[test]
fn a_run_that_was_killed_goes_on_and_one_of_something_else_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("customers.csv");
    customers(&input, how_many());
    let (expected, out) = (folder.path().join("alone.csv"), folder.path().join("out.csv"));
    alone(&input, &expected, Format::Csv, false);
    let arguments = ["--chunk", "100", "--threads", "1"];
    for kills in 1..=3 {
        let mut node = Node::begin(run(&input, &out, &arguments), folder.path().join("log"));
        until("chunks in the manifest", || noted(&out) >= 5 * kills || !node.is_running());
        assert!(node.is_running(), "it ended before it could be killed: {}", node.said());
        node.kill();
        assert!(!out.exists());
    }
    let output = run(&input, &out, &["--chunk", "200"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("unfinished run of something else"), "{}", said(&output));
    let output = run(&input, &out, &arguments).output().unwrap();
    assert!(said(&output).contains("of them done before"), "{}", said(&output));
    assert!(fs::read(&out).unwrap() == fs::read(&expected).unwrap());
    // and it is not done again over what is there
    let output = run(&input, &out, &arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("exists already"));
}

#[test]
fn what_was_changed_on_the_way_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("customers.csv");
    customers(&input, how_many());
    let (expected, out) = (folder.path().join("alone.csv"), folder.path().join("out.csv"));
    alone(&input, &expected, Format::Csv, false);
    let arguments = ["--chunk", "100", "--threads", "1"];
    let mut node = Node::begin(run(&input, &out, &arguments), folder.path().join("log"));
    until("chunks in the manifest", || noted(&out) >= 5 || !node.is_running());
    node.kill();
    let place = folder.path().join("out.csv.run");
    let named = |start: &str| {
        fs::read_dir(&place).unwrap().map(|e| e.unwrap().path()).find(|p| {
            p.file_name().unwrap().to_str().unwrap().starts_with(start)
                && p.extension().is_none_or(|e| e != "part")
        })
    };

    // the index: one bit of it
    let index = named("index-").unwrap();
    let whole = fs::read(&index).unwrap();
    let mut other = whole.clone();
    let middle = other.len() / 2;
    other[middle] ^= 1;
    fs::write(&index, &other).unwrap();
    let output = run(&input, &out, &arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let told = said(&output);
    assert!(told.contains("has the digest") && told.contains("the run asks for"), "{told}");
    assert!(!out.exists());
    fs::write(&index, &whole).unwrap();

    // a chunk of the input that is another's: the rows do not add up
    let last = fs::read_dir(place.join("in")).unwrap().count() - 1;
    let (first, second) = (
        place.join(format!("in/chunk-{last}.parquet")),
        place.join(format!("in/chunk-{}.parquet", last - 1)),
    );
    let whole = fs::read(&first).unwrap();
    fs::copy(&second, &first).unwrap();
    let output = run(&input, &out, &arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("it is not counted"), "{}", said(&output));
    fs::write(&first, &whole).unwrap();

    // lines that are no longer what the manifest says are made anew
    let lines = place.join("out/chunk-2.jsonl");
    fs::write(&lines, b"").unwrap();
    let output = run(&input, &out, &arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(fs::read(&out).unwrap() == fs::read(&expected).unwrap());
}

#[test]
fn what_was_not_compared_is_named_as_by_one_process() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("customers.csv");
    fs::write(
        &input,
        "id,name,country,dob\n1,N?rthern Optics,Atlantis,\n2,Hacking Team,IT,1900-01-01\n3,Quill,,\n",
    )
    .unwrap();
    let (expected, out) = (folder.path().join("alone.csv"), folder.path().join("out.csv"));
    let summary = alone(&input, &expected, Format::Csv, false);
    let output = run(&input, &out, &["--chunk", "1"]).output().unwrap();
    let warnings = |out: &Path| fs::read_to_string(format!("{}.warnings.jsonl", out.display())).unwrap();
    assert_eq!(warnings(&out), warnings(&expected));
    assert_eq!(warnings(&out).lines().count(), 3);
    assert_eq!(fs::read(&out).unwrap(), fs::read(&expected).unwrap());
    for which in &summary.told.doubts {
        assert!(said(&output).contains(&which.words()), "{}", said(&output));
    }
}
