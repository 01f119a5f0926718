//! The journal moves into a PostgreSQL server that the test begins, and every command goes on with it.

mod common;

use common::Desk;
use countersign_database::testing::Cluster;

#[test]
fn every_command_goes_on_where_the_journal_is() {
    let Some(cluster) = Cluster::for_test().unwrap() else { return };
    let desk = Desk::new();
    let address = cluster.address("one");
    assert!(desk.run(&["store", "show"]).expect(2).err.contains("countersign init"));
    desk.run(&["init"]).expect(0);
    let before = desk.run(&["check", common::LISTED, "--record"]).expect(20);
    assert!(before.err.is_empty() || !before.err.contains("error"), "{}", before.err);
    let shown = desk.run(&["store", "show", "--json"]).expect(0).json();
    assert_eq!((&shown["database"], &shown["entries"]), (&serde_json::Value::Null, &1.into()));
    let bundle = desk.path("before.json");
    desk.run(&["bundle", "0", "-o", bundle.to_str().unwrap()]).expect(0);

    let moved = desk.run(&["store", "migrate", "--database", &address, "--json"]).expect(0).json();
    assert_eq!((&moved["entries"], &moved["root"]), (&1.into(), &shown["root"]));
    let now = desk.run(&["store", "show", "--json"]).expect(0).json();
    assert_eq!((&now["database"], &now["root"]), (&address.clone().into(), &shown["root"]));
    // the same proof, and more of them
    let again = desk.path("again.json");
    desk.run(&["bundle", "0", "-o", again.to_str().unwrap()]).expect(0);
    assert_eq!(std::fs::read(&bundle).unwrap(), std::fs::read(&again).unwrap());
    desk.run(&["check", common::LISTED, "--record"]).expect(20);
    desk.run(&["replay", "1"]).expect(0);
    assert!(desk.run(&["log", "fsck"]).expect(0).out.contains("whole: 2 entries"));
    assert!(desk.run(&["store", "migrate", "--database", &address]).expect(2).err.contains("there already"));

    let back = desk.run(&["store", "migrate", "--directory"]).expect(0);
    assert!(back.out.contains("2 entries"), "{}", back.out);
    assert!(desk.run(&["log", "fsck"]).expect(0).out.contains("whole: 2 entries"));
}

#[test]
fn a_place_that_cannot_be_one_is_told_and_nothing_moves() {
    let desk = Desk::new();
    desk.run(&["init"]).expect(0);
    for (address, why) in [
        ("mysql://ann@localhost/x", "does not begin with `postgres://`"),
        ("postgres://ann:secret@localhost/x", "PGPASSWORD"),
        ("postgres://ann@localhost/x?place=a b", "no name of a place"),
    ] {
        let ran = desk.run(&["store", "migrate", "--database", address]).expect(2);
        assert!(ran.err.contains(why) && !ran.err.contains("secret"), "{}", ran.err);
    }
    // nobody listens there
    let ran = desk.run(&["store", "migrate", "--database", "postgres://ann@127.0.0.1:1/x?connect_timeout=1"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.err.contains("database"), "{}", ran.err);
    assert!(desk.run(&["store", "show"]).expect(0).out.contains("in the home"));
}
