//! A change at a path of a case.

use serde_json::{Value as Json, json};

/// Sets a value at a path of the case, making the maps that are not there yet; `false` when a list member on the way
/// cannot be found or a value on the way is no map.
pub(super) fn set(tree: &mut Json, path: &str, value: Json) -> bool {
    let mut here = tree;
    let mut rest = path;
    loop {
        let (token, tail) = first(rest);
        let (key, member) = match token.split_once('[') {
            Some((key, id)) => (key, Some(id.trim_end_matches(']'))),
            None => (token, None),
        };
        let Some(map) = here.as_object_mut() else { return false };
        match (member, tail.is_empty()) {
            (None, true) => {
                map.insert(key.to_owned(), value);
                return true;
            }
            (None, false) => {
                let next = map.entry(key).or_insert_with(|| json!({}));
                if !next.is_object() {
                    return false;
                }
                here = next;
            }
            (Some(_), true) => return false,
            (Some(id), false) => {
                let names = ["id", "party", "rule"];
                let is = |m: &Json| names.iter().any(|n| m.get(n).and_then(Json::as_str) == Some(id));
                let list = map.get_mut(key).and_then(Json::as_array_mut);
                match list.and_then(|l| l.iter_mut().find(|m| is(m))) {
                    Some(found) => here = found,
                    None => return false,
                }
            }
        }
        rest = tail;
    }
}

/// The first step of a path, and what is left of it. A dot inside brackets belongs to the member's id
/// (`assessments[D-4.1]`).
fn first(path: &str) -> (&str, &str) {
    let mut depth = 0usize;
    let dot = path.char_indices().find(|(_, c)| {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        *c == '.' && depth == 0
    });
    match dot {
        Some((at, _)) => {
            path.split_at_checked(at).map_or((path, ""), |(a, b)| (a, b.trim_start_matches('.')))
        }
        None => (path, ""),
    }
}

/// What stands below a value at one step of a path.
fn below<'a>(here: &'a Json, token: &str) -> Option<&'a Json> {
    match token.split_once('[') {
        None => here.get(token),
        Some((list, id)) => {
            let id = id.trim_end_matches(']');
            let names = ["id", "party", "rule"];
            let is = |m: &&Json| names.iter().any(|n| m.get(n).and_then(Json::as_str) == Some(id));
            here.get(list)?.as_array()?.iter().find(is)
        }
    }
}

/// The value at a path of the case, where there is one.
pub(super) fn get<'a>(tree: &'a Json, path: &str) -> Option<&'a Json> {
    let (mut here, mut rest) = (tree, path);
    while !rest.is_empty() {
        let (token, tail) = first(rest);
        here = below(here, token)?;
        rest = tail;
    }
    Some(here)
}

/// The outermost part of a path of which the case says nothing, and it is a block above the fact: `item.us_content` for
/// `item.us_content.direct_product` where the item has no `us_content`.
pub(super) fn absent_block<'a>(tree: &Json, path: &'a str) -> Option<&'a str> {
    let (mut here, mut rest) = (tree, path);
    while !rest.is_empty() {
        let (token, tail) = first(rest);
        let found = below(here, token).filter(|value| value.as_str() != Some("unknown"));
        match found {
            Some(value) => here = value,
            // a member of a list that cannot be found is no block
            None if tail.is_empty() || token.contains('[') => return None,
            None => return path.get(..path.len() - tail.len() - 1),
        }
        rest = tail;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_block_that_is_absent_is_named_and_no_part_of_one_that_is_there() {
        let tree = json!({
            "item": {"kind": ["goods"], "cyber_surveillance": "unknown"},
            "assessments": [{"id": "D-4.1", "residual": {"severity": 2}}]
        });
        assert_eq!(absent_block(&tree, "item.us_content.direct_product"), Some("item.us_content"));
        assert_eq!(absent_block(&tree, "item.cyber_surveillance.covert"), Some("item.cyber_surveillance"));
        assert_eq!(absent_block(&tree, "knowledge.exporter_aware"), Some("knowledge"));
        assert_eq!(
            absent_block(&tree, "assessments[D-4.1].rule_of_law.dated"),
            Some("assessments[D-4.1].rule_of_law")
        );
        assert_eq!(absent_block(&tree, "assessments[D-4.1].residual.likelihood"), None);
        assert_eq!(absent_block(&tree, "assessments[S-1].rule_of_law.dated"), None);
        assert_eq!(absent_block(&tree, "licences"), None);
    }

    #[test]
    fn a_path_is_set_where_it_points_and_nowhere_else() {
        let mut tree = json!({"parties": [{"id": "a", "x": "1"}], "assessments": [{"id": "D-4.1"}]});
        assert!(set(&mut tree, "parties[a].listings", json!("none")));
        assert!(set(&mut tree, "assessments[D-4.1].independence.selection", json!("random_roster")));
        assert!(set(&mut tree, "due_diligence.status", json!("complete")));
        assert!(!set(&mut tree, "parties[b].listings", json!("none")));
        assert_eq!(
            tree,
            json!({
                "parties": [{"id": "a", "x": "1", "listings": "none"}],
                "assessments": [{"id": "D-4.1", "independence": {"selection": "random_roster"}}],
                "due_diligence": {"status": "complete"}
            })
        );
    }
}
