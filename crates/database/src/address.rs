//! Where a database is.

use countersign_log::network::with_causes;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};
use url::Url;

/// How an address of a database begins.
const SCHEMES: [&str; 2] = ["postgres://", "postgresql://"];
/// The place where nothing names another.
const PLACE: &str = "journal";

/// Whether a place is a database.
pub fn is_database(place: &str) -> bool {
    SCHEMES.iter().any(|scheme| place.starts_with(scheme))
}

/// Why a database cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DatabaseFault {
    /// No address of a database.
    #[error(
        "`{address}` is no address of a database ({why}); write `postgres://USER@HOST/DATABASE?place=NAME`"
    )]
    Address {
        /// The address, without the password.
        address: String,
        /// Why.
        why: String,
    },
    /// A password in the address would stand in files and in lists of processes.
    #[error("the address `{0}` has a password in it; leave it out and set PGPASSWORD")]
    Password(String),
    /// The place cannot be one.
    #[error("`{0}` is no name of a place: up to 63 of a-z, 0-9, `-` and `_`")]
    Place(String),
    /// The certificates by which the server is known cannot be read.
    #[error("the certificates of authorities at `{path}` cannot be read: {why}")]
    Certificates {
        /// Where.
        path: String,
        /// Why.
        why: String,
    },
}

/// An address that can be used.
#[derive(Debug, Clone)]
pub struct Address {
    pub(crate) config: Config,
    /// What of the address tells one connection from another.
    pub(crate) server: String,
    pub(crate) place: String,
    /// A file of certificates, in place of those of the machine.
    pub(crate) authorities: Option<String>,
    pub(crate) shown: String,
}

impl Address {
    /// Reads an address. Nothing is asked of the server. Parameters: `place`, the name of the log in the database;
    /// `sslrootcert`, a file of certificates of authorities; and those of libpq that the client knows (`connect_timeout`, `options`…). A server on another
    /// machine is spoken with over TLS only, and its certificate must hold for its name.
    ///
    /// # Errors
    /// [`DatabaseFault`].
    pub fn read(text: &str) -> Result<Self, DatabaseFault> {
        let bad = |why: &str| DatabaseFault::Address { address: without_password(text), why: why.to_owned() };
        if !is_database(text) {
            return Err(bad("it does not begin with `postgres://`"));
        }
        let mut url = Url::parse(text).map_err(|error| bad(&error.to_string()))?;
        if url.password().is_some() {
            return Err(DatabaseFault::Password(without_password(text)));
        }
        let (mut place, mut authorities) = (PLACE.to_owned(), None);
        let mut kept: Vec<(String, String)> = Vec::new();
        for (name, value) in url.query_pairs() {
            match name.as_ref() {
                "place" => place = value.into_owned(),
                "sslrootcert" => authorities = Some(value.into_owned()),
                "sslmode" => {
                    return Err(bad("`sslmode` is not yours to choose: TLS is used towards other machines"));
                }
                _ => kept.push((name.into_owned(), value.into_owned())),
            }
        }
        let sound = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
        if place.is_empty() || place.len() > 63 || !place.chars().all(sound) {
            return Err(DatabaseFault::Place(place));
        }
        url.set_query(None);
        if !kept.is_empty() {
            url.query_pairs_mut().extend_pairs(&kept);
        }
        if url.path().trim_start_matches('/').is_empty() {
            return Err(bad("it names no database"));
        }
        let mut config: Config = url.as_str().parse().map_err(|error| bad(&with_causes(&error)))?;
        if config.get_hosts().is_empty() {
            return Err(bad("it names no host"));
        }
        if config.get_user().is_none() {
            return Err(bad("it names no user"));
        }
        if let Ok(password) = std::env::var("PGPASSWORD")
            && !password.is_empty()
        {
            config.password(password);
        }
        let here = config.get_hosts().iter().all(is_here);
        config.ssl_mode(if here { SslMode::Prefer } else { SslMode::Require });
        let server = format!("{url} {authorities:?}");
        Ok(Self { config, server, place, authorities, shown: text.to_owned() })
    }

    /// The name of the log in the database.
    pub fn place(&self) -> &str {
        &self.place
    }
}

/// Whether a server is on this machine: nobody is on the way.
fn is_here(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => {
            name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    }
}

fn without_password(text: &str) -> String {
    match Url::parse(text) {
        Ok(mut url) if url.password().is_some() => {
            let _: Result<(), ()> = url.set_password(Some("…"));
            url.to_string()
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_apart_or_refused() {
        let address =
            Address::read("postgres://ann@127.0.0.1:5433/countersign?place=berlin&connect_timeout=3")
                .unwrap();
        assert_eq!((address.place(), address.config.get_user()), ("berlin", Some("ann")));
        assert_eq!(address.config.get_ssl_mode(), SslMode::Prefer);
        assert_eq!(address.config.get_connect_timeout(), Some(&std::time::Duration::from_secs(3)));
        let far = Address::read("postgresql://ann@db.example.org/countersign").unwrap();
        assert_eq!((far.place(), far.config.get_ssl_mode()), ("journal", SslMode::Require));
        let fault = |text: &str| Address::read(text).unwrap_err().to_string();
        for (text, why) in [
            ("mysql://ann@db/x", "does not begin"),
            ("postgres://ann@db", "names no database"),
            ("postgres:///x", "names no host"),
            ("postgres://db/x", "names no user"),
            ("postgres://ann@db/x?sslmode=disable", "`sslmode`"),
            ("postgres://ann@db/x?place=A/B", "`A/B` is no name"),
            ("postgres://ann@db/x?colour=red", "colour"),
        ] {
            assert!(fault(text).contains(why), "{text}: {}", fault(text));
        }
        let told = fault("postgres://ann:secret@db/x");
        assert!(told.contains("PGPASSWORD") && !told.contains("secret"), "{told}");
    }
}
