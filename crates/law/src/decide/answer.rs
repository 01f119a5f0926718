//! The answer: the first line that fits (case format, section 8).

use countersign_model::{Answer, CommitmentVerdict, GateVerdict, LawVerdict};

use crate::decision::{CommitmentFinding, GateFinding, RedFlag, RegimeVerdict};

/// The answer over all verdicts.
pub(super) fn derive(
    regimes: &[RegimeVerdict],
    gate: &GateFinding,
    commitments: &[CommitmentFinding],
    flags: &[RedFlag],
) -> Answer {
    let law = regimes.iter().map(|r| of_law(r.verdict)).max();
    let gate = match gate.verdict {
        GateVerdict::Stop => Answer::Stop,
        GateVerdict::Incomplete => Answer::Hold,
        GateVerdict::Conditional => Answer::Conditions,
        GateVerdict::Pass | GateVerdict::NotApplicable => Answer::Proceed,
    };
    let commitment = commitments.iter().filter(|c| c.binds_actor).map(|c| match c.verdict {
        CommitmentVerdict::Breached => Answer::Stop,
        CommitmentVerdict::AtRisk => Answer::Hold,
        CommitmentVerdict::Met | CommitmentVerdict::NotBound => Answer::Proceed,
    });
    // whether a flag is raised has to be known before anybody proceeds
    let open = flags.iter().any(|f| f.state == "open" || f.state == "unsettled");
    let guidance = if open { Answer::Conditions } else { Answer::Proceed };
    law.into_iter().chain([gate, guidance]).chain(commitment).max().unwrap_or(Answer::Hold)
}

fn of_law(verdict: LawVerdict) -> Answer {
    match verdict {
        LawVerdict::Prohibited => Answer::Stop,
        LawVerdict::AuthorisationRequired
        | LawVerdict::NotifyAndHold
        | LawVerdict::Indeterminate
        | LawVerdict::LegalConflict
        | LawVerdict::NationalLawCheck => Answer::Hold,
        LawVerdict::Authorised | LawVerdict::GeneralAuthorisation => Answer::Conditions,
        LawVerdict::NotControlled => Answer::Proceed,
    }
}

/// The answer where facts are open that no verdict shows: HOLD at least, unless a change settles every one of them.
pub(super) fn held(answer: Answer, open: &[String], settled: &[String]) -> Answer {
    if open.iter().all(|path| settled.contains(path)) { answer } else { answer.max(Answer::Hold) }
}
