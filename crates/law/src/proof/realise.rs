//! From the values that a solver gave to a case that a person can read: every fact is written where the case format has
//! it, with ordinary names and dates. The case is decided by the engine itself before anybody sees it.

mod assessments;
mod parties;
mod records;

use std::sync::Arc;

use countersign_model::{Date, Months};
use serde_json::{Map, Value as Json, json};

use self::assessments::Written;
use super::symbol::{Sym, Word, WordSet};
use super::term::{Model, Num, Term};
use super::things::{ACTOR, ASSESSMENTS, ENTRIES, OTHER, OWNER};
use super::vocabulary::filler;
use super::world::{Leaf, LeafKind, World};
use crate::pack::Action;

const IDS: [&str; 3] = ["actor", "other", "owner"];

/// Reads a model.
struct Reader<'w, 'd, 'a> {
    world: &'w World<'d, 'a>,
    model: &'w Model,
}

impl Reader<'_, '_, '_> {
    fn holds(&self, term: Term) -> bool {
        self.world.domain.pool.holds(term, self.model)
    }

    fn var(&self, name: &str) -> bool {
        self.holds(self.world.domain.pool.var(name))
    }

    fn number(&self, num: Num) -> i64 {
        self.world.domain.pool.number(num, self.model)
    }

    fn num(&self, name: &str) -> i64 {
        self.number(self.world.domain.pool.num(name, 0, 0))
    }

    fn known(&self, name: &str) -> bool {
        self.holds(self.world.known(name, Term::TRUE))
    }

    fn country(&self, num: Num) -> Option<String> {
        let index = usize::try_from(self.number(num)).ok()?;
        self.world.domain.countries.get(index).map(|c| c.code.to_string())
    }

    /// The words of a set of which rules ask, and another where there is one.
    fn words(&self, sym: &Sym, path: &[String]) -> Vec<String> {
        let Sym::Words { set, .. } = sym else { return Vec::new() };
        let literals = &self.world.domain.literals;
        let has =
            |word: &Arc<str>| self.holds(set.has(&self.world.domain.pool, &self.world.domain.words, word));
        match set {
            WordSet::Fixed(words) => words.iter().map(ToString::to_string).collect(),
            WordSet::Cases { has: cases, .. } => {
                cases.keys().filter(|w| has(w)).map(ToString::to_string).collect()
            }
            WordSet::Free { name, allowed } => {
                let mut out: Vec<String> = self
                    .world
                    .domain
                    .words
                    .asked_of(name)
                    .iter()
                    .filter(|w| has(w))
                    .map(ToString::to_string)
                    .collect();
                if self.holds(WordSet::other(&self.world.domain.pool, name)) {
                    let another = allowed
                        .as_ref()
                        .and_then(|list| list.iter().find(|w| !literals.contains(w.as_str())).cloned());
                    out.extend(another.or_else(|| filler(path).map(str::to_owned)));
                }
                out
            }
        }
    }

    fn word(&self, word: &Word) -> Option<String> {
        match word {
            Word::Fixed(word) => Some(word.to_string()),
            Word::Country(num, _) => self.country(*num),
            Word::Cases(cases) => cases.iter().find(|(_, t)| self.holds(**t)).map(|(w, _)| w.to_string()),
            Word::Free(num) => match self.number(*num) {
                0 => {
                    let nums = self.world.domain.word_nums.borrow();
                    let allowed = nums.get(num).cloned().flatten()?;
                    allowed.iter().find(|w| !self.world.domain.literals.contains(w.as_str())).cloned()
                }
                n => self.world.domain.words.word(n).map(|w| w.to_string()),
            },
        }
    }

    /// A fact as the case writes it; `None` where it is not known.
    fn fact(&self, leaf: &Leaf) -> Option<Json> {
        match &leaf.kind {
            LeafKind::Country { known, num } => {
                if self.holds(*known) {
                    self.country(*num).map(Json::String)
                } else {
                    None
                }
            }
            LeafKind::Map { .. } => None,
            LeafKind::Fact(sym) => match sym {
                Sym::Truth(tri) if self.holds(tri.yes) => Some(json!("yes")),
                Sym::Truth(tri) if self.holds(tri.no) => Some(json!("no")),
                Sym::Word { known, word } if self.holds(*known) => self.word(word).map(Json::String),
                Sym::Number { known, num } if self.holds(*known) => {
                    let value = self.number(*num);
                    let is_day = value > 5000;
                    Some(if is_day { json!(day(value).to_string()) } else { json!(value) })
                }
                Sym::Share { known, low, high } if self.holds(*known) => Some(self.share(*low, *high)),
                Sym::Words { known, .. } if self.holds(*known) => {
                    let words = self.words(sym, &leaf.path);
                    Some(match &leaf.field {
                        _ if words.is_empty() => json!("none"),
                        None => json!(words),
                        Some(field) => Json::Array(
                            words
                                .iter()
                                .map(|w| {
                                    let mut record = Map::from_iter([(field.clone(), json!(w))]);
                                    if leaf.path.last().is_some_and(|k| k == "conduct") {
                                        record.insert("basis".to_owned(), json!("credible_reports"));
                                    }
                                    Json::Object(record)
                                })
                                .collect(),
                        ),
                    })
                }
                _ => None,
            },
        }
    }

    fn share(&self, low: Num, high: Num) -> Json {
        let (low, high) = (percent(self.number(low)), percent(self.number(high)));
        if low == high { json!(low) } else { json!({"min": low, "max": high}) }
    }

    fn entity(&self, entity: Option<usize>) -> Map<String, Json> {
        let mut out = Json::Object(Map::new());
        for leaf in self.world.leaves.iter().filter(|l| l.entity == entity && !l.path.is_empty()) {
            let Some((last, above)) = leaf.path.split_last() else { continue };
            let mut here = Some(&mut out);
            for key in above {
                here = here.and_then(|h| h.get_mut(key));
            }
            let Some(Json::Object(parent)) = here else { continue };
            let value = match &leaf.kind {
                LeafKind::Map { given, .. } if self.holds(*given) => Some(json!({})),
                LeafKind::Map { nothing, .. } if self.holds(*nothing) => Some(json!("none")),
                LeafKind::Map { .. } => None,
                _ => self.fact(leaf),
            };
            if let Some(value) = value {
                parent.insert(last.clone(), value);
            }
        }
        match out {
            Json::Object(map) => map,
            _ => Map::new(),
        }
    }
}

/// A percent of which a ten-thousandth is one.
fn percent(value: i64) -> String {
    let text = format!("{}.{:04}", value / 10_000, value % 10_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

pub(super) fn day(number: i64) -> Date {
    Date::constant(1970, 1, 1).checked_add(Months::new().days(number)).unwrap_or(Date::constant(1970, 1, 1))
}

fn months_before(date: Date, months: i64) -> Date {
    date.checked_add(Months::new().months(-months)).unwrap_or(date)
}

fn put(map: &mut Map<String, Json>, path: &[&str], value: Json) {
    let Some((first, rest)) = path.split_first() else { return };
    if rest.is_empty() {
        map.insert((*first).to_owned(), value);
        return;
    }
    let inner = map.entry((*first).to_owned()).or_insert_with(|| json!({}));
    if !inner.is_object() {
        *inner = json!({});
    }
    if let Json::Object(inner) = inner {
        put(inner, rest, value);
    }
}

impl World<'_, '_> {
    /// The case that a model describes; `None` where it describes none.
    pub(crate) fn realise(&self, model: &Model, id: &str, title: &str) -> Option<Json> {
        let r = Reader { world: self, model };
        let as_of = day(r.number(self.domain.as_of));
        let known_at = day(r.number(self.domain.as_of) + r.num("case.days_since_act"));
        let action = Action::ALL.get(usize::try_from(r.number(self.domain.action)).ok()?)?;
        let mut case = r.entity(None);
        for written in ["as_of", "known_at", "intent"] {
            case.shift_remove(written);
        }
        let mut head = Map::new();
        for (key, value) in [
            ("schema", json!("case/1")),
            ("id", json!(id)),
            ("title", json!(title)),
            ("as_of", json!(as_of.to_string())),
            ("known_at", json!(known_at.to_string())),
            ("action", json!(action)),
        ] {
            head.insert(key.to_owned(), value);
        }
        if r.var("case.intent is evaluate") {
            head.insert("intent".to_owned(), json!("evaluate"));
        }
        head.insert("actor".to_owned(), json!("actor"));
        let parties: Vec<Json> =
            [ACTOR, OTHER, OWNER].into_iter().map(|n| Json::Object(self.party_of(&r, n, as_of))).collect();
        let actor_country =
            parties.first().and_then(|p| p.get("country")).and_then(Json::as_str).map(str::to_owned);
        let mut parties = parties;
        self.stakes(&r, &mut parties);
        head.insert("parties".to_owned(), Json::Array(parties));
        for (n, key) in ENTRIES.into_iter().zip(["eccn", "annex_codes"]) {
            self.entry_of(&r, n, key, &mut case);
        }
        self.records(&r, as_of, actor_country.as_deref(), &mut case);
        let mut list = Vec::new();
        for (n, stage) in ASSESSMENTS.into_iter().zip(["D", "S"]) {
            if let Some(thing) = self.things.get(n)
                && r.holds(thing.exists)
            {
                let written = Written { r: &r, n, stage, as_of, known_at, out: Map::new() };
                list.push(Json::Object(written.write(&mut case)));
            }
        }
        if r.known("assessments") {
            let value = if r.var("assessments is a list") {
                if list.is_empty() {
                    return None;
                }
                Json::Array(list)
            } else {
                json!("none")
            };
            case.insert("assessments".to_owned(), value);
        }
        head.extend(case);
        let mut tree = Json::Object(head);
        drop_empty(&mut tree);
        Some(tree)
    }
}

/// Maps in which nothing is told say nothing; those that may be `none` say that there is one, and stay.
fn drop_empty(tree: &mut Json) {
    const STAYS: [&str; 6] =
        ["end_use_statement", "temporary", "waiver", "remediation", "certification", "due_diligence_record"];
    match tree {
        Json::Object(map) => {
            map.values_mut().for_each(drop_empty);
            let empty: Vec<String> = map
                .iter()
                .filter(|(k, v)| v.as_object().is_some_and(Map::is_empty) && !STAYS.contains(&k.as_str()))
                .map(|(k, _)| k.clone())
                .collect();
            for key in empty {
                map.shift_remove(&key);
            }
        }
        Json::Array(list) => list.iter_mut().for_each(drop_empty),
        _ => {}
    }
}
