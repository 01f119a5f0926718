//! One fault at a time against the rules of section 4 of the assessment method.

use crate::common::{day, good, good_yaml, roster};
use countersign_assessments::{
    Accredited, Assessment, Earlier, Fact, Known, LaterWork, OpenDay, Roster, Selection, Tie, TieKind,
    Verdict, check_independence,
};

fn known(roster: &Roster) -> Known<'_> {
    Known {
        roster: Some(roster),
        assessor_signed: Some(day("2026-02-15")),
        reviewer_signed: Some(day("2026-02-16")),
        earlier: &[],
        ties: &[],
        ..Known::default()
    }
}

/// The rules that do not pass.
fn not_passed(document: &Assessment, known: &Known<'_>) -> Vec<(String, Verdict)> {
    let found = check_independence(document, known).into_iter();
    found.filter(|f| f.verdict != Verdict::Pass).map(|f| (f.rule, f.verdict)).collect()
}

fn spoilt(from: &str, to: &str) -> Vec<(String, Verdict)> {
    let text = good_yaml();
    assert!(text.contains(from), "{from}");
    let document = Assessment::parse(&text.replacen(from, to, 1), "spoilt.yaml").unwrap();
    let roster = roster();
    not_passed(&document, &known(&roster))
}

fn one(rule: &str, verdict: Verdict) -> Vec<(String, Verdict)> {
    vec![(rule.to_owned(), verdict)]
}

#[test]
fn sixteen_rules_pass_where_all_is_in_order() {
    let roster = roster();
    let found = check_independence(&good(), &known(&roster));
    assert_eq!(found.len(), 16);
    assert!(found.iter().all(|f| f.verdict == Verdict::Pass && f.why.is_empty()), "{found:?}");
}

#[test]
fn each_rule_catches_its_fault() {
    use Verdict::{Flag, Incomplete, Invalid, NotIndependent, PersonRemoved};
    let holding = "holdings: [{in: vendor, of: close_family, text: options}]";
    assert_eq!(spoilt("holdings: none", holding), one("IND-01", Invalid));
    assert_eq!(spoilt("selection: random_roster", "selection: vendor_choice"), one("IND-02", NotIndependent));
    assert_eq!(spoilt("selected: '2025-12-20'", "selected: '2026-01-06'"), one("IND-02", NotIndependent));
    assert_eq!(spoilt("percent: '6'", "percent: '15'"), []);
    assert_eq!(spoilt("percent: '6'", "percent: '15.01'"), one("IND-03", Flag));
    let both = "{year: 2024, percent: '16'}, {year: 2025, percent: '16'}";
    assert_eq!(
        spoilt("{year: 2024, percent: '4'}, {year: 2025, percent: '6'}", both),
        one("IND-03", Invalid)
    );
    assert_eq!(spoilt("{year: 2024, percent: '4'}, ", ""), one("IND-03", Incomplete));
    assert_eq!(spoilt("success_element: no", "success_element: yes"), one("IND-04", Invalid));
    assert_eq!(spoilt("fixed: yes", "fixed: unknown"), one("IND-04", Incomplete));
    let service = |to: &str| format!("services: [{{for: vendor, text: lobbying, to: {to}}}]");
    assert_eq!(spoilt("services: none", &service("'2024-01-05'")), one("IND-05", Invalid));
    assert_eq!(spoilt("services: none", &service("'2024-01-04'")), []);
    assert_eq!(spoilt("services: none", &service("none")), one("IND-05", Invalid));
    let worked = |to: &str| format!("employment: [{{for: police, text: analyst, to: '{to}'}}]");
    assert_eq!(spoilt("employment: none", &worked("2023-01-05")), one("IND-06", PersonRemoved));
    assert_eq!(spoilt("employment: none", &worked("2023-01-04")), []);
    assert_eq!(spoilt("vendor_veto: no", "vendor_veto: yes"), one("IND-09", Invalid));
    assert_eq!(
        spoilt("refusals: none", "refusals: [{what: audit log, by: vendor, questions: [PC-03]}]"),
        one("IND-10", Flag)
    );
    assert_eq!(spoilt(", reverse_engineering", ""), one("IND-11", Incomplete));
    assert_eq!(spoilt("key: key-waal", "key: key-stranger"), one("IND-12", Invalid));
    assert_eq!(spoilt("signed_on: '2025-12-28'", "signed_on: '2025-11-05'"), one("IND-13", Incomplete));
    assert_eq!(spoilt("signed_on: '2025-12-28'", "signed_on: '2025-11-06'"), []);
    assert_eq!(spoilt("signed_on: '2025-12-28'", "signed_on: '2026-01-06'"), one("IND-13", Incomplete));
    assert_eq!(spoilt("government_control: no", "government_control: yes"), one("IND-14", Invalid));
    let gifts = "gifts: [{from: vendor, year: 2025, eur: 60}, {from: lab, year: 2025, eur: 41}]";
    assert_eq!(spoilt("gifts: none", gifts), one("IND-15", Flag));
}

#[test]
fn a_key_must_count_on_the_day_of_signing() {
    let roster = roster();
    let mut k = known(&roster);
    k.reviewer_signed = Some(day("2027-01-01"));
    assert_eq!(not_passed(&good(), &k), one("IND-12", Verdict::Invalid));
    (k.assessor_signed, k.reviewer_signed) = (Some(day("2025-06-01")), Some(day("2025-06-30")));
    assert_eq!(not_passed(&good(), &k), one("IND-12", Verdict::Invalid));
    (k.assessor_signed, k.reviewer_signed) = (Some(day("2025-06-01")), Some(day("2025-07-01")));
    assert_eq!(not_passed(&good(), &k), []);
    k.roster = None;
    assert_eq!(not_passed(&good(), &k), one("IND-12", Verdict::Incomplete));
}

#[test]
fn the_reviewer_signs_too() {
    let roster = roster();
    let mut k = known(&roster);
    k.reviewer_signed = None;
    let rules: Vec<String> = not_passed(&good(), &k).into_iter().map(|(r, _)| r).collect();
    assert_eq!(rules, ["IND-08", "IND-12"]);
    // another organisation, another key, another group
    let text = good_yaml();
    let says = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        let document = Assessment::parse(&text.replacen(from, to, 1), "spoilt.yaml").unwrap();
        let mut rules = not_passed(&document, &known(&roster)).into_iter();
        rules.find(|(rule, _)| rule == "IND-08").map(|(_, v)| v)
    };
    assert_eq!(
        says("{party: minho, key: key-minho}", "{party: waal, key: key-minho}"),
        Some(Verdict::Incomplete)
    );
    assert_eq!(
        says("{party: minho, key: key-minho}", "{party: minho, key: key-waal}"),
        Some(Verdict::Incomplete)
    );
    assert_eq!(says("relation: reviewer_group", "relation: assessor_group"), Some(Verdict::Incomplete));
    assert_eq!(says("relation: reviewer_group", "relation: reviewer_group"), None);
}

#[test]
fn a_lead_steps_back_after_three_in_a_row_or_five_years() {
    let roster = roster();
    let earlier = |days: &[&str]| -> Vec<Earlier> {
        let at = |d: &&str| Earlier {
            lead: "Ana Lead".into(),
            // another company of the group that the document names
            group: vec!["Amstel Device Lab BV".into(), "Amstel Holding".into()],
            logged_on: day(d),
        };
        days.iter().map(at).collect()
    };
    let says = |days: &[&str]| {
        let all = earlier(days);
        not_passed(&good(), &Known { earlier: &all, ..known(&roster) })
    };
    assert_eq!(says(&["2024-03-01", "2025-03-01"]), []);
    assert_eq!(says(&["2023-03-01", "2024-03-01", "2025-03-01"]), one("IND-07", Verdict::Invalid));
    // three years off begin a new row
    assert_eq!(says(&["2019-01-01", "2020-01-01", "2021-01-01", "2025-03-01"]), []);
    assert_eq!(says(&["2020-06-01", "2023-05-01"]), one("IND-07", Verdict::Invalid));
}

#[test]
fn a_roster_that_vendors_pay_is_not_trusted() {
    let text = "schema: roster/1\nbody: B\ndated: '2025-12-01'\nentries: []\nfunders: [{name: V, vendor: true, percent: '25.1'}]\n";
    assert!(Roster::parse(text, "r").unwrap().distrust().is_some());
    assert!(Roster::parse(&text.replace("25.1", "25"), "r").unwrap().distrust().is_none());
    let none = text.replace("[{name: V, vendor: true, percent: '25.1'}]", "none");
    assert!(Roster::parse(&none, "r").unwrap().distrust().unwrap().contains("names no funders"));
}

#[test]
fn ties_of_two_steps_are_found_in_both_directions_of_ownership() {
    let roster = roster();
    let tie = |from: &str, to: &str, kind, until: Option<&str>| Tie {
        from: from.into(),
        to: to.into(),
        kind,
        until: until.map(day),
        source: "company register".into(),
    };
    let says = |ties: &[Tie]| not_passed(&good(), &Known { ties, ..known(&roster) });
    // the vendor owns a firm that owns the assessor
    let owned = [
        tie("Amstel Device Lab BV", "Holding X", TieKind::Owns, None),
        tie("Holding X", "Waal Rights Assessors", TieKind::Owns, None),
    ];
    assert_eq!(says(&owned), one("IND-01", Verdict::Invalid));
    assert_eq!(says(&owned[1..]), []);
    let paid = |until| [tie("Ana Lead", "Policia de Ejemplo", TieKind::PaidBy, until)];
    assert_eq!(says(&paid(None)), one("IND-05", Verdict::Invalid));
    assert_eq!(says(&paid(Some("2024-01-04"))), []);
    let worked = [
        tie("Rui Reader", "Contractor", TieKind::EmployedBy, Some("2024-06-01")),
        tie("Contractor", "Laboratorio de Evidencia Digital", TieKind::EmployedBy, None),
    ];
    assert_eq!(says(&worked), one("IND-06", Verdict::PersonRemoved));
}

/// IND-05: none for twelve months after. What the team, or the firm, declares in a later assessment.
#[test]
fn work_for_the_vendor_in_the_year_after_invalidates() {
    let roster = roster();
    let document = good();
    let vendor = document.party(&document.product.vendor).unwrap().name.clone();
    let firm = document.party(&document.assessor.party).unwrap().name.clone();
    let work = |person: &str, firm: &str, party: &str, to: &str, declared: &str| LaterWork {
        person: person.to_owned(),
        firm: firm.to_owned(),
        party: party.to_owned(),
        text: "lobbying".to_owned(),
        to: if to == "none" { OpenDay::None } else { OpenDay::Until(day(to)) },
        declared: day(declared),
        entry: 9,
    };
    let says = |later: LaterWork| {
        let mut k = known(&roster);
        let later = [later];
        (k.logged, k.later) = (Some(day("2026-03-30")), &later);
        not_passed(&document, &k)
    };
    let (lead, stranger) = (document.declarations[0].person.as_str(), "Somebody Else");
    let invalid = one("IND-05", Verdict::Invalid);
    let open = one("IND-05", Verdict::Incomplete);
    assert_eq!(says(work(lead, "Another Firm", &vendor, "2026-09-01", "2027-06-01")), invalid);
    assert_eq!(
        says(work(&lead.to_uppercase(), "Another Firm", &vendor, "2027-03-30", "2027-06-01")),
        invalid
    );
    assert_eq!(says(work(stranger, &firm, &vendor, "none", "2027-03-30")), invalid, "the firm counts");
    // before the assessment was logged it is the other half of the rule's, and a year later nothing is forbidden
    assert_eq!(says(work(lead, &firm, &vendor, "2026-03-30", "2027-06-01")), []);
    assert_eq!(
        says(work(lead, &firm, &vendor, "2027-03-31", "2028-06-01")),
        open,
        "it may have begun before"
    );
    assert_eq!(says(work(lead, &firm, &vendor, "none", "2027-03-31")), open);
    assert_eq!(says(work(lead, &firm, "Another Vendor", "2026-09-01", "2027-06-01")), []);
    assert_eq!(says(work(stranger, "Another Firm", &vendor, "2026-09-01", "2027-06-01")), []);
    // a draft has no year after it
    let later = [work(lead, &firm, &vendor, "2026-09-01", "2027-06-01")];
    let mut k = known(&roster);
    k.later = &later;
    assert_eq!(not_passed(&document, &k), []);
}

#[test]
fn what_is_not_said_is_incomplete_never_passed() {
    let roster = roster();
    let mut document = good();
    document.dates.selected = None;
    document.government_control = Fact::Unknown;
    document.refusals = None;
    document.declarations[1].organisation = "waal".into();
    let rules: Vec<(String, Verdict)> = not_passed(&document, &known(&roster));
    let expected = ["IND-02", "IND-10", "IND-13", "IND-14"].map(|r| (r.to_owned(), Verdict::Incomplete));
    assert_eq!(rules, expected);
    document.selection = Selection::BuyerChoice;
    assert_eq!(not_passed(&document, &known(&roster))[0].1, Verdict::NotIndependent);
}
