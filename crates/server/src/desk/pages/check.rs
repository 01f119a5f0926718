//! The last check of a case, as its record tells it.

use countersign_desk::Check;
use countersign_model::Answer;
use countersign_pages::Language;
use countersign_pages::words::codes;
use countersign_store::{Envelope, Store};
use serde_json::Value;

use super::text::{plain, text, texts, to_the_minute};
use crate::desk::view::{CheckView, RegimeRow, RuleRow};
use crate::problem::Problem;

/// Verdicts of a regime that asks for nothing.
const SILENT: [&str; 3] = ["NOT_CONTROLLED", "NOT_BOUND", "NOT_APPLICABLE"];

/// The recorded decision, read back from its record.
pub(super) fn check_view(check: &Check, store: &Store, language: Language) -> Result<CheckView, Problem> {
    let bytes = store.blob(&check.decision).map_err(|e| Problem::program(&e))?;
    let envelope = Envelope::parse(&bytes).map_err(|e| Problem::program(&e))?;
    let signers = store.trusted_keys().signers;
    let signer = signers.first().ok_or_else(|| Problem::program(&"the home has no key"))?;
    let payload = envelope.verify(signer).map_err(|e| Problem::program(&e))?;
    let statement: Value = serde_json::from_slice(&payload).map_err(|e| Problem::program(&e))?;
    let decision = statement.pointer("/predicate/decision").unwrap_or(&Value::Null);
    let list = |key: &str| decision.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let of = |r: &Value, title: &str| {
        let rules: Vec<RuleRow> =
            r.get("determining").and_then(Value::as_array).into_iter().flatten().map(rule_row).collect();
        let code = text(r, "verdict");
        let row = RegimeRow {
            title: text(r, title),
            verdict: codes::verdict(&code, language),
            open: !rules.is_empty() && !SILENT.contains(&code.as_str()),
            rules,
        };
        (code, row)
    };
    let mut all: Vec<(String, RegimeRow)> = list("regimes").iter().map(|r| of(r, "title")).collect();
    all.extend(list("commitments").iter().map(|c| of(c, "family")));
    if let Some(gate) = decision.get("gate").filter(|g| text(g, "verdict") != "NOT_APPLICABLE") {
        let (code, row) = of(gate, "title");
        all.push((code, RegimeRow { title: language.words().desk.gate.to_owned(), ..row }));
    }
    let (silent, said): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|(code, row)| row.rules.is_empty() && SILENT.contains(&code.as_str()));
    let answer = check.answer.to_string();
    Ok(CheckView {
        answer_words: codes::answer(&answer, language),
        answer,
        mark: match check.answer {
            Answer::Proceed => "good",
            Answer::Conditions | Answer::Hold => "attention",
            Answer::Stop => "stop",
        },
        as_of: check.as_of.clone(),
        entry: check.index,
        by: format!("{}, {}", check.by.by.name, to_the_minute(&check.by.time)),
        regimes: said.into_iter().map(|(_, row)| row).collect(),
        silent: silent.into_iter().map(|(_, row)| (row.title, row.verdict)).collect(),
        flags: list("red_flags")
            .iter()
            .map(|f| (text(f, "citation"), text(f, "text"), text(f, "state")))
            .collect(),
        missing: list("missing_facts")
            .iter()
            .map(|m| {
                let values = m.get("values").and_then(Value::as_object).into_iter().flatten();
                let values: Vec<String> =
                    values.map(|(value, answer)| format!("{value} → {}", plain(answer))).collect();
                (text(m, "path"), texts(m, "needed_by"), values.join("; "))
            })
            .collect(),
        counterfactuals: list("counterfactuals")
            .iter()
            .map(|c| (text(c, "change"), text(c, "answer")))
            .collect(),
        warnings: list("warnings").iter().map(plain).collect(),
    })
}

fn rule_row(rule: &Value) -> RuleRow {
    RuleRow {
        rule: text(rule, "rule"),
        citation: text(rule, "citation"),
        why: text(rule, "why"),
        tone: if text(rule, "verification").starts_with("unverified") { "attention" } else { "plain" },
        verification: text(rule, "verification"),
        facts: rule
            .get("facts")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .map(|(path, value)| (path.clone(), plain(value)))
            .collect(),
    }
}
