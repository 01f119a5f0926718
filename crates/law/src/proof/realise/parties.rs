//! The parties of a realised case: their facts, listings, stakes and control.

use countersign_model::{Date, Months};
use serde_json::{Map, Value as Json, json};

use super::{IDS, Reader, percent};
use crate::proof::symbol::{Sym, Word};
use crate::proof::term::Term;
use crate::proof::things::{ACTOR, LISTINGS, OTHER, OWNER};
use crate::proof::world::{LeafKind, World};

impl World<'_, '_> {
    pub(super) fn party_of(&self, r: &Reader<'_, '_, '_>, n: usize, as_of: Date) -> Map<String, Json> {
        let id = IDS.get(n - ACTOR).copied().unwrap_or_default();
        let name = match n {
            ACTOR => "The actor",
            OTHER => "The other party",
            _ => "An owner of the other party",
        };
        let mut out = Map::from_iter([("id".to_owned(), json!(id)), ("name".to_owned(), json!(name))]);
        let mut facts = r.entity(Some(n));
        if let Some(Json::Object(record)) = facts.get_mut("due_diligence_record") {
            record.entry("date").or_insert_with(|| json!(as_of.to_string()));
        }
        out.extend(facts);
        let thing = self.things.get(n);
        if let Some(Sym::Record(seat)) = thing.and_then(|t| t.attrs.get("seat"))
            && let Some(Sym::Word { known, word: Word::Country(num, _) }) = seat.get("code")
            && let (true, Some(code)) = (r.holds(*known), r.country(*num))
        {
            out.insert("headquarters".to_owned(), json!(code));
        }
        let individual = out.get("kind") == Some(&json!("individual"));
        let name = thing.map_or("", |t| t.name);
        let nationality = self.domain.country(&format!("{name}.nationality"), Term::TRUE);
        if let Sym::Record(country) = nationality
            && let Some(Sym::Word { word: Word::Country(num, _), .. }) = country.get("code")
            && individual
            && r.known(&format!("{name}.nationality"))
            && let Some(code) = r.country(*num)
        {
            out.insert("nationalities".to_owned(), json!([code]));
        }
        let Some(listing) = LISTINGS.get(n - ACTOR).copied() else { return out };
        for leaf in &self.leaves {
            if leaf.entity == Some(listing)
                && let LeafKind::Map { given, nothing } = leaf.kind
                && leaf.path.is_empty()
            {
                if r.holds(nothing) {
                    out.insert("listings".to_owned(), json!("none"));
                } else if r.holds(given) {
                    out.insert("listings".to_owned(), json!([self.listing_of(r, listing, as_of)]));
                }
            }
        }
        if n != OTHER && !individual {
            out.insert("owners".to_owned(), json!("none"));
            out.insert("control".to_owned(), json!("none"));
        }
        out
    }

    fn listing_of(&self, r: &Reader<'_, '_, '_>, n: usize, as_of: Date) -> Json {
        let name = self.things.get(n).map_or("", |t| t.name);
        let mut out = r.entity(Some(n));
        // a detail that is left out is empty here
        out.retain(|_, v| v != &json!("none"));
        let days = r.num(&format!("{name}.days_listed"));
        let from = as_of.checked_add(Months::new().days(-days)).unwrap_or(as_of);
        out.insert("from".to_owned(), json!(from.to_string()));
        let over = days > 0 && !r.var(&format!("{name}.in_force"));
        let to = if over { as_of.yesterday().unwrap_or(as_of).to_string() } else { "none".to_owned() };
        out.insert("to".to_owned(), json!(to));
        if let Some(Sym::Word { known, word }) = self.things.get(n).and_then(|t| t.attrs.get("review_policy"))
            && r.holds(*known)
            && let Some(policy) = r.word(word)
        {
            out.insert("review_policy".to_owned(), json!(policy));
        }
        Json::Object(out)
    }

    /// The stake of the owner in the other party, and its control.
    pub(super) fn stakes(&self, r: &Reader<'_, '_, '_>, parties: &mut Vec<Json>) {
        let hows = self.things.get(OTHER).map(|_| {
            let hows = self.domain.vocabulary.words("party", &["control".to_owned()], Some("how"));
            let sym = self.set("owner controls by", Term::TRUE, hows, false);
            r.words(&sym, &[])
        });
        let split = r.var("the stake is held by two") && r.known("other.owners");
        let second = parties.get(OWNER - ACTOR).cloned();
        let Some(Json::Object(other)) = parties.get_mut(OTHER - ACTOR) else { return };
        // in a whole case the share is a point of the interval
        let (low, high) = if self.complete {
            let exact = r.num("owner holds exact");
            (exact, exact)
        } else {
            (r.num("owner holds least"), r.num("owner holds most"))
        };
        let mut rest = None;
        if r.known("other.owners") {
            let value = if r.var("the actor holds all of the other party") {
                json!([{"party": "actor", "percent": "100"}])
            } else if high == 0 {
                json!("none")
            } else {
                let held = if low == high {
                    json!(percent(low))
                } else {
                    json!({"min": percent(low), "max": percent(high)})
                };
                let through = if r.var("the stake runs through another body") { "between" } else { "owner" };
                let mut owners = vec![json!({"party": through, "percent": held})];
                if split {
                    let (a, b) = (low / 2, low - low / 2);
                    owners = vec![
                        json!({"party": through, "percent": percent(a)}),
                        json!({"party": "owner-2", "percent": percent(b)}),
                    ];
                }
                if low < 1_000_000 {
                    rest = Some("public");
                    let (a, b) = (percent(1_000_000 - high), percent(1_000_000 - low));
                    let left = if a == b { json!(a) } else { json!({"min": a, "max": b}) };
                    owners.push(json!({"party": "public", "percent": left}));
                }
                Json::Array(owners)
            };
            other.insert("owners".to_owned(), value);
        }
        if r.known("other.control") {
            let list: Vec<Json> =
                hows.unwrap_or_default().iter().map(|how| json!({"by": "owner", "how": how})).collect();
            other.insert("control".to_owned(), if list.is_empty() { json!("none") } else { json!(list) });
        }
        let body = |id: &str, name: &str, owners: Json| {
            json!({"id": id, "name": name, "kind": "organisation", "roles": ["owner"], "listings": "none",
                   "owners": owners, "control": "none"})
        };
        if r.var("the stake runs through another body") && r.known("other.owners") && high > 0 {
            parties.push(body("between", "A holding company", json!([{"party": "owner", "percent": "100"}])));
        }
        if let (true, Some(Json::Object(mut second))) = (split, second) {
            second.insert("id".to_owned(), json!("owner-2"));
            second.insert("name".to_owned(), json!("A second owner of the other party"));
            parties.push(Json::Object(second));
        }
        if let Some(id) = rest {
            parties.push(body(id, "Other shareholders", json!("none")));
        }
    }
}
