//! `invariants.toml`: what must hold of every case, whatever is written in the policies.

use cedar_policy::{Policy, ValidationMode, Validator};
use countersign_model::{Answer, Date, LawVerdict};
use serde::Deserialize;

use crate::eval::Expr;
use crate::pack::{Action, Law, PackError, Resource};

/// The file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    invariant: Vec<Written>,
    #[serde(default)]
    pin: Vec<WrittenPin>,
    #[serde(default)]
    idle: Vec<Idle>,
}

/// A policy that no case of the shape shows, said to be so on purpose.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Idle {
    /// Its key: the id, and the part after `#`.
    pub(crate) policy: String,
    /// Why it stays.
    pub(crate) why: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: String,
    text: String,
    source: String,
    #[serde(default)]
    on: Option<String>,
    when: String,
    #[serde(default)]
    also_on: Option<String>,
    #[serde(default)]
    also_when: Option<String>,
    #[serde(default)]
    actions: Vec<String>,
    #[serde(default)]
    regime: Option<String>,
    at_least: String,
    #[serde(default)]
    with_licence: Option<String>,
    #[serde(default)]
    where_open: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenPin {
    id: String,
    text: String,
    source: String,
    rule: String,
    #[serde(default)]
    only_when: Option<String>,
    #[serde(default)]
    always_when: Option<String>,
    #[serde(default)]
    actions: Vec<String>,
    #[serde(default)]
    not_before: Option<Date>,
    #[serde(default)]
    not_after: Option<Date>,
}

/// The least that must come out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Floor {
    /// Of the answer.
    Answer(Answer),
    /// Of the verdict of the regime named.
    Verdict(LawVerdict),
}

/// A statement about every case.
#[derive(Debug, Clone)]
pub(crate) struct Invariant {
    pub(crate) id: String,
    pub(crate) text: String,
    pub(crate) source: String,
    pub(crate) what: Statement,
}

/// What is stated.
#[derive(Debug, Clone)]
pub(crate) enum Statement {
    /// What has to come out where conditions hold.
    Outcome(Outcome),
    /// Of each pair of policies, the two never speak at once of one requirement that stands.
    Apart { pairs: Vec<[String; 2]> },
    /// When a rule may determine.
    Only(Only),
    /// When a rule has to determine.
    Always(Always),
}

/// Where each condition holds on some thing of the case, the outcome is at least this severe; where a licence of the
/// regime covers the act, `with_licence` is enough; and where it cannot be settled, `where_open` has to come out.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    pub(crate) conditions: Vec<(Resource, Expr)>,
    pub(crate) actions: Vec<String>,
    pub(crate) regime: Option<String>,
    pub(crate) at_least: Floor,
    pub(crate) with_licence: Option<Floor>,
    pub(crate) where_open: Option<Floor>,
}

/// The rule determines only where the condition does not fail, and between the dates.
#[derive(Debug, Clone)]
pub(crate) struct Only {
    pub(crate) rule: String,
    pub(crate) when: Option<Expr>,
    pub(crate) not_before: Option<Date>,
    pub(crate) not_after: Option<Date>,
}

/// Where the condition holds on a thing, so does the rule (one of its parts), between the dates.
#[derive(Debug, Clone)]
pub(crate) struct Always {
    pub(crate) rule: String,
    pub(crate) when: Expr,
    pub(crate) actions: Vec<String>,
    pub(crate) not_before: Option<Date>,
    pub(crate) not_after: Option<Date>,
}

impl Law {
    /// Policies that are said to be idle, with the reason; those that no policy bears are left to [`Self::invariants`].
    pub(crate) fn idle(&self) -> Vec<Idle> {
        let files = self.files().iter().filter(|(path, _)| path.ends_with("/invariants.toml"));
        files.filter_map(|(_, text)| toml::from_str::<File>(text).ok()).flat_map(|f| f.idle).collect()
    }

    /// The statements of the packs, each with the folder that it stands in.
    pub(crate) fn invariants(&self) -> Result<Vec<(String, Invariant)>, PackError> {
        let (_, schema) = self.cedar()?;
        let validator = Validator::new(schema);
        let mut out = Vec::new();
        let mut faults = Vec::new();
        for (path, text) in self.files() {
            let Some((folder, "invariants.toml")) = path.split_once('/') else { continue };
            match toml::from_str::<File>(text) {
                Err(error) => faults.push(format!("{path}: {error}")),
                Ok(file) => {
                    for idle in &file.idle {
                        if idle.why.is_empty() || !self.rules.iter().any(|r| r.key == idle.policy) {
                            faults.push(format!(
                                "{path}: no policy is called `{}`, or no reason is given",
                                idle.policy
                            ));
                        }
                    }
                    for written in file.invariant {
                        let id = written.id.clone();
                        match outcome(&validator, written) {
                            Ok(found) => out.push((folder.to_owned(), found)),
                            Err(fault) => faults.push(format!("{path}: `{id}`: {fault}")),
                        }
                    }
                    for written in file.pin {
                        let id = written.id.clone();
                        match pin(self, &validator, written) {
                            Ok(found) => out.extend(found.into_iter().map(|f| (folder.to_owned(), f))),
                            Err(fault) => faults.push(format!("{path}: `{id}`: {fault}")),
                        }
                    }
                }
            }
        }
        for (n, (folder, one)) in out.iter().enumerate() {
            if out.iter().take(n).any(|(f, other)| f == folder && other.id == one.id) {
                faults.push(format!("{folder}/invariants.toml: `{}` is used twice", one.id));
            }
        }
        if faults.is_empty() { Ok(out) } else { Err(PackError { faults }) }
    }
}

fn outcome(validator: &Validator, written: Written) -> Result<Invariant, String> {
    let on = resource(written.on.as_deref().unwrap_or("Case"))?;
    let floor = |word: &str| -> Result<Floor, String> {
        let answers = [Answer::Proceed, Answer::Conditions, Answer::Hold, Answer::Stop];
        let answer = answers.into_iter().find(|a| a.as_str() == word).map(Floor::Answer);
        let verdict = LawVerdict::from_word(word).map(Floor::Verdict);
        match written.regime {
            None => answer.ok_or_else(|| format!("`{word}` is no answer: PROCEED, CONDITIONS, HOLD, STOP")),
            Some(_) => verdict.ok_or_else(|| format!("`{word}` is no verdict of a LAW regime")),
        }
    };
    check_actions(&written.actions)?;
    if written.with_licence.is_some() && written.regime.is_none() {
        return Err("`with_licence` is said of the verdict of a `regime`".to_owned());
    }
    let mut conditions = vec![(on, condition(validator, on, &written.actions, &written.when)?)];
    match (&written.also_on, &written.also_when) {
        (Some(on), Some(when)) => {
            let on = resource(on)?;
            conditions.push((on, condition(validator, on, &written.actions, when)?));
        }
        (None, None) => {}
        _ => return Err("`also_on` and `also_when` go together".to_owned()),
    }
    Ok(Invariant {
        what: Statement::Outcome(Outcome {
            conditions,
            at_least: floor(&written.at_least)?,
            with_licence: written.with_licence.as_deref().map(floor).transpose()?,
            where_open: written.where_open.as_deref().map(floor).transpose()?,
            actions: written.actions,
            regime: written.regime,
        }),
        id: written.id,
        text: written.text,
        source: written.source,
    })
}

fn pin(law: &Law, validator: &Validator, written: WrittenPin) -> Result<Vec<Invariant>, String> {
    let WrittenPin { id, text, source, rule, only_when, always_when, actions, not_before, not_after } =
        written;
    let found: Vec<_> = law.rules.iter().filter(|r| r.id == rule || r.key == rule).collect();
    let on = match found.first() {
        None => return Err(format!("no policy bears `{rule}`")),
        Some(first) if found.iter().any(|r| r.resource != first.resource) => {
            return Err(format!("the parts of `{rule}` look at different things; name one as `{rule}#part`"));
        }
        Some(first) => first.resource,
    };
    check_actions(&actions)?;
    let acts: Vec<String> =
        if actions.is_empty() { found.iter().flat_map(|r| r.actions.clone()).collect() } else { actions };
    let mut out = Vec::new();
    let mut push = |suffix: &str, what: Statement| {
        let id = if suffix.is_empty() { id.clone() } else { format!("{id}-{suffix}") };
        out.push(Invariant { id, text: text.clone(), source: source.clone(), what });
    };
    let both = always_when.is_some();
    if only_when.is_some() || not_before.is_some() || not_after.is_some() {
        let when = only_when.map(|w| condition(validator, on, &acts, &w)).transpose()?;
        let only = Statement::Only(Only { rule: rule.clone(), when, not_before, not_after });
        push(if both { "only" } else { "" }, only);
    }
    if let Some(when) = always_when {
        let when = condition(validator, on, &acts, &when)?;
        push("", Statement::Always(Always { rule, when, actions: acts, not_before, not_after }));
    }
    if out.is_empty() {
        return Err("says nothing; write `only_when`, `always_when`, `not_before` or `not_after`".to_owned());
    }
    Ok(out)
}

fn resource(name: &str) -> Result<Resource, String> {
    Resource::from_name(name)
        .ok_or_else(|| format!("`on = \"{name}\"` is none of Case, Party, Listing, Entry, Assessment"))
}

fn check_actions(actions: &[String]) -> Result<(), String> {
    match actions.iter().find(|a| !Action::ALL.contains(&a.as_str())) {
        Some(bad) => Err(format!("`{bad}` is no act; there are {}", Action::ALL.join(", "))),
        None => Ok(()),
    }
}

/// A condition in Cedar, validated against the schema of the facts as policies are.
fn condition(validator: &Validator, on: Resource, actions: &[String], text: &str) -> Result<Expr, String> {
    let scope = if actions.is_empty() {
        "action".to_owned()
    } else {
        let list: Vec<String> = actions.iter().map(|a| format!("Action::\"{a}\"")).collect();
        format!("action in [{}]", list.join(", "))
    };
    let text = format!("permit(principal, {scope}, resource is {}) when {{ {text} }};", on.as_str());
    let policy: Policy = text.parse().map_err(|e: cedar_policy::ParseErrors| e.to_string())?;
    let json = policy.to_json().map_err(|e| e.to_string())?;
    let set = cedar_policy::PolicySet::from_policies([policy]).map_err(|e| e.to_string())?;
    let validation = validator.validate(&set, ValidationMode::Strict);
    if let Some(error) = validation.validation_errors().next() {
        return Err(error.to_string());
    }
    let body = json.pointer("/conditions/0/body").ok_or("a condition is missing")?;
    Expr::from_json(body).map_err(|e| e.to_string())
}
