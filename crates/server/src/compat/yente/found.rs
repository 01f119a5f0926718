//! The entries that a text of `/search` asks for: a name is compared with every spelling, and of the operators of the query
//! language each entry is asked in turn.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use countersign_model::{Entity, EntitySchema};
use countersign_operations::lists::Lists;
use countersign_screening::{Profile, Query};

use super::language::{Expression, understood};
use super::pattern::{Pattern, words};
use crate::compat::searched::searched;
use crate::compat::{is_known_to_ftm, is_target, topics};
use crate::problem::Problem;
use crate::state::still_wanted;

/// The least score of an entry that is found: names are compared, not words.
const THRESHOLD: f64 = 0.6;
/// How many entries are looked at before somebody asks whether the answer is still waited for.
const AT_ONCE: usize = 2_000;

/// A text as it was understood.
#[derive(Debug)]
pub(super) struct Text {
    /// The text, where it is a name and nothing else.
    name: Option<String>,
    expression: Expression,
    warnings: Vec<String>,
}

impl Text {
    /// Reads a text.
    ///
    /// # Errors
    /// Why it cannot be read, in a sentence.
    pub(super) fn read(text: &str, simple: bool, fuzzy: bool) -> Result<Self, String> {
        let understood = understood(text, simple, fuzzy)?;
        let name = match &understood.expression {
            Expression::Words(words) => Some(words.join(" ")),
            _ => None,
        };
        Ok(Self { name, expression: understood.expression, warnings: understood.warnings })
    }

    /// Whether it is a name and nothing else, which the index answers without a look at every entry.
    pub(super) fn is_name(&self) -> bool {
        self.name.is_some()
    }
}

/// What was found, the best first.
pub(super) struct Found<'l> {
    pub(super) entities: Vec<&'l Entity>,
    /// What the caller has to know.
    pub(super) warnings: Vec<String>,
}

/// The entries that a text asks for.
pub(super) fn found<'l>(
    text: &Text,
    schema: Option<EntitySchema>,
    lists: &'l Lists,
) -> Result<Found<'l>, Problem> {
    let mut asking = Asking { lists, schema, place: HashMap::new(), warnings: text.warnings.clone() };
    if let Some(name) = &text.name {
        let entities = asking.alike(name).iter().filter_map(|id| lists.entity(id)).collect();
        return Ok(Found { entities, warnings: asking.warnings });
    }
    let test = asking.test(&text.expression, false);
    let Asking { place, mut warnings, .. } = asking;
    let mut entities = Vec::new();
    for (n, entity) in lists.index().entities().enumerate() {
        if n % AT_ONCE == 0 {
            still_wanted()?;
        }
        let fits = schema.is_none_or(|schema| schema.may_be(entity.schema));
        if fits && test.holds(&Read { entity, words: OnceCell::new() }) {
            entities.push(entity);
        }
    }
    entities.sort_by_key(|entity| place.get(&entity.id).copied().unwrap_or(usize::MAX));
    if entities.is_empty() {
        warnings.push(
            "no entry is what the operators ask for (words with `field:`, quotes, `*`, `~` or `-` are compared as they stand); a name \
             without operators is compared with every spelling"
                .to_owned(),
        );
    }
    Ok(Found { entities, warnings })
}

/// What is known while a text is made ready.
struct Asking<'l> {
    lists: &'l Lists,
    schema: Option<EntitySchema>,
    /// How good an entry is, by the names that it is like; the best is 0.
    place: HashMap<String, usize>,
    warnings: Vec<String>,
}

impl Asking<'_> {
    /// The ids of those who bear a name, and of those whose names are like it, the best first.
    fn alike(&self, name: &str) -> Vec<String> {
        let query = Query { schema: self.schema, ..Query::named(name) };
        let profile = Profile { near_miss_margin: 0.0, ..Profile::with_threshold(THRESHOLD) };
        // a text without a letter names nobody; who asks one word means whoever bears it, too
        let found = self.lists.index().screen(&query, &profile);
        let hits = found.map(|found| searched(found, name, self.lists)).unwrap_or_default();
        hits.into_iter().map(|hit| hit.entity).collect()
    }

    /// An expression to be asked of entries. What is `excluded` is so by its very words.
    fn test(&mut self, expression: &Expression, excluded: bool) -> Test {
        match expression {
            Expression::Words(given) => {
                let mut alike = HashSet::new();
                if !excluded {
                    for (n, id) in self.alike(&given.join(" ")).into_iter().enumerate() {
                        let place = self.place.entry(id.clone()).or_insert(n);
                        *place = n.min(*place);
                        alike.insert(id);
                    }
                }
                Test::Words { words: given.iter().flat_map(|word| words(word)).collect(), alike }
            }
            Expression::Value(None, pattern) => Test::Value(Field::Anywhere, pattern.clone()),
            Expression::Value(Some(name), pattern) => {
                let field = self.field(name);
                Test::Value(field.clone(), field.meant(pattern))
            }
            Expression::Has(name) => Test::Has(self.field(name)),
            Expression::All => Test::All,
            Expression::Not(inner) => Test::Not(Box::new(self.test(inner, true))),
            Expression::And(all) => Test::And(all.iter().map(|one| self.test(one, excluded)).collect()),
            Expression::Or(all) => Test::Or(all.iter().map(|one| self.test(one, excluded)).collect()),
        }
    }

    /// The field that a name means.
    fn field(&mut self, name: &str) -> Field {
        let plain = name.strip_prefix("properties.").unwrap_or(name);
        match plain {
            "name" | "names" | "caption" => Field::Names,
            "text" | "*" => Field::Anywhere,
            "countries" => Field::Countries,
            "topics" => Field::Topics,
            "datasets" | "dataset" => Field::Dataset,
            "schema" | "schemata" => Field::Schema,
            "id" | "entity_id" | "canonical_id" | "referents" => Field::Id,
            "target" => Field::Target,
            "identifiers" => {
                Field::Properties(countersign_screening::IDENTIFIERS.map(str::to_owned).to_vec())
            }
            "dates" => {
                Field::Properties(["birthDate", "incorporationDate", "deathDate"].map(str::to_owned).to_vec())
            }
            property if is_known_to_ftm(property) => Field::Properties(vec![property.to_owned()]),
            _ => {
                self.warnings
                    .push(format!("`{name}` is no field here: what follows it was looked for anywhere"));
                Field::Anywhere
            }
        }
    }
}

/// Where a value is looked for.
#[derive(Debug, Clone)]
enum Field {
    Names,
    Anywhere,
    Countries,
    Topics,
    Dataset,
    Schema,
    Id,
    Target,
    Properties(Vec<String>),
}

impl Field {
    /// The pattern as values of the field are written: a country by its code.
    fn meant(&self, pattern: &Pattern) -> Pattern {
        let of_country = |name: &String| {
            ["country", "nationality", "jurisdiction", "citizenship", "flag"].contains(&name.as_str())
        };
        let is_country = match self {
            Self::Countries => true,
            Self::Properties(names) => names.iter().any(of_country),
            _ => false,
        };
        match pattern {
            Pattern::Phrase(given) if is_country => {
                let code = countersign_lists::country_code(&given.join(" ")).ok().flatten();
                Pattern::Phrase(code.map_or_else(|| given.clone(), |code| words(&code)))
            }
            other => other.clone(),
        }
    }

    fn values<'e>(&self, entity: &'e Entity) -> Vec<&'e str> {
        match self {
            Self::Names => entity.names().map(|name| name.text).chain([entity.caption()]).collect(),
            Self::Anywhere => {
                let all = entity.properties.values().flatten().map(String::as_str);
                let listed = entity.listings.iter().filter_map(|listing| listing.id.as_deref());
                all.chain([entity.id.as_str()]).chain(listed).collect()
            }
            Self::Countries => countries(entity).collect(),
            Self::Topics => topics(&entity.listings)
                .into_iter()
                .chain(entity.values("topics").iter().map(String::as_str))
                .collect(),
            Self::Dataset => vec![entity.source.as_str()],
            Self::Schema => vec![entity.schema.as_str()],
            Self::Id => std::iter::once(entity.id.as_str())
                .chain(entity.values("referents").iter().map(String::as_str))
                .collect(),
            Self::Target => vec![if is_target(entity) { "true" } else { "false" }],
            Self::Properties(names) => {
                names.iter().flat_map(|name| entity.values(name)).map(String::as_str).collect()
            }
        }
    }
}

/// An expression that can be asked of an entry.
enum Test {
    Words { words: Vec<String>, alike: HashSet<String> },
    Value(Field, Pattern),
    Has(Field),
    All,
    Not(Box<Test>),
    And(Vec<Test>),
    Or(Vec<Test>),
}

/// An entry with its words, read when they are first asked for.
struct Read<'e> {
    entity: &'e Entity,
    words: OnceCell<HashSet<String>>,
}

impl Read<'_> {
    fn has(&self, word: &str) -> bool {
        let all = || Field::Anywhere.values(self.entity).into_iter().flat_map(words).collect();
        self.words.get_or_init(all).contains(word)
    }
}

impl Test {
    fn holds(&self, read: &Read<'_>) -> bool {
        match self {
            Self::Words { words, alike } => {
                alike.contains(&read.entity.id)
                    || (!words.is_empty() && words.iter().all(|word| read.has(word)))
            }
            Self::Value(Field::Anywhere, Pattern::Phrase(one)) if one.len() == 1 => {
                one.iter().all(|word| read.has(word))
            }
            Self::Value(field, pattern) => {
                field.values(read.entity).into_iter().any(|value| pattern.fits(&words(value), value))
            }
            Self::Has(field) => !field.values(read.entity).is_empty(),
            Self::All => true,
            Self::Not(inner) => !inner.holds(read),
            Self::And(all) => all.iter().all(|test| test.holds(read)),
            Self::Or(all) => all.iter().any(|test| test.holds(read)),
        }
    }
}

/// The countries of an entry, in whichever property.
pub(super) fn countries(entity: &Entity) -> impl Iterator<Item = &str> {
    let keys = ["country", "nationality", "citizenship", "jurisdiction", "flag"];
    keys.into_iter().flat_map(|key| entity.values(key)).map(String::as_str)
}
