//! Withholding with proof: a salted commitment to every field, and a public version from which anyone computes the
//! same root (assessment method, section 6.2, RED-01 to RED-06).
//!
//! The document is one JSON value. Its fields are the scalars in it, and its empty maps and lists; each has a path of
//! keys and positions joined by `/` (`~` and `/` within a key are written `~0` and `~1`, RFC 6901). Fields are
//! ordered by the bytes of their paths. With lengths as eight bytes, the most significant first:
//!
//! ```text
//! leaf = SHA-256(0x00 ‖ len(salt) ‖ salt ‖ len(path) ‖ path ‖ len(value) ‖ value)
//! node = SHA-256(0x01 ‖ left ‖ right)
//! ```
//!
//! where `value` is the canonical JSON (RFC 8785) of the field. The tree has the shape of RFC 6962: the left side
//! holds the largest power of two that is smaller than the number of leaves. The public version gives salt and value
//! of every open field, and the leaf of every withheld one with its path, class and reason. There are no decoys: they
//! would hide how much was removed.

use std::collections::HashSet;

use countersign_model::{Date, Digest};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::participation::{Redaction, WithheldClass};
use crate::words::Day;

/// The `schema` of a public version.
pub const PUBLIC_SCHEMA: &str = "assessment-public/1";

/// The word that stands in place of a withheld value where a reader needs one.
pub const WITHHELD: &str = "withheld";

/// Bytes of a salt: twice the least that the method asks for.
pub const SALT_BYTES: usize = 32;

/// The fewest bytes that a salt may have.
const LEAST_SALT: usize = 16;

/// Up to so many percent of the leaves may be withheld (a convention of this project).
const MOST_WITHHELD_PERCENT: usize = 20;

/// Trade secrets are withheld for so many months at most.
const MOST_MONTHS_CLASS_C: i64 = 36;

const NEVER: &str = include_str!("../../../law/gate/tables/never-redact.csv");

/// What cannot be committed to, or does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RedactionFault {
    /// Nothing to hash.
    #[error("the document has no fields")]
    Empty,
    /// A path that no field has.
    #[error(
        "nothing lies at `{0}`, so nothing can be withheld there; see the paths with `countersign assess show --paths`"
    )]
    NoSuchPath(String),
    /// JSON that cannot be written canonically.
    #[error("a field cannot be written as canonical JSON: {0}")]
    Uncanonical(String),
    /// The public version is not what it says.
    #[error("the public version is damaged: {0}")]
    Damaged(String),
    /// The root does not come out.
    #[error(
        "RED-01: the fields lead to the root `{computed}`, not to `{signed}`, which was signed: something was changed"
    )]
    Root {
        /// What the fields give.
        computed: Digest,
        /// What was signed.
        signed: Digest,
    },
}

/// One field: its path and its value as canonical JSON.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Field {
    /// Keys and positions joined by `/`.
    pub path: String,
    /// The canonical JSON.
    pub value: String,
}

/// The fields of a document, by path.
pub fn fields(document: &Value) -> Result<Vec<Field>, RedactionFault> {
    let mut all = Vec::new();
    flatten(document, String::new(), &mut all)?;
    if all.is_empty() {
        return Err(RedactionFault::Empty);
    }
    all.sort();
    Ok(all)
}

fn flatten(value: &Value, path: String, all: &mut Vec<Field>) -> Result<(), RedactionFault> {
    let below = |key: &str| {
        let key = key.replace('~', "~0").replace('/', "~1");
        if path.is_empty() { key } else { format!("{path}/{key}") }
    };
    match value {
        Value::Object(members) if !members.is_empty() => {
            members.iter().try_for_each(|(key, member)| flatten(member, below(key), all))
        }
        Value::Array(members) if !members.is_empty() => {
            members.iter().enumerate().try_for_each(|(n, member)| flatten(member, below(&n.to_string()), all))
        }
        scalar => {
            let value = serde_json_canonicalizer::to_string(scalar)
                .map_err(|error| RedactionFault::Uncanonical(error.to_string()))?;
            all.push(Field { path, value });
            Ok(())
        }
    }
}

/// The leaf of a field.
pub fn leaf(salt: &[u8], path: &str, value: &str) -> Digest {
    let mut hasher = Sha256::new();
    hasher.update([0x00]);
    for part in [salt, path.as_bytes(), value.as_bytes()] {
        // a usize has at most 64 bits
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    Digest::from_bytes(hasher.finalize().into())
}

fn node(left: &Digest, right: &Digest) -> Digest {
    let mut hasher = Sha256::new();
    hasher.update([0x01]);
    hasher.update(left.as_bytes());
    hasher.update(right.as_bytes());
    Digest::from_bytes(hasher.finalize().into())
}

/// The root over leaves in the order of their paths; `None` of none.
pub fn root(leaves: &[Digest]) -> Option<Digest> {
    match leaves {
        [] => None,
        [one] => Some(*one),
        many => {
            let half = many.len().next_power_of_two() / 2;
            let (left, right) = many.split_at_checked(half)?;
            Some(node(&root(left)?, &root(right)?))
        }
    }
}

/// A field with its salt: what the assessor keeps, and discloses or destroys field by field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// The path.
    pub path: String,
    /// The salt, as hexadecimal digits.
    pub salt: String,
    /// The canonical JSON of the value.
    pub value: String,
}

/// All openings of one version, and the root that is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commitment {
    /// The root of the unredacted document.
    pub root: Digest,
    /// Every field.
    pub openings: Vec<Opening>,
}

/// Commits to a document. `salt` gives fresh random bytes for each field; it is the caller's because this room has no
/// source of randomness.
pub fn commit(
    document: &Value,
    mut salt: impl FnMut() -> [u8; SALT_BYTES],
) -> Result<Commitment, RedactionFault> {
    let openings: Vec<Opening> = fields(document)?
        .into_iter()
        .map(|field| Opening { path: field.path, salt: hex::encode(salt()), value: field.value })
        .collect();
    let leaves = openings.iter().map(Opening::leaf).collect::<Result<Vec<_>, _>>()?;
    let root = root(&leaves).ok_or(RedactionFault::Empty)?;
    Ok(Commitment { root, openings })
}

impl Opening {
    /// The leaf of the field.
    pub fn leaf(&self) -> Result<Digest, RedactionFault> {
        let salt = hex::decode(&self.salt).map_err(|_| {
            RedactionFault::Damaged(format!("the salt of `{}` is not hexadecimal", self.path))
        })?;
        if salt.len() < LEAST_SALT {
            return Err(RedactionFault::Damaged(format!(
                "the salt of `{}` has {} bytes; with fewer than {LEAST_SALT} the value can be guessed",
                self.path,
                salt.len()
            )));
        }
        Ok(leaf(&salt, &self.path, &self.value))
    }
}

/// A field of the public version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum PublicField {
    /// Open: anyone computes the leaf.
    Open(Opening),
    /// Withheld: the leaf, and why.
    Withheld(Withheld),
}

/// A withheld field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withheld {
    /// The path; it is always public.
    pub path: String,
    /// The leaf.
    pub leaf: Digest,
    /// Why it may be withheld.
    pub class: WithheldClass,
    /// Why it is.
    pub reason: String,
    /// Who decided.
    pub decided_by: String,
    /// When it is looked at again.
    pub review_date: Day,
}

impl PublicField {
    /// The path.
    pub fn path(&self) -> &str {
        match self {
            Self::Open(opening) => &opening.path,
            Self::Withheld(withheld) => &withheld.path,
        }
    }

    fn leaf(&self) -> Result<Digest, RedactionFault> {
        match self {
            Self::Open(opening) => opening.leaf(),
            Self::Withheld(withheld) => Ok(withheld.leaf),
        }
    }
}

/// The public version of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicVersion {
    /// [`PUBLIC_SCHEMA`].
    pub schema: String,
    /// The root of the unredacted document.
    pub root: Digest,
    /// Every field, open or withheld, by path.
    pub fields: Vec<PublicField>,
}

/// Whether `path` is `above` or lies below it.
fn lies_at(path: &str, above: &str) -> bool {
    path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Makes the public version: all that lies at or below a redaction's path is withheld.
pub fn publish(commitment: &Commitment, redactions: &[Redaction]) -> Result<PublicVersion, RedactionFault> {
    for redaction in redactions {
        if !commitment.openings.iter().any(|o| lies_at(&o.path, &redaction.path)) {
            return Err(RedactionFault::NoSuchPath(redaction.path.clone()));
        }
    }
    let mut fields = Vec::new();
    for opening in &commitment.openings {
        let field = match redactions.iter().find(|r| lies_at(&opening.path, &r.path)) {
            None => PublicField::Open(opening.clone()),
            Some(redaction) => PublicField::Withheld(Withheld {
                path: opening.path.clone(),
                leaf: opening.leaf()?,
                class: redaction.class,
                reason: redaction.reason.clone(),
                decided_by: redaction.decided_by.clone(),
                review_date: redaction.review_date,
            }),
        };
        fields.push(field);
    }
    Ok(PublicVersion { schema: PUBLIC_SCHEMA.into(), root: commitment.root, fields })
}

/// Opens a withheld field later: the leaf is already fixed, so only the true salt and value fit.
pub fn disclose(public: &PublicVersion, opening: &Opening) -> Result<PublicVersion, RedactionFault> {
    let mut opened = public.clone();
    let field = opened
        .fields
        .iter_mut()
        .find(|field| field.path() == opening.path)
        .ok_or_else(|| RedactionFault::NoSuchPath(opening.path.clone()))?;
    if field.leaf()? != opening.leaf()? {
        return Err(RedactionFault::Damaged(format!(
            "what is disclosed for `{}` is not what was withheld: the leaf differs",
            opening.path
        )));
    }
    *field = PublicField::Open(opening.clone());
    Ok(opened)
}

/// The document as far as it is open. What is withheld is left out, with all that has nothing open below it; where
/// `stand_in` is given, it stands in place of each withheld value instead, for readers that need one.
pub fn public_document(public: &PublicVersion, stand_in: Option<&str>) -> Result<Value, RedactionFault> {
    let mut tree = Branch::default();
    for field in &public.fields {
        let value = match (field, stand_in) {
            (PublicField::Open(opening), _) => serde_json::from_str(&opening.value)
                .map_err(|error| RedactionFault::Damaged(format!("`{}`: {error}", opening.path)))?,
            (PublicField::Withheld(_), Some(text)) => Value::String(text.to_owned()),
            (PublicField::Withheld(_), None) => continue,
        };
        let mut keys: Vec<String> =
            field.path().split('/').map(|key| key.replace("~1", "/").replace("~0", "~")).collect();
        let last = keys.pop().unwrap_or_default();
        let mut at = &mut tree;
        for key in keys {
            at = at.below.entry(key).or_default();
        }
        at.below.entry(last).or_default().value = Some(value);
    }
    Ok(tree.into_value())
}

/// A place in a document that is put together again.
#[derive(Default)]
struct Branch {
    value: Option<Value>,
    below: std::collections::BTreeMap<String, Branch>,
}

impl Branch {
    fn into_value(self) -> Value {
        if let Some(value) = self.value {
            return value;
        }
        let number = |key: &str| {
            if key.bytes().all(|b| b.is_ascii_digit()) { key.parse::<usize>().ok() } else { None }
        };
        if !self.below.is_empty() && self.below.keys().all(|key| number(key).is_some()) {
            let mut members: Vec<(usize, Self)> =
                self.below.into_iter().filter_map(|(key, branch)| Some((number(&key)?, branch))).collect();
            members.sort_by_key(|(n, _)| *n);
            return Value::Array(members.into_iter().map(|(_, branch)| branch.into_value()).collect());
        }
        Value::Object(self.below.into_iter().map(|(key, branch)| (key, branch.into_value())).collect())
    }
}

/// What the checks of a public version found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RedactionReport {
    /// The fields lead to the signed root (RED-01).
    pub root_ok: bool,
    /// RED rules that failed, with why.
    pub failed: Vec<(String, String)>,
    /// Withheld leaves, in ten-thousandths of all, rounded up.
    pub withheld_ten_thousandths: usize,
}

/// Whether a path is one of those that may never be withheld (class N). The table names whole segments, wherever in
/// the path they stand.
pub fn may_never_be_withheld(path: &str) -> bool {
    let framed = format!("/{path}/");
    never().any(|segment| framed.contains(&format!("/{segment}/")))
}

fn never() -> impl Iterator<Item = &'static str> {
    NEVER.lines().skip(1).filter_map(|line| line.split(',').next()).filter(|segment| !segment.is_empty())
}

/// Checks a public version. `signed_root` is what assessor and register signed, `reviewed_root` what the reviewer
/// signed; `dated` the day of the document, `as_of` the day of the question.
pub fn check(
    public: &PublicVersion,
    signed_root: &Digest,
    reviewed_root: Option<&Digest>,
    dated: Date,
    as_of: Date,
) -> Result<RedactionReport, RedactionFault> {
    if public.schema != PUBLIC_SCHEMA {
        return Err(RedactionFault::Damaged(format!("its `schema` is `{}`", public.schema)));
    }
    in_order(&public.fields)?;
    let leaves = public.fields.iter().map(PublicField::leaf).collect::<Result<Vec<_>, _>>()?;
    let computed = root(&leaves).ok_or(RedactionFault::Empty)?;
    for signed in [&public.root, signed_root] {
        if computed != *signed {
            return Err(RedactionFault::Root { computed, signed: *signed });
        }
    }
    let withheld: Vec<&Withheld> = public
        .fields
        .iter()
        .filter_map(|field| match field {
            PublicField::Withheld(withheld) => Some(withheld),
            PublicField::Open(_) => None,
        })
        .collect();
    let mut failed: Vec<(String, String)> =
        withheld.iter().flat_map(|field| faults_of(field, dated, as_of)).collect();
    let mut fail = |rule: &str, why: String| failed.push((rule.to_owned(), why));
    let all = public.fields.len().max(1);
    if withheld.len() * 100 > MOST_WITHHELD_PERCENT * all {
        fail(
            "RED-04",
            format!(
                "{} of {all} fields are withheld; {MOST_WITHHELD_PERCENT} percent is the most",
                withheld.len()
            ),
        );
    }
    match reviewed_root {
        Some(reviewed) if *reviewed == computed => {}
        Some(_) => fail("RED-05", "the reviewer signed another text".into()),
        None => fail("RED-05", "the reviewer has not signed the unredacted text".into()),
    }
    let withheld_ten_thousandths = (withheld.len() * 10_000).div_ceil(all);
    Ok(RedactionReport { root_ok: true, failed, withheld_ten_thousandths })
}

/// Every path once and in order, every salt fresh.
fn in_order(fields: &[PublicField]) -> Result<(), RedactionFault> {
    let mut salts = HashSet::new();
    let mut last: Option<&str> = None;
    for field in fields {
        if last.is_some_and(|last| last >= field.path()) {
            return Err(RedactionFault::Damaged(format!(
                "`{}` is out of order, or stands twice",
                field.path()
            )));
        }
        last = Some(field.path());
        if let PublicField::Open(opening) = field
            && !salts.insert(opening.salt.as_str())
        {
            return Err(RedactionFault::Damaged(format!(
                "the salt of `{}` was used before; fresh salts keep small values from being guessed",
                opening.path
            )));
        }
    }
    Ok(())
}

/// The rules that a withheld field breaks, each with why.
fn faults_of(field: &Withheld, dated: Date, as_of: Date) -> Vec<(String, String)> {
    let path = &field.path;
    let mut failed = Vec::new();
    let mut fail = |rule: &str, why: String| failed.push((rule.to_owned(), why));
    if field.reason.trim().is_empty() || field.decided_by.trim().is_empty() {
        fail("RED-02", format!("`{path}` is withheld without a reason, or nobody decided it"));
    }
    let longest = dated.checked_add(jiff::Span::new().months(MOST_MONTHS_CLASS_C)).unwrap_or(Date::MAX);
    if field.class == WithheldClass::C && field.review_date.0 > longest {
        fail(
            "RED-02",
            format!("`{path}` is a trade secret and withheld for more than {MOST_MONTHS_CLASS_C} months"),
        );
    }
    if may_never_be_withheld(path) {
        fail("RED-03", format!("`{path}` may never be withheld"));
    }
    if field.review_date.0 < as_of {
        fail("RED-06", format!("`{path}` should have been looked at again by {}", field.review_date.0));
    }
    failed
}
