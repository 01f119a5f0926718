//! What is wrong is said with its place, and never answered.

mod common;

use std::process::Stdio;

use common::{Desk, NSO, case_about};

#[test]
fn an_unknown_key_is_an_error_with_its_line() {
    let desk = Desk::new();
    let text = case_about("NSO Group").replace("    country: IL\n", "    contry: IL\n");
    let line = text.lines().position(|l| l.contains("contry")).unwrap() + 1;
    let file = desk.write("case.yaml", text);
    let ran = desk.run(&["check", &file]).expect(2);
    assert!(ran.err.contains(&format!("line {line}")) && ran.err.contains("contry"), "{}", ran.err);
    assert_eq!(ran.out, "", "no answer");
}

#[test]
fn wrong_files_and_arguments_are_exit_code_2() {
    let desk = Desk::new();
    let latin = desk.write("latin.yaml", b"schema: case/1\ntitle: caf\xe9\n");
    let ran = desk.run(&["check", &latin]).expect(2);
    assert!(ran.err.contains("line 2") && ran.err.contains("UTF-8"), "{}", ran.err);
    for args in [
        &["check", "no-such-file.yaml"][..],
        &["check", NSO, "--as-of", "2021-13-01"],
        &["check", NSO, "--as-of", "4/11/2021"],
        &["check", NSO, "--intent", "perhaps"],
        &["check"],
        &["screen", "---"],
        &["screen", "..."],
        &["screen", "NSO", "--threshold", "1.5"],
        &["screen", "NSO", "--country", "Atlantis"],
        &["screen", "NSO", "--schema", "Robot"],
        &["bundle", "0", "-o", "never.json"],
        &["replay", "7"],
        &["log", "fsck"],
        &["verify", "no-such-bundle.json"],
        &["verify", NSO, "--key", "nonsense"],
        &["law", "test", NSO],
        &["law", "check", "no-such-directory"],
        &["law", "rules", "--regime", "XX"],
        &["frobnicate"],
    ] {
        let ran = desk.run(args).expect(2);
        assert!(!ran.err.is_empty() && ran.out.is_empty(), "{args:?}: {} / {}", ran.out, ran.err);
    }
    assert!(!desk.home().exists());
}

#[test]
fn a_name_without_letters_cannot_be_screened_and_says_whose() {
    let desk = Desk::new();
    let file = desk.write("case.yaml", case_about("'###'"));
    let ran = desk.run(&["check", &file]).expect(2);
    assert!(ran.err.contains("parties[nso]"), "{}", ran.err);
}

#[test]
fn a_reader_who_had_enough_changes_nothing() {
    let desk = Desk::new();
    let mut child =
        desk.command(&["law", "rules"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    // the answer of a check is its exit code, whoever reads
    let mut child =
        desk.command(&["check", NSO]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(20));
}

#[test]
fn help_has_examples_and_exit_codes() {
    let desk = Desk::new();
    for args in [&["--help"][..], &["check", "--help"], &["screen", "--help"], &["lists", "import", "--help"]]
    {
        let ran = desk.run(args).expect(0);
        assert!(ran.out.contains("Examples:"), "{args:?}");
    }
    assert!(desk.run(&["check", "--help"]).out.contains("30 STOP"));
}

#[test]
fn a_misspelt_home_clears_nobody() {
    let desk = Desk::new();
    let nowhere = desk.path("typo");
    let nowhere = nowhere.to_str().unwrap();
    for args in [&["screen", "NSO Group"][..], &["check", NSO, "--as-of", "2026-06-01"], &["lists", "status"]]
    {
        let args = [args, &["--home", nowhere]].concat();
        let ran = desk.run(&args).expect(2);
        assert!(ran.err.contains("is no home"), "{}", ran.err);
    }
    // a home of which the file `format` is gone is no new home
    desk.run(&["check", "--record", NSO]).expect(20);
    std::fs::remove_file(desk.home().join("format")).unwrap();
    let ran = desk.run(&["screen", "NSO Group"]);
    assert_ne!(ran.code, 0, "{}", ran.out);
    assert!(ran.err.contains("format") && ran.out.is_empty(), "{}", ran.err);
}

#[test]
fn a_country_that_is_none_is_refused() {
    let desk = Desk::new();
    for (code, hint) in [("NK", "`KP`"), ("UK", "`GB`"), ("ZZ", "ISO 3166-1")] {
        let text = case_about("NSO Group").replace("    country: IL\n", &format!("    country: {code}\n"));
        let file = desk.write("case.yaml", text);
        let ran = desk.run(&["check", &file]).expect(2);
        assert!(ran.err.contains(hint), "{}", ran.err);
    }
    desk.run(&["screen", "NSO Group", "--country", "NK"]).expect(2);
    desk.run(&["screen", "NSO Group", "--country", "UK"]).expect(10);
}
