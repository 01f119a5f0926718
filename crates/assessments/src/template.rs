//! A new assessment: a file that can be read at once and says `unknown` wherever the assessor has to look.

use std::fmt::Write as _;

use countersign_model::{CountryCode, Date};

use crate::document::{RuleOfLaw, Stage};
use crate::question_set::{AnswerType, Condition, QuestionSet, Side};

/// The question whose answer is the tier.
const TIER_QUESTION: &str = "RL-02";

/// What is known at the start.
pub struct NewAssessment<'a> {
    /// Its id in the register.
    pub id: &'a str,
    /// D or S.
    pub stage: Stage,
    /// Whose questions, for stage S.
    pub side: Side,
    /// Product and version.
    pub product: (&'a str, &'a str),
    /// The vendor: name and country.
    pub vendor: (&'a str, CountryCode),
    /// The end user, for stage S.
    pub end_user: Option<(&'a str, CountryCode)>,
    /// The destination, for stage S.
    pub destination: Option<CountryCode>,
    /// The assessor: name, country, public key.
    pub assessor: (&'a str, CountryCode, &'a str),
    /// The reviewer.
    pub reviewer: (&'a str, CountryCode, &'a str),
    /// When the work began.
    pub started: Date,
    /// The rule-of-law section, out of a country dossier; stage S.
    pub rule_of_law: Option<&'a RuleOfLaw>,
}

/// A YAML text that quotes what it is given.
fn quoted(text: &str) -> String {
    // single quotes double inside single quotes; line breaks and control characters do not belong into these fields
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("'{}'", text.replace('\'', "''"))
}

/// The text of a new assessment.
pub fn new_assessment(new: &NewAssessment<'_>, set: &QuestionSet) -> String {
    let mut out = String::new();
    // writing to a String does not fail
    let _ = write_head(&mut out, new);
    let _ = write_questions(&mut out, new, set);
    let _ = write_tail(&mut out, new);
    out
}

fn write_head(out: &mut String, new: &NewAssessment<'_>) -> std::fmt::Result {
    let sale = new.stage == Stage::S;
    writeln!(
        out,
        "# Everything here becomes public, but for what `redactions` withholds. Never a victim's name."
    )?;
    writeln!(out, "# `countersign assess lint FILE` says what is missing and what blocks.")?;
    writeln!(out, "schema: assessment/1\nid: {}", quoted(new.id))?;
    writeln!(out, "title: {}", quoted(&format!("{} {}", new.product.0, new.product.1)))?;
    writeln!(out, "stage: {}", if sale { "S" } else { "D" })?;
    if sale {
        writeln!(out, "side: {}", if new.side == Side::Procure { "procure" } else { "sell" })?;
    }
    writeln!(
        out,
        "product:\n  name: {}\n  vendor: vendor\n  version: {}",
        quoted(new.product.0),
        quoted(new.product.1)
    )?;
    writeln!(out, "  # release_manifest: SHA-256 of the release manifest")?;
    writeln!(
        out,
        "# relation: vendor_group reseller end_user competitor destination_security_service destination_government\n\
         #   home_government assessor_group reviewer_group"
    )?;
    writeln!(out, "parties:")?;
    let mut party = |id: &str, name: &str, country: CountryCode, relation: &str| {
        writeln!(
            out,
            "  - {{id: {id}, name: {}, country: {}, relation: {relation}}}",
            quoted(name),
            quoted(country.as_str())
        )
    };
    party("vendor", new.vendor.0, new.vendor.1, "vendor_group")?;
    if let Some((name, country)) = new.end_user.filter(|_| sale) {
        party("end-user", name, country, "end_user")?;
    }
    party("assessor", new.assessor.0, new.assessor.1, "assessor_group")?;
    party("reviewer", new.reviewer.0, new.reviewer.1, "reviewer_group")?;
    if sale {
        if new.end_user.is_some() {
            writeln!(out, "end_user: end-user")?;
        }
        if let Some(destination) = new.destination {
            writeln!(out, "destination: {}", quoted(destination.as_str()))?;
        }
        writeln!(out, "# intermediaries: none, or a list of ids of parties")?;
    }
    writeln!(out, "assessor: {{party: assessor, key: {}}}", quoted(new.assessor.2))?;
    writeln!(out, "reviewer: {{party: reviewer, key: {}}}", quoted(new.reviewer.2))?;
    writeln!(out, "dates:\n  started: {}", quoted(&new.started.to_string()))?;
    writeln!(out, "  # selected, comments_open, comments_close: days")?;
    writeln!(
        out,
        "# register_assigned random_roster public_tender; vendor_choice and buyer_choice are not independent"
    )?;
    writeln!(out, "selection: register_assigned")?;
    writeln!(
        out,
        "fees:\n  source: vendor\n  amount: '0'\n  currency: EUR\n  fixed: unknown\n  success_element: unknown\n  \
         # escrow_receipt: SHA-256 of the receipt\n  \
         # group_share: [{{year: 2024, percent: '3'}}, {{year: 2025, percent: '4'}}]"
    )?;
    writeln!(out, "publishing_right: {{unconditional: unknown, vendor_veto: unknown, clause: ''}}")?;
    writeln!(out, "# refusals: none, or [{{what: …, by: vendor, questions: [PC-03]}}]")?;
    writeln!(out, "government_control: unknown")?;
    writeln!(
        out,
        "# One for each member of both teams, signed in the 60 days before the start:\n\
         #   - {{person: …, for: assessor, lead: true, competences: [human_rights_law, reverse_engineering, country_expertise],\n\
         #      signed_on: '{}', holdings: none, services: none, employment: none, gifts: none}}",
        new.started
    )?;
    writeln!(out, "declarations: []")
}

fn write_questions(out: &mut String, new: &NewAssessment<'_>, set: &QuestionSet) -> std::fmt::Result {
    let side = if new.stage == Stage::D { Side::Develop } else { new.side };
    writeln!(
        out,
        "# tier: E1 tested or inspected, E2 primary document, E3 two independent third parties, E4 a word of vendor or end user"
    )?;
    writeln!(out, "answers:")?;
    let mut group = "";
    for question in set.questions().filter(|q| q.is_asked_of(side)) {
        if question.group != group {
            group = &question.group;
            writeln!(out, "\n  # == {}", group.replace('_', " "))?;
        }
        writeln!(out, "\n  # {} {}", question.id, question.text)?;
        let form = match question.answer.kind {
            AnswerType::YesNoPartial => "yes, partial, no".to_owned(),
            AnswerType::Enum => question.answer.options.join(", "),
            AnswerType::Number => "a number".into(),
            AnswerType::NumberOrUnlimited => "days, or unlimited".into(),
            AnswerType::Table
                if question.basis.iter().any(|b| b == "GATE-RES") || question.id.starts_with("MR-0") =>
            {
                "impacts (computed from the register below)".into()
            }
            AnswerType::Table => "rows of column: text, or none".into(),
            AnswerType::List if question.answer.options.is_empty() => "a list, or none".into(),
            AnswerType::List => format!("a list of {}", question.answer.options.join(", ")),
            AnswerType::Text => {
                "a text; `findings: [codes]`, or `[]` where it looked for them and found none".into()
            }
            AnswerType::DateRange => "{from: …, to: …}".into(),
        };
        writeln!(
            out,
            "  #   {form}; evidence {:?} or better: {}",
            question.evidence.min_tier,
            question.evidence.items.join(", ")
        )?;
        if let Some(note) = &question.note {
            writeln!(out, "  #   {note}")?;
        }
        for (word, condition) in [("red flag", &question.red_flag), ("stop", &question.stop)] {
            if let Some(condition) = condition {
                writeln!(out, "  #   {word}: {}", in_words(condition))?;
            }
        }
        let worst = new.rule_of_law.and_then(|section| section.tiers.iter().max());
        match worst.filter(|_| question.id == TIER_QUESTION) {
            Some(tier) => writeln!(
                out,
                "  {}: {{answer: {tier:?}, tier: E2, evidence: [{{text: the country dossier in rule_of_law}}]}}",
                question.id
            )?,
            None => writeln!(out, "  {}: {{answer: unknown, tier: E4}}", question.id)?,
        }
    }
    Ok(())
}

/// A condition as it stands in the question set.
pub fn in_words(condition: &Condition) -> String {
    let mut words = Vec::new();
    let value = serde_json::to_value(condition).unwrap_or_default();
    for (key, value) in value.as_object().into_iter().flatten() {
        let text = match value {
            serde_json::Value::Null | serde_json::Value::Bool(false) => continue,
            serde_json::Value::Array(all) if all.is_empty() => continue,
            serde_json::Value::Array(all) => {
                let all: Vec<&str> = all.iter().filter_map(serde_json::Value::as_str).collect();
                format!("{} {}", key.replace('_', " "), all.join(", "))
            }
            serde_json::Value::Bool(true) => key.replace('_', " "),
            serde_json::Value::String(text) => format!("{} {text}", key.replace('_', " ")),
            other => format!("{} {other}", key.replace('_', " ")),
        };
        words.push(text);
    }
    words.join("; ")
}

/// The rule-of-law section.
fn write_section(out: &mut String, section: &RuleOfLaw) -> std::fmt::Result {
    let tiers: Vec<String> = section.tiers.iter().map(|tier| format!("{tier:?}")).collect();
    writeln!(
        out,
        "# Copied from a country dossier. The indices describe a country with a lag: the questions on law decide.\n\
         rule_of_law:\n  dated: {}\n  core_indices: {}\n  tiers: [{}]",
        quoted(&section.dated.0.to_string()),
        section.core_indices,
        tiers.join(", ")
    )?;
    let printed = if section.sensitivity.is_empty() { "unknown" } else { "yes" };
    writeln!(out, "  sensitivity_printed: {printed}")?;
    if !section.sensitivity.is_empty() {
        writeln!(out, "  sensitivity:")?;
        for line in &section.sensitivity {
            writeln!(out, "    - {}", quoted(line))?;
        }
    }
    if section.tiers.iter().any(|tier| format!("{tier:?}") == "T4") {
        writeln!(out, "  # t4_exception: public reasons; without them tier T4 stops")?;
    }
    if section.indices.is_empty() {
        return writeln!(out, "  indices: []");
    }
    writeln!(out, "  indices:")?;
    for index in &section.indices {
        let end = |key: &str, value: &Option<String>| {
            value.as_ref().map(|value| format!(", {key}: {}", quoted(value))).unwrap_or_default()
        };
        writeln!(
            out,
            "    - {{index: {}, year: {}, vintage: {}, value: {}{}{}}}",
            quoted(&index.index),
            index.year,
            quoted(&index.vintage),
            quoted(&index.value),
            end("low", &index.low),
            end("high", &index.high)
        )?;
    }
    Ok(())
}

fn write_tail(out: &mut String, new: &NewAssessment<'_>) -> std::fmt::Result {
    writeln!(
        out,
        "\n# One row or more for each of: life bodily_integrity liberty privacy expression assembly_association fair_trial\n\
         #   non_discrimination asylum_non_refoulement political_participation. Marks 1 to 5.\n\
         #  - right: privacy\n\
         #    text: …\n\
         #    involvement: cause, contribute or directly_linked\n\
         #    inherent: {{scale: 4, scope: 3, irremediability: 4, likelihood: 4, reason: …, tier: E2}}\n\
         #    mitigations: [{{text: …, by_design: true, answers: [PC-07]}}]\n\
         #    residual: {{scale: 4, scope: 2, irremediability: 4, likelihood: 2, reason: …, tier: E1}}\n\
         impacts: []"
    )?;
    if new.stage == Stage::S {
        writeln!(out, "legal_findings: []")?;
        match new.rule_of_law {
            Some(section) => write_section(out, section)?,
            None => writeln!(
                out,
                "# rule_of_law: {{dated: …, indices: […], core_indices: 3, tiers: [T2], sensitivity_printed: yes}}\n\
                 #   `countersign country CC --json` gives the values, `countersign assess new --dossier` copies them"
            )?,
        }
        writeln!(
            out,
            "monitoring: {{in_contract: unknown, kill_switch_in_contract: unknown, alive: unknown}}"
        )?;
    }
    writeln!(
        out,
        "# language: text; for a transaction in an official language of the destination\n\
         summaries:\n  en: ''\n\
         comment_channel: {{address: '', anonymous: unknown, without_account: unknown, over_tor: unknown}}\n\
         # conditions: none, or a list of what is still to be done\n\
         conclusion: ''\n\
         # redactions:\n\
         #   - {{path: answers/PC-12/evidence, class: B, reason: …, decided_by: …, review_date: …}}"
    )
}
