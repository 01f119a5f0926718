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
