//! Proofs about the packs: every statement holds, and a defect that is put into a pack is found with a case that shows it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test says what it expects and what it skipped"
)]

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use countersign_case::{Case, Edit, Known};
use countersign_law::{Finding, Law, PackFiles, ProofResult, Scope, Session, embedded_files, verify};

struct Cvc5 {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Cvc5 {
    /// The solver, or `None` (and a word about it) where the machine has none; CI has to have it.
    fn start() -> Option<Self> {
        let program = std::env::var_os("CVC5").unwrap_or_else(|| "cvc5".into());
        let started = Command::new(program)
            .args(["--lang", "smt2", "--quiet", "--produce-models", "--incremental", "--tlimit-per=120000"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        match started {
            Ok(mut child) => {
                let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
                Some(Self { child, input, output: BufReader::new(output) })
            }
            Err(error) => {
                assert!(std::env::var_os("CI").is_none(), "cvc5 is missing ({error}), and CI may not skip");
                println!("skipped: there is no cvc5 ({error}); apt-get install cvc5");
                None
            }
        }
    }
}

impl Drop for Cvc5 {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Session for Cvc5 {
    fn send(&mut self, commands: &str) -> Result<(), String> {
        self.input.write_all(commands.as_bytes()).map_err(|e| e.to_string())
    }

    fn line(&mut self) -> Result<String, String> {
        let mut line = String::new();
        match self.output.read_line(&mut line) {
            Ok(0) => Err("the solver ended".to_owned()),
            Ok(_) => Ok(line),
            Err(e) => Err(e.to_string()),
        }
    }
}

fn known(law: &Law) -> Known {
    let questions = include_str!("../../../assessments/question-set.yaml");
    let ids: BTreeSet<String> =
        questions.lines().filter_map(|l| l.trim().strip_prefix("- id: ")).map(str::to_owned).collect();
    law.known(ids)
}

fn prove(law: &Law, only: &[&str]) -> Option<Vec<Finding>> {
    let mut solver = Cvc5::start()?;
    let scope = Scope { only: only.iter().map(|o| (*o).to_owned()).collect() };
    Some(verify(law, &known(law), &scope, &mut solver, &mut |_| {}).unwrap_or_else(|e| panic!("{e}")))
}

#[test]
#[ignore = "a minute of a solver; `countersign law verify` says the same, and names what is not proved"]
fn every_statement_about_the_packs_is_proved() {
    let law = Law::embedded().unwrap();
    let Some(findings) = prove(&law, &[]) else { return };
    let not: Vec<String> = findings
        .iter()
        .filter(|f| !f.is_proved())
        .map(|f| format!("{}/{} {}: {:?}", f.pack, f.id, f.text, f.result))
        .collect();
    assert!(not.is_empty(), "{}", not.join("\n"));
    let stated = embedded_files();
    for pack in stated.keys().filter_map(|p| p.strip_suffix("/invariants.toml")) {
        assert!(findings.iter().any(|f| f.pack == pack), "nothing is stated about {pack}");
    }
}

/// A defect: in which pack, what is replaced by what, and which statement finds it.
struct Defect {
    file: &'static str,
    from: &'static str,
    to: &'static str,
    found_by: &'static str,
    /// What else the slip changes, wherever it stands: a date that is not that of the inventory does not load, and one part
    /// of a rule would be covered by the others.
    also: &'static [(&'static str, &'static str, &'static str)],
}

const fn defect(file: &'static str, from: &'static str, to: &'static str, found_by: &'static str) -> Defect {
    Defect { file, from, to, found_by, also: &[] }
}

/// One or two for each pack: a condition is left out, an `unless` is, a date is widened, an outcome is softened.
const DEFECTS: [Defect; 29] = [
    defect(
        "us-ear/parties.cedar",
        "when { resource.list == \"DPL\" }\nwhen { resource.in_force }",
        "when { resource.list == \"DPL\" }\nwhen { resource.in_force && resource.days_listed < 90 }",
        "us-ear/denied-person",
    ),
    defect(
        "us-ear/exceptions.cedar",
        "unless {\n  resource.seat.groups.contains(\"A:6\") &&\n  ((",
        "unless {\n  ((",
        "us-ear/ace-government-end-user",
    ),
    Defect {
        also: &[
            ("us-ear/parties.cedar", "@until(\"2025-11-09\")", "@until(\"2025-11-30\")"),
            // the stay begins when the rule ends, so that it hides nothing
            ("us-ear/parties.cedar", "@stayed(\"2025-11-10 ", "@stayed(\"2025-12-01 "),
            ("rule-ids.csv", "2025-09-29,2025-11-09,verified", "2025-09-29,2025-11-30,verified"),
        ],
        ..defect(
            "us-ear/parties.cedar",
            "@until(\"2025-11-09\")\n@outcome",
            "@until(\"2025-11-30\")\n@outcome",
            "us-ear/affiliates-dates",
        )
    },
    defect(
        "us-ofac/blocking.cedar",
        "when { resource.blocked_by_ofac }\nwhen { context.ofac_jurisdiction }\nwhen { resource.dealt_with };",
        "when { resource.blocked_by_ofac }\nwhen { context.ofac_jurisdiction }\nwhen { true };",
        "us-ofac/blocking-conditions-owned",
    ),
    defect(
        "us-ofac/blocking.cedar",
        "when { resource.ofac.percent.greaterThanOrEqual(decimal(\"50.0\")) };\n\n@id(\"OFAC-FAQ-399\")",
        "when { resource.ofac.percent.greaterThan(decimal(\"50.0\")) };\n\n@id(\"OFAC-FAQ-399\")",
        "us-ofac/half-owned",
    ),
    defect(
        "us-cmic/securities.cedar",
        "\nunless { context.deal.kind == \"divestment\" && resource.days_listed <= 365 };",
        "\nunless { false };",
        "us-cmic/divestment",
    ),
    defect(
        "us-cmic/securities.cedar",
        "@in_force(\"2021-08-02\")",
        "@part(\"x\")\n@in_force(\"2021-06-03\")",
        "us-cmic/only-after-sixty-days",
    ),
    defect(
        "us-outbound/investment.cedar",
        "\"intended_military\", \"intended_mass_surveillance\"]) }\nunless { context.deal.publicly_traded }\n",
        "\"intended_military\", \"intended_mass_surveillance\"]) }\nunless { false }\n",
        "us-outbound/prohibition-conditions",
    ),
    defect(
        "us-outbound/investment.cedar",
        "\"intended_military\", \"intended_mass_surveillance\"]",
        "\"intended_military\"]",
        "us-outbound/mass-surveillance-ai",
    ),
    defect(
        "us-eo14093/spyware.cedar",
        "unless { context.eo14093.remediation.given && context.eo14093.remediation.claimed && context.eo14093.remediation.accepted_by_agency_head }\n",
        "unless { false }\n",
        "us-eo14093/remediation-accepted",
    ),
    defect(
        "us-eo14093/spyware.cedar",
        "when { context.eo14093.waiver.months <= 12 }\n",
        "",
        "us-eo14093/waiver-terms",
    ),
    defect("us-eo14093/spyware.cedar", "notice_days >= 7 ||", "notice_days >= 5 ||", "us-eo14093/seven-days"),
    defect(
        "us-ear/ccl.cedar",
        "@id(\"EAR-742.7a2\")",
        "@id(\"EAR-742.13\")\n@cite(\"15 CFR 742.13\")\n@part(\"canada\")\n@reviews(\"EAR-742.13\")\n@review(\"case_by_case\")\n@why(\"to Canada\")\npermit(principal, action in Action::\"movement\", resource is Case)\nwhen { context.destination.code == \"CA\" };\n\n@id(\"EAR-742.7a2\")",
        "us-ear/no-unordered-review",
    ),
    defect(
        "us-itar/boundary.cedar",
        "\nwhen { context.item.usml };",
        "\nwhen { true };",
        "us-itar/munitions-list",
    ),
    defect(
        "us-state/guidance.cedar",
        "when { resource.seat.code != \"US\" }\n",
        "",
        "us-state/foreign-government",
    ),
    defect(
        "eu-dur/general-authorisations.cedar",
        "when { context.destination.groups.contains(\"EU001\") }\n",
        "when { true }\n",
        "eu-dur/eu001-terms",
    ),
    defect(
        "eu-dur/articles.cedar",
        "@outcome(\"AUTHORISATION_REQUIRED\")\n@why(\"the authority informed the exporter that the cyber",
        "@outcome(\"NATIONAL_LAW_CHECK\")\n@why(\"the authority informed the exporter that the cyber",
        "eu-dur/told-by-the-authority",
    ),
    defect(
        "eu-dur/articles.cedar",
        "permit(principal, action == Action::\"supply\", resource is Case)\nwhen { context.item.kind.containsAny([\"goods\", \"software\", \"technology\"]) }",
        "permit(principal, action == Action::\"supply\", resource is Case)\nwhen { context.item.kind.containsAny([\"goods\"]) }",
        "eu-dur/supplied-abroad",
    ),
    defect(
        "eu-dur/articles.cedar",
        "unless { context.national_law.checked && !context.national_law.open.contains(\"EU-DUR-5.3\") };",
        "unless { context.national_law.checked };",
        "eu-dur/effect-not-told",
    ),
    defect(
        "eu-emfa/article4.cedar",
        "\nunless { context.emfa_safeguarded };",
        "\nunless { false };",
        "eu-emfa/safeguards",
    ),
    defect(
        "eu-sanc/freeze.cedar",
        "when { resource.eu.percent.greaterThanOrEqual(decimal(\"50.0\")) };\n\n@id(\"EU-SANC-OWN-PRE2024\")",
        "when { resource.eu.percent.greaterThan(decimal(\"50.0\")) };\n\n@id(\"EU-SANC-OWN-PRE2024\")",
        "eu-sanc/half-owned",
    ),
    defect(
        "uk-sanc/freeze.cedar",
        "when { resource.uk.percent.greaterThan(decimal(\"50.0\")) };",
        "when { resource.uk.percent.greaterThan(decimal(\"75.0\")) };",
        "uk-sanc/more-than-half",
    ),
    defect(
        "uk-dur/controls.cedar",
        "when { ![\"GB\", \"XI\"].contains(context.destination.code) };",
        ";",
        "uk-dur/leaves-great-britain",
    ),
    defect(
        "gate/assessment.cedar",
        "when { resource.months_since_logged > 12 };",
        "when { resource.months_since_logged > 24 };",
        "gate/sale-expiry",
    ),
    defect(
        "gate/assessment.cedar",
        "resource.publication.comment_days < 30 || resource.draft_days < 30) && !resource",
        "resource.publication.comment_days < 45 || resource.draft_days < 45) && !resource",
        "gate/thirty-days",
    ),
    defect(
        "jss/statement.cedar",
        "when { context.end_use.operational && (context.surveillance_tool || context.surveillance_capability) }\nwhen { [\"self\"",
        "when { context.surveillance_tool || context.surveillance_capability }\nwhen { [\"self\"",
        "jss/self-authorised",
    ),
    defect("pmc/code.cedar", "\"general_public\", ", "", "pmc/targeted-use"),
    defect(
        "pledge/pledge.cedar",
        "context.pledged.contains(\"PLEDGE-4\") && context.days_since_act > 90",
        "context.days_since_act > 90",
        "pledge/ninety-days",
    ),
    defect(
        "pledge/pledge.cedar",
        "when { ![\"GATE_PASS\", \"GATE_CONDITIONAL\"].contains(context.gate_verdict) };",
        "when { ![\"GATE_PASS\", \"GATE_CONDITIONAL\", \"GATE_INCOMPLETE\"].contains(context.gate_verdict) };",
        "pledge/pledged-assessment",
    ),
];

/// The defects that are tried: the first of each pack, or all of them with `COUNTERSIGN_DEFECTS=all`.
fn tried() -> Vec<&'static Defect> {
    let all = std::env::var_os("COUNTERSIGN_DEFECTS").is_some_and(|v| v == "all");
    let mut packs = BTreeSet::new();
    DEFECTS.iter().filter(|d| packs.insert(d.file.split('/').next().unwrap_or_default()) || all).collect()
}

/// Puts defects into the packs, one at a time, and asks only the statement that has to find each.
fn found(defects: &[&Defect]) {
    let sound = embedded_files();
    let good = Law::embedded().unwrap();
    for defect in defects {
        let mut files: PackFiles = sound.clone();
        let text = files.get_mut(defect.file).unwrap();
        let place = format!("{} {}", defect.file, defect.found_by);
        assert!(text.contains(defect.from), "the place of the defect is no longer there: {place}");
        *text = text.replacen(defect.from, defect.to, 1);
        for (file, from, to) in defect.also {
            let text = files.get_mut(*file).unwrap();
            assert!(text.contains(from), "the place of the defect is no longer there: {place}");
            *text = text.replace(from, to);
        }
        let law = Law::load(&files).unwrap_or_else(|e| panic!("{place}: {e}"));
        let Some(findings) = prove(&law, &[defect.found_by]) else { return };
        let broken = findings.iter().find_map(|f| match &f.result {
            ProofResult::Broken { case, shows } => Some((case, shows)),
            _ => None,
        });
        let Some((case, shows)) = broken else { panic!("{place}: not found: {findings:?}") };
        // what is shown is a case file, and the sound packs decide it otherwise than the defective ones, or cite otherwise
        let read =
            Case::parse(case, "counterexample", &known(&law)).unwrap_or_else(|e| panic!("{place}: {e}"));
        // a rule of the gate shows in a decision only where the gate is opted in
        let opted_in = Edit {
            set: vec![("gate".to_owned(), serde_json::json!({"opted_in": ["assessment"]}))],
            unset: Vec::new(),
        };
        let gated = read.edited(&opted_in, &known(&law)).unwrap();
        let differs = [&read, &gated].into_iter().any(|case| {
            let of = |law: &Law| serde_json::to_value(countersign_law::decide(law, case, &[])).unwrap();
            of(&good) != of(&law)
        });
        // an assessment that the act does not ask for, and a commitment of a state that never joined, are examined and shown
        // nowhere; the prover has replayed the rule on the case all the same
        let aside = ["gate/", "jss/", "pmc/", "pledge/"].iter().any(|pack| defect.file.starts_with(pack));
        let shown = differs || aside;
        assert!(shown, "{place}: both packs decide the case alike\n{shows}\n{case}");
    }
}

// in two halves, so that two processors share them

#[test]
fn a_defect_in_a_pack_is_found_with_a_case_that_shows_it() {
    let tried = tried();
    found(tried.get(..tried.len() / 2).unwrap());
}

#[test]
fn a_defect_in_another_pack_is_found_too() {
    let tried = tried();
    found(tried.get(tried.len() / 2..).unwrap());
}

#[test]
fn every_pack_with_statements_has_a_defect_that_is_tried() {
    let tried: BTreeSet<&str> = tried().iter().filter_map(|d| d.file.split('/').next()).collect();
    for path in embedded_files().keys() {
        if let Some(pack) = path.strip_suffix("/invariants.toml") {
            assert!(tried.contains(pack), "no defect is tried in {pack}");
        }
    }
}
