//! The verdicts of the four kinds of norm (architecture: LAW, COMMITMENT, GATE; GUIDANCE gives none).

use crate::words;

words! {
    /// The verdict of one LAW regime, ordered from least to most severe (case format, section 8).
    LawVerdict {
        /// No rule of the regime requires anything.
        NotControlled => "NOT_CONTROLLED",
        /// Controlled, and a published general authorisation or exception covers it on conditions.
        GeneralAuthorisation => "GENERAL_AUTHORISATION",
        /// Controlled, and a licence held covers it.
        Authorised => "AUTHORISED",
        /// Nothing bites at this level; the law of the actor's state has to be checked.
        NationalLawCheck => "NATIONAL_LAW_CHECK",
        /// The stated end use would breach binding law.
        LegalConflict => "LEGAL_CONFLICT",
        /// A fact that decides is missing.
        Indeterminate => "INDETERMINATE",
        /// Tell the authority and wait.
        NotifyAndHold => "NOTIFY_AND_HOLD",
        /// A licence is needed first.
        AuthorisationRequired => "AUTHORISATION_REQUIRED",
        /// No ordinary licensing route.
        Prohibited => "PROHIBITED",
    }
}

words! {
    /// The verdict of the gates that were opted in, least severe first.
    GateVerdict {
        /// No gate was opted in, or it does not concern this act.
        NotApplicable => "NOT_APPLICABLE",
        /// Passed.
        Pass => "GATE_PASS",
        /// Passed on conditions.
        Conditional => "GATE_CONDITIONAL",
        /// Something is missing.
        Incomplete => "GATE_INCOMPLETE",
        /// Not to be done.
        Stop => "GATE_STOP",
    }
}

words! {
    /// The verdict of one family of commitments, for the actor's state, least severe first.
    CommitmentVerdict {
        /// The state had not joined, or the family has no rule for the act.
        NotBound => "NOT_BOUND",
        /// Every observable rule is met.
        Met => "COMMITMENT_MET",
        /// Neither met nor breached on what is known.
        AtRisk => "COMMITMENT_AT_RISK",
        /// A rule is breached.
        Breached => "COMMITMENT_BREACHED",
    }
}

words! {
    /// How a licensing authority says it reviews applications, mildest first. Several combine to the strictest.
    ReviewPolicy {
        /// Approval is presumed.
        PresumptionOfApproval => "presumption_of_approval",
        /// Each case on its merits.
        CaseByCase => "case_by_case",
        /// Denial is presumed.
        PresumptionOfDenial => "presumption_of_denial",
        /// Applications are denied as a rule.
        PolicyOfDenial => "policy_of_denial",
    }
}
