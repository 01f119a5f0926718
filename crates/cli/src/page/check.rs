//! A decision on one screen.

use countersign_law::{Cited, Decision, RegimeVerdict};
use countersign_model::{Answer, CommitmentVerdict, EntitySchema, GateVerdict, LawVerdict, NameQuality};
use countersign_store::Receipt;

use super::recorded::{recorded, stakes};
use super::screen::score;
use super::text::{Page, count, first_of};
use crate::printer::Mark;
use countersign_operations::check::Check;
use countersign_operations::facts::on_list;
use countersign_operations::screening::{Found, Outcome, PartyScreening, State};

/// The most rules whose reasons are written out, and other lines of one kind; the rest are counted. All are in --json.
const MOST_REASONS: usize = 5;
const MOST_FACTS: usize = 4;
const MOST_LINES: usize = 5;

/// The page of a check.
pub(crate) fn check(check: &Check, origin: &str, receipt: Option<&Receipt>) -> String {
    let decision = &check.decision;
    let mut page = Page::default();
    head(&mut page, check, origin);
    law(&mut page, decision);
    why(&mut page, decision);
    assumed(&mut page, check);
    flags(&mut page, decision);
    advisories(&mut page, decision);
    missing(&mut page, decision);
    change(&mut page, decision);
    gate(&mut page, decision);
    commitments(&mut page, decision);
    near_misses(&mut page, decision);
    recorded(&mut page, check);
    owners(&mut page, check);
    screened(&mut page, check);
    if !decision.not_asked.is_empty() {
        page.hanging(0, 2, &format!("Not asked: {}", decision.not_asked.join(", ")));
    }
    warnings(&mut page, decision);
    match receipt {
        Some(receipt) => page.raw(format!(
            "Recorded as entry {} of the journal; `countersign bundle {} -o FILE` hands it out",
            receipt.index, receipt.index
        )),
        None => page.raw("Not recorded (--record keeps it)".to_owned()),
    }
    page.finish()
}

fn head(page: &mut Page, check: &Check, origin: &str) {
    let decision = &check.decision;
    let case = &decision.case;
    let name = case.title.clone().or_else(|| case.id.clone()).unwrap_or_else(|| origin.to_owned());
    let clean: String = name.chars().filter(|c| !c.is_control()).collect();
    page.raw(format!("{}  {clean}", Mark::Answer(decision.answer).paint(decision.answer.as_str())));
    page.hanging(2, 2, &sentence(decision));
    let evaluate = if case.intent == "evaluate" { ", only evaluated" } else { "" };
    let known =
        if case.known_at == case.as_of { String::new() } else { format!(", known at {}", case.known_at) };
    page.hanging(
        2,
        2,
        &format!(
            "{} by {} as of {}{known}{evaluate}; {origin}; exit code {}",
            case.action.replace('_', " "),
            case.actor,
            case.as_of,
            decision.exit_code
        ),
    );
    let missing = not_loaded(check);
    if !missing.is_empty() {
        page.hanging(
            2,
            2,
            &format!("Screening is incomplete: no whole copy is loaded of {}", missing.join(", ")),
        );
    }
    for warning in &check.warnings {
        page.hanging(2, 2, &format!("Note: {warning}"));
    }
}

/// The lists that should have been compared and are not loaded, where some are.
fn not_loaded(check: &Check) -> Vec<&'static str> {
    let mut codes = Vec::new();
    for list in check.screening.iter().filter_map(|p| p.compared.as_ref()).flat_map(|c| &c.not_loaded) {
        if !codes.contains(&list.as_str()) {
            codes.push(list.as_str());
        }
    }
    codes
}

/// The answer as one plain sentence.
fn sentence(decision: &Decision) -> String {
    let regimes = |verdict: LawVerdict| -> Vec<&str> {
        decision.regimes.iter().filter(|r| r.verdict == verdict).map(|r| r.regime.as_str()).collect()
    };
    let mut reasons = Vec::new();
    let mut law = |verdict: LawVerdict, words: &str| {
        let found = regimes(verdict);
        if !found.is_empty() {
            reasons.push(format!("{words} ({})", found.join(", ")));
        }
    };
    match decision.answer {
        Answer::Stop => law(LawVerdict::Prohibited, "it is prohibited"),
        Answer::Hold => {
            law(LawVerdict::AuthorisationRequired, "an authorisation is needed first");
            law(LawVerdict::NotifyAndHold, "the authority has to be told first");
            law(LawVerdict::Indeterminate, "facts that decide are missing");
            law(LawVerdict::LegalConflict, "the stated end use conflicts with binding law");
            law(LawVerdict::NationalLawCheck, "national law has to be checked");
        }
        Answer::Conditions => {
            law(LawVerdict::Authorised, "a licence held covers it, on its terms");
            law(
                LawVerdict::GeneralAuthorisation,
                "a general authorisation or exception covers it, on its conditions",
            );
        }
        Answer::Proceed => {}
    }
    let gate = match (decision.answer, decision.gate.verdict) {
        (Answer::Stop, GateVerdict::Stop) => Some("the gate that you opted into stops it"),
        (Answer::Hold, GateVerdict::Incomplete) => Some("the gate that you opted into is not complete"),
        (Answer::Conditions, GateVerdict::Conditional) => {
            Some("the gate that you opted into sets conditions")
        }
        _ => None,
    };
    reasons.extend(gate.map(str::to_owned));
    for finding in decision.commitments.iter().filter(|c| c.binds_actor) {
        let words = match (decision.answer, finding.verdict) {
            (Answer::Stop, CommitmentVerdict::Breached) => "would breach the commitment",
            (Answer::Hold, CommitmentVerdict::AtRisk) => "puts at risk the commitment",
            _ => continue,
        };
        reasons.push(format!("it {words} {} of {}", finding.family, finding.state));
    }
    if decision.answer == Answer::Conditions && decision.red_flags.iter().any(|f| f.state == "open") {
        reasons.push("a red flag is open and has to be resolved".to_owned());
    }
    if decision.answer == Answer::Conditions && decision.red_flags.iter().any(|f| f.state == "unsettled") {
        reasons.push("whether a red flag is raised has to be settled".to_owned());
    }
    if reasons.is_empty() && !decision.missing_facts.is_empty() {
        let paths: Vec<&str> = decision.missing_facts.iter().map(|m| m.path.as_str()).take(3).collect();
        reasons.push(format!("what is not known may stand in the way ({})", paths.join(", ")));
    }
    let because = reasons.join("; ");
    match decision.answer {
        Answer::Proceed => "Nothing examined stands in the way, and no red flag is open.".to_owned(),
        Answer::Conditions => format!("You may act on conditions: {because}."),
        Answer::Hold => format!("Do not act yet: {because}."),
        Answer::Stop => format!("Do not act: {because}."),
    }
}

fn law(page: &mut Page, decision: &Decision) {
    page.heading("Law");
    for regime in &decision.regimes {
        let review =
            regime.review_policy.map(|p| format!(" ({})", p.as_str().replace('_', " "))).unwrap_or_default();
        let mut rules: Vec<String> =
            regime.determining.iter().map(|c| format!("{} [{}]", c.rule, c.citation)).collect();
        rules.dedup();
        let (shown, more) = first_of(&rules, 3);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let licences = match regime.licences.as_slice() {
            [] => String::new(),
            held => format!(" licence {}", held.join(", ")),
        };
        let line =
            format!("{:<12} {}{review}{licences}  {}{more}", regime.regime, regime.verdict, shown.join(", "));
        page.hanging(2, 15, line.trim_end());
    }
}

/// The regimes whose verdict stands in the way or sets conditions.
fn biting(decision: &Decision) -> impl Iterator<Item = &RegimeVerdict> {
    decision.regimes.iter().filter(|r| r.verdict != LawVerdict::NotControlled)
}

fn why(page: &mut Page, decision: &Decision) {
    let reasons: Vec<&Cited> = biting(decision).flat_map(|r| &r.determining).collect();
    if reasons.is_empty() {
        return;
    }
    page.heading("Why");
    let (shown, more) = first_of(&reasons, MOST_REASONS);
    for cited in shown {
        reason(page, cited);
    }
    if more > 0 {
        page.raw(format!("  and {more} more (--json has all)"));
    }
    let told = stakes(decision);
    let (shown, more) = first_of(&told, MOST_LINES);
    for line in shown {
        page.hanging(2, 6, line);
    }
    if more > 0 {
        page.raw(format!("  and {more} more (--json has all)"));
    }
}

fn reason(page: &mut Page, cited: &Cited) {
    let notice = cited.notice.as_ref().map(|n| format!(", {n}")).unwrap_or_default();
    let on = if cited.on.is_empty() { String::new() } else { format!(" on {}", cited.on) };
    let lifted = match cited.lifted_by.as_slice() {
        [] => String::new(),
        by => format!("; lifted by {}", by.join(", ")),
    };
    page.hanging(2, 6, &format!("{}{on}: {}{notice}{lifted}", cited.rule, cited.why));
    // what is known of the parties says more than what is known of the shipment
    let mut facts: Vec<(&String, &String)> = cited.facts.iter().collect();
    facts.sort_by_key(|(path, _)| !path.starts_with("parties["));
    let facts: Vec<String> = facts.into_iter().map(|(path, value)| format!("{path} = {value}")).collect();
    let (shown, more) = first_of(&facts, MOST_FACTS);
    if !shown.is_empty() {
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        page.hanging(6, 8, &format!("because {}{more}", shown.join("; ")));
    }
}

fn assumed(page: &mut Page, check: &Check) {
    let possible: Vec<&PartyScreening> =
        check.screening.iter().filter(|p| p.outcome == Outcome::PossibleMatch).collect();
    if possible.is_empty() {
        return;
    }
    page.heading("Assumed, because nobody has decided it");
    for party in possible {
        let open: Vec<&Found> = party.counted().filter(|f| f.state != State::Match).collect();
        let (shown, more) = first_of(&open, 3);
        for found in shown {
            let hit = &found.hit;
            let lists: Vec<String> = hit.listings.iter().map(on_list).collect();
            let weak = if hit.name.quality == NameQuality::Weak { " by a weak alias" } else { "" };
            let lapsed = match &found.reopened {
                Some(why) => format!("; an earlier decision does not hold here: {why}"),
                None => String::new(),
            };
            page.hanging(
                2,
                6,
                &format!(
                    "{} `{}` is listed: possible match{weak}, score {:.2}, with `{}` ({}), {}{lapsed}",
                    party.party,
                    party.name,
                    hit.score,
                    hit.caption,
                    hit.entity,
                    lists.join(" and ")
                ),
            );
            page.hanging(6, 8, &hit.line);
        }
        if more > 0 {
            page.raw(format!("  and {more} more possible matches of `{}`", party.name));
        }
        for found in shown {
            let name = party.name.replace('"', "\\\"");
            let kind = match found.hit.schema {
                // the list does not say which, the case does
                EntitySchema::LegalEntity => format!(" --schema {}", party.kind.as_str()),
                _ => String::new(),
            };
            // a decision is about a party of these countries
            let countries: String = party.countries.iter().map(|c| format!(" --country {c}")).collect();
            let others: String = party
                .other_names
                .iter()
                .map(|n| format!(" --alias \"{}\"", n.replace('"', "\\\"")))
                .collect();
            page.raw(format!(
                "      decide it: countersign screening decide \"{name}\" {}{kind}{countries}{others} --match|--no-match --reason … --by …",
                found.hit.entity
            ));
        }
    }
}

fn flags(page: &mut Page, decision: &Decision) {
    if decision.red_flags.is_empty() {
        return;
    }
    page.heading("Red flags");
    let (shown, more) = first_of(&decision.red_flags, MOST_LINES);
    for flag in shown {
        let party = flag.party.as_ref().map(|p| format!(" on {p}")).unwrap_or_default();
        page.hanging(
            2,
            6,
            &format!("{} {}{party}: {} [{}]", flag.state.to_uppercase(), flag.rule, flag.text, flag.citation),
        );
    }
    if more > 0 {
        page.raw(format!("  and {more} more"));
    }
}

/// Rules that change no verdict and that whoever acts must have read.
fn advisories(page: &mut Page, decision: &Decision) {
    if decision.advisories.is_empty() {
        return;
    }
    page.heading("To read as well; it changes no verdict");
    for cited in &decision.advisories {
        page.hanging(2, 6, &format!("{}: {} [{}]", cited.rule, cited.why, cited.citation));
    }
}

fn missing(page: &mut Page, decision: &Decision) {
    if decision.missing_facts.is_empty() {
        return;
    }
    page.heading("Missing");
    // never cut: it is what to ask for
    for fact in &decision.missing_facts {
        // values that all leave the answer as it is tell nothing
        let tells = fact.values.values().any(|a| *a != decision.answer);
        let values: Vec<String> =
            fact.values.iter().filter(|_| tells).map(|(v, a)| format!("'{v}' gives {a}")).collect();
        let values = if values.is_empty() { String::new() } else { format!("; {}", values.join(", ")) };
        page.hanging(2, 6, &format!("{} (for {}){values}", fact.path, fact.needed_by.join(", ")));
    }
}

fn change(page: &mut Page, decision: &Decision) {
    if decision.counterfactuals.is_empty() {
        return;
    }
    page.heading("What would change it");
    let (shown, more) = first_of(&decision.counterfactuals, MOST_LINES);
    for counterfactual in shown {
        page.hanging(2, 6, &format!("{} if {}", counterfactual.answer, counterfactual.change));
    }
    if more > 0 {
        page.raw(format!("  and {more} more"));
    }
}

fn gate(page: &mut Page, decision: &Decision) {
    let gate = &decision.gate;
    if gate.opted_in.is_empty() {
        page.raw("Gate: not opted in".to_owned());
        return;
    }
    page.heading(&format!("Gate ({}): {}", gate.opted_in.join(", "), gate.verdict));
    let (shown, more) = first_of(&gate.determining, MOST_LINES);
    for cited in shown {
        page.hanging(2, 6, &format!("{}: {}", cited.rule, cited.why));
    }
    if more > 0 {
        page.raw(format!("  and {more} more"));
    }
    for condition in gate.conditions.iter().take(MOST_LINES) {
        page.hanging(2, 6, &format!("condition: {condition}"));
    }
}

fn commitments(page: &mut Page, decision: &Decision) {
    let shown: Vec<_> = decision
        .commitments
        .iter()
        .filter(|c| {
            c.verdict == CommitmentVerdict::Breached
                || (c.binds_actor && c.verdict != CommitmentVerdict::NotBound)
        })
        .collect();
    if shown.is_empty() {
        return;
    }
    page.heading("Commitments of states");
    for finding in shown {
        let rules: Vec<String> =
            finding.determining.iter().map(|c| format!("{} [{}]", c.rule, c.citation)).collect();
        let (rules, more) = first_of(&rules, 3);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let counts = if finding.binds_actor { "" } else { " (for information: it does not bind this actor)" };
        let doubt = finding.doubt.as_ref().map(|d| format!("; {d}")).unwrap_or_default();
        page.hanging(
            2,
            6,
            &format!(
                "{} of {}: {}{counts}  {}{more}{doubt}",
                finding.family,
                finding.state,
                finding.verdict,
                rules.join(", ")
            ),
        );
        if !finding.open.is_empty() {
            let open: Vec<String> =
                finding.open.iter().map(|rule| format!("{} ({})", rule.rule, rule.meaning)).collect();
            page.hanging(4, 6, &format!("open: {}", open.join("; ")));
            page.hanging(4, 6, &format!("record: {}", finding.missing.join(", ")));
        }
    }
}

fn near_misses(page: &mut Page, decision: &Decision) {
    let all: Vec<_> = decision.regimes.iter().flat_map(|r| &r.near_misses).collect();
    if all.is_empty() {
        return;
    }
    page.heading("Near misses: rules of which one condition failed");
    let (shown, more) = first_of(&all, MOST_LINES);
    for miss in shown {
        page.hanging(2, 6, &format!("{}: {}", miss.rule, miss.failing));
    }
    if more > 0 {
        page.raw(format!("  and {more} more"));
    }
}

/// What was taken from files about owners.
fn owners(page: &mut Page, check: &Check) {
    let Some(taken) = &check.options.owners else { return };
    let files: Vec<&str> = taken.files.iter().map(|f| f.name.as_str()).collect();
    page.heading(&format!("Owners from {}", files.join(", ")));
    for matched in &taken.matched {
        let stakes = match matched.stakes {
            0 => "no stake taken: the case gives its owners, or no file does".to_owned(),
            1 => "1 stake".to_owned(),
            n => format!("{n} stakes"),
        };
        page.hanging(
            2,
            6,
            &format!(
                "{}: {} ({}), the same by {}; {stakes}",
                matched.party, matched.name, matched.id, matched.by
            ),
        );
    }
    if taken.matched.is_empty() {
        page.raw("  no party of the case is in the files, by id or by name".to_owned());
    }
    let of_case = taken.parties.as_array().map(Vec::as_slice).unwrap_or_default();
    for id in &taken.added {
        let party = of_case.iter().find(|p| p.get("id").and_then(|i| i.as_str()) == Some(id));
        let name = party.and_then(|p| p.get("name")?.as_str()).unwrap_or_default();
        let source = taken.sources.get(format!("parties[{id}].owners"));
        let source = source.or_else(|| taken.sources.get(format!("parties[{id}].name")));
        let source = source.and_then(|s| s.as_str()).map(|s| format!(": {s}")).unwrap_or_default();
        page.hanging(2, 6, &format!("added {id} {name}{source}"));
    }
    for note in &taken.notes {
        page.hanging(2, 6, &format!("note: {note}"));
    }
}

fn screened(page: &mut Page, check: &Check) {
    let parties: Vec<&PartyScreening> =
        check.screening.iter().filter(|p| p.outcome != Outcome::GivenInCase).collect();
    if parties.is_empty() {
        return;
    }
    page.heading("Screened");
    let (shown, more) = first_of(&parties, MOST_LINES);
    for party in shown {
        screened_party(page, party);
    }
    if more > 0 {
        page.raw(format!("  and {}", count(more, "more party", "more parties")));
    }
    let lists: Vec<String> = check
        .pins
        .lists
        .iter()
        .map(|p| match &p.imported {
            Some(time) => {
                let day = p.speaks_for.as_ref().map(|day| format!("speaks for {day}, ")).unwrap_or_default();
                format!("{} {} ({day}imported {time})", p.source, p.snapshot.short())
            }
            None => format!("{} {} (built in)", p.source, p.snapshot.short()),
        })
        .collect();
    page.hanging(2, 6, &format!("lists: {}", lists.join(", ")));
    if check.screening.iter().any(|p| p.compared.as_ref().is_some_and(|c| !c.by_hand.is_empty())) {
        page.hanging(
            2,
            6,
            "the units named in 15 CFR 744.22 (MIEU) are in no file of a publisher: compare them by hand",
        );
    }
    if !not_loaded(check).is_empty() {
        page.hanging(
            2,
            6,
            "a list that is not loaded is taken in with `countersign lists import`; a party that you have screened elsewhere \
             gets `listings: none` and a line under `sources`",
        );
    }
}

/// What was found for one party: what decides, then what only almost does.
fn screened_party(page: &mut Page, party: &PartyScreening) {
    page.hanging(2, 6, &format!("{} `{}`: {}", party.party, party.name, party.summary));
    for found in party.hits.iter().filter(|f| f.state == State::Match || f.state == State::NoMatch) {
        if let Some(decided) = &found.disposition {
            page.hanging(
                6,
                8,
                &format!(
                    "{} {} `{}` ({}), decided by {} on {}: {}",
                    decided.name,
                    decided.verdict.words(),
                    decided.caption,
                    decided.entity,
                    decided.by,
                    decided.time,
                    decided.reason
                ),
            );
        }
    }
    if party.outcome == Outcome::NotSettled {
        for found in party.counted().take(2) {
            let lists: Vec<String> = found.hit.listings.iter().map(on_list).collect();
            page.hanging(
                6,
                8,
                &format!(
                    "possible match, score {:.2}, with `{}` ({}), {}",
                    found.hit.score,
                    found.hit.caption,
                    found.hit.entity,
                    lists.join(" and ")
                ),
            );
        }
    }
    let near: Vec<&Found> = party.near_misses.iter().filter(|f| f.state != State::NoMatch).collect();
    for found in near.iter().take(2) {
        page.hanging(
            6,
            8,
            &format!(
                "near miss, score {}: `{}` ({})",
                score(&found.hit),
                found.hit.caption,
                found.hit.entity
            ),
        );
    }
    let more = party.more_near_misses + near.len().saturating_sub(2);
    if more > 0 {
        page.raw(format!("      and {}", count(more, "more near miss", "more near misses")));
    }
    for found in party.elsewhere.iter().take(2) {
        let lists: Vec<String> = found.hit.listings.iter().map(on_list).collect();
        page.hanging(
            6,
            8,
            &format!(
                "on a list that no regime asked reads: `{}` ({}), score {:.2}, {}",
                found.hit.caption,
                found.hit.entity,
                found.hit.score,
                lists.join(" and ")
            ),
        );
    }
    for note in &party.notes {
        page.hanging(6, 8, note);
    }
}

fn warnings(page: &mut Page, decision: &Decision) {
    let (shown, more) = first_of(&decision.warnings, MOST_LINES);
    for warning in shown {
        page.hanging(0, 2, &format!("Warning: {warning}"));
    }
    if more > 0 {
        page.raw(format!("  and {} (--json has all)", count(more, "more warning", "more warnings")));
    }
}
