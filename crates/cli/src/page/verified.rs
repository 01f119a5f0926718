//! What a verification showed.

use countersign_verify::{Identity, Signer, Verified};

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
            "a {} about `{}`, recorded {}",
            leaf.kind.as_str().replace('_', " "),
            leaf.subject,
            leaf.time
        ),
    );
    if let Some(answer) = leaf.extra.get("answer") {
        page.hanging(2, 4, &format!("answer {answer}"));
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
    page.raw(
        "  verified: signature of the record, signature of the log, place in the log, every document"
            .to_owned(),
    );
    for (document, bytes) in &verified.documents {
        page.hanging(4, 6, &format!("{document}  {} bytes", bytes.len()));
    }
    for (document, digest) in &verified.withheld {
        page.hanging(4, 6, &format!("{document}  withheld; its SHA-256 is {digest}"));
    }
    if let Some(by) = &verified.signed_by {
        let who = match by {
            Signer::Known { name, organisation, entry, .. } => {
                let organisation = organisation.as_ref().map(|o| format!(", {o}")).unwrap_or_default();
                format!("signed by {name}{organisation}, whom the register knows since entry {entry}")
            }
            Signer::Public => {
                "signed by someone whom the register does not know; for this kind anyone may sign".to_owned()
            }
        };
        page.hanging(2, 4, &who);
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
            &format!("cosigned by {} at {} (seconds since 1970)", witness.witness, witness.time),
        );
    }
    page.finish()
}
