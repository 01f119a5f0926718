//! The listings of a party as of the day.

use std::collections::BTreeSet;
use std::sync::Arc;

use countersign_model::ReviewPolicy;
use serde_json::Value as Json;

use super::given::{day, fact, list, word};
use super::project::{Node, Projector};
use super::{EntityFacts, FactSet, below};
use crate::eval::{Deps, Record, Value};
use crate::pack::{Law, Resource};

#[expect(clippy::too_many_arguments, reason = "one call site; the arguments are the parts of one party")]
pub(super) fn gather(
    law: &Law,
    projector: &Projector<'_>,
    party: &Json,
    prefix: &str,
    index: usize,
    id: &str,
    label: &str,
    item: Option<&Json>,
    set: &mut FactSet,
) {
    let path = below(prefix, "listings");
    let attributes = law.schema.entities.get("Listing").map(Vec::as_slice).unwrap_or_default();
    let mut push = |mut attrs: Record, notice: Option<String>, label: String| {
        attrs.insert(Arc::from("party"), fact(Value::Entity(index), ""));
        set.entities.push(EntityFacts {
            kind: Resource::Listing,
            id: id.to_owned(),
            label,
            attrs,
            party: Some(index),
            notice,
        });
    };
    match Node::of(party.get("listings")) {
        Node::Nothing => {}
        Node::Open => {
            // nobody looked: every list is possible
            let mut attrs = Record::new();
            for attribute in attributes.iter().filter(|a| !a.defined && a.name.as_ref() != "party") {
                attrs.insert(attribute.name.clone(), fact(Value::unknown(&path), &path));
            }
            push(attrs, None, label.to_owned());
        }
        Node::Given(listings) => {
            for listing in listings.as_array().map(Vec::as_slice).unwrap_or_default() {
                let code = word(listing, "list").unwrap_or_default();
                let at = format!("{path}[{code}]");
                let mut attrs = projector.record(attributes, Node::Given(listing), &at);
                // absent details of a listing are no missing facts of the case: the entry has to be read
                // but a blocked person's programme decides which requirement follows, and the footnotes of an entity which
                // foreign products are subject to the EAR; nobody can tell either from the rest
                let detail = |name: &str, decides_on: &str| {
                    if code != decides_on {
                        return Value::set::<_, &str>([]);
                    }
                    match word(listing, "id") {
                        Some(id) => Value::unknown(&format!("{path}[{id}].{name}")),
                        None => Value::unknown(&path),
                    }
                };
                for (name, empty) in [
                    ("scope", Value::str("see_entry")),
                    ("programmes", detail("programmes", "SDN")),
                    ("footnotes", detail("footnotes", "EL")),
                ] {
                    if listing.get(name).is_none() {
                        attrs.insert(Arc::from(name), fact(empty, &at));
                    }
                }
                let as_of = projector.as_of;
                let in_force = day(listing, "from").is_none_or(|d| d <= as_of)
                    && day(listing, "to").is_none_or(|d| as_of <= d);
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
                let policy = review_policy(listing.get("review_policy"), item);
                let policy = policy.map_or(Value::Unknown(Deps::new()), |p| Value::str(p.as_str()));
                attrs.insert(Arc::from("review_policy"), fact(policy, &at));
                // what is shown of an owner's listing, and no policy reads
                let named = word(listing, "name").filter(|name| *name != label);
                let named = named.map(|name| format!("listed as {name}"));
                let told = named.into_iter().chain(word(listing, "instrument").map(str::to_owned));
                let told: Vec<String> = told.collect();
                attrs.insert(Arc::from("told"), fact(Value::str(&told.join(", ")), &at));
                let notice = word(listing, "notice").map(str::to_owned);
                push(attrs, notice, label.to_owned());
            }
        }
    }
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
