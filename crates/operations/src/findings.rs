//! What a public register tells about a country, an end user, a signer: its findings for a dossier, and the ties of
//! owners' files for the independence of an assessment.

use countersign_assessments::{Assessment, Tie, TieKind};
use countersign_countries::{Finding, FindingKind, FindingStatus, Place, Reply};
use countersign_model::Date;
use countersign_owners::Owners;
use countersign_register::{Entry, Ground, Replay};
use countersign_verify::Signer;
use countersign_verify::records::{Conclusion, Content, Outcome};

pub use countersign_register::slug;

/// The findings of a register about a country that were logged by `as_of`, as a dossier reads them. An operator of the
/// name `agency` is called as it is asked for, so that a dossier knows it again.
pub fn of_register(replay: &Replay, country: &Place, agency: Option<&str>, as_of: Date) -> Vec<Finding> {
    let logged = |entry: &Entry| entry.day() <= as_of;
    replay
        .grounds_where(|claim| claim.state.as_ref().is_some_and(|state| state.as_str() == country.alpha2))
        .into_iter()
        .filter(|ground| logged(ground.entry))
        .filter_map(|ground| finding(replay.origin(), &ground, country, agency, as_of))
        .collect()
}

fn finding(
    origin: &str,
    ground: &Ground<'_>,
    country: &Place,
    agency: Option<&str>,
    as_of: Date,
) -> Option<Finding> {
    let Content::Finding(content) = &ground.entry.record.content else { return None };
    let claim = ground.claim;
    let operator = claim.operator.as_ref().filter(|operator| operator.kind() == "operator");
    let named = operator.map(|operator| match agency.filter(|asked| slug(asked) == operator.name()) {
        Some(asked) => asked.to_owned(),
        None => operator.to_string(),
    });
    let mut replies = replies(ground, as_of);
    if replies.is_empty()
        && let Some(asked) = content.accused_asked_on
    {
        let by = operator.map_or_else(|| claim.vendor.to_string(), ToString::to_string);
        replies.push(Reply { by, on: asked.0, text: None, url: None });
    }
    let found_by = match ground.signer {
        Signer::Known { name, organisation, .. } => organisation.clone().unwrap_or_else(|| name.clone()),
        Signer::Public => ground.entry.record.head.by.name.to_string(),
    };
    Some(Finding {
        id: format!("{origin}#{}", ground.entry.index),
        country: country.alpha2.clone(),
        kind: match content.conclusion {
            Conclusion::Confirmed => FindingKind::ConfirmedMisuse,
            _ => FindingKind::Report,
        },
        date: ground.entry.record.head.date.0,
        published_on: Some(ground.entry.day()),
        title: ground.entry.record.head.summary.to_string(),
        found_by,
        agency: named,
        text: claim.claim.to_string(),
        source: format!(
            "register {origin}, entry {}, record {}",
            ground.entry.index, ground.entry.leaf.sha256
        ),
        tier: claim.tier.as_str().to_owned(),
        status: status(ground, content.conclusion, as_of),
        replies,
    })
}

/// How a finding stands on a day, after the disputes that were logged by then.
fn status(ground: &Ground<'_>, conclusion: Conclusion, as_of: Date) -> FindingStatus {
    let known = |entry: &Entry| entry.day() <= as_of;
    let disputes: Vec<Option<Outcome>> = ground
        .disputes
        .iter()
        .filter(|(dispute, _)| known(dispute))
        .map(|(_, outcome)| outcome.filter(|(ended, _)| known(ended)).map(|(_, outcome)| outcome))
        .collect();
    if conclusion == Conclusion::Refuted {
        FindingStatus::Overturned
    } else if disputes.contains(&Some(Outcome::Withdrawn)) {
        FindingStatus::Withdrawn
    } else if disputes.contains(&None) {
        FindingStatus::Disputed
    } else {
        FindingStatus::Stands
    }
}

/// What was replied to it by a day.
fn replies(ground: &Ground<'_>, as_of: Date) -> Vec<Reply> {
    ground
        .replies
        .iter()
        .filter(|reply| reply.day() <= as_of)
        .filter_map(|entry| match &entry.record.content {
            Content::Reply(reply) => Some(Reply {
                by: reply.from.to_string(),
                on: entry.day(),
                text: Some(reply.text.to_string()),
                url: None,
            }),
            _ => None,
        })
        .collect()
}

fn folded(name: &str) -> String {
    name.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The ties that files about owners tell, with the names that the assessment uses for those whom it knows.
pub fn ties(owners: &Owners, document: &Assessment) -> Vec<Tie> {
    let parties = document.parties.iter().map(|party| party.name.as_str());
    let people = document.declarations.iter().map(|declaration| declaration.person.as_str());
    let known: Vec<(String, &str)> = parties.chain(people).map(|name| (folded(name), name)).collect();
    let name = |id: &str| -> String {
        let names = owners.parties.get(id).map(|party| party.names.as_slice()).unwrap_or_default();
        let own = names.iter().find_map(|name| known.iter().find(|(fold, _)| *fold == folded(name)));
        own.map_or_else(|| owners.label(id).to_owned(), |(_, name)| (*name).to_owned())
    };
    let stakes = owners.stakes.iter().map(|stake| Tie {
        from: name(&stake.owner),
        to: name(&stake.owned),
        kind: TieKind::Owns,
        until: stake.to,
        source: stake.source.clone(),
    });
    // whoever directs, controls or manages a body works for it; one criterion of control is as good as a stake
    let links = owners.links.iter().map(|link| Tie {
        from: name(&link.by),
        to: name(&link.of),
        kind: if link.criterion.is_some() { TieKind::Owns } else { TieKind::EmployedBy },
        until: link.to,
        source: link.source.clone(),
    });
    stakes.chain(links).collect()
}
