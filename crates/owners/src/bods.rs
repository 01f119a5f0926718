//! The Beneficial Ownership Data Standard, 0.2 to 0.4.
//!
//! Several statements about one record are its versions: each holds until the next one, and one with the status
//! `closed` ends it. An interest that the file calls indirect is no stake (its intermediaries hold the stakes); it is
//! kept as a link, and as a note where no intermediary is given. A party said to exist and not named is a party; a
//! reason why nobody is named is a note.

use std::collections::{BTreeMap, BTreeSet};

use countersign_model::{Date, Percent, Share};
use countersign_ownership::Interest;
use serde_json::Value;

use crate::shares::{first_day, last_day, unknown};
use crate::{Kind, Link, Note, Owners, OwnersError, Party, Stake};

/// The statements of a JSON array.
pub(crate) fn array(file: &str, text: &str) -> Result<Vec<Value>, OwnersError> {
    serde_json::from_str(text).map_err(|e| broken(file, &format!("line {}", e.line()), &e.to_string()))
}

/// The statements of a file with one a line, or of a single statement.
pub(crate) fn lines(file: &str, text: &str) -> Result<Vec<Value>, OwnersError> {
    if let Ok(one) = serde_json::from_str::<Value>(text) {
        return Ok(vec![one]);
    }
    let filled = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    filled
        .map(|(n, line)| {
            serde_json::from_str(line)
                .map_err(|e| broken(file, &format!("line {}", n + 1), &format!("it is no JSON ({e})")))
        })
        .collect()
}

fn broken(file: &str, place: &str, why: &str) -> OwnersError {
    OwnersError::Broken { file: file.to_owned(), place: place.to_owned(), why: why.to_owned() }
}

/// One statement, whichever version of the standard it is in.
struct Statement<'a> {
    id: &'a str,
    /// The record that it is a version of.
    record: &'a str,
    what: What,
    closed: bool,
    date: Option<Date>,
    details: &'a Value,
}

#[derive(PartialEq, Eq, Clone, Copy)]
enum What {
    Entity,
    Person,
    Relationship,
}

fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str)
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

impl<'a> Statement<'a> {
    /// From which day a version speaks in place of the one before: the day of the change, where its interests tell
    /// one (another beginning, or the end of what is closed), else that of the statement.
    fn speaks_from(&self, before: &Self) -> Option<Date> {
        let days = |of: &Self, key: &str, read: fn(&str) -> Option<Date>| -> Vec<Date> {
            list(of.details, "interests").iter().filter_map(|i| text(i, key)).filter_map(read).collect()
        };
        if self.closed {
            let ended = days(self, "endDate", last_day).into_iter().max();
            return ended.and_then(|end| end.tomorrow().ok()).or(self.date);
        }
        let begun = days(self, "startDate", first_day).into_iter().min();
        let was = days(before, "startDate", first_day).into_iter().min();
        begun.filter(|begun| was.is_none_or(|was| was < *begun)).or(self.date)
    }

    fn of(file: &str, n: usize, value: &'a Value) -> Result<Self, OwnersError> {
        let bad = |why: &str| broken(file, &format!("statement {}", n + 1), why);
        let id = text(value, "statementId").or_else(|| text(value, "statementID"));
        let id = id.ok_or_else(|| bad("it has no `statementId`: this is no BODS file"))?;
        let new = text(value, "recordType");
        let word = new.or_else(|| text(value, "statementType")).unwrap_or_default();
        let what = match word {
            "entity" | "entityStatement" => What::Entity,
            "person" | "personStatement" => What::Person,
            "relationship" | "ownershipOrControlStatement" => What::Relationship,
            other => return Err(bad(&format!("`{other}` is no type of statement"))),
        };
        let details = if new.is_some() {
            value.get("recordDetails").ok_or_else(|| bad("it has no `recordDetails`"))?
        } else {
            value
        };
        Ok(Self {
            id,
            record: if new.is_some() { text(value, "recordId").unwrap_or(id) } else { id },
            what,
            closed: text(value, "recordStatus") == Some("closed"),
            date: text(value, "statementDate").and_then(first_day),
            details,
        })
    }
}

pub(crate) fn read(file: &str, values: Vec<Value>, owners: &mut Owners) -> Result<(), OwnersError> {
    let statements: Vec<Statement<'_>> =
        values.iter().enumerate().map(|(n, v)| Statement::of(file, n, v)).collect::<Result<_, _>>()?;
    // before 0.4 a statement names those that it replaces: all of them are versions of the first one's record
    let mut replaced: BTreeMap<&str, &str> = BTreeMap::new();
    for (statement, value) in statements.iter().zip(&values) {
        for old in list(value, "replacesStatements").iter().filter_map(Value::as_str) {
            replaced.insert(old, statement.id);
        }
    }
    let last_of = |id: &'_ str| -> String {
        let mut at = id;
        let mut seen = BTreeSet::new();
        while let Some(next) = replaced.get(at).filter(|_| seen.insert(at.to_owned())) {
            at = next;
        }
        at.to_owned()
    };
    for statement in &statements {
        let source = format!("{file}: {}", statement.id);
        match statement.what {
            What::Entity => owners.add(entity(statement, last_of(statement.record), source)),
            What::Person => owners.add(person(statement, last_of(statement.record), source)),
            What::Relationship => {}
        }
    }
    let mut versions: BTreeMap<String, Vec<&Statement<'_>>> = BTreeMap::new();
    for statement in statements.iter().filter(|s| s.what == What::Relationship) {
        versions.entry(last_of(statement.record)).or_default().push(statement);
    }
    for versions in versions.values_mut() {
        versions.sort_by_key(|s| s.date);
        let mut begins: Vec<Option<Date>> = Vec::new();
        for (n, statement) in versions.iter().enumerate() {
            let before = n.checked_sub(1).and_then(|before| versions.get(before));
            begins.push(before.and_then(|before| statement.speaks_from(before)));
        }
        for (n, statement) in versions.iter().enumerate() {
            let from = begins.get(n).copied().flatten();
            let next = begins.get(n + 1).copied().flatten();
            relationship(file, statement, Version { from, next }, &last_of, owners)?;
        }
    }
    Ok(())
}

fn countries(details: &Value, keys: &[&str]) -> Vec<String> {
    let mut codes: Vec<String> = Vec::new();
    for key in keys {
        let values = match details.get(*key) {
            Some(Value::Array(values)) => values.as_slice(),
            Some(one) => std::slice::from_ref(one),
            None => &[],
        };
        for code in values.iter().filter_map(|v| text(v, "code")) {
            // `US-MA` is a part of US
            let code = code.split('-').next().unwrap_or(code).to_uppercase();
            if !codes.contains(&code) {
                codes.push(code);
            }
        }
    }
    codes
}

fn entity(statement: &Statement<'_>, id: String, source: String) -> Party {
    let details = statement.details;
    let word = match details.get("entityType") {
        Some(Value::String(word)) => word.as_str(),
        Some(map) => text(map, "type").unwrap_or_default(),
        None => "",
    };
    let kind = match word {
        "arrangement" => Kind::Arrangement,
        "state" | "stateBody" => Kind::State,
        "anonymousEntity" | "unknownEntity" => Kind::Anonymous,
        _ => Kind::Body,
    };
    let mut names: Vec<String> = text(details, "name").map(str::to_owned).into_iter().collect();
    names.extend(list(details, "alternateNames").iter().filter_map(Value::as_str).map(str::to_owned));
    let countries = countries(details, &["jurisdiction", "incorporatedInJurisdiction"]);
    Party { id, kind, names, countries, source }
}

fn person(statement: &Statement<'_>, id: String, source: String) -> Party {
    let details = statement.details;
    let known = !matches!(text(details, "personType"), Some("anonymousPerson" | "unknownPerson"));
    let full = |name: &Value| {
        text(name, "fullName").map(str::to_owned).or_else(|| {
            let parts: Vec<&str> =
                ["givenName", "familyName"].into_iter().filter_map(|k| text(name, k)).collect();
            (!parts.is_empty()).then(|| parts.join(" "))
        })
    };
    let names = list(details, "names").iter().filter_map(full).collect();
    let kind = if known { Kind::Person } else { Kind::Anonymous };
    Party { id, kind, names, countries: countries(details, &["nationalities"]), source }
}

/// The id that a reference means, or the reason why there is none.
enum Reference {
    To(String),
    Nobody(String),
}

fn reference(value: Option<&Value>) -> Reference {
    match value {
        Some(Value::String(id)) => Reference::To(id.clone()),
        Some(map @ Value::Object(_)) => {
            let described = ["describedByEntityStatement", "describedByPersonStatement"];
            if let Some(id) = described.into_iter().find_map(|key| text(map, key)) {
                return Reference::To(id.to_owned());
            }
            let inner = map.get("unspecified").unwrap_or(map);
            let reason = text(inner, "reason").unwrap_or("no reason given");
            Reference::Nobody(match text(inner, "description") {
                Some(words) => format!("{reason}: {words}"),
                None => reason.to_owned(),
            })
        }
        _ => Reference::Nobody("not told".to_owned()),
    }
}

/// The part of a statement that is one version of a declaration: when it begins to speak, and when the next one does.
#[derive(Clone, Copy)]
struct Version {
    from: Option<Date>,
    next: Option<Date>,
}

/// A first and a last day, as far as they are told.
type Days = (Option<Date>, Option<Date>);

/// Who has interests in whom, by one version of a declaration.
struct Declared<'a> {
    statement: &'a Statement<'a>,
    version: Version,
    by: String,
    of: String,
    source: String,
}

fn relationship(
    file: &str,
    statement: &Statement<'_>,
    version: Version,
    last_of: &impl Fn(&str) -> String,
    owners: &mut Owners,
) -> Result<(), OwnersError> {
    let details = statement.details;
    let source = format!("{file}: {}", statement.id);
    let at = format!("statement `{}`", statement.id);
    let of = match reference(details.get("subject")) {
        Reference::To(id) => last_of(&id),
        Reference::Nobody(_) => return Err(broken(file, &at, "it has no `subject`")),
    };
    let by = match reference(details.get("interestedParty")) {
        Reference::To(id) => last_of(&id),
        Reference::Nobody(reason) => {
            let text = format!("the declaration names no owner ({reason})");
            owners.notes.push(Note { party: Some(of), text, source });
            return Ok(());
        }
    };
    let declared = Declared { statement, version, by, of, source };
    let interests = list(details, "interests");
    for interest in interests {
        let Some(held) = declared.held(interest) else { continue };
        let share = interest.get("share").map(|s| share(file, &at, s)).transpose()?;
        declared.interest(interest, held, share, owners);
    }
    if interests.is_empty() {
        declared.untold(owners);
    }
    Ok(())
}

impl Declared<'_> {
    /// One interest: a stake, or a link that is none.
    fn interest(&self, interest: &Value, (from, to): Days, share: Option<Share>, owners: &mut Owners) {
        let kind = kebab(text(interest, "type").unwrap_or_default());
        let level = |word: &str| {
            text(interest, "directOrIndirect") == Some(word) || text(interest, "interestLevel") == Some(word)
        };
        let indirect = level("indirect");
        let held = match kind.as_str() {
            "shareholding" => Some(Interest::Shares),
            "voting-rights" => Some(Interest::Votes),
            // what kind of interest it is, is not told: anything up to all
            "" | "unknown-interest" | "unpublished-interest" => Some(Interest::Both),
            _ => None,
        };
        match held {
            Some(held) if !indirect => {
                let mut share = share.unwrap_or_else(unknown);
                if level("unknown") {
                    share.min = Percent::zero();
                }
                owners.stakes.push(self.stake(share, held, from, to));
            }
            _ => {
                let amount = share.map(|s| format!(", {s} percent")).unwrap_or_default();
                let level = if indirect { "indirect " } else { "" };
                owners.links.push(Link {
                    by: self.by.clone(),
                    of: self.of.clone(),
                    what: format!("{level}{}{amount}", kind.replace('-', " ")),
                    criterion: criterion(&kind).filter(|_| !indirect),
                    from,
                    to,
                    source: self.source.clone(),
                });
            }
        }
    }

    /// The first and the last day of an interest, as far as they are told; `None` where it ends before it begins.
    fn held(&self, interest: &Value) -> Option<Days> {
        let mut from = text(interest, "startDate").and_then(first_day);
        let mut to = text(interest, "endDate").and_then(last_day);
        // a later version speaks from its own date; the earlier one until the day before
        if let Some(date) = self.version.from {
            from = from.max(Some(date));
        }
        if let Some(before) = self.day_before_next() {
            to = Some(to.map_or(before, |to| to.min(before)));
        }
        if self.statement.closed && to.is_none() {
            to = self.statement.date.and_then(|date| date.yesterday().ok());
        }
        match (from, to) {
            (Some(from), Some(to)) if from > to => None,
            held => Some(held),
        }
    }

    fn day_before_next(&self) -> Option<Date> {
        self.version.next.and_then(|next| next.yesterday().ok())
    }

    fn stake(&self, share: Share, interest: Interest, from: Option<Date>, to: Option<Date>) -> Stake {
        let (owner, owned, source) = (self.by.clone(), self.of.clone(), self.source.clone());
        Stake { owner, owned, share, interest, from, to, source }
    }

    /// A declaration without interests.
    fn untold(&self, owners: &mut Owners) {
        let text = format!(
            "`{}` has an interest in it of which nothing is told; it is taken as 0 to 100 percent",
            self.by
        );
        owners.notes.push(Note { party: Some(self.of.clone()), text, source: self.source.clone() });
        if !self.statement.closed {
            let (from, to) = (self.version.from, self.day_before_next());
            owners.stakes.push(self.stake(unknown(), Interest::Both, from, to));
        }
    }
}

/// `votingRights` (0.4) and `voting-rights` (before) are one word.
fn kebab(word: &str) -> String {
    let mut out = String::new();
    for c in word.chars() {
        if c.is_uppercase() {
            out.push('-');
        }
        out.extend(c.to_lowercase());
    }
    out
}

/// The control criterion of the case format that an interest states.
fn criterion(kind: &str) -> Option<&'static str> {
    match kind {
        "appointment-of-board" => Some("appoints_board_majority"),
        "rights-granted-by-contract" => Some("dominant_influence"),
        "rights-to-profit-or-income-on-dissolution" | "use-of-assets" | "enjoyment-and-use-of-assets" => {
            Some("uses_assets")
        }
        _ => None,
    }
}

fn share(file: &str, at: &str, value: &Value) -> Result<Share, OwnersError> {
    // an exclusive bound is a number from 0.4 on, and before that a mark on the bound; that the bound itself is
    // excluded is not used: it makes the interval no wider, and what is known stays true
    let number = |keys: &[&str]| -> Result<Option<Percent>, OwnersError> {
        for key in keys {
            match value.get(*key) {
                Some(Value::Number(number)) => {
                    let read =
                        number.to_string().parse::<Percent>().ok().filter(|p| *p <= Percent::whole(100));
                    return read.map(Some).ok_or_else(|| {
                        broken(file, at, &format!("the share `{number}` is no percent between 0 and 100"))
                    });
                }
                Some(Value::Bool(_) | Value::Null) | None => {}
                Some(other) => {
                    return Err(broken(file, at, &format!("the share `{key}` is `{other}`, no number")));
                }
            }
        }
        Ok(None)
    };
    if let Some(exact) = number(&["exact"])? {
        return Ok(Share::exactly(exact));
    }
    let min = number(&["minimum", "exclusiveMinimum"])?.unwrap_or_else(Percent::zero);
    let max = number(&["maximum", "exclusiveMaximum"])?.unwrap_or_else(|| Percent::whole(100));
    Share::between(min, max).ok_or_else(|| broken(file, at, "the least share is above the most"))
}
