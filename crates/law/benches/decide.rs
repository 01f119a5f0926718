//! One decision in a running process, and loading the packs.

use countersign_case::{Case, Known};
use countersign_law::{Law, decide};

fn main() {
    divan::main();
}

/// The example of the case format: a US company supplies an Entity-Listed customer.
const CASE: &str = r"
schema: case/1
id: servers-for-nso
as_of: '2026-06-01'
action: supply
regimes: [US]
actor: basin
parties:
  - {id: basin, name: Cedar Basin Storage Inc., kind: organisation, roles: [supplier], country: US, body: [private],
     us_person: 'yes', listings: none, owners: none}
  - id: nso
    name: NSO Group
    kind: organisation
    roles: [purchaser, ultimate_consignee, end_user]
    country: IL
    body: [private]
    listings:
      - {list: EL, from: '2021-11-04', to: none, scope: all_items, review_policy: presumption_of_denial,
         footnotes: none, notice: 86 FR 60759}
    owners: none
item:
  kind: [goods, software]
  eccn: [EAR99]
  capabilities: [general_it]
  origin: US
  located_in: US
  usml: 'no'
  published: 'no'
destination: IL
transfer: {from: US, modes: [physical, electronic], deemed_export: 'no', released_for_standards: 'no', temporary: none}
end_use: {text: file storage, purposes: [general_it]}
knowledge: {authority_informed: none, exporter_aware: none, exporter_suspects: none}
due_diligence: {status: complete, red_flags: none}
licences: none
gate: {opted_in: none}
";

fn ready() -> (Law, Known, Case) {
    let Ok(law) = Law::embedded() else { std::process::exit(1) };
    let known = law.known(std::collections::BTreeSet::new());
    let Ok(case) = Case::parse(CASE, "bench", &known) else { std::process::exit(1) };
    (law, known, case)
}

#[divan::bench]
fn verdicts(bencher: divan::Bencher<'_, '_>) {
    let (law, _, case) = ready();
    bencher.bench(|| countersign_law::verdicts(&law, &case, &[]));
}

#[divan::bench]
fn with_counterfactuals(bencher: divan::Bencher<'_, '_>) {
    let (law, _, case) = ready();
    bencher.bench(|| decide(&law, &case, &[]));
}

#[divan::bench]
fn parse_the_case(bencher: divan::Bencher<'_, '_>) {
    let (_, known, _) = ready();
    bencher.bench(|| Case::parse(CASE, "bench", &known));
}

#[divan::bench]
fn load_the_packs() -> Option<Law> {
    Law::embedded().ok()
}
