//! What administrators do with webhooks, in the journal: who sends what out of the installation is part of the record.

use std::collections::BTreeMap;

use countersign_identity::Caller;
use countersign_store::{Kind, NewRecord, Store, UtcTime};
use serde_json::json;

use super::webhook::Webhook;
use crate::problem::Problem;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Done {
    /// It was made.
    Made,
    /// It sends again.
    Enabled,
    /// It sends no more.
    Disabled,
    /// It has a new secret.
    Secret,
    /// It was removed.
    Removed,
}

impl Done {
    fn word(self) -> &'static str {
        match self {
            Self::Made => "webhook_made",
            Self::Enabled => "webhook_enabled",
            Self::Disabled => "webhook_disabled",
            Self::Secret => "webhook_secret",
            Self::Removed => "webhook_removed",
        }
    }
}

/// Records it; durable on return. Of the address the host alone: the rest may be a secret of the receiver.
///
/// # Errors
/// The journal failed, and then nothing was recorded.
pub(crate) fn record(
    store: &mut Store,
    by: &Caller,
    time: &UtcTime,
    (done, webhook): (Done, &Webhook),
) -> Result<(), Problem> {
    let failed = |e: &dyn std::fmt::Display| Problem::program(e);
    let host = url::Url::parse(&webhook.url).ok().map(|url| url.origin().ascii_serialization());
    let predicate = json!({
        "schema": "administration/1",
        "do": done.word(),
        "by": { "user": by.user, "name": by.full_name, "roles": by.roles },
        "time": time.as_str(),
        "webhook": { "id": webhook.id, "host": host, "events": webhook.events, "cursor": webhook.cursor },
    });
    let envelope = store
        .sign_statement(Kind::Administration, Vec::<(&str, countersign_model::Digest)>::new(), predicate)
        .map_err(|e| failed(&e))?;
    let document = envelope.to_bytes().map_err(|e| failed(&e))?;
    let record = NewRecord {
        kind: Kind::Administration,
        time: time.clone(),
        subject: &webhook.id,
        document: &document,
        documents: BTreeMap::new(),
        extra: BTreeMap::from([("do".to_owned(), done.word().to_owned())]),
    };
    store.append(&record).map_err(|e| failed(&e))?;
    Ok(())
}
