//! What the desk and the directory of people say, in the reader's language. The words stand in `pages`; here is only which
//! of them is meant.

use countersign_desk::{
    CaseState, MatchState, MatchVerdict, NotYet, Outcome, Refused, Step,
    queue::{Mine, Waits},
};
use countersign_identity::{
    ApiKeyFault, CodeFault, CredentialsFault, IdentityFault, MIN_PASSWORD, PasswordFault, Role,
};
use countersign_pages::words::{Desk, codes};
use countersign_pages::{Language, text::fill};

/// A role.
pub(crate) fn role(role: Role, language: Language) -> String {
    codes::role(role.as_str(), language)
}

/// Where a case stands.
pub(super) fn state(state: CaseState, w: &Desk) -> &'static str {
    match state {
        CaseState::Open => w.is_open,
        CaseState::Signing => w.is_signing,
        CaseState::Decided => w.is_decided,
        CaseState::Withdrawn => w.is_withdrawn,
    }
}

/// What a case waits for.
pub(super) fn waits(waits: Waits, w: &Desk) -> &'static str {
    match waits {
        Waits::Matches => w.wait_matches,
        Waits::SecondEyes => w.wait_second,
        Waits::Answers => w.wait_answers,
        Waits::Check => w.wait_check,
        Waits::Proposal => w.wait_proposal,
        Waits::Signature => w.wait_signature,
        Waits::Decision => w.wait_decision,
        Waits::Nothing => w.wait_nothing,
    }
}

/// Why a case is someone's.
pub(super) fn mine(mine: Mine, w: &Desk) -> &'static str {
    match mine {
        Mine::Sign => w.mine_sign,
        Mine::Assigned => w.mine_assigned,
        Mine::Look => w.mine_look,
    }
}

/// What a possible match is.
pub(super) fn verdict(verdict: MatchVerdict, w: &Desk) -> &'static str {
    match verdict {
        MatchVerdict::Same => w.is_same,
        MatchVerdict::NotSame => w.is_other,
    }
}

/// Where a possible match stands, with its tone.
pub(super) fn match_state(
    state: MatchState,
    said: Option<MatchVerdict>,
    w: &Desk,
) -> (&'static str, &'static str) {
    match (state, said) {
        (MatchState::Decided, Some(MatchVerdict::Same)) => ("stop", w.is_same),
        (MatchState::Decided, Some(MatchVerdict::NotSame)) => ("plain", w.is_other),
        (MatchState::Proposed, _) => ("attention", w.match_proposed),
        _ => ("open", w.match_undecided),
    }
}

/// What a case ends with.
pub(super) fn outcome(outcome: &Outcome, language: Language) -> &str {
    match (&outcome.words_de, language) {
        (Some(words), Language::German) => words,
        _ => &outcome.words,
    }
}

/// A step of the timeline. `outcomes` are those of the case's policy.
pub(super) fn step(step: &Step, outcomes: &[Outcome], language: Language) -> String {
    let (w, desk) = (&language.words().steps, &language.words().desk);
    let with = |text: &str, blanks: &[(&str, &str)]| fill(text, blanks);
    match step {
        Step::Open { .. } => w.open.to_owned(),
        Step::Facts { reason, .. } => with(w.facts, &[("why", reason)]),
        Step::Check { answer, .. } => with(w.check, &[("answer", &answer.to_string())]),
        Step::Match { id, of } => {
            with(w.possible_match, &[("id", id), ("name", &of.name), ("entry", &of.caption)])
        }
        Step::ProposeMatch { id, verdict: v, reason, .. } => {
            with(w.propose_match, &[("id", id), ("verdict", verdict(*v, desk)), ("why", reason)])
        }
        Step::ConfirmMatch { id } => with(w.confirm_match, &[("id", id)]),
        Step::ReturnMatch { id, reason } => with(w.return_match, &[("id", id), ("why", reason)]),
        Step::LaterMatch { id, until, reason } => {
            with(w.later_match, &[("id", id), ("day", &until.to_string()), ("why", reason)])
        }
        Step::Assign { name: Some(name), .. } => with(w.assign, &[("name", name)]),
        Step::Assign { .. } => w.assign_nobody.to_owned(),
        Step::Note { text } => with(w.note, &[("text", text)]),
        Step::Document { name, .. } => with(w.document, &[("name", name)]),
        Step::Ask { id, text, due } => with(w.ask, &[("id", id), ("day", &due.to_string()), ("text", text)]),
        Step::Answer { id, .. } => with(w.answer, &[("id", id)]),
        Step::DropQuestion { id, reason } => with(w.drop, &[("id", id), ("why", reason)]),
        Step::Propose { outcome: id, .. } => {
            let known = outcomes.iter().find(|o| o.id == *id);
            with(w.propose, &[("outcome", known.map_or(id.as_str(), |o| outcome(o, language)))])
        }
        Step::Return { reason } => with(w.send_back, &[("why", reason)]),
        Step::Sign { place, .. } => with(w.sign, &[("n", &place.to_string())]),
        Step::Escalate { reason } => with(w.escalate, &[("why", reason)]),
        Step::Decide { .. } => w.decide.to_owned(),
        Step::Appeal { by, .. } => with(w.appeal, &[("name", by)]),
        Step::Withdraw { reason } => with(w.withdraw, &[("why", reason)]),
        Step::Enrol { .. } => w.enrol.to_owned(),
    }
}

/// Why a proposal came back. What the program itself writes there (`voided by a change: document`) is turned into words.
pub(super) fn returned(why: &str, language: Language) -> String {
    match why.strip_prefix("voided by a change: ") {
        Some(step) => {
            let what = codes::journal(&step.replace(' ', "_"), language);
            fill(language.words().steps.voided, &[("what", &what)])
        }
        None => why.to_owned(),
    }
}

fn not_yet(why: &NotYet, language: Language) -> String {
    let w = &language.words().refusals;
    match why {
        NotYet::NoCheck => w.no_check.to_owned(),
        NotYet::StaleCheck | NotYet::OtherFacts => w.stale_check.to_owned(),
        NotYet::Answer(answer) => fill(w.answer, &[("answer", &answer.to_string())]),
        NotYet::Matches(n) => fill(w.undecided, &[("n", &n.to_string())]),
        NotYet::Questions(n) => fill(w.open_questions, &[("n", &n.to_string())]),
    }
}

/// Why a step is not taken. English is what the error itself says.
pub(crate) fn refusal(refused: &Refused, language: Language) -> String {
    if language == Language::English {
        return refused.to_string();
    }
    let (w, desk) = (&language.words().refusals, &language.words().desk);
    let phrase = |text: &str| codes::phrase(text, language);
    match refused {
        Refused::NoCase(id) => fill(w.no_case, &[("id", id)]),
        Refused::CaseThere(id) => fill(w.case_there, &[("id", id)]),
        Refused::State { state: s, why } => {
            fill(w.state, &[("state", state(*s, desk)), ("why", &phrase(why))])
        }
        Refused::Unknown { what, id } => fill(w.unknown, &[("what", &phrase(what)), ("id", id)]),
        Refused::Text { what, most } => fill(w.text, &[("what", &phrase(what)), ("most", &most.to_string())]),
        Refused::MatchDecided(id) => fill(w.match_decided, &[("id", id)]),
        Refused::NotProposed(id) => fill(w.not_proposed, &[("id", id)]),
        Refused::OwnWork(name) => fill(w.own_work, &[("name", name)]),
        Refused::Twice(name) => fill(w.twice, &[("name", name)]),
        Refused::EarlierSigner(name) => fill(w.earlier_signer, &[("name", name)]),
        Refused::Role { place, role: r } => {
            fill(w.role, &[("n", &place.to_string()), ("role", &role(*r, language))])
        }
        Refused::Place { next, given } => {
            fill(w.place, &[("next", &next.to_string()), ("given", &given.to_string())])
        }
        Refused::Paper => w.paper.to_owned(),
        Refused::Signature(why) => fill(w.signature, &[("why", why)]),
        Refused::Key(key) => fill(w.key, &[("key", key)]),
        Refused::Outcome(why) => fill(w.outcome, &[("why", &not_yet(why, language))]),
        Refused::Missing { missing, needed } => {
            fill(w.missing, &[("missing", &missing.to_string()), ("needed", &needed.to_string())])
        }
        Refused::Policy(why) => fill(w.policy, &[("why", why)]),
        Refused::Form(why) => fill(w.form, &[("why", why)]),
    }
}

/// Why an outcome is not possible yet.
pub(super) fn outcome_refusal(refused: &Refused, language: Language) -> String {
    match refused {
        Refused::Outcome(why) => not_yet(why, language),
        other => refusal(other, language),
    }
}

/// Why a password or what is sealed under it is refused.
pub(crate) fn credentials(fault: &CredentialsFault, language: Language) -> String {
    let w = &language.words().faults;
    if language == Language::English {
        return fault.to_string();
    }
    match fault {
        CredentialsFault::Password(PasswordFault::TooShort(_)) => {
            fill(w.short, &[("n", &MIN_PASSWORD.to_string())])
        }
        CredentialsFault::Password(PasswordFault::TooLong(_)) => w.long.to_owned(),
        CredentialsFault::Password(PasswordFault::UserName) => w.of_name.to_owned(),
        CredentialsFault::Password(PasswordFault::Repeated) => w.repeated.to_owned(),
        CredentialsFault::Wrong => w.wrong.to_owned(),
        CredentialsFault::Damaged => w.damaged.to_owned(),
        other => other.to_string(),
    }
}

/// Why a one-time code is refused.
pub(crate) fn code(fault: CodeFault, language: Language) -> &'static str {
    let w = &language.words().faults;
    match fault {
        CodeFault::Wrong => w.code_wrong,
        CodeFault::Used => w.code_used,
    }
}

/// Why a change of people or keys is refused.
pub(crate) fn identity(fault: &IdentityFault, language: Language) -> String {
    let w = &language.words().faults;
    if language == Language::English {
        return fault.to_string();
    }
    match fault {
        IdentityFault::NameTaken(name) => fill(w.name_taken, &[("name", name.as_str())]),
        IdentityFault::NoUser(name) => fill(w.no_user, &[("name", name)]),
        IdentityFault::LastAdministrator(name) => fill(w.last_administrator, &[("name", name.as_str())]),
        IdentityFault::NoRole => w.no_role.to_owned(),
        IdentityFault::FullName => w.full_name.to_owned(),
        IdentityFault::Link => w.link.to_owned(),
        IdentityFault::Credentials(fault) => credentials(fault, language),
        IdentityFault::Key(ApiKeyFault::NoScope) => w.no_scope.to_owned(),
        IdentityFault::Key(ApiKeyFault::Purpose) => w.purpose.to_owned(),
        IdentityFault::Key(ApiKeyFault::Expiry) => w.expiry.to_owned(),
        IdentityFault::NoKey(id) => fill(w.no_key, &[("id", id)]),
        IdentityFault::Disabled(name) => fill(w.disabled, &[("name", name.as_str())]),
        IdentityFault::External(name) => fill(w.external, &[("name", name.as_str())]),
        IdentityFault::Passkey => w.passkey.to_owned(),
        IdentityFault::NotInvited => w.not_invited.to_owned(),
        IdentityFault::Linked(name) => fill(w.linked, &[("name", name.as_str())]),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The fixed phrases of refusals are words of people too: each that the sources write is there in German.
    #[test]
    fn every_phrase_of_a_refusal_is_there_in_german() {
        let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/../desk/src/");
        let mut found = 0;
        for file in ["apply.rs", "paper.rs"] {
            let text = std::fs::read_to_string(format!("{sources}{file}")).unwrap();
            for begin in ["text(\"", "why: \"", "what: \"", "refuse(\"", "refuse(\n                \""] {
                for rest in text.split(begin).skip(1) {
                    let phrase = rest.split('"').next().unwrap();
                    assert!(codes::has_phrase(phrase), "`{phrase}` of {file} has no German");
                    found += 1;
                }
            }
        }
        assert!(found > 15, "{found}");
        for role in Role::ALL {
            assert!(codes::has_role(role.as_str()), "{role}");
        }
    }

    /// Words of people stand in `pages` alone: what is left of a template without tags and blanks is no word.
    #[test]
    fn no_template_of_the_desk_holds_words_of_its_own() {
        const NAMES: [&str; 8] = ["SHA", "Countersign", "countersign", "verify", "csk", "CSV", "JSON", "PDF"];
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/templates/console");
        let mut files = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            files += 1;
            // an attribute that a page gives to the frame around it
            let mut text = std::fs::read_to_string(&path).unwrap().replace(" class=\"narrow\"", "");
            for (open, close) in [("{{", "}}"), ("{%", "%}"), ("<", ">")] {
                let mut kept = String::new();
                let mut rest = text.as_str();
                while let Some((before, after)) = rest.split_once(open) {
                    kept.push_str(before);
                    kept.push(' ');
                    rest = after.split_once(close).map_or("", |(_, rest)| rest);
                }
                kept.push_str(rest);
                text = kept;
            }
            let words = text.split(|c: char| !c.is_alphabetic()).filter(|w| w.chars().count() > 1);
            let own: Vec<&str> = words.filter(|w| !NAMES.contains(w) && *w != "amp").collect();
            assert!(own.is_empty(), "{}: {own:?}", path.display());
        }
        assert!(files > 12, "{files}");
    }
}
