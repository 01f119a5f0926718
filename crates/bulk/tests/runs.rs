//! The same bytes whatever the number of threads and however often a run ends before its time; every row accounted for.

#![expect(clippy::unwrap_used, reason = "test helpers may panic")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::cast::AsArray as _;
use arrow_array::types::{Float64Type, Int32Type, UInt64Type};
use arrow_array::{
    Array as _, ArrayRef, BooleanArray, Date32Array, DictionaryArray, Float64Array, Int64Array, RecordBatch,
    StringArray, TimestampNanosecondArray, TimestampSecondArray,
};
use countersign_bulk::{BulkError, Format, How, InputFormat, Job, Judged, Summary, by_example, run};
use countersign_columns::Doubt;
use countersign_model::{Entity, EntitySchema, SourceId};
use countersign_screening::{Index, Profile};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

fn index() -> Index {
    let entity = |id: &str, schema, name: &str| {
        let mut entity = Entity {
            id: id.to_owned(),
            schema,
            source: SourceId::new("starter").unwrap(),
            properties: BTreeMap::new(),
            listings: Vec::new(),
        };
        entity.add("name", name);
        entity
    };
    Index::build(&[
        entity("1", EntitySchema::Company, "Zorblax Optics Ltd"),
        entity("2", EntitySchema::Person, "Quentin Quillfeather"),
        entity("3", EntitySchema::Vessel, "Star of Zembla"),
    ])
}

/// Many rows; some match, some cannot be read.
fn parties(folder: &Path) -> PathBuf {
    let mut text = String::from("id,full_name,country,shoe size\n");
    for n in 0..503 {
        let row = match n % 10 {
            0 => format!("c{n},Zorblax Optics GmbH,DE,1\n"),
            1 => format!("c{n},Quentin Quilfeather,,2\n"),
            2 => format!("c{n},,DE,3\n"),
            3 => format!("c{n},Nobody {n},Atlantis,4\n"),
            4 => format!("c{n},cut\n"),
            _ => format!("c{n},Nobody Number {n},FR,5\n"),
        };
        text.push_str(&row);
    }
    let path = folder.join("parties.csv");
    fs::write(&path, text).unwrap();
    path
}

fn job<'a>(input: &'a Path, output: &'a Path, format: Format, threads: usize) -> Job<'a> {
    Job {
        input,
        input_format: InputFormat::of(input).unwrap(),
        how: How::default(),
        output,
        format,
        every_party: false,
        profile: Profile { near_miss_margin: 0.0, ..Profile::default() },
        content: "these lists",
        chunk: 20,
        threads,
        keep: None,
        on: None,
    }
}

fn screen(job: &Job<'_>) -> Result<Summary, BulkError> {
    run(job, &index(), &|_, _| Judged::Open, &|_| ())
}

#[test]
fn every_row_is_accounted_for_and_the_bytes_do_not_depend_on_threads() {
    let folder = tempfile::tempdir().unwrap();
    let input = parties(folder.path());
    for (format, ending) in [(Format::Csv, "csv"), (Format::JsonLines, "jsonl"), (Format::Parquet, "parquet")]
    {
        let outputs: Vec<(Vec<u8>, Vec<u8>)> = [1, 2, 7]
            .map(|threads| {
                let output = folder.path().join(format!("out-{threads}.{ending}"));
                let summary = screen(&job(&input, &output, format, threads)).unwrap();
                assert_eq!((summary.rows, summary.rejected, summary.with_hits), (503, 101, 102));
                let told = summary.told;
                let [which] = told.doubts.as_slice() else { panic!("{told:?}") };
                assert_eq!((which.kind, which.rows), (Doubt::Country, 50));
                assert_eq!(which.first[0], (4, "Atlantis".to_owned()));
                let warnings = fs::read_to_string(told.warnings.unwrap()).unwrap();
                assert_eq!(warnings.lines().count(), 50);
                assert!(
                    warnings
                        .starts_with("{\"row\":4,\"id\":\"c3\",\"kind\":\"country\",\"cell\":\"Atlantis\"")
                );
                assert_eq!(summary.unknown_columns, ["shoe size"]);
                (fs::read(&output).unwrap(), fs::read(summary.rejects.unwrap()).unwrap())
            })
            .into();
        assert!(outputs.iter().all(|o| *o == outputs[0]));
        let rejects = String::from_utf8(outputs[0].1.clone()).unwrap();
        assert_eq!(rejects.lines().count(), 101);
        assert!(rejects.contains("it has no name and no number") && !rejects.contains("Atlantis"));
        assert!(rejects.contains("2 cells"));
    }
}

#[test]
fn a_run_that_ended_before_its_time_goes_on_to_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let input = parties(folder.path());
    let whole = folder.path().join("whole.jsonl");
    screen(&job(&input, &whole, Format::JsonLines, 2)).unwrap();
    let output = folder.path().join("out.jsonl");
    let job = job(&input, &output, Format::JsonLines, 1);
    for last in [3, 90] {
        let count = AtomicUsize::new(0);
        let stopped = run(
            &job,
            &index(),
            &|_, _| {
                assert!(count.fetch_add(1, Ordering::Relaxed) < last, "the machine stops");
                Judged::Open
            },
            &|_| (),
        );
        assert!(stopped.is_err() && !output.exists());
    }
    // what a kill leaves: half a chunk under its temporary name, and one that was damaged since
    let work = folder.path().join("out.jsonl.work");
    fs::write(work.join("chunk-9.out.part"), "half").unwrap();
    fs::write(work.join("chunk-0.out"), "changed").unwrap();
    let kept = AtomicUsize::new(0);
    screen_counting(&job, &kept);
    assert!(kept.load(Ordering::Relaxed) > 0, "something was kept");
    assert_eq!(fs::read(&output).unwrap(), fs::read(&whole).unwrap());
    let warnings = |of: &str| fs::read(folder.path().join(format!("{of}.jsonl.warnings.jsonl"))).unwrap();
    assert_eq!(warnings("out"), warnings("whole"));
    assert!(!work.exists());
}

fn screen_counting(job: &Job<'_>, kept: &AtomicUsize) {
    run(job, &index(), &|_, _| Judged::Open, &|p| {
        kept.fetch_max(usize::try_from(p.kept).unwrap(), Ordering::Relaxed);
    })
    .unwrap();
}

#[test]
fn an_unfinished_run_of_something_else_and_an_output_that_is_there_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let input = parties(folder.path());
    let output = folder.path().join("out.csv");
    let first = job(&input, &output, Format::Csv, 1);
    let stop = run(&first, &index(), &|_, _| std::panic::resume_unwind(Box::new(())), &|_| ());
    assert!(matches!(stop, Err(BulkError::Chunk(_))));
    let other = Job { content: "other lists", ..first.clone() };
    assert!(matches!(screen(&other), Err(BulkError::OtherJob(_))));
    screen(&first).unwrap();
    assert!(matches!(screen(&first), Err(BulkError::Exists(_))));
}

#[test]
fn a_file_without_a_party_is_no_file_in_which_nobody_is_listed() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("half.csv");
    fs::write(&input, "id,name\n").unwrap();
    let output = folder.path().join("out.csv");
    let error = screen(&job(&input, &output, Format::Csv, 1)).unwrap_err().to_string();
    assert!(error.contains("there is no party in it"), "{error}");
    // a directory that is not there is not made by a slip of the pen
    fs::write(&input, "id,name\nc0,Nobody\n").unwrap();
    let elsewhere = folder.path().join("nope").join("out.csv");
    assert!(matches!(
        screen(&job(&input, &elsewhere, Format::Csv, 1)),
        Err(BulkError::NoDirectory(path)) if path.ends_with("nope")
    ));
    let mut left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["half.csv"], "nothing was begun");
}

#[test]
fn the_column_of_a_customer_list_is_the_name_where_no_other_is() {
    let folder = tempfile::tempdir().unwrap();
    let read = |name: &str, text: &str| {
        let input = folder.path().join(format!("{name}.csv"));
        fs::write(&input, text).unwrap();
        let output = folder.path().join(format!("{name}.out.csv"));
        screen(&job(&input, &output, Format::Csv, 1))
    };
    for (n, column) in ["Company", "supplier", "Customer", "Firma", "Account Name"].into_iter().enumerate() {
        let found = read(&format!("f{n}"), &format!("id;{column};x\nc0;Zorblax Optics Ltd;1\n")).unwrap();
        assert_eq!((found.with_hits, found.unknown_columns.len()), (1, 1), "{column}");
    }
    // beside a name it says for whom somebody works, and is told and not compared
    let found = read("beside", "name,company\nNobody,Zorblax Optics Ltd\n").unwrap();
    assert_eq!((found.with_hits, found.unknown_columns), (0, vec!["company".to_owned()]));
    // which of two is meant nobody can tell
    let error = read("two", "customer,supplier\nNobody,Zorblax Optics Ltd\n").unwrap_err().to_string();
    assert!(error.contains("no column holds the name"), "{error}");
}

#[test]
fn entities_of_followthemoney_are_parties() {
    let entity = r#"{"id": "x", "schema": "Person", "caption": "Q", "properties": {
        "name": ["Quentin Quillfeather"], "birthDate": ["1961-02"], "nationality": ["fr", "be"], "position": ["clerk"]}}"#;
    let (party, unknown) = by_example(entity.as_bytes()).unwrap();
    assert_eq!(party.query.countries.len(), 2);
    assert_eq!(party.query.schema, Some(EntitySchema::Person));
    assert_eq!(unknown, ["position"]);
    assert!(by_example(br#"{"name": "Quill", "colour": "red"}"#).unwrap_err().contains("`colour`"));
}

/// Parties with texts, dictionaries, lists, numbers and dates.
fn columns(folder: &Path) -> PathBuf {
    let mut aliases = ListBuilder::new(StringBuilder::new());
    for n in 0..200 {
        if n % 4 == 1 {
            aliases.values().append_value("Somebody Else");
            aliases.values().append_value("Quentin Quilfeather");
        }
        aliases.append(n % 4 == 1);
    }
    let names = (0..200).map(|n| if n % 4 == 0 { "Zorblax Optics" } else { "Wanda Nowhere" });
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", Arc::new(Int64Array::from_iter_values(0..200))),
        ("name", Arc::new(names.collect::<DictionaryArray<Int32Type>>())),
        ("alias", Arc::new(aliases.finish())),
        ("birth_date", Arc::new(Date32Array::from_iter((0..200).map(|n| (n % 3 == 0).then_some(-3240))))),
        ("shoe size", Arc::new(Float64Array::from_iter_values((0..200).map(f64::from)))),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let path = folder.join("parties.parquet");
    let mut writer = ArrowWriter::try_new(fs::File::create(&path).unwrap(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    path
}

#[test]
fn parquet_in_and_out_says_what_csv_says() {
    let folder = tempfile::tempdir().unwrap();
    let input = columns(folder.path());
    let (csv, parquet) = (folder.path().join("out.csv"), folder.path().join("out.parquet"));
    let every = |output, format| Job { every_party: true, ..job(&input, output, format, 2) };
    let summary = screen(&every(&csv, Format::Csv)).unwrap();
    assert_eq!((summary.rows, summary.with_hits, summary.rejected), (200, 100, 0));
    assert_eq!(summary.unknown_columns, ["shoe size"]);
    assert_eq!(screen(&every(&parquet, Format::Parquet)).unwrap().hits, summary.hits);
    let rows: Vec<csv::StringRecord> =
        csv::Reader::from_path(&csv).unwrap().records().map(Result::unwrap).collect();
    let mut at = 0;
    for batch in
        ParquetRecordBatchReaderBuilder::try_new(fs::File::open(&parquet).unwrap()).unwrap().build().unwrap()
    {
        let batch = batch.unwrap();
        let numbers = batch.column(0).as_primitive::<UInt64Type>();
        let scores = batch.column(4).as_primitive::<Float64Type>();
        for n in 0..batch.num_rows() {
            assert_eq!(numbers.value(n).to_string(), rows[at][0]);
            assert_eq!(
                if scores.is_valid(n) { format!("{:.4}", scores.value(n)) } else { String::new() },
                rows[at][4]
            );
            for column in [1, 2, 3, 5, 10, 11] {
                assert_eq!(batch.column(column).as_string::<i32>().value(n), &rows[at][column]);
            }
            at += 1;
        }
    }
    assert_eq!(at, rows.len());
    // a column of a kind that holds no name
    let wrong = folder.path().join("wrong.parquet");
    let batch =
        RecordBatch::try_from_iter([("name", Arc::new(Float64Array::from(vec![1.0])) as ArrayRef)]).unwrap();
    let mut writer = ArrowWriter::try_new(fs::File::create(&wrong).unwrap(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let output = folder.path().join("none.csv");
    let error = screen(&job(&wrong, &output, Format::Csv, 1)).unwrap_err().to_string();
    assert!(error.contains("`name`") && error.contains("Float64"), "{error}");
}

#[test]
fn semicolons_and_utf16_are_read_and_say_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let plain = "id,full_name,country\nc0,\"Zorblax, Optics GmbH\",DE\nc1,Nobody,FR\n";
    let semicolons = "id;full_name;country\r\nc0;Zorblax, Optics GmbH;DE\r\nc1;Nobody;FR\r\n";
    let utf16: Vec<u8> = format!("\u{feff}{}", plain.replace(',', "\t").replace("Zorblax\t", "Zorblax,"))
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let mut outputs = Vec::new();
    for (n, bytes) in [plain.as_bytes(), semicolons.as_bytes(), &utf16].into_iter().enumerate() {
        let input = folder.path().join(format!("{n}.csv"));
        fs::write(&input, bytes).unwrap();
        let output = folder.path().join(format!("{n}.jsonl"));
        let summary = screen(&job(&input, &output, Format::JsonLines, 2)).unwrap();
        assert_eq!((summary.rows, summary.rejected, summary.with_hits), (2, 0, 1));
        outputs.push(fs::read(&output).unwrap());
    }
    assert!(outputs.iter().all(|o| *o == outputs[0]));
}

#[test]
fn a_quotation_mark_that_is_missing_loses_nobody_without_a_word() {
    let folder = tempfile::tempdir().unwrap();
    let ask = |text: &str| {
        let input = folder.path().join("in.csv");
        fs::write(&input, text).unwrap();
        let output = folder.path().join("out.csv");
        let result = screen(&job(&input, &output, Format::Csv, 1));
        let _ = fs::remove_file(&output);
        assert!(!folder.path().join("out.csv.work").exists(), "nothing is left behind");
        result
    };
    let error = ask("id,name\n1,\"Foo Ltd\n2,Zorblax Optics Ltd\n").unwrap_err();
    assert!(matches!(error, BulkError::Input(_)) && error.to_string().contains("line 2"), "{error}");
    // two that are missing pair, and swallow the rows between them
    let two = ask("id,name\n1,\"Foo Ltd\n2,Zorblax Optics Ltd\n3,Bar\"\n4,Nobody\n").unwrap();
    assert_eq!((two.rows, two.rejected), (2, 1));
    let address = ask("id,name,address\n1,Zorblax Optics Ltd,\"1 Main Street\nSpringfield\"\n").unwrap();
    assert_eq!((address.rows, address.rejected, address.with_hits), (1, 0, 1));
    let nameless = ask("colour,country\nred,DE\n").unwrap_err();
    assert!(nameless.to_string().contains("no column holds the name"), "{nameless}");
    assert!(ask("").unwrap_err().to_string().contains("empty"));
}

#[test]
fn a_member_given_twice_refuses_its_row() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in.jsonl");
    fs::write(
        &input,
        "{\"name\": \"Zorblax Optics\", \"name\": \"Nobody\"}\n{\"name\": \"Zorblax Optics\"}\n",
    )
    .unwrap();
    let output = folder.path().join("out.jsonl");
    let mut job = job(&input, &output, Format::JsonLines, 1);
    job.threads = 1_000_000;
    let summary = screen(&job).unwrap();
    assert_eq!((summary.rows, summary.rejected, summary.with_hits), (2, 1, 1));
    assert!(fs::read_to_string(summary.rejects.unwrap()).unwrap().contains("`name` is given twice"));
}

/// The rows of a file as a customer system writes them: whoever is in it is compared, whatever stands in the other cells.
#[test]
fn the_cells_beside_the_name_keep_nobody_from_being_compared() {
    let folder = tempfile::tempdir().unwrap();
    let cells = [
        (
            "country",
            vec!["RUS", "Russia", "Russian Federation", "Россия", "Türkiye", "Atlantis", "N/A", "NA"],
        ),
        (
            "dob",
            vec![
                "21/05/1955",
                "21.05.1955",
                "21 May 1955",
                "1955/05/21",
                "19550521",
                "1955-00-00",
                "00/00/1955",
                "c. 1955",
                "N/A",
                "unknown",
                "1900-01-01",
                "0001-01-01",
                "9999-12-31",
                "1970-01-01",
                "2055-05-21",
            ],
        ),
        ("type", vec!["vessel", "company", "person", "Premium"]),
    ];
    for (header, values) in cells {
        let rows: String = values.iter().map(|cell| format!("Quentin Quillfeather;{cell}\n")).collect();
        let input = folder.path().join(format!("{header}.csv"));
        fs::write(&input, format!("name;{header}\n{rows}")).unwrap();
        let output = folder.path().join(format!("{header}.out.csv"));
        let day = Some("2026-11-26".parse().unwrap());
        let summary = screen(&Job { on: day, ..job(&input, &output, Format::Csv, 1) }).unwrap();
        assert_eq!((summary.rejected, summary.with_hits), (0, values.len() as u64), "{header}");
        let doubts: Vec<(Doubt, u64)> =
            summary.told.doubts.iter().map(|which| (which.kind, which.rows)).collect();
        let expected = match header {
            "country" => vec![(Doubt::Country, 1), (Doubt::CountryNa, 1)],
            "dob" => vec![(Doubt::BirthDate, 1), (Doubt::BirthDateDefault, 5)],
            _ => vec![(Doubt::Kind, 1)],
        };
        assert_eq!(doubts, expected, "{header}");
    }
}

#[test]
fn names_in_two_columns_are_found_and_placeholders_are_not_clean() {
    let folder = tempfile::tempdir().unwrap();
    let read = |name: &str, text: &str| {
        let input = folder.path().join(name);
        fs::write(&input, text).unwrap();
        let output = folder.path().join(format!("{name}.out.csv"));
        screen(&job(&input, &output, Format::Csv, 1))
    };
    for (n, (ending, text)) in [
        ("csv", "Name;Vorname;Land\nQuillfeather;Quentin;RU\n"),
        ("csv", "name,first_name,last_name\nClient 1,Quentin,Quillfeather\n"),
        ("csv", "first_name,last_name\nQuentin,Quillfeather\n"),
        ("csv", "Nombre;Apellidos\nQuentin;Quillfeather\n"),
        ("csv", "Vorname;Firma;Nachname\nQuentin;Foo;Quillfeather\n"),
        ("jsonl", "{\"schema\": \"Person\", \"properties\": {\"firstName\": [\"Quentin\"], \"lastName\": [\"Quillfeather\"]}}\n"),
        ("jsonl", "{\"Vorname\": \"Quentin\", \"Name\": \"Quillfeather\"}\n"),
    ]
    .into_iter()
    .enumerate()
    {
        let summary = read(&format!("{n}.{ending}"), text).unwrap();
        assert_eq!((summary.rejected, summary.with_hits), (0, 1), "{text}");
    }
    let half = read("half.csv", "first_name,last_name\n,Quillfeather\n").unwrap();
    assert_eq!(half.told.doubts[0].kind, Doubt::PartOfName);
    let only = read("only.csv", "first_name,country\nQuentin,RU\n").unwrap_err().to_string();
    assert!(only.contains("only a part of the name") && only.contains("`last_name`"), "{only}");
    let others = read("others.csv", "name,director,beneficial_owner,shoe size\nFoo,A,B,9\n").unwrap();
    assert_eq!(others.told.other_parties, ["director", "beneficial_owner"]);
    let nobody = read("nobody.csv", "name\nN/A\nNULL\nunknown\nX\n#NAME?\nTest\n").unwrap();
    assert_eq!((nobody.rows, nobody.rejected), (6, 6));
    let rejects = fs::read_to_string(nobody.rejects.unwrap()).unwrap();
    assert!(rejects.contains("its name `#NAME?` is a placeholder"), "{rejects}");
}

#[test]
fn parquet_of_pandas_is_read() {
    let folder = tempfile::tempdir().unwrap();
    // 21 May 1955, and the midnight of a place three hours before Greenwich
    let day = -461_289_600i64;
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("name", Arc::new(StringArray::from(vec!["Quentin Quillfeather", "Quentin Quillfeather"]))),
        ("dob", Arc::new(TimestampNanosecondArray::from(vec![Some(day * 1_000_000_000), None]))),
        (
            "born",
            Arc::new(TimestampSecondArray::from(vec![None, Some(day - 3 * 3600)]).with_timezone("+03:00")),
        ),
        ("tax id", Arc::new(Float64Array::from(vec![Some(7_707_083_893.0), None]))),
        ("gender", Arc::new(BooleanArray::from(vec![true, false]))),
    ];
    let batch =
        RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, c)| (n, c, true))).unwrap();
    let path = folder.path().join("pandas.parquet");
    let mut writer = ArrowWriter::try_new(fs::File::create(&path).unwrap(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let opened = countersign_bulk::read(&path, &How::default()).unwrap();
    assert_eq!(opened.unknown_columns, ["gender (Boolean)"]);
    let parties: Vec<_> = opened.rows.map(|row| row.unwrap().unwrap()).collect();
    for party in &parties {
        assert_eq!(party.query.birth_date.unwrap().to_string(), "1955-05-21");
    }
    assert_eq!(parties[0].query.identifiers[0].value, "7707083893");
}

/// What screening has to say of a row stands beside its matches, and who has a damaged name is told whether or not anything was found.
#[test]
fn a_name_that_looks_damaged_is_counted_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("damaged.csv");
    fs::write(&input, "id,name\nc0,Qu?ntin Quillfeather\nc1,N&#243;body Known\nc2,Zorblax Optics\n").unwrap();
    let read = |ending: &str, format, every_party| {
        let output = folder.path().join(format!("out.{every_party}.{ending}"));
        let summary = screen(&Job { every_party, ..job(&input, &output, format, 2) }).unwrap();
        assert_eq!(summary.told.damaged_names(), 2);
        assert_eq!(summary.told.doubts[0].first[1], (2, "N&#243;body Known".to_owned()));
        let warnings = fs::read_to_string(summary.told.warnings.unwrap()).unwrap();
        assert_eq!(warnings.lines().filter(|line| line.contains("\"damaged_name\"")).count(), 2);
        assert!(warnings.contains("it was also read as `Nóbody Known`"), "{warnings}");
        output
    };
    let csv = |every_party| {
        let rows = csv::Reader::from_path(read("csv", Format::Csv, every_party)).unwrap().into_records();
        rows.map(|row| row.unwrap()).map(|row| (row[1].to_owned(), row[11].to_owned())).collect::<Vec<_>>()
    };
    let found = csv(false);
    assert_eq!(found.len(), 2);
    assert!(
        found[0].0 == "c0" && found[0].1.contains("letters of `Qu?ntin Quillfeather` were lost"),
        "{found:?}"
    );
    assert_eq!(found[1], ("c2".to_owned(), String::new()));
    let all = csv(true);
    assert!(all[1].0 == "c1" && all[1].1.contains("also read as `Nóbody Known`"), "{all:?}");
    let file = fs::File::open(read("parquet", Format::Parquet, false)).unwrap();
    let batch =
        ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap().next().unwrap().unwrap();
    let notes = batch.column_by_name("notes").unwrap().as_string::<i32>();
    assert!(notes.value(0).contains("were lost") && notes.value(1).is_empty());
    let lines = fs::read_to_string(read("jsonl", Format::JsonLines, false)).unwrap();
    assert!(lines.contains("\"notes\":[\"letters of"), "{lines}");
}

/// As with columns: a field that nobody knows refuses no row, and is told once.
#[test]
fn a_field_that_is_not_known_is_told_once_and_refuses_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let read = |name: &str, text: &str| {
        let input = folder.path().join(name);
        fs::write(&input, text).unwrap();
        let output = folder.path().join(format!("{name}.out.csv"));
        let summary = screen(&job(&input, &output, Format::Csv, 2)).unwrap();
        let words = summary.told.words(&summary.unknown_columns);
        (summary, words)
    };
    let line =
        "{\"name\": \"Zorblax Optics\", \"contry\": \"DE\", \"colour\": {\"r\": 1}, \"director\": \"A\"}\n";
    let (flat, words) = read("flat.jsonl", &line.repeat(3));
    assert_eq!((flat.rows, flat.rejected, flat.with_hits), (3, 0, 3));
    assert_eq!(
        words
            .iter()
            .filter(|w| w.contains("`contry`")
                && w.contains("3 rows")
                && w.contains("did you mean `country`?"))
            .count(),
        1
    );
    assert_eq!(
        words.iter().filter(|w| w.contains("`colour`") && w.contains("3 rows")).count(),
        1,
        "{words:?}"
    );
    assert_eq!(flat.told.other_parties, ["director"]);
    let (_, table) = read("table.csv", "name,contry,director\nZorblax Optics,DE,A\n");
    assert!(
        table.iter().any(|w| w.contains("`contry`") && w.contains("did you mean `country`?")),
        "{table:?}"
    );

    let entity = "{\"schema\": \"Company\", \"caption\": \"x\", \"properties\": {\"name\": [\"Zorblax Optics\"], \"topics\": [\"x\"], \"birthdat\": [\"1\"]}}\n";
    let (_, words) = read("entities.ftm.json", entity);
    assert!(
        words[0].contains("`topics` (in 1 row)") && words[0].contains("did you mean `birth_date`?"),
        "{words:?}"
    );

    // a value of a form that is not read is a cell that cannot be read
    let (odd, words) = read(
        "odd.jsonl",
        "{\"name\": \"Zorblax Optics\", \"country\": {\"code\": \"DE\"}, \"gender\": true}\n",
    );
    assert_eq!((odd.rejected, odd.with_hits), (0, 1));
    assert!(
        words.iter().any(|w| w.contains("neither a text nor a number") && w.contains("country: {")),
        "{words:?}"
    );

    // the name itself with a slip in it
    let (nameless, _) = read("nmae.jsonl", "\u{feff}{\"nmae\": \"Zorblax Optics\"}\n{\"name\": [true]}\n");
    let rejects = fs::read_to_string(nameless.rejects.unwrap()).unwrap();
    assert!(nameless.rejected == 2 && rejects.contains("did you mean `name`?"), "{rejects}");

    // keys that are data
    let keys: String = (0..300).map(|n| format!("{{\"name\": \"Nobody\", \"key {n}\": 1}}\n")).collect();
    let (many, words) = read("keys.jsonl", &keys);
    assert_eq!(many.told.unknown_fields.len(), 100);
    assert!(words.iter().any(|w| w.contains("only the first 100")));

    let input = folder.path().join("array.json");
    fs::write(&input, "[{\"name\": \"Zorblax Optics\"}]").unwrap();
    let error = screen(&job(&input, &folder.path().join("x.csv"), Format::Csv, 1)).unwrap_err().to_string();
    assert!(error.contains("each party on a line of its own"), "{error}");
}

#[test]
fn a_file_of_an_older_program_is_read_where_its_encoding_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("kunden.csv");
    fs::write(&input, b"Name;Vorname;Stra\xdfe\r\nQuillf\xe4ther;Quentin;Gasse 1\r\nNobody;Q;Gasse 2\r\n")
        .unwrap();
    let output = folder.path().join("out.csv");
    let plain = screen(&job(&input, &output, Format::Csv, 1)).unwrap_err().to_string();
    assert!(plain.contains("--encoding"), "{plain}");
    let how = How { encoding: Some("windows-1252".parse().unwrap()), ..How::default() };
    let summary = screen(&Job { how, ..job(&input, &output, Format::Csv, 1) }).unwrap();
    assert_eq!((summary.rows, summary.rejected, summary.with_hits), (2, 0, 1));
    assert!(fs::read_to_string(&output).unwrap().contains("Quentin Quillfäther"));
    let sheet = How { sheet: Some("2026"), ..How::default() };
    let error = screen(&Job { how: sheet, ..job(&input, &folder.path().join("y.csv"), Format::Csv, 1) });
    assert!(error.unwrap_err().to_string().contains("leave out --sheet"));
}

/// Who asks for vehicles means ships and aircraft.
#[test]
fn a_vehicle_may_be_a_ship() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("vehicles.csv");
    fs::write(&input, "name,type\nStar of Zembla,Vehicle\nStar of Zembla,Asset\nStar of Zembla,Thing\nStar of Zembla,Airplane\n").unwrap();
    let output = folder.path().join("out.csv");
    let summary = screen(&job(&input, &output, Format::Csv, 1)).unwrap();
    assert_eq!((summary.rows, summary.with_hits), (4, 3));
    assert!(summary.told.doubts.is_empty(), "{:?}", summary.told);
}
