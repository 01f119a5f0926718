//! Listed entities in the shape of FollowTheMoney, as yente and OpenSanctions write them.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use countersign_history::{LAST_SEEN, LISTED_BY, MISSING_SINCE, NOT_ON_COPY_OF, not_yet_on, past_of};
use countersign_model::{Date, Entity, Issuer, ListCode, Listing, parse_date};
use countersign_operations::lists::{Lists, Pin};
use serde_json::{Map, Value, json};

use super::ftm_properties;

/// How many entities are kept written out: those that are found again and again. More are written anew each time.
const MAX_PREPARED: usize = 20_000;

/// Entities written out once, by id.
#[derive(Debug, Default)]
pub(crate) struct Prepared {
    entities: RwLock<HashMap<String, Arc<Written>>>,
    versions: OnceLock<Value>,
    /// How many entries a search without a text finds, with the counts of its facets, by what was asked.
    counts: Mutex<HashMap<String, (usize, Value)>>,
}

/// How many answers of searches without a text are kept.
const MAX_COUNTS: usize = 256;

/// An entity as JSON text.
#[derive(Debug)]
pub(crate) struct Written {
    /// As FollowTheMoney has it.
    pub(crate) entity: String,
    /// The properties that FollowTheMoney has not.
    pub(crate) beyond: Option<String>,
}

impl Written {
    /// Writes an entity.
    pub(crate) fn of(entity: &Entity, lists: &Lists) -> Self {
        let (value, beyond) = apart(entity, lists);
        let beyond = (!beyond.is_empty()).then(|| Value::Object(beyond).to_string());
        Self { entity: value.to_string(), beyond }
    }
}

/// Which lists, by the digests of their copies.
pub(crate) fn versions(lists: &Lists) -> Value {
    // who is off the copy and was on another is part of what answers
    let version = |pin: &Pin| match &pin.past {
        Some(past) => json!(format!("{}+{past}", pin.snapshot)),
        None => json!(pin.snapshot),
    };
    lists.pins().iter().map(|pin| (pin.source.to_string(), version(pin))).collect::<Map<_, _>>().into()
}

impl Prepared {
    /// Which lists, by the digests of their copies.
    pub(crate) fn versions(&self, lists: &Lists) -> &Value {
        self.versions.get_or_init(|| versions(lists))
    }

    /// Counts that were made before, or are made now: to count is to look at every entry.
    pub(crate) fn counted(&self, asked: String, count: impl FnOnce() -> (usize, Value)) -> (usize, Value) {
        let kept = || self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = kept().get(&asked) {
            return found.clone();
        }
        let found = count();
        let mut kept = kept();
        if kept.len() < MAX_COUNTS {
            kept.insert(asked, found.clone());
        }
        found
    }

    /// The entity as JSON text.
    pub(crate) fn written(&self, entity: &Entity, lists: &Lists) -> Arc<Written> {
        if let Some(text) = self.entities.read().unwrap_or_else(PoisonError::into_inner).get(&entity.id) {
            return text.clone();
        }
        let text = Arc::new(Written::of(entity, lists));
        let mut kept = self.entities.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < MAX_PREPARED {
            kept.insert(entity.id.clone(), text.clone());
        }
        text
    }
}

/// The risk topics of OpenSanctions that listings stand for.
pub(crate) fn topics(listings: &[Listing]) -> BTreeSet<&'static str> {
    use ListCode as L;
    listings
        .iter()
        .filter_map(|listing| match listing.list {
            L::El | L::Dpl | L::Meu | L::Mieu | L::Dtc | L::Isn | L::JpEul | L::CnEcl | L::CnUel => {
                Some("export.control")
            }
            L::Uvl | L::CnAl => Some("export.risk"),
            L::Sdn
            | L::Ssi
            | L::NsCmic
            | L::NsMbs
            | L::Cap
            | L::Plc
            | L::Fse
            | L::EuFsf
            | L::EuRm
            | L::UkSl
            | L::UkRm
            | L::UnSc => Some("sanction"),
            L::Own => None,
        })
        .collect()
}

/// The name of a topic for people, as FollowTheMoney has it.
pub(crate) fn topic_named(topic: &str) -> Option<&'static str> {
    Some(match topic {
        "corp.disqual" => "Disqualified",
        "crime" => "Crime",
        "crime.boss" => "Criminal leadership",
        "crime.fin" => "Financial crime",
        "crime.fraud" => "Fraud",
        "crime.terror" => "Terrorism",
        "crime.theft" => "Theft",
        "crime.traffick" => "Trafficking",
        "crime.war" => "War crimes",
        "debarment" => "Debarred entity",
        "export.control" => "Export controlled",
        "export.control.linked" => "Export control-linked entity",
        "export.risk" => "Trade risk",
        "invest.risk" => "Investment risk",
        "mare.detained" => "Maritime detention",
        "mare.shadow" => "Shadow fleet",
        "poi" => "Person of interest",
        "reg.action" => "Regulator action",
        "reg.warn" => "Regulator warning",
        "role.oligarch" => "Oligarch",
        "role.pep" => "Politician",
        "role.rca" => "Close Associate",
        "sanction" => "Sanctioned entity",
        "sanction.counter" => "Counter-sanctioned entity",
        "sanction.linked" => "Sanction-linked entity",
        "wanted" => "Wanted",
        _ => return None,
    })
}

/// The properties, with topics, without what the memory of delisted entries adds; and apart those, and values, that
/// FollowTheMoney has not.
fn properties(entity: &Entity) -> (Map<String, Value>, Map<String, Value>) {
    let ours = [
        LAST_SEEN,
        MISSING_SINCE,
        NOT_ON_COPY_OF,
        LISTED_BY,
        "topics",
        "referents",
        "datasets",
        "caption",
        FIRST_SEEN,
        LAST_CHANGE,
    ];
    let (mut theirs, mut beyond) = (Map::new(), Map::new());
    for (key, values) in entity.properties.iter().filter(|(key, _)| !ours.contains(&key.as_str())) {
        let (mut fits, mut rest): (Vec<String>, Vec<&String>) = (Vec::new(), Vec::new());
        for text in values {
            match ftm_properties::value(key, text).filter(|_| ftm_properties::has(entity.schema, key)) {
                Some(value) if fits.contains(&value) => {}
                Some(value) => fits.push(value),
                None => rest.push(text),
            }
        }
        if !fits.is_empty() {
            theirs.insert(key.clone(), json!(fits));
        }
        if !rest.is_empty() {
            beyond.insert(key.clone(), json!(rest));
        }
    }
    let mut all: BTreeSet<&str> = topics(&entity.listings);
    all.extend(entity.values("topics").iter().map(String::as_str));
    if !all.is_empty() {
        theirs.insert("topics".to_owned(), json!(all));
    }
    (theirs, beyond)
}

/// The topics of FollowTheMoney 4.11 that are a risk: a file may name a party for a list that is none of those read here.
const RISKS: [&str; 30] = [
    "corp.clone",
    "corp.disqual",
    "crime",
    "crime.boss",
    "crime.fin",
    "crime.fraud",
    "crime.terror",
    "crime.theft",
    "crime.traffick",
    "crime.war",
    "debarment",
    "export.control",
    "export.control.linked",
    "export.risk",
    "geo.risk",
    "invest.ban",
    "invest.risk",
    "mare.detained",
    "mare.shadow",
    "poi",
    "reg.action",
    "reg.warn",
    "role.oligarch",
    "role.pep",
    "role.rca",
    "sanction",
    "sanction.control",
    "sanction.counter",
    "sanction.linked",
    "wanted",
];

/// Whether a list names it today, or its file says that it is a risk.
pub(crate) fn is_target(entity: &Entity) -> bool {
    let is_risk = || entity.values("topics").iter().any(|topic| RISKS.contains(&topic.as_str()));
    past_of(entity).is_none() && not_yet_on(entity).is_none() && (!entity.listings.is_empty() || is_risk())
}

/// What a FollowTheMoney file says of when its maker first saw an entry, and last saw a change of it.
const FIRST_SEEN: &str = "first_seen";
const LAST_CHANGE: &str = "last_change";

/// The day on which an entry last changed for whoever asks here: as its file says, or the day on which the copy was taken in that
/// brought or changed it, whichever is later. `None` where nobody can tell.
pub(crate) fn last_change(entity: &Entity, lists: &Lists) -> Option<Date> {
    let told = entity.values(LAST_CHANGE).first().and_then(|time| parse_date(time.get(..10)?).ok());
    let seen = lists.sightings().ok().and_then(|all| all.of(entity)).map(|seen| seen.changed);
    // without a sighting nothing says when it came here
    seen.map(|seen| told.map_or(seen, |told| told.max(seen)))
}

/// The entity; what FollowTheMoney has not stands under `countersign.properties`. `first_seen` and `last_change` are those of its
/// file, else of the copies of its list; `last_seen` is the day of the copy.
pub(crate) fn ftm(entity: &Entity, lists: &Lists) -> Value {
    let (mut value, beyond) = apart(entity, lists);
    if let (Some(members), false) = (value.as_object_mut(), beyond.is_empty()) {
        members.insert("countersign".to_owned(), json!({ "properties": beyond }));
    }
    value
}

/// The entity as FollowTheMoney has it, and the properties that it has not.
fn apart(entity: &Entity, lists: &Lists) -> (Value, Map<String, Value>) {
    let (properties, beyond) = properties(entity);
    let sighting = lists.sightings().ok().and_then(|all| all.of(entity));
    let moment = |day: Date| format!("{day}T00:00:00");
    let told = |key: &str| entity.values(key).first().cloned();
    let first_seen = told(FIRST_SEEN).or_else(|| sighting.map(|seen| moment(seen.first_seen)));
    let last_change = told(LAST_CHANGE).or_else(|| sighting.map(|seen| moment(seen.changed)));
    let pins = lists.pins();
    let pin = pins.iter().find(|pin| pin.source == entity.source);
    let day = pin.and_then(|pin| pin.speaks_for.clone().or_else(|| pin.imported.clone()));
    let seen = past_of(entity).map(|(seen, _)| seen.to_string()).or(day);
    let seen = seen.and_then(|time| time.get(..10).map(|day| format!("{day}T00:00:00")));
    let value = json!({
        "id": entity.id,
        "caption": entity.caption(),
        "schema": entity.schema.as_str(),
        "properties": properties,
        "datasets": [entity.source],
        "referents": entity.values("referents"),
        "target": is_target(entity),
        "first_seen": first_seen,
        "last_seen": seen,
        "last_change": last_change,
    });
    (value, beyond)
}

/// Its listings as `Sanction` entities.
pub(crate) fn sanctions(entity: &Entity, lists: &Lists) -> Vec<Value> {
    let whole = ftm(entity, lists);
    let of_entity = |key: &str| whole.get(key).cloned().unwrap_or_default();
    let (first_seen, seen, last_change) =
        (of_entity("first_seen"), of_entity("last_seen"), of_entity("last_change"));
    let one = |(n, listing): (usize, &Listing)| {
        let mut properties = Map::new();
        let mut put = |key: &str, values: Vec<String>| {
            if !values.is_empty() {
                properties.insert(key.to_owned(), json!(values));
            }
        };
        let date = |d: Option<countersign_model::Date>| d.map(|d| d.to_string()).into_iter().collect();
        put("entity", vec![entity.id.clone()]);
        put("authority", vec![authority(listing.list).to_owned()]);
        put("country", vec![country(listing.list.issuer()).to_owned()]);
        put("program", vec![listing.list.title().to_owned()]);
        put("programId", listing.programmes.clone());
        put("authorityId", listing.id.clone().into_iter().collect());
        put("listingDate", date(listing.listed));
        put("startDate", date(listing.from));
        put("endDate", date(listing.to));
        put("provisions", listing.instrument.clone().into_iter().chain(listing.notice.clone()).collect());
        json!({
            "id": format!("{}-listing-{}", entity.id, n + 1),
            "caption": listing.list.title(),
            "schema": "Sanction",
            "properties": properties,
            "datasets": [entity.source],
            "referents": [],
            "target": false,
            "first_seen": first_seen,
            "last_seen": seen,
            "last_change": last_change,
            "countersign": {"listing": listing},
        })
    };
    entity.listings.iter().enumerate().map(one).collect()
}

fn authority(list: ListCode) -> &'static str {
    use ListCode as L;
    match list {
        L::El | L::Dpl | L::Uvl | L::Meu | L::Mieu => "Bureau of Industry and Security",
        L::Dtc | L::Isn => "Department of State",
        L::Sdn | L::Ssi | L::NsCmic | L::NsMbs | L::Cap | L::Plc | L::Fse => {
            "Office of Foreign Assets Control"
        }
        L::EuFsf | L::EuRm => "Council of the European Union",
        L::UkSl | L::UkRm => "Foreign, Commonwealth & Development Office",
        L::UnSc => "United Nations Security Council",
        L::JpEul => "Ministry of Economy, Trade and Industry",
        L::CnEcl | L::CnUel | L::CnAl => "Ministry of Commerce",
        L::Own => "your own deny list",
    }
}

fn country(issuer: Issuer) -> &'static str {
    match issuer {
        Issuer::Us => "us",
        Issuer::Eu => "eu",
        Issuer::Uk => "gb",
        Issuer::Un => "un",
        Issuer::Jp => "jp",
        Issuer::Cn => "cn",
        Issuer::Own => "zz",
    }
}
