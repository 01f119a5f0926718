//! What a tool was used for: incidents, findings, the answer of the accused, disputes.
//!
//! A register is public for ever. The people against whom a tool was used are never named in it: there is no field
//! for a name, groups are counted from five upwards, and texts with an e-mail address or a telephone number are
//! refused. That a name does not stand in a free text or in an attached file is for the one who signs to see to.

use serde::{Deserialize, Serialize};

use super::fields::{Day, Period, RecordRef, StateCode, SubjectId, Text, YesNo};
use super::{Part, Predicate};
use crate::leaf::DocumentName;

/// A smaller group could be recognised (assessment method, section 6.3).
const SMALLEST_GROUP: u64 = 5;
/// So many digits in a row, with the usual marks between them, are taken for a telephone number, an IMEI or an IMSI.
const TELEPHONE_DIGITS: usize = 9;

/// How good the evidence is (assessment method, section 1.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum EvidenceTier {
    /// The signer tested or inspected it.
    E1,
    /// A primary document.
    E2,
    /// A credible report of third parties, from two independent sources.
    E3,
    /// A statement by the vendor or the end user.
    E4,
}

impl EvidenceTier {
    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::E1 => "E1",
            Self::E2 => "E2",
            Self::E3 => "E3",
            Self::E4 => "E4",
        }
    }
}

/// What a record reports, of the events that force a suspension (assessment method, section 7).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// A new major version of the product.
    NewMajorVersion,
    /// Somebody else controls the vendor.
    ChangeOfControlVendor,
    /// Somebody else controls the agency that uses it.
    ChangeOfControlEndUser,
    /// A coup or a state of emergency in the country of use.
    CoupOrEmergency,
    /// The tool was used against people. What a record reports that says nothing else.
    #[default]
    MisuseReport,
    /// A party was put on a sanctions list.
    SanctionsListing,
    /// The law that authorised the use was repealed.
    RepealOfLaw,
    /// The body that oversaw the use is gone.
    LossOfOversight,
    /// The vendor blocks monitoring.
    VendorBlocksMonitoring,
    /// The tool was sold on, by a licence or a reseller that nobody assessed.
    UnassessedReseller,
}

impl Trigger {
    /// All of them, in the order of the method.
    pub const ALL: [Self; 10] = [
        Self::NewMajorVersion,
        Self::ChangeOfControlVendor,
        Self::ChangeOfControlEndUser,
        Self::CoupOrEmergency,
        Self::MisuseReport,
        Self::SanctionsListing,
        Self::RepealOfLaw,
        Self::LossOfOversight,
        Self::VendorBlocksMonitoring,
        Self::UnassessedReseller,
    ];

    /// The word in records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NewMajorVersion => "new_major_version",
            Self::ChangeOfControlVendor => "change_of_control_vendor",
            Self::ChangeOfControlEndUser => "change_of_control_end_user",
            Self::CoupOrEmergency => "coup_or_emergency",
            Self::MisuseReport => "misuse_report",
            Self::SanctionsListing => "sanctions_listing",
            Self::RepealOfLaw => "repeal_of_law",
            Self::LossOfOversight => "loss_of_oversight",
            Self::VendorBlocksMonitoring => "vendor_blocks_monitoring",
            Self::UnassessedReseller => "unassessed_reseller",
        }
    }

    /// Whether it is the default, which older records leave out.
    pub fn is_misuse(&self) -> bool {
        *self == Self::MisuseReport
    }
}

/// Against whom, as a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetGroup {
    /// Journalists.
    Journalists,
    /// Defenders of human rights.
    HumanRightsDefenders,
    /// Lawyers.
    Lawyers,
    /// Judges and prosecutors.
    Judiciary,
    /// Members of the opposition.
    PoliticalOpposition,
    /// Members of a government or a parliament.
    Officials,
    /// Diplomats.
    Diplomats,
    /// Members of a minority.
    Minority,
    /// Members of a religious community.
    ReligiousCommunity,
    /// Students and scholars.
    Academics,
    /// Relatives of targets.
    Relatives,
    /// Business people.
    Business,
    /// Everyone in a place.
    Population,
    /// Others.
    Other,
    /// It is not known.
    Unknown,
}

/// Against whom, never who.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Targets {
    /// The groups.
    pub groups: Vec<TargetGroup>,
    /// At least so many people; left out where there were fewer than five, or it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<u64>,
}

/// Where something was said or shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Who published it.
    pub publisher: Text,
    /// The title.
    pub title: Text,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_on: Option<Day>,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<Text>,
    /// The copy that was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy: Option<DocumentName>,
}

/// What kind of holder handed a file over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HolderKind {
    /// An organisation, which is named.
    Organisation,
    /// An investigator or an expert, who is named.
    Investigator,
    /// A court or an authority, which is named.
    Authority,
    /// A person who is protected and has no name here.
    ProtectedPerson,
}

/// Who had a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holder {
    /// What kind of holder.
    pub kind: HolderKind,
    /// The name; a protected person has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Text>,
}

impl Holder {
    fn check(&self) -> Result<(), String> {
        match (self.kind, &self.name) {
            (HolderKind::ProtectedPerson, Some(_)) => {
                Err("a protected person has a name in the custody; leave `name` out".to_owned())
            }
            (HolderKind::ProtectedPerson, None) | (_, Some(_)) => Ok(()),
            (_, None) => Err("a holder in the custody has no `name`".to_owned()),
        }
    }
}

/// A file passed from one to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Custody {
    /// When.
    pub day: Day,
    /// Who handed it over.
    pub from: Holder,
    /// Who took it.
    pub to: Holder,
    /// How: in person, by an encrypted upload.
    pub how: Text,
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileRole {
    /// A document.
    Document,
    /// The copy of a published source.
    Copy,
    /// The output of a forensic tool.
    ForensicOutput,
    /// Indicators as STIX 2 (OASIS), in JSON.
    Stix2,
}

/// A file that is kept by its SHA-256.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceFile {
    /// Its name beside the record.
    pub file: DocumentName,
    /// What it is.
    pub role: FileRole,
    /// What it shows.
    pub description: Text,
    /// The tool that made it, with its version. Required for the output of a forensic tool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool: Option<Text>,
    /// Through whose hands it went, the earliest first.
    pub custody: Vec<Custody>,
}

impl EvidenceFile {
    fn check(&self, date: Day) -> Result<(), String> {
        let fault = |why: String| Err(format!("file `{}`: {why}", self.file));
        if self.custody.is_empty() {
            return fault("`custody` does not say who handed it over, and when".to_owned());
        }
        if self.role == FileRole::ForensicOutput && self.tool.is_none() {
            return fault("`tool` does not say which tool made it".to_owned());
        }
        for step in &self.custody {
            step.from
                .check()
                .and_then(|()| step.to.check())
                .map_err(|why| format!("file `{}`: {why}", self.file))?;
            if step.day > date {
                return fault(format!(
                    "it was handed over on {}, after the day of the record {date}",
                    step.day
                ));
            }
        }
        for (earlier, later) in self.custody.iter().zip(self.custody.iter().skip(1)) {
            if later.day < earlier.day {
                return fault(format!("the custody goes back in time from {} to {}", earlier.day, later.day));
            }
            if later.from != earlier.to {
                return fault(format!(
                    "the custody has a gap: the one who handed it over on {} is not the one who took it on {}",
                    later.day, earlier.day
                ));
            }
        }
        Ok(())
    }
}

/// What is claimed, by whom it is supported, and how well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// The claim: what was done, with what.
    pub claim: Text,
    /// What it reports; left out for misuse. A report of something else is no misuse: it counts for suspensions only.
    #[serde(default, skip_serializing_if = "Trigger::is_misuse")]
    pub reports: Trigger,
    /// The vendor.
    pub vendor: SubjectId,
    /// The product, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<SubjectId>,
    /// Who used it, where known: an agency or a state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<SubjectId>,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<StateCode>,
    /// When.
    pub period: Period,
    /// Against whom.
    pub targets: Targets,
    /// How good the evidence is.
    pub tier: EvidenceTier,
    /// The published sources.
    pub sources: Vec<Source>,
    /// The files.
    #[serde(default)]
    pub files: Vec<EvidenceFile>,
    /// The signer confirms that everyone whose data led to the files agreed, and that nobody against whom the tool
    /// was used can be recognised from this record and its files.
    pub protects_people: YesNo,
}

impl Claim {
    fn check(&self, head: &Predicate) -> Result<(), String> {
        for (wanted, subject) in [("vendor", Some(&self.vendor)), ("product", self.product.as_ref())] {
            if let Some(subject) = subject.filter(|subject| subject.kind() != wanted) {
                return Err(format!("`{subject}` is no {wanted}; it must begin with `{wanted}:`"));
            }
        }
        if let Some(operator) = self.operator.as_ref().filter(|o| !matches!(o.kind(), "operator" | "state")) {
            return Err(format!("`{operator}` cannot be the operator; write `operator:…` or `state:…`"));
        }
        for subject in
            [Some(&self.vendor), self.product.as_ref(), self.operator.as_ref()].into_iter().flatten()
        {
            if !head.about.contains(subject) {
                return Err(format!("`about` does not name `{subject}`, so that a search would not find it"));
            }
        }
        if matches!(self.reports, Trigger::CoupOrEmergency | Trigger::RepealOfLaw | Trigger::LossOfOversight)
            && self.state.is_none()
        {
            return Err(format!("a `{}` is one of a country: say which in `state`", self.reports.as_str()));
        }
        if self.reports == Trigger::ChangeOfControlEndUser && self.operator.is_none() {
            return Err(
                "a `change_of_control_end_user` is one of an agency: say which in `operator`".to_owned()
            );
        }
        if head.about.iter().any(|subject| subject.kind() == "person") {
            return Err(
                "it must not be about a person: those against whom a tool was used are not named".to_owned()
            );
        }
        if self.protects_people == YesNo::No {
            return Err(
                "`protects_people` is not confirmed; nothing that can reveal a target goes in".to_owned()
            );
        }
        self.period.check()?;
        if self.targets.groups.is_empty() {
            return Err("`targets.groups` is empty; write `unknown` where it is not known".to_owned());
        }
        if self.targets.at_least.is_some_and(|count| count < SMALLEST_GROUP) {
            return Err(
                "fewer than five people are not counted: they could be recognised; leave `at_least` out"
                    .to_owned(),
            );
        }
        for file in &self.files {
            file.check(head.date)?;
        }
        self.tier_is_carried()?;
        let texts = [&self.claim, &head.summary].into_iter().chain(self.files.iter().map(|f| &f.description));
        for text in texts {
            no_contact(text.as_str())?;
        }
        for name in self.documents() {
            no_contact(name.as_str())?;
        }
        Ok(())
    }

    /// A tier asks for something that can be looked at.
    fn tier_is_carried(&self) -> Result<(), String> {
        let mut publishers: Vec<&str> = self.sources.iter().map(|source| source.publisher.as_str()).collect();
        publishers.sort_unstable();
        publishers.dedup();
        match self.tier {
            EvidenceTier::E1 if !self.files.iter().any(|f| f.role != FileRole::Copy) => {
                Err("E1 means tested or inspected, but no file of the test is attached".to_owned())
            }
            EvidenceTier::E2 if self.files.is_empty() => {
                Err("E2 means a primary document, but none is attached".to_owned())
            }
            EvidenceTier::E3 if publishers.len() < 2 => {
                Err("E3 means two independent sources, but there are not two publishers among `sources`"
                    .to_owned())
            }
            EvidenceTier::E4 if self.sources.is_empty() && self.files.is_empty() => {
                Err("neither a source nor a file is given".to_owned())
            }
            _ => Ok(()),
        }
    }

    fn documents(&self) -> Vec<&DocumentName> {
        self.files
            .iter()
            .map(|f| &f.file)
            .chain(self.sources.iter().filter_map(|s| s.copy.as_ref()))
            .collect()
    }
}

/// Refuses what identifies a person's account or telephone.
fn no_contact(text: &str) -> Result<(), String> {
    let address = text
        .split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | ',' | ';' | '(' | ')'))
        .any(|word| word.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.')));
    if address {
        return Err("a text holds an e-mail address; nothing that can reveal a target goes in".to_owned());
    }
    // runs of digits as people write numbers; a point divides sentences and dates as well
    let in_number = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '-' | '/' | '(' | ')');
    for run in text.split(|c| !in_number(c)) {
        let digits = run.bytes().filter(u8::is_ascii_digit).count();
        if digits >= TELEPHONE_DIGITS && !run.split_whitespace().all(is_date_or_year) {
            return Err(
                "a text holds what may be a telephone number; nothing that can reveal a target goes in"
                    .to_owned(),
            );
        }
    }
    Ok(())
}

/// Whether a word is a day written as `YYYY-MM-DD`, or a year.
fn is_date_or_year(word: &str) -> bool {
    let year = |word: &str| word.len() == 4 && (word.starts_with("19") || word.starts_with("20"));
    year(word) || countersign_model::parse_date(word).is_ok()
}

/// "This tool was used against …": what is said to have happened. Anyone may sign one, with any key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Incident {
    /// What is claimed.
    pub claim: Claim,
}

/// How sure an investigation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Conclusion {
    /// It happened.
    Confirmed,
    /// It is more likely than not.
    Probable,
    /// It may have happened.
    Possible,
    /// It did not happen.
    Refuted,
}

impl Conclusion {
    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Probable => "probable",
            Self::Possible => "possible",
            Self::Refuted => "refuted",
        }
    }
}

/// What an investigation found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// What was examined.
    pub claim: Claim,
    /// What was found.
    pub conclusion: Conclusion,
    /// How it was examined.
    pub method: Text,
    /// The incidents that it rests on.
    #[serde(default)]
    pub incidents: Vec<RecordRef>,
    /// When the accused were asked for an answer; a finding against somebody needs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accused_asked_on: Option<Day>,
}

impl Part for Incident {
    fn check(&self, head: &Predicate) -> Result<(), String> {
        self.claim.check(head)
    }

    fn documents(&self) -> Vec<&DocumentName> {
        self.claim.documents()
    }
}

impl Part for Finding {
    fn check(&self, head: &Predicate) -> Result<(), String> {
        self.claim.check(head)?;
        let against = matches!(self.conclusion, Conclusion::Confirmed | Conclusion::Probable);
        if against && self.claim.tier == EvidenceTier::E4 {
            return Err(
                "statements of vendor or user alone (E4) do not make a confirmed or probable finding"
                    .to_owned(),
            );
        }
        if against && self.accused_asked_on.is_none() {
            return Err(
                "`accused_asked_on` does not say when the accused were asked for an answer".to_owned()
            );
        }
        Ok(())
    }

    fn documents(&self) -> Vec<&DocumentName> {
        self.claim.documents()
    }

    fn refers_to(&self) -> Vec<&RecordRef> {
        self.incidents.iter().collect()
    }
}
