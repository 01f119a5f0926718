//! Dated findings about a country: judgments, findings of treaty bodies, confirmed misuse, with the reply of those
//! accused. Facts, not indices: each with who found it, where it can be read, and how good the evidence is.

use countersign_model::Date;
use serde::{Deserialize, Serialize};

/// Who found it, in what kind of procedure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// A court.
    Court,
    /// A United Nations treaty body.
    TreatyBody,
    /// A special procedure or another body of an international organisation.
    InternationalBody,
    /// The Venice Commission.
    VeniceCommission,
    /// A data-protection or another domestic authority.
    Authority,
    /// Spyware or another tool was used unlawfully, confirmed by forensics or by a judgment.
    ConfirmedMisuse,
    /// A report without confirmation.
    Report,
}

/// Whether it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingStatus {
    /// Nobody contests it.
    Stands,
    /// It is contested; it stands until that is decided.
    Disputed,
    /// Whoever made it took it back.
    Withdrawn,
    /// It was set aside.
    Overturned,
}

/// What the accused said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    /// Who replied, or was asked.
    pub by: String,
    /// When; where there is no text, when they were asked.
    pub on: Date,
    /// What they said; absent where they were asked and did not answer.
    #[serde(default)]
    pub text: Option<String>,
    /// Where it can be read.
    #[serde(default)]
    pub url: Option<String>,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// Its id, unique in the file.
    pub id: String,
    /// The country, two or three letters.
    pub country: String,
    /// What kind.
    pub kind: FindingKind,
    /// The day of the finding.
    pub date: Date,
    /// Since when it is public; the day of the finding if absent.
    #[serde(default)]
    pub published_on: Option<Date>,
    /// In a sentence.
    pub title: String,
    /// Who found it.
    pub found_by: String,
    /// The agency that acted, where the finding names one.
    #[serde(default)]
    pub agency: Option<String>,
    /// What was found.
    pub text: String,
    /// Where it can be read.
    pub source: String,
    /// How good the evidence is: `E1` (best) to `E4`.
    pub tier: String,
    /// Whether it stands.
    pub status: FindingStatus,
    /// The replies of those accused. A confirmed misuse needs one, or that they were asked.
    #[serde(default, rename = "reply")]
    pub replies: Vec<Reply>,
}

impl Finding {
    /// Since when it is public.
    pub fn known_from(&self) -> Date {
        self.published_on.unwrap_or(self.date)
    }

    /// Whether it counts as a confirmed misuse.
    pub(crate) fn is_confirmed_misuse(&self) -> bool {
        self.kind == FindingKind::ConfirmedMisuse
            && matches!(self.status, FindingStatus::Stands | FindingStatus::Disputed)
    }
}

/// A findings file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{file}`: {why}; nothing was taken from it")]
pub struct FindingError {
    file: String,
    why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: String,
    #[serde(default, rename = "finding")]
    findings: Vec<Finding>,
}

/// Reads a file of findings: TOML, `schema = "findings/1"` and one `[[finding]]` each.
///
/// # Errors
/// [`FindingError`]: no such file, a country that is none, an id twice, a tier that is none, a confirmed misuse in
/// which the accused was not even asked.
pub fn findings(file: &str, text: &str) -> Result<Vec<Finding>, FindingError> {
    let bad = |why: String| FindingError { file: file.to_owned(), why };
    let read: File = toml::from_str(text).map_err(|e| bad(e.to_string().trim_end().to_owned()))?;
    if read.schema != "findings/1" {
        return Err(bad(format!("the schema is `{}`; write `findings/1`", read.schema)));
    }
    for (n, finding) in read.findings.iter().enumerate() {
        let of = |why: String| bad(format!("finding `{}`: {why}", finding.id));
        if read.findings.iter().take(n).any(|other| other.id == finding.id) {
            return Err(of("the id stands twice".to_owned()));
        }
        if crate::places::place(&finding.country).is_none() {
            return Err(of(format!("`{}` is no country; write its two letters", finding.country)));
        }
        if !["E1", "E2", "E3", "E4"].contains(&finding.tier.as_str()) {
            return Err(of(format!("`{}` is no evidence tier; write E1 to E4", finding.tier)));
        }
        if finding.kind == FindingKind::ConfirmedMisuse && finding.replies.is_empty() {
            return Err(of(
                "whoever is accused has the right of reply: add a [[finding.reply]] with what they said, or with \
                 the day on which they were asked"
                    .to_owned(),
            ));
        }
        if finding.published_on.is_some_and(|on| on < finding.date) {
            return Err(of("it was published before its date; correct the dates".to_owned()));
        }
    }
    Ok(read.findings)
}
