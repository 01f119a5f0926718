//! What was told of a party when a person decided about it, and what agrees with the entry now that did not then.
//!
//! Comes in: a decision's record of what was looked at, and a hit of today. Goes out: why a person has to look again, or
//! nothing. Next is `dispositions.rs`, which asks this of each decision that says "not the same": it was said of a party
//! with these names and numbers, and whoever comes with the listed passport under the same name is another one.

use countersign_model::Entity;
use countersign_screening::{Fact, Gender, Hit, Identifier, Index, Profile, Query};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;

/// What was told of a party besides its name, kind, countries and birth date. A decision that was recorded without it
/// (`disposition/1`, `disposition/2`) is read as one about a party of which nothing else was told.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// Its other names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_names: Vec<String>,
    /// Its addresses, each as one line.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<String>,
    /// A person's gender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gender: Option<Gender>,
    /// Its official numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identifiers: Vec<Identifier>,
}

/// A name as dispositions are found by it: NFKC, lower case, single blanks. Nothing else is equal.
pub fn normalised(name: &str) -> String {
    let folded: String = name.nfkc().flat_map(char::to_lowercase).collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A number as it is known again: its letters and digits.
fn bare(number: &str) -> String {
    number.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

impl Told {
    /// What a query tells.
    pub fn of(query: &Query) -> Self {
        Self {
            other_names: query.other_names.clone(),
            addresses: query.addresses.clone(),
            gender: query.gender,
            identifiers: query.identifiers.clone(),
        }
    }

    /// Whether nothing was told.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the party asked about can be the one that was looked at: what told it from others then is told now too.
    ///
    /// # Errors
    /// What is missing, in words.
    pub fn covers(&self, query: &Query) -> Result<(), String> {
        if let Some(gender) = self.gender.filter(|gender| query.gender != Some(*gender)) {
            let word = if gender == Gender::Female { "woman" } else { "man" };
            return Err(format!("it is about a {word}"));
        }
        let numbers: Vec<String> = self.identifiers.iter().map(|i| bare(&i.value)).collect();
        if let Some(first) = self.identifiers.first()
            && !query.identifiers.iter().any(|i| numbers.contains(&bare(&i.value)))
        {
            return Err(format!(
                "it is about a party with the number `{}`, which is not told here",
                first.value
            ));
        }
        match self.addresses.first() {
            Some(address) if query.addresses.is_empty() => {
                Err(format!("it is about a party at `{address}`, and no address is told here"))
            }
            _ => Ok(()),
        }
    }

    /// Why a decision about a party called `name`, of which this was told, has to be looked at again: something that the
    /// query tells agrees with the entry, and was not told then. `entry` is the entry of the hit.
    pub fn opened_by(
        &self,
        name: &str,
        query: &Query,
        hit: &Hit,
        entry: Option<&Entity>,
        index: &Index,
    ) -> Option<String> {
        let new_number = |number: &str| !self.knows_number(name, number);
        let agreeing = |hit: &Hit, fact: Fact| {
            hit.adjustments.iter().find(|a| a.fact == fact && a.agrees).map(|a| a.asked.clone())
        };
        let number = agreeing(hit, Fact::Identifier);
        if let Some(number) = number.as_ref().filter(|number| new_number(number)) {
            return Some(not_told(&format!("the number `{number}` agrees with the entry")));
        }
        let known = |address: &String| self.addresses.iter().any(|a| normalised(a) == normalised(address));
        if let Some(address) = agreeing(hit, Fact::Address).filter(|address| !known(address)) {
            return Some(not_told(&format!("the address `{address}` agrees with the entry")));
        }
        let mut listed =
            entry.into_iter().flat_map(|e| e.values("gender")).filter_map(|g| Gender::from_word(g));
        if self.gender.is_none() && query.gender.is_some_and(|asked| listed.any(|g| g == asked)) {
            return Some(not_told("the gender agrees with the entry"));
        }
        let names: Vec<&str> =
            query.names().filter(|n| !n.trim().is_empty() && !self.knows_name(name, n)).collect();
        // the name that agrees best is one of the names asked, or a part of one
        let asked = normalised(&hit.name.asked);
        let known = |known: &str| normalised(known).contains(&asked);
        if !known(name) && !self.other_names.iter().any(|n| known(n)) {
            return Some(not_told(&format!("the name `{}` is alike", hit.name.asked)));
        }
        let numbers: Vec<Identifier> =
            query.identifiers.iter().filter(|i| new_number(&i.value)).cloned().collect();
        // of several numbers that agree, the hit names one
        if names.is_empty() && (numbers.is_empty() || number.is_none()) {
            return None;
        }
        let again = Query {
            name: names.first().copied().unwrap_or(name).to_owned(),
            other_names: names.iter().skip(1).map(|n| (*n).to_owned()).collect(),
            schema: Some(hit.schema),
            addresses: Vec::new(),
            identifiers: numbers,
            ..query.clone()
        };
        let profile = Profile { near_miss_margin: 0.0, max_near_misses: 0, ..Profile::default() };
        let found = match index.screen(&again, &profile) {
            Ok(found) => found.hits.into_iter().find(|h| h.entity == hit.entity)?,
            // what cannot be compared clears nobody
            Err(error) => return Some(format!("its other names cannot be compared: {error}")),
        };
        if let Some(number) = agreeing(&found, Fact::Identifier).filter(|number| new_number(number)) {
            return Some(not_told(&format!("the number `{number}` agrees with the entry")));
        }
        let alike = || not_told(&format!("the name `{}` is alike too", found.name.asked));
        (!names.is_empty()).then(alike)
    }

    fn knows_name(&self, name: &str, other: &str) -> bool {
        let other = normalised(other);
        normalised(name) == other || self.other_names.iter().any(|n| normalised(n) == other)
    }

    /// Whoever types a number where a name is asked for means the number too.
    fn knows_number(&self, name: &str, number: &str) -> bool {
        let number = bare(number);
        let values = self.identifiers.iter().map(|i| i.value.as_str());
        let names = self.other_names.iter().map(String::as_str);
        std::iter::once(name).chain(names).chain(values).any(|known| bare(known) == number)
    }
}

fn not_told(what: &str) -> String {
    format!("{what}, and was not told when it was decided")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed() -> (Entity, Index) {
        let entity: Entity = serde_json::from_value(serde_json::json!({
            "id": "x:1", "schema": "Person", "source": "x", "listings": [],
            "properties": {
                "name": ["Zarko Quillfeather"], "alias": ["Abu Wexford"], "passportNumber": ["ZQ2708217"],
                "taxNumber": ["5550001112"], "gender": ["male"], "address": ["12 Harbour Street, Valletta, Malta"],
            },
        }))
        .unwrap();
        let index = Index::build(std::slice::from_ref(&entity));
        (entity, index)
    }

    fn number(property: &str, value: &str) -> Identifier {
        Identifier { property: Some(property.to_owned()), value: value.to_owned() }
    }

    /// Why a decision about this name, of which `told` was told, is open again for this query.
    fn opened(told: &Told, query: &Query) -> Option<String> {
        let (entity, index) = listed();
        let found = index.screen(query, &Profile::default()).unwrap();
        let hit = found.hits.first().expect("a hit");
        told.opened_by("Zarko Quillfeather", query, hit, Some(&entity), &index)
    }

    #[test]
    fn what_agrees_now_and_was_not_told_opens_a_decision_again() {
        let bare = Query::named("Zarko Quillfeather");
        let passport = Query { identifiers: vec![number("passportNumber", "ZQ 2708217")], ..bare.clone() };
        let both = Query {
            identifiers: vec![number("passportNumber", "ZQ 2708217"), number("taxNumber", "5550001112")],
            ..bare.clone()
        };
        let other_number = Query { identifiers: vec![number("passportNumber", "AA9999999")], ..bare.clone() };
        let alias = Query { other_names: vec!["Abu Wexford".into()], ..bare.clone() };
        let other_alias = Query { other_names: vec!["Mary Smith".into()], ..bare.clone() };
        let same_place =
            Query { addresses: vec!["12 Harbour Street, Valletta, Malta".into()], ..bare.clone() };
        let elsewhere = Query { addresses: vec!["1 Rue X, Lyon, France".into()], ..bare.clone() };
        let man = Query { gender: Some(Gender::Male), ..bare.clone() };
        let none = Told::default();
        for (query, word) in [
            (&passport, "ZQ 2708217"),
            (&both, "ZQ 2708217"),
            (&alias, "Abu Wexford"),
            (&same_place, "Harbour"),
            (&man, "gender"),
        ] {
            let why = opened(&none, query).unwrap_or_else(|| panic!("{word} opens nothing"));
            assert!(why.contains(word) && why.contains("not told"), "{why}");
            assert_eq!(opened(&Told::of(query), query), None, "{word} was told");
        }
        for query in [&bare, &other_number, &other_alias, &elsewhere] {
            assert_eq!(opened(&none, query), None, "{query:?}");
        }
        // one number was told; the other one is new
        let why = opened(&Told::of(&passport), &both).unwrap();
        assert!(why.contains("5550001112"), "{why}");
    }

    #[test]
    fn whoever_is_not_told_apart_any_more_is_looked_at_again() {
        let bare = Query::named("Zarko Quillfeather");
        let told = Query {
            identifiers: vec![number("passportNumber", "AA-9999999")],
            addresses: vec!["1 Rue X, Lyon".into()],
            gender: Some(Gender::Female),
            ..bare.clone()
        };
        let decided = Told::of(&told);
        assert!(decided.covers(&told).is_ok());
        let moved = Query { addresses: vec!["2 Rue Y, Paris".into()], ..told.clone() };
        assert!(decided.covers(&moved).is_ok(), "parties move");
        let spelled = Query { identifiers: vec![number("idNumber", "aa9999999")], ..told.clone() };
        assert!(decided.covers(&spelled).is_ok());
        for less in [
            bare,
            Query { identifiers: Vec::new(), ..told.clone() },
            Query { addresses: Vec::new(), ..told.clone() },
            Query { gender: None, ..told.clone() },
            Query { gender: Some(Gender::Male), ..told.clone() },
            Query { identifiers: vec![number("passportNumber", "BB1")], ..told },
        ] {
            assert!(decided.covers(&less).is_err(), "{less:?}");
        }
    }

    #[test]
    fn only_the_same_spelling_is_the_same_name() {
        assert_eq!(normalised("  NSO\u{a0}Group "), normalised("ＮＳＯ group"));
        assert_ne!(normalised("NSO Group"), normalised("NSO Group Ltd"));
        assert_ne!(normalised("N.S.O. Group"), normalised("NSO Group"));
    }
}
