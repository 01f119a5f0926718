//! The dossier of a destination as a fact of the gate: what the indices and the register's findings say on the day of the
//! act, beside what the assessment says of the day on which it was written.

use countersign_assessments::Assessment;
use countersign_countries::{Method, Vintage, dossier, place};
use countersign_model::Date;
use countersign_operations::findings::of_register;
use countersign_register::Replay;
use serde::Serialize;
use serde_json::{Value, json};

/// What dossiers are made of.
pub(super) struct Countries<'a> {
    /// The imported tables.
    pub(super) vintages: Vec<Vintage>,
    /// The method.
    pub(super) method: Method,
    /// The register, for its findings.
    pub(super) replay: &'a Replay,
    /// The day of the act.
    pub(super) as_of: Date,
}

/// A dossier that reaches tiers which the section of an assessment does not have.
#[derive(Debug, Serialize)]
pub(super) struct Beyond {
    /// The assessment.
    assessment: String,
    /// The destination.
    country: String,
    /// The day.
    as_of: Date,
    /// The tiers of the section.
    section: Vec<String>,
    /// The tiers that the dossier reaches, the most protective first.
    dossier: Vec<String>,
    /// Why no tier can be given by the indices, if so.
    insufficient: Option<String>,
}

impl Beyond {
    pub(super) fn words(&self) -> String {
        format!(
            "the dossier of {} on {} reaches {}, the rule-of-law section of {} has {}: the gate reads both",
            self.country,
            self.as_of,
            self.dossier.join(", "),
            self.assessment,
            if self.section.is_empty() { "none".to_owned() } else { self.section.join(", ") }
        )
    }
}

impl Countries<'_> {
    /// Adds the tiers of the destination's dossier to those of the section, so that the most protective of both counts.
    /// Nothing is taken away: a dossier that looks better than the section changes nothing. `uncompared` gets a sentence
    /// where too little is imported for a comparison.
    pub(super) fn widen(
        &self,
        document: &Assessment,
        facts: &mut Value,
        uncompared: &mut Vec<String>,
    ) -> Option<Beyond> {
        let destination = document.destination?;
        let Some(country) = place(destination.as_str()) else {
            uncompared.push(format!(
                "`{destination}` is no country of which there are indicators: the tiers of {} are its assessor's alone",
                document.id
            ));
            return None;
        };
        let end_user =
            document.end_user.as_deref().and_then(|id| document.party(id)).map(|p| p.name.as_str());
        let findings = of_register(self.replay, country, end_user, self.as_of);
        let dossier = dossier(country, self.as_of, end_user, &self.vintages, &findings, &self.method);
        if dossier.readings.is_empty() {
            uncompared.push(format!(
                "no indicators of {} that were published by {} are imported here: the tiers of {} are its assessor's alone; see \
                 `countersign indicators import --help`",
                country.name, self.as_of, document.id
            ));
        } else if dossier.tiering.insufficient.is_some() {
            uncompared.push(format!(
                "too few core indices of {} that were published by {} are imported here (not here: {}): the tiers of {} are its \
                 assessor's alone",
                country.name,
                self.as_of,
                dossier.tiering.missing.join(", "),
                document.id
            ));
        }
        // without enough indices only what was confirmed of the end user itself counts
        dossier.tiering.for_the_gate.as_ref()?;
        let section = facts.get_mut("rule_of_law").and_then(Value::as_object_mut)?;
        let had: Vec<String> = section
            .get("tiers")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|tier| tier.as_str().map(str::to_owned))
            .collect();
        let reached = if dossier.tiering.insufficient.is_some() {
            dossier.tiering.for_the_gate.iter().cloned().collect()
        } else {
            dossier.tiering.reached.clone()
        };
        // the exception is for another end user than the one who did it (assessment method, 3.5)
        if dossier.tiering.confirmed_misuse {
            section.remove("t4_exception");
        }
        let mut all = had.clone();
        all.extend(reached.iter().filter(|tier| !had.contains(tier)).cloned());
        if all.len() == had.len() {
            return None;
        }
        all.sort();
        section.insert("tiers".to_owned(), json!(all));
        Some(Beyond {
            assessment: document.id.clone(),
            country: country.name.clone(),
            as_of: self.as_of,
            section: had,
            dossier: reached,
            insufficient: dossier.tiering.insufficient,
        })
    }
}
