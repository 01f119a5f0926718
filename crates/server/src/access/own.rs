//! Someone at their own account, in a browser: whatever changes an account begins here.

use countersign_identity::{Caller, Event, Opened, SignInFault, Stamped, User, Via};
use jiff::Timestamp;

use super::fields::Fields;
use super::gate::Asked;
use super::who::Who;
use crate::problem::Problem;
use crate::state::State;

/// Who asks for a change of their account, and when.
pub(super) struct Own<'r> {
    state: &'r State,
    address: &'r str,
    pub(super) caller: &'r Caller,
    pub(super) now: Timestamp,
}

impl<'r> Own<'r> {
    /// The person of a request, who came by a browser: a key in a program must not be able to take the account over.
    pub(super) fn of(state: &'r State, who: &'r Who) -> Result<Self, Problem> {
        let caller = who.caller()?;
        if caller.via != Via::Session {
            return Err(Problem::forbidden("no API key can change an account; sign in with a browser"));
        }
        Ok(Self { state, address: &who.address, caller, now: state.clock().moment()? })
    }

    /// Asks for the password of the form once more, and does something with what it opens.
    pub(super) async fn ask_again<T>(
        &self,
        fields: &Fields,
        then: impl FnOnce(&User, &Opened) -> T,
    ) -> Result<Result<T, SignInFault>, Problem> {
        let asked = Asked {
            name: self.caller.name.to_string(),
            password: fields.raw("password").unwrap_or_default().to_owned(),
            code: String::new(),
            address: self.address.to_owned(),
        };
        self.state.gate().ask_again(asked, self.now, then).await
    }

    /// Keeps what the person changed.
    pub(super) fn keep(&self, event: Event) -> Result<(), Problem> {
        let by = Some(&self.caller.user);
        self.state.gate().change(|_| Ok((vec![Stamped::new(self.now, by, event)], ())))
    }
}
