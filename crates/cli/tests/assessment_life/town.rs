//! A register, everybody's keys, and a clock that tests set.

use std::cell::Cell;
use std::process::Command;

use super::common::{self, Desk, Ran};

/// A register and everybody's keys.
pub(crate) struct Town {
    pub(crate) desk: Desk,
    /// Calls so far: every call starts a minute after the one before, since a register refuses a clock that goes back
    /// and a slow call may have written its entry a second or two after its start.
    calls: Cell<u32>,
}

impl Town {
    pub(crate) fn new() -> Self {
        Self { desk: Desk::new(), calls: Cell::new(0) }
    }

    /// Makes the keys of some people, a register with the accreditations that they have, and gives the public keys.
    pub(crate) fn begin(&self, people: &[(&str, &str, &str)]) -> Vec<String> {
        self.key("registrar");
        let keys = people.iter().map(|(who, ..)| self.key(who)).collect::<Vec<_>>();
        let (register, registrar) = (self.path("register"), self.path("registrar.key"));
        let init =
            ["register", "init", &register, "--origin", "register.example.org", "--keeper", "Registry"];
        let more = ["--key", &registrar, "--funder", "A foundation"];
        self.on("2025-12-01", &[&init[..], &more].concat()).expect(0);
        for ((who, organisation, role), key) in people.iter().zip(&keys) {
            if !role.is_empty() {
                self.accredit(who, organisation, key, role);
            }
        }
        keys
    }

    /// The example, with these keys of assessor and reviewer, as a file.
    pub(crate) fn example(&self, name: &str, assessor: (&str, &str), reviewer: (&str, &str)) -> String {
        let example = common::root().join("examples/assessments/kit-cl.yaml");
        let mut text = std::fs::read_to_string(example).unwrap();
        for (place, (party, key)) in [("assessor", assessor), ("reviewer", reviewer)] {
            let at = text.find(&format!("\n{place}: {{")).unwrap() + 1;
            let line = text[at..].lines().next().unwrap().to_owned();
            text = text.replace(&line, &format!("{place}: {{party: {party}, key: '{key}'}}"));
        }
        self.write(name, &text)
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.desk.path(name).display().to_string()
    }

    /// Runs the program on a day, after noon.
    pub(crate) fn on(&self, day: &str, args: &[&str]) -> Ran {
        let inner = self.desk.command(args);
        let mut outer = Command::new("faketime");
        let minutes = self.calls.get();
        self.calls.set(minutes + 1);
        outer
            .arg(format!("{day} {}:{:02}:00", 12 + minutes / 60, minutes % 60))
            .arg(inner.get_program())
            .args(inner.get_args());
        for (key, value) in inner.get_envs() {
            if let Some(value) = value {
                outer.env(key, value);
            }
        }
        outer.env("COUNTERSIGN_REGISTER", self.path("register")).env("TZ", "UTC");
        if let Some(dir) = inner.get_current_dir() {
            outer.current_dir(dir);
        }
        // faketime names its memory by its process id; where a killed one left that name behind, it ends before it runs anything
        let taken = |output: &std::process::Output| {
            let said = String::from_utf8_lossy(&output.stderr);
            said.contains("faketime") && (said.contains("shm_open") || said.contains("sem_open"))
        };
        let mut output = outer.output().unwrap();
        for _ in 0..5 {
            if !taken(&output) {
                break;
            }
            output = outer.output().unwrap();
        }
        output.into()
    }

    pub(crate) fn key(&self, who: &str) -> String {
        let path = self.path(&format!("{who}.key"));
        let ran = self.on("2025-12-01", &["key", "new", "--name", who, "--out", &path]).expect(0);
        ran.out.trim().to_owned()
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// The digest that a call printed last on its first line.
    pub(crate) fn digest(ran: &Ran) -> String {
        ran.out.lines().next().unwrap().split_whitespace().last().unwrap().to_owned()
    }

    pub(crate) fn accredit(&self, who: &str, organisation: &str, key: &str, role: &str) {
        let text = format!(
            "kind: accreditation\nabout: [\"assessor:{who}\"]\nby: {{name: Registry}}\ndate: \"2025-12-01\"\n\
             summary: accredited\ncontent:\n  member: {{name: {who}, organisation: {organisation}, key: \"{key}\", \
             roles: [{role}], from: \"2025-12-01\"}}\n  standard: the roster's own\n"
        );
        let file = self.write(&format!("{who}.yaml"), &text);
        self.on("2025-12-02", &["register", "append", &file, "--key", &self.path("registrar.key")]).expect(0);
    }

    /// A finding about the end user of the sale with another tool. Gives the digest of its record.
    pub(crate) fn finding(&self, day: &str, conclusion: &str) -> String {
        let text = std::fs::read_to_string(common::root().join("examples/register/finding.yaml")).unwrap();
        let changes = [
            ("vendor:example-vendor", "vendor:other"),
            ("product:example-tool", "product:other"),
            ("operator:example-agency", "operator:laboratorio-de-evidencia-digital"),
            ("state: XA", "state: CL"),
            ("2026-11-25", day),
            ("2026-09-01", "2026-04-01"),
            ("2026-09-02", "2026-04-02"),
            ("2026-08-10", "2026-04-01"),
            ("2026-10-01", "2026-04-10"),
            ("\"2026-03-01\", until: \"2026-05-31\"", "\"2026-01-01\", until: \"2026-02-28\""),
            ("conclusion: confirmed", &format!("conclusion: {conclusion}")),
        ];
        let text = changes.iter().fold(text, |text, (from, to)| {
            assert!(text.contains(from), "{from}");
            text.replace(from, to)
        });
        let file = self.write(&format!("finding-{conclusion}.yaml"), &text);
        let source = format!("source-1.pdf={}", self.write("source.pdf", "%PDF"));
        let stix = format!("indicators.json={}", self.write("stix.json", INDICATORS));
        let key = self.path("finder.key");
        let append = ["register", "append", &file, "--key", &key, "--document", &source, "--document", &stix];
        let digest = Self::digest(&self.on(day, &append).expect(0));
        self.write(&format!("{conclusion}.digest"), &digest);
        digest
    }

    /// The digest of the finding that was made with that conclusion.
    pub(crate) fn probable(&self) -> String {
        std::fs::read_to_string(self.path("probable.digest")).unwrap()
    }

    pub(crate) fn gate(&self, as_of: &str, change: &[(&str, &str)]) -> (i32, serde_json::Value) {
        let mut text = CASE.to_owned();
        for (from, to) in change {
            assert!(text.contains(from), "{from}");
            text = text.replace(from, to);
        }
        let case = self.write("case.yaml", &text);
        let ran = self.on("2027-12-01", &["assess", "gate", "--for", &case, "--as-of", as_of, "--json"]);
        (ran.code, ran.json())
    }
}

const CASE: &str = "
schema: case/1
id: kit
title: Extraction kits for a laboratory
as_of: '2026-04-15'
action: export
regimes: [EU]
actor: amstel
parties:
  - {id: amstel, name: Amstel Device Lab BV, kind: organisation, roles: [exporter, vendor], country: NL, body: [private],
     listings: none, owners: none}
  - {id: lab, name: Laboratorio de Evidencia Digital, kind: state_body, country: CL, body: [police],
     roles: [purchaser, ultimate_consignee, end_user], listings: none, owners: none}
item:
  kind: [goods]
  version: '4.1'
  annex_codes: [5A004.b]
  limbs: {5A004.b: {extracts_raw_data: 'yes', circumvents_authentication: 'yes'}}
  exclusion_facts: none
  located_in: NL
  origin: NL
destination: CL
";

const INDICATORS: &str = r#"{"type":"bundle","id":"bundle--44af6c39-c09b-49c5-9de2-394224b04982","objects":[
{"type":"indicator","spec_version":"2.1","id":"indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
"created":"2026-04-01T00:00:00Z","modified":"2026-04-01T00:00:00Z","valid_from":"2026-04-01T00:00:00Z",
"pattern":"[domain-name:value = 'collector.example']","pattern_type":"stix"}]}"#;

pub(crate) fn faketime_is_there() -> bool {
    let there = Command::new("faketime").arg("--version").output().is_ok_and(|o| o.status.success());
    if !there {
        assert!(std::env::var_os("CI").is_none(), "faketime is not installed; .ci/run installs it");
        eprintln!("skipped: faketime is not installed");
    }
    there
}

/// The stage D assessment of the same product, out of the text of stage S.
pub(crate) fn stage_d(text: &str) -> String {
    let set = countersign_assessments::QuestionSet::embedded().unwrap();
    let develop =
        |id: &str| set.get(id).is_some_and(|q| q.is_asked_of(countersign_assessments::Side::Develop));
    let drop_keys = ["side:", "end_user:", "destination:", "intermediaries:", "monitoring:"];
    let mut out = Vec::new();
    let mut skip = false;
    for line in text.lines() {
        let top = !line.starts_with(' ') && !line.starts_with('#') && !line.is_empty();
        if top {
            skip = line.starts_with("legal_findings:") || line.starts_with("rule_of_law:");
        }
        let id = line.trim_start().split(':').next().unwrap_or_default();
        let other_question = line.starts_with("  ") && set.get(id).is_some() && !develop(id);
        if skip || other_question || drop_keys.iter().any(|k| line.starts_with(k)) {
            continue;
        }
        out.push(line.replace("stage: S", "stage: D").replace("id: kit-cl", "id: kit-4.1"));
    }
    out.join("\n") + "\n"
}
