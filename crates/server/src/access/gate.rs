//! The directory of people as the server holds it.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use countersign_identity::{
    Attempt, Directory, IdentityFault, Keeper, KeeperFault, Matrix, Proof, SignInFault, Stamped, Throttle,
    Token, fresh,
};
use countersign_operations::failure::Failure;
use countersign_pages::{Language, text::fill};
use jiff::Timestamp;
use tokio::sync::Semaphore;

use super::fresh::fresh_token;
use super::pending::Challenges;
use super::provider::{self, Provider, Settings};
use crate::config::Clock;
use crate::desk::speech;
use crate::problem::Problem;

/// How many passwords are checked at once: each takes 19 MiB and a processor.
const AT_ONCE: usize = 2;

/// Who may come in.
#[derive(Debug)]
pub struct Gate {
    keeper: Mutex<Keeper>,
    throttle: Mutex<Throttle>,
    matrix: Matrix,
    hashing: Semaphore,
    settings: Settings,
    passkeys: Challenges,
}

fn failure(fault: KeeperFault) -> Failure {
    Failure::Program(fault.to_string())
}

/// What a handler answers when the directory refuses.
pub(crate) fn problem(fault: KeeperFault) -> Problem {
    match fault {
        KeeperFault::Refused(refused) => {
            let problem = match refused {
                IdentityFault::NoUser(_) | IdentityFault::NoKey(_) => Problem::not_found(refused.to_string()),
                _ => Problem::unprocessable(refused.to_string()),
            };
            problem.in_german(speech::identity(&refused, Language::German))
        }
        other => Problem::program(&other),
    }
}

impl Gate {
    /// Opens the file of people of a home, or begins it.
    ///
    /// # Errors
    /// The file cannot be used; the server does not start then.
    pub fn open(home: &Path) -> Result<Self, Failure> {
        Ok(Self {
            keeper: Mutex::new(Keeper::open(home).map_err(failure)?),
            throttle: Mutex::new(Throttle::default()),
            matrix: Matrix::embedded().map_err(|e| Failure::Program(e.to_string()))?,
            hashing: Semaphore::new(AT_ONCE),
            settings: provider::settings(home)?,
            passkeys: Challenges::default(),
        })
    }

    fn keeper(&self) -> MutexGuard<'_, Keeper> {
        self.keeper.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The identity provider, where there is one.
    pub(super) fn provider(&self) -> Option<Arc<Provider>> {
        self.settings.provider.clone()
    }

    /// The address under which browsers reach this server, where it is told.
    pub(super) fn origin(&self) -> Option<&str> {
        self.settings.origin.as_deref()
    }

    /// Challenges for passkeys.
    pub(super) fn passkeys(&self) -> &Challenges {
        &self.passkeys
    }

    /// The permission matrix.
    pub(crate) fn matrix(&self) -> &Matrix {
        &self.matrix
    }

    pub(crate) fn has_administrator(&self) -> Result<bool, Failure> {
        let mut keeper = self.keeper();
        keeper.sync().map_err(failure)?;
        Ok(keeper.directory().has_administrator())
    }

    pub(crate) fn set_up_path(&self, clock: &Clock) -> Result<Option<String>, Failure> {
        if self.has_administrator()? {
            return Ok(None);
        }
        let now = clock.moment()?;
        let token = fresh().map(Token::new).map_err(|e| Failure::Program(e.to_string()))?;
        self.keeper()
            .change::<_, KeeperFault>(|directory| Ok((vec![directory.make_set_up_link(&token, now)], ())))
            .map_err(failure)?;
        Ok(Some(format!("/welcome/{}", token.text())))
    }

    /// Looks at the directory as it is now.
    pub(crate) fn read<T>(&self, look: impl FnOnce(&Directory) -> T) -> Result<T, Problem> {
        let mut keeper = self.keeper();
        keeper.sync().map_err(problem)?;
        Ok(look(keeper.directory()))
    }

    /// Changes the directory; durable on return.
    pub(crate) fn change<T>(
        &self,
        decide: impl FnOnce(&Directory) -> Result<(Vec<Stamped>, T), IdentityFault>,
    ) -> Result<T, Problem> {
        self.keeper()
            .change::<T, KeeperFault>(|directory| decide(directory).map_err(KeeperFault::from))
            .map_err(problem)
    }

    /// The slow part of checking a password, with few at once and no lock held.
    async fn prove(&self, attempt: &Asked, now: Timestamp) -> Result<Result<Proof, SignInFault>, Problem> {
        {
            let throttle = self.throttle.lock().unwrap_or_else(PoisonError::into_inner);
            if let Err(wait) = attempt.attempt().may_try(&throttle, now) {
                return Ok(Err(wait));
            }
        }
        let person = self.read(|directory| directory.named(&attempt.name).cloned())?;
        let _turn = self.hashing.acquire().await.map_err(|e| Problem::program(&e))?;
        let attempt = attempt.clone();
        let proof = tokio::task::spawn_blocking(move || attempt.attempt().prove(person));
        Ok(Ok(proof.await.map_err(|e| Problem::program(&e))?))
    }

    /// Lets someone in: gives the token of the new session.
    pub(crate) async fn sign_in(
        &self,
        asked: Asked,
        now: Timestamp,
    ) -> Result<Result<Token, SignInFault>, Problem> {
        let proof = match self.prove(&asked, now).await? {
            Ok(proof) => proof,
            Err(fault) => return Ok(Err(fault)),
        };
        let token = fresh_token()?;
        let mut refused = None;
        self.change(|directory| {
            let mut throttle = self.throttle.lock().unwrap_or_else(PoisonError::into_inner);
            Ok(match asked.attempt().sign_in(directory, &mut throttle, &proof, &token, now) {
                Ok(done) => (done.events, ()),
                Err(fault) => {
                    refused = Some(fault);
                    (Vec::new(), ())
                }
            })
        })?;
        Ok(refused.map_or(Ok(token), Err))
    }

    /// Asks someone who is signed in for the password once more, and does something with what it opens.
    pub(crate) async fn ask_again<T>(
        &self,
        asked: Asked,
        now: Timestamp,
        then: impl FnOnce(&countersign_identity::User, &countersign_identity::Opened) -> T,
    ) -> Result<Result<T, SignInFault>, Problem> {
        let proof = match self.prove(&asked, now).await? {
            Ok(proof) => proof,
            Err(fault) => return Ok(Err(fault)),
        };
        self.read(|directory| {
            let mut throttle = self.throttle.lock().unwrap_or_else(PoisonError::into_inner);
            let (user, opened) = asked.attempt().ask_again(directory, &mut throttle, &proof, now)?;
            Ok(then(user, opened))
        })
    }
}

/// What someone typed. Not printed.
#[derive(Clone)]
pub(crate) struct Asked {
    pub(crate) name: String,
    pub(crate) password: String,
    pub(crate) code: String,
    pub(crate) address: String,
}

impl Asked {
    fn attempt(&self) -> Attempt<'_> {
        Attempt { name: &self.name, password: &self.password, code: &self.code, address: &self.address }
    }
}

/// The words for a refused sign-in, with the seconds to wait where that is why.
pub(crate) fn refusal(fault: SignInFault, now: Timestamp, language: Language) -> (String, Option<u64>) {
    let wait = match fault {
        SignInFault::Wait(until) => u64::try_from(until.duration_since(now).as_secs()).ok().map(|s| s.max(1)),
        SignInFault::Wrong => None,
    };
    let w = &language.words().access;
    let words = match fault {
        SignInFault::Wrong => w.wrong.to_owned(),
        SignInFault::Wait(until) => fill(w.wait, &[("time", &until.to_string())]),
    };
    (words, wait)
}

impl Gate {
    /// Opens a person's signing key with their password.
    pub(crate) async fn open_key(
        &self,
        caller: &countersign_identity::Caller,
        password: &str,
        address: &str,
        clock: &Clock,
    ) -> Result<countersign_verify::Seed, Problem> {
        let now = clock.moment()?;
        let asked = Asked {
            name: caller.name.to_string(),
            password: password.to_owned(),
            code: String::new(),
            address: address.to_owned(),
        };
        let opened = self
            .ask_again(asked, now, |_, opened| {
                countersign_verify::Seed::from_secret_text(&opened.seed.secret_text())
            })
            .await?;
        match opened {
            Ok(Some(seed)) => Ok(seed),
            Ok(None) => Err(Problem::program(&"a signing key cannot be opened")),
            Err(SignInFault::Wrong) => {
                let german = Language::German.words().refusals.wrong_password.to_owned();
                Err(Problem::forbidden("the password is wrong; nothing was signed").in_german(german))
            }
            Err(fault) => {
                let (words, wait) = refusal(fault, now, Language::English);
                let german = refusal(fault, now, Language::German).0;
                let problem = Problem::new(
                    axum::http::StatusCode::TOO_MANY_REQUESTS,
                    "too-many",
                    "too many attempts",
                    words,
                )
                .in_german(german);
                Err(match wait {
                    Some(seconds) => problem.after(seconds),
                    None => problem,
                })
            }
        }
    }
}
