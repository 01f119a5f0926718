//! Many queries asked together, as those of a file are: all are read, then the words of all that are new are looked up, then each is answered.
//!
//! The answers are those that each has by itself. But whatever is done for one after the other lies near in the caches of the processor, and words
//! that stand beside each other in the alphabet have keys and neighbours in common.

use std::sync::{Arc, PoisonError};

use countersign_names::{NameKind, Token};

use crate::candidates::{STRICT, Scratch};
use crate::hit::Screening;
use crate::index::Index;
use crate::may_agree::Need;
use crate::part::place;
use crate::profile::{Profile, ScreenError};
use crate::query::Query;
use crate::screen::{Asking, Before, check};
use crate::words::{Links, Wanted};

impl Index {
    /// What [`Index::screen`] says of each of these, in their order; an error of one stands in its place, and the others are answered.
    pub fn screen_together(
        &self,
        queries: &[&Query],
        profile: &Profile,
    ) -> Vec<Result<Screening, ScreenError>> {
        self.answers(queries.iter().map(|query| (*query, 0.0)), profile)
    }

    /// The same of queries with what the name of an entity found by name has to score at least.
    pub(crate) fn answers<'q>(
        &self,
        queries: impl Iterator<Item = (&'q Query, f64)>,
        profile: &Profile,
    ) -> Vec<Result<Screening, ScreenError>> {
        let checked = check(profile);
        let all = self.parts(&NameKind::ALL);
        let asked: Vec<Result<(Asking<'_, '_>, f64), ScreenError>> = queries
            .map(|(query, least)| {
                checked.clone()?;
                Ok((self.read(query, &all, profile)?, least))
            })
            .collect();
        self.with_scratch(|scratch| {
            let mut links: [Vec<Arc<Links>>; 3] = Default::default();
            for part in all.iter().flatten() {
                let tokens = asked
                    .iter()
                    .flatten()
                    .filter_map(|(asking, least)| tokens(asking, part.kind, profile, *least))
                    .flatten();
                let found = scratch.memory.look_up(tokens, part);
                if let Some(slot) = links.get_mut(place(part.kind)) {
                    *slot = found;
                }
            }
            // those of the queries that are not yet answered
            let mut left = links.each_ref().map(Vec::as_slice);
            asked
                .into_iter()
                .map(|asked| {
                    let (asking, least) = asked?;
                    let mut before = Before::default();
                    for (at, part) in asking.parts.iter().enumerate() {
                        let forms = asking.names.of(at).flat_map(|(name, _)| &name.forms);
                        let words = forms.map(|form| form.tokens.len()).sum();
                        let slots = left.get_mut(place(part.kind)).zip(before.0.get_mut(place(part.kind)));
                        if let Some((left, own)) = slots {
                            (*own, *left) = left.split_at_checked(words).unwrap_or_default();
                        }
                    }
                    self.answer(&asking, profile, least, (Some(scratch), before))
                })
                .collect()
        })
    }

    /// Lends room to work in, of which there is one for each thread that asks.
    pub(crate) fn with_scratch<T>(&self, ask: impl FnOnce(&mut Scratch) -> T) -> T {
        // a thread that panicked has left its scratch behind, and the others are good
        let kept = self.scratch.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut scratch = kept.unwrap_or_default();
        let result = ask(&mut scratch);
        self.scratch.lock().unwrap_or_else(PoisonError::into_inner).push(scratch);
        result
    }
}

/// The words of a query that are compared with a kind of names, each with which of its links are looked up at first; `None` where it is not compared
/// with that kind.
fn tokens<'a>(
    asking: &'a Asking<'_, '_>,
    kind: NameKind,
    profile: &Profile,
    least: f64,
) -> Option<impl Iterator<Item = (&'a Token, Wanted)> + use<'a>> {
    let at = asking.parts.iter().position(|part| part.kind == kind)?;
    let need = Need::of(&asking.bonuses, kind, profile.floor(), least);
    let wanted = if need.least < STRICT { Wanted::All } else { Wanted::Sure };
    let forms = asking.names.of(at).flat_map(|(name, _)| &name.forms);
    Some(forms.flat_map(|form| &form.tokens).map(move |token| (token, wanted)))
}

#[cfg(test)]
mod tests {
    use countersign_model::{CountryCode, Entity, EntitySchema};
    use serde_json::json;

    use super::*;

    fn index() -> Index {
        let names = [
            "Jane Quillfeather",
            "Sergei A. Penholder",
            "محمد علي",
            "Quill Trading",
            "Feather & Nib Ltd",
            "Marmalade",
        ];
        let schemas =
            [EntitySchema::Person, EntitySchema::Company, EntitySchema::LegalEntity, EntitySchema::Vessel];
        let all = schemas.into_iter().flat_map(|schema| names.map(|name| (schema, name)));
        let entities: Vec<Entity> = all
            .zip(0..)
            .map(|((schema, name), id): (_, u32)| {
                let country = if id % 3 == 0 { "us" } else { "de" };
                let properties = json!({"name": [name], "country": [country], "birthDate": [format!("19{}", 40 + id)]});
                let entity =
                    json!({"id": id.to_string(), "schema": schema, "source": "starter", "properties": properties, "listings": []});
                serde_json::from_value(entity).unwrap()
            })
            .collect();
        Index::build(&entities)
    }

    /// Queries of all kinds, of more words than are looked up at a time, some of them more than once and some with nothing to compare.
    fn queries() -> Vec<Query> {
        let heads = [
            "Jane",
            "Jayne",
            "Quill",
            "Kuill",
            "Sergej",
            "Mohammed",
            "Marmelade",
            "Nib",
            "S.",
            "J",
            "Zoe",
            "Qwer",
            "7",
        ];
        let tails = [
            "Quillfeather",
            "Quilfether",
            "Penholder",
            "Ali",
            "Trading",
            "Feather Ltd",
            "GmbH",
            "Nibb",
            "Solan",
            "",
        ];
        let kinds =
            [Some(EntitySchema::Person), Some(EntitySchema::Company), Some(EntitySchema::Vessel), None];
        let names = heads.iter().flat_map(|head| tails.iter().map(move |tail| format!("{head} {tail}")));
        let (invented, ends) = (
            ["bel", "dor", "mar", "quil", "tov", "zen"].into_iter(),
            ["a", "feder", "ik", "ling", "malad", "or"],
        );
        let mut out: Vec<Query> = names
            .chain(invented.flat_map(|first| ends.map(|last| format!("{first}{last} Penholder"))))
            .chain(["***".to_owned(), String::new()])
            .zip(kinds.into_iter().cycle())
            .map(|(name, schema)| Query { schema, ..Query::named(name) })
            .collect();
        for query in out.iter_mut().step_by(3) {
            query.countries = vec![CountryCode::new("DE").unwrap()];
        }
        for (n, query) in out.iter_mut().enumerate().step_by(4) {
            query.birth_date = Some(format!("19{}", 40 + n % 24).parse().unwrap());
        }
        out.extend(out.clone().into_iter().step_by(5));
        out
    }

    #[test]
    fn each_of_many_queries_is_answered_as_by_itself() {
        let (queries, profile) = (queries(), Profile::default());
        let asked: Vec<&Query> = queries.iter().collect();
        let together = index();
        let (own, others) =
            (together.screen_together(&asked, &profile), together.of_another_kind_together(&asked, &profile));
        assert_eq!((own.len(), others.len()), (queries.len(), queries.len()));
        let (mut hits, mut of_others, mut errors) = (0, 0, 0);
        for ((query, own), others) in queries.iter().zip(own).zip(others) {
            // of which nothing is remembered
            let alone = index();
            assert_eq!(own, alone.screen(query, &profile), "{query:?}");
            assert_eq!(others, alone.of_another_kind(query, &profile), "{query:?}");
            errors += usize::from(own.is_err());
            hits += own.map_or(0, |found| found.hits.len());
            of_others += others.map_or(0, |found| found.len());
        }
        assert!(hits > 20 && of_others > 5 && errors >= 2, "{hits} {of_others} {errors}");
    }

    #[test]
    fn what_a_profile_lacks_is_told_of_each() {
        let (queries, profile) = (queries(), Profile::with_threshold(0.0));
        let asked: Vec<&Query> = queries.iter().collect();
        let wrong = Err(ScreenError::Threshold(0.0));
        assert!(index().screen_together(&asked, &profile).iter().all(|found| *found == wrong));
    }
}
