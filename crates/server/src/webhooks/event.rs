//! What webhooks tell: kinds of entries of the journal.

use countersign_store::{Kind, Leaf};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A kind of event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
pub(crate) enum Event {
    /// Something changed for a watched party; `data.alert` is the alert.
    #[serde(rename = "alert.raised")]
    Alert,
    /// A case was decided.
    #[serde(rename = "decision.recorded")]
    Decision,
    /// A person decided on a possible match.
    #[serde(rename = "match.decided")]
    Disposition,
    /// A screening was recorded with a receipt.
    #[serde(rename = "screening.recorded")]
    Screening,
    /// A publisher's list was taken in; `data.source` is its id.
    #[serde(rename = "list.imported")]
    ListImport,
    /// A person did something on a case of the desk.
    #[serde(rename = "case.changed")]
    Case,
}

impl Event {
    /// The event that an entry is; `None` where nobody is told.
    pub(crate) fn of(kind: Kind) -> Option<Self> {
        match kind {
            Kind::WatchAlert => Some(Self::Alert),
            Kind::Decision => Some(Self::Decision),
            Kind::Disposition => Some(Self::Disposition),
            Kind::Screening => Some(Self::Screening),
            Kind::ListImport => Some(Self::ListImport),
            Kind::DeskStep | Kind::Countersignature => Some(Self::Case),
            _ => None,
        }
    }

    /// What a message says of an entry: where it stands and its digest. Names are in the record, which the receiver reads
    /// with a key of its own; but for an alert, which is asked for in order to be read.
    pub(crate) fn message(self, entry: u64, leaf: &Leaf, alert: Option<Value>) -> Value {
        let mut data =
            json!({"entry": entry, "cursor": entry + 1, "time": leaf.time.as_str(), "sha256": leaf.sha256});
        if let Some(data) = data.as_object_mut() {
            match self {
                Self::Alert => data.insert("alert".to_owned(), json!(alert)),
                Self::ListImport => data.insert("source".to_owned(), json!(leaf.subject)),
                Self::Decision => data.insert("decision".to_owned(), json!(format!("/v1/decisions/{entry}"))),
                _ => None,
            };
        }
        json!({"type": self, "timestamp": leaf.time.as_str(), "data": data})
    }
}
