//! Files of worked cases, in either form.

use countersign_case::{CaseError, LegalFile, ScenarioFile};
use countersign_operations::knowledge::Knowledge;

/// A file of worked cases: of the contract, or the packs' own short form.
pub(super) enum Worked {
    Scenarios(ScenarioFile),
    Legal(LegalFile),
}

pub(super) fn worked(text: &str, origin: &str, knowledge: &Knowledge) -> Result<Worked, CaseError> {
    let legal = text.lines().any(|l| l.strip_prefix("schema:").is_some_and(|s| s.trim() == "legal-tests/1"));
    if legal {
        LegalFile::parse(text, origin, &knowledge.known).map(Worked::Legal)
    } else {
        ScenarioFile::parse(text, origin, &knowledge.known).map(Worked::Scenarios)
    }
}
