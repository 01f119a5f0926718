//! Impacts on rights: severity, likelihood, and what is left after mitigation (assessment method, section 1.2).

use serde::{Deserialize, Serialize};

use crate::question_set::Tier;

/// A mark from 1 (least) to 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Mark(u8);

impl Mark {
    /// The mark as a number, 1 to 5.
    pub fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Mark {
    type Error = String;

    fn try_from(n: u8) -> Result<Self, String> {
        if (1..=5).contains(&n) {
            Ok(Self(n))
        } else {
            Err(format!("`{n}` is no mark; marks run from 1 to 5"))
        }
    }
}

impl From<Mark> for u8 {
    fn from(mark: Mark) -> Self {
        mark.0
    }
}

/// A right that is scored. The first ten are the least that a residual table must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the rights")]
pub enum Right {
    Life,
    BodilyIntegrity,
    Liberty,
    Privacy,
    Expression,
    AssemblyAssociation,
    FairTrial,
    NonDiscrimination,
    AsylumNonRefoulement,
    PoliticalParticipation,
    Other,
}

impl Right {
    /// The rights that every assessment scores.
    pub const LEAST: [Self; 10] = [
        Self::Life,
        Self::BodilyIntegrity,
        Self::Liberty,
        Self::Privacy,
        Self::Expression,
        Self::AssemblyAssociation,
        Self::FairTrial,
        Self::NonDiscrimination,
        Self::AsylumNonRefoulement,
        Self::PoliticalParticipation,
    ];

    /// The word for it in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Life => "life",
            Self::BodilyIntegrity => "bodily_integrity",
            Self::Liberty => "liberty",
            Self::Privacy => "privacy",
            Self::Expression => "expression",
            Self::AssemblyAssociation => "assembly_association",
            Self::FairTrial => "fair_trial",
            Self::NonDiscrimination => "non_discrimination",
            Self::AsylumNonRefoulement => "asylum_non_refoulement",
            Self::PoliticalParticipation => "political_participation",
            Self::Other => "other",
        }
    }
}

/// How the business is tied to the impact (UNGP 17).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Involvement {
    /// It causes the impact.
    Cause,
    /// It contributes to it.
    Contribute,
    /// It is directly linked to it.
    DirectlyLinked,
}

/// Four marks and the reason for the likelihood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rating {
    /// How grave.
    pub scale: Mark,
    /// How many people can be reached: 1, 10, 100, 1,000, more than 10,000.
    pub scope: Mark,
    /// How far the person cannot be restored.
    pub irremediability: Mark,
    /// How likely.
    pub likelihood: Mark,
    /// Why so likely.
    pub reason: String,
    /// The evidence for it.
    pub tier: Tier,
}

impl Rating {
    /// The largest of scale, scope and irremediability, never an average.
    pub fn severity(&self) -> Mark {
        self.scale.max(self.scope).max(self.irremediability)
    }
}

/// One impact: before mitigation, what is done, and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Impact {
    /// The right.
    pub right: Right,
    /// What may happen to whom; never a person's name.
    pub text: String,
    /// How the business is tied to it; absent where nobody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub involvement: Option<Involvement>,
    /// Before mitigation.
    pub inherent: Rating,
    /// What is done against it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mitigations: Vec<Mitigation>,
    /// What is left.
    pub residual: Rating,
}

/// One mitigation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mitigation {
    /// What is done.
    pub text: String,
    /// Enforced by design (and tested), not by promise.
    pub by_design: bool,
    /// The red flags that it answers, by the ids of their questions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<String>,
}

/// The rows by severity first, then likelihood (UNGP 24); the two are never multiplied.
pub fn by_severity(impacts: &[Impact]) -> Vec<&Impact> {
    let mut rows: Vec<&Impact> = impacts.iter().collect();
    rows.sort_by(|a, b| {
        let key = |i: &Impact| (i.residual.severity(), i.residual.likelihood);
        key(b).cmp(&key(a))
    });
    rows
}

/// The highest residual row as the gate reads it: severity, then the likelihood among the rows of that severity.
pub fn highest_residual(impacts: &[Impact]) -> Option<(Mark, Mark)> {
    by_severity(impacts).first().map(|i| (i.residual.severity(), i.residual.likelihood))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rating(scale: u8, scope: u8, irremediability: u8, likelihood: u8) -> Rating {
        let mark = |n| Mark::try_from(n).unwrap();
        Rating {
            scale: mark(scale),
            scope: mark(scope),
            irremediability: mark(irremediability),
            likelihood: mark(likelihood),
            reason: "r".into(),
            tier: Tier::E2,
        }
    }

    #[test]
    fn one_killing_is_not_diluted_by_small_scope() {
        assert_eq!(rating(5, 1, 5, 1).severity().get(), 5);
    }

    #[test]
    fn severity_comes_before_likelihood() {
        let impact = |r: Rating| Impact {
            right: Right::Life,
            text: "t".into(),
            involvement: None,
            inherent: r.clone(),
            mitigations: vec![],
            residual: r,
        };
        let rows = [impact(rating(4, 1, 1, 5)), impact(rating(5, 1, 1, 1)), impact(rating(5, 2, 1, 2))];
        let (severity, likelihood) = highest_residual(&rows).unwrap();
        assert_eq!((severity.get(), likelihood.get()), (5, 2));
        assert!(highest_residual(&[]).is_none());
    }

    #[test]
    fn marks_run_from_one_to_five() {
        assert!(Mark::try_from(0).is_err() && Mark::try_from(6).is_err());
    }
}
