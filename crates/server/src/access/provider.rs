//! Signing in through an identity provider: OpenID Connect, the authorization code flow with PKCE, state and nonce.
//!
//! `identity.toml` in the home names the provider and says which of its groups has which role here. Who someone is, is the
//! pair of `iss` and `sub`; roles are those of the last sign-in. In comes a browser that wants in; it is sent to the
//! provider, and comes back with a code, for which the provider gives an ID token ([`super::id_token`]). Next is the
//! directory of people, which knows the pair, or is told by an invitation whose it is.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use countersign_identity::{External, Role, Token};
use countersign_operations::failure::Failure;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use url::Url;

use super::id_token::{Claims, Expected, Keys, TokenFault, check};
use super::pending::Pending;
use crate::outgoing::{Proxy, agent};

/// The file in the home.
const FILE: &str = "identity.toml";
/// The most bytes that a provider may answer.
const MOST: u64 = 1 << 20;
/// How long its description and its keys are believed without asking anew.
const BELIEVED: SignedDuration = SignedDuration::from_mins(60);
/// How soon at most its keys are asked for again when a token names one that is not known.
const ASKED_AGAIN: SignedDuration = SignedDuration::from_secs(10);
/// How long it may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: String,
    /// Scheme, host and port under which browsers reach this server.
    origin: Option<String>,
    provider: Option<ProviderFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProviderFile {
    name: String,
    issuer: String,
    client_id: String,
    /// A file beside this one; without it the client is a public one, which PKCE alone protects.
    client_secret_file: Option<String>,
    #[serde(default)]
    scopes: Vec<String>,
    #[serde(default = "groups")]
    roles_claim: String,
    /// Whether someone whom nobody invited comes in.
    #[serde(default)]
    sign_up: bool,
    roles: BTreeMap<String, Vec<Role>>,
}

fn groups() -> String {
    "groups".to_owned()
}

/// What `identity.toml` says.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    /// Scheme, host and port under which browsers reach this server.
    pub(crate) origin: Option<String>,
    pub(crate) provider: Option<Arc<Provider>>,
}

/// An identity provider.
pub(crate) struct Provider {
    /// Its name, for the button.
    pub(crate) name: String,
    pub(super) issuer: String,
    client_id: String,
    secret: Option<String>,
    redirect: String,
    scopes: Vec<String>,
    roles_claim: String,
    pub(super) sign_up: bool,
    roles: BTreeMap<String, BTreeSet<Role>>,
    pub(super) waiting: Pending<Begun>,
    known: Mutex<Option<(Timestamp, Arc<Known>)>>,
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Provider").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

/// A sign-in that began.
pub(super) struct Begun {
    pub(super) verifier: String,
    pub(super) nonce: String,
    pub(super) next: String,
    /// The one-time link from which it began.
    pub(super) invitation: Option<Token>,
}

/// What a provider says of itself (OpenID Connect Discovery, section 3); other members are not needed.
#[derive(Debug, Clone, Deserialize)]
struct Described {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

/// A provider as it was last asked.
#[derive(Debug)]
struct Known {
    described: Described,
    keys: Keys,
}

/// Reads `identity.toml`, where there is one.
///
/// # Errors
/// It cannot be used; the server does not start then.
pub(crate) fn settings(home: &Path) -> Result<Settings, Failure> {
    let path = home.join(FILE);
    let named = |why: String| Failure::Input(format!("`{}`: {why}", path.display()));
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Settings::default()),
        Err(error) => return Err(named(error.to_string())),
    };
    let file: File = toml::from_str(&text).map_err(|e| named(e.to_string()))?;
    if file.schema != "identity/1" {
        return Err(named(format!("its schema is `{}`, not `identity/1`", file.schema)));
    }
    let origin = file.origin.map(|origin| own_origin(&origin).map_err(named)).transpose()?;
    let provider = match (file.provider, &origin) {
        (None, _) => None,
        (Some(_), None) => {
            return Err(named(
                "a provider sends browsers back to this server: say under which address, for example \
                 `origin = \"https://desk.example.org\"`"
                    .to_owned(),
            ));
        }
        (Some(provider), Some(origin)) => {
            Some(Arc::new(Provider::new(provider, origin, home).map_err(named)?))
        }
    };
    Ok(Settings { origin, provider })
}

/// An address without a path: `https`, or this very machine.
fn own_origin(text: &str) -> Result<String, String> {
    let url = Url::parse(text).map_err(|e| format!("`origin` is `{text}`: {e}"))?;
    if !is_safe(&url) || url.path() != "/" || url.query().is_some() {
        return Err(format!(
            "`origin` is `{text}`; write scheme and host, for example `https://desk.example.org`"
        ));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

fn is_safe(url: &Url) -> bool {
    let own = match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    let whole = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    whole && (url.scheme() == "https" || (url.scheme() == "http" && own))
}

fn safe(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|e| format!("`{text}`: {e}"))?;
    if is_safe(&url) { Ok(url) } else { Err(format!("`{text}` must be asked with TLS (`https`)")) }
}

/// A fresh random text that is safe in an address.
fn secret_text() -> Result<String, String> {
    countersign_identity::fresh::<32>().map(|bytes| URL_SAFE_NO_PAD.encode(bytes)).map_err(|e| e.to_string())
}

impl Provider {
    fn new(file: ProviderFile, origin: &str, home: &Path) -> Result<Self, String> {
        safe(&file.issuer).map_err(|why| format!("`issuer` is {why}"))?;
        if file.roles.values().all(Vec::is_empty) {
            return Err(
                "`[provider.roles]` gives nobody a role; write for example `\"export-analysts\" = [\"analyst\"]`"
                    .to_owned(),
            );
        }
        let secret = file.client_secret_file.map(|name| {
            std::fs::read_to_string(home.join(&name))
                .map(|text| text.trim().to_owned())
                .map_err(|e| format!("`client_secret_file` `{name}`: {e}"))
        });
        let mut scopes = vec!["openid".to_owned()];
        match file.scopes.is_empty() {
            true => scopes.push("profile".to_owned()),
            false => scopes.extend(file.scopes.into_iter().filter(|scope| scope != "openid")),
        }
        Ok(Self {
            name: file.name,
            issuer: file.issuer,
            client_id: file.client_id,
            secret: secret.transpose()?,
            redirect: format!("{origin}/sign-in/provider/callback"),
            scopes,
            roles_claim: file.roles_claim,
            sign_up: file.sign_up,
            roles: file
                .roles
                .into_iter()
                .map(|(group, roles)| (group, roles.into_iter().collect()))
                .collect(),
            waiting: Pending::default(),
            known: Mutex::new(None),
        })
    }

    /// What the provider says of itself, and its keys; asked for where what is known is older than `age`.
    fn known(&self, now: Timestamp, age: SignedDuration) -> Result<Arc<Known>, String> {
        {
            let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            let young = known.as_ref().filter(|(since, _)| now.duration_since(*since).abs() < age);
            if let Some((_, known)) = young {
                return Ok(known.clone());
            }
        }
        let place = format!("{}/.well-known/openid-configuration", self.issuer.trim_end_matches('/'));
        let described: Described = get(&place)?;
        if described.issuer != self.issuer {
            return Err(format!("it calls itself `{}`, not `{}`", described.issuer, self.issuer));
        }
        for address in [&described.authorization_endpoint, &described.token_endpoint] {
            safe(address)?;
        }
        let keys = get(safe(&described.jwks_uri)?.as_str())?;
        let known = Arc::new(Known { described, keys });
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, known.clone()));
        Ok(known)
    }

    /// Where to send a browser, with what is kept here until it comes back.
    pub(super) fn begin(&self, state: &str, now: Timestamp) -> Result<(Url, String, String), String> {
        let (verifier, nonce) = (secret_text()?, secret_text()?);
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
        let mut url = safe(&self.known(now, BELIEVED)?.described.authorization_endpoint)?;
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.client_id)
            .append_pair("redirect_uri", &self.redirect)
            .append_pair("scope", &self.scopes.join(" "))
            .append_pair("state", state)
            .append_pair("nonce", &nonce)
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256");
        Ok((url, verifier, nonce))
    }

    /// Turns the code into who someone is and what they may do.
    pub(super) fn finish(&self, code: &str, begun: &Begun, now: Timestamp) -> Result<Vouched, String> {
        let known = self.known(now, BELIEVED)?;
        let token = self.exchange(&known.described, code, &begun.verifier)?;
        let expected = Expected { issuer: &self.issuer, client: &self.client_id, nonce: &begun.nonce, now };
        let claims = match check(&token, &known.keys, &expected) {
            // keys are changed from time to time: what is published now counts
            Err(TokenFault::Key) => check(&token, &self.known(now, ASKED_AGAIN)?.keys, &expected),
            checked => checked,
        };
        let claims = claims.map_err(|why| format!("the ID token does not hold: {why}"))?;
        self.vouched(&claims)
    }

    fn vouched(&self, claims: &Claims) -> Result<Vouched, String> {
        let groups: Vec<&str> = match claims.all.get(&self.roles_claim) {
            Some(Value::Array(groups)) => groups.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(group)) => vec![group],
            _ => Vec::new(),
        };
        let roles: BTreeSet<Role> =
            groups.iter().filter_map(|group| self.roles.get(*group)).flatten().copied().collect();
        if roles.is_empty() {
            return Err(format!("none of your `{}` has a role here", self.roles_claim));
        }
        let external = External { issuer: self.issuer.clone(), subject: claims.subject.clone() };
        let name = claims.text("preferred_username").unwrap_or(&claims.subject).to_owned();
        let full_name = claims.text("name").unwrap_or(&name).to_owned();
        Ok(Vouched { external, name, full_name, roles })
    }

    /// Asks the provider for the ID token of a code (RFC 6749, section 4.1.3; RFC 7636).
    fn exchange(&self, described: &Described, code: &str, verifier: &str) -> Result<String, String> {
        #[derive(Deserialize)]
        struct Given {
            #[serde(default)]
            id_token: Option<String>,
        }
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "authorization_code")
            .append_pair("code", code)
            .append_pair("redirect_uri", &self.redirect)
            .append_pair("code_verifier", verifier);
        let methods = described.token_endpoint_auth_methods_supported.as_deref();
        let offers = |method: &str| methods.is_some_and(|all| all.iter().any(|m| m == method));
        let mut request = agent(PATIENCE, Proxy::OfTheEnvironment)
            .post(safe(&described.token_endpoint)?.as_str())
            .header("accept", "application/json")
            .content_type("application/x-www-form-urlencoded");
        match &self.secret {
            // where a provider says nothing it takes the header (Discovery, section 3)
            Some(secret) if methods.is_none() || offers("client_secret_basic") => {
                let encoded =
                    |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
                let pair = STANDARD.encode(format!("{}:{}", encoded(&self.client_id), encoded(secret)));
                request = request.header("authorization", format!("Basic {pair}"));
            }
            Some(secret) => {
                form.append_pair("client_id", &self.client_id).append_pair("client_secret", secret);
            }
            None => {
                form.append_pair("client_id", &self.client_id);
            }
        }
        let answer = request.send(form.finish()).map_err(|e| format!("the code: {e}"))?;
        let status = answer.status().as_u16();
        let bytes = answer.into_body().with_config().limit(MOST).read_to_vec().map_err(|e| e.to_string())?;
        if status != 200 {
            return Err(format!("it did not take the code: {}", said(&bytes, status)));
        }
        let given: Given =
            serde_json::from_slice(&bytes).map_err(|e| format!("its answer to the code: {e}"))?;
        given.id_token.ok_or_else(|| "it gave no ID token".to_owned())
    }
}

/// Someone whom the provider vouches for.
pub(super) struct Vouched {
    pub(super) external: External,
    pub(super) name: String,
    pub(super) full_name: String,
    pub(super) roles: BTreeSet<Role>,
}

/// The words of an error answer (RFC 6749, section 5.2), or its status.
fn said(bytes: &[u8], status: u16) -> String {
    #[derive(Deserialize)]
    struct Refusal {
        error: String,
        #[serde(default)]
        error_description: Option<String>,
    }
    match serde_json::from_slice::<Refusal>(bytes) {
        Ok(refusal) => short(&refusal.error_description.unwrap_or(refusal.error)),
        Err(_) => format!("it answered {status}"),
    }
}

/// What others write is shown no longer than this.
pub(super) fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(200).collect()
}

fn get<T: serde::de::DeserializeOwned>(address: &str) -> Result<T, String> {
    let answer =
        agent(PATIENCE, Proxy::OfTheEnvironment).get(address).header("accept", "application/json").call();
    let answer = answer.map_err(|e| format!("`{address}`: {e}"))?;
    let status = answer.status().as_u16();
    if status != 200 {
        return Err(format!("`{address}` answered {status}"));
    }
    let bytes = answer.into_body().with_config().limit(MOST).read_to_vec();
    let bytes = bytes.map_err(|e| format!("`{address}`: {e}"))?;
    serde_json::from_slice(&bytes).map_err(|e| format!("`{address}`: {e}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home(text: &str) -> tempfile::TempDir {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join(FILE), text).unwrap();
        home
    }

    const GOOD: &str = "schema = \"identity/1\"\norigin = \"https://desk.example.org\"\n[provider]\nname = \"SSO\"\n\
                        issuer = \"https://login.example.org\"\nclient_id = \"c\"\n[provider.roles]\ngroup = [\"analyst\"]\n";

    #[test]
    fn what_is_wrong_in_the_file_stops_the_start() {
        assert!(settings(tempfile::tempdir().unwrap().path()).unwrap().provider.is_none());
        let made = settings(home(GOOD).path()).unwrap();
        let redirect = "https://desk.example.org/sign-in/provider/callback";
        assert!(made.provider.is_some_and(|provider| !provider.sign_up && provider.redirect == redirect));
        for (from, to, says) in [
            ("identity/1", "identity/2", "schema"),
            ("https://login.example.org", "http://login.example.org", "TLS"),
            ("https://login.example.org", "https://a:b@login.example.org", "TLS"),
            ("https://desk.example.org", "http://desk.example.org", "origin"),
            ("https://desk.example.org", "https://desk.example.org/path", "origin"),
            ("origin = \"https://desk.example.org\"\n", "", "under which address"),
            ("[\"analyst\"]", "[]", "nobody a role"),
            ("[\"analyst\"]", "[\"boss\"]", "boss"),
            ("client_id", "client", "client"),
            ("[provider]\n", "[provider]\nclient_secret_file = \"missing\"\n", "client_secret_file"),
        ] {
            let fault = settings(home(&GOOD.replace(from, to)).path()).unwrap_err().to_string();
            assert!(fault.contains(says), "{to}: {fault}");
        }
    }
}
