//! What a wrong kind would hide: a person behind the name of a firm, a firm asked about as a person.
//!
//! The kind is the column of a customer file that is wrong most often, and a sole trader is a firm and a person at once. So
//! where nothing of its own kind is found, a party is compared with the other kinds too.
//!
//! A name with a form of organisation or with the words of a trade is that of a body whatever the column says. Who trades under it bears the rest of it;
//! a nickname of one word is the name of many a body.

use std::borrow::Cow;
use std::collections::HashSet;

use countersign_model::{EntitySchema, NameQuality};
use countersign_names::{Form, NameKind, Nature, ParsedName, TradeName};

use crate::hit::{Fact, Hit};
use crate::index::Index;
use crate::profile::{Profile, ScreenError};
use crate::query::Query;
use crate::several::joins_two;

/// From this score of the names alone on, two names are the same name, differently written: a country that differs makes
/// it no other name.
const SAME_NAME: f64 = 0.95;

/// The questions of a query, each with the kinds of names that it is compared with: its own, and those that a wrong kind would hide.
pub(crate) fn questions(query: &Query) -> impl Iterator<Item = (Cow<'_, Query>, &'static [NameKind])> {
    let own = query.schema.map_or(&NameKind::ALL[..], NameKind::of_schema);
    let hidden = query
        .schema
        .into_iter()
        .flat_map(others)
        .map(|other| (Cow::Owned(as_other(query, other).query), NameKind::of_schema(other)));
    std::iter::once((Cow::Borrowed(query), own)).chain(hidden)
}

/// A query as one about another kind.
struct AsOther {
    query: Query,
    /// What the name of an entity of the other kind has to score. A body is no person, so that its name must be the same.
    least: f64,
    /// Whether a person is asked about behind names that are those of a body, whatever else is wrong.
    of_a_body: bool,
}

/// The query as one about another kind. A firm may bear the name of a person, and its form of organisation and its trade are no part of that.
fn as_other(query: &Query, other: EntitySchema) -> AsOther {
    let mut query = Query { schema: Some(other), ..query.clone() };
    let mut of_bodies = true;
    if other == EntitySchema::Person {
        for name in std::iter::once(&mut query.name).chain(&mut query.other_names) {
            let TradeName { bearer, of_a_body } = TradeName::of(name);
            of_bodies &= of_a_body;
            // `Quill & Feather Ltd` is one body by its form, and without it two persons
            if bearer.len() < name.trim().len() && !joins_two(bearer) {
                *name = bearer.to_owned();
            }
        }
    }
    let person = other == EntitySchema::Person;
    AsOther { query, least: if person { 0.0 } else { SAME_NAME }, of_a_body: person && of_bodies }
}

/// Whether an entity is found by a name of one word, articles aside, that is not its first: what it is called by the way. Many a body bears such
/// a word. One that has the official number asked about is found by that.
fn by_a_nickname(hit: &Hit) -> bool {
    if hit.adjustments.iter().any(|change| change.fact == Fact::Identifier && change.agrees) {
        return false;
    }
    let of_one_word = || {
        let read = ParsedName::parse(&hit.name.listed, NameKind::Person);
        let words = |form: &Form| form.tokens.iter().filter(|t| t.nature() != Nature::Particle).count();
        read.forms.first().is_none_or(|form| words(form) < 2)
    };
    hit.name.quality != NameQuality::Primary && of_one_word()
}

/// The kinds that a party of this kind may be as well, or be meant by. Ships, aircraft and assets share names with
/// bodies every day and hide behind nobody.
fn others(schema: EntitySchema) -> impl Iterator<Item = EntitySchema> {
    [EntitySchema::Person, EntitySchema::Organization].into_iter().filter(move |other| !schema.may_be(*other))
}

impl Index {
    /// Listed persons and bodies of the name asked about, where the query says that it is another kind of thing: best
    /// first, with what is wrong in [`Hit::kept_below`]. A person counts from the threshold on, behind the name of a body ([`TradeName`]) not by
    /// a nickname; a body behind another name where the names are the same. None where the query names no kind.
    ///
    /// # Errors
    /// As [`Index::screen`].
    pub fn of_another_kind(&self, query: &Query, profile: &Profile) -> Result<Vec<Hit>, ScreenError> {
        self.of_another_kind_together(&[query], profile).pop().unwrap_or_else(|| Ok(Vec::new()))
    }

    /// The same of each of these queries, in their order; an error of one stands in its place, and the others are answered.
    pub fn of_another_kind_together(
        &self,
        queries: &[&Query],
        profile: &Profile,
    ) -> Vec<Result<Vec<Hit>, ScreenError>> {
        // only what is a match counts
        let matches = Profile { near_miss_margin: 0.0, max_near_misses: 0, bearers: false, ..*profile };
        // each with the query that it is made of
        let as_others: Vec<(usize, EntitySchema, AsOther)> = (0..)
            .zip(queries)
            .filter_map(|(n, query)| Some((n, query.schema?, query)))
            .flat_map(|(n, asked, query)| others(asked).map(move |other| (n, asked, as_other(query, other))))
            .collect();
        let answers = self.answers(as_others.iter().map(|(.., other)| (&other.query, other.least)), &matches);
        let mut found: Vec<Result<Vec<Hit>, ScreenError>> = queries.iter().map(|_| Ok(Vec::new())).collect();
        for ((n, asked, other), answer) in as_others.iter().zip(answers) {
            let Some(found) = found.get_mut(*n) else { continue };
            match (found.as_mut(), answer) {
                (Ok(found), Ok(screening)) => found.extend(screening.hits.into_iter().filter(|hit| {
                    !asked.may_be(hit.schema)
                        && (hit.schema == EntitySchema::Person || hit.name_score >= SAME_NAME)
                        && !(other.of_a_body && by_a_nickname(hit))
                })),
                (Ok(_), Err(error)) => *found = Err(error),
                // the first error is told
                (Err(_), _) => {}
            }
        }
        for (found, query) in found.iter_mut().zip(queries) {
            if let (Ok(found), Some(asked)) = (found, query.schema) {
                say_what_is_wrong(found, asked);
            }
        }
        found
    }
}

/// Sorts what is of another kind than was asked, best first, and says so.
fn say_what_is_wrong(found: &mut Vec<Hit>, asked: EntitySchema) {
    found.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.entity.cmp(&b.entity)));
    // a party that the list does not tell apart stands in both
    let mut seen = HashSet::new();
    found.retain(|hit| seen.insert(hit.entity.clone()));
    for hit in found {
        hit.kept_below.insert(
            0,
            format!("asked about as `{}`, and the list has `{}`", asked.as_str(), hit.schema.as_str()),
        );
    }
}

#[cfg(test)]
mod tests {
    use countersign_model::{Entity, SourceId};

    use super::*;
    use crate::query::Identifier;

    fn listed(n: usize, schema: EntitySchema, name: &str) -> Entity {
        let mut entity = Entity {
            id: n.to_string(),
            schema,
            source: SourceId::new("starter").unwrap(),
            properties: Default::default(),
            listings: Vec::new(),
        };
        entity.add("name", name);
        entity
    }

    #[test]
    fn the_form_of_a_firm_is_no_part_of_a_persons_name() {
        let index = Index::build(&[
            listed(0, EntitySchema::Person, "Jane Quillfeather"),
            listed(1, EntitySchema::Person, "Sergei A. Penholder"),
        ]);
        let found = |name: &str| {
            let query = Query { schema: Some(EntitySchema::Company), ..Query::named(name) };
            let hits = index.of_another_kind(&query, &Profile::default()).unwrap();
            hits.first().map(|hit| (hit.entity.clone(), hit.score))
        };
        for firm in
            ["Jane Quillfeather Ltd", "JANE QUILLFEATHER, S.R.L.", "Quillfeather Jane Private Limited"]
        {
            assert!(found(firm).is_some_and(|(entity, score)| entity == "0" && score >= 0.98), "{firm}");
        }
        // what may be initials stays
        assert!(found("Penholder S.A.").is_some_and(|(entity, _)| entity == "1"));
        // one body by its form
        let two =
            Query { schema: Some(EntitySchema::Company), ..Query::named("Quill Feather & Pen Nib Ltd") };
        assert_eq!(as_other(&two, EntitySchema::Person).query.name, two.name);
    }

    #[test]
    fn behind_the_name_of_a_body_stands_who_bears_the_rest_of_it() {
        let mut nicknamed = listed(1, EntitySchema::Person, "Sergei Penholder");
        nicknamed.add("alias", "Nibby");
        nicknamed.add("passportNumber", "PEN7712345");
        let index = Index::build(&[
            listed(0, EntitySchema::Person, "Jane Quillfeather"),
            nicknamed,
            listed(2, EntitySchema::Person, "Marmalade"),
        ]);
        let found = |name: &str| {
            let query = Query { schema: Some(EntitySchema::Company), ..Query::named(name) };
            let hits = index.of_another_kind(&query, &Profile::default()).unwrap();
            hits.first().map(|hit| hit.entity.clone())
        };
        for trader in [
            "Jane Quillfeather General Trading LLC",
            "QUILLFEATHER JANE CONSULTING",
            "Jane Quilfeather",
            "Jane Quilfether Holding Ltd",
            "Ms Jane Quillfeather, Import & Export",
        ] {
            assert_eq!(found(trader).as_deref(), Some("0"), "{trader}");
        }
        assert_eq!(found("Sergey Penholder & Co Ltd").as_deref(), Some("1"));
        assert_eq!(found("Marmalade Ltd").as_deref(), Some("2"), "a person of one name");
        let numbered = |value: &str| {
            let identifier = Identifier { property: None, value: value.to_owned() };
            let query = Query {
                schema: Some(EntitySchema::Company),
                identifiers: vec![identifier],
                ..Query::named("Nibby Ltd")
            };
            index.of_another_kind(&query, &Profile::default()).unwrap().len()
        };
        assert_eq!((numbered("PEN7712345"), numbered("PEN7712346")), (1, 0), "by the number");
        for body in
            ["Jane Quilter Holding Ltd", "Jane Marigold Trading LLC", "Nibby Ltd", "Nib By Industries Ltd"]
        {
            assert_eq!(found(body), None, "{body}");
        }
    }

    #[test]
    fn asking_for_less_finds_what_asking_for_all_finds() {
        let names =
            ["Jane Quillfeather", "Quillfeather Jane", "J. Quill", "Quill Feather Ltd", "Quill Feather"];
        let schemas = [EntitySchema::Person, EntitySchema::Company, EntitySchema::LegalEntity];
        let entities: Vec<Entity> = schemas
            .into_iter()
            .flat_map(|schema| names.map(|name| (schema, name)))
            .enumerate()
            .map(|(n, (schema, name))| {
                let mut entity = listed(n, schema, name);
                entity.add("birthDate", "1970");
                entity
            })
            .collect();
        let index = Index::build(&entities);
        let profile = Profile::default();
        let mut all_found = 0;
        for asked in [EntitySchema::Person, EntitySchema::Company, EntitySchema::Vessel] {
            for name in names.into_iter().chain(["Jane Quilfeather", "Quill Fether Limited"]) {
                let birth_date = Some("1970".parse().unwrap());
                let query = Query { schema: Some(asked), birth_date, ..Query::named(name) };
                let mut expected = HashSet::new();
                for other in others(asked) {
                    let AsOther { query: as_other, .. } = as_other(&query, other);
                    let hits = index.screen(&as_other, &profile).unwrap().hits;
                    let counts =
                        |hit: &Hit| hit.schema == EntitySchema::Person || hit.name_score >= SAME_NAME;
                    let hits = hits.into_iter().filter(|hit| !asked.may_be(hit.schema) && counts(hit));
                    expected.extend(hits.map(|hit| (hit.entity, hit.score.to_bits())));
                }
                let found = index.of_another_kind(&query, &profile).unwrap();
                all_found += found.len();
                let found: HashSet<_> =
                    found.into_iter().map(|hit| (hit.entity, hit.score.to_bits())).collect();
                assert_eq!(found, expected, "{name} as {asked:?}");
            }
        }
        assert!(all_found > 10, "{all_found} found");
    }
}
