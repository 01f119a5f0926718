//! Item classification: answers on what a tool does → candidate entries of the control lists, their limbs, notes and
//! exclusions, and what remains open. The questions and the entries are data (`law/classification/questionnaire.toml`).
//!
//! Comes in: answers (yes, no, unknown) by question. Goes out: a [`Classification`], with an `item:` block for a case. The
//! entries are proposals of a questionnaire, never a ruling: notes that no question asks have to be read.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use crate::pack::{Law, PackError};

const FILE: &str = "classification/questionnaire.toml";

/// The questionnaire.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Questionnaire {
    question: Vec<Question>,
    entry: Vec<Entry>,
}

/// One question.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Its id, the key of an answer.
    pub id: String,
    /// The question.
    pub text: String,
    /// It is asked only where none of these was answered no.
    #[serde(default)]
    pub needs: Vec<String>,
    /// The kind of item that a yes says.
    #[serde(default)]
    kind: Option<String>,
    /// Whether it opens a group of questions.
    #[serde(default)]
    topic: bool,
    /// Capabilities that a yes says.
    #[serde(default)]
    capabilities: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    code: String,
    lists: Vec<String>,
    kinds: Vec<String>,
    topic: String,
    all: Vec<String>,
    any: Vec<String>,
    #[serde(default)]
    limbs_of: Option<String>,
    limbs: BTreeMap<String, String>,
    excluded: BTreeMap<String, String>,
    text: String,
    #[serde(default)]
    beside: Option<String>,
}

/// An answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reply {
    /// Yes.
    Yes,
    /// No.
    No,
    /// Not known, or not answered.
    Unknown,
}

/// How an entry stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// The text of the entry is met, and no note that was asked takes the item out.
    Met,
    /// Some answer is open that could make it met.
    Open,
    /// The text is met, and a note takes the item out.
    Excluded,
    /// One limb fails: a near miss.
    NotMet,
}

/// A candidate entry.
#[derive(Debug, Clone, Serialize)]
pub struct Candidate {
    /// The code.
    pub code: String,
    /// Whether Annex I of the EU (`annex_codes`), the US list (`eccn`), or both have it.
    pub lists: Vec<String>,
    /// The entry in our words.
    pub text: String,
    /// How it stands.
    pub standing: Standing,
    /// Why, a sentence each.
    pub reasons: Vec<String>,
    /// Questions that would settle it.
    pub open: Vec<String>,
    /// Rules that carry the entry and its notes: id and citation.
    pub citations: Vec<String>,
    /// Entries to read beside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub beside: Option<String>,
    /// Whether the text is met before notes, which the rules apply themselves.
    #[serde(skip)]
    text_met: bool,
}

/// The result.
#[derive(Debug, Clone, Serialize)]
pub struct Classification {
    /// `classification/1`.
    pub schema: &'static str,
    /// Entries that are met, open, excluded, or missed by a limb.
    pub candidates: Vec<Candidate>,
    /// Questions without an answer that matter.
    pub open: Vec<String>,
    /// The block for a case.
    pub item: Json,
}

/// An answer that the questionnaire does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no question `{0}`; `countersign classify --questions` lists them")]
pub struct UnknownQuestion(pub String);

impl Questionnaire {
    /// The questionnaire of the packs.
    ///
    /// # Errors
    /// A file that is missing, does not read, or names questions that are not there.
    pub fn of(law: &Law) -> Result<Self, PackError> {
        let fatal = |fault: String| PackError { faults: vec![format!("{FILE}: {fault}")] };
        let text = law.files().get(FILE).ok_or_else(|| fatal("missing".to_owned()))?;
        let read: Self = toml::from_str(text).map_err(|e| fatal(e.to_string()))?;
        let ids: BTreeSet<&str> = read.question.iter().map(|q| q.id.as_str()).collect();
        let named = read.question.iter().flat_map(|q| &q.needs).chain(read.entry.iter().flat_map(|e| {
            e.all.iter().chain(&e.any).chain(e.limbs.values()).chain(e.excluded.values()).chain([&e.topic])
        }));
        if let Some(missing) = named.into_iter().find(|id| !ids.contains(id.as_str())) {
            return Err(fatal(format!("names the question `{missing}`, which is not there")));
        }
        Ok(read)
    }

    /// The questions in order.
    pub fn questions(&self) -> &[Question] {
        &self.question
    }

    /// Whether a question matters, given the answers so far.
    pub fn is_asked(&self, question: &Question, answers: &BTreeMap<String, Reply>) -> bool {
        question.needs.iter().all(|n| answers.get(n) != Some(&Reply::No))
    }

    /// The entries that follow.
    ///
    /// # Errors
    /// An answer to a question that is not there.
    pub fn classify(
        &self,
        law: &Law,
        answers: &BTreeMap<String, Reply>,
        version: Option<&str>,
    ) -> Result<Classification, UnknownQuestion> {
        if let Some(id) = answers.keys().find(|id| !self.question.iter().any(|q| q.id == **id)) {
            return Err(UnknownQuestion(id.clone()));
        }
        let mut candidates: Vec<Candidate> =
            self.entry.iter().filter_map(|entry| self.candidate(law, entry, answers)).collect();
        candidates.sort_by_key(|c| c.standing);
        let mut open: Vec<String> = candidates.iter().flat_map(|c| c.open.iter().cloned()).collect();
        open.sort();
        open.dedup();
        let item = self.item(&candidates, answers, version);
        Ok(Classification { schema: "classification/1", candidates, open, item })
    }

    fn reply(&self, answers: &BTreeMap<String, Reply>, id: &str) -> Reply {
        let Some(question) = self.question.iter().find(|q| q.id == id) else { return Reply::Unknown };
        if !self.is_asked(question, answers) {
            return Reply::No;
        }
        answers.get(id).copied().unwrap_or(Reply::Unknown)
    }

    fn words<'a>(&'a self, id: &'a str) -> &'a str {
        self.question.iter().find(|q| q.id == id).map_or(id, |q| q.text.as_str())
    }

    fn candidate(&self, law: &Law, entry: &Entry, answers: &BTreeMap<String, Reply>) -> Option<Candidate> {
        let reply = |id: &str| self.reply(answers, id);
        if reply(&entry.topic) == Reply::No {
            return None;
        }
        let Text { failed, mut reasons, mut open } = self.text(entry, answers)?;
        let text_met = !failed && open.is_empty();
        let notes: Vec<&String> = entry.excluded.values().filter(|q| reply(q) == Reply::Yes).collect();
        let standing = if failed {
            Standing::NotMet
        } else if !notes.is_empty() {
            reasons.extend(notes.iter().map(|q| format!("taken out: {}", self.words(q))));
            Standing::Excluded
        } else {
            open.extend(entry.excluded.values().filter(|q| reply(q) == Reply::Unknown).map(String::as_str));
            if open.is_empty() { Standing::Met } else { Standing::Open }
        };
        if matches!(standing, Standing::NotMet | Standing::Excluded) {
            // no answer would change how it stands
            open.clear();
        }
        Some(Candidate {
            code: entry.code.clone(),
            lists: entry.lists.clone(),
            text: entry.text.clone(),
            standing,
            reasons,
            open: open.into_iter().map(str::to_owned).collect(),
            citations: citations(law, &entry.code),
            beside: entry.beside.clone(),
            text_met,
        })
    }

    /// How the text of an entry stands before its notes; `None` where more than one limb fails, or the only one: such an
    /// entry is no candidate at all.
    fn text<'e>(&self, entry: &'e Entry, answers: &BTreeMap<String, Reply>) -> Option<Text<'e>> {
        let reply = |id: &str| self.reply(answers, id);
        let mut reasons = Vec::new();
        let mut open: Vec<&str> = Vec::new();
        let mut failed = 0;
        for id in &entry.all {
            match reply(id) {
                Reply::No => {
                    failed += 1;
                    reasons.push(format!("no: {}", self.words(id)));
                }
                Reply::Unknown => open.push(id),
                Reply::Yes => reasons.push(format!("yes: {}", self.words(id))),
            }
        }
        let of_any = |wanted: Reply| entry.any.iter().filter(move |id| reply(id) == wanted);
        if !entry.any.is_empty() {
            match any(entry.any.iter().map(|id| reply(id))) {
                Reply::No => {
                    failed += 1;
                    let words: Vec<&str> = entry.any.iter().map(|id| self.words(id)).collect();
                    reasons.push(format!("none of: {}", words.join(" ")));
                }
                Reply::Unknown => open.extend(of_any(Reply::Unknown).map(String::as_str)),
                Reply::Yes => {
                    reasons.extend(of_any(Reply::Yes).map(|id| format!("yes: {}", self.words(id))));
                }
            }
        }
        let limbs = entry.all.len() + usize::from(!entry.any.is_empty());
        match any(entry.kinds.iter().map(|k| reply(k))) {
            Reply::No if failed == 0 => {
                reasons.push(format!("the entry is for {}", entry.kinds.join(", ")));
                return Some(Text { failed: true, reasons, open });
            }
            Reply::No => return None,
            Reply::Unknown => open.extend(entry.kinds.iter().map(String::as_str)),
            Reply::Yes => {}
        }
        let none = failed > 1 || (failed == 1 && limbs == 1);
        (!none).then_some(Text { failed: failed > 0, reasons, open })
    }

    /// The facts of the item, as the case format writes them.
    fn item(
        &self,
        candidates: &[Candidate],
        answers: &BTreeMap<String, Reply>,
        version: Option<&str>,
    ) -> Json {
        let reply = |id: &str| self.reply(answers, id);
        let said: Vec<&Question> = self.question.iter().filter(|q| reply(&q.id) == Reply::Yes).collect();
        let mut item = Map::new();
        let kinds: Vec<&str> = said.iter().filter_map(|q| q.kind.as_deref()).collect();
        if !kinds.is_empty() {
            item.insert("kind".to_owned(), json!(kinds));
        }
        if let Some(version) = version {
            item.insert("version".to_owned(), json!(version));
        }
        for list in ["annex_codes", "eccn"] {
            // the text of the entry is met before notes: the rules apply the notes themselves
            let of_list = || candidates.iter().filter(|c| c.lists.iter().any(|l| l == list));
            let met: Vec<&str> = of_list().filter(|c| c.text_met).map(|c| c.code.as_str()).collect();
            let unsettled = of_list().any(|c| c.standing == Standing::Open && !c.text_met);
            insert_list(&mut item, list, &met, !unsettled);
        }
        let of_candidate = |entry: &&Entry| candidates.iter().any(|c| c.code == entry.code);
        let entries: Vec<&Entry> = self.entry.iter().filter(of_candidate).collect();
        let limbs = self.limbs(&entries, answers);
        if !limbs.is_empty() {
            item.insert("limbs".to_owned(), Json::Object(limbs));
        }
        let notes = || entries.iter().flat_map(|e| &e.excluded);
        let excluded: BTreeSet<&String> =
            notes().filter(|(_, q)| reply(q) == Reply::Yes).map(|(fact, _)| fact).collect();
        let notes_settled = notes().all(|(_, q)| reply(q) != Reply::Unknown);
        insert_list(&mut item, "exclusion_facts", &Vec::from_iter(excluded), notes_settled);
        let mut capabilities: Vec<&String> = Vec::new();
        for word in said.iter().flat_map(|q| &q.capabilities) {
            if !capabilities.contains(&word) {
                capabilities.push(word);
            }
        }
        let topics_settled = self.question.iter().filter(|q| q.topic).all(|q| reply(&q.id) != Reply::Unknown);
        insert_list(&mut item, "capabilities", &capabilities, topics_settled);
        item.insert("classification".to_owned(), json!({"basis": "questionnaire"}));
        Json::Object(item)
    }

    /// The limbs of each entry that were answered, by code.
    fn limbs(&self, entries: &[&Entry], answers: &BTreeMap<String, Reply>) -> Map<String, Json> {
        let reply = |id: &str| self.reply(answers, id);
        let mut limbs: Map<String, Json> = Map::new();
        for entry in entries {
            let code = entry.limbs_of.as_ref().unwrap_or(&entry.code);
            for (limb, question) in &entry.limbs {
                let word = match reply(question) {
                    Reply::Yes => "yes",
                    Reply::No => "no",
                    Reply::Unknown => "unknown",
                };
                // a limb of one sub-entry that fails says nothing of the others
                if entry.limbs_of.is_some() && word != "yes" {
                    continue;
                }
                // of several alternatives one is enough, and the others are no limb that fails
                let spare = entry.any.contains(question) && word == "no";
                if spare && any(entry.any.iter().map(|id| reply(id))) != Reply::No {
                    continue;
                }
                let map = limbs.entry(code.clone()).or_insert_with(|| json!({}));
                if let Some(map) = map.as_object_mut() {
                    map.insert(limb.clone(), json!(word));
                }
            }
        }
        limbs
    }
}

/// Before the notes of an entry are looked at.
struct Text<'e> {
    /// One limb fails.
    failed: bool,
    reasons: Vec<String>,
    /// Questions that are not answered.
    open: Vec<&'e str>,
}

/// What is known of a list: its words; `none` where there are no words and no more can come; nothing where more may.
fn insert_list<T: Serialize>(item: &mut Map<String, Json>, key: &str, words: &[T], settled: bool) {
    if !words.is_empty() {
        item.insert(key.to_owned(), json!(words));
    } else if settled {
        item.insert(key.to_owned(), json!("none"));
    }
}

fn any(replies: impl Iterator<Item = Reply>) -> Reply {
    let mut found = Reply::No;
    for reply in replies {
        match reply {
            Reply::Yes => return Reply::Yes,
            Reply::Unknown => found = Reply::Unknown,
            Reply::No => {}
        }
    }
    found
}

/// The rules of the inventory that carry an entry or a note to it.
fn citations(law: &Law, code: &str) -> Vec<String> {
    let mut above = crate::facts::within(code);
    above.push(code.split('.').next().unwrap_or(code).to_owned());
    law.inventory()
        .rows()
        .filter(|row| {
            let rest = row.id.strip_prefix("EU-DUR-AX1-").or_else(|| row.id.strip_prefix("CCL-"));
            rest.is_some_and(|rest| {
                above
                    .iter()
                    .any(|a| rest == a || rest.strip_prefix(a.as_str()).is_some_and(|n| n.starts_with("-N")))
            })
        })
        .map(|row| format!("{} ({})", row.id, row.citation))
        .collect()
}
