//! A listing: which official list names the party, since when, and what that does.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Date, ReviewPolicy};

/// The official lists by the codes of the case format (section 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ListCode {
    /// BIS Entity List, 15 CFR part 744 Supp. No. 4.
    #[serde(rename = "EL")]
    El,
    /// BIS Denied Persons List.
    #[serde(rename = "DPL")]
    Dpl,
    /// BIS Unverified List, 15 CFR part 744 Supp. No. 6.
    #[serde(rename = "UVL")]
    Uvl,
    /// BIS Military End-User List, 15 CFR part 744 Supp. No. 7.
    #[serde(rename = "MEU")]
    Meu,
    /// Military-intelligence end users named in 15 CFR 744.22.
    #[serde(rename = "MIEU")]
    Mieu,
    /// OFAC Specially Designated Nationals.
    #[serde(rename = "SDN")]
    Sdn,
    /// OFAC Sectoral Sanctions Identifications.
    #[serde(rename = "SSI")]
    Ssi,
    /// OFAC Chinese Military-Industrial Complex Companies.
    #[serde(rename = "NS-CMIC")]
    NsCmic,
    /// OFAC non-SDN menu-based sanctions.
    #[serde(rename = "NS-MBS")]
    NsMbs,
    /// OFAC correspondent and payable-through accounts.
    #[serde(rename = "CAP")]
    Cap,
    /// OFAC Palestinian Legislative Council.
    #[serde(rename = "PLC")]
    Plc,
    /// OFAC foreign sanctions evaders.
    #[serde(rename = "FSE")]
    Fse,
    /// State Department, AECA debarred (ITAR).
    #[serde(rename = "DTC")]
    Dtc,
    /// State Department, nonproliferation sanctions.
    #[serde(rename = "ISN")]
    Isn,
    /// EU consolidated financial sanctions.
    #[serde(rename = "EU-FSF")]
    EuFsf,
    /// UK Sanctions List.
    #[serde(rename = "UK-SL")]
    UkSl,
    /// UN Security Council consolidated list.
    #[serde(rename = "UN-SC")]
    UnSc,
    /// EU restrictive measures other than a freeze (sectoral annexes: export control, transport, finance).
    #[serde(rename = "EU-RM")]
    EuRm,
    /// UK Sanctions List, designations without an asset freeze (travel ban, transport, director disqualification).
    #[serde(rename = "UK-RM")]
    UkRm,
    /// Japan, METI Foreign End User List (concern about weapons of mass destruction or conventional arms).
    #[serde(rename = "JP-EUL")]
    JpEul,
    /// China, MOFCOM export-control list (no export of dual-use items).
    #[serde(rename = "CN-ECL")]
    CnEcl,
    /// China, MOFCOM unreliable entity list.
    #[serde(rename = "CN-UEL")]
    CnUel,
    /// China, MOFCOM attention list (end user or end use could not be verified).
    #[serde(rename = "CN-AL")]
    CnAl,
    /// The user's own deny list: not law, but a reason to stop and look.
    #[serde(rename = "OWN")]
    Own,
}

/// Who keeps an official list. Regimes read the lists of their own issuer, and the UN's where they give it effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Issuer {
    /// The United States.
    Us,
    /// The European Union.
    Eu,
    /// The United Kingdom.
    Uk,
    /// The UN Security Council.
    Un,
    /// Japan.
    Jp,
    /// China.
    Cn,
    /// The user's own organisation.
    Own,
}

impl ListCode {
    /// All lists, in the order of the case format.
    pub const ALL: [Self; 24] = [
        Self::El,
        Self::Dpl,
        Self::Uvl,
        Self::Meu,
        Self::Mieu,
        Self::Sdn,
        Self::Ssi,
        Self::NsCmic,
        Self::NsMbs,
        Self::Cap,
        Self::Plc,
        Self::Fse,
        Self::Dtc,
        Self::Isn,
        Self::EuFsf,
        Self::UkSl,
        Self::UnSc,
        Self::EuRm,
        Self::UkRm,
        Self::JpEul,
        Self::CnEcl,
        Self::CnUel,
        Self::CnAl,
        Self::Own,
    ];

    /// The code as written in a case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::El => "EL",
            Self::Dpl => "DPL",
            Self::Uvl => "UVL",
            Self::Meu => "MEU",
            Self::Mieu => "MIEU",
            Self::Sdn => "SDN",
            Self::Ssi => "SSI",
            Self::NsCmic => "NS-CMIC",
            Self::NsMbs => "NS-MBS",
            Self::Cap => "CAP",
            Self::Plc => "PLC",
            Self::Fse => "FSE",
            Self::Dtc => "DTC",
            Self::Isn => "ISN",
            Self::EuFsf => "EU-FSF",
            Self::UkSl => "UK-SL",
            Self::UnSc => "UN-SC",
            Self::EuRm => "EU-RM",
            Self::UkRm => "UK-RM",
            Self::JpEul => "JP-EUL",
            Self::CnEcl => "CN-ECL",
            Self::CnUel => "CN-UEL",
            Self::CnAl => "CN-AL",
            Self::Own => "OWN",
        }
    }

    /// Reads a code as written in a case.
    pub fn from_code(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|l| l.as_str() == text)
    }

    /// The list's name for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::El => "Entity List (BIS)",
            Self::Dpl => "Denied Persons List (BIS)",
            Self::Uvl => "Unverified List (BIS)",
            Self::Meu => "Military End-User List (BIS)",
            Self::Mieu => "military-intelligence end users of 15 CFR 744.22",
            Self::Sdn => "Specially Designated Nationals (OFAC)",
            Self::Ssi => "Sectoral Sanctions Identifications (OFAC)",
            Self::NsCmic => "Chinese Military-Industrial Complex Companies (OFAC)",
            Self::NsMbs => "Non-SDN Menu-Based Sanctions (OFAC)",
            Self::Cap => "CAPTA List (OFAC)",
            Self::Plc => "Palestinian Legislative Council List (OFAC)",
            Self::Fse => "Foreign Sanctions Evaders (OFAC)",
            Self::Dtc => "AECA Debarred (State Department)",
            Self::Isn => "Nonproliferation Sanctions (State Department)",
            Self::EuFsf => "EU financial sanctions",
            Self::UkSl => "UK Sanctions List",
            Self::UnSc => "UN Security Council consolidated list",
            Self::EuRm => "EU restrictive measures other than a freeze",
            Self::UkRm => "UK Sanctions List, without an asset freeze",
            Self::JpEul => "Foreign End User List (METI, Japan)",
            Self::CnEcl => "export-control list (MOFCOM, China)",
            Self::CnUel => "unreliable entity list (MOFCOM, China)",
            Self::CnAl => "attention list (MOFCOM, China)",
            Self::Own => "your own deny list",
        }
    }

    /// Whether a regime may read the list. The others are screened and shown, and change no answer.
    pub fn is_read_by_regimes(self) -> bool {
        matches!(self.issuer(), Issuer::Us | Issuer::Eu | Issuer::Uk | Issuer::Un)
            && !matches!(self, Self::EuRm | Self::UkRm)
    }

    /// Who keeps the list.
    pub fn issuer(self) -> Issuer {
        match self {
            Self::El
            | Self::Dpl
            | Self::Uvl
            | Self::Meu
            | Self::Mieu
            | Self::Sdn
            | Self::Ssi
            | Self::NsCmic
            | Self::NsMbs
            | Self::Cap
            | Self::Plc
            | Self::Fse
            | Self::Dtc
            | Self::Isn => Issuer::Us,
            Self::EuFsf | Self::EuRm => Issuer::Eu,
            Self::UkSl | Self::UkRm => Issuer::Uk,
            Self::UnSc => Issuer::Un,
            Self::JpEul => Issuer::Jp,
            Self::CnEcl | Self::CnUel | Self::CnAl => Issuer::Cn,
            Self::Own => Issuer::Own,
        }
    }
}

impl fmt::Display for ListCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a listing covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// All items subject to the EAR.
    AllItems,
    /// The items of Supplement No. 2 to 15 CFR part 744.
    #[serde(rename = "supplement_2_items")]
    Supplement2Items,
    /// All property and dealings.
    Blocking,
    /// Dealings in securities only.
    Securities,
    /// Neither of these: the entry has to be read by a person.
    SeeEntry,
}

/// Which items a review policy speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PolicyItems {
    /// Every item of the entry's scope.
    All,
    /// Every item that no other selector of the entry names.
    Other,
    /// These ECCNs.
    #[serde(untagged)]
    Codes(Vec<String>),
}

/// One line of an entry's licence review policy: for these items, this policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicySelector {
    /// The items that the line speaks of.
    pub items: PolicyItems,
    /// How applications for them are reviewed.
    pub policy: ReviewPolicy,
}

/// One listing of one party. `from` and `to` are inclusive; `None` as `from` is "on the list, since a day that
/// the publisher does not tell", as `to` "still listed".
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Listing {
    /// Which list.
    pub list: ListCode,
    /// First day on which the listing had effect, where the publisher tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// Day on which the listing was decided or published, where the publisher tells it beside the first day of
    /// effect: a designation, a Federal Register or Official Journal publication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listed: Option<Date>,
    /// Last day on which it had effect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
    /// The publisher's own id of the entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name as listed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Sanctions programmes (`CYBER2`…), as the publisher writes them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub programmes: Vec<String>,
    /// EU regulation number or other legal instrument.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instrument: Option<String>,
    /// What it covers.
    pub scope: Scope,
    /// The review policy of an export-control entry; empty where the list has none or the text could not be
    /// read (then `scope` is [`Scope::SeeEntry`] or the raw text stands in the entity's notes).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub review_policy: Vec<PolicySelector>,
    /// Entity List footnotes (`1`, `3`, `4`, `5`), which pull in foreign direct products.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub footnotes: Vec<String>,
    /// Federal Register or Official Journal citation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
}

impl Listing {
    /// A listing of which nothing is told but the list and what it covers.
    pub fn bare(list: ListCode, scope: Scope) -> Self {
        Self {
            list,
            from: None,
            listed: None,
            to: None,
            id: None,
            name: None,
            programmes: Vec::new(),
            instrument: None,
            scope,
            review_policy: Vec::new(),
            footnotes: Vec::new(),
            notice: None,
        }
    }

    /// Whether the listing had effect on `date`. A listing without a first day counts as in effect from the
    /// beginning: to miss a match is worse than to show one too many.
    pub fn in_effect_on(&self, date: Date) -> bool {
        self.from.is_none_or(|from| from <= date) && self.to.is_none_or(|to| date <= to)
    }
}
