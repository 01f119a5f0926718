//! Paths of the case format (section 1): `parties[acme].owners`, keys joined by dots, list members by id.

use serde_json::Value;

use crate::lines::{child, fits_brackets, index, member};

/// Why a path leads nowhere. A key that is absent is no error: the fact is unknown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// Not written as a path.
    #[error(
        "path `{path}`: cannot read `{part}`; write keys joined by dots and list members in brackets, for example `parties[acme].owners`"
    )]
    Unreadable {
        /// The path.
        path: String,
        /// The part that cannot be read.
        part: String,
    },
    /// The brackets name a member that the list does not have.
    #[error("path `{path}`: no member `{member}`; members are named by their `id`, `party` or `rule`")]
    NoMember {
        /// The path.
        path: String,
        /// The name in the brackets.
        member: String,
    },
}

/// Where a path leads.
pub(crate) enum Place<'a> {
    /// A key of `parent` (which need not be a map, nor have the key).
    Key { parent: &'a Value, pointer: String, key: String },
    /// A list member.
    Member { value: &'a Value, pointer: String },
    /// Something above the last key is absent.
    Absent,
}

struct Step {
    key: String,
    member: Option<String>,
}

/// Follows `path` from `tree`. A key that itself holds dots (`5A004.b` among the limbs) is found where it exists.
pub(crate) fn locate<'a>(tree: &'a Value, path: &str) -> Result<Place<'a>, PathError> {
    let steps = split(path)?;
    let mut here = tree;
    let mut pointer = String::new();
    let mut rest = steps.as_slice();
    while let Some((key, picked, after)) = next(here, rest) {
        if after.is_empty() && picked.is_none() {
            return Ok(Place::Key { parent: here, pointer, key });
        }
        let Some(value) = here.as_object().and_then(|map| map.get(&key)) else { return Ok(Place::Absent) };
        here = value;
        pointer = child(&pointer, &key);
        if let Some(wanted) = picked {
            let found = here.as_array().and_then(|list| member(list, wanted));
            let Some((n, item)) = found else {
                return Err(PathError::NoMember { path: path.to_owned(), member: wanted.to_owned() });
            };
            here = item;
            pointer = index(&pointer, n);
            if after.is_empty() {
                return Ok(Place::Member { value: here, pointer });
            }
        }
        rest = after;
    }
    Ok(Place::Absent)
}

/// The next key below `here`, the member it picks, and the steps after it.
fn next<'s>(here: &Value, steps: &'s [Step]) -> Option<(String, Option<&'s str>, &'s [Step])> {
    let (first, after_first) = steps.split_first()?;
    let simple = Some((first.key.clone(), first.member.as_deref(), after_first));
    let Some(map) = here.as_object() else { return simple };
    let (mut key, mut last, mut after) = (first.key.clone(), first, after_first);
    while !map.contains_key(&key) {
        let (Some((step, more)), None) = (after.split_first(), &last.member) else { return simple };
        key.push('.');
        key.push_str(&step.key);
        (last, after) = (step, more);
    }
    Some((key, last.member.as_deref(), after))
}

fn split(path: &str) -> Result<Vec<Step>, PathError> {
    let mut parts = vec![String::new()];
    let mut depth = 0i32;
    for c in path.chars() {
        depth += i32::from(c == '[') - i32::from(c == ']');
        if c == '.' && depth == 0 {
            parts.push(String::new());
        } else if let Some(last) = parts.last_mut() {
            last.push(c);
        }
    }
    let mut steps = Vec::with_capacity(parts.len());
    for part in parts {
        match step(&part) {
            Some(step) => steps.push(step),
            None => return Err(PathError::Unreadable { path: path.to_owned(), part }),
        }
    }
    Ok(steps)
}

fn step(part: &str) -> Option<Step> {
    let fits = |key: &str| {
        !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
    };
    match part.split_once('[') {
        None => fits(part).then(|| Step { key: part.to_owned(), member: None }),
        Some((key, rest)) => {
            let member = rest.strip_suffix(']')?;
            (fits(key) && fits_brackets(member))
                .then(|| Step { key: key.to_owned(), member: Some(member.to_owned()) })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pointer_of(tree: &Value, path: &str) -> Option<String> {
        match locate(tree, path).unwrap() {
            Place::Key { parent, pointer, key } => parent.get(&key).map(|_| child(&pointer, &key)),
            Place::Member { pointer, .. } => Some(pointer),
            Place::Absent => None,
        }
    }

    #[test]
    fn members_are_found_by_id_party_or_rule() {
        let tree = json!({"parties": [
            {"id": "g", "owners": [{"party": "d0"}, {"party": "d1", "percent": "5"}]},
            {"id": "h"}],
            "licences": [{"id": "DK-2026-0119", "valid_to": "x"}, {"id": "a.b"}],
            "item": {"limbs": {"5A004.b": {"extracts_raw_data": "no"}}}});
        let find = |path| pointer_of(&tree, path);
        assert_eq!(find("parties[g].owners[d1].percent").as_deref(), Some("/parties/0/owners/1/percent"));
        assert_eq!(find("parties[h]").as_deref(), Some("/parties/1"));
        assert_eq!(find("licences[DK-2026-0119].valid_to").as_deref(), Some("/licences/0/valid_to"));
        assert_eq!(find("licences[a.b].id").as_deref(), Some("/licences/1/id"));
        assert_eq!(
            find("item.limbs.5A004.b.extracts_raw_data").as_deref(),
            Some("/item/limbs/5A004.b/extracts_raw_data")
        );
        assert_eq!(find("item.limbs.5A004.b").as_deref(), Some("/item/limbs/5A004.b"));
        assert_eq!(find("item.limbs.5A001.j.indexing"), None);
        assert_eq!(find("nothing.at.all"), None);
        assert!(matches!(locate(&tree, "parties[x].id"), Err(PathError::NoMember { .. })));
        for bad in ["", "a..b", "parties[g", "parties[]", "parties[g]x", "a b", "parties[a][b]", "par]ties"] {
            assert!(matches!(locate(&tree, bad), Err(PathError::Unreadable { .. })), "{bad}");
        }
    }
}
