//! Files with one fault each: the fault, its line, its path and what the author is told.
#![expect(clippy::unwrap_used, reason = "a test may say what it expects")]

mod common;

use countersign_case::{Case, MAX_CASE_BYTES, MAX_DEPTH, MAX_PROBLEMS};

#[derive(Debug)]
struct Mutation {
    name: String,
    text: String,
    line: usize,
    path: String,
    says: String,
}

fn mutations() -> Vec<Mutation> {
    let table: serde_json::Value = serde_json::from_str(include_str!("data/mutations.json")).unwrap();
    let field = |row: &serde_json::Value, key: &str| row[key].as_str().unwrap().to_owned();
    let read = |row: &serde_json::Value| {
        let text = common::SMALL.replacen(&field(row, "from"), &field(row, "to"), 1);
        assert_ne!(text, common::SMALL, "{row}");
        let line = usize::try_from(row["line"].as_u64().unwrap()).unwrap();
        Mutation { name: field(row, "name"), text, line, path: field(row, "path"), says: field(row, "says") }
    };
    table.as_array().unwrap().iter().map(read).collect()
}

#[test]
fn each_fault_is_refused_at_its_line_with_its_path_and_a_hint() {
    let known = common::few();
    Case::parse(common::SMALL, "small.yaml", &known).unwrap_or_else(|error| panic!("{error}"));
    let mut wrong = Vec::new();
    for mutation in mutations() {
        let Err(error) = Case::parse(&mutation.text, "small.yaml", &known) else {
            wrong.push(format!("{}: accepted", mutation.name));
            continue;
        };
        let hit = error.problems.iter().any(|problem| {
            problem.line == Some(mutation.line)
                && problem.path == mutation.path
                && problem.message.contains(&mutation.says)
        });
        // one fault, one complaint; a party without kind, or shares that count as votes too, give one more
        if !hit || error.problems.len() > 2 {
            wrong.push(format!("{} (line {}, {}):\n{error}", mutation.name, mutation.line, mutation.path));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn the_message_of_a_misspelt_key_reads_as_one_line() {
    let text = common::SMALL.replacen("    country: IL\n", "    contry: IL\n", 1);
    let error = Case::parse(&text, "case.yaml", &common::few()).unwrap_err();
    let expected = "case.yaml: line 20: parties[acme].contry: unknown key `contry`; did you mean `country`?";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn all_faults_are_reported_by_line_and_capped() {
    let known = common::few();
    let text = common::SMALL
        .replacen("title: A small case", "title:", 1)
        .replacen("actor: basin", "actor: basim", 1)
        .replacen("    country: IL\n", "    contry: IL\n", 1)
        .replacen("real: 'no'", "real: no", 1)
        .replacen("rule: EAR-732-S3", "rule: EAR-732-S4", 1);
    let error = Case::parse(&text, "x", &known).unwrap_err();
    let lines: Vec<_> = error.problems.iter().map(|problem| problem.line.unwrap()).collect();
    assert_eq!(lines, [3, 7, 20, 22, 42], "{error}");

    let roles: String = (0..80).map(|n| format!("      wrong{n},\n")).collect();
    let text = common::SMALL.replacen("roles: [supplier]", &format!("roles: [\n{roles}      ]"), 1);
    let error = Case::parse(&text, "x", &known).unwrap_err();
    assert_eq!((error.problems.len(), error.omitted), (MAX_PROBLEMS, 80 - MAX_PROBLEMS), "{error}");
    assert!(error.to_string().ends_with("and 30 more; mend these first"));
}

#[test]
fn json_is_read_as_the_yaml_that_it_is() {
    let known = common::few();
    let case = Case::parse(common::SMALL, "small.yaml", &known).unwrap();
    let compact = serde_json::to_string(case.tree()).unwrap();
    let pretty = serde_json::to_string_pretty(case.tree()).unwrap();
    let tabs = pretty.replace("  ", "\t");
    for text in [&compact, &pretty, &tabs, &pretty.replace('\n', "\r\n"), &format!("\u{feff}{pretty}")] {
        let again = Case::parse(text, "small.json", &known).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!(again.tree(), case.tree());
    }
    let again = Case::parse(&pretty, "small.json", &known).unwrap();
    let line = pretty.lines().position(|line| line.contains("\"destination\": \"IL\"")).unwrap() + 1;
    assert_eq!(again.line("destination"), Some(line));
    let twice = compact.replacen('{', "{\"id\":\"a\",", 1);
    assert!(Case::parse(&twice, "x", &known).unwrap_err().to_string().contains("given twice"));
    let real = compact.replacen("\"real\":\"no\"", "\"real\":false", 1);
    assert!(
        Case::parse(&real, "x", &known).unwrap_err().to_string().contains("parties[acme].real: bare `false`")
    );
}

#[test]
fn a_text_that_is_too_large_too_deep_or_too_odd_is_refused() {
    let known = common::few();
    let parse = |text: &str| Case::parse(text, "x", &known).unwrap_err().to_string();
    let large = format!("{}# {}\n", common::SMALL, "x".repeat(MAX_CASE_BYTES));
    assert!(parse(&large).contains("the limit is 1048576"));
    let deep = format!("schema: case/1\nitem: {}{}\n", "[".repeat(MAX_DEPTH + 1), "]".repeat(MAX_DEPTH + 1));
    assert!(parse(&deep).contains("levels deep"), "{}", parse(&deep));
    let very_deep = format!("item: {}", "[".repeat(200_000));
    assert!(parse(&very_deep).contains("line 1"));
    let indented = "- ".repeat(100_000);
    assert!(parse(&indented).contains("line 1"));
    for odd in ["\u{2028}", "\u{85}", "\u{0}", "\u{7f}"] {
        let text = common::SMALL.replacen("A small case", &format!("A small{odd}case"), 1);
        assert!(parse(&text).contains("line 3: the character U+"), "{odd:?}");
    }
    assert!(parse("").contains("the file is empty"));
    assert!(parse("# nothing\n").contains("the file is empty"));
    assert!(parse("schema: scenarios/2\n").contains("countersign law test"));
    assert!(parse("? [a]\n: b\n").contains("a key must be a word"));
}

/// So large that something quadratic would be noticed by whoever waits for it.
#[test]
fn a_large_file_is_read_whole() {
    let aliases: String = (0..20_000).map(|n| format!("      - alias number {n}\n")).collect();
    let text = common::SMALL.replacen("    body: [private]\n", &format!("    aliases:\n{aliases}"), 1);
    let case = Case::parse(&text, "x", &common::few()).unwrap();
    assert!(format!("{case:?}").contains("alias number 19999"));
}
