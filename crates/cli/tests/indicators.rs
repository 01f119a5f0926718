//! Tables of indicators come in once, as they are, and a dossier says which country and day it is of.

mod common;

use common::{Desk, shared};

const TABLE: &str = "Country,Year,WordBank_Code_A,PTS_A,PTS_H,PTS_S\nNamibia,2023,NAM,2,NA,1\n";

#[test]
fn an_edition_is_imported_from_one_file_until_it_is_replaced() {
    let desk = Desk::new();
    let file = desk.write("pts.csv", TABLE);
    let import = |file: &str, more: &[&str]| {
        let mut args = vec!["indicators", "import", file, "--source", "pts", "--vintage", "2024"];
        args.extend(more);
        desk.run(&args)
    };
    let first = import(&file, &["--published", "2024-10-01", "--json"]).expect(0).json();
    assert_eq!((first["unchanged"].as_bool(), first["record"]["index"].as_u64()), (Some(false), Some(0)));
    // the same file again, with and without its day: nothing is recorded
    for more in [&["--published", "2024-10-01"][..], &[]] {
        let again = import(&file, more).expect(0);
        assert!(again.out.contains("nothing was recorded"), "{}", again.out);
    }
    let same = import(&file, &["--json"]).expect(0).json();
    assert_eq!(
        (same["unchanged"].as_bool(), same["published_on"].as_str()),
        (Some(true), Some("2024-10-01"))
    );
    // another file under its name, or another day, only with the word for it
    let other = desk.write("other.csv", TABLE.replace(",2,NA", ",3,NA"));
    let refused = import(&other, &["--published", "2024-10-01"]).expect(2);
    let sha256 = first["sha256"].as_str().unwrap();
    for said in ["2024-10-01", sha256, "--replace", "entry 0", "another file"] {
        assert!(refused.err.contains(said), "{said}: {}", refused.err);
    }
    let refused = import(&file, &["--published", "2024-11-01"]).expect(2);
    assert!(refused.err.contains("another day of publication"), "{}", refused.err);
    let namibia = |day: &str| desk.run(&["country", "NA", "--as-of", day, "--json"]).expect(0).json();
    assert_eq!(namibia("2025-01-01")["readings"][0]["latest"]["value"], 2.0);
    let replaced = import(&other, &["--published", "2024-10-01", "--replace", "--json"]).expect(0).json();
    assert_eq!((replaced["replaced"].as_u64(), replaced["record"]["index"].as_u64()), (Some(0), Some(1)));
    assert_eq!(namibia("2025-01-01")["readings"][0]["latest"]["value"], 3.0);
    // what cannot be leaves everything as it was
    for (text, why) in [
        (TABLE.replace(",2,NA", ",9,NA"), "row 2: `9` under `PTS_A` is off the scale 1 to 5"),
        (format!("{TABLE}Namibia,2023,NAM,2,NA,1\n"), "rows 2 and 3"),
        (TABLE.replace("2023", "2030"), "after the day of its publication"),
    ] {
        let wrong = desk.write("wrong.csv", text);
        let refused = import(&wrong, &["--published", "2024-10-01", "--replace"]).expect(2);
        assert!(refused.err.contains(why), "{why}: {}", refused.err);
    }
    assert_eq!(namibia("2025-01-01")["readings"][0]["latest"]["value"], 3.0);
}

/// `NA` in the column of codes of the Political Terror Scale stands for "no code": Crimea, Gaza, Russia's occupied areas of
/// Ukraine. They are not Namibia, whose own rows say 2, no value, 1.
#[test]
fn territories_without_a_code_are_not_namibia() {
    let Some(path) = shared("data/indicators/pts/PTS-2024.csv") else { return };
    let desk = Desk::new();
    let path = path.to_str().unwrap();
    let import = desk
        .run(&["indicators", "import", path, "--source", "pts", "--published", "2024-10-01", "--json"])
        .expect(0)
        .json();
    let left_out = import["skipped"].to_string();
    assert!(
        left_out.contains("Russia-Occupied Areas (Ukraine)") && left_out.contains("Crimea"),
        "{left_out}"
    );
    let dossier = desk.run(&["country", "NA", "--as-of", "2025-01-01", "--json"]).expect(0).json();
    let of = |index: &str| {
        let readings = dossier["readings"].as_array().unwrap();
        readings.iter().find(|r| r["index"] == index).unwrap().clone()
    };
    assert_eq!(
        (&of("pts_a")["latest"]["value"], &of("pts_a")["latest"]["year"]),
        (&2.0.into(), &2023.into())
    );
    assert_eq!(
        (&of("pts_s")["latest"]["value"], &of("pts_s")["latest"]["year"]),
        (&1.0.into(), &2023.into())
    );
    // the third source says nothing of Namibia in that year
    let third = dossier["readings"].as_array().unwrap().iter().find(|r| r["index"] == "pts_h");
    assert!(third.is_none_or(|r| r["latest"]["year"] != 2023), "{third:?}");
    let years: Vec<i64> =
        of("pts_a")["series"].as_array().unwrap().iter().map(|p| p["year"].as_i64().unwrap()).collect();
    assert!(years.windows(2).all(|pair| pair[0] < pair[1]), "each year once: {years:?}");
}

#[test]
fn a_dossier_is_of_the_country_and_the_day_that_are_meant() {
    let desk = Desk::new();
    let ahead = desk.run(&["country", "SA", "--as-of", "2099-01-01"]).expect(2);
    assert!(ahead.err.contains("2099-01-01 lies ahead of today"), "{}", ahead.err);
    let congo = desk.run(&["country", "Congo"]).expect(0);
    assert!(congo.err.contains("is read as Congo (CG)") && congo.err.contains("write CD"), "{}", congo.err);
    let clear = desk.run(&["country", "CG"]).expect(0);
    assert!(!clear.err.contains("is read as"), "{}", clear.err);
}
