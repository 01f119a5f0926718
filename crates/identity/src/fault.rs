//! Why a change of people or of what they have is refused.

use crate::api_key::ApiKeyFault;
use crate::credentials::CredentialsFault;
use crate::role::Role;
use crate::user_name::UserName;

/// Why a change is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdentityFault {
    /// The name is taken.
    #[error("there is a user `{0}` already")]
    NameTaken(UserName),
    /// Nobody of that name.
    #[error("there is no user `{0}`; `countersign user list` names them")]
    NoUser(String),
    /// Nobody would be able to run the installation.
    #[error("`{0}` is the last administrator; make another one first")]
    LastAdministrator(UserName),
    /// Without a role.
    #[error("a user needs at least one role; there are {all}", all = Role::ALL.map(Role::as_str).join(", "))]
    NoRole,
    /// Without a name for people.
    #[error("say the full name in 1 to 120 characters; it stands beside what the person signs")]
    FullName,
    /// The link is of no use.
    #[error("this link is not valid: it was used, it is too old, or a newer one was made; ask for a new one")]
    Link,
    /// The credentials are refused.
    #[error(transparent)]
    Credentials(#[from] CredentialsFault),
    /// The key is refused.
    #[error(transparent)]
    Key(#[from] ApiKeyFault),
    /// No such key.
    #[error("there is no key `{0}`; `countersign api-key list` names them")]
    NoKey(String),
    /// May not sign in.
    #[error("`{0}` is disabled here; an administrator can enable them")]
    Disabled(UserName),
    /// Their roles are not given here.
    #[error("`{0}` signs in through the identity provider, which gives the roles")]
    External(UserName),
    /// An identity at a provider that nobody here is known by.
    #[error("nobody here is linked with this identity; an administrator can invite you")]
    NotInvited,
    /// An identity at a provider belongs to one person.
    #[error("this identity belongs to `{0}` already")]
    Linked(UserName),
    /// Nobody can sign in with it, or it is somebody's already.
    #[error("this passkey is not known here, or is somebody's already")]
    Passkey,
    /// An event does not fit the state: the file was edited.
    #[error("it does not fit what stands before it: {0}")]
    Event(String),
}
