//! What changed for a party between two screenings.

use std::collections::BTreeMap;

use countersign_model::{Date, Digest, ListCode};
use serde::{Deserialize, Serialize};

/// One possible match of a watched party, as it stood at a screening.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Match {
    /// The id of the entry.
    pub entity: String,
    /// The name of the entry.
    pub caption: String,
    /// The lists that it stands on, or stood on.
    pub lists: Vec<ListCode>,
    /// From 0 to 1. A score alone moves with the words of all lists and is no change.
    pub score: f64,
    /// SHA-256 of the entry.
    pub sha256: Digest,
    /// Whether any listing of it was in effect on the day of the screening.
    pub listed: bool,
    /// The day of the first copy on which it no longer stood.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delisted_since: Option<Date>,
}

/// The possible matches of every watched party that has any, by the owner's id.
pub type State = BTreeMap<String, Vec<Match>>;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// A possible match that was not there before.
    NewHit,
    /// The entry says something else than before.
    ChangedEntry,
    /// The entry is no longer listed.
    Delisted,
    /// The entry is listed again.
    ListedAgain,
    /// The entry is no possible match any more: its names changed, or a person decided.
    NoLongerMatches,
}

impl Change {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::NewHit => "new possible match",
            Self::ChangedEntry => "the entry changed",
            Self::Delisted => "delisted",
            Self::ListedAgain => "listed again",
            Self::NoLongerMatches => "no possible match any more",
        }
    }
}

/// One change for one party.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alert {
    /// The owner's id of the party.
    pub party: String,
    /// What happened.
    pub change: Change,
    /// The possible match as it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Match>,
    /// The possible match as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Match>,
}

/// The changes from one screening to the next, by party, then by entry. Parties that are not watched any more
/// (`is_watched` says no) give none.
pub fn alerts(before: &State, after: &State, is_watched: impl Fn(&str) -> bool) -> Vec<Alert> {
    let nobody = Vec::new();
    let mut out = Vec::new();
    let mut parties: Vec<&String> = before.keys().chain(after.keys()).collect();
    parties.sort();
    parties.dedup();
    for party in parties.into_iter().filter(|p| is_watched(p)) {
        let by_entry = |state: &'_ State| -> BTreeMap<String, Match> {
            state.get(party).unwrap_or(&nobody).iter().map(|m| (m.entity.clone(), m.clone())).collect()
        };
        let (mut old, mut new) = (by_entry(before), by_entry(after));
        renumbered(&mut old, &new);
        for (entity, after) in &mut new {
            let change = match old.get(entity) {
                None => Some(Change::NewHit),
                Some(before) if before.listed && !after.listed => Some(Change::Delisted),
                Some(before) if !before.listed && after.listed => Some(Change::ListedAgain),
                Some(before) if before.sha256 != after.sha256 => Some(Change::ChangedEntry),
                Some(_) => None,
            };
            let before = old.remove(entity);
            out.extend(change.map(|change| Alert {
                party: party.clone(),
                change,
                before,
                after: Some(after.clone()),
            }));
        }
        out.extend(old.into_values().map(|before| Alert {
            party: party.clone(),
            change: Change::NoLongerMatches,
            before: Some(before),
            after: None,
        }));
    }
    out
}

/// An entry that went under one id and came under another with the same name and lists is the same entry.
fn renumbered(old: &mut BTreeMap<String, Match>, new: &BTreeMap<String, Match>) {
    let gone: Vec<String> = old.keys().filter(|id| !new.contains_key(*id)).cloned().collect();
    for id in gone {
        let Some(before) = old.get(&id).cloned() else { continue };
        let mut same = new.iter().filter(|(id, m)| {
            !old.contains_key(*id) && m.caption == before.caption && m.lists == before.lists
        });
        if let (Some((to, _)), None) = (same.next(), same.next()) {
            old.remove(&id);
            old.insert(to.clone(), before);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(entity: &str, version: &str, listed: bool) -> Match {
        Match {
            entity: entity.to_owned(),
            caption: "Zorblax Optics".to_owned(),
            lists: vec![ListCode::EuFsf],
            score: 0.9,
            sha256: Digest::of(version.as_bytes()),
            listed,
            delisted_since: None,
        }
    }

    fn state(matches: &[Match]) -> State {
        BTreeMap::from([("C-1".to_owned(), matches.to_vec())])
    }

    fn changes(before: &[Match], after: &[Match]) -> Vec<Change> {
        alerts(&state(before), &state(after), |_| true).into_iter().map(|a| a.change).collect()
    }

    #[test]
    fn only_a_change_is_an_alert() {
        let there = found("a", "1", true);
        assert_eq!(changes(&[], std::slice::from_ref(&there)), [Change::NewHit]);
        let moved = Match { score: 0.91, ..there.clone() };
        assert_eq!(changes(std::slice::from_ref(&there), &[moved]), []);
        assert_eq!(changes(std::slice::from_ref(&there), &[found("a", "2", true)]), [Change::ChangedEntry]);
        assert_eq!(changes(std::slice::from_ref(&there), &[found("a", "2", false)]), [Change::Delisted]);
        assert_eq!(changes(&[found("a", "2", false)], std::slice::from_ref(&there)), [Change::ListedAgain]);
        assert_eq!(changes(std::slice::from_ref(&there), &[]), [Change::NoLongerMatches]);
        // the publisher gave it another key, and it else says something else
        assert_eq!(changes(std::slice::from_ref(&there), &[found("b", "2", true)]), [Change::ChangedEntry]);
        assert_eq!(alerts(&state(&[there]), &State::new(), |_| false), []);
    }
}
