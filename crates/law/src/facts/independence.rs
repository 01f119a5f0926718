//! What the owners of a case say of an assessor's independence, whatever the assessment says of itself.
//!
//! The rules are those of assessment-method.md section 4: IND-01 (no shares in the vendor, its group, a reseller or an end
//! user), IND-08 (the reviewer is of another house, and of no common group), IND-14 (the assessor is not controlled by the
//! government of the destination, or by its own). An owner is a fact; `failed: none` is a word about it.

use std::collections::{BTreeMap, BTreeSet};

use countersign_model::{Date, Percent};
use serde_json::Value as Json;

use super::given::{day, list, word};

/// Roles of those whose sale or use is assessed.
const ASSESSED: [&str; 9] = [
    "exporter",
    "supplier",
    "developer",
    "provider",
    "vendor",
    "broker",
    "intermediate_consignee",
    "ultimate_consignee",
    "end_user",
];

/// Half, which makes a group.
const HALF: i64 = 50;

/// Rules that the parties of a case contradict.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Contradicted {
    /// Broken.
    pub(super) failed: BTreeSet<&'static str>,
    /// Not yet fulfilled.
    pub(super) incomplete: BTreeSet<&'static str>,
}

/// The stakes that are held on a day.
struct Parties<'a> {
    by_id: BTreeMap<&'a str, &'a Json>,
    as_of: Date,
}

impl<'a> Parties<'a> {
    fn of(case: &'a Json, as_of: Date) -> Self {
        let by_id = list(case, "parties").iter().filter_map(|party| Some((word(party, "id")?, party)));
        Self { by_id: by_id.collect(), as_of }
    }

    /// Who holds directly in a party, with the least percent.
    fn owners(&self, id: &str) -> Vec<(&'a str, Option<Percent>)> {
        let held = |stake: &&Json| {
            day(stake, "from").is_none_or(|from| from <= self.as_of)
                && day(stake, "to").is_none_or(|to| self.as_of <= to)
        };
        let least = |stake: &Json| -> Option<Percent> {
            let percent = stake.get("percent")?;
            percent.as_str().or_else(|| percent.get("min")?.as_str())?.parse().ok()
        };
        let stakes = self.by_id.get(id).map(|party| list(party, "owners")).unwrap_or_default();
        stakes.iter().filter(held).filter_map(|stake| Some((word(stake, "party")?, least(stake)))).collect()
    }

    /// Who stands above a party: everybody, or those who hold half or more at each step.
    fn above(&self, id: &'a str, halves: bool) -> BTreeSet<&'a str> {
        let (mut seen, mut next) = (BTreeSet::from([id]), vec![id]);
        while let Some(at) = next.pop() {
            for (owner, least) in self.owners(at) {
                let counts = !halves || least.is_some_and(|least| least >= Percent::whole(HALF));
                if counts && seen.insert(owner) {
                    next.push(owner);
                }
            }
        }
        seen
    }

    /// One owns half of the other, or somebody half of both, over any number of steps.
    fn are_one_group(&self, a: &'a str, b: &'a str) -> bool {
        !self.above(a, true).is_disjoint(&self.above(b, true))
    }

    /// State bodies of a country that hold half of a party, or are said to control it.
    fn is_of_government(&self, id: &'a str, countries: &BTreeSet<&str>) -> bool {
        let of_state = |id: &str| {
            self.by_id.get(id).is_some_and(|party| {
                word(party, "kind") == Some("state_body")
                    && word(party, "country").is_some_and(|country| countries.contains(country))
            })
        };
        self.above(id, true).into_iter().any(|holder| {
            let controlled = self.by_id.get(holder).map(|party| list(party, "control")).unwrap_or_default();
            (holder != id && of_state(holder))
                || controlled.iter().any(|control| {
                    day(control, "from").is_none_or(|from| from <= self.as_of)
                        && day(control, "to").is_none_or(|to| self.as_of <= to)
                        && word(control, "by").is_some_and(of_state)
                })
        })
    }
}

/// The rules that the owners of a case contradict for one of its assessments.
pub(super) fn contradicted(case: &Json, entry: &Json, as_of: Date) -> Contradicted {
    let parties = Parties::of(case, as_of);
    let mut found = Contradicted::default();
    let (assessor, reviewer) = (word(entry, "assessor"), word(entry, "reviewer"));
    let assessed = list(case, "parties").iter().filter(|party| {
        list(party, "roles").iter().filter_map(Json::as_str).any(|role| ASSESSED.contains(&role))
    });
    let assessed: Vec<&str> = assessed.filter_map(|party| word(party, "id")).collect();
    for judge in [assessor, reviewer].into_iter().flatten() {
        let bound = |party: &&str| {
            *party == judge
                || parties.above(party, false).contains(judge)
                || parties.are_one_group(party, judge)
        };
        if assessed.iter().any(bound) {
            found.failed.insert("IND-01");
        }
    }
    if let (Some(assessor), Some(reviewer)) = (assessor, reviewer)
        && parties.are_one_group(assessor, reviewer)
    {
        found.incomplete.insert("IND-08");
    }
    if let Some(assessor) = assessor {
        let home = parties.by_id.get(assessor).and_then(|party| word(party, "country"));
        let countries: BTreeSet<&str> = word(case, "destination").into_iter().chain(home).collect();
        if parties.is_of_government(assessor, &countries) {
            found.failed.insert("IND-14");
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use countersign_model::parse_date;
    use serde_json::json;

    use super::*;

    fn of(owners: &[(&str, &str, &str)], reviewer: &str) -> Contradicted {
        let held = |id: &str| -> Vec<Json> {
            let of = owners.iter().filter(|(_, owned, _)| *owned == id);
            of.map(|(owner, _, percent)| json!({"party": owner, "percent": percent})).collect()
        };
        let party = |id: &str, kind: &str, country: &str, role: &str| json!({"id": id, "kind": kind, "country": country, "roles": [role], "owners": held(id)});
        let case = json!({"destination": "CL", "parties": [
            party("vendor", "organisation", "NL", "exporter"), party("police", "state_body", "CL", "end_user"),
            party("lab", "organisation", "BE", "assessor"), party("institute", "organisation", "PT", "reviewer"),
            party("ministry", "state_body", "BE", "other"), party("fund", "organisation", "US", "owner"),
        ]});
        let entry = json!({"assessor": "lab", "reviewer": reviewer});
        contradicted(&case, &entry, parse_date("2026-05-01").unwrap())
    }

    fn rules(found: &Contradicted) -> Vec<&str> {
        found.failed.iter().chain(&found.incomplete).copied().collect()
    }

    #[test]
    fn owners_contradict_what_an_assessment_says_of_itself() {
        assert!(rules(&of(&[], "institute")).is_empty());
        // IND-01: any share at all, over any number of steps; and being of one group
        assert_eq!(rules(&of(&[("lab", "vendor", "5")], "institute")), ["IND-01"]);
        assert_eq!(rules(&of(&[("fund", "vendor", "60"), ("lab", "fund", "1")], "institute")), ["IND-01"]);
        assert_eq!(rules(&of(&[("vendor", "lab", "50")], "institute")), ["IND-01"]);
        assert_eq!(rules(&of(&[("institute", "police", "5")], "institute")), ["IND-01"]);
        // IND-08: another house, of another group
        assert_eq!(rules(&of(&[], "lab")), ["IND-08"]);
        assert_eq!(rules(&of(&[("lab", "institute", "100")], "institute")), ["IND-08"]);
        assert_eq!(
            rules(&of(&[("fund", "institute", "50"), ("fund", "lab", "50")], "institute")),
            ["IND-08"]
        );
        assert!(rules(&of(&[("fund", "institute", "50"), ("fund", "lab", "49")], "institute")).is_empty());
        // IND-14: the government of the destination, which is an end user too, or that of the assessor's country
        assert_eq!(rules(&of(&[("police", "lab", "100")], "institute")), ["IND-01", "IND-14"]);
        assert_eq!(rules(&of(&[("ministry", "lab", "51")], "institute")), ["IND-14"]);
        assert!(rules(&of(&[("ministry", "lab", "20")], "institute")).is_empty());
    }
}
