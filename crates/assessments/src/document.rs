//! The assessment as its assessor writes it: one YAML file, `assessment/1`.
//!
//! The names of its parts are those by which the table of what may never be withheld speaks of them
//! (`law/gate/tables/never-redact.csv`). An unknown key is an error with its line. What is not yet known is left out or
//! `unknown`; `none` means looked for and empty.

use countersign_model::{CountryCode, Digest};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::answer::{Answer, Fact, Value};
use crate::declaration::Declaration;
use crate::fault::DocumentFault;
use crate::impact::Impact;
use crate::participation::{CommentChannel, Disposition, Redaction};
use crate::question_set::Side;
use crate::words::{Checked, Day, PercentText};

/// The `schema` of an assessment.
pub const ASSESSMENT_SCHEMA: &str = "assessment/1";

/// The stage of an assessment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Stage {
    /// Development and placing on the market: a product version.
    D,
    /// A transaction: version, end user, country, chain.
    S,
}

/// What a party of the file is to the transaction. Independence is asked towards all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// The vendor, or a company of its group.
    VendorGroup,
    /// Between vendor and end user.
    Reseller,
    /// Who will use it.
    EndUser,
    /// A direct competitor of the vendor.
    Competitor,
    /// A security service of the destination.
    DestinationSecurityService,
    /// The government of the destination, or a body that it controls.
    DestinationGovernment,
    /// The government of the assessor's own country.
    HomeGovernment,
    /// The assessor, or a company of its group.
    AssessorGroup,
    /// The reviewer, or a company of its group.
    ReviewerGroup,
}

/// A party of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// Its id within the file.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where it is.
    pub country: CountryCode,
    /// Under which subject the register files it (`vendor:example`); without it, made of the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// What it is to the transaction.
    pub relation: Relation,
    /// Its beneficial owners, in words of the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beneficial_owners: Option<Checked<String>>,
}

/// The product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// Its name.
    pub name: String,
    /// Under which subject the register files it (`product:example`); without it, made of the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Id of the vendor among the parties.
    pub vendor: String,
    /// The version that was assessed.
    pub version: String,
    /// SHA-256 of its release manifest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release_manifest: Option<Digest>,
}

/// Who signs: an organisation and its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signatory {
    /// Id of the organisation among the parties.
    pub party: String,
    /// The public key, as `countersign key` prints it.
    pub key: String,
}

/// How the assessor was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Selection {
    /// By the register.
    RegisterAssigned,
    /// Drawn from the roster.
    RandomRoster,
    /// By public tender.
    PublicTender,
    /// By the vendor: not independent.
    VendorChoice,
    /// By the buyer: not independent.
    BuyerChoice,
}

impl Selection {
    /// The word of the case format.
    pub fn word(self) -> &'static str {
        match self {
            Self::RegisterAssigned => "register_assigned",
            Self::RandomRoster => "random_roster",
            Self::PublicTender => "public_tender",
            Self::VendorChoice => "vendor_choice",
            Self::BuyerChoice => "buyer_choice",
        }
    }
}

/// A year's share of the vendor group in the assessor's revenue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeeShare {
    /// The year.
    pub year: i16,
    /// The share, in percent.
    pub percent: PercentText,
}

/// What the assessment costs, who pays, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fees {
    /// Id of the party that pays.
    pub source: String,
    /// The amount, as text.
    pub amount: String,
    /// ISO 4217.
    pub currency: String,
    /// It does not depend on the findings.
    #[serde(default)]
    pub fixed: Fact,
    /// A part of it depends on success.
    #[serde(default)]
    pub success_element: Fact,
    /// SHA-256 of the receipt of the escrow, paid before the findings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escrow_receipt: Option<Digest>,
    /// The last two full years, older first.
    #[serde(default)]
    pub group_share: Vec<FeeShare>,
}

/// What the contract says on publishing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishingRight {
    /// The assessor may publish whatever the vendor says.
    #[serde(default)]
    pub unconditional: Fact,
    /// The vendor can stop or change what is published.
    #[serde(default)]
    pub vendor_veto: Fact,
    /// The words of the clause.
    #[serde(default)]
    pub clause: String,
}

/// Something that the assessor asked to see and did not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// What was refused.
    pub what: String,
    /// By which party.
    pub by: String,
    /// The questions that hang on it.
    #[serde(default)]
    pub questions: Vec<String>,
}

/// The days of the assessment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dates {
    /// The work began.
    pub started: Day,
    /// The assessor was chosen, as logged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selected: Option<Day>,
    /// The first day for comments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comments_open: Option<Day>,
    /// The last day for comments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comments_close: Option<Day>,
}

/// A tier of the rule of law (assessment method, section 3.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are the tiers; T1 is the best")]
pub enum RuleOfLawTier {
    T1,
    T2,
    T3,
    T4,
}

impl RuleOfLawTier {
    /// The tier of that name.
    pub(crate) fn of(name: &str) -> Option<Self> {
        [Self::T1, Self::T2, Self::T3, Self::T4].into_iter().find(|tier| format!("{tier:?}") == name)
    }
}

/// One index value, as the publisher gave it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndexValue {
    /// As the method of the countries names it: `wgi_rl`, `vdem_rule`, `fh_f`, `wjp` …
    pub index: String,
    /// The year that it describes.
    pub year: i16,
    /// The edition.
    pub vintage: String,
    /// The value, as text.
    pub value: String,
    /// The lower end of the interval, where one is published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<String>,
    /// The upper end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<String>,
}

/// The rule-of-law section of a stage S assessment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleOfLaw {
    /// The day of the section.
    pub dated: Day,
    /// Every index that was looked at.
    pub indices: Vec<IndexValue>,
    /// How many of them are core indices.
    pub core_indices: u8,
    /// The set of tiers reached by the sensitivity analysis.
    pub tiers: Vec<RuleOfLawTier>,
    /// The sensitivity analysis is printed in the assessment.
    #[serde(default)]
    pub sensitivity_printed: Fact,
    /// The analysis: what was varied, and the tier that it gave.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sensitivity: Vec<String>,
    /// The public reasons of a T4 exception.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub t4_exception: Option<String>,
}

/// What the contract says of monitoring, and whether it is alive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Monitoring {
    /// Monitoring is owed by contract.
    #[serde(default)]
    pub in_contract: Fact,
    /// So is the means to switch the tool off.
    #[serde(default)]
    pub kill_switch_in_contract: Fact,
    /// It works.
    #[serde(default)]
    pub alive: Fact,
}

/// A finding on the law of the end user's country.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LegalFinding {
    /// The statute or judgment.
    pub source: String,
    /// What follows.
    pub text: String,
}

/// An assessment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assessment {
    schema: String,
    /// Its id in the register.
    pub id: String,
    /// Its title.
    pub title: String,
    /// D or S.
    pub stage: Stage,
    /// For stage S: the seller's or the buyer's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub side: Option<Side>,
    /// What was assessed.
    pub product: Product,
    /// Everyone the assessment speaks of.
    pub parties: Vec<Party>,
    /// Id of the end user; stage S.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_user: Option<String>,
    /// The destination; stage S.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination: Option<CountryCode>,
    /// Ids of everyone between vendor and end user; stage S.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intermediaries: Option<Checked<String>>,
    /// Who assesses.
    pub assessor: Signatory,
    /// Who reviews.
    pub reviewer: Signatory,
    /// The days.
    pub dates: Dates,
    /// How the assessor was chosen.
    pub selection: Selection,
    /// What it costs.
    pub fees: Fees,
    /// What the contract says on publishing.
    #[serde(default)]
    pub publishing_right: PublishingRight,
    /// What was asked for and not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusals: Option<Checked<Refusal>>,
    /// The assessor is controlled by the destination's or its home government.
    #[serde(default)]
    pub government_control: Fact,
    /// One for each member of the team.
    pub declarations: Vec<Declaration>,
    /// Question id → answer.
    #[serde(default)]
    pub answers: IndexMap<String, Answer>,
    /// The impact register.
    #[serde(default)]
    pub impacts: Vec<Impact>,
    /// What the law of the country says; stage S.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub legal_findings: Vec<LegalFinding>,
    /// The rule of law; stage S.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule_of_law: Option<RuleOfLaw>,
    /// Monitoring; stage S.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monitoring: Option<Monitoring>,
    /// Language → summary.
    #[serde(default)]
    pub summaries: IndexMap<String, String>,
    /// Where people can comment.
    #[serde(default)]
    pub comment_channel: CommentChannel,
    /// Why the time for comments is shorter than 30 days; published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub urgent_reason: Option<String>,
    /// What became of each comment; in the final text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub comments: Vec<Disposition>,
    /// What is still to be done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conditions: Option<Checked<String>>,
    /// What the assessor concludes.
    #[serde(default)]
    pub conclusion: String,
    /// What is withheld.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub redactions: Vec<Redaction>,
}

impl Assessment {
    /// Reads an assessment; `origin` names it in errors.
    pub fn parse(text: &str, origin: &str) -> Result<Self, DocumentFault> {
        let read: Self = serde_saphyr::from_str(text).map_err(|error| DocumentFault::yaml(origin, &error))?;
        read.check(origin)?;
        Ok(read)
    }

    /// Reads the JSON form, as it is committed to.
    pub fn from_json(value: &serde_json::Value, origin: &str) -> Result<Self, DocumentFault> {
        let read: Self = serde_json::from_value(value.clone())
            .map_err(|error| DocumentFault::new(origin, error.to_string()))?;
        read.check(origin)?;
        Ok(read)
    }

    /// The side whose questions are asked.
    pub fn side(&self) -> Side {
        match self.stage {
            Stage::D => Side::Develop,
            Stage::S => self.side.unwrap_or(Side::Sell),
        }
    }

    /// The party with this id.
    pub fn party(&self, id: &str) -> Option<&Party> {
        self.parties.iter().find(|party| party.id == id)
    }

    /// The name of the party with this id; the id itself where there is none.
    pub(crate) fn name_of<'a>(&'a self, id: &'a str) -> &'a str {
        self.party(id).map_or(id, |party| party.name.as_str())
    }

    /// What must hold for the file to mean anything: its schema, and that every id leads somewhere.
    fn check(&self, origin: &str) -> Result<(), DocumentFault> {
        let fault = |message: String| Err(DocumentFault::new(origin, message));
        if self.schema != ASSESSMENT_SCHEMA {
            return fault(format!("`schema` is `{}`; this program reads `{ASSESSMENT_SCHEMA}`", self.schema));
        }
        if self.id.is_empty() || !self.id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b)) {
            return fault(format!("`id: {}`: use letters, digits, `-`, `.` and `_`", self.id));
        }
        if self.side == Some(Side::Develop) || (self.stage == Stage::D && self.side.is_some()) {
            return fault("`side` is `sell` or `procure`, and only for stage S".into());
        }
        for (n, party) in self.parties.iter().enumerate() {
            if self.parties.iter().take(n).any(|other| other.id == party.id) {
                return fault(format!("the party `{}` stands twice in `parties`", party.id));
            }
        }
        for (place, id) in self.references() {
            if self.party(id).is_none() {
                return fault(format!(
                    "`{place}` names `{id}`, which is none of the `parties`; add it there"
                ));
            }
        }
        // a public version tells lists from maps by their keys
        let is_number = |key: &str| !key.is_empty() && key.bytes().all(|b| b.is_ascii_digit());
        let columns = self.answers.iter().flat_map(|(id, answer)| {
            let rows = match &answer.answer {
                Value::Rows(rows) => rows.as_slice(),
                _ => &[],
            };
            rows.iter().flat_map(move |row| row.keys().map(move |key| (id.as_str(), key.as_str())))
        });
        let languages = self.summaries.keys().map(|key| ("summaries", key.as_str()));
        if let Some((place, key)) = columns.chain(languages).find(|(_, key)| is_number(key)) {
            return fault(format!("`{place}`: `{key}` is a number; begin the key with a letter"));
        }
        for (n, redaction) in self.redactions.iter().enumerate() {
            if self.redactions.iter().take(n).any(|other| other.path == redaction.path) {
                return fault(format!("`{}` is withheld twice", redaction.path));
            }
        }
        Ok(())
    }

    /// Every id of a party that the file uses, with where.
    fn references(&self) -> Vec<(String, &str)> {
        let mut all: Vec<(String, &str)> = vec![
            ("product.vendor".into(), &self.product.vendor),
            ("assessor.party".into(), &self.assessor.party),
            ("reviewer.party".into(), &self.reviewer.party),
            ("fees.source".into(), &self.fees.source),
        ];
        all.extend(self.end_user.iter().map(|id| ("end_user".to_owned(), id.as_str())));
        let between = self.intermediaries.iter().flat_map(Checked::members);
        all.extend(between.map(|id| ("intermediaries".to_owned(), id.as_str())));
        for refusal in self.refusals.iter().flat_map(Checked::members) {
            all.push(("refusals.by".into(), &refusal.by));
        }
        for declaration in &self.declarations {
            let at = |key: &str| format!("declarations[{}].{key}", declaration.person);
            all.push((at("for"), &declaration.organisation));
            all.extend(declaration.holdings.members().iter().map(|h| (at("holdings.in"), h.party.as_str())));
            all.extend(declaration.services.members().iter().map(|w| (at("services.for"), w.party.as_str())));
            all.extend(
                declaration.employment.members().iter().map(|w| (at("employment.for"), w.party.as_str())),
            );
            all.extend(declaration.gifts.members().iter().map(|g| (at("gifts.from"), g.from.as_str())));
        }
        all
    }
}
