//! From hits to facts: the listings of a possible match in the words of the case format.

use std::collections::BTreeMap;

use countersign_case::Edit;
use countersign_law::Assumption;
use countersign_model::{ListCode, Listing, PolicyItems, PolicySelector, ReviewPolicy, Scope};
use serde_json::{Map, Value, json};

use crate::screening::{Found, Outcome, PartyScreening, State};

/// The first day of a listing whose publisher tells none: earlier than any date of a case.
const SINCE_EVER: &str = "1900-01-01";

/// What screening adds to a case.
#[derive(Debug, Default)]
pub struct Facts {
    /// The listings of the parties, and where each came from.
    pub edit: Edit,
    /// Those that nobody has decided.
    pub assumptions: Vec<Assumption>,
}

/// The facts that follow from the screening of all parties. `sources` is what the case says of its own facts.
pub fn of_screening(screening: &[PartyScreening], sources: Option<&Value>) -> Facts {
    let mut facts = Facts::default();
    let mut sources = sources.and_then(Value::as_object).cloned().unwrap_or_default();
    for party in screening {
        let path = format!("parties[{}].listings", party.party);
        let value = match party.outcome {
            Outcome::GivenInCase | Outcome::NameUnknown | Outcome::NotSettled => continue,
            Outcome::NoPossibleMatch => json!("none"),
            Outcome::Match | Outcome::PossibleMatch => listings(party.counted()),
        };
        if party.outcome == Outcome::PossibleMatch {
            facts.assumptions.push(assumption(party, &path));
        }
        facts.edit.set.push((path.clone(), value));
        sources.insert(path, Value::String(party.summary.clone()));
    }
    if !facts.edit.set.is_empty() {
        facts.edit.set.push(("sources".to_owned(), Value::Object(sources)));
    }
    facts
}

fn assumption(party: &PartyScreening, path: &str) -> Assumption {
    let open: Vec<&Found> = party.counted().filter(|f| f.state != State::Match).collect();
    let text = open.iter().map(|f| possible_match(f)).collect::<Vec<_>>().join("; and ");
    let decided: Vec<&Found> = party.counted().filter(|f| f.state == State::Match).collect();
    // what the answer is if it is another party, and no list names that one either
    let otherwise = if decided.is_empty() { json!("none") } else { listings(decided.into_iter()) };
    Assumption { path: path.to_owned(), text, otherwise }
}

/// A possible match in words: score, entry, lists, explanation.
fn possible_match(found: &Found) -> String {
    let hit = &found.hit;
    let lists: Vec<String> = hit.listings.iter().map(on_list).collect();
    let lapsed = if found.state == State::Lapsed {
        "; an earlier decision lapsed because the entry changed"
    } else {
        ""
    };
    let off = found.off_list().map(|words| format!("; {words}")).unwrap_or_default();
    format!(
        "possible match, score {:.2}, with `{}` ({}): {}{off}; {}{lapsed}",
        hit.score,
        hit.caption,
        hit.entity,
        lists.join(" and "),
        hit.line
    )
}

/// A listing in words.
pub fn on_list(listing: &Listing) -> String {
    let from = match listing.from {
        Some(day) => format!("from {day}"),
        None => format!("first day not told, counts as {SINCE_EVER}"),
    };
    let to = listing.to.map(|day| format!(" to {day}")).unwrap_or_default();
    let notice = listing.notice.as_ref().map(|n| format!(", {n}")).unwrap_or_default();
    format!("{} {from}{to}{notice}", listing.list.title())
}

fn listings<'a>(found: impl Iterator<Item = &'a Found>) -> Value {
    let mut all: Vec<Value> = Vec::new();
    for listing in found.flat_map(|f| &f.hit.listings) {
        let value = listing_value(listing);
        if !all.contains(&value) {
            all.push(value);
        }
    }
    Value::Array(all)
}

/// A listing as a case writes it (case format, section 3).
fn listing_value(listing: &Listing) -> Value {
    let mut map = Map::new();
    let mut put = |key: &str, value: Value| {
        map.insert(key.to_owned(), value);
    };
    put("list", json!(listing.list.as_str()));
    put("from", json!(listing.from.map_or_else(|| SINCE_EVER.to_owned(), |d| d.to_string())));
    put("to", json!(listing.to.map_or_else(|| "none".to_owned(), |d| d.to_string())));
    for (key, value) in [
        ("id", &listing.id),
        ("name", &listing.name),
        ("instrument", &listing.instrument),
        ("notice", &listing.notice),
    ] {
        if let Some(text) = value.as_ref().filter(|t| !t.is_empty()) {
            put(key, json!(text));
        }
    }
    let mut programmes: Vec<&String> = Vec::new();
    for programme in listing.programmes.iter().filter(|p| !p.is_empty()) {
        if !programmes.contains(&programme) {
            programmes.push(programme);
        }
    }
    if !programmes.is_empty() {
        put("programmes", json!(programmes));
    }
    if let Ok(scope) = serde_json::to_value(listing.scope) {
        put("scope", scope);
    }
    if let Some(policy) = review_policy(&listing.review_policy) {
        put("review_policy", policy);
    }
    if !listing.footnotes.is_empty() {
        put("footnotes", json!(listing.footnotes));
    } else if listing.list == ListCode::El && listing.scope != Scope::SeeEntry {
        // the text of the entry was read, and it has none
        put("footnotes", json!("none"));
    }
    Value::Object(map)
}

/// The review policies of an entry. A group that the list describes in words and not by codes cannot be told from
/// the rest, so the strictest policy of such a group stands for the rest too.
fn review_policy(selectors: &[PolicySelector]) -> Option<Value> {
    let mut by_items: Vec<(Value, ReviewPolicy)> = Vec::new();
    let mut of_words: Option<ReviewPolicy> = None;
    for selector in selectors {
        let items = match &selector.items {
            PolicyItems::All => json!("all"),
            PolicyItems::Other => json!("other"),
            PolicyItems::Codes(codes) if !codes.is_empty() && codes.iter().all(|c| is_code(c)) => {
                json!(codes)
            }
            PolicyItems::Codes(_) => {
                of_words = of_words.max(Some(selector.policy));
                continue;
            }
        };
        by_items.push((items, selector.policy));
    }
    if let Some(policy) = of_words {
        match by_items.iter_mut().find(|(items, _)| items.is_string()) {
            Some((_, rest)) => *rest = policy.max(*rest),
            None => by_items.push((json!("other"), policy)),
        }
    }
    match by_items.as_slice() {
        [] => None,
        [(items, policy)] if items == "all" => Some(json!(policy.as_str())),
        several => {
            let lines: Vec<BTreeMap<&str, Value>> = several
                .iter()
                .map(|(items, policy)| {
                    BTreeMap::from([("items", items.clone()), ("policy", json!(policy.as_str()))])
                })
                .collect();
            serde_json::to_value(lines).ok()
        }
    }
}

/// Whether a text is written as an ECCN: a digit, a letter A to E, three digits, then paragraphs; or EAR99.
fn is_code(text: &str) -> bool {
    if text == "EAR99" {
        return true;
    }
    let mut parts = text.split('.');
    let head = parts.next().unwrap_or_default().as_bytes();
    let fits = matches!(head, [a, b, rest @ ..]
        if a.is_ascii_digit() && (b'A'..=b'E').contains(b) && rest.len() == 3 && rest.iter().all(u8::is_ascii_digit));
    let letters = |p: &str| !p.is_empty() && p.bytes().all(|b| b.is_ascii_lowercase());
    let digits = |p: &str| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit());
    let rest: Vec<&str> = parts.collect();
    fits && rest.len() <= 3
        && rest.iter().enumerate().all(|(n, p)| if n == 1 { digits(p) } else { letters(p) })
}

#[cfg(test)]
mod tests {
    use countersign_model::parse_date;

    use super::*;

    fn selector(items: PolicyItems, policy: ReviewPolicy) -> PolicySelector {
        PolicySelector { items, policy }
    }

    #[test]
    fn a_listing_is_written_as_the_case_format_has_it() {
        let listing = Listing {
            list: ListCode::El,
            from: Some(parse_date("2021-11-04").unwrap()),
            listed: None,
            to: None,
            id: None,
            name: None,
            programmes: Vec::new(),
            instrument: None,
            scope: Scope::AllItems,
            review_policy: vec![selector(PolicyItems::All, ReviewPolicy::PresumptionOfDenial)],
            footnotes: Vec::new(),
            notice: Some("86 FR 60759".to_owned()),
        };
        // the listing of case-format.md section 12
        assert_eq!(
            listing_value(&listing),
            json!({"list": "EL", "from": "2021-11-04", "to": "none", "notice": "86 FR 60759", "scope": "all_items",
                "review_policy": "presumption_of_denial", "footnotes": "none"})
        );
        let undated = Listing { from: None, ..listing };
        assert_eq!(listing_value(&undated).get("from"), Some(&json!("1900-01-01")));
        assert!(on_list(&undated).contains("first day not told"));
    }

    #[test]
    fn a_group_in_words_never_makes_the_rest_milder() {
        use ReviewPolicy::{CaseByCase, PolicyOfDenial, PresumptionOfDenial};
        let codes = |c: &str| PolicyItems::Codes(vec![c.to_owned()]);
        let mild_words = [
            selector(codes("1A004.c"), CaseByCase),
            selector(codes("items to detect disease"), CaseByCase),
            selector(PolicyItems::Other, PresumptionOfDenial),
        ];
        assert_eq!(
            review_policy(&mild_words),
            Some(json!([{"items": ["1A004.c"], "policy": "case_by_case"},
                {"items": "other", "policy": "presumption_of_denial"}]))
        );
        let strict_words =
            [selector(codes("items for weapons"), PolicyOfDenial), selector(PolicyItems::All, CaseByCase)];
        assert_eq!(review_policy(&strict_words), Some(json!("policy_of_denial")));
        let only_words = [selector(codes("items for weapons"), PolicyOfDenial)];
        assert_eq!(
            review_policy(&only_words),
            Some(json!([{"items": "other", "policy": "policy_of_denial"}]))
        );
        assert_eq!(review_policy(&[]), None);
    }

    #[test]
    fn codes_are_told_from_words() {
        for code in ["EAR99", "5A001", "5A001.f", "5A001.f.1", "5A001.f.1.a"] {
            assert!(is_code(code), "{code}");
        }
        for words in ["", "EAR 99", "5F001", "5A01", "5A001.1", "5A001.f.a", "5A001.", "items of 5A001"] {
            assert!(!is_code(words), "{words}");
        }
    }
}
