//! Comparing a party with the lists: what nobody has decided becomes a possible match of the case.

use countersign_desk::{Case, MatchOf, Step};
use countersign_model::{CountryCode, Digest, EntitySchema};
use countersign_operations::dispositions::{entity_digest, facts_digest, kind_of};
use countersign_operations::lists::Lists;
use countersign_operations::screen::compare;
use countersign_operations::screening::{Found, MAX_NEAR_MISSES, State as HitState};
use countersign_screening::{Profile, Query};
use countersign_verify::canonical_json;
use serde_json::json;

use super::keep::{Keeping, keep_all};
use super::refusal::refused;
use crate::access::Fields;
use crate::problem::Problem;
use crate::state::State;

/// A possible match that is not kept yet.
pub(super) struct Finding {
    of: MatchOf,
    document: Vec<u8>,
}

/// A screening that is not kept yet.
pub(super) struct Run {
    findings: Vec<Finding>,
    summary: String,
}

/// What the lists say about a hit that nobody has decided; `None` for one that people decided.
pub(super) fn finding(
    found: &Found,
    query: &Query,
    kind: EntitySchema,
    lists: &Lists,
) -> Result<Option<Finding>, Problem> {
    if !matches!(found.state, HitState::Undecided | HitState::Lapsed) {
        return Ok(None);
    }
    let hit = &found.hit;
    let entity = lists
        .entity(&hit.entity)
        .ok_or_else(|| Problem::program(&format!("the entry {} of a hit is on no list", hit.entity)))?;
    let score = format!("{:.4}", hit.score);
    let mut value = json!({ "schema": "possible-match/1", "query": query, "found": found, "entry": entity });
    in_words(&mut value);
    let document = canonical_json(&value).map_err(|e| Problem::program(&e))?;
    let of = MatchOf {
        name: query.name.clone(),
        kind: kind_of(kind).as_str().to_owned(),
        countries: query.countries.clone(),
        birth_date: query.birth_date.map(|date| date.to_string()),
        other_names: query.other_names.clone(),
        entity: hit.entity.clone(),
        caption: hit.caption.clone(),
        source: hit.source.to_string(),
        entity_sha256: entity_digest(entity)?,
        facts_sha256: facts_digest(entity)?,
        score,
        document: Digest::of(&document),
    };
    Ok(Some(Finding { of, document }))
}

/// Fractions as texts of four decimals: what is kept has one spelling.
fn in_words(value: &mut serde_json::Value) {
    use serde_json::Value;
    match value {
        Value::Number(number) if number.is_f64() => {
            *value = Value::String(format!("{:.4}", number.as_f64().unwrap_or_default()));
        }
        Value::Array(items) => items.iter_mut().for_each(in_words),
        Value::Object(members) => members.values_mut().for_each(in_words),
        _ => {}
    }
}

/// The steps for findings that the case does not have yet.
pub(super) fn steps(case: &Case, findings: Vec<Finding>) -> Vec<(Step, Option<Vec<u8>>)> {
    let mut next = case.matches.len();
    // a decision is about a party as it was told: whoever is told otherwise is another question
    let party = |of: &MatchOf| {
        let MatchOf { name, kind, countries, birth_date, other_names, entity, entity_sha256, .. } =
            of.clone();
        let (mut countries, mut other_names) = (countries, other_names);
        countries.sort();
        other_names.sort();
        (name, kind, countries, birth_date, other_names, entity, entity_sha256)
    };
    let mut seen: Vec<_> = case.matches.iter().map(|m| party(&m.of)).collect();
    let mut steps = Vec::new();
    for Finding { of, document } in findings {
        let key = party(&of);
        if seen.contains(&key) {
            continue;
        }
        seen.push(key);
        next += 1;
        steps.push((Step::Match { id: format!("m{next}"), of }, Some(document)));
    }
    steps
}

fn query_of(fields: &Fields, applicant: String) -> Result<Query, Problem> {
    let schema = match fields.get("kind") {
        None | Some("Organization") => EntitySchema::Organization,
        Some("Person") => EntitySchema::Person,
        Some("Vessel") => EntitySchema::Vessel,
        Some("Airplane") => EntitySchema::Airplane,
        Some(other) => {
            return Err(Problem::input(format!(
                "`kind` is `{other}`; write `Organization`, `Person`, `Vessel` or `Airplane`"
            )));
        }
    };
    let countries = fields
        .all("country")
        .flat_map(|codes| codes.split(','))
        .map(|code| CountryCode::new(code.trim()).map_err(|e| Problem::input(format!("`country`: {e}"))))
        .collect::<Result<_, _>>()?;
    let birth_date = fields
        .get("birth_date")
        .map(|date| date.parse().map_err(|e| Problem::input(format!("`birth_date`: {e}"))))
        .transpose()?;
    let name = fields.get("name").map_or(applicant, str::to_owned);
    Ok(Query { schema: Some(schema), countries, birth_date, ..Query::named(name) })
}

/// Compares a party with the lists of today.
pub(super) async fn run(state: &State, case: &str, fields: &Fields) -> Result<Run, Problem> {
    fields.only(&["name", "kind", "country", "birth_date"])?;
    let id = case.to_owned();
    let applicant = state
        .look(move |desk, _| Ok(desk.must_have(&id).map_err(|e| refused(&e))?.applicant.clone()))
        .await?;
    let query = query_of(fields, applicant)?;
    let today = state.today()?;
    let state = state.clone();
    state.clone()
        .work(move || {
            let snapshot = state.snapshot();
            let against = snapshot.against(&snapshot.lists, &snapshot.plan);
            let profile = Profile { max_near_misses: MAX_NEAR_MISSES, ..Profile::default() };
            let found = compare(&against, &query, &profile, today, |_| true)
                .map_err(|e| Problem::unprocessable(e.to_string()))?;
            let kind = query.schema.unwrap_or(EntitySchema::Organization);
            let mut findings = Vec::new();
            for hit in &found.hits {
                findings.extend(finding(hit, &query, kind, &snapshot.lists)?);
            }
            let decided = found.hits.len() - findings.len();
            let summary = format!(
                "Screened `{}` on {today} against {} entries: {} possible matches undecided, {decided} decided before.{}",
                query.name,
                found.entries,
                findings.len(),
                countersign_operations::screen::missing(&snapshot.lists, today).map_or_else(String::new, |m| format!(" Note: {m}."))
            );
            Ok(Run { findings, summary })
        })
        .await
}

/// Keeps the possible matches, and that the party was screened. Gives the entry of the last step.
pub(super) fn keep(run: Run, keeping: Keeping<'_>) -> Result<u64, Problem> {
    let had = keeping.reader.desk.must_have(keeping.case).map_err(|e| refused(&e))?.clone();
    let mut steps = steps(&had, run.findings);
    steps.push((Step::Note { text: run.summary }, None));
    keep_all(steps, keeping)
}
