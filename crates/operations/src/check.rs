//! One case to one answer: *parse → screen → facts → decision*, with everything pinned that it rests on.

use countersign_case::{Case, CaseError, Edit, Intent};
use countersign_law::{Decision, decide_screened, verdicts_screened};
use countersign_model::{Answer, Date, Digest};
use serde::{Deserialize, Serialize};
use serde_json::ser::{CompactFormatter, Formatter};
use serde_json::{Value, json};

use crate::dispositions::{Disposition, Dispositions};
use crate::facts;
use crate::failure::Failure;
use crate::knowledge::Knowledge;
use crate::lists::{Lists, Pin};
use crate::owned::FromOwners;
use crate::reach;
use crate::register::FromRegister;
use crate::screening::{self, Outcome, PartyScreening};

/// The version of this program, said in every record.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What the caller asks beyond the case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Options {
    /// Another day of the act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Date>,
    /// Another day up to which log entries are read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_at: Option<Date>,
    /// Another intent: `act` or `evaluate`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intent: Option<String>,
    /// What was taken from a public register.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub register: Option<FromRegister>,
    /// What was taken from files about owners.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owners: Option<FromOwners>,
}

/// What a check rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pins {
    /// The version of the program.
    pub program: String,
    /// SHA-256 of the case file.
    pub case: Digest,
    /// The digest of the law packs.
    pub law: Digest,
    /// SHA-256 of the question set.
    pub questions: Digest,
    /// The lists that parties were compared with; none where the case gives every listing.
    pub lists: Vec<Pin>,
}

/// The outcome of a check: `check/1` without its record.
#[derive(Debug, Serialize)]
pub struct Check {
    /// `check/1`.
    pub schema: &'static str,
    /// The decision.
    pub decision: Decision,
    /// Per party, in the order of the case: what it was compared with and what was found.
    pub screening: Vec<PartyScreening>,
    /// What it rests on.
    pub pins: Pins,
    /// What was asked beyond the case.
    pub options: Options,
    /// What has to be known of the copies of lists that were compared: those that lie off the day asked about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// The decisions of people that were read, for the record.
    #[serde(skip)]
    pub dispositions: Vec<Disposition>,
}

/// Reads a case with the options applied.
pub fn read_case(
    text: &str,
    origin: &str,
    options: &Options,
    knowledge: &Knowledge,
) -> Result<Case, CaseError> {
    let known = &knowledge.known;
    let mut case = Case::parse(text, origin, known)?;
    if options.as_of.is_some() || options.known_at.is_some() {
        case = case.with_dates(options.as_of, options.known_at, known)?;
    }
    if let Some(intent) = &options.intent {
        case =
            case.edited(&Edit { set: vec![("intent".to_owned(), json!(intent))], unset: Vec::new() }, known)?;
    }
    if let Some(owners) = &options.owners {
        case = case.edited(&owners.edit(), known)?;
    }
    match &options.register {
        Some(register) => with_register(&case, register, knowledge),
        None => Ok(case),
    }
}

/// A case that was read, with the pledges of a register.
pub fn with_register(case: &Case, register: &FromRegister, knowledge: &Knowledge) -> Result<Case, CaseError> {
    let set = vec![("pledges".to_owned(), register.pledges.clone())];
    case.edited(&Edit { set, unset: Vec::new() }, &knowledge.known)
}

/// A case with what screening found written into it.
struct Screened {
    screening: Vec<PartyScreening>,
    settled: Case,
    facts: facts::Facts,
    /// Paths of listings of which no whole copy of every list was compared.
    open: Vec<String>,
}

fn screened(
    case: &Case,
    knowledge: &Knowledge,
    lists: &Lists,
    dispositions: &Dispositions,
) -> Result<Screened, Failure> {
    let read = screening::lists_read(&knowledge.law, case);
    let screening = screening::screen_case(case, &read, lists, dispositions)?;
    let facts = facts::of_screening(&screening, case.tree().get("sources"));
    let settled = case.edited(&facts.edit, &knowledge.known).map_err(|error| {
        Failure::Program(format!("the listings found for the case could not be written into it: {error}"))
    })?;
    // what was found counts; that no list which is not loaded names the party is not known
    let open: Vec<String> = screening
        .iter()
        .filter(|p| matches!(p.outcome, Outcome::Match | Outcome::PossibleMatch))
        .filter(|p| p.compared.as_ref().is_some_and(|c| !c.not_loaded.is_empty()))
        .map(|p| format!("parties[{}].listings", p.party))
        .collect();
    Ok(Screened { screening, settled, facts, open })
}

/// The answer that [`check`] gives, and nothing else: for many cases at once.
pub fn answer(
    case: &Case,
    knowledge: &Knowledge,
    lists: Option<&Lists>,
    dispositions: &Dispositions,
) -> Result<Answer, Failure> {
    if !screening::is_needed(case) {
        return Ok(verdicts_screened(&knowledge.law, case, &[], &[]).answer);
    }
    let empty;
    let lists = match lists {
        Some(lists) => lists,
        None => {
            empty = Lists::of(Vec::new());
            &empty
        }
    };
    let found = screened(case, knowledge, lists, dispositions)?;
    Ok(verdicts_screened(&knowledge.law, &found.settled, &found.facts.assumptions, &found.open).answer)
}

/// Checks a case. `lists` are read only where a party has to be screened.
pub fn check(
    case: &Case,
    case_digest: Digest,
    options: &Options,
    knowledge: &Knowledge,
    lists: Option<&Lists>,
    dispositions: &Dispositions,
) -> Result<Check, Failure> {
    let empty;
    let lists = match lists.filter(|_| screening::is_needed(case)) {
        Some(lists) => lists,
        // an index is made only where there is none to ask
        None => {
            empty = Lists::of(Vec::new());
            &empty
        }
    };
    let Screened { screening, settled, facts, open } = screened(case, knowledge, lists, dispositions)?;
    let decision = decide_screened(&knowledge.law, &settled, &facts.assumptions, &open);
    let used = screening::dispositions_read(case, dispositions);
    let pins = Pins {
        program: VERSION.to_owned(),
        case: case_digest,
        law: knowledge.law.digest(),
        questions: knowledge.questions,
        lists: lists.pins(),
    };
    let warnings = if screening.iter().any(|p| p.compared.is_some()) {
        reach::warnings(&pins.lists, &screening::lists_read(&knowledge.law, case), case.as_of())
    } else {
        Vec::new()
    };
    let options = options.clone();
    Ok(Check { schema: "check/1", decision, screening, pins, options, warnings, dispositions: used })
}

impl Check {
    /// The outcome as `check/1`, with what was recorded or null.
    pub fn to_json(&self, record: Option<Value>) -> Result<Value, Failure> {
        let mut value = self.to_value()?;
        if let Some(map) = value.as_object_mut() {
            map.insert("record".to_owned(), record.unwrap_or(Value::Null));
        }
        Ok(value)
    }

    /// The same as text, letter for letter what [`Check::to_json`] gives, without building it in memory first: for many
    /// answers a second.
    pub fn to_text(&self, record: Option<&Value>) -> Result<String, Failure> {
        let failed =
            |e: serde_json::Error| Failure::Program(format!("the result cannot be written as JSON: {e}"));
        let mut bytes = Vec::with_capacity(16 << 10);
        let mut writer = serde_json::Serializer::with_formatter(&mut bytes, Rounded(CompactFormatter));
        self.serialize(&mut writer).map_err(failed)?;
        // the record is one more member of the same object
        if bytes.pop() != Some(b'}') {
            return Err(Failure::Program("the result is no JSON object".to_owned()));
        }
        bytes.extend_from_slice(b",\"record\":");
        serde_json::to_writer(&mut bytes, &record).map_err(failed)?;
        bytes.push(b'}');
        String::from_utf8(bytes)
            .map_err(|e| Failure::Program(format!("the result cannot be written as JSON: {e}")))
    }

    /// The outcome alone: what a record states.
    pub fn to_value(&self) -> Result<Value, Failure> {
        let mut value = serde_json::to_value(self)
            .map_err(|e| Failure::Program(format!("the result cannot be written as JSON: {e}")))?;
        round(&mut value);
        Ok(value)
    }
}

/// JSON in which every fraction is rounded as [`round`] does.
struct Rounded(CompactFormatter);

impl Formatter for Rounded {
    fn write_f64<W: ?Sized + std::io::Write>(&mut self, writer: &mut W, value: f64) -> std::io::Result<()> {
        self.0.write_f64(writer, four_decimals(value))
    }
}

fn four_decimals(number: f64) -> f64 {
    (number * 1e4).round() / 1e4
}

/// Rounds every fraction to four decimals, which each JSON reader reads back to the same number: what is signed must
/// have one spelling.
pub fn round(value: &mut Value) {
    match value {
        Value::Number(number) if number.is_f64() => {
            let rounded = number.as_f64().map(four_decimals).and_then(serde_json::Number::from_f64);
            if let Some(rounded) = rounded {
                *number = rounded;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(round),
        Value::Object(members) => members.values_mut().for_each(round),
        _ => {}
    }
}

/// The intent that a word on the command line means.
pub fn intent(word: &str) -> Result<String, String> {
    Intent::from_word(word)
        .map(|i| i.to_string())
        .ok_or_else(|| format!("`{word}` is neither `act` nor `evaluate`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_tree_are_the_same_letter_for_letter() {
        let knowledge = Knowledge::embedded().unwrap();
        let options = Options::default();
        let lists = Lists::load(None, crate::editions::When::default()).unwrap();
        for file in ["new-customer.yaml", "servers-for-nso.yaml"] {
            let path =
                std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/supplier").join(file);
            let text = std::fs::read_to_string(path).unwrap();
            let case = read_case(&text, "case", &options, &knowledge).unwrap();
            let digest = Digest::of(text.as_bytes());
            let checked =
                check(&case, digest, &options, &knowledge, Some(&lists), &Dispositions::default()).unwrap();
            let record = json!({"id": "a", "index": 3});
            for record in [None, Some(record)] {
                let tree = checked.to_json(record.clone()).unwrap();
                assert_eq!(checked.to_text(record.as_ref()).unwrap(), tree.to_string(), "{file}");
            }
        }
    }
}
