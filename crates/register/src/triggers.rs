//! What suspends an assessment when nobody acts on it (assessment method, section 7): a new major version, a change of
//! control, a coup or a state of emergency, a report of misuse, a sanctions listing, the repeal of the law, the loss of
//! oversight, a vendor that blocks monitoring, a reseller that nobody assessed. Within ten days an adjudicator acts on it;
//! where nobody does, the assessment counts as suspended from the eleventh on. Silence never keeps it live.
//!
//! Where the register holds the fact itself, it is found there: the assessment of another major version of the same
//! product. What only people can see comes as a *finding* whose claim says what it `reports`. Only findings force a
//! suspension, since only they are signed by an investigator or assessor on a roster; an incident, which anyone can sign,
//! is shown beside them: else anyone could suspend anything.

use std::collections::BTreeMap;

use countersign_assessments::Report;
use countersign_model::{Date, Digest};
use countersign_verify::records::{
    AssessmentScope, Claim, Conclusion, Content, EvidenceTier, Outcome, StateCode, SubjectId, Trigger,
};
use countersign_verify::{PublicKey, Signer};

use crate::entry::{Entry, day_of};
use crate::filed::slug;
use crate::interested::{Interested, house};
use crate::replay::Replay;

/// A report that touches an assessment: a finding, an incident, or another assessment that tells of a new version.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TriggerReport {
    /// The index of its entry.
    pub index: u64,
    /// The digest of its record.
    pub record: Digest,
    /// What it reports.
    pub trigger: Trigger,
    /// When it was logged.
    pub logged: Date,
    /// What an investigation found; `None` for an incident that nobody investigated.
    pub conclusion: Option<Conclusion>,
    /// It is a record of the register that shows the fact by itself.
    pub of_record: bool,
    /// How good the evidence is.
    pub tier: EvidenceTier,
    /// What it is about and what it says, in a line.
    pub text: String,
    /// It touches the scope as its trigger asks: for misuse, the product or the end user.
    pub touches: bool,
    /// It is about the product, or about the vendor's tools without saying which.
    pub of_product: bool,
    /// The end user of the assessment is the operator.
    pub of_end_user: bool,
    /// When a dispute ended with the record withdrawn.
    pub withdrawn: Option<Date>,
    /// A dispute was filed and is not decided.
    pub disputed: bool,
}

impl TriggerReport {
    /// Whether it forces a suspension: a finding that touches the scope and confirms, or finds probable, on evidence E3 or
    /// better; or a record that shows the fact by itself.
    pub fn forces(&self) -> bool {
        self.touches && self.is_credible() && (self.conclusion.is_some() || self.of_record)
    }

    /// Whether it is of misuse, which an assessor has to answer to.
    pub fn is_misuse(&self) -> bool {
        self.trigger.is_misuse()
    }

    /// Whether it was withdrawn by `day`.
    pub fn is_withdrawn(&self, day: Date) -> bool {
        self.withdrawn.is_some_and(|withdrawn| withdrawn <= day)
    }

    /// As an assessor has to answer to it.
    pub fn to_answer(&self) -> Report {
        Report {
            record: self.record,
            label: self.label(),
            text: self.text.clone(),
            of_product: self.of_product,
            of_end_user: self.of_end_user,
        }
    }

    /// What it is, in a line: `entry 7, confirmed finding, E3`.
    pub fn label(&self) -> String {
        let kind = match self.conclusion {
            _ if self.of_record => "assessment of another version".to_owned(),
            Some(conclusion) => format!("{} finding", conclusion.as_str()),
            None => "incident, not investigated".to_owned(),
        };
        let what = match self.trigger {
            Trigger::MisuseReport => String::new(),
            other => format!(", {}", other.as_str()),
        };
        format!("entry {}, {kind}{what}, {}", self.index, self.tier.as_str())
    }

    /// Whether the evidence is E3 or better, and an investigation did not leave it open or refute it.
    pub fn is_credible(&self) -> bool {
        self.tier <= EvidenceTier::E3
            && matches!(self.conclusion, None | Some(Conclusion::Confirmed | Conclusion::Probable))
    }
}

/// What a search asks for: the same product, the same vendor without a product, the same end user, the same country.
#[derive(Debug, Clone, Copy, Default)]
pub struct Touched<'a> {
    /// The vendor.
    pub vendor: Option<&'a SubjectId>,
    /// The product.
    pub product: Option<&'a SubjectId>,
    /// The end user, for a sale.
    pub end_user: Option<&'a SubjectId>,
    /// The country of use, for a sale.
    pub country: Option<&'a StateCode>,
    /// The version of the product.
    pub version: Option<&'a str>,
    /// Resellers and brokers.
    pub intermediaries: &'a [SubjectId],
}

impl<'a> Touched<'a> {
    /// What an assessment of this scope is touched by.
    pub fn by(scope: &'a AssessmentScope) -> Self {
        Self {
            vendor: Some(&scope.vendor),
            product: Some(&scope.product),
            end_user: scope.end_user.as_ref(),
            country: scope.country.as_ref(),
            version: Some(scope.version.as_str()),
            intermediaries: &scope.intermediaries,
        }
    }

    /// Whether a record that reports something is about what that trigger is about.
    fn triggered(&self, claim: &Claim, about: &[SubjectId]) -> bool {
        let vendor = self.vendor == Some(&claim.vendor);
        let no_other_operator = claim.operator.is_none() || self.of_end_user(claim);
        let in_country = self.country.is_some() && claim.state.as_ref() == self.country;
        match claim.reports {
            Trigger::MisuseReport => self.of_product(claim) || self.of_end_user(claim),
            Trigger::NewMajorVersion => claim.product.is_some() && self.product == claim.product.as_ref(),
            Trigger::ChangeOfControlVendor => vendor,
            Trigger::ChangeOfControlEndUser => self.of_end_user(claim),
            // of the country; of one agency in it, where the record names one
            Trigger::CoupOrEmergency | Trigger::RepealOfLaw | Trigger::LossOfOversight => {
                in_country && no_other_operator
            }
            Trigger::SanctionsListing => {
                let party = |subject: &SubjectId| about.contains(subject);
                self.vendor.is_some_and(party)
                    || self.end_user.is_some_and(party)
                    || self.intermediaries.iter().any(party)
            }
            Trigger::VendorBlocksMonitoring | Trigger::UnassessedReseller => {
                self.of_product(claim) && no_other_operator
            }
        }
    }

    /// Whether another assessment is of a later major version of the same product.
    fn outdated_by(&self, other: &AssessmentScope) -> bool {
        let own = self.version.and_then(major);
        self.product == Some(&other.product)
            && self.vendor == Some(&other.vendor)
            && own.zip(major(other.version.as_str())).is_some_and(|(own, other)| own < other)
    }

    /// Whether a claim is about one of them.
    fn fits(&self, claim: &Claim) -> bool {
        let in_country = self.country.is_some() && claim.state.as_ref() == self.country;
        self.of_product(claim) || self.of_end_user(claim) || in_country
    }

    fn of_product(&self, claim: &Claim) -> bool {
        match &claim.product {
            Some(product) => self.product == Some(product),
            // of the vendor's tools, without saying which
            None => self.vendor == Some(&claim.vendor),
        }
    }

    fn of_end_user(&self, claim: &Claim) -> bool {
        self.end_user.is_some() && claim.operator.as_ref() == self.end_user
    }
}

/// The first number of a version: `4` of `4.2.1` and of `v4`. `None` where it does not begin with one.
fn major(version: &str) -> Option<u64> {
    let version = version.trim();
    let version = version.strip_prefix(['v', 'V']).unwrap_or(version);
    let digits = version.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

impl Replay {
    /// The findings and incidents logged by `known_at` that touch something, oldest first, with what became of them.
    pub fn trigger_reports(&self, touched: Touched<'_>, known_at: Date) -> Vec<TriggerReport> {
        let entries: Vec<(&Entry, &Signer)> =
            self.sound().filter(|(e, _)| day_of(&e.leaf.time) <= known_at).collect();
        reports(&entries, touched, None)
    }
}

/// Whether an outcome of a dispute is by one whom the disputed claim accuses: by the name of the organisation for which the
/// rosters know the signer, as the register files vendor and operator.
pub(crate) fn is_accused(claim: &Claim, key: &PublicKey, signer: &Signer) -> bool {
    let name = slug(&house(key, signer));
    claim.vendor.name() == name || claim.operator.as_ref().is_some_and(|operator| operator.name() == name)
}

/// The findings and incidents that touch something, oldest first, with what became of them. A dispute that was decided by one of
/// those who are accused, or who have a part in the assessment, is not decided.
pub(crate) fn reports(
    entries: &[(&Entry, &Signer)],
    touched: Touched<'_>,
    interested: Option<&Interested>,
) -> Vec<TriggerReport> {
    let mut disputes: BTreeMap<Digest, Digest> = BTreeMap::new();
    let mut found: Vec<TriggerReport> = Vec::new();
    let mut claims: BTreeMap<Digest, &Claim> = BTreeMap::new();
    for (entry, signer) in entries {
        let (claim, conclusion) = match &entry.record.content {
            Content::Assessment(other) if touched.outdated_by(&other.scope) => {
                found.push(TriggerReport {
                    index: entry.index,
                    record: entry.leaf.sha256,
                    trigger: Trigger::NewMajorVersion,
                    logged: day_of(&entry.leaf.time),
                    conclusion: None,
                    of_record: true,
                    tier: EvidenceTier::E2,
                    text: format!("version {} of {} is assessed", other.scope.version, other.scope.product),
                    touches: true,
                    of_product: true,
                    of_end_user: false,
                    withdrawn: None,
                    disputed: false,
                });
                continue;
            }
            Content::Finding(finding) => (&finding.claim, Some(finding.conclusion)),
            Content::Incident(incident) => (&incident.claim, None),
            Content::Dispute(dispute) => {
                if let Some(report) = found.iter_mut().find(|r| r.record == dispute.of.record) {
                    report.disputed = true;
                    disputes.insert(entry.leaf.sha256, report.record);
                }
                continue;
            }
            Content::DisputeOutcome(outcome) => {
                let of = disputes.get(&outcome.of.record);
                let accused = of
                    .and_then(|of| claims.get(of))
                    .is_some_and(|claim| is_accused(claim, &entry.signer, signer));
                if accused || interested.is_some_and(|of| of.signs(&entry.signer, signer)) {
                    continue;
                }
                if let Some(report) = found.iter_mut().find(|r| Some(&r.record) == of) {
                    report.disputed = false;
                    if outcome.outcome == Outcome::Withdrawn {
                        report.withdrawn.get_or_insert(day_of(&entry.leaf.time));
                    }
                }
                continue;
            }
            _ => continue,
        };
        claims.insert(entry.leaf.sha256, claim);
        let touches = touched.triggered(claim, &entry.record.head.about);
        if !touches && !touched.fits(claim) {
            continue;
        }
        found.push(TriggerReport {
            index: entry.index,
            record: entry.leaf.sha256,
            trigger: claim.reports,
            logged: day_of(&entry.leaf.time),
            conclusion,
            of_record: false,
            tier: claim.tier,
            text: entry.record.head.summary.to_string(),
            touches,
            of_product: touched.of_product(claim),
            of_end_user: touched.of_end_user(claim),
            withdrawn: None,
            disputed: false,
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(reports: Trigger, more: serde_json::Value) -> Claim {
        let mut value = serde_json::json!({
            "claim": "what happened", "vendor": "vendor:v", "period": {"from": "2026-02-01"},
            "targets": {"groups": ["unknown"]}, "tier": "E3", "sources": [], "protects_people": "yes",
            "reports": reports,
        });
        let (Some(value_map), serde_json::Value::Object(more)) = (value.as_object_mut(), more) else {
            panic!()
        };
        value_map.extend(more);
        serde_json::from_value(value).unwrap()
    }

    fn scope(version: &str) -> AssessmentScope {
        serde_json::from_value(serde_json::json!({
            "vendor": "vendor:v", "product": "product:p", "version": version, "end_user": "operator:agency",
            "country": "KZ", "intermediaries": ["vendor:reseller"],
        }))
        .unwrap()
    }

    /// Section 7, trigger by trigger: what each is about, and what is about somebody else.
    #[test]
    fn each_trigger_touches_what_it_is_about() {
        use Trigger as T;
        let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        let product = r#"{"product": "product:p"}"#;
        let other_product = r#"{"product": "product:q"}"#;
        let agency = r#"{"product": "product:q", "vendor": "vendor:w", "operator": "operator:agency"}"#;
        let country = r#"{"vendor": "vendor:w", "product": "product:q", "state": "KZ"}"#;
        let elsewhere = r#"{"product": "product:p", "state": "UZ"}"#;
        let other_agency = r#"{"product": "product:p", "state": "KZ", "operator": "operator:other"}"#;
        let other_vendor = r#"{"vendor": "vendor:w", "product": "product:q"}"#;
        for (trigger, yes, no) in [
            (T::NewMajorVersion, vec![product], vec![other_product, "{}", agency]),
            (T::ChangeOfControlVendor, vec!["{}", other_product], vec![other_vendor, agency]),
            (T::ChangeOfControlEndUser, vec![agency], vec![other_agency, product, country]),
            (T::CoupOrEmergency, vec![country], vec![elsewhere, other_agency, product]),
            (T::MisuseReport, vec![product, agency, "{}"], vec![other_product, country]),
            (T::RepealOfLaw, vec![country], vec![elsewhere, other_agency]),
            (T::LossOfOversight, vec![country], vec![elsewhere, other_agency]),
            (T::VendorBlocksMonitoring, vec![product, "{}"], vec![other_product, other_agency, agency]),
            (T::UnassessedReseller, vec![product, "{}"], vec![other_product, other_agency, agency]),
        ] {
            let scope = scope("4.2");
            let touched = Touched::by(&scope);
            for text in yes {
                assert!(touched.triggered(&claim(trigger, json(text)), &[]), "{trigger:?} {text}");
            }
            for text in no {
                assert!(!touched.triggered(&claim(trigger, json(text)), &[]), "{trigger:?} {text}");
            }
        }
        // a party is whom the record is about: vendor, end user, reseller; not the vendor's other customers
        let scope = scope("4.2");
        let touched = Touched::by(&scope);
        for (party, touches) in [
            ("vendor:v", true),
            ("operator:agency", true),
            ("vendor:reseller", true),
            ("vendor:w", false),
            ("operator:other", false),
        ] {
            let listed = claim(T::SanctionsListing, serde_json::json!({}));
            assert_eq!(touched.triggered(&listed, &[party.parse().unwrap()]), touches, "{party}");
        }
        // what no trigger is, is none: the ten of the method, each with its own word
        let words: std::collections::BTreeSet<&str> = T::ALL.iter().map(|t| t.as_str()).collect();
        assert_eq!(words.len(), 10);
        for trigger in T::ALL {
            let word = serde_json::to_value(trigger).unwrap();
            assert_eq!(word, trigger.as_str());
        }
    }

    /// A new major version, as the register itself shows it: an assessment of it.
    #[test]
    fn another_major_version_of_the_same_product_is_seen() {
        for (own, other, newer) in [
            ("4.2", "5.0", true),
            ("4.2", "v5", true),
            ("v4", "10.1-rc1", true),
            ("4.2", "4.3", false),
            ("4.2", "4.2", false),
            ("4.2", "3.9", false),
            ("4.2", "next", false),
            ("spring", "5", false),
        ] {
            let (own_scope, mut other_scope) = (scope(own), scope(other));
            assert_eq!(Touched::by(&own_scope).outdated_by(&other_scope), newer, "{own} and {other}");
            // for whichever customer; but of another product nothing follows
            other_scope.end_user = None;
            assert_eq!(Touched::by(&own_scope).outdated_by(&other_scope), newer, "{own} and {other}");
            other_scope.product = "product:q".parse().unwrap();
            assert!(!Touched::by(&own_scope).outdated_by(&other_scope));
        }
    }
}
