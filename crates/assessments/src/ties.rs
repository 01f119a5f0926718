//! Who works for, owns or pays whom, and the paths of one or two such ties from a signer to a party of the transaction
//! (assessment method, section 4, "Graph check").

use crate::document::{Assessment, Relation};
use crate::known::{Known, Tie, TieKind};
use crate::look_back::{CONSULTANCY_MONTHS, EMPLOYMENT_MONTHS, months_before};
use crate::rule::{Finding, Verdict};

/// Paths of one or two ties from a signer, or the organisation that signs, to a party of the transaction.
pub(crate) fn ties(document: &Assessment, known: &Known<'_>) -> Vec<Finding> {
    let mut all: Vec<Tie> = known.ties.to_vec();
    for declaration in &document.declarations {
        all.push(Tie {
            from: declaration.person.clone(),
            to: document.name_of(&declaration.organisation).to_owned(),
            kind: TieKind::EmployedBy,
            until: None,
            source: "declaration".into(),
        });
    }
    let start = document.dates.started.0;
    let counts = |tie: &Tie| {
        let months = match tie.kind {
            TieKind::EmployedBy => EMPLOYMENT_MONTHS,
            TieKind::PaidBy | TieKind::Owns => CONSULTANCY_MONTHS,
        };
        tie.until.is_none_or(|day| day >= months_before(start, months))
    };
    all.retain(counts);
    let of_transaction = |who: &str| {
        document.parties.iter().any(|p| {
            p.name == who
                && matches!(
                    p.relation,
                    Relation::VendorGroup
                        | Relation::Reseller
                        | Relation::EndUser
                        | Relation::DestinationSecurityService
                        | Relation::DestinationGovernment
                )
        })
    };
    let mut signers: Vec<&str> = document.declarations.iter().map(|d| d.person.as_str()).collect();
    signers.extend([document.name_of(&document.assessor.party), document.name_of(&document.reviewer.party)]);
    let mut found: Vec<Finding> = Vec::new();
    // ownership binds both ways: a vendor that owns the assessor is as close as an assessor that owns the vendor
    let ends = |tie: &Tie, from: &str| -> Option<String> {
        if tie.from == from {
            Some(tie.to.clone())
        } else if tie.kind == TieKind::Owns && tie.to == from {
            Some(tie.from.clone())
        } else {
            None
        }
    };
    for signer in signers {
        for first in &all {
            let Some(middle) = ends(first, signer) else { continue };
            let step =
                |tie: &Tie, a: &str, b: &str| format!("`{a}` {} `{b}` ({})", verb(tie.kind), tie.source);
            if of_transaction(&middle) && first.source != "declaration" {
                report(&mut found, first.kind, step(first, signer, &middle));
            }
            for second in &all {
                if let Some(end) = ends(second, &middle)
                    && of_transaction(&end)
                    && end != signer
                    && second.source != "declaration"
                {
                    let why = format!("{}, {}", step(first, signer, &middle), step(second, &middle, &end));
                    report(&mut found, second.kind, why);
                }
            }
        }
    }
    found
}

fn verb(kind: TieKind) -> &'static str {
    match kind {
        TieKind::EmployedBy => "works or worked for",
        TieKind::Owns => "is tied by ownership to",
        TieKind::PaidBy => "is or was paid by",
    }
}

fn report(found: &mut Vec<Finding>, kind: TieKind, why: String) {
    let (rule, verdict) = match kind {
        TieKind::Owns => ("IND-01", Verdict::Invalid),
        TieKind::PaidBy => ("IND-05", Verdict::Invalid),
        TieKind::EmployedBy => ("IND-06", Verdict::PersonRemoved),
    };
    let finding = Finding { rule: rule.to_owned(), verdict, why };
    if !found.contains(&finding) {
        found.push(finding);
    }
}
