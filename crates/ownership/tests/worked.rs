//! The worked numbers of the fact briefs: the United States (FAQ 399, 401 and the Affiliates Rule), the EU before
//! and after 2024-07-03, the United Kingdom; then intervals, what is left open, unknown owners, cycles, dates.

#![expect(clippy::indexing_slicing, reason = "a test that indexes wrongly fails, which is what it is for")]
#![expect(clippy::unwrap_used, reason = "a test that unwraps nothing fails, which is what it is for")]
#![expect(clippy::panic, reason = "a mistyped test case has to be seen")]

use std::collections::BTreeMap;

use countersign_model::{Date, Percent, Share, parse_date};
use countersign_ownership::{
    Attribution, Comparison, Disclosure, Edge, Graph, GraphError, Interest, InterestKind, Node, Reach,
    Reached, Rule, Standing, Standings, attribute,
};

fn day(text: &str) -> Date {
    parse_date(text).unwrap()
}

fn percent(text: &str) -> Percent {
    text.parse().unwrap()
}

fn share(text: &str) -> Share {
    let (min, max) = text.split_once("..").unwrap_or((text, text));
    Share { min: percent(min), max: percent(max) }
}

/// `owner share owned`, the share `40` or `40..60`; then optionally `shares`/`votes`, `from=`, `to=`.
fn edge(text: &str) -> Edge {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut edge = Edge {
        owner: words[0].to_owned(),
        owned: words[2].to_owned(),
        share: share(words[1]).into(),
        interest: Interest::Both,
        from: None,
        to: None,
        path: format!("parties[{}].owners[{}].percent", words[2], words[0]),
    };
    for word in &words[3..] {
        match word.split_once('=') {
            None if *word == "shares" => edge.interest = Interest::Shares,
            None if *word == "votes" => edge.interest = Interest::Votes,
            Some(("from", date)) => edge.from = Some(day(date)),
            Some(("to", date)) => edge.to = Some(day(date)),
            _ => panic!("{word}"),
        }
    }
    edge
}

/// A case in short: stakes; who is listed; who is in doubt; whose owners nobody looked up. A party in which
/// somebody has a stake has its owners given, all others have none.
#[derive(Default, Clone)]
struct Case {
    stakes: Vec<&'static str>,
    listed: Vec<&'static str>,
    doubted: Vec<&'static str>,
    unknown_owners: Vec<&'static str>,
    parties: Vec<&'static str>,
}

impl Case {
    fn graph(&self) -> Result<Graph, GraphError> {
        let edges: Vec<Edge> = self.stakes.iter().map(|text| edge(text)).collect();
        let mut ids: Vec<String> = self.parties.iter().map(|id| (*id).to_owned()).collect();
        for id in edges.iter().flat_map(|edge| [&edge.owner, &edge.owned]) {
            if !ids.contains(id) {
                ids.push(id.clone());
            }
        }
        let nodes = ids.into_iter().map(|id| Node {
            individual: false,
            owners: if self.unknown_owners.contains(&id.as_str()) {
                Disclosure::Unknown
            } else if edges.iter().any(|edge| edge.owned == id) {
                Disclosure::Given
            } else {
                Disclosure::CheckedNone
            },
            owners_path: format!("parties[{id}].owners"),
            id,
        });
        let nodes: Vec<Node> = nodes.collect();
        Graph::new(nodes, edges)
    }

    fn standing(&self, graph_ids: &[&str]) -> BTreeMap<String, Standing> {
        let standing = |id: &str| {
            if self.listed.contains(&id) {
                Standing::Listed
            } else if self.doubted.contains(&id) {
                Standing::Unknown(vec![format!("parties[{id}].listings")])
            } else {
                Standing::NotListed
            }
        };
        graph_ids.iter().map(|id| ((*id).to_owned(), standing(id))).collect()
    }

    fn ask_on(&self, rule: &Rule, date: &str) -> BTreeMap<String, Attribution> {
        let mut ids: Vec<&str> = self.parties.clone();
        ids.extend(self.stakes.iter().flat_map(|text| {
            let words: Vec<&str> = text.split_whitespace().collect();
            [words[0], words[2]]
        }));
        attribute(&self.graph().unwrap(), &self.standing(&ids), rule, day(date))
    }

    fn ask(&self, rule: &Rule) -> BTreeMap<String, Attribution> {
        self.ask_on(rule, "2026-06-01")
    }
}

fn case(stakes: &[&'static str], listed: &[&'static str]) -> Case {
    Case { stakes: stakes.to_vec(), listed: listed.to_vec(), ..Case::default() }
}

fn rule(comparison: Comparison, aggregate: bool, counts: &[InterestKind]) -> Rule {
    Rule::new(Percent::whole(50), comparison, aggregate, counts.iter().copied()).unwrap()
}

/// OFAC, BIS and the EU from 2024-07-03: 50 or more, added up.
fn ofac() -> Rule {
    rule(Comparison::AtLeast, true, &[InterestKind::Shares])
}

/// United Kingdom: more than 50 of shares or of votes, nobody's stakes added up.
fn uk() -> Rule {
    rule(Comparison::MoreThan, false, &[InterestKind::Shares, InterestKind::Votes])
}

/// The EU before 2024-07-03.
fn eu_before() -> Rule {
    rule(Comparison::MoreThan, false, &[InterestKind::Shares])
}

#[track_caller]
fn expect(answer: &BTreeMap<String, Attribution>, id: &str, reached: Reached, attributed: &str) {
    let got = &answer[id];
    assert_eq!((got.reached, &got.share), (reached, &share(attributed)), "{id}: {got:?}");
}

use Reached::{CannotBeKnown, No, Yes};

#[test]
fn row_1_half_of_half_is_reached() {
    for listed in ["x", "n"] {
        let a = if listed == "x" { "x 50 a" } else { "n 50 a" };
        let answer = case(&[a, "z 50 a", "a 50 b", "z 50 b"], &[listed]).ask(&ofac());
        expect(&answer, "a", Yes, "50");
        expect(&answer, "b", Yes, "50");
        expect(&answer, "z", No, "0");
        expect(&answer, listed, No, "0");
        let b = &answer["b"];
        assert_eq!(b.alone.as_deref(), Some("a"));
        assert_eq!(b.sole.as_deref(), Some(listed));
        assert!(b.indirect && !answer["a"].indirect);
        let steps: Vec<(&str, &str, bool)> =
            b.through.iter().map(|s| (s.owner.as_str(), s.owned.as_str(), s.counts_in_full)).collect();
        assert_eq!(steps, [("a", "b", true), (listed, "a", true)]);
        assert_eq!(b.through[0].path, "parties[b].owners[a].percent");
        let holders: Vec<(&str, bool)> = b.holders.iter().map(|h| (h.party.as_str(), h.certain)).collect();
        assert_eq!(holders, [(listed, true)]);
        assert!(b.unsettled.is_empty());
    }
}

#[test]
fn row_2_two_reached_legs_add_up() {
    let answer =
        case(&["x 50 a", "z 50 a", "x 50 b", "z 50 b", "a 25 c", "b 25 c", "z 50 c"], &["x"]).ask(&ofac());
    expect(&answer, "c", Yes, "50");
    assert_eq!(answer["c"].alone, None);
    assert_eq!(answer["c"].sole.as_deref(), Some("x"));
}

#[test]
fn row_3_direct_and_indirect_add_up() {
    let answer = case(&["x 50 a", "z 50 a", "x 10 b", "a 40 b", "z 50 b"], &["x"]).ask(&ofac());
    expect(&answer, "b", Yes, "50");
    let owners: Vec<&str> = answer["b"].through.iter().map(|s| s.owner.as_str()).collect();
    assert_eq!(owners, ["x", "a", "x"], "the direct stake first, then the longer path");
}

#[test]
fn row_4_only_one_leg_counts() {
    let stakes = ["x 50 a", "holder-1 50 a", "x 25 b", "holder-2 75 b", "a 25 c", "b 25 c", "holder-3 50 c"];
    let answer = case(&stakes, &["x"]).ask(&ofac());
    expect(&answer, "a", Yes, "50");
    expect(&answer, "b", No, "25");
    expect(&answer, "c", No, "25");
    let c = &answer["c"];
    assert!(c.indirect);
    let stopped: Vec<(&str, &str, bool)> =
        c.stopped.iter().map(|s| (s.owner.as_str(), s.owned.as_str(), s.counts_in_full)).collect();
    assert_eq!(stopped, [("b", "c", false)]);
}

#[test]
fn row_5_neither_leg_counts() {
    let answer = case(&["x 25 a", "z 75 a", "x 25 b", "z 75 b", "a 50 c", "b 50 c"], &["x"]).ask(&ofac());
    expect(&answer, "a", No, "25");
    expect(&answer, "b", No, "25");
    expect(&answer, "c", No, "0");
    assert!(answer["c"].holders.is_empty() && answer["c"].through.is_empty());
    assert_eq!(answer["c"].stopped.len(), 2);
}

#[test]
fn row_6_two_persons_add_up() {
    let case = case(&["x 25 a", "y 25 a", "z 50 a"], &["x", "y"]);
    let answer = case.ask(&ofac());
    expect(&answer, "a", Yes, "50");
    assert_eq!((&answer["a"].alone, &answer["a"].sole), (&None, &None));
    expect(&case.ask(&uk()), "a", No, "25");
}

#[test]
fn row_7_nothing_is_multiplied() {
    let stakes = ["x 60 a", "z 40 a", "a 30 c", "x 55 b", "z 45 b", "b 20 c", "z 50 c"];
    expect(&case(&stakes, &["x"]).ask(&ofac()), "c", Yes, "50");
}

#[test]
fn rows_8_and_9_the_line_is_exact() {
    for (x, z, reached) in [
        ("x 49.99 a", "z 50.01 a", No),
        ("x 50.00 a", "z 50.00 a", Yes),
        ("x 50 a", "z 50 a", Yes),
        ("x 49.999999999999999999 a", "z 50.000000000000000001 a", No),
        ("x 50.000000000000000001 a", "z 49.999999999999999999 a", Yes),
    ] {
        let answer = case(&[x, z], &["x"]).ask(&ofac());
        assert_eq!(answer["a"].reached, reached, "{x}");
        assert!(answer["a"].share.is_exact());
    }
}

#[test]
fn row_10_a_golden_share_is_not_ownership() {
    expect(&case(&["x 10 a", "z 90 a"], &["x"]).ask(&ofac()), "a", No, "10");
}

#[test]
fn rows_11_and_12_the_seeds_are_the_rules_own() {
    // N Entity List, R under 744.8(a)(1), C under CYBER2 only
    let with_r = ["n 25 a", "r 25 a", "z 50 a"];
    expect(&case(&with_r, &["r"]).ask(&ofac()), "a", No, "25");
    expect(&case(&with_r, &["n", "r"]).ask(&ofac()), "a", Yes, "50");
    let with_c = ["n 25 a", "c 25 a", "z 50 a"];
    expect(&case(&with_c, &["c"]).ask(&ofac()), "a", No, "25");
    expect(&case(&with_c, &["n"]).ask(&ofac()), "a", No, "25");
}

#[test]
fn rows_13_and_14_where_nobody_is_a_seed_nobody_is_reached() {
    // 13: whether the owned firm is foreign is not this rule's matter; the stake is attributed all the same
    expect(&case(&["n 60 delaware", "z 40 delaware"], &["n"]).ask(&ofac()), "delaware", Yes, "60");
    // 14: an Unverified List party is no seed
    expect(&case(&["uvl 100 a"], &[]).ask(&ofac()), "a", No, "0");
}

#[test]
fn row_15_shells_that_own_each_other() {
    let stakes = ["a 50 b", "b 50 a", "z 50 a", "z 50 b"];
    let nobody = case(&stakes, &[]).ask(&ofac());
    expect(&nobody, "a", No, "0");
    expect(&nobody, "b", No, "0");
    // a doubt about an owner runs round the circle, a doubt about nobody does not
    let doubt = Case { doubted: vec!["z"], ..case(&stakes, &[]) }.ask(&ofac());
    expect(&doubt, "a", CannotBeKnown, "0..100");
    assert_eq!(doubt["a"].unsettled, ["parties[z].listings"]);
    // with a listed owner the circle closes
    let listed = case(&["a 50 b", "b 50 a", "x 50 a", "z 50 b"], &["x"]).ask(&ofac());
    expect(&listed, "a", Yes, "100");
    expect(&listed, "b", Yes, "50");
    // what the circle leaves open is unknown, not free
    let open = case(&["a 50 b", "b 50 a"], &[]).ask(&ofac());
    expect(&open, "a", CannotBeKnown, "0..100");
    assert_eq!(open["a"].unsettled, ["parties[a].owners", "parties[b].owners"]);
}

#[test]
fn thirty_and_twenty_in_the_eu_the_uk_and_before() {
    let case = case(&["p1 30 m", "p2 20 m", "p3 50 m"], &["p1", "p2"]);
    let now = case.ask(&ofac());
    expect(&now, "m", Yes, "50");
    assert_eq!((&now["m"].alone, &now["m"].sole), (&None, &None));
    expect(&case.ask(&eu_before()), "m", No, "30");
    expect(&case.ask(&uk()), "m", No, "30");
    let only_p1 = Case { listed: vec!["p1"], ..case };
    expect(&only_p1.ask(&ofac()), "m", No, "30");
}

#[test]
fn exactly_half_is_owned_in_the_eu_and_not_in_the_uk() {
    let half = case(&["d1 50.0 gulf", "i1 50.0 gulf"], &["d1"]);
    expect(&half.ask(&ofac()), "gulf", Yes, "50");
    expect(&half.ask(&uk()), "gulf", No, "50");
    let more = case(&["d1 50.01 gulf", "i1 49.99 gulf"], &["d1"]).ask(&uk());
    expect(&more, "gulf", Yes, "50.01");
    assert_eq!(more["gulf"].alone.as_deref(), Some("d1"));
}

#[test]
fn without_aggregation_one_persons_legs_still_add_up() {
    let stakes = ["x 60 a", "z 40 a", "x 30 c", "a 30 c", "y 40 c"];
    let answer = case(&stakes, &["x", "y"]).ask(&uk());
    expect(&answer, "c", Yes, "60");
    let holders: Vec<&str> = answer["c"].holders.iter().map(|h| h.party.as_str()).collect();
    assert_eq!(holders, ["x"]);
    assert_eq!(answer["c"].alone, None);
    assert_eq!(answer["c"].sole.as_deref(), Some("x"));
    assert_eq!(answer["c"].through.len(), 3, "y's stake is not part of x's chain");
    // a leg that only x and y reach together carries for neither
    let answer = case(&["x 30 a", "y 30 a", "z 40 a", "a 40 c", "x 20 c", "z 40 c"], &["x", "y"]).ask(&uk());
    expect(&answer, "c", No, "20");
}

#[test]
fn shares_and_votes_are_summed_apart() {
    let split = case(&["x 30 a shares", "x 30 a votes", "z 70 a shares", "z 70 a votes"], &["x"]);
    expect(&split.ask(&uk()), "a", No, "30");
    let golden = case(&["x 10 a shares", "x 60 a votes", "z 90 a shares", "z 40 a votes"], &["x"]);
    expect(&golden.ask(&uk()), "a", Yes, "60");
    expect(&golden.ask(&ofac()), "a", No, "10");
    let both = case(&["x 30 a", "x 25 a votes", "z 45 a", "z 25 a shares"], &["x"]);
    expect(&both.ask(&uk()), "a", Yes, "55");
    expect(&both.ask(&ofac()), "a", No, "30");
    // shares say nothing about votes
    let answer = case(&["z 100 a shares"], &[]).ask(&uk());
    expect(&answer, "a", CannotBeKnown, "0..100");
    assert_eq!(answer["a"].unsettled, ["parties[a].owners"]);
}

#[test]
fn an_interval_that_straddles_the_line() {
    let answer = case(&["x 40..60 a", "z 40..60 a"], &["x"]).ask(&ofac());
    expect(&answer, "a", CannotBeKnown, "40..60");
    // z's stake and what is left open bound x's, so they may decide as well
    assert_eq!(
        answer["a"].unsettled,
        ["parties[a].owners[x].percent", "parties[a].owners[z].percent", "parties[a].owners"]
    );
    let below = case(&["x 40..60 a", "z 51..60 a"], &["x"]).ask(&ofac());
    expect(&below, "a", No, "40..49");
    let above = case(&["x 50..60 a", "z 20 a"], &["x"]).ask(&ofac());
    expect(&above, "a", Yes, "50..80");
    assert_eq!(above["a"].unsettled, ["parties[a].owners[x].percent", "parties[a].owners"]);
    // an interval of somebody who does not count, next to a settled rest, is not in question
    let other = case(&["x 60 a", "z 10..40 a"], &["x"]).ask(&ofac());
    assert_eq!(other["a"].reached, Yes);
}

#[test]
fn what_is_left_open_may_be_a_listed_persons() {
    let answer = case(&["x 30 a", "z 45 a"], &["x"]).ask(&ofac());
    expect(&answer, "a", CannotBeKnown, "30..55");
    assert_eq!(answer["a"].unsettled, ["parties[a].owners"]);
    let small = case(&["x 30 a", "z 51 a"], &["x"]).ask(&ofac());
    expect(&small, "a", No, "30..49");
    assert_eq!(small["a"].unsettled, ["parties[a].owners"], "the share, not the verdict, is open");
    // and up the chain
    let answer = case(&["z 30 a", "a 100 b"], &[]).ask(&ofac());
    expect(&answer, "b", CannotBeKnown, "0..100");
    assert_eq!(answer["b"].unsettled, ["parties[a].owners"]);
    assert!(answer["b"].through.iter().all(|step| !step.counts_in_full));
    // the UK rule too: an unnamed listed person alone may hold it
    expect(&case(&["z 30 a"], &[]).ask(&uk()), "a", CannotBeKnown, "0..70");
    expect(&case(&["x 30 a", "z 45 a"], &["x"]).ask(&uk()), "a", CannotBeKnown, "30..55");
}

#[test]
fn owners_that_nobody_looked_up() {
    let unknown = Case { parties: vec!["a"], unknown_owners: vec!["a"], ..Case::default() };
    let answer = unknown.ask(&ofac());
    expect(&answer, "a", CannotBeKnown, "0..100");
    assert_eq!(answer["a"].unsettled, ["parties[a].owners"]);
    let none = Case { parties: vec!["a"], ..Case::default() }.ask(&ofac());
    expect(&none, "a", No, "0");
    // a listed party's owners are another question than its listing
    let listed = Case { listed: vec!["a"], ..unknown }.ask(&ofac());
    expect(&listed, "a", CannotBeKnown, "0..100");
    // unknown owners of a small holder change nothing
    let small = Case { unknown_owners: vec!["q"], ..case(&["q 30 a", "z 70 a"], &[]) }.ask(&ofac());
    expect(&small, "a", No, "0..30");
    assert_eq!(small["a"].unsettled, ["parties[q].owners"]);
}

#[test]
fn a_person_has_no_owners_and_a_party_without_standing_is_unknown() {
    let person = |id: &str, individual| Node {
        id: id.to_owned(),
        individual,
        owners: if individual { Disclosure::Unknown } else { Disclosure::Given },
        owners_path: format!("parties[{id}].owners"),
    };
    let graph = Graph::new([person("a", false), person("p", true)], [edge("p 100 a")]).unwrap();
    let mut standing = BTreeMap::from([("p".to_owned(), Standing::NotListed)]);
    standing.insert("a".to_owned(), Standing::NotListed);
    expect(&attribute(&graph, &standing, &ofac(), day("2026-06-01")), "a", No, "0");
    standing.remove("p");
    let answer = attribute(&graph, &standing, &ofac(), day("2026-06-01"));
    expect(&answer, "a", CannotBeKnown, "0..100");
    assert_eq!(answer["a"].unsettled, ["parties[p].listings"]);
    let error = Graph::new([person("a", false), person("p", true)], [edge("a 1 p")]).unwrap_err();
    assert_eq!(error, GraphError::OwnersOfIndividual { path: edge("a 1 p").path, id: "p".to_owned() });
}

#[test]
fn only_the_doubts_that_decide_are_named() {
    // either of two doubted holders is enough
    let stakes = ["x 50 a", "y 50 a"];
    let either = Case { doubted: vec!["x", "y"], ..case(&stakes, &[]) }.ask(&ofac());
    assert_eq!(either["a"].unsettled, ["parties[x].listings", "parties[y].listings"]);
    // the listed holder is enough with one of them and not with the other
    let stakes = ["x 45 a", "y 10 a", "w 1 a", "z 44 a"];
    let one = Case { doubted: vec!["y", "w"], ..case(&stakes, &["x"]) }.ask(&ofac());
    expect(&one, "a", CannotBeKnown, "45..56");
    assert_eq!(one["a"].unsettled, ["parties[y].listings"]);
    let holders: Vec<(&str, bool)> = one["a"].holders.iter().map(|h| (h.party.as_str(), h.certain)).collect();
    assert_eq!(holders, [("x", true), ("y", false), ("w", false)]);
}

#[test]
fn another_line_than_the_rules_own() {
    let case = case(&["x 20..30 a", "z 70 a"], &["x"]);
    let graph = case.graph().unwrap();
    let standing = case.standing(&["x", "z", "a"]);
    let rule = ofac();
    let reach = Reach::new(&graph, &standing, &rule, day("2026-06-01"));
    assert_eq!(reach.reached("a"), Some(No));
    let flag = |line| reach.meets("a", Comparison::AtLeast, &Percent::whole(line)).unwrap();
    assert_eq!(flag(20), (Yes, vec![]));
    assert_eq!(flag(31), (No, vec![]));
    let paths = ["parties[a].owners[x].percent", "parties[a].owners"];
    assert_eq!(flag(25), (CannotBeKnown, paths.map(str::to_owned).to_vec()));
    assert!(reach.meets("nobody", Comparison::AtLeast, &Percent::whole(25)).is_none());
}

#[test]
fn stakes_are_read_as_of_the_day_both_ends_included() {
    let case = case(
        &["x 60 a from=2024-03-05 to=2025-06-30", "z 60 a to=2024-03-04", "z 60 a from=2025-07-01", "w 40 a"],
        &["x"],
    );
    for (date, reached, attributed) in [
        ("2024-03-04", No, "0"),
        ("2024-03-05", Yes, "60"),
        ("2025-06-30", Yes, "60"),
        ("2025-07-01", No, "0"),
    ] {
        expect(&case.ask_on(&ofac(), date), "a", reached, attributed);
    }
    // a stake that lapsed leaves a hole, not a clean owner
    let lapsed = self::case(&["z 100 a to=2024-03-04"], &[]).ask_on(&ofac(), "2024-03-05");
    expect(&lapsed, "a", CannotBeKnown, "0..100");
}

#[test]
fn what_cannot_be_is_refused_with_its_path() {
    let refused = |stakes: &[&'static str]| case(stakes, &[]).graph().unwrap_err().to_string();
    for (stakes, parts) in [
        (&["x 60..40 a"][..], &["parties[a].owners[x].percent", "`60`", "`40`"][..]),
        (&["x 100.01 a"], &["parties[a].owners[x].percent", "100.01"]),
        (&["x 60 a", "z 40.0001 a"], &["parties[a].owners[z].percent", "100.0001", "parties[a].owners`"]),
        (&["x 60 a votes", "z 41..50 a"], &["101", "votes"]),
        (&["x 60 a to=2024-03-05", "z 60 a from=2024-03-05"], &["120", "since 2024-03-05"]),
        (&["x 60 a from=2024-03-06 to=2024-03-05"], &["parties[a].owners[x].percent", "2024-03-06"]),
    ] {
        let error = refused(stakes);
        for part in parts {
            assert!(error.contains(part), "{error}");
        }
    }
    assert!(case(&["x 60 a votes", "z 60 a shares"], &[]).graph().is_ok(), "apart");
    let node = |id: &str, owners| Node {
        id: id.to_owned(),
        individual: false,
        owners,
        owners_path: format!("parties[{id}].owners"),
    };
    let error = Graph::new([node("a", Disclosure::Given)], [edge("x 1 a")]).unwrap_err();
    assert_eq!(error, GraphError::UnknownParty { path: edge("x 1 a").path, id: "x".to_owned() });
    let twice = [node("a", Disclosure::Given), node("a", Disclosure::Given)];
    assert_eq!(Graph::new(twice, []).unwrap_err(), GraphError::DuplicateParty { id: "a".to_owned() });
    for owners in [Disclosure::CheckedNone, Disclosure::Unknown] {
        let nodes = [node("a", owners), node("x", Disclosure::CheckedNone)];
        let error = Graph::new(nodes, [edge("x 1 a")]).unwrap_err();
        assert!(matches!(error, GraphError::OwnersNotGiven { .. }), "{error}");
    }
}

/// Leaves what the interval names and a long chain is looked at one company at a time: this took minutes when every
/// combination in the chain was tried.
#[test]
fn a_chain_of_a_thousand_intervals_is_settled_link_by_link() {
    let ids: Vec<String> = (0..=1_000).map(|n| format!("c{n}")).collect();
    let nodes = ids.iter().map(|id| Node {
        id: id.clone(),
        individual: false,
        owners: if id == "c0" { Disclosure::CheckedNone } else { Disclosure::Given },
        owners_path: format!("{id}.owners"),
    });
    let edges = ids.windows(2).map(|pair| Edge {
        owner: pair[0].clone(),
        owned: pair[1].clone(),
        share: share("40..60").into(),
        interest: Interest::Both,
        from: None,
        to: None,
        path: format!("{} in {}", pair[0], pair[1]),
    });
    let graph = Graph::new(nodes, edges).unwrap();
    let standing =
        ids.iter().map(|id| (id.clone(), if id == "c0" { Standing::Listed } else { Standing::NotListed }));
    let standing: BTreeMap<String, Standing> = standing.collect();
    let rule = ofac();
    let reach = Reach::new(&graph, &standing, &rule, day("2026-06-01"));
    let last = reach.attribution("c1000").unwrap();
    assert_eq!(last.reached, CannotBeKnown);
    assert!(last.unsettled_is_least);
    assert_eq!(last.unsettled.len(), 2_000, "each share, and who holds the rest of each company");
}

#[test]
fn above_ten_thousand_doubted_parties_every_fact_is_named_and_it_is_said() {
    let count = 10_500;
    let nodes = (0..count).map(|n| Node {
        id: format!("c{n}"),
        individual: false,
        owners: if n == 0 { Disclosure::CheckedNone } else { Disclosure::Given },
        owners_path: format!("c{n}.owners"),
    });
    let edges = (1..count).map(|n| Edge {
        owner: format!("c{}", n - 1),
        owned: format!("c{n}"),
        share: share("40..60").into(),
        interest: Interest::Both,
        from: None,
        to: None,
        path: format!("c{n}.percent"),
    });
    let graph = Graph::new(nodes, edges).unwrap();
    let standing = (0..count).map(|n| match n {
        0 => ("c0".to_owned(), Standing::Listed),
        // the last one owns nothing in question: whether it is listed is none
        _ => (format!("c{n}"), if n % 2 == 0 { Standing::NotListed } else { Standing::Unknown(Vec::new()) }),
    });
    let standings = Standings::of(&graph, standing);
    let reach = Reach::with(&graph, standings, &ofac(), day("2026-06-01"));
    let last = reach.attribution("c10499").unwrap();
    assert_eq!(last.reached, CannotBeKnown);
    assert!(!last.unsettled_is_least);
    assert_eq!(last.unsettled.len(), 2 * 10_499 + 5_249);
    assert_eq!(last.unsettled[..2], ["c10499.percent", "c10499.owners"]);
    assert!(last.unsettled.contains(&"parties[c10497].listings".to_owned()));
    assert!(!last.unsettled.contains(&"parties[c10499].listings".to_owned()));
}

#[test]
fn a_part_of_what_is_left_open_makes_a_small_holder_matter() {
    // 60 are open: if listed persons hold 45 of them, the 10 of the doubted holder decide
    let answer = Case { doubted: vec!["y"], ..case(&["y 10 a", "z 30 a"], &[]) }.ask(&ofac());
    expect(&answer, "a", CannotBeKnown, "0..70");
    assert_eq!(answer["a"].unsettled, ["parties[a].owners", "parties[y].listings"]);
}

#[test]
fn where_only_what_is_left_open_reaches_the_line_an_interval_is_spared() {
    // z holds half for certain: x and unknown holders reach half only if all of the rest is a listed person's,
    // however much of it is x's own
    let answer = case(&["x 20..40 a", "z 50 a"], &["x"]).ask(&ofac());
    expect(&answer, "a", CannotBeKnown, "20..50");
    assert_eq!(answer["a"].unsettled, ["parties[a].owners"]);
    let answer = case(&["x 20..50 a", "z 50 a"], &["x"]).ask(&ofac());
    assert_eq!(answer["a"].unsettled, ["parties[a].owners[x].percent", "parties[a].owners"]);
}
