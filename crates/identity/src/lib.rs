//! Who someone is, and what that person or program may do.
//!
//! Comes in: a name with its proofs (password, one-time code), the token of a session, an API key, or a one-time link.
//! Goes out: a [`Caller`] with its roles, or a refusal in words that tell an attacker nothing; and from the permission
//! matrix ([`Matrix`]) whether that caller may use a route. Next is `server`, which asks for every request, and `desk`,
//! whose signers hold keys of their own here.
//!
//! [`Directory`] is the state: a replay of [`Event`]s, pure, with time and randomness as arguments. [`Keeper`] is its file.
//!
//! # What a stolen copy is worth
//! The file holds no password, no token, no key that could be used:
//! - a password is known by the SHA-256 of one half of an Argon2id output; the other half, which is kept nowhere, is the key
//!   under which the person's signing key and the secret of the one-time codes are sealed ([`Credentials`]),
//! - sessions, API keys and one-time links are 256 random bits of which only the SHA-256 is kept, recovery codes 80,
//! - of a passkey the public key is kept.
//!
//! What a thief can do is guess passwords at the price that Argon2id sets. Whoever can *write* the file can make himself an
//! administrator; the file is for the account that runs the server alone (mode 0600).

mod api_key;
mod caller;
mod credentials;
mod directory;
mod entropy;
mod event;
mod external;
mod fault;
mod keeper;
mod matrix;
mod one_time;
mod passkey;
mod password;
mod recovery;
mod role;
mod session;
mod sign_in;
mod throttle;
mod token;
mod user;
mod user_name;

pub use api_key::{ApiKey, ApiKeyFault, NewApiKey, Scope, read_api_key};
pub use caller::{Access, Caller, Via};
pub use credentials::{Credentials, CredentialsFault, Opened};
pub use directory::{Claimed, Directory, SignUp};
pub use entropy::{EntropyFault, fresh};
pub use event::{Event, Stamped};
pub use external::External;
pub use fault::IdentityFault;
pub use keeper::{Keeper, KeeperFault};
pub use matrix::{Decision, Group, Matrix, MatrixFault, Refusal, Who};
pub use one_time::{CodeFault, TotpSecret};
pub use passkey::{Passkey, PasskeyAlgorithm, PasskeyKey};
pub use password::{MAX_PASSWORD, MIN_PASSWORD, PasswordFault, check_new_password};
pub use recovery::{RECOVERY_CODES, RecoveryCode};
pub use role::{Role, UnknownRole};
pub use session::{ABSOLUTE, IDLE, Session};
pub use sign_in::{Attempt, Proof, SignInFault, SignedIn};
pub use throttle::Throttle;
pub use token::{Token, TokenHash, csrf_fits, csrf_of};
pub use user::{Invitation, User};
pub use user_name::{UserId, UserName, UserNameFault};
