//! The control-list entries that a case gives or examines.

use std::collections::BTreeSet;
use std::sync::Arc;

use countersign_model::Date;
use serde_json::{Map, Value as Json};

use super::given::{fact, list};
use super::project::Node;
use super::{EntityFacts, FactSet};
use crate::eval::{Deps, Record, Value};
use crate::pack::{Law, Resource};

/// The control-list entries that the case gives or examines.
pub(super) fn gather(law: &Law, case: &Json, as_of: Date, set: &mut FactSet) {
    let Some(item) = case.get("item") else { return };
    let limbs = item.get("limbs").and_then(Json::as_object);
    // the code key of the regimes asked settles the gate list; the other may then be absent (section 10)
    let asked = |prefix: &str| match case.get("regimes").and_then(Json::as_array) {
        None => true,
        Some(names) => names.iter().filter_map(Json::as_str).any(|n| n.starts_with(prefix)),
    };
    for (key, name) in [("eccn", "CCL"), ("annex_codes", "AX1")] {
        let read = if name == "CCL" { asked("US") } else { asked("EU") || asked("UK") };
        let path = format!("item.{key}");
        let given: BTreeSet<String> =
            list(item, key).iter().filter_map(Json::as_str).map(str::to_owned).collect();
        let open = matches!(Node::of(item.get(key)), Node::Open);
        if open && read {
            // an entry of which nothing is known: any code is possible
            let mut attrs = Record::new();
            attrs.insert(Arc::from("list"), fact(Value::str(name), ""));
            for unknown in ["code", "within", "meets", "limbs_not_met", "reasons", "columns"] {
                attrs.insert(Arc::from(unknown), fact(Value::unknown(&path), &path));
            }
            push_entry(set, name, "not classified", attrs);
        }
        let mut codes = given.clone();
        codes.extend(limbs.into_iter().flatten().map(|(code, _)| code.clone()));
        for code in codes {
            let mut attrs = Record::new();
            let mut put = |name: &str, value: Value, path: &str| {
                attrs.insert(Arc::from(name), fact(value, path));
            };
            put("list", Value::str(name), "");
            put("code", Value::str(&code), &path);
            put("within", Value::set(within(&code)), &format!("{code} and what it lies in ({path})"));
            put("meets", Value::Bool(given.contains(&code)), &format!("{path} has {code}"));
            let examined = limbs.and_then(|l| l.get(&code)).and_then(Json::as_object);
            let (not_met, shown) = limbs_not_met(law, &code, examined);
            put("limbs_not_met", not_met, &shown);
            let controls = law.tables.controls(&code, &given, as_of);
            if name == "CCL" && controls.is_none() && given.contains(&code) {
                set.unknown_codes.push(code.clone());
            }
            let (reasons, columns) = match (name, controls) {
                ("CCL", Some(c)) => (Value::set(c.reasons), Value::set(c.columns)),
                // the table has no such ECCN: its reasons cannot be told, and that is no "none"
                ("CCL", None) => (Value::Unknown(Deps::new()), Value::Unknown(Deps::new())),
                _ => (Value::set::<_, &str>([]), Value::set::<_, &str>([])),
            };
            put("reasons", reasons, "reasons for control (us-ear/tables/eccn.csv)");
            put("columns", columns, "columns of the Country Chart (us-ear/tables/eccn.csv)");
            push_entry(set, name, &code, attrs);
        }
    }
}

/// The limbs of a code that were examined and found not met, and how that is told.
fn limbs_not_met(law: &Law, code: &str, examined: Option<&Map<String, Json>>) -> (Value, String) {
    let path = format!("item.limbs.{code}");
    let said = |limb: &str| examined.and_then(|e| e.get(limb)).and_then(Json::as_str);
    let limbs = || examined.into_iter().flatten().map(|(limb, _)| limb.as_str());
    // one of several alternatives is enough: all of them have to be missing
    let not_met: Vec<&str> = limbs()
        .filter(|limb| said(limb) == Some("no"))
        .filter(|limb| law.tables.alternatives(code, limb).iter().all(|other| said(other) == Some("no")))
        .collect();
    let unsettled: Deps = limbs()
        .filter(|limb| said(limb) == Some("unknown"))
        .filter(|limb| !law.tables.alternatives(code, limb).iter().any(|other| said(other) == Some("yes")))
        .map(|limb| Arc::from(format!("{path}.{limb}")))
        .collect();
    if not_met.is_empty() && !unsettled.is_empty() {
        return (Value::Unknown(unsettled), path);
    }
    // shown beside a rule as "… = none": which limbs were looked at has to be told with it
    let shown = match examined {
        None => format!("limbs of {code} found not met (no limb was examined)"),
        Some(_) => {
            let names = limbs().collect::<Vec<_>>().join(", ");
            format!("limbs of {code} found not met (examined: {names})")
        }
    };
    (Value::set(not_met), shown)
}

fn push_entry(set: &mut FactSet, list: &str, code: &str, attrs: Record) {
    let label = if list == "CCL" { format!("ECCN {code}") } else { format!("Annex I {code}") };
    set.entities.push(EntityFacts {
        kind: Resource::Entry,
        id: code.to_owned(),
        label,
        attrs,
        party: None,
        notice: None,
    });
}

/// `5A001.f.1` lies within `5A001`, `5A001.f` and itself.
pub(crate) fn within(code: &str) -> Vec<String> {
    let mut out = vec![code.to_owned()];
    let mut rest = code;
    while let Some((above, _)) = rest.rsplit_once('.') {
        out.push(above.to_owned());
        rest = above;
    }
    out
}
