//! A change at a path of a case.

use serde_json::{Value as Json, json};

/// Sets a value at a path of the case, making the maps that are not there yet; `false` when a list member on the way
/// cannot be found or a value on the way is no map.
pub(super) fn set(tree: &mut Json, path: &str, value: Json) -> bool {
    let mut here = tree;
    let mut rest = path;
    loop {
        // a dot inside brackets belongs to the member's id (`assessments[D-4.1]`)
        let mut depth = 0usize;
        let dot = rest.char_indices().find(|(_, c)| {
            match c {
                '[' => depth += 1,
                ']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            *c == '.' && depth == 0
        });
        let (token, tail) = match dot {
            Some((at, _)) => {
                rest.split_at_checked(at).map_or((rest, ""), |(a, b)| (a, b.trim_start_matches('.')))
            }
            None => (rest, ""),
        };
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

/// The value at a path of the case, where there is one.
pub(super) fn get<'a>(tree: &'a Json, path: &str) -> Option<&'a Json> {
    let (above, key) = path.rsplit_once('.').unwrap_or(("", path));
    let mut here = tree;
    for token in above.split('.').filter(|token| !token.is_empty()) {
        here = match token.split_once('[') {
            None => here.get(token)?,
            Some((list, id)) => {
                let id = id.trim_end_matches(']');
                let names = ["id", "party", "rule"];
                let is = |m: &&Json| names.iter().any(|n| m.get(n).and_then(Json::as_str) == Some(id));
                here.get(list)?.as_array()?.iter().find(is)?
            }
        };
    }
    here.get(key)
}

#[cfg(test)]
mod tests {
    use super::*;

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
