//! The independent checker of the same contract (`tools/check_cases.py`) accepts and refuses the same texts, and its
//! `apply_edit` gives the same trees. Needs python3 with PyYAML and jsonschema; skipped where they are missing.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    reason = "a test may say what it expects"
)]

mod common;

use std::io::Write as _;
use std::process::{Command, Stdio};

use countersign_case::{Case, ScenarioFile};
use serde_json::{Value, json};

/// Reads a JSON request from standard input: texts to judge, and scenario files whose edits are to be applied.
const SCRIPT: &str = r#"
import json, pathlib, sys
shared = pathlib.Path(sys.argv[1])
sys.path.insert(0, str(shared / "tools"))
import check_cases as c, yaml
request = json.load(sys.stdin)
rules, _ = c.load_rules(shared / "regimes" / "rule-ids.csv")
questions = {q["id"] for q in yaml.safe_load((shared / "regimes" / "question-set.yaml").read_text())["questions"]}
checker = c.Checker(json.loads((shared / "design" / "case.schema.json").read_text()), rules, questions)
verdicts = []
for text in request["texts"]:
    try:
        verdicts.append(checker.document(yaml.load(text, Loader=c.StrictLoader))[0])
    except (yaml.YAMLError, c.Problem) as error:
        verdicts.append([str(error)])
edited = []
for text in request["files"]:
    for scenario in yaml.load(text, Loader=c.StrictLoader)["scenarios"]:
        for edit in scenario["expected"].get("counterfactual", []):
            edited.append([scenario["id"], c.apply_edit(scenario, edit)])
json.dump({"verdicts": verdicts, "edited": edited}, sys.stdout)
"#;

fn python(request: &Value) -> Option<Value> {
    let dir = common::shared()?;
    let mut child = Command::new("python3")
        .args(["-B", "-c", SCRIPT])
        .arg(&dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| println!("skipped: python3: {error}"))
        .ok()?;
    child.stdin.take().unwrap().write_all(request.to_string().as_bytes()).unwrap_or_default();
    let output = child.wait_with_output().unwrap();
    if !output.status.success() {
        println!("skipped: python3 with PyYAML and jsonschema is needed");
        return None;
    }
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

/// Texts that this crate refuses and the Python checker reads: ambiguous to YAML readers, or no day of the calendar.
fn is_stricter(message: &str) -> bool {
    [
        "not a day of the calendar",
        "aliases (",
        "anchors (",
        "tags (",
        "to different readers",
        "bare decimal",
        "to some readers",
    ]
    .iter()
    .any(|reason| message.contains(reason))
}

/// Each line of the text left out, written twice, moved in, unquoted, or with a letter changed.
fn damaged(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let mut out = Vec::new();
    for n in 0..lines.len() {
        let with = |new: Vec<String>| {
            let before = lines[..n].iter().map(|l| (*l).to_owned());
            let after = lines[n + 1..].iter().map(|l| (*l).to_owned());
            before.chain(new).chain(after).collect::<Vec<_>>().join("\n") + "\n"
        };
        let line = lines[n].to_owned();
        out.push(with(vec![]));
        out.push(with(vec![line.clone(), line.clone()]));
        out.push(with(vec![line.replacen('\'', "", 2)]));
        out.push(with(vec![line.replacen(": ", ": x", 1)]));
        out.push(with(vec![line.replacen("none", "[]", 1)]));
        out.push(with(vec![line.replacen('a', "e", 1)]));
        if let Some((head, _)) = line.split_once(": ") {
            out.push(with(vec![format!("{head}:")]));
            out.push(with(vec![format!("{head}: 7")]));
        }
    }
    out
}

#[test]
fn both_accept_and_refuse_the_same_texts() {
    let (Some(known), Some(format)) = (common::inventories(), common::text("design/case-format.md")) else {
        return;
    };
    let mut texts = damaged(common::SMALL);
    // of the long examples every third, since the other side is slow
    texts.extend(common::examples(&format).into_iter().flat_map(damaged).step_by(3));
    assert!(texts.len() > 600);
    let Some(reply) = python(&json!({"texts": texts, "files": []})) else { return };
    let (mut refused, mut wrong) = (0, Vec::new());
    for (text, verdict) in texts.iter().zip(reply["verdicts"].as_array().unwrap()) {
        let theirs = verdict.as_array().unwrap();
        match Case::parse(text, "x", &known) {
            Ok(_) if theirs.is_empty() => {}
            Ok(_) => wrong.push(format!("accepted, but Python says {verdict}\n{text}")),
            Err(_) if !theirs.is_empty() => refused += 1,
            Err(error) if error.problems.iter().all(|problem| is_stricter(&problem.message)) => {}
            Err(error) => wrong.push(format!("refused, but Python accepts: {error}\n{text}")),
        }
    }
    assert!(refused > 300, "{refused}");
    println!("{} texts, {refused} refused by both", texts.len());
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), texts.len(), wrong.join("\n=====\n"));
}

#[test]
fn python_refuses_what_the_mutation_table_says() {
    let table: Value = serde_json::from_str(include_str!("data/mutations.json")).unwrap();
    let rows = table.as_array().unwrap();
    let change =
        |row: &Value| common::SMALL.replacen(row["from"].as_str().unwrap(), row["to"].as_str().unwrap(), 1);
    let texts: Vec<String> = rows.iter().map(change).collect();
    let Some(reply) = python(&json!({"texts": texts, "files": []})) else { return };
    for (row, verdict) in rows.iter().zip(reply["verdicts"].as_array().unwrap()) {
        // `only_here`: this crate is stricter
        assert_eq!(verdict == &json!([]), row["only_here"] == true, "{}: {verdict}", row["name"]);
    }
}

#[test]
fn both_accept_and_refuse_the_same_scenario_files() {
    let Some(known) = common::inventories() else { return };
    let Some(us) = common::text("regimes/us-scenarios.yaml") else { return };
    // the head and the first scenario, so that the expectations are damaged too
    let end = us.match_indices("\n  - id: ").nth(1).map_or(us.len(), |(at, _)| at + 1);
    let texts: Vec<String> = damaged(&us[..end]).into_iter().step_by(3).collect();
    let Some(reply) = python(&json!({"texts": texts, "files": []})) else { return };
    let mut wrong = Vec::new();
    for (text, verdict) in texts.iter().zip(reply["verdicts"].as_array().unwrap()) {
        let ours = ScenarioFile::parse(text, "x", &known).and_then(|file| {
            file.scenarios.into_iter().map(|entry| entry.result).collect::<Result<Vec<_>, _>>()
        });
        match ours {
            Ok(_) if verdict == &json!([]) => {}
            Err(_) if verdict != &json!([]) => {}
            Err(error) if error.problems.iter().all(|problem| is_stricter(&problem.message)) => {}
            Ok(_) => wrong.push(format!("accepted, but Python says {verdict}\n{text}")),
            Err(error) => wrong.push(format!("refused, but Python accepts: {error}\n{text}")),
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), texts.len(), wrong.join("\n=====\n"));
}

#[test]
fn both_make_the_same_tree_of_every_counterfactual() {
    let Some(known) = common::inventories() else { return };
    let paths = ["regimes/us-scenarios.yaml", "regimes/eu-scenarios.yaml"];
    let files: Option<Vec<String>> = paths.into_iter().map(common::text).collect();
    let Some(files) = files else { return };
    let Some(reply) = python(&json!({"texts": [], "files": files})) else { return };
    let mut theirs = reply["edited"].as_array().unwrap().iter();
    for text in &files {
        for entry in ScenarioFile::parse(text, "x", &known).unwrap().scenarios {
            let scenario = entry.result.unwrap();
            for counterfactual in &scenario.expected.counterfactual {
                let ours = scenario.case.edited(&counterfactual.edit, &known).unwrap();
                let mut tree = ours.tree().clone();
                tree.as_object_mut().unwrap().shift_remove("schema");
                let pair = theirs.next().unwrap();
                assert_eq!(pair[0], entry.id.as_str());
                // as text, so that the order of keys counts too
                assert_eq!(pair[1].to_string(), tree.to_string(), "{}", entry.id);
            }
        }
    }
    assert_eq!(theirs.next(), None);
}
