//! A policy condition, compiled from Cedar's JSON policy format into the part of Cedar that law may use.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use countersign_model::{Date, Percent, Share, parse_date};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// The variables of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Var {
    /// Who asks.
    Principal,
    /// What the rule looks at.
    Resource,
    /// The facts of the case.
    Context,
}

/// Comparison of numbers and dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Cmp {
    Lt,
    Le,
    Gt,
    Ge,
}

/// The words of a set that a policy writes out: in the order of the text, and as the set that facts are compared with,
/// which is made once and not at every reading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Arc<str>>", into = "Vec<Arc<str>>")]
pub(crate) struct Words {
    pub(crate) written: Vec<Arc<str>>,
    pub(crate) set: Arc<BTreeSet<Arc<str>>>,
}

impl From<Vec<Arc<str>>> for Words {
    fn from(written: Vec<Arc<str>>) -> Self {
        Self { set: Arc::new(written.iter().cloned().collect()), written }
    }
}

impl From<Words> for Vec<Arc<str>> {
    fn from(words: Words) -> Self {
        words.written
    }
}

/// A condition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Expr {
    Bool(bool),
    Long(i64),
    Str(Arc<str>),
    Decimal(Share),
    Date(Date),
    Set(Words),
    Var(Var),
    Attr(Box<Expr>, Arc<str>),
    Not(Box<Expr>),
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    Eq(Box<Expr>, Box<Expr>),
    Compare(Cmp, Box<Expr>, Box<Expr>),
    Contains(Box<Expr>, Box<Expr>),
    ContainsAll(Box<Expr>, Box<Expr>),
    ContainsAny(Box<Expr>, Box<Expr>),
    IsEmpty(Box<Expr>),
}

impl Expr {
    /// The expressions that this one is made of, one level down.
    pub(crate) fn parts(&self) -> Vec<&Expr> {
        match self {
            Self::Attr(a, _) | Self::Not(a) | Self::IsEmpty(a) => vec![a],
            Self::And(a, b)
            | Self::Or(a, b)
            | Self::Eq(a, b)
            | Self::Compare(_, a, b)
            | Self::Contains(a, b)
            | Self::ContainsAll(a, b)
            | Self::ContainsAny(a, b) => vec![a, b],
            Self::If(a, b, c) => vec![a, b, c],
            Self::Bool(_)
            | Self::Long(_)
            | Self::Str(_)
            | Self::Decimal(_)
            | Self::Date(_)
            | Self::Set(_)
            | Self::Var(_) => Vec::new(),
        }
    }
}

/// Why an expression cannot be used in a law pack.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExprError {
    /// An operator outside the subset.
    #[error(
        "`{0}` cannot be used in a law pack; use comparisons, `&&`, `||`, `!`, `if`, and the set and decimal methods"
    )]
    Operator(String),
    /// `has`: facts are never assumed absent.
    #[error(
        "`has` cannot be used in a law pack: a fact that is not given is unknown, never absent; read the fact itself, or the record's `given`"
    )]
    Has,
    /// A literal that does not read.
    #[error("the literal `{0}` cannot be read")]
    Literal(String),
}

impl Expr {
    /// Compiles one `body` of Cedar's JSON policy format (`to_json` of a policy).
    pub(crate) fn from_json(json: &Json) -> Result<Self, ExprError> {
        let Some((op, arg)) = json.as_object().and_then(|o| o.iter().next()) else {
            return Err(ExprError::Operator(json.to_string()));
        };
        let side = |name: &str| -> Result<Box<Expr>, ExprError> {
            Ok(Box::new(Self::from_json(arg.get(name).unwrap_or(&Json::Null))?))
        };
        let compare =
            |cmp: Cmp| -> Result<Expr, ExprError> { Ok(Self::Compare(cmp, side("left")?, side("right")?)) };
        let method = |cmp: Cmp| -> Result<Expr, ExprError> {
            let args = arg.as_array().map(Vec::as_slice).unwrap_or_default();
            match args {
                [a, b] => {
                    Ok(Self::Compare(cmp, Box::new(Self::from_json(a)?), Box::new(Self::from_json(b)?)))
                }
                _ => Err(ExprError::Operator(op.clone())),
            }
        };
        let text = || -> Result<&str, ExprError> {
            arg.get(0)
                .and_then(|v| v.get("Value"))
                .and_then(Json::as_str)
                .ok_or_else(|| ExprError::Literal(arg.to_string()))
        };
        Ok(match op.as_str() {
            "Value" => match arg {
                Json::Bool(b) => Self::Bool(*b),
                Json::String(s) => Self::Str(Arc::from(s.as_str())),
                Json::Number(n) => Self::Long(n.as_i64().ok_or_else(|| ExprError::Literal(n.to_string()))?),
                other => return Err(ExprError::Literal(other.to_string())),
            },
            "Var" => Self::Var(match arg.as_str() {
                Some("principal") => Var::Principal,
                Some("resource") => Var::Resource,
                Some("context") => Var::Context,
                _ => return Err(ExprError::Operator(arg.to_string())),
            }),
            "." => {
                let name = arg.get("attr").and_then(Json::as_str).unwrap_or_default();
                Self::Attr(side("left")?, Arc::from(name))
            }
            "has" => return Err(ExprError::Has),
            "!" => Self::Not(side("arg")?),
            "&&" => Self::And(side("left")?, side("right")?),
            "||" => Self::Or(side("left")?, side("right")?),
            "if-then-else" => Self::If(side("if")?, side("then")?, side("else")?),
            "==" => Self::Eq(side("left")?, side("right")?),
            "!=" => Self::Not(Box::new(Self::Eq(side("left")?, side("right")?))),
            "<" => compare(Cmp::Lt)?,
            "<=" => compare(Cmp::Le)?,
            ">" => compare(Cmp::Gt)?,
            ">=" => compare(Cmp::Ge)?,
            "lessThan" => method(Cmp::Lt)?,
            "lessThanOrEqual" => method(Cmp::Le)?,
            "greaterThan" => method(Cmp::Gt)?,
            "greaterThanOrEqual" => method(Cmp::Ge)?,
            "contains" => Self::Contains(side("left")?, side("right")?),
            "containsAll" => Self::ContainsAll(side("left")?, side("right")?),
            "containsAny" => Self::ContainsAny(side("left")?, side("right")?),
            "isEmpty" => Self::IsEmpty(side("arg")?),
            "Set" => {
                let items = arg.as_array().map(Vec::as_slice).unwrap_or_default();
                let words: Option<Vec<Arc<str>>> =
                    items.iter().map(|i| i.get("Value").and_then(Json::as_str).map(Arc::from)).collect();
                Self::Set(words.ok_or_else(|| ExprError::Literal(arg.to_string()))?.into())
            }
            "decimal" => {
                let percent: Percent = text()?.parse().map_err(|_| ExprError::Literal(arg.to_string()))?;
                Self::Decimal(Share::exactly(percent))
            }
            "datetime" => Self::Date(parse_date(text()?).map_err(|e| ExprError::Literal(e.0))?),
            other => return Err(ExprError::Operator(other.to_owned())),
        })
    }
}

impl fmt::Display for Expr {
    /// The condition in Cedar's words, for explanations.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(b) => write!(f, "{b}"),
            Self::Long(n) => write!(f, "{n}"),
            Self::Str(s) => write!(f, "\"{s}\""),
            Self::Decimal(d) => write!(f, "{d}"),
            Self::Date(d) => write!(f, "{d}"),
            Self::Set(words) => write!(f, "[{}]", words.written.join(", ")),
            Self::Var(Var::Principal) => f.write_str("actor"),
            Self::Var(Var::Resource) => f.write_str("it"),
            Self::Var(Var::Context) => f.write_str("case"),
            Self::Attr(inner, name) => match **inner {
                Self::Var(Var::Context) => f.write_str(name),
                _ => write!(f, "{inner}.{name}"),
            },
            Self::Not(a) => match &**a {
                Self::Eq(x, y) => write!(f, "{x} is not {y}"),
                other => write!(f, "not ({other})"),
            },
            Self::And(a, b) => write!(f, "{a} and {b}"),
            Self::Or(a, b) => write!(f, "({a} or {b})"),
            Self::If(a, b, c) => write!(f, "if {a} then {b} else {c}"),
            Self::Eq(a, b) => write!(f, "{a} is {b}"),
            Self::Compare(cmp, a, b) => {
                let sign = match cmp {
                    Cmp::Lt => "<",
                    Cmp::Le => "<=",
                    Cmp::Gt => ">",
                    Cmp::Ge => ">=",
                };
                write!(f, "{a} {sign} {b}")
            }
            Self::Contains(a, b) => write!(f, "{a} has {b}"),
            Self::ContainsAll(a, b) => write!(f, "{a} has all of {b}"),
            Self::ContainsAny(a, b) => write!(f, "{a} has any of {b}"),
            Self::IsEmpty(a) => write!(f, "{a} is none"),
        }
    }
}
