//! The listings of a party as of the day.

use std::collections::BTreeSet;
use std::sync::Arc;

use countersign_model::{Date, ReviewPolicy};
use serde_json::Value as Json;

use super::given::{day, fact, list, word};
use super::project::{Node, Projector};
use super::{EntityFacts, FactSet, below};
use crate::eval::{Deps, Record, Value};
use crate::pack::{Law, Resource};

/// Whose listings they are.
#[derive(Clone, Copy)]
pub(super) struct Party<'a> {
    /// The party as the case gives it.
    pub(super) given: &'a Json,
    /// Where it stands: `parties[id]`.
    pub(super) prefix: &'a str,
    /// Its number among the entities.
    pub(super) index: usize,
    pub(super) id: &'a str,
    pub(super) label: &'a str,
}

/// Adds the listings of a party; `item` is what the case is about.
pub(super) fn gather(
    law: &Law,
    projector: &Projector<'_>,
    party: Party<'_>,
    item: Option<&Json>,
    set: &mut FactSet,
) {
    let path = below(party.prefix, "listings");
    let attributes = law.schema.entities.get("Listing").map(Vec::as_slice).unwrap_or_default();
    let mut push = |mut attrs: Record, notice: Option<String>| {
        attrs.insert(Arc::from("party"), fact(Value::Entity(party.index), ""));
        set.entities.push(EntityFacts {
            kind: Resource::Listing,
            id: party.id.to_owned(),
            label: party.label.to_owned(),
            attrs,
            party: Some(party.index),
            notice,
        });
    };
    match Node::of(party.given.get("listings")) {
        Node::Nothing => {}
        Node::Open => {
            // nobody looked: every list is possible
            let mut attrs = Record::new();
            for attribute in attributes.iter().filter(|a| !a.defined && a.name.as_ref() != "party") {
                attrs.insert(attribute.name.clone(), fact(Value::unknown(&path), &path));
            }
            push(attrs, None);
        }
        Node::Given(listings) => {
            for listing in listings.as_array().map(Vec::as_slice).unwrap_or_default() {
                let at = format!("{path}[{}]", word(listing, "list").unwrap_or_default());
                let mut attrs = projector.record(attributes, Node::Given(listing), &at);
                details(listing, &path, &at, &mut attrs);
                in_time(listing, projector.as_of, &at, &mut attrs);
                let policy = review_policy(listing.get("review_policy"), item);
                let policy = policy.map_or(Value::Unknown(Deps::new()), |p| Value::str(p.as_str()));
                attrs.insert(Arc::from("review_policy"), fact(policy, &at));
                attrs.insert(Arc::from("told"), fact(Value::str(&told(listing, party.label)), &at));
                push(attrs, word(listing, "notice").map(str::to_owned));
            }
        }
    }
}

/// Absent details of a listing are no missing facts of the case: the entry has to be read. But a blocked person's programme
/// decides which requirement follows, and the footnotes of an entity which foreign products are subject to the EAR; nobody
/// can tell either from the rest.
fn details(listing: &Json, path: &str, at: &str, attrs: &mut Record) {
    let detail = |name: &str, decides_on: &str| {
        if word(listing, "list").unwrap_or_default() != decides_on {
            return Value::set::<_, &str>([]);
        }
        match word(listing, "id") {
            Some(id) => Value::unknown(&format!("{path}[{id}].{name}")),
            None => Value::unknown(path),
        }
    };
    for (name, empty) in [
        ("scope", Value::str("see_entry")),
        ("programmes", detail("programmes", "SDN")),
        ("footnotes", detail("footnotes", "EL")),
    ] {
        if listing.get(name).is_none() {
            attrs.insert(Arc::from(name), fact(empty, at));
        }
    }
}

/// Whether it is in force on the day, and for how many days it has been.
fn in_time(listing: &Json, as_of: Date, at: &str, attrs: &mut Record) {
    let in_force =
        day(listing, "from").is_none_or(|d| d <= as_of) && day(listing, "to").is_none_or(|d| as_of <= d);
    let span = format!(
        "{at} from {} to {}",
        word(listing, "from").unwrap_or("unknown"),
        word(listing, "to").unwrap_or("unknown")
    );
    attrs.insert(Arc::from("in_force"), fact(Value::Bool(in_force), &span));
    let days = match day(listing, "from") {
        Some(from) => Value::Long(from.until(as_of).map_or(0, |span| i64::from(span.get_days()))),
        // listed since a day that nobody recorded: longer than any waiting period
        None => Value::Long(i64::from(i32::MAX)),
    };
    attrs.insert(Arc::from("days_listed"), fact(days, &span));
}

/// What is shown of an owner's listing, and no policy reads.
fn told(listing: &Json, label: &str) -> String {
    let named = word(listing, "name").filter(|name| *name != label).map(|name| format!("listed as {name}"));
    let instrument = word(listing, "instrument").map(str::to_owned);
    named.into_iter().chain(instrument).collect::<Vec<_>>().join(", ")
}

/// The policy of an entry for this item: one word, or the strictest of the selectors that name a code of it.
fn review_policy(policy: Option<&Json>, item: Option<&Json>) -> Option<ReviewPolicy> {
    let codes: BTreeSet<&str> =
        item.map(|i| list(i, "eccn")).unwrap_or_default().iter().filter_map(Json::as_str).collect();
    match policy? {
        Json::String(word) => ReviewPolicy::from_word(word),
        Json::Array(selectors) => {
            let named = |selector: &Json| {
                list(selector, "items").iter().filter_map(Json::as_str).any(|c| codes.contains(c))
            };
            let read = |s: &Json| word(s, "policy").and_then(ReviewPolicy::from_word);
            let by_word = |wanted: &str| {
                selectors.iter().filter(|s| word(s, "items") == Some(wanted)).filter_map(read).max()
            };
            let by_code = selectors.iter().filter(|s| named(s)).filter_map(read).max();
            by_code.or_else(|| by_word("other")).max(by_word("all"))
        }
        _ => None,
    }
}
