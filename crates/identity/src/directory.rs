//! The state: who there is, and what each has. A replay of events; what may happen is decided here, on it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::{SignedDuration, Timestamp};

use crate::api_key::{ApiKey, ApiKeyFault, NewApiKey, key_text, read_api_key};
use crate::caller::{Caller, Via};
use crate::credentials::{Credentials, CredentialsFault};
use crate::event::{Event, Stamped};
use crate::external::External;
use crate::fault::IdentityFault;
use crate::passkey::{Passkey, PasskeyKey};
use crate::role::Role;
use crate::session::Session;
use crate::token::{Token, TokenHash};
use crate::user::{Invitation, User};
use crate::user_name::{UserId, UserName};

/// How long a one-time link of a person is worth something.
const INVITATION: SignedDuration = SignedDuration::from_hours(72);
/// How long the set-up link is; a new start prints a new one.
const SET_UP: SignedDuration = SignedDuration::from_hours(1);
/// The most days of a key.
const LONGEST_KEY: SignedDuration = SignedDuration::from_hours(400 * 24);

/// What an identity provider says about someone, besides who they are.
#[derive(Debug, Clone)]
pub struct Claimed<'a> {
    /// A name to sign in with, as a wish.
    pub name: &'a str,
    /// The name for people.
    pub full_name: &'a str,
    /// What they do here.
    pub roles: BTreeSet<Role>,
}

/// What lets an identity in that nobody here is known by.
#[derive(Debug, Clone)]
pub enum SignUp<'a> {
    /// Nothing.
    Nobody,
    /// The one-time link of an invitation: the person whom it is for is this one.
    Invited(&'a Token),
    /// Whoever has a role comes in, as a new person with this id.
    Anyone(UserId),
}

/// Everyone and everything that can prove something.
#[derive(Debug, Default)]
pub struct Directory {
    users: BTreeMap<UserId, User>,
    by_name: HashMap<UserName, UserId>,
    sessions: HashMap<TokenHash, Session>,
    keys: BTreeMap<String, ApiKey>,
    invitations: HashMap<TokenHash, Invitation>,
}

impl Directory {
    /// Applies an event.
    pub fn apply(&mut self, event: &Stamped) -> Result<(), IdentityFault> {
        let at = event.at;
        match &event.what {
            Event::Invited { token, user, expires } => {
                let invitation = Invitation { token: *token, user: user.clone(), expires: *expires };
                self.add_invitation(invitation)?;
            }
            Event::UserAdded { user, name, full_name, roles } => self.add(User {
                id: user.clone(),
                name: name.clone(),
                full_name: full_name.clone(),
                roles: roles.clone(),
                disabled: false,
                credentials: None,
                last_code_step: None,
                external: None,
                recovery: Vec::new(),
                passkeys: Vec::new(),
                added: at,
            })?,
            Event::CredentialsSet { user, credentials, used, code_step } => {
                self.code_used(user, *code_step)?.credentials = Some(credentials.clone());
                self.uninvite(used.as_ref());
                self.end_sessions(user);
            }
            Event::CredentialsRemoved { user } => {
                self.known_mut(user)?.forget_credentials();
                self.end_sessions(user);
            }
            Event::Linked { user, external, used } => {
                if self.known_as(external).is_some() {
                    return Err(IdentityFault::Event(format!("`{}` is linked already", external.subject)));
                }
                self.known_mut(user)?.external = Some(external.clone());
                self.uninvite(used.as_ref());
            }
            Event::RecoveryCodesSet { user, codes } => self.known_mut(user)?.recovery.clone_from(codes),
            Event::RecoveryCodeUsed { user, code } => {
                self.known_mut(user)?.recovery.retain(|kept| kept != code);
            }
            Event::PasskeyAdded { user, id, name, key } => {
                let (id, name, key) = (id.clone(), name.clone(), key.clone());
                self.known_mut(user)?.passkeys.push(Passkey { id, name, key, since: at });
            }
            Event::PasskeyUsed { user, id, count } => {
                // removed by another process in the meantime: it stays removed
                if let Some(kept) = self.known_mut(user)?.passkeys.iter_mut().find(|kept| kept.id == *id) {
                    kept.key.count = *count;
                }
            }
            Event::PasskeyRemoved { user, id } => {
                self.known_mut(user)?.passkeys.retain(|kept| kept.id != *id);
            }
            Event::SignedOutEverywhere { user } => self.end_sessions(user),
            Event::RolesSet { user, roles } => self.known_mut(user)?.roles = roles.clone(),
            Event::DisabledSet { user, disabled } => self.disable(user, *disabled)?,
            Event::SignedIn { session, user, code_step } => {
                self.code_used(user, *code_step)?;
                let begun = Session { user: user.clone(), begun: at, seen: at };
                self.sessions.retain(|_, other| other.holds(at));
                self.sessions.insert(*session, begun);
            }
            Event::CodeUsed { user, code_step } => {
                self.code_used(user, Some(*code_step))?;
            }
            Event::SessionSeen { session } => {
                // ended by another process in the meantime: it stays ended
                if let Some(session) = self.sessions.get_mut(session) {
                    session.seen = at;
                }
            }
            Event::SignedOut { session } => {
                self.sessions.remove(session);
            }
            Event::KeyMade { key } => self.add_key(key)?,
            Event::KeyRevoked { id } => {
                let key = self.keys.get_mut(id).ok_or_else(|| IdentityFault::NoKey(id.clone()))?;
                key.revoked = Some(at);
            }
        }
        Ok(())
    }

    /// An invitation, in place of an earlier one for the same person.
    fn add_invitation(&mut self, invitation: Invitation) -> Result<(), IdentityFault> {
        if let Some(user) = &invitation.user {
            self.known(user)?;
        }
        self.invitations.retain(|_, other| other.user != invitation.user);
        self.invitations.insert(invitation.token, invitation);
        Ok(())
    }

    /// An invitation was used up.
    fn uninvite(&mut self, used: Option<&TokenHash>) {
        if let Some(used) = used {
            self.invitations.remove(used);
        }
    }

    fn add(&mut self, user: User) -> Result<(), IdentityFault> {
        if self.by_name.contains_key(&user.name) || self.users.contains_key(&user.id) {
            return Err(IdentityFault::Event(format!("the user `{}` is there already", user.name)));
        }
        self.by_name.insert(user.name.clone(), user.id.clone());
        self.users.insert(user.id.clone(), user);
        Ok(())
    }

    /// Lets someone in no more, whatever they hold; or again, with what they prove anew.
    fn disable(&mut self, user: &UserId, disabled: bool) -> Result<(), IdentityFault> {
        self.known_mut(user)?.disabled = disabled;
        if disabled {
            self.end_sessions(user);
            self.invitations.retain(|_, invitation| invitation.user.as_ref() != Some(user));
        }
        Ok(())
    }

    fn add_key(&mut self, key: &ApiKey) -> Result<(), IdentityFault> {
        self.known(&key.user)?;
        if self.keys.contains_key(&key.id) {
            return Err(IdentityFault::Event(format!("the key `{}` is there already", key.id)));
        }
        self.keys.insert(key.id.clone(), key.clone());
        Ok(())
    }

    /// A code of the authenticator was used, which cannot be used again, nor an earlier one.
    fn code_used(&mut self, user: &UserId, step: Option<u64>) -> Result<&mut User, IdentityFault> {
        let known = self.known_mut(user)?;
        known.last_code_step = known.last_code_step.max(step);
        Ok(known)
    }

    fn end_sessions(&mut self, user: &UserId) {
        self.sessions.retain(|_, session| session.user != *user);
    }

    fn known(&self, id: &UserId) -> Result<&User, IdentityFault> {
        self.users.get(id).ok_or_else(|| IdentityFault::Event(format!("there is no user `{id}`")))
    }

    fn known_mut(&mut self, id: &UserId) -> Result<&mut User, IdentityFault> {
        self.users.get_mut(id).ok_or_else(|| IdentityFault::Event(format!("there is no user `{id}`")))
    }

    /// Everyone, in the order of their ids.
    pub fn users(&self) -> impl Iterator<Item = &User> {
        self.users.values()
    }

    /// One person.
    pub fn user(&self, id: &UserId) -> Option<&User> {
        self.users.get(id)
    }

    /// One person by the name to sign in with.
    pub fn named(&self, name: &str) -> Option<&User> {
        let name: UserName = name.parse().ok()?;
        self.users.get(self.by_name.get(&name)?)
    }

    /// One person by that name, or what to say.
    pub fn must_be_named(&self, name: &str) -> Result<&User, IdentityFault> {
        self.named(name).ok_or_else(|| IdentityFault::NoUser(name.chars().take(80).collect()))
    }

    /// Whether there is an administrator who can sign in. Until then the server answers this machine alone.
    pub fn has_administrator(&self) -> bool {
        self.users.values().any(|user| user.is_active() && user.has(Role::Administrator))
    }

    /// The keys, in the order of their ids.
    pub fn keys(&self) -> impl Iterator<Item = &ApiKey> {
        self.keys.values()
    }

    /// Makes the set-up link: its bearer becomes the first administrator.
    pub fn make_set_up_link(&self, token: &Token, now: Timestamp) -> Stamped {
        let expires = now.saturating_add(SET_UP).unwrap_or(now);
        Stamped::new(now, None, Event::Invited { token: token.hash(), user: None, expires })
    }

    /// Adds a person, with a link by which they choose their password.
    pub fn add_user(
        &self,
        id: UserId,
        name: UserName,
        full_name: &str,
        roles: BTreeSet<Role>,
        token: &Token,
        (now, by): (Timestamp, Option<&UserId>),
    ) -> Result<Vec<Stamped>, IdentityFault> {
        if self.by_name.contains_key(&name) {
            return Err(IdentityFault::NameTaken(name));
        }
        if roles.is_empty() {
            return Err(IdentityFault::NoRole);
        }
        let full_name = full_name_of(full_name)?;
        let link = self.invite(id.clone(), token, now);
        let added = Event::UserAdded { user: id, name, full_name, roles };
        Ok(vec![Stamped::new(now, by, added), Stamped::new(now, by, link)])
    }

    fn invite(&self, user: UserId, token: &Token, now: Timestamp) -> Event {
        let expires = now.saturating_add(INVITATION).unwrap_or(now);
        Event::Invited { token: token.hash(), user: Some(user), expires }
    }

    /// Takes someone's credentials away and makes a link by which they choose new ones.
    pub fn reset(
        &self,
        name: &str,
        token: &Token,
        (now, by): (Timestamp, Option<&UserId>),
    ) -> Result<Vec<Stamped>, IdentityFault> {
        let user = self.must_be_named(name)?;
        let removed = Event::CredentialsRemoved { user: user.id.clone() };
        let link = self.invite(user.id.clone(), token, now);
        Ok(vec![Stamped::new(now, by, removed), Stamped::new(now, by, link)])
    }

    /// Gives someone other roles.
    pub fn set_roles(
        &self,
        name: &str,
        roles: BTreeSet<Role>,
        (now, by): (Timestamp, Option<&UserId>),
    ) -> Result<Stamped, IdentityFault> {
        let user = self.must_be_named(name)?;
        if user.external.is_some() {
            return Err(IdentityFault::External(user.name.clone()));
        }
        if roles.is_empty() {
            return Err(IdentityFault::NoRole);
        }
        if !roles.contains(&Role::Administrator) {
            self.not_the_last(user)?;
        }
        Ok(Stamped::new(now, by, Event::RolesSet { user: user.id.clone(), roles }))
    }

    /// Lets someone in no more, or again.
    pub fn set_disabled(
        &self,
        name: &str,
        disabled: bool,
        (now, by): (Timestamp, Option<&UserId>),
    ) -> Result<Stamped, IdentityFault> {
        let user = self.must_be_named(name)?;
        if disabled {
            self.not_the_last(user)?;
        }
        Ok(Stamped::new(now, by, Event::DisabledSet { user: user.id.clone(), disabled }))
    }

    fn not_the_last(&self, user: &User) -> Result<(), IdentityFault> {
        let other = |other: &User| other.id != user.id && other.is_active() && other.has(Role::Administrator);
        if user.is_active() && user.has(Role::Administrator) && !self.users.values().any(other) {
            return Err(IdentityFault::LastAdministrator(user.name.clone()));
        }
        Ok(())
    }

    /// The link of a token, if it is worth something at `now`. The set-up link is worth nothing once there is an
    /// administrator.
    pub fn invitation(&self, token: &Token, now: Timestamp) -> Result<&Invitation, IdentityFault> {
        let invitation = self.invitations.get(&token.hash()).ok_or(IdentityFault::Link)?;
        let stands = now < invitation.expires
            && match &invitation.user {
                Some(user) => self.users.get(user).is_some_and(|user| !user.disabled),
                None => !self.has_administrator(),
            };
        if stands { Ok(invitation) } else { Err(IdentityFault::Link) }
    }

    /// Uses a link: its bearer gets these credentials. For the set-up link, `first` says who the first administrator is.
    pub fn accept(
        &self,
        token: &Token,
        first: Option<(UserId, UserName, &str)>,
        make: impl FnOnce(&UserId, &UserName) -> Result<Credentials, CredentialsFault>,
        now: Timestamp,
    ) -> Result<Vec<Stamped>, IdentityFault> {
        let invitation = self.invitation(token, now)?;
        let mut events = Vec::new();
        let (id, name) = match (&invitation.user, first) {
            (Some(id), _) => (id.clone(), self.known(id)?.name.clone()),
            (None, Some((id, name, full_name))) => {
                if self.by_name.contains_key(&name) {
                    return Err(IdentityFault::NameTaken(name));
                }
                let roles = BTreeSet::from([Role::Administrator]);
                let full_name = full_name_of(full_name)?;
                let added = Event::UserAdded { user: id.clone(), name: name.clone(), full_name, roles };
                events.push(Stamped::new(now, None, added));
                (id, name)
            }
            (None, None) => return Err(IdentityFault::FullName),
        };
        let credentials = make(&id, &name)?;
        let used = Some(token.hash());
        let set = Event::CredentialsSet { user: id.clone(), credentials, used, code_step: None };
        events.push(Stamped::new(now, Some(&id), set));
        Ok(events)
    }

    /// Makes a key. The second is its text, to be shown once.
    pub fn make_key(
        &self,
        new: NewApiKey,
        id: [u8; 4],
        secret: &Token,
        (now, by): (Timestamp, Option<&UserId>),
    ) -> Result<(Stamped, String), IdentityFault> {
        self.known(&new.user)?;
        if new.scopes.is_empty() {
            return Err(ApiKeyFault::NoScope.into());
        }
        let purpose = new.purpose.trim().to_owned();
        if purpose.is_empty() || purpose.chars().count() > 200 {
            return Err(ApiKeyFault::Purpose.into());
        }
        if new.expires <= now || new.expires.duration_since(now) > LONGEST_KEY {
            return Err(ApiKeyFault::Expiry.into());
        }
        let id = hex::encode(id);
        let text = key_text(&id, secret);
        let key = ApiKey {
            id,
            secret: secret.hash(),
            user: new.user,
            purpose,
            scopes: new.scopes,
            made: now,
            expires: new.expires,
            revoked: None,
        };
        Ok((Stamped::new(now, by, Event::KeyMade { key }), text))
    }

    /// Revokes a key.
    pub fn revoke_key(
        &self,
        id: &str,
        (now, by): (Timestamp, Option<&UserId>),
    ) -> Result<Stamped, IdentityFault> {
        if !self.keys.contains_key(id) {
            return Err(IdentityFault::NoKey(id.chars().take(80).collect()));
        }
        Ok(Stamped::new(now, by, Event::KeyRevoked { id: id.to_owned() }))
    }

    /// Who has the session, with what is to be written down about its use.
    pub fn by_session(&self, token: &Token, now: Timestamp) -> Option<(Caller, Option<Stamped>)> {
        let hash = token.hash();
        let session = self.sessions.get(&hash).filter(|session| session.holds(now))?;
        let user = self.users.get(&session.user).filter(|user| user.is_active())?;
        let seen = session.is_due(now).then(|| Stamped::new(now, None, Event::SessionSeen { session: hash }));
        Some((caller(user, Via::Session), seen))
    }

    /// The sessions of a person that hold, the newest first, each with what is kept of its token.
    pub fn sessions_of(&self, user: &UserId, now: Timestamp) -> Vec<(TokenHash, Session)> {
        let own = self.sessions.iter().filter(|(_, s)| s.user == *user && s.holds(now));
        let mut sessions: Vec<(TokenHash, Session)> = own.map(|(hash, s)| (*hash, s.clone())).collect();
        sessions.sort_by_key(|(hash, session)| (std::cmp::Reverse(session.begun), *hash));
        sessions
    }

    /// Who can sign in with the passkey of that credential. Whom a provider vouches for comes in through it alone.
    pub fn by_passkey(&self, credential: &str) -> Option<(&User, &Passkey)> {
        let users = self.users.values().filter(|user| user.is_active() && user.external.is_none());
        users
            .flat_map(|user| user.passkeys.iter().map(move |key| (user, key)))
            .find(|(_, p)| p.key.credential == credential)
    }

    /// A further passkey of someone.
    ///
    /// # Errors
    /// It is somebody's already.
    pub fn add_passkey(
        &self,
        user: &UserId,
        id: String,
        name: String,
        key: PasskeyKey,
    ) -> Result<Event, IdentityFault> {
        self.known(user)?;
        let taken =
            self.users.values().flat_map(|user| &user.passkeys).any(|p| p.key.credential == key.credential);
        if taken {
            return Err(IdentityFault::Passkey);
        }
        Ok(Event::PasskeyAdded { user: user.clone(), id, name, key })
    }

    /// Who is known by an identity at a provider.
    fn known_as(&self, external: &External) -> Option<&User> {
        self.users.values().find(|user| user.external.as_ref() == Some(external))
    }

    /// Lets someone in whom an identity provider vouches for, with the roles that it gives them now. `token` is the new
    /// session's. An identity that is not known here is linked by `sign_up` alone, never by a name or an address.
    ///
    /// # Errors
    /// They are disabled, or have no role, or nobody invited them.
    pub fn sign_in_external(
        &self,
        external: External,
        claimed: Claimed<'_>,
        sign_up: SignUp<'_>,
        token: &Token,
        now: Timestamp,
    ) -> Result<Vec<Stamped>, IdentityFault> {
        if claimed.roles.is_empty() {
            return Err(IdentityFault::NoRole);
        }
        let mut events = Vec::new();
        let mut then = |event| events.push(Stamped::new(now, None, event));
        let user = match (self.known_as(&external), sign_up) {
            (Some(user), SignUp::Invited(invitation))
                if self.invitation(invitation, now)?.user.as_ref() != Some(&user.id) =>
            {
                return Err(IdentityFault::Linked(user.name.clone()));
            }
            (Some(user), _) => {
                self.roles_now(user, claimed.roles)?.map(&mut then);
                user.id.clone()
            }
            (None, SignUp::Invited(invitation)) => {
                let invited = self.invitation(invitation, now)?.user.as_ref().ok_or(IdentityFault::Link)?;
                let user = self.known(invited)?;
                let used = Some(invitation.hash());
                then(Event::Linked { user: user.id.clone(), external, used });
                self.roles_now(user, claimed.roles)?.map(&mut then);
                user.id.clone()
            }
            (None, SignUp::Anyone(id)) => {
                let name = self.free_name(claimed.name)?;
                let full_name = full_name_of(claimed.full_name)?;
                then(Event::UserAdded { user: id.clone(), name, full_name, roles: claimed.roles });
                then(Event::Linked { user: id.clone(), external, used: None });
                id
            }
            (None, SignUp::Nobody) => return Err(IdentityFault::NotInvited),
        };
        let begun = Event::SignedIn { session: token.hash(), user: user.clone(), code_step: None };
        events.push(Stamped::new(now, Some(&user), begun));
        Ok(events)
    }

    /// The roles that a provider gives someone now, where they are others than before.
    fn roles_now(&self, user: &User, roles: BTreeSet<Role>) -> Result<Option<Event>, IdentityFault> {
        if user.disabled {
            return Err(IdentityFault::Disabled(user.name.clone()));
        }
        if user.roles == roles {
            return Ok(None);
        }
        if !roles.contains(&Role::Administrator) {
            self.not_the_last(user)?;
        }
        Ok(Some(Event::RolesSet { user: user.id.clone(), roles }))
    }

    /// A user name made of what a provider says that is taken by nobody here: names are for people, the id names them.
    fn free_name(&self, wanted: &str) -> Result<UserName, IdentityFault> {
        let small: String = wanted
            .split('@')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase()
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || ".-_".contains(c) { c } else { '-' })
            .take(32)
            .collect();
        let small = if small.starts_with(|c: char| c.is_ascii_lowercase()) && small.len() > 1 {
            small
        } else {
            format!("user-{small}")
        };
        let names = std::iter::once(small.clone()).chain((2..1000).map(|n| format!("{small}-{n}")));
        names
            .filter_map(|name| name.parse::<UserName>().ok())
            .find(|name| !self.by_name.contains_key(name))
            .ok_or_else(|| IdentityFault::Event(format!("no user name can be made of `{small}`")))
    }

    /// Who has the key.
    pub fn by_key(&self, text: &str, now: Timestamp) -> Option<Caller> {
        let (id, secret) = read_api_key(text)?;
        let key = self.keys.get(id).filter(|key| key.secret.fits(&secret) && key.holds(now))?;
        let user = self.users.get(&key.user).filter(|user| !user.disabled)?;
        Some(caller(user, Via::Key { id: key.id.clone(), scopes: key.scopes.clone() }))
    }
}

fn caller(user: &User, via: Via) -> Caller {
    Caller {
        user: user.id.clone(),
        name: user.name.clone(),
        full_name: user.full_name.clone(),
        roles: user.roles.clone(),
        via,
    }
}

fn full_name_of(text: &str) -> Result<String, IdentityFault> {
    let text = text.trim();
    let fits = !text.is_empty() && text.chars().count() <= 120 && !text.chars().any(char::is_control);
    if fits { Ok(text.to_owned()) } else { Err(IdentityFault::FullName) }
}
