//! Files about owners to verdicts: *parties → who is listed → ownership graph → rule → evidence*.

use std::collections::{BTreeMap, BTreeSet};

use countersign_case::Case;
use countersign_law::{Law, OwnershipRule, standings};
use countersign_model::{Date, Digest, Share};
use countersign_owners::{Kind, Link, Note, Owners, Party};
use countersign_ownership::{Comparison, Graph, Reach, Reached, Rule, Standing};
use serde::Serialize;
use serde_json::{Value, json};

use crate::case_party;
use crate::dispositions::Dispositions;
use crate::facts;
use crate::failure::Failure;
use crate::knowledge::Knowledge;
use crate::listed::{Listed, Named};
use crate::lists::{Lists, Pin};
use crate::screening::{self, Outcome};

/// More parties above one are not screened one by one.
const MAX_SCREENED: usize = 5_000;

/// The outcome, `ownership/1`.
#[derive(Debug, Serialize)]
pub struct Ownership {
    /// `ownership/1`.
    pub schema: &'static str,
    /// Who is asked about.
    pub party: Named,
    /// The day.
    pub as_of: Date,
    /// The files with their digests.
    pub files: Vec<File>,
    /// The lists that names were compared with; none where `--listed` says who is listed.
    pub lists: Vec<Pin>,
    /// One for each rule.
    pub rules: Vec<Finding>,
    /// Who above the party is listed, or may be, and how that is known.
    pub listed: Vec<Listed>,
    /// Links of the party and of its counted owners that are no stakes.
    pub links: Vec<Link>,
    /// What the reader has to know.
    pub notes: Vec<Note>,
    /// The picture, top down.
    #[serde(skip)]
    pub tree: Vec<String>,
}

/// A file as it was read.
#[derive(Debug, Clone, Serialize)]
pub struct File {
    /// Its name.
    pub name: String,
    /// SHA-256 of its bytes.
    pub sha256: Digest,
}

/// What one rule finds.
#[derive(Debug, Serialize)]
pub struct Finding {
    /// The rule's name.
    pub rule: String,
    /// Its regime.
    pub regime: String,
    /// Where it is written down.
    pub source: String,
    /// The line in words.
    pub line: String,
    /// Whether the rule reaches the party through its owners: `yes`, `no`, `cannot_be_known`.
    pub reached: Reached,
    /// Where it is `yes` only because possible matches count as listed until a person decides them: who they are.
    pub assumes: Vec<Named>,
    /// The share attributed to listed persons.
    pub attributed: Share,
    /// A single holder that meets the line directly.
    pub alone: Option<Named>,
    /// A single listed person who meets it with nobody else.
    pub sole: Option<Named>,
    /// The stakes that count, shortest paths first.
    pub through: Vec<Step>,
    /// Stakes that count for nothing although a listed person stands behind them.
    pub stopped: Vec<Step>,
    /// Whether `through` and `stopped` hold every stake; else the nearest ten thousand.
    pub evidence_is_whole: bool,
    /// What would settle it.
    pub settled_by: Vec<String>,
    /// Whether none of that can be spared.
    pub settled_by_is_least: bool,
    /// Links by listed persons, or by those whom they own, that state a criterion of control.
    pub control: Vec<Link>,
}

/// One stake on the way.
#[derive(Debug, Serialize)]
pub struct Step {
    /// Who holds it.
    pub owner: Named,
    /// In whom.
    pub owned: Named,
    /// How much.
    pub share: Share,
    /// It counts for certain.
    pub counts: bool,
    /// Where it stands.
    pub source: String,
}

/// Who is listed, as far as it is known.
pub struct Standings {
    /// By rule, then by party.
    by_rule: BTreeMap<String, BTreeMap<String, Standing>>,
    /// For people, by party.
    because: BTreeMap<String, String>,
    /// Possible matches that nobody has decided.
    assumed: BTreeSet<String>,
    lists: Vec<Pin>,
    notes: Vec<Note>,
}

impl Standings {
    /// As a file says: the parties named in it are listed under every rule, all others are not.
    pub fn of_file(text: &str, file: &str, owners: &Owners, law: &Law) -> Result<Self, Failure> {
        let mut standing: BTreeMap<String, Standing> =
            owners.ids().into_iter().map(|id| (id.to_owned(), Standing::NotListed)).collect();
        let (mut because, mut notes) = (BTreeMap::new(), Vec::new());
        for (n, line) in text.lines().enumerate() {
            let wanted = line.split('#').next().unwrap_or_default().trim();
            if wanted.is_empty() {
                continue;
            }
            match owners.find(wanted) {
                Ok(party) => {
                    standing.insert(party.id.clone(), Standing::Listed);
                    because.insert(party.id.clone(), format!("`{file}` line {} names it", n + 1));
                }
                Err(several) if several.is_empty() => notes.push(Note {
                    party: None,
                    text: format!("`{wanted}` is listed and no party of the files"),
                    source: format!("{file}:{}", n + 1),
                }),
                Err(several) => {
                    return Err(Failure::Input(format!(
                        "{file}: line {}: `{wanted}` is the name of several parties ({}); give the id",
                        n + 1,
                        several.join(", ")
                    )));
                }
            }
        }
        // nobody can say of an anonymous party that it is not listed
        for party in owners.parties.values().filter(|p| p.kind == Kind::Anonymous) {
            if standing.get(&party.id) != Some(&Standing::Listed) {
                let who = format!("who `{}` is", party.id);
                standing.insert(party.id.clone(), Standing::Unknown(vec![who.clone()]));
                because.insert(party.id.clone(), format!("the file does not say {who}"));
            }
        }
        let by_rule = law.ownership_rules().iter().map(|r| (r.id.to_owned(), standing.clone())).collect();
        Ok(Self { by_rule, because, assumed: BTreeSet::new(), lists: Vec::new(), notes })
    }

    /// By comparing the names of the parties above one with the loaded lists, as `check` does.
    pub fn of_lists(
        owners: &Owners,
        above: &BTreeSet<String>,
        as_of: Date,
        knowledge: &Knowledge,
        lists: &Lists,
        dispositions: &Dispositions,
    ) -> Result<Self, Failure> {
        if above.len() > MAX_SCREENED {
            return Err(Failure::Input(format!(
                "{} parties stand above this one, more than the {MAX_SCREENED} that are compared with the lists one by \
                 one; say who is listed with --listed FILE",
                above.len()
            )));
        }
        let ids: Vec<&String> = above.iter().collect();
        let key = |n: usize| format!("p{}", n + 1);
        let parties: Vec<Value> =
            ids.iter().enumerate().map(|(n, id)| party(&key(n), owners.parties.get(*id))).collect();
        let case = json!({
            "schema": "case/1", "action": "supply", "actor": key(0), "as_of": as_of.to_string(),
            "parties": parties, "item": {"kind": ["software"]}, "destination": "BE",
        });
        let program = |e: &dyn std::fmt::Display| {
            Failure::Program(format!("the parties of the files could not be put into a case: {e}"))
        };
        let case = Case::parse(&case.to_string(), "the parties of the files", &knowledge.known)
            .map_err(|e| program(&e))?;
        let read = screening::lists_read(&knowledge.law, &case);
        let screened = screening::screen_case(&case, &read, lists, dispositions)?;
        let facts = facts::of_screening(&screened, None);
        let settled = case.edited(&facts.edit, &knowledge.known).map_err(|e| program(&e))?;
        let (mut because, mut assumed) = (BTreeMap::new(), BTreeSet::new());
        for (id, party) in ids.iter().zip(&screened) {
            let text = match party.outcome {
                Outcome::PossibleMatch => {
                    assumed.insert((*id).clone());
                    let path = format!("parties[{}].listings", party.party);
                    let assumed = facts.assumptions.iter().find(|a| a.path == path);
                    format!(
                        "{}; counts as listed until a person decides it",
                        assumed.map_or(party.summary.as_str(), |a| a.text.as_str())
                    )
                }
                _ => party.summary.clone(),
            };
            because.insert((*id).clone(), text);
        }
        let mut by_rule = standings(&knowledge.law, settled.tree(), as_of);
        for of_rule in by_rule.values_mut() {
            let mut named = BTreeMap::new();
            for (n, id) in ids.iter().enumerate() {
                let standing = match of_rule.remove(&key(n)) {
                    Some(Standing::Unknown(_)) | None => {
                        Standing::Unknown(vec![format!("whether {} is listed", owners.name_and_id(id))])
                    }
                    Some(known) => known,
                };
                named.insert((*id).clone(), standing);
            }
            *of_rule = named;
        }
        Ok(Self { by_rule, because, assumed, lists: lists.pins(), notes: Vec::new() })
    }
}

impl Standings {
    /// Names that a file says are listed and that no party of the files bears.
    pub fn unplaced(&self) -> &[Note] {
        &self.notes
    }
}

/// A party of the files as a party of a case.
fn party(key: &str, party: Option<&Party>) -> Value {
    let names = party.map(|p| p.names.as_slice()).unwrap_or_default();
    let mut map = case_party::of_file(key, case_party::kind(party), "other", names);
    let countries = party.map(|p| p.countries.as_slice()).unwrap_or_default();
    let country = countries.iter().find(|code| countersign_model::CountryCode::new(code).is_ok());
    if let Some(country) = country {
        map.insert("country".to_owned(), json!(country));
    }
    Value::Object(map)
}

/// Applies rules to one party.
pub fn ownership(
    owners: &Owners,
    files: Vec<File>,
    party: &str,
    as_of: Date,
    rules: &[OwnershipRule<'_>],
    standings: &Standings,
) -> Result<Ownership, Failure> {
    let above = owners.above([party.to_owned()], as_of);
    // a register of a country is not laid out for the few who stand above one party
    let (graph, contradictions) =
        owners.graph_of(&above, as_of).map_err(|e| Failure::Input(e.to_string()))?;
    let asked = Asked { owners, graph: &graph, party, as_of, assumed: &standings.assumed };
    let none = BTreeMap::new();
    let mut found = Vec::new();
    let mut counted: BTreeSet<String> = BTreeSet::from([party.to_owned()]);
    for rule in rules {
        let standing = standings.by_rule.get(rule.id).unwrap_or(&none);
        let (finding, through) = asked.finding(rule, standing)?;
        counted.extend(through);
        found.push(finding);
    }
    let mut listed = Vec::new();
    for id in &above {
        let of = |wanted: fn(&Standing) -> bool| -> Vec<String> {
            rules
                .iter()
                .filter(|rule| standings.by_rule.get(rule.id).and_then(|s| s.get(id)).is_none_or(wanted))
                .map(|rule| rule.id.to_owned())
                .collect()
        };
        let certain = of(|s| *s == Standing::Listed);
        let certain: Vec<String> = certain
            .into_iter()
            .filter(|rule| standings.by_rule.get(rule).is_some_and(|s| s.contains_key(id)))
            .collect();
        let unknown = of(|s| matches!(s, Standing::Unknown(_)));
        if !certain.is_empty() || !unknown.is_empty() {
            let because = standings.because.get(id).cloned().unwrap_or_default();
            let assumed = standings.assumed.contains(id);
            listed.push(Listed {
                party: named(owners, id),
                rules: certain,
                unknown_for: unknown,
                because,
                assumed,
            });
        }
    }
    listed.sort_by_key(|l| l.rules.is_empty());
    let links =
        owners.links.iter().filter(|l| counted.contains(&l.of) && l.holds_on(as_of)).cloned().collect();
    let mut notes: Vec<Note> = standings.notes.clone();
    let about = |note: &&Note| note.party.as_ref().is_none_or(|p| above.contains(p));
    notes.extend(contradictions.iter().chain(&owners.notes).filter(about).cloned());
    let tree = crate::tree::tree(owners, party, as_of, &listed);
    Ok(Ownership {
        schema: "ownership/1",
        party: named(owners, party),
        as_of,
        files,
        lists: standings.lists.clone(),
        rules: found,
        listed,
        links,
        notes,
        tree,
    })
}

fn named(owners: &Owners, id: &str) -> Named {
    Named { id: id.to_owned(), name: owners.label(id).to_owned() }
}

/// Who owns a party, on a day.
struct Asked<'a> {
    owners: &'a Owners,
    graph: &'a Graph,
    party: &'a str,
    as_of: Date,
    /// Parties that count as listed because a possible match is undecided.
    assumed: &'a BTreeSet<String>,
}

impl Asked<'_> {
    fn named(&self, id: &str) -> Named {
        named(self.owners, id)
    }

    /// One rule, and the parties that its evidence passes through.
    fn finding(
        &self,
        rule: &OwnershipRule<'_>,
        standing: &BTreeMap<String, Standing>,
    ) -> Result<(Finding, BTreeSet<String>), Failure> {
        let reach = Reach::new(self.graph, standing, rule.rule, self.as_of);
        let Some(found) = reach.attribution(self.party) else {
            return Err(Failure::Input(format!("`{}` is no party of the files", self.party)));
        };
        let assumes = if found.reached == Reached::Yes && self.rests_on_assumptions(rule, standing) {
            let holders = found.holders.iter().filter(|h| h.certain && self.assumed.contains(&h.party));
            holders.map(|holder| self.named(&holder.party)).collect()
        } else {
            Vec::new()
        };
        let step = |s: &countersign_ownership::Step| Step {
            owner: self.named(&s.owner),
            owned: self.named(&s.owned),
            share: s.share.clone(),
            counts: s.counts_in_full,
            source: s.path.clone(),
        };
        let passed: BTreeSet<String> =
            found.through.iter().flat_map(|s| [s.owner.clone(), s.owned.clone()]).collect();
        let reads =
            |id: &str| standing.get(id) == Some(&Standing::Listed) || reach.reached(id) == Some(Reached::Yes);
        let control = self
            .owners
            .links
            .iter()
            .filter(|l| rule.reads_control && l.of == self.party && l.criterion.is_some())
            .filter(|l| l.holds_on(self.as_of) && reads(&l.by))
            .cloned()
            .collect();
        let finding = Finding {
            rule: rule.id.to_owned(),
            regime: rule.regime.to_owned(),
            source: rule.source.to_owned(),
            line: line(rule.rule),
            reached: found.reached,
            assumes,
            attributed: found.share,
            alone: found.alone.map(|id| self.named(&id)),
            sole: found.sole.map(|id| self.named(&id)),
            through: found.through.iter().map(step).collect(),
            stopped: found.stopped.iter().map(step).collect(),
            evidence_is_whole: found.evidence_is_whole,
            settled_by: found.unsettled,
            settled_by_is_least: found.unsettled_is_least,
            control,
        };
        Ok((finding, passed))
    }

    /// Whether the party is reached only because undecided possible matches count as listed.
    fn rests_on_assumptions(&self, rule: &OwnershipRule<'_>, standing: &BTreeMap<String, Standing>) -> bool {
        let mut undecided = standing.clone();
        for id in self.assumed {
            undecided.insert(id.clone(), Standing::Unknown(Vec::new()));
        }
        Reach::new(self.graph, &undecided, rule.rule, self.as_of).reached(self.party) != Some(Reached::Yes)
    }
}

/// The line that a rule draws.
fn line(rule: &Rule) -> String {
    let comparison = match rule.comparison {
        Comparison::AtLeast => "or more",
        Comparison::MoreThan => "is not enough, more is",
    };
    let together =
        if rule.aggregate { "holdings of all listed persons added up" } else { "each listed person alone" };
    format!("{} percent {comparison}, {together}", rule.threshold)
}

/// The rules asked for: by name on any day, else all that hold on the day.
pub fn rules<'a>(
    knowledge: &'a Knowledge,
    wanted: &[String],
    as_of: Date,
) -> Result<Vec<OwnershipRule<'a>>, Failure> {
    let all = knowledge.law.ownership_rules();
    if wanted.is_empty() {
        return Ok(all.into_iter().filter(|rule| rule.is_of(as_of)).collect());
    }
    let mut found = Vec::new();
    for word in wanted {
        // the name of a regime's rule means the one that holds on the day
        let named = all.iter().find(|rule| rule.id == word);
        let regime = named.map_or(word.as_str(), |rule| rule.regime);
        let of_day = all.iter().filter(|rule| rule.regime == regime && rule.is_of(as_of));
        let mut of_day: Vec<OwnershipRule<'a>> = of_day.copied().collect();
        if let Some(exact) = named.filter(|rule| rule.is_of(as_of) || of_day.is_empty()) {
            of_day = vec![*exact];
        }
        if of_day.is_empty() {
            let names: Vec<&str> = all.iter().map(|rule| rule.id).collect();
            return Err(Failure::Input(format!(
                "`{word}` is no ownership rule of the law packs; they have {}",
                names.join(", ")
            )));
        }
        found.extend(of_day);
    }
    Ok(found)
}

/// The id of the party that an id or a name means.
pub fn party_of(owners: &Owners, wanted: &str) -> Result<String, Failure> {
    match owners.find(wanted) {
        Ok(party) => Ok(party.id.clone()),
        Err(several) => Err(unknown_party(wanted, &several, owners)),
    }
}

fn unknown_party(wanted: &str, several: &[&str], owners: &Owners) -> Failure {
    if several.is_empty() {
        let some: Vec<String> =
            owners.parties.keys().take(5).map(|id| format!("`{}`", owners.name_and_id(id))).collect();
        let more = if owners.parties.len() > 5 { " and others" } else { "" };
        return Failure::Input(format!(
            "`{wanted}` is no id and no name in the files; they have {}{more}",
            some.join(", ")
        ));
    }
    Failure::Input(format!("`{wanted}` is the name of several parties ({}); give the id", several.join(", ")))
}
