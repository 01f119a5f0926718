//! Files in the three formats, our own and, where they are on the machine, those of the publishers.

#![expect(clippy::unwrap_used, reason = "a test that unwraps nothing fails, which is what it is for")]
#![expect(clippy::print_stderr, reason = "a skipped test says so")]
#![expect(clippy::panic, reason = "a test that cannot find its files under CI has failed")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use countersign_model::{Percent, Share, parse_date};
use countersign_owners::{Kind, Owners, read};
use countersign_ownership::{
    Attribution, Comparison, Interest, InterestKind, Reach, Reached, Rule, Standing,
};

/// The publishers' files: `COUNTERSIGN_SHARED`, else `../shared`. `None`, said aloud, where there are none.
fn shared(path: &str) -> Option<Vec<u8>> {
    let root = std::env::var_os("COUNTERSIGN_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let path = root.join("data/ownership").join(path);
    match std::fs::read(&path) {
        Ok(bytes) => Some(bytes),
        Err(_) if std::env::var_os("CI").is_none() => {
            eprintln!("skipped: `{}` is not here", path.display());
            None
        }
        Err(error) => panic!("{}: {error}", path.display()),
    }
}

fn owners(file: &str, bytes: &[u8]) -> Owners {
    let mut owners = Owners::default();
    read(file, bytes, &mut owners).unwrap();
    owners
}

fn ask(owners: &Owners, listed: &[&str], party: &str, day: &str, comparison: Comparison) -> Attribution {
    let (graph, _) = owners.graph(parse_date(day).unwrap()).unwrap();
    let rule = Rule::new(Percent::whole(50), comparison, true, [InterestKind::Shares, InterestKind::Votes]);
    let rule = rule.unwrap();
    let standing = owners.ids().into_iter().map(|id| {
        let standing = if listed.contains(&id) {
            Standing::Listed
        } else if owners.parties.get(id).is_some_and(|p| p.kind == Kind::Anonymous) {
            Standing::Unknown(vec![format!("who {id} is")])
        } else {
            Standing::NotListed
        };
        (id.to_owned(), standing)
    });
    let standing: BTreeMap<String, Standing> = standing.collect();
    let reach = Reach::new(&graph, &standing, &rule, parse_date(day).unwrap());
    reach.attribution(party).unwrap()
}

fn share(min: &str, max: &str) -> Share {
    Share { min: min.parse().unwrap(), max: max.parse().unwrap() }
}

#[test]
fn bods_one_person_with_three_quarters() {
    let Some(bytes) = shared("bods/fixtures-v04/01-direct-ownership.json") else { return };
    let owners = owners("01.json", &bytes);
    // one entity, one person, and both interests: they are not put together
    assert_eq!((owners.parties.len(), owners.stakes.len()), (2, 2));
    let kinds: Vec<Interest> = owners.stakes.iter().map(|s| s.interest).collect();
    assert_eq!(kinds, [Interest::Shares, Interest::Votes]);
    let found =
        ask(&owners, &["rec-jane-smith-1975"], "rec-acme-holdings-ltd", "2026-01-01", Comparison::AtLeast);
    assert_eq!((found.reached, &found.share), (Reached::Yes, &share("75", "100")));
    assert_eq!(found.alone.as_deref(), Some("rec-jane-smith-1975"));
    assert_eq!(found.through.len(), 2, "one hop, in shares and in votes");
    // before the interest began nobody is known to hold anything
    let before =
        ask(&owners, &["rec-jane-smith-1975"], "rec-acme-holdings-ltd", "2009-12-31", Comparison::AtLeast);
    assert_eq!((before.reached, &before.share), (Reached::CannotBeKnown, &share("0", "100")));
    let nobody = ask(&owners, &[], "rec-acme-holdings-ltd", "2026-01-01", Comparison::AtLeast);
    assert_eq!((nobody.reached, &nobody.share), (Reached::No, &share("0", "25")));
}

#[test]
fn bods_a_circle_owns_itself_and_nobody_owns_it() {
    let Some(bytes) = shared("bods/fixtures-v04/10-circular-ownership.json") else { return };
    let owners = owners("10.json", &bytes);
    assert_eq!((owners.parties.len(), owners.stakes.len()), (2, 2));
    for party in ["rec-alpha-corp", "rec-beta-corp"] {
        let mut rule = ask(&owners, &[], party, "2026-06-01", Comparison::AtLeast);
        // of the votes the file says nothing
        assert_eq!(rule.reached, Reached::CannotBeKnown);
        rule = ask_shares(&owners, &[], party);
        assert_eq!((rule.reached, &rule.share), (Reached::No, &share("0", "0")), "least fixed point");
    }
    let listed = ask_shares(&owners, &["rec-alpha-corp"], "rec-beta-corp");
    assert_eq!((listed.reached, &listed.share), (Reached::Yes, &share("100", "100")), "never 200");
}

fn ask_shares(owners: &Owners, listed: &[&str], party: &str) -> Attribution {
    let (graph, _) = owners.graph(parse_date("2026-06-01").unwrap()).unwrap();
    let rule = Rule::new(Percent::whole(50), Comparison::AtLeast, true, [InterestKind::Shares]).unwrap();
    let standing = owners
        .ids()
        .into_iter()
        .map(|id| (id.to_owned(), if listed.contains(&id) { Standing::Listed } else { Standing::NotListed }));
    let standing: BTreeMap<String, Standing> = standing.collect();
    Reach::new(&graph, &standing, &rule, parse_date("2026-06-01").unwrap()).attribution(party).unwrap()
}

#[test]
fn bods_a_declared_unknown_is_neither_a_person_nor_nothing() {
    let Some(bytes) = shared("bods/fixtures-v04/11-anonymous-person.json") else { return };
    let owners = owners("11.json", &bytes);
    assert_eq!((owners.parties.len(), owners.stakes.len(), owners.notes.len()), (1, 0, 1));
    let note = &owners.notes[0];
    assert!(note.text.contains("subjectUnableToConfirmOrIdentifyBeneficialOwner"), "{}", note.text);
    let party = owners.parties.keys().next().unwrap();
    assert_eq!(ask(&owners, &[], party, "2026-06-01", Comparison::AtLeast).reached, Reached::CannotBeKnown);
}

#[test]
fn bods_examples_of_the_standard() {
    // versions of one record follow each other: 100, then 40 beside 60, then 30 beside 70
    if let Some(bytes) = shared("bods/v0.4-dev/tecido.json") {
        let owners = owners("tecido.json", &bytes);
        let of = |day: &str| ask(&owners, &["018AF6B3EB"], "01B68D7633", day, Comparison::AtLeast).share;
        assert_eq!(of("2010-01-01"), share("100", "100"));
        // who owns the trust that has the rest is not told
        assert_eq!(of("2021-10-01"), share("40", "100"));
        assert_eq!(of("2022-10-01"), share("30", "100"));
        assert_eq!(of("2023-04-01"), share("0", "100"), "closed");
    }
    // a closed record ends where it says; its successor begins there, a day on which both hold half
    if let Some(bytes) = shared("bods/v0.4-dev/fermcat.json") {
        let owners = owners("fermcat.json", &bytes);
        let of = |who: &str, day: &str| {
            ask(&owners, &[who], "ent-93c75c87ab28f889", day, Comparison::AtLeast).share.min.to_string()
        };
        assert_eq!(of("per-5faa4103dee78621", "2020-01-01"), "50");
        assert_eq!(of("per-5faa4103dee78621", "2021-05-01"), "0");
        assert_eq!(of("per-e334cc6258e56467", "2021-05-01"), "50");
        assert_eq!(of("per-41c0bb0cef246f7c", "2022-03-01"), "100");
    }
    // the intermediary holds the stake; what the person holds through it is a link and not another stake
    if let Some(bytes) = shared("bods/v0.4-dev/indirect-ownership.json") {
        let owners = owners("indirect.json", &bytes);
        assert_eq!(owners.stakes.len(), 2);
        assert!(owners.links.iter().any(|l| l.what == "indirect shareholding, 30 percent"));
        let found = ask_shares(&owners, &["c25d4d612c2c"], "ad3f6c2fcc9e");
        // whether the person holds half of the company that holds 60 is not told
        assert_eq!((found.reached, &found.share), (Reached::CannotBeKnown, &share("0", "100")));
    }
    if let Some(bytes) = shared("bods/v0.4-dev/joint-ownership.json") {
        let owners = owners("joint.json", &bytes);
        let found = ask_shares(&owners, &["1accb8b18b99"], "31c55e425764");
        assert_eq!(
            (found.reached, &found.share),
            (Reached::Yes, &share("100", "100")),
            "half of what holds all"
        );
        assert_eq!(found.through.len(), 2);
    }
    if let Some(bytes) = shared("bods/v0.4-dev/bods-package-linking-annotations.json") {
        let owners = owners("band.json", &bytes);
        assert_eq!(owners.stakes[0].share, share("25", "50"), "a band is an interval");
    }
    // every example of the standard can be read and laid out
    for name in [
        "bods-package-annotations",
        "bods-package-entity-owning-entity",
        "bods-package-fi-soe",
        "bods-package",
        "full-pep-declaration",
        "levent",
        "listed-company-exempt-from-disclosure",
        "mixed-direct-and-indirect-ownership",
        "multiple-indirect-ownership",
        "multiple-tax-residencies",
        "mutilple-indirect-ownership-2",
        "nomination",
        "plc-entity-statement",
        "simple-pep-declaration",
    ] {
        if let Some(bytes) = shared(&format!("bods/v0.4-dev/{name}.json")) {
            owners(name, &bytes).graph(parse_date("2026-06-01").unwrap()).unwrap();
        }
    }
}

#[test]
fn bods_before_0_4_refers_by_statement() {
    let text = r#"[
      {"statementID": "e1", "statementType": "entityStatement", "name": "Orchid", "entityType": "registeredEntity"},
      {"statementID": "p1", "statementType": "personStatement", "personType": "knownPerson",
       "names": [{"fullName": "Ada Sol"}]},
      {"statementID": "o1", "statementType": "ownershipOrControlStatement", "statementDate": "2019-01-01",
       "subject": {"describedByEntityStatement": "e1"}, "interestedParty": {"describedByPersonStatement": "p1"},
       "interests": [{"type": "voting-rights", "interestLevel": "direct",
                      "share": {"minimum": 25, "maximum": 50, "exclusiveMinimum": true}}]},
      {"statementID": "o2", "statementType": "ownershipOrControlStatement", "statementDate": "2021-01-01",
       "replacesStatements": ["o1"],
       "subject": {"describedByEntityStatement": "e1"}, "interestedParty": {"describedByPersonStatement": "p1"},
       "interests": [{"type": "voting-rights", "interestLevel": "direct", "share": {"exact": 60.5}},
                     {"type": "appointment-of-board", "interestLevel": "direct"}]}]"#;
    let owners = owners("old.json", text.as_bytes());
    let of = |day: &str| ask(&owners, &["p1"], "e1", day, Comparison::MoreThan);
    assert_eq!(of("2020-12-31").share.min.to_string(), "25");
    assert_eq!(of("2021-01-01").reached, Reached::Yes);
    assert_eq!(owners.links[0].criterion, Some("appoints_board_majority"));
}

#[test]
fn gleif_says_control_and_not_how_much() {
    let mut together = Owners::default();
    for name in ["rr-data.xml", "rr-updates-data2.xml", "lei-data.xml", "repex-data.xml"] {
        let Some(bytes) = shared(&format!("gleif/{name}")) else { return };
        read(name, &bytes, &mut together).unwrap();
    }
    assert!(!together.stakes.is_empty());
    assert!(together.stakes.iter().all(|s| s.share == share("0", "100")), "no record tells a share");
    let consolidated = together.links.iter().filter(|l| l.criterion == Some("unified_management")).count();
    assert!(consolidated >= together.stakes.len());
    let managed = together.links.iter().find(|l| l.of == "001GPB6A9XPE8XJICC14").unwrap();
    assert_eq!((managed.by.as_str(), managed.criterion), ("5493001Z012YSB2A0K51", None));
    assert_eq!(managed.from.unwrap().to_string(), "2012-11-29");
    assert_eq!(together.label("001GPB6A9XPE8XJICC14"), "Fidelity Advisor Leveraged Company Stock Fund");
    assert!(together.notes.iter().any(|n| n.text.contains("no known person")));
    together.graph(parse_date("2026-06-01").unwrap()).unwrap();
}

#[test]
fn follow_the_money_stakes_bands_and_directors() {
    let text = concat!(
        r#"{"id":"a","schema":"Company","properties":{"name":["Alder Ltd"],"country":["gb"]}}"#,
        "\n",
        r#"{"id":"x","schema":"Person","properties":{"name":["Xenia Roth"]}}"#,
        "\n",
        r#"{"id":"o1","schema":"Ownership","properties":{"owner":["x"],"asset":["a"],"percentage":["25-50"],"startDate":["2020"],"endDate":["2023-06"]}}"#,
        "\n",
        r#"{"id":"o2","schema":"Ownership","properties":{"owner":["y"],"asset":["a"],"percentage":["some"]}}"#,
        "\n",
        r#"{"id":"d1","schema":"Directorship","properties":{"director":["x"],"organization":["a"],"role":["chair"]}}"#,
        "\n",
    );
    let owners = owners("f.ftm.json", text.as_bytes());
    let days: Vec<String> =
        [owners.stakes[0].from, owners.stakes[0].to].into_iter().map(|d| d.unwrap().to_string()).collect();
    assert_eq!(days, ["2020-01-01", "2023-06-30"]);
    assert_eq!(owners.stakes[0].share, share("25", "50"));
    assert_eq!(owners.stakes[1].share, share("0", "100"));
    assert!(owners.notes[0].text.contains("`some`"));
    assert_eq!(owners.links[0].what, "chair");
    assert_eq!(owners.find("alder ltd").unwrap().id, "a");
    assert!(owners.find("nobody").unwrap_err().is_empty());
}

#[test]
fn owners_of_more_than_everything_contradict_each_other() {
    let line = |id: &str, owner: &str, percent: &str| {
        format!(
            r#"{{"id":"{id}","schema":"Ownership","properties":{{"owner":["{owner}"],"asset":["a"],"percentage":["{percent}"]}}}}"#
        )
    };
    let text = [line("1", "x", "80"), line("2", "y", "75")].join("\n");
    let owners = owners("f.json", text.as_bytes());
    let (_, notes) = owners.graph(parse_date("2026-01-01").unwrap()).unwrap();
    assert!(notes[0].text.contains("155"), "{}", notes[0].text);
    let found = ask(&owners, &["x"], "a", "2026-01-01", Comparison::AtLeast);
    assert_eq!((found.reached, &found.share), (Reached::CannotBeKnown, &share("0", "100")));
}

#[test]
fn a_broken_file_is_refused_whole() {
    for (text, why) in [
        ("", "empty"),
        ("hello", "begins with"),
        ("<html><body/></html>", "`html`"),
        ("[{\"a\": 1}]", "statementId"),
        ("[{\"statementId\": \"1\", \"recordType\": \"thing\"}]", "`thing`"),
        ("<rr:RelationshipData><rr:RelationshipRecord>", "cut off"),
        (
            "{\"id\":\"a\",\"schema\":\"Ownership\",\"properties\":{\"owner\":[\"x\"]}}",
            "lacks `owner` or `asset`",
        ),
        ("{\"id\":\"a\",\"schema\":\"Person\",\"properties\":{}}\n{\"id\":", "line 2"),
    ] {
        let mut owners = Owners::default();
        let error = read("f", text.as_bytes(), &mut owners).unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
        assert!(owners.parties.is_empty() && owners.stakes.is_empty());
    }
}
