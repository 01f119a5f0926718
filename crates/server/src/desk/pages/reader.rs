//! Who looks at a page, when, in which language, and what they may do with a case.

use countersign_desk::{Actor, Case, CaseState, Refused};
use countersign_identity::{Caller, Role};
use countersign_model::Date;
use countersign_pages::Language;
use countersign_pages::words::Desk;

use crate::access::Who;
use crate::desk::shelf::actor;
use crate::desk::speech;
use crate::desk::view::May;
use crate::problem::Problem;
use crate::state::State;

/// Those who work on cases.
pub(super) const WORKERS: &[Role] = &[Role::Analyst, Role::LicensingOfficer];
/// Those who may send a proposal back.
const REVIEWERS: &[Role] = &[Role::Approver, Role::LicensingOfficer];

/// Whether someone has one of these roles.
pub(super) fn has(caller: &Caller, roles: &[Role]) -> bool {
    roles.iter().any(|role| caller.roles.contains(role))
}

/// Who looks, when, in which language.
pub(super) struct Reader {
    pub(super) caller: Caller,
    pub(super) me: Actor,
    pub(super) language: Language,
    pub(super) today: Date,
    /// Whether they hold a key to sign with.
    pub(super) has_key: bool,
    /// Who can be given a case: id and name.
    pub(super) colleagues: Vec<(String, String)>,
}

impl Reader {
    pub(super) fn of(state: &State, who: &Who) -> Result<Self, Problem> {
        let caller = who.caller()?.clone();
        let (has_key, colleagues) = state.gate().read(|directory| {
            let has_key = directory.user(&caller.user).is_some_and(|user| user.credentials.is_some());
            let workers =
                directory.users().filter(|user| user.is_active() && WORKERS.iter().any(|r| user.has(*r)));
            (has_key, workers.map(|user| (user.id.to_string(), user.full_name.clone())).collect())
        })?;
        let (me, language, today) = (actor(&caller), who.language, state.today()?);
        Ok(Self { caller, me, language, today, has_key, colleagues })
    }

    pub(super) fn words(&self) -> &'static Desk {
        &self.language.words().desk
    }
}

/// What someone may do with a case as it is now.
pub(super) fn may(case: &Case, reader: &Reader) -> May {
    let (caller, me) = (&reader.caller, &reader.me);
    let live = matches!(case.state, CaseState::Open | CaseState::Signing);
    let signing = case.state == CaseState::Signing;
    let sign = case.may_sign(me);
    let why_not_sign = match &sign {
        Err(
            why
            @ (Refused::OwnWork(_) | Refused::Twice(_) | Refused::EarlierSigner(_) | Refused::Role { .. }),
        ) => speech::refusal(why, reader.language),
        _ => String::new(),
    };
    let own = case.workers.contains(&me.user);
    May {
        work: live && has(caller, WORKERS),
        note: has(caller, &[Role::Analyst, Role::Approver, Role::LicensingOfficer, Role::Administrator]),
        sign: sign
            .ok()
            .and_then(|()| case.next_signature())
            .map(|(n, role)| (n.to_string(), speech::role(role, reader.language))),
        has_key: reader.has_key,
        why_not_sign,
        send_back: signing && has(caller, REVIEWERS),
        decide: case.is_signed()
            && !own
            && has(caller, &[Role::Approver, Role::LicensingOfficer, Role::Administrator]),
        escalate: live
            && case.escalated.is_none()
            && has(caller, &[Role::Analyst, Role::Approver, Role::LicensingOfficer]),
        appeal: case.state == CaseState::Decided && has(caller, WORKERS),
    }
}
