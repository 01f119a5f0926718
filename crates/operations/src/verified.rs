//! What `verify/1` says of one bundle, the same on the command line and over MCP.

use std::fmt;

use countersign_model::Date;
use countersign_verify::{Identity, Signer, Verified};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::leaf::documents;

/// How many days may lie between a record and the first witness who saw it, before its time is called unconfirmed.
const WITNESSED_WITHIN_DAYS: i64 = 7;

/// Who stands for the time of a record. The log's time is what its keeper wrote; only a cosignature of about that time shows
/// that it was not written later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimeKnown {
    /// No witness is in the bundle.
    KeeperAlone,
    /// The first witness in the bundle saw the log on this day, so many days after the time of the record: too late to
    /// confirm it.
    SeenLater(Date, i64),
    /// A witness saw the log on this day, soon after the time of the record.
    Witnessed(Date),
}

impl TimeKnown {
    /// What the cosignatures of a bundle say of the time of its record.
    pub fn of(verified: &Verified) -> Self {
        let recorded = verified.leaf.time.as_str().parse().ok();
        Self::between(recorded, verified.cosignatures.iter().filter_map(|c| moment(c.time)).min())
    }

    /// What the first moment at which a witness saw the log says of the time of a record.
    fn between(recorded: Option<Timestamp>, seen: Option<Timestamp>) -> Self {
        let (Some(recorded), Some(seen)) = (recorded, seen) else { return Self::KeeperAlone };
        let day = seen.to_zoned(TimeZone::UTC).date();
        let days = seen.duration_since(recorded).as_hours() / 24;
        if days > WITNESSED_WITHIN_DAYS { Self::SeenLater(day, days) } else { Self::Witnessed(day) }
    }
}

impl fmt::Display for TimeKnown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::KeeperAlone => {
                f.write_str("the word of the log's keeper alone: no witness in this bundle saw it")
            }
            Self::SeenLater(day, days) => write!(
                f,
                "the word of the log's keeper alone: the first witness in this bundle saw it on {day}, {days} days later"
            ),
            Self::Witnessed(day) => write!(f, "a witness saw it by {day}"),
        }
    }
}

/// The moment of a cosignature.
pub fn moment(seconds: u64) -> Option<Timestamp> {
    i64::try_from(seconds).ok().and_then(|seconds| Timestamp::from_second(seconds).ok())
}

/// A bundle that holds.
pub fn holds(verified: &Verified) -> Value {
    let withheld = documents(&verified.withheld);
    let signed_by = verified.signed_by.as_ref().map(|signer| match signer {
        Signer::Known { name, organisation, entry, .. } => {
            json!({"name": name, "organisation": organisation, "known_since_entry": entry})
        }
        // for this kind of record anyone may sign
        Signer::Public => json!({"name": null, "organisation": null, "known_since_entry": null}),
    });
    let cosignatures: Vec<Value> = verified
        .cosignatures
        .iter()
        .map(|c| json!({"witness": c.witness, "time": moment(c.time).map(|time| time.to_string())}))
        .collect();
    json!({
        "holds": true,
        "identity": if verified.identity == Identity::Trusted { "trusted" } else { "from_bundle" },
        "kind": verified.kind.as_str(),
        "subject": verified.leaf.subject,
        "time": verified.leaf.time.as_str(),
        "time_known": match TimeKnown::of(verified) {
            TimeKnown::KeeperAlone => json!({"by": "keeper"}),
            TimeKnown::SeenLater(day, days) => json!({"by": "keeper", "first_seen": day, "days_later": days}),
            TimeKnown::Witnessed(day) => json!({"by": "witness", "first_seen": day}),
        },
        "cosignatures": cosignatures,
        "log": verified.log.to_string(),
        "index": verified.index,
        "tree_size": verified.tree_size,
        "signer": verified.signer.to_string(),
        "signed_by": signed_by,
        "record": verified.record,
        "documents": verified.documents.keys().map(|name| name.as_str()).collect::<Vec<_>>(),
        "withheld": withheld,
    })
}

/// A bundle that does not hold, and why.
pub fn does_not_hold(fault: &dyn std::error::Error) -> Value {
    json!({"holds": false, "fault": fault.to_string()})
}

/// What several bundles came to, by the name of each; one that was handed over without a name has none.
pub fn report(bundles: Vec<(Option<String>, Value)>) -> Value {
    let named = bundles.into_iter().map(|(name, mut said)| {
        if let (Some(name), Some(said)) = (name, said.as_object_mut()) {
            said.insert("bundle".to_owned(), Value::String(name));
        }
        said
    });
    json!({"schema": "verify/1", "bundles": named.collect::<Vec<_>>()})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_witness_who_came_much_later_confirms_no_time() {
        let at = |text: &str| Some(text.parse::<Timestamp>().unwrap());
        let said = |seen| TimeKnown::between(at("2026-02-14T12:00:00Z"), seen).to_string();
        assert_eq!(said(None), "the word of the log's keeper alone: no witness in this bundle saw it");
        assert_eq!(said(at("2026-02-20T12:00:00Z")), "a witness saw it by 2026-02-20");
        assert_eq!(
            said(at("2026-11-26T09:00:00Z")),
            "the word of the log's keeper alone: the first witness in this bundle saw it on 2026-11-26, 284 days later"
        );
        // seven days and a moment
        assert!(said(at("2026-02-22T12:00:01Z")).contains("8 days later"));
    }
}
