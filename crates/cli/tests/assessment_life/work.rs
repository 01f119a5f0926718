//! The assessor at work on files: other people's editors, steps in the wrong order, disks that are full.

use super::town::{Town, faketime_is_there};

#[test]
fn a_list_without_indent_takes_a_redaction() {
    if !faketime_is_there() {
        return;
    }
    let town = Town::new();
    let keys = town.begin(&[("waal", "W", "assessor"), ("minho", "M", "assessor")]);
    let file = town.example("kit-cl.yaml", ("waal", &keys[0]), ("minho", &keys[1]));
    let redact = |path: &str| {
        let reason = "would name who spoke to us";
        town.on(
            "2026-01-12",
            &[
                "assess",
                "redact",
                &file,
                "--path",
                path,
                "--class",
                "A",
                "--reason",
                reason,
                "--decided-by",
                "assessor",
                "--review-date",
                "2027-01-12",
            ],
        )
    };
    let paths = town.on("2026-01-12", &["assess", "lint", &file, "--paths"]).expect(0).out;
    let mut some = paths
        .lines()
        .filter(|p| p.starts_with("answers/") && p.contains("/evidence/") && !p.contains("(never"));
    let (one, two) = (some.next().unwrap(), some.next().unwrap());

    redact(one).expect(0);
    // as many editors write a list
    let mut inside = false;
    let dedented: Vec<String> = std::fs::read_to_string(&file)
        .unwrap()
        .lines()
        .map(|line| {
            inside = line == "redactions:" || (inside && line.starts_with(' '));
            if inside { line.strip_prefix("  ").unwrap_or(line).to_owned() } else { line.to_owned() }
        })
        .collect();
    std::fs::write(&file, dedented.join("\n") + "\n").unwrap();
    redact(two).expect(0);
    let changed = std::fs::read_to_string(&file).unwrap();
    assert!(changed.contains(&format!("\nredactions:\n- {{path: '{two}'")), "{changed}");
    town.on("2026-01-12", &["assess", "seal", &file, "--out", &town.path("sealed")]).expect(0);
}

#[test]
fn a_step_out_of_order_is_told_the_step_before_it() {
    if !faketime_is_there() {
        return;
    }
    let town = Town::new();
    let keys = town.begin(&[("waal", "W", "assessor"), ("minho", "M", "assessor")]);
    let file = town.example("kit-cl.yaml", ("waal", &keys[0]), ("minho", &keys[1]));
    let dir = town.path("sealed");
    // a directory that is there already, and empty
    std::fs::create_dir(&dir).unwrap();
    let key = town.path("waal.key");
    let sign = ["assess", "sign", &dir, "--key", &key, "--comment-until", "2026-02-20"];
    let said = town.on("2026-01-12", &sign).expect(2).err;
    assert!(said.contains("`countersign assess seal` makes it"), "{said}");
    town.on("2026-01-12", &["assess", "seal", &file, "--out", &dir]).expect(0);
    let said = town.on("2026-01-12", &["assess", "publish", &dir]).expect(2).err;
    assert!(said.contains("`countersign assess sign` makes it"), "{said}");
    let said = town.on("2026-01-12", &["assess", "seal", &file, "--out", &dir]).expect(2).err;
    assert!(said.contains("is there and not empty"), "{said}");
    town.on("2026-01-12", &sign).expect(0);
}

#[test]
fn a_withheld_red_flag_is_still_one_and_lint_says_so_before_it_is_signed() {
    if !faketime_is_there() {
        return;
    }
    let town = Town::new();
    let keys = town.begin(&[("waal", "W", "assessor"), ("minho", "M", "assessor")]);
    let file = town.example("kit-cl.yaml", ("waal", &keys[0]), ("minho", &keys[1]));
    let notes = || {
        let ran = town.on("2026-01-12", &["assess", "lint", &file, "--json"]);
        let notes = ran.json()["notes"].as_array().unwrap().clone();
        let of = |rule: &str| notes.iter().any(|n| n["rule"] == rule && n["level"] != "shown");
        (of("RL-03"), of("PUB-02"))
    };
    assert_eq!(notes(), (false, false));
    let text = std::fs::read_to_string(&file).unwrap();
    let found = text.replace(
        "RL-03: {answer: 'described in the annex', tier: E3, findings: []",
        "RL-03: {answer: 'described in the annex', tier: E3, findings: [removed_judges]",
    );
    assert_ne!(found, text);
    let hide = |path: &str| {
        let line = format!(
            "\n  - {{path: {path}, class: C, reason: r, decided_by: a, review_date: '2027-01-05'}}\n"
        );
        found.trim_end().to_owned() + &line
    };
    std::fs::write(&file, hide("answers/RL-03/findings")).unwrap();
    assert_eq!(notes(), (true, false));
    std::fs::write(&file, hide("answers/RL-03/answer")).unwrap();
    assert_eq!(notes(), (true, false));
    // what cannot be read any more without it is refused at once
    let redact = |path: &str| {
        let rest = ["--class", "C", "--reason", "r", "--decided-by", "a", "--review-date", "2027-01-05"];
        town.on("2026-01-12", &[&["assess", "redact", &file, "--path", path][..], &rest].concat())
            .expect(2)
            .err
    };
    assert!(redact("answers/LF-02/tier").contains("nobody could read what is left"));
    assert!(redact("summaries/es").contains("RED-03"));
}
