//! Signing in: one answer, in the same time, for an unknown name, a wrong password and a wrong code.

use jiff::Timestamp;

use crate::credentials::{Opened, spend_the_time};
use crate::directory::Directory;
use crate::event::{Event, Stamped};
use crate::one_time::CodeFault;
use crate::recovery::RecoveryCode;
use crate::throttle::Throttle;
use crate::token::{Token, TokenHash};
use crate::user::User;
use crate::user_name::UserId;

/// What someone typed.
#[derive(Clone, Copy)]
pub struct Attempt<'a> {
    /// The user name.
    pub name: &'a str,
    /// The password.
    pub password: &'a str,
    /// The one-time code; empty where none was typed.
    pub code: &'a str,
    /// From where: an address, for counting.
    pub address: &'a str,
}

/// Why nobody was let in. The words are the same whatever was wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignInFault {
    /// Name, password or code.
    #[error("user name, password or one-time code is wrong")]
    Wrong,
    /// Too many attempts.
    #[error("too many attempts; wait until {0}")]
    Wait(Timestamp),
}

/// Someone was let in.
#[derive(Debug)]
pub struct SignedIn {
    /// Who.
    pub user: UserId,
    /// To be written down before the token is given out.
    pub events: Vec<Stamped>,
}

/// What came out of the slow part of checking.
#[derive(Debug)]
pub struct Proof {
    /// The person as they were, and their credentials opened; `None` when the name or the password is wrong.
    opened: Option<(User, Opened)>,
}

impl Attempt<'_> {
    /// Checks the password. It takes a twentieth of a second and 19 MiB on purpose, for an unknown name as for a known one:
    /// call it without holding a lock. `person` is who has the name ([`Directory::named`]).
    pub fn prove(&self, person: Option<User>) -> Proof {
        let person = person.filter(User::is_active);
        let Some((user, credentials)) = person.and_then(|user| Some((user.clone(), user.credentials?)))
        else {
            spend_the_time(self.password);
            return Proof { opened: None };
        };
        let opened = credentials.open(&user.id, self.password).ok();
        Proof { opened: opened.map(|opened| (user, opened)) }
    }

    /// Lets someone in, or not. `token` is the new session's: one that the browser brought is never used.
    pub fn sign_in(
        &self,
        directory: &Directory,
        throttle: &mut Throttle,
        proof: &Proof,
        token: &Token,
        now: Timestamp,
    ) -> Result<SignedIn, SignInFault> {
        self.may_try(throttle, now)?;
        let proven = proof.opened.as_ref().and_then(|(then, opened)| {
            // whom a provider vouches for comes in through it alone: who leaves there is out here too
            let user = unchanged(directory, then).filter(|user| user.external.is_none())?;
            Some((user, second_factor(user, opened, self.code, now).ok()?))
        });
        let Some((user, factor)) = proven else {
            throttle.failed(self.name, self.address, now);
            return Err(SignInFault::Wrong);
        };
        throttle.succeeded(self.name);
        let by = |event| Stamped::new(now, Some(&user.id), event);
        let code_step = match factor {
            Factor::Code(step) => Some(step),
            Factor::Recovery(_) | Factor::Unasked => None,
        };
        let mut events =
            vec![by(Event::SignedIn { session: token.hash(), user: user.id.clone(), code_step })];
        if let Factor::Recovery(code) = factor {
            events.push(by(Event::RecoveryCodeUsed { user: user.id.clone(), code }));
        }
        Ok(SignedIn { user: user.id.clone(), events })
    }

    /// The same for someone who is signed in and is asked for the password once more: to sign, or to change it.
    pub fn ask_again<'p>(
        &self,
        directory: &Directory,
        throttle: &mut Throttle,
        proof: &'p Proof,
        now: Timestamp,
    ) -> Result<(&'p User, &'p Opened), SignInFault> {
        self.may_try(throttle, now)?;
        match &proof.opened {
            Some((then, opened)) if unchanged(directory, then).is_some() => Ok((then, opened)),
            _ => {
                throttle.failed(self.name, self.address, now);
                Err(SignInFault::Wrong)
            }
        }
    }

    /// Whether an attempt may be made now. To be asked before the slow part too.
    pub fn may_try(&self, throttle: &Throttle, now: Timestamp) -> Result<(), SignInFault> {
        match throttle.wait(self.name, self.address, now) {
            Some(until) => Err(SignInFault::Wait(until)),
            None => Ok(()),
        }
    }
}

/// The person as they are now, if nobody disabled them or changed their credentials while the password was checked.
fn unchanged<'d>(directory: &'d Directory, then: &User) -> Option<&'d User> {
    directory.user(&then.id).filter(|user| user.is_active() && user.credentials == then.credentials)
}

/// What stood beside the password.
enum Factor {
    /// Nothing is asked for.
    Unasked,
    /// A one-time code, of this step, which is used up then.
    Code(u64),
    /// A recovery code, which is used up then.
    Recovery(TokenHash),
}

/// Checks what a person has beside the password, where it is asked for.
fn second_factor(user: &User, opened: &Opened, code: &str, now: Timestamp) -> Result<Factor, CodeFault> {
    let Some(secret) = &opened.totp else { return Ok(Factor::Unasked) };
    if let Ok(code) = code.parse::<RecoveryCode>() {
        let hash = code.hash();
        return user.recovery.contains(&hash).then_some(Factor::Recovery(hash)).ok_or(CodeFault::Wrong);
    }
    let seconds = u64::try_from(now.as_second()).map_err(|_| CodeFault::Wrong)?;
    secret.check(code, seconds, user.last_code_step).map(Factor::Code)
}
