//! What a person signs: a statement about the bytes of the paper that was shown, with a key of their own.

use countersign_identity::Role;
use countersign_model::Digest;
use countersign_verify::{Countersignature, Envelope, PublicKey, Seed, verify_countersignature};

use crate::case::{Case, Timed};
use crate::refused::Refused;
use crate::step::Actor;

/// A signature that is to be made.
#[derive(Debug, Clone)]
pub struct Countersigning<'a> {
    /// The case.
    pub case: &'a Case,
    /// Who.
    pub by: &'a Actor,
    /// When, UTC.
    pub time: &'a str,
    /// The digest of the bytes that were shown.
    pub paper: Digest,
}

/// Signs. Gives `(place, envelope)`.
///
/// # Errors
/// The person may not sign, or the paper is another one by now.
pub fn sign(wanted: &Countersigning<'_>, seed: &Seed) -> Result<(usize, Envelope), Refused> {
    let case = wanted.case;
    case.may_sign(wanted.by)?;
    let (proposal, (place, role)) =
        case.proposal.as_ref().zip(case.next_signature()).ok_or(Refused::Paper)?;
    if proposal.paper != wanted.paper {
        return Err(Refused::Paper);
    }
    let content = content(case, wanted.by, wanted.time, (place, role))?;
    let envelope =
        content.sign(&wanted.paper, seed).map_err(|error| Refused::Signature(error.to_string()))?;
    Ok((place, envelope))
}

fn content(
    case: &Case,
    by: &Actor,
    time: &str,
    (place, role): (usize, Role),
) -> Result<Countersignature, Refused> {
    let proposal = case.proposal.as_ref().ok_or(Refused::Paper)?;
    Ok(Countersignature {
        case: case.id.clone(),
        revision: case.revision,
        outcome: proposal.outcome.id.clone(),
        place,
        role: role.as_str().to_owned(),
        user: by.user.clone(),
        name: by.name.clone(),
        time: time.to_owned(),
    })
}

/// Whether a signature is what it has to be: this person's, at this place, over this paper, at this time.
pub(crate) fn check_signature(
    case: &Case,
    who: &Timed,
    next: (usize, Role),
    paper: &Digest,
    key: &str,
    signature: &Envelope,
) -> Result<(), Refused> {
    let key: PublicKey = key.parse().map_err(|_| Refused::Key(key.to_owned()))?;
    let found = verify_countersignature(signature, &key, paper)
        .map_err(|error| Refused::Signature(error.to_string()))?;
    if found != content(case, &who.by, &who.time, next)? {
        return Err(Refused::Signature(
            "it is about another case, revision, place, person or time".to_owned(),
        ));
    }
    Ok(())
}
