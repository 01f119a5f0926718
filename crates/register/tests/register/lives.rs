//! Lives of assessments that somebody tries to bend: another's draft, another's id, a revoked text again, judges in their own
//! cause, one suspension lifted of two.

use super::*;
use countersign_assessments::{Assessment, State, commit, publish, state_at};
use countersign_model::{Date, Digest, parse_date};
use countersign_register::{Assessed, assessed};

const TEXT: &str = r"
schema: assessment/1
id: S-1
title: Device extraction kit for a police laboratory
stage: S
product: {name: Kit, vendor: vendor, version: '4.1'}
parties:
  - {id: vendor, name: Amstel Device Lab BV, country: NL, relation: vendor_group}
  - {id: lab, name: Laboratorio de Evidencia Digital, country: CL, relation: end_user}
  - {id: police, name: Policia de Ejemplo, country: CL, relation: destination_security_service}
  - {id: waal, name: Waal Rights Assessors, country: BE, relation: assessor_group}
  - {id: minho, name: Minho Institute, country: PT, relation: reviewer_group}
end_user: lab
destination: CL
intermediaries: none
assessor: {party: waal, key: KEY-2}
reviewer: {party: minho, key: key-minho}
dates: {started: '2026-01-05', selected: '2025-12-20', comments_open: '2026-02-20', comments_close: '2026-03-29'}
selection: random_roster
fees:
  source: vendor
  amount: '24000'
  currency: EUR
  fixed: yes
  success_element: no
  escrow_receipt: ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad
  group_share: [{year: 2024, percent: '4'}, {year: 2025, percent: '6'}]
publishing_right: {unconditional: yes, vendor_veto: no, clause: The assessor publishes.}
refusals: none
government_control: no
declarations:
  - {person: Ana Lead, for: waal, lead: true, competences: [human_rights_law, reverse_engineering], signed_on: '2025-12-28',
     holdings: none, services: none, employment: none, gifts: none}
  - {person: Rui Reader, for: minho, competences: [country_expertise], signed_on: '2026-01-02',
     holdings: none, services: none, employment: none, gifts: none}
legal_findings: [{source: Codigo Procesal Penal art. 222, text: a judge authorises}]
rule_of_law:
  dated: '2026-01-15'
  core_indices: 4
  tiers: [T1, T2]
  sensitivity_printed: yes
  indices: [{index: wgi_rl, year: 2024, vintage: '2025', value: '1.0'}]
monitoring: {in_contract: yes, kill_switch_in_contract: yes, alive: yes}
summaries: {en: A summary., es: Un resumen.}
comment_channel: {address: 'https://register.example/comments', anonymous: yes, without_account: yes, over_tor: yes}
conditions: none
conclusion: With the safeguards above the sale can go on.
";

const WAAL: u8 = 2;
const PANEL: u8 = 3;
const MINHO: u8 = 5;
/// A judge by the roster, of the assessor's house.
const WAAL_JUDGE: u8 = 6;

struct Town {
    _directory: tempfile::TempDir,
    register: Register,
}

fn day(text: &str) -> Date {
    parse_date(text).unwrap()
}

impl Town {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut register = Register::init(&directory.path().join("r"), "register.example.org").unwrap();
        let of = |n: u8, role: &str, organisation: &str| {
            json!({"name": format!("member {n}"), "organisation": organisation, "key": seed(n).public(),
                   "roles": [role], "from": "2025-01-01"})
        };
        let members = vec![
            of(1, "registrar", "Registry"),
            of(WAAL, "assessor", "Waal Rights Assessors"),
            of(PANEL, "adjudicator", "Panel"),
            of(MINHO, "assessor", "Minho Institute"),
            of(WAAL_JUDGE, "adjudicator", "Waal Rights Assessors"),
        ];
        let signed = sign(RecordKind::Roster, roster(members), 1);
        let entry = NewEntry { signed: &signed, documents: BTreeMap::new(), withheld: BTreeSet::new() };
        register.append(&entry, &"2025-12-01T12:00:00Z".parse().unwrap()).unwrap();
        Self { _directory: directory, register }
    }

    fn append(
        &mut self,
        on: &str,
        by: u8,
        kind: RecordKind,
        about: &[&str],
        content: Value,
        documents: BTreeMap<DocumentName, Vec<u8>>,
    ) -> Result<Digest, RegisterFault> {
        let predicate = json!({
            "about": about, "by": {"name": "x"}, "date": on, "summary": "a record", "content": content,
        });
        let digests = documents.iter().map(|(name, bytes)| (name.clone(), Digest::of(bytes))).collect();
        let signed = SignedRecord::sign(kind, predicate, &digests, &seed(by)).unwrap();
        let entry = NewEntry { signed: &signed, documents, withheld: BTreeSet::new() };
        let time = format!("{on}T12:00:00Z").parse().unwrap();
        self.register.append(&entry, &time).map(|receipt| receipt.record)
    }

    /// A text of the assessment `id` for `end_user`, by the assessor `by`; a final with its draft.
    fn text(
        &mut self,
        on: &str,
        by: u8,
        id: &str,
        end_user: &str,
        draft: Option<Digest>,
    ) -> Result<Digest, RegisterFault> {
        self.text_filed("vendor:v", on, by, id, end_user, draft)
    }

    /// The same with a record that is filed under another vendor.
    fn text_filed(
        &mut self,
        vendor: &str,
        on: &str,
        by: u8,
        id: &str,
        end_user: &str,
        draft: Option<Digest>,
    ) -> Result<Digest, RegisterFault> {
        // the text says itself under which subjects it is filed
        let text = TEXT
            .replace("id: S-1", &format!("id: {}", id.trim_start_matches("assessment:")))
            .replace("{name: Kit,", "{name: Kit, subject: 'product:p',")
            .replace("{id: vendor,", "{id: vendor, subject: 'vendor:v',")
            .replace("{id: lab,", &format!("{{id: lab, subject: '{end_user}',"));
        let document = Assessment::parse(&text, "text.yaml").unwrap();
        let value = serde_json::to_value(&document).unwrap();
        let mut n = 0u64;
        let commitment = commit(&value, || {
            n += 1;
            *Digest::of(format!("{on} {n}").as_bytes()).as_bytes()
        })
        .unwrap();
        let public = serde_json::to_vec(&publish(&commitment, &[]).unwrap()).unwrap();
        let name: DocumentName = "assessment-public.json".parse().unwrap();
        let mut content = json!({
            "id": id, "version": 1, "status": "draft", "stage": "sale",
            "scope": {"vendor": vendor, "product": "product:p", "version": "4.1", "end_user": end_user, "country": "CL"},
            "question_set": {"id": "q", "sha256": Digest::of(b"q")},
            "assessors": [{"name": "x", "organisation": "y", "key": seed(by).public()}],
            "document": name, "declarations": [],
        });
        match draft {
            None => content["comment_until"] = "2026-12-31".into(),
            Some(draft) => {
                content["status"] = "final".into();
                content["draft"] = json!({"record": draft});
                content["valid_until"] = "2027-12-31".into();
            }
        }
        let about = [id, vendor, "product:p", end_user];
        self.append(on, by, RecordKind::Assessment, &about, content, BTreeMap::from([(name, public)]))
    }

    fn says(&mut self, on: &str, by: u8, kind: RecordKind, content: Value) -> Result<Digest, RegisterFault> {
        self.append(on, by, kind, &["assessment:a"], content, BTreeMap::new())
    }

    fn known(&self, on: &str) -> Assessed {
        assessed(&self.register, &self.register.replay().unwrap(), day(on)).unwrap()
    }

    fn state(&self, of: Digest, on: &str) -> State {
        let all = self.known(on);
        let found = all.all.iter().find(|a| a.record == of).unwrap();
        state_at(&found.events, day(on)).unwrap().event
    }

    fn draft_of(&self, of: Digest) -> Option<Date> {
        let all = self.known("2028-01-01");
        all.all.iter().find(|a| a.record == of).unwrap().draft_logged
    }
}

/// PUB-01: the text that was open for comments is this one.
#[test]
fn a_draft_serves_one_final_text_of_its_own_assessment() {
    let mut town = Town::new();
    let draft = town.text("2026-01-12", WAAL, "assessment:a", "operator:lab", None).unwrap();
    // another deal, which nobody has seen; another's text; then its own, once
    let other = town.text("2026-03-01", WAAL, "assessment:b", "operator:secret", Some(draft)).unwrap();
    let elsewhere = town.text("2026-03-02", WAAL, "assessment:a", "operator:secret", Some(draft)).unwrap();
    let own = town.text("2026-03-03", WAAL, "assessment:a", "operator:lab", Some(draft)).unwrap();
    let again = town.text("2026-03-04", WAAL, "assessment:a", "operator:lab", Some(draft)).unwrap();
    assert_eq!(town.draft_of(other), None);
    assert_eq!(town.draft_of(elsewhere), None);
    assert_eq!(town.draft_of(own), Some(day("2026-01-12")));
    assert_eq!(town.draft_of(again), None, "a draft serves once");
}

#[test]
fn nobody_supersedes_another_house() {
    let mut town = Town::new();
    let draft = town.text("2026-01-12", WAAL, "assessment:a", "operator:lab", None).unwrap();
    let own = town.text("2026-03-01", WAAL, "assessment:a", "operator:lab", Some(draft)).unwrap();
    let theirs = town.text("2026-03-02", MINHO, "assessment:a", "operator:lab", Some(draft)).unwrap();
    assert_eq!(town.state(own, "2026-04-01"), State::Live);
    assert_eq!(town.draft_of(theirs), None, "the draft was another house's");
    // of the same house it is superseded
    let draft = town.text("2026-05-01", WAAL, "assessment:a", "operator:lab", None).unwrap();
    town.text("2026-06-05", WAAL, "assessment:a", "operator:lab", Some(draft)).unwrap();
    assert_eq!(town.state(own, "2026-06-06"), State::Superseded);
}

#[test]
fn what_was_revoked_does_not_come_back_on_a_draft_from_before() {
    for (kind, content) in [
        (
            RecordKind::Revocation,
            json!({"ground": "REV-01", "since": "2026-03-10", "void": "no", "reason": "r"}),
        ),
        (
            RecordKind::Suspension,
            json!({"trigger": "coup_or_emergency", "since": "2026-03-10", "reason": "r"}),
        ),
    ] {
        let mut town = Town::new();
        let first = town.text("2026-01-12", WAAL, "assessment:a", "operator:lab", None).unwrap();
        let second = town.text("2026-01-13", WAAL, "assessment:a2", "operator:lab", None).unwrap();
        let own = town.text("2026-03-01", WAAL, "assessment:a", "operator:lab", Some(first)).unwrap();
        let mut content = content;
        content["of"] = json!({"record": own});
        town.says("2026-03-10", PANEL, kind, content).unwrap();
        // under whatever id
        let again = town.text("2026-03-12", WAAL, "assessment:a2", "operator:lab", Some(second)).unwrap();
        assert_eq!(town.draft_of(again), None, "{kind}");
        // a draft that the public saw afterwards does
        let later = town.text("2026-03-13", WAAL, "assessment:a", "operator:lab", None).unwrap();
        let last = town.text("2026-04-20", WAAL, "assessment:a", "operator:lab", Some(later)).unwrap();
        assert_eq!(town.draft_of(last), Some(day("2026-03-13")));
    }
}

fn suspension(of: Digest, trigger: &str) -> Value {
    json!({"of": {"record": of}, "since": "2026-03-10", "trigger": trigger, "reason": "r"})
}

fn reinstatement(of: Digest) -> Value {
    json!({"of": {"record": of}, "since": "2026-03-12", "reason": "r"})
}

#[test]
fn it_lives_again_when_nothing_suspends_it_any_more() {
    let mut town = Town::new();
    let draft = town.text("2026-01-12", WAAL, "assessment:a", "operator:lab", None).unwrap();
    let own = town.text("2026-03-01", WAAL, "assessment:a", "operator:lab", Some(draft)).unwrap();
    let one =
        town.says("2026-03-10", PANEL, RecordKind::Suspension, suspension(own, "misuse_report")).unwrap();
    let two =
        town.says("2026-03-11", PANEL, RecordKind::Suspension, suspension(own, "coup_or_emergency")).unwrap();
    town.says("2026-03-12", PANEL, RecordKind::Reinstatement, reinstatement(one)).unwrap();
    assert_eq!(town.state(own, "2026-03-13"), State::Suspended, "the second stands");
    // by the assessor's own house nothing is lifted, whatever the record calls itself (CHG-02)
    town.says("2026-03-14", WAAL_JUDGE, RecordKind::Reinstatement, reinstatement(two)).unwrap();
    assert_eq!(town.state(own, "2026-03-15"), State::Suspended);
    town.says("2026-03-16", PANEL, RecordKind::Reinstatement, reinstatement(two)).unwrap();
    assert_eq!(town.state(own, "2026-03-17"), State::Live);
}

#[test]
fn an_upheld_challenge_suspends_until_something_follows_from_it() {
    let mut town = Town::new();
    let draft = town.text("2026-01-12", WAAL, "assessment:a", "operator:lab", None).unwrap();
    let own = town.text("2026-03-01", WAAL, "assessment:a", "operator:lab", Some(draft)).unwrap();
    let challenge = json!({"of": {"record": own}, "grounds": ["REV-01"], "text": "t"});
    let challenge = town.says("2026-03-05", 9, RecordKind::Challenge, challenge).unwrap();
    let decision = |outcome: &str, by: u8| {
        json!({"of": {"record": challenge}, "outcome": outcome, "reasons": "r",
               "panel": [{"name": "p", "organisation": "q", "key": seed(by).public()}]})
    };
    // the assessor's own house rejects it: no decision, and silence suspends after sixty days (CHG-06)
    town.says("2026-03-08", WAAL_JUDGE, RecordKind::ChallengeDecision, decision("rejected", WAAL_JUDGE))
        .unwrap();
    assert_eq!(town.state(own, "2026-05-04"), State::Live);
    assert_eq!(town.state(own, "2026-05-06"), State::Suspended);
    let upheld =
        town.says("2026-03-10", PANEL, RecordKind::ChallengeDecision, decision("upheld", PANEL)).unwrap();
    assert_eq!(town.state(own, "2026-03-09"), State::Live);
    assert_eq!(town.state(own, "2026-03-10"), State::Suspended);
    assert_eq!(town.state(own, "2026-06-01"), State::Suspended);
    town.says("2026-06-02", PANEL, RecordKind::Reinstatement, reinstatement(upheld)).unwrap();
    assert_eq!(town.state(own, "2026-06-03"), State::Live);
}

/// A record cannot name another vendor than its text: findings about the vendor would pass it by.
#[test]
fn a_record_filed_under_other_subjects_than_its_text_never_counts() {
    let mut town = Town::new();
    town.text_filed("vendor:nobody", "2026-01-12", WAAL, "assessment:a", "operator:lab", None).unwrap();
    town.text("2026-01-13", WAAL, "assessment:b", "operator:lab", None).unwrap();
    let known = town.known("2026-02-01");
    assert_eq!(known.all.iter().map(|a| a.id.as_str()).collect::<Vec<_>>(), ["assessment:b"]);
    let [refused] = known.unreadable.as_slice() else { panic!("{:?}", known.unreadable) };
    assert!(
        refused.why.contains("filed under the vendor `vendor:nobody`, and its text is of `vendor:v`"),
        "{}",
        refused.why
    );
}
