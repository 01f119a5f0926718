//! What holds for every text and every path.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may say what it expects"
)]

mod common;

use countersign_case::{Case, Edit, PathError, ScenarioFile};
use proptest::prelude::*;
use serde_json::Value;

/// Every path that names a node of `tree`, with the node. Members without a name of their own are left out, as are
/// keys that no path can hold.
fn paths(tree: &Value, base: &str, out: &mut Vec<(String, Value)>) {
    for (key, value) in tree.as_object().into_iter().flatten() {
        if !key.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c)) {
            continue;
        }
        let here = if base.is_empty() { key.clone() } else { format!("{base}.{key}") };
        out.push((here.clone(), value.clone()));
        paths(value, &here, out);
        let members: Vec<&Value> = value.as_array().into_iter().flatten().collect();
        for item in &members {
            let names =
                |item: &Value, name: &str| ["id", "party", "rule"].iter().any(|key| item[*key] == name);
            for key in ["id", "party", "rule"] {
                let Some(name) = item.get(key).and_then(Value::as_str) else { continue };
                let alone = members.iter().filter(|other| names(other, name)).count() == 1;
                if alone && name.chars().all(|c| c.is_ascii_alphanumeric() || ".-".contains(c)) {
                    let member = format!("{here}[{name}]");
                    out.push((member.clone(), (*item).clone()));
                    paths(item, &member, out);
                }
            }
        }
    }
}

fn assert_paths_lead_back(case: &Case, text: &str) -> usize {
    let mut all = Vec::new();
    paths(case.tree(), "", &mut all);
    let lines: Vec<&str> = text.lines().collect();
    for (path, value) in &all {
        assert_eq!(case.get(path).unwrap(), Some(value), "{path}");
        let Some(line) = case.line(path) else {
            assert_eq!(path, "schema", "only the key that a scenario does not have stands in no line");
            continue;
        };
        if !path.ends_with(']') {
            let parent_end = path.rfind("].").map_or(0, |at| at + 2);
            let key = path[parent_end..].rsplit('.').next().unwrap();
            assert!(lines[line - 1].contains(key), "{path}: line {line} is `{}`", lines[line - 1]);
        }
    }
    all.len()
}

#[test]
fn every_path_of_a_case_leads_back_to_its_node_and_line() {
    let case = Case::parse(common::SMALL, "small.yaml", &common::few()).unwrap();
    assert!(assert_paths_lead_back(&case, common::SMALL) > 70);
    let Some(known) = common::inventories() else { return };
    for path in ["regimes/us-scenarios.yaml", "regimes/eu-scenarios.yaml"] {
        let Some(text) = common::text(path) else { return };
        for entry in ScenarioFile::parse(&text, path, &known).unwrap().scenarios {
            assert_paths_lead_back(&entry.result.unwrap().case, &text);
        }
    }
}

#[test]
fn a_path_that_leads_nowhere_is_unknown_and_one_that_is_none_is_an_error() {
    let case = Case::parse(common::SMALL, "small.yaml", &common::few()).unwrap();
    assert_eq!(case.get("item.usml").unwrap(), None);
    assert_eq!(case.get("transfer.from").unwrap(), None);
    assert_eq!(case.get("destination.region").unwrap(), None);
    assert!(matches!(case.get("parties[nobody].owners"), Err(PathError::NoMember { .. })));
    assert!(matches!(case.get("parties[acme"), Err(PathError::Unreadable { .. })));
    assert_eq!(case.line("transfer.from"), None);
}

#[test]
fn an_edit_is_checked_anew_and_keeps_what_it_does_not_touch() {
    let known = common::few();
    let case = Case::parse(common::SMALL, "small.yaml", &known).unwrap();
    let set = |path: &str, value: Value| Edit { set: vec![(path.into(), value)], unset: vec![] };
    let edited = case.edited(&set("parties[acme].owners[d1].percent", "74".into()), &known).unwrap();
    assert_eq!(edited.get("parties[acme].owners[d1].percent").unwrap().unwrap(), "74");
    assert_eq!(case.get("parties[acme].owners[d1].percent").unwrap().unwrap(), "60");
    assert_eq!(edited.line("parties[acme].owners[d1].percent"), None);
    assert_eq!(edited.line("parties[acme].owners[d1].party"), case.line("parties[acme].owners[d1].party"));

    let removed = Edit { set: vec![], unset: vec!["item".into(), "destination".into()] };
    let error = case.edited(&removed, &known).unwrap_err().to_string();
    assert!(error.contains("the key `item` is missing"), "{error}");
    let gone = case.edited(&Edit { set: vec![], unset: vec!["destination".into()] }, &known).unwrap();
    let order = |case: &Case| case.tree().as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let mut expected = order(&case);
    expected.retain(|key| key != "destination");
    assert_eq!(order(&gone), expected);

    for (edit, says) in [
        (set("parties[acme].owners[d1].percent", "95".into()), "shares add up to 105"),
        (set("transfer.from", "US".into()), "transfer.from: its parent does not exist"),
        (set("parties[acme]", "x".into()), "the path must end in a key"),
        (set("parties[zz].real", "yes".into()), "no member `zz`"),
        (set("item.usml", Value::Bool(false)), "item.usml: `false` is not allowed here; write 'yes'"),
        (set("item.colour", "red".into()), "unknown key `colour`"),
        (Edit { set: vec![], unset: vec!["transfer".into()] }, "nothing there to remove"),
    ] {
        let error = case.edited(&edit, &known).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
}

#[test]
fn other_dates_replace_both_days_unless_both_are_given() {
    let known = common::few();
    let text = common::SMALL.replacen("action:", "known_at: '2026-07-01'\naction:", 1);
    let case = Case::parse(&text, "small.yaml", &known).unwrap();
    let day = |text: &str| text.parse().unwrap();
    let at = |as_of: Option<&str>, known_at: Option<&str>| {
        let case = case.with_dates(as_of.map(day), known_at.map(day), &known).unwrap();
        (case.as_of().to_string(), case.known_at().to_string())
    };
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(at(None, None), pair("2026-06-01", "2026-07-01"));
    assert_eq!(at(Some("2025-01-02"), None), pair("2025-01-02", "2025-01-02"));
    assert_eq!(at(Some("2025-01-02"), Some("2026-01-01")), pair("2025-01-02", "2026-01-01"));
    assert_eq!(at(None, Some("2026-08-01")), pair("2026-06-01", "2026-08-01"));
    // an owner who comes in on that day makes more than the whole
    let text =
        common::SMALL.replacen("'60'}", "'60'}\n      - {party: d1, percent: '50', from: '2027-01-01'}", 1);
    let case = Case::parse(&text, "small.yaml", &known).unwrap();
    let error = case.with_dates(Some(day("2027-01-01")), None, &known).unwrap_err().to_string();
    assert!(error.contains("shares add up to 120 percent on 2027-01-01"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn arbitrary_text_never_panics(text in "\\PC{0,200}") {
        let known = common::few();
        let _ = Case::parse(&text, "x", &known).map_err(|error| error.to_string());
        let _ = ScenarioFile::parse(&text, "x", &known).map_err(|error| error.to_string());
    }

    #[test]
    fn yaml_like_text_never_panics(parts in prop::collection::vec(
        prop::sample::select(vec![
            "schema: case/1\n", "parties:\n", "  - id: a\n", "- ", "? ", ": ", "{", "}", "[", "]", ",", "'", "\"", "|\n", ">-\n",
            "&a ", "*a", "!t ", "\n", "  ", "\t", "#", "---\n", "...\n", "%YAML 1.1\n", "<<: ", "key", "é", "\u{feff}", "\r",
            "item: ", "owners: none\n", "'yes'", "yes", "2026-06-01", "4E001", "0x1", "~", "\\x", "\"\\ud800\"",
        ]), 0..40)) {
        let text = parts.concat();
        let known = common::few();
        let _ = Case::parse(&text, "x", &known).map_err(|error| error.to_string());
        let scenarios = format!("schema: scenarios/2\nset: s\nheld_out: 'no'\nscenarios:\n  - {text}");
        let _ = ScenarioFile::parse(&scenarios, "x", &known).map_err(|error| error.to_string());
    }

    #[test]
    fn a_damaged_case_never_panics(at in 0usize..2000, len in 0usize..40, with in "[\\[\\]{}:,'\"&*!|>\\-a-z0-9 \n]{0,12}") {
        let chars: Vec<char> = common::SMALL.chars().collect();
        let at = at.min(chars.len());
        let end = (at + len).min(chars.len());
        let text: String = chars[..at].iter().copied().chain(with.chars()).chain(chars[end..].iter().copied()).collect();
        let known = common::few();
        match Case::parse(&text, "x", &known) {
            Ok(case) => {
                // what is accepted can be read through its whole interface
                prop_assert!(case.parties().count() > 0);
                prop_assert!(case.parties().any(|party| party.id == case.actor()));
            }
            Err(error) => {
                prop_assert!(!error.problems.is_empty());
                prop_assert!(!error.to_string().is_empty());
            }
        }
    }

    #[test]
    fn arbitrary_paths_never_panic(path in "[a-z.\\[\\]0-9_-]{0,40}", any in "\\PC{0,40}") {
        let known = common::few();
        let case = Case::parse(common::SMALL, "x", &known).unwrap();
        for path in [path, any] {
            let _ = case.get(&path).map_err(|error| error.to_string());
            let _ = case.line(&path);
            let edit = Edit { set: vec![(path.clone(), "none".into())], unset: vec![path.clone()] };
            let _ = case.edited(&edit, &known).map_err(|error| error.to_string());
        }
    }
}
