//! What `names eval` and `screening eval` print of labelled files, and which files they refuse.

mod common;

use common::Desk;

const HEADER: &str = "case_group,schema,name1,name2,is_match,quality,category,notes\n";

#[test]
fn labelled_pairs_give_figures_overall_and_by_group_schema_script_and_quality() {
    let desk = Desk::new();
    let rows = [
        "hand,Company,Candiru Ltd.,Candiru,true,STRONG,,",
        "hand,Company,Candor Ltd,Candiru,false,STRONG,,",
        "hand,Person,Сергей Зеленюк,Sergey Zelenyuk,true,MEDIUM,,",
        "machine,Person,Sara Hamilton,Sara Hamou,true,WEAK,,",
        "machine,Vessel,Sea Star II,Sea Star III,false,WEAK,,",
    ];
    let file = desk.write("pairs.csv", format!("{HEADER}{}\n", rows.join("\n")));
    let eval = desk.run(&["names", "eval", &file, "--json", "--wrong"]).expect(0).json();
    let all = &eval["overall"];
    for (key, value) in [("n", 5), ("tp", 2), ("fp", 0), ("tn", 2), ("fn", 1)] {
        assert_eq!(all[key], value, "{key}");
    }
    assert_eq!((all["precision"].as_f64(), all["recall"].as_f64()), (Some(1.0), Some(0.6667)));
    assert_eq!(all["f1"], 0.8);
    for key in ["best_f1", "best_threshold", "auc"] {
        assert!(all[key].is_number(), "{key}");
    }
    assert_eq!(eval["group"]["hand"]["tp"], 2);
    assert_eq!(eval["schema"]["Vessel"]["tn"], 1);
    assert_eq!(eval["script"]["latin+cyrillic"]["tp"], 1);
    assert_eq!(eval["quality"]["WEAK"]["fn"], 1);
    assert!(eval["schema"]["Vessel"]["auc"].is_null(), "one label alone has no AUC");
    assert_eq!(eval["wrong"][0]["line"], 5);
    let page = desk.run(&["names", "eval", &file, "--wrong"]).expect(0).out;
    assert!(page.contains("group machine") && page.contains("missed, line 5 (machine)"), "{page}");
    // the threshold moves the counts
    let strict = desk.run(&["names", "eval", &file, "--json", "--threshold", "1"]).expect(0).json();
    assert!(strict["overall"]["tp"].as_u64() < Some(2) || strict["overall"]["fp"] == 0);
}

#[test]
fn a_labelled_file_that_is_not_understood_is_refused() {
    let desk = Desk::new();
    for (text, word) in [
        ("case_group,schema,name1,name2,is_match\nx,Person,A,B,true\n".to_owned(), "no column `quality`"),
        (format!("{},colour\nx,Person,A,B,true,WEAK,,,red\n", HEADER.trim_end()), "column `colour`"),
        (format!("{HEADER}x,Person,A,B,yes,WEAK,,\n"), "is_match is `yes`"),
        (format!("{HEADER}x,Robot,A,B,true,WEAK,,\n"), "`Robot` is not a kind of party"),
        (format!("{HEADER}x,Person,A,B\n"), "line: 2"),
        (HEADER.to_owned(), "no rows"),
    ] {
        let file = desk.write("wrong.csv", &text);
        let ran = desk.run(&["names", "eval", &file]).expect(2);
        assert!(ran.out.is_empty() && ran.err.contains(word), "{word}: {}", ran.err);
    }
    desk.run(&["names", "eval", "no-such-file.csv"]).expect(2);
    let file = desk.write("pairs.csv", format!("{HEADER}x,Person,A,B,true,WEAK,,\n"));
    desk.run(&["names", "eval", &file, "--threshold", "7"]).expect(2);
}

#[test]
fn screening_is_measured_against_a_list_that_is_named() {
    let desk = Desk::new();
    let entity = |id: &str, name: &str, born: &str| {
        serde_json::json!({
            "id": id, "caption": name, "schema": "Person", "datasets": ["x"],
            "properties": {"name": [name], "birthDate": [born], "nationality": ["ru"]},
        })
        .to_string()
    };
    let list = desk.write(
        "list.ftm.json",
        format!(
            "{}\n{}\n",
            entity("a", "Sergey Zelenyuk", "1990-05-17"),
            entity("b", "Ignatius Quillfeather", "1961")
        ),
    );
    let header = "full_name,date_of_birth,nationality\n";
    let positives =
        desk.write("positives.csv", format!("{header}Сергей Зеленюк,1990-05-17,ru\nSomebody Unrelated,,\n"));
    // the namesake is told apart by country and birth date
    let negatives = desk.write(
        "negatives.csv",
        format!("{header}Ignatius B Quilfeather,1931-01-01,France\nWanda Brzeczyszczykiewicz,,\nAda Nowhere,1970,Atlantis\n"),
    );
    let list = format!("ftm:test={list}");
    let args = ["screening", "eval", "--positives", &positives, "--negatives", &negatives, "--list", &list];
    let json = [&args[..], &["--json", "--cases"]].concat();
    let eval = desk.run(&json).expect(0).json();
    assert_eq!(eval["entries"], 2);
    assert_eq!((&eval["found"], &eval["positives"]), (&1.into(), &2.into()));
    assert_eq!(eval["recall"], 0.5);
    assert_eq!(eval["false_alarms"], 1);
    assert_eq!(eval["false_positive_rate"], 0.333333);
    assert_eq!(eval["with_country_and_birth_date"]["false_alarms"], 0, "{eval:#}");
    assert!(eval["curve"].as_array().unwrap().len() > 5);
    assert_eq!(eval["cases"].as_array().unwrap().len(), 2);
    assert!(eval["notes"][0].as_str().unwrap().contains("1 nationalities"), "{}", eval["notes"]);
    let page = desk.run(&args).expect(0).out;
    assert!(page.contains("1 of 2 listed found (50.000 %)"), "{page}");
    let altered = desk.path("altered.csv").display().to_string();
    let alter = ["screening", "alter", "--positives", &positives, "--seed", "3", "--out", &altered];
    let counts = desk.run(&alter).expect(0).out;
    assert!(counts.contains("2 letter_deleted") && counts.contains("0 part_dropped"), "{counts}");
    let made = std::fs::read_to_string(&altered).unwrap();
    assert!(made.contains("date_shifted,1990-05-17"), "{made}");
    assert!(desk.run(&alter).expect(2).err.contains("not there yet"), "nothing is overwritten");
    let args =
        ["screening", "eval", "--positives", &altered, "--negatives", &negatives, "--list", &list, "--json"];
    let eval = desk.run(&args).expect(0).json();
    assert_eq!(eval["by_alteration"]["date_shifted"]["found"], 1, "{eval:#}");
    assert_eq!(eval["with_country_and_birth_date"]["by_alteration"]["last_part_first"]["positives"], 2);
    let wrong =
        ["screening", "eval", "--positives", &positives, "--negatives", &negatives, "--list", "nowhere.xml"];
    assert!(desk.run(&wrong).expect(2).err.contains("names no source"));
}
