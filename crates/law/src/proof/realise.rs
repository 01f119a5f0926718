//! From the values that a solver gave to a case that a person can read: every fact is written where the case format has
//! it, with ordinary names and dates. The case is decided by the engine itself before anybody sees it.

use std::sync::Arc;

use countersign_model::{Date, Months};
use serde_json::{Map, Value as Json, json};

use super::shape::{ACTOR, ASSESSMENTS, ENTRIES, LISTINGS, OTHER, OWNER};
use super::symbol::{Sym, Word, WordSet};
use super::term::{Model, Num, Term};
use super::world::{Leaf, LeafKind, World};
use crate::pack::{Action, NormKind};

const IDS: [&str; 3] = ["actor", "other", "owner"];

/// A word for a set whose words the contract gives by a pattern only.
pub(super) fn filler(path: &[String]) -> Option<&'static str> {
    let joined = path.join(".");
    Some(match joined.as_str() {
        "publication.failed" => "PUB-02",
        "independence.failed" | "independence.incomplete" => "IND-01",
        "redaction.failed" => "RED-02",
        "answers.stop" | "answers.unknown_stop" | "answers.unmitigated_red_flags" => "EN-01",
        "procurement.user_agency_stop_answers" => "EN-01",
        "conditions" => "a condition that is still open",
        _ => return None,
    })
}

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
                list.push(Json::Object(self.assessment_of(&r, n, stage, as_of, known_at, &mut case)));
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

    fn party_of(&self, r: &Reader<'_, '_, '_>, n: usize, as_of: Date) -> Map<String, Json> {
        let id = IDS.get(n - ACTOR).copied().unwrap_or_default();
        let name = match n {
            ACTOR => "The actor",
            OTHER => "The other party",
            _ => "An owner of the other party",
        };
        let mut out = Map::from_iter([("id".to_owned(), json!(id)), ("name".to_owned(), json!(name))]);
        let mut facts = r.entity(Some(n));
        if let Some(Json::Object(record)) = facts.get_mut("due_diligence_record") {
            record.insert("date".to_owned(), json!(as_of.to_string()));
        }
        out.extend(facts);
        let thing = self.things.get(n);
        if let Some(Sym::Record(seat)) = thing.and_then(|t| t.attrs.get("seat"))
            && let Some(Sym::Word { known, word: Word::Country(num, _) }) = seat.get("code")
            && let (true, Some(code)) = (r.holds(*known), r.country(*num))
        {
            out.insert("headquarters".to_owned(), json!(code));
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
        let individual = out.get("kind") == Some(&json!("individual"));
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
    fn stakes(&self, r: &Reader<'_, '_, '_>, parties: &mut Vec<Json>) {
        let hows = self.things.get(OTHER).map(|_| {
            let hows = self.domain.vocabulary.words("party", &["control".to_owned()], Some("how"));
            let sym = self.set("owner controls by", Term::TRUE, hows, false);
            r.words(&sym, &[])
        });
        let split = r.var("the stake is held by two") && r.known("other.owners");
        let second = parties.get(OWNER - ACTOR).cloned();
        let Some(Json::Object(other)) = parties.get_mut(OTHER - ACTOR) else { return };
        let (low, high) = (r.num("owner holds least"), r.num("owner holds most"));
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

    fn entry_of(&self, r: &Reader<'_, '_, '_>, n: usize, key: &str, case: &mut Map<String, Json>) {
        let Some(thing) = self.things.get(n) else { return };
        let name = thing.name;
        if !r.known(name) {
            return;
        }
        let there = r.var(&format!("{name} is there"));
        let which = usize::from(key != "eccn");
        let index = usize::try_from(r.num(&format!("{name}.code"))).unwrap_or(0);
        let code = self.domain.codes.get(which).and_then(|c| c.get(index)).map(ToString::to_string);
        let code = code.unwrap_or_default();
        let meets = there && r.var(&format!("{name}.meets"));
        put(case, &["item", key], if meets { json!([code]) } else { json!("none") });
        let limb = self.domain.vocabulary.limbs().into_iter().find(|(c, _)| *c == code).map(|(_, l)| l);
        if let (true, Some(limb)) = (there, limb) {
            let state = if !r.known(&format!("{name}.limbs")) {
                Some("unknown")
            } else if r.var(&format!("{name}.limbs_not_met")) {
                Some("no")
            } else if !meets {
                Some("yes")
            } else {
                None
            };
            if let Some(state) = state {
                put(case, &["item", "limbs", &code, &limb], json!(state));
            }
        }
    }

    /// What the actor recorded: permissions, national law, flags, pledges, commitments.
    fn records(
        &self,
        r: &Reader<'_, '_, '_>,
        as_of: Date,
        state: Option<&str>,
        case: &mut Map<String, Json>,
    ) {
        let words = |name: &str| -> Vec<String> {
            self.context.get(name).map(|s| r.words(s, &[name.to_owned()])).unwrap_or_default()
        };
        if r.known("case.general_authorisations") {
            let (registered, reporting) = (words("registered"), words("reporting"));
            let yes = |list: &[String], id: &String| if list.contains(id) { "yes" } else { "no" };
            let list: Vec<Json> = words("relied_on")
                .iter()
                .map(|id| json!({"rule": id, "registered": yes(&registered, id), "reporting": yes(&reporting, id)}))
                .collect();
            let value = if list.is_empty() { json!("none") } else { json!(list) };
            case.insert("general_authorisations".to_owned(), value);
        }
        if let Some(Sym::Record(national)) = self.context.get("national_law") {
            let of = |name: &str| national.get(name).map(|s| r.words(s, &[])).unwrap_or_default();
            let mut list = Vec::new();
            for effect in ["notify_and_wait", "authorisation", "prohibition"] {
                for provision in of(effect) {
                    list.push(
                        json!({"state": state, "provision": provision, "in_force": "yes", "effect": effect}),
                    );
                }
            }
            for provision in of("recorded") {
                if !list.iter().any(|l| l.get("provision") == Some(&json!(provision))) {
                    list.push(
                        json!({"state": state, "provision": provision, "in_force": "yes", "effect": "none"}),
                    );
                }
            }
            let foreign = if state == Some("DE") { "FR" } else { "DE" };
            for provision in of("elsewhere") {
                list.push(json!({"state": foreign, "provision": provision, "in_force": "yes", "effect": "authorisation"}));
            }
            if !list.is_empty() {
                case.insert("national_law".to_owned(), json!(list));
            } else if r.var("case.national_law.checked") {
                case.insert("national_law".to_owned(), json!("none"));
            }
        }
        if self.context.get("open_flags").is_some_and(|s| match s {
            Sym::Words { set, .. } => {
                r.holds(set.some(&self.domain.pool, &self.domain.words, &self.domain.literals))
            }
            _ => false,
        }) {
            let flag = json!([{"rule": "STATE-SG-5", "state": "open"}]);
            let id = self
                .domain
                .law
                .inventory
                .rows()
                .find(|row| row.kind == NormKind::Guidance)
                .map(|row| row.id.clone());
            let flag = id.map_or(flag, |id| json!([{"rule": id, "state": "open"}]));
            put(case, &["due_diligence", "red_flags"], flag);
        }
        let transit = words("transit_recorded");
        if !transit.is_empty() {
            put(case, &["transfer", "transit_states"], json!(transit));
        }
        if r.known("case.pledges") {
            let rules = words("pledged");
            let value = if rules.is_empty() {
                json!("none")
            } else {
                json!([{"state": state, "rules": rules, "signed_on": as_of.to_string()}])
            };
            case.insert("pledges".to_owned(), value);
        }
        let mut facts = Map::new();
        for (name, word) in [("commitments_met", "met"), ("commitments_breached", "breached")] {
            facts.extend(words(name).into_iter().map(|id| (id, json!(word))));
        }
        if !facts.is_empty() {
            case.insert("commitment_facts".to_owned(), Json::Object(facts));
        }
        let mut licences = Vec::new();
        let mut untold = 0;
        for regime in self.domain.law.regimes.iter().filter(|g| g.kind == NormKind::Law) {
            let (held, open) = self.licence(&regime.id);
            let covers = if r.holds(held) {
                "yes"
            } else if r.holds(open) {
                untold += 1;
                "unknown"
            } else {
                continue;
            };
            licences.push(json!({
                "id": format!("licence-{}", regime.id), "regime": regime.id, "type": "individual",
                "valid_from": as_of.to_string(), "valid_to": as_of.to_string(),
                "covers": {"item": covers, "end_user": "yes", "destination": "yes", "quantity": "yes"}
            }));
        }
        let laws = self.domain.law.regimes.iter().filter(|g| g.kind == NormKind::Law).count();
        if licences.is_empty() {
            case.insert("licences".to_owned(), json!("none"));
        } else if untold < laws {
            case.insert("licences".to_owned(), json!(licences));
        }
        if let Some(Sym::Record(procurement)) = self.context.get("procurement") {
            if r.known("case.procurement.vendor_answers") {
                let answered = procurement.get("vendor_yes_e2").map(|s| r.words(s, &[])).unwrap_or_default();
                let answers: Map<String, Json> =
                    answered.into_iter().map(|q| (q, json!({"answer": "yes", "tier": "E1"}))).collect();
                put(case, &["procurement", "vendor_answers"], Json::Object(answers));
            }
            if let Some(Sym::Record(publication)) = procurement.get("publication")
                && let Some(Sym::Number { known, num }) = publication.get("days")
                && r.holds(*known)
            {
                let on = as_of.checked_add(Months::new().days(r.number(*num))).unwrap_or(as_of);
                put(case, &["procurement", "publication", "published_on"], json!(on.to_string()));
            }
        }
        if let Some(export) = case.get_mut("procurement").and_then(|p| p.get_mut("export_regime"))
            && let Some(map) = export.as_object_mut()
            && !map.is_empty()
        {
            map.insert("state".to_owned(), json!("DE"));
        }
        if case.get("procurement").and_then(|p| p.get("publication")) == Some(&json!({})) {
            put(case, &["procurement", "publication"], json!({"supplier": "unknown"}));
        }
        let waiver = case.get("eo14093").and_then(|e| e.get("waiver"));
        if let Some(from) = waiver.and_then(|w| w.get("from")).and_then(Json::as_str)
            && waiver.is_some_and(|w| w.get("to").is_some())
            && let Ok(from) = countersign_model::parse_date(from)
        {
            let months = r.num("case.eo14093.waiver.months");
            let to = months_before(from, -months);
            put(case, &["eo14093", "waiver", "to"], json!(to.to_string()));
        }
    }

    fn assessment_of(
        &self,
        r: &Reader<'_, '_, '_>,
        n: usize,
        stage: &str,
        as_of: Date,
        known_at: Date,
        case: &mut Map<String, Json>,
    ) -> Map<String, Json> {
        let name = self.things.get(n).map_or("", |t| t.name);
        let mut out = Map::from_iter([
            ("id".to_owned(), json!(format!("{stage}-1"))),
            ("stage".to_owned(), json!(stage)),
        ]);
        let logged = months_before(as_of, r.num(&format!("{name}.months_since_logged")));
        out.insert("logged_at".to_owned(), json!(logged.to_string()));
        out.extend(r.entity(Some(n)).into_iter().filter(|(k, _)| k != "stage"));
        if r.known(&format!("{name}.draft_days")) {
            let days = r.num(&format!("{name}.draft_days"));
            let draft = logged.checked_add(Months::new().days(-days)).unwrap_or(logged);
            out.insert("draft_logged_at".to_owned(), json!(draft.to_string()));
        }
        if r.known(&format!("{name}.status_events")) {
            let at = if logged <= known_at { logged } else { known_at }.to_string();
            let mut events = Vec::new();
            let state = match self.things.get(n).and_then(|t| t.attrs.get("state")) {
                Some(Sym::Word { word, .. }) => r.word(word).unwrap_or_else(|| "draft".to_owned()),
                _ => "none".to_owned(),
            };
            if r.var(&format!("{name}.went_live")) {
                events.push(json!({"event": "live", "log_time": at}));
            }
            if state != "live" && state != "none" {
                events.push(json!({"event": state, "log_time": at}));
            }
            let value = if events.is_empty() { json!("none") } else { json!(events) };
            out.insert("status_events".to_owned(), value);
        }
        let item = case.entry("item".to_owned()).or_insert_with(|| json!({}));
        if let Json::Object(item) = item {
            item.insert("version".to_owned(), json!("1.0"));
        }
        let differs = r.var(&format!("{name}.scope differs"));
        if r.known(&format!("{name}.scope_differs")) {
            let mut scope = json!({"version": if differs { "0.9" } else { "1.0" }});
            if stage == "S"
                && let Json::Object(scope) = &mut scope
            {
                let destination = case.get("destination").cloned();
                if let Some(destination) = destination {
                    scope.insert("destination".to_owned(), destination);
                }
                let parties = ["actor", "other", "owner"];
                let with = |role: &str| -> Vec<&str> {
                    [ACTOR, OTHER, OWNER]
                        .into_iter()
                        .zip(parties)
                        .filter(|(n, _)| {
                            let roles = self.things.get(*n).and_then(|t| t.attrs.get("roles"));
                            roles.is_some_and(|s| r.words(s, &[]).iter().any(|w| w == role))
                        })
                        .map(|(_, id)| id)
                        .collect()
                };
                if let Some(user) = with("end_user").first() {
                    scope.insert("end_user".to_owned(), json!(user));
                }
                let between = with("intermediate_consignee");
                let value = if between.is_empty() { json!("none") } else { json!(between) };
                scope.insert("intermediaries".to_owned(), value);
            }
            out.insert("scope".to_owned(), scope);
        }
        if r.known(&format!("{name}.fee_share")) {
            let fee = |which: &str| percent(r.num(&format!("{name}.fee_share {which}")));
            put(&mut out, &["independence", "fee_share"], json!([fee("older"), fee("newer")]));
        }
        if r.known(&format!("{name}.withheld")) {
            let mut list = Vec::new();
            if r.var(&format!("{name}.withheld_never")) {
                let path = self.domain.law.tables.never_redact.first().cloned().unwrap_or_default();
                list.push(json!({"path": path, "class": "C", "reason": "a reason"}));
            }
            if r.var(&format!("{name}.review_overdue")) {
                let due = as_of.yesterday().unwrap_or(as_of).to_string();
                list.push(
                    json!({"path": "annex/prices", "class": "C", "reason": "price list", "review_date": due}),
                );
            }
            let value = if list.is_empty() { json!("none") } else { json!(list) };
            put(&mut out, &["redaction", "withheld"], value);
        }
        if r.known(&format!("{name}.rule_of_law")) {
            if r.var(&format!("{name}.rule_of_law")) {
                if r.known(&format!("{name}.rule_of_law.dated")) {
                    let dated = months_before(as_of, r.num(&format!("{name}.rule_of_law.months_old")));
                    put(&mut out, &["rule_of_law", "dated"], json!(dated.to_string()));
                }
                if out.get("rule_of_law").is_some_and(|s| s.get("t4_exception").is_none()) {
                    put(&mut out, &["rule_of_law", "t4_exception"], json!("unknown"));
                }
            } else {
                out.insert("rule_of_law".to_owned(), json!("none"));
            }
        } else {
            out.shift_remove("rule_of_law");
        }
        if out.get("publication").is_some_and(|p| p.get("urgent_reason_published").is_none()) {
            put(&mut out, &["publication", "urgent_reason_published"], json!("unknown"));
        }
        out
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
