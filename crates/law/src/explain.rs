//! A rule explained: what it says, from where, since when, how well that is confirmed, and which facts each of its policies
//! reads. Comes in: the packs and an id. Goes out: [`Explained`], for a page or as JSON.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::eval::{Expr, Var};
use crate::pack::{Law, NormKind, Resource, Role, Rule};

/// A rule of the inventory with its policies.
#[derive(Debug, Clone, Serialize)]
pub struct Explained {
    /// Its id.
    pub id: String,
    /// The regime or family.
    pub regime: String,
    /// LAW, GUIDANCE, COMMITMENT or GATE.
    pub kind: NormKind,
    /// The citation.
    pub citation: String,
    /// First day in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_force: Option<String>,
    /// Last day in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// How well its text is confirmed.
    pub verification: String,
    /// The rule in one sentence.
    pub meaning: String,
    /// Its policies; empty where none bears it.
    pub policies: Vec<PolicyText>,
    /// Rules whose policies name it, and how.
    pub named_by: Vec<String>,
}

/// One policy in words.
#[derive(Debug, Clone, Serialize)]
pub struct PolicyText {
    /// Id and part.
    pub key: String,
    /// What follows when it holds.
    pub follows: String,
    /// What it looks at.
    pub looks_at: &'static str,
    /// The acts that it applies to; empty for every act.
    pub acts: Vec<String>,
    /// Dates of its own, where they are not those of the rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dates: Option<String>,
    /// A stay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stayed: Option<String>,
    /// The sentence for the person who must act.
    pub why: String,
    /// The conditions; the first says when the policy is looked at at all.
    pub conditions: Vec<Condition>,
    /// The facts that it reads, by the names of the schema.
    pub facts: Vec<String>,
    /// A warning shown whenever it determines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
}

/// One condition.
#[derive(Debug, Clone, Serialize)]
pub struct Condition {
    /// In words.
    pub sentence: String,
    /// As it is evaluated.
    pub expression: String,
}

/// Explains a rule by its id, or by the key of one of its policies; `None` if the inventory has no such id.
pub fn explain(law: &Law, id: &str) -> Option<Explained> {
    let main = id.split('#').next().unwrap_or(id);
    let row = law.inventory().get(main)?;
    let rules: Vec<&Rule> =
        law.rules.iter().filter(|r| r.id == main && (id == main || r.key == id)).collect();
    let mut named_by = BTreeSet::new();
    for rule in &law.rules {
        let has = |list: &[String]| list.iter().any(|n| n == main);
        let how = match &rule.role {
            Role::Exception { lifts } if has(lifts) => Some("lifts it"),
            Role::Bar { bars } if has(bars) => Some("closes it"),
            Role::Review { reviews } if has(reviews) => Some("gives its review policy"),
            Role::Support { supports } if has(supports) => Some("is cited beside it"),
            _ if has(&rule.cites) => Some("cites it"),
            _ if has(&rule.mentions) => Some("mentions it"),
            _ if rule.stayed.as_ref().is_some_and(|s| s.by == main) => Some("is stayed by it"),
            _ => None,
        };
        if let Some(how) = how {
            named_by.insert(format!("{} {how}", rule.key));
        }
    }
    let day = |d: Option<countersign_model::Date>| d.map(|d| d.to_string());
    Some(Explained {
        id: row.id.clone(),
        regime: row.regime.clone(),
        kind: row.kind,
        citation: row.citation.clone(),
        in_force: day(row.in_force),
        until: day(row.until),
        verification: row.verification.clone(),
        meaning: row.meaning.clone(),
        policies: rules.iter().map(|r| policy(r, row.in_force, row.until)).collect(),
        named_by: named_by.into_iter().collect(),
    })
}

fn policy(
    rule: &Rule,
    in_force: Option<countersign_model::Date>,
    until: Option<countersign_model::Date>,
) -> PolicyText {
    let span = |a: Option<countersign_model::Date>, b: Option<countersign_model::Date>| {
        let a = a.map_or_else(|| "the beginning".to_owned(), |d| d.to_string());
        let b = b.map_or_else(|| "today and on".to_owned(), |d| d.to_string());
        format!("{a} to {b}")
    };
    let mut facts = BTreeSet::new();
    for clause in &rule.clauses {
        reads(&clause.expr, &mut facts);
    }
    PolicyText {
        key: rule.key.clone(),
        follows: follows(rule),
        looks_at: match rule.resource {
            Resource::Case => "the act",
            Resource::Party => "each party",
            Resource::Listing => "each listing of a party",
            Resource::Entry => "each control-list entry of the item",
            Resource::Assessment => "each assessment",
        },
        acts: if rule.actions.len() == crate::pack::Action::ALL.len() {
            Vec::new()
        } else {
            rule.actions.clone()
        },
        dates: (rule.in_force != in_force || rule.until != until).then(|| span(rule.in_force, rule.until)),
        stayed: rule.stayed.as_ref().map(|s| format!("{} to {} by {}", s.from, s.until, s.by)),
        why: rule.why.clone(),
        conditions: rule
            .clauses
            .iter()
            .map(|c| Condition {
                sentence: c.sentence.clone(),
                expression: if c.unless { format!("not ({})", c.expr) } else { c.expr.to_string() },
            })
            .collect(),
        facts: facts.into_iter().collect(),
        warning: rule.warn.clone(),
    }
}

fn follows(rule: &Rule) -> String {
    let review = rule.review.map(|r| format!(", review: {r}")).unwrap_or_default();
    match &rule.role {
        Role::Requirement(verdict) => format!("{verdict}{review}"),
        Role::Exception { lifts } => format!("lifts {}", lifts.join(", ")),
        Role::Bar { bars } => format!("closes the exceptions {}", bars.join(", ")),
        Role::Review { reviews } => format!("reviews {}{review}", reviews.join(", ")),
        Role::Support { supports } => format!("is cited beside {}", supports.join(", ")),
        Role::Definition { defines, of_party, any } => {
            let name = [defines, of_party, any].into_iter().flatten().next();
            format!("defines `{}`", name.map(AsRef::as_ref).unwrap_or_default())
        }
        Role::RedFlag => "a red flag".to_owned(),
        Role::Advisory => "something to know beside the verdicts".to_owned(),
        Role::Commitment(verdict) => verdict.to_string(),
        Role::Gate { verdict, .. } => verdict.to_string(),
    }
}

/// The facts that a condition names, as paths of the schema.
fn reads(expr: &Expr, out: &mut BTreeSet<String>) {
    match expr {
        Expr::Attr(..) => {
            let mut names = Vec::new();
            let mut here = expr;
            while let Expr::Attr(inner, name) = here {
                names.push(name.to_string());
                here = inner;
            }
            let root = match here {
                Expr::Var(Var::Principal) => Some("actor"),
                Expr::Var(Var::Resource) => Some("it"),
                _ => None,
            };
            names.extend(root.map(str::to_owned));
            names.reverse();
            out.insert(names.join("."));
        }
        other => other.parts().into_iter().for_each(|part| reads(part, out)),
    }
}
