//! What a verification showed.

use countersign_operations::verified::{TimeKnown, moment};
use countersign_verify::{Identity, RecordKind, Signer, Verified};
use serde_json::Value;

use super::text::{Page, count};

/// The page of one bundle that holds.
pub(crate) fn verified(name: &str, verified: &Verified) -> String {
    let mut page = Page::default();
    page.raw(format!("HOLDS  {name}"));
    let leaf = &verified.leaf;
    page.hanging(
        2,
        4,
        &format!(
            "{} {} about `{}`, recorded {}",
            if leaf.kind.as_str().starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" },
            leaf.kind.as_str().replace('_', " "),
            leaf.subject,
            leaf.time
        ),
    );
    if let Some(answer) = leaf.extra.get("answer") {
        page.hanging(2, 4, &format!("answer {answer}"));
    }
    for line in said(verified) {
        page.hanging(2, 4, &line);
    }
    page.hanging(
        2,
        4,
        &format!(
            "entry {} of the log {}, which had {}",
            verified.index,
            verified.origin,
            count(verified.tree_size as usize, "entry", "entries")
        ),
    );
    page.hanging(2, 4, &format!("its time: {}", TimeKnown::of(verified)));
    page.raw(format!(
        "  verified: signature of the record, signature of the log, place in the log, every document{}",
        if verified.withheld.is_empty() { "" } else { " that is here" }
    ));
    for (document, bytes) in &verified.documents {
        page.hanging(4, 6, &format!("{document}  {} bytes", bytes.len()));
    }
    for (document, digest) in &verified.withheld {
        page.hanging(4, 6, &format!("{document}  withheld; its SHA-256 is {digest}"));
    }
    if let Some(by) = &verified.signed_by {
        page.hanging(2, 4, &who(by));
    }
    match verified.identity {
        Identity::Trusted if verified.signed_by.is_some() => {
            page.raw("  identity: the key of the log is among those that you trust".to_owned());
        }
        Identity::Trusted => page.raw("  identity: both keys are among those that you trust".to_owned()),
        Identity::FromBundle => page.hanging(
            2,
            4,
            "identity: NOT CHECKED; the keys were taken from the bundle itself, so anyone can have made it. Ask the one \
             who is said to have made it for these keys and give them with --key:",
        ),
    }
    page.raw(format!("    log    {}", verified.log));
    page.raw(format!("    signer {}", verified.signer));
    for witness in &verified.cosignatures {
        page.hanging(
            4,
            6,
            &match moment(witness.time) {
                Some(time) => format!("cosigned by {} at {time}", witness.witness),
                None => format!("cosigned by {} at a time that is none ({})", witness.witness, witness.time),
            },
        );
    }
    page.finish()
}

/// Who signed a record of a register.
fn who(by: &Signer) -> String {
    match by {
        Signer::Known { name, organisation, entry, .. } => {
            let organisation = organisation.as_ref().filter(|o| *o != name);
            let organisation = organisation.map(|o| format!(", {o}")).unwrap_or_default();
            format!("signed by {name}{organisation}, whom the register knows since entry {entry}")
        }
        Signer::Public => {
            "signed by someone whom the register does not know; for this kind anyone may sign".to_owned()
        }
    }
}

/// What a record of the journal says that its entry does not: who was asked about, what was found, what a person decided.
fn said(verified: &Verified) -> Vec<String> {
    let record = &verified.statement.predicate;
    let text = |value: &Value, pointer: &str| {
        value.pointer(pointer).and_then(Value::as_str).unwrap_or("not told").to_owned()
    };
    match verified.kind {
        RecordKind::Screening => {
            let outcome = record.get("outcome").unwrap_or(&Value::Null);
            let threshold = outcome.get("threshold").and_then(Value::as_f64).unwrap_or_default();
            let hits = outcome.get("hits").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            let found = match hits.len() {
                0 => "no possible match".to_owned(),
                n => count(n, "possible match", "possible matches"),
            };
            let mut lines = vec![
                format!("asked: `{}`", text(outcome, "/query/name")),
                format!("{found} at {threshold:.2} or more, as of {}", text(outcome, "/as_of")),
            ];
            for hit in hits {
                lines.push(format!("  {} ({})", text(hit, "/caption"), text(hit, "/entity")));
            }
            let lists = outcome.get("lists").and_then(Value::as_array).into_iter().flatten();
            let lists: Vec<String> = lists
                .map(|list| {
                    let entries = list.get("entries").and_then(Value::as_u64).unwrap_or_default();
                    format!("{} ({entries})", text(list, "/source"))
                })
                .collect();
            lines.push(format!("compared with the entries of {}", lists.join(", ")));
            let notes = outcome.get("notes").and_then(Value::as_array).into_iter().flatten();
            lines.extend(notes.filter_map(Value::as_str).map(|note| format!("note: {note}")));
            lines
        }
        RecordKind::Disposition => vec![format!(
            "`{}` is {} `{}` ({}): {}; decided by {}",
            text(record, "/name"),
            if text(record, "/verdict") == "match" { "the listed" } else { "not the listed" },
            text(record, "/caption"),
            text(record, "/entity"),
            text(record, "/reason"),
            text(record, "/by")
        )],
        _ => Vec::new(),
    }
}
