//! What people decided about possible matches, remembered in the journal.
//!
//! A disposition is about one name, one kind of party, its countries and birth date as they were told, and one entry of a
//! list. It is never carried over to another spelling. One that says "not the same" holds for the party that was looked at
//! and no other: not for one of another country or birth date, not for one of which less is told, not for one with a
//! number, a name or another fact that agrees with the entry and was not told ([`Told`]), not when the entry changes, not
//! after the day to which it was limited. Then a person has to look again. An entry that a publisher files under another
//! id, unchanged, keeps it.

use std::collections::BTreeMap;

use countersign_model::{CountryCode, Date, Digest, Entity, EntitySchema};
use countersign_screening::{BirthDate, Query};
use countersign_store::{Envelope, Kind, NewRecord, Receipt, Store, UtcTime};
use countersign_verify::{Statement, canonical_json};
use serde::{Deserialize, Serialize};

use crate::failure::Failure;
pub use crate::told::{Told, normalised};

/// What a person decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The party is the listed one.
    Match,
    /// It is another.
    NoMatch,
}

impl Verdict {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Match => "the same party as",
            Self::NoMatch => "another party than",
        }
    }
}

/// How a disposition is written now. Older ones are read as they are.
pub const FORMAT: &str = "disposition/3";

/// One decision of a person about one possible match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disposition {
    /// [`FORMAT`]; `disposition/1` had no scope, no end and no condition, `disposition/2` nothing of what else was told.
    pub schema: String,
    /// The name as it was asked.
    pub name: String,
    /// The name by which it is found again ([`normalised`]).
    pub normalised: String,
    /// The kind of party by which it is found again ([`kind_of`]).
    pub kind: String,
    /// The id of the entry.
    pub entity: String,
    /// The name of the entry.
    pub caption: String,
    /// SHA-256 of the entry as it was when it was decided.
    pub entity_sha256: Digest,
    /// What was decided.
    pub verdict: Verdict,
    /// Why, in words.
    pub reason: String,
    /// By whom.
    pub by: String,
    /// When.
    pub time: String,
    /// Of which countries the party is, as it was told; sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub countries: Vec<CountryCode>,
    /// When the person was born, as it was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<BirthDate>,
    /// What else was told of it.
    #[serde(default, skip_serializing_if = "Told::is_empty")]
    pub told: Told,
    /// The last day on which it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// On what it depends, in words; shown wherever it is used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// SHA-256 of the entry without its id, by which it is known again under another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facts_sha256: Option<Digest>,
}

/// A party as dispositions are asked about it.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its kind.
    pub kind: EntitySchema,
    /// Its countries, birth date and the rest.
    pub query: &'a Query,
    /// The day of the question.
    pub on: Date,
}

/// Whether a disposition holds for a party, or why not, in words.
pub type Holds = Result<(), String>;

impl Disposition {
    /// Whether it holds for this party on this day, the entry left aside.
    pub fn holds(&self, about: &About<'_>) -> Holds {
        if self.until.is_some_and(|until| about.on > until) {
            return Err(format!("it held until {}", self.until.map_or_else(String::new, |d| d.to_string())));
        }
        let told = |codes: &[CountryCode]| codes.iter().map(|c| c.as_str()).collect::<Vec<_>>().join(", ");
        let asked = &about.query.countries;
        if self.verdict == Verdict::Match {
            // what is the same party stays so when more or less is told of it, but not against what is told
            let apart = !asked.is_empty()
                && !self.countries.is_empty()
                && !asked.iter().any(|c| self.countries.contains(c));
            return if apart {
                Err(format!("it is about a party of {}", told(&self.countries)))
            } else {
                Ok(())
            };
        }
        let same =
            asked.iter().all(|c| self.countries.contains(c)) && asked.is_empty() == self.countries.is_empty();
        if !same {
            return Err(match (self.countries.as_slice(), asked.as_slice()) {
                ([], _) => "it does not say of which country the party is".to_owned(),
                (codes, []) => format!("it is about a party of {}, and no country is told here", told(codes)),
                (codes, _) => format!("it is about a party of {}", told(codes)),
            });
        }
        if self.birth_date != about.query.birth_date {
            return Err(match self.birth_date {
                Some(date) => format!("it is about a person born {date}"),
                None => "it does not say when the person was born".to_owned(),
            });
        }
        self.told.covers(about.query)
    }
}

/// The kind of party as dispositions are found by it: bodies of every legal form are one kind.
pub fn kind_of(schema: EntitySchema) -> EntitySchema {
    match schema {
        EntitySchema::Company | EntitySchema::PublicBody => EntitySchema::Organization,
        other => other,
    }
}

/// The digest of an entry.
pub fn entity_digest(entity: &Entity) -> Result<Digest, Failure> {
    let value = serde_json::to_value(entity).map_err(|e| Failure::Program(e.to_string()))?;
    Ok(Digest::of(&canonical_json(&value).map_err(|e| Failure::Program(e.to_string()))?))
}

/// The digest of an entry without its id.
pub fn facts_digest(entity: &Entity) -> Result<Digest, Failure> {
    entity_digest(&Entity { id: String::new(), ..entity.clone() })
}

/// The dispositions of a journal, in its order.
#[derive(Debug, Clone, Default)]
pub struct Dispositions {
    all: Vec<Disposition>,
    /// By name and kind.
    places: BTreeMap<(String, String), Vec<usize>>,
}

impl Dispositions {
    /// Those of a journal, each checked against its signature.
    pub fn load(store: Option<&Store>) -> Result<Self, Failure> {
        let Some(store) = store else { return Ok(Self::default()) };
        let signers = store.trusted_keys().signers;
        let mut all = Vec::new();
        for entry in store.entries() {
            let (index, leaf) = entry?;
            if leaf.kind != Kind::Disposition {
                continue;
            }
            let damaged = |why: String| {
                Failure::Program(format!(
                    "the disposition in entry {index} of the journal cannot be used: {why}"
                ))
            };
            let bytes = store.blob(&leaf.sha256).map_err(|e| damaged(e.to_string()))?;
            let envelope = Envelope::parse(&bytes).map_err(|e| damaged(e.to_string()))?;
            let signer = signers.first().ok_or_else(|| damaged("the home has no key".to_owned()))?;
            let payload = envelope.verify(signer).map_err(|e| damaged(e.to_string()))?;
            let (statement, _) = Statement::parse(&payload).map_err(|e| damaged(e.to_string()))?;
            all.push(serde_json::from_value(statement.predicate).map_err(|e| damaged(e.to_string()))?);
        }
        Ok(Self::of(all))
    }

    /// These, the later ones overruling the earlier ones of the same scope.
    pub fn of(all: impl IntoIterator<Item = Disposition>) -> Self {
        let all: Vec<Disposition> = all.into_iter().collect();
        let mut places: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
        for (n, d) in all.iter().enumerate() {
            places.entry((d.normalised.clone(), d.kind.clone())).or_default().push(n);
        }
        Self { all, places }
    }

    /// All of them, in the order of the journal.
    pub fn all(&self) -> &[Disposition] {
        &self.all
    }

    /// The last one about a party and an entry that holds for the party; or else the last one that does not, and why.
    /// `facts` tells the digest of the entry without its id; `opened` why one that says "not the same" has to be looked at
    /// again.
    pub fn get(
        &self,
        about: &About<'_>,
        entity: &str,
        facts: impl Fn() -> Option<Digest>,
        opened: impl Fn(&Disposition) -> Option<String>,
    ) -> Option<(&Disposition, Holds)> {
        let mut known = None;
        let mut lapsed = None;
        for disposition in self.about(about.name, about.kind).rev() {
            let same = disposition.entity == entity
                || disposition.facts_sha256.is_some_and(|d| Some(d) == *known.get_or_insert_with(&facts));
            if !same {
                continue;
            }
            let holds = disposition.holds(about).and_then(|()| match disposition.verdict {
                Verdict::Match => Ok(()),
                Verdict::NoMatch => opened(disposition).map_or(Ok(()), Err),
            });
            match holds {
                Ok(()) => return Some((disposition, Ok(()))),
                Err(why) if lapsed.is_none() => lapsed = Some((disposition, Err(why))),
                Err(_) => {}
            }
        }
        lapsed
    }

    /// A digest of all of them.
    pub fn digest(&self) -> Result<Digest, Failure> {
        let bytes = serde_json::to_vec(&self.all).map_err(|e| Failure::Program(e.to_string()))?;
        Ok(Digest::of(&bytes))
    }

    /// Whether there is one about a name, whatever its kind.
    pub fn is_decided(&self, name: &str) -> bool {
        let name = normalised(name);
        let from = (name.clone(), String::new());
        self.places.range(from..).next().is_some_and(|((found, _), _)| *found == name)
    }

    /// The names about which there is one, [`normalised`], each once for every kind.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.places.keys().map(|(name, _)| name.as_str())
    }

    /// All about a name and a kind, in the order of the journal.
    pub fn about(&self, name: &str, kind: EntitySchema) -> impl DoubleEndedIterator<Item = &Disposition> {
        let key = (normalised(name), kind_of(kind).as_str().to_owned());
        self.places.get(&key).into_iter().flatten().filter_map(|n| self.all.get(*n))
    }
}

/// Records a disposition.
pub fn record(store: &mut Store, disposition: &Disposition, time: UtcTime) -> Result<Receipt, Failure> {
    let receipts = record_all(store, &[disposition], &time)?;
    receipts.into_iter().next().ok_or_else(|| Failure::Program("the decision was not recorded".to_owned()))
}

/// Records several decisions: all of them are in the journal, or none.
pub fn record_all(
    store: &mut Store,
    dispositions: &[&Disposition],
    time: &UtcTime,
) -> Result<Vec<Receipt>, Failure> {
    let signed: Vec<(String, Vec<u8>)> = dispositions
        .iter()
        .map(|disposition| Ok((subject(disposition), document(store, disposition)?)))
        .collect::<Result<_, Failure>>()?;
    let records: Vec<NewRecord<'_>> =
        signed.iter().map(|(subject, document)| new_record(document, subject, time.clone())).collect();
    Ok(store.append_all(&records)?)
}

/// The signed document of a disposition, for [`new_record`].
pub fn document(store: &Store, disposition: &Disposition) -> Result<Vec<u8>, Failure> {
    let predicate = serde_json::to_value(disposition).map_err(|e| Failure::Program(e.to_string()))?;
    let envelope = store.sign_statement(
        Kind::Disposition,
        [(disposition.entity.as_str(), disposition.entity_sha256)],
        predicate,
    )?;
    envelope.to_bytes().map_err(|e| Failure::Program(e.to_string()))
}

/// What a disposition is filed under.
pub fn subject(disposition: &Disposition) -> String {
    format!("{} / {}", disposition.name, disposition.entity)
}

/// The record of a disposition, where it is appended together with others.
pub fn new_record<'a>(document: &'a [u8], subject: &'a str, time: UtcTime) -> NewRecord<'a> {
    NewRecord {
        kind: Kind::Disposition,
        time,
        subject,
        document,
        documents: BTreeMap::new(),
        extra: BTreeMap::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(verdict: Verdict, countries: &[&str]) -> Disposition {
        serde_json::from_value(serde_json::json!({
            "schema": "disposition/2", "name": "Zorblax", "normalised": "zorblax", "kind": "Organization",
            "entity": "x:1", "caption": "Zorblax", "entity_sha256": Digest::of(b"1"), "verdict": verdict,
            "reason": "r", "by": "b", "time": "2026-01-01T00:00:00Z", "countries": countries, "until": "2026-12-31",
        }))
        .unwrap()
    }

    #[test]
    fn another_party_of_the_same_name_is_looked_at_again() {
        let on = countersign_model::parse_date("2026-06-01").unwrap();
        let query = |codes: &[&str]| Query {
            countries: codes.iter().map(|c| CountryCode::new(c).unwrap()).collect(),
            ..Query::named("Zorblax")
        };
        let holds = |verdict, decided_on: &[&str], asked: &[&str]| {
            let query = query(asked);
            let about = About { name: "Zorblax", kind: EntitySchema::Organization, query: &query, on };
            decided(verdict, decided_on).holds(&about).is_ok()
        };
        use Verdict::{Match, NoMatch};
        assert!(holds(NoMatch, &["FR"], &["FR"]));
        assert!(holds(NoMatch, &["FR", "BE"], &["FR"]));
        assert!(!holds(NoMatch, &["FR"], &["IL"]), "a French firm says nothing of an Israeli one");
        assert!(!holds(NoMatch, &["FR"], &["FR", "IL"]));
        assert!(!holds(NoMatch, &["FR"], &[]), "less is told than was looked at");
        assert!(!holds(NoMatch, &[], &["IL"]));
        assert!(holds(NoMatch, &[], &[]));
        assert!(holds(Match, &["IL"], &[]) && holds(Match, &[], &["IL"]) && !holds(Match, &["IL"], &["FR"]));
        let query = query(&["FR"]);
        let later = countersign_model::parse_date("2027-01-01").unwrap();
        let about = About { name: "Zorblax", kind: EntitySchema::Organization, query: &query, on: later };
        assert!(decided(NoMatch, &["FR"]).holds(&about).unwrap_err().contains("2026-12-31"));
    }

    #[test]
    fn an_older_decision_of_the_same_scope_counts_where_the_newer_is_of_another() {
        let all = Dispositions::of([decided(Verdict::NoMatch, &["FR"]), decided(Verdict::Match, &["IL"])]);
        let on = countersign_model::parse_date("2026-06-01").unwrap();
        let query = Query { countries: vec![CountryCode::new("FR").unwrap()], ..Query::named("Zorblax") };
        let about = About { name: "ZORBLAX", kind: EntitySchema::Company, query: &query, on };
        let (found, holds) = all.get(&about, "x:1", || None, |_| None).unwrap();
        assert!(found.verdict == Verdict::NoMatch && holds.is_ok());
        assert!(all.get(&about, "x:2", || None, |_| None).is_none());
        // and where the newer one is open again, and the older one is not
        let all =
            Dispositions::of([decided(Verdict::NoMatch, &["FR"]), decided(Verdict::NoMatch, &["FR", "BE"])]);
        let newer = |d: &Disposition| (d.countries.len() == 2).then(|| "a number agrees".to_owned());
        let (found, holds) = all.get(&about, "x:1", || None, newer).unwrap();
        assert!(found.countries.len() == 1 && holds.is_ok());
        let (_, holds) = all.get(&about, "x:1", || None, |_| Some("a number agrees".to_owned())).unwrap();
        assert_eq!(holds.unwrap_err(), "a number agrees");
    }
}
