//! Independence, as far as a register can check it: IND-01 to IND-16 on declarations, roster, history and the graph of
//! who works for, owns and pays whom (assessment method, section 4).
//!
//! What is proven is *declared* independence and consistency. That nobody lied cannot be proven; a declaration shown
//! to be false makes every entry of the key void.

use countersign_model::{Date, Percent};

use crate::answer::Fact;
use crate::declaration::{Competence, Declaration, OpenDay, Work};
use crate::document::{Assessment, Relation, Selection};
use crate::known::Known;
use crate::look_back::{CONSULTANCY_MONTHS, EMPLOYMENT_MONTHS, months_before};
use crate::roster::Accredited;
use crate::rule::{Finding, Verdict};
use crate::ties::ties;

/// Months after the assessment in which no such work may be taken up (IND-05).
const LATER_MONTHS: i64 = 12;
/// Days before the start in which a declaration must have been made (IND-13).
const DECLARED_DAYS: i64 = 60;
/// Assessments in a row that one lead may do for a group (IND-07).
const MOST_IN_A_ROW: usize = 3;
/// Years for which one lead may do so (IND-07).
const MOST_YEARS: i64 = 5;
/// Years off after that (IND-07).
const YEARS_OFF: i64 = 3;
/// Percent of the assessor's revenue that the group may give (IND-03).
const MOST_FEE_SHARE: i64 = 15;
/// Euros of gifts a person a year (IND-15).
const MOST_GIFTS_EUR: u32 = 100;

/// The last day on which work for the vendor counts, after an assessment that was logged on a day (IND-05).
pub fn later_until(logged: Date) -> Date {
    logged.checked_add(jiff::Span::new().months(LATER_MONTHS)).unwrap_or(Date::MAX)
}

/// Checks all sixteen rules, in order.
pub fn check_independence(document: &Assessment, known: &Known<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let checks: [(&str, Check); 16] = [
        ("IND-01", holdings),
        ("IND-02", selection),
        ("IND-03", fee_share),
        ("IND-04", fixed_fee),
        ("IND-05", consultancy),
        ("IND-06", employment),
        ("IND-07", rotation),
        ("IND-08", reviewer),
        ("IND-09", publishing),
        ("IND-10", refusals),
        ("IND-11", competence),
        ("IND-12", on_the_roster),
        ("IND-13", declared),
        ("IND-14", control),
        ("IND-15", gifts),
        ("IND-16", roster),
    ];
    for (rule, check) in checks {
        let (verdict, why) = check(document, known).unwrap_or((Verdict::Pass, String::new()));
        found.push(Finding { rule: rule.to_owned(), verdict, why });
    }
    found.extend(ties(document, known));
    found
}

/// `None` where the rule holds.
type Says = Option<(Verdict, String)>;

type Check = fn(&Assessment, &Known<'_>) -> Says;

fn relation(document: &Assessment, party: &str) -> Option<Relation> {
    document.party(party).map(|p| p.relation)
}

impl Assessment {
    /// The vendor and the members of its group, by name.
    pub fn vendor_group(&self) -> Vec<&str> {
        let members = self.parties.iter().filter(|party| party.relation == Relation::VendorGroup);
        let mut names: Vec<&str> = members.map(|party| party.name.as_str()).collect();
        let vendor = self.name_of(&self.product.vendor);
        if !names.contains(&vendor) {
            names.push(vendor);
        }
        names
    }
}

fn holdings(document: &Assessment, _: &Known<'_>) -> Says {
    let counts = [Relation::VendorGroup, Relation::Reseller, Relation::EndUser, Relation::Competitor];
    for declaration in &document.declarations {
        for holding in declaration.holdings.members() {
            if relation(document, &holding.party).is_some_and(|r| counts.contains(&r)) {
                let (person, party) = (&declaration.person, document.name_of(&holding.party));
                return Some((
                    Verdict::Invalid,
                    format!("`{person}` declares {} in `{party}`", holding.text),
                ));
            }
        }
    }
    None
}

fn selection(document: &Assessment, _: &Known<'_>) -> Says {
    if matches!(document.selection, Selection::VendorChoice | Selection::BuyerChoice) {
        return Some((
            Verdict::NotIndependent,
            format!("the assessor was chosen by `{}`", document.selection.word()),
        ));
    }
    match document.dates.selected {
        None => Some((Verdict::Incomplete, "the day of the selection is not given".into())),
        Some(day) if day > document.dates.started => Some((
            Verdict::NotIndependent,
            format!("the selection was logged on {}, after the work began", day.0),
        )),
        Some(_) => None,
    }
}

fn fee_share(document: &Assessment, _: &Known<'_>) -> Says {
    let mut years: Vec<_> = document.fees.group_share.iter().collect();
    years.sort_by_key(|y| y.year);
    let line = Percent::whole(MOST_FEE_SHARE);
    let last: Vec<_> = years.iter().rev().take(2).collect();
    let over = last.iter().filter(|y| y.percent.0 > line).count();
    match (last.as_slice(), over) {
        ([newer, older], _)
            if newer.year != older.year + 1 || newer.year < document.dates.started.0.year() - 1 =>
        {
            Some((Verdict::Incomplete, "the fee shares are not of the last two years".into()))
        }
        ([_, _], 2) => Some((
            Verdict::Invalid,
            format!(
                "the vendor's group gave more than {MOST_FEE_SHARE} percent of the revenue in both of the last two years"
            ),
        )),
        ([_, _], 1) => Some((
            Verdict::Flag,
            format!(
                "the vendor's group gave more than {MOST_FEE_SHARE} percent of the revenue in one of the last two years"
            ),
        )),
        ([_, _], _) => None,
        _ => Some((Verdict::Incomplete, "the fee shares of the last two years are not given".into())),
    }
}

fn fixed_fee(document: &Assessment, _: &Known<'_>) -> Says {
    let fees = &document.fees;
    if fees.fixed == Fact::No || fees.success_element == Fact::Yes {
        return Some((Verdict::Invalid, "the fee depends on the outcome".into()));
    }
    if fees.fixed == Fact::Unknown || fees.success_element == Fact::Unknown {
        return Some((
            Verdict::Incomplete,
            "whether the fee is fixed, without a part for success, is not said".into(),
        ));
    }
    fees.escrow_receipt.is_none().then(|| {
        (Verdict::Invalid, "there is no receipt that the fee was paid in escrow before the findings".into())
    })
}

/// Whether work that ended then still counts.
fn is_recent(work: &Work, since: Date) -> bool {
    match work.to {
        OpenDay::None => true,
        OpenDay::Until(day) => day >= since,
    }
}

fn first_work<'a>(
    document: &'a Assessment,
    of: impl Fn(&'a Declaration) -> &'a [Work],
    counts: &[Relation],
    months: i64,
) -> Option<(&'a str, &'a Work)> {
    let since = months_before(document.dates.started.0, months);
    document.declarations.iter().find_map(|declaration| {
        let work = of(declaration).iter().find(|work| {
            is_recent(work, since) && relation(document, &work.party).is_some_and(|r| counts.contains(&r))
        })?;
        Some((declaration.person.as_str(), work))
    })
}

fn consultancy(document: &Assessment, known: &Known<'_>) -> Says {
    let before = first_work(document, |d| d.services.members(), &[Relation::VendorGroup], CONSULTANCY_MONTHS);
    let Some((person, work)) = before else { return later_work(document, known) };
    let party = document.name_of(&work.party);
    Some((
        Verdict::Invalid,
        format!("`{person}` did `{}` for `{party}` within {CONSULTANCY_MONTHS} months", work.text),
    ))
}

/// None for twelve months after: what a person of the team, or somebody of the firm, declares later. A declaration says when
/// work ended and not when it began: work of which it is open whether it fell into those months leaves the rule open.
fn later_work(document: &Assessment, known: &Known<'_>) -> Says {
    let logged = known.logged?;
    let last = later_until(logged);
    let group: Vec<String> = document.vendor_group().into_iter().map(folded).collect();
    let firm = folded(document.name_of(&document.assessor.party));
    let mut open = None;
    for work in known.later {
        let of_team = document.declarations.iter().any(|d| folded(&d.person) == folded(&work.person));
        if !(of_team || folded(&work.firm) == firm) || !group.contains(&folded(&work.party)) {
            continue;
        }
        let told = |what: &str| {
            format!(
                "`{}` of `{}` did `{}` for `{}`, {what} within {LATER_MONTHS} months after the assessment was logged \
                 (entry {})",
                work.person, work.firm, work.text, work.party, work.entry
            )
        };
        let certain = match work.to {
            OpenDay::Until(to) if to <= logged => continue,
            OpenDay::Until(to) => to <= last,
            // it went on when it was declared
            OpenDay::None => work.declared <= last,
        };
        if certain {
            return Some((Verdict::Invalid, told("which was")));
        }
        open.get_or_insert((Verdict::Incomplete, told("and it is not said whether that was")));
    }
    open
}

/// A name without case and doubled spaces.
fn folded(name: &str) -> String {
    name.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn employment(document: &Assessment, _: &Known<'_>) -> Says {
    let counts = [Relation::VendorGroup, Relation::EndUser, Relation::DestinationSecurityService];
    let (person, work) = first_work(document, |d| d.employment.members(), &counts, EMPLOYMENT_MONTHS)?;
    let party = document.name_of(&work.party);
    Some((
        Verdict::PersonRemoved,
        format!(
            "`{person}` was employed by `{party}` within {EMPLOYMENT_MONTHS} months; the person leaves the team and the others sign again"
        ),
    ))
}

fn rotation(document: &Assessment, known: &Known<'_>) -> Says {
    let vendor = document.name_of(&document.product.vendor);
    // another company of the group is the same client
    let group = document.vendor_group();
    for lead in document.declarations.iter().filter(|d| d.lead) {
        let mut days: Vec<Date> = known
            .earlier
            .iter()
            .filter(|e| e.lead == lead.person && e.group.iter().any(|name| group.contains(&name.as_str())))
            .map(|e| e.logged_on)
            .collect();
        days.sort_unstable();
        let now = document.dates.started.0;
        // the row ends where three years lie between two assessments
        let mut row: Vec<Date> = vec![now];
        for day in days.into_iter().rev() {
            let Some(next) = row.last() else { break };
            if months_before(*next, 12 * YEARS_OFF) >= day {
                break;
            }
            row.push(day);
        }
        if row.len() > MOST_IN_A_ROW {
            return Some((
                Verdict::Invalid,
                format!(
                    "this would be assessment {} in a row by `{}` for `{vendor}`; {MOST_IN_A_ROW} is the most",
                    row.len(),
                    lead.person
                ),
            ));
        }
        if row.last().is_some_and(|first| *first < months_before(now, 12 * MOST_YEARS)) {
            return Some((
                Verdict::Invalid,
                format!("`{}` has assessed `{vendor}` for more than {MOST_YEARS} years", lead.person),
            ));
        }
    }
    if document.declarations.iter().any(|d| d.lead) {
        None
    } else {
        Some((Verdict::Incomplete, "no declaration says who leads the assessment".into()))
    }
}

fn reviewer(document: &Assessment, known: &Known<'_>) -> Says {
    let (assessor, reviewer) = (&document.assessor, &document.reviewer);
    let incomplete = |why: &str| Some((Verdict::Incomplete, why.to_owned()));
    if assessor.party == reviewer.party {
        return incomplete("assessor and reviewer are one organisation");
    }
    if assessor.key == reviewer.key {
        return incomplete("assessor and reviewer sign with one key");
    }
    if relation(document, &reviewer.party) == Some(Relation::AssessorGroup) {
        return incomplete("the reviewer belongs to the assessor's group");
    }
    // the signature covers the root of the unredacted text, so that the reviewer had it before them (RED-05)
    if known.reviewer_signed.is_none() {
        return incomplete("the reviewer has not signed");
    }
    None
}

fn publishing(document: &Assessment, _: &Known<'_>) -> Says {
    let right = &document.publishing_right;
    if right.vendor_veto == Fact::Yes || right.unconditional == Fact::No {
        return Some((Verdict::Invalid, "the vendor can keep the assessment from being published".into()));
    }
    let open = right.vendor_veto == Fact::Unknown || right.unconditional == Fact::Unknown;
    (open || right.clause.trim().is_empty())
        .then(|| (Verdict::Incomplete, "the clause that gives the right to publish is not shown".into()))
}

fn refusals(document: &Assessment, _: &Known<'_>) -> Says {
    match &document.refusals {
        None => Some((
            Verdict::Incomplete,
            "what was asked for and refused is not listed; write `refusals: none` if nothing was".into(),
        )),
        Some(refusals) if refusals.members().is_empty() => None,
        Some(refusals) => {
            let what: Vec<String> = refusals.members().iter().map(|r| format!("`{}`", r.what)).collect();
            Some((
                Verdict::Flag,
                format!("refused: {}; the questions that hang on it count as unknown", what.join(", ")),
            ))
        }
    }
}

fn competence(document: &Assessment, _: &Known<'_>) -> Says {
    let has = |c| document.declarations.iter().any(|d| d.competences.contains(&c));
    let wanted = [
        (Competence::HumanRightsLaw, "human-rights law"),
        (Competence::ReverseEngineering, "reverse engineering"),
        (Competence::CountryExpertise, "country expertise"),
    ];
    let missing: Vec<&str> = wanted.iter().filter(|(c, _)| !has(*c)).map(|(_, word)| *word).collect();
    (!missing.is_empty())
        .then(|| (Verdict::Incomplete, format!("nobody on the team brings {}", missing.join(", "))))
}

fn on_the_roster(document: &Assessment, known: &Known<'_>) -> Says {
    let Some(roster) = known.roster else {
        return Some((Verdict::Incomplete, "no roster was given, so the keys cannot be looked up".into()));
    };
    for (signatory, signed) in
        [(&document.assessor, known.assessor_signed), (&document.reviewer, known.reviewer_signed)]
    {
        let organisation = document.name_of(&signatory.party);
        match signed {
            None => return Some((Verdict::Incomplete, format!("`{organisation}` has not signed"))),
            Some(day) => {
                if let Some(why) = roster.why_not(organisation, &signatory.key, day) {
                    return Some((Verdict::Invalid, why));
                }
            }
        }
    }
    None
}

fn declared(document: &Assessment, _: &Known<'_>) -> Says {
    let start = document.dates.started.0;
    let earliest = start.checked_sub(jiff::Span::new().days(DECLARED_DAYS)).unwrap_or(Date::MIN);
    for declaration in &document.declarations {
        let (person, day) = (&declaration.person, declaration.signed_on.0);
        if day < earliest || day > start {
            return Some((
                Verdict::Incomplete,
                format!(
                    "the declaration of `{person}` is of {day}, not of the {DECLARED_DAYS} days before the start on {start}"
                ),
            ));
        }
    }
    let signs = |party: &str| document.declarations.iter().any(|d| d.organisation == party);
    for party in [&document.assessor.party, &document.reviewer.party] {
        if !signs(party) {
            return Some((
                Verdict::Incomplete,
                format!("nobody of `{}` has declared their conflicts", document.name_of(party)),
            ));
        }
    }
    None
}

fn control(document: &Assessment, _: &Known<'_>) -> Says {
    match document.government_control {
        Fact::No => None,
        Fact::Yes => Some((
            Verdict::Invalid,
            "the assessor is controlled by the destination's or its home government".into(),
        )),
        Fact::Unknown => {
            Some((Verdict::Incomplete, "whether a government controls the assessor is not said".into()))
        }
    }
}

fn gifts(document: &Assessment, _: &Known<'_>) -> Says {
    for declaration in &document.declarations {
        let gifts = declaration.gifts.members();
        for gift in gifts {
            let total: u32 =
                gifts.iter().filter(|g| g.year == gift.year).map(|g| g.eur).fold(0, u32::saturating_add);
            if total > MOST_GIFTS_EUR {
                return Some((
                    Verdict::Flag,
                    format!(
                        "`{}` declares gifts of {total} EUR in {}; {MOST_GIFTS_EUR} is the line",
                        declaration.person, gift.year
                    ),
                ));
            }
        }
    }
    None
}

fn roster(_: &Assessment, known: &Known<'_>) -> Says {
    known.roster.and_then(Accredited::distrust).map(|why| (Verdict::RosterUntrusted, why))
}
