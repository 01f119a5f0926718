//! The files of the contract itself: the examples of the case format and the scenario files.

mod common;

use countersign_case::{Action, Case, Intent, PartyKind, ScenarioFile, Stated};
use countersign_model::{Answer, LawVerdict};

const SETS: [&str; 2] = ["regimes/us-scenarios.yaml", "regimes/eu-scenarios.yaml"];

#[test]
fn the_examples_of_the_case_format_are_cases() {
    let (Some(known), Some(format)) = (common::inventories(), common::text("design/case-format.md")) else {
        return;
    };
    let examples = common::examples(&format);
    assert_eq!(examples.len(), 2);
    for text in &examples {
        let case = Case::parse(text, "case-format.md", &known).unwrap_or_else(|error| panic!("{error}"));
        assert!(case.parties().count() >= 2);
    }
    let nso = Case::parse(examples[0], "servers.yaml", &known).unwrap();
    assert_eq!(nso.id(), Some("servers-for-nso"));
    assert_eq!((nso.action(), nso.intent(), nso.actor()), (Action::Supply, Intent::Act, "basin"));
    assert_eq!(nso.known_at(), nso.as_of());
    assert_eq!(nso.as_of().to_string(), "2026-06-01");
    assert_eq!(nso.regimes(), Some(vec!["US".to_owned()]));
    let party = nso.parties().find(|p| p.id == "nso").unwrap();
    assert_eq!((party.name, party.kind, party.roles.len()), ("NSO Group", PartyKind::Organisation, 3));
    let listed = examples[0].lines().position(|line| line.trim() == "listings:").unwrap() + 1;
    assert_eq!(nso.line("parties[nso].listings"), Some(listed));
}

#[test]
fn every_scenario_of_both_sets_is_read_and_every_counterfactual_applies() {
    let Some(known) = common::inventories() else { return };
    for path in SETS {
        let Some(text) = common::text(path) else { return };
        let file = ScenarioFile::parse(&text, path, &known).unwrap_or_else(|error| panic!("{error}"));
        assert!(!file.held_out);
        let ids = text.lines().filter(|line| line.starts_with("  - id: ")).count();
        assert_eq!(file.scenarios.len(), ids, "{path}");
        let mut edits = 0;
        for entry in &file.scenarios {
            let scenario = entry.result.as_ref().unwrap_or_else(|error| panic!("{error}"));
            let line = text.lines().position(|line| line == format!("  - id: {}", entry.id)).unwrap() + 1;
            assert_eq!(entry.line, Some(line), "{}", entry.id);
            assert_eq!(scenario.case.line("id"), Some(line));
            assert_eq!(scenario.case.tree()["schema"], "case/1");
            assert!(scenario.case.tree().get("expected").is_none());
            let expected = &scenario.expected;
            assert!(expected.answer.is_some() && expected.by_regime.is_some() && expected.gate.is_some());
            assert!(expected.must_cite.is_some() && expected.missing_facts.is_some());
            for counterfactual in &expected.counterfactual {
                scenario.case.edited(&counterfactual.edit, &known).unwrap_or_else(|error| panic!("{error}"));
                edits += 1;
            }
        }
        assert_eq!(
            edits,
            text.matches("\n        - set:").count() + text.matches("\n        - unset:").count(),
            "{path}"
        );
    }
}

#[test]
fn expectations_are_read_as_written() {
    let Some(known) = common::inventories() else { return };
    let Some(text) = common::text(SETS[0]) else { return };
    let file = ScenarioFile::parse(&text, SETS[0], &known).unwrap();
    let first = file.scenarios[0].result.as_ref().unwrap();
    assert_eq!(first.id, "US-S01");
    assert_eq!(first.expected.answer, Some(Answer::Hold));
    assert_eq!(first.expected.by_regime.as_ref().unwrap()["US-EAR"], LawVerdict::AuthorisationRequired);
    assert_eq!(first.expected.missing_facts, Some(Stated::Nothing));
    assert_eq!(first.expected.must_show.as_deref(), Some(&["86 FR 60759".to_owned()][..]));
    let changed = &first.expected.counterfactual[0];
    assert_eq!(changed.expected.answer, Some(Answer::Conditions));
    assert_eq!(changed.expected.gate, None);
    let case = first.case.edited(&changed.edit, &known).unwrap();
    assert_eq!(case.get("licences[BIS-D123456].covers.item").unwrap().unwrap(), "yes");
    assert_eq!(first.case.get("licences").unwrap().unwrap(), "none");
    assert_eq!(case.line("licences"), None);
    assert_eq!(case.line("item"), first.case.line("item"));
}

#[test]
fn one_broken_scenario_does_not_hide_the_others() {
    let Some(known) = common::inventories() else { return };
    let Some(text) = common::text(SETS[0]) else { return };
    let whole = ScenarioFile::parse(&text, "whole", &known).unwrap().scenarios.len();
    let broken = text.replacen("    actor: prairie\n", "    actor: prairy\n", 1);
    let file = ScenarioFile::parse(&broken, "broken", &known).unwrap();
    assert_eq!(file.scenarios.len(), whole);
    let bad: Vec<_> = file.scenarios.iter().filter(|entry| entry.result.is_err()).collect();
    assert_eq!(bad.len(), 1);
    let error = bad[0].result.as_ref().unwrap_err();
    let line = broken.lines().position(|line| line == "    actor: prairy").unwrap() + 1;
    assert_eq!(error.problems[0].line, Some(line));
    assert_eq!(error.problems[0].path, "actor");
    assert_eq!(error.problems[0].message, "no party `prairy`; did you mean `prairie`?");
    assert!(error.to_string().starts_with("broken: US-S01: line "));

    let twice = text.replacen("  - id: US-S02\n", "  - id: US-S01\n", 1);
    let file = ScenarioFile::parse(&twice, "twice", &known).unwrap();
    assert!(file.scenarios[0].result.is_ok());
    assert!(file.scenarios[1].result.as_ref().unwrap_err().to_string().contains("used twice"));
}

#[test]
fn an_expectation_that_cannot_hold_is_refused() {
    let Some(known) = common::inventories() else { return };
    let Some(text) = common::text(SETS[0]) else { return };
    for (from, to, says) in [
        ("      answer: HOLD\n", "      answer: STOP\n", "STOP, but the verdicts give HOLD"),
        ("must_cite: [EAR-744.11]", "must_cite: [EAR-744.110]", "`EAR-744.110` is not in the rule list"),
        (
            "US-EAR: AUTHORISATION_REQUIRED",
            "EU-DUR: AUTHORISATION_REQUIRED",
            "EU-DUR is not among the regimes asked",
        ),
        ("must_not_cite: [EAR-740.22", "must_not_cite: [EAR-744.11", "must and must not be cited"),
        (
            "      missing_facts: none",
            "      missing_facts: [destination]",
            "`destination` is given in the case",
        ),
        ("      missing_facts: none", "      missing_facts: ['parties[xx].owners']", "no member `xx`"),
        ("must_cite: [EAR-744.11]", "must_cite: []", "nothing cited for US-EAR"),
        (
            "        - set:\n            licences:",
            "        - set:\n            parties[prairie].a.b:",
            "its parent does not exist",
        ),
        (
            "        - set:\n            licences:",
            "        - set:\n            licenses:",
            "unknown key `licenses`",
        ),
    ] {
        let broken = text.replacen(from, to, 1);
        assert_ne!(broken, text, "{from}");
        let file = ScenarioFile::parse(&broken, "broken", &known).unwrap();
        let error = file.scenarios[0].result.as_ref().unwrap_err().to_string();
        assert!(error.contains(says), "{to}: {error}");
        assert!(file.scenarios[1].result.is_ok());
    }
}
